"""The service: workers side by side for taking, carrying, sending and showing, woken by commits and by watched folders."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from gateway.stores.sql import views
from gateway.transports.folder import FolderInbox
from gateway.transports.watch import Watch
from gateway.wiring import Gateway
from gateway.worker.loop import Tell, Worker, silent
from gateway.worker.trials import Trials

ROLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("take", ("poll",)),
    ("take", ("poll",)),
    ("carry", ("carry",)),
    ("send", ("deliver", "acknowledge", "send", "release", "chase")),
    ("send", ("deliver", "acknowledge", "send", "release", "chase")),
    ("show", ("quarantine-view",)),
)
"""One thread each: a mailbox or an ERP that hangs hinders nobody else's files."""
PATIENCE = 9.0
"""Seconds that the items at hand have to be finished when the service is told to stop; what is not done goes on at the next start."""
LOOK = 0.25
"""Seconds between looks for what happened, to be told."""
AROUND = 5.0
"""Seconds between looks at the profiles for channels that are new."""
GATHER = 0.1
"""Seconds in which changes of folders are gathered: a file that is being written changes all the time."""
AT_ONCE = 1000
TOLD = frozenset(
    (
        "channel",
        "name",
        "size",
        "interchange",
        "group",
        "form",
        "control_number",
        "destination",
        "reference",
        "state",
        "severity",
        "counter",
    )
)
"""Of an event's details those that are told; none holds what a document says."""


@dataclass(slots=True)
class Service:
    """Works until it is told to stop, and tells what happens: each event of the journal, whoever caused it."""

    gateway: Gateway
    tell: Tell = silent
    patience: float = PATIENCE
    threads: list[threading.Thread] = field(default_factory=list)
    """Those that work; they are gone after `run`, but for what was not finished in time."""
    _wakes: list[threading.Event] = field(default_factory=list)
    _told: int = 0
    _known: set[str] = field(default_factory=set)
    """The channels that are polled."""
    _watch: Watch = field(init=False)
    _unwatched: set[str] = field(default_factory=set)
    """Those of them whose folders cannot be watched; told once."""
    _changed: set[str] = field(default_factory=set)
    _heard: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._watch = Watch(self._dropped)

    def run(self, stop: threading.Event) -> bool:
        """Work until `stop` is set; says whether everything at hand was finished in time."""
        gateway = self.gateway
        # made once here: the threads must not each make their own
        gateway.edges, gateway.dispatch, gateway.sendings, gateway.work, gateway.view  # noqa: B018
        self._told = views.last_event(gateway.database)
        Worker(gateway).begin()
        gateway.database.committed.append(self._wake)
        self._known = set(gateway.inboxes)
        self._look_around()
        self._start(stop)
        self.tell("info", "at work", project=str(gateway.settings.project), inboxes=len(gateway.inboxes))
        try:
            while not stop.is_set():
                if self._heard.wait(LOOK):
                    stop.wait(GATHER)
                    self._hurry()
                self._report()
        finally:
            stop.set()
            self._wake()
            clean = self._join()
            self._watch.stop()
            self._report()
        return clean

    def _look_on(self, stop: threading.Event) -> None:
        """Look around every few seconds; in a thread of its own, for a mount that hangs holds up whoever looks at it."""
        while not stop.wait(AROUND):
            self._look_around()

    def _look_around(self) -> None:
        """Channels that were added to the profiles since are polled, and folders are watched as the profiles say today."""
        try:
            inboxes = self.gateway.inboxes
            for channel in sorted(inboxes.keys() - self._known):
                self.gateway.work.poll(channel)
                self.tell("info", "channel-added", channel=channel)
            self._known = set(inboxes)
            folders = (getattr(inbox, "inner", inbox) for inbox in inboxes.values())  # one that decrypts has the folder inside
            unwatched = set(self._watch.follow(folder for folder in folders if isinstance(folder, FolderInbox)))
            for channel in sorted(unwatched - self._unwatched):
                self.tell("warning", "not-watched", channel=channel, every=self.gateway.settings.every.total_seconds())
            self._unwatched = unwatched
        except Exception as error:  # noqa: BLE001 profiles that cannot be read now are those of a moment ago
            self.tell("warning", "profiles-unreadable", why=f"{type(error).__name__}: {error}")

    def _start(self, stop: threading.Event) -> None:
        for name, kinds in ROLES:
            worker = Worker(self.gateway, kinds=kinds, tell=self.tell)
            self._wakes.append(worker.wake)
            thread = threading.Thread(target=worker.run, args=(stop,), name=f"gateway-{name}", daemon=True)
            self.threads.append(thread)
            thread.start()
        for name, run in (("trials", Trials(self.gateway, self.tell).run), ("profiles", self._look_on)):
            thread = threading.Thread(target=run, args=(stop,), name=f"gateway-{name}", daemon=True)
            self.threads.append(thread)
            thread.start()

    def _join(self) -> bool:
        pause = threading.Event()
        for _ in range(int(self.patience / 0.05)):
            if not any(thread.is_alive() for thread in self.threads):
                return True
            pause.wait(0.05)
        for thread in self.threads:
            if thread.is_alive():
                self.tell("warning", "not-finished", worker=thread.name)
        return not any(thread.is_alive() for thread in self.threads)

    def _wake(self) -> None:
        for wake in self._wakes:
            wake.set()

    def _dropped(self, channel: str) -> None:
        """A watched folder changed: its inbox is looked at soon, once for all that is heard meanwhile."""
        self._changed.add(channel)
        self._heard.set()

    def _hurry(self) -> None:
        self._heard.clear()
        while self._changed:
            channel = self._changed.pop()
            try:
                self.gateway.work.hurry("poll", channel)
            except Exception as error:  # noqa: BLE001 the next look comes anyway
                self.tell("warning", "not-hurried", channel=channel, why=f"{type(error).__name__}: {error}")

    def _report(self) -> None:
        """Tell every event since the last look, in order."""
        while True:
            try:
                rows = views.events_after(self.gateway.database, self._told, AT_ONCE)
            except Exception as error:  # noqa: BLE001 a log that cannot be written now must not end the service
                self.tell("error", "journal-unreadable", why=f"{type(error).__name__}: {error}")
                return
            for row in rows:
                detail: dict[str, Any] = {key: value for key, value in (row["detail"] or {}).items() if key in TOLD and value is not None}
                facts = {key: row[key] for key in ("transmission", "document", "person") if row[key] is not None}
                self.tell(_level(row["what"], detail), row["what"], verb=row["verb"], **facts, **detail)
                self._told = row["id"]
            if len(rows) < AT_ONCE:
                return


_WARNED = ("held", "incomplete", "unreadable", "quarantined", "not-sent", "refused", "empty", "contradicting", "ambiguous")


def _level(what: str, detail: dict[str, Any]) -> str:
    return str(detail.get("severity") or ("warning" if any(word in what for word in _WARNED) else "info"))
