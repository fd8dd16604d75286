"""Trees as a JSON file: a path makes the objects on its way, a filter the members that it asks for; numbers keep their digits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.format import Written
from gateway.formats.json.codes import CODES
from gateway.formats.json.reader import CANONICAL
from gateway.formats.json.settings import JsonSettings
from gateway.formats.json.steps import Step, parse
from gateway.formats.json.walking import Number
from gateway.formats.shape import Shape, Type
from gateway.formats.tree import Loop

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?", re.ASCII)


def write(roots: Iterable[Loop], settings: JsonSettings) -> Written:
    """A file of these documents."""
    return _Writer(settings).write(list(roots))


class _Literal(str):
    """JSON as it is to be written."""

    __slots__ = ()


class _Writer:
    def __init__(self, settings: JsonSettings) -> None:
        self.settings = settings
        self.findings: list[Finding] = []
        self.made: dict[tuple[int, Step], dict[str, Any]] = {}
        """Of an object (by its id) and a step, the object that the step led to."""
        self.alive: list[dict[str, Any]] = []
        """All objects, so that an id stays one object's."""

    def write(self, roots: list[Loop]) -> Written:
        """The bytes, and what could not be said."""
        top: dict[str, Any] = {}
        documents: list[Any] = []
        for root in roots:
            if self.settings.canonical:
                documents.append(_Literal(root.segments[CANONICAL][0][1]))
            else:
                document: dict[str, Any] = {}
                self.alive.append(document)
                self._scope(document, root, self.settings.shape, top if self.settings.path else document)
                documents.append(document)
        whole: Any = documents if self.settings.listed or len(documents) != 1 else documents[0]
        if self.settings.path:
            here = top
            for name in self.settings.path[:-1]:
                here = here.setdefault(name, {})
            here[self.settings.path[-1]] = whole
            whole = top
        return Written("".join(_said(whole, 0)).encode(self.settings.encoding) + b"\n", self.findings)

    def _scope(self, into: dict[str, Any], loop: Loop, shape: Shape, top: dict[str, Any]) -> None:
        for name in sorted(shape.order, key=shape.order.__getitem__):
            if name in shape.values and name in loop.segments:
                self._values(into, name, [segment[1] for segment in loop.segments[name]], shape, top)
            if name in shape.lists and name in loop.loops:
                self._items(into, name, loop.loops[name], shape.lists[name], top)

    def _items(self, into: dict[str, Any], name: str, loops: list[Loop], shape: Shape, top: dict[str, Any]) -> None:
        steps = parse(name).steps
        here = into
        for step in steps[:-1]:
            here = self._child(here, step)
        items = here.setdefault(steps[-1].name, [])
        if not isinstance(items, list):
            self.findings.append(CODES["json-place-taken"].finding(Location(field=name), name))
            return
        for loop in loops:
            if "." in loop.segments:
                items.append(self._typed(loop.segments["."][0][1], shape.values["."], name))
                continue
            item: dict[str, Any] = {}
            self.alive.append(item)
            self._fulfil(item, steps[-1])
            self._scope(item, loop, shape, top)
            items.append(item)

    def _values(self, into: dict[str, Any], name: str, texts: list[str], shape: Shape, top: dict[str, Any]) -> None:
        path = parse(name)
        steps = path.steps
        here = into
        if path.absolute:
            inside = tuple(step.name for step in steps)[: len(self.settings.path)] == self.settings.path
            here, steps = (into, steps[len(self.settings.path) :]) if inside else (top, steps)
        for step in steps[:-1]:
            here = self._child(here, step)
        typed = [self._typed(text, shape.values[name], name) for text in texts]
        last = steps[-1]
        value: Any = typed if name in shape.many or len(typed) > 1 or last.index is not None else typed[0]
        if last.name in here and here[last.name] != value:
            self.findings.append(CODES["json-place-taken"].finding(Location(field=name), str(texts[0])))
            return
        here[last.name] = value

    def _child(self, here: dict[str, Any], step: Step) -> dict[str, Any]:
        """The object that a step leads to, made where it is not there."""
        found = self.made.get((id(here), step))
        if found is None:
            found = {}
            self._fulfil(found, step)
            if step.listed:
                members = here.setdefault(step.name, [])
                if isinstance(members, list):
                    members.append(found)
            else:
                held = here.setdefault(step.name, found)
                found = held if isinstance(held, dict) else found
            self.made[id(here), step] = found
            self.alive.append(found)
        return found

    def _fulfil(self, item: dict[str, Any], step: Step) -> None:
        for test in step.tests:
            if not test.negated and test.values[0]:
                here = item
                for name in test.path[:-1]:
                    here = here.setdefault(name, {})
                here[test.path[-1]] = test.values[0]

    def _typed(self, text: str, kind: Type, name: str) -> Any:
        if kind == "number":
            if not _NUMBER.fullmatch(text):
                self.findings.append(CODES["json-not-a-number"].finding(Location(field=name), text))
            return Number(text)
        if kind == "flag" and text in ("true", "false"):
            return text == "true"
        return text


def _said(value: Any, depth: int) -> Iterator[str]:
    """A value as JSON, in lines of two blanks a level."""
    inner = "\n" + "  " * (depth + 1)
    if isinstance(value, dict) and value:
        yield "{"
        for number, (name, one) in enumerate(value.items()):
            yield f"{',' if number else ''}{inner}{json.dumps(name, ensure_ascii=False)}: "
            yield from _said(one, depth + 1)
        yield "\n" + "  " * depth + "}"
    elif isinstance(value, list) and value:
        yield "["
        for number, one in enumerate(value):
            yield f"{',' if number else ''}{inner}"
            yield from _said(one, depth + 1)
        yield "\n" + "  " * depth + "]"
    elif isinstance(value, Number | _Literal):
        yield str(value)
    else:
        yield json.dumps(value, ensure_ascii=False)
