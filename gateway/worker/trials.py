"""The folders `test` of drops: what is put there is checked against the partner's own profile, and a report laid beside it.

Nothing of it reaches the journal, the archive or the ERP: each file is carried in a journal that is forgotten.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from gateway import durable
from gateway.carriage.translating import Translator
from gateway.edi.finding import Halt
from gateway.exchange.trial_reports import Trial, Tried, trial_report
from gateway.formats.x12.check import check
from gateway.formats.x12.page import page
from gateway.ports import EdgeError, Inbox, NotReady, Offered, Receipt
from gateway.profiles.catalog import Catalog, Channel
from gateway.profiles.guide import Guides
from gateway.rehearsal import as_if_testing, rehearsed
from gateway.stores.archive import MemoryArchive
from gateway.stores.sql import views
from gateway.stores.sql.database import Database
from gateway.stores.sql.dispatch import SqlDispatch
from gateway.transports.drop.rooms import COLLECTED
from gateway.transports.pgp import Undecipherable
from gateway.transports.quarantine import QuarantineFolder
from gateway.transports.sftp.remembered import Remembered
from gateway.wiring import Gateway

EVERY = 2.0
"""Seconds between looks."""
AT_ONCE = 10
"""Files of one partner before others have their turn."""
LARGEST = 20_000_000
"""Bytes of a file that is tried; a test need not be larger."""
SHOWN_AS_PAGE = 2_000_000
"""Bytes of an X12 file of which a page is made too."""
REPORT, PAGE = ".report.txt", ".report.html"
LONGEST = 200

Tell = Callable[..., object]


@dataclass(slots=True)
class _LeftThere:
    """A folder from which files are taken and in which they stay."""

    folder: Inbox
    channel: str

    def list(self) -> list[Offered]:
        """What may be taken."""
        return self.folder.list()

    def take(self, offered: Offered) -> Iterator[bytes]:
        """The bytes."""
        return self.folder.take(offered)

    def settle(self, offered: Offered, receipt: Receipt) -> None:
        """Nothing: it is the partner's."""


@dataclass(slots=True)
class _Folder:
    """One partner's folder `test`, as the last looks saw it."""

    inbox: Inbox
    memory: Remembered | None
    done: set[str]


@dataclass(slots=True)
class Trials:
    """Looks into the folders `test` of all drops; keep one object as long as the service runs."""

    gateway: Gateway
    tell: Tell = lambda *_, **__: None
    _folders: dict[str, _Folder] = field(default_factory=dict)
    _translate: Translator | None = None

    def run(self, stop: threading.Event) -> None:
        """Look until told to stop; whatever fails, it goes on."""
        trouble = ""
        while not stop.wait(EVERY):
            try:
                self.look()
                trouble = ""
            except Exception as error:  # noqa: BLE001 a thread that ended would be missed by nobody
                said = f"{type(error).__name__}: {error}"
                if said != trouble:
                    self.tell("error", "trials-hindered", why=said)
                trouble = said

    def look_until_done(self, pause: Callable[[float], object], looks: int = 20) -> None:
        """Look until nothing waits, or long enough."""
        for _ in range(looks):
            if not self.look():
                return
            pause(0.5)

    def look(self) -> int:
        """One look into each folder; says how many files wait for another."""
        waiting = 0
        catalog = self.gateway.catalog()
        for channel in catalog.drops:
            waiting += self._look(channel, catalog)
        return waiting

    def _look(self, channel: Channel, catalog: Catalog) -> int:
        folder = self._folder(channel)
        try:
            offers = [offered for offered in folder.inbox.list() if not offered.name.endswith((REPORT, PAGE))]
        except EdgeError as error:
            self.tell("warning", "trial-folder", channel=channel.name, why=str(error))
            return 0
        there = {offered.identity for offered in offers}
        if not folder.done <= there:
            folder.done &= there
            if folder.memory is not None:
                folder.memory.keep(folder.done)
        due = [offered for offered in offers if offered.identity not in folder.done]
        for offered in due[:AT_ONCE]:
            try:
                self._try(folder.inbox, channel, catalog, offered)
            except NotReady:
                continue
            except (EdgeError, OSError) as error:
                self.tell("warning", "trial-without-report", channel=channel.name, name=offered.name, why=str(error))
            folder.done.add(offered.identity)
            if folder.memory is not None:
                folder.memory.add(offered.identity)
        return len(due[AT_ONCE:]) + int(getattr(folder.inbox, "unsettled", 0))

    def _folder(self, channel: Channel) -> _Folder:
        if channel.name not in self._folders:
            data = self.gateway.settings.data
            memory = None if data is None else Remembered(data / "remembered" / f"test-{channel.owner}")
            self._folders[channel.name] = _Folder(self.gateway.trial_inbox(channel), memory, memory.load() if memory is not None else set())
        return self._folders[channel.name]

    def _try(self, inbox: Inbox, channel: Channel, catalog: Catalog, offered: Offered) -> None:
        """Check one file and lay the report beside it."""
        text = trial_report(self._trial(inbox, channel, catalog, offered))
        assert isinstance(offered.handle, bytes)
        name = os.fsdecode(offered.handle[:LONGEST])
        with durable.opened(self.gateway.drop(channel.owner).room("test")) as folder:
            durable.write_over(folder, name + REPORT, [text.encode()], lasting=False, mode=COLLECTED)
            if (shown := self._page(inbox, catalog, offered)) is not None:
                durable.write_over(folder, name + PAGE, [shown], lasting=False, mode=COLLECTED)
        self.tell("info", "trial", channel=channel.name, name=offered.name, size=offered.size)

    def _trial(self, inbox: Inbox, channel: Channel, catalog: Catalog, offered: Offered) -> Trial:
        gateway = self.gateway
        us = catalog.us
        names = gateway.names()
        at = gateway.clock.now().strftime("%Y-%m-%d %H:%M UTC")
        partner = catalog.partners[channel.partner] if channel.partner is not None else None
        said = Trial(
            our_name=us.name if us is not None else "us",
            partner=partner.profile.name if partner is not None else channel.owner,
            file=offered.name,
            at=at,
            terms="production" if partner is None or partner.profile.status == "production" else "testing",
            contacts=names.contacts,
        )
        if (offered.size or 0) > LARGEST:
            return replace(said, problem=f"it has {offered.size} bytes; a file that is only tried may have {LARGEST}")
        if self._translate is None:
            self._translate = Translator(lambda: gateway.second_opinion)
        edges = replace(gateway.edges, catalog=lambda: as_if_testing(catalog, channel))
        left = _LeftThere(inbox, channel.name)
        try:
            with rehearsed(edges, self._translate, left, offered, channel.partner) as (database, archive, transmission):
                return _seen(said, database, archive, transmission, gateway)
        except Undecipherable as error:
            return replace(said, problem=str(error))

    def _page(self, inbox: Inbox, catalog: Catalog, offered: Offered) -> bytes | None:
        """The file as a page in which each finding stands under its segment, where it is X12."""
        if not 0 < (offered.size or 0) <= SHOWN_AS_PAGE:
            return None
        try:
            content = b"".join(inbox.take(offered))
        except Undecipherable:
            return None
        if b"ISA" not in content[:1024]:
            return None
        guides = Guides(catalog.library)
        return "".join(page(offered.name, check(iter([content]), guides, whole=True), guides)).encode("utf-8", "replace")


def _seen(said: Trial, database: Database, archive: MemoryArchive, transmission: str, gateway: Gateway) -> Trial:
    """The trial with what the forgetful journal holds."""
    facts = views.transmission_of(database, transmission)
    rejected = tuple(row["id"] for row in facts["documents"] if row["state"] == "rejected")
    held = views.quarantined(database)
    held += views.quarantined(database, ids=rejected, rejected=True) if rejected else []
    texts = QuarantineFolder(gateway.settings.project, archive, gateway.names)
    return replace(
        said,
        documents=[_document(row) for row in facts["documents"]],
        reports=[texts.text(one) for one in held if one.kind != "acknowledgment"],
        answers=[*_answers(database, facts, gateway)],
        problem="" if facts["documents"] or held else f"it was read as {facts['state']}",
    )


def _document(row: dict[str, Any]) -> Tried:
    key = str(row["business_key"] or "").split("|")[0]
    number = str(row["control_number"] or "") if str(row["set_id"]).isdigit() else ""
    held = None if row["held_at"] is None else str(row["held_at"])
    return Tried(str(row["set_id"] or ""), number, str(row["document_type"] or ""), key, str(row["verdict"]), held)


def _answers(database: Database, facts: dict[str, Any], gateway: Gateway) -> Iterator[str]:
    dispatch = SqlDispatch(database, gateway.clock)
    for row in facts["acknowledgments"]:
        try:
            yield gateway.write_answer(dispatch.answer(row["id"])).decode("latin-1")
        except (Halt, LookupError):
            continue
