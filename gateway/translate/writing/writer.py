"""A canonical document as the segments of a set: the mapping that reads such sets, run backwards.

Nothing is dropped: what was written is read again by the same mapping (proof.py), and a value that did not come
back is a finding with its field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from gateway.edi.finding import Finding
from gateway.formats.x12.elements import faults
from gateway.formats.x12.envelope import Delimiters
from gateway.formats.x12.semantics import COUNTED
from gateway.profiles.guide import Guide, SegmentGuide
from gateway.translate.mapping import Mapping as Rulebook
from gateway.translate.rules import Found, WriteOnly
from gateway.translate.runtime import Context
from gateway.translate.signs import restores, turn
from gateway.translate.writing.hierarchy import LevelPlan, settled, write_levels
from gateway.translate.writing.ops import Plan, ScalarOp
from gateway.translate.writing.plan import Ground, Planner
from gateway.translate.writing.scope import Run, Scope, put_segment
from gateway.translate.writing.straight_code import straightener
from gateway.translate.writing.tree import Cells, Frame, Node, frame_of, segments_of

ABOUT = frozenset({"document_type", "schema_version", "envelope", "unmapped"})
FIGURES = frozenset({"summary"})
"""Control figures of a set (CTT): a file that has no place for them says the same without."""
"""Fields that say something about the document and stand in no set of their own."""


UNREAD = 1_000_000
"""Rank of what no rule wrote: it stands behind the rest of its name."""


@dataclass(slots=True)
class Draft:
    """The segments of a set between ST and SE, and what could not be written."""

    segments: list[list[str]]
    findings: list[Finding] = field(default_factory=list)


class Writer:
    """One mapping over one guide, ready to write; `write` is pure and may run in many threads."""

    def __init__(self, mapping: Rulebook, guide: Guide) -> None:
        self.mapping = mapping
        self.guide = guide
        self.frame = frame_of(guide)
        self.composites = frozenset(
            (node.segment.id, n) for node in guide.root.nodes() for n, slot in enumerate(node.segment.slots, 1) if slot.components
        )
        """Elements that have components, as (segment, element)."""
        planner = Planner(mapping.tables)
        rules = mapping.rules
        self.plan: Plan = planner.root(rules.fields, self.frame)
        self.levels: dict[str, LevelPlan] = {}
        hl: Frame | None = self.frame.loops.get("HL")
        if rules.hierarchy is not None and hl is not None:
            for level in rules.hierarchy.levels:
                self.levels[level.code] = LevelPlan(level.code, level.list, level.kind, planner.root(level.fields, hl, "HL"))
        self.write_only = [(one, self._scalar(planner, one)) for one in rules.write_only]
        self._days: dict[Rulebook, Writer] = {}
        self.straight = straightener(self.plan, self.frame) if rules.hierarchy is None and not rules.write_only else None

    def on(self, day: object) -> Writer:
        """The writer with the code tables as they are on a document's day; itself where they say the same on all days."""
        today = self.mapping.on(day if isinstance(day, date) else None)
        if today is self.mapping:
            return self
        if today not in self._days:
            self._days[today] = Writer(today, self.guide)
        return self._days[today]

    def _scalar(self, planner: Planner, one: WriteOnly) -> ScalarOp | None:
        op = planner.scalar(_at_path(one), Ground(self.frame, "", self.mapping.rules.fields))
        return op if isinstance(op, ScalarOp) else None

    def write(self, document: Mapping[str, Any], context: Context | None = None) -> Draft:
        """The set that says what a document says; whatever cannot be said is a finding with the document's field."""
        context = context or Context()
        rules = self.mapping.rules
        if rules.signs is not None and restores(context, document, rules.signs):
            turned = deepcopy(dict(document))
            turn(turned, rules.signs)
            document = turned
        if self.straight is not None and (rows := self.straight.write(document, context)) is not None:
            return Draft(rows)
        run = Run(context, document, context.component)
        root = Node(self.frame)
        scope = Scope(run, root, document)
        skipped = ABOUT | _level_fields(self.levels.values(), rules.hierarchy is not None)
        scope.fill(self.plan, {name: value for name, value in document.items() if name not in skipped or name in self.plan.ops}, None)
        scope.settle()
        if rules.hierarchy is not None:
            write_levels(scope, rules.hierarchy, self.levels, document)
        for one, op in self.write_only:
            self._only(scope, one, op)
        _unmapped(root, document.get("unmapped") or (), rules.hierarchy is None or settled(rules.hierarchy, self.levels, document))
        self._totals(root)
        return Draft(list(segments_of(root)), run.findings)

    def _only(self, scope: Scope, one: WriteOnly, op: ScalarOp | None) -> None:
        """`write_only`: what no field holds, where nothing else was put."""
        if op is None:
            return
        spot = op.spots[0]
        if any(cells.get(spot.element, spot.component, scope.run.mark) for cells in spot.instances(scope)):
            return
        value = next((value for source in one.rule.sources if (value := scope.look(source)) is not None), None)
        if value is None:
            return
        text = op.inverse.text(value, scope.look)
        op.place(scope, value, text, (None, one.path.text))

    def _totals(self, root: Node) -> None:
        """CTT01 where it is wanted and not said: the lines counted."""
        node = next((root.loops[name][0] for name in ("CTT",) if root.loops.get(name)), None)
        cells = node.opener if node is not None else next(iter(root.segments.get("CTT", ())), None)
        if cells is None:
            if "CTT" not in self.frame.mandatory:
                return
            cells = Cells("CTT")
            put_segment(root, cells)
        counted = COUNTED.get(self.guide.set)
        if counted is not None and not cells.get(1, 0, ""):
            cells.put(1, 0, str(_count(root, counted[0])), "")


def _at_path(one: WriteOnly) -> Any:
    """The rule of a `write_only` as one that reads its path."""
    return replace(one.rule, sources=(Found(one.path, one.at),))


def _level_fields(levels: Iterable[LevelPlan], has: bool) -> frozenset[str]:
    names = {level.list for level in levels if level.list}
    return frozenset({*names, "contents"}) if has else frozenset()


def _count(node: Node, name: str) -> int:
    found = len(node.segments.get(name, ()))
    return found + sum(_count(inner, name) for nodes in node.loops.values() for inner in nodes)


def _loop_of(root: Node, row: Mapping[str, Any], levels: bool) -> Node | None:
    """The loop that a row names, made where the row is what opens it; None where it is not certain which one it is."""
    node = root
    parts = [part for part in str(row.get("loop") or "").split("/") if part]
    for depth, part in enumerate(parts, 1):
        name, _, number = part.partition("[")
        wanted = int(number[:-1]) if number[:-1].isdigit() else 1
        frame = node.frame.loops.get(name)
        nodes = node.loops.get(name, [])
        if frame is None or (name == "HL" and not levels):
            return None
        if wanted <= len(nodes):
            if len({inner.rank for inner in nodes}) > 1:
                return None  # several rules made them: which came first is not known
            node = nodes[wanted - 1]
            continue
        opens = depth == len(parts) and row.get("segment") == frame.opener
        if name == "HL" or not (opens or frame.opener == "LS"):
            return None
        inner = node.child(name, UNREAD)
        node.attach(inner)
        node = inner
    return node


def _unmapped(root: Node, rows: Iterable[Mapping[str, Any]], levels: bool) -> None:
    """Puts back what the mapping did not read: into the segment that it belongs to where that is written, else as its own.

    Rows of HL levels only where these stand as they stood (`levels`), for a row names its level by number.
    """
    for row in rows:
        node = _loop_of(root, row, levels)
        if node is None:
            continue
        name = str(row.get("segment"))
        elements = {int(key): str(text) for key, text in (row.get("elements") or {}).items() if str(key).isdigit()}
        if name not in node.frame.segments:
            continue
        # what begins with its first element is a segment of its own, unless the one that is there lacks just that
        hosts = [
            cells
            for cells in node.segments.get(name, ())
            if not any(cells.get(n, 0, "") for n in elements) and (1 not in elements or not cells.get(1, 0, ""))
        ]
        own = Cells(name, UNREAD)
        host = hosts[0] if hosts else own
        if hosts:  # of those that could have it, the one that the guide takes it in
            host = next((cells for cells in (*hosts, own) if _fits(node.frame.segments[name], cells, elements)), host)
        if host is own:
            node.segments.setdefault(name, []).append(host)
        for n, text in elements.items():
            host.put(n, 0, text, "")


def _fits(segment: SegmentGuide, cells: Cells, elements: Mapping[int, str]) -> bool:
    """Whether a segment is as the guide has it once these elements are in it."""
    tried = Cells(segment.id)
    tried.values = list(cells.values)
    for n, text in elements.items():
        tried.put(n, 0, text, "")
    return next(faults(_APART.element.join(tried.values), segment, _APART), None) is None


_APART = Delimiters("\x1d", "\x1c", "\x1e", "\x1f")
"""Delimiters that no text holds."""


__all__ = ["Draft", "Writer"]
