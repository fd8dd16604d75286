"""The process is killed before and after every durable step; opened again from its files it ends where it would have ended."""

import pytest

from tests.pipeline.world import ACME, FILES, World, file_of, group, interchange, order
from tests.stores.journal_rig import Killed

ADVISED = FILES | {"partner_profiles/acme.yaml": ACME + "answer: {advice: business}\n"}
"""He is told in 824s of what is held, so that every kind of answer is owed."""

BATCH = 3
"""Documents written together: one of the files is written in several transactions, the others in one each."""


def day(world):
    """Files of every kind, dropped at once."""
    bad = ["ST*850*0002", "PO1*1*5*EA*2", "SE*3*0002"]
    unknown_unit = order("PO-3", "0003", segments=["PO1*9*1*ZZ*1"])
    world.drop(interchange(group(order("PO-1"), bad, unknown_unit, number="1"), group(order("PO-4"), number="2"), isa14="1"), "a.edi")
    world.drop(file_of(order("PO-5"), number="000000002", sender="STRANGER"), "b.edi")
    world.drop(b"\xff\xd8\xff\xe0JFIF", "c.edi")
    world.drop(interchange(group(order("PO-6")), number="000000003", end=False), "d.edi")
    world.drop(file_of(order("PO-1", "0009"), number="000000004"), "e.edi")


def settled(world):
    """Work until nothing is due, reopening after each kill; the day goes on while it does."""
    for _ in range(50):
        try:
            world.run()
            return
        except Killed:
            world.reopen()
    raise AssertionError("it never came to rest")


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """The same day without a kill: the points passed, and the end."""
    world = World(tmp_path_factory.mktemp("quiet"), ADVISED, batch=BATCH)
    day(world)
    world.run()
    result = list(world.fault.passed), world.outcome()
    world.close()
    return result


POINTS = [
    "archive-sync:before", "archive-sync:after", "archive-rename:after", "archive-folder-sync:after", "receive:before",
    "settle:before", "settle:after", "write:before", "finish:before",
    "commit:before", "commit:after", "sending:before", "sending:after", "posted:after", "delivered:before", "delivered:after",
    "written:before", "put:after", "sent:before",
]  # fmt: skip


def test_every_point_that_is_passed_is_killed_at(quiet):
    assert set(quiet[0]) == set(POINTS)


def converges(folder, quiet, point, times):
    expected = quiet[1]
    for time in times:
        world = World(folder / str(time), ADVISED, batch=BATCH)
        try:
            day(world)
            world.fault.arm(point, time)
            settled(world)
            assert world.outcome() == expected, f"{point}, passing {time}"
        finally:
            world.close()


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_step_converges(tmp_path, quiet, point):
    times = quiet[0].count(point)
    converges(tmp_path, quiet, point, (1, times // 2, times) if point.startswith("commit") else (times,))


@pytest.mark.campaign
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_every_passing_of_every_step_converges(tmp_path, quiet, point):
    converges(tmp_path, quiet, point, range(1, quiet[0].count(point) + 1))


def test_a_kill_during_the_recovery_from_a_kill_converges(tmp_path, quiet):
    for first, second in (
        ("settle:after", "write:before"),
        ("finish:before", "posted:after"),
        ("commit:before", "commit:before"),
        ("posted:after", "sending:after"),
        ("put:after", "sent:before"),
    ):
        world = World(tmp_path / f"{first}-{second}".replace(":", "-"), ADVISED, batch=BATCH)
        try:
            day(world)
            world.fault.arm(first)
            with pytest.raises(Killed):
                world.run()
            world.reopen()
            world.fault.arm(second)
            settled(world)
            assert world.outcome() == quiet[1], f"{first}, then {second}"
        finally:
            world.close()


def test_running_again_and_again_changes_nothing(tmp_path, quiet):
    world = World(tmp_path, ADVISED, batch=BATCH)
    day(world)
    for _ in range(3):
        settled(world)
        world.reopen()
    assert world.outcome() == quiet[1]
    world.close()
