"""Deliveries in lots: taken together, posted in order, recorded together; nothing twice, nothing that looks tried and was not."""

import threading

import pytest

from gateway.ports import Refused, Unavailable
from gateway.stores.sql import tables, views
from tests.pipeline.world import file_of, order
from tests.stores.journal_rig import Killed

COUNT = 60


def many(world):
    world.drop(file_of(*(order(f"PO-{n}", f"{n:04d}") for n in range(1, COUNT + 1))))


def keys(last=COUNT):
    return [f"acme/purchase_order/PO-{n}/" for n in range(1, last + 1)]


def deliveries(world):
    """State of each delivery, and the tries counted of its item."""
    question = tables.work.select().where(tables.work.c.kind == "deliver").order_by(tables.work.c.id)
    items = world.gateway.database.read(lambda connection: connection.execute(question).all())
    states = {
        row["id"]: views.document_of(world.gateway.database, row["id"])["deliveries"][0]["state"]
        for row in views.documents(world.gateway.database)
    }
    return [(states[item.subject.partition("/")[0]], item.attempts) for item in items]


def test_a_long_lane_is_posted_in_order(world):
    many(world)
    world.run()
    assert (world.erp.requests, world.summaries()) == (keys(), [f"{COUNT} delivered"])


@pytest.mark.parametrize("time", [1, 7, 25, 26, 60])
def test_a_kill_within_a_lot_asks_and_never_posts_again(world, time):
    many(world)
    world.fault.arm("posted:after", time)
    with pytest.raises(Killed):
        world.run()
    world.reopen()
    world.run()
    assert (world.erp.requests, world.summaries()) == (keys(), [f"{COUNT} delivered"])


def test_what_stands_behind_one_that_must_wait_was_not_tried(world):
    world.erp.trouble += [Unavailable("connection refused")]
    many(world)
    world.run()
    assert deliveries(world) == [("due", 1)] + [("due", 0)] * (COUNT - 1)
    world.clock.move(hours=1)
    world.run()
    assert world.erp.requests == [keys()[0], *keys()]


def test_one_that_is_refused_within_a_lot_leaves_the_others(world):
    create, refused = world.erp.create, []

    def picky(posting):
        if posting.business_key == "PO-5":
            refused.append(posting.business_key)
            raise Refused("no such customer")
        return create(posting)

    world.erp.create = picky
    many(world)
    world.run()
    assert (refused, len(world.posted()), [one.business_key for one in world.held()]) == (["PO-5"], COUNT - 1, ["PO-5"])


def test_told_to_stop_within_a_lot_it_records_what_was_posted_and_gives_back_the_rest(world):
    stop, create = threading.Event(), world.erp.create

    def stopping(posting):
        if posting.business_key == "PO-3":
            stop.set()
        return create(posting)

    world.erp.create = stopping
    many(world)
    world.worker.begin()
    while not stop.is_set():
        world.worker.step(stop)
    assert deliveries(world) == [("delivered", 1)] * 3 + [("due", 0)] * (COUNT - 3)
    world.run()
    assert world.erp.requests == keys()


def test_a_lot_taken_over_by_another_worker_is_asked_for_and_posted_once(world):
    create = world.erp.create

    def overtaken(posting):
        reference = create(posting)
        if posting.business_key == "PO-2":
            world.gateway.work.reclaim(lambda owner: True)
        return reference

    world.erp.create = overtaken
    many(world)
    world.run()
    assert world.erp.requests == keys()
    assert world.summaries() == [f"{COUNT} delivered"]
