"""XPath as mappings write it: steps down with predicates on constants, an attribute or the text at the end; nothing that searches.

Header/From/Credential[@domain='DUNS']/Identity     cac:TaxTotal[cbc:ID='VAT']/cbc:TaxAmount/@currencyID     /cXML/@payloadID     .
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

XML = "http://www.w3.org/XML/1998/namespace"
"""What the prefix `xml` always means."""
INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
"""Attributes of this namespace say where a schema is: nothing of the document."""


@dataclass(frozen=True, slots=True)
class Test:
    """One predicate: what stands at `path` below the element (child elements, then an attribute; neither: its text) against constants.

    `values` None: it is there (`negated`: it is not); else it is one of them (`negated`: none).
    """

    path: tuple[str, ...]
    attribute: str = ""
    values: tuple[str, ...] | None = None
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One element down: its name as {namespace}local, its predicates, which of those that fulfil them (0: each)."""

    name: str
    tests: tuple[Test, ...] = ()
    position: int = 0


@dataclass(frozen=True, slots=True)
class XPath:
    """A place: `absolute` from the file's top, else from the element that its rule stands in; `attribute` as {namespace}local, or none."""

    steps: tuple[Step, ...]
    attribute: str = ""
    absolute: bool = False
    up: int = 0
    """How many elements above the item of a list it begins: `../`."""


class BadXPath(Exception):
    """The text is no such path: what is wrong and at which character, from 0."""

    def __init__(self, problem: str, at: int) -> None:
        super().__init__(problem)
        self.problem = problem
        self.at = at


_NAME = re.compile(r"(?:([A-Za-z_][\w.-]*):|Q\{([^{}]*)\})?([A-Za-z_][\w.-]*)")
_TEXT = re.compile(r"text\(\)|\.(?![\w.])")
_LITERAL = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_NUMBER = re.compile(r"[1-9]\d{0,5}")
_BLANK = re.compile(r"\s*")


class _Reader:
    def __init__(self, text: str, namespaces: Mapping[str, str]) -> None:
        self.text = text
        self.at = 0
        self.namespaces = namespaces

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = pattern.match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def take(self, *marks: str) -> str:
        for mark in marks:
            if self.text.startswith(mark, self.at):
                self.at += len(mark)
                return mark
        return ""

    def blank(self) -> None:
        self.match(_BLANK)

    def bad(self, expected: str) -> BadXPath:
        rest = self.text[self.at :]
        known = {
            "..": "goes up with '..' in its middle",
            "*": "has '*'; name the element",
        }
        for mark, problem in known.items():
            if rest.startswith(mark):
                return BadXPath(problem, self.at)
        return BadXPath(f"has '{rest[:20]}' where {expected} is expected" if rest else f"ends where {expected} is expected", self.at)

    def name(self, what: str, attribute: bool = False) -> str:
        """A name with its namespace; of an attribute without prefix there is none."""
        begin = self.at
        found = self.match(_NAME)
        if not found:
            raise self.bad(what)
        prefix, uri, local = found.groups()
        if uri is not None:
            space = uri
        elif prefix is None:
            space = "" if attribute else self.namespaces.get("", "")
        elif prefix == "xml":
            space = XML
        elif prefix in self.namespaces:
            space = self.namespaces[prefix]
        else:
            raise BadXPath(f"has the prefix '{prefix}', which `format: namespaces:` does not declare", begin)
        return f"{{{space}}}{local}" if space else local

    def steps(self) -> XPath:
        """All of the text."""
        absolute = bool(self.take("/"))
        if absolute and self.text.startswith("/", self.at):
            raise BadXPath("searches with '//'; say the whole way", self.at - 1)
        steps: list[Step] = []
        up = 0
        while not absolute and self.take("../"):
            up += 1
        if not absolute and not up:
            self.take("./")
        while True:
            if self.take("@"):
                attribute = self.name("an attribute's name", attribute=True)
                break
            if self.match(_TEXT):
                attribute = ""
                break
            steps.append(self.step())
            attribute = ""
            if not self.take("/"):
                break
        if self.at < len(self.text):
            raise self.bad("'/' or its end")
        return XPath(tuple(steps), attribute, absolute, up)

    def step(self) -> Step:
        name = self.name("an element, @attribute or text()")
        tests: list[Test] = []
        position = 0
        while self.take("["):
            self.blank()
            number = self.match(_NUMBER)
            if number:
                position = int(number.group())
            else:
                tests.append(self.test())
                self.blank()
                while self.take("and "):
                    self.blank()
                    tests.append(self.test())
                    self.blank()
            self.blank()
            if not self.take("]"):
                raise self.bad("']' or 'and'")
        return Step(name, tuple(tests), position)

    def test(self) -> Test:
        if self.take("not("):
            self.blank()
            path, attribute = self.operand()
            self.blank()
            if not self.take(")"):
                raise self.bad("')'")
            return Test(path, attribute, None, negated=True)
        path, attribute = self.operand()
        self.blank()
        mark = self.take("!=", "=")
        if not mark:
            return Test(path, attribute)
        values = [self.literal()]
        self.blank()
        while self.take("|"):  # alternatives, as in the other syntaxes of the language
            values.append(self.literal())
            self.blank()
        return Test(path, attribute, tuple(values), negated=mark == "!=")

    def operand(self) -> tuple[tuple[str, ...], str]:
        path: list[str] = []
        while True:
            if self.take("@"):
                return tuple(path), self.name("an attribute's name", attribute=True)
            if self.match(_TEXT):
                return tuple(path), ""
            path.append(self.name("an @attribute, an element or '.'"))
            if not self.take("/"):
                return tuple(path), ""

    def literal(self) -> str:
        self.blank()
        found = self.match(_LITERAL)
        if not found:
            raise self.bad("a quoted constant")
        return found.group(1) if found.group(1) is not None else found.group(2)


def parse(text: str, namespaces: Mapping[str, str]) -> XPath:
    """The path that a text says, by the prefixes declared ('' for elements without one). Raises BadXPath."""
    return _Reader(text.strip(), namespaces).steps()


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]


def prefixed(name: str, namespaces: Mapping[str, str]) -> str:
    """A name as paths write it: with the prefix declared for its namespace, without one where none is."""
    space, _, own = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
    if space == XML:
        return f"xml:{own}"
    prefix = next((prefix for prefix, known in namespaces.items() if known == space), None) if space else ""
    if prefix is None:
        return f"Q{{{space}}}{own}"  # as XPath 3 writes a namespace that has no prefix here
    return f"{prefix}:{own}" if prefix else own
