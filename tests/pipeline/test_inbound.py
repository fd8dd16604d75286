"""From bytes to documents, deliveries and answers: what becomes of a file, set by set."""

from tests.pipeline.world import file_of, group, interchange, order


def test_a_good_order_is_delivered_and_accepted(world):
    world.send(file_of(order()))
    assert world.posted() == ["PO-1"]
    assert world.verdicts() == [["AK5*A", "AK9*A*1*1*1"]]
    assert world.summaries() == ["1 delivered"]


def test_a_bad_set_is_rejected_and_its_neighbours_go_on(world):
    bad = ["ST*850*0002", "PO1*1*5*EA*2", "SE*3*0002"]
    world.send(file_of(order("PO-1", "0001"), bad, order("PO-3", "0003")))
    assert world.posted() == ["PO-1", "PO-3"]
    assert world.verdicts() == [["AK5*A", "AK5*R*5", "AK5*A", "AK9*P*3*3*2"]]
    assert world.summaries() == ["2 delivered, 1 rejected"]


def test_a_set_that_cannot_be_mapped_is_accepted_and_held(world):
    world.send(file_of(order("PO-1", segments=["PO1*9*1*ZZ*1"]), order("PO-2", "0002")))
    assert world.verdicts() == [["AK5*A", "AK5*A", "AK9*A*2*2*2"]]
    assert world.summaries() == ["1 delivered, 1 quarantined at map"]
    (held,) = world.held()
    assert (held.verb, held.set_control_number, held.findings[0]["code"]) == ("map", "0001", "unit")


def test_an_unknown_partner_waits_without_an_answer(world):
    world.send(file_of(order(), sender="STRANGER"))
    assert (world.posted(), world.answers(), world.documents()) == ([], {}, [])
    assert world.summaries() == ["interchange held at detect"]


def test_an_interchange_without_its_trailer_is_never_released(world):
    world.send(interchange(group(order()), end=False))
    assert (world.posted(), world.answers(), world.summaries()) == ([], {}, ["interchange incomplete"])


def test_a_picture_named_edi_is_unreadable_and_held(world):
    world.send(b"\xff\xd8\xff\xe0\x00\x10JFIF" * 50, "photo.edi")
    (held,) = world.held()
    assert (held.kind, held.verb, world.answers(), world.summaries()) == ("transmission", "detect", {}, ["unreadable"])


def test_an_empty_file_is_archived_told_and_at_its_end(world):
    world.send(b"")
    assert (world.summaries(), world.held(), world.inbox.list()) == (["empty"], [], [])


def test_two_interchanges_are_judged_apart(world):
    world.send(
        file_of(order("PO-1"))
        + file_of(order("PO-2"), number="000000002", sender="STRANGER")
        + interchange(group(order("PO-3")), number="000000003", end=False)
    )
    assert world.posted() == ["PO-1"]
    assert world.summaries() == ["1 delivered, interchange held at detect, interchange incomplete"]


def test_each_group_is_answered_once_with_numbers_that_follow(world):
    world.send(interchange(group(order("PO-1"), number="7"), group(order("PO-2"), number="8")))
    assert sorted(world.outbox.files) == ["997_000000001.edi", "997_000000002.edi"]
    assert [[segment for segment in one if segment[:3] == "AK1"] for one in world.answers().values()] == [["AK1*PO*7"], ["AK1*PO*8"]]


def test_a_ta1_is_sent_where_isa14_asks(world):
    world.send(file_of(order(), isa14="1"))
    assert world.verdicts()[0] == ["TA1*000000001*260304*0506*A*000"]


def test_a_control_number_that_differs_refuses_the_interchange(world):
    data = file_of(order(), isa14="1").replace(b"IEA*1*000000001", b"IEA*1*000000002")
    world.send(data)
    assert (world.posted(), world.summaries()) == ([], ["interchange refused"])
    assert world.verdicts() == [["TA1*000000001*260304*0506*R*001"]]


def test_an_acknowledgment_is_never_acknowledged(world):
    answer = ["ST*997*0001", "AK1*PO*1", "AK9*A*1*1*1", "SE*4*0001"]
    world.translate = world.gateway.given["translate"] = lambda *known: _Nothing()
    world.send(interchange(group(answer, functional="FA")))
    assert (world.answers(), world.posted()) == ({}, [])


class _Nothing:
    findings, documents, verdict, verb = (), (), "A", None


def test_what_is_marked_as_test_never_reaches_the_production_system(world):
    world.send(file_of(order(), usage="T"))
    assert (world.posted(), len(world.test.posted)) == ([], 1)
    assert next(iter(world.answers().values()))[0].split("*")[15] == "T"


def test_an_order_sent_again_as_a_duplicate_never_posts(world):
    world.send(file_of([segment.replace("BEG*00", "BEG*07") for segment in order()]))
    assert (world.posted(), world.summaries()) == ([], ["1 done"])


def test_a_set_without_agreement_waits_and_its_group_is_answered_later(world):
    change = ["ST*860*0001", "BCH*04*SA*PO-1***20260301", "SE*3*0001"]
    world.send(interchange(group(change, functional="PC")))
    assert (world.answers(), world.documents()) == ({}, [("860", "quarantined", "detect")])


def test_many_sets_are_staged_in_batches_and_released_together(world):
    world.send(file_of(*(order(f"PO-{n}", f"{n:04d}") for n in range(1, 121))))
    assert world.summaries() == ["120 delivered"]
    assert world.verdicts()[0][-1] == "AK9*A*120*120*120"
