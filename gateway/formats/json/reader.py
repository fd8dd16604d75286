"""Reads a JSON file document by document: strict, numbers with their digits as sent, and no document held when it was read."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.format import DocumentRead, FileEnd
from gateway.formats.json.codes import CODES
from gateway.formats.json.scanning import Refused, Scanner, places_in
from gateway.formats.json.settings import JsonSettings
from gateway.formats.json.walking import EXPONENT_LIMIT, Number, Path, Reading, plain, text_of
from gateway.formats.tree import Loop, PlacedSegment

CANONICAL = "document"
"""In the tree of a canonical document, the name of the segment that holds it as text."""

_ESCAPED_HALF = re.compile(r"\\u[dD][89abAB]|\\u[dD][c-fC-F]")
_HALF = re.compile("[\ud800-\udfff]")


def read(chunks: Iterable[bytes], settings: JsonSettings) -> Iterator[DocumentRead | FileEnd]:
    """Each document of a file as it ends, then the file's end. Never raises; what cannot be read is a finding."""
    return _Reader(settings).read(chunks)


class _Twice(ValueError):
    """A member that is there twice."""


class _NoNumber(ValueError):
    """A number that is none."""


class _Reader:
    def __init__(self, settings: JsonSettings) -> None:
        self.settings = settings
        self.documents = 0
        self.size = 0
        self.around: dict[str, tuple[str, int]] = {}

    def read(self, chunks: Iterable[bytes]) -> Iterator[DocumentRead | FileEnd]:
        findings: list[Finding] = []
        counted = self._counted(chunks)
        try:
            for text, line in Scanner(counted, self.settings.encoding, self._outside).values(self.settings.path):
                self.documents += 1
                yield self._document(text, line)
            if not self.documents:
                expected = ".".join(self.settings.path) or "its top"
                findings.append(CODES["json-no-document"].finding(Location(line=1), expected=expected))
        except Refused as refused:
            findings.append(refused.finding)
            for _ in counted:
                pass  # so that the size is known, and the archive's hash was checked to the end
        yield FileEnd(findings, self.documents, self.size)

    def _counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size += len(chunk)
            yield chunk

    def _outside(self, path: tuple[str, ...], text: str, line: int) -> None:
        """A member beside the documents: what rules want of it is kept."""
        wanted = {names: name for names, name in self.settings.around.items() if names[: len(path)] == path}
        value, finding = _parsed(text, line)
        if finding is not None:
            raise Refused(finding)
        for names, name in wanted.items():
            here = value
            for step in names[len(path) :]:
                here = here.get(step) if isinstance(here, dict) else None
            if not isinstance(here, dict | list) and (found := text_of(here)):
                self.around[name] = (found, line)

    def _document(self, text: str, line: int) -> DocumentRead:
        reading = Reading()
        root = Loop("", None)
        value, finding = _parsed(text, line)
        places = _Places(reading, text, line, self.documents if self.documents > 1 else 0)
        read = DocumentRead(root, "", self.documents, line, 0, 0, 0, locate=places.locate, unread=places.unread)
        if finding is not None:
            read.findings.append(finding)
        elif self.settings.canonical:
            root.segments[CANONICAL] = [PlacedSegment([CANONICAL, text], 0)]
            reading.places.append(())
        else:
            for name, (found, at) in self.around.items():
                reading.take(root, name, found, ("/", name, at))
            try:
                reading.visit(value, (), [(self.settings.walk, root)])
            except ValueError as error:
                read.findings.append(CODES["json-number"].finding(Location(line=line), str(error), limit=EXPONENT_LIMIT))
        read.size = reading.size
        return read


def _parsed(text: str, line: int) -> tuple[Any, Finding | None]:
    """The value of a text, or what is wrong with it."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_int=Number, parse_float=_number, parse_constant=_constant)
    except _Twice as twice:
        path, at = places_in(text)[1] or ((), 0)
        return None, CODES["json-twice"].finding(Location(line=line + text.count("\n", 0, at), field=shown(path)), str(twice))
    except _NoNumber as error:
        at = line + text.count("\n", 0, max(text.find(str(error)), 0))
        return None, CODES["json-number"].finding(Location(line=at), str(error), limit=EXPONENT_LIMIT)
    except json.JSONDecodeError as error:
        column = error.colno if error.lineno > 1 else None
        return None, CODES["json-malformed"].finding(
            Location(line=line + error.lineno - 1, column=column), problem=error.msg[:1].lower() + error.msg[1:]
        )
    if _ESCAPED_HALF.search(text) or _HALF.search(text):
        half = next((part for part in _strings(value) if _HALF.search(part)), None)
        if half is not None:
            return None, CODES["json-text"].finding(Location(line=line), _HALF.sub("\ufffd", half))
    return value, None


def _strings(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            stack += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            stack += one


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        raise _Twice(next(name for name, _ in pairs if name in seen or seen.add(name)))  # type: ignore[func-returns-value]
    return made


def _number(text: str) -> Number:
    if "e" in text or "E" in text:
        try:
            plain(text)
        except (ValueError, ArithmeticError):
            raise _NoNumber(text) from None
    return Number(text)


def _constant(text: str) -> Any:
    raise _NoNumber(text)


class _Places:
    """Where the values of one document came from, as line and path; lines are looked up when they are asked for."""

    def __init__(self, reading: Reading, text: str, line: int, number: int) -> None:
        self.reading = reading
        self.text = text
        self.line = line
        self.number = number
        self.known: dict[Path, int] | None = None

    def locate(self, at: Location) -> Location:
        """Line and path in place of segment and position; a dotted field of a canonical document has its line too."""
        position = at.segment_position
        if position is None and at.segment == CANONICAL:
            return Location(line=self.line_of(_path_of(at.field or "")), field=at.field)
        if position is None:
            return Location(line=self.line, field=at.field or at.segment) if at.segment else at
        path = self.reading.places[position - 1]
        if path[:1] == ("/",):
            return Location(line=int(path[2]), field=str(path[1]))
        return Location(line=self.line_of(path), field=self._shown(path) or at.field)

    def line_of(self, path: Path) -> int:
        """The line that a value stands in."""
        if self.known is None:
            self.known = places_in(self.text)[0]
        while path not in self.known:
            path = path[:-1]
        return self.line + self.text.count("\n", 0, self.known[path])

    def _shown(self, path: Path) -> str:
        return f"[{self.number}]{'.' if path else ''}{shown(path)}" if self.number else shown(path)

    def unread(self) -> list[dict[str, Any]]:
        """What no rule read, an entry for each object."""
        rows: dict[Path, dict[str, Any]] = {}
        for path, text in self.reading.unread:
            above = path[:-1]
            row = rows.setdefault(
                above,
                {"segment": next((p for p in reversed(above) if isinstance(p, str)), "."), "elements": {}, "loop": shown(above) or "."},
            )
            row["elements"][str(path[-1]) if path else "."] = text
        return list(rows.values())


def _path_of(field: str) -> Path:
    """A field of a document, as findings name it, as a path into its JSON."""
    return tuple(int(part) - 1 if part.isdigit() else part for part in field.split(".") if part)


def shown(path: Path) -> str:
    """A path as people write it, items counted from 1: lines[2].qty."""
    said = ""
    for part in path:
        said += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if said else part
    return said
