"""Holds the rules of a mapping against the guide, the table of conversions, the code tables and the document: all mistakes at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.edi.finding import Finding
from gateway.profiles.guide import Element, SegmentGuide
from gateway.profiles.inheritance import hint
from gateway.profiles.reading import Place
from gateway.translate.codes import CODES
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.grounds import Ground, of_columns, segment_at, start_of
from gateway.translate.lint_threads import lint_threads
from gateway.translate.paths import Path, Step
from gateway.translate.rules import (
    Apart,
    Call,
    Case,
    Compare,
    Condition,
    Constant,
    Each,
    Found,
    Inline,
    Junction,
    Object,
    One,
    Pairs,
    Pipe,
    Present,
    Reference,
    Rule,
    Rules,
    Scalar,
    Several,
    Source,
    references_of,
)
from gateway.translate.tables import CodeTable

Fields = Mapping[str, Any]
"""Fields of a document: name to the fields inside it, or to None where anything goes."""

ENGINE_FIELDS = ("document_type", "schema_version", "unmapped", "envelope")
"""Fields that the translation fills itself."""

KINDS = {"DT": "a date", "TM": "a time", "R": "a decimal", "ID": "a code", "AN": "text", "B": "binary"}


@dataclass(slots=True)
class _Where:
    """Where a rule stands: its loop, whether it is inside a group, the names of its scope."""

    ground: Ground
    group: int = 0
    names: frozenset[str] = frozenset()
    item: Element | None = None
    elements: tuple[Element | None, ...] = ()
    """Of a group, the element of each place."""


@dataclass(slots=True)
class _Lint:
    tables: Mapping[str, CodeTable]
    table_names: Collection[str]
    document: str
    findings: list[Finding] = field(default_factory=list)
    inside: list[str] = field(default_factory=list)
    """The fields around the one that is looked at."""

    def tell(self, code: str, at: Place, value: str | None, **facts: Any) -> None:
        self.findings.append(CODES[code].finding(at.location(), value, **facts))

    # ------------------------------------------------------------ rules

    def object(self, rule: Object, where: _Where, fields: Fields | None, scoped: bool = True) -> None:
        """Fields side by side; `scoped` where they are the names that `$` looks at."""
        if scoped:
            where = _Where(where.ground, where.group, frozenset(_names(rule)), where.item, where.elements)
            self.circles(rule)
        for one in rule.fields:
            inner = fields
            if fields is not None and one.name:
                if one.name not in fields and one.name != "content":
                    around = ".".join((self.document, *self.inside))
                    self.tell("mapping-field-unknown", one.at, one.name, document=around, hint=hint(one.name, list(fields)))
                    inner = None
                else:
                    inner = fields.get(one.name)
            self.inside.append(one.name)
            self.rule(one.rule, where, inner)
            self.inside.pop()
        self.condition(rule.when, where)
        for case in rule.cases:
            self.case(case, where, fields)

    def circles(self, rule: Object) -> None:
        """Fields that are computed from each other in a circle."""
        names = {one.name: one for one in rule.fields}
        graph = {name: {r.names[0] for r in references_of(one.rule) if r.names and r.names[0] in names} for name, one in names.items()}
        for name, one in names.items():
            seen, stack = set(), list(graph[name])
            while stack:
                other = stack.pop()
                if other == name:
                    self.tell("mapping-reference-circle", one.at, name)
                    break
                if other not in seen:
                    seen.add(other)
                    stack.extend(graph[other])

    def rule(self, rule: Rule | One | None, where: _Where, fields: Fields | None) -> None:
        """One rule, whatever its form."""
        if isinstance(rule, Scalar):
            self.scalar(rule, where)
        elif isinstance(rule, Object):
            self.object(rule, where, fields, scoped=False)
        elif isinstance(rule, Each):
            self.each(rule, where, fields)
        elif isinstance(rule, Pairs):
            self.pairs(rule, where)
        elif isinstance(rule, One):
            self.object(rule.item, where, fields, scoped=False)
        elif isinstance(rule, Several):
            for one in rule.lists:
                self.rule(one, where, fields)
        elif isinstance(rule, Case):
            self.case(rule, where, fields)
        elif isinstance(rule, Apart):
            self.rule(rule.read, where, fields)
            # what only writing does is held against the document, not against the guide
            if isinstance(rule.write, Scalar):
                self.pipes(rule.write.pipes, None, "", where)

    def scalar(self, rule: Scalar, where: _Where) -> None:
        for source in rule.sources:
            self.source(source, where, rule.pipes)
        if not any(isinstance(source, Found) for source in rule.sources):
            self.pipes(rule.pipes, None, "", where)
        if rule.default is not None:
            self.source(rule.default, where)
        self.condition(rule.when, where)

    def source(self, source: Source, where: _Where, pipes: tuple[Pipe, ...] = ()) -> None:
        if isinstance(source, Found):
            element = self.path(source.path, source.at, where)
            self.pipes(pipes, element, source.path.text.strip(), where)
        elif isinstance(source, Reference):
            if source.names and source.names[0] not in where.names:
                self.tell("mapping-reference-unknown", source.at, source.names[0], hint=hint(source.names[0], where.names))
        elif isinstance(source, Call):
            for argument in source.arguments:
                if (
                    isinstance(argument, Found)
                    and not argument.path.element
                    and argument.path.start != "group"
                    and CONVERSIONS.get(source.name, None) is not None
                    and CONVERSIONS[source.name].shape == "all"
                ):
                    self.steps(argument.path, argument.at, where)
                else:
                    self.source(argument, where)
        elif isinstance(source, Inline):
            self.object(source.rule, where, None, scoped=False)

    def pipes(self, pipes: tuple[Pipe, ...], element: Element | None, path: str, where: _Where) -> None:
        """Conversions, in their order, on what an element holds."""
        for n, pipe in enumerate(pipes):
            conversion = CONVERSIONS[pipe.name]
            if n == 0 and element is not None and conversion.elements and element.type not in conversion.elements:
                self.unfit(pipe, element, path)
            for m, argument in enumerate(pipe.arguments):
                parameter = conversion.parameters[min(m, len(conversion.parameters) - 1)]
                if parameter.kind == "table" and isinstance(argument, Constant):
                    if str(argument.value) not in self.tables:
                        self.tell(
                            "mapping-table-unknown", argument.at, str(argument.value), hint=hint(str(argument.value), self.table_names)
                        )
                else:
                    self.source(argument, where)

    def unfit(self, pipe: Pipe, element: Element, path: str) -> None:
        kind = element.type
        if kind.startswith("N") and kind != "N0":
            better = f"use implied({kind[1:]})"
        else:
            better = {
                "DT": "use date",
                "TM": "use time",
                "R": "use decimal",
                "N0": "use decimal or integer",
                "ID": "use code(table), or no conversion",
            }.get(kind, "use no conversion")
        said = KINDS.get(kind) or f"a number with {kind[1:]} implied decimals"
        self.tell("mapping-conversion-unfit", pipe.at, pipe.name, path=path, kind=said, hint=better)

    def case(self, case: Case, where: _Where, fields: Fields | None) -> None:
        self.source(case.subject, where)
        for rule in (*(branch for _, branch in case.branches), case.other):
            self.rule(rule, where, fields)

    def each(self, rule: Each, where: _Where, fields: Fields | None) -> None:
        path = rule.path
        ground = self.steps(path, rule.at, where, loops=True)
        group = 0
        elements: tuple[Element | None, ...] = ()
        if path.by:
            group = path.by
            found = self.segment_of(path, where)
            if found is not None:
                if path.last > len(found.slots) and found.slots:
                    self.tell(
                        "mapping-element-unknown", rule.at, path.text, element=path.last, segment=found.id, count=len(found.slots), hint=""
                    )
                elements = tuple(slot.element for slot in found.slots[path.element - 1 : path.element - 1 + path.by])
        inner = _Where(ground or where.ground, group, elements=elements)
        if len(rule.item.fields) == 1 and not rule.item.fields[0].name:
            self.rule(rule.item.fields[0].rule, inner, None)
            return
        self.object(rule.item, inner, fields)
        if rule.once is not None:
            self.scalar(rule.once, inner)
        self.condition(rule.when, _Where(inner.ground, group, frozenset(_names(rule.item)), elements=elements))
        if rule.if_none is not None:
            self.object(rule.if_none, where, fields)

    def pairs(self, rule: Pairs, where: _Where) -> None:
        self.path(rule.path, rule.at, where)
        found = self.segment_of(rule.path, where)
        if found is not None and found.slots and rule.path.last > len(found.slots):
            self.tell(
                "mapping-element-unknown",
                rule.at,
                rule.path.text,
                element=rule.path.last,
                segment=found.id,
                count=len(found.slots),
                hint="",
            )
        self.pipes(rule.scheme, None, rule.path.text, where)
        self.pipes(rule.value, None, rule.path.text, where)
        self.condition(rule.when, where)

    def condition(self, condition: Condition | None, where: _Where) -> None:
        if isinstance(condition, Junction):
            for part in condition.parts:
                self.condition(part, where)
        elif isinstance(condition, Present):
            if isinstance(condition.source, Found) and not condition.source.path.element and condition.source.path.start != "group":
                self.steps(condition.source.path, condition.source.at, where)
            else:
                self.source(condition.source, where)
        elif isinstance(condition, Compare):
            for source in (condition.left, *condition.values):
                self.source(source, where)

    # ------------------------------------------------------------ paths

    def path(self, path: Path, at: Place, where: _Where) -> Element | None:
        """A path to a value: the element it ends in, None where that is not known."""
        if path.start == "group":
            if not where.group or path.element > where.group:
                self.tell("mapping-no-group", at, path.text.strip())
                return None
            return where.elements[path.element - 1] if path.element and len(where.elements) >= path.element else None
        if path.segment is not None and path.segment.rest:
            self.tell("mapping-rest-alone", at, path.text.strip())
            return None
        if where.ground.columns is not None:
            self.column(path, at, where)
            return None
        if self.steps(path, at, where) is None:
            return None
        if not path.element:
            self.tell("mapping-no-element", at, path.text.strip())
            return None
        found = self.segment_of(path, where)
        return self.element(path, at, found) if found is not None and not where.ground.free else None

    def column(self, path: Path, at: Place, where: _Where) -> None:
        if self.record(path, at, where) is not None and not self.resolved(path, where).element:
            self.tell("mapping-no-element", at, path.text.strip())

    @staticmethod
    def resolved(path: Path, where: _Where) -> Path:
        """A path of columns as one of elements, where it leads somewhere."""
        return of_columns(path, where.ground.root() if path.start == "root" else where.ground) or path

    def record(self, path: Path, at: Place, where: _Where) -> Ground | None:
        """The loop of records that a path of columns ends in, or stands in; None where it leads nowhere (told)."""
        ground = where.ground.root() if path.start == "root" else where.ground
        resolved = of_columns(path, ground)
        if resolved is None or resolved.segment is None:
            names = [name for names in (ground.columns or {}).values() for name in names]
            wanted = path.column or (path.segment.name if path.segment else "")
            self.tell("mapping-column-unknown", at, path.text.strip(), hint=hint(wanted, names))
            return None
        kind = resolved.segment.name
        if kind not in ground.segments:
            upper = f"; /{path.text.strip()} begins at the document" if kind in ground.root().segments else ""
            there = f"the records under {ground.name}" if ground.name else "the document's own records"
            around = next((name for name, inner in ground.loops.items() if kind in inner.segments and name != kind), None)
            hinted = upper or (f"; it stands under {around}: use it in a list over {around}" if around else "")
            self.tell("mapping-segment-unknown", at, path.text.strip(), segment=kind, where=there, hint=hinted)
            return None
        return ground.loops.get(kind, ground)

    def element(self, path: Path, at: Place, segment: SegmentGuide) -> Element | None:
        """The element of a segment, with its component."""
        count = len(segment.slots)
        if path.element > count:
            near = f"; did you mean {segment.id}.{path.element % 10:02}?" if path.element >= 10 and 0 < path.element % 10 <= count else ""
            self.tell("mapping-element-unknown", at, path.text.strip(), element=path.element, segment=segment.id, count=count, hint=near)
            return None
        slot = segment.slots[path.element - 1]
        if path.component:
            if path.component > len(slot.components):
                self.tell(
                    "mapping-component-unknown",
                    at,
                    path.text.strip(),
                    component=path.component,
                    segment=segment.id,
                    element=path.element,
                    count=len(slot.components),
                )
                return None
            return slot.components[path.component - 1].element
        return slot.element

    @staticmethod
    def segment_of(path: Path, where: _Where) -> SegmentGuide | None:
        return segment_at(path, where.ground)

    def steps(self, path: Path, at: Place, where: _Where, loops: bool = False) -> Ground | None:
        """The way that a path goes; the loop that its last step is (`loops`), or stands in. None where it goes wrong (told)."""
        if where.ground.columns is not None:
            return self.record(path, at, where)
        ground = start_of(path, where.ground)
        if ground is None:
            self.tell("mapping-loop-unknown", at, path.text.strip(), loop=path.up.name if path.up else "")
            return None
        if path.up is not None:
            self.filter(path.up, at, ground.segments.get(ground.opener), path)
        for step in path.loops:
            inner = ground.loops.get(step.name)
            if inner is None:
                self.unknown(path, at, step.name, ground, list(ground.loops))
                return None
            ground = inner
            self.filter(step, at, ground.segments.get(ground.opener), path)
        last = path.segment
        if last is None:
            return ground
        found = ground.segment(last.name)
        if found is None:
            self.unknown(path, at, last.name, ground, ground.known())
            return None
        self.filter(last, at, found, path)
        return ground.loops[last.name] if loops and ground.is_loop(last.name) and not path.by else ground

    def unknown(self, path: Path, at: Place, name: str, ground: Ground, known: list[str]) -> None:
        deeper = next((f"{loop}/{name}" for loop, inner in ground.loops.items() if name in inner.known()), "")
        note = hint(name, known) or (f"; did you mean '{deeper}'?" if deeper else "")
        self.tell("mapping-segment-unknown", at, path.text.strip(), segment=name, where=ground.where, hint=note)

    def filter(self, step: Step, at: Place, segment: SegmentGuide | None, path: Path) -> None:
        """The elements that a filter names."""
        if segment is None:
            return
        for condition in step.filter:
            if condition.element > len(segment.slots):
                self.tell(
                    "mapping-element-unknown",
                    at,
                    path.text.strip(),
                    element=condition.element,
                    segment=segment.id,
                    count=len(segment.slots),
                    hint="",
                )


def lint(rules: Rules, ground: Ground, tables: Mapping[str, CodeTable], table_names: Collection[str], schema: Any = None) -> list[Finding]:
    """Every mistake of a mapping that reading its text could not show."""
    fields: Fields | None = None
    told = _Lint(tables, table_names, rules.document)
    if schema is not None:
        fields = schema(rules.document)
        if fields is None and rules.document:
            told.tell("mapping-document-unknown", rules.at, rules.document, hint=hint(rules.document, schema("") or ()))
    if ground.segments or ground.columns is not None:
        told.object(rules.fields, _Where(ground), fields)
        _hierarchy(told, rules, ground, fields)
        for one in rules.write_only:
            told.path(one.path, one.at, _Where(ground))
    if schema is not None:
        told.findings.extend(lint_threads(rules, schema))
    if rules.split is not None and rules.split.path[0] not in _names(rules.fields):
        told.tell("mapping-split-unknown", rules.split.at, ".".join(rules.split.path))
    if rules.signs is not None:
        known = tuple(_names(rules.fields))
        paths = (rules.signs.total, *rules.signs.amounts, *(line[0] for line in rules.signs.lines))
        for name in dict.fromkeys((rules.signs.kind, *(path[0] for path in paths))):
            if name not in known:
                told.tell("mapping-reference-unknown", rules.signs.at, name, hint=hint(name, known))
    return told.findings


def _hierarchy(told: _Lint, rules: Rules, ground: Ground, fields: Fields | None) -> None:
    if rules.hierarchy is None:
        return
    levels = ground.loops.get("HL")
    if levels is None:
        told.tell("mapping-segment-unknown", rules.hierarchy.at, "hierarchy", segment="HL", where=ground.where, hint="")
        return
    for level in rules.hierarchy.levels:
        inner = fields if fields is None or not level.list else fields.get(level.list)
        told.object(level.fields, _Where(levels), inner)
        if level.key is not None:
            told.scalar(level.key, _Where(levels))


def _names(rule: Object) -> Iterator[str]:
    """The names that a scope's `$` can look at."""
    for one in rule.fields:
        yield one.name
    for case in rule.cases:
        for branch in (*(rule for _, rule in case.branches), case.other):
            if isinstance(branch, Object):
                yield from _names(branch)
