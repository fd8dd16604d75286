"""What a path can stand on: the loops and segments of a guide, or the columns of a file, as paths are resolved against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.profiles.guide import Guide, LoopGuide, SegmentGuide
from gateway.translate.paths import Path, Step

ROW = "row"
"""The segment that a row of a delimited file is, and the loop of a group's rows."""


@dataclass(slots=True)
class Ground:
    """One loop: its segments by id (with the greatest number of each), its inner loops by name, the segment that opens it."""

    name: str
    parent: Ground | None = None
    opener: str = ""
    segments: dict[str, SegmentGuide] = field(default_factory=dict)
    limits: dict[str, int] = field(default_factory=dict)
    loops: dict[str, Ground] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] | None = None
    """Columns by kind of record and name, in a delimited file."""
    free: bool = False
    """Whether there is no guide: what the rules name is there, and a segment is one value (XML, JSON)."""

    @property
    def path(self) -> str:
        """Its loops from the set's root: PO1/N1."""
        above = self.parent.path if self.parent else ""
        return f"{above}/{self.name}" if above else self.name

    @property
    def where(self) -> str:
        """As findings say it."""
        return f"loop {self.path}" if self.path else "the set's own loop"

    def loop(self, name: str) -> Ground | None:
        """The inner loop of a name."""
        return self.loops.get(name)

    def is_loop(self, name: str) -> bool:
        """Whether a name is an inner loop here and no segment of this loop."""
        return name in self.loops and name not in self.segments

    def segment(self, name: str) -> SegmentGuide | None:
        """A segment of this loop, or the one that opens the inner loop of that name."""
        found = self.segments.get(name)
        if found is None and name in self.loops:
            inner = self.loops[name]
            found = inner.segments.get(inner.opener)
        return found

    def known(self) -> list[str]:
        """All ids that a path may begin with here."""
        return [*self.segments, *self.loops]

    def root(self) -> Ground:
        """The set's own loop."""
        return self.parent.root() if self.parent else self

    def enclosing(self, name: str) -> Ground | None:
        """The nearest loop of a name, this one included."""
        here: Ground | None = self
        while here is not None and here.name != name:
            here = here.parent
        return here


def ground_of(guide: Guide) -> Ground:
    """The ground of a guide."""
    return _ground(guide.root, None)


def _ground(loop: LoopGuide, parent: Ground | None) -> Ground:
    ground = Ground(loop.name, parent)
    for member in loop.members:
        if isinstance(member, LoopGuide):
            ground.loops[member.name] = _ground(member, ground)
        else:
            name = member.segment.id
            ground.opener = ground.opener or name
            ground.segments.setdefault(name, member.segment)
            ground.limits[name] = ground.limits.get(name, 0) + member.max
    return ground


def start_of(path: Path, ground: Ground) -> Ground | None:
    """The loop that a path begins in; None where it names one that does not enclose it."""
    if path.start == "root":
        return ground.root()
    if path.start == "enclosing" and path.up is not None:
        return ground.enclosing(path.up.name)
    if path.start == "below" and path.up is not None:
        return ground.loops.get(path.up.name) or ground.root().loops.get(path.up.name)
    return ground


def segment_at(path: Path, ground: Ground) -> SegmentGuide | None:
    """The guide's segment that a path ends in; None where it leads nowhere."""
    here = start_of(path, ground)
    for step in path.loops:
        here = here.loops.get(step.name) if here is not None else None
    return here.segment(path.segment.name) if here is not None and path.segment is not None else None


def ground_of_columns(records: Mapping[str, Sequence[str]], parents: Mapping[str, str] | None = None) -> Ground:
    """The ground of a file of rows: of each kind of record the first, and a loop of all; `parents` are of nested kinds those around."""
    columns = {kind: {name: n for n, name in enumerate(names, 1)} for kind, names in records.items()}
    root = Ground("", opener=ROW, columns=columns)
    made: dict[str, Ground] = {}
    for kind in records:
        outer = made.get((parents or {}).get(kind, ""), root)
        segment = SegmentGuide(kind, ())
        outer.segments[kind], outer.limits[kind] = segment, 1
        made[kind] = outer.loops[kind] = Ground(kind, outer, kind, {kind: segment}, {kind: 1}, columns=columns)
    return root


def of_columns(path: Path, ground: Ground) -> Path | None:
    """A path of column names as one of elements, from where it stands; None where a column is not known there."""
    columns = ground.columns
    if columns is None or path.segment is None:
        return path
    name = path.segment.name
    if path.column or name in columns:  # H.order_no, or the record itself
        kind, column = name, path.column
    else:  # of records of several kinds that have the column, the one that the path stands in, then those inside it
        nearest = [kind for kind in (ground.name, *ground.segments, *columns) if name in columns.get(kind, ())]
        kind, column = nearest[0] if nearest else "", name
    names = columns.get(kind)
    if names is None or (column and column not in names):
        return None
    filters = []
    for condition in path.segment.filter:
        if condition.column and condition.column not in names:
            return None
        filters.append(replace(condition, element=names[condition.column], column="") if condition.column else condition)
    return replace(path, segment=Step(kind, tuple(filters)), element=names[column] if column else 0, column="")
