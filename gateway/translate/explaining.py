"""The effective rule of a field in words: which file and line set it, what it replaced, what it reads, what is made of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Names
from dataclasses import dataclass, replace

from gateway.profiles.guide import Element
from gateway.profiles.inheritance import hint, read_table
from gateway.profiles.library import Library
from gateway.profiles.reading import Items, Place, Table, Text, Value
from gateway.translate.compile_lists import is_constant
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.grounds import segment_at
from gateway.translate.mapping import Mapping
from gateway.translate.outline import Entry, outline, piped, said, spelled
from gateway.translate.paths import Condition, Path, Step
from gateway.translate.rules import Call, Constant, Each, Found, Inline, Pairs, Pipe, Scalar, Source, paths_of
from gateway.translate.totals import TOTAL

Chain = Sequence[tuple[Table, Names[Place, tuple[str, ...]]]]
"""The file of a mapping and those it extends, each with the keys of every place in it."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What stood in a file that is extended, in place of a rule: as text ('' where it was a map or list), and where."""

    text: str
    at: Place


@dataclass(frozen=True, slots=True)
class Explained:
    """One field's rule: `reads` and `steps` are sentences about its sources and its conversions, `written` how it goes back."""

    field: str
    rule: str
    at: Place
    replaces: tuple[Replaced, ...]
    conditions: tuple[str, ...]
    reads: tuple[str, ...]
    steps: tuple[str, ...]
    missing: str
    written: str


def explained(library: Library, mapping: Mapping, field: str = "") -> list[Explained]:
    """The rules that fill a field, or everything inside it where it is an object or a list; empty where nothing fills it."""
    wanted = bare(field)
    every = outline(mapping.rules, mapping.ground)
    chosen = [entry for entry in every if not wanted or entry.field == wanted or entry.field.startswith(wanted + ".")]
    exact = [entry for entry in chosen if entry.field == wanted]
    chain = [(table, {place: keys for keys, place in _places(table, ())}) for table in _chain(library, mapping)]
    told = exact if exact and not any(isinstance(entry.rule, Each) for entry in exact) else chosen
    return [_explained(mapping, entry, chain) for entry in told]


def bare(field: str) -> str:
    """A field's path without the numbers of list items: lines.3.quantity is lines.quantity."""
    return ".".join(step for step in re.sub(r"\[\d*\]", "", field).split(".") if not step.isdigit())


def unfilled(library: Library, mapping: Mapping, field: str) -> str:
    """Why nothing fills a field: removed by a `null`, or a name that was probably meant; '' where neither is known."""
    steps = ("fields", *bare(field).split("."))
    for table in _chain(library, mapping):
        here: Value = table
        for n, step in enumerate(steps):
            if not isinstance(here, Table) or step not in here:
                break
            if here[step] is None:
                return f"; {here.key_at[step]} takes {'.'.join(steps[1 : n + 1])} away"
            here = here[step]
    return hint(bare(field), sorted({entry.field for entry in outline(mapping.rules, mapping.ground)}))


def _explained(mapping: Mapping, entry: Entry, chain: Chain) -> Explained:
    rule = entry.rule
    return Explained(
        entry.field,
        said(rule),
        entry.at,
        tuple(_replaced(chain, entry.at)),
        tuple(f"{branch} ({branch.at})" for branch in entry.under),
        tuple(_reads(mapping, entry)),
        tuple(_steps(mapping, entry)),
        _missing(rule),
        _written(mapping, entry),
    )


# ---------------------------------------------------------------- what it replaced


def _chain(library: Library, mapping: Mapping) -> list[Table]:
    """The mapping's own file and those it extends, each as it is written, its own first."""
    tables = (read_table(library, name)[0] for name, _ in mapping.rules.sources)
    return [table for table in tables if table is not None]


def _replaced(chain: Chain, at: Place) -> Iterator[Replaced]:
    """What files below the one that holds a rule said at the same key, the nearest first."""
    number = next((n for n, (table, _) in enumerate(chain) if table.at.file == at.file), len(chain))
    path = chain[number][1].get(at) if number < len(chain) else None
    if path is None:
        return
    for table, _ in chain[number + 1 :]:
        here: Value = table
        key_at = table.at
        for key in path:
            if not isinstance(here, Table) or key not in here:
                break
            key_at, here = here.key_at[key], here[key]
        else:
            if here is not None:
                yield Replaced(str(here), here.at) if isinstance(here, Text) else Replaced("", key_at)


def _places(value: Value, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Place]]:
    """Every value of a file by its keys; what stands in lists has none of its own."""
    if isinstance(value, Text | Table | Items):
        yield keys, value.at
    if isinstance(value, Table):
        for key, inner in value.items():
            yield from _places(inner, (*keys, key))


# ---------------------------------------------------------------- what it reads


def _reads(mapping: Mapping, entry: Entry) -> Iterator[str]:
    rule = entry.rule
    if isinstance(rule, Each):
        yield f"an item for each {_group(rule.path)}{_filtered(rule.path)}"
        return
    if isinstance(rule, Pairs):
        yield f"qualifier and value by turns: {_element(mapping, entry, rule.path)}"
        return
    for source in rule.sources:
        yield from _source(mapping, entry, source)


def _group(path: Path) -> str:
    if not path.by:
        return path.text.strip().partition("[")[0]
    name = path.segment.name if path.segment is not None else ""
    elements = f"elements {path.element:02}-{path.last:02}"
    return f"of {name}'s {elements}" if path.by == 1 else f"{path.by} of {name}'s {elements}"


def _source(mapping: Mapping, entry: Entry, source: Source) -> Iterator[str]:
    if isinstance(source, Found):
        yield _element(mapping, entry, source.path)
    elif isinstance(source, Call):
        conversion = CONVERSIONS.get(source.name)
        purpose = conversion.purpose if conversion is not None else "Counts the items of the list."
        yield f"{spelled(source)}: {_lower(purpose)}"
        for found in paths_of(source):
            yield _element(mapping, entry, found.path)
    elif isinstance(source, Inline):
        for one in source.rule.fields:
            if isinstance(one.rule, Scalar):
                inner = replace(entry, rule=one.rule)
                yield f"{one.name}: " + "; ".join(_reads(mapping, inner))
    elif isinstance(source, Constant):
        yield f"always {source.value}"
    else:
        yield {"$": "the field ", "@": "of the document answered, "}.get(spelled(source)[0], "the term ") + spelled(source).lstrip("$@")


def _element(mapping: Mapping, entry: Entry, path: Path) -> str:
    """An element by its place, name, type and length, with the conditions of its path."""
    if path.start == "group":
        return _of_group(entry, path)
    if mapping.ground.columns is not None:
        return f"column {path.text.strip().partition('[')[0]}{_filtered(path)}"
    if mapping.ground.free:
        return f"what stands at {path.text.strip()}" + (f", in {entry.ground.path}" if entry.ground.path else "")
    segment = segment_at(path, entry.ground)
    name = path.segment.name if path.segment is not None else ""
    place = f"{name}-{path.element:02}" + (f"-{path.component}" if path.component else "")
    if path.last:
        place += f" to {path.last:02}"
    slot = segment.slots[path.element - 1] if segment is not None and 0 < path.element <= len(segment.slots) else None
    element = slot.element if slot is not None else None
    if slot is not None and path.component and path.component <= len(slot.components):
        element = slot.components[path.component - 1].element
    return f"{place}{_named(element)}{_filtered(path)}{_from(path, entry)}"


def _of_group(entry: Entry, path: Path) -> str:
    group = entry.group
    if group is None or group.segment is None:
        return f"element {path.element} of the group"
    segment = segment_at(group, entry.ground)
    at = group.element + max(path.element, 1) - 1
    slot = segment.slots[at - 1] if segment is not None and 0 < at <= len(segment.slots) else None
    return f"element {path.element} of each group of {group.segment.name}{_named(slot.element if slot is not None else None)}"


def _named(element: Element | None) -> str:
    if element is None:
        return ""
    length = str(element.max) if element.min == element.max else f"{element.min}-{element.max}"
    codes = f", one of {len(element.codes)} codes" if element.codes else ""
    return f" {element.name} (element {element.id}, {element.type} {length}{codes})"


def _filtered(path: Path) -> str:
    steps = [step for step in (path.up, *path.loops, path.segment) if step is not None]
    conditions = [_condition(step, one) for step in steps for one in step.filter]
    rest = " that no other rule of this list names" if any(step.rest for step in steps) else ""
    return (f", where {' and '.join(conditions)}" if conditions else "") + rest


def _condition(step: Step, one: Condition) -> str:
    name = one.column or f"{step.name}-{one.element:02}" + (f"-{one.component}" if one.component else "")
    if one.values == ("",):
        return f"{name} is {'present' if one.negated else 'absent'}"
    values = " or ".join(value or "absent" for value in one.values)
    return f"{name} is {'not ' if one.negated else ''}{values}"


def _from(path: Path, entry: Entry) -> str:
    if path.start == "root":
        return ", of the set itself"
    if path.start == "enclosing" and path.up is not None:
        return f", of the loop {path.up.name} around it"
    if path.loops:
        return f", in the loop {'/'.join(step.name for step in path.loops)}"
    return f", in {entry.ground.where}" if entry.ground.path else ""


# ---------------------------------------------------------------- what is made of it


def _steps(mapping: Mapping, entry: Entry) -> Iterator[str]:
    rule = entry.rule
    if isinstance(rule, Each):
        return
    for pipe in rule.pipes if isinstance(rule, Scalar) else (*rule.scheme, *rule.value):
        yield _step(mapping, pipe)


def _step(mapping: Mapping, pipe: Pipe) -> str:
    conversion = CONVERSIONS[pipe.name]
    table = next((mapping.tables.get(str(a.value)) for a in pipe.arguments[:1] if isinstance(a, Constant)), None)
    if conversion.parameters[:1] and conversion.parameters[0].kind == "table" and table is not None:
        files = sorted({row.at.file for row in table.rows})
        missing = {"hold": "holds the document", "warn": "goes on as it is, with a warning", "pass": "goes on as it is"}
        otherwise = missing.get(table.missing, f"becomes {table.default}")
        rows = f"{len(table.rows)} rows" if len(table.rows) != 1 else "1 row"
        return f"{piped(pipe)}: by code table {table.name}, {rows} ({', '.join(files)}); a code that it lacks {otherwise}"
    example = conversion.example
    sent = "" if example.sent is None or example.arguments else f"; {_shown(example.sent)} is read as {_shown(example.made)}"
    return f"{piped(pipe)}: {_lower(conversion.purpose)}{sent}"


def _shown(value: object) -> str:
    return ", ".join(f"{key} {inner}" for key, inner in value.items()) if isinstance(value, dict) else str(value)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:].rstrip(".")


def _missing(rule: Scalar | Each | Pairs) -> str:
    """What happens where there is no value; '' where there always is one."""
    if isinstance(rule, Scalar) and is_constant(rule):
        return ""
    if isinstance(rule, Scalar) and rule.required:
        return "the document is held: the value is required"
    if isinstance(rule, Scalar) and rule.default is not None:
        return f"{spelled(rule.default)} is taken" + (", and written too" if rule.default_written else "; it is not written back")
    if isinstance(rule, Each) and rule.if_none is not None:
        return "where there is none, one item of what `if_none` says"
    return "the field is left out"


def _written(mapping: Mapping, entry: Entry) -> str:
    """How the field goes back into a set."""
    if mapping.ground.columns is not None or (isinstance(entry.rule, Scalar) and is_constant(entry.rule)):
        return ""
    if isinstance(entry.written, Scalar):
        told = said(entry.written)
        return f"what the document says, else {told}" if told.startswith(f"{TOTAL}(") else told
    if entry.only == "read":
        return "not written: the rule only reads"
    rule = entry.rule
    if isinstance(rule, Scalar):
        stuck = next((pipe.name for pipe in rule.pipes if CONVERSIONS[pipe.name].write is None), None)
        if stuck is not None and stuck not in ("first", "last", "join"):
            return f"not written: {stuck} has no inverse; say it with `write:`"
        places = [source.path for source in rule.sources if isinstance(source, Found) and source.path.start in ("here", "group")]
        if not places and all(not isinstance(source, Inline) for source in rule.sources):
            return "not written: it is worked out, not read from a place of its own"
        return f"into {places[0].text.strip()}" if places else "by its parts"
    return "back into the same segments"
