"""What partners answer to what we sent: accepted, refused with their reasons at our own segments, or overdue."""

import pytest

from gateway.stores.sql import views
from tests.pipeline.out_world import ACME, OutWorld, answer_997, order
from tests.pipeline.world import group, interchange


@pytest.fixture
def world(tmp_path):
    world = OutWorld(tmp_path)
    yield world
    world.close()


def answered(world, *answers, number="000000009"):
    world.send(interchange(group(*answers, functional="FA"), number=number), f"{number}.edi")


def states(world):
    return [state for _, _, sets in world.interchanges() for state in sets]


def test_a_997_that_accepts_closes_what_it_answers(world):
    world.leave(order())
    world.leave(order("PO-2"))
    answered(world, answer_997("1", ("0001", "A")))
    assert states(world) == ["accepted", "awaited"]
    (row,) = views.received_answers(world.gateway.database)
    assert (row["outcome"], row["acknowledgment"], len(row["outgoing"])) == ("matched", None, 26)
    assert world.held() == []


def test_a_997_that_refuses_holds_the_document_with_its_reasons_at_our_segments(world):
    world.leave(order())
    notes = ["AK3*PO1*5**8", "AK4*3*355*7*EA"]
    answered(world, answer_997("1", ("0001", "R", *notes), verdict="R"))
    (held,) = world.held()
    assert (held.verb, held.business_key, states(world)) == ("acknowledge", "PO-1", ["rejected"])
    refused, objection = held.findings
    assert refused["message"] == "850 0001 was rejected by the partner: 997 R"
    assert (objection["segment"], objection["segment_position"], objection["element"], objection["value"]) == ("PO1", 5, 3, "EA")
    assert objection["message"] == "The partner's 997 objects: the value is none of his codes"


def test_of_a_group_some_of_whose_sets_are_refused_only_those_are_held(world):
    world.leave(order("PO-1"), order("PO-2"), order("PO-3"))
    answered(world, answer_997("1", ("0001", "A"), ("0002", "R"), ("0003", "E"), verdict="P"))
    assert states(world) == ["accepted", "rejected", "accepted"]
    assert [held.business_key for held in world.held()] == ["PO-2"]
    assert "one or more segments are wrong" in world.held()[0].findings[1]["message"]


def test_a_997_that_names_only_what_it_refuses_accepts_the_others(world):
    world.leave(order("PO-1"), order("PO-2"), order("PO-3"))
    only = ["ST*997*0001", "AK1*PO*1", "AK2*850*0002", "AK5*R*5", "AK9*P*3*3*2", "SE*6*0001"]
    answered(world, only)
    assert states(world) == ["accepted", "rejected", "accepted"]


def test_what_a_partial_997_leaves_open_is_closed_by_another_or_becomes_overdue(world):
    world.leave(order("PO-1"), order("PO-2"))
    answered(world, ["ST*997*0001", "AK1*PO*1", "AK9*P*2*2*1", "SE*4*0001"])
    assert states(world) == ["awaited", "awaited"]
    answered(world, answer_997("1", ("0001", "A"), ("0002", "R"), verdict="P"), number="000000010")
    assert states(world) == ["accepted", "rejected"]
    world.leave(order("PO-3"), order("PO-4"))
    answered(world, ["ST*997*0001", "AK1*PO*2", "AK9*P*2*2*1", "SE*4*0001"], number="000000011")
    world.clock.move(hours=5)
    world.run()
    assert states(world)[2:] == ["overdue", "overdue"]


def test_a_ta1_that_refuses_the_interchange_refuses_all_its_sets(world):
    world.leave(order("PO-1"), order("PO-2"))
    isa, iea = interchange(number="000000009").decode().splitlines()
    world.send(f"{isa}\nTA1*000000001*260304*0506*R*022~\n{iea}\n".encode())
    assert states(world) == ["rejected", "rejected"]
    assert {held.findings[0]["message"] for held in world.held()} == {"Interchange 000000001 was rejected by the partner: TA1 R 022"}


def test_a_ta1_that_accepts_leaves_the_997_awaited(world):
    world.leave(order())
    isa, iea = interchange(number="000000009").decode().splitlines()
    world.send(f"{isa}\nTA1*000000001*260304*0506*A*000~\n{iea}\n".encode())
    assert (states(world), world.held()) == (["awaited"], [])


def test_the_first_answer_stands_until_a_person_decides(world):
    world.leave(order())
    answered(world, answer_997("1", ("0001", "A")))
    answered(world, answer_997("1", ("0001", "R"), verdict="R"), number="000000010")
    assert (states(world), world.held()) == (["accepted"], [])
    assert [row["outcome"] for row in views.received_answers(world.gateway.database)] == ["contradicting", "matched"]


def test_an_answer_that_does_not_come_is_overdue_and_still_closes_when_it_comes(world):
    world.leave(order())
    world.clock.move(hours=3, minutes=59)
    world.run()
    assert states(world) == ["awaited"]
    world.clock.move(minutes=2)
    world.run()
    assert states(world) == ["overdue"]
    answered(world, answer_997("1", ("0001", "A")))
    assert states(world) == ["accepted"]


def test_an_answered_interchange_is_never_overdue(world):
    world.leave(order())
    answered(world, answer_997("1", ("0001", "A")))
    world.clock.move(days=3)
    world.run()
    assert states(world) == ["accepted"]


def test_where_it_is_agreed_the_same_bytes_go_once_more_when_the_answer_is_overdue(tmp_path):
    world = OutWorld(tmp_path, acme=ACME.replace("within: 4h", "within: 4h, then: resend"))
    world.leave(order())
    (before,) = world.outbox.files.items()
    world.outbox.files.clear()
    world.clock.move(hours=5)
    world.run()
    assert (dict([before]), states(world)) == (world.outbox.files, ["awaited"])
    world.outbox.files.clear()
    world.clock.move(hours=5)
    world.run()
    assert (world.outbox.files, states(world)) == ({}, ["overdue"])
    world.close()


def test_an_answer_that_comes_before_we_have_noted_that_we_sent_closes_too(world):
    from tests.stores.journal_rig import Killed

    world.leave(order(), run=False)
    world.fault.arm("sent-off:after")
    with pytest.raises(Killed):
        world.run()
    world.reopen()
    world.drop(interchange(group(answer_997("1", ("0001", "A")), functional="FA"), number="000000009"), "quick.edi")
    world.clock.move(minutes=10)
    world.run()
    assert states(world) == ["accepted"]
    assert world.documents()[0] == ("PO-1", "done", None)
