"""How a JSON file is written: declared by its mapping, never guessed, and compiled once."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.formats.format import Wrong
from gateway.formats.json.steps import BadDotted, parse
from gateway.formats.json.walking import Walk, walk_of
from gateway.formats.shape import Shape

KEYS = ("kind", "document", "canonical", "encoding", "sample")
"""Keys of `format:` in a mapping of JSON files."""


@dataclass(frozen=True, slots=True)
class JsonSettings:
    """Where documents stand, what is wanted of them, or that they are canonical ones."""

    path: tuple[str, ...]
    """Members down to the document, or to the list of documents; none: the file's own value, or the items of its list."""
    listed: bool
    """Whether documents are written as a list even where there is one: `document: orders[]`."""
    shape: Shape
    walk: Walk
    """What is wanted of a document."""
    around: Mapping[tuple[str, ...], str]
    """What is wanted of the file around it: members, and the path that rules read them by."""
    canonical: bool = False
    encoding: str = "utf-8"


def settings_of(form: Mapping[str, Any], shape: Shape) -> tuple[JsonSettings, Wrong]:
    """What a mapping's `format:` declares, and what is wrong with it."""
    wrong: Wrong = []
    text = str(form.get("document") or "")
    body = text.removesuffix("[]")
    path: tuple[str, ...] = ()
    if body:
        try:
            steps = parse(body.removeprefix("/")).steps
            path = tuple(step.name for step in steps)
            if any(step.listed for step in steps):
                wrong.append(("document", "members down to the documents, such as data.orders[]"))
        except BadDotted as bad:
            wrong.append(("document", f"members down to the documents, such as data.orders[]; it {bad.problem}"))
    canonical = str(form.get("canonical") or "no").lower()
    if canonical not in ("yes", "no", "true", "false"):
        wrong.append(("canonical", "yes or no"))
    encoding = str(form.get("encoding") or "utf-8")
    try:
        codecs.getincrementaldecoder(encoding)
    except LookupError:
        wrong.append(("encoding", "an encoding such as utf-8"))
        encoding = "utf-8"
    walk, around = walk_of(shape, path)
    return JsonSettings(path, text.endswith("[]"), shape, walk, around, canonical in ("yes", "true"), encoding), wrong
