"""Differences that are agreed: paths whose values do not count when two files are compared.

    - GS.06                 an element, in whatever loop; ISA.13, BEG.05
    - REF[01=ZZ]            whole segments whose element 01 is ZZ (or A|B)
    - PO1/N1.04             inside these loops
    - lines.price           JSON: by keys, all items of a list; with what is inside
    - Order/Line/@id        XML: by local names
    - order_date            delimited: by column
    - dates                 every date (element type DT, or a text that is one); times

`*` stands for any run of characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from gateway.profiles.guide import Slot

USUAL = ("ISA.09", "ISA.10", "ISA.13", "GS.04", "GS.05", "GS.06", "ST.02")
"""What two translators never have alike: the moment of writing, and their own control numbers."""

MASK = "~"
"""What stands for a value that does not count."""

_X12 = re.compile(r"(?:(?P<loops>[A-Z0-9#*/]+)/)?(?P<segment>[A-Z0-9*]{2,3})(?:\[(?P<filter>[^\]]+)\])?(?:\.(?P<element>\d{1,2}))?")
_DATE = re.compile(r"(?:19|20)\d\d-?(?:0\d|1[0-2])-?(?:[0-2]\d|3[01])(?:[T ].*)?")
_TIME = re.compile(r"(?:[01]\d|2[0-3]):?[0-5]\d(?::?[0-5]\d(?:\.\d+)?)?")
_WORDS = {"dates": ("DT", _DATE), "times": ("TM", _TIME)}


@dataclass(frozen=True, slots=True)
class _Pattern:
    loops: tuple[str, ...]
    segment: str
    filter: tuple[tuple[int, frozenset[str]], ...]
    element: int

    def fits(self, segment: str, loops: tuple[str, ...], elements: Sequence[str]) -> bool:
        if not fnmatchcase(segment, self.segment):
            return False
        around = loops[:-1] if loops and loops[-1].partition("#")[0] == segment else loops  # the loop that it opens itself
        if not any(self._within(chain) for chain in (loops, around)):
            return False
        return all((elements[at - 1] if at <= len(elements) else "") in values for at, values in self.filter)

    def _within(self, loops: tuple[str, ...]) -> bool:
        """Whether the innermost of these loops are those of the path."""
        own = loops[-len(self.loops) :] if self.loops else ()
        return len(own) == len(self.loops) and all(fnmatchcase(loop, wanted) for loop, wanted in zip(own, self.loops, strict=True))


@dataclass(slots=True)
class Agreed:
    """Paths whose values do not count; `unknown` are texts that are no paths."""

    paths: tuple[str, ...] = ()
    unknown: list[str] = field(default_factory=list)
    _x12: list[_Pattern] = field(default_factory=list)
    _types: set[str] = field(default_factory=set)
    _texts: list[re.Pattern[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path in self.paths:
            if path in _WORDS:
                kind, form = _WORDS[path]
                self._types.add(kind)
                self._texts.append(form)
                continue
            found = _X12.fullmatch(path)
            if found is not None:
                self._x12.append(_pattern(found))
            elif not path.strip() or ("[" in path and "." in path.partition("]")[2] and path[0].isupper()):
                self.unknown.append(path)

    def masked(self, segment: str, loops: tuple[str, ...], elements: Sequence[str], slots: Sequence[Slot]) -> Sequence[str]:
        """An X12 segment's elements with a mask in place of what does not count (what comparing.py takes)."""
        fitting = [one for one in self._x12 if one.fits(segment, loops, elements)]
        typed = {n for n, slot in enumerate(slots) if slot.element is not None and slot.element.type in self._types}
        if not fitting and not typed:
            return elements
        if any(one.element == 0 for one in fitting):
            return [MASK]
        hidden = typed | {one.element - 1 for one in fitting}
        kept = [MASK if n in hidden else value for n, value in enumerate(elements)]
        while kept and kept[-1] in (MASK, ""):  # one that is left out is agreed, too
            kept.pop()
        return kept

    def covers(self, place: str, ours: str | None = None, theirs: str | None = None) -> bool:
        """Whether a place of a JSON or XML file, or a column, is agreed, itself or with what is around it; or both values are dates."""
        if ours is not None and theirs is not None and any(form.fullmatch(ours) and form.fullmatch(theirs) for form in self._texts):
            return True
        bare = re.sub(r"\[\d+\]", "", place)
        return any(_inside(bare, path) for path in self.paths if path not in _WORDS)


def _pattern(found: re.Match[str]) -> _Pattern:
    conditions = []
    for part in (found["filter"] or "").split(","):
        number, _, values = part.partition("=")
        if number.strip().isdigit():
            conditions.append((int(number), frozenset(value.strip() for value in values.split("|"))))
    return _Pattern(
        tuple((found["loops"] or "").split("/")) if found["loops"] else (), found["segment"], tuple(conditions), int(found["element"] or 0)
    )


def _inside(place: str, path: str) -> bool:
    wanted = path.strip("/")
    return fnmatchcase(place, wanted) or any(fnmatchcase(place, f"{wanted}{mark}*") for mark in (".", "/"))
