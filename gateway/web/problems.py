"""A refusal as an answer: problem+json (RFC 9457) with our code, the remedy, and findings as they stand everywhere else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from gateway.edi.finding import NOWHERE, Finding
from gateway.edi.shown import shown
from gateway.web.codes import CODES, STATUS

MEDIA = "application/problem+json"
TYPE = "urn:edi-gateway:problem:"


class Problem(Exception):
    """Ends a request with an answer that says what is wrong and what to do."""

    def __init__(self, code: str, findings: Iterable[Finding] = (), headers: Mapping[str, str] | None = None, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = STATUS[code]
        self.findings = [finding.as_json() for finding in findings]
        self.headers = dict(headers or {})
        said = CODES[code].finding(NOWHERE, None, None, **{name: shown(str(fact))[:200] for name, fact in facts.items()})
        self.detail, self.remedy = said.message, said.remedy

    def content(self, request: str) -> dict[str, Any]:
        """What stands in the body; `request` is the id by which we find it in our log."""
        return {
            "type": TYPE + self.code,
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "remedy": self.remedy,
            "request": request,
            "findings": self.findings,
        }

    def body(self, request: str) -> bytes:
        """The same as bytes."""
        return json.dumps(self.content(request), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")

    def head(self) -> dict[str, str]:
        """The headers that belong to it."""
        challenge = {"www-authenticate": 'Bearer realm="gateway"'} if self.status == 401 else {}
        return {"content-type": MEDIA, **challenge, **self.headers}
