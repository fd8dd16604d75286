"""824s where they are agreed: owed once beside the 997, for what was accepted and is not taken; what partners send us is matched."""

import pytest

from gateway.carriage.translating import Translator
from gateway.stores.sql import views
from gateway.transports.quarantine import expected_again
from tests.pipeline.world import ACME, FILES, World, file_of, group, interchange, order

GUIDES = ("824", "997", "elements", "segments", "codes")
UNKNOWN_UNIT = order("PO-1", segments=["PO1*9*1*ZZ*1"])
REJECTED = ["ST*850*0002", "PO1*1*5*EA*2", "SE*3*0002"]


def files(clone, advice="business"):
    folder = "mappings/guides/x12/004010"
    texts = {f"{folder}/{name}.yaml": (clone / folder / f"{name}.yaml").read_text() for name in GUIDES}
    return FILES | texts | {"partner_profiles/acme.yaml": ACME + f"answer: {{advice: {advice}}}\n"}


@pytest.fixture
def world(tmp_path, clone):
    """Orders by the small translator, answers by the real one."""
    world = World(tmp_path, files(clone))
    small, real = world.translate, Translator()

    def translate(catalog, terms, interchange, group, found):
        return (real if found.id in ("824", "997") else small)(catalog, terms, interchange, group, found)

    world.translate, world.orders = translate, small
    world.reopen()
    yield world
    world.close()


def forms(world):
    """ST01 and the verdicts of every answer in the order of their numbers."""
    said = {"997": "AK5", "824": "OTI"}
    found = []
    for _, one in sorted(world.answers().items(), key=lambda pair: pair[1][0].split("*")[13]):
        form = next(segment.split("*")[1] for segment in one if segment.startswith("ST*"))
        found.append((form, [segment for segment in one if segment.startswith(said[form])]))
    return found


def test_a_held_set_is_told_once_in_a_group_of_its_own_beside_the_997(world):
    world.send(file_of(UNKNOWN_UNIT, order("PO-2", "0002")))
    assert forms(world) == [
        ("997", ["AK5*A", "AK5*A"]),
        ("824", ["OTI*TR*PO*PO-1*ACME*HARBOR*20260304*0506*1*0001*850*004010"]),
    ]
    assert [segment for segment in world.answers()["824_000000002.edi"] if segment[:3] in ("GS*", "TED")] == [
        "GS*AG*HARBOR*ACME*20260304*0506*1*X*004010",
        "TED*848*'ZZ' is not a unit",
    ]
    assert world.summaries() == ["1 delivered, 1 quarantined at map"]


def test_nothing_is_told_where_nothing_is_held_or_no_advice_is_agreed(world, tmp_path):
    world.send(file_of(order()))
    assert [form for form, _ in forms(world)] == ["997"]
    plain = World(tmp_path / "plain")
    plain.send(file_of(UNKNOWN_UNIT))
    assert [form for form, _ in forms(plain)] == ["997"]
    plain.close()


def test_a_set_that_its_997_rejects_is_told_again_only_where_all_is_agreed(world, tmp_path, clone):
    world.send(file_of(REJECTED))
    assert forms(world) == [("997", ["AK5*R*5"])]
    every = World(tmp_path / "all", files(clone, "all"))
    every.send(file_of(REJECTED))
    assert forms(every)[1] == ("824", ["OTI*TR*TN*0002*ACME*HARBOR*20260304*0506*1*0002*850*004010"])
    every.close()


def test_who_was_told_sends_again_so_that_reprocessing_needs_a_reason(world):
    world.send(file_of(UNKNOWN_UNIT))
    (held,) = world.held()
    assert (held.advised, expected_again(held)) == (True, True)
    world.orders.knows.add("ZZ")
    done = world.reprocess(held)
    assert (done.became, "an 824 has told the partner" in done.why, world.posted()) == ((), True, [])
    assert world.reprocess(held, reason="agreed on the telephone").became == ("waiting",)
    assert (world.posted(), len(world.answers())) == (["PO-1"], 2)


def test_the_same_bytes_again_are_told_again_byte_for_byte(world):
    for _ in range(2):
        world.send(file_of(UNKNOWN_UNIT))
    kept = views.acknowledgments(world.gateway.database)
    assert [row["form"] for row in kept] == ["824", "997"]
    assert (world.summaries()[1], len(world.held())) == ("interchange duplicate", 1)


def test_reading_an_interchange_again_owes_no_second_advice(world):
    change = ["ST*860*0001", "BCH*04*SA*PO-1***20260301", "SE*3*0001"]
    world.send(interchange(group(UNKNOWN_UNIT), group(change, functional="PC", number="2")))
    at_detect = next(held for held in world.held() if held.verb == "detect")
    world.reprocess(at_detect)
    assert [form for form, _ in forms(world)].count("824") == 1


def test_a_group_that_waits_for_an_agreement_is_told_nothing_yet(world):
    change = ["ST*860*0002", "BCH*04*SA*PO-1***20260301", "SE*3*0002"]
    world.send(interchange(group(UNKNOWN_UNIT, change)))
    assert world.answers() == {}


# -- what partners tell us


def advice(verdict="TR", number="1", about="824*0001", control="0001", reason="TED*848*NO SUCH ORDER"):
    set_id, _, set_number = about.partition("*")
    body = [f"ST*824*{control}", "BGN*11*1*20260304", f"OTI*{verdict}*TN*X-1*****{number}*{set_number}*{set_id}", reason]
    return [*body, f"SE*{len(body) + 1}*{control}"]


def received(world):
    rows = reversed(views.received_answers(world.gateway.database))
    return [(row["form"], row["about"], row["verdict"], row["outcome"]) for row in rows]


def test_an_824_of_a_partner_is_matched_told_and_acknowledged(world):
    world.send(file_of(UNKNOWN_UNIT))
    world.send(interchange(group(advice(), functional="AG"), number="000000009"))
    assert received(world) == [("824", "824 0001", "TR", "matched")]
    newest = views.transmissions(world.gateway.database)[0]["id"]
    [told] = views.transmission_of(world.gateway.database, newest)["findings"]
    assert told["message"] == "824 0001 was rejected by the partner: 824 TR (848 NO SUCH ORDER)"
    assert forms(world)[-1] == ("997", ["AK5*A"])
    assert world.summaries()[-1] == "1 done"


def test_an_824_twice_is_repeated_or_contradicts(world):
    world.send(file_of(UNKNOWN_UNIT))
    for n, verdict in enumerate(("TR", "TR", "TA"), 10):
        world.send(interchange(group(advice(verdict), functional="AG"), number=f"0000000{n}"))
    assert [outcome for *_, outcome in received(world)] == ["matched", "repeated", "contradicting"]


def test_an_824_closes_nothing_that_a_997_closes(world):
    world.send(file_of(UNKNOWN_UNIT))
    answer = ["ST*997*0001", "AK1*AG*1", "AK2*824*0001", "AK5*A", "AK9*A*1*1*1", "SE*6*0001"]
    world.send(interchange(group(answer, functional="FA"), number="000000009"))
    world.send(interchange(group(advice(), functional="AG"), number="000000010"))
    assert received(world) == [("997", None, "A", "matched"), ("824", "824 0001", "TR", "matched")]


def test_an_824_about_nothing_of_ours_is_listed_and_its_reasons_told(world):
    world.send(interchange(group(advice(about="810*0007", number="55"), functional="AG")))
    assert received(world) == [("824", "810 0007", "TR", "unmatched")]
    newest = views.transmissions(world.gateway.database)[0]["id"]
    codes = [found["code"] for found in views.transmission_of(world.gateway.database, newest)["findings"]]
    assert codes == ["rejected-by-partner", "answer-unmatched"]


def test_an_824_that_cannot_be_read_is_refused_and_matches_nothing(world):
    world.send(interchange(group(["ST*824*0001", "BGN*11*1*20260304", "SE*3*0001"], functional="AG")))
    assert received(world) == []
    assert forms(world)[0][1] == ["AK5*R*5"]


def test_one_824_may_speak_of_several_sets(world):
    world.send(file_of(UNKNOWN_UNIT, order("PO-9", "0002", segments=["PO1*9*1*ZZ*1"])))
    both = advice()
    both[4:] = ["OTI*TA*TN*X-2*****1*0002*824", "SE*6*0001"]
    world.send(interchange(group(both, functional="AG"), number="000000009"))
    assert received(world) == [("824", "824 0001", "TR", "matched"), ("824", "824 0002", "TA", "matched")]


def test_an_order_sent_twice_with_other_content_is_told_as_a_duplicate(world):
    world.send(file_of(order()))
    world.send(file_of(order(quantity="7"), number="000000002"))
    (held,) = world.held()
    assert (held.verb, held.advised) == ("check", True)
    [advice_] = [one for one in world.answers().values() if "ST*824*0001" in one]
    assert [segment for segment in advice_ if segment.startswith("OTI")] == ["OTI*TR*PO*PO-1*ACME*HARBOR*20260304*0506*1*0001*850*004010"]
    assert [segment[:8] for segment in advice_ if segment.startswith("TED")] == ["TED*DUP*"]
