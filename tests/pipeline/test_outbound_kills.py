"""The process is killed before and after every durable step on the way out: one interchange each, under one number, none lost."""

import pytest
from sqlalchemy import select

from gateway.stores.sql import outgoing_views, tables
from tests.pipeline.out_world import ACME, OutWorld, answer_997, order
from tests.pipeline.world import group, interchange
from tests.stores.journal_rig import Killed

BATCHED = ACME.replace(
    '  - {set: "860", version: "004010", status: testing}',
    '  - {set: "846", version: "004010", envelope: {batch: {after: 15m, sets: 2}}}',
)
POINTS = [
    "leave:before", "leave:after", "depart:before", "depart:after", "enveloped:before", "enveloped:after", "sent-off:after", "left:before",
    "left:after", "overdue:before", "overdue:after", "archive-rename:after", "archive-folder-sync:after", "finish:before",
    "commit:before", "commit:after",
]  # fmt: skip
NOT_POLLED = tables.work.c.kind != "poll"


def stock(number):
    return {
        "document_type": "inventory_report",
        "schema_version": "1.0",
        "purpose": "original",
        "number": number,
        "kind": "seller_inventory_report",
        "date": "2026-03-01",
        "envelope": {"partner": "acme"},
        "lines": [
            {
                "ordinal": "1",
                "items": [{"scheme": "vendor_item", "value": "B-77"}],
                "quantities": [{"kind": "on_hand", "value": "5", "unit": "EA"}],
            }
        ],
    }


def again(world, step):
    """Do a step, reopening after each kill."""
    for _ in range(20):
        try:
            step()
            return
        except Killed:
            world.reopen()
    raise AssertionError("it never came to rest")


def day(world):
    """Orders, one of them held, reports that wait for each other, an answer that refuses one, an answer that never comes."""
    files = {"a": [order("PO-1"), order("PO-2")], "b": [order("PO-3"), {"document_type": "poem"}], "c": [stock("I-1")], "d": [stock("I-2")]}
    for key, documents in files.items():
        again(world, lambda key=key, documents=documents: world.leave(*documents, key=key))
        again(world, world.run)
    world.clock.move(minutes=20)
    again(world, world.run)
    world.drop(
        interchange(group(answer_997("1", ("0001", "A"), ("0002", "R"), verdict="P"), functional="FA"), number="000000009"), "997.edi"
    )
    again(world, world.run)
    world.clock.move(hours=5)
    again(world, world.run)


def outcome(world):
    """All that can be seen from outside, and every number that was taken."""
    rows = outgoing_views.interchanges(world.gateway.database)
    ask = world.gateway.database.read
    numbers = sorted((row["counter"], row["number"]) for row in rows)
    counters = ask(lambda connection: sorted(connection.execute(select(tables.counter.c.name, tables.counter.c.n)).all()))
    void = ask(lambda connection: len(connection.execute(select(tables.void_number)).all()))
    left = ask(lambda connection: connection.execute(select(tables.work.c.kind).where(tables.work.c.state != "done", NOT_POLLED)).all())
    assert left == [], "work was left, or given up"
    used = {name: sum(1 for counter, _ in numbers if counter == name) for name, _ in counters if name.startswith("isa")}
    assert all(used[name] == n for name, n in counters if name in used), "a number is neither used nor void"
    return (
        sorted(world.outbox.files.items()),
        sorted(world.documents()),
        sorted((row["name"], row["state"], tuple(one["state"] for one in row["sets"])) for row in rows),
        counters,
        void,
    )


@pytest.fixture(scope="module")
def quiet(tmp_path_factory):
    """The same day without a kill: the points passed, and the end."""
    world = OutWorld(tmp_path_factory.mktemp("quiet"), acme=BATCHED)
    day(world)
    result = list(world.fault.passed), outcome(world)
    world.close()
    return result


def test_the_quiet_day_ends_as_it_should(quiet):
    files, documents, interchanges, _, void = quiet[1]
    assert [name for name, _ in files] == ["846_000000003.edi", "850_000000001.edi", "850_000000002.edi"]
    assert sorted((state, held) for _, state, held in documents) == [
        ("done", None), ("done", None), ("done", None), ("done", None), ("done", None), ("quarantined", "acknowledge"), ("quarantined", "parse"),
    ]  # fmt: skip
    assert [states for _, _, states in interchanges] == [("sent", "sent"), ("accepted", "rejected"), ("overdue",)]
    assert void == 0
    assert set(POINTS) <= set(quiet[0])


def converges(folder, quiet, point, times):
    for time in times:
        world = OutWorld(folder / str(time), acme=BATCHED)
        try:
            world.fault.arm(point, time)
            day(world)
            assert outcome(world) == quiet[1], f"{point}, passing {time}"
        finally:
            world.close()


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_step_on_the_way_out_converges(tmp_path, quiet, point):
    converges(tmp_path, quiet, point, [(quiet[0].count(point) + 1) // 2])


@pytest.mark.campaign
@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_every_passing_of_every_step_on_the_way_out_converges(tmp_path, quiet, point):
    converges(tmp_path, quiet, point, range(1, quiet[0].count(point) + 1))
