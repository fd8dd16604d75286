"""One regular expression a segment, made from its guide: a single C call says whether it is clean.

Relations stand once after the end as conditionals on named groups, never as look-aheads, which would rescan the segment.
Every class excludes the delimiters, so no expression can be ambiguous about where an element ends: the time to refuse a
hostile segment is linear. Long code lists are looked up after the match.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from gateway.formats.x12.envelope import Delimiters
from gateway.profiles.guide import Element, Relation, SegmentGuide, Slot

LEARN_AFTER = 8
"""Segments of an id after which the codes seen so far are built into its expression; rare segments never pay for it."""
LEARN_AT_MOST = 400
"""Segments after which no more codes are built in: a file with ever new codes is looked up."""
CODES_IN_EXPRESSION = 50
"""Longer code lists are looked up in a set: as a trie they would cost ten times the compile time."""
_NONE = "(?!)"


def _filled(expression: str, lists: dict[str, str]) -> str:
    """An expression with its open places, names between NULs, filled."""
    for name, text in lists.items():
        expression = expression.replace(f"\0{name}\0", text)
    return expression


def _nothing(raw: str) -> None:
    """Refuses every segment, so that `clean` decides until codes were seen."""


_MONTH_DAY = "(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\\d|30)|02(?:0[1-9]|1\\d|2[0-8]))"
_LEAP = "(?:0[48]|[2468][048]|[13579][26])"
_LEAP_CENTURY = "(?:[02468][048]|[13579][26])00"
DATE_8 = rf"(?:[12]\d{{3}}{_MONTH_DAY}|(?:[12]\d{_LEAP}|{_LEAP_CENTURY})0229)"
DATE_6 = rf"(?:\d\d{_MONTH_DAY}|(?:00|{_LEAP})0229)"
TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\d\d?)?)?"


PERIODS = {"D8": DATE_8, "RD8": f"{DATE_8}-{DATE_8}"}
"""What stands in element 1251 where 1250 before it says so; other formats are text."""


class Pattern:
    """The compiled check of one segment: `match(raw)` gives None for anything it cannot call clean at once.

    What `match` refuses, `clean` decides: code lists too long for an expression are looked up there, and the codes that a
    partner really sends are then built into `match`, so that lookups end after the first few segments.
    """

    __slots__ = ("_expression", "_full", "_groups", "_learned", "_seen", "match")

    def __init__(self, expression: str, lists: dict[str, frozenset[str]], any_value: str) -> None:
        self._expression = expression
        self._full = re.compile(_filled(expression, dict.fromkeys(lists, any_value)))
        self._groups = {self._full.groupindex[name]: codes for name, codes in lists.items()}
        self._seen: dict[str, set[str]] = {name: set() for name in lists}
        self._learned = 0
        self.match: Callable[[str], object] = self._full.match if not lists else _nothing

    def clean(self, raw: str) -> bool:
        """Whether a segment that `match` refused is clean after all."""
        match = self._full.match(raw)
        if match is None:
            return False
        if not self._groups:
            return True
        fresh = False
        for seen, (group, codes) in zip(self._seen.values(), self._groups.items(), strict=True):
            value = match[group]
            if value is not None and value not in seen:
                if value not in codes:
                    return False
                seen.add(value)
                fresh = True
        self._learned += 1
        if self._learned >= LEARN_AFTER and (fresh or self.match is _nothing) and self._learned <= LEARN_AT_MOST:
            lists = {name: trie(sorted(seen)) if seen else _NONE for name, seen in self._seen.items()}
            self.match = re.compile(_filled(self._expression, lists)).match
        return True


def compile_segment(segment: SegmentGuide, delimiters: Delimiters, *, plain: bool = False) -> Pattern:
    """The pattern of a segment for one set of delimiters.

    `plain` is for segments known to hold no component or repetition separator, control character or padding: the faster form.
    """
    separator = re.escape(delimiters.element)
    pairs = _pairs(segment)
    relations = [relation for relation in segment.relations if relation.positions[0] not in pairs]
    related = {position for relation in relations for position in relation.positions}
    inside = "^" + separator if plain else characters(delimiters)
    lists: dict[str, frozenset[str]] = {}
    bodies: list[str] = []
    for position, slot in enumerate(segment.slots, 1):
        if slot.requirement == "N":  # its group stays, because a relation may name it
            bodies.append(f"(?P<e{position}>{_NONE})" if position in related else f"(?:{_NONE})")
        elif (codes := long_codes(slot)) is not None:
            lists[f"e{position}"] = codes
            bodies.append(f"(?P<e{position}>\0e{position}\0)")
        else:
            text = filled_element(segment, position, delimiters, plain=plain)
            bodies.append(f"(?P<e{position}>{text})" if position in related else f"(?:{text})")
    last = max((position for position, slot in enumerate(segment.slots, 1) if slot.requirement == "M"), default=0)
    expression = re.escape(segment.id)
    for position, body in enumerate(bodies[:last], 1):
        expression += separator + body + ("" if segment.slots[position - 1].requirement == "M" else "?")
    tail = ""
    for position in range(len(bodies), last, -1):
        if position - 1 in pairs:
            continue
        if position in pairs:
            tail = f"(?:{separator}(?:{bodies[position - 1]}{separator}{bodies[position]}|{separator}){tail})?"
        else:
            tail = f"(?:{separator}{bodies[position - 1]}?{tail})?"
    conditions = "".join(_relation(relation) for relation in relations)
    return Pattern(f"{expression}{tail}(?<!{separator})\\Z{conditions}", lists, f"[{inside}]+")


def long_codes(slot: Slot) -> frozenset[str] | None:
    """The codes of an element whose list is too long for an expression; None for any other element."""
    codes = slot.element.codes if slot.element is not None else None
    return codes if codes is not None and len(codes) > CODES_IN_EXPRESSION and slot.repeat == 1 else None


def filled_element(segment: SegmentGuide, position: int, delimiters: Delimiters, *, plain: bool) -> str:
    """What stands in an element of a segment where it is filled; `long_codes` are for the caller."""
    inside = "^" + re.escape(delimiters.element) if plain else characters(delimiters)
    text = _slot(segment.slots[position - 1], delimiters, inside, plain)
    return _period(text, re.escape(delimiters.element)) if is_period(segment, position) else text


def plain_element(segment: SegmentGuide, position: int, delimiters: Delimiters) -> str:
    """The same for a value of one component, not repeated and in ASCII."""
    slot = segment.slots[position - 1]
    inside = characters(delimiters) + r"\x80-\xff"
    text = _element(slot.components[0].element if slot.components else slot.element, delimiters, inside, plain=False)
    return _period(text, re.escape(delimiters.element)) if is_period(segment, position) else text


def is_period(segment: SegmentGuide, position: int) -> bool:
    """Whether an element is a date or period (1251) whose format the element before it names (1250)."""
    before, slot = segment.slots[position - 2] if position > 1 else None, segment.slots[position - 1]
    return slot.id == "1251" and before is not None and before.id == "1250" and slot.requirement != "N" and slot.repeat == 1


def _period(text: str, separator: str) -> str:
    """A date or period by the format named before it: looked back at, which is of fixed width."""
    named = {form: f"(?<={separator}{form}{separator})" for form in PERIODS}
    dated = "|".join(f"{named[form]}{value}" for form, value in PERIODS.items())
    return f"(?:{dated}|{''.join(named.values()).replace('(?<=', '(?<!')}{text})"


def _pairs(segment: SegmentGuide) -> frozenset[int]:
    """First positions of neighbours that go together and stand in no other relation: written as one unit, not as a condition."""
    named = [position for relation in segment.relations for position in relation.positions]
    optional = {position for position, slot in enumerate(segment.slots, 1) if slot.requirement in "OX"}
    last = max((position for position, slot in enumerate(segment.slots, 1) if slot.requirement == "M"), default=0)
    return frozenset(
        relation.positions[0]
        for relation in segment.relations
        if relation.kind == "P"
        and len(relation.positions) == 2
        and relation.positions[1] == relation.positions[0] + 1
        and relation.positions[0] > last
        and optional.issuperset(relation.positions)
        and all(named.count(position) == 1 for position in relation.positions)
    )


def _slot(slot: Slot, delimiters: Delimiters, inside: str, plain: bool) -> str:
    """One element, with its repetitions where the version has them."""
    one = _composite(slot, delimiters, inside, plain) if slot.components else _element(slot.element, delimiters, inside, plain)
    if slot.repeat > 1 and delimiters.repetition:
        return f"{one}(?:{re.escape(delimiters.repetition)}{one}){{0,{min(slot.repeat, 1000) - 1}}}"
    return one


def _composite(slot: Slot, delimiters: Delimiters, inside: str, plain: bool) -> str:
    separator = re.escape(delimiters.component)
    last = max((position for position, part in enumerate(slot.components, 1) if part.requirement == "M"), default=0)
    bodies = [f"(?:{_element(part.element, delimiters, inside, plain)})" for part in slot.components]
    text = "".join(
        (separator if position > 1 else "") + body + ("" if slot.components[position - 1].requirement == "M" else "?")
        for position, body in enumerate(bodies[: max(last, 1)], 1)
    )
    tail = ""
    for body in reversed(bodies[max(last, 1) :]):
        tail = f"(?:{separator}{body}?{tail})?"
    relations = "".join(_inner_relation(relation, delimiters) for relation in slot.relations) if separator else ""
    # of optional components alone nothing would match too, and be taken by a relation for something that was sent
    something = "" if last else f"(?=[^{re.escape(delimiters.element)}])"
    return f"{something}{relations}{text}{tail}(?<!{separator})"


def _inner_relation(relation: Relation, delimiters: Delimiters) -> str:
    """A relation of components, looked at ahead: groups keep what an earlier repetition caught, so conditions cannot be used.

    Each component excludes its separators, so a look ahead is one walk to the end of the composite.
    """
    inside = f"[{characters(delimiters)}]"
    before = f"{inside}*{re.escape(delimiters.component)}"
    filled = [f"(?:{before}){{{position - 1}}}{inside}" for position in relation.positions]
    first, *others = filled
    some, every = f"(?=(?:{'|'.join(others)}))", "".join(f"(?={other})" for other in others)
    if relation.kind == "P":
        return f"(?:(?={first}){every}|(?!(?:{'|'.join(filled)})))"
    if relation.kind == "R":
        return f"(?=(?:{'|'.join(filled)}))"
    if relation.kind == "E":
        return "".join(f"(?!(?={one})(?={other}))" for number, one in enumerate(filled) for other in filled[number + 1 :])
    return f"(?:(?={first}){every if relation.kind == 'C' else some}|(?!{first}))"


def characters(delimiters: Delimiters) -> str:
    """The inside of a class that excludes all delimiters and control characters."""
    excluded = {delimiters.element, *delimiters.component, *(delimiters.repetition or "")}
    return "^" + "".join(re.escape(c) for c in sorted(excluded)) + r"\x00-\x1f\x7f"


def _element(element: Element | None, delimiters: Delimiters, inside: str, plain: bool) -> str:
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
    if plain:
        return f"[{inside}]{{{low},{high}}}"
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
