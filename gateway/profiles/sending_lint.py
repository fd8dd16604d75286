"""What is wrong with how we send: calendars that nobody knows, names for two partners, rows between which nothing decides."""

from __future__ import annotations

from gateway.profiles.agreement import Agreement
from gateway.profiles.calendars import CALENDARS
from gateway.profiles.catalog import Catalog
from gateway.profiles.channel_lint import Tell
from gateway.profiles.inheritance import hint
from gateway.profiles.located import place_of
from gateway.profiles.reading import Table
from gateway.profiles.sending import ACTIVE, SETS


def check_sending(catalog: Catalog, tell: Tell) -> None:
    """Everything that would hold what we send, or chase it at the wrong time."""
    if catalog.us is not None and catalog.us_table is not None:
        _calendar(catalog.us_table, ("calendar",), catalog.us.calendar, tell)
    names: dict[str, str] = {}
    rows: dict[tuple[str, str], list[Agreement]] = {}
    for name, partner in sorted(catalog.partners.items()):
        profile, table = partner.profile, partner.table
        _calendar(table, ("calendar",), profile.calendar, tell)
        for number, called in enumerate(profile.known_as):
            owner = names.setdefault(called, name)
            if owner != name or (called in catalog.partners and called != name):
                at, _ = place_of(table, ("known_as", number))
                tell("known-as-taken", at, f"known_as.{number + 1}", called, other=owner if owner != name else called)
        for one in partner.agreements:
            if one.direction == "send":
                expect = one.row.expect
                path = ("we_send", one.number - 1, "expect", "calendar")
                _calendar(table, path, expect.calendar if expect is not None else None, tell)
                rows.setdefault((one.row.on_behalf_of or name, _kind(one)), []).append(one)
    for alike in rows.values():
        for n, one in enumerate(alike):
            for other in alike[:n]:
                if _indistinct(one, other):
                    tell("send-ambiguous", one.at, f"we_send.{one.number}", None, what=one.what, other=other.at)


def _calendar(table: Table, path: tuple[str | int, ...], name: str | None, tell: Tell) -> None:
    if name is not None and name not in CALENDARS:
        at, _ = place_of(table, path)
        where = ".".join(str(step) for step in path)
        tell("calendar-unknown", at, where, name, hint=hint(name, list(CALENDARS)), known=", ".join(CALENDARS))


def _kind(one: Agreement) -> str:
    return one.row.document or next((kind for kind, set_id in SETS.items() if set_id == one.row.set), one.row.set or "")


def _indistinct(one: Agreement, other: Agreement) -> bool:
    """Whether a document would fit both: nothing but usage, status and dates tells sending rows apart."""
    if one.status not in ACTIVE or one.status != other.status or one.row.usage != other.row.usage:
        return False
    return not any(_ends_before(first, second) for first, second in ((one, other), (other, one)))


def _ends_before(one: Agreement, other: Agreement) -> bool:
    return bool(one.row.to and other.row.from_ and one.row.to < other.row.from_)
