"""A mapping ready for work: loaded with what it extends, linted, compiled once, run on trees."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as Names
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from gateway.edi.finding import Finding, Halt, Location
from gateway.formats.excel.layout import ExcelLayout
from gateway.formats.format import Format
from gateway.formats.json.reader import CANONICAL
from gateway.formats.kinds import KINDS, format_of
from gateway.formats.rows.layout import Layout
from gateway.formats.shape import Shape
from gateway.formats.tree import Loop
from gateway.formats.x12.conformance import compiled
from gateway.formats.x12.envelope import Delimiters, TransactionSet
from gateway.formats.x12.form import Form
from gateway.formats.x12.grammar import places
from gateway.formats.x12.tree import Long
from gateway.profiles.guide import Guide, load_guide
from gateway.profiles.inheritance import hint
from gateway.profiles.library import Library
from gateway.profiles.reading import Table
from gateway.translate.codes import CODES
from gateway.translate.columns import by_elements
from gateway.translate.compile import Compiled, Compiler
from gateway.translate.coverage import COMPUTED, Watch, counted, unmapped, unmapped_cells, unmapped_of, watch
from gateway.translate.giving import given_by
from gateway.translate.grounds import Ground, ground_of, ground_of_columns
from gateway.translate.hierarchy import nest, read_hierarchy
from gateway.translate.lint import lint
from gateway.translate.load import load_rules, mapping_file
from gateway.translate.meanings import meanings
from gateway.translate.rules import Rules, place_in
from gateway.translate.runtime import Context, Origin, Problem
from gateway.translate.schemas import lint_names, schemas_of
from gateway.translate.shaping import ground_of_shape
from gateway.translate.shortcut import Shortcut
from gateway.translate.signs import normalise
from gateway.translate.splitting import split_document
from gateway.translate.tables import CodeTable, load_table, tables_named
from gateway.translate.totals import FACT, formula_of

if TYPE_CHECKING:
    from gateway.documents.checking import Remainder
    from gateway.documents.models import Problem as Wrong

SHORTCUTS = 8
"""Guides and delimiters of one mapping whose forms are learnt."""

Schema = Callable[[str], Names[str, Any] | None]
"""Of a document type its fields, for lint: name to the fields inside, or to None where anything goes."""


@dataclass(slots=True)
class Reading:
    """What a mapping made of one tree: documents as plain dicts, keys of a split set, findings, and what was not read."""

    documents: list[dict[str, Any]]
    findings: list[Finding]
    keys: list[str | None] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    trace: dict[tuple[int, str | int], Origin] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)
    """The document's own fields as they were read; origins know it by its identity."""
    forms: Sequence[Form] = ()
    """Those of a set that was recognised and read in straight lines only."""

    @property
    def placed(self) -> bool:
        """Whether every problem knows its place in the set."""
        return all(problem.placed for problem in self.problems)


class Mapping:
    """One mapping with the code tables of one agreement. `read` is pure and may run in many threads."""

    def __init__(self, rules: Rules, ground: Ground, tables: dict[str, CodeTable], findings: tuple[Finding, ...]) -> None:
        self.rules = rules
        self.ground = ground
        self.tables = tables
        self.findings = findings
        self.name = rules.name
        self.document = rules.document
        self.guide = rules.guide
        self.format: Format | None = format_of(str(rules.format.get("kind"))) if rules.format is not None else None
        """The syntax of a file without envelope; None where it is X12."""
        self.settings: Any = self.format.settings(rules.format, rules.shape)[0] if self.format is not None and rules.format else None
        """How such a file is written, as the mapping declares it."""
        if rules.schemas and self.settings is not None:
            self.settings = replace(self.settings, schemas=rules.schemas)
        self.canonical = getattr(self.settings, "canonical", False)
        """Whether the file holds canonical documents, of which nothing is mapped."""
        if isinstance(self.settings, ExcelLayout):
            self.settings = self.settings.meant(meanings(rules.fields))
        self._compiled: dict[bool, Compiled] = {}
        self._watch: dict[str, Watch] = {}
        self._shortcuts: dict[tuple[str, Delimiters], Shortcut | None] = {}
        self._computed = COMPUTED | frozenset(rules.computed)
        self._formula = formula_of(rules.fields)
        self._sure: Remainder | Literal["unknown"] | None = "unknown"
        self._turns = sorted({day for table in tables.values() for day in table.turns})
        """The days from which a code table says something else."""
        self._days: dict[int, Mapping] = {}

    @property
    def usable(self) -> bool:
        """Whether it has no mistakes."""
        return not any(finding.severity == "error" for finding in self.findings)

    def compiled(self, traced: bool = False) -> Compiled:
        """The compiled form, made on first use."""
        found = self._compiled.get(traced)
        if found is None:
            found = self._compiled[traced] = Compiler(self.rules, self.ground, self.tables, traced).compile()
        return found

    def problems(self, document: dict[str, Any], forms: Sequence[Form] = ()) -> list[Wrong]:
        """What is wrong with a completed document of this mapping by its model; what the rules prove is not looked at again.

        `forms` are those of the set that it was read from, where it was recognised.
        """
        from gateway.documents.models import problems, sure

        if self._sure == "unknown":
            self._sure = sure(self.document, given_by(self.rules))
        if self._sure is None:
            return problems(document)
        for form in forms:
            if not form.fits:
                break
        else:
            if forms and self._sure.fits_again(document):
                return []
        if not self._sure.fits(document):
            return problems(document)
        for form in forms:
            form.fits = True
        return []

    def facts(self, agreed: Names[str, str]) -> Names[str, str]:
        """The facts of an agreement, with what the mapping says where they are silent: the formula of its total."""
        return {FACT: self._formula, **agreed} if self._formula is not None else agreed

    def on(self, day: date | None) -> Mapping:
        """The same mapping with its code tables as they are on a day; itself where they say the same on all days."""
        if not self._turns or day is None:
            return self
        number = bisect_right(self._turns, day)
        found = self._days.get(number)
        if found is None:
            tables = {name: table.on(day) for name, table in self.tables.items()}
            found = self._days[number] = Mapping(self.rules, self.ground, tables, self.findings)
            found._turns = []
        return found

    def watch(self, guide: Guide) -> Watch | None:
        """Of each position of a guide, which elements of its segment are read anyhow (`tree` notes longer ones).

        None where that depends on what the set holds (levels of a hierarchy) or the syntax has no guide: then all is looked at.
        """
        if self.rules.hierarchy is not None or self.format is not None:
            return None
        found = self._watch.get(guide.digest)
        if found is None:
            found = self._watch[guide.digest] = watch(self.compiled().cover, self._computed, places(guide))
        return found

    def read(
        self,
        root: Loop,
        context: Context | None = None,
        traced: bool = False,
        long: Long | None = None,
        watch: Watch | None = None,
        unread: Callable[[], list[dict[str, Any]]] | None = None,
    ) -> Reading:
        """The documents of one set; whatever is wrong with its values is a finding.

        `long` are the segments of which something may be left unread, where `tree` was told what to `watch` for; `unread`
        knows it where a syntax of paths was read.
        """
        context = context or Context()
        if self.canonical:
            return _as_it_came(root)
        if self._turns:  # which day's codes hold is known once the document's date is
            asked = replace(context, problems=[], trace={}, once={}, levels={})
            first = self._read(root, asked, traced, long, watch, unread)
            today = self.on(_day(first.documents) or context.on)
            if today is not self:
                return today.read(root, context, traced, long, watch, unread)
        return self._read(root, context, traced, long, watch, unread)

    def _read(
        self,
        root: Loop,
        context: Context,
        traced: bool,
        long: Long | None,
        watch: Watch | None,
        unread: Callable[[], list[dict[str, Any]]] | None,
    ) -> Reading:
        compiled = self.compiled(traced)
        levels: dict[str, Any] = {}
        if self.rules.hierarchy is not None:
            read_hierarchy(context, root, self.rules.hierarchy, compiled.levels, levels)
        elif "HL" in root.loops:
            nest(context, root, self.rules.at)
        body = compiled.read(root, context)
        columns = self.ground.columns
        if self.ground.free:
            left = unread() if unread is not None else []
        elif long is not None and watch is not None:
            left = unmapped_of(context, long, watch, compiled.cover, self._computed)
        elif columns is None:
            left = unmapped(context, root, compiled.cover, self._computed)
        else:
            left = unmapped_cells(root, compiled.cover, columns)
        return self._reading(context, body, levels, left)

    def recognised(self, guide: Guide, found: TransactionSet, context: Context) -> Reading | None:
        """The reading of a set of a form that came often before; None where it has to be held against its guide and read."""
        shortcut = self._shortcut(guide, found.delimiters)
        known = shortcut.read(found, context) if shortcut is not None else None
        if known is None:
            return None
        reading = self._reading(context, known.body, known.levels, [])
        if self.rules.split is None and self.rules.hierarchy is None:  # of levels that say the same one only becomes a row
            reading.forms = known.forms
        return reading

    def remember(self, guide: Guide, found: TransactionSet) -> None:
        """A set that was clean: `recognised` learns its form."""
        shortcut = self._shortcut(guide, found.delimiters)
        if shortcut is not None and found.trace is not None:
            shortcut.forms.learn(found, found.trace)

    def _shortcut(self, guide: Guide, delimiters: Delimiters) -> Shortcut | None:
        key = (guide.digest, delimiters)
        if key not in self._shortcuts:
            if self.format is not None or len(self._shortcuts) >= SHORTCUTS:
                return None
            shortcut = Shortcut(
                guide, compiled(guide, delimiters), self.compiled(), self.watch(guide), self._computed, self.rules.hierarchy
            )
            self._shortcuts[key] = shortcut if shortcut.able and not self._turns else None
        return self._shortcuts[key]

    def _reading(self, context: Context, body: dict[str, Any], levels: dict[str, Any], left: list[dict[str, Any]]) -> Reading:
        document: dict[str, Any] = {"document_type": self.document, **body}
        for name, value in levels.items():
            document.setdefault(name, value)
        if self.rules.signs is not None:
            normalise(context, document, self.rules.signs)
        if left:
            document["unmapped"] = left
        if self.rules.split is None:
            parts: list[tuple[str | None, dict[str, Any]]] = [(None, document)]
        else:
            parts = split_document(context, document, self.rules.split)
        problems = context.problems
        findings = [problem.finding(context.severities) for problem in problems] if problems else []
        return Reading([part for _, part in parts], findings, [key for key, _ in parts], problems, context.trace, body)

    def coverage(self, root: Loop, context: Context | None = None) -> tuple[int, dict[str, int]]:
        """How many elements a set has, and how many of each segment no rule reads."""
        context = context or Context()
        if self.rules.hierarchy is not None:
            read_hierarchy(context, root, self.rules.hierarchy, self.compiled().levels, {})
        return counted(context, root, self.compiled().cover, self._computed)


def _day(documents: Sequence[Names[str, Any]]) -> date | None:
    """The day by which a document's codes are judged."""
    said = documents[0].get("date") if documents else None
    return said if isinstance(said, date) else None


def _as_it_came(root: Loop) -> Reading:
    """A canonical document: nothing of it is mapped. One that its model refuses is none."""
    from gateway.documents.models import from_json

    document, wrong = from_json(json.loads(root.segments[CANONICAL][0][1]))
    return Reading([] if wrong else [document], [], [None])


def load(
    library: Library,
    name: str,
    guide: Guide | None = None,
    overlays: Names[str, object] | None = None,
    on: date | None = None,
    schema: Schema | None = None,
) -> Mapping:
    """The mapping `name`, such as x12/004010/850, with a partner's code tables laid over the shared ones (`overlays`).

    `guide` is the agreement's; without it the one that the mapping names is loaded. `schema` lets lint know the document's
    fields. Mistakes are in `findings`, all of them; Halt only where there is no mapping at all.
    """
    file = mapping_file(name)
    if file not in library.names(file):
        known = [known.removeprefix("mappings/").removesuffix(".yaml") for known in library.names("mappings/") if "/guides/" not in known]
        raise Halt(CODES["mapping-missing"].finding(Location(file=file), name, hint=hint(name, known)))
    rules, findings = load_rules(library, name)
    if rules is None:
        raise Halt(findings[0] if findings else CODES["mapping-missing"].finding(Location(file=file), name, hint=""))
    ground = _ground(library, rules, guide, findings)
    tables: dict[str, CodeTable] = {}
    for used in sorted(tables_named(rules)):
        table, wrong = load_table(library, used, (rules.tables.get(used), (overlays or {}).get(used)), on)
        findings.extend(wrong)
        if table is not None:
            tables[used] = table
    findings.extend(lint(rules, ground, tables, _table_names(library, rules), schema))
    if schema is not None and rules.fields.fields and not any(finding.severity == "error" for finding in findings):
        findings.extend(_unfit(rules))
    if ground.columns is not None:
        rules.fields = by_elements(rules.fields, ground)
    return Mapping(rules, ground, tables, tuple(findings))


def _unfit(rules: Rules) -> Iterator[Finding]:
    """What every document that the rules make would be refused for."""
    from gateway.documents.models import never_fits

    for path, wanted in never_fits(rules.document, given_by(rules)):
        at = place_in(rules.fields, path, rules.at)
        if wanted:
            yield CODES["mapping-field-type"].finding(at.location(), ".".join(path), wanted=wanted)
        else:
            yield CODES["mapping-field-none"].finding(at.location(), path[-1], around=".".join((rules.document, *path[:-1])))


def _ground(library: Library, rules: Rules, guide: Guide | None, findings: list[Finding]) -> Ground:
    if rules.format is not None:
        return _ground_of_format(library, rules, rules.format, findings)
    if guide is not None:
        return ground_of(guide)
    try:
        return ground_of(load_guide(library, rules.guide))
    except Halt as halt:
        findings.append(CODES["mapping-guide-unknown"].finding(rules.at.location("guide"), rules.guide, problem=halt.finding.message))
        return Ground("")


def _ground_of_format(library: Library, rules: Rules, form: Table, findings: list[Finding]) -> Ground:
    declared = format_of(str(form.get("kind")))
    if declared is None:
        at, kind = form.key_at.get("kind", form.at), str(form.get("kind") or "nothing")
        expected = f"a kind of format: {', '.join(sorted(KINDS))}{hint(kind, KINDS)}"
        findings.append(CODES["mapping-form"].finding(at.location(), f"format: {kind}", expected=expected))
        return Ground("")
    settings, wrong = declared.settings(form, rules.shape)
    for key, expected in wrong:
        at = form.key_at.get(key, form.at)
        findings.append(CODES["mapping-form"].finding(at.location(), f"format: {key}", expected=expected))
    for key in form:
        if key not in declared.keys:
            findings.append(
                CODES["mapping-key-unknown"].finding(form.key_at[key].location(), key, what="a format", hint=hint(key, declared.keys))
            )
    if declared.paths != "columns":
        rules.schemas = schemas_of(library, form, findings)
        if not wrong:
            findings.extend(lint_names(library, rules, form))
        return ground_of_shape(rules.shape or Shape())
    return ground_of_columns(declared.records(settings), settings.parents if isinstance(settings, Layout) else None)


def _table_names(library: Library, rules: Rules) -> list[str]:
    found = [name.removeprefix("mappings/tables/").rpartition(".")[0] for name in library.names("mappings/tables/")]
    return sorted({*found, *rules.tables})
