"""Files posted to the API: durable before it answers, followed by their id, judged at once where that is asked."""

import json

import pytest
from rig import ACME_NEXT, BOLT, order, until


def test_a_file_is_archived_and_recorded_before_it_is_answered(api):
    body = order()
    answer = api.post("/v1/transmissions", body)
    assert answer.status == 202
    [kept] = api.kept()
    assert (kept["id"], kept["state"], kept["partner"], kept["channel"]) == (answer.json["id"], "received", "acme", "acme/in/1")
    assert b"".join(api.gateway.archive.open(answer.json["sha256"])) == body
    assert answer.headers["location"] == answer.json["follow"] == f"/v1/transmissions/{kept['id']}"


def test_what_became_of_it_is_followed_there(api):
    follow = api.post("/v1/transmissions", order()).json["follow"]
    before = api.get(follow).json
    assert (before["state"], before["accepted"], before["documents"]) == ("received", None, [])
    api.work()
    after = api.get(follow).json
    assert (after["state"], after["accepted"], after["summary"]) == ("read", True, "1 delivered")
    [document], [acknowledgment] = after["documents"], after["acknowledgments"]
    assert (document["state"], document["verdict"], document["business_number"]) == ("done", "A", "PO-1")
    assert (acknowledgment["form"], acknowledgment["state"]) == ("997", "sent")
    whole = api.get(document["link"]).json
    assert whole["content"]["number"] == "PO-1"
    assert whole["transmission"] == after["id"]


def test_the_acknowledgment_is_fetched_byte_for_byte_before_and_after_it_is_sent(api):
    answer = api.post("/v1/transmissions", order(), prefer="wait=30")
    assert answer.status == 200
    assert answer.headers["preference-applied"] == "wait=30"
    [acknowledgment] = answer.json["acknowledgments"]
    owed = api.get(acknowledgment["link"])
    assert owed.headers["content-type"] == "application/edi-x12"
    assert owed.body.decode() == acknowledgment["content"]
    assert b"AK5*A~" in owed.body
    api.work()
    assert api.get(acknowledgment["link"]).body == owed.body


def test_who_waits_gets_findings_with_places_and_what_we_answer(api):
    answer = api.post("/v1/transmissions", order(lines=["PO1*1*five*EA*9.95**VP*A-1"]), prefer="wait=30")
    assert (answer.status, answer.json["accepted"]) == (200, False)
    [document] = answer.json["documents"]
    [finding] = document["findings"]
    assert document["state"] == "rejected"
    assert (finding["code"], finding["segment"], finding["segment_position"], finding["element"]) == ("bad-character", "PO1", 3, 2)
    assert "AK4*2*330*6" in answer.json["acknowledgments"][0]["content"]


def test_without_time_to_wait_it_is_followed(api):
    answer = api.post("/v1/transmissions", b"x" * 1_500_000, prefer="wait=0")
    assert answer.status == 202
    assert answer.headers["preference-applied"] == "wait=0"


def test_a_preference_that_is_none_is_no_mistake(api):
    assert api.post("/v1/transmissions", order(), prefer="return=minimal, wait=soon").status == 202


def test_a_file_without_envelope_is_read_by_its_name(api):
    rows = (api.gateway.settings.project / "orders.csv", "po_number,po_date,sku,qty,uom,price\n")
    answer = api.post("/v1/transmissions?name=../../orders-1.csv", rows[1].encode(), content_type="text/csv", prefer="wait=30")
    assert answer.status == 200
    assert (answer.json["name"], answer.json["format"]) == ("orders-1.csv", "delimited")


def test_content_disposition_names_it_too(api):
    said = 'attachment; filename="orders-7.csv"'
    answer = api.post("/v1/transmissions", b"a,b\n", content_type="text/csv", content_disposition=said, prefer="wait=30")
    assert answer.json["name"] == "orders-7.csv"


def test_the_same_key_and_body_are_the_same_request(api):
    first = api.post("/v1/transmissions", order(), idempotency_key="a-1")
    again = api.post("/v1/transmissions", order(), idempotency_key="a-1", key=ACME_NEXT)
    assert (first.status, first.json) == (again.status, again.json)
    assert ("idempotent-replayed" in first.headers, again.headers["idempotent-replayed"]) == (False, "true")
    assert len(api.kept()) == 1


def test_the_same_key_with_another_body_is_refused(api):
    api.post("/v1/transmissions", order(), idempotency_key="a-1")
    again = api.post("/v1/transmissions", order(number="000000002"), idempotency_key="a-1")
    assert (again.status, again.json["code"]) == (422, "key-reused")
    assert len(api.kept()) == 1


def test_the_same_key_of_another_partner_is_another(api):
    api.post("/v1/transmissions", order(), idempotency_key="a-1")
    assert api.post("/v1/transmissions", order("BOLT"), idempotency_key="a-1", key=BOLT).status == 202
    assert len(api.kept()) == 2


def test_the_same_file_without_a_key_comes_twice_and_has_one_effect(api):
    api.post("/v1/transmissions", order())
    api.work()
    second = api.post("/v1/transmissions", order(), prefer="wait=30").json
    assert (second["state"], second["accepted"]) == ("duplicate", True)
    api.work()
    assert len(list((api.gateway.settings.project / "erp").glob("*.json"))) == 1


def test_a_trial_says_what_would_be_and_keeps_nothing(api):
    body = order(lines=["PO1*1*5*QQ*9.95**VP*A-1"])
    tried = api.post("/v1/check", body).json
    assert (tried["accepted"], tried["summary"]) == (False, "1 quarantined at map")
    assert tried["documents"][0]["findings"][0]["code"] == "code-unknown"
    assert "AK5*A~" in tried["acknowledgments"][0]["content"]
    assert api.kept() == []
    assert list(api.gateway.archive.addresses()) == []
    assert api.post("/v1/check", order()).json["accepted"] is True


def test_a_partner_in_draft_may_try_and_is_not_taken_yet(api):
    profile = api.gateway.settings.project / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text().replace("status: production", "status: draft"))
    until(lambda: api.gateway.catalog().partners["acme"].profile.status == "draft")
    assert api.post("/v1/check", order()).json["accepted"] is True
    assert api.post("/v1/transmissions", order(), prefer="wait=30").json["accepted"] is False


def test_a_trial_and_the_real_thing_say_the_same(api):
    body = order(lines=["PO1*1*five*EA*9.95**VP*A-1"])
    tried = api.post("/v1/check", body).json
    real = api.post("/v1/transmissions", body, prefer="wait=30").json
    assert tried["documents"][0]["findings"] == real["documents"][0]["findings"]
    assert (tried["accepted"], tried["summary"], tried["format"]) == (real["accepted"], real["summary"], real["format"])


def test_what_was_sent_is_found_by_its_numbers(api):
    one = api.post("/v1/transmissions", order(number="000000007", po="PO-7")).json["id"]
    two = api.post("/v1/transmissions", order(number="000000008", po="PO-8")).json["id"]
    api.work()

    def found(query):
        return [row["id"] for row in api.get(f"/v1/transmissions?{query}").json["items"]]

    assert found("") == [two, one]
    assert found("control_number=000000007") == found("control_number=7") == found("business_number=PO-7") == [one]
    assert found("control_number=7&business_number=PO-8") == []


def test_a_long_list_comes_in_pages(api):
    sent = [api.post("/v1/transmissions", order(number=f"{n:09d}", po=f"PO-{n}")).json["id"] for n in range(1, 6)]
    link, pages = "/v1/transmissions?limit=2", []
    while link:
        page = api.get(link).json
        pages.append([row["id"] for row in page["items"]])
        link = page["next"]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert [one for page in pages for one in page] == sent[::-1]


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/livez", "/readyz"])
def test_what_is_for_everybody_needs_no_key(api, path):
    assert api.get(path, key=None).status == 200


def test_the_page_of_the_api_fetches_nothing_and_names_every_route(api):
    page = api.get("/docs", key=None)
    text = page.body.decode()
    assert [word for word in ("<script", "src=", "http:", "https:", "@import", "url(") if word in text] == []
    assert "default-src 'none'" in page.headers["content-security-policy"]
    paths = json.loads(api.get("/openapi.json", key=None).body)["paths"]
    assert [path for path in paths if path not in text] == []
