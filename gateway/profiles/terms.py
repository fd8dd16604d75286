"""Terms: all that one agreement's sets are read, mapped, answered and delivered under, as one plain value with a hash.

Plain and picklable: a pool or a child with limits gets terms, never a catalog. The text is archived under the hash on
first use; it names the mapping, guide and tables with the hash of their content, so that these can be archived beside it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal

from gateway.edi.finding import Severity

TERMS_FORM = 1
"""Counts up when the archived text changes its form."""

OWN_TABLE = ""
"""The key under which the rows of a code table name a table of the partner's own, where a profile names one in place of rows."""


@dataclass(frozen=True, slots=True)
class AnswerTerms:
    """How a set is answered; `refuse_on` is decided, never left open."""

    form: Literal["997", "999", "none"] = "997"
    detail: Literal["set", "segment", "element"] = "element"
    advice: Literal["none", "business", "all"] = "none"
    ta1: Literal["isa14", "always", "errors", "never"] = "isa14"
    ta1_place: Literal["own", "answer"] = "own"
    report_warnings: bool = False
    accept_with_errors: bool = True
    refuse_on: Literal["syntax", "guide"] = "syntax"


@dataclass(frozen=True, slots=True)
class EnvelopeTerms:
    """How we write interchanges: ids as (qualifier, id), the rest by the elements' numbers, delimiters and line end as characters."""

    sender: tuple[str, str] = ("", "")
    receiver: tuple[str, str] = ("", "")
    gs_sender: str = ""
    gs_receiver: str = ""
    isa01: str = "00"
    isa02: str = ""
    isa03: str = "00"
    isa04: str = ""
    isa11: str = "U"
    isa12: str = ""
    isa14: str = "0"
    gs07: str = "X"
    gs08: str = ""
    element: str = "*"
    component: str = ">"
    segment: str = "~"
    line_end: str = ""
    charset: str | None = None
    sets_per_group: int = 0
    groups_per_interchange: int = 0
    batch_after: int = 0
    """Seconds that documents may wait to go together."""
    batch_sets: int = 0


@dataclass(frozen=True, slots=True)
class ExpectTerms:
    """The answer that is expected to what we send."""

    form: str
    within: int | None
    """Seconds."""
    calendar: str | None
    then: str


@dataclass(frozen=True, slots=True)
class NumberTerms:
    """Control numbers: what the partner's are held to, how ours run. `window` in seconds, None for ever."""

    check: Literal["hold", "warn", "off"] = "hold"
    order: Literal["off", "warn", "hold"] = "off"
    window: int | None = None
    groups: Literal["by_functional_id", "shared"] = "by_functional_id"
    after_interchange: int = 0
    after_group: int = 0


@dataclass(frozen=True, slots=True)
class DialectTerms:
    """How a delimited file is written, where the agreement says so; else the mapping's `format` does."""

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "utf-8"
    header: bool = True
    columns: tuple[str, ...] = ()
    skip: int = 0


@dataclass(frozen=True, slots=True)
class DeliveryTerms:
    """One of our own systems that gets the documents, and the templates that make its files (None: JSON)."""

    destination: str
    template: str | None = None
    templates: Mapping[str, str] = field(default_factory=dict)

    def template_for(self, document_type: str) -> str | None:
        """The logical name of the Jinja2 template for a type of document."""
        return self.templates.get(document_type, self.template)


@dataclass(frozen=True, slots=True)
class ContactTerms:
    """Whom to call, as the note for a supplier ends."""

    role: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """The effective terms of one agreement; equal when their hashes are."""

    partner: str
    trading_partner: str
    """Whose documents they are: another than `partner` where that one only sends the envelope."""
    name: str
    """The trading partner's name for people."""
    direction: Literal["receive", "send"]
    format: str
    set: str | None
    document: str | None
    version: str | None
    status: str
    usage: str
    test: bool
    """Not for production: the agreement is not, or the interchange is marked so."""
    guide: str | None
    mapping: str | None
    deliveries: tuple[DeliveryTerms, ...]
    undelivered: tuple[str, ...]
    """Destinations that are named and must not get these documents, because they are not production."""
    answer: AnswerTerms
    envelope: EnvelopeTerms
    expect: ExpectTerms | None
    numbers: NumberTerms
    duplicates: str
    group_number: str
    charset: str
    dialect: DialectTerms | None
    code_tables: Mapping[str, Mapping[str, str]]
    severities: Mapping[str, Severity]
    tolerances: Mapping[str, str]
    service_levels: Mapping[str, int]
    """Seconds."""
    second_opinion: str
    tier: str
    timezone: str | None
    calendar: str | None
    partner_facts: Mapping[str, str]
    """What mappings read as partner.NAME."""
    us_facts: Mapping[str, str]
    """What mappings read as us.NAME."""
    agreement_facts: Mapping[str, str]
    """What mappings read as agreement.NAME."""
    contacts: tuple[ContactTerms, ...]
    """The partner's."""
    our_contacts: tuple[ContactTerms, ...]
    sources: tuple[tuple[str, str], ...]
    """Mapping, guide and tables with all that they extend: logical name, and SHA-256 of the text, under which it is archived."""
    text: str = ""
    """The terms as archived: JSON with sorted keys."""
    hash: str = ""
    """SHA-256 of the text."""

    @property
    def deliver_to(self) -> tuple[str, ...]:
        """The destinations by name."""
        return tuple(delivery.destination for delivery in self.deliveries)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Terms) and other.hash == self.hash

    def __hash__(self) -> int:
        return hash(self.hash)


def sealed(terms: Terms) -> Terms:
    """The same terms with their text and hash."""
    content = {name: value for name, value in _plain(terms).items() if name not in ("text", "hash")}
    text = json.dumps({"terms": TERMS_FORM, **content}, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    values = {f.name: getattr(terms, f.name) for f in fields(terms) if f.name not in ("text", "hash")}
    return Terms(**values, text=text, hash=address_of(text))


def encoded(text: str) -> bytes:
    """A text of ours as it is archived."""
    return text.encode("utf-8", "surrogatepass")


def address_of(text: str) -> str:
    """What a text of ours is archived under."""
    return hashlib.sha256(encoded(text)).hexdigest()


def recorded(text: str) -> Terms:
    """Terms from their archived text. Raises LookupError where it is of a form that is no longer known."""
    values = json.loads(text)
    if values.pop("terms", None) != TERMS_FORM or set(values) != {f.name for f in fields(Terms)} - {"text", "hash"}:
        raise LookupError("they were recorded by another version of the gateway")
    envelope, dialect = values["envelope"], values["dialect"]
    values |= {
        "deliveries": tuple(DeliveryTerms(**one) for one in values["deliveries"]),
        "undelivered": tuple(values["undelivered"]),
        "answer": AnswerTerms(**values["answer"]),
        "envelope": EnvelopeTerms(**{**envelope, "sender": tuple(envelope["sender"]), "receiver": tuple(envelope["receiver"])}),
        "expect": ExpectTerms(**values["expect"]) if values["expect"] is not None else None,
        "numbers": NumberTerms(**values["numbers"]),
        "dialect": DialectTerms(**{**dialect, "columns": tuple(dialect["columns"])}) if dialect is not None else None,
        "contacts": tuple(ContactTerms(**one) for one in values["contacts"]),
        "our_contacts": tuple(ContactTerms(**one) for one in values["our_contacts"]),
        "sources": tuple((name, address) for name, address in values["sources"]),
    }
    return Terms(**values, text=text, hash=address_of(text))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(inner) for inner in value]
    return value
