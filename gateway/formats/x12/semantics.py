"""What a set says about itself beyond syntax: line counts and hash totals (CTT), schedules (SDQ), the tree of levels (HL).

Quantities are Decimal; a value that is no number has its own finding already and is left out here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, DecimalException

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


class For:
    """The running sums of one set, over however many parts it comes in."""

    def __init__(self, set_id: str, transaction_set: TransactionSet) -> None:
        self.set_id = set_id
        self.set = transaction_set
        self.counted = COUNTED.get(set_id)
        self.lines = 0
        self.total: Decimal | None = Decimal(0)
        self.found: list[Finding] = []
        self.hl: dict[str, list[str]] = {}
        """HL01 to [HL04, children seen]."""
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
        if self.set_id in SCHEDULED and any(at in trace for at in grammar.places.get("SDQ", ())):
            self._schedules(segments, separator, SCHEDULED[self.set_id] + separator)
        totals = grammar.places.get("CTT", ())
        summary = next((i for i in range(len(trace) - 1, max(-1, len(trace) - _SUMMARY_REACH), -1) if trace[i] in totals), None)
        if summary is not None:
            if self.set.position == 1 and segments[summary].count(separator) >= 2:
                quantity, element = QUANTITY.get(self.set_id, (head, element))
                places = grammar.places.get(quantity, ())
                self._sum([segment for segment, at in zip(segments, trace, strict=True) if at in places], element, separator)
            self._summary(summary, segments[summary].split(separator))

    def _sum(self, segments: list[str], element: int, separator: str) -> None:
        """Adds up one element of some segments; None when one of them is no number."""
        numbers = [value for segment in segments for value in segment.split(separator, element + 1)[element : element + 1] if value]
        try:
            joined = "".join(numbers)
            whole = joined.isascii() and joined.isdigit()
            self.total = Decimal(sum(map(int, numbers))) if whole else sum(map(Decimal, numbers), Decimal(0))
        except (DecimalException, ValueError):
            self.total = None

    def _summary(self, index: int, elements: list[str]) -> None:
        what = "HL segments" if self.set_id == "856" else "lines"
        said = elements[1] if len(elements) > 1 else ""
        if said.isascii() and said.isdigit() and said.lstrip("0") != str(self.lines or ""):
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
        for index, segment in enumerate(segments):
            if not segment.startswith("HL" + separator):
                continue
            self.lines += 1
            number, parent, _, child = ([*segment.split(separator), "", "", "", ""])[1:5]
            if number in self.hl:
                self._note("hl-duplicate", index, 1, number)
            if not parent or (parent == "0" and "0" not in self.hl):
                if self.hl and self.hl_first and not parent:
                    self.hl_first = False
                    self._note("hl-parent-empty", index, 2, None)
            elif parent == number:
                self._note("hl-own-parent", index, 2, parent)
            elif parent not in self.hl:
                self._note("hl-parent-missing", index, 2, parent)
            else:
                self.hl[parent][1] += "1"
            self.hl[number] = [child, "", str(index), str(self.set.position)]

    def findings(self, severities: Mapping[str, Severity] | None) -> Iterator[Finding]:
        """What the sums show at the end."""
        for child, children, index, part in self.hl.values():
            wrong = (child == "1" and not children) or (child == "0" and children)
            if wrong and self.hl_first and int(part) == self.set.position:
                actual = "levels below it" if children else "none below it"
                self._note("hl-child-code", int(index), 4, child, actual=actual)
        for code, place, value, facts in self.later:
            yield CODES[code].finding(place, value, severities, **facts)


def _number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit() and text.isascii()
