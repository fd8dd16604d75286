"""Reads an XML file document by document: each element at the agreed path is one, and is forgotten before the next but one is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from lxml import etree

from gateway.edi.finding import Finding, Location
from gateway.formats.format import DocumentRead, FileEnd
from gateway.formats.tree import Loop
from gateway.formats.xml.codes import CODES
from gateway.formats.xml.parsing import Refused, first_error, opened, options
from gateway.formats.xml.places import Places
from gateway.formats.xml.schema import against_schema
from gateway.formats.xml.settings import XmlSettings
from gateway.formats.xml.steps import local, prefixed
from gateway.formats.xml.walking import Reading, Walk

DOCUMENT_LIMIT = 16 * 1024 * 1024
"""Bytes of one document, with what stands around it."""


def read(chunks: Iterable[bytes], settings: XmlSettings) -> Iterator[DocumentRead | FileEnd]:
    """Each document of a file as it ends, then the file's end. Never raises; what cannot be read is a finding."""
    return _Reader(settings).read(chunks)


class _Reader:
    def __init__(self, settings: XmlSettings) -> None:
        self.settings = settings
        self.spine = [step.name for step in settings.document.steps]
        self.open: list[Any] = []
        """The elements of the spine that are open."""
        self.root: Any = None
        self.documents = 0
        self.size = 0
        self.fed = 0
        """Bytes since the last document ended."""

    def read(self, chunks: Iterable[bytes]) -> Iterator[DocumentRead | FileEnd]:
        findings: list[Finding] = []
        counted = self._counted(chunks)
        try:
            yield from self._documents(counted)
        except Refused as refused:
            findings.append(refused.finding)
            for _ in counted:
                pass  # so that the size is known, and the archive's hash was checked to the end
        yield FileEnd(findings, self.documents, self.size)

    def _counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size += len(chunk)
            yield chunk

    def _documents(self, chunks: Iterable[bytes]) -> Iterator[DocumentRead]:
        encoding, stream = opened(chunks)
        parser = etree.XMLPullParser(events=("start", "end"), tag=tuple(dict.fromkeys(self.spine)), **options(encoding))
        wrong = None
        for chunk in stream:
            self.fed += len(chunk)
            with suppress(etree.XMLSyntaxError):  # its log says it better
                parser.feed(chunk)
            wrong = first_error(parser.feed_error_log)
            yield from self._events(parser)
            if wrong is not None:
                raise Refused(wrong)
            if self.root is None and self.fed > DOCUMENT_LIMIT // 16:
                break
            if self.fed > DOCUMENT_LIMIT:
                raise Refused(CODES["xml-too-large"].finding(Location(line=self._line()), limit=DOCUMENT_LIMIT))
            self._forget()
        yield from self._closed(parser)

    def _closed(self, parser: Any) -> Iterator[DocumentRead]:
        try:
            root = parser.close()
        except etree.XMLSyntaxError:
            yield from self._events(parser)
            wrong = first_error(parser.feed_error_log)
            if wrong is None:
                wrong = CODES["xml-malformed"].finding(Location(line=1), problem="there is no element in it")
            if self.root is not None or self.fed <= DOCUMENT_LIMIT // 16:
                raise Refused(wrong) from None
            root = None
        yield from self._events(parser)
        if not self.documents:
            value = self._held(root)
            raise Refused(CODES["xml-no-document"].finding(Location(line=1), value, expected=self.settings.path))

    def _held(self, root: Any) -> str:
        """What the file holds instead, as far down as it agrees and one step more."""
        if root is None:
            return "another root element"
        here, path = root, f"/{local(root.tag)}"
        for name in self.spine[1:]:
            if here.tag != self.spine[path.count("/") - 1]:
                break
            children = list(here.iterchildren("*"))
            following = next((child for child in children if child.tag == name), children[-1] if children else None)
            if following is None:
                break
            here, path = following, f"{path}/{local(following.tag)}"
        space = etree.QName(here).namespace
        return f"{path} of {space}" if here.tag not in self.spine and local(here.tag) in map(local, self.spine) else path

    def _line(self) -> int:
        return self.open[-1].sourceline if self.open else 1

    def _events(self, parser: Any) -> Iterator[DocumentRead]:
        for event, element in parser.read_events():
            if event == "start":
                depth = len(self.open)
                if (
                    depth < len(self.spine)
                    and element.tag == self.spine[depth]
                    and element.getparent() is (self.open[-1] if self.open else None)
                ):
                    self.open.append(element)
                    if depth == 0:
                        self.root = element
            elif self.open and element is self.open[-1]:
                if len(self.open) == len(self.spine):
                    yield self._document(element)
                self.open.pop()

    def _document(self, element: Any) -> DocumentRead:
        self.documents += 1
        self.fed = 0
        reading = Reading()
        root = Loop("", None)
        if len(self.spine) > 1:
            reading.visit(self.root, [(self.settings.around, root)], complete=False)
        reading.visit(element, [(self.settings.walk, root)])
        number = f"[{self.documents}]" if self.documents > 1 else ""
        said = {fill: value for fill in self.settings.fill if (value := fill.said(root)) is not None}
        spine = [prefixed(name, self.settings.namespaces) for name in self.spine]
        places = Places(reading, element, said, f"/{'/'.join(spine)}{number}", self.settings.namespaces)
        read = DocumentRead(
            root, "", self.documents, element.sourceline or 1, 0, 0, reading.size, locate=places.locate, unread=places.unread
        )
        read.findings.extend(places.differing())
        read.findings.extend(against_schema(element, self.settings, places))
        return read

    def _forget(self) -> None:
        """Lets go of what stands in the file before what is read now, except what values outside of the documents come from."""
        keep: Walk | None = self.settings.around
        for depth, element in enumerate(self.open[: len(self.spine) - 1]):
            following = self.spine[depth + 1]
            for child in list(element)[:-1]:  # the last one is not finished, or its tail is not
                if child.tag == following or keep is None or child.tag not in keep.children:
                    element.remove(child)
            keep = next((branch.walk for branch in keep.children.get(following, ())), None) if keep is not None else None
