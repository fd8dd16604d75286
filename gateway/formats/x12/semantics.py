"""What a set says about itself beyond syntax: line counts and hash totals (CTT), schedules (SDQ), the tree of levels (HL).

Quantities are Decimal; a value that is no number has its own finding already and is left out here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, DecimalException
from itertools import compress

from gateway.edi.finding import Finding, Location, Severity
from gateway.formats.x12.codes import CODES
from gateway.formats.x12.envelope import TransactionSet
from gateway.formats.x12.grammar import Grammar
from gateway.formats.x12.place import element_place

COUNTED = {"850": ("PO1", 2), "855": ("PO1", 2), "810": ("IT1", 2), "856": ("HL", 0), "860": ("POC", 3), "865": ("POC", 3)}
"""Which segment CTT01 counts, and the element of it that CTT02 adds up (0: SN102, see `QUANTITY`)."""
QUANTITY = {"856": ("SN1", 2)}
LISTED = 100
"""Findings of a set that are listed; further ones are counted."""
_SUMMARY_REACH = 40
"""Segments from the end of a set among which its CTT is looked for."""
SCHEDULED = {"850": "PO1", "855": "PO1", "860": "POC"}


class _Level:
    """One HL of the part being read: HL04, where it stands, and whether a level below it was seen."""

    __slots__ = ("child", "has_children", "index")

    def __init__(self, child: str, index: int) -> None:
        self.child = child
        self.index = index
        self.has_children = False


class For:
    """The running sums of one set, over however many parts it comes in."""

    def __init__(self, set_id: str, transaction_set: TransactionSet) -> None:
        self.set_id = set_id
        self.set = transaction_set
        self.counted = COUNTED.get(set_id)
        self.lines = 0
        self.total: Decimal | None = Decimal(0)
        self.found: list[Finding] = []
        self.counted_to = 0
        """Levels numbered 1, 2, 3 and so on without a gap: nearly all are, so a large set needs no list of them."""
        self.others: set[str] = set()
        """HL01 of the levels numbered otherwise."""
        self.here: dict[str, _Level] = {}
        """The levels of the part being read, by HL01."""
        self.hl_first = True
        self.later: list[tuple[str, Location, str | None, dict[str, object]]] = []
        self.omitted = 0
        """Findings beyond the listed ones, counted only."""

    def _note(self, code: str, index: int, element: int, value: str | None, **facts: object) -> None:
        if len(self.later) < LISTED:
            self.later.append((code, element_place(self.set, index, element), value, facts))
        else:
            self.omitted += 1

    def feed(self, segments: list[str], trace: list[int], grammar: Grammar) -> None:
        """Takes in one part of the set: its segments and the place of each in the guide."""
        if self.counted is None:
            return
        separator = self.set.delimiters.element
        head, element = self.counted
        if head == "HL":
            self._levels(segments, separator)
        else:
            self.lines += sum(trace.count(at) for at in grammar.places.get(head, ()))
        if self.set_id in SCHEDULED and not grammar.places.get("SDQ", frozenset()).isdisjoint(trace):
            self._schedules(segments, separator, SCHEDULED[self.set_id] + separator)
        totals = grammar.places.get("CTT", ())
        summary = next((i for i in range(len(trace) - 1, max(-1, len(trace) - _SUMMARY_REACH), -1) if trace[i] in totals), None)
        if summary is not None:
            if self.set.position == 1 and segments[summary].count(separator) >= 2:
                quantity, element = QUANTITY.get(self.set_id, (head, element))
                places = grammar.places.get(quantity, frozenset())
                self._sum(compress(segments, map(places.__contains__, trace)), element, separator)
            self._summary(summary, segments[summary].split(separator))

    def _sum(self, segments: Iterable[str], element: int, separator: str) -> None:
        """Adds up one element of some segments; None when one of them is no number."""
        rows = [segment.split(separator, element + 1)[element : element + 1] for segment in segments]
        self.total = _added([value for row in rows for value in row if value])

    def _summary(self, index: int, elements: list[str]) -> None:
        what = "HL segments" if self.set_id == "856" else "lines"
        said = elements[1] if len(elements) > 1 else ""
        if _miscounted(said, self.lines):
            self._note("line-count", index, 1, said, actual=self.lines, what=what)
        total = elements[2] if len(elements) > 2 else ""
        if total and self.total is not None and self.set.position == 1:
            try:
                differs = Decimal(total) != self.total
            except DecimalException:
                return
            if differs:
                self._note("hash-total", index, 2, total, actual=self.total)

    def _schedules(self, segments: list[str], separator: str, head: str) -> None:
        """SDQ: quantities by location of one line add up to the line's."""
        if not any(segment.startswith("SDQ" + separator) for segment in segments):
            return
        ordered, index_of, shared, line = "", -1, Decimal(0), -1
        for index, segment in enumerate([*segments, head]):
            if segment.startswith(head):
                if index_of >= 0 and ordered and Decimal(ordered) != shared:
                    self._note("schedule-sum", index_of, 2, ordered, actual=shared)
                elements = segment.split(separator)
                ordered, index_of, shared = (elements[2] if len(elements) > 2 and _number(elements[2]) else ""), -1, Decimal(0)
                line = index
            elif segment.startswith("SDQ" + separator):
                values = segment.split(separator)[4::2]
                shared += sum((Decimal(value) for value in values if _number(value)), Decimal(0))
                index_of = line

    def _levels(self, segments: list[str], separator: str) -> None:
        """HL: numbers once, parents before children, HL04 telling the truth."""
        head = "HL" + separator
        self.here = {}
        for index in [index for index, segment in enumerate(segments) if segment[:3] == head]:
            self.lines += 1
            number, parent, _, child = ([*segments[index].split(separator), "", "", "", ""])[1:5]
            known = self._knows(number)
            if known:
                self._note("hl-duplicate", index, 1, number)
            if not parent or (parent == "0" and not self._knows("0")):
                if self.lines > 1 and self.hl_first and not parent:
                    self.hl_first = False
                    self._note("hl-parent-empty", index, 2, None)
            elif parent == number:
                self._note("hl-own-parent", index, 2, parent)
            elif (above := self.here.get(parent)) is not None:
                above.has_children = True
            elif not self._knows(parent):
                self._note("hl-parent-missing", index, 2, parent)
            self.here[number] = _Level(child, index)
            if number == str(self.counted_to + 1):
                self.counted_to += 1
            elif not known:
                self.others.add(number)

    def _knows(self, number: str) -> bool:
        """Whether a level of that HL01 came before."""
        if number in self.here or number in self.others:
            return True
        return number.isascii() and number.isdigit() and number[0] != "0" and len(number) < 10 and int(number) <= self.counted_to

    def findings(self, severities: Mapping[str, Severity] | None) -> Iterator[Finding]:
        """What the sums show at the end."""
        for level in self.here.values() if self.hl_first else ():
            if (level.child == "1" and not level.has_children) or (level.child == "0" and level.has_children):
                actual = "levels below it" if level.has_children else "none below it"
                self._note("hl-child-code", level.index, 4, level.child, actual=actual)
        for code, place, value, facts in self.later:
            yield CODES[code].finding(place, value, severities, **facts)


def agrees(elements: list[str], lines: int, numbers: list[str]) -> bool:
    """Whether a CTT counts the lines rightly, and says what their quantities add up to if it says anything."""
    if len(elements) < 2 or _miscounted(elements[1], lines):
        return False
    if len(elements) < 3 or not elements[2]:
        return True
    total = _added(numbers)
    return total is not None and Decimal(elements[2]) == total


def _miscounted(said: str, lines: int) -> bool:
    return said.isascii() and said.isdigit() and said.lstrip("0") != str(lines or "")


def _added(numbers: list[str]) -> Decimal | None:
    """What numbers add up to; None when one of them is none."""
    try:
        joined = "".join(numbers)
        if joined.isascii() and joined.isdigit():
            return Decimal(sum(map(int, numbers)))
        return sum(map(Decimal, numbers), Decimal(0))
    except (DecimalException, ValueError):
        return None


def _number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit() and text.isascii()
