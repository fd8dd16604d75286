"""Code tables: rows of `from` and `to`, what each is used for and when, and what becomes of a code that no row has.

A partner's rows stand over the shared table's, row by row: a map in his profile, or a table of his own that the profile
names (`code_tables: {item: acme/items}` is mappings/tables/acme/items.csv or .yaml). Rows with `since` or `until` hold on
these days only, judged by the document's date. The code as received is kept where the mapping says so, by a field of its own
that reads the same element (`unit: PO1.03 | code(unit)`, `as_received: PO1.03`).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from gateway.edi.finding import Finding, Location
from gateway.profiles.inheritance import hint
from gateway.profiles.library import Library
from gateway.profiles.reading import Items, Place, Table, Text, read_yaml
from gateway.profiles.terms import OWN_TABLE
from gateway.translate.codes import CODES
from gateway.translate.conversion import Noted, Unconvertible
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.rules import Apart, Case, Constant, Each, Inline, Object, One, Pairs, Pipe, Rules, Scalar, Several

Use = Literal["both", "read", "write"]
Missing = Literal["hold", "warn", "pass", "default"]

SEPARATOR = "\x1f"
"""Between a code and its further keys, in a table of several."""

HINTED = 2000
"""Rows of a table that is searched for what a wrong code may have meant: in longer ones it would take long."""

CSV_COLUMNS = ("from", "to", "use", "since", "until", "key")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the code as sent (with further keys), the canonical code, its use and the days it holds."""

    sent: str
    canonical: str
    use: Use
    since: date | None
    until: date | None
    at: Place

    def holds(self, on: date | None) -> bool:
        """Whether the row holds on a day; without a day all do."""
        return on is None or ((self.since is None or self.since <= on) and (self.until is None or on <= self.until))


@dataclass(slots=True)
class CodeTable:
    """A code table as one agreement has it."""

    name: str
    rows: list[Row] = field(default_factory=list)
    missing: Missing = "hold"
    default: str | None = None
    _reading: dict[str, str] = field(default_factory=dict)
    _writing: dict[str, str] = field(default_factory=dict)

    def settle(self, on: date | None = None) -> CodeTable:
        """Prepares both directions for a day; of several rows that read one code the last holds."""
        self._reading = {row.sent: row.canonical for row in self.rows if row.use != "write" and row.holds(on)}
        self._writing = {}
        for row in self.rows:
            if row.use != "read" and row.holds(on):
                self._writing.setdefault(row.canonical, row.sent)
        return self

    @property
    def turns(self) -> set[date]:
        """The days from which it says something else than the day before."""
        ends = {row.until + timedelta(days=1) for row in self.rows if row.until is not None and row.until < date.max}
        return ends | {row.since for row in self.rows if row.since is not None}

    def on(self, day: date) -> CodeTable:
        """The table as it is on a day."""
        return CodeTable(self.name, self.rows, self.missing, self.default).settle(day)

    def read(self, value: str, *keys: object) -> str | Noted:
        """The canonical code; Unconvertible, or noted, where no row has it."""
        code = SEPARATOR.join([value.strip(), *("" if key is None else str(key) for key in keys)])
        found = self._reading.get(code)
        if found is not None:
            return found
        if self.missing == "pass":
            return value.strip()
        if self.missing == "warn":
            return Noted(value.strip(), "code-passed", {"table": self.name})
        if self.missing == "default" and self.default is not None:
            return Noted(self.default, "code-defaulted", {"table": self.name, "default": self.default})
        raise Unconvertible("code-without-meaning", table=self.name, hint=self._hint(value, self._reading))

    @staticmethod
    def _hint(value: str, known: Mapping[str, str]) -> str:
        return hint(value, list(known)) if len(known) <= HINTED else ""

    def write(self, value: str, *keys: object) -> str:
        """The code that is sent for a canonical one."""
        found = self._writing.get(value)
        if found is None:
            if self.missing == "pass":
                return value
            raise Unconvertible("code-without-meaning", table=self.name, hint=self._hint(value, self._writing))
        return found.split(SEPARATOR, 1)[0] if keys else found


def table_file(name: str, extension: str = "yaml") -> str:
    """The logical name of a table's file."""
    return f"mappings/tables/{name}.{extension}"


def load_table(
    library: Library, name: str, overlays: tuple[object, ...] = (), on: date | None = None
) -> tuple[CodeTable | None, list[Finding]]:
    """A table of the library with rows laid over it (a map of code to code, a list of rows, a table named); None where nobody has it.

    A table in the library is YAML (`rows:` as a map or a list, `missing`, `default`) or CSV (header from,to,use,since,until).
    """
    findings: list[Finding] = []
    table = CodeTable(name)
    known = _read(library, name, table, findings)
    for overlay in overlays:
        own = overlay.get(OWN_TABLE) if isinstance(overlay, Mapping) else None
        if isinstance(own, str):
            known = True
            if not _read(library, own, table, findings):
                findings.append(CODES["table-missing"].finding(Location(file=table_file(own)), own))
        elif overlay is not None:
            known = True
            _lay(table, overlay, findings)
    if not known:
        return None, findings
    findings.extend(_two_writes(table))
    return table.settle(on), findings


def _read(library: Library, name: str, table: CodeTable, findings: list[Finding]) -> bool:
    for extension in ("yaml", "csv"):
        file = table_file(name, extension)
        try:
            text = library.read(file)
        except LookupError:
            continue
        if extension == "csv":
            _lay_csv(table, text, file, findings)
        else:
            value, wrong = read_yaml(text, file)
            findings.extend(wrong)
            _lay(table, value, findings)
        return True
    return False


def _lay(table: CodeTable, overlay: object, findings: list[Finding]) -> None:
    """Lays rows over those that are there: a map with `rows`, a map of code to code, or a list of rows."""
    if isinstance(overlay, Mapping) and "rows" in overlay:
        missing = overlay.get("missing")
        if missing in ("hold", "warn", "pass", "default"):
            table.missing = missing
        if isinstance(overlay.get("default"), str):
            table.default, table.missing = str(overlay["default"]), "default"
        _lay(table, overlay["rows"], findings)
        return
    rows: list[Row] = []
    if isinstance(overlay, Mapping):
        for code, canonical in overlay.items():
            at = overlay.key_at.get(code, overlay.at) if isinstance(overlay, Table) else Place(table_file(table.name), 1, 1)
            _row(rows, {"from": code, "to": canonical}, at, findings)
    elif isinstance(overlay, list | tuple):
        for item in overlay:
            at = item.at if isinstance(item, Table | Text | Items) else Place(table_file(table.name), 1, 1)
            _row(rows, item, at, findings)
    _over(table, rows)


def _lay_csv(table: CodeTable, text: str, file: str, findings: list[Finding]) -> None:
    rows: list[Row] = []
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    unknown = [name for name in reader.fieldnames or () if name not in CSV_COLUMNS]
    if unknown:
        told = CODES["table-row"].finding(Place(file, 1, 1).location(), unknown[0], expected=f"the columns {', '.join(CSV_COLUMNS)}")
        findings.append(told)
        return
    for item in reader:
        row = {key: value for key, value in item.items() if isinstance(value, str) and value}
        if row:
            _row(rows, row, Place(file, reader.line_num, 1), findings)
    _over(table, rows)


def _over(table: CodeTable, rows: list[Row]) -> None:
    """Rows over rows: one that reads the same code replaces, one that writes the same meaning makes the one below read only."""
    reads = {row.sent for row in rows if row.use != "write"}
    writes = {row.canonical for row in rows if row.use != "read"}
    kept = []
    for row in table.rows:
        if row.sent in reads:
            continue
        demoted = row.canonical in writes and row.use != "read"
        if demoted and row.use == "write":
            continue
        kept.append(Row(row.sent, row.canonical, "read", row.since, row.until, row.at) if demoted else row)
    # where rows of one overlay read several codes as one meaning, as {PC: EA} does, the code that is the meaning itself is written
    table.rows = [*kept, *rows]


def _row(rows: list[Row], item: object, at: Place, findings: list[Finding]) -> None:
    if not isinstance(item, Mapping) or not isinstance(item.get("from"), str) or not isinstance(item.get("to"), str | Mapping):
        findings.append(CODES["table-row"].finding(at.location(), str(item)[:40], expected="from and to"))
        return
    if isinstance(item["to"], Mapping):  # CA: {to: XCS, use: read}
        item = {"from": item["from"], **item["to"]}
    use: Any = item.get("use") or "both"
    keys = item.get("key")
    if use not in ("both", "read", "write") or not isinstance(item.get("to"), str):
        findings.append(CODES["table-row"].finding(at.location(), str(use), expected="use: both, read or write"))
        return
    try:
        since, until = (date.fromisoformat(str(day)) if (day := item.get(name)) else None for name in ("since", "until"))
    except ValueError:
        findings.append(
            CODES["table-row"].finding(at.location(), str(item.get("since") or item.get("until")), expected="a day such as 2026-01-31")
        )
        return
    further = [str(key) for key in keys] if isinstance(keys, list) else str(keys).split("|") if keys else []
    rows.append(Row(SEPARATOR.join([str(item["from"]), *further]), str(item["to"]), use, since, until, at))


def _two_writes(table: CodeTable) -> list[Finding]:
    """Meanings that two rows of the same days write."""
    findings = []
    seen: dict[tuple[str, str], Row] = {}
    for row in table.rows:
        if row.use == "read":
            continue
        key = (row.canonical, SEPARATOR.join(row.sent.split(SEPARATOR)[1:]))
        other = seen.setdefault(key, row)
        if other is not row and not _apart(other, row):
            findings.append(CODES["table-two-writes"].finding(row.at.location(), row.canonical, first=other.sent, second=row.sent))
    return findings


def _apart(one: Row, other: Row) -> bool:
    """Whether two rows never hold on the same day."""
    if one.until and other.since and one.until < other.since:
        return True
    return bool(other.until and one.since and other.until < one.since)


def tables_named(rules: Rules) -> set[str]:
    """The code tables that a mapping uses."""
    found: set[str] = set()
    stack: list[Any] = [rules.fields]
    if rules.hierarchy is not None:
        stack += [level.fields for level in rules.hierarchy.levels] + [level.key for level in rules.hierarchy.levels]
    while stack:
        one = stack.pop()
        if isinstance(one, Object):
            stack += [inner.rule for inner in one.fields] + list(one.cases)
        elif isinstance(one, Scalar):
            stack += [*one.pipes, *one.sources]
        elif isinstance(one, Pipe):
            conversion = CONVERSIONS[one.name]
            found.update(
                str(a.value)
                for a, p in zip(one.arguments, conversion.parameters, strict=False)
                if p.kind == "table" and isinstance(a, Constant)
            )
        elif isinstance(one, Each):
            stack += [one.item, one.if_none]
        elif isinstance(one, One):
            stack.append(one.item)
        elif isinstance(one, Pairs):
            stack += [*one.scheme, *one.value]
        elif isinstance(one, Several):
            stack += list(one.lists)
        elif isinstance(one, Case):
            stack += [branch for _, branch in one.branches] + [one.other]
        elif isinstance(one, Apart):
            stack += [one.read, one.write]
        elif isinstance(one, Inline):
            stack.append(one.rule)
    return found
