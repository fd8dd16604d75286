"""Answers that cannot be sent, and those that are sent only where it is agreed: TA1 025, a receiver that is not ours."""

import pytest

from gateway.ports import Refused, Unavailable
from gateway.stores.sql import views
from tests.pipeline.world import FILES, World, file_of, order


def with_terms(tmp_path, text):
    return World(tmp_path, FILES | {"partner_profiles/acme.yaml": FILES["partner_profiles/acme.yaml"] + text})


def taken(world):
    """The name of the first answer is taken by something else."""
    world.outbox.files["997_000000001.edi"] = b"somebody else's"


def test_an_answer_whose_name_is_taken_waits_for_a_person_and_is_sent_again_with_the_same_bytes(world):
    taken(world)
    world.send(file_of(order()))
    (held,) = world.held()
    (row,) = views.acknowledgments(world.gateway.database)
    assert (held.kind, held.verb, held.partner, held.id) == ("acknowledgment", "acknowledge", "acme", row["id"])
    assert (held.findings[0]["code"], held.address, row["state"]) == ("not-sent", row["address"], "quarantined")
    made = b"".join(world.gateway.archive.open(row["address"]))
    del world.outbox.files["997_000000001.edi"]
    assert world.reprocess(held).became == ("owed",)
    assert (world.outbox.files, world.held()) == ({"997_000000001.edi": made}, [])


def test_while_its_name_is_taken_the_next_answers_go_out(world):
    taken(world)
    world.send(file_of(order()))
    world.send(file_of(order("PO-2"), number="000000002"))
    assert "997_000000002.edi" in world.outbox.files


def test_sending_it_again_twice_is_once(world):
    taken(world)
    world.send(file_of(order()))
    (held,) = world.held()
    del world.outbox.files["997_000000001.edi"]
    world.reprocess(held)
    assert world.reprocess(held).became == ()


def test_an_answer_that_can_never_be_sent_ends_with_a_person(world):
    world.outbox.put = lambda name, chunks: (_ for _ in ()).throw(Unavailable("no route"))
    world.send(file_of(order()))
    for _ in range(60):
        world.clock.move(hours=2)
        world.run()
    (held,) = world.held()
    assert "given up after 60 tries" in held.findings[0]["message"]


def test_a_discarded_answer_has_its_number_explained(world):
    taken(world)
    world.send(file_of(order()))
    (held,) = world.held()
    assert world.discard(held, "Ann", "told by telephone")
    assert world.held() == []
    with world.gateway.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT n, reason, person FROM void_number").all()
    assert rows == [(1, "told by telephone", "Ann")]


def test_what_the_erp_refuses_says_why_where_it_is_held(world):
    world.erp.trouble.append(Refused("no such customer"))
    world.send(file_of(order()))
    (held,) = world.held()
    assert [found["message"] for found in held.findings] == ["Was not delivered to 'erp': no such customer"]


@pytest.mark.parametrize("policy", ["answer_again", "ta1_025", "silent"])
def test_the_same_bytes_again_are_answered_as_agreed(tmp_path, policy):
    world = with_terms(tmp_path, f"duplicates: {{same_bytes: {policy}}}\n")
    world.send(file_of(order()))
    first = dict(world.outbox.files)
    world.outbox.files.clear()
    world.send(file_of(order()))
    said = world.verdicts()
    assert said == {"answer_again": [["AK5*A", "AK9*A*1*1*1"]], "ta1_025": [["TA1*000000001*260304*0506*R*025"]], "silent": []}[policy]
    assert (world.outbox.files == first) == (policy == "answer_again")
    assert world.erp.requests == ["acme/purchase_order/PO-1/"]
    world.close()


def test_a_number_used_again_is_held_and_answered_025_where_that_is_agreed(tmp_path):
    world = with_terms(tmp_path, "duplicates: {same_bytes: ta1_025}\n")
    world.send(file_of(order("PO-1")))
    world.send(file_of(order("PO-2")))
    assert world.verdicts()[1:] == [["TA1*000000001*260304*0506*R*025"]]
    assert world.summaries() == ["1 delivered", "interchange held at parse"]
    world.close()


@pytest.mark.parametrize(("written", "note"), [(b"ZZ*ELSEWHERE      ", "009"), (b"01*HARBOR         ", "007")])
def test_a_receiver_that_is_not_ours_is_refused_by_a_ta1_where_it_is_asked_for(world, written, note):
    world.send(file_of(order(), isa14="1").replace(b"ZZ*HARBOR         ", written))
    assert world.verdicts() == [[f"TA1*000000001*260304*0506*R*{note}"]]
    assert (world.posted(), world.summaries()) == ([], ["interchange held at detect"])


def test_a_receiver_that_is_not_ours_is_not_answered_unasked_or_on_an_unknown_channel(world):
    data = file_of(order()).replace(b"ZZ*HARBOR         ", b"ZZ*ELSEWHERE      ")
    world.send(data)
    world.inbox.channel = "nobody/in/1"
    world.gateway.given["inboxes"] = {"nobody/in/1": world.inbox}
    world.reopen()
    world.send(data.replace(b"*0*P*>", b"*1*P*>"))
    assert world.answers() == {}


def test_numbers_that_jump_are_told_or_held_as_agreed_and_a_person_lets_them_pass(tmp_path):
    world = with_terms(tmp_path, "control_numbers: {order: hold}\n")
    for number in ("000000001", "000000004", "000000002"):
        world.send(file_of(order(f"PO-{int(number)}"), number=number))
    (held,) = world.held()
    assert (held.interchange_control_number, held.findings[-1]["code"]) == ("000000004", "control-number-gap")
    assert world.posted() == ["PO-1", "PO-2"]
    world.reprocess(held)
    world.send(file_of(order("PO-5"), number="000000005"))
    assert (world.posted(), world.held()) == (["PO-1", "PO-2", "PO-4", "PO-5"], [])
    world.close()


def test_numbers_that_go_back_are_only_told_where_a_warning_is_agreed(tmp_path):
    world = with_terms(tmp_path, "control_numbers: {order: warn}\n")
    for number in ("000000007", "000000003"):
        world.send(file_of(order(f"PO-{int(number)}"), number=number))
    newest = views.transmissions(world.gateway.database)[0]["id"]
    said = [found["code"] for found in views.transmission_of(world.gateway.database, newest)["findings"]]
    assert (world.posted(), said) == (["PO-7", "PO-3"], ["control-number-back"])
    world.close()
