"""States of what we carry, and the one table of transitions between them (DESIGN 8). Plain words, stored as text."""

from typing import Literal

TransmissionState = Literal["received", "read", "duplicate", "unreadable", "incomplete", "empty", "discarded"]
InterchangeState = Literal["released", "refused", "duplicate", "held", "incomplete", "discarded"]
DocumentState = Literal["staged", "waiting", "done", "rejected", "duplicate", "quarantined", "discarded", "replaced"]
DeliveryState = Literal["due", "sending", "delivered", "outcome_unknown", "quarantined", "discarded"]
OutgoingState = Literal["due", "sent", "quarantined", "discarded"]
AnsweredState = Literal["due", "sent", "awaited", "overdue", "accepted", "rejected", "discarded"]
AcknowledgmentState = Literal["owed", "sent", "quarantined", "discarded", "awaited", "accepted", "rejected", "overdue"]
Verb = Literal["receive", "detect", "parse", "validate", "map", "check", "route", "deliver", "acknowledge"]

VERBS: tuple[Verb, ...] = ("receive", "detect", "parse", "validate", "map", "check", "route", "deliver", "acknowledge")

TRANSITIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "transmission": {
        "received": ("read", "duplicate", "unreadable", "incomplete", "empty"),
        "unreadable": ("read", "duplicate", "unreadable", "incomplete", "empty", "discarded"),
        "incomplete": ("read", "duplicate", "unreadable", "incomplete", "discarded"),
        "read": ("read",),
        "duplicate": ("read", "duplicate"),
    },
    "interchange": {
        "held": ("released", "refused", "duplicate", "held", "incomplete", "discarded"),
        "incomplete": ("released", "refused", "duplicate", "held", "incomplete", "discarded"),
    },
    "document": {
        "staged": ("waiting", "quarantined", "rejected", "duplicate", "discarded", "done", "replaced"),
        "waiting": ("done", "quarantined", "discarded"),
        "done": ("quarantined",),
        "quarantined": ("staged", "quarantined", "discarded", "replaced"),
        "rejected": ("staged", "replaced"),
    },
    "delivery": {
        "due": ("sending", "quarantined"),
        "sending": ("sending", "delivered", "due", "outcome_unknown", "quarantined"),
        "outcome_unknown": ("sending", "delivered", "due", "outcome_unknown", "quarantined"),
        "quarantined": ("due", "discarded"),
    },
    "acknowledgment": {
        "owed": ("sent", "quarantined"),
        "sent": ("sent",),
        "quarantined": ("owed", "discarded"),
        "awaited": ("accepted", "rejected", "overdue"),
        "overdue": ("accepted", "rejected"),
    },
    "outgoing": {
        "due": ("sent", "quarantined"),
        "sent": ("sent",),
        "quarantined": ("due", "discarded"),
    },
    "outgoing_group": {
        "due": ("awaited", "sent", "accepted", "rejected", "discarded"),
        "sent": ("accepted", "rejected"),
        "awaited": ("accepted", "rejected", "overdue"),
        "overdue": ("accepted", "rejected", "awaited"),
    },
    "outgoing_set": {
        "due": ("awaited", "sent", "accepted", "rejected", "discarded"),
        "sent": ("accepted", "rejected"),
        "awaited": ("accepted", "rejected", "overdue"),
        "overdue": ("accepted", "rejected", "awaited"),
        "accepted": ("rejected",),
    },
}
"""What may follow what, per kind; a state without a row is an end.

A document goes from staged straight to done where it only informs, or where no destination may have it (ISA15 = T with
nothing but production connectors). Of ours: waiting until it is sent, done then, quarantined where the partner refuses it;
`sent` is what nobody need answer; a set that a 997 accepted may still be refused by an 824. Reprocessing stages a held
document anew and settles it in the same transaction.
`replaced`: reading its set again made another row, or none, of this part; or it goes in the set of another document.
A rejected one is staged again only by `--despite-rejection`.
"""


def may_follow(kind: str, before: str, after: str) -> bool:
    """Whether a thing of `kind` in state `before` may become `after`."""
    return after in TRANSITIONS[kind].get(before, ())


def before(kind: str, after: str) -> tuple[str, ...]:
    """The states from which a thing of `kind` may become `after`: what a conditional update asks for."""
    return tuple(state for state, following in TRANSITIONS[kind].items() if after in following)
