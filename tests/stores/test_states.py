"""States change only as the one table says; whatever else is tried changes nothing."""

import itertools

import pytest
from sqlalchemy import select

from gateway.edi.states import TRANSITIONS, before, may_follow
from gateway.stores.sql import tables
from gateway.stores.sql.moving import move
from tests.stores.journal_rig import Rig


def test_what_may_follow_is_told_both_ways():
    for kind, table in TRANSITIONS.items():
        states = {*table, *itertools.chain.from_iterable(table.values())}
        for one, other in itertools.product(states, states):
            assert (one in before(kind, other)) == may_follow(kind, one, other)


@pytest.mark.parametrize("state", ["received", "read", "duplicate", "unreadable", "incomplete", "empty", "discarded"])
@pytest.mark.parametrize("after", ["received", "read", "duplicate", "unreadable", "incomplete", "empty", "discarded"])
def test_a_transmission_moves_only_as_the_table_says(state, after):
    rig = Rig()
    receipt = rig.receive()
    table = tables.transmission
    rig.database.write(lambda connection: connection.execute(table.update().values(state=state)))
    moved = rig.database.write(lambda connection: move(connection, table, after, table.c.id == receipt.transmission))
    (now,) = rig.database.read(lambda connection: connection.execute(select(table.c.state)).scalars().all())
    assert (moved, now) == ((1, after) if may_follow("transmission", state, after) else (0, state))
    rig.database.close()
