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
from gateway.formats.x12.partner_rules import REFUSES, Qualifiers, is_forbidden, is_partners, of_partner, told_apart
from gateway.formats.x12.patterns import Pattern, compile_segment
from gateway.formats.x12.place import element_place, segment_place
from gateway.profiles.guide import UNLIMITED, Guide

FINDINGS_LIMIT = semantics.LISTED
_KEPT = 64
_FREQUENT = ("*", ">", "~")
"""Element, component and segment delimiters whose compiled guides stay although others come by."""
_CONTROL = bytes([*range(10), *range(11, 32), 127])
"""Control characters but for the line end that joins segments."""
_CACHE: OrderedDict[tuple[str, str, Delimiters], Compiled] = OrderedDict()


class Compiled:
    """A guide made ready for one set of delimiters: rows of the table by the first three characters of a segment, patterns."""

    def __init__(self, grammar: Grammar, delimiters: Delimiters) -> None:
        self.grammar = grammar
        self.delimiters = delimiters
        size = len(grammar.positions)
        self.rows: list[dict[str, int] | None] = [None] * size
        self.plain: list[Pattern | None] = [None] * size
        self.strict: list[Pattern | None] = [None] * size
        self._by_segment: dict[tuple[int, bool], Pattern] = {}

    def row(self, state: int) -> dict[str, int]:
        """What may follow a state, by the first three characters of the raw segment (the pattern proves the rest of the id)."""
        found = self.rows[state]
        if found is None:
            found = {}
            for segment, at in self.grammar.state(state).items():
                found[(segment + self.delimiters.element)[:3]] = at
                found[segment] = at
            self.rows[state] = found
        return found

    def pattern(self, at: int, *, plain: bool) -> Pattern:
        """The pattern of the segment at a position, compiled on first use and shared by all places of the same segment."""
        segment = self.grammar.positions[at].node.segment
        slow = is_forbidden(self.grammar.positions[at]) or at in self.grammar.alternatives
        found = REFUSES if slow else self._by_segment.get((id(segment), plain))
        if found is None:
            found = self._by_segment[id(segment), plain] = compile_segment(segment, self.delimiters, plain=plain)
        (self.plain if plain else self.strict)[at] = found
        return found

    def is_plain(self, text: str, lines: int) -> bool:
        """Whether segments joined by line ends hold nothing that only the strict patterns look for."""
        d = self.delimiters
        if d.component in text or " " + d.element in text or " \n" in text or (d.repetition is not None and d.repetition in text):
            return False
        data = text.encode("latin-1")
        return text.count("\n") == lines - 1 and len(data.translate(None, _CONTROL)) == len(data)


def compiled(guide: Guide, delimiters: Delimiters) -> Compiled:
    """The compiled form of a guide, from a cache of the most recently used; grammars are shared between delimiters."""
    key = (guide.name, guide.digest, delimiters)
    found = _CACHE.get(key)
    if found is None:
        grammar = next((c.grammar for c in _CACHE.values() if c.grammar.guide is guide), None) or Grammar(guide)
        found = _CACHE[key] = Compiled(grammar, delimiters)
        if len(_CACHE) > _KEPT:
            rare = (k for k in _CACHE if (k[2].element, k[2].component, k[2].segment) != _FREQUENT)
            gone = next(rare, next(iter(_CACHE)) if len(_CACHE) > 4 * _KEPT else None)
            if gone is not None:
                del _CACHE[gone]
    else:
        _CACHE.move_to_end(key)
    return found


NEAREST_SEVERITIES: dict[str, Severity] = {
    code.code: "warning" for code in CODES.values() if code.severity == "error" and code.ack and code.ack[0].segment in ("AK3", "AK4")
}
"""Under a guide of another version content is only noted: what differs may be right in its own version."""


def _is_nearest(found: TransactionSet) -> bool:
    """Whether the guide is only the nearest version's (`check.guide_for` says so by a finding)."""
    return any(finding.code == "version-nearest" for finding in found.findings)


class Walk:
    """One set being held against a guide, a part at a time; `finish` gives the verdict."""

    def __init__(self, guide: Guide, transaction_set: TransactionSet, severities: Mapping[str, Severity] | None = None) -> None:
        self.compiled = compiled(guide, transaction_set.delimiters)
        self.guide = guide
        self.set = transaction_set
        self.severities = {**NEAREST_SEVERITIES, **(severities or {})} if _is_nearest(transaction_set) else severities
        self.counts = [0] * len(self.compiled.grammar.positions)
        self.state = -1
        self.semantics = semantics.For(guide.set, transaction_set)
        self.qualifiers = Qualifiers(guide, transaction_set, self.compiled.grammar) if guide.required else None
        self.non_ascii = False

    def feed(self) -> list[int]:
        """Walks the segments of the set's present part; gives the position of each (-1: it has none)."""
        compiled, counts = self.compiled, self.counts
        grammar, rows = compiled.grammar, compiled.rows
        limits, ends, zeros = grammar.limits, grammar.ends, grammar.zeros
        segments = self.set.segments
        text = "\n".join(segments)
        plain = compiled.is_plain(text, len(segments))
        patterns = compiled.plain if plain else compiled.strict
        state = self.state
        trace: list[int] = []
        add = trace.append
        row = {segments[0][:3]: 0} if state < 0 else rows[state] or compiled.row(state)
        for index, raw in enumerate(segments):
            at = row.get(raw[:3], -1)
            pattern = patterns[at] or compiled.pattern(at, plain=plain)
            if at < 0 or (pattern.match(raw) is None and not pattern.clean(raw)):
                at = self._slow(index, at, state)
                if at < 0:
                    add(-1)
                    continue
            state = at
            row = rows[at] or compiled.row(at)
            count = counts[at] = counts[at] + 1
            if count > limits[at]:
                self._too_often(index, at, count)
            end = ends[at]
            if end:
                counts[at + 1 : end] = zeros[at]
            add(at)
        self.state = state
        self.set.plain = plain and text.isascii()
        if not text.isascii() and not self._values(text).isascii():
            self.non_ascii = True
        self.semantics.feed(segments, trace, grammar)
        if self.qualifiers is not None:
            self.qualifiers.feed(segments, trace)
        return trace

    def finish(self) -> None:
        """What only the end of the set shows: mandatory segments never seen, counts, hash totals, the HL tree."""
        self.set.guide = self.guide.label
        if self.non_ascii:
            charset = "UTF-8" if all(_is_utf8(self._values(segment)) for segment in self.set.segments) else "Latin-1"
            self._add(CODES["charset"].finding(segment_place(self.set, 0), severities=self.severities, charset=charset))
        for finding in self.semantics.findings(self.severities):
            self._add(finding)
        for finding in self.qualifiers.findings(self.severities) if self.qualifiers is not None else ():
            self._add(finding)
        self.set.omitted += self.semantics.omitted
        if any(f.severity == "error" and f.layer == "syntax" for f in self.set.findings):
            self.set.accepted = "R"

    def _values(self, text: str) -> str:
        """The text without its delimiters, which may be other than ASCII."""
        d = self.set.delimiters
        for mark in (d.element, d.component, d.repetition):
            text = text.replace(mark, "") if mark else text
        return text

    # -- the slow side ----------------------------------------------------------------------------------------------

    def _beyond(self, code: str, *, partners: bool = False) -> bool:
        """Whether the set has as many findings as are listed; then one of this code is only counted, and its place not sought."""
        if len(self.set.findings) < FINDINGS_LIMIT:
            return False
        self.set.omitted += 1
        row = CODES[code]
        if row.layer == "syntax" and not partners and (self.severities or {}).get(code, row.severity) == "error":
            self.set.accepted = "R"
        return True

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

    def _segment(self, code: str, index: int, value: str, at: int, *, partners: bool = False, **facts: object) -> None:
        if self._beyond(code, partners=partners):
            return
        place = replace(segment_place(self.set, index), loop=self._loop(at))
        if code == "segment-missing":
            place = replace(place, segment=value, length=0)
        finding = CODES[code].finding(place, value, self.severities, **facts)
        self._add(of_partner(finding) if partners else finding)

    def _name(self, index: int) -> str:
        return self.set.segments[index].partition(self.set.delimiters.element)[0]

    def _slow(self, index: int, at: int, state: int) -> int:
        """The place of a segment that is unexpected or not clean, with its findings; -1 if it has none."""
        name, grammar = self._name(index), self.compiled.grammar
        if at < 0 or grammar.positions[at].node.segment.id != name:
            state = grammar.between(state, name)  # where the part ended with an LS, it was not known what follows
            at = grammar.state(state).get(name, -1) if state >= 0 else -1
            if at < 0:
                at = self._recover(index, max(state, 0))
        if at in grammar.alternatives and index + 1 < len(self.set.segments):
            at = grammar.between(at, self._name(index + 1))
        if at >= 0:
            self._elements(index, at)
        return at

    def _recover(self, index: int, state: int) -> int:
        """The place of a segment that the strict table does not expect; what was skipped is missing. -1: it has none."""
        grammar = self.compiled.grammar
        name = self._name(index)
        if name not in grammar.ids:
            code = "segment-not-in-set" if name in self.guide.known else "segment-unknown"
            self._segment(code, index, name, state, version=self.guide.version, set=self.guide.set)
            return -1
        found = grammar.recover(state, name)
        if found is None or (found[1] and self._fits_better_without(index, state, found[0])):
            self._segment("segment-not-here", index, name, state, expected=grammar.expected(state))
            return -1
        for skipped in found[1]:
            position = grammar.positions[skipped]
            self._segment("segment-missing", index, position.node.segment.id, skipped, partners=is_partners("segment-missing", position))
        return found[0]

    def _fits_better_without(self, index: int, state: int, found: int) -> bool:
        """Whether the next segment goes on where we are but not where this one would lead: then this one is out of place."""
        if index + 1 >= len(self.set.segments):
            return False
        following = self._name(index + 1)
        grammar = self.compiled.grammar
        return following in grammar.state(state) and following not in grammar.state(found)

    def _too_often(self, index: int, at: int, count: int) -> None:
        position = self.compiled.grammar.positions[at]
        limit = self.compiled.grammar.limits[at]
        code = "loop-too-often" if position.opens else "segment-too-often"
        named = position.opens.path if position.opens else position.node.segment.id
        self._segment(code, index, named, at, partners=is_partners(code, position, count), actual=count, limit=limit)

    def _elements(self, index: int, at: int) -> None:
        position = self.compiled.grammar.positions[at]
        node = position.node
        if is_forbidden(position):
            self._segment("segment-forbidden", index, node.segment.id, at)
        framing = node.segment.id in ("ST", "SE")  # the reader judged what numbers and counts these say
        raw, delimiters = self.set.segments[index], self.set.delimiters
        for fault, partners in told_apart(faults(raw, node.segment, delimiters), raw, node, delimiters):
            if (framing and fault.element <= 2) or self._beyond(fault.code, partners=partners):
                continue
            place = element_place(
                self.set, index, fault.element, fault.component, fault.repetition, element_id=fault.element_id, loop=self._loop(at)
            )
            finding = CODES[fault.code].finding(place, fault.value, self.severities, **fault.facts)
            finding = of_partner(finding) if partners else finding
            self._add(_before_005010(finding) if self.guide.version < "005010" else finding)


def _before_005010(finding: Finding) -> Finding:
    """Components (13) and repetitions (12) too many have codes of their own from 005010 only; before, 3 says it."""
    if any(ack.element == "AK403" and ack.code in ("12", "13") for ack in finding.ack):
        return replace(finding, ack=tuple(AckCode("AK4", "AK403", "3") if ack.element == "AK403" else ack for ack in finding.ack))
    return finding


def _is_utf8(text: str) -> bool:
    try:
        text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def validate(guide: Guide, transaction_set: TransactionSet, severities: Mapping[str, Severity] | None = None) -> None:
    """Holds a whole set against its guide: fills its findings, `trace`, `guide` and `accepted` (A or R by syntax)."""
    walk = Walk(guide, transaction_set, severities)
    transaction_set.trace = walk.feed()
    walk.finish()


__all__ = ["FINDINGS_LIMIT", "UNLIMITED", "Compiled", "Location", "Walk", "compiled", "validate"]
