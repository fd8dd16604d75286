"""Whether what a set of known form says about itself is right: line counts, hash totals, levels, schedules, codes it must have.

Nearly all sets are counted quickly; where that says no, `semantics` and `partner_rules` look as they do for the walk.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from gateway.formats.x12 import semantics
from gateway.formats.x12.envelope import TransactionSet
from gateway.formats.x12.form import Recognised, Run, Variant
from gateway.formats.x12.grammar import Grammar
from gateway.formats.x12.partner_rules import Qualifiers
from gateway.profiles.guide import Guide

_SUMMARY = 2
"""Elements of a CTT that says no more than how many lines there are, with its id."""


class Sums:
    """The totals of one guide's sets."""

    def __init__(self, guide: Guide, grammar: Grammar, runs: Collection[str], separator: str) -> None:
        self.guide = guide
        self.grammar = grammar
        self.separator = separator
        segment, self.element = semantics.COUNTED.get(guide.set, ("", 0))
        self.totals = grammar.places.get("CTT", frozenset()) if segment else frozenset()
        """Places of what says how many there are."""
        places = grammar.places.get(segment, frozenset())
        heads = {p.loops[0][0].name if (p := grammar.positions[at]).loops and p.loops[0][1] == at else "" for at in places}
        self.head = heads.pop() if len(heads) == 1 and len(places) == 1 and heads <= set(runs) else ""
        """The loop of the set whose runs are counted; '' where it is not that simple."""
        self.counts = bool(segment)
        self.levels = segment == "HL"
        self.scheduled = grammar.places.get("SDQ", frozenset()) if guide.set in semantics.SCHEDULED else frozenset()

    def of_run(self, variants: Sequence[Variant]) -> tuple[bool, int | str]:
        """Of a run, whether something is added up inside it, and what a hash total adds up of it (`Form.quantity`)."""
        summed = any(variant.at in self.scheduled for variant in variants)
        opening = variants[0].elements
        if self.levels or variants[0].run != self.head or not 0 < self.element <= len(opening):
            return summed, ""
        text = opening[self.element - 1]
        return summed, opening[: self.element - 1].count(None) if text is None else text

    def quickly(self, taken: Recognised) -> bool:
        """Whether everything is as in most sets, and right."""
        if self.guide.required:
            return False
        if not self.counts:
            return True
        if not self.head:
            return False
        lines = taken.runs.get(self.head, ())
        if self.levels and not self._are_levels(lines):
            return False
        row = taken.head.quantity
        if not isinstance(row, int):
            return True
        said = taken.rows[row].string.split(self.separator)
        numbers: list[str] = []
        if len(said) > _SUMMARY:
            if self.levels:
                return False
            for form, segments in lines:
                quantity = form.quantity
                number = segments[0][quantity + 1] if isinstance(quantity, int) else quantity
                if number:
                    numbers.append(number)
        return semantics.agrees(said, len(lines), numbers)

    def _are_levels(self, lines: Sequence[Run]) -> bool:
        """Whether levels are numbered 1, 2, 3, each under one before it but the first, and HL04 says whether any are below."""
        known: set[str] = set()
        above: set[str] = set()
        said: list[tuple[str, str]] = []
        for number, (_, segments) in enumerate(lines, 1):
            _, own, parent, *rest = segments[0].string.split(self.separator)
            if own != str(number) or (parent not in known if known else parent):
                return False
            known.add(own)
            above.add(parent)
            if len(rest) > 1:
                said.append((own, rest[1]))
        return all(child != ("0" if own in above else "1") for own, child in said)

    def thoroughly(self, found: TransactionSet, taken: Recognised) -> bool:
        """Whether there is nothing to say, as the walk looks at it."""
        trace: list[int] = []
        for one in taken.head.order:
            if isinstance(one, Variant):
                trace.append(one.at)
            else:
                for form, _ in taken.runs[one]:
                    trace += form.places
        sums = semantics.For(self.guide.set, found)
        sums.feed(found.segments, trace, self.grammar)
        if any(True for _ in sums.findings(None)):
            return False
        if not self.guide.required:
            return True
        wanted = Qualifiers(self.guide, found, self.grammar)
        wanted.feed(found.segments, trace)
        return not any(True for _ in wanted.findings(None))
