"""Settings to implementations: one frozen value of ports, each made when it is first asked for; no container, no globals."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from gateway.carriage.edges import BATCH, Edges, Translate
from gateway.connectors.choosing import connector
from gateway.connectors.wanted import Wanted
from gateway.formats.template.rendering import Templates
from gateway.formats.x12 import acknowledgment
from gateway.ports import (
    Archive,
    Chance,
    Clock,
    Connector,
    Damaged,
    FaultPoint,
    HeldView,
    Ids,
    Inbox,
    Outbox,
    Refused,
    SecondOpinion,
    Unavailable,
    no_fault,
)
from gateway.profiles.catalog import Catalog, Channel
from gateway.profiles.destination import Destination
from gateway.profiles.library import Library
from gateway.profiles.loading import US
from gateway.profiles.terms import Terms, recorded
from gateway.records import AnswerDue, DeliveryDue, Held, Lease
from gateway.settings import Settings, settings
from gateway.stores.archive import FolderArchive, MemoryArchive
from gateway.stores.catalogs import Catalogs, Watched
from gateway.stores.library import ArchivedLibrary, FolderLibrary
from gateway.stores.sql import views
from gateway.stores.sql.database import Database
from gateway.stores.sql.departures import SqlDepartures
from gateway.stores.sql.dispatch import SqlDispatch
from gateway.stores.sql.journal import SqlJournal, lane_of
from gateway.stores.sql.opening import open_database
from gateway.stores.sql.outgoing import SqlOutgoing, SqlSource
from gateway.stores.sql.remarks import SqlRemarks
from gateway.stores.sql.work import SqlWork
from gateway.stores.standing import Standing
from gateway.surroundings import SystemChance, SystemClock, Ulids, began
from gateway.transports.drop.account import Account, accounts
from gateway.transports.drop.rooms import Rooms
from gateway.transports.quarantine import Names, QuarantineFolder
from gateway.transports.secrets import read_secret
from gateway.transports.ways import POLLED, REACHED, Ways


class NoView:
    """Shows nothing: for a project without a quarantine folder."""

    def sync(self, held: object) -> None:
        """Nothing to be done."""


@dataclass(frozen=True)
class Gateway:
    """The ports of one project. `inboxes`, `outboxes` and `connectors` given here take the place of the profiles' own."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = field(default_factory=Ulids)
    chance: Chance = field(default_factory=SystemChance)
    fault: FaultPoint = no_fault
    given: dict[str, Any] = field(default_factory=dict)
    """library, inboxes, outboxes, connectors, archive, batch: what is not to be made from settings and profiles."""

    @cached_property
    def library(self) -> Watched:
        """Profiles, mappings, guides and templates by name."""
        library: Watched = self.given.get("library") or FolderLibrary(self.settings.project)
        return library

    @cached_property
    def _catalogs(self) -> Catalogs:
        return Catalogs(self.library, self.clock)

    def catalog(self) -> Catalog:
        """Today's profiles, read again when a file of them changed."""
        return self._catalogs.current()

    def forget(self) -> None:
        """Look at the files of the profiles anew the next time that they are asked for."""
        self._catalogs.forget()

    def recorded(self, terms: str | None) -> tuple[Terms, Library]:
        """The terms that a document was made under, with the mapping, guide and tables as they were. Raises LookupError."""
        if terms is None:
            raise LookupError("it was made under no terms")
        try:
            found = recorded(b"".join(self.archive.open(terms)).decode("utf-8", "surrogatepass"))
        except Damaged as error:
            raise LookupError(str(error)) from error
        library = ArchivedLibrary(self.archive, found.sources)
        for name, _ in found.sources:
            library.read(name)
        return found, library

    @cached_property
    def database(self) -> Database:
        """The journal's database, migrated. Raises Unavailable."""
        return open_database(self.settings.journal, self.fault)

    @cached_property
    def archive(self) -> Archive:
        """The bytes as they came and went."""
        given: Archive | None = self.given.get("archive")
        if given is not None:
            return given
        return MemoryArchive() if self.settings.archive is None else FolderArchive(self.settings.archive, self.ids, self.fault)

    @cached_property
    def journal(self) -> SqlJournal:
        """What came and what became of it."""
        return SqlJournal(self.database, self.clock, self.ids, self.fault)

    @cached_property
    def work(self) -> SqlWork:
        """What is due."""
        return SqlWork(self.database, self.clock, self.fault)

    @cached_property
    def dispatch(self) -> SqlDispatch:
        """What is sent: deliveries and answers."""
        return SqlDispatch(self.database, self.clock, self.fault)

    @cached_property
    def departures(self) -> SqlDepartures:
        """Documents of ours, up to the interchange they go in."""
        return SqlDepartures(self.database, self.clock, self.ids, self.fault)

    @cached_property
    def sendings(self) -> SqlOutgoing:
        """Interchanges of ours, and the answers awaited."""
        return SqlOutgoing(self.database, self.clock, self.fault)

    @cached_property
    def remarks(self) -> SqlRemarks:
        """What stands in inboxes and is not taken."""
        return SqlRemarks(self.database, self.clock)

    @property
    def inboxes(self) -> dict[str, Inbox]:
        """Today's ways in, by channel: partners', and what our own systems want sent."""
        given: dict[str, Inbox] | None = self.given.get("inboxes")
        catalog = self.catalog()
        if given is not None:
            return given
        partners = self._inboxes.current(catalog, lambda: {c.name: c for c in catalog.channels("in") if c.kind in POLLED})
        return partners | self._sources.current(catalog, lambda: {f"us/{name}": (name, it) for name, it in wanting(catalog)})

    @property
    def outboxes(self) -> dict[str, Outbox]:
        """Today's ways out, by channel."""
        given: dict[str, Outbox] | None = self.given.get("outboxes")
        catalog = self.catalog()
        if given is not None:
            return given
        return self._outboxes.current(catalog, lambda: {c.name: c for c in catalog.channels("out") if c.kind in REACHED})

    @property
    def connectors(self) -> dict[str, Connector]:
        """Our own systems of today, by name."""
        given: dict[str, Connector] | None = self.given.get("connectors")
        catalog = self.catalog()
        if given is not None:
            return given
        return self._connectors.current(
            catalog, lambda: {} if catalog.us is None else {n: (n, it) for n, it in catalog.us.destinations.items()}
        )

    @cached_property
    def _inboxes(self) -> Standing[Channel, Inbox]:
        return Standing(self._ways.inbox, closed)

    @cached_property
    def _outboxes(self) -> Standing[Channel, Outbox]:
        return Standing(self._ways.outbox, closed)

    @cached_property
    def _connectors(self) -> Standing[tuple[str, Destination], Connector]:
        return Standing(lambda one: connector(*one, self.settings.project, self._secret), closed)

    @cached_property
    def _sources(self) -> Standing[tuple[str, Destination], Inbox]:
        return Standing(lambda one: self._source(*one))

    @cached_property
    def view(self) -> HeldView:
        """Where people look at what is held."""
        if self.settings.quarantine is None:
            return NoView()
        return QuarantineFolder(self.settings.quarantine, self.archive, self.names)

    @cached_property
    def edges(self) -> Edges:
        """What the pipeline needs."""
        from gateway.carriage.drafting import Drafter
        from gateway.carriage.translating import Translator

        translator = Translator(lambda: self.second_opinion)
        translate: Translate = self.given.get("translate") or translator
        return Edges(
            self.archive,
            self.journal,
            self.catalog,
            translate,
            translator.mapping,
            self.given.get("draft") or Drafter(),
            self.departures,
            self.sendings,
            self.clock,
            self.ids,
            self.fault,
            self.given.get("batch", BATCH),
        )

    @cached_property
    def second_opinion(self) -> SecondOpinion:
        """The independent judge of what we read."""
        from gateway.opinions.pyx12 import Pyx12  # starts slowly; only who wants it waits for it

        given: SecondOpinion | None = self.given.get("second_opinion")
        return given if given is not None else Pyx12()

    @cached_property
    def owner(self) -> str:
        """Who holds leases: this machine, this process with the time it began, this value."""
        return f"{socket.gethostname()}/{os.getpid()}.{began(os.getpid())}/{self.ids.new()}"

    def owner_is_dead(self, owner: str) -> bool:
        """Whether the owner of a lease was a process of this machine that is no more; of other machines nobody knows."""
        host, _, rest = owner.partition("/")
        number, _, then = rest.partition("/")[0].partition(".")
        if host != socket.gethostname() or not number.isdigit():
            return False
        now = began(int(number))
        if then and now and then != now:  # the number is another process's by now
            return True
        if int(number) == os.getpid():
            return owner != self.owner and not self.settings.journal
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            return False
        return False

    def quarantined(self) -> list[Held]:
        """Everything that waits for a person."""
        return views.quarantined(self.database)

    def render(self, due: DeliveryDue) -> tuple[bytes, str]:
        """A document as its destination takes it: JSON, or what the agreement's template makes. Raises Refused."""
        template = self._template(due)
        if template is None:
            return due.content.encode(), "json"
        rendered = self._templates.render(template, json.loads(due.content))
        if rendered.content is None:
            raise Refused("; ".join(finding.message for finding in rendered.findings))
        return rendered.content, rendered.extension

    def write_answer(self, due: AnswerDue) -> bytes:
        """The bytes of an acknowledgment: the same for the same row."""
        return acknowledgment.write(due.answer, due.isa_number, due.gs_number, due.at)

    @contextmanager
    def leased(self, transmission: str, pause: Callable[[float], object] = time.sleep, patience: float = 30.0) -> Iterator[Lease]:
        """The lane of a transmission for what a person does with it, waited for while a worker has it. Raises Unavailable."""
        self.work.reclaim(self.owner_is_dead)
        waited = 0.0
        while not (leases := self.work.claim(f"{self.owner}/{self.ids.new()}", lane=lane_of(transmission))):
            if waited >= patience:
                raise Unavailable(f"transmission {transmission} is being worked on; try again in a moment")
            pause(0.05)
            waited += 0.05
        try:
            yield leases[0]
        finally:
            self.work.close(leases[0])

    def close(self) -> None:
        """Finish what is being written and let go of the files."""
        if "database" in self.__dict__:
            self.database.close()
        self._ways.close()
        for one in (*self._connectors.all(), *self._inboxes.all(), *self._outboxes.all()):
            closed(one)

    @cached_property
    def _templates(self) -> Templates:
        return Templates(self.library)

    @cached_property
    def _deliveries(self) -> Callable[[str], list[dict[str, Any]]]:
        """What archived terms say of deliveries; they never change."""
        return lru_cache(256)(lambda terms: json.loads(b"".join(self.archive.open(terms)))["deliveries"])

    def _template(self, due: DeliveryDue) -> str | None:
        if due.terms is None:
            return None
        for delivery in self._deliveries(due.terms):
            if delivery["destination"] == due.destination:
                name: str | None = delivery["templates"].get(due.document_type, delivery["template"])
                return name
        return None

    @cached_property
    def _ways(self) -> Ways:
        return Ways(self.settings.project, self.settings.data, self.settings.drops, self._secret)

    def drop(self, owner: str) -> Rooms:
        """The folders of a drop, by the partner or connection that declares it."""
        return self._ways.rooms(owner)

    def trial_inbox(self, channel: Channel) -> Inbox:
        """The folder `test` of a drop, whose files are only looked at."""
        return self._ways.trial_inbox(channel)

    def accounts(self) -> dict[str, Account]:
        """Who may log in to which drop today, by user."""
        return accounts(self.catalog().channels("in"), self.drop)

    def _source(self, name: str, it: Destination) -> Inbox:
        """What a system of ours wants sent: a folder is taken as partners' are, tables and interfaces are asked."""
        if it.folder is not None and it.folder.wants is not None:
            return self._ways.inbox(Channel(f"us/{name}", "in", "folder", {"path": it.folder.wants, "pattern": "*.json"}, (), None, US))
        return Wanted(f"us/{name}", self.connectors[name], SqlSource(self.database, self.clock))

    def _secret(self, reference: str) -> str:
        return read_secret(reference, self.settings.project)

    def names(self) -> Names:
        """Who is who, for reports that people read."""
        catalog = self.catalog()
        us = catalog.us
        contacts = tuple(" ".join(part for part in (c.name, c.email, c.phone) if part) for c in us.contacts) if us is not None else ()
        partners = {name: partner.profile.name for name, partner in catalog.partners.items()}
        return Names(us.name if us is not None else "us", contacts, partners)


def wanting(catalog: Catalog) -> Iterator[tuple[str, Destination]]:
    """Our own systems that leave documents to be sent."""
    for name, it in catalog.us.destinations.items() if catalog.us is not None else ():
        folder, tables, rest = it.folder, it.database, it.rest
        if (folder is not None and folder.wants) or (tables is not None and tables.collect) or (rest is not None and rest.read is not None):
            yield name, it


def closed(thing: object) -> None:
    """Let go of what a thing holds open."""
    if hasattr(thing, "close"):
        thing.close()


def open_gateway(project: Path, **given: Any) -> Gateway:
    """The gateway of a project folder."""
    return Gateway(settings(project), given=given)


def in_memory(project: Path, **given: Any) -> Gateway:
    """A gateway that forgets: for tests and for trying things out."""
    return Gateway(Settings(project, None), given=given)
