"""Trees as an XML file: a path makes the elements on its way, a predicate what it asks for, in the mapping's order or the declared one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from gateway.edi.finding import Finding, Location
from gateway.formats.format import Written
from gateway.formats.shape import Shape
from gateway.formats.tree import UNREAD, Loop
from gateway.formats.xml.codes import CODES
from gateway.formats.xml.settings import XmlSettings
from gateway.formats.xml.steps import BadXPath, Step, Test, XPath, parse
from gateway.formats.xml.walking import climbed, found_of, said_by


def write(roots: Iterable[Loop], settings: XmlSettings) -> Written:
    """A file of these documents."""
    return _Writer(settings).write(list(roots))


class _Writer:
    def __init__(self, settings: XmlSettings) -> None:
        self.settings = settings
        self.findings: list[Finding] = []
        self.prefixes = {prefix or None: space for prefix, space in sorted(settings.namespaces.items()) if prefix != "xml"}
        self.made: dict[tuple[int, Step], Any] = {}
        """Of an element (by its id) and a step, the child that the step led to."""
        self.alive: list[Any] = []
        """All elements, so that an id stays one element's."""
        self.placed: set[int] = set()
        """Elements that a path made, and no list has taken yet."""

    def write(self, roots: Sequence[Loop]) -> Written:
        """The bytes, and what could not be said."""
        spine = self.settings.document.steps
        if len(spine) == 1 and len(roots) != 1:
            return Written(b"", [CODES["xml-single"].finding(count=len(roots))])
        top: Any = etree.Element(spine[0].name, nsmap=self.prefixes)  # type: ignore[arg-type]  # None is the prefix of no prefix
        self.alive.append(top)
        above = top
        for step in spine[1:-1]:
            above = self._child(above, step)
        for root in roots:
            element = top if len(spine) == 1 else self._new(above, spine[-1])
            self._scope(element, root, self.settings.shape, top)
            self._unread(element, root)
            for path in self.settings.always:
                here = element
                for step in path.steps:
                    here = self._child(here, step)
            self._filled(element, root)
        self._sorted(top)
        etree.cleanup_namespaces(top)
        etree.indent(top)
        doctype = {"doctype": f"<!DOCTYPE {self.settings.doctype}>"} if self.settings.doctype else {}
        write_all: Any = etree.tostring
        body = write_all(top, xml_declaration=True, encoding=self.settings.encoding, **doctype)
        return Written(body + b"\n", self.findings)

    def _scope(self, element: Any, loop: Loop, shape: Shape, top: Any) -> None:
        """The values and lists of one scope, in the mapping's order."""
        for name in sorted(shape.order, key=shape.order.__getitem__):
            if name in shape.values:
                for number, segment in enumerate(loop.segments.get(name, ())):
                    self._value(element, name, segment[1] if len(segment) > 1 else "", top, again=number > 0)
            if name in shape.lists:
                path = parse(name, self.settings.namespaces)
                for inner in loop.loops.get(name, ()):
                    here = self._around(element, path.steps[:-1], inner)
                    self._scope(self._item(here, path.steps[-1]), inner, shape.lists[name], top)

    def _around(self, element: Any, steps: Sequence[Step], item: Loop) -> Any:
        """Where an item of a list goes: into the element around it that says what the item says of it, or else a new one."""
        said = [(parse(name, self.settings.namespaces), found[0][1]) for name, found in item.segments.items() if name.startswith("../")]
        here = element
        for number, step in enumerate(steps):
            wanted = [(path, value) for path, value in said if path.up == len(steps) - number]
            if not wanted:
                here = self._new(here, step) if step.name in self.settings.alone else self._child(here, step)
                continue
            fits = [child for child in here.iterchildren(step.name) if all(self._agrees(child, *one) for one in wanted)]
            here = fits[0] if fits else self._new(here, step)
            self.placed.discard(id(here))
        return here

    @staticmethod
    def _agrees(element: Any, path: XPath, value: str) -> bool:
        found = found_of(element, path)
        return not found or said_by(found[0], path) in ("", value)

    def _value(self, element: Any, name: str, text: str, top: Any, again: bool) -> None:
        path = parse(name, self.settings.namespaces)
        here, steps = (top, path.steps[1:]) if path.absolute else (climbed(element, path.up), path.steps)
        if path.absolute and self._inside(path):
            here, steps = element, path.steps[len(self.settings.document.steps) :]
        for number, step in enumerate(steps):
            last = number == len(steps) - 1
            here = self._new(here, step) if again and last and not path.attribute else self._child(here, step)
        try:
            held = here.get(path.attribute) if path.attribute else here.text
            if held and held != text:  # outside of the documents, or a predicate says it
                if path.absolute:
                    self.findings.append(CODES["xml-twice"].finding(Location(field=name), text, other=repr(held)))
            elif path.attribute:
                here.set(path.attribute, text)
            else:
                here.text = text
        except ValueError:
            self.findings.append(CODES["xml-character"].finding(Location(field=name), text))

    def _inside(self, path: XPath) -> bool:
        spine = self.settings.document.steps
        return tuple(step.name for step in path.steps[: len(spine)]) == tuple(step.name for step in spine)

    def _child(self, element: Any, step: Step) -> Any:
        """The child that a step leads to, made where it is not there."""
        child = self.made.get((id(element), step))
        if child is None and not step.tests:
            there = list(element.iterchildren(step.name))
            child = there[max(step.position, 1) - 1] if max(step.position, 1) <= len(there) else None
        if child is None:
            child = self._new(element, step)
            self.placed.add(id(child))
        self.made[id(element), step] = child
        return child

    def _item(self, element: Any, step: Step) -> Any:
        """An element for the next item of a list: one that a path with a position had made, or another one."""
        child = next((one for one in element.iterchildren(step.name) if id(one) in self.placed), None) if not step.tests else None
        if child is None:
            return self._new(element, step)
        self.placed.discard(id(child))
        return child

    def _new(self, element: Any, step: Step) -> Any:
        """Another child, with what the step's predicates ask for."""
        child = etree.SubElement(element, step.name)
        self.alive.append(child)
        for test in step.tests:
            self._fulfil(child, test)
        return child

    def _fulfil(self, element: Any, test: Test) -> None:
        if test.negated or test.values is None:
            return
        here = element
        for name in test.path:
            here = self._child(here, Step(name))
        if test.attribute:
            here.set(test.attribute, test.values[0])
        else:
            here.text = test.values[0]

    def _unread(self, element: Any, root: Loop) -> None:
        """Puts back what nobody had read, where it stood."""
        for _, place, name, value in root.segments.get(UNREAD, ()):
            try:
                path = parse(place, self.settings.namespaces)
                here, walks = element, [self.settings.walk]
                for step in path.steps[len(self.settings.document.steps) :]:
                    ways = [branch for walk in walks for branch in walk.children.get(step.name, ())]
                    here = self._nth(here, step, known=any(way.list for way in ways))
                    walks = [way.walk for way in ways]
                if name == ".":
                    here.text = here.text or value
                elif (attribute := parse(name, self.settings.namespaces).attribute) not in here.attrib:
                    here.set(attribute, value)
            except (BadXPath, ValueError, LookupError):
                continue  # reading it again tells what is missing

    def _nth(self, element: Any, step: Step, known: bool) -> Any:
        """The child of a name at a position, made where it is the next one and no item of a list that a rule fills. Raises LookupError."""
        wanted = step.position or 1
        children = list(element.iterchildren(step.name))
        if wanted <= len(children):
            return children[wanted - 1]
        if known or wanted > len(children) + 1:
            raise LookupError
        return self._new(element, Step(step.name))

    def _filled(self, element: Any, root: Loop) -> None:
        """What the document says once, on every element that has to say it too."""
        said = [(fill, value) for fill in self.settings.fill if (value := fill.said(root)) is not None]
        for one in element.iter() if said else ():
            for fill, value in said:
                if fill.fits(one.tag) and fill.attribute not in one.attrib:
                    one.set(fill.attribute, value)

    def _sorted(self, top: Any) -> None:
        """Children in the declared order; those that it does not name stay behind them, as they were made."""
        for element in list(top.iter()) if self.settings.order else ():  # a list: moved children would mislead the walk
            names = self.settings.order.get(element.tag)
            if names is not None:
                ranks = {name: n for n, name in enumerate(names)}
                element[:] = sorted(element, key=lambda child, ranks=ranks: ranks.get(child.tag, len(ranks)))  # type: ignore[misc]
