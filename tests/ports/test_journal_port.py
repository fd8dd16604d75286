"""What the journal promises, in a file and in memory: received once, staged, released once, answered once, fenced."""

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from gateway.ports import Fenced
from gateway.stores.sql import tables, views
from tests.stores.journal_rig import Rig, a_finding, a_group, a_release, an_answer


@pytest.fixture(params=["file", "memory"])
def rig(request, tmp_path):
    rig = Rig(tmp_path / "journal.sqlite" if request.param == "file" else None)
    yield rig
    rig.database.close()


def states(rig):
    return [row["state"] for row in reversed(views.documents(rig.database))]


def answers(rig):
    return [(row["form"], row["state"], row["isa_number"]) for row in reversed(views.acknowledgments(rig.database))]


def open_work(rig, kind):
    question = select(func.count()).where(tables.work.c.kind == kind, tables.work.c.state == "open")
    return rig.database.read(lambda connection: connection.execute(question).scalar_one())


def test_the_same_arrival_is_received_once(rig):
    first = rig.receive(identity="same")
    again = rig.receive(identity="same")
    assert (again.transmission, first.fresh, again.fresh) == (first.transmission, True, False)
    assert open_work(rig, "carry") == 1


def test_the_same_bytes_at_another_time_are_another_transmission(rig):
    assert rig.receive().transmission != rig.receive().transmission


def test_a_name_that_is_not_unicode_is_recorded(rig):
    receipt = rig.receive(name="x\udcff.edi")
    assert views.transmission_of(rig.database, receipt.transmission)["name"] == "x\\udcff.edi"


def test_good_held_and_refused_sets_of_one_interchange_part_ways(rig):
    documents = [rig.staged(1), rig.staged(2, held_at="map", findings=(a_finding(),)), rig.staged(3, verdict="R", held_at="validate")]
    assert rig.carry(rig.receive(), documents) == ("released", "read")
    assert states(rig) == ["waiting", "quarantined", "rejected"]
    assert open_work(rig, "deliver") == 1
    assert views.transmissions(rig.database)[0]["summary"] == "1 waiting, 1 rejected, 1 quarantined at map"


def test_a_refused_group_is_refused_whole(rig):
    documents = [rig.staged(1, group=1), rig.staged(2, group=2)]
    release = a_release(groups=(a_group(1, "R"), a_group(2)), answers=(an_answer(1), an_answer(2)))
    rig.carry(rig.receive(), documents, release)
    assert states(rig) == ["rejected", "waiting"]


def test_an_incomplete_interchange_is_never_released_nor_answered(rig):
    assert rig.carry(rig.receive(), [rig.staged()], a_release(complete=False)) == ("incomplete", "incomplete")
    assert (states(rig), answers(rig)) == ([], [])


def test_an_interchange_refused_by_its_envelope_releases_nothing_but_its_ta1(rig):
    release = a_release(accepted=False, ta1="R", answers=(an_answer(0, "TA1"),))
    assert rig.carry(rig.receive(), [rig.staged()], release)[0] == "refused"
    assert (states(rig), answers(rig)) == ([], [("TA1", "owed", 1)])


def test_an_unknown_partner_is_held_without_answer_and_goes_on_later(rig):
    receipt = rig.receive()
    assert rig.carry(receipt, [], a_release(held=a_finding("unknown-partner"), answers=(), groups=()))[0] == "held"
    (held,) = views.quarantined(rig.database)
    assert (held.kind, held.verb, held.findings[0]["code"]) == ("interchange", "detect", "unknown-partner")
    assert answers(rig) == []
    assert rig.carry(receipt, [rig.staged()]) == ("released", "read")
    assert (states(rig), answers(rig), views.quarantined(rig.database)) == (["waiting"], [("997", "owed", 1)], [])


def test_releasing_again_changes_nothing(rig):
    receipt = rig.receive()
    rig.carry(receipt, [rig.staged()])
    rig.carry(receipt, [rig.staged()])
    assert (states(rig), answers(rig), open_work(rig, "deliver")) == (["waiting"], [("997", "owed", 1)], 1)


def test_an_answer_is_owed_once_even_if_something_tries_twice(rig):
    receipt = rig.receive()
    rig.carry(receipt, [rig.staged()])
    statement = text(
        "INSERT INTO acknowledgment SELECT 'other', transmission, interchange, functional_group, advice, form, state, answer, channel, partner, isa_counter, isa_number, gs_number, at, name, address, sent_name, sent_at, why FROM acknowledgment"
    )
    with pytest.raises(IntegrityError):
        rig.database.write(lambda connection: connection.execute(statement))


def test_what_a_broken_run_staged_is_gone_when_it_begins_again(rig):
    receipt = rig.receive()
    lease = rig.lease(receipt.transmission)
    rig.journal.write(lease, receipt.transmission, [rig.staged(1, findings=(a_finding(),)), rig.staged(2)])
    rig.work.close(lease)
    rig.carry(receipt, [rig.staged(1)])
    assert states(rig) == ["waiting"]


def test_the_same_bytes_again_are_a_duplicate_linked_to_the_first(rig):
    first = rig.receive()
    rig.carry(first, [rig.staged()])
    second = rig.receive()
    assert rig.carry(second, [rig.staged()]) == ("duplicate", "duplicate")
    assert views.transmission_of(rig.database, second.transmission)["duplicate_of"] == first.transmission
    assert (states(rig), len(answers(rig))) == (["waiting"], 1)


def test_the_same_bytes_after_a_refused_first_are_new(rig):
    refused = a_release(accepted=False, ta1="R", answers=(an_answer(0, "TA1"),))
    rig.carry(rig.receive(), [], refused)
    assert rig.carry(rig.receive(), [rig.staged()])[0] == "released"


def test_the_same_bytes_after_a_first_whose_groups_were_all_rejected_are_new(rig):
    rig.carry(rig.receive(), [rig.staged(verdict="R", held_at="validate")], a_release(groups=(a_group(verdict="R"),)))
    assert rig.carry(rig.receive(), [rig.staged()])[0] == "released"


def test_the_same_bytes_after_an_incomplete_first_are_new(rig):
    rig.carry(rig.receive(), [], a_release(complete=False))
    assert rig.carry(rig.receive(), [rig.staged()])[0] == "released"


def test_the_same_bytes_while_the_first_is_held_are_a_duplicate_without_answer(rig):
    rig.carry(rig.receive(), [], a_release(held=a_finding(), answers=(), groups=()))
    assert rig.carry(rig.receive(), [], a_release(held=a_finding(), answers=(), groups=()))[0] == "duplicate"
    assert answers(rig) == []


def test_one_interchange_twice_in_a_file_is_released_once(rig):
    receipt = rig.receive()
    lease = rig.lease(receipt.transmission)
    for number in (1, 2):
        rig.journal.write(lease, receipt.transmission, [rig.staged(interchange=number)])
        [state] = rig.journal.write(lease, receipt.transmission, [a_release(number)])
    assert state == "duplicate"
    assert rig.journal.finish(lease, receipt.transmission, [], "x12").result() == "read"


@pytest.mark.parametrize(("policy", "expected"), [("hold", "held"), ("warn", "released"), ("off", "released")])
def test_the_same_number_with_other_bytes_is_as_the_agreement_says(rig, policy, expected):
    rig.carry(rig.receive(), [rig.staged(1)])
    release = a_release(sha="b" * 64, policy=policy)
    assert rig.carry(rig.receive(b"other"), [rig.staged(2)], release)[0] == expected


def test_the_same_number_after_the_window_is_new(rig):
    rig.carry(rig.receive(), [rig.staged(1)])
    rig.clock.move(days=91)
    since = rig.clock.now().replace(month=5)
    assert rig.carry(rig.receive(), [rig.staged(2)], a_release(sha="b" * 64, since=since))[0] == "released"


def test_the_same_order_in_another_file_is_a_duplicate_document(rig):
    rig.carry(rig.receive(), [rig.staged(1, key="PO-1")])
    rig.carry(rig.receive(), [rig.staged(1, key="PO-1"), rig.staged(2)], a_release(sha="b" * 64, control_number="2"))
    assert states(rig) == ["waiting", "duplicate", "waiting"]
    assert open_work(rig, "deliver") == 2


def test_the_same_order_number_with_other_content_waits_for_a_person(rig):
    rig.carry(rig.receive(), [rig.staged(1, key="PO-1")])
    rig.carry(
        rig.receive(), [rig.staged(1, key="PO-1", content='{"number":"PO-1","lines":[]}')], a_release(sha="b" * 64, control_number="2")
    )
    (held,) = views.quarantined(rig.database)
    assert (states(rig), held.verb, [found["code"] for found in held.findings]) == (
        ["waiting", "quarantined"],
        "check",
        ["document-conflicting"],
    )


def test_the_same_order_twice_in_one_interchange_has_one_effect(rig):
    rig.carry(rig.receive(), [rig.staged(1, key="PO-1"), rig.staged(2, key="PO-1")])
    assert states(rig) == ["waiting", "duplicate"]


def test_what_another_transmission_has_only_staged_hinders_nobody(rig):
    other = rig.receive()
    lease = rig.lease(other.transmission)
    rig.journal.write(lease, other.transmission, [rig.staged(1, key="PO-1")])
    rig.carry(rig.receive(), [rig.staged(1, key="PO-1")])
    assert states(rig) == ["waiting"]


def test_a_document_that_only_informs_or_has_no_destination_is_done(rig):
    rig.carry(rig.receive(), [rig.staged(1, posts=False), rig.staged(2, destinations=())])
    assert (states(rig), open_work(rig, "deliver")) == (["done", "done"], 0)


def test_numbers_follow_each_other_and_wrap_with_an_event(rig):
    rig.carry(rig.receive(), [rig.staged(1)])
    rig.carry(rig.receive(), [rig.staged(2)], a_release(sha="b" * 64, control_number="2"))
    counter = tables.counter
    rig.database.write(lambda connection: connection.execute(counter.update().where(counter.c.name == "isa/us/acme").values(n=999_999_999)))
    rig.carry(rig.receive(), [rig.staged(3)], a_release(sha="c" * 64, control_number="3"))
    assert [number for _, _, number in answers(rig)] == [1, 2, 1]
    events = rig.database.read(lambda connection: connection.execute(select(tables.event.c.what)).scalars().all())
    assert events.count("counter-wrapped") == 1


def test_a_lost_lease_writes_nothing(rig):
    receipt = rig.receive()
    lease = rig.lease(receipt.transmission)
    rig.clock.move(minutes=6)
    taken_over = rig.lease(receipt.transmission)
    with pytest.raises(Fenced):
        rig.journal.write(lease, receipt.transmission, [rig.staged(1)])
    with pytest.raises(Fenced):
        rig.journal.write(lease, receipt.transmission, [a_release()])
    rig.journal.write(taken_over, receipt.transmission, [rig.staged(1)])


def test_a_leased_lane_is_not_claimed_by_another(rig):
    receipt = rig.receive()
    rig.lease(receipt.transmission)
    assert rig.work.claim("another") == []


def test_a_held_set_is_replaced_in_its_place_and_keeps_its_id(rig):
    receipt = rig.receive()
    rig.carry(receipt, [rig.staged(1, held_at="map", effect_key=None, content=None, findings=(a_finding(),))])
    (held,) = views.quarantined(rig.database)
    lease = rig.lease(receipt.transmission)
    assert rig.journal.replace(lease, held, [rig.staged(1)], None) == ["waiting"]
    assert rig.journal.replace(lease, held, [rig.staged(1)], None) == []
    assert views.document_of(rig.database, held.id)["findings"] == []
    assert (open_work(rig, "deliver"), views.quarantined(rig.database)) == (1, [])


def test_a_replaced_set_whose_order_came_by_another_way_is_a_duplicate(rig):
    receipt = rig.receive()
    rig.carry(receipt, [rig.staged(1, held_at="map", effect_key=None)])
    rig.carry(rig.receive(), [rig.staged(1)], a_release(sha="b" * 64, control_number="2"))
    (held,) = views.quarantined(rig.database)
    assert rig.journal.replace(rig.lease(receipt.transmission), held, [rig.staged(1)], None) == ["duplicate"]


def test_a_rejected_set_is_replaced_only_with_a_reason(rig):
    receipt = rig.receive()
    rig.carry(receipt, [rig.staged(1, verdict="R", held_at="validate")])
    (row,) = views.documents(rig.database)
    (held,) = views.quarantined(rig.database, ids=(row["id"],), rejected=True)
    lease = rig.lease(receipt.transmission)
    assert rig.journal.replace(lease, held, [rig.staged(1)], None) == []
    assert rig.journal.replace(lease, held, [rig.staged(1, verdict="R")], "agreed by telephone") == ["waiting"]


def test_discarding_wants_a_name_and_a_reason_and_ends_it(rig):
    receipt = rig.receive()
    rig.carry(receipt, [rig.staged(1, held_at="map")])
    (held,) = views.quarantined(rig.database)
    lease = rig.lease(receipt.transmission)
    for person, reason in (("", "why"), ("Ann", " ")):
        with pytest.raises(ValueError, match="name of a person and a reason"):
            rig.journal.discard(lease, held, person, reason)
    assert rig.journal.discard(lease, held, "Ann", "sent by mistake") is True
    assert rig.journal.discard(lease, held, "Ann", "sent by mistake") is False
    assert states(rig) == ["discarded"]
    assert views.document_of(rig.database, held.id)["events"][-1]["person"] == "Ann"


def test_events_are_never_changed_nor_removed(rig):
    rig.receive()
    for statement in ("UPDATE event SET what = 'x'", "DELETE FROM event"):
        with pytest.raises(IntegrityError, match="never"):
            rig.database.write(lambda connection, statement=statement: connection.exec_driver_sql(statement))
