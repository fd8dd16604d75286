"""Answers to what we sent: each closes its own group, nothing is closed by chance."""

from dataclasses import replace

import pytest

from gateway.exchange.answers import (
    AdviceAnswer,
    AnsweredSet,
    GroupAnswer,
    InterchangeAnswer,
    Match,
    SentGroup,
    match_advice,
    match_group,
    match_interchange,
)

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


@pytest.mark.parametrize("counted", [None, 1])
def test_of_a_group_accepted_in_part_what_is_not_refused_by_name_is_accepted(counted: int | None) -> None:
    match = match_group(GroupAnswer("997", "PO", "11", "P", (AnsweredSet("850", "0002", "R"),), accepted=counted), [FIRST])
    assert dict(match.states) == {("850", "0001"): "accepted", ("850", "0002"): "rejected"}
    assert codes(match) == ["rejected-by-partner"]


NOT_ALL = [(AnsweredSet("850", "0002", "R"),), (AnsweredSet("850", "0002", "A"),), ()]


@pytest.mark.parametrize("named", NOT_ALL)
def test_a_partial_answer_that_does_not_say_what_it_refuses_leaves_the_rest_awaited_and_is_told(named: tuple[AnsweredSet, ...]) -> None:
    match = match_group(GroupAnswer("997", "PO", "11", "P", named, accepted=0), [FIRST])
    assert dict(match.states)[("850", "0001")] == "awaited"
    assert codes(match)[0] == "answer-incomplete"


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


def test_an_824_speaks_of_one_set_and_closes_no_997() -> None:
    match = match_advice(AdviceAnswer("850", "2", "11", "TR", reasons="(848 BAD)"), [FIRST, OTHER])
    assert (match.outcome, match.key, match.states) == ("matched", "g1", ((("850", "0002"), "rejected"),))
    assert [f.message for f in match.findings] == ["850 2 was rejected by the partner: 824 TR (848 BAD)"]
    taken = match_advice(AdviceAnswer("850", "0001", "11", "TE"), [replace(FIRST, answered="A")])
    assert (taken.outcome, taken.states, taken.findings) == ("matched", ((("850", "0001"), "accepted"),), ())


def test_an_item_or_a_part_rejected_in_an_824_is_told_but_does_not_reject_the_set() -> None:
    for verdict in ("IR", "TP"):
        match = match_advice(AdviceAnswer("850", "0001", "11", verdict), [FIRST])
        assert ([state for _, state in match.states], codes(match)) == (["accepted"], ["rejected-by-partner"])


def test_an_824_on_a_number_of_two_kinds_of_groups_is_ambiguous() -> None:
    twin = SentGroup("g3", "000000002", "XX", "11", (("850", "0001"),))
    match = match_advice(AdviceAnswer("850", "0001", "11", "TA"), [FIRST, twin])
    assert (match.outcome, codes(match)) == ("ambiguous", ["answer-ambiguous"])


def test_an_824_without_numbers_matches_nothing_and_still_says_what_it_says() -> None:
    match = match_advice(AdviceAnswer("810", "", "", "TR", "INV-7"), [FIRST, OTHER])
    assert (match.outcome, codes(match)) == ("unmatched", ["rejected-by-partner", "answer-unmatched"])
    assert match.findings[0].message == "810 INV-7 was rejected by the partner: 824 TR"


def test_a_second_824_on_a_set_repeats_or_contradicts_the_first() -> None:
    closed = replace(FIRST, advised=((("850", "0001"), "TR"),))
    outcomes = [match_advice(AdviceAnswer("850", "0001", "11", verdict), [closed]).outcome for verdict in ("TR", "TA")]
    assert outcomes == ["repeated", "contradicting"]
    assert match_advice(AdviceAnswer("850", "0002", "11", "TR"), [closed]).outcome == "matched"
