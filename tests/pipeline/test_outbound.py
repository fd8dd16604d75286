"""What the ERP leaves goes to the partner as agreed: once, in order, under numbers of its own, or waits with a reason."""

import pytest
from sqlalchemy import select

from gateway import pipeline
from gateway.carriage import drafting
from gateway.ports import OutcomeUnknown, Refused, Unavailable
from gateway.records import Source
from gateway.stores.sql import outgoing_views, tables
from gateway.transports.memory import MemoryOutbox
from tests.pipeline.out_world import ACME, US, OutWorld, answer_997, order
from tests.pipeline.world import group, interchange


@pytest.fixture
def world(tmp_path):
    world = OutWorld(tmp_path)
    yield world
    world.close()


def test_an_order_goes_to_the_supplier(world):
    world.leave(order())
    (name, segments), *others = world.sent().items()
    assert (name, others) == ("850_000000001.edi", [])
    assert segments[0] == ("ISA*00*          *00*          *ZZ*HARBOR         *ZZ*ACME           *260304*0506*U*00401*000000001*0*P*>")
    assert segments[1:4] == ["GS*PO*HARBOR*ACME*20260304*0506*1*X*004010", "ST*850*0001", "BEG*00*SA*PO-1**20260301"]
    assert segments[-1] == "IEA*1*000000001"
    assert world.documents() == [("PO-1", "done", None)]
    assert world.interchanges() == [("850_000000001.edi", "sent", ["awaited"])]


def test_what_left_together_goes_in_one_interchange_in_order(world):
    world.leave(order("PO-1"), order("PO-2"), order("PO-3"))
    (segments,) = world.sent().values()
    assert [segment for segment in segments if segment[:3] in ("ST*", "BEG", "GE*")] == [
        "ST*850*0001", "BEG*00*SA*PO-1**20260301", "ST*850*0002", "BEG*00*SA*PO-2**20260301", "ST*850*0003",
        "BEG*00*SA*PO-3**20260301", "GE*3*1",
    ]  # fmt: skip


def test_a_partner_may_take_one_set_a_group_and_two_groups_an_interchange(tmp_path):
    more = "envelope: {sets_per_group: 1, groups_per_interchange: 2}\nwe_send:"
    world = OutWorld(tmp_path, acme=ACME.replace("we_send:", more))
    world.leave(order("PO-1"), order("PO-2"), order("PO-3"))
    first, second = world.sent().values()
    assert [segment for segment in first if segment[:2] in ("GS", "GE", "ST")] == [
        "GS*PO*HARBOR*ACME*20260304*0506*1*X*004010", "ST*850*0001", "GE*1*1",
        "GS*PO*HARBOR*ACME*20260304*0506*2*X*004010", "ST*850*0001", "GE*1*2",
    ]  # fmt: skip
    assert "GE*1*3" in second
    world.close()


def test_the_same_document_again_has_no_second_effect(world):
    world.leave(order())
    world.leave(order())
    assert len(world.sent()) == 1
    assert [state for _, state, _ in world.documents()] == ["done", "duplicate"]


def test_the_same_key_again_is_the_same_receipt_and_with_other_bytes_it_is_refused(world):
    first, again = world.leave(order(), key="K"), world.leave(order(), key="K")
    assert (first.transmission, again.fresh) == (again.transmission, False)
    with pytest.raises(Refused, match="came before with other bytes"):
        world.leave(order("PO-2"), key="K")


def test_another_order_under_a_number_that_went_is_held(world):
    world.leave(order())
    world.leave(order(quantity="6"))
    (held,) = world.held()
    assert (held.verb, held.findings[-1]["code"], len(world.sent())) == ("check", "document-conflicting", 1)


def test_what_the_erp_leaves_anew_goes_in_the_place_of_what_the_partner_refused(world):
    world.leave(order())
    world.send(interchange(group(answer_997("1", ("0001", "R"), verdict="R"), functional="FA"), number="000000009"))
    world.leave(order(quantity="6"))
    assert world.held() == []
    assert sorted(world.documents()) == [("997", "done", None), ("PO-1", "done", None)]
    assert [states for _, _, states in world.interchanges()] == [["rejected"], ["awaited"]]
    first, second = outgoing_views.interchanges(world.gateway.database)[::-1]
    assert (second["number"], second["sets"][0]["mends"]) == (2, first["id"])


def test_an_addressee_is_known_by_his_number_in_our_systems(world):
    world.leave(order(partner="V-1001"))
    assert len(world.sent()) == 1


HELD = [
    (order(partner=None), "route", "addressee-missing"),
    (order(partner="nobody"), "route", "partner-unknown"),
    ({"document_type": "invoice", "envelope": {"partner": "acme"}}, "route", "no-agreement"),
    ({"document_type": "poem"}, "parse", "document-unknown"),
    ("a text", "parse", "document-unknown"),
    (order(lines=[{"ordinal": "1"}, {"ordinal": "x", "colour": "red"}]), "check", "document-unfit"),
    (order(department="A*B"), "map", "write-delimiter"),
    (order(number="X" * 60), "validate", "write-unfit"),
]


@pytest.mark.parametrize(("document", "verb", "code"), HELD, ids=[f"{verb}-{code}-{n}" for n, (_, verb, code) in enumerate(HELD)])
def test_what_cannot_go_is_held_where_it_is_with_a_reason_and_its_neighbour_goes_on(world, document, verb, code):
    world.leave(document, order("PO-9"))
    (held,) = world.held()
    errors = [finding["code"] for finding in held.findings if finding["severity"] == "error"]
    assert (held.verb, held.direction, errors[0]) == (verb, "our", code)
    ((_, segments),) = world.sent().items()
    assert "BEG*00*SA*PO-9**20260301" in segments
    assert world.reprocess(held).became == ("quarantined",)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe", b"[]", b'{"a": NaN}', b"[" * 100_000])
def test_a_file_that_is_no_json_document_is_held_as_a_whole(world, data):
    pipeline.leave(world.gateway.edges, [data], Source("us/erp", "K"))
    world.run()
    (held,) = world.held()
    assert (held.kind, held.verb, held.findings[0]["code"]) == ("transmission", "detect", "source-unreadable")
    assert world.reprocess(held).became == ("unreadable",)
    assert world.discard(held, "Robin", "not a document")
    assert world.held() == []


def test_without_a_way_out_a_document_is_held(tmp_path):
    world = OutWorld(tmp_path, acme="\n".join(line for line in ACME.splitlines() if not line.startswith("channels:")))
    world.leave(order())
    (held,) = world.held()
    assert (held.verb, held.findings[0]["code"]) == ("route", "no-way-out")
    world.close()


def test_a_held_document_goes_on_once_its_terms_are_mended(world):
    world.profile("acme", ACME.replace('  - {set: "850"', '  - {set: "855"'))
    world.leave(order())
    (held,) = world.held()
    assert (held.verb, held.findings[0]["code"]) == ("route", "no-agreement")
    world.profile("acme", ACME)
    world.clock.move(minutes=1)
    assert world.reprocess(held, dry_run=True).became == ("waiting",)
    assert world.reprocess(held).became == ("waiting",)
    assert (len(world.sent()), world.documents(), world.held()) == (1, [("PO-1", "done", None)], [])


def test_only_an_agreement_in_production_sends_in_production(world):
    world.profile("acme", ACME.replace("status: production", "status: testing"))
    world.clock.move(minutes=1)
    world.leave(order())
    ((_, segments),) = world.sent().items()
    assert segments[0][35:].startswith("HARBORT        *ZZ*ACMET ")
    assert segments[0][-3:] == "T*>"


def test_what_a_test_system_leaves_is_a_test(world):
    world.leave(order(), channel="us/erp-test")
    ((_, segments),) = world.sent().items()
    assert segments[0][-3:] == "T*>"


def test_documents_may_wait_to_go_together(tmp_path):
    world = OutWorld(tmp_path, acme=ACME.replace("we_send:", "envelope: {batch: {after: 15m, sets: 3}}\nwe_send:"))
    world.leave(order("PO-1"))
    world.leave(order("PO-2"))
    assert (world.sent(), [state for _, state, _ in world.documents()]) == ({}, ["waiting", "waiting"])
    world.leave(order("PO-3"))
    assert [len([s for s in segments if s[:3] == "ST*"]) for segments in world.sent().values()] == [3]
    world.leave(order("PO-4"))
    world.clock.move(minutes=16)
    world.run()
    assert [len([s for s in segments if s[:3] == "ST*"]) for segments in world.sent().values()] == [3, 1]
    world.close()


class Blocked:
    """A way out that raises what it is told to, then works."""

    channel = "acme/out/1"

    def __init__(self, *trouble):
        self.trouble = list(trouble)
        self.asked = 0
        self.inner = MemoryOutbox(self.channel)

    def put(self, name, chunks):
        self.asked += 1
        if self.trouble:
            raise self.trouble.pop(0)
        return self.inner.put(name, chunks)


def test_a_partner_who_cannot_be_reached_is_tried_again_with_the_same_bytes_and_in_order(world):
    blocked = Blocked(Unavailable("refused connection"), OutcomeUnknown("no reply"))
    world.gateway.outboxes["acme/out/1"] = blocked
    world.leave(order("PO-1"))
    world.leave(order("PO-2"))
    assert blocked.asked == 1
    for _ in range(4):
        world.clock.move(hours=2)
        world.run()
    assert list(blocked.inner.files) == ["850_000000001.edi", "850_000000002.edi"]


def test_after_some_failures_in_a_row_nothing_is_tried_by_that_channel_for_a_while(world):
    both = ACME.replace('  - {set: "860", version: "004010", status: testing}', '  - {set: "846", version: "004010"}')
    world.profile("acme", both)
    world.clock.move(minutes=1)
    blocked = Blocked(*[Unavailable("down")] * 50)
    world.gateway.outboxes["acme/out/1"] = blocked
    world.leave(order("PO-1"))
    for _ in range(3):
        world.clock.move(minutes=1)
        world.run()
    before = blocked.asked
    world.leave({"document_type": "inventory_report", "schema_version": "1.0", "purpose": "original", "number": "I-1",
                 "date": "2026-03-01", "kind": "inventory", "envelope": {"partner": "acme"}, "lines": []})  # fmt: skip
    assert blocked.asked == before


def test_what_the_partner_refuses_to_take_waits_and_goes_under_the_same_numbers(world):
    blocked = Blocked(Refused("the name is taken by other bytes"))
    world.gateway.outboxes["acme/out/1"] = blocked
    world.leave(order())
    (held,) = world.held()
    assert (held.kind, held.verb, held.findings[0]["code"]) == ("outgoing", "deliver", "not-left")
    assert world.reprocess(held).became == ("due",)
    assert list(blocked.inner.files) == ["850_000000001.edi"]
    assert (world.held(), world.documents()) == ([], [("PO-1", "done", None)])


def test_what_is_discarded_before_it_went_leaves_its_numbers_void_and_may_be_left_anew(world):
    world.gateway.outboxes["acme/out/1"] = Blocked(Refused("no"))
    world.leave(order())
    (held,) = world.held()
    assert world.discard(held, "Robin", "ordered by telephone")
    void = world.gateway.database.read(lambda connection: connection.execute(select(tables.void_number)).all())
    assert {(row.counter, row.n, row.person) for row in void} == {
        ("isa ZZ/HARBOR>ZZ/ACME", 1, "Robin"),
        ("gs ZZ/HARBOR>ZZ/ACME PO", 1, "Robin"),
    }
    assert (world.documents(), world.held()) == ([("PO-1", "discarded", None)], [])
    world.leave(order())
    assert list(world.gateway.outboxes["acme/out/1"].inner.files) == ["850_000000002.edi"]


def test_another_sends_on_behalf_of_a_partner(tmp_path):
    hub = ACME.replace("acme", "hub").replace("ZZ/ACME", "ZZ/HUB").replace("Acme Supply", "Hub").replace("[V-1001]", "[]")
    hub = hub.split("we_send:")[0] + 'we_send:\n  - {set: "850", version: "004010", on_behalf_of: corner}\n'
    corner = "partner: corner\nname: Corner\nstatus: production\nidentities: {main: {isa: 'ZZ/CORNER'}}\n"
    world = OutWorld(tmp_path, hub=hub, corner=corner)
    world.gateway.outboxes["hub/out/1"] = out = MemoryOutbox("hub/out/1")
    world.leave(order(partner="corner"))
    ((_, data),) = out.files.items()
    assert b"*ZZ*HUB  " in data
    world.close()


def test_what_goes_through_a_shared_mailbox_goes_by_its_channel(tmp_path):
    corner = ACME.replace("acme", "corner").replace("ZZ/ACME", "ZZ/CORNER").replace("[V-1001]", "[]")
    corner = "\n".join("via: van" if line.startswith("channels:") else line for line in corner.splitlines())
    world = OutWorld(tmp_path, corner=corner)
    van = "connection: van\nname: VAN\ncarries: [corner]\nchannels: {in: [{folder: {path: in/van}}], out: [{folder: {path: out/van}}]}\n"
    world.profile("van", van, "connections")
    world.clock.move(minutes=1)
    world.gateway.outboxes["van/out/1"] = out = MemoryOutbox("van/out/1")
    world.leave(order(partner="corner"))
    assert list(out.files) == ["850_000000001.edi"]
    world.close()


def test_letters_outside_ascii_arrive_as_the_agreement_says(tmp_path):
    world = OutWorld(tmp_path, acme=ACME.replace("we_send:", "envelope: {charset: latin-1}\nwe_send:"))
    world.leave(order(parties=[{"role": "ship_to", "name": "Müller"}]))
    ((_, data),) = world.outbox.files.items()
    assert "N1*ST*Müller".encode("latin-1") in data
    world.close()


def test_a_letter_that_the_partner_s_charset_does_not_have_is_held(tmp_path):
    world = OutWorld(tmp_path, acme=ACME.replace("we_send:", "envelope: {charset: basic}\nwe_send:"))
    world.leave(order(parties=[{"role": "ship_to", "name": "Müller"}]))
    (held,) = world.held()
    assert (held.verb, held.findings[-1]["code"]) == ("validate", "envelope-unwritable")
    world.close()


def test_the_same_rows_give_the_same_bytes_whatever_the_profile_says_by_then(world):
    blocked = Blocked(Unavailable("down"))
    world.gateway.outboxes["acme/out/1"] = blocked
    world.leave(order())
    world.profile("acme", ACME.replace("we_send:", "envelope: {element: '|', line_end: crlf}\nwe_send:"))
    world.clock.move(hours=1)
    world.run()
    ((_, data),) = blocked.inner.files.items()
    assert data.startswith(b"ISA*00*")
    assert b"260304*0506" in data


CSV = """
mapping: 1
document: purchase_order
format: {kind: delimited, delimiter: ";", group_by: order, columns: [order, date, line, item, quantity, unit, price]}
fields:
  number: order | required
  date: date | date(YYYY-MM-DD)
  lines:
    for_each: row
    ordinal: ordinal()
    number: line
    quantity: {value: quantity | decimal, unit: unit}
    price: {amount: price | decimal}
    items: {for_each: row, when: item present, scheme: const(buyer_item), value: item}
"""
ROW = "  - {document: purchase_order, format: delimited, mapping: acme/rows}\n"


def test_a_partner_may_get_his_documents_as_csv(tmp_path):
    world = OutWorld(tmp_path, acme=ACME.split("we_send:")[0] + "we_send:\n" + ROW)
    world.profile("acme/rows", CSV, "mappings")
    plain = {name: value for name, value in order().items() if name not in ("parties", "kind", "currency", "purpose")}
    world.leave(plain)
    assert world.held() == []
    assert {name: data.decode().splitlines()[-1] for name, data in world.outbox.files.items()} == {
        "purchase_order_000000001.csv": "PO-1;2026-03-01;1;B-77;5;EA;2.5"
    }
    assert world.interchanges() == [("purchase_order_000000001.csv", "sent", ["sent"])]
    world.close()


def test_what_a_file_cannot_say_is_held(tmp_path):
    world = OutWorld(tmp_path, acme=ACME.split("we_send:")[0] + "we_send:\n" + ROW)
    world.profile("acme/rows", CSV, "mappings")
    world.leave(order())
    (held,) = world.held()
    assert (held.verb, held.findings[0]["code"], world.outbox.files) == ("map", "write-no-place", {})
    world.close()


def test_a_format_that_is_only_read_is_told(tmp_path):
    row = "  - {document: purchase_order, format: edifact, mapping: acme/rows}\n"
    world = OutWorld(tmp_path, acme=ACME.split("we_send:")[0] + "we_send:\n" + row)
    world.leave(order())
    (held,) = world.held()
    assert (held.verb, held.findings[0]["code"]) == ("map", "format-not-written")
    world.close()


def test_a_mapping_for_another_document_is_told(tmp_path):
    world = OutWorld(tmp_path, acme=ACME.replace('"850", version: "004010"', '"850", version: "004010", mapping: acme/850'))
    rules = "mapping: 1\ndocument: purchase_order_change\nguide: x12/004010/850\nfields:\n  order: {number: BEG.03}\n"
    world.profile("acme/850", rules, "mappings")
    world.leave(order())
    (held,) = world.held()
    assert (held.verb, held.findings[0]["code"]) == ("map", "mapping-for-another")
    world.close()


def test_bytes_of_ours_that_do_not_read_as_they_were_written_never_leave(world, monkeypatch):
    monkeypatch.setattr(drafting, "as_written", lambda segments, charset: ())
    world.leave(order())
    (held,) = world.held()
    assert (held.verb, held.findings[-1]["code"], world.sent()) == ("validate", "draft-misread", {})


NOTICE = {
    "document_type": "ship_notice",
    "schema_version": "1.0",
    "purpose": "original",
    "number": "A-1",
    "date": "2026-03-10",
    "time": "15:30:00",
    "structure": "0001",
    "envelope": {"partner": "acme"},
    "orders": [{"ordinal": "1", "order": {"number": "PO-1"}}],
    "handling_units": [{"ordinal": "1", "kind": "carton"}, {"ordinal": "2", "kind": "carton"}],
    "lines": [
        {
            "ordinal": "1",
            "order": "1",
            "number": "1",
            "items": [{"scheme": "vendor_item", "value": "B-77"}],
            "shipped": {"value": "30", "unit": "EA"},
        }
    ],
    "contents": [
        {"order": "1", "line": "1", "unit": "1", "quantity": "24", "unit_of_measure": "EA"},
        {"order": "1", "line": "1", "unit": "2", "quantity": "6", "unit_of_measure": "EA"},
    ],
}
SHIPS = ACME.split("we_send:")[0] + 'we_send:\n  - {set: "856", version: "004010", facts: {sscc: allocate}, expect: {within: 4h}}\n'


def test_packages_without_a_number_get_one_from_our_prefix_and_keep_it(tmp_path):
    world = OutWorld(tmp_path, acme=SHIPS, us=US.replace("timezone:", 'company_prefix: "0655432"\ntimezone:'))
    world.leave(NOTICE)
    (first,) = world.sent().values()
    codes = [segment.split("*")[2] for segment in first if segment.startswith("MAN")]
    assert (len(set(codes)), {code[:8] for code in codes}) == (2, {"00655432"})
    answer = answer_997("1", functional="SH", verdict="R")
    answer[2:2] = ["AK2*856*0001", "AK5*R*5"]
    answer[-2:] = ["AK9*R*1*1*0", f"SE*{len(answer)}*0001"]
    world.send(interchange(group(answer, functional="FA"), number="000000009"))
    (held,) = world.held()
    assert world.reprocess(held).became == ("waiting",)
    again = [segment.split("*")[2] for segment in list(world.sent().values())[-1] if segment.startswith("MAN")]
    assert again == codes
    world.leave(NOTICE | {"number": "A-2"})
    others = [segment.split("*")[2] for segment in list(world.sent().values())[-1] if segment.startswith("MAN")]
    assert not set(others) & set(codes)
    world.close()
