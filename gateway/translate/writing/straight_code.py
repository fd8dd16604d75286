"""Makes the straight code of one scope for one shape: see straight.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gateway.translate.paths import Step
from gateway.translate.rules import Constant
from gateway.translate.runtime import matches
from gateway.translate.writing.lists import EachSource, GroupSource, ListSource, PairsSource, SourcesOp
from gateway.translate.writing.ops import CaseOp, ConstantOp, NoOp, ObjectOp, Plan, ScalarOp
from gateway.translate.writing.straight import (
    BEHIND,
    SKIPPED,
    Chosen,
    Ground,
    Hollow,
    Piece,
    Refusal,
    Straight,
    Straightener,
    Winding,
    apart,
    asked,
    hollow,
    opening,
    refusing,
    row,
    winding,
)
from gateway.translate.writing.tree import Frame
from gateway.translate.writing.values import over_document


def straightener(plan: Plan, frame: Frame) -> Straightener:
    """The straight code of a mapping, of which nothing is made yet."""
    return Straightener(plan, frame, lambda maker, ground, item: Code(maker, ground, item).made())


@dataclass(slots=True)
class Code:
    """The code of one scope for one shape, on its way."""

    maker: Straightener
    ground: Ground
    sample: Mapping[str, Any]
    names: dict[str, Any] = field(default_factory=dict)
    head: list[str] = field(default_factory=list)
    cells: dict[int, str] = field(default_factory=dict)
    tail: list[str] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    others: dict[str, dict[int, str]] = field(default_factory=dict)
    """Elements of the last segment of a name that single values share."""
    kept: dict[str, list[str]] = field(default_factory=dict)
    """Of segments that lists write the variables that hold them."""
    late: list[tuple[int, str]] = field(default_factory=list)
    """Values that stand where nothing else does."""
    found: list[tuple[ScalarOp, str]] = field(default_factory=list)
    chosen: set[str] = field(default_factory=set)
    """Segments of which the items of a list choose one."""
    cases: list[tuple[CaseOp, str, Mapping[str, Any]]] = field(default_factory=list)

    def made(self) -> Straight:
        """The function; one that always raises Winding where the shape cannot be written straight."""
        try:
            return self._made()
        except Refusal:
            return refusing
        except Hollow:
            return hollow
        except Winding:
            return winding

    def _made(self) -> Straight:
        asked(self.ground.when, self.sample)
        self.fields(self.ground.plan, self.sample, "i")
        self.settle()
        body = [*self.head, *self.own()]
        for piece in sorted(self.pieces, key=lambda piece: (piece.place, piece.rank)):
            body += piece.lines
        text = "def straight(i, out, c):\n" + "\n".join("    " + line for line in body or ["pass"])
        space: dict[str, Any] = {**self.names, "Winding": Winding, "Refusal": Refusal, "Hollow": Hollow, "matches": matches, "dict": dict}
        exec(compile(text, "<straight>", "exec"), space)  # noqa: S102 - of names and numbers of the mapping and the guide, never of data
        straight: Straight = space["straight"]
        return straight

    def name(self, value: Any) -> str:
        """A name for a value in the code."""
        name = f"K{len(self.names)}"
        self.names[name] = value
        return name

    # ------------------------------------------------------------ fields

    def fields(self, plan: Plan, item: Mapping[str, Any], variable: str) -> None:
        """The fields of an object; its exact fields are asked first, and another shape goes the way round."""
        if plan.cases:
            raise Winding
        inner = []
        for n, (name, value) in enumerate(item.items()):
            op = plan.ops.get(name)
            if variable == "i" and self.ground.segment == "" and name in SKIPPED and op is None:
                continue
            if op is None:
                raise Refusal
            if value is None:
                raise Winding
            spoken = f"{variable}[{name!r}]"
            if isinstance(value, dict):
                nested = f"{variable}_{n}"
                self.head += [
                    f"{nested} = {spoken}",
                    f"if {nested}.__class__ is not dict: raise Winding",
                    f"if tuple({nested}) != {tuple(value)!r}: return {self.again()}(i, out, c)",
                ]
                inner.append((op, value, nested))
            elif isinstance(op, ScalarOp):
                self.scalar(op, value, spoken)
            elif isinstance(op, ConstantOp):
                self.head.append(f"if {spoken} != {self.name(op.value)}: raise Refusal")
            elif isinstance(op, SourcesOp):
                self.spread(op, value, spoken)
            elif not isinstance(op, NoOp):
                raise Winding
        for op, value, nested in inner:
            if isinstance(op, ObjectOp) and op.when is None:
                self.fields(op.plan, value, nested)
            elif isinstance(op, CaseOp):
                self.cases.append((op, nested, value))
            elif isinstance(op, ScalarOp) and op.inverse.pipes:
                self.scalar(op, value, nested)
            elif not isinstance(op, NoOp):
                raise Winding
        for name, scalar in plan.defaults:
            if name not in item:
                if not isinstance(scalar.default, Constant):
                    raise Winding
                self.scalar(scalar, scalar.default.value, self.name(scalar.default.value))

    def again(self) -> str:
        """The way of the full shape."""
        number = next(n for n, (ground, _) in enumerate(self.maker.grounds) if ground is self.ground)
        self.names["again"] = lambda item, rows, context: self.maker.run(number, item, rows, context)
        return "again"

    def scalar(self, op: ScalarOp, value: Any, spoken: str) -> None:
        """One value: into the item's own segment, or into another one that single values share."""
        if op.when is not None or op.source is not None or op.inline is not None or op.inverse.dynamic or not op.spots:
            raise Winding
        if isinstance(value, bool | list | tuple) or any(spot.group or spot.component > 1 for spot in op.spots):
            raise Winding
        spot = op.spots[0]
        texts = self.name(self.maker.text(op.inverse))
        text = f"{texts}.made({spoken})" if isinstance(value, dict) else f"{texts}[{spoken}]"
        if spot.own and self.ground.segment:
            if any(pipe.name == "lines" for pipe in op.inverse.pipes):
                raise Winding
            if op.late:
                if len(op.spots) > 1 or spot.step.filter:
                    raise Winding
                self.late.append((spot.element, text))
                return
            self.put(self.cells, spot.element, text)
            self.fix(self.cells, spot.step)
            return
        if op.late or any(spot.loops and not opening(spot) for spot in op.spots) or not self.ground.opens:
            raise Winding
        self.found.append((op, f"{text}\x00{spoken}"))

    @staticmethod
    def put(cells: dict[int, str], element: int, text: str) -> None:
        """Two rules that write one element need looking at."""
        if element in cells:
            raise Winding
        cells[element] = text

    @staticmethod
    def fix(cells: dict[int, str], step: Step) -> None:
        """What a filter says stands there too; values of other rules in its place need looking at."""
        for condition in step.filter:
            if condition.negated or condition.none_of or condition.component or not condition.element:
                continue
            if condition.values and condition.values[0]:
                said = repr(condition.values[0])
                if cells.setdefault(condition.element, said) != said:
                    raise Winding

    # ------------------------------------------------------------ lists

    def spread(self, op: SourcesOp, value: Any, spoken: str) -> None:
        """A list: of one source, or of several of which the first that can takes an item."""
        if not op.sources or not isinstance(value, list | tuple):
            raise Winding
        source: ListSource = op.sources[0]
        if len(op.sources) > 1:
            self.several(op, spoken)
            return
        if source.when is not None and over_document(source.when):
            raise Winding
        if isinstance(source, PairsSource):
            self.pairs(source, spoken)
        elif isinstance(source, GroupSource):
            self.groups(source, spoken)
        elif isinstance(source, EachSource):
            self.each(source, spoken)
        else:
            raise Winding

    def pairs(self, source: PairsSource, spoken: str) -> None:
        """Qualifier and value behind one another, at the end of the item's own segment."""
        if not source.spot.own or not self.ground.segment or source.order or source.places or self.tail:
            raise Winding
        scheme, value = self.name(self.maker.text(source.scheme)), self.name(self.maker.text(source.value))
        room = source.path.last - source.path.element + 1
        self.tail = [
            f"row += [''] * ({source.path.element} - len(row))",
            f"for p in {spoken}:",
            "    if len(p) != 2: raise Winding",
            f"    row += ({scheme}[p['scheme']], {value}[p['value']])",
            f"if len(row) > {source.path.element + room}: raise Winding",
        ]
        self.cells_end(source.path.element)

    def cells_end(self, element: int) -> None:
        """Nothing else stands from this element on; asked again once all cells are known."""
        self.names["END"] = min(element, self.names.get("END", element))

    def groups(self, source: GroupSource, spoken: str) -> None:
        """Groups at the end of the item's own segment, or plain values in segments of their own."""
        first, by, last = source.path.element, source.path.by, source.path.last
        if source.own and self.ground.segment and source.plain is None and not self.tail:
            ops = source.plan.ops
            if source.plan.cases or source.plan.defaults:
                raise Winding
            codes = []
            for element in range(1, by + 1):
                name, op = next(
                    ((n, o) for n, o in ops.items() if isinstance(o, ScalarOp) and o.spots and o.spots[0].element == element), ("", None)
                )
                if not isinstance(op, ScalarOp) or not op.spots[0].group or op.inverse.dynamic or op.when is not None:
                    raise Winding
                codes.append(f"{self.name(self.maker.text(op.inverse))}[g[{name!r}]]")
            self.tail = [
                f"row += [''] * ({first} - len(row))",
                f"for g in {spoken}:",
                f"    if len(g) != {by}: raise Winding",
                f"    row += ({', '.join(codes)})",
                f"if len(row) > {last + 1}: raise Winding",
            ]
            self.names["KeyError"] = KeyError
            self.cells_end(first)
            return
        if source.own or source.plain is None or by != 1 or first != 1 or source.loops or source.step.filter or not self.ground.opens:
            raise Winding
        plain = source.plain
        if plain.inverse.dynamic or plain.when is not None or not plain.spots or not plain.spots[0].group:
            raise Winding
        name = source.step.name
        texts = self.name(self.maker.text(plain.inverse))
        lines = [
            f"g = [{texts}[v] for v in {spoken}]",
            f"for n in range(0, len(g), {last}): out.append([{name!r}, *g[n:n + {last}]])",
        ]
        self.piece(name, source.rank, lines, "")

    def each(self, source: EachSource, spoken: str) -> None:
        """A loop or segment for each item."""
        way = self.way(source)
        kept = f"r{len(self.pieces)}" if source.frame is None else ""
        lines = ["n = len(out)"] if kept else []
        lines += [f"for x in {spoken}:", "    if x.__class__ is not dict: raise Winding"]
        if source.if_none:  # the only item may stand for none, where it cannot be written
            lines += ["    m = len(out)", f"    try: {way}(x, out, c)", "    except Refusal:"]
            lines += [f"        if len({spoken}) != 1: raise Winding", "        del out[m:]"]
        else:
            lines += [f"    try: {way}(x, out, c)", "    except Hollow: raise Winding from None"]
        lines += [f"{kept} = out[n:]"] if kept else []
        self.piece(source.step.name, source.rank, lines, kept)

    def way(self, source: EachSource) -> str:
        """An expression for the function that writes item `x` of a source."""
        frame, name = source.frame, source.step.name
        if source.loops or source.own or not self.ground.opens or name.startswith("LS"):
            raise Winding
        if any(condition.component for condition in source.step.filter):
            raise Winding
        needs = source.mandatory if source.overlay and frame is None else ()
        segment = frame.opener if frame else name
        inner = Ground(source.plan, frame or self.ground.frame, segment, frame is not None, source.step, source.when, needs)
        number = self.maker.ground(inner, id(source))
        shapes, run = self.name(self.maker.grounds[number][1]), self.name(partial(self.maker.run, number))
        return f"({shapes}.get(tuple(x)) or {run})"

    def several(self, op: SourcesOp, spoken: str) -> None:
        """Each item to the first source that does not refuse it, as long as no single value wants a segment of one of them."""
        sources = [source for source in op.sources if isinstance(source, EachSource)]
        if op.claimed or len(sources) < len(op.sources):
            raise Winding
        ways: list[str] = []
        for source in sources:
            try:
                ways.append(self.way(source))
            except Winding:
                break  # an item that gets so far goes the general way
        if not ways:
            raise Winding
        self.chosen |= {source.step.name for source in sources}
        numbers = [f"s{len(self.pieces)}_{n}" for n in range(len(ways))]
        self.head += [f"{number} = []" for number in numbers]
        self.head += [f"for x in {spoken}:", "    if x.__class__ is not dict: raise Winding"]
        for number, way in zip(numbers, ways, strict=True):
            self.head += [
                f"    n = len({number})",
                "    try:",
                f"        {way}(x, {number}, c)",
                "        continue",
                "    except (Refusal, Hollow):",
                f"        del {number}[n:]",
            ]
        self.head.append("    raise Winding")
        for number, source in zip(numbers, sources, strict=False):
            self.piece(source.step.name, source.rank, [f"out += {number}"], "")

    def piece(self, name: str, rank: int, lines: list[str], kept: str) -> None:
        """A segment or list where the guide has it."""
        frame = self.ground.frame
        if (name in frame.loops) == (name in frame.segments) or name == frame.opener:
            raise Winding
        if name in frame.segments and len(frame.places[name]) != 1:
            raise Winding
        self.pieces.append(Piece(frame.loop_places[name] if name in frame.loops else frame.places[name][0][0], rank, lines))
        self.kept.setdefault(name, []).append(kept)

    # ------------------------------------------------------------ what is put together at the end

    def settle(self) -> None:
        """Single values in other segments: found in what a list wrote, else together in a segment of their own."""
        self.found.sort(key=lambda entry: entry[0].rank)
        names: dict[str, list[tuple[Step, bool]]] = {}
        rows: dict[Step, tuple[int, dict[int, str]]] = {}
        for op, both in self.found:
            text, _, spoken = both.partition("\x00")
            name = op.spots[0].step.name
            if any(spot.step.name != name for spot in op.spots) or name in self.chosen:
                raise Winding
            if name in self.kept:
                self.pieces.append(Piece(BEHIND, BEHIND, self._look(op, text, name)))
                continue
            step = op.spots[0].step
            several = any(pipe.name == "lines" for pipe in op.inverse.pipes)
            alone = several or op.unwritten is not None or len(op.spots) > 1
            if step not in rows or alone:
                others = names.setdefault(name, [])
                if any(only or alone or not apart(step, other) for other, only in others):
                    raise Winding
                others.append((step, alone))
            if not alone:
                self.put(rows.setdefault(step, (op.rank, {}))[1], op.spots[0].element, text)
                continue
            cells = {op.spots[0].element: "t"}
            self.fix(cells, step)
            lines = [f"t = {text}", f"out.append({row(name, cells)})"]
            if several:
                lines[1] = f"for t in (t,) if t.__class__ is str else t: {lines[1]}"
            elif op.unwritten is not None:
                lines[1] = f"if {spoken} != {self.name(op.unwritten)}: {lines[1]}"
            self.piece(name, op.rank, lines, "")
            self.others[name] = cells
        for step, (rank, cells) in rows.items():
            self.fix(cells, step)
            self.piece(step.name, rank, [f"out.append({row(step.name, cells)})"], "")
            self.others[step.name] = cells
        if not self.ground.segment and 1 not in self.others.get("CTT", {} if "CTT" in self.ground.frame.mandatory else {1: ""}):
            raise Winding  # the lines are counted once all is written
        self._cases()
        for element, text in self.late:
            self.cells.setdefault(element, text)
        end = self.names.pop("END", None)
        if end is not None and any(element >= end for element in self.cells):
            raise Winding

    def _look(self, op: ScalarOp, text: str, name: str) -> list[str]:
        """The value stands in one of the segments that lists have written, or the document goes the general way."""
        variables = self.kept[name]
        if not all(variables) or any(pipe.name == "lines" for pipe in op.inverse.pipes):
            raise Winding
        tests = []
        for spot in op.spots:
            if any(condition.none_of or condition.component for condition in spot.step.filter):
                raise Winding
            said = f"matches(c, r, {self.name(spot.step.filter)})" if spot.step.filter else "True"
            tests.append(f"(len(r) > {spot.element} and r[{spot.element}] == t and {said})")
        return [
            f"t = {text}",
            f"for r in ({' + '.join(variables)}):",
            f"    if {' or '.join(tests)}: break",
            "else: raise Winding",
        ]

    def _cases(self) -> None:
        """Constants that a code says: the code stands there already, or is chosen by them."""
        for op, nested, value in self.cases:
            subject = op.subject
            if (
                subject is None
                or not subject.own
                or subject.component
                or subject.step.filter
                or not self.ground.segment
                or op.other is not None
            ):
                raise Winding
            if any(isinstance(inner, dict | list | tuple) for inner in value.values()):
                raise Winding
            if subject.element in self.cells:
                held = self.cells[subject.element]
                self.head += [f"if {held} not in {self.name(op.constant)}: raise Winding"]
                continue
            chosen: dict[tuple[str, ...], str] = {}
            for values, _, constants in op.branches:
                if constants is not None and constants.keys() == value.keys() and values[0]:
                    chosen.setdefault(tuple(str(constants[name]) for name in value), values[0])
            known = self.name(Chosen(chosen))
            self.put(self.cells, subject.element, f"{known}[tuple(map(str, {nested}.values()))]")
            self.names |= {"map": map, "str": str}

    def own(self) -> list[str]:
        """The item's own segment."""
        if not self.ground.segment:
            return []
        step = self.ground.step
        if step is not None:
            for condition in step.filter:
                if not condition.negated and not condition.none_of and condition.values and condition.values[0]:
                    self.cells.setdefault(condition.element, repr(condition.values[0]))
        if not self.cells and not self.tail:
            raise Hollow
        if not self.cells.keys() >= set(self.ground.needs):
            raise Winding
        lines = [f"row = {row(self.ground.segment, self.cells)}", *self.tail]
        if self.tail:
            lines += ["while not row[-1]: row.pop()", "if len(row) < 2: raise Hollow"]
        if step is not None and step.filter:
            lines.append(f"if not matches(c, row, {self.name(step.filter)}): raise Refusal")
        return [*lines, "out.append(row)"]
