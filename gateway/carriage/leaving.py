"""Documents that our own systems leave: route → check → map → write → validate, as far as each goes.

A document that goes on has a draft, the very bytes it would leave as; one that does not is held, with the reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from gateway.carriage.carrying import archive_terms
from gateway.carriage.codes import CODES
from gateway.carriage.drafting import Parts
from gateway.carriage.edges import Edges
from gateway.carriage.enveloping import X12
from gateway.carriage.related import related
from gateway.documents.keys import business_key, content
from gateway.documents.models import DOCUMENTS, as_json, from_json
from gateway.edi.finding import NOWHERE, Finding, Location
from gateway.formats.x12.groups import GROUPS_OF_SET
from gateway.profiles.catalog import Catalog, Channel
from gateway.profiles.codes import CODES as PROFILES
from gateway.profiles.inheritance import hint
from gateway.profiles.sending import addressee, agreement_to_send
from gateway.profiles.terms import Terms
from gateway.records import Carried, Departure, Expected, Held, Leaving, StagedDocument
from gateway.translate import checks
from gateway.translate.sscc import ALLOCATE, unnumbered

OURS = "us/"
"""What the channels by which our own systems leave documents begin with."""
REHEARSED = "rehearsed"
"""The state of what only tells what would become of it: it takes no numbers."""
ONCE_MORE = "us/once-more"
"""The channel of what a person sends once more."""
EXTENSIONS = {X12: "edi", "delimited": "csv", "fixed": "txt"}
"""Of the names of files by format, where it is not the format's own name."""
LARGEST = 64 * 1024 * 1024
"""Bytes of one file of documents; more is a mistake, or should come in several."""


def read_documents(edges: Edges, carried: Carried) -> tuple[list[Any], list[Finding]]:
    """parse: the documents of a file that a system of ours left, or why there are none."""
    if carried.size > LARGEST:
        return [], [_unreadable(f"it has {carried.size} bytes; expected at most {LARGEST}")]
    try:
        # floats are kept as they were written: amounts are decimals
        found = json.loads(b"".join(edges.archive.open(carried.address)), parse_float=str, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        return [], [_unreadable(str(error) or type(error).__name__)]
    documents = found if isinstance(found, list) else [found]
    if not documents:
        return [], [_unreadable("it is an empty list")]
    return documents, []


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _unreadable(problem: str) -> Finding:
    return CODES["source-unreadable"].finding(NOWHERE, None, None, problem=problem)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A document that is routed and checked, and may be written."""

    staged: StagedDocument
    partner: str
    terms: Terms
    document: dict[str, Any]
    way: Channel


def depart(edges: Edges, catalog: Catalog, carried: Carried, found: Mapping[int, Any]) -> list[Leaving]:
    """What becomes of documents of a file, by their numbers in it, under today's terms; some may be one set together."""
    ready = {number: _ready(edges, catalog, carried, number, one) for number, one in found.items()}
    leaving = {number: one for number, one in ready.items() if isinstance(one, Leaving)}
    alike: dict[str, dict[int, _Ready]] = {}
    for number, one in ready.items():
        if isinstance(one, _Ready):
            alike.setdefault(f"{one.terms.hash} {one.partner}", {})[number] = one
    for some in alike.values():
        numbers, terms = list(some), next(iter(some.values())).terms
        for places in edges.draft.together(catalog, terms, [one.document for one in some.values()]):
            members = {numbers[place]: some[numbers[place]] for place in places}
            leaving.update(_as_one(edges, catalog, carried, members))
    return [leaving[number] for number in found]


def _as_one(edges: Edges, catalog: Catalog, carried: Carried, members: dict[int, _Ready]) -> dict[int, Leaving]:
    """Documents that are one set: the first one's document becomes the whole, the others go within it."""
    number, first = next(iter(members.items()))
    if len(members) == 1:
        return {number: _written(edges, catalog, carried, number, first, ())}
    made = edges.draft.as_one(catalog, first.terms, [one.document for one in members.values()])
    split = not isinstance(made, Finding) and bool(made[1])  # parts have one number, and each its own content
    firsts = {(one.staged.effect_key, one.staged.digest if split else ""): n for n, one in reversed(members.items())}
    if len(firsts) < len(members):  # the same document again is a duplicate, no second part of the set
        once = {n: one for n, one in members.items() if n in firsts.values()}
        again = [{n: one} for n, one in members.items() if n not in once]
        return {n: one for some in (once, *again) for n, one in _as_one(edges, catalog, carried, some).items()}
    if isinstance(made, Finding):
        return {n: _held(one.staged, "map", made) for n, one in members.items()}
    whole, parts = made
    staged = replace(first.staged, content=as_json(whole).decode(), digest=content(whole))
    written = _written(edges, catalog, carried, number, replace(first, staged=staged, document=whole), parts)
    return {number: written} | {n: Leaving(one.staged, within=staged.id) for n, one in members.items() if n != number}


def _ready(edges: Edges, catalog: Catalog, carried: Carried, number: int, found: Any) -> Leaving | _Ready:
    """The so-manyth document of a file, routed and checked; or why it is held."""
    blank = _blank(edges, carried, number)
    if not isinstance(found, dict) or found.get("document_type") not in DOCUMENTS:
        said = str(found.get("document_type", "")) if isinstance(found, dict) else type(found).__name__
        return _held(blank, "parse", CODES["document-unknown"].finding(NOWHERE, said[:200], None, hint=hint(said, list(DOCUMENTS))))
    kind = str(found["document_type"])
    blank = replace(blank, document_type=kind, content=json.dumps(found, ensure_ascii=False))
    partner = addressee(catalog, found, carried.partner)
    if isinstance(partner, Finding):
        return _held(blank, "route", partner)
    blank = replace(blank, partner=partner)
    envelope = found.get("envelope")
    system = catalog.destination(carried.channel.removeprefix(OURS))
    test = (system is not None and system.status != "production") or (isinstance(envelope, Mapping) and envelope.get("usage") == "T")
    agreed = agreement_to_send(catalog, partner, kind, test, edges.clock.now().date())
    if agreed.agreement is None:
        return _held(blank, "route", *([agreed.finding] if agreed.finding is not None else []))
    terms = catalog.terms(agreed.agreement)
    blank = replace(blank, agreement=agreed.agreement.name, terms=terms.hash, test=terms.test, set_id=terms.set or terms.format)
    ways = catalog.outboxes(terms.partner)
    if not ways:
        return _held(blank, "route", PROFILES["no-way-out"].finding(NOWHERE, catalog.partners[terms.partner].profile.name))
    document, wrong = checked(terms, found)
    if document is None:
        return _held(blank, "check", *wrong)
    key, revision = business_key(document)
    known = replace(
        blank,
        schema_version=str(document.get("schema_version", "")),
        business_key=key,
        revision=revision,
        # what a person sends once more has an effect of its own, each time
        effect_key=f"send/{partner}/{kind}/{key}/{revision}" + (f"/{carried.id}" if carried.channel == ONCE_MORE else ""),
        content=as_json(document).decode(),
        digest=content(document),
        findings=tuple(wrong),
    )
    if any(finding.severity == "error" for finding in wrong):
        return _held(known, "check")
    archive_terms(edges, catalog, terms)
    return _Ready(known, partner, terms, document, ways[0])


def _written(edges: Edges, catalog: Catalog, carried: Carried, number: int, ready: _Ready, parts: Parts) -> Leaving:
    """map, write, validate: the document with the bytes that it would leave as; or why it is held."""
    known, terms, document = ready.staged, ready.terms, ready.document
    serials = iter(_serials(edges, carried, number, terms, document))
    drafted = edges.draft(catalog, terms, document, related(edges.departures, ready.partner, document), serials, parts)
    known = replace(known, findings=(*known.findings, *drafted.findings))
    if drafted.document is not None:  # with the numbers that its packages have now
        known = replace(known, content=as_json(dict(drafted.document)).decode())
    address = edges.archive.put([drafted.data]).address if drafted.data is not None else None
    if drafted.verb is not None or address is None:
        return Leaving(replace(known, held_at=drafted.verb or "map"), address)
    return Leaving(known, address, departure(terms, ready.way.name, ready.way.settings.get("name")))


def _serials(edges: Edges, carried: Carried, number: int, terms: Terms, document: dict[str, Any]) -> range:
    """Serials for the packages of a notice that have no number, where the agreement has us give one."""
    count = unnumbered(document) if terms.agreement_facts.get("sscc") == ALLOCATE else 0
    if not count or carried.state == REHEARSED:
        return range(1, count + 1)
    return edges.departures.serials(carried.id, number, f"sscc {terms.us_facts.get('company_prefix', '')}", count)


def redepart(edges: Edges, held: Held) -> Leaving:
    """What a held document of ours becomes today, read again from the archived bytes that our system left."""
    carried = Carried(
        held.transmission, held.address, held.span[1], held.channel, held.file, held.named, "read", held.received_at, held.direction
    )
    found, wrong = read_documents(edges, carried)
    if wrong or held.number > len(found):
        return _held(_blank(edges, carried, held.number), "parse", *wrong)
    numbers = [held.number, *(n for n in edges.departures.within(held.id) if n <= len(found))]
    return depart(edges, edges.catalog(), carried, {n: found[n - 1] for n in numbers})[0]


def checked(terms: Terms, found: dict[str, Any]) -> tuple[dict[str, Any] | None, list[Finding]]:
    """check: the document with the values that mappings work on, held against its schema and against itself."""
    document, wrong = from_json(found)
    if wrong:
        return None, [
            CODES["document-unfit"].finding(Location(field=one.field), one.value, None, field=one.field, problem=one.sentence)
            for one in wrong
        ]
    return document, checks.told(document, terms.agreement_facts, terms.tolerances, terms.severities, lambda field: Location(field=field))


def departure(terms: Terms, channel: str, template: object) -> Departure:
    """All that the interchange of a document under these terms is made of, but for its numbers."""
    envelope, numbers = terms.envelope, terms.numbers
    pair = f"{'/'.join(envelope.sender)}>{'/'.join(envelope.receiver)}"
    functional_id = min(GROUPS_OF_SET.get(terms.set or "", ("",)))
    is_x12 = terms.format == X12
    return Departure(
        channel=channel,
        partner=terms.partner,
        agreement="/".join((terms.partner, "send", terms.set or terms.document or "", terms.version or terms.format)),
        form=terms.format,
        set=terms.set or terms.document or "",
        usage="T" if terms.test else "P",
        envelope=asdict(envelope),
        template=_named(str(template or "{set}_{control_number}.edi"), EXTENSIONS.get(terms.format, terms.format)),
        counter=f"isa {pair}" if is_x12 else f"file {terms.partner}",
        group_counter=None if not is_x12 else f"gs {pair}" if numbers.groups == "shared" else f"gs {pair} {functional_id}",
        after=numbers.after_interchange,
        group_after=numbers.after_group,
        functional_id=functional_id,
        version=envelope.gs08,
        expected=_expected(terms) if is_x12 else None,
        extension=EXTENSIONS.get(terms.format, terms.format),
    )


def _named(template: str, extension: str) -> str:
    """The partner's template of names, for a file of this kind."""
    return template if extension == "edi" else template.removesuffix(".edi") + ("" if "." in template[:-4] else f".{extension}")


def _expected(terms: Terms) -> Expected | None:
    expect = terms.expect
    if expect is None or expect.form == "none":
        return None
    return Expected(expect.form, expect.within, expect.calendar, terms.timezone, expect.then)


def _blank(edges: Edges, carried: Carried, number: int) -> StagedDocument:
    nothing = (0, 0)
    return StagedDocument(
        id=edges.ids.new(),
        interchange=0,
        group=0,
        number=number,
        part=1,
        set_id="",
        control_number="",
        span=(0, carried.size),
        isa_span=nothing,
        gs_span=nothing,
        ordinal=0,
        line=0,
        verdict="",
        held_at=None,
        partner=None,
    )


def _held(blank: StagedDocument, verb: Any, *findings: Finding) -> Leaving:
    return Leaving(replace(blank, held_at=verb, findings=(*blank.findings, *findings)))
