"""Which of the three kinds of sending again is right, and the sentence where another one is."""

import pytest

from gateway.exchange.sending_again import not_as_another, not_as_it_was, not_mended


@pytest.mark.parametrize("answers", [("awaited",), ("overdue",), ("sent",), ("accepted", "awaited"), ("rejected", "overdue"), ()])
def test_what_was_lost_may_go_as_it_was(answers):
    assert not_as_it_was("sent", answers) == ""


@pytest.mark.parametrize(
    ("state", "answers", "word"),
    [
        ("due", ("due",), "on its way"),
        ("quarantined", ("due",), "quarantine reprocess"),
        ("discarded", ("discarded",), "void"),
        ("sent", ("accepted",), "--as duplicate"),
        ("sent", ("rejected",), "--mended"),
        ("sent", ("accepted", "rejected"), "--mended"),
    ],
)
def test_why_the_same_bytes_must_not_go_again(state, answers, word):
    assert word in not_as_it_was(state, answers)


@pytest.mark.parametrize(
    ("state", "held_at", "word"),
    [
        ("quarantined", "map", "quarantine reprocess"),
        ("waiting", None, "on its way"),
        ("done", None, "--as"),
        ("duplicate", None, "duplicate"),
    ],
)
def test_only_what_was_refused_is_sent_mended(state, held_at, word):
    assert not_mended("quarantined", "acknowledge") == ""
    assert word in not_mended(state, held_at)


@pytest.mark.parametrize(
    ("answer", "word"), [(None, "never"), ("due", "not sent yet"), ("rejected", "--mended"), ("discarded", "discarded")]
)
def test_only_what_was_sent_goes_as_another(answer, word):
    assert [not_as_another(one) for one in ("awaited", "overdue", "accepted", "sent")] == [""] * 4
    assert word in not_as_another(answer)
