"""HL levels on their way out: contents rows grouped into the nesting that is wanted, with ids, parents and child codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.translate.hierarchy import LINES, ORDER, ORDERS, SHIPMENT, SHIPPED, UNITS
from gateway.translate.rules import Hierarchy
from gateway.translate.writing.ops import Plan
from gateway.translate.writing.scope import Scope
from gateway.translate.writing.tree import Node

USUAL = ("S", "O", "T", "P", "I")
STRUCTURES = {"0001": USUAL, "0002": ("S", "O", "I", "T", "P"), "0003": ("S", "T", "P", "O", "I"), "0004": ("S", "O", "I")}
"""BSN05 (1005) and the nesting that it says; a tare is a package."""


@dataclass(slots=True)
class LevelPlan:
    """What an HL of one code says: the list of the document its items are in, the kind of handling unit, its rules."""

    code: str
    list: str
    kind: str
    plan: Plan


@dataclass(slots=True)
class Placed:
    """One HL to be written."""

    code: str
    key: tuple[str, int]
    item: Mapping[str, Any]
    place: tuple[Any, Any] | None
    above: Placed | None = None
    below: list[Placed] = field(default_factory=list)


def write_levels(scope: Scope, hierarchy: Hierarchy, levels: Mapping[str, LevelPlan], document: Mapping[str, Any]) -> None:
    """Puts the HL loops of a document into the set, and BSN05 where the nesting has a code."""
    order = order_of(hierarchy, levels, document)
    if "HL" not in scope.node.frame.loops or not order:
        return
    tree = _Tree(scope, order, levels, document)
    tree.grow()
    _put(scope, tree.roots, levels)
    code = next((code for code, codes in STRUCTURES.items() if _says(codes, order, tree.used)), "")
    beginning = scope.node.segments.get("BSN")
    if beginning and code:
        beginning[0].put(5, 0, code, scope.run.mark)


def order_of(hierarchy: Hierarchy, levels: Mapping[str, LevelPlan], document: Mapping[str, Any]) -> tuple[str, ...]:
    """The nesting: what the mapping writes; where that is the usual one, what the document says of itself."""
    wanted = hierarchy.write or USUAL
    if wanted == USUAL:
        wanted = STRUCTURES.get(str(document.get("structure")), USUAL)
        lines = [line for line in document.get(LINES) or () if isinstance(line, dict)]
        if lines and all("order_reference" in line for line in lines) and not document.get(UNITS):
            wanted = tuple(code for code in wanted if code != "O")  # each item names its order itself
    return tuple(code for code in wanted if code in levels)


def settled(hierarchy: Hierarchy, levels: Mapping[str, LevelPlan], document: Mapping[str, Any]) -> bool:
    """Whether the levels will stand as they were read: the document says their nesting, and its contents name them all."""
    said = STRUCTURES.get(str(document.get("structure")), ())
    if tuple(code for code in said if code in levels) != order_of(hierarchy, levels, document):
        return False
    rows = [row for row in document.get("contents") or () if isinstance(row, dict)]
    units = [unit for unit in document.get(UNITS) or () if isinstance(unit, dict)]
    named = {row.get("unit") for row in rows} | {unit.get("parent") for unit in units}
    orders = {row.get(ORDER) for row in rows}
    return set(range(1, len(units) + 1)) <= named and set(range(1, len(document.get(ORDERS) or ()) + 1)) <= orders


def _says(codes: Sequence[str], order: Sequence[str], used: set[str]) -> bool:
    """Whether a structure's levels are those used, in this nesting; pallets and cartons are both packages."""
    kinds = {"P" if code == "T" else code for code in codes}
    mine = {"P" if code == "T" else code for code in used}
    return kinds == mine and [code for code in codes if code in used] == [code for code in order if code in used]


class _Tree:
    """The levels as they nest."""

    def __init__(self, scope: Scope, order: Sequence[str], levels: Mapping[str, LevelPlan], document: Mapping[str, Any]) -> None:
        self.scope = scope
        self.run = scope.run
        self.order = order
        self.levels = levels
        self.document = document
        self.roots: list[Placed] = []
        self.known: dict[tuple[str, int], list[Placed]] = {}
        self.used: set[str] = set()
        self.lists = {name: [row for row in document.get(name) or () if isinstance(row, dict)] for name in (ORDERS, LINES, UNITS)}
        self.rows: dict[tuple[str, int], int] = {}
        self.top: Placed | None = None

    def grow(self) -> None:
        """Places every contents row, and what no row names where its ordinal says."""
        if "S" in self.order and self.levels["S"].list:
            shipment = self.document.get(SHIPMENT)
            self.top = Placed("S", (SHIPMENT, 1), shipment if isinstance(shipment, dict) else {}, (None, SHIPMENT))
            self.roots.append(self.top)
            self.used.add("S")
        elif "S" in self.order:
            self.top = Placed(
                "S", ("", 1), {name: self.document[name] for name in self.levels["S"].plan.ops if name in self.document}, None
            )
            self.roots.append(self.top)
            self.used.add("S")
        rows = [row for row in self.document.get("contents") or () if isinstance(row, dict)]
        lines = {row.get("line") for row in rows}
        for number, line in enumerate(self.lists[LINES], 1):
            if number not in lines:
                rows.append({"line": number, **({ORDER: line[ORDER]} if ORDER in line else {}), "": True})
        for row in rows:
            if isinstance(row.get("line"), int):
                self.rows[LINES, row["line"]] = self.rows.get((LINES, row["line"]), 0) + 1
        for number, row in enumerate(rows, 1):
            self._before(row)
            self._row(row, number)
        self._before({UNITS: 1_000_000_000, ORDERS: 1_000_000_000})

    def _before(self, row: Mapping[str, Any]) -> None:
        """Orders and units without contents that come before those of a row."""
        for name, key, code in ((ORDERS, ORDER, "O"), (UNITS, "unit", "")):
            limit = row.get(name) or row.get(key)
            if not isinstance(limit, int):
                continue
            for ordinal, item in enumerate(self.lists[name], 1):
                if ordinal >= limit:
                    break
                if (name, ordinal) in self.known or self._awaited(key, ordinal):
                    continue
                if code:
                    if code in self.order:
                        self._place([(code, (name, ordinal), item)])
                else:
                    self._place(self._units(ordinal))

    def _awaited(self, key: str, ordinal: int) -> bool:
        """Whether contents name it, itself or as what is around them."""
        for row in self.document.get("contents") or ():
            at = row.get(key)
            while isinstance(at, int):
                if at == ordinal:
                    return True
                unit = self._unit(at) if key == "unit" else None
                at = unit.get("parent") if unit else None
        return False

    def _unit(self, ordinal: Any) -> Mapping[str, Any] | None:
        units = self.lists[UNITS]
        return units[ordinal - 1] if isinstance(ordinal, int) and 0 < ordinal <= len(units) else None

    def _units(self, ordinal: Any) -> list[tuple[str, tuple[str, int], Mapping[str, Any]]]:
        """A handling unit with those around it, outermost first."""
        found: list[tuple[str, tuple[str, int], Mapping[str, Any]]] = []
        seen: set[int] = set()
        while (unit := self._unit(ordinal)) is not None and ordinal not in seen:
            seen.add(ordinal)
            code = next((one.code for one in self.levels.values() if one.list == UNITS and one.kind == unit.get("kind")), "P")
            found.insert(0, (code, (UNITS, ordinal), unit))
            ordinal = unit.get("parent")
        return found

    def _row(self, row: Mapping[str, Any], number: int) -> None:
        """One contents row: the levels from the shipment to its leaf, and what the leaf says."""
        parts: dict[str, list[tuple[str, tuple[str, int], Mapping[str, Any]]]] = {}
        orders, lines = self.lists[ORDERS], self.lists[LINES]
        order, line = row.get(ORDER), row.get("line")
        if isinstance(order, int) and 0 < order <= len(orders):
            parts["O"] = [("O", (ORDERS, order), orders[order - 1])]
        if not isinstance(line, int) or not 0 < line <= len(lines):
            self.run.trouble("write-no-place", (((None, "contents"), number), "line"), line)
            return
        units = self._units(row.get("unit"))
        if units and not any(code in self.order for code, _, _ in units):
            self.run.trouble("write-no-place", (((None, "contents"), number), "unit"), row.get("unit"))
        below = "I" in self.order and any(self.order.index("I") < self.order.index(code) for code, _, _ in units if code in self.order)
        parts["I"] = [("I", (LINES, line), lines[line - 1])]
        path: list[tuple[str, tuple[str, int], Mapping[str, Any]]] = []
        for code in self.order:
            if code in ("T", "P"):
                if not any(known[1][0] == UNITS for known in path):
                    path += [one for one in units if one[0] in self.order]
            else:
                path += parts.get(code, [])
        leaf = dict(path[-1][2])
        content = {name: value for name, value in row.items() if name not in (ORDER, "line", "unit", "")}
        if not below and not row.get(""):
            leaf = self._shipped(leaf, content, line)
        if content:
            leaf["content"] = content
        self._place([*path[:-1], (path[-1][0], path[-1][1], leaf)], always=True)

    def _shipped(self, line: dict[str, Any], content: dict[str, Any], ordinal: int) -> dict[str, Any]:
        """A line of which this row ships a part: what is shipped here is the row's."""
        shipped = line.get(SHIPPED)
        if self.rows.get((LINES, ordinal), 0) > 1 and isinstance(shipped, dict) and "quantity" in content:
            line[SHIPPED] = {**shipped, "value": content["quantity"]}
        return line

    def _place(self, path: Sequence[tuple[str, tuple[str, int], Mapping[str, Any]]], always: bool = False) -> None:
        above = self.top
        for number, (code, key, item) in enumerate(path):
            if code not in self.order:
                continue
            leaf = always and number == len(path) - 1
            siblings = above.below if above is not None else self.roots
            found = None if leaf else next((one for one in reversed(self.known.get(key, ())) if one.above is above), None)
            if found is None:
                if key[0] == UNITS and key in self.known:
                    self.run.trouble(
                        "write-unit-twice",
                        ((None, UNITS), key[1]),
                        item.get("identifier") or key[1],
                        where=_where(self.known[key][0].above),
                    )
                    return
                found = Placed(code, key, item, ((None, key[0]), key[1]), above)
                siblings.append(found)
                self.known.setdefault(key, []).append(found)
                self.used.add(code)
            above = found


def _where(placed: Placed | None) -> str:
    return f"{placed.key[0]} {placed.key[1]}" if placed is not None else "the shipment"


def _put(scope: Scope, roots: Sequence[Placed], levels: Mapping[str, LevelPlan]) -> None:
    """The HL loops in order, numbered from 1."""
    stack = [(placed, 0) for placed in reversed(roots)]
    number = 0
    while stack:
        placed, above = stack.pop()
        number += 1
        node: Node = scope.node.child("HL", 0)
        head = node.opener
        for element, text in enumerate((str(number), str(above or ""), placed.code, "1" if placed.below else "0"), 1):
            head.put(element, 0, text, scope.run.mark)
        _answering(scope, placed)
        inner = Scope(scope.run, node, placed.item, head)
        item = {
            name: value for name, value in placed.item.items() if name not in ("ordinal", "kind", "parent", ORDER) or _own(name, placed)
        }
        inner.fill(levels[placed.code].plan, item, placed.place)
        inner.settle()
        scope.node.attach(node)
        stack += [(below, number) for below in reversed(placed.below)]


def _answering(scope: Scope, placed: Placed) -> None:
    """What `@order` looks at for a level: its own order and line, or those above it."""
    above: Placed | None = placed
    scope.run.line = scope.run.order = None
    while above is not None:
        if above.key[0] == LINES and scope.run.line is None:
            scope.run.line = above.item
        elif above.key[0] == ORDERS and scope.run.order is None:
            scope.run.order = above.item
        above = above.above


def _own(name: str, placed: Placed) -> bool:
    """Whether a name that tells levels apart is a field here: an order's own number, not the ordinal of a line's order."""
    return name == ORDER and placed.key[0] == ORDERS
