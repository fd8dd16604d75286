"""Words what is wrong in a segment that its pattern refused, element by element. Slow on purpose: only faults get here."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from gateway.formats.x12.envelope import Delimiters
from gateway.formats.x12.patterns import DATE_6, DATE_8, PERIODS, TIME, is_period
from gateway.profiles.guide import Element, Relation, SegmentGuide, Slot

ELEMENT_LIMIT = 32_768
_DATE_8 = re.compile(DATE_8)
_DATE_6 = re.compile(DATE_6)
_TIME = re.compile(TIME)
_PERIODS = {name: re.compile(form) for name, form in PERIODS.items()}
_NUMBER = re.compile(r"-?\d+", re.ASCII)
_REAL = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
_IMPLIED = frozenset("123456789")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LAYOUT = dict.fromkeys(range(9, 14))
"""Tabs and the ends of lines and pages: no text either, but what people type into fields."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a segment: its code, place in the segment, value and the facts of the sentence."""

    code: str
    element: int
    component: int | None
    repetition: int | None
    element_id: str | None
    value: str | None
    facts: dict[str, object]


class _Hint:
    """The nearest code, sought only where a sentence is made of it: for a value that no list holds that is slow."""

    def __init__(self, value: str, codes: frozenset[str]) -> None:
        self.value = value
        self.codes = codes

    def __str__(self) -> str:
        near = _nearest(self.value[:ELEMENT_LIMIT], self.codes)
        return f"; did you mean '{near}'?" if near else ""


@lru_cache(maxsize=512)
def _nearest(value: str, codes: frozenset[str]) -> str | None:
    alike = [code for code in codes if abs(len(code) - len(value)) < 2 and (code[:1] == value[:1] or code[-1:] == value[-1:])]
    return next(iter(difflib.get_close_matches(value, sorted(alike), 1, 0.5)), None)


def faults(raw: str, segment: SegmentGuide, delimiters: Delimiters) -> Iterator[Fault]:
    """Everything wrong in one segment, in order of its elements; relations last."""
    values = raw.split(delimiters.element)[1:]
    filled = len(values)
    while filled and not values[filled - 1].strip(delimiters.component):
        filled -= 1
    if filled < len(values):
        yield Fault("trailing-separators", len(values), None, None, None, None, {})
    for position, value in enumerate(values[:filled], 1):
        if position > len(segment.slots):
            yield Fault("too-many-elements", position, None, None, None, value, {"segment": segment.id, "limit": len(segment.slots)})
            break
        found = list(_slot(position, value, segment.slots[position - 1], f"{segment.id}{position:02d}", delimiters))
        yield from found
        form = _PERIODS.get(values[position - 2]) if position > 1 and value and not found and is_period(segment, position) else None
        if form is not None and not form.fullmatch(value):
            yield Fault("bad-date", position, None, None, segment.slots[position - 1].id, decoded(value), {})
    for position in range(filled + 1, len(segment.slots) + 1):
        slot = segment.slots[position - 1]
        if slot.requirement == "M":
            yield Fault("element-missing", position, None, None, slot.id, None, {})
    for relation in segment.relations:
        present = [position <= filled and values[position - 1] != "" for position in relation.positions]
        half = _half_a_pair(segment, relation, present, values)
        if half is not None:
            yield half
            continue
        for position, code, rule in _relation(relation, present, segment.id):
            yield Fault(code, position, None, None, segment.slots[position - 1].id, None, {"rule": rule})


def _half_a_pair(segment: SegmentGuide, relation: Relation, present: list[bool], values: list[str]) -> Fault | None:
    """What partners commonly send of two elements that go together, and mean nothing by; None where the relation stands as it is."""
    if relation.kind != "P" or present != [True, False]:
        return None
    first, second = relation.positions
    ids = (segment.slots[first - 1].id, segment.slots[second - 1].id)
    if ids == ("235", "234"):
        return Fault("qualifier-alone", second, None, None, "234", None, {"qualifier": values[first - 1]})
    if ids == ("1250", "1251") and values[first - 1] in ("19", "20"):
        return Fault("century-alone", first, None, None, "1250", values[first - 1], {})
    return None


def _slot(position: int, value: str, slot: Slot, named: str, delimiters: Delimiters) -> Iterator[Fault]:
    if not value:
        if slot.requirement == "M":
            yield Fault("element-missing", position, None, None, slot.id, None, {})
        return
    if slot.requirement == "N":
        yield Fault("elements-exclude", position, None, None, slot.id, value, {"rule": "this partner does not use the element"})
        return
    repeats = value.split(delimiters.repetition) if delimiters.repetition else [value]
    if len(repeats) > slot.repeat:
        yield Fault("too-many-repetitions", position, None, None, slot.id, value, {"actual": len(repeats), "limit": slot.repeat})
        return
    for number, one in enumerate(repeats, 1):
        repetition = number if len(repeats) > 1 or slot.repeat > 1 else None
        yield from _one(position, one, slot, named, repetition, delimiters)


def _one(position: int, value: str, slot: Slot, named: str, repetition: int | None, delimiters: Delimiters) -> Iterator[Fault]:
    parts = value.split(delimiters.component) if delimiters.component else [value]
    allowed = len(slot.components) or 1
    if len(parts) > allowed and any(parts[allowed:]):
        yield Fault("too-many-components", position, None, repetition, slot.id, value, {"actual": len(parts), "limit": allowed})
        return
    if not slot.components:
        if len(parts) > 1:
            yield Fault("trailing-separators", position, None, repetition, slot.id, value, {})
        yield from _value(position, None, repetition, parts[0], slot.element, slot.id)
        return
    for number, (part, inner) in enumerate(zip(parts, slot.components, strict=False), 1):
        if part:
            yield from _value(position, number, repetition, part, inner.element, inner.id)
        elif inner.requirement == "M":
            yield Fault("element-missing", position, number, repetition, inner.id, None, {})
    for number in range(len(parts) + 1, allowed + 1):
        if slot.components[number - 1].requirement == "M":
            yield Fault("element-missing", position, number, repetition, slot.components[number - 1].id, None, {})
    for relation in slot.relations:
        present = [component <= len(parts) and parts[component - 1] != "" for component in relation.positions]
        for component, code, rule in _relation(relation, present, f"{named}-"):
            yield Fault(code, position, component, repetition, slot.components[component - 1].id, None, {"rule": rule})
    if not parts[-1]:
        yield Fault("trailing-separators", position, None, repetition, slot.id, value, {})


def _value(
    position: int, component: int | None, repetition: int | None, value: str, element: Element | None, number: str
) -> Iterator[Fault]:
    def fault(code: str, **facts: object) -> Fault:
        return Fault(code, position, component, repetition, number, shown, facts)

    shown = value = decoded(value)
    if len(value) > ELEMENT_LIMIT:
        yield fault("too-long", actual=len(value), limit=ELEMENT_LIMIT)
        return
    if element is None:
        return
    if element.type != "B" and value != value.rstrip(" ") and len(value) > element.min:
        yield fault("padding")
        value = value.rstrip(" ") or " "
    if element.type == "DT":
        if not ((element.max >= 8 and _DATE_8.fullmatch(value)) or (element.min <= 6 and _DATE_6.fullmatch(value))):
            yield fault("bad-date")
        return
    if element.type == "TM":
        if not _TIME.fullmatch(value):
            yield fault("bad-time")
        return
    digits = len(value)
    if element.type == "R" or element.type.startswith("N"):
        real = element.type == "R"
        if element.type[1:] in _IMPLIED and "." in value and _REAL.fullmatch(value):
            yield fault("explicit-point", places=element.type[1:])
        elif not (_REAL if real else _NUMBER).fullmatch(value):
            yield fault(
                "bad-character",
                expected="a decimal number: digits, at most one point, a leading minus"
                if real
                else "a whole number: digits, a leading minus",
            )
            return
        digits = sum(c.isdigit() for c in value)
    elif element.type != "B" and (control := _CONTROL.search(value.translate(_LAYOUT))):
        yield fault("bad-character", expected=f"text: the character {control[0]!r} stands in no text")
    elif element.type != "B" and _CONTROL.search(value):
        yield fault("control-character")
    if digits < element.min:
        yield fault("too-short", actual=digits, limit=element.min)
    elif digits > element.max and element.type != "B":
        yield fault("too-long", actual=digits, limit=element.max)
    elif element.codes is not None and value not in element.codes:
        if element.closed or value in element.refused:
            yield fault("code-refused", expected=" ".join(sorted(element.codes)[:12]))
        else:
            yield fault("code-unknown", hint=_Hint(value, element.codes))


def _relation(relation: Relation, present: list[bool], named: str) -> Iterator[tuple[int, str, str]]:
    """Where a relation is broken, as position, code and rule; `present` tells of its positions in turn, `named` stands before them."""
    places = [f"{named}{position:02d}" for position in relation.positions]
    first, others = relation.positions[0], relation.positions[1:]
    if relation.kind == "P" and any(present) and not all(present):
        rule = f"{' and '.join(places)} go together"
        for position, there in zip(relation.positions, present, strict=True):
            if not there:
                yield position, "element-needed", rule
    elif relation.kind == "R" and not any(present):
        yield first, "element-needed", f"at least one of {', '.join(places)} is sent"
    elif relation.kind == "E" and sum(present) > 1:
        last = max(position for position, there in zip(relation.positions, present, strict=True) if there)
        yield last, "elements-exclude", f"only one of {', '.join(places)} may be sent"
    elif relation.kind == "C" and present[0] and not all(present):
        for position, there in zip(others, present[1:], strict=True):
            if not there:
                yield position, "element-needed", f"{places[0]} needs {' and '.join(places[1:])}"
    elif relation.kind == "L" and present[0] and not any(present[1:]):
        yield others[0], "element-needed", f"{places[0]} needs at least one of {', '.join(places[1:])}"


def decoded(text: str) -> str:
    """Latin-1 text as people wrote it: UTF-8 where its bytes are valid UTF-8, else as it is."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError):
        return text
