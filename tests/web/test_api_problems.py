"""What the API refuses, each with its code, its status and a remedy; FAULTS 141 to 147 with real sockets."""

import json
import re
import socket
import threading
import time

import pytest
from rig import (
    ACME,
    ACME_NEXT,
    ACME_READS,
    BOLT,
    ERP,
    SECRETS,
    SHOP,
    SHOP_NEXT,
    VAN,
    order,
    received,
    signature,
    until,
)

from gateway.ports import Unavailable
from gateway.web.app import OPEN
from gateway.web.codes import CODES, STATUS

NOBODY = "01M7ZPYPWHQQKQDWA4T8EBF1HT"


def refused(answer, code):
    """The answer is the problem of this code, in the form of every problem."""
    problem = answer.json
    assert (problem["code"], answer.status) == (code, STATUS[code]), problem
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"] == f"urn:edi-gateway:problem:{code}"
    assert problem["status"] == answer.status
    assert problem["remedy"] == CODES[code].remedy
    return problem


def test_every_code_has_a_status_of_a_refusal():
    assert set(STATUS) == set(CODES)
    assert [code for code, status in STATUS.items() if not 400 <= status <= 503] == []


# ------------------------------------------------------------------- 141: keys


def every_route(api):
    """Every route of the application: method and path with its parameters filled in."""
    described = api.get("/openapi.json", key=None).json
    walked = set()
    for route in api.app._app.routes:
        for context in route.effective_route_contexts() if hasattr(route, "effective_route_contexts") else [route]:
            walked |= {(method.lower(), context.path) for method in context.methods or ()}
    paths = {(method, path) for path, operations in described["paths"].items() for method in operations}
    assert {(method, path) for method, path in walked if path not in ("/openapi.json", "/docs")} == paths
    return [(method.upper(), re.sub(r"\{sender\}", "shop", path).replace("{id}", NOBODY)) for method, path in sorted(walked)]


@pytest.mark.parametrize("key", [None, "", "acme", "acme-key-of-this-test-", "x" * 5000, "\xff\xfe", SECRETS["short"], SHOP.decode()])
def test_without_a_key_of_ours_no_route_does_anything(api, key):
    routes = every_route(api)
    assert len(routes) > 8
    for method, path in routes:
        if path in OPEN:
            continue
        answer = api.ask(method, path, body=order() if method == "POST" else None, key=key)
        refused(answer, "signature-wrong" if "webhooks" in path else "not-authenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert api.kept() == []


def test_a_refused_key_is_told_once_and_never_repeated(api):
    api.get("/v1/transmissions", key="a-key-that-nobody-gave-out")
    until(lambda: any(what == "request" for _, what, _ in api.told))
    assert [facts["status"] for _, what, facts in api.told if what == "request"] == [401]
    assert "a-key-that-nobody-gave-out" not in repr(api.told)


def test_other_schemes_of_authorization_are_no_key(api):
    for said in (f"Basic {ACME}", ACME, f"Bearer{ACME}", "Bearer"):
        refused(api.get("/v1/transmissions", key=None, authorization=said), "not-authenticated")


def test_two_keys_are_good_while_one_takes_the_place_of_the_other(api):
    assert [api.get("/v1/transmissions", key=key).status for key in (ACME, ACME_NEXT)] == [200, 200]


def test_a_key_that_was_taken_out_of_the_profile_is_good_no_more(api):
    profile = api.gateway.settings.project / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text().replace("          - {id: acme-2, secret: file:secrets/acme-next}\n", ""))
    until(lambda: api.get("/v1/transmissions", key=ACME_NEXT).status == 401)
    assert api.get("/v1/transmissions", key=ACME).status == 200


def test_one_key_of_two_partners_is_taken_from_neither(serve, tmp_path):
    api = serve()
    (tmp_path / "project" / "secrets" / "bolt").write_text(ACME)
    profile = tmp_path / "project" / "partner_profiles" / "bolt.yaml"
    profile.write_text(profile.read_text() + "\n")
    until(lambda: api.get("/v1/transmissions", key=ACME).status == 401)
    assert any("two keys are the same" in facts.get("why", "") for _, _, facts in api.told)


def test_a_key_does_what_its_scopes_say(api):
    assert api.get("/v1/transmissions", key=ACME_READS).status == 200
    problem = refused(api.post("/v1/transmissions", order(), key=ACME_READS), "not-allowed")
    assert "send" in problem["detail"]
    refused(api.post("/v1/check", order(), key=ACME_READS), "not-allowed")


def test_a_partner_sees_what_is_his_and_nothing_of_another(api):
    mine = api.post("/v1/transmissions", order(), prefer="wait=30").json
    links = [mine["link"], mine["documents"][0]["link"], mine["acknowledgments"][0]["link"]]
    assert [api.get(link).status for link in links] == [200] * 3
    assert [api.get(link, key=ERP).status for link in links] == [200] * 3
    for link in links:
        refused(api.get(link, key=BOLT), "not-found")
        refused(api.get(link, key=VAN), "not-found")
    for query in ("", "?control_number=1", "?business_number=PO-1"):
        assert api.get(f"/v1/transmissions{query}", key=BOLT).json["items"] == []


def test_what_is_not_there_and_what_is_anothers_look_alike(api):
    link = api.post("/v1/transmissions", order()).json["follow"]
    anothers, nobodys = api.get(link, key=BOLT), api.get(f"/v1/transmissions/{NOBODY}", key=BOLT)
    assert {**anothers.json, "request": ""} == {**nobodys.json, "request": ""}
    refused(api.get("/v1/transmissions/../../etc/passwd"), "not-found")


def test_the_interchange_of_another_is_held_and_is_not_his(api):
    sent = api.post("/v1/transmissions", order("BOLT"), prefer="wait=30").json
    assert sent["accepted"] is False
    assert sent["findings"][0]["code"] == "channel-mismatch"
    assert api.get("/v1/transmissions", key=BOLT).json["items"] == []


def test_a_mailbox_of_several_sees_what_came_by_it_and_the_partner_is_known_by_his_envelope(api):
    sent = api.post("/v1/transmissions", order("CORNER"), key=VAN, prefer="wait=30").json
    assert (sent["accepted"], len(sent["acknowledgments"])) == (True, 1)
    assert api.get(sent["link"], key=VAN).status == 200


# ------------------------------------------------------------ 142, 143: signatures


def now():
    return int(time.time())


def hook(api, body, headers, path="/v1/webhooks/shop", **more):
    return api.post(path, body, key=None, **{name.replace("-", "_"): value for name, value in headers.items()}, **more)


def test_a_signed_file_needs_no_key(api):
    body = order("SHOP")
    answer = hook(api, body, signature("msg_1", now(), body, SHOP))
    assert answer.status == 202
    assert [row["partner"] for row in api.kept()] == ["shop"]


def test_either_secret_is_good_and_one_right_signature_of_several_is_enough(api):
    body = order("SHOP")
    assert hook(api, body, signature("msg_1", now(), body, SHOP_NEXT)).status == 202
    assert hook(api, body, signature("msg_2", now(), body, b"old" * 10, SHOP)).status == 202
    said = signature("msg_3", now(), body, SHOP)
    said["webhook-signature"] = "v1a,AAAA v1,@@@ v2 " + said["webhook-signature"]
    assert hook(api, body, said).status == 202


def test_a_replay_is_refused_by_its_age_and_a_legal_repetition_has_no_second_effect(api):
    body, moment = order("SHOP"), now()
    first = hook(api, body, signature("msg_1", moment, body, SHOP))
    replayed = hook(api, body, signature("msg_1", moment - 3600, body, SHOP))
    assert "300 seconds" in refused(replayed, "signature-wrong")["detail"]
    again = hook(api, body, signature("msg_1", moment + 1, body, SHOP))
    assert (again.status, again.json) == (202, first.json)
    assert len(api.kept()) == 1
    refused(hook(api, order("SHOP", po="PO-2"), signature("msg_1", moment, order("SHOP", po="PO-2"), SHOP)), "key-reused")


def test_a_new_id_with_the_same_body_has_one_effect(api):
    body = order("SHOP")
    for identity in ("msg_1", "msg_2"):
        hook(api, body, signature(identity, now(), body, SHOP))
        api.work()
    assert len(list((api.gateway.settings.project / "erp").glob("*.json"))) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-id": "msg.1"},
        {"webhook-id": None},
        {"webhook-timestamp": None},
        {"webhook-timestamp": "1" * 13},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": str(2**62)[:12]},
        {"webhook-signature": None},
        {"webhook-signature": "v1,"},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v2,AAAA"},
    ],
    ids=repr,
)
def test_what_is_not_signed_right_is_not_kept(api, change):
    body = order("SHOP")
    refused(hook(api, body, signature("msg_1", now(), body, SHOP) | change), "signature-wrong")
    assert (api.kept(), list(api.gateway.archive.addresses())) == ([], [])


def test_a_changed_body_is_not_kept_whatever_it_is(api):
    body = order("SHOP")
    for changed in (body + b" ", b"\xff\xfe\x00" * 1000, body[:-1]):
        refused(hook(api, changed, signature("msg_1", now(), body, SHOP)), "signature-wrong")
    assert api.kept() == []


def test_the_signature_of_a_sender_who_does_not_sign_is_refused_alike(api):
    body = order()
    answers = [hook(api, body, signature("msg_1", now(), body, SHOP), f"/v1/webhooks/{name}") for name in ("acme", "nobody", "us")]
    assert len({refused(answer, "signature-wrong")["detail"] for answer in answers}) == 1


# ------------------------------------------------------------------ 144: bodies


def test_a_body_over_the_limit_is_refused_before_it_is_read(api):
    with api.socket() as connection:
        head = f"POST /v1/transmissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ACME}\r\ncontent-type: text/csv\r\n"
        connection.sendall(f"{head}content-length: 3000000000\r\nexpect: 100-continue\r\n\r\n".encode())
        answer = received(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"body-too-large" in answer


def test_an_endless_body_is_refused_when_it_is_over_the_limit(api):
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    with api.socket() as connection:
        head = f"POST /v1/transmissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ACME}\r\ncontent-type: text/csv\r\n"
        connection.sendall(f"{head}transfer-encoding: chunked\r\n\r\n".encode())
        connection.settimeout(0.01)
        answer = b""
        for _ in range(1000):
            try:
                connection.sendall(piece)
                answer += connection.recv(65536)
            except TimeoutError:
                continue
            except OSError:
                break
            if answer:
                break
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert list(api.gateway.archive.addresses()) == []


def test_an_empty_body_is_refused(api):
    refused(api.post("/v1/transmissions", b""), "body-empty")
    refused(api.post("/v1/check", b""), "body-empty")


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("application/x-www-form-urlencoded", "x-www-form"),
        ("application/xml", "application/xml"),
        ("multipart/form-data; boundary=x", "multi"),
    ],
)
def test_what_is_not_agreed_is_not_taken(api, said, named):
    problem = refused(api.post("/v1/transmissions", b"x", content_type=said), "content-type-unknown")
    assert named in problem["detail"]
    assert "application/edi-x12" in problem["detail"]


def test_a_packed_body_is_not_unpacked(api):
    refused(api.post("/v1/transmissions", b"\x1f\x8b" + b"\0" * 1000, content_encoding="gzip"), "content-type-unknown")


@pytest.mark.parametrize(
    "head",
    [
        "content-length: 5\r\ncontent-length: 6\r\n\r\nhello",
        "content-length: -1\r\n\r\n",
        "content-length: five\r\n\r\nhello",
        "content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "transfer-encoding: gzip\r\n\r\nhello",
        "transfer-encoding: chunked\r\n\r\nnonsense\r\nhello\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n" + "f" * 30 + "\r\nhello\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\n5;" + "x" * 40_000,
        "x-long: " + "y" * 1_000_000 + "\r\n\r\n",
        "no colon\r\n\r\n",
        "nul: a\0b\r\n\r\n",
    ],
    ids=lambda head: head[:50],
)
def test_a_request_with_two_meanings_or_none_is_refused_and_the_connection_closed(api, head):
    begun = f"POST /v1/transmissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ACME}\r\ncontent-type: text/csv\r\n"
    answer = api.raw((begun + head).encode("latin-1"), shut=True)
    first, _, rest = answer.partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1.1 4\d\d ", first), answer[:300]
    assert json.loads(rest)["code"] in ("request-malformed", "body-cut")
    assert api.kept() == []


def test_a_body_that_ends_too_early_is_not_kept(api):
    head = f"POST /v1/transmissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ACME}\r\ncontent-type: text/csv\r\n"
    for cut in ("content-length: 100\r\n\r\nonly this", "transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"):
        api.raw((head + cut).encode(), shut=True)
    until(lambda: [facts["code"] for _, what, facts in api.told if what == "request"] == ["body-cut"] * 2)
    assert (api.kept(), list(api.gateway.archive.addresses())) == ([], [])


def test_parameters_that_are_wrong_are_named(api):
    problem = refused(api.get("/v1/transmissions?limit=many"), "parameter-wrong")
    assert "limit" in problem["detail"]
    refused(api.post("/v1/transmissions", order(), idempotency_key="a b"), "parameter-wrong")


def test_other_methods_and_paths_are_told(api):
    answer = api.ask("PUT", "/v1/transmissions")
    refused(answer, "method-not-allowed")
    assert {word.strip() for word in answer.headers["allow"].split(",")} == {"GET", "POST"}
    refused(api.get("/v1/nothing"), "not-found")


# ------------------------------------------------------------------ 145: slow senders


def test_a_head_that_does_not_come_is_told_and_let_go_of(serve):
    api = serve(patience=1)
    answer = api.raw(b"GET /livez HTTP/1.1\r\nhost: x\r\n")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"body-too-slow" in answer
    assert api.raw(b"").startswith(b"HTTP/1.1 408 ")


def test_a_second_head_that_does_not_come_is_let_go_of_too(serve):
    api = serve(patience=1)
    answer = api.raw(b"GET /livez HTTP/1.1\r\nhost: x\r\n\r\nGET /livez HT")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in answer


def test_a_body_that_stops_coming_is_refused_and_not_kept(serve):
    api = serve(patience=1)
    head = f"POST /v1/transmissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ACME}\r\ncontent-type: text/csv\r\ncontent-length: 100\r\n\r\n"
    with api.socket() as connection:
        connection.sendall(head.encode() + b"a")
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert list(api.gateway.archive.addresses()) == []


def test_a_body_that_trickles_is_refused(serve):
    api = serve(patience=1, slowest=100_000)
    head = f"POST /v1/transmissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ACME}\r\ncontent-type: text/csv\r\ncontent-length: 10000\r\n\r\n"
    pause = threading.Event()
    with api.socket() as connection:
        connection.sendall(head.encode())
        connection.settimeout(0.02)
        answer = b""
        for _ in range(3000):
            try:
                connection.sendall(b"a")
                answer = connection.recv(65536)
                break
            except TimeoutError:
                pause.wait(0.02)
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_connections_that_say_nothing_give_way_to_those_that_ask(serve, caplog):
    api = serve(connections=20)
    idle = [api.socket() for _ in range(200)]
    try:
        assert [api.get("/livez", key=None).status for _ in range(5)] == [200] * 5
        assert api.post("/v1/transmissions", order()).status == 202
        assert received(idle[0]).startswith(b"HTTP/1.1 503 ")
        until(lambda: len(api.server.server_state.connections) <= 20)
        assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []
    finally:
        for one in idle:
            one.close()


def test_slow_senders_do_not_keep_others_from_being_answered(serve):
    api = serve(at_once=4)
    head = f"POST /v1/transmissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ACME}\r\ncontent-type: text/csv\r\ncontent-length: 100\r\n\r\n"
    slow = [api.socket() for _ in range(4)]
    try:
        for one in slow:
            one.sendall(head.encode())
        until(lambda: api.app._busy == 4)
        assert api.get("/livez", key=None).status == 200
        assert api.get("/readyz", key=None).status == 200
        answer = api.get("/v1/transmissions", key=BOLT)
        refused(answer, "busy")
        assert answer.headers["retry-after"] == "1"
    finally:
        for one in slow:
            one.close()
    until(lambda: api.app._busy == 0)
    assert api.get("/v1/transmissions", key=BOLT).status == 200


def test_a_partner_has_so_many_at_once_and_another_does_not_wait_for_him(api):
    head = f"POST /v1/transmissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {BOLT}\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\n"
    with api.socket() as slow:
        slow.sendall(head.encode())
        answers = []

        def refused_for_that():  # asking uses up the partner's rate, too: what is refused for that is asked again
            answers.append(api.get("/v1/transmissions", key=BOLT))
            return answers[-1].status == 429 and answers[-1].json["code"] != "rate-exceeded"

        until(refused_for_that)
        assert int(answers[-1].headers["retry-after"]) >= 1
        refused(answers[-1], "too-many-at-once")
        assert api.get("/v1/transmissions", key=ACME).status == 200


# ---------------------------------------------------- 146: lost answers; 147: rates


def test_after_a_lost_answer_the_same_request_gives_it_and_has_one_effect(api):
    body = order()
    head = (
        f"POST /v1/transmissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ACME}\r\nidempotency-key: k\r\ncontent-type: text/plain\r\n"
    )
    with api.socket() as connection:  # goes away without reading
        connection.sendall(f"{head}content-length: {len(body)}\r\n\r\n".encode() + body)
        until(api.kept)
    answer = api.post("/v1/transmissions", body, idempotency_key="k")
    assert (answer.status, answer.json["id"]) == (202, api.kept()[0]["id"])
    assert len(api.kept()) == 1


def test_the_same_request_many_times_at_once_is_one(api):
    answers = []
    threads = [
        threading.Thread(target=lambda: answers.append(api.post("/v1/transmissions", order(), idempotency_key="k"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {202}
    assert len({answer.json["id"] for answer in answers}) == len(api.kept()) == 1


def test_who_waits_while_others_wait_for_the_same_gets_one_verdict(api):
    answers = []

    def ask():
        answers.append(api.post("/v1/transmissions", order(), idempotency_key="k", prefer="wait=30"))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["acknowledgments"][0]["content"] for answer in answers}) == 1


def test_more_than_the_rate_is_told_to_wait_and_others_are_not(api):
    statuses = [api.get("/v1/transmissions", key=BOLT).status for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    answer = api.get("/v1/transmissions", key=BOLT)
    refused(answer, "rate-exceeded")
    assert 300 < int(answer.headers["retry-after"]) <= 360
    assert api.get("/v1/transmissions", key=ACME).status == 200


# ------------------------------------------------------------------ when we fail


class FullArchive:
    """An archive on a full disk."""

    def put(self, chunks):
        for _ in chunks:
            pass
        raise Unavailable("the archive cannot be written: no space left on device")

    def addresses(self):
        return iter(())


class BrokenArchive(FullArchive):
    def put(self, chunks):
        raise RuntimeError("canary of what the file said")


def test_what_cannot_be_kept_is_not_taken(serve, tmp_path):
    api = serve()
    api.app._app.state.desk.edges = replaced(api, FullArchive())
    answer = api.post("/v1/transmissions", order())
    problem = refused(answer, "unavailable")
    assert "no space left" in problem["detail"]
    assert int(answer.headers["retry-after"]) > 0
    assert api.kept() == []


def test_our_own_mistake_is_told_as_ours_and_says_nothing_of_the_inside(serve):
    api = serve()
    api.app._app.state.desk.edges = replaced(api, BrokenArchive())
    answer = api.post("/v1/transmissions", order(), x_request_id="their-id-7")
    problem = refused(answer, "broken")
    assert answer.headers["x-request-id"] == problem["request"] == "their-id-7"
    assert b"RuntimeError" not in answer.body
    until(lambda: [facts["request"] for _, what, facts in api.told if what == "request-broken"] == ["their-id-7"])


def replaced(api, archive):
    from dataclasses import replace

    return replace(api.app._app.state.desk.edges, archive=archive)


def test_the_log_says_who_asked_what_and_nothing_of_what_was_said(api):
    api.post("/v1/transmissions?name=canary.edi", order(po="CANARY"), idempotency_key="canary-key")
    api.get("/v1/transmissions?business_number=CANARY")
    until(lambda: len(api.told) >= 2)
    lines = [facts for _, what, facts in api.told if what == "request"]
    # a line is written when the answer is out, so that two may change places
    assert {(line["method"], line["route"], line["status"], line["caller"]) for line in lines} == {
        ("POST", "/v1/transmissions", 202, "acme/acme-1"),
        ("GET", "/v1/transmissions", 200, "acme/acme-1"),
    }
    assert "canary" not in repr(api.told).lower()


def test_a_request_under_way_is_answered_before_the_server_ends(api):
    head = f"POST /v1/transmissions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {ACME}\r\ncontent-type: text/plain\r\ncontent-length: {len(order())}\r\n\r\n"
    with api.socket() as connection:
        connection.sendall(head.encode() + order()[:20])
        until(lambda: api.app._busy == 1)
        api.server.should_exit = True
        with pytest.raises(OSError):
            until(lambda: refuses(api.port))
        connection.sendall(order()[20:])
        assert received(connection).startswith(b"HTTP/1.1 202 ")
    api.thread.join(30)
    assert not api.thread.is_alive()


def refuses(port):
    """Raises when nobody listens any more."""
    socket.create_connection(("127.0.0.1", port), timeout=5).close()
    return False


def test_what_is_listened_to_is_this_machine_alone(api):
    assert api.server.servers[0].sockets[0].getsockname()[0] == "127.0.0.1"
    assert api.server.servers[0].sockets[0].family == socket.AF_INET
