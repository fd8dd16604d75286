"""What partners answer us: matched to what we sent, listed, and never answered."""

import pytest

from gateway.carriage.translating import Translator
from gateway.stores.sql import views
from tests.pipeline.world import FILES, World, file_of, group, interchange, order

GUIDES = ("997", "elements", "segments", "codes")


@pytest.fixture
def files(clone):
    folder = "mappings/guides/x12/004010"
    return FILES | {f"{folder}/{name}.yaml": (clone / folder / f"{name}.yaml").read_text() for name in GUIDES}


@pytest.fixture
def world(tmp_path, files):
    """Orders by the small translator, answers by the real one."""
    world = World(tmp_path, files)
    small, real = world.translate, Translator()

    def translate(catalog, terms, interchange, group, found):
        return (real if found.id == "997" else small)(catalog, terms, interchange, group, found)

    world.translate = translate
    world.reopen()
    yield world
    world.close()


def answer(functional="FA", number="1", verdict="A", control="0001", ak5="A"):
    body = [f"ST*997*{control}", f"AK1*{functional}*{number}", "AK2*997*0001", f"AK5*{ak5}", f"AK9*{verdict}*1*1*1"]
    return [*body, f"SE*{len(body) + 1}*{control}"]


def answers_of(*sets, number="000000009", isa14="0"):
    return interchange(group(*sets, functional="FA"), number=number, isa14=isa14)


def ta1(control_number="000000001", verdict="A", note="000", number="000000009"):
    isa, iea = interchange(number=number).decode().splitlines()
    return "\n".join([isa, f"TA1*{control_number}*260304*0506*{verdict}*{note}~", iea, ""]).encode()


def received(world):
    """(form, number answered, verdict, outcome), in the order received."""
    rows = reversed(views.received_answers(world.gateway.database))
    return [(row["form"], row["control_number"], row["verdict"], row["outcome"]) for row in rows]


def findings(world):
    """Codes of the newest transmission's own findings."""
    newest = views.transmissions(world.gateway.database)[0]["id"]
    return [found["code"] for found in views.transmission_of(world.gateway.database, newest)["findings"]]


def test_an_answer_to_nothing_of_ours_is_listed_and_not_answered(world):
    world.send(answers_of(answer("PO", "77")))
    assert received(world) == [("997", "77", "A", "unmatched")]
    assert (world.answers(), findings(world), world.held()) == ({}, ["answer-unmatched"], [])
    assert world.summaries() == ["1 done"]


def test_a_997_for_our_997_is_matched_and_never_answered(world):
    world.send(file_of(order()))
    world.send(answers_of(answer("FA", "1")))
    assert received(world) == [("997", "1", "A", "matched")]
    assert len(world.answers()) == 1


def test_the_same_answer_twice_is_told_and_changes_nothing(world):
    world.send(file_of(order()))
    world.send(answers_of(answer("FA", "1")))
    world.send(answers_of(answer("FA", "1"), number="000000010"))
    world.send(answers_of(answer("FA", "1", verdict="R", ak5="R"), number="000000011"))
    assert [outcome for *_, outcome in received(world)] == ["matched", "repeated", "contradicting"]
    assert findings(world) == ["answer-contradicting"]


def test_the_same_bytes_of_answers_again_are_one_answer(world):
    for _ in range(2):
        world.send(answers_of(answer("PO", "77")))
    assert (len(received(world)), world.summaries()) == (1, ["1 done", "interchange duplicate"])


def test_several_answers_in_one_group_are_each_listed(world):
    world.send(file_of(order()))
    world.send(answers_of(answer("FA", "1"), answer("PO", "5", control="0002")))
    assert received(world) == [("997", "1", "A", "matched"), ("997", "5", "A", "unmatched")]


def test_a_ta1_for_our_interchange_is_matched_and_its_refusal_is_told(world):
    world.send(file_of(order()))
    world.send(ta1(verdict="R", note="022"))
    assert received(world) == [("TA1", "000000001", "R", "matched")]
    assert (findings(world), len(world.answers())) == (["rejected-by-partner"], 1)


def test_a_ta1_for_nothing_of_ours_is_listed_and_never_answered(world):
    world.send(ta1("000000042").replace(b"*0*P*>", b"*1*P*>"))
    assert (received(world), world.answers()) == ([("TA1", "000000042", "A", "unmatched")], {})


def test_answers_that_ask_for_a_ta1_get_it_and_nothing_else(world):
    world.send(answers_of(answer("PO", "77"), isa14="1"))
    assert world.verdicts() == [["TA1*000000009*260304*0506*A*000"]]


def test_an_answer_that_does_not_say_what_it_answers_waits_for_a_person(world):
    world.send(answers_of(["ST*997*0001", "AK9*A*1*1*1", "SE*3*0001"]))
    (held,) = world.held()
    assert (held.verb, held.verdict, held.findings[-1]["code"]) == ("validate", "", "answer-unreadable")
    assert (received(world), world.answers()) == ([], {})


def test_an_answer_with_a_fault_beside_its_meaning_counts(world):
    world.send(answers_of([segment.replace("AK5*A", "AK5*A*9999") for segment in answer("PO", "77")]))
    assert (received(world), world.held()) == ([("997", "77", "A", "unmatched")], [])


def test_reading_an_interchange_again_lists_its_answers_once(world):
    change = ["ST*860*0001", "BCH*04*SA*PO-1***20260301", "SE*3*0001"]
    world.send(interchange(group(answer("PO", "77"), functional="FA"), group(change, functional="PC", number="2")))
    (held,) = world.held()
    world.reprocess(held)
    assert len(received(world)) == 1
    assert findings(world) == ["answer-unmatched"]
