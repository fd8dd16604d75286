"""What a partner's guide asks beyond the standard: which findings are the partner's alone, and codes that a set must have.

A finding that the standard would make too is of layer `syntax`; one that only the partner's guide makes is of layer
`guide`, and the agreement says whether it refuses the set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from gateway.edi.finding import Finding, Severity
from gateway.formats.x12.codes import CODES
from gateway.formats.x12.elements import Fault, faults
from gateway.formats.x12.envelope import Delimiters, TransactionSet
from gateway.formats.x12.grammar import Grammar, Position
from gateway.formats.x12.patterns import Pattern
from gateway.formats.x12.place import segment_place
from gateway.profiles.guide import Guide, Node, Required

REFUSES = Pattern("(?!)", {}, "")
"""The pattern of a segment that the partner does not use: none is clean, so each comes to be worded."""


def is_forbidden(position: Position) -> bool:
    """Whether the partner does not use the segment, or the loop that it opens."""
    return "N" in (position.node.requirement, position.opens.requirement if position.opens is not None else "")


def is_partners(code: str, position: Position, count: int = 0) -> bool:
    """Whether a missing or repeated segment (or loop that it opens) is only the partner's rule."""
    standard = (position.opens or position.node).standard
    if standard is None:
        return False
    return standard.requirement != "M" if code == "segment-missing" else count <= standard.max


def told_apart(found: Iterable[Fault], raw: str, node: Node, delimiters: Delimiters) -> Iterator[tuple[Fault, bool]]:
    """Faults of a segment, each with whether only the partner's guide makes it."""
    standard = node.standard.segment if node.standard is not None else None
    if standard is None or standard is node.segment:
        yield from ((fault, False) for fault in found)
        return
    known = {_same(fault) for fault in faults(raw, standard, delimiters)}
    yield from ((fault, _same(fault) not in known) for fault in found)


def _same(fault: Fault) -> tuple[object, ...]:
    return fault.code, fault.element, fault.component, fault.repetition


def of_partner(finding: Finding) -> Finding:
    """The finding as one that the partner's guide makes."""
    return replace(finding, layer="guide")


class Qualifiers:
    """The codes that a partner's guide wants somewhere in the set, and which of them were not seen yet."""

    def __init__(self, guide: Guide, transaction_set: TransactionSet, grammar: Grammar) -> None:
        self.set = transaction_set
        self._wanted: list[tuple[Required, frozenset[int], dict[str, None]]] = [
            (
                rule,
                frozenset(n for n, p in enumerate(grammar.positions) if p.node.path == rule.path),
                dict.fromkeys(rule.codes),
            )
            for rule in guide.required
        ]

    def feed(self, segments: list[str], trace: list[int]) -> None:
        """Takes in one part of the set."""
        delimiters = self.set.delimiters
        for rule, places, missing in self._wanted:
            for raw, at in zip(segments, trace, strict=True):
                if at in places and missing:
                    elements = raw.split(delimiters.element)
                    value = elements[rule.element] if rule.element < len(elements) else ""
                    for one in value.split(delimiters.repetition) if delimiters.repetition else (value,):
                        missing.pop(one.split(delimiters.component)[0].rstrip(" "), None)

    def findings(self, severities: Mapping[str, Severity] | None) -> Iterator[Finding]:
        """What is missing, at the end of the set as a missing segment is."""
        for rule, _, missing in self._wanted:
            here = replace(segment_place(self.set, len(self.set.segments) - 1), segment=rule.segment, length=0, loop=rule.loop)
            for code in missing:
                yield CODES["qualifier-missing"].finding(here, code, severities, place=f"{rule.path}-{rule.element:02d}")
