"""The catalog: every profile of a library as read, and the agreement for what is at hand.

A profile with a mistake disables only itself; what is wrong is kept as findings. Nothing here is changed after loading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from gateway.edi.finding import Finding
from gateway.profiles.agreement import (
    ADVICE_SET,
    ANSWER_SETS,
    Agreement,
    Direction,
    answer_row,
    at_hand,
    best_for_file,
    best_for_set,
    described,
)
from gateway.profiles.channel import KINDS, ChannelIn, ChannelOut, Channels, Connection
from gateway.profiles.codes import CODES
from gateway.profiles.compose import compose
from gateway.profiles.destination import Destination
from gateway.profiles.inheritance import hint
from gateway.profiles.library import Library
from gateway.profiles.loading import CONNECTIONS, PROFILES, Partner, ids_as_written, load_connections, load_partner, load_us, profile_names
from gateway.profiles.partner import Identity, Profile, Us
from gateway.profiles.reading import Table
from gateway.profiles.terms import Terms


@dataclass(frozen=True, slots=True)
class Channel:
    """One way in or out: `name` as journals call it, `settings` as written, `carries` the partners whose files may come by it."""

    name: str
    direction: str
    kind: str
    settings: Mapping[str, Any]
    carries: tuple[str, ...]
    partner: str | None
    """Whose own it is; None for a shared mailbox."""
    file: str
    """The file that declares it."""

    @property
    def owner(self) -> str:
        """The partner or the connection that declares it."""
        return self.file.rpartition("/")[2].removesuffix(".yaml")


@dataclass(frozen=True, slots=True)
class Found:
    """What the catalog knows of an envelope or file: the partner where he is known, the agreement, or why there is none."""

    partner: str | None = None
    agreement: Agreement | None = None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """One identity of one partner (or of us) in the index."""

    owner: str
    name: str
    identity: Identity


@dataclass(frozen=True)
class Catalog:
    """Ourselves, the partners whose profiles can be used, the shared mailboxes, and everything that is wrong with the files."""

    library: Library
    us: Us | None
    us_table: Table | None
    partners: Mapping[str, Partner]
    connections: Mapping[str, Connection]
    connection_tables: Mapping[str, Table]
    findings: tuple[Finding, ...]
    broken: Mapping[str, tuple[Finding, ...]]
    """The profiles that cannot be used, with what is wrong."""
    _index: Mapping[str, tuple[_Known, ...]] = field(default_factory=dict, repr=False)
    _broken_index: Mapping[str, str] = field(default_factory=dict, repr=False)
    _ours: Mapping[str, tuple[_Known, ...]] = field(default_factory=dict, repr=False)
    _terms: dict[tuple[object, ...], Terms] = field(default_factory=dict, repr=False)

    @classmethod
    def load(cls, library: Library) -> Catalog:
        """Every profile and connection of the library, read and judged."""
        us, us_table, findings = load_us(library)
        partners: dict[str, Partner] = {}
        broken: dict[str, tuple[Finding, ...]] = {}
        broken_index: dict[str, str] = {}
        for name in profile_names(library):
            partner, table, wrong = load_partner(library, f"{PROFILES}{name}.yaml", name, us_table)
            findings.extend(f for f in wrong if f not in findings)
            if partner is not None and not wrong:
                partners[name] = partner
            else:
                broken[name] = tuple(wrong)
                broken_index.update((isa, name) for isa in ids_as_written(table))
        connections, connection_tables = load_connections(library, findings)
        index: dict[str, tuple[_Known, ...]] = {}
        for name, known in partners.items():
            _enter(index, name, known.profile.identities)
        ours: dict[str, tuple[_Known, ...]] = {}
        _enter(ours, "us", us.identities if us is not None else {})
        return cls(library, us, us_table, partners, connections, connection_tables, tuple(findings), broken, index, broken_index, ours, {})

    def channels(self, direction: str = "in") -> tuple[Channel, ...]:
        """Every channel of every usable profile and connection, in the order of their names."""
        return tuple(channel for channel in self._all_channels if channel.direction == direction)

    def channel(self, name: str) -> Channel | None:
        """A channel by its name; None if no usable file declares it."""
        return self._by_name.get(name)

    @cached_property
    def drops(self) -> tuple[Channel, ...]:
        """The channels by which partners come into drops of theirs."""
        return tuple(channel for channel in self.channels("in") if channel.kind == "drop")

    @cached_property
    def _all_channels(self) -> tuple[Channel, ...]:
        found: list[Channel] = []
        for direction in ("in", "out"):
            for name, partner in sorted(self.partners.items()):
                file = f"{PROFILES}{name}.yaml"
                found.extend(_channels(name, partner.profile.channels, direction, (name,), name, file))
            for name, connection in sorted(self.connections.items()):
                file = f"{CONNECTIONS}{name}.yaml"
                found.extend(_channels(name, connection.channels, direction, tuple(connection.carries), None, file))
        return tuple(found)

    @cached_property
    def _by_name(self) -> Mapping[str, Channel]:
        # of two of one name the first stands; `partner check` tells the other
        return {channel.name: channel for channel in reversed(self._all_channels)}

    def outboxes(self, partner: str) -> tuple[Channel, ...]:
        """The ways out to a partner, his own or those of the mailbox he is reached by; the first is used."""
        known = self.partners.get(partner)
        if known is None:
            return ()
        profile = known.profile
        if profile.channels.ways_out or profile.via is None:
            return tuple(_channels(partner, profile.channels, "out", (partner,), partner, f"{PROFILES}{partner}.yaml"))
        shared = self.connections.get(profile.via)
        if shared is None:
            return ()
        return tuple(_channels(profile.via, shared.channels, "out", tuple(shared.carries), None, f"{CONNECTIONS}{profile.via}.yaml"))

    def party(
        self,
        sender: tuple[str, str],
        receiver: tuple[str, str] | None = None,
        usage: str = "P",
        channel: str | None = None,
        group_sender: str | None = None,
        group_receiver: str | None = None,
    ) -> Found:
        """Who sent an interchange (or a group of it) to which of our identities; `channel` where it came by one.

        Findings: unknown-partner, channel-mismatch, not-for-us (the partner is known then, so that a TA1 can be sent).
        """
        known, finding = self._sender(sender, usage, group_sender)
        if known is None:
            return Found(finding=finding)
        came_by = self.channel(channel) if channel is not None else None
        if came_by is not None and known.owner not in came_by.carries:
            code = CODES["channel-mismatch"]
            return Found(finding=code.finding(value=_written(sender), partner=self._called(known.owner), channel=came_by.name))
        if receiver is not None and self._receiver(receiver, usage, group_receiver) is None:
            ids = [known.identity.isa for entries in self._ours.values() for known in entries]
            shown = _written(receiver) if group_receiver is None else f"{_written(receiver)} {group_receiver}"
            return Found(known.owner, finding=CODES["not-for-us"].finding(value=shown, hint=hint(_written(receiver), ids)))
        return Found(known.owner)

    def agreement(
        self,
        sender: tuple[str, str],
        receiver: tuple[str, str],
        set_id: str,
        version: str,
        usage: str = "P",
        *,
        group_sender: str | None = None,
        group_receiver: str | None = None,
        channel: str | None = None,
        on: date | None = None,
    ) -> Found:
        """The agreement for a received set, by ISA05-08, GS02/03, ST01, GS08 and ISA15; the most specific wins.

        Besides the findings of `party`: no-agreement, partner-not-active, agreement-ambiguous. Without `on`, no row is
        out of date.
        """
        found = self.party(sender, receiver, usage, channel, group_sender, group_receiver)
        if found.finding is not None or found.partner is None:
            return found
        partner = self.partners[found.partner]
        identity, _ = self._sender(sender, usage, group_sender)
        ours = self._receiver(receiver, usage, group_receiver)
        identity_name = identity.name if identity is not None else None
        candidates = [a for a in partner.agreements if a.direction == "receive"]
        best = best_for_set(candidates, set_id, version, usage, identity_name, on)
        if not best and set_id in (*ANSWER_SETS, ADVICE_SET):
            answer = answer_row(partner.profile, partner.table, set_id, version)
            best = [answer] if answer is not None else []
        return self._decided(partner, best, set_id, version, "receive", identity_name, ours.name if ours else None, usage)

    def agreement_for_file(
        self,
        name: str,
        *,
        channel: str | None = None,
        partner: str | None = None,
        form: str | None = None,
        on: date | None = None,
        fits: Callable[[Agreement], bool] | None = None,
    ) -> Found:
        """The agreement for a file without envelope: by its channel or partner, its name and (where known) its format.

        Where that leaves several, `fits` says which of them the file's beginning fits.
        """
        came_by = self.channel(channel) if channel is not None else None
        owners = [partner] if partner is not None else list(came_by.carries) if came_by is not None else []
        known = [self.partners[owner] for owner in owners if owner in self.partners]
        if not known:
            return Found(finding=self._no_partner(partner or channel or name, list(self.partners)))
        declared = came_by.name if came_by is not None else channel
        best = best_for_file([a for p in known for a in p.agreements if a.direction == "receive"], name, form, declared, on)
        if len(best) > 1 and fits is not None:
            best = [agreement for agreement in best if fits(agreement)] or best
        owner = self.partners[best[0].partner] if best else known[0]
        return self._decided(owner, best, f"a file called '{name}'", form or "", "receive", None, None, "P")

    def sending(self, partner: str, set_id: str, version: str | None = None, usage: str = "P", on: date | None = None) -> Found:
        """The agreement under which we send a set to a partner; without a version, the one agreed."""
        known = self.partners.get(partner)
        if known is None:
            return Found(finding=self._no_partner(partner, list(self.partners)))
        candidates = [a for a in known.agreements if a.direction == "send" and (version is not None or a.row.set == set_id)]
        if version is None:
            version = max((a.row.version or "" for a in candidates), default="")
        best = best_for_set(candidates, set_id, version, usage, None, on)
        return self._decided(known, best, set_id, version, "send", None, None, usage)

    def terms(self, agreement: Agreement) -> Terms:
        """The effective terms of an agreement, with text and hash."""
        assert self.us is not None  # without us.yaml no agreement is found
        key = (agreement.name, agreement.number, agreement.identity, agreement.ours, agreement.usage)
        if key not in self._terms:
            profile = self.partners[agreement.partner].profile
            self._terms[key] = compose(self.library, self.us, profile, agreement, self._trading(agreement))
        return self._terms[key]

    def unusable(self, partner: str) -> Finding:
        """Why the profile of a partner cannot be used; it is one of `broken`."""
        return _unusable(partner, self.broken[partner])

    def destination(self, name: str) -> Destination | None:
        """One of our own systems, as us.yaml declares it."""
        return self.us.destinations.get(name) if self.us is not None else None

    def _trading(self, agreement: Agreement) -> Profile:
        other = self.partners.get(agreement.row.on_behalf_of or agreement.partner)
        return other.profile if other is not None else self.partners[agreement.partner].profile

    def _decided(
        self,
        partner: Partner,
        best: list[Agreement],
        what: str,
        version: str,
        direction: Direction,
        identity: str | None,
        ours: str | None,
        usage: str,
    ) -> Found:
        called = self._called(partner.name)
        asked = described(what, version, direction)
        if not best:
            near = [a.what for a in partner.agreements if what in (a.row.set, a.row.document)]
            shown = f"; agreed is: {', '.join(near)}" if near else ""
            return Found(partner.name, finding=CODES["no-agreement"].finding(partner=called, what=asked, hint=shown))
        if len(best) > 1:
            at = best[0].at.location()
            return Found(partner.name, finding=CODES["agreement-ambiguous"].finding(at, what=asked, other=best[1].at))
        (agreement,) = best
        if agreement.status not in ("testing", "production"):
            return Found(partner.name, finding=CODES["partner-not-active"].finding(value=agreement.status, partner=called))
        return Found(partner.name, at_hand(agreement, identity, ours, usage, version))

    def _called(self, partner: str) -> str:
        return self.partners[partner].profile.name

    def _no_partner(self, asked: str, known: list[str]) -> Finding:
        if asked in self.broken:
            return _unusable(asked, self.broken[asked])
        return CODES["partner-unknown"].finding(value=asked, hint=hint(asked, known))

    def _sender(self, sender: tuple[str, str], usage: str, group: str | None) -> tuple[_Known | None, Finding | None]:
        entries = self._index.get(_written(sender), ())
        chosen = _choose(entries, usage, group)
        if chosen is not None:
            return chosen, None
        owner = self._broken_index.get(_written(sender))
        if owner is not None:
            return None, _unusable(owner, self.broken[owner])
        shown = _written(sender) if group is None or not entries else f"{_written(sender)} {group}"
        return None, CODES["unknown-partner"].finding(value=shown, hint=hint(_written(sender), list(self._index)) if not entries else "")

    def _receiver(self, receiver: tuple[str, str], usage: str, group: str | None) -> _Known | None:
        return _choose(self._ours.get(_written(receiver), ()), usage, group)


def _unusable(partner: str, findings: tuple[Finding, ...]) -> Finding:
    first = findings[0]
    more = f" ({len(findings) - 1} more)" if len(findings) > 1 else ""
    return CODES["profile-unusable"].finding(first.location, partner, problem=f"{first.message}{more}")


def _written(identity: tuple[str, str]) -> str:
    """Qualifier and id as profiles write them; blanks at the end are padding (X12 I07, fixed length 15)."""
    return f"{identity[0].rstrip()}/{identity[1].rstrip()}"


def _choose(entries: tuple[_Known, ...], usage: str, group: str | None) -> _Known | None:
    """The identity that fits best: its own GS id before any, its own usage before any; None where two owners remain."""
    fitting = [
        known
        for known in entries
        if known.identity.usage in (None, usage) and (group is None or known.identity.gs in (None, group.rstrip()))
    ]
    fitting.sort(key=lambda known: (group is None or known.identity.gs is None, known.identity.usage is None))
    if not fitting:
        return None
    first = fitting[0]
    weight = (first.identity.gs is None, first.identity.usage is None)
    rivals = [
        k for k in fitting if (group is None or (k.identity.gs is None, k.identity.usage is None) == weight) and k.owner != first.owner
    ]
    return None if rivals else first


def _channels(
    owner: str, channels: Channels, direction: str, carries: tuple[str, ...], partner: str | None, file: str
) -> Iterator[Channel]:
    declared: Sequence[ChannelIn | ChannelOut] = channels.in_ if direction == "in" else channels.ways_out
    for number, channel in enumerate(declared, 1):
        kind = next(kind for kind in KINDS if getattr(channel, kind, None) is not None)
        settings = getattr(channel, kind).model_dump(exclude_none=True, by_alias=True)
        yield Channel(channel.name or f"{owner}/{direction}/{number}", direction, kind, settings, carries, partner, file)


def _enter(index: dict[str, tuple[_Known, ...]], owner: str, identities: Mapping[str, Identity]) -> None:
    for name, identity in identities.items():
        index[identity.isa] = (*index.get(identity.isa, ()), _Known(owner, name, identity))
