"""A canonical document as rows: the mapping that reads such rows, run backwards, and its lists laid side by side.

Lists over the same kind of record share its rows: items meet by `ordinal()`, and what an `ordinal_of` refers to stands on the
rows that refer to it. What holds for the whole document stands on every row; columns of `group_by` on every record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from gateway.edi.finding import Finding
from gateway.formats.rows.layout import Layout
from gateway.formats.tree import Loop
from gateway.translate.mapping import Mapping as Rulebook
from gateway.translate.rules import Call, Constant, Each, Object, Scalar, Several
from gateway.translate.runtime import Context
from gateway.translate.signs import restore
from gateway.translate.writing.lists import EachSource, SourcesOp
from gateway.translate.writing.ops import ObjectOp, Plan
from gateway.translate.writing.plan import Planner
from gateway.translate.writing.scope import Run, Scope
from gateway.translate.writing.tree import Cells, Node, frame_of_columns
from gateway.translate.writing.writer import ABOUT, FIGURES


@dataclass(frozen=True, slots=True)
class _List:
    """How a list shares rows: the field that counts its items, whether items are told apart by a value, the lists it refers to."""

    name: str
    ordinal: str | None
    once: bool
    refers: tuple[tuple[str, str], ...]
    """Field of the item, and the name of the list that it refers to."""


@dataclass(slots=True)
class _Row:
    """One record being put together, and the records under it."""

    cells: Cells
    nodes: list[Node] = field(default_factory=list)

    def lay(self, other: Cells) -> None:
        """Lays values over where nothing stands; one that differs is left, and told when it is read again."""
        for n, text in enumerate(other.values):
            if n and text and not self.cells.get(n, 0, ""):
                self.cells.put(n, 0, text, "")


class RowWriter:
    """One mapping of rows, ready to write; `write` is pure and may run in many threads."""

    def __init__(self, mapping: Rulebook, layout: Layout) -> None:
        self.mapping = mapping
        self.layout = layout
        self.frame = frame_of_columns(mapping.ground)
        self.plan = Planner(mapping.tables).root(mapping.rules.fields, self.frame)
        self._lists = dict(lists_of(mapping.rules.fields, self.plan))
        self._kinds = [kind for kind, _ in layout.columns]
        self._names = {kind: layout.names(kind) for kind in self._kinds}

    def write(self, document: Mapping[str, Any], context: Context | None = None) -> tuple[Loop, list[Finding]]:
        """The tree of records that says what a document says; whatever cannot be said is a finding with the document's field."""
        context = context or Context()
        rules = self.mapping.rules
        if rules.signs is not None:
            turned = deepcopy(dict(document))
            restore(context, turned, rules.signs)
            document = turned
        run = Run(context, document, context.component)
        root = Node(self.frame)
        scope = Scope(run, root, document)
        said = {name: value for name, value in document.items() if name not in ABOUT | FIGURES or name in self.plan.ops}
        scope.fill(self.plan, said, None)
        scope.settle()
        made = Loop("", None)
        keys: dict[str, str] = {}
        for kind in self._kinds:
            if kind not in self.layout.parents:
                self._put(made, root, kind, keys)
        for row in document.get("unmapped") or ():
            _unread(made, row, self._names)
        return made, run.findings

    def _put(self, made: Loop, node: Node, kind: str, keys: dict[str, str]) -> None:
        """The records of a kind in one loop, nested ones behind theirs."""
        for row in self._rows(node, kind):
            names = self._names[kind]
            values = row.cells.values + [""] * (len(names) + 1 - len(row.cells.values))
            for name in self.layout.group_by:
                if name in names:
                    at = names.index(name) + 1
                    values[at] = values[at] or keys.get(name, "")
                    keys.setdefault(name, values[at])
            while len(values) > 1 and not values[-1]:
                values.pop()
            loop = made.open(kind, values)
            made.segments.setdefault(kind, [values])
            for inner, parent in self.layout.under:
                if parent == kind:
                    for one in row.nodes:
                        self._put(loop, one, inner, keys)

    def _rows(self, node: Node, kind: str) -> list[_Row]:
        rows: dict[int, _Row] = {}
        known: dict[str, dict[str, Cells]] = {}
        lists = self._ranked(node, kind)
        for how, nodes in lists:
            if how.once:
                known[how.name] = {str((one.item or {}).get(how.ordinal or "") or n): one.opener for n, one in enumerate(nodes, 1)}
        used: set[int] = set()
        for how, nodes in lists:
            if how.once:
                continue
            for number, one in enumerate(nodes, 1):
                said = (one.item or {}).get(how.ordinal) if how.ordinal else None
                at = int(said) if isinstance(said, int) or (isinstance(said, str) and said.isdigit()) else number
                row = rows.setdefault(at, _Row(Cells(kind)))
                row.lay(one.opener)
                row.nodes.append(one)
                for name, other in how.refers:
                    cells = known.get(other, {}).get(str((one.item or {}).get(name)))
                    if cells is not None:
                        row.lay(cells)
                        used.add(id(cells))
        found = [rows[at] for at in sorted(rows)]
        for entries in known.values():
            apart = [cells for cells in entries.values() if id(cells) not in used]
            if len(entries) == 1 and found:  # the only one of the document: it holds for all rows
                for row in found if apart else ():
                    row.lay(apart[0])
            else:
                found += [_Row(cells) for cells in apart]
        header = node.segments.get(kind, ()) if node.parent is None or kind != node.frame.opener else ()
        if header and not found:
            found = [_Row(Cells(kind))]
        for row in found:
            for cells in header:
                row.lay(cells)
        return found

    def _ranked(self, node: Node, kind: str) -> list[tuple[_List, list[Node]]]:
        """The lists over a kind, each with its items, in the mapping's order."""
        found: dict[int, list[Node]] = {}
        for one in node.loops.get(kind, ()):
            found.setdefault(one.rank, []).append(one)
        plain = _List("", None, False, ())
        return [(self._lists.get(rank, plain), found[rank]) for rank in sorted(found)]


def lists_of(rules: Object, plan: Plan, path: str = "") -> Iterator[tuple[int, _List]]:
    """The lists of a scope, by the rank of their rule, those inside their items too."""
    for one in rules.fields:
        op = plan.ops.get(one.name)
        name = f"{path}.{one.name}" if path else one.name
        if isinstance(one.rule, Object) and isinstance(op, ObjectOp):
            yield from lists_of(one.rule, op.plan, name)
        if not isinstance(op, SourcesOp):
            continue
        each = [rule for rule in (one.rule.lists if isinstance(one.rule, Several) else (one.rule,)) if isinstance(rule, Each)]
        sources = [source for source in op.sources if isinstance(source, EachSource)]
        for rule, source in zip(each, sources, strict=False):
            yield source.rank, _List(name, _counting(rule.item), rule.once is not None, tuple(_refers(rule.item)))
            yield from lists_of(rule.item, source.plan, name)


def _counting(item: Object) -> str | None:
    return next((one.name for one in item.fields if _call(one.rule, "ordinal") is not None), None)


def _refers(item: Object) -> Iterable[tuple[str, str]]:
    for one in item.fields:
        call = _call(one.rule, "ordinal_of")
        if call is not None and isinstance(call.arguments[0], Constant):
            yield one.name, str(call.arguments[0].value)


def _call(rule: object, name: str) -> Call | None:
    source = rule.sources[0] if isinstance(rule, Scalar) and rule.sources else None
    return source if isinstance(source, Call) and source.name == name else None


def _unread(root: Loop, row: Mapping[str, Any], names: Mapping[str, tuple[str, ...]]) -> None:
    """Puts back what no rule had read, into the record that it stood in."""
    loop = root
    for part in str(row.get("loop") or "").split("/"):
        kind, _, number = part.partition("[")
        loops = loop.loops.get(kind, [])
        at = int(number[:-1]) if number[:-1].isdigit() else 1
        if at > len(loops):
            return
        loop = loops[at - 1]
    columns = names.get(str(row.get("segment")), ())
    for name, text in (row.get("elements") or {}).items():
        if name in columns:
            at = columns.index(name) + 1
            loop.first.extend([""] * (at + 1 - len(loop.first)))
            loop.first[at] = loop.first[at] or str(text)
