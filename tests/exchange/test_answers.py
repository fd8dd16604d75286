"""Answers to what we sent: each closes its own group, nothing is closed by chance."""

from gateway.exchange.answers import AnsweredSet, GroupAnswer, InterchangeAnswer, Match, SentGroup, match_group, match_interchange

FIRST = SentGroup("g1", "000000001", "PO", "11", (("850", "0001"), ("850", "0002")))
OTHER = SentGroup("g2", "000000001", "PC", "11", (("860", "0001"),))


def codes(match: Match) -> list[str]:
    return [finding.code for finding in match.findings]


def test_a_997_closes_the_group_of_its_kind_and_number() -> None:
    match = match_group(GroupAnswer("997", "PO", "000000011", "A"), [FIRST, OTHER])
    assert (match.outcome, match.key) == ("matched", "g1")
    assert dict(match.states) == {("850", "0001"): "accepted", ("850", "0002"): "accepted"}


def test_a_set_refused_is_rejected_alone() -> None:
    answer = GroupAnswer("997", "PO", "11", "P", (AnsweredSet("850", "0001", "A"), AnsweredSet("850", "2", "R")))
    match = match_group(answer, [FIRST])
    assert dict(match.states) == {("850", "0001"): "accepted", ("850", "0002"): "rejected"}
    assert [f.message for f in match.findings] == ["850 0002 was rejected by the partner: 997 R"]


def test_a_group_refused_refuses_every_set_whatever_ak5_says() -> None:
    match = match_group(GroupAnswer("997", "PO", "11", "R", (AnsweredSet("850", "0001", "A"),)), [FIRST])
    assert {state for _, state in match.states} == {"rejected"}


def test_a_set_that_a_partial_answer_does_not_name_stays_awaited() -> None:
    match = match_group(GroupAnswer("997", "PO", "11", "P", (AnsweredSet("850", "0002", "R"),)), [FIRST])
    assert dict(match.states) == {("850", "0001"): "awaited", ("850", "0002"): "rejected"}


def test_an_answer_to_nothing_of_ours_is_told() -> None:
    match = match_group(GroupAnswer("997", "PO", "12", "A"), [FIRST])
    assert (match.outcome, codes(match)) == ("unmatched", ["answer-unmatched"])
    assert codes(match_group(GroupAnswer("997", "PO", "11", "A", (AnsweredSet("850", "0009", "A"),)), [FIRST])) == ["answer-set-unknown"]


def test_one_of_two_groups_with_one_number_is_never_chosen_by_chance() -> None:
    twin = SentGroup("g3", "000000002", "PO", "11", version="005010")
    assert match_group(GroupAnswer("997", "PO", "11", "A"), [FIRST, twin]).outcome == "ambiguous"
    assert match_group(GroupAnswer("999", "PO", "11", "A", version="005010"), [FIRST, twin]).key == "g3"
    closed = SentGroup("g4", "000000003", "PO", "11", answered="A")
    assert match_group(GroupAnswer("997", "PO", "11", "A"), [FIRST, closed]).key == "g1"


def test_a_second_answer_changes_nothing() -> None:
    closed = SentGroup("g1", "000000001", "PO", "11", (("850", "0001"),), answered="A")
    same, other = match_group(GroupAnswer("997", "PO", "11", "A"), [closed]), match_group(GroupAnswer("997", "PO", "11", "R"), [closed])
    assert (same.outcome, same.states, codes(same)) == ("repeated", (), ["answer-repeated"])
    assert (other.outcome, other.states, codes(other)) == ("contradicting", (), ["answer-contradicting"])


def test_a_ta1_refuses_the_interchange_or_leaves_its_997_awaited() -> None:
    refused = match_interchange(InterchangeAnswer("1", "R"), [FIRST, OTHER])
    read = match_interchange(InterchangeAnswer("000000001", "A"), [FIRST, OTHER])
    assert {state for _, state in refused.states} == {"rejected"}
    assert len(refused.states) == 3
    assert {state for _, state in read.states} == {"awaited"}
    assert codes(match_interchange(InterchangeAnswer("2", "A"), [FIRST])) == ["answer-unmatched"]


def test_a_second_ta1_changes_nothing_either() -> None:
    closed = SentGroup("g1", "000000001", "PO", "11", (("850", "0001"),), envelope_answered="A")
    assert match_interchange(InterchangeAnswer("1", "A"), [closed]).outcome == "repeated"
    assert codes(match_interchange(InterchangeAnswer("1", "R", "022"), [closed])) == ["answer-contradicting"]
