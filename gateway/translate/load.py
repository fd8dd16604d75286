"""Reads a mapping and what it extends into rules; every mistake is told at once, with file, line and column.

In braces YAML wants quotes around what holds `[ ] { } ,`: `{name: "N1[01=ST].02"}`. In block form none are needed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.kinds import format_of
from gateway.profiles.inheritance import hint, read_inherited
from gateway.profiles.library import Library
from gateway.profiles.reading import Items, Place, Table, Text, Value
from gateway.translate.codes import CODES
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.expressions import Expressions
from gateway.translate.rules import (
    Apart,
    Call,
    Case,
    Condition,
    Constant,
    Each,
    Echo,
    Field,
    Hierarchy,
    Level,
    Object,
    One,
    Pairs,
    Rule,
    Rules,
    Scalar,
    Several,
    Signs,
    Source,
    Split,
    WriteOnly,
)
from gateway.translate.shaping import judge_of, shaped
from gateway.translate.threads import HEADER, LINES
from gateway.translate.totals import NAMES, TOTAL, terms_of

TOP = (
    "mapping", "document", "guide", "extends", "fields", "format", "hierarchy", "split_by", "prorate", "merge_by", "replace",
    "write_only", "computed",
    "tables", "echo", "description", "signs",
)  # fmt: skip
"""Keys of a mapping file."""

LISTS = {"S": "shipment", "O": "orders", "T": "handling_units", "P": "handling_units", "I": "lines"}
"""The field of the document that the instances of an HL level go to, where `list:` says no other; `document` is the document itself."""

_EACH = ("for_each", "when", "once", "if_none", "case", "write", "read")
_LEVEL = ("key", "kind", "list", "fields")


def mapping_file(name: str) -> str:
    """The logical name of a mapping's file: `acme/856` is mappings/acme/856.yaml."""
    return f"mappings/{name}.yaml"


class Loader:
    """One mapping on its way from text to rules; `findings` holds every mistake."""

    def __init__(self, library: Library, name: str) -> None:
        self.library = library
        self.name = name
        self.findings: list[Finding] = []
        self.read = Expressions(self.tell, self._object)

    def tell(self, code: str, at: Place | None, value: str | None = None, field: str | None = None, **facts: Any) -> None:
        """Collects one mistake."""
        location = at.location(field) if at is not None else Location(file=mapping_file(self.name))
        self.findings.append(CODES[code].finding(location, value, **facts))

    def load(self) -> Rules | None:
        """The rules, as far as they can be read; None where there is no map at all."""
        inherited = read_inherited(self.library, mapping_file(self.name), mapping_file)
        self.findings.extend(inherited.findings)
        table = inherited.table
        if table is None:
            return None
        self._keys(table, TOP, "a mapping")
        form = table.get("format")
        if form is not None and not isinstance(form, Table):
            self._shape(form, table, "format", 'a map such as {kind: delimited, delimiter: ","}')
            form = None
        declared = format_of(str(form.get("kind"))) if isinstance(form, Table) else None
        if declared is not None and isinstance(form, Table):
            self.read.paths = declared.paths
            self.read.judge = judge_of(declared.paths, form)
        canonical = isinstance(form, Table) and str(form.get("canonical") or "no").lower() in ("yes", "true")
        rules = Rules(
            self.name,
            self._word(table, "document") if "document" in table or not canonical else "",
            "" if isinstance(form, Table) else self._word(table, "guide"),
            self._fields(table) if "fields" in table or not canonical else Object((), table.at),
            table.at,
            format=form,
            sources=inherited.sources,
        )
        rules.hierarchy = self._hierarchy(table.get("hierarchy"), table)
        rules.split = self._split(table)
        rules.signs = self._signs(table.get("signs"), table)
        rules.merge_by = str(table.get("merge_by") or "")
        rules.echo = self._echo(table.get("echo"), table)
        marks = table.get("replace")
        if marks is not None and not (isinstance(marks, Table) and all(len(mark) == 1 for mark in marks)):
            self._shape(marks, table, "replace", 'a map of characters, such as {"*": " "}')
        rules.replace = tuple((mark, str(by or "")) for mark, by in marks.items()) if isinstance(marks, Table) else ()
        rules.write_only = self._write_only(table.get("write_only"), table)
        if self.read.judge is not None:
            rules.shape = shaped(rules)
        computed = table.get("computed")
        rules.computed = tuple(str(word) for word in computed if word is not None) if isinstance(computed, Items) else ()
        tables = table.get("tables")
        rules.tables = dict(tables) if isinstance(tables, Table) else {}
        return rules

    # ------------------------------------------------------------ pieces

    def _keys(self, table: Table, known: tuple[str, ...], what: str) -> None:
        for key in table:
            if key not in known:
                self.tell("mapping-key-unknown", table.key_at.get(key, table.at), key, what=what, hint=hint(key, known))

    def _shape(self, value: Value, parent: Table, key: str, expected: str) -> None:
        at = value.at if isinstance(value, Text | Items | Table) else parent.key_at.get(key, parent.at)
        self.tell("mapping-form", at, key, expected=expected)

    def _word(self, table: Table, key: str) -> str:
        value = table.get(key)
        if isinstance(value, Text):
            return str(value)
        self._shape(value, table, key, "a word")
        return ""

    def _fields(self, table: Table) -> Object:
        value = table.get("fields")
        if isinstance(value, Table):
            return self._object(value)
        if value is not None or "hierarchy" not in table:
            self._shape(value, table, "fields", "a map of fields and their rules")
        return Object((), table.at)

    def _object(self, table: Table, reserved: tuple[str, ...] = ("when", "case")) -> Object:
        """A map of fields; `reserved` keys are the caller's."""
        fields = []
        for key, value in table.items():
            if key in reserved:
                continue
            at = table.key_at.get(key, table.at)
            if not key.replace("_", "a").isalnum() or not key[:1].isalpha():
                self.tell("mapping-syntax", at, key, problem="is no name of a field; quote a rule that holds a comma or braces")
                continue
            rule = self._rule(value, at, key)
            if rule is not None:
                fields.append(Field(key, rule, at))
        return Object(tuple(fields), table.at, self._when(table), self._cases(table))

    def _when(self, table: Table) -> Condition | None:
        value = table.get("when")
        if value is None:
            return None
        if not isinstance(value, Text):
            self._shape(value, table, "when", "a condition such as `BEG.01 = 00`")
            return None
        return self.read.condition(value, value.at)

    def _cases(self, table: Table) -> tuple[Case, ...]:
        value = table.get("case")
        if value is None:
            return ()
        if not isinstance(value, Table):
            self._shape(value, table, "case", "a map such as {PO1.05: {PP: {...}, else: {...}}}")
            return ()
        return tuple(case for key in value if (case := self._case(key, value)) is not None)

    def _case(self, key: str, table: Table) -> Case | None:
        at = table.key_at.get(key, table.at)
        branches = table[key]
        subject = self.read.source(key, at)
        if not isinstance(branches, Table) or subject is None:
            self._shape(branches, table, key, "a map of values and rules")
            return None
        chosen: list[tuple[tuple[str, ...], Rule]] = []
        other: Rule | None = None
        for word, value in branches.items():
            rule = self._rule(value, branches.key_at.get(word, branches.at), word)
            if rule is None:
                continue
            if word == "else":
                other = rule
            else:
                chosen.append((tuple("" if part.strip() == "none" else part.strip() for part in word.split("|")), rule))
        return Case(subject, tuple(chosen), other, at)

    def _rule(self, value: Value, at: Place, name: str) -> Rule | None:
        if isinstance(value, Text):
            found = self._each_text(value)
            return found or self.read.scalar(value, value.at)
        if isinstance(value, Items):
            return Several(tuple(one for item in value if (one := self._source(item, value.at, name)) is not None), value.at)
        if isinstance(value, Table):
            return self._table_rule(value, name)
        self.tell("mapping-form", at, name, expected="a rule; quote one that holds a comma or braces")
        return None

    def _source(self, value: Value, at: Place, name: str) -> Each | Pairs | One | None:
        """One source of a list: a map with `for_each` or `pairs`, or an object, which is one item."""
        rule = self._rule(value, at, name)
        if isinstance(rule, Each | Pairs):
            return rule
        if isinstance(rule, Object):
            return One(rule, rule.at)
        self.tell("mapping-form", at, name, expected="a list of maps: with `for_each`, with `pairs`, or of fields")
        return None

    def _each_text(self, text: Text) -> Each | None:
        """`N3.01-02 by 1 | trim`: a list of plain values, which is a list of items whose one value is `.1`."""
        source, _, pipes = text.partition("|")
        if " by " not in source or self.read.paths == "columns":
            return None
        path = self.read.path(source.strip(), text.at)
        if path is None or not path.by:
            return None
        value = self.read.scalar(".1 |" + pipes if pipes else ".1", text.at)
        return Each(path, Object((Field("", value, text.at),), text.at), text.at)

    def _table_rule(self, table: Table, name: str) -> Rule | None:
        if "for_each" in table:
            return self._each(table)
        if "pairs" in table:
            return self._pairs(table)
        if "read" in table or "write" in table:
            self._keys(table, ("read", "write", "when"), "a rule with `read` and `write` apart")
            read = self._rule(table["read"], table.key_at["read"], name) if "read" in table else None
            written = table.get("write")
            write = None
            if isinstance(written, Text):
                write = self._total(written) if written.startswith("total(") else self.read.scalar(written, written.at)
            when = self._when(table)
            if when is not None and isinstance(read, Scalar):
                read = replace(read, when=when)
            return Apart(read, write, table.at)
        if set(table) == {"case"}:
            cases = self._cases(table)
            return cases[0] if len(cases) == 1 else Object((), table.at, None, cases)
        if set(table) == {"from", "when"} and isinstance(text := table["from"], Text):
            return replace(self.read.scalar(text, text.at), when=self._when(table))
        return self._object(table)

    def _total(self, text: Text) -> Scalar:
        """`total($)`, the total by the agreement's formula, or `total($, lines + charges)` by one of the mapping's own."""
        inside, _, formula = text.removeprefix("total(").removesuffix(")").partition(",")
        formula = formula.strip().strip('"')
        if inside.strip() != "$" or not text.endswith(")") or (formula and terms_of(formula) is None):
            self.tell("mapping-arguments", text.at, str(text), expected=f"total($), or total($, formula) of {', '.join(NAMES)}")
        arguments = (Constant(formula, text.at),) if formula else ()
        return Scalar((Call(TOTAL, arguments, text.at),), (), text.at, str(text))

    def _path(self, table: Table, key: str, ranged: bool = False) -> Any:
        value = table.get(key)
        if not isinstance(value, Text):
            self._shape(value, table, key, "a path")
            return None
        return self.read.path(value, value.at, ranged, key == "for_each")

    def _each(self, table: Table) -> Each | None:
        path = self._path(table, "for_each")
        if path is None:
            return None
        none = table.get("if_none")
        item = self._object(table, _EACH)
        when = item.when
        once = table.get("once")
        return Each(
            path,
            replace(item, when=None),
            table.at,
            when,
            self._object(none) if isinstance(none, Table) else None,
            self.read.scalar(once, once.at) if isinstance(once, Text) else None,
        )

    def _pairs(self, table: Table) -> Pairs | None:
        self._keys(table, ("pairs", "scheme", "value", "order", "at", "when"), "a rule with `pairs`")
        path = self._path(table, "pairs", ranged=True)
        if path is None:
            return None
        if not path.last or (path.last - path.element) % 2 == 0:
            self.tell("mapping-path", table.at, path.text, problem="names no even number of elements, such as PO1.06-25")
            return None
        order, places = table.get("order"), table.get("at")
        return Pairs(
            path,
            table.at,
            self._pipes(table.get("scheme")),
            self._pipes(table.get("value")),
            tuple(str(word) for word in order) if isinstance(order, Items) else (),
            tuple((key, int(value)) for key, value in places.items() if isinstance(value, str) and value.isdigit())
            if isinstance(places, Table)
            else (),
            self._when(table),
        )

    def _pipes(self, value: Value) -> tuple[Any, ...]:
        return self.read.pipes(value, value.at) if isinstance(value, Text) else ()

    # ------------------------------------------------------------ hierarchy, split, write_only

    def _hierarchy(self, value: Value, table: Table) -> Hierarchy | None:
        if value is None:
            return None
        if not isinstance(value, Table):
            self._shape(value, table, "hierarchy", "a map of level codes such as {S: {...}, O: {...}, I: {...}}")
            return None
        levels = []
        for code, level in value.items():
            at = value.key_at.get(code, value.at)
            if code in ("write", "loose"):
                continue
            if not isinstance(level, Table) or not (code.isupper() or code.isdigit()) or len(code) > 2:
                self.tell("mapping-key-unknown", at, code, what="a hierarchy", hint="; a level is a code of HL03 with a map")
                continue
            levels.append(self._level(code, level, at))
        write, loose = value.get("write"), str(value.get("loose") or "skip_level")
        if loose not in ("skip_level", "refuse"):
            self.tell("mapping-form", value.key_at.get("loose"), loose, expected="skip_level or refuse")
        return Hierarchy(tuple(levels), value.at, tuple(str(code) for code in write) if isinstance(write, Items) else (), loose)

    def _level(self, code: str, table: Table, at: Place) -> Level:
        inner = table.get("fields")
        fields = self._object(inner).fields if isinstance(inner, Table) else ()
        own = self._object(table, (*_LEVEL, "when", "case"))
        key = table.get("key")
        scalar = self.read.scalar(key, key.at) if isinstance(key, Text) else None
        return Level(
            code,
            scalar,
            str(table.get("kind") or ""),
            str(table.get("list") or LISTS.get(code, "")).replace("document", ""),
            replace(own, fields=(*fields, *own.fields)),
            at,
        )

    def _split(self, table: Table) -> Split | None:
        value = table.get("split_by")
        if value is None:
            return None
        at = table.key_at["split_by"]
        body = value if isinstance(value, Table) else Table()
        text = value if isinstance(value, Text) else body.get("path")
        if not isinstance(text, Text):
            self._shape(value, table, "split_by", "a path such as lines.schedules.location")
            return None
        sums = body.get("sums")
        prorate = body.get("prorate") or table.get("prorate")
        words = (
            [str(word) for word in prorate]
            if isinstance(prorate, Items)
            else [w for w in str(prorate or "").partition(", remainder")[0].split(" ") if w]
        )
        pairs = sums.items() if isinstance(sums, Table) else ()
        return Split(
            tuple(text.split(".")),
            at,
            tuple((tuple(key.split(".")), tuple(str(inner).split("."))) for key, inner in pairs),
            tuple(tuple(word.strip(",").split(".")) for word in words),
            "last" if str(prorate or "").endswith("remainder to last") else "first",
        )

    def _signs(self, value: Value, table: Table) -> Signs | None:
        if value is None:
            return None
        if not isinstance(value, Table):
            self._shape(value, table, "signs", "a map such as {kind: kind, credits: [credit], total: total, amounts: [total]}")
            return None
        self._keys(value, ("kind", "credits", "total", "amounts", "lines"), "signs")
        lines = value.get("lines")
        return Signs(
            self._word(value, "kind"),
            _words(value.get("credits")),
            _names(self._word(value, "total")),
            tuple(_names(word) for word in _words(value.get("amounts"))),
            tuple(
                (_names(path), _names(inner.get("quantity")), _names(inner.get("price")))
                for path, inner in (lines.items() if isinstance(lines, Table) else ())
                if isinstance(inner, Table)
            ),
            value.at,
        )

    def _echo(self, value: Value, table: Table) -> Echo | None:
        if value is None:
            return None
        at = table.key_at["echo"]
        if isinstance(value, Text):
            return Echo(str(value), HEADER, LINES, at)
        named = [key for key in value if key != "line"] if isinstance(value, Table) else []
        if not isinstance(value, Table) or len(named) > 1:
            self._shape(value, table, "echo", "a document's name, or a map such as {order: [department, parties], line: [items]}")
            return None
        relation = named[0] if named else "order"
        return Echo(relation, _words(value.get(relation)), _words(value.get("line")), at)

    def _write_only(self, value: Value, table: Table) -> tuple[WriteOnly, ...]:
        if value is None:
            return ()
        if not isinstance(value, Table):
            self._shape(value, table, "write_only", "a map of paths and values")
            return ()
        found = []
        for key, text in value.items():
            at = value.key_at.get(key, value.at)
            path = self.read.path(key, at)
            if path is None or not isinstance(text, Text):
                continue
            rule = self.read.scalar(text if _is_source(text) else f'"{text}"', text.at)
            found.append(WriteOnly(path, rule, at))
        return tuple(found)


def _words(value: Value) -> tuple[str, ...]:
    return tuple(str(word) for word in value if word is not None) if isinstance(value, Items) else ()


def _names(path: Value | str) -> tuple[str, ...]:
    return tuple(str(path or "").split("."))


def _is_source(text: str) -> bool:
    """Whether the value of a `write_only` is looked up (a term, a field) and not a literal."""
    return text.startswith(("$", "@", "partner.", "us.", "agreement.")) or text.partition("(")[0] in CONVERSIONS


def load_rules(library: Library, name: str) -> tuple[Rules | None, list[Finding]]:
    """The rules of a mapping by name, such as x12/004010/850, and every mistake found while reading it."""
    loader = Loader(library, name)
    return loader.load(), loader.findings


def source_places(source: Source) -> Place:
    """Where a source stands."""
    return source.at
