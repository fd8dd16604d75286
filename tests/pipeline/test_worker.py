"""The worker: what waits, what is tried again, what ends with a person; nothing is lost and nobody else waits."""

import threading

from sqlalchemy import select

from gateway.ports import NotReady, OutcomeUnknown, Unavailable
from gateway.stores.sql import tables, views
from gateway.stores.sql.work import Due
from gateway.worker.loop import Worker
from tests.pipeline.world import file_of, order
from tests.stores.journal_rig import Killed, Rig


def test_an_erp_that_is_down_gets_everything_in_order_afterwards(world):
    world.erp.trouble += [Unavailable("connection refused")] * 3
    world.send(file_of(order("PO-1"), order("PO-2", "0002"), order("PO-3", "0003")))
    assert (world.posted(), len(world.answers())) == ([], 1)
    for _ in range(3):
        world.clock.move(hours=1)
        world.run()
    assert world.posted() == ["PO-1", "PO-2", "PO-3"]


def test_while_it_is_down_only_the_first_of_a_lane_is_tried(world):
    world.erp.trouble += [Unavailable("connection refused")] * 3
    world.send(file_of(order("PO-1"), order("PO-2", "0002")))
    assert world.erp.requests == ["acme/purchase_order/PO-1/"]


def test_waits_grow_and_what_the_other_side_asks_for_is_kept(world):
    world.erp.trouble += [Unavailable("busy", retry_after=600)]
    world.send(file_of(order()))
    world.clock.move(minutes=9)
    world.run()
    assert world.posted() == []
    world.clock.move(minutes=2)
    world.run()
    assert world.posted() == ["PO-1"]


def test_a_lost_reply_is_asked_for_and_never_posted_again(world):
    world.erp.trouble, world.erp.after = [OutcomeUnknown("timeout")], True
    world.send(file_of(order()))
    assert world.documents() == [("PO-1", "waiting", None)]
    world.clock.move(hours=1)
    world.run()
    assert (world.erp.requests, world.documents()) == (["acme/purchase_order/PO-1/"], [("PO-1", "done", None)])


def test_an_outcome_that_stays_unknown_while_nobody_can_be_asked_stays_unknown(world):
    world.erp.trouble, world.erp.after = [OutcomeUnknown("timeout")], True
    world.send(file_of(order()))
    finds = world.erp.find
    world.erp.find = lambda key: (_ for _ in ()).throw(Unavailable("still down"))
    world.clock.move(hours=1)
    world.run()
    (row,) = views.documents(world.gateway.database)
    (delivery,) = views.document_of(world.gateway.database, row["id"])["deliveries"]
    assert delivery["state"] == "outcome_unknown"
    world.erp.find = finds
    world.clock.move(hours=1)
    world.run()
    assert world.erp.requests == ["acme/purchase_order/PO-1/"]


def test_after_very_many_tries_a_person_is_asked(world):
    world.erp.trouble += [Unavailable("connection refused")] * 100
    world.send(file_of(order()))
    for _ in range(60):
        world.clock.move(hours=2)
        world.run()
    (held,) = world.held()
    assert (held.verb, world.documents()) == ("deliver", [("PO-1", "quarantined", "deliver")])


def test_a_file_on_which_the_gateway_itself_fails_ends_with_a_person_and_the_next_goes_on(world):
    good = world.gateway.given["translate"]

    def failing(catalog, terms, interchange, group, found):
        if "POISON" in found.segments[1]:
            raise ZeroDivisionError("our own mistake")
        return good(catalog, terms, interchange, group, found)

    world.translate = failing
    world.reopen()
    world.send(file_of(order("POISON")))
    world.send(file_of(order("PO-2"), number="000000002"))
    for _ in range(4):
        world.clock.move(hours=1)
        world.run()
    (held,) = world.held()
    assert (held.findings[0]["code"], "our own mistake" in held.findings[0]["message"]) == ("not-carried", True)
    assert world.posted() == ["PO-2"]


def dying(*known):
    raise Killed("segmentation fault, or somebody's kill -9")


def killed(world):
    """The process ends while it carries what is due first, and is started again."""
    mends, world.translate = world.translate, dying
    world.reopen()
    try:
        world.run()
    except Killed:
        return True
    finally:
        world.translate = mends
        world.reopen()
    return False


def test_a_file_that_ends_the_process_each_time_is_not_tried_for_ever(world):
    world.drop(file_of(order()))
    deaths = 0
    for _ in range(10):
        deaths += killed(world)
        world.clock.move(hours=1)
    assert deaths == 6
    (held,) = world.held()
    assert (held.findings[0]["code"], "6 processes ended while they carried it" in held.findings[0]["message"]) == ("not-carried", True)


def test_a_file_at_hand_whenever_the_process_was_killed_is_carried_in_the_end(world):
    world.drop(file_of(order("PO-1")))
    for _ in range(5):
        assert killed(world)
    world.run()
    assert (world.posted(), world.held()) == (["PO-1"], [])


def test_from_the_third_start_on_the_others_go_before_what_was_at_hand_when_the_process_ended(world):
    world.drop(file_of(order("PO-1")), "first.edi")
    assert [killed(world), killed(world)] == [True, True]
    world.drop(file_of(order("PO-2"), number="000000002"), "second.edi")
    world.run()
    assert world.posted() == ["PO-2", "PO-1"]


def test_processes_that_ended_on_other_machines_are_counted_when_their_leases_end(world):
    world.drop(file_of(order()))
    world.translate = dying
    deaths = 0
    for _ in range(10):
        world.gateway.close()
        world.open()
        try:
            world.run()
        except Killed:
            deaths += 1
        world.clock.move(hours=1)
    assert deaths == 6
    assert [held.findings[0]["code"] for held in world.held()] == ["not-carried"]


def test_told_to_stop_it_finishes_the_file_at_hand_and_gives_the_others_back(world):
    stop, good = threading.Event(), world.translate

    def stopping(*known):
        stop.set()
        return good(*known)

    world.translate = stopping
    world.reopen()
    for n in range(1, 5):
        world.drop(file_of(order(f"PO-{n}"), number=f"{n:09}"), f"{n}.edi")
    Worker(world.gateway, kinds=("poll",)).run_until_idle()
    assert world.worker.step(stop)
    assert world.summaries() == ["1 waiting", "received", "received", "received"]
    work = tables.work
    tried = select(work.c.attempts).where(work.c.kind == "carry").order_by(work.c.id)
    assert world.gateway.database.read(lambda connection: connection.execute(tried).scalars().all()) == [1, 0, 0, 0]
    world.run()
    assert world.posted() == ["PO-1", "PO-2", "PO-3", "PO-4"]


def test_an_archive_that_is_away_for_a_while_quarantines_nothing(world):
    world.drop(file_of(order("PO-1")))
    opens = world.gateway.archive.open
    world.gateway.archive.open = lambda address: (_ for _ in ()).throw(Unavailable("stale file handle"))
    for _ in range(8):
        world.run()
        world.clock.move(hours=1)
    world.gateway.archive.open = opens
    world.run()
    assert (world.posted(), world.held()) == (["PO-1"], [])


def test_a_file_that_changes_while_it_is_read_stays_and_is_taken_later(world):
    take = world.inbox.take
    world.inbox.take = lambda offered: (_ for _ in ()).throw(NotReady("it is growing"))
    world.send(file_of(order()))
    assert (world.posted(), world.summaries(), len(world.inbox.list())) == ([], [], 1)
    world.inbox.take = take
    world.run()
    assert world.posted() == ["PO-1"]


def test_an_answer_whose_channel_is_down_is_sent_later_with_the_same_bytes(world):
    put = world.outbox.put
    world.outbox.put = lambda name, chunks: (_ for _ in ()).throw(Unavailable("no route"))
    world.send(file_of(order()))
    (row,) = views.acknowledgments(world.gateway.database)
    assert (row["state"], world.posted()) == ("owed", ["PO-1"])
    world.outbox.put = put
    world.clock.move(hours=1)
    world.run()
    (row,) = views.acknowledgments(world.gateway.database)
    assert (row["state"], row["at"].hour) == ("sent", 5)


def test_a_mailbox_that_cannot_be_listed_does_not_hinder_others(world):
    listing = world.inbox.list
    world.inbox.list = lambda: (_ for _ in ()).throw(Unavailable("connection refused"))
    world.drop(file_of(order()))
    world.run()
    world.inbox.list = listing
    world.clock.move(hours=1)
    world.run()
    assert world.posted() == ["PO-1"]


def test_an_idle_gateway_is_idle(world):
    world.run()
    assert world.worker.step() is False


def test_a_long_lane_gives_others_their_turn(tmp_path):
    """FAULTS 22: what waits for one is not hindered by much that waits for another."""
    rig = Rig(tmp_path / "journal.sqlite")
    for number in range(150):
        rig.work.put(Due("deliver/erp/a", "deliver", f"a{number}/erp"))
    rig.clock.move(seconds=1)
    rig.work.put(Due("deliver/erp/b", "deliver", "b/erp"))
    rig.clock.move(seconds=1)
    (first,) = rig.work.claim("one")
    for _ in range(100):
        rig.work.done(first, rig.work.next(first))
    rig.work.close(first)
    rig.clock.move(seconds=1)
    turns = []
    for _ in range(2):
        turns += [lease.lane for lease in rig.work.claim("one")]
    rig.database.close()
    assert turns == ["deliver/erp/b", "deliver/erp/a"]


def test_of_a_busy_channel_no_more_is_taken_than_can_be_carried_soon(world, monkeypatch):
    monkeypatch.setattr("gateway.worker.loop.BACKLOG", 3)
    [inbox] = world.gateway.inboxes.values()
    for number in range(10):
        inbox.drop(f"{number}.edi", file_of(order(f"PO-{number}"), number=f"{number + 1:09d}"))
    Worker(world.gateway, kinds=("poll",)).run_until_idle()
    assert len(inbox.list()) == 7
    for _ in range(4):
        world.clock.move(seconds=1)
        world.run()
    assert (inbox.list(), len(world.posted())) == ([], 10)
