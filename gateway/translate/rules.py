"""The rules of a mapping as a typed tree: what `load` makes of the YAML, what lint judges and reading (later writing) is compiled from.

Nothing in here knows a direction: a rule keeps its path, its conversions (which know their inverses), its default and its
condition, so that the same tree is run forwards and backwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from gateway.formats.shape import Shape
from gateway.profiles.reading import Place, Table
from gateway.translate.paths import Path


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal: `const(x)`, a quoted text or a number."""

    value: str | Decimal | int | bool
    at: Place


@dataclass(frozen=True, slots=True)
class Found:
    """What a path finds."""

    path: Path
    at: Place


@dataclass(frozen=True, slots=True)
class Reference:
    """`$field` or `$field.inner` of this scope; no names: `$`, all of it."""

    names: tuple[str, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Term:
    """`partner.x`, `us.x`, `agreement.x`."""

    names: tuple[str, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Thread:
    """`@order.references.department`: a value of the document that this one answers."""

    names: tuple[str, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Call:
    """A conversion written as a source: `extend($quantity, $price)`."""

    name: str
    arguments: tuple[Source, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Inline:
    """An object among alternatives: `SAC.02 ?? {agency: SAC.03, code: SAC.04}`."""

    rule: Object
    at: Place


Source = Constant | Found | Reference | Term | Thread | Call | Inline


@dataclass(frozen=True, slots=True)
class Pipe:
    """A conversion of a pipeline with its arguments."""

    name: str
    arguments: tuple[Source, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Compare:
    """`left = a`, `left in (a, b)`, `left < 5`."""

    left: Source
    operator: str
    values: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Present:
    """The source has a value (or, `absent`, has none)."""

    source: Source
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Junction:
    """`and`, `or`, `not` over conditions."""

    operator: str
    parts: tuple[Condition, ...]


Condition = Compare | Present | Junction


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value: the first source present, converted."""

    sources: tuple[Source, ...]
    pipes: tuple[Pipe, ...]
    at: Place
    text: str
    required: bool = False
    default: Source | None = None
    default_written: bool = False
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """Rules chosen by a value: `case: {PO1.05: {PP: {...}, else: {...}}}`."""

    subject: Source
    branches: tuple[tuple[tuple[str, ...], Rule], ...]
    other: Rule | None
    at: Place


@dataclass(frozen=True, slots=True)
class Object:
    """Fields side by side; `cases` add the fields of the branch that holds."""

    fields: tuple[Field, ...]
    at: Place
    when: Condition | None = None
    cases: tuple[Case, ...] = ()


@dataclass(frozen=True, slots=True)
class Each:
    """A list: an item for each loop, segment or group that the path finds; `if_none` stands where there is none (reading only)."""

    path: Path
    item: Object
    at: Place
    when: Condition | None = None
    if_none: Object | None = None
    once: Scalar | None = None
    """Items of an equal value are one item, the first; `ordinal_of(field, value)` finds it again."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """A list of {scheme, value} from qualifier/value pairs of elements; `order` and `places` are for writing."""

    path: Path
    at: Place
    scheme: tuple[Pipe, ...] = ()
    value: tuple[Pipe, ...] = ()
    order: tuple[str, ...] = ()
    places: tuple[tuple[str, int], ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class One:
    """One item of a list: an object written out among its sources; no item where nothing but constants is in it."""

    item: Object
    at: Place


@dataclass(frozen=True, slots=True)
class Several:
    """A list of several sources: reading joins them."""

    lists: tuple[Each | Pairs | One, ...]
    at: Place


@dataclass(frozen=True, slots=True)
class Apart:
    """`read:` and `write:` apart, where a rule has no inverse."""

    read: Rule | None
    write: Rule | None
    at: Place


Rule = Scalar | Object | Each | Pairs | Several | Case | Apart


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the document and the rule that fills it."""

    name: str
    rule: Rule
    at: Place


@dataclass(frozen=True, slots=True)
class Level:
    """One level code of a hierarchy: what a shipment, order, tare, pack or item HL says."""

    code: str
    key: Scalar | None
    kind: str
    list: str
    fields: Object
    at: Place


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """HL levels by code; `write` is the nesting written, `loose` what is done with a level that is missing."""

    levels: tuple[Level, ...]
    at: Place
    write: tuple[str, ...] = ()
    loose: str = "skip_level"

    def level(self, code: str) -> Level | None:
        """The level of a code; None where the mapping has none."""
        return next((level for level in self.levels if level.code == code), None)


@dataclass(frozen=True, slots=True)
class Split:
    """One set as several documents: a path of lists down to the value that tells them apart.

    `sums` are quantities that become the sum of their remaining parts, `prorate` amounts divided by quantity.
    """

    path: tuple[str, ...]
    at: Place
    sums: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    prorate: tuple[tuple[str, ...], ...] = ()
    remainder: str = "first"


@dataclass(frozen=True, slots=True)
class Signs:
    """How credits are signed: the field that says the kind, the kinds that are credits, the total, what is turned with it.

    `lines` are lists whose items have a quantity and a price, of which one is turned; each a path with those two.
    """

    kind: str
    credits: tuple[str, ...]
    total: tuple[str, ...]
    amounts: tuple[tuple[str, ...], ...]
    lines: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...]
    at: Place


@dataclass(frozen=True, slots=True)
class WriteOnly:
    """What no field holds and writing fills: a path and its source."""

    path: Path
    rule: Scalar
    at: Place


@dataclass(frozen=True, slots=True)
class Echo:
    """What of the document answered stands where ours is silent: fields of the whole, fields of the line answered."""

    relation: str
    fields: tuple[str, ...]
    line: tuple[str, ...]
    at: Place


@dataclass(slots=True)
class Rules:
    """A whole mapping as written, with what it extends laid under it."""

    name: str
    document: str
    guide: str
    fields: Object
    at: Place
    format: Table | None = None
    shape: Shape | None = None
    """Of a format of paths (XML, JSON) what the rules look for in a file."""
    schemas: dict[str, str] = field(default_factory=dict)
    """The texts of the XSD that documents are held against, by logical name."""
    hierarchy: Hierarchy | None = None
    split: Split | None = None
    signs: Signs | None = None
    merge_by: str = ""
    echo: Echo | None = None
    replace: tuple[tuple[str, str], ...] = ()
    """Characters that writing replaces where they would part values."""
    write_only: tuple[WriteOnly, ...] = ()
    computed: tuple[str, ...] = ()
    """Segments that writing computes and nobody maps (counts, hash totals): never unmapped."""
    sources: tuple[tuple[str, str], ...] = ()
    tables: dict[str, object] = field(default_factory=dict)


def paths_of(source: Source) -> Iterator[Found]:
    """The paths in a source and in the arguments of its calls."""
    if isinstance(source, Found):
        yield source
    elif isinstance(source, Call):
        for argument in source.arguments:
            yield from paths_of(argument)


def references_of(rule: Rule | Source | Condition | Pipe | None) -> Iterator[Reference]:
    """The `$field`s that a rule of this scope looks at, not those of scopes inside it."""
    if isinstance(rule, Reference):
        yield rule
    elif isinstance(rule, Call | Pipe):
        for argument in rule.arguments:
            yield from references_of(argument)
    elif isinstance(rule, Scalar):
        for part in (*rule.sources, *rule.pipes, rule.default, rule.when):
            yield from references_of(part)
    elif isinstance(rule, Compare):
        for operand in (rule.left, *rule.values):
            yield from references_of(operand)
    elif isinstance(rule, Present):
        yield from references_of(rule.source)
    elif isinstance(rule, Junction):
        for condition in rule.parts:
            yield from references_of(condition)
    elif isinstance(rule, Object):
        yield from references_of(rule.when)
        for inner in rule.fields:
            yield from references_of(inner.rule)
        for case in rule.cases:
            yield from references_of(case)
    elif isinstance(rule, Inline):
        yield from references_of(rule.rule)
    elif isinstance(rule, Case):
        yield from references_of(rule.subject)
        for _, branch in rule.branches:
            yield from references_of(branch)
        yield from references_of(rule.other)
    elif isinstance(rule, Several):
        for one in rule.lists:
            if isinstance(one, One):
                yield from references_of(one.item)
    elif isinstance(rule, Apart):
        yield from references_of(rule.read)


def place_of(condition: Condition) -> Place | None:
    """Where a condition stands: its first source that knows its place."""
    if isinstance(condition, Junction):
        return next((at for part in condition.parts if (at := place_of(part)) is not None), None)
    source = condition.left if isinstance(condition, Compare) else condition.source
    return source.at


def place_in(rule: Rule, path: Sequence[str], otherwise: Place) -> Place:
    """Where the rule of a field stands, by its path from this one; of what is around it where it has none."""
    if isinstance(rule, Object) and path:
        found = next((one for one in rule.fields if one.name == path[0]), None)
        return place_in(found.rule, path[1:], found.at) if found is not None else otherwise
    for inner in rule.lists if isinstance(rule, Several) else (rule,):
        if isinstance(inner, Each | One) and path:
            return place_in(inner.item, path, inner.at)
    return rule.at if isinstance(rule, Scalar) else otherwise
