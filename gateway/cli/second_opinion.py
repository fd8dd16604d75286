"""Checked events with pyx12's opinion of each set among its findings; imported only where it is asked for."""

from collections.abc import Iterable, Iterator

from gateway.carriage.opinion import unheard
from gateway.formats.x12.envelope import Event, SetRead
from gateway.opinions.pyx12 import Pyx12
from gateway.profiles.guide import Guides


def with_opinions(events: Iterable[Event], guides: Guides) -> Iterator[Event]:
    """The events of `check(..., whole=True)`; what only pyx12 objects to stands behind our own findings of a set."""
    judge = Pyx12()
    for event in events:
        if isinstance(event, SetRead):
            found = event.transaction_set
            if found.guide:
                guide = guides.guide(found.guide.split("@")[0])
                found.findings += unheard(found, judge.judge(guide, found))
        yield event
