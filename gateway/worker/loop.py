"""The worker: claims lanes that are due, works their items in order, waits where something must wait."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from gateway import pipeline
from gateway.ports import Damaged, EdgeError, Fenced, Unavailable
from gateway.records import Carried, Item, Lease
from gateway.stores.sql import views
from gateway.stores.sql.journal import CARRY
from gateway.stores.sql.work import DEATHS
from gateway.wiring import Gateway
from gateway.worker.backoff import CRASHES, USUAL, wait
from gateway.worker.carrying import begin
from gateway.worker.leaving import chase, release, send
from gateway.worker.sending import Answers, Deliveries
from gateway.worker.taking import take_all

IDLE = 0.5
"""Seconds between looks for work when there is none."""


LOT = 25
"""Files carried together: so many are carried again at most after a kill."""
LONGEST_LOT = 10.0
"""Seconds after which no more of a lot are begun: large files are for other workers too, and leases end."""
BATCH = 100
"""Items of a lane before others have their turn."""
COALESCE = 0.02
"""Seconds in which wakes are gathered, so that a busy journal does not make idle workers look all the time."""
LONGEST_POLL = timedelta(minutes=1)
"""A mailbox that cannot be reached is tried again at least so often."""

BACKLOG = 200
"""Files of one channel that wait to be carried; more are taken when these are fewer."""
CARRYING = timedelta(seconds=0.25)
"""Until it is looked whether they are fewer."""
AGAIN = timedelta(seconds=0.5)
"""Until an inbox is looked at again in which something may just not be finished."""

Handler = Callable[[Gateway, Lease, Item], bool]

Tell = Callable[..., object]
"""Called with a level (info, warning, error), a word and facts: never what a document says."""


def silent(level: str, what: str, **facts: object) -> None:
    """Tells nobody."""


@dataclass(slots=True)
class Worker:
    """Works what is due, one lane after another; several workers of one journal share it by leases."""

    gateway: Gateway
    kinds: tuple[str, ...] | None = None
    """The kinds of work it does; None for all."""
    tell: Tell = silent
    wake: threading.Event = field(default_factory=threading.Event)
    """Set by whoever knows that there may be work."""
    worked: int = 0
    """Items tried so far."""

    def begin(self) -> None:
        """Take back what dead processes of this machine held, and see that every inbox is polled."""
        self.gateway.work.reclaim(self.gateway.owner_is_dead, self.after_deaths)
        for channel in self.gateway.inboxes:
            self.gateway.work.poll(channel)

    def run_until_idle(self, poll: bool = True, pause: Callable[[float], object] | None = None, looks: int = 20) -> int:
        """Work until nothing is due; says how many items were tried.

        With `poll` every inbox is looked at, and, where `pause` can wait, again while it asks for that soon (a file that
        another look alone may find finished, more than was taken at once); what was set back to let others go first is tried too.
        """
        before = self.worked
        self.begin()
        if poll:
            self.gateway.work.hurry("poll")
        self._drain()
        for _ in range(looks if poll and pause is not None else 0):
            if not self.gateway.work.soon("poll", AGAIN):
                break
            assert pause is not None
            pause(IDLE)
            self.gateway.work.hurry("poll")
            self._drain()
        if poll:
            self.gateway.work.hurry("carry")
            self._drain()
        return self.worked - before

    def _drain(self) -> None:
        while self.step():
            pass

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; the item at hand is finished first. Whatever fails, it goes on."""
        trouble = ""
        while not stop.is_set():
            try:
                found, said = self.gateway.work.waiting(self.kinds) and self.step(stop), ""
            except Unavailable as error:  # the journal's disk is full or locked: nothing is taken until it is back
                found, said = False, str(error)
            except Exception as error:  # noqa: BLE001 a worker that ended would be missed by nobody
                found, said = False, f"{type(error).__name__}: {error}"
            if said and said != trouble and not stop.is_set():
                self.tell("error", "worker-hindered", why=said)
            trouble = said
            if not found:
                stop.wait(COALESCE)
                self.wake.wait(IDLE)
                self.wake.clear()

    def step(self, stop: threading.Event | None = None) -> bool:
        """Carry what is due, else work one lane that is; False where there is none."""
        if self.kinds is None or CARRY in self.kinds:
            lot = self.gateway.journal.take(self.gateway.owner, LOT)
            if lot:
                self.carry(lot, stop)
                return True
        others = tuple(kind for kind in (self.kinds or LANES) if kind != CARRY)
        leases = self.gateway.work.claim(self.gateway.owner, others) if others else []
        for lease in leases:
            self.work_lane(lease, stop)
        return bool(leases)

    def carry(self, lot: list[tuple[Lease, Item, Carried]], stop: threading.Event | None = None) -> None:
        """Carry transmissions one after another while the journal commits those before together; each fails for itself.

        After a while, or when told to stop, those that were not begun are given back.
        """
        begun = []
        until = time.monotonic() + LONGEST_LOT
        for number, (lease, item, carried) in enumerate(lot):
            if number and (time.monotonic() > until or (stop is not None and stop.is_set())):
                with suppress(Fenced):
                    self.gateway.work.untried(lease, item)
                continue
            self.worked += 1
            with self._mended(lease, item):
                begun.append((lease, item, begin(self.gateway, lease, item, carried)))
        for lease, item, ended in begun:
            with self._mended(lease, item):
                ended()

    def work_lane(self, lease: Lease, stop: threading.Event | None = None) -> None:
        """Work a lane's items until one must wait or others have their turn; a lost lease ends it, whoever took over goes on."""
        lots = LOTS.get(lease.kind)
        lot = lots(self.gateway, lease) if lots is not None else None
        try:
            for _ in range(BATCH):
                if stop is not None and stop.is_set():
                    break
                item = self.gateway.work.next(lease) if lot is None else lot.next()
                if item is None or not self._try(lease, item, HANDLERS[item.kind] if lot is None else lot.work):
                    break
            if lot is not None:
                lot.finish()
            self.gateway.work.close(lease)
        except Fenced:
            return

    def _try(self, lease: Lease, item: Item, work: Handler) -> bool:
        self.worked += 1
        try:
            return work(self.gateway, lease, item)
        except Fenced:
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, the others go on
            return self._failed(lease, item, error)

    @contextmanager
    def _mended(self, lease: Lease, item: Item) -> Iterator[None]:
        """For a lane of one item: what fails is tried later or given up, and the lane given back; a lost one is left to who has it."""
        try:
            yield
        except Fenced:
            return
        except Exception as error:  # noqa: BLE001 whatever it is, the others go on
            with suppress(Fenced):
                self._failed(lease, item, error)
                self.gateway.work.close(lease)

    def _failed(self, lease: Lease, item: Item, error: Exception) -> bool:
        """Try an item later, or give it up; whether its lane may go on at once."""
        if isinstance(error, Damaged):
            return self._give_up(lease, item, str(error))
        if isinstance(error, EdgeError):
            if item.kind == CARRY and item.attempts >= USUAL.tries:
                return self._give_up(lease, item, f"{error}; given up after {item.attempts} tries")
            asked = error.retry_after if isinstance(error, Unavailable) else None
            pause = wait(item.attempts, self.gateway.chance, asked)
            self._later(lease, item, min(pause, LONGEST_POLL) if item.kind == "poll" and not asked else pause, str(error))
            return False
        why = f"{type(error).__name__}: {error}"  # our bug: this item is quarantined with the traceback
        if item.attempts - item.detail.get(DEATHS, 0) < CRASHES:
            self._later(lease, item, wait(item.attempts, self.gateway.chance), why)
            return False
        return self._give_up(lease, item, why, "".join(traceback.format_exception(error)))

    def after_deaths(self, deaths: int) -> timedelta:
        """Processes end for many reasons: one costs a file nothing, after the second the others have their turn first."""
        return wait(deaths - 1, self.gateway.chance) if deaths > 1 else timedelta()

    def _later(self, lease: Lease, item: Item, pause: timedelta, why: str) -> None:
        self.tell(
            "warning", "later", kind=item.kind, subject=item.subject, attempts=item.attempts, seconds=int(pause.total_seconds()), why=why
        )
        self.gateway.work.later(lease, item, self.gateway.clock.now() + pause, why)

    def _give_up(self, lease: Lease, item: Item, why: str, trace: str = "") -> bool:
        if item.kind == CARRY:
            pipeline.give_up(self.gateway.edges, lease, item.subject, why, trace)
        elif item.kind == "deliver":
            self.gateway.dispatch.refused(lease, item, self.gateway.dispatch.delivery(item.subject), why)
            return True
        elif item.kind == "acknowledge":
            self.gateway.dispatch.unsent(lease, item, self.gateway.dispatch.answer(item.subject), why)
            return True
        elif item.kind == "send":
            self.gateway.sendings.unsent(lease, item, self.gateway.sendings.outgoing(item.subject), why)
            return True
        self.gateway.work.park(lease, item, why)
        return True


def _poll(gateway: Gateway, lease: Lease, item: Item) -> bool:
    """Take everything an inbox offers; what is not ready or cannot be stored now stays with the partner."""
    inbox = gateway.inboxes.get(item.subject)
    if inbox is None:
        gateway.work.done(lease, item)
        return True
    room = BACKLOG - views.uncarried(gateway.database, item.subject)
    if room <= 0:  # what is carried in order of arrival must not leave a partner with one file behind thousands of another's
        gateway.work.done(lease, item)
        gateway.work.poll(item.subject, CARRYING)
        return True
    if hasattr(inbox, "room"):
        inbox.room = room
    offers = inbox.list()
    gateway.remarks.note(item.subject, getattr(inbox, "remarks", ()))
    taken = take_all(gateway, inbox, offers[:room])
    gateway.work.done(lease, item)
    # an inbox may have its own rhythm, and say that it offered only a part so that others have their turn
    more = taken > 0 and (len(offers) > room or getattr(inbox, "more", False))
    pause = timedelta() if more else getattr(inbox, "every", None) or gateway.settings.every
    if getattr(inbox, "unsettled", 0) or getattr(inbox, "hinted", False):  # what another look alone may find finished
        pause = min(pause, AGAIN)
    gateway.work.poll(item.subject, pause)
    return True


def _show(gateway: Gateway, lease: Lease, item: Item) -> bool:
    gateway.view.sync(gateway.quarantined())
    gateway.work.done(lease, item)
    return True


HANDLERS: dict[str, Handler] = {
    "poll": _poll,
    "quarantine-view": _show,
    "release": release,
    "send": send,
    "chase": chase,
}
"""What is done for each kind of work that does not come in lots: True where the lane may go on at once."""
LOTS: dict[str, type[Deliveries | Answers]] = {"deliver": Deliveries, "acknowledge": Answers}
"""What is worked several items at a time."""
LANES = (*HANDLERS, *LOTS)
"""The kinds of lanes that are worked one at a time."""
