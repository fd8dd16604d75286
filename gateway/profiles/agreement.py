"""Agreements: one row of a profile with what it inherits, and which of several fits a set best."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from gateway.edi.finding import Finding
from gateway.profiles.codes import CODES
from gateway.profiles.located import judge
from gateway.profiles.partner import Profile, Row, Shared
from gateway.profiles.reading import Items, Place, Table, Text, merge

Direction = Literal["receive", "send"]
ANSWER_SETS = ("997", "999")
"""Answers to what we sent: no profile needs a row for them, and they are never answered."""
ADVICE_SET = "824"
"""What a partner says of documents of ours that he could read: no row needed either, but answered as all his sets are."""

_LISTS: dict[Direction, str] = {"receive": "we_receive", "send": "we_send"}


@dataclass(frozen=True, slots=True)
class Agreement:
    """The terms of one set (or document) between a trading partner and us, as written and inherited, before names are resolved."""

    partner: str
    direction: Direction
    number: int
    """Which row of its list, from 1; 0 for an answer that needs no row."""
    row: Row
    status: str
    at: Place
    identity: str | None = None
    """The partner's identity in the envelope, once one was found."""
    ours: str | None = None
    """Our identity in the envelope."""
    usage: str = "P"
    """ISA15 of the interchange at hand."""
    version: str = ""
    """GS08 of the group at hand."""

    @property
    def what(self) -> str:
        """The agreement as sentences name it: 850 in 004010."""
        return described(self.row.set or self.row.document or "", self.row.version or self.row.format, self.direction)

    @property
    def name(self) -> str:
        """The agreement as journals name it: acme/receive/850/004010."""
        return "/".join((self.partner, self.direction, self.row.set or self.row.document or "", self.row.version or self.row.format))


def described(what: str, version: str, direction: Direction) -> str:
    """A set in a version and direction, in words."""
    return f"to {direction} {what} in {version}" if version else f"to {direction} {what}"


def rows(profile: Profile, table: Table) -> tuple[list[Agreement], list[Finding]]:
    """Every agreement of a profile as read, both directions; `table` gives the places and what rows inherit."""
    shared = _shared(table)
    found: list[Agreement] = []
    findings: list[Finding] = []
    for direction, key in _LISTS.items():
        written = table.get(key)
        for number, item in enumerate(written if isinstance(written, Items) else (), 1):
            if isinstance(item, Table):
                row, wrong = judge(Row, _merged(shared, item))
                findings.extend(wrong)
                if row is not None:
                    found.append(Agreement(profile.partner, direction, number, row, _status(profile, row), item.at))
    return found, findings


def answer_row(profile: Profile, table: Table, set_id: str, version: str) -> Agreement | None:
    """The agreement under which a 997, 999 or 824 from a partner is read: his shared terms, delivered nowhere.

    A 997 or 999 is never answered; an 824 never by another.
    """
    own = Table()
    own.at, own.key_at = table.at, {}
    for key, value in (("set", set_id), ("version", version)):
        text = Text(value)
        text.at = own.key_at[key] = table.at
        own[key] = text
    row, _ = judge(Row, _merged(_shared(table), own))
    if row is None:
        return None
    silence = {"form": "none", "advice": "none"} if set_id in ANSWER_SETS else {"advice": "none"}
    quiet = row.model_copy(update={"answer": row.answer.model_copy(update=silence), "deliver_to": []})
    return Agreement(profile.partner, "receive", 0, quiet, profile.status, table.at)


def _shared(table: Table) -> Table:
    kept = Table({key: value for key, value in table.items() if key in Shared.model_fields})
    kept.at, kept.key_at = table.at, {key: table.key_at[key] for key in kept}
    return kept


def _merged(shared: Table, item: Table) -> Table:
    merged = merge(shared, item)
    assert isinstance(merged, Table)
    return merged


def _status(profile: Profile, row: Row) -> str:
    """A row's own status before its profile's, except that nothing of a suspended partner is worked."""
    return profile.status if profile.status == "suspended" or row.status is None else row.status


def best_for_set(
    agreements: Iterable[Agreement], set_id: str, version: str, usage: str, identity: str | None, on: date | None
) -> list[Agreement]:
    """The most specific agreements for a set; more than one is a tie.

    The longest version that GS08 begins with wins, then a row for this identity, then one for this usage.
    """
    fitting = [
        agreement
        for agreement in agreements
        if agreement.row.set == set_id
        and agreement.row.format == "x12"
        and version.startswith(agreement.row.version or "")
        and agreement.row.identity in (None, identity)
        and agreement.row.usage in (None, usage)
        and in_force(agreement.row, on)
    ]
    return _most(fitting, [(len(a.row.version or ""), a.row.identity is not None, a.row.usage is not None) for a in fitting])


def best_for_file(agreements: Iterable[Agreement], name: str, form: str | None, channel: str | None, on: date | None) -> list[Agreement]:
    """The most specific agreements for a file without envelope, by its name, format and channel; more than one is a tie."""
    fitting = [
        agreement
        for agreement in agreements
        if agreement.row.set is None
        and form in (None, agreement.row.format)
        and (agreement.row.channel is None or channel is None or agreement.row.channel == channel)
        and fnmatch.fnmatchcase(name.casefold(), (agreement.row.pattern or "*").casefold())
        and in_force(agreement.row, on)
    ]
    weights = [(a.row.channel is not None, len((a.row.pattern or "").replace("*", "").replace("?", ""))) for a in fitting]
    return _most(fitting, weights)


def _most(fitting: list[Agreement], weights: Sequence[tuple[int, ...]]) -> list[Agreement]:
    top = max(weights, default=())
    return [agreement for agreement, weight in zip(fitting, weights, strict=True) if weight == top]


def in_force(row: Row, on: date | None) -> bool:
    """Whether a row holds on a day; any does where no day is asked for."""
    return on is None or ((row.from_ is None or row.from_ <= on) and (row.to is None or on <= row.to))


def ties(agreements: Sequence[Agreement]) -> list[Finding]:
    """Pairs of rows between which nothing decides, as `partner check` tells them."""
    findings = []
    for n, one in enumerate(agreements):
        for other in agreements[:n]:
            if one.direction == other.direction and _indistinct(one.row, other.row):
                at = one.at.location(f"{_LISTS[one.direction]}.{one.number}")
                findings.append(CODES["agreement-ambiguous"].finding(at, what=one.what, other=other.at))
    return findings


def _indistinct(one: Row, other: Row) -> bool:
    same = all(getattr(one, key) == getattr(other, key) for key in ("set", "format", "version", "identity", "usage", "channel"))
    if one.set is None:
        same = same and (one.pattern or "*").casefold() == (other.pattern or "*").casefold()
        if one.format in ("xml", "json") and one.mapping != other.mapping:
            same = False  # what stands in the file decides
    apart = (one.to and other.from_ and one.to < other.from_) or (other.to and one.from_ and other.to < one.from_)
    return same and not apart


def at_hand(agreement: Agreement, identity: str | None, ours: str | None, usage: str, version: str) -> Agreement:
    """The agreement with what the envelope at hand says."""
    return replace(agreement, identity=identity, ours=ours, usage=usage, version=version)
