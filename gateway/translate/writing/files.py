"""Documents as a file without envelope: written by the mapping that reads such files, read again, and held against what was written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.format import DocumentRead, Written
from gateway.formats.rows.layout import Layout
from gateway.profiles.terms import Terms
from gateway.translate.codes import CODES
from gateway.translate.files import format_for
from gateway.translate.mapping import Mapping as Rulebook
from gateway.translate.origins import origins
from gateway.translate.outcome import context_of
from gateway.translate.rules import Each, Rules, Several
from gateway.translate.runtime import Context
from gateway.translate.threads import Related, echoed
from gateway.translate.writing.paths import PathWriter
from gateway.translate.writing.proof import compared
from gateway.translate.writing.rows import RowWriter
from gateway.translate.writing.writer import FIGURES


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
        self.format, settings = format_for(mapping, terms)
        self.settings = replace(settings, skip=0) if getattr(settings, "skip", 0) else settings
        """As it is written: lines that reading skips are nothing that we would say."""
        self._longer = frozenset(_added(mapping.rules))
        self._writers: dict[Rulebook, PathWriter | RowWriter] = {}

    def write(self, documents: Sequence[Mapping[str, Any]], thread: Mapping[str, Any] | None = None) -> WrittenFile:
        """One file of documents (values as reading makes them: Decimal, date, time), checked before it is given back.

        `thread` are the documents that they answer, {"order": ...}. Every finding names the field that it is about, where there
        is one, behind the number of the document where there are several.
        """
        told: list[list[Finding]] = []
        roots = []
        written = []
        for given in documents:
            document, context = given, self._context(thread)
            findings: list[Finding] = []
            if self.mapping.rules.echo is not None:
                document, troubles = echoed(given, self.mapping.rules.echo, Related(context.thread, given))
                findings += [CODES[code].finding(Location(field=name or None), value, context.severities) for code, name, value in troubles]
            root, wrong = self._writer(document).write(document, context)
            told.append([*findings, *wrong])
            roots.append(root)
            written.append(document)
        made = self.format.write(roots, self.settings)
        whole = self._read_again(made, written, told, thread)
        numbered = [_numbered(found, number, len(documents)) for number, found in enumerate(told, 1)]
        return WrittenFile(made.body, (*whole, *(finding for found in numbered for finding in found)))

    def _writer(self, document: Mapping[str, Any]) -> PathWriter | RowWriter:
        """The writer with the code tables of the document's day."""
        day = document.get("date")
        today = self.mapping.on(day if isinstance(day, date) else None)
        if today not in self._writers:
            self._writers[today] = RowWriter(today, self.settings) if isinstance(self.settings, Layout) else PathWriter(today)
        return self._writers[today]

    def _context(self, thread: Mapping[str, Any] | None) -> Context:
        context = context_of(self.terms)
        context.thread = thread or {}
        return context

    def _read_again(
        self, made: Written, documents: Sequence[Mapping[str, Any]], told: list[list[Finding]], thread: Mapping[str, Any] | None
    ) -> list[Finding]:
        """Adds to each document's findings what could not be written of it and what does not come back; the rest is of the whole file."""
        read: list[DocumentRead] = []
        whole: list[Finding] = []
        for part in self.format.read([made.body], self.settings) if made.body else ():
            if isinstance(part, DocumentRead):
                read.append(part)
            else:
                whole += [_unfit(finding) for finding in part.findings if finding.severity == "error"]
        for finding in made.findings:
            number = max((n for n, part in enumerate(read) if finding.location.line and part.line <= finding.location.line), default=0)
            told[number].append(self._named(finding, read[number], thread) if read else finding)
        if any(finding.severity == "error" for finding in made.findings):
            return whole
        for document, part, found in zip(documents, read, told, strict=False):
            context = self._context(thread)
            found.extend(self._named(_unfit(finding), part, thread) for finding in part.findings if finding.severity == "error")
            if not part.accepted:
                continue
            back = self.mapping.read(part.root, context, unread=part.unread)
            for finding in back.findings:
                if finding.severity == "error":
                    at = replace(finding, location=part.locate(finding.location))
                    found.append(self._named(_unfit(at, "write-unreadable"), part, thread))
            again = back.documents[0] if back.documents else {}
            computed = frozenset() if FIGURES & again.keys() else FIGURES
            found.extend(compared(document, again, found, context, computed, self._longer))
        if len(read) != len(documents) and not whole:
            whole.append(CODES["write-count"].finding(written=len(documents), read=len(read)))
        return whole

    def _named(self, finding: Finding, part: DocumentRead, thread: Mapping[str, Any] | None) -> Finding:
        """A finding about a place in the file, told of the document's field that stands there."""
        for found in origins(self.mapping, part.root, self._context(thread)):
            for origin in found:
                at = part.locate(origin.location())
                if at.line is not None and (at.line, at.column) == (finding.location.line, finding.location.column):
                    return replace(finding, location=replace(finding.location, field=origin.field))
        return finding


def _added(rules: Rules) -> Iterator[str]:
    """The lists of a document to which `write_only` adds items."""
    for one in rules.fields.fields:
        lists = one.rule.lists if isinstance(one.rule, Several) else (one.rule,)
        paths = [f"{each.path.text}/" for each in lists if isinstance(each, Each)]
        if any(added.path.text.startswith(path) for added in rules.write_only for path in paths):
            yield one.name


def _unfit(finding: Finding, code: str = "write-misread") -> Finding:
    at = finding.location
    said = " ".join(part for part in (at.field or "", finding.message) if part)
    return CODES[code].finding(at, finding.value, problem=said)


def _numbered(findings: Sequence[Finding], number: int, count: int) -> list[Finding]:
    """Findings of one document among several, by its number."""
    if count == 1:
        return list(findings)
    return [replace(one, location=replace(one.location, field=f"{number}.{one.location.field or ''}".rstrip("."))) for one in findings]


__all__ = ["FileWriter", "WrittenFile"]
