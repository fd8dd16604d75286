"""Cuts a stream of JSON into the values at a path, each as text with its line, without holding the others; strict about what is around."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from gateway.edi.finding import Finding, Location
from gateway.formats.json.codes import CODES

VALUE_LIMIT = 16 * 1024 * 1024
"""Characters of one document."""
DEPTH_LIMIT = 64
"""Levels of lists and objects in one document."""
PIECE = 64 * 1024

_BLANK = re.compile(r"[ \t\r\n]*")
_INSIDE = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]|"', re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PLAIN = re.compile(r"[^\s,:{}\[\]\"]+")


class Refused(Exception):
    """The file cannot be read: the finding that says so."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Scanner:
    """A stream of JSON, read once from its beginning; `outside` hears of every member that is no document, with its path."""

    def __init__(self, chunks: Iterable[bytes], encoding: str, outside: Callable[[tuple[str, ...], str, int], None]) -> None:
        self._chunks = iter(chunks)
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._encoding = encoding
        self._outside = outside
        self._bytes = 0
        self._text = ""
        self._at = 0
        self._ended = False
        self._line, self._column = 1, 1

    def values(self, path: Sequence[str]) -> Iterator[tuple[str, int]]:
        """Each document at a path, of a list each item: its text and the line that it begins in. Raises Refused."""
        if self._peek() == "\ufeff":
            self._at += 1
        first = True
        while self._peek_value() or first:
            first = False
            yield from self._walk(tuple(path), ())

    # ------------------------------------------------------------ grammar around documents

    def _walk(self, rest: tuple[str, ...], above: tuple[str, ...]) -> Iterator[tuple[str, int]]:
        mark = self._peek_value()
        if rest and mark != "{":
            raise self._bad(f"an object with '{rest[0]}' is expected")
        if rest:
            yield from self._members(rest, above)
        elif mark == "[":
            for _ in self._items("]"):
                yield self._value()
        else:
            yield self._value()

    def _members(self, rest: tuple[str, ...], above: tuple[str, ...]) -> Iterator[tuple[str, int]]:
        seen: set[str] = set()
        for _ in self._items("}"):
            if self._peek_value() != '"':
                raise self._bad("a member's name in quotes is expected")
            line = self._line
            text, _ = self._value()
            try:
                name = str(json.loads(text))
            except ValueError:
                raise self._bad("a member's name is expected") from None
            if name in seen:
                raise Refused(CODES["json-twice"].finding(Location(line=line, field=".".join((*above, name))), name))
            seen.add(name)
            if self._peek_value() != ":":
                raise self._bad("':' is expected")
            self._take()
            if name == rest[0]:
                yield from self._walk(rest[1:], (*above, name))
            else:
                self._outside((*above, name), *self._value())

    def _items(self, end: str) -> Iterator[None]:
        """Stops before each item of a list or object; what the caller takes is the item."""
        self._take()
        if self._peek_value() == end:
            self._take()
            return
        while True:
            yield
            mark = self._peek_value()
            if mark not in (",", end):
                raise self._bad(f"',' or '{end}' is expected")
            self._take()
            if mark == end:
                return

    # ------------------------------------------------------------ one value

    def _value(self) -> tuple[str, int]:
        """One whole value as text, and its line; inside it only strings and brackets are looked at."""
        mark = self._peek_value()
        line = self._line
        if mark in ("{", "["):
            end = self._closed()
        elif mark == '"':
            end = self._grown(_STRING, "a string is not closed")
        elif mark and mark not in ",:}]":
            end = self._grown(_PLAIN, "a value is expected")
        else:
            raise self._bad("a value is expected")
        text = self._text[self._at : end]
        self._moved(end)
        return text, line

    def _closed(self) -> int:
        depth, at = 0, self._at
        while True:
            for found in _INSIDE.finditer(self._text, at):
                mark = found.group()
                if mark == '"':
                    at = found.start()
                    break
                at = found.end()
                if mark in ("{", "["):
                    depth += 1
                    if depth > DEPTH_LIMIT:
                        self._moved(at)
                        raise Refused(CODES["json-deep"].finding(self._here(), limit=DEPTH_LIMIT))
                elif mark in ("}", "]"):
                    depth -= 1
                    if not depth:
                        return at
            if not self._more():
                raise self._bad("it ends inside of a value")
            if len(self._text) - self._at > VALUE_LIMIT:
                raise Refused(CODES["json-too-large"].finding(self._here(), limit=VALUE_LIMIT))
            at -= self._cut

    def _grown(self, pattern: re.Pattern[str], problem: str) -> int:
        """The end of what a pattern finds here; more is read until it cannot grow."""
        while True:
            found = pattern.match(self._text, self._at)
            if found and (found.end() < len(self._text) or pattern is _STRING or self._ended):
                return found.end()
            if not self._more():
                if found:
                    return found.end()
                raise self._bad(problem)
            if len(self._text) - self._at > VALUE_LIMIT:
                raise Refused(CODES["json-too-large"].finding(self._here(), limit=VALUE_LIMIT))

    # ------------------------------------------------------------ text

    def _peek(self) -> str:
        while self._at >= len(self._text):
            if not self._more():
                return ""
        return self._text[self._at]

    def _peek_value(self) -> str:
        """The next character that is no blank."""
        while True:
            found = _BLANK.match(self._text, self._at)
            assert found is not None
            self._moved(found.end())
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _take(self) -> None:
        self._moved(self._at + 1)

    def _moved(self, to: int) -> None:
        lines = self._text.count("\n", self._at, to)
        if lines:
            self._line += lines
            self._column = to - self._text.rfind("\n", self._at, to)
        else:
            self._column += to - self._at
        self._at = to

    def _more(self) -> bool:
        """Whether there was more; what was read is let go of, `_cut` characters."""
        self._cut = 0
        if self._ended:
            return False
        if self._at > PIECE:
            self._cut = self._at
            self._text, self._at = self._text[self._at :], 0
        gathered: list[str] = []
        size = 0
        while size < PIECE:
            chunk = next(self._chunks, None)
            try:
                piece = self._decoder.decode(chunk or b"", final=chunk is None)
            except UnicodeError as error:
                at = self._bytes + getattr(error, "start", 0)
                raise Refused(CODES["json-encoding"].finding(self._here(), encoding=self._encoding, byte=at)) from None
            self._bytes += len(chunk or b"")
            gathered.append(piece)
            size += len(piece)
            if chunk is None:
                self._ended = True
                break
        self._text += "".join(gathered)
        return bool(size)

    def _here(self) -> Location:
        return Location(line=self._line, column=self._column)

    def _bad(self, problem: str) -> Refused:
        return Refused(CODES["json-malformed"].finding(self._here(), problem=problem))


_TOKEN = re.compile(r'[ \t\r\n]*(?:("(?:[^"\\]|\\.)*")|([{}\[\],:])|([^\s{}\[\],:"]+))', re.DOTALL)


def places_in(text: str) -> tuple[dict[tuple[str | int, ...], int], tuple[tuple[str | int, ...], int] | None]:
    """Of each value of a JSON text where it begins, by path, and the first that is there again, with where. The text is well-formed."""
    found: dict[tuple[str | int, ...], int] = {(): 0}
    twice: tuple[tuple[str | int, ...], int] | None = None
    stack: list[tuple[str, list[str | int]]] = []
    path: list[str | int] = []
    expects = "value"
    for token in _TOKEN.finditer(text):
        string, mark, _ = token.groups()
        if mark in ("}", "]"):
            stack.pop()
            del path[len(stack) :]
            expects = "comma"
        elif mark == ",":
            if stack[-1][0] == "[":
                path[-1] = int(path[-1]) + 1
            else:
                expects = "name"
                continue
            expects = "value"
        elif mark == ":":
            expects = "value"
        elif expects == "name" and string:
            del path[len(stack) - 1 :]
            path.append(str(json.loads(string)))
            if tuple(path) in found and twice is None:
                twice = tuple(path), token.start(1)
            found.setdefault(tuple(path), token.start(1))
        else:
            found.setdefault(tuple(path), token.start(2) if mark else max(token.start(1), token.start(3)))
            if mark == "{":
                stack.append(("{", path))
                expects = "name"
            elif mark == "[":
                stack.append(("[", path))
                path.append(0)
    return found, twice
