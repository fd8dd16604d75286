"""A shape compiled for reading: which child elements, attributes and texts of an element are wanted, and what is left unread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.formats.shape import Shape
from gateway.formats.tree import Loop, PlacedSegment
from gateway.formats.xml.steps import INSTANCE, Step, Test, XPath, parse


@dataclass(slots=True)
class Branch:
    """One way into a child element; `list` is the path of the list whose item it is, or ''."""

    step: Step
    walk: Walk
    list: str = ""


@dataclass(slots=True)
class Walk:
    """What is wanted of one element: paths by attribute, paths of its text, ways into children by their names."""

    attributes: dict[str, list[str]] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    children: dict[str, list[Branch]] = field(default_factory=dict)
    above: list[tuple[XPath, str]] = field(default_factory=list)
    """Of an item of a list, values of the elements around it."""

    def child(self, step: Step) -> Walk:
        """The walk of a child element, of which equal steps share one."""
        for branch in self.children.get(step.name, ()):
            if branch.step == step and not branch.list:
                return branch.walk
        branch = Branch(step, Walk())
        self.children.setdefault(step.name, []).append(branch)
        self.tested(branch)
        return branch.walk

    def item(self, path: XPath, name: str) -> Walk:
        """The walk of a list's items."""
        here = self
        for step in path.steps[:-1]:
            here = here.child(step)
        branch = Branch(path.steps[-1], Walk(), name)
        here.children.setdefault(branch.step.name, []).append(branch)
        here.tested(branch)
        return branch.walk

    def value(self, path: XPath, name: str) -> None:
        """Wants a value under a name."""
        here = self
        if path.up:
            self.above.append((path, name))
            return
        for step in path.steps:
            here = here.child(step)
        if path.attribute:
            here.attributes.setdefault(path.attribute, []).append(name)
        else:
            here.text.append(name)

    def tested(self, branch: Branch) -> None:
        """What a predicate looks at is read, though nothing is made of it."""
        for test in branch.step.tests:
            here = branch.walk
            for name in test.path:
                here = here.child(Step(name))
            if test.attribute:
                here.attributes.setdefault(test.attribute, [])
            elif test.values is not None:
                here.text += () if here.text else ("",)


def walk_of(shape: Shape, namespaces: Mapping[str, str], document: XPath) -> tuple[Walk, Walk]:
    """The walk of the document, and that of the whole file from its root, for values outside of the document."""
    top, around = Walk(), Walk()
    _fill(top, shape, namespaces, around)
    inside = tuple(Step(step.name) for step in document.steps)
    for name in [name for name in shape.values if name.startswith("/")]:
        path = parse(name, namespaces)
        if tuple(Step(step.name) for step in path.steps[: len(inside)]) == inside:
            top.value(XPath(path.steps[len(inside) :], path.attribute), name)
        elif path.steps and path.steps[0].name == inside[0].name:
            around.value(XPath(path.steps[1:], path.attribute), name)
    return top, around


def _fill(walk: Walk, shape: Shape, namespaces: Mapping[str, str], around: Walk) -> None:
    for name in shape.values:
        if not name.startswith("/"):
            walk.value(parse(name, namespaces), name)
    for name, inner in shape.lists.items():
        path = parse(name, namespaces)
        _fill(walk.item(path, name), inner, namespaces, around)


class Reading:
    """One document being read: its tree, the elements that values came from, what was not read."""

    __slots__ = ("above", "places", "size", "unread")

    def __init__(self) -> None:
        self.above: set[tuple[Any, str]] = set()
        """Elements (and attributes) that items of lists read around them: not unread, whoever passed them by before."""
        self.places: list[tuple[Any, str]] = []
        """By a segment's position the element, and the attribute or ''."""
        self.unread: list[tuple[Any, str, str]] = []
        """Element, attribute or '', value."""
        self.size = 0

    def visit(self, element: Any, wanted: list[tuple[Walk, Loop]], complete: bool = True) -> None:
        """Takes what is wanted of an element and of those inside it."""
        self.size += 1
        text = text_of(element)
        read = not text
        attributes = element.attrib
        seen: set[str] = set()
        for walk, loop in wanted:
            for path, name in walk.above:
                for found_at in found_of(climbed(element, path.up), path):
                    self.above.add((found_at, path.attribute))
                    if value := said_by(found_at, path):
                        self._take(loop, name, value, found_at, path.attribute)
            if walk.text:
                read = True
                if text:
                    for name in walk.text:
                        self._take(loop, name, text, element, "")
            for attribute, names in walk.attributes.items() if attributes else ():
                seen.add(attribute)
                value = attributes.get(attribute)
                if value is not None and (value := value.strip()):
                    for name in names:
                        self._take(loop, name, value, element, attribute)
        if complete:
            if not read:
                self.unread.append((element, "", text))
            if attributes and len(seen) < len(attributes):
                self.unread += [(element, name, value) for name, value in attributes.items() if name not in seen and _said(name, value)]
        counts: dict[int, int] = {}
        for child in element.iterchildren(tag="*"):  # elements only
            found: list[tuple[Walk, Loop]] = []
            tag = child.tag
            for walk, loop in wanted:
                for branch in walk.children.get(tag, ()):
                    step = branch.step
                    if step.tests and not all(holds(test, child) for test in step.tests):
                        continue
                    if step.position:
                        counts[id(branch)] = count = counts.get(id(branch), 0) + 1
                        if count != step.position:
                            continue
                    found.append((branch.walk, loop.open(branch.list, [branch.list]) if branch.list else loop))
            if found:
                self.visit(child, found, complete)
            elif complete:
                self.left(child)

    def left(self, element: Any) -> None:
        """Nothing of an element and of those inside it is wanted."""
        for one in element.iter("*"):
            self.size += 1
            text = text_of(one)
            if text:
                self.unread.append((one, "", text))
            self.unread += [(one, name, value) for name, value in one.attrib.items() if _said(name, value)]

    def _take(self, loop: Loop, name: str, value: str, element: Any, attribute: str) -> None:
        if not name:
            return
        loop.segments.setdefault(name, []).append(PlacedSegment([name, value], len(self.places)))
        self.places.append((element, attribute))


def _said(name: str, value: str) -> bool:
    return bool(value.strip()) and not name.startswith(INSTANCE)


def climbed(element: Any, steps: int) -> Any:
    """The element so many above; None where there is none."""
    for _ in range(steps):
        element = element.getparent() if element is not None else None
    return element


def found_of(element: Any, path: XPath) -> list[Any]:
    """The elements that a path's steps lead to."""
    found = [] if element is None else [element]
    for step in path.steps:
        below = [child for one in found for child in one.iterchildren(step.name) if all(holds(test, child) for test in step.tests)]
        found = below[step.position - 1 : step.position] if step.position else below
    return found


def said_by(element: Any, path: XPath) -> str:
    """What an element says at the end of a path."""
    return (element.get(path.attribute) or "").strip() if path.attribute else text_of(element)


def text_of(element: Any) -> str:
    """An element's own text, without that of elements inside it and without the blanks around."""
    text = element.text or ""
    if len(element):
        text += "".join(child.tail or "" for child in element)
    return text.strip()


def holds(test: Test, element: Any) -> bool:
    """Whether a predicate holds of an element."""
    found = [element]
    for name in test.path:
        found = [child for one in found for child in one.iterchildren(name)]
    if test.attribute:
        values = [one.get(test.attribute) for one in found]
        present = [value.strip() for value in values if value is not None]
    else:
        present = [text_of(one) for one in found] if test.values is not None or test.path else [text for text in [text_of(element)] if text]
    if test.values is None:
        return bool(present) != test.negated
    return any(value in test.values for value in present) != test.negated
