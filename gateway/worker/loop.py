"""The worker: claims lanes that are due, works their items in order, waits where something must wait."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from gateway import pipeline
from gateway.ports import Damaged, EdgeError, Fenced, HeldView, Inbox, NotReady, Unavailable
from gateway.records import Held, Item, Lease
from gateway.worker.backoff import CRASHES, wait
from gateway.worker.sending import Senders, acknowledge, deliver

IDLE = 0.5
"""Seconds between looks for work when there is none."""


class Queue(Protocol):
    """What the loop asks of the queue beside the Work port: polls are put and hurried by it."""

    def poll(self, channel: str, after: timedelta | None = None) -> None: ...
    def hurry(self, kind: str) -> None: ...
    def reclaim(self, dead: Callable[[str], bool]) -> int: ...


class Edges(Senders, pipeline.Edges, Protocol):
    """Everything a worker needs; `wiring.Gateway` has it."""

    @property
    def queue(self) -> Queue: ...
    @property
    def inboxes(self) -> Mapping[str, Inbox]: ...
    @property
    def view(self) -> HeldView: ...
    @property
    def quarantined(self) -> Callable[[], list[Held]]: ...
    @property
    def every(self) -> timedelta: ...
    @property
    def owner(self) -> str: ...
    @property
    def owner_is_dead(self) -> Callable[[str], bool]: ...


@dataclass(slots=True)
class Worker:
    """Works what is due, one lane after another; several workers of one journal share it by leases."""

    edges: Edges
    worked: int = 0
    """Items tried so far."""

    def begin(self) -> None:
        """Take back what dead processes of this machine held, and see that every inbox is polled."""
        self.edges.queue.reclaim(self.edges.owner_is_dead)
        for channel in self.edges.inboxes:
            self.edges.queue.poll(channel)

    def run_until_idle(self, poll: bool = True, pause: Callable[[float], object] | None = None, looks: int = 20) -> int:
        """Work until nothing is due; says how many items were tried.

        With `poll` every inbox is looked at, and, where `pause` can wait, again while something in it is not settled
        (a file that another look alone may find finished).
        """
        before = self.worked
        self.begin()
        if poll:
            self.edges.queue.hurry("poll")
        while self.step():
            pass
        for _ in range(looks if poll and pause is not None else 0):
            if not any(getattr(inbox, "unsettled", 0) for inbox in self.edges.inboxes.values()):
                break
            assert pause is not None
            pause(IDLE)
            self.edges.queue.hurry("poll")
            while self.step():
                pass
        return self.worked - before

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop; the item at hand is finished first."""
        self.begin()
        while not stop.is_set():
            try:
                found = self.step(stop)
            except Unavailable:  # the journal's disk is full or locked: nothing is taken until it is back
                found = False
            if not found:
                stop.wait(IDLE)

    def step(self, stop: threading.Event | None = None) -> bool:
        """Work one lane that is due; False where there is none."""
        leases = self.edges.work.claim(self.edges.owner)
        for lease in leases:
            self.work_lane(lease, stop)
        return bool(leases)

    def work_lane(self, lease: Lease, stop: threading.Event | None = None) -> None:
        """Work a lane's items until one must wait; a lease that was lost ends it, whoever took over goes on."""
        try:
            while stop is None or not stop.is_set():
                item = self.edges.work.next(lease)
                if item is None or not self._try(lease, item):
                    break
            self.edges.work.close(lease)
        except Fenced:
            return

    def _try(self, lease: Lease, item: Item) -> bool:
        self.worked += 1
        if item.attempts > CRASHES and item.kind == "carry":
            return self._give_up(lease, item, f"it ended the process that carried it, {item.attempts - 1} times")
        try:
            return HANDLERS[item.kind](self.edges, lease, item)
        except Fenced:
            raise
        except Damaged as error:
            return self._give_up(lease, item, str(error))
        except EdgeError as error:
            asked = error.retry_after if isinstance(error, Unavailable) else None
            self.edges.work.later(lease, item, self.edges.clock.now() + wait(item.attempts, self.edges.chance, asked), str(error))
            return False
        except Exception as error:  # noqa: BLE001 our bug: this item is quarantined with the traceback, the others go on
            why = f"{type(error).__name__}: {error}"
            if item.attempts < CRASHES:
                self.edges.work.later(lease, item, self.edges.clock.now() + wait(item.attempts, self.edges.chance), why)
                return False
            return self._give_up(lease, item, why, traceback.format_exc())

    def _give_up(self, lease: Lease, item: Item, why: str, trace: str = "") -> bool:
        if item.kind == "carry":
            pipeline.give_up(self.edges, lease, item.subject, why, trace)
        elif item.kind == "deliver":
            self.edges.deliveries.refused(lease, item, self.edges.deliveries.delivery(item.subject), why)
            return True
        self.edges.work.park(lease, item, why)
        return True


def _carry(edges: Edges, lease: Lease, item: Item) -> bool:
    pipeline.inbound(edges, lease, item.subject)
    edges.work.done(lease, item)
    return True


def _poll(edges: Edges, lease: Lease, item: Item) -> bool:
    """Take everything an inbox offers; what is not ready or cannot be stored now stays with the partner."""
    inbox = edges.inboxes.get(item.subject)
    if inbox is None:
        edges.work.done(lease, item)
        return True
    for offered in inbox.list():
        try:
            pipeline.receive(edges, inbox, offered)
        except NotReady:
            continue
    edges.work.done(lease, item)
    edges.queue.poll(item.subject, edges.every)
    return True


def _show(edges: Edges, lease: Lease, item: Item) -> bool:
    edges.view.sync(edges.quarantined())
    edges.work.done(lease, item)
    return True


HANDLERS: dict[str, Callable[[Edges, Lease, Item], bool]] = {
    "carry": _carry,
    "deliver": deliver,
    "acknowledge": acknowledge,
    "poll": _poll,
    "quarantine-view": _show,
}
"""What is done for each kind of work: True where the lane may go on at once."""
