"""Files carried in lots: made durable together, and yet each fails, waits and is taken over for itself."""

import pytest

from gateway.stores.sql import tables
from tests.pipeline.world import World, file_of, order
from tests.stores.journal_rig import Killed

COUNT = 30
"""More than one lot."""


def many(world, trouble=()):
    for number in range(1, COUNT + 1):
        world.drop(file_of(order("TROUBLE" if number in trouble else f"PO-{number}"), number=f"{number:09d}"), f"{number:02d}.edi")


def troubled(world, error):
    """A translator of which one order asks too much."""
    translate = world.translate

    def picky(catalog, terms, interchange, group, found):
        if any("TROUBLE" in segment for segment in found.segments):
            raise error
        return translate(catalog, terms, interchange, group, found)

    world.given["translate"] = picky
    world.reopen()


def attempts(world):
    question = tables.work.select().where(tables.work.c.kind == "carry").order_by(tables.work.c.id)
    return [row.attempts for row in world.gateway.database.read(lambda connection: connection.execute(question).all())]


def test_all_of_several_lots_are_carried_in_the_order_they_came(world):
    many(world)
    world.run()
    assert world.posted() == [f"PO-{number}" for number in range(1, COUNT + 1)]
    assert attempts(world) == [1] * COUNT


def test_one_that_breaks_the_program_leaves_the_others_of_its_lot(tmp_path):
    world = World(tmp_path)
    troubled(world, RuntimeError("our bug"))
    many(world, trouble=(3,))
    world.run()
    assert world.posted() == [f"PO-{number}" for number in range(1, COUNT + 1) if number != 3]
    for _ in range(3):
        world.clock.move(hours=1)
        world.run()
    (held,) = world.held()
    assert (held.kind, held.file, held.findings[0]["code"]) == ("transmission", "03.edi", "not-carried")
    world.close()


def test_a_process_that_ends_within_a_lot_costs_the_others_of_it_nothing(tmp_path):
    world = World(tmp_path)
    troubled(world, Killed("out of memory"))
    many(world, trouble=(2,))
    deaths = 0
    for _ in range(20):
        try:
            world.run()
            break
        except Killed:
            deaths += 1
            world.reopen()
    assert deaths == 6
    (held,) = world.held()
    assert (held.file, held.findings[0]["code"]) == ("02.edi", "not-carried")
    assert sorted(world.posted()) == sorted(f"PO-{number}" for number in range(1, COUNT + 1) if number != 2)
    world.close()


def test_a_lot_that_another_worker_took_over_writes_nothing(world):
    many(world)
    world.worker.begin()
    taken = []
    carried = world.gateway.journal.take

    def overtaken(owner, limit):
        lot = carried(owner, limit)
        if not taken:
            taken.extend(lot)
            world.gateway.work.reclaim(lambda owner: True)
        return lot

    world.gateway.journal.take = overtaken
    world.run()
    assert world.posted() == [f"PO-{number}" for number in range(1, COUNT + 1)]
    assert len(taken) > 1


@pytest.mark.parametrize("time", [1, 12, COUNT])
def test_a_kill_before_files_are_settled_takes_none_of_them_twice(world, time):
    many(world)
    world.fault.arm("settle:before", time)
    with pytest.raises(Killed):
        world.run()
    world.reopen()
    world.run()
    assert sorted(world.posted()) == sorted(f"PO-{number}" for number in range(1, COUNT + 1))
    assert world.inbox.list() == []
