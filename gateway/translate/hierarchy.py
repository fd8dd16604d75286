"""HL levels, whatever their nesting, as lists of orders, lines and handling units, and contents rows that join them.

Parentage is HL02's; where HL02 is missing or wrong the order of appearance decides. No recursion: a million levels are a
loop, and a level that is its own ancestor is cut loose with a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from gateway.formats.tree import Loop, Segment
from gateway.profiles.reading import Place
from gateway.translate.numbers import EXACT
from gateway.translate.rules import Hierarchy, Level
from gateway.translate.runtime import Context, Problem, RuleAt

RANK = {"S": 0, "O": 1, "T": 2, "P": 3, "I": 4}
"""How deep a level code stands, where nothing else says it."""

SHIPMENT = "shipment"
LINES = "lines"
UNITS = "handling_units"
ORDERS = "orders"
CONTENTS = "contents"
CONTENT = "content"
"""Of a level, what it says itself is in it."""
SHIPPED = "shipped"
ORDER = "order"
ORDER_REFERENCE = "order_reference"
"""Of a line, the order that it names itself, where no level above does."""

Functions = Mapping[str, tuple[Callable[..., Any], ...]]


class Node:
    """One HL with the level above it and what was read of it."""

    __slots__ = (
        "code",
        "content",
        "filled",
        "first",
        "key",
        "line",
        "list",
        "loop",
        "named",
        "number",
        "order",
        "ordinal",
        "parent",
        "row",
        "segment",
        "unit",
        "units",
    )

    def __init__(self, segment: Segment, code: str, number: str) -> None:
        self.segment = segment
        self.code = code
        self.number = number
        self.loop: Loop | None = None
        self.parent: Node | None = None
        self.row: dict[str, Any] | None = None
        self.key: Any = None
        self.content: dict[str, Any] = {}
        self.ordinal = 0
        self.list = ""
        self.named = 0
        """Ordinal of the order that the line names itself."""
        self.first: Node | None = None
        """The level that told the same order line before, in another carton."""
        self.order: Node | None = None
        """The nearest order: this level itself, or above it. So are line and unit."""
        self.line: Node | None = None
        self.unit: Node | None = None
        self.filled = False
        """Whether lines or units stand right below it."""
        self.units = 0
        """How many units do."""


def read_hierarchy(context: Context, root: Loop, hierarchy: Hierarchy, functions: Functions, document: dict[str, Any]) -> None:
    """Fills the document from the HL loops of a set."""
    lists = Lists(context, hierarchy, document)
    nodes = nest(context, root, hierarchy.at)
    for node in nodes:
        level = lists.enter(node)
        if level is not None and node.loop is not None:
            read, read_key = functions[node.code]
            lists.add(node, level, read(node.loop, context, root), read_key(node.loop, context, root).get("key"))
    lists.finish(nodes)


def nest(context: Context, root: Loop, at: Place) -> list[Node]:
    """The HL loops in their order, each with the level above it."""
    loops = root.loops.get("HL", ())
    nodes = nested(context, [loop.first for loop in loops], at)
    for node, loop in zip(nodes, loops, strict=True):
        node.loop = loop
        if node.parent is not None and node.parent.loop is not None:
            context.levels[id(loop)] = node.parent.loop
    return nodes


def nested(context: Context, segments: Iterable[Segment], at: Place) -> list[Node]:
    """HL segments in their order, each with the level above it."""
    nodes: list[Node] = []
    by_number: dict[str, Node] = {}
    order = _Order(nodes)
    for segment in segments:
        _, number, above, code = segment[:4] if len(segment) > 3 else (*segment, "", "", "", "")[:4]
        number, above, code = number.strip(), above.strip(), code.strip()
        node = Node(segment, code, number)
        if number and number in by_number:
            _tell(context, "hierarchy-duplicate", node, 1, number, at)
        parent = by_number.get(above) if above and above != "0" else None
        if parent is not None:
            node.parent = parent  # always one that came before: no circle can arise
        elif above and above != "0":
            _tell(context, "hierarchy-parent", node, 2, above, at)
            node.parent = order.above(RANK.get(code, 5))
        elif not above or RANK.get(code, 5):
            node.parent = order.above(RANK.get(code, 5))
        if number:
            by_number[number] = node
        nodes.append(node)
    return nodes


class _Order:
    """The levels that are open by the order of appearance, worked out where it is asked for: most levels name what is above them."""

    def __init__(self, nodes: list[Node]) -> None:
        self._nodes = nodes
        self._done = 0
        self._last_at: dict[int, Node] = {}

    def above(self, rank: int) -> Node | None:
        """The nearest level of a smaller rank that is still open."""
        for node in self._nodes[self._done :]:
            own = RANK.get(node.code, 5)
            self._last_at[own] = node
            for deeper in [known for known in self._last_at if known > own]:
                del self._last_at[deeper]
        self._done = len(self._nodes)
        above = [known for known in self._last_at if known < rank]
        return self._last_at[max(above)] if above else None


def _tell(context: Context, code: str, node: Node, element: int, value: str, at: Place) -> None:
    context.problems.append(Problem(code, node.segment, element, 0, value, RuleAt("hierarchy", at, "HL", element), {}))


class Lists:
    """The lists of a document as its levels come: orders, lines, handling units."""

    def __init__(self, context: Context, hierarchy: Hierarchy, document: dict[str, Any]) -> None:
        self.context = context
        self.hierarchy = hierarchy
        self.document = document
        self._levels = {level.code: level for level in reversed(hierarchy.levels)}
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._first: dict[tuple[Any, ...], tuple[Node, dict[str, Any]] | None] = {}
        """The one order, or order line, of a key with what was read of it; None where there are several, which are told apart."""
        self._known: dict[tuple[Any, ...], Node] = {}
        """Those of which there are several, by all that they say."""

    def enter(self, node: Node) -> Level | None:
        """What the mapping says of a level; what stands around it holds for those below, too."""
        parent = node.parent
        if parent is not None:
            node.order, node.line, node.unit = parent.order, parent.line, parent.unit
        level = self._levels.get(node.code)
        if level is None and node.code:
            _tell(self.context, "hierarchy-level", node, 3, node.code, self.hierarchy.at)
        return level

    def add(self, node: Node, level: Level, row: dict[str, Any], key: Any) -> None:
        """Takes what was read of a level into its list; the same order, or order line, twice with the same values is one row."""
        name = node.list = level.list
        node.key, node.row = key, row
        if not name or name == SHIPMENT:
            self._add_fields(name, row)
            return
        around, parent = node.unit, node.parent
        if name == LINES:
            node.line = node
        elif name == UNITS:
            node.unit = node
        elif name == ORDERS:
            node.order = node
        if parent is not None and name in (LINES, UNITS):
            parent.filled = True
            parent.units += name == UNITS
        if name == ORDERS and key is not None and (same := self._same((ORDERS, key), node, row, repr)) is not None:
            node.ordinal, node.row = same.ordinal, same.row  # it stands again with nothing new: its lines belong to the first
            return
        if self.hierarchy.loose == "refuse" and parent is None:
            _tell(self.context, "hierarchy-refused", node, 2, "above " + node.code, self.hierarchy.at)
        rows = self._rows.setdefault(name, [])
        node.ordinal = len(rows) + 1
        entry: dict[str, Any] = {"ordinal": node.ordinal}
        if level.kind:
            entry["kind"] = level.kind
        if name == UNITS and around is not None:
            entry["parent"] = around.ordinal
        node.content = row.get(CONTENT) or {}
        if name == LINES:
            ordinal = node.order.ordinal if node.order is not None else self._named_order(row)
            if ordinal:
                node.named = entry[ORDER] = ordinal
            if key is not None and (same := self._same((LINES, key, ordinal), node, row, _said)) is not None:
                node.first, node.ordinal = same, same.ordinal  # in another carton: one line, two contents rows
                return
        values = {**entry, **row}
        values.pop(CONTENT, None)
        if self.context.trace:  # the same dict goes on, so that origins find it
            row.clear()
            row.update(values)
            values = row
        node.row = values
        rows.append(values)

    def _add_fields(self, name: str, row: dict[str, Any]) -> None:
        """What is said of the shipment, or of the document."""
        into: dict[str, Any] = self.document.setdefault(SHIPMENT, row) if name else self.document
        for field, value in row.items():
            into.setdefault(field, value)

    def _same(self, key: tuple[Any, ...], node: Node, row: dict[str, Any], said: Callable[[dict[str, Any]], Any]) -> Node | None:
        """The level of this key that said the same before."""
        if key not in self._first:
            self._first[key] = node, dict(row) if self.context.trace else row
            return None
        alone = self._first[key]
        if alone is not None:
            self._known[*key, said(alone[1])] = alone[0]
            self._first[key] = None
        known = self._known.setdefault((*key, said(row)), node)
        return None if known is node else known

    def _named_order(self, row: dict[str, Any]) -> int:
        """The ordinal of the order that a line names itself, which becomes a row of the orders; 0 where it names none."""
        named = row.get(ORDER_REFERENCE)
        if not isinstance(named, dict) or not named:
            return 0
        same = (ORDER_REFERENCE, repr(named))
        if same not in self._known:
            rows = self._rows.setdefault(ORDERS, [])
            order = dict(named)
            for name in named:
                origin = self.context.trace.get((id(named), name))
                if origin is not None:
                    self.context.trace[id(order), name] = origin
            rows.append({"ordinal": len(rows) + 1, ORDER: order})
            self._known[same] = node = Node([], "", "")
            node.ordinal = len(rows)
        return self._known[same].ordinal

    def finish(self, nodes: list[Node]) -> None:
        """Puts the lists into the document, with the rows that join them."""
        contents = _contents(self.context, nodes)
        for node in nodes:
            if node.first is not None:
                _add(node.first, node)
        if not self.document.get(SHIPMENT, True):
            del self.document[SHIPMENT]
        self.document.update({name: rows for name, rows in self._rows.items() if rows})
        if contents:
            self.document[CONTENTS] = contents


def _said(row: dict[str, Any]) -> tuple[str, Any]:
    """What a line says, but for how much of it is shipped and in it: what stands in another unit of measure is another line."""
    shipped = row.get(SHIPPED)
    unit = repr({name: value for name, value in shipped.items() if name != "value"}) if isinstance(shipped, dict) else None
    return repr({name: value for name, value in row.items() if name not in (SHIPPED, CONTENT)}), unit


def _add(first: Node, node: Node) -> None:
    """Adds what a further level ships of an order line to the line."""
    total, more = ((one.row or {}).get(SHIPPED) for one in (first, node))
    if isinstance(total, dict) and isinstance(more, dict) and "value" in total and "value" in more:
        total["value"] = EXACT.add(total["value"], more["value"])


def _contents(context: Context, nodes: list[Node]) -> list[dict[str, Any]]:
    """A row for each leaf that says what is in it."""
    rows: list[dict[str, Any]] = []
    for node in nodes:
        line, unit, order = node.line, node.unit, node.order
        if node.row is None or node.filled or line is None or node.list not in (LINES, UNITS):
            continue
        entry: dict[str, Any] = {}
        ordinal = order.ordinal if order is not None else line.named
        if ordinal:
            entry[ORDER] = ordinal
        entry["line"] = line.ordinal
        if unit is not None:
            entry["unit"] = unit.ordinal
        holder, names = _quantity(node, line)
        for name, source in names:
            if source in holder:
                entry[name] = holder[source]
                if context.trace:
                    origin = context.trace.get((id(holder), source))
                    if origin is not None:
                        context.trace[id(entry), name] = origin
        rows.append(entry)
    return rows


OF_SHIPPED = (("quantity", "value"), ("unit_of_measure", "unit"), ("unit_as_received", "as_received"))
"""What a contents row calls what its line says is shipped."""


def _quantity(node: Node, line: Node) -> tuple[Mapping[str, Any], Iterable[tuple[str, str]]]:
    """What the leaf itself says, else what its line says where it is the line's only leaf; and the names of its fields."""
    only = node is line or line.units == 1
    content = node.content or (line.content if only else {})
    if content:
        return content, [(name, name) for name in content]
    shipped = (line.row or {}).get(SHIPPED) if only else None
    return (shipped, OF_SHIPPED) if isinstance(shipped, dict) else ({}, ())
