"""States of what we carry, and the one table of transitions between them (DESIGN 8). Plain words, stored as text."""

from typing import Literal

TransmissionState = Literal["received", "read", "duplicate", "unreadable", "incomplete"]
DocumentState = Literal["staged", "waiting", "done", "rejected", "duplicate", "quarantined", "discarded"]
DeliveryState = Literal["due", "sending", "delivered", "outcome_unknown", "quarantined"]
AcknowledgmentState = Literal["owed", "sent", "awaited", "accepted", "rejected", "overdue"]
Verb = Literal["receive", "detect", "parse", "validate", "map", "check", "route", "deliver", "acknowledge"]

VERBS: tuple[Verb, ...] = ("receive", "detect", "parse", "validate", "map", "check", "route", "deliver", "acknowledge")

TRANSITIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "transmission": {
        "received": ("read", "duplicate", "unreadable", "incomplete"),
        "unreadable": ("read", "unreadable", "incomplete"),
        "incomplete": ("read", "unreadable", "incomplete"),
        "read": ("read",),
        "duplicate": ("read", "duplicate"),
    },
    "document": {
        "staged": ("waiting", "quarantined", "rejected", "duplicate", "discarded"),
        "waiting": ("done", "quarantined"),
        "quarantined": ("waiting", "quarantined", "discarded", "duplicate", "rejected"),
    },
    "delivery": {
        "due": ("sending",),
        "sending": ("delivered", "due", "outcome_unknown", "quarantined"),
        "outcome_unknown": ("delivered", "due", "quarantined"),
        "quarantined": ("due",),
    },
    "acknowledgment": {
        "owed": ("sent",),
        "awaited": ("accepted", "rejected", "overdue"),
        "overdue": ("accepted", "rejected"),
    },
}
"""What may follow what, per kind; a state without a row is an end."""


def may_follow(kind: str, before: str, after: str) -> bool:
    """Whether a thing of `kind` in state `before` may become `after`."""
    return after in TRANSITIONS[kind].get(before, ())
