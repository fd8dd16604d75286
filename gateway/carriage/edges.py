"""What carrying needs of the world, and what it has seen of the open interchange."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from gateway.carriage.drafting import Drafter
from gateway.formats.x12.envelope import Group, Interchange, TransactionSet
from gateway.ports import Archive, Clock, Departures, FaultPoint, Ids, Journal, Sendings
from gateway.profiles.catalog import Catalog, Found
from gateway.profiles.terms import Terms
from gateway.records import Received
from gateway.translate.mapping import Mapping
from gateway.translate.outcome import Outcome

BATCH = 100

Translate = Callable[[Catalog, Terms, Interchange, Group, TransactionSet], Outcome]
"""Validate, map and check one set."""


@dataclass(slots=True)
class GroupSeen:
    """A group of the open interchange, with what its answer is made of."""

    group: Group
    sets: list[dict[str, Any]] = field(default_factory=list)
    """What the answer says of each set that was judged."""
    advice: list[dict[str, Any]] = field(default_factory=list)
    """What an 824 says of each set that is not taken, where that is agreed."""
    terms: Terms | None = None
    """Of its first set that has an agreement: they say how the group is answered."""
    first_set: int | None = None
    """Where its first set begins: what stands before is the group's head."""
    waits: bool = False
    """Whether a set of it has no agreement yet: then it is not answered yet."""


@dataclass(slots=True)
class InterchangeSeen:
    """The open interchange: whose it is, or why it waits as a whole."""

    interchange: Interchange
    party: Found
    groups: list[GroupSeen] = field(default_factory=list)
    terms: Terms | None = None
    """Of the first set in it that has an agreement."""
    received: list[Received] = field(default_factory=list)
    """Answers that stood in it, TA1s first or last as they came: an interchange that holds only TA1s is not answered."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An acknowledgment before it has numbers: `content` is all that its bytes are made of."""

    group: int
    form: str
    content: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Edges:
    """What the pipeline needs of the world; `wiring.Gateway.edges` makes it."""

    archive: Archive
    journal: Journal
    catalog: Callable[[], Catalog]
    """Today's profiles and mappings; one call is one consistent snapshot."""
    translate: Translate
    mapping: Callable[[Catalog, Terms], Mapping | None]
    """The mapping of an agreement on files without envelope. Raises Halt."""
    draft: Drafter
    departures: Departures
    sendings: Sendings
    clock: Clock
    ids: Ids
    fault: FaultPoint
    batch: int = BATCH
    """Documents of one file that are written together."""
    terms_archived: set[str] = field(default_factory=set)
