"""A guide's structure as flat state tables: from each segment's place, which segments may follow and where they stand.

A state is the position of a node in the guide's order. The strict table never skips a mandatory segment; where it has no
answer, `recover` asks with everything optional, innermost place first, and says what was skipped. Tables are built a
state at a time on first use.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.profiles.guide import Guide, LoopGuide, Node


@dataclass(frozen=True, slots=True)
class Position:
    """A node in the order of the guide, with the chain of loops it stands in (outermost first)."""

    node: Node
    loops: tuple[tuple[LoopGuide, int], ...]
    """Each enclosing loop with the position of its first segment; the set itself is left out."""
    opens: LoopGuide | None
    """The loop that this segment opens."""


class Grammar:
    """The tables of one guide; shared by all sets and delimiters, changed only by filling it."""

    def __init__(self, guide: Guide) -> None:
        self.guide = guide
        self.positions: list[Position] = []
        self.ends: list[int] = []
        """Of a position that opens a loop, the position after the loop's last; else 0."""
        self._behind: dict[int, list[tuple[int, bool]]] = {}
        """Behind each segment in its own loop: (position, mandatory)."""
        self._behind_loop: dict[int, list[tuple[int, bool]]] = {}
        """Behind each loop, named by its first segment, in the loop around it."""
        self._lay(guide.root, ())
        self.limits = [(p.opens.max if p.opens else p.node.max) for p in self.positions]
        self.opens = [p.opens.name if p.opens else None for p in self.positions]
        """The name of the loop that a position opens, if it does."""
        self.depths = [len(self.around(at)) for at in range(len(self.positions))]
        """How many loops are open around a position, not counting the one it opens."""
        self.parents = [around[-1][1] if (around := self.around(at)) else -1 for at in range(len(self.positions))]
        """The first segment of the loop around a position, not of the one it opens; -1: the set itself."""
        self.table: list[dict[str, int] | None] = [None] * len(self.positions)
        self.zeros = [[0] * max(0, end - index - 1) for index, end in enumerate(self.ends)]
        self.ids = frozenset(p.node.segment.id for p in self.positions)
        self.places: dict[str, frozenset[int]] = {
            i: frozenset(n for n, p in enumerate(self.positions) if p.node.segment.id == i) for i in self.ids
        }
        """Where in the order a segment id stands."""
        self.alternatives: dict[int, tuple[int, ...]] = {}
        """Of a position that opens an LS loop, the later siblings that LS may open as well: the segment behind it decides."""
        self._look_alikes(guide.root)
        self._recovered: dict[tuple[int, str], tuple[int, tuple[int, ...]] | None] = {}

    def _lay(self, loop: LoopGuide, chain: tuple[tuple[LoopGuide, int], ...]) -> None:
        """Lays out a loop's members in order, and notes what stands behind each."""
        heads: list[tuple[int, bool]] = []
        for number, member in enumerate(loop.members):
            at = len(self.positions)
            if isinstance(member, Node):
                self.positions.append(Position(member, chain, loop if chain and number == 0 else None))
                self.ends.append(0)
            else:
                self._lay(member, (*chain, (member, at)))
                self.ends[at] = len(self.positions)
            heads.append((at, member.requirement == "M"))
        for number, (at, _) in enumerate(heads):
            behind = self._behind if isinstance(loop.members[number], Node) else self._behind_loop
            behind[at] = heads[number + 1 :]

    def _look_alikes(self, loop: LoopGuide) -> None:
        """Notes the optional LS loops between which nothing mandatory stands (832 from 004050 on); no other id needs more than itself."""
        for member in loop.members:
            if isinstance(member, Node):
                continue
            self._look_alikes(member)
            if member.name.split("#")[0] == "LS":
                first = next(at for at, position in enumerate(self.positions) if position.opens is member)
                later: list[int] = []
                for other, mandatory in self._behind_loop[first]:
                    if self.positions[other].node.segment.id == "LS":
                        later.append(other)
                    if mandatory:
                        break
                if later:
                    self.alternatives[first] = tuple(later)

    def between(self, at: int, following: str) -> int:
        """Which of the loops that one LS may open it opens, by the segment that follows it; the first where that says nothing."""
        alike = self.alternatives.get(at)
        return next((one for one in (at, *alike) if following in self.state(one)), at) if alike else at

    def around(self, at: int) -> tuple[tuple[LoopGuide, int], ...]:
        """The loops around a position, outermost first, without the one that it opens."""
        position = self.positions[at]
        return position.loops[:-1] if position.opens else position.loops

    def follow(self, state: int) -> Iterator[tuple[int, bool]]:
        """What may come after a segment at `state`, innermost first: (position, whether it is mandatory there).

        What may stand once only is offered again too, so that the second one is counted as one too many, unless a later
        sibling of the same name takes it.
        """
        here = self.positions[state]
        if here.opens is None and self._again(state, self.limits[state], self._behind[state]):
            yield state, False
        yield from self._behind[state]
        for _, first in reversed(here.loops):
            if self._again(first, self.limits[first], self._behind_loop[first]):
                yield first, False
            yield from self._behind_loop[first]

    def _again(self, at: int, limit: int, behind: list[tuple[int, bool]]) -> bool:
        segment = self.positions[at].node.segment.id
        return limit > 1 or not any(self.positions[other].node.segment.id == segment for other, _ in behind)

    def state(self, state: int) -> dict[str, int]:
        """The strict table of one state: segment id to position."""
        found = self.table[state]
        if found is None:
            found = {}
            for at, mandatory in self.follow(state):
                found.setdefault(self.positions[at].node.segment.id, at)
                if mandatory:
                    break
            self.table[state] = found
        return found

    def recover(self, state: int, segment: str) -> tuple[int, tuple[int, ...]] | None:
        """Where a segment stands if mandatory ones may be skipped, and which were; None if it stands nowhere ahead."""
        key = (state, segment)
        if key not in self._recovered:
            skipped: list[int] = []
            answer = None
            for at, mandatory in self.follow(state):
                if self.positions[at].node.segment.id == segment:
                    answer = (at, tuple(skipped))
                    break
                if mandatory:
                    skipped.append(at)
            if len(self._recovered) > 4096:
                self._recovered.clear()
            self._recovered[key] = answer
        return self._recovered[key]

    def expected(self, state: int) -> str:
        """The segments that may follow, as a sentence shows them."""
        names = list(dict.fromkeys(self.positions[at].node.segment.id for at in self.state(state).values()))
        return " ".join(names[:12]) + (" …" if len(names) > 12 else "")


def places(guide: Guide) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each position of a guide in order: the names of the loops it stands in, and its segment."""
    for position in Grammar(guide).positions:
        yield tuple(loop.name for loop, _ in position.loops), position.node.segment.id
