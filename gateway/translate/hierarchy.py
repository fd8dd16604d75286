"""HL levels, whatever their nesting, as lists of orders, lines and handling units, and contents rows that join them.

Parentage is HL02's; where HL02 is missing or wrong the order of appearance decides. No recursion: a million levels are a
loop, and a level that is its own ancestor is cut loose with a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.formats.tree import Loop
from gateway.profiles.reading import Place
from gateway.translate.numbers import EXACT
from gateway.translate.rules import Hierarchy
from gateway.translate.runtime import Context, Problem, RuleAt

RANK = {"S": 0, "O": 1, "T": 2, "P": 3, "I": 4}
"""How deep a level code stands, where nothing else says it."""

SHIPMENT = "shipment"
LINES = "lines"
UNITS = "handling_units"
ORDERS = "orders"
CONTENTS = "contents"
SHIPPED = "shipped"
ORDER = "order"
ORDER_REFERENCE = "order_reference"
"""Of a line, the order that it names itself, where no level above does."""

Functions = Mapping[str, tuple[Callable[..., Any], ...]]


@dataclass(slots=True)
class Node:
    """One HL with the level above it and what was read of it."""

    loop: Loop
    code: str
    number: str
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)
    row: dict[str, Any] | None = None
    key: Any = None
    content: dict[str, Any] = field(default_factory=dict)
    ordinal: int = 0
    list: str = ""
    order: int = 0
    """Ordinal of the order that the line names itself."""
    first: Node | None = None
    """The level that told the same order line before, in another carton."""

    def above(self, list_name: str) -> Node | None:
        """The nearest level above, or this one, whose list is `list_name`."""
        here: Node | None = self
        while here is not None and here.list != list_name:
            here = here.parent
        return here


def read_hierarchy(context: Context, root: Loop, hierarchy: Hierarchy, functions: Functions, document: dict[str, Any]) -> None:
    """Fills the document from the HL loops of a set."""
    nodes = nest(context, root, hierarchy.at)
    lists: dict[str, list[dict[str, Any]]] = {}
    known: dict[tuple[Any, ...], Node] = {}
    for node in nodes:
        _level(context, root, node, hierarchy, functions, document, lists, known)
    contents = _contents(context, nodes)
    for node in nodes:
        if node.first is not None:
            _add(node.first, node)
    if not document.get(SHIPMENT, True):
        del document[SHIPMENT]
    document.update({name: rows for name, rows in lists.items() if rows})
    if contents:
        document[CONTENTS] = contents


def nest(context: Context, root: Loop, at: Place) -> list[Node]:
    """The HL loops in their order, each with the level above it."""
    nodes: list[Node] = []
    by_number: dict[str, Node] = {}
    last_at: dict[int, Node] = {}
    for loop in root.loops.get("HL", ()):
        segment = loop.first
        number, above, code = (segment[n].strip() if len(segment) > n else "" for n in (1, 2, 3))
        node = Node(loop, code, number)
        rank = RANK.get(code, 5)
        if number and number in by_number:
            _tell(context, "hierarchy-duplicate", node, 1, number, at)
        if above and above != "0" and above in by_number:
            node.parent = by_number[above]
        elif above and above != "0":
            _tell(context, "hierarchy-parent", node, 2, above, at)
            node.parent = _by_order(last_at, rank)
        elif not above or rank:
            node.parent = _by_order(last_at, rank)
        if node.parent is not None:  # always one that came before: no circle can arise
            node.parent.children.append(node)
            context.levels[id(loop)] = node.parent.loop
        if number:
            by_number[number] = node
        last_at[rank] = node
        for deeper in [known for known in last_at if known > rank]:
            del last_at[deeper]
        nodes.append(node)
    return nodes


def _by_order(last_at: dict[int, Node], rank: int) -> Node | None:
    """The nearest level of a smaller rank that is still open."""
    above = [known for known in last_at if known < rank]
    return last_at[max(above)] if above else None


def _tell(context: Context, code: str, node: Node, element: int, value: str, at: Place) -> None:
    context.problems.append(Problem(code, node.loop.first, element, 0, value, RuleAt("hierarchy", at, "HL", element), {}))


def _level(
    context: Context,
    root: Loop,
    node: Node,
    hierarchy: Hierarchy,
    functions: Functions,
    document: dict[str, Any],
    lists: dict[str, list[dict[str, Any]]],
    known: dict[tuple[Any, ...], Node],
) -> None:
    """Reads one level into its list; the same order, or order line, twice with the same values is one row."""
    level = hierarchy.level(node.code)
    if level is None:
        if node.code:
            _tell(context, "hierarchy-level", node, 3, node.code, hierarchy.at)
        return
    read, read_key = functions[node.code]
    row: dict[str, Any] = read(node.loop, context, root)
    node.list = level.list
    node.key = read_key(node.loop, context, root).get("key")
    node.row = row
    if not level.list or level.list == SHIPMENT:
        if level.list:
            shipment: dict[str, Any] = document.setdefault(SHIPMENT, row)
            for name, value in row.items():
                shipment.setdefault(name, value)
        else:
            for name, value in row.items():
                document.setdefault(name, value)
        return
    same: tuple[Any, ...] | None = (level.list, node.key, repr(row)) if level.list == ORDERS and node.key is not None else None
    if same is not None and same in known:  # the order stands again with nothing new: its lines belong to the first
        node.ordinal, node.row = known[same].ordinal, known[same].row
        return
    if hierarchy.loose == "refuse" and node.parent is None:
        _tell(context, "hierarchy-refused", node, 2, "above " + node.code, hierarchy.at)
    rows = lists.setdefault(level.list, [])
    node.ordinal = len(rows) + 1
    entry: dict[str, Any] = {"ordinal": node.ordinal}
    if level.kind:
        entry["kind"] = level.kind
    if level.list == UNITS:
        unit = node.parent.above(UNITS) if node.parent is not None else None
        if unit is not None:
            entry["parent"] = unit.ordinal
    node.content = row.pop("content", None) or {}
    if level.list == LINES:
        order = node.above(ORDERS)
        ordinal = order.ordinal if order is not None else _named_order(context, row, lists, known)
        if ordinal:
            node.order = entry[ORDER] = ordinal
        if node.key is not None:
            same = (LINES, node.key, ordinal, repr({name: value for name, value in row.items() if name != SHIPPED}), _unit(row))
            if same in known:  # the order line stands again, in another carton: one line, two contents rows
                node.first, node.ordinal = known[same], known[same].ordinal
                return
    values = dict(row)
    row.clear()  # the same dict goes on, so that origins find it
    row.update(entry)
    row.update(values)
    rows.append(row)
    if same is not None:
        known[same] = node


def _unit(row: dict[str, Any]) -> Any:
    """The unit in which a line ships, with the code as received; what stands in another unit is another line."""
    shipped = row.get(SHIPPED)
    return repr({name: value for name, value in shipped.items() if name != "value"}) if isinstance(shipped, dict) else None


def _named_order(context: Context, row: dict[str, Any], lists: dict[str, list[dict[str, Any]]], known: dict[tuple[Any, ...], Node]) -> int:
    """The ordinal of the order that a line names itself, which becomes a row of the orders; 0 where it names none."""
    named = row.get(ORDER_REFERENCE)
    if not isinstance(named, dict) or not named:
        return 0
    same = (ORDER_REFERENCE, repr(named))
    if same not in known:
        rows = lists.setdefault(ORDERS, [])
        order = dict(named)
        for name in named:
            origin = context.trace.get((id(named), name))
            if origin is not None:
                context.trace[id(order), name] = origin
        rows.append({"ordinal": len(rows) + 1, ORDER: order})
        known[same] = Node(Loop("", None), "", "", ordinal=len(rows))
    return known[same].ordinal


def _add(first: Node, node: Node) -> None:
    """Adds what a further level ships of an order line to the line."""
    total, more = ((one.row or {}).get(SHIPPED) for one in (first, node))
    if isinstance(total, dict) and isinstance(more, dict) and "value" in total and "value" in more:
        total["value"] = EXACT.add(total["value"], more["value"])


def _contents(context: Context, nodes: list[Node]) -> list[dict[str, Any]]:
    """A row for each leaf that says what is in it."""
    rows: list[dict[str, Any]] = []
    for node in nodes:
        if node.row is None or node.list not in (LINES, UNITS) or any(child.list in (LINES, UNITS) for child in node.children):
            continue
        line = node.above(LINES)
        if line is None:
            continue
        unit = node.above(UNITS)
        order = node.above(ORDERS)
        ordinals = (order.ordinal if order is not None else line.order, line.ordinal, unit.ordinal if unit is not None else 0)
        entry: dict[str, Any] = {name: ordinal for name, ordinal in zip((ORDER, "line", "unit"), ordinals, strict=True) if ordinal}
        for name, (value, holder, source) in _quantity(node, line).items():
            entry[name] = value
            origin = context.trace.get((id(holder), source))
            if origin is not None:
                context.trace[id(entry), name] = origin
        rows.append(entry)
    return rows


def _quantity(node: Node, line: Node) -> dict[str, tuple[Any, dict[str, Any], str]]:
    """What the leaf itself says, else what its line says where it is the line's only leaf; with where each value stands."""
    only = node is line or sum(1 for child in line.children if child.list == UNITS) == 1
    content = node.content or (line.content if only else {})
    if content:
        return {name: (value, content, name) for name, value in content.items()}
    shipped = (line.row or {}).get("shipped") if only else None
    if not isinstance(shipped, dict):
        return {}
    names = (("quantity", "value"), ("unit_of_measure", "unit"), ("unit_as_received", "as_received"))
    return {name: (shipped[source], shipped, source) for name, source in names if source in shipped}
