"""Carry: one transmission of a lot, from its archived bytes to the journal, which makes it durable together with others."""

from __future__ import annotations

from collections.abc import Callable

from gateway import pipeline
from gateway.ports import Damaged
from gateway.records import Carried, Item, Lease
from gateway.stores.sql.work import DEATHS
from gateway.wiring import Gateway
from gateway.worker.backoff import MOST_DEATHS
from gateway.worker.refusals import report_refused, reported


def begin(gateway: Gateway, lease: Lease, item: Item, carried: Carried) -> Callable[[], object]:
    """Carry it, and say what is left to do: wait until it is durable, and what must follow that.

    Raises Damaged where process after process has ended with it.
    """
    if (deaths := item.detail.get(DEATHS, 0)) >= MOST_DEATHS:
        raise Damaged(f"{deaths} processes ended while they carried it")
    if carried.direction == "our":
        pipeline.outbound(gateway.edges, lease, carried)
    elif not reported(gateway.catalog(), carried.channel):
        return pipeline.inbound(gateway.edges, lease, carried, item=item).result
    else:
        pipeline.inbound(gateway.edges, lease, carried).result()
        report_refused(gateway, carried.id)

    def ended() -> None:
        gateway.work.done(lease, item)
        gateway.work.close(lease)

    return ended
