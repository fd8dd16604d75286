"""A canonical document as a tree of paths (XML, JSON): the mapping that reads such files, run backwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from gateway.edi.finding import Finding
from gateway.formats.json.reader import CANONICAL
from gateway.formats.shape import Shape
from gateway.formats.tree import UNREAD, Loop
from gateway.profiles.guide import SegmentGuide
from gateway.translate.mapping import Mapping as Rulebook
from gateway.translate.rules import Found
from gateway.translate.runtime import Context
from gateway.translate.signs import restore
from gateway.translate.writing.ops import ObjectOp, ScalarOp
from gateway.translate.writing.plan import Ground as Standing
from gateway.translate.writing.plan import Planner
from gateway.translate.writing.rows import lists_of
from gateway.translate.writing.scope import Run, Scope
from gateway.translate.writing.tree import Frame, Node
from gateway.translate.writing.writer import ABOUT, FIGURES


class PathWriter:
    """One mapping over paths, ready to write; `write` is pure and may run in many threads."""

    def __init__(self, mapping: Rulebook) -> None:
        self.mapping = mapping
        self.frame = _frame(mapping.rules.shape or Shape())
        planner = Planner(mapping.tables)
        self.plan = planner.root(mapping.rules.fields, self.frame)
        self._lists = dict(lists_of(mapping.rules.fields, self.plan))
        top = Standing(self.frame, "", mapping.rules.fields)
        ops = [(one, planner.scalar(replace(one.rule, sources=(Found(one.path, one.at),)), top)) for one in mapping.rules.write_only]
        self.write_only = [(one, op) for one, op in ops if isinstance(op, ScalarOp)]

    def write(self, document: Mapping[str, Any], context: Context | None = None) -> tuple[Loop, list[Finding]]:
        """The tree that says what a document says; whatever cannot be said is a finding with the document's field."""
        context = context or Context()
        if self.mapping.canonical:
            return _as_it_is(document), []
        rules = self.mapping.rules
        if rules.signs is not None:
            turned = deepcopy(dict(document))
            restore(context, turned, rules.signs)
            document = turned
        run = Run(context, document, context.component)
        root = Node(self.frame)
        scope = Scope(run, root, document)
        scope.fill(self.plan, self._said(document), None)
        scope.settle()
        for one, op in self.write_only:
            value = next((value for source in one.rule.sources if (value := scope.look(source)) is not None), None)
            if value is not None and not any(any(spot.instances(scope)) for spot in op.spots):
                op.place(scope, value, op.inverse.text(value, scope.look), (None, one.path.text))
        made = Loop("", None)
        self._grow(made, root)
        for row in document.get("unmapped") or ():
            for part, text in (row.get("elements") or {}).items():
                made.segments.setdefault(UNREAD, []).append([UNREAD, str(row.get("loop") or ""), str(part), str(text)])
        return made, run.findings

    def _said(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The fields to write: of the envelope those that the mapping has a place for, for it says how a document came."""
        said = {name: value for name, value in document.items() if name not in ABOUT | FIGURES or name in self.plan.ops}
        envelope, how = said.get("envelope"), self.plan.ops.get("envelope")
        if isinstance(envelope, dict) and isinstance(how, ObjectOp):
            said["envelope"] = {name: value for name, value in envelope.items() if name in how.plan.ops}
        return said

    def _grow(self, loop: Loop, node: Node) -> None:
        """What was put into a scope, as reading would have found it."""
        self._values(loop, node)
        for name, nodes in node.loops.items():
            for together in self._met(nodes):
                inner = loop.open(name, [name])
                for one in together:
                    self._grow(inner, one)

    @staticmethod
    def _values(loop: Loop, node: Node) -> None:
        for name, every in node.segments.items():
            found = [[name, *cells.values[1:2]] for cells in every if name and len(cells.values) > 1 and cells.values[1]]
            if found and name not in loop.segments:  # lists that share an item say it alike, or reading again tells
                loop.segments[name] = found

    def _met(self, nodes: list[Node]) -> Iterable[list[Node]]:
        """The items of lists over the same elements, together by their `ordinal()`, in the mapping's order."""
        if len({node.rank for node in nodes}) < 2:
            return [[node] for node in nodes]
        met: dict[int, list[Node]] = {}
        for rank in sorted({node.rank for node in nodes}):
            how = self._lists.get(rank)
            for number, node in enumerate((node for node in nodes if node.rank == rank), 1):
                said = (node.item or {}).get(how.ordinal) if how is not None and how.ordinal else None
                place = said if isinstance(said, int) else number if how is not None and how.ordinal else len(met) + 1
                met.setdefault(place, []).append(node)
        return [met[place] for place in sorted(met)]


def _as_it_is(document: Mapping[str, Any]) -> Loop:
    from gateway.documents.models import as_json

    made = Loop("", None)
    made.segments[CANONICAL] = [[CANONICAL, as_json(dict(document)).decode()]]
    return made


def _frame(shape: Shape, name: str = "") -> Frame:
    """The frame of a scope: what its rules name, and no opening segment."""
    frame = Frame(name, "")
    for number, (of_list, inner) in enumerate(shape.lists.items()):
        frame.loops[of_list] = _frame(inner, of_list)
        frame.loop_places[of_list] = number
    for value in shape.values:
        frame.segments[value] = SegmentGuide(value, ())
    return frame
