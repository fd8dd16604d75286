"""Documents as a file without envelope: written by the mapping that reads such files, read again, and held against what was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.format import DocumentRead
from gateway.formats.rows.layout import Layout
from gateway.profiles.terms import Terms
from gateway.translate.codes import CODES
from gateway.translate.files import format_for
from gateway.translate.mapping import Mapping as Rulebook
from gateway.translate.outcome import context_of
from gateway.translate.runtime import Context
from gateway.translate.threads import Related, echoed
from gateway.translate.writing.paths import PathWriter
from gateway.translate.writing.proof import compared
from gateway.translate.writing.rows import RowWriter


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """The bytes of a file, and what was found; nothing may leave where that has errors."""

    body: bytes
    findings: tuple[Finding, ...]

    @property
    def sendable(self) -> bool:
        """Whether nothing is wrong with it."""
        return not any(finding.severity == "error" for finding in self.findings)


class FileWriter:
    """One mapping with the terms of an agreement, ready to write files; pure, and may run in many threads."""

    def __init__(self, mapping: Rulebook, terms: Terms | None = None) -> None:
        self.mapping = mapping
        self.terms = terms
        self.format, self.settings = format_for(mapping, terms)
        self.trees: PathWriter | RowWriter = RowWriter(mapping, self.settings) if isinstance(self.settings, Layout) else PathWriter(mapping)

    def write(self, documents: Sequence[Mapping[str, Any]], thread: Mapping[str, Any] | None = None) -> WrittenFile:
        """One file of documents (values as reading makes them: Decimal, date, time), checked before it is given back.

        `thread` are the documents that they answer, {"order": ...}. Every finding names the field that it is about, where there
        is one, behind the number of the document where there are several.
        """
        findings: list[Finding] = []
        roots = []
        written = []
        for number, document in enumerate(documents, 1):
            context = self._context(thread)
            if self.mapping.rules.echo is not None:
                document, troubles = echoed(document, self.mapping.rules.echo, Related(context.thread, document))
                findings += [CODES[code].finding(Location(field=name or None), value, context.severities) for code, name, value in troubles]
            root, wrong = self.trees.write(document, context)
            findings += _numbered(wrong, number, len(documents))
            roots.append(root)
            written.append(document)
        made = self.format.write(roots, self.settings)
        findings += made.findings
        if made.body and not any(finding.severity == "error" for finding in made.findings):
            findings += self._read_again(made.body, written, findings, thread)
        return WrittenFile(made.body, tuple(findings))

    def _context(self, thread: Mapping[str, Any] | None) -> Context:
        context = context_of(self.terms)
        context.thread = thread or {}
        return context

    def _read_again(
        self, body: bytes, documents: Sequence[Mapping[str, Any]], known: Sequence[Finding], thread: Mapping[str, Any] | None
    ) -> list[Finding]:
        """What does not come back as it was."""
        findings: list[Finding] = []
        read: list[Mapping[str, Any]] = []
        for part in self.format.read([body], self.settings):
            findings += [_unfit(finding) for finding in part.findings if finding.severity == "error"]
            if isinstance(part, DocumentRead) and part.accepted:
                back = self.mapping.read(part.root, self._context(thread), unread=part.unread)
                findings += [
                    _unfit(replace(f, location=part.locate(f.location)), "write-unreadable") for f in back.findings if f.severity == "error"
                ]
                read.append(back.documents[0] if back.documents else {})
        if len(read) != len(documents) and not findings:
            findings.append(CODES["write-count"].finding(written=len(documents), read=len(read)))
        for number, (document, again) in enumerate(zip(documents, read, strict=False), 1):
            findings += _numbered(compared(document, again, known, self._context(thread)), number, len(documents))
        return findings


def _unfit(finding: Finding, code: str = "write-unfit") -> Finding:
    at = finding.location
    said = " ".join(part for part in (at.field or "", finding.message) if part)
    return CODES[code].finding(at, finding.value, problem=said)


def _numbered(findings: Sequence[Finding], number: int, count: int) -> list[Finding]:
    """Findings of one document among several, by its number."""
    if count == 1:
        return list(findings)
    return [replace(one, location=replace(one.location, field=f"{number}.{one.location.field or ''}".rstrip("."))) for one in findings]


__all__ = ["FileWriter", "WrittenFile"]
