"""Holds a transaction set against its guide: one walk over the raw segments, findings only where something is wrong.

The walk asks a table for each segment's place and one regular expression for its elements; only a segment that either
refuses goes to the slow, wording side. Compiled forms are kept in a bounded cache by guide and delimiters.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import replace

from gateway.edi.finding import AckCode, Finding, Location, Severity
from gateway.formats.x12 import semantics
from gateway.formats.x12.codes import CODES
from gateway.formats.x12.elements import faults
from gateway.formats.x12.envelope import Delimiters, TransactionSet
from gateway.formats.x12.grammar import Grammar
from gateway.formats.x12.patterns import Pattern, compile_segment
from gateway.formats.x12.place import element_place, segment_place
from gateway.profiles.guide import UNLIMITED, Guide

FINDINGS_LIMIT = 100
"""Findings listed of one set; further ones are counted."""
_KEPT = 64
_CACHE: OrderedDict[tuple[str, str, Delimiters], Compiled] = OrderedDict()


class Compiled:
    """A guide made ready for one set of delimiters."""

    def __init__(self, grammar: Grammar, delimiters: Delimiters) -> None:
        self.grammar = grammar
        self.delimiters = delimiters
        self.patterns: list[Pattern | None] = [None] * len(grammar.positions)
        self._by_segment: dict[int, Pattern] = {}

    def pattern(self, at: int) -> Pattern:
        """The pattern of the segment at a position, compiled on first use and shared by all places of the same segment."""
        segment = self.grammar.positions[at].node.segment
        found = self._by_segment.get(id(segment))
        if found is None:
            found = self._by_segment[id(segment)] = compile_segment(segment, self.delimiters)
        self.patterns[at] = found
        return found


def compiled(guide: Guide, delimiters: Delimiters) -> Compiled:
    """The compiled form of a guide, from a cache of the most recently used; grammars are shared between delimiters."""
    key = (guide.name, guide.digest, delimiters)
    found = _CACHE.get(key)
    if found is None:
        grammar = next((c.grammar for c in _CACHE.values() if c.grammar.guide is guide), None) or Grammar(guide)
        found = _CACHE[key] = Compiled(grammar, delimiters)
        if len(_CACHE) > _KEPT:
            frequent = Delimiters()
            _CACHE.pop(next(k for k in _CACHE if (k[2].element, k[2].component, k[2].segment) != (frequent.element, frequent.component, frequent.segment) or len(_CACHE) > 4 * _KEPT), None)
    else:
        _CACHE.move_to_end(key)
    return found


class Walk:
    """One set being held against a guide, a part at a time; `finish` gives the verdict."""

    def __init__(self, guide: Guide, transaction_set: TransactionSet, severities: Mapping[str, Severity] | None = None) -> None:
        self.compiled = compiled(guide, transaction_set.delimiters)
        self.guide = guide
        self.set = transaction_set
        self.severities = severities
        self.counts = [0] * len(self.compiled.grammar.positions)
        self.state = -1
        self.semantics = semantics.For(guide.set, transaction_set)
        self.non_ascii = False

    def feed(self) -> list[int]:
        """Walks the segments of the set's present part; gives the position of each (-1: it has none)."""
        grammar, patterns, counts = self.compiled.grammar, self.compiled.patterns, self.counts
        table, limits, ends, zeros = grammar.table, grammar.limits, grammar.ends, grammar.zeros
        separator = self.set.delimiters.element
        segments = self.set.segments
        state = self.state
        start = 0
        trace: list[int] = []
        add = trace.append
        if state < 0:
            add(0)
            state = 0
            counts[0] = 1
            self._elements(0, 0)
            start = 1
        row = table[state] or grammar.state(state)
        for index in range(start, len(segments)):
            raw = segments[index]
            at = row.get(raw.partition(separator)[0], -1)
            if at < 0:
                at = self._recover(index, state)
                if at < 0:
                    add(-1)
                    continue
            state = at
            row = table[at] or grammar.state(at)
            count = counts[at] = counts[at] + 1
            if count > limits[at]:
                self._too_often(index, at, count)
            end = ends[at]
            if end:
                counts[at + 1 : end] = zeros[at]
            add(at)
            pattern = patterns[at] or self.compiled.pattern(at)
            match = pattern.match(raw)
            if match is None or (pattern.looked_up and not pattern.codes_known(match)):
                self._elements(index, at)
        self.state = state
        if not all(map(str.isascii, segments)):
            self.non_ascii = True
        self.semantics.feed(segments, trace, grammar)
        return trace

    def finish(self) -> None:
        """What only the end of the set shows: mandatory segments never seen, counts, hash totals, the HL tree."""
        self.set.guide = self.guide.label
        if self.non_ascii:
            charset = "UTF-8" if _is_utf8(self.set.segments) else "Latin-1"
            self._add(CODES["charset"].finding(segment_place(self.set, 0), severities=self.severities, charset=charset))
        for finding in self.semantics.findings(self.severities):
            self._add(finding)
        if any(f.severity == "error" and f.layer == "syntax" for f in self.set.findings):
            self.set.accepted = "R"

    # -- the slow side ----------------------------------------------------------------------------------------------

    def _add(self, finding: Finding) -> None:
        if len(self.set.findings) < FINDINGS_LIMIT:
            self.set.findings.append(finding)
        else:
            self.set.omitted += 1
            if finding.severity == "error" and finding.layer == "syntax":
                self.set.accepted = "R"

    def _loop(self, at: int) -> str | None:
        loops = self.compiled.grammar.positions[at].loops
        return loops[-1][0].path if loops else None

    def _segment(self, code: str, index: int, value: str, at: int, **facts: object) -> None:
        place = replace(segment_place(self.set, index), loop=self._loop(at))
        if code == "segment-missing":
            place = replace(place, segment=value, length=0)
        self._add(CODES[code].finding(place, value, self.severities, **facts))

    def _recover(self, index: int, state: int) -> int:
        """The place of a segment that the strict table does not expect; what was skipped is missing. -1: it has none."""
        grammar = self.compiled.grammar
        name = self.set.segments[index].partition(self.set.delimiters.element)[0]
        if name not in grammar.ids:
            code = "segment-not-in-set" if name in self.guide.known else "segment-unknown"
            self._segment(code, index, name, state, version=self.guide.version, set=self.guide.set)
            return -1
        found = grammar.recover(state, name)
        if found is None or (found[1] and self._fits_better_without(index, state, found[0])):
            self._segment("segment-not-here", index, name, state, expected=grammar.expected(state))
            return -1
        for skipped in found[1]:
            self._segment("segment-missing", index, grammar.positions[skipped].node.segment.id, skipped)
        return found[0]

    def _fits_better_without(self, index: int, state: int, found: int) -> bool:
        """Whether the next segment goes on where we are but not where this one would lead: then this one is out of place."""
        if index + 1 >= len(self.set.segments):
            return False
        following = self.set.segments[index + 1].partition(self.set.delimiters.element)[0]
        grammar = self.compiled.grammar
        return following in grammar.state(state) and following not in grammar.state(found)

    def _too_often(self, index: int, at: int, count: int) -> None:
        position = self.compiled.grammar.positions[at]
        limit = self.compiled.grammar.limits[at]
        code = "loop-too-often" if position.opens else "segment-too-often"
        self._segment(code, index, position.opens.path if position.opens else position.node.segment.id, at, actual=count, limit=limit)

    def _elements(self, index: int, at: int) -> None:
        node = self.compiled.grammar.positions[at].node
        if node.requirement == "N":
            self._segment("segment-forbidden", index, node.segment.id, at)
        for fault in faults(self.set.segments[index], node.segment, self.set.delimiters):
            place = element_place(self.set, index, fault.element, fault.component, fault.repetition, element_id=fault.element_id, loop=self._loop(at))
            finding = CODES[fault.code].finding(place, fault.value, self.severities, **fault.facts)
            self._add(_before_005010(finding) if self.guide.version < "005010" else finding)


def _before_005010(finding: Finding) -> Finding:
    """Components (13) and repetitions (12) too many have codes of their own from 005010 only; before, 3 says it."""
    if any(ack.element == "AK403" and ack.code in ("12", "13") for ack in finding.ack):
        return replace(finding, ack=tuple(AckCode("AK4", "AK403", "3") if ack.element == "AK403" else ack for ack in finding.ack))
    return finding


def _is_utf8(segments: list[str]) -> bool:
    try:
        for segment in segments:
            if not segment.isascii():
                segment.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def validate(guide: Guide, transaction_set: TransactionSet, severities: Mapping[str, Severity] | None = None) -> None:
    """Holds a whole set against its guide: fills its findings, `trace`, `guide` and `accepted` (A or R by syntax)."""
    walk = Walk(guide, transaction_set, severities)
    transaction_set.trace = walk.feed()
    walk.finish()


__all__ = ["FINDINGS_LIMIT", "UNLIMITED", "Compiled", "Location", "Walk", "compiled", "validate"]
