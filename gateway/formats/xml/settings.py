"""How an XML file is written: declared by its mapping, never guessed, and compiled once."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.formats.format import Wrong
from gateway.formats.shape import Shape
from gateway.formats.tree import Loop
from gateway.formats.xml.steps import BadXPath, XPath, local, parse
from gateway.formats.xml.walking import Walk, walk_of

KEYS = ("kind", "document", "namespaces", "encoding", "doctype", "order", "fill", "always", "alone", "xsd", "sample")
"""Keys of `format:` in a mapping of XML files."""


@dataclass(frozen=True, slots=True)
class Fill:
    """An attribute that says on many elements what the document says once, such as the currency of all amounts."""

    element: str
    """{namespace}local, or `*` and the end of a local name."""
    attribute: str
    paths: tuple[str, ...] = ()
    """Of the value in the document: the first that is there."""
    constant: str | None = None
    """What it always says when we write; others may say otherwise."""

    def said(self, root: Loop) -> str | None:
        """What the document says."""
        return (
            self.constant
            if self.constant is not None
            else next((found[0][1] for path in self.paths if (found := root.segments.get(path))), None)
        )

    def fits(self, name: str) -> bool:
        """Whether elements of a name have the attribute."""
        return name == self.element or (self.element.startswith("*") and local(name).endswith(self.element[1:]))


@dataclass(frozen=True, slots=True)
class XmlSettings:
    """The path of documents, prefixes, what is wanted of them, and what writing needs besides."""

    document: XPath
    path: str
    namespaces: Mapping[str, str]
    shape: Shape
    walk: Walk
    """What is wanted of a document."""
    around: Walk
    """What is wanted of the file around it."""
    encoding: str = "utf-8"
    doctype: str = ""
    order: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of an element (as {namespace}local) its children's names in the order in which they are written."""
    fill: tuple[Fill, ...] = ()
    always: tuple[XPath, ...] = ()
    """Elements that are there even where they have nothing to say."""
    alone: frozenset[str] = frozenset()
    """Elements that hold one item of a list each."""
    xsd: str = ""
    """The logical name of the schema, and `schemas` the texts of it and of what it includes."""
    schemas: Mapping[str, str] = field(default_factory=dict)


def settings_of(form: Mapping[str, Any], shape: Shape) -> tuple[XmlSettings, Wrong]:
    """What a mapping's `format:` declares, and what is wrong with it."""
    wrong: Wrong = []
    given = form.get("namespaces")
    if given is not None and not isinstance(given, Mapping):
        wrong.append(("namespaces", "a map of prefixes and namespaces; the prefix '' is for elements without one"))
    namespaces = {str(prefix): str(space) for prefix, space in given.items()} if isinstance(given, Mapping) else {}
    text = str(form.get("document") or "")
    document = XPath(())
    try:
        document = parse(text, namespaces)
        if not document.absolute or not document.steps or document.attribute or any(s.tests or s.position for s in document.steps):
            wrong.append(("document", "the way from the root to a document, such as /cXML/Request/OrderRequest"))
    except BadXPath as bad:
        wrong.append(("document", f"the way from the root to a document; it {bad.problem}"))
    encoding = str(form.get("encoding") or "utf-8")
    try:
        codecs.lookup(encoding)
    except LookupError:
        wrong.append(("encoding", "an encoding such as utf-8"))
        encoding = "utf-8"
    order = _order(form.get("order"), namespaces, wrong)
    fill = _fill(form.get("fill"), namespaces, shape, wrong)
    always = _elements(form, "always", namespaces, wrong)
    alone = frozenset(path.steps[-1].name for path in _elements(form, "alone", namespaces, wrong))
    walk, around = walk_of(shape, namespaces, document) if document.steps else (Walk(), Walk())
    doctype, xsd = str(form.get("doctype") or ""), _file(str(form.get("xsd") or ""))
    return XmlSettings(document, text, namespaces, shape, walk, around, encoding, doctype, order, fill, always, alone, xsd), wrong


def _file(name: str) -> str:
    """The logical name of a schema, which stands in mappings/."""
    return name if not name or name.startswith("mappings/") else f"mappings/{name}"


def _order(value: Any, namespaces: Mapping[str, str], wrong: Wrong) -> dict[str, tuple[str, ...]]:
    order: dict[str, tuple[str, ...]] = {}
    if value is None:
        return order
    try:
        for parents, children in value.items():
            listed = children if isinstance(children, list) else str(children).split()
            names = tuple(parse(str(name), namespaces).steps[0].name for name in listed)
            order.update((parse(parent, namespaces).steps[0].name, names) for parent in str(parents).split())
    except (BadXPath, AttributeError, IndexError):
        wrong.append(("order", "a map of elements, alone or several of one kind, and the names of their children in order"))
    return order


def _elements(form: Mapping[str, Any], key: str, namespaces: Mapping[str, str], wrong: Wrong) -> tuple[XPath, ...]:
    """The paths of elements that a key names, one or several."""
    value = form.get(key)
    try:
        found = tuple(parse(str(path), namespaces) for path in ((value,) if isinstance(value, str) else value or ()))
    except (BadXPath, TypeError):
        found = (XPath((), "none"),)
    if any(path.absolute or path.up or path.attribute or not path.steps for path in found):
        wrong.append((key, "paths of elements inside a document"))
        return ()
    return found


def _fill(value: Any, namespaces: Mapping[str, str], shape: Shape, wrong: Wrong) -> tuple[Fill, ...]:
    found: list[Fill] = []
    if value is not None and not isinstance(value, Mapping):
        wrong.append(("fill", "a map such as {Money/@currency: OrderRequestHeader/Total/Money/@currency}"))
        return ()
    for key, path in (value or {}).items():
        name, _, attribute = str(key).rpartition("/@")
        literal = re.fullmatch(r'"([^"]*)"', str(path).strip())
        try:
            element = name if name.startswith("*") and name[1:].isalnum() else parse(name, namespaces).steps[0].name
            paths = () if literal else tuple(one.strip() for one in str(path).split("??"))
            found.append(Fill(element, parse(f"@{attribute}", namespaces).attribute, paths, literal[1] if literal else None))
        except (BadXPath, IndexError):
            wrong.append(("fill", f"{key}: an element's attribute, and a path to what it says"))
            continue
        for one in paths if shape.values else ():
            if one not in shape.values:
                wrong.append(("fill", f"{one}: a path that a rule of the document's own fields reads"))
    return tuple(found)
