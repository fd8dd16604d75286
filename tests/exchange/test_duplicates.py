"""What came before: no second effect, the answer again, and nothing lost that a sender mends."""

import pytest

from gateway.edi.states import InterchangeState
from gateway.exchange.duplicates import First, by_purpose, same_bytes, same_number


@pytest.mark.parametrize(
    ("state", "any_accepted", "effect", "reply"),
    [
        ("released", True, "link", "archived"),
        ("duplicate", True, "link", "archived"),
        ("held", True, "link", "none"),
        ("released", False, "process", "own"),
        ("refused", True, "process", "own"),
        ("incomplete", True, "process", "own"),
        ("discarded", True, "process", "own"),
    ],
)
def test_the_same_bytes_again(state: InterchangeState, any_accepted: bool, effect: str, reply: str) -> None:
    verdict = same_bytes(First(state, "t1", any_accepted), "000000001", "01/ACME")
    assert (verdict.effect, verdict.reply) == (effect, reply)
    assert (verdict.finding is not None) == (effect == "link")


def test_a_note_025_or_silence_only_where_agreed() -> None:
    assert [same_bytes(First("released", "t1"), "1", "01/ACME", policy).reply for policy in ("answer_again", "ta1_025", "silent")] == [
        "archived",
        "ta1_025",
        "none",
    ]


@pytest.mark.parametrize(
    ("check", "effect", "severity"), [("hold", "hold", "error"), ("warn", "process", "warning"), ("off", "process", None)]
)
def test_the_same_number_with_other_bytes_is_as_agreed(check: str, effect: str, severity: str | None) -> None:
    verdict = same_number(First("released", "t1"), "000000001", "01/ACME", check)
    assert verdict.effect == effect
    assert (verdict.finding.severity if verdict.finding else None) == severity


@pytest.mark.parametrize(
    "first", [First("refused", "t1"), First("incomplete", "t1"), First("discarded", "t1"), First("released", "t1", any_accepted=False)]
)
def test_the_number_of_what_was_refused_is_free_again(first: First) -> None:
    assert same_number(first, "000000001", "01/ACME").effect == "process"


def test_a_held_number_is_answered_by_025_only_where_agreed() -> None:
    assert same_number(First("released", "t1"), "1", "01/ACME", "hold").reply == "none"
    assert same_number(First("released", "t1"), "1", "01/ACME", "hold", "ta1_025").reply == "ta1_025"


@pytest.mark.parametrize(
    ("document_type", "purpose", "known", "same_content", "posting"),
    [
        ("purchase_order", "original", False, False, "post"),
        ("purchase_order", "original", True, False, "hold"),
        ("purchase_order", "original", True, True, "link"),
        ("purchase_order", "duplicate", False, False, "link"),
        ("purchase_order", "duplicate", True, False, "link"),
        ("purchase_order", "confirmation", True, True, "link"),
        ("purchase_order", "replace", True, False, "replace"),
        ("purchase_order", "replace", False, False, "post"),
        ("purchase_order", "cancel", True, False, "cancel"),
        ("purchase_order", "cancel", False, False, "hold"),
        ("purchase_order_acknowledgment", "original", True, False, "post"),
        ("ship_notice", "replace", True, False, "replace"),
        ("ship_notice", "cancel", True, False, "cancel"),
        ("invoice", "original", True, False, "hold"),
        ("invoice", "replace", True, False, "hold"),
        ("something_new", "replace", True, False, "replace"),
    ],
)
def test_what_a_second_document_means_by_type_and_purpose(
    document_type: str, purpose: str, known: bool, same_content: bool, posting: str
) -> None:
    second = by_purpose(document_type, purpose, "PO-1", known, same_content)
    assert second.posting == posting
    assert posting != "hold" or second.finding is not None


def test_a_change_that_cancels_an_order_needs_no_change_before_it() -> None:
    assert by_purpose("purchase_order_change", "cancel", "4711//2", known=False).posting == "post"
    assert by_purpose("purchase_order", "cancel", "4711", known=False).posting == "hold"


def test_a_second_report_of_a_moment_posts() -> None:
    assert by_purpose("inventory_report", "original", "A", known=True).posting == "post"
    assert by_purpose("shipment_status", "", "PRO-1", known=True).posting == "post"
    assert by_purpose("shipment_status", "", "PRO-1", known=True, same_content=True).posting == "link"


def test_what_came_before_is_told_by_name() -> None:
    again = same_bytes(First("released", "t1"), "000000001", "01/ACME").finding
    second = by_purpose("purchase_order", "duplicate", "PO-1", known=True).finding
    assert [found and found.code for found in (again, second)] == ["interchange-repeated", "document-repeated"]
