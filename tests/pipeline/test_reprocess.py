"""Reprocessing: from the archived bytes, only what was held, twice without harm; a rejected set only with a reason."""

import threading
from dataclasses import replace

import pytest

from gateway import pipeline
from gateway.stores.sql import views
from gateway.wiring import Gateway
from tests.pipeline.world import FILES, file_of, group, interchange, order

STRANGER = """
partner: stranger
name: Stranger
status: production
contacts: [{role: edi, email: edi@stranger.example}]
identities: {main: {isa: "ZZ/STRANGER"}}
channels: {in: [{folder: {path: in/stranger}}], out: [{folder: {path: out/stranger}}]}
we_receive: [{set: "850", version: "004010", deliver_to: [erp]}]
"""


def held_order(world, number="PO-1", unit="ZZ"):
    world.send(file_of(order(number, segments=[f"PO1*9*1*{unit}*1"]), order("PO-2", "0002")))
    (held,) = world.held()
    return held


def test_after_the_mapping_is_mended_the_held_set_alone_goes_on(world):
    held = held_order(world)
    world.translate.knows.add("ZZ")
    done = world.reprocess(held)
    assert done.became == ("waiting",)
    assert (world.erp.requests, world.held()) == (["acme/purchase_order/PO-2/", "acme/purchase_order/PO-1/"], [])
    assert len(world.answers()) == 1


def test_the_document_keeps_its_id(world):
    held = held_order(world)
    world.translate.knows.add("ZZ")
    world.reprocess(held)
    assert views.document_of(world.gateway.database, held.id)["state"] == "done"


def test_before_anything_is_mended_it_stays_held_with_its_places_in_the_file(world):
    held = held_order(world)
    done = world.reprocess(held)
    (again,) = world.held()
    assert (done.became, again.id) == (("quarantined",), held.id)
    assert again.findings[0]["offset"] == held.span[0]


def test_a_dry_run_says_what_would_be_and_changes_nothing(world):
    held = held_order(world)
    before = world.outcome()
    assert world.reprocess(held, dry_run=True).became == ("quarantined at map",)
    world.translate.knows.add("ZZ")
    assert world.reprocess(held, dry_run=True).became == ("waiting",)
    assert world.outcome() == before


def test_twice_is_once(world):
    held = held_order(world)
    world.translate.knows.add("ZZ")
    world.reprocess(held)
    again = world.reprocess(held)
    assert (again.became, again.why) == ((), "it is no longer held")
    assert world.posted() == ["PO-2", "PO-1"]


def test_two_people_at_once_are_one(world):
    held = held_order(world)
    world.translate.knows.add("ZZ")
    results = []
    threads = [threading.Thread(target=lambda: results.append(world.reprocess(held, run=False))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.run()
    assert sorted(result.became for result in results) == [(), (), (), ("waiting",)]
    assert world.posted() == ["PO-2", "PO-1"]


def test_two_hundred_held_sets_reprocessed_by_two_people_at_once_post_once_each(world):
    """FAULTS 87: two operators, two gateways, the same list."""
    count = 200
    world.send(file_of(*(order(f"PO-{n}", f"{n:04d}", segments=["PO1*9*1*ZZ*1"]) for n in range(1, count + 1))))
    held = world.held()
    assert len(held) == count
    world.translate.knows.add("ZZ")
    other = Gateway(world.gateway.settings, world.clock, world.ids, world, world.fault, world.gateway.given)
    became = ([], [])

    def work(gateway, results):
        for one in held:
            with gateway.leased(one.transmission) as lease:
                results.append(pipeline.reprocess(gateway.edges, lease, one).became)

    threads = [threading.Thread(target=work, args=pair) for pair in zip((world.gateway, other), became, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.run()
    other.close()
    for mine, theirs in zip(*became, strict=True):
        assert sorted((mine, theirs)) == [(), ("waiting",)]
    assert sorted(world.erp.requests) == sorted(f"acme/purchase_order/PO-{n}/" for n in range(1, count + 1))
    assert (world.held(), len(world.answers())) == ([], 1)


def test_a_rejected_set_is_refused_unless_a_reason_is_given(world):
    world.send(file_of(order("PO-1"), order("PO-2", "0002", segments=["BAD"])))
    rejected = next(row["id"] for row in views.documents(world.gateway.database) if row["state"] == "rejected")
    (held,) = world.held(ids=(rejected,), rejected=True)
    assert "was rejected in its acknowledgment" in world.reprocess(held).why
    assert (world.posted(), world.held()) == (["PO-1"], [])
    answered = dict(world.outbox.files)
    assert world.reprocess(held, reason="agreed by telephone").became == ("waiting",)
    assert (world.posted(), world.outbox.files) == (["PO-1", "PO-2"], answered)
    events = views.document_of(world.gateway.database, rejected)["events"]
    assert events[0]["detail"]["reason"] == "agreed by telephone"


def test_an_unknown_partner_goes_on_once_his_profile_is_there(world):
    world.send(file_of(order(), sender="STRANGER"))
    (held,) = world.held()
    world.files["partner_profiles/stranger.yaml"] = STRANGER.replace("in/stranger", "in/acme2")
    world.files["partner_profiles/acme.yaml"] = FILES["partner_profiles/acme.yaml"].replace(
        "channels: {in: [{folder: {path: in/acme}}], ", "channels: {"
    )
    world.reopen()
    assert world.reprocess(held).became == ("read",)
    assert (world.posted(), world.held()) == (["PO-1"], [])
    answers = views.acknowledgments(world.gateway.database)
    assert [(row["partner"], row["channel"], row["form"]) for row in answers] == [("stranger", "stranger/out/1", "997")]


def test_a_person_who_reprocesses_an_unknown_sender_has_seen_by_whose_channel_it_came(world):
    world.send(file_of(order(), sender="STRANGER"))
    (held,) = world.held()
    world.files["partner_profiles/stranger.yaml"] = STRANGER
    world.reopen()
    assert world.reprocess(held).became == ("read",)
    assert (world.posted(), world.held()) == (["PO-1"], [])


def test_a_known_sender_on_another_partners_channel_stays_held(world):
    world.files["partner_profiles/stranger.yaml"] = STRANGER
    world.reopen()
    world.send(file_of(order(), sender="STRANGER"))
    (held,) = world.held()
    world.reprocess(held)
    assert world.posted() == []
    assert [finding["code"] for one in world.held() for finding in one.findings] == ["channel-mismatch"]


def test_a_set_without_agreement_goes_on_once_the_row_is_there_and_its_group_is_answered(world):
    change = [segment.replace("ST*850", "ST*860") for segment in order("PO-9", "0001")]
    world.send(interchange(group(order("PO-1")), group(change, functional="PC", number="2")))
    assert len(world.answers()) == 1
    (held,) = world.held()
    world.files["partner_profiles/acme.yaml"] += '  - {set: "860", version: "004010", mapping: x12/004010/850, deliver_to: [erp]}\n'
    world.reopen()
    world.reprocess(held)
    assert (world.posted(), world.held()) == (["PO-1", "PO-9"], [])
    assert len(world.answers()) == 2


def test_a_transmission_that_was_unreadable_is_read_again(world):
    world.send(b"\xff\xd8\xff\xe0JFIF")
    (held,) = world.held()
    assert world.reprocess(held).became == ("unreadable",)
    assert len(world.held()) == 1


def test_discarding_is_by_name_and_reason_and_for_good(world):
    held = held_order(world)
    with pytest.raises(ValueError, match="name of a person"):
        world.discard(held, "", "")
    assert world.discard(held, "Ann", "ordered by telephone") is True
    world.translate.knows.add("ZZ")
    assert world.reprocess(held).became == ()
    assert (world.held(), world.posted()) == ([], ["PO-2"])


def test_what_the_erp_refused_is_posted_after_it_was_mended(world):
    from gateway.ports import Refused

    world.erp.trouble.append(Refused("no such customer"))
    world.send(file_of(order()))
    (held,) = world.held()
    assert (held.verb, world.documents()) == ("deliver", [("PO-1", "quarantined", "deliver")])
    assert [(found["code"], "no such customer" in found["message"]) for found in held.findings] == [("not-delivered", True)]
    world.reprocess(held)
    assert (world.posted(), world.documents()) == (["PO-1"], [("PO-1", "done", None)])


def test_a_wrapped_file_is_reprocessed_from_its_spans_too(world):
    data = file_of(order(segments=["PO1*9*1*ZZ*1"])).replace(b"\n", b"")
    wrapped = b"\r\n".join(data[at : at + 80] for at in range(0, len(data), 80))
    world.send(wrapped)
    (held,) = world.held()
    assert world.reprocess(held).became == ("quarantined",)
    (again,) = world.held()
    assert (again.span, again.findings) == (held.span, held.findings)
    world.translate.knows.add("ZZ")
    assert world.reprocess(held).became == ("waiting",)


def test_damaged_bytes_are_never_guessed(world):
    from gateway.ports import Damaged

    held = held_order(world)
    path = next(
        path
        for path in world.folder.glob("archive/??/*")
        if path.stat().st_size == len(file_of(order("PO-1", segments=["PO1*9*1*ZZ*1"]), order("PO-2", "0002")))
    )
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(Damaged):
        pipeline.reprocess(world.gateway.edges, world.lease(held), held)


def test_bytes_that_no_longer_read_as_the_held_set_stay_held_and_say_so(world):
    held = held_order(world)
    assert world.reprocess(replace(held, set_control_number="0009")).became == ("quarantined",)
    (again,) = world.held()
    assert (again.verb, [found["code"] for found in again.findings]) == ("parse", ["excerpt-unreadable"])
