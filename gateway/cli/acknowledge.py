"""`gateway x12 ack`: the acknowledgments that files would get from a gateway without agreement, as raw X12."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.cli.render import say
from gateway.formats.x12 import acknowledgment, advice
from gateway.formats.x12.envelope import Event, Group, GroupEnd, GroupStart, Interchange, InterchangeEnd, SetRead

if TYPE_CHECKING:
    from gateway.cli.translating import Desk


class Form:
    """The standard policy in the form asked for: 997 or 999."""

    detail = "element"
    ta1 = "isa14"
    report_warnings = False
    accept_with_errors = True
    refuse_on = "syntax"

    def __init__(self, form: str) -> None:
        self.form = form


def translated(events: Iterator[Event], desk: Desk, advised: list[advice.Advice]) -> Iterator[Event]:
    """The reader's events, each set judged as far as check; what 824s say of those accepted and not taken goes into `advised`."""
    for event in events:
        if isinstance(event, SetRead):
            found = event.transaction_set
            became = desk.become(event.interchange, event.group, found)
            found.accepted = became.verdict
            told = advice.told(became.findings) if became.held not in (None, "detect") and found.accepted != "R" else []
            advised += [advice.set_advice(found, told)] if told else []
        yield event


def answers(events: Iterator[Event], form: str, number: int, at: datetime, advised: list[advice.Advice] | None = None) -> Iterator[bytes]:
    """Each answer's bytes, its control numbers counted up from `number`; what gets none is told on stderr.

    `advised` is what `translated` has to tell of the open group's sets: its 824s follow its acknowledgment.
    """
    policy = Form(form)
    sets: list[acknowledgment.Answer] = []
    groups: list[tuple[Group, acknowledgment.Answer, list[advice.Advice]]] = []
    for event in events:
        match event:
            case GroupStart():
                sets = []
            case SetRead(_, _, transaction_set):
                if transaction_set.last:
                    sets.append(acknowledgment.set_answer(transaction_set, policy))
            case GroupEnd(_, group):
                groups.append((group, acknowledgment.group_answer(group, sets), list(advised or ())))
                sets = []
                if advised:
                    advised.clear()
            case InterchangeEnd(interchange):
                for what in _owed(interchange, groups, policy):
                    yield acknowledgment.write(what, number, number, at)
                    number += 1
                groups = []
            case _:
                pass


def _owed(
    interchange: Interchange, groups: list[tuple[Group, acknowledgment.Answer, list[advice.Advice]]], policy: Form
) -> Iterator[acknowledgment.Answer]:
    """TA1 where ISA14 asks for one or the interchange is refused; a 997 or 999 for each group of one that is not, and its 824s."""
    control = interchange.control_number or "without number"
    owed = acknowledgment.ta1_owed(interchange, policy)
    if owed or not interchange.accepted:
        yield acknowledgment.answer("TA1", acknowledgment.envelope_back(interchange, None), ta1=acknowledgment.ta1_answer(interchange))
    if not owed and not interchange.accepted:
        say(f"interchange {control} does not ask for a TA1 (ISA14): the agreement says whether a refused one gets it all the same")
    if not interchange.accepted:
        return
    for group, answered, told in groups:
        if group.functional_id == "FA":
            say(f"group {group.control_number} of interchange {control} holds acknowledgments: these are not acknowledged")
            continue
        envelope = acknowledgment.envelope_back(interchange, group)
        yield acknowledgment.answer(policy.form, envelope, group=answered)
        if told and not any(finding.severity == "error" for finding in group.findings):
            content = advice.group_advice(group, interchange.control_number, told)
            yield acknowledgment.answer(advice.FORM, envelope, group=content)
