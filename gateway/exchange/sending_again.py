"""Sending again: what may be sent once more as it was, mended, or as a duplicate or replacement; each refusal is a sentence."""

from __future__ import annotations

from collections.abc import Collection

PURPOSES = {"duplicate": "duplicate", "replacement": "replace"}
"""What a document sent once more says it is (X12 353: 07 and 05)."""


def not_as_it_was(state: str, answers: Collection[str]) -> str:
    """Why the same bytes of an interchange must not go again, by its state and the states of its groups; '' where they may."""
    if state == "due":
        return "it is on its way: the service sends it, and tries again by itself"
    if state == "quarantined":
        return "it was never sent: `gateway quarantine reprocess` sends it, with the same bytes"
    if state == "discarded":
        return "it was discarded, and its numbers are void; let the document be left anew"
    if answers and all(answer == "accepted" for answer in answers):
        return "the partner has accepted it; `gateway document resend --as duplicate` sends its documents once more, and says so"
    if answers and all(answer in ("accepted", "rejected") for answer in answers):
        return "the partner has refused it; `gateway document resend --mended` sends what he refused under new numbers"
    return ""


def not_mended(state: str, held_at: str | None) -> str:
    """Why a document cannot be sent mended; '' where the partner refused it."""
    if state == "quarantined" and held_at == "acknowledge":
        return ""
    if state == "quarantined":
        return "it was never sent: mend what holds it, then `gateway quarantine reprocess`"
    if state == "waiting":
        return "it is on its way, and nobody refused it"
    if state == "done":
        return "the partner did not refuse it; --as duplicate or --as replacement sends it once more"
    return f"it is {state}, and was not refused"


def not_as_another(answer: str | None) -> str:
    """Why a document cannot be sent once more as a duplicate or replacement, by what became of it last; '' where it can."""
    if answer is None:
        return "it was never sent"
    if answer == "due":
        return "it is on its way, and was not sent yet"
    if answer == "rejected":
        return "the partner refused it: --mended sends it under new numbers"
    return "it was discarded before it was sent" if answer == "discarded" else ""
