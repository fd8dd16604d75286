"""What an ERP wants sent, asked over its REST interface: in order, none left out, and nothing guessed from an odd answer."""

import json

import pytest

from gateway.connectors.wanted import Wanted
from gateway.ports import Receipt, Unavailable
from gateway.records import Durable


def want(erp, *numbers):
    erp.wanted += [
        {"seq": n, "document": {"document_type": "purchase_order", "number": f"PO-{n}"}, "kind": "purchase_order"} for n in numbers
    ]


def numbers(documents):
    return [json.loads(one.content)["number"] for one in documents]


def test_it_is_asked_behind_what_was_taken_and_for_no_more_than_there_is_room_for(erp, connect):
    want(erp, "1", "2", "3")
    connector = connect()
    first = connector.read(None, limit=2)
    assert (numbers(first), numbers(connector.read(first[-1].cursor, limit=2))) == (["PO-1", "PO-2"], ["PO-3"])
    assert erp.calls == ["GET /api/wanted?after=&limit=2", "GET /api/wanted?after=2&limit=2"]
    assert {one.document_type for one in first} == {"purchase_order"}


def test_a_cursor_may_be_a_number(erp, connect):
    want(erp, 7, 8)
    assert [one.cursor for one in connect().read(None)] == ["7", "8"]


def test_an_erp_that_begins_at_the_cursor_and_gives_more_than_asked_for_repeats_nothing(erp, connect):
    want(erp, "1", "2", "3", "4")
    connector = connect()
    erp.wanted = [*erp.wanted]  # it knows no cursor: everything, each time
    how = connector._rest.read.model_copy(update={"query": {"limit": "99", "after": ""}})
    connector._rest = connector._rest.model_copy(update={"read": how})
    assert numbers(connector.read("2", limit=1)) == ["PO-3"]


@pytest.mark.parametrize("answer", ["500", "429", "404", "401", "login"])
def test_an_answer_that_is_no_list_is_never_nothing_to_send(erp, connect, answer):
    want(erp, "1")
    erp.finds.extend([answer, answer])
    with pytest.raises(Unavailable):
        connect().read(None)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ([{"document": {"number": "1"}, "kind": "x"}], "without seq"),
        ([{"seq": "1", "kind": "x"}], "without document"),
        ([{"seq": None, "document": {}, "kind": "x"}], "without seq"),
    ],
)
def test_what_cannot_be_told_apart_or_has_no_document_stops_it_with_the_reason(erp, connect, wanted, said):
    erp.wanted = wanted
    with pytest.raises(Unavailable, match=said):
        connect().read(None)


def test_where_the_list_should_be_stands_something_else(erp, connect):
    connector = connect()
    how = connector._rest.read.model_copy(update={"items": "data.items"})
    connector._rest = connector._rest.model_copy(update={"read": how})
    with pytest.raises(Unavailable, match="no list"):
        connector.read(None)


def test_a_profile_that_says_no_way_to_ask_wants_nothing(erp, connect):
    assert connect(read=None).read(None) == []
    assert erp.calls == []


def test_as_an_inbox_it_is_asked_again_from_the_same_place_until_what_it_gave_is_ours(erp, connect):
    class Source:
        at = None

        def cursor(self, channel):
            return self.at

        def advance(self, channel, cursor):
            self.at = cursor

    want(erp, "1", "2")
    inbox = Wanted("us/erp", connect(), Source())
    first = inbox.list()
    assert [one.identity for one in inbox.list()] == [one.identity for one in first]
    assert json.loads(b"".join(inbox.take(first[0])))["number"] == "PO-1"
    inbox.settle(first[0], Receipt("01T", Durable("ab" * 32, 1)))
    assert [one.identity for one in inbox.list()] == [first[1].identity]
