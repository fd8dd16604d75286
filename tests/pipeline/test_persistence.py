"""How often, and after which waits, sending is tried again: as the partner's profile says, for documents and for answers."""

from datetime import timedelta

import pytest

from gateway.ports import Unavailable
from gateway.profiles.partner import Resilience
from gateway.worker.backoff import USUAL, patience, wait
from tests.pipeline.out_world import ACME, OutWorld, order
from tests.pipeline.world import file_of
from tests.pipeline.world import order as an_order

TERMS = """
resilience: {attempts: 3, first_wait: 1m, longest_wait: 2m, pause_after: 2, pause: 1h}
we_receive: [{set: "850", version: "004010"}]
we_send:"""


class Longest:
    def fraction(self):
        return 1.0


@pytest.fixture
def world(tmp_path):
    world = OutWorld(tmp_path, acme=ACME.replace("we_send:", TERMS))
    yield world
    world.close()


def failing(world, times):
    """The next tries to put anything fail; says how many there were."""
    tries = []
    good = world.outbox.put

    def put(name, chunks):
        tries.append(world.clock.now())
        if len(tries) <= times:
            raise Unavailable("connection refused")
        return good(name, chunks)

    world.outbox.put = put
    return tries


def test_an_interchange_is_tried_as_often_as_the_profile_says_then_waits_for_a_person(world):
    tries = failing(world, 100)
    world.leave(order())
    for _ in range(8):
        world.clock.move(hours=1)
        world.run()
    (held,) = world.held()
    assert (len(tries), held.verb, world.interchanges()[0][1]) == (3, "deliver", "quarantined")


def test_the_first_wait_is_the_profiles_and_after_failures_in_a_row_the_channel_rests(world):
    tries = failing(world, 2)
    world.leave(order("PO-1"))
    world.clock.move(seconds=25)
    world.run()
    assert len(tries) == 1  # a minute, or half of it at least
    world.clock.move(seconds=40)
    world.run()
    assert len(tries) == 2
    world.leave(order("PO-2"))
    world.clock.move(minutes=59)
    world.run()
    assert len(tries) == 2  # what came meanwhile rests too
    world.clock.move(minutes=2)
    world.run()
    assert list(world.outbox.files) == ["850_000000001.edi", "850_000000002.edi"]


def test_an_acknowledgment_is_tried_by_the_same_terms(world):
    tries = failing(world, 100)
    world.send(file_of(an_order()))
    for _ in range(8):
        world.clock.move(hours=1)
        world.run()
    assert (len(tries), [held.verb for held in world.held()]) == (3, ["acknowledge"])


def test_what_a_profile_does_not_say_is_as_usual():
    assert patience(Resilience()) == USUAL
    said = patience(Resilience(attempts=9, first_wait=timedelta(minutes=2), pause=timedelta(hours=3)))
    assert (said.tries, said.first, said.longest, said.tired, said.pause) == (9, 120.0, USUAL.longest, USUAL.tired, 10_800.0)


def test_waits_double_up_to_the_longest_and_are_never_less_than_asked_for():
    how = patience(Resilience(first_wait=timedelta(seconds=10), longest_wait=timedelta(seconds=35)))
    assert [wait(n, Longest(), None, how).total_seconds() for n in (1, 2, 3, 60)] == [10, 20, 35, 35]
    assert wait(1, Longest(), 90.0, how).total_seconds() == 90
