"""Canonical documents posted as JSON: a partner's come in, our own systems' go out; what is not in its form is refused with its field."""

import json

import pytest
from rig import BOLT, ERP, VAN, order, until


@pytest.fixture
def document(api):
    """An order as the gateway itself would make it, under a number of its own."""
    sent = api.post("/v1/transmissions", order(number="000000091", po="PO-90"), prefer="wait=30").json
    content = api.get(sent["documents"][0]["link"]).json["content"]
    return {name: value for name, value in content.items() if name != "envelope"} | {"number": "PO-91"}


def posted(api, content, **more):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return api.post("/v1/documents", body, content_type="application/json", **more)


def test_a_document_of_a_partner_comes_in_as_it_is(api, document):
    answer = posted(api, document, prefer="wait=30")
    assert answer.status == 200, answer.body
    assert (answer.json["accepted"], answer.json["format"], answer.json["direction"]) == (True, "json", "in")
    api.work()
    [made] = api.get(answer.json["link"]).json["documents"]
    assert (made["state"], made["business_number"]) == ("done", "PO-91")


def test_a_document_that_is_not_in_its_form_is_refused_with_its_fields_and_not_kept(api, document):
    before = len(api.kept())
    lines = [{**document["lines"][0], "quantity": {"value": "many", "unit": "EA"}}]
    problem = posted(api, document | {"lines": lines, "colour": "red"}).json
    assert problem["code"] == "document-refused"
    assert {(finding["code"], finding["field"]) for finding in problem["findings"]} == {
        ("document-unfit", "lines.1.quantity.value"),
        ("document-unfit", "colour"),
    }
    assert len(api.kept()) == before


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"document_type": "purchase_ordr"}',
        b'{"document_type": ["purchase_order"]}',
        b'{"document_type": "purchase_order", "document_type": "invoice"}',
        b'{"document_type": "purchase_order", "number": NaN}',
        b'{"document_type": "purchase_order", "number": 1e400}',
        b'{"document_type": "purchase_order", "number": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"\xff\xfe{}",
        b'{"document_type": "purchase_order", "number": "\\ud800"}',
    ],
    ids=lambda content: repr(content[:60]),
)
def test_what_is_no_document_is_refused_in_words(api, content):
    answer = posted(api, content)
    assert answer.json["code"] in ("document-refused", "body-empty")
    assert answer.json["code"] == "body-empty" or answer.json["findings"]
    assert api.kept() == []


def test_a_partner_with_whom_no_such_document_is_agreed_is_told(api, document):
    assert posted(api, document, key=BOLT).json["code"] == "content-type-unknown"


def test_a_document_of_ours_goes_out_to_a_partner(api, document):
    answer = posted(api, document, key=ERP, idempotency_key="so-1")
    assert answer.status == 202, answer.body
    again = posted(api, document, key=ERP, idempotency_key="so-1")
    assert (again.json, again.headers["idempotent-replayed"]) == (answer.json, "true")
    kept = next(row for row in api.kept() if row["id"] == answer.json["id"])
    assert (kept["direction"], kept["channel"]) == ("our", "us/erp")
    assert posted(api, document | {"number": "PO-92"}, key=ERP, idempotency_key="so-1").json["code"] == "key-reused"


def test_what_a_partner_must_not_see_of_ours_he_does_not_see(api, document):
    answer = posted(api, document, key=ERP, prefer="wait=30", idempotency_key="so-2")
    assert answer.status == 200, answer.body
    link = f"/v1/transmissions/{answer.json['id']}"
    assert api.get(link, key=ERP).status == 200
    assert api.get(link).status == 404
    assert answer.json["id"] not in [row["id"] for row in api.get("/v1/transmissions").json["items"]]


def test_our_own_systems_post_documents_and_no_files(api):
    assert api.post("/v1/transmissions", order(), key=ERP).json["code"] == "not-allowed"
    assert api.post("/v1/check", order(), key=ERP).json["code"] == "not-allowed"


def test_what_we_send_is_there_for_the_partner_who_fetches_it(api, document):
    first = api.get("/v1/outbox").json
    assert (first["items"], first["next"]) == ([], None)
    outgoing = document | {"number": "PO-93", "envelope": {"partner": "acme"}}
    said = posted(api, outgoing, key=ERP, prefer="wait=30").json
    api.work()
    until(lambda: api.work() == 0)
    [answered, sent] = api.get("/v1/outbox").json["items"]
    assert ({answered["form"], sent["form"]}, {answered["kind"], sent["kind"]}) == ({"997", "850"}, {"acknowledgment", "document"}), said
    page = api.get("/v1/outbox?limit=1").json
    assert [row["id"] for row in page["items"] + api.get(page["next"]).json["items"]] == [answered["id"], sent["id"]]
    link = next(row["link"] for row in (answered, sent) if row["form"] == "850")
    content = api.get(link).body
    assert content.startswith(b"ISA*")
    assert b"BEG*00*SA*PO-93*" in content
    assert api.get(link, key=ERP).status == 200
    assert [api.get(link, key=key).status for key in (BOLT, VAN)] == [404, 404]
    assert api.get("/v1/outbox", key=BOLT).json["items"] == []
    assert api.get(f"/v1/outbox?after={sent['id']}", key=BOLT).status == 404


def test_what_was_sent_is_fetched_byte_for_byte_by_who_sent_it(api):
    body = order(number="000000092", po="PO-94")
    follow = api.post("/v1/transmissions", body).json["follow"]
    link = api.get(follow).json["content"]
    assert api.get(link).body == body
    assert api.get(link, key=BOLT).status == 404
