"""Names of files: which ones are temporary, and how ours are made from a template."""

from __future__ import annotations

import re
from collections.abc import Mapping

LONGEST = 200
"""Bytes of a name of ours: file systems allow 255, and the temporary name is longer."""

_TEMPORARY = re.compile(rb"^\.|~$|\.(?:tmp|temp|part|partial|filepart|crdownload|swp)$|\.sftpgo-upload\.", re.IGNORECASE)
_PLACE = re.compile(r"\{([^{}]*)\}")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def temporary(name: bytes) -> bool:
    """Whether a name says that its file is still being written (leading dot, `~`, .tmp, .part, .filepart, .sftpgo-upload.*)."""
    return _TEMPORARY.search(name) is not None


def safe(text: str) -> str:
    """The text as a part of a file name: letters, digits, dot, dash and underscore; anything else becomes one underscore."""
    return _UNSAFE.sub("_", text)


def file_name(template: str, usual: str, facts: Mapping[str, str]) -> str:
    """The name that a template gives, or, where it gives none that can be used, the one that `usual` gives."""
    try:
        return render_name(template, facts)
    except ValueError:
        return render_name(usual, facts)


def render_name(template: str, facts: Mapping[str, str]) -> str:
    """The name that a template such as `{set}_{control_number}.edi` gives; ValueError says what is wrong.

    Values are data: whatever they hold, the name is one safe component of a path, never hidden and never temporary.
    """

    def value(found: re.Match[str]) -> str:
        word = found.group(1)
        if word not in facts:
            raise ValueError(f"{{{word}}} is not known; expected one of {' '.join(sorted(facts))}")
        return safe(facts[word])

    name = safe(_PLACE.sub(value, template)).lstrip(".-")
    if not name.strip("._-"):
        raise ValueError("nothing is left of it")
    if temporary(name.encode()):
        raise ValueError("readers would take it for a temporary file")
    if len(name) > LONGEST:
        raise ValueError(f"it is longer than {LONGEST} characters")
    return name
