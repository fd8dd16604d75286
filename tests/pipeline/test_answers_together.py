"""Acknowledgments in lots: sent in order, recorded together; one that must wait leaves those behind it untried."""

import pytest

from gateway.ports import Refused, Unavailable
from gateway.stores.sql import tables
from tests.pipeline.world import file_of, order
from tests.stores.journal_rig import Killed

COUNT = 30


def many(world):
    for number in range(1, COUNT + 1):
        world.drop(file_of(order(f"PO-{number}"), number=f"{number:09d}"), f"{number:02d}.edi")


def items(world):
    question = tables.work.select().where(tables.work.c.kind == "acknowledge").order_by(tables.work.c.id)
    return [(row.state, row.attempts) for row in world.gateway.database.read(lambda connection: connection.execute(question).all())]


def names(last=COUNT):
    return [f"997_{number:09d}.edi" for number in range(1, last + 1)]


def test_every_one_is_sent_once_in_order(world):
    many(world)
    world.run()
    assert list(world.outbox.files) == names()
    assert items(world) == [("done", 1)] * COUNT


def test_what_stands_behind_one_that_must_wait_was_not_tried(world):
    put, trouble = world.outbox.put, [Unavailable("connection refused")]

    def busy(name, chunks):
        if name == names()[2] and trouble:
            raise trouble.pop()
        return put(name, chunks)

    world.outbox.put = busy
    many(world)
    world.run()
    assert items(world) == [("done", 1)] * 2 + [("open", 1)] + [("open", 0)] * (COUNT - 3)
    world.clock.move(hours=1)
    world.run()
    assert list(world.outbox.files) == names()


def test_one_that_is_refused_leaves_the_others(world):
    put = world.outbox.put

    def picky(name, chunks):
        if name == names()[1]:
            raise Refused("the name is taken")
        return put(name, chunks)

    world.outbox.put = picky
    many(world)
    world.run()
    assert sorted(world.outbox.files) == [name for name in names() if name != names()[1]]
    assert [(held.kind, held.verb) for held in world.held()] == [("acknowledgment", "acknowledge")]


@pytest.mark.parametrize("time", [1, 24, COUNT])
def test_a_kill_within_a_lot_sends_the_same_bytes_under_the_same_names(world, time):
    many(world)
    world.fault.arm("put:after", time)
    with pytest.raises(Killed):
        world.run()
    before = dict(world.outbox.files)
    world.reopen()
    world.run()
    assert sorted(world.outbox.files) == names()
    assert before.items() <= world.outbox.files.items()
    assert {state for state, _ in items(world)} == {"done"}
