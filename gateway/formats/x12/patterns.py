"""One regular expression a segment, made from its guide: a single C call says whether it is clean.

Relations stand once after the end as conditionals on named groups, never as look-aheads, which would rescan the segment.
Every class excludes the delimiters, so no expression can be ambiguous about where an element ends: the time to refuse a
hostile segment is linear. Long code lists are looked up after the match.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from gateway.formats.x12.envelope import Delimiters
from gateway.profiles.guide import Element, Relation, SegmentGuide, Slot

CODES_IN_EXPRESSION = 50
"""Longer code lists are looked up in a set: as a trie they would cost ten times the compile time."""
_REMEMBERED = 512

_MONTH_DAY = "(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\\d|30)|02(?:0[1-9]|1\\d|2[0-8]))"
_LEAP = "(?:0[48]|[2468][048]|[13579][26])"
_LEAP_CENTURY = "(?:[02468][048]|[13579][26])00"
DATE_8 = rf"(?:[12]\d{{3}}{_MONTH_DAY}|(?:[12]\d{_LEAP}|{_LEAP_CENTURY})0229)"
DATE_6 = rf"(?:\d\d{_MONTH_DAY}|(?:00|{_LEAP})0229)"
TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\d\d?)?)?"


@dataclass(frozen=True, slots=True)
class Pattern:
    """The compiled check of one segment: `match` gives None for anything but a clean segment.

    `looked_up` are the groups whose code lists are too long for the expression, with `known` for combinations seen good.
    """

    match: Callable[[str], re.Match[str] | None]
    looked_up: tuple[int, ...]
    lists: tuple[frozenset[str], ...]
    known: set[object]

    def codes_known(self, match: re.Match[str]) -> bool:
        """Whether every looked-up element of a matching segment holds a known code."""
        values = match.group(*self.looked_up)
        if values in self.known:
            return True
        each = values if isinstance(values, tuple) else (values,)
        good = all(value is None or value in codes for value, codes in zip(each, self.lists, strict=True))
        if good and len(self.known) < _REMEMBERED:
            self.known.add(values)
        return good


def compile_segment(segment: SegmentGuide, delimiters: Delimiters) -> Pattern:
    """The pattern of a segment for one set of delimiters."""
    separator = re.escape(delimiters.element)
    related = {position for relation in segment.relations for position in relation.positions}
    lists: dict[str, frozenset[str]] = {}
    bodies: list[str] = []
    for position, slot in enumerate(segment.slots, 1):
        body = _slot(slot, delimiters)
        element = slot.element
        if element is not None and element.codes is not None and len(element.codes) > CODES_IN_EXPRESSION and slot.repeat == 1:
            lists[f"e{position}"] = element.codes
        elif position not in related:
            bodies.append(f"(?:{body})")
            continue
        bodies.append(f"(?P<e{position}>{body})")
    last = max((position for position, slot in enumerate(segment.slots, 1) if slot.requirement == "M"), default=0)
    expression = re.escape(segment.id)
    for position, body in enumerate(bodies[:last], 1):
        expression += separator + body + ("" if segment.slots[position - 1].requirement == "M" else "?")
    tail = ""
    for position in range(len(bodies), last, -1):
        if segment.slots[position - 1].requirement == "N":
            tail = f"(?:{separator}{tail})?"
        else:
            tail = f"(?:{separator}{bodies[position - 1]}?{tail})?"
    conditions = "".join(_relation(relation) for relation in segment.relations)
    compiled = re.compile(f"{expression}{tail}(?<!{separator})\\Z{conditions}")
    return Pattern(compiled.match, tuple(compiled.groupindex[name] for name in lists), tuple(lists.values()), set())


def _slot(slot: Slot, delimiters: Delimiters) -> str:
    """One element, with its repetitions where the version has them."""
    one = _composite(slot, delimiters) if slot.components else _element(slot.element, delimiters)
    if slot.repeat > 1 and delimiters.repetition:
        return f"{one}(?:{re.escape(delimiters.repetition)}{one}){{0,{min(slot.repeat, 1000) - 1}}}"
    return one


def _composite(slot: Slot, delimiters: Delimiters) -> str:
    separator = re.escape(delimiters.component)
    last = max((position for position, part in enumerate(slot.components, 1) if part.requirement == "M"), default=0)
    bodies = [f"(?:{_element(part.element, delimiters)})" for part in slot.components]
    text = "".join(
        (separator if position > 1 else "") + body + ("" if slot.components[position - 1].requirement == "M" else "?")
        for position, body in enumerate(bodies[: max(last, 1)], 1)
    )
    tail = ""
    for body in reversed(bodies[max(last, 1) :]):
        tail = f"(?:{separator}{body}?{tail})?"
    return f"{text}{tail}(?<!{separator})"


def characters(delimiters: Delimiters) -> str:
    """The inside of a class that excludes all delimiters and control characters."""
    excluded = {delimiters.element, *delimiters.component, *(delimiters.repetition or "")}
    return "^" + "".join(re.escape(c) for c in sorted(excluded)) + r"\x00-\x1f\x7f"


def _element(element: Element | None, delimiters: Delimiters) -> str:
    inside = characters(delimiters)
    if element is None:
        return f"[{inside}]+"
    low, high = element.min, element.max
    if element.codes is not None and (len(element.codes) <= CODES_IN_EXPRESSION):
        return trie(sorted(element.codes))
    if element.type == "DT":
        return DATE_8 if low >= 8 else DATE_6 if high <= 6 else f"(?:{DATE_8}|{DATE_6})"
    if element.type == "TM":
        return TIME
    if element.type == "R":
        end = re.escape(delimiters.element) + "".join(re.escape(c) for c in (delimiters.component + (delimiters.repetition or "")))
        return rf"-?(?:\d{{{low},{high}}}|(?=[\d.]{{{low + 1},{high + 1}}}(?:[{end}]|\Z))(?:\d+\.\d*|\.\d+))"
    if element.type.startswith("N"):
        return rf"-?\d{{{low},{high}}}"
    if element.type == "B":
        return f"[{inside}]{{{low},}}"
    return f"[{inside}]{{{max(low - 1, 0)},{high - 1}}}[{inside} ]"


def trie(words: list[str]) -> str:
    """An alternation that shares prefixes, of sorted words."""
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[:1], []).append(word[1:])
    parts = []
    for first, rest in groups.items():
        if first == "":
            continue
        longer = [word for word in rest if word]
        parts.append(re.escape(first) + ((trie(longer) + ("?" if "" in rest else "")) if longer else ""))
    if len(parts) > 1 and all(len(part) == 1 for part in parts):
        return f"[{''.join(parts)}]"
    return f"(?:{'|'.join(parts)})"


_FAIL = "(?!)"


def _relation(relation: Relation) -> str:
    names = [f"e{position}" for position in relation.positions]
    first, *others = names
    if relation.kind == "P":
        return f"(?({first}){_all(others)}|{_none(others)})"
    if relation.kind == "R":
        return _any(names)
    if relation.kind == "E":
        return _at_most_one(names)
    return f"(?({first}){_all(others) if relation.kind == 'C' else _any(others)}|)"


def _all(names: list[str]) -> str:
    return f"(?({names[0]}){_all(names[1:])}|{_FAIL})" if names else ""


def _none(names: list[str]) -> str:
    return f"(?({names[0]}){_FAIL}|{_none(names[1:])})" if names else ""


def _any(names: list[str]) -> str:
    return f"(?({names[0]})|{_any(names[1:])})" if names else _FAIL


def _at_most_one(names: list[str]) -> str:
    return f"(?({names[0]}){_none(names[1:])}|{_at_most_one(names[1:])})" if len(names) > 1 else ""
