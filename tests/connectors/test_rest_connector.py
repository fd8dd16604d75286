"""The REST connector against an ERP that misbehaves: one effect in its ledger, whatever it answers."""

import json
import socket
import threading
from dataclasses import replace

import pytest

from gateway.calling import Pace
from gateway.ports import OutcomeUnknown, Posting, Refused, Unavailable
from gateway.profiles.destination import ApiKey, Auth, Basic, ClientCredentials, Find, Meaning

POSTING = Posting("acme|purchase_order|PO1|", "01D", "purchase_order", "acme", "PO1", "", b'{"number":"PO1"}')


def delivered(connector, posting=POSTING, tries=9):
    """The reference, and what each failed try raised; as the worker does it, only sooner."""
    told, unknown = [], False
    for _ in range(tries):
        try:
            reference = connector.find(posting.effect_key) if unknown else None
            return reference or connector.create(posting), told
        except OutcomeUnknown:
            told.append("unknown")
            unknown = True
        except Unavailable:
            told.append("unavailable")
        except Refused:
            return None, [*told, "refused"]
    return None, told


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        (["500", "500"], ["unknown", "unknown"]),
        (["502"], ["unknown"]),
        (["504"], ["unknown"]),
        (["login"], ["unknown"]),
        (["redirect"], ["unknown"]),
        (["401"], ["unavailable"]),
        (["423"], ["unavailable"]),
        (["commits then closes"], ["unknown"]),
        (["commits then login"], ["unknown"]),
        (["commits then truncated json"], ["unknown"]),
        (["commits then cut"], ["unknown"]),
        (["commits then 500"], ["unknown"]),
        (["login", "500", "commits then closes"], ["unknown", "unknown", "unknown"]),
        (["202"], ["unknown"]),
    ],
)
def test_whatever_it_answers_there_is_one_effect(erp, connect, answers, told):
    erp.script.extend(answers)
    reference, failed = delivered(connect())
    assert (reference, failed) == ("SO1", told)
    assert [entry["external"] for entry in erp.ledger] == [POSTING.effect_key]


def test_before_every_post_it_is_asked_whether_it_is_there(erp, connect):
    erp.script.extend(["500", "login", "commits then closes"])
    delivered(connect())
    for number, call in enumerate(erp.calls):
        if call.startswith("POST"):
            assert erp.calls[number - 1].startswith("GET /api/orders?external=acme%7Cpurchase_order%7CPO1%7C")


@pytest.mark.parametrize("how", ["hold", "commits then drips"])
def test_an_answer_that_does_not_come_in_time_is_unknown_and_then_found(erp, connect, how):
    erp.script.append(how)
    connector = connect(Pace(deadline=0.3))
    with pytest.raises(OutcomeUnknown, match=r"did not answer within 0\.3 s"):
        connector.create(POSTING)
    erp.hold.set()
    while not erp.ledger:
        erp.hold.wait(0.01)
    assert connector.find(POSTING.effect_key) == "SO1"
    assert len(erp.ledger) == 1


def test_what_may_still_be_under_way_there_is_not_posted_again(erp, connect):
    now = [1000.0]
    connector = connect(Pace(deadline=0.3), clock=lambda: now[0])
    erp.script.append("hold")
    with pytest.raises(OutcomeUnknown):
        connector.create(POSTING)
    for ask in (lambda: connector.find(POSTING.effect_key), lambda: connector.create(POSTING)):
        with pytest.raises(Unavailable, match="may still be busy with it") as told:
            ask()
        assert told.value.retry_after == 60
    erp.hold.set()
    while not erp.ledger:
        erp.hold.wait(0.01)
    assert connector.create(POSTING) == "SO1"
    assert len(erp.ledger) == 1


def test_what_was_lost_on_the_way_is_posted_again_once_it_is_settled(erp, connect):
    now = [1000.0]
    connector = connect(clock=lambda: now[0])
    erp.script.append("closes")
    with pytest.raises(OutcomeUnknown):
        connector.create(POSTING)
    now[0] += 60
    assert connector.find(POSTING.effect_key) is None
    assert connector.create(POSTING) == "SO1"


@pytest.mark.parametrize("status", ["400", "404", "422"])
def test_a_no_is_refused_with_its_reason_and_posted_no_more(erp, connect, status):
    erp.script.append(status)
    with pytest.raises(Refused, match=f"status {status}: no: {status}"):
        connect().create(POSTING)
    assert erp.ledger == []
    assert [call for call in erp.calls if call.startswith("POST")] == ["POST /api/purchase_orders"]


def test_a_limit_is_kept_to_and_nothing_is_asked_before_it_ends(erp, connect):
    now = [1000.0]
    connector = connect(clock=lambda: now[0])
    erp.script.append("429")
    with pytest.raises(Unavailable) as told:
        connector.create(POSTING)
    assert told.value.retry_after == 7
    calls = len(erp.calls)
    with pytest.raises(Unavailable, match="asked us to wait") as told:
        connector.create(POSTING)
    assert (told.value.retry_after, len(erp.calls)) == (7, calls)
    now[0] += 7
    assert connector.create(POSTING) == "SO1"


def test_a_refused_connection_is_unavailable(erp, connect):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        connector = connect(url=f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(Unavailable, match="erp cannot be reached"):
            connector.create(POSTING)


@pytest.mark.parametrize("url", ["http://[::1/x", "http://127.0.0.1:99999", "http://é.example", f"http://{'a' * 70}.example"])
def test_an_address_that_is_none_is_unavailable(connect, url):
    with pytest.raises(Unavailable, match="erp cannot be reached"):
        connect(url=url).create(POSTING)


def test_a_key_is_sent_in_the_header_and_is_the_same_each_time(erp, connect):
    erp.script.append("login")
    delivered(connect())
    keys = {seen["idempotency-key"] for seen in erp.seen}
    assert len(erp.seen) == 2
    assert len(keys) == 1


class TestFinding:
    @pytest.mark.parametrize("answer", ["500", "401", "login", "404"])
    def test_a_question_that_is_not_answered_is_unavailable_never_a_no(self, erp, connect, answer):
        erp.finds.append(answer)
        with pytest.raises(Unavailable):
            connect().create(POSTING)
        assert erp.ledger == []

    def test_a_filter_that_is_ignored_proves_nothing(self, erp, connect):
        connector = connect()
        connector.create(replace(POSTING, effect_key="another"))
        erp.finds.append("ignores the filter")
        with pytest.raises(Unavailable, match="gave others"):
            connector.create(POSTING)
        assert len(erp.ledger) == 1

    @pytest.mark.parametrize("key", ["a/b", "..", "a?b#c", "100%", "é"])
    def test_a_key_in_a_path_is_encoded_and_404_is_a_declared_no(self, erp, connect, key):
        connector = connect(find=Find(path="/by-key/{{ key }}", key="external", reference="id", none=[404]))
        posting = replace(POSTING, effect_key=key)
        if key == "..":
            with pytest.raises(Refused, match="its path would be"):
                connector.create(posting)
            return
        assert connector.create(posting) == connector.create(posting) == "SO1"
        assert len(erp.ledger) == 1

    def test_without_find_an_unknown_outcome_is_a_persons(self, erp, connect):
        erp.script.append("commits then closes")
        reference, told = delivered(connect(find=None))
        assert (reference, told) == (None, ["unknown", "refused"])
        assert len(erp.ledger) == 1

    def test_a_conflict_is_looked_up(self, erp, connect):
        connector = connect()
        connector.create(POSTING)
        erp.script.append("409")
        with pytest.raises(Refused, match="there already"):
            connector.create(replace(POSTING, effect_key="other"))
        assert len(erp.ledger) == 1


class TestMeanings:
    def test_a_rule_of_the_profile_comes_first(self, erp, connect):
        create = connect()._rest.create
        rules = [Meaning(status=[500], path="error.message", equals="no: 500", means="refused")]
        erp.script.append("500")
        with pytest.raises(Refused, match="no: 500"):
            connect(create=create.model_copy(update={"answers": rules})).create(POSTING)

    def test_a_yes_without_the_reference_is_unknown(self, erp, connect):
        create = connect()._rest.create.model_copy(update={"reference": "data.number"})
        with pytest.raises(OutcomeUnknown, match=r"without data\.number"):
            connect(create=create).create(POSTING)

    def test_a_phrase_that_cannot_be_filled_in_is_refused_before_anything_is_sent(self, erp, connect):
        for phrase in ("{{ nothing.there }}", "{{ key.__class__ }}", "{{ 'x' * 999999999 }}"):
            create = connect()._rest.create.model_copy(update={"path": f"/{phrase}"})
            with pytest.raises(Refused, match="cannot be made: path"):
                connect(create=create).create(POSTING)
        assert erp.calls == []

    def test_a_header_holds_no_line_ends(self, erp, connect):
        create = connect()._rest.create.model_copy(update={"headers": {"X-Partner": "{{ partner }}"}})
        with pytest.raises(Refused, match="X-Partner"):
            connect(create=create).create(replace(POSTING, partner="a\r\nX-Evil: 1"))
        assert erp.calls == []

    def test_a_body_is_made_of_the_document(self, erp, connect):
        create = connect()._rest.create.model_copy(
            update={"body": '{"po": {{ document.number | tojson }}, "from": {{ partner | tojson }}}'}
        )
        connect(create=create).create(POSTING)
        assert json.loads(erp.ledger[0]["body"]) == {"po": "PO1", "from": "acme"}


class TestWhoWeAre:
    @pytest.mark.parametrize(
        ("auth", "sent"),
        [
            (Auth(bearer="env:S"), ("authorization", "Bearer s3cret")),
            (Auth(basic=Basic(user="edi", password="env:S")), ("authorization", "Basic ZWRpOnMzY3JldA==")),
            (Auth(api_key=ApiKey(key="env:S")), ("x-api-key", "s3cret")),
        ],
    )
    def test_it_is_said_in_each_way(self, erp, connect, auth, sent):
        connect(auth=auth, secrets={"env:S": "s3cret"}).create(POSTING)
        assert erp.seen[0][sent[0]] == sent[1]

    def test_a_token_is_fetched_once_and_anew_after_a_401(self, erp, connect):
        erp.good = "Bearer token-1"
        auth = Auth(oauth2=ClientCredentials(token_url=f"{erp.url}/token", client_id="edi", client_secret="env:S", scope="orders"))
        connector = connect(auth=auth, secrets={"env:S": "s3cret"})
        connector.create(POSTING)
        connector.create(replace(POSTING, effect_key="b"))
        assert erp.tokens == 1
        erp.good = "Bearer revoked"
        assert connector.create(replace(POSTING, effect_key="c")) == "SO3"
        assert erp.tokens == 2

    def test_no_secret_is_in_what_is_told(self, erp, connect):
        erp.script.append("401")
        with pytest.raises(Unavailable) as told:
            connect(auth=Auth(bearer="env:S"), secrets={"env:S": "s3cret-canary"}).create(POSTING)
        assert "canary" not in str(told.value)


class TestLimits:
    def test_no_more_calls_at_once_than_agreed(self, erp, connect):
        connector = connect(Pace(at_once=2, deadline=30.0))
        erp.script.extend(["hold"] * 6)
        posts = [threading.Thread(target=connector.create, args=(replace(POSTING, effect_key=str(n)),)) for n in range(6)]
        for post in posts:
            post.start()
        while erp.under_way < 2:
            erp.hold.wait(0.01)
        erp.hold.set()
        for post in posts:
            post.join()
        assert (len(erp.ledger), erp.most_at_once) == (6, 2)

    def test_calls_are_evenly_spread(self, erp, connect):
        now, waited = [0.0], []
        connector = connect(Pace(per_minute=60, deadline=30.0), clock=lambda: now[0], pause=waited.append, find=None)
        for number in range(3):
            connector.create(replace(POSTING, effect_key=str(number)))
        assert waited == [1.0, 2.0]

    def test_who_would_wait_too_long_is_told_when_to_come_back(self, erp, connect):
        connector = connect(Pace(per_minute=1, deadline=5.0), clock=lambda: 0.0, find=None)
        connector.create(POSTING)
        with pytest.raises(Unavailable) as told:
            connector.create(POSTING)
        assert told.value.retry_after == 60
