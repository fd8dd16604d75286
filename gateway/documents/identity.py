"""What makes a document the same one again: its business key, its revision, and whether it posts at all (DOCUMENTS.md).

The effect key is trading partner, type, business key and revision; a posting happens once for it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from gateway.documents.models import as_json

INFORMS = ("duplicate", "confirmation")
"""Purposes (element 353: 07, 06) of documents that only inform: the original has posted, or will."""

REVISES = ("replace", "change", "cancel")
"""Purposes (05, 04, 01) that follow on an original under the same number; each has its own effect, by date and content."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A document's business key and revision; `posts` is False for what only informs."""

    key: str
    revision: str
    posts: bool
    digest: str
    """SHA-256 of the document without its envelope: what it says, whatever it came in."""

    def effect_key(self, partner: str, document_type: str) -> str:
        """What makes a posting happen once."""
        return "/".join(part.replace("%", "%25").replace("/", "%2F") for part in (partner, document_type, self.key, self.revision))


def identify(document: dict[str, Any]) -> Identity:
    """The identity of a mapped document."""
    purpose = str(document.get("purpose") or "original")
    number = str(document.get("number") or "")
    said = {name: value for name, value in document.items() if name != "envelope"}
    digest = hashlib.sha256(as_json(said)).hexdigest()
    revision = f"{purpose}-{document.get('date') or ''}-{digest[:16]}" if purpose in REVISES else ""
    match document.get("document_type"):
        case "purchase_order":
            key = _join(number, document.get("release"))
        case "purchase_order_acknowledgment":
            order = document.get("order") or {}
            # each acknowledgment is an event on its order; the newest wins, so content is part of what it is
            key, revision = _join(order.get("number"), order.get("release")), f"{document.get('date') or ''}-{digest[:16]}"
        case "invoice":
            key = _join(number, str(document.get("date") or "")[:4], document.get("kind"))
        case _:
            key = number
    return Identity(key or digest, revision, purpose not in INFORMS, digest)


def _join(*parts: Any) -> str:
    return " ".join(str(part) for part in parts if part)
