"""`gateway x12 ack`: the acknowledgments that files would get from a gateway without agreement, as raw X12."""

from collections.abc import Iterator
from datetime import datetime

from gateway.cli.render import say
from gateway.formats.x12 import acknowledgment
from gateway.formats.x12.envelope import Event, Group, GroupEnd, GroupStart, Interchange, InterchangeEnd, SetRead


class Form:
    """The standard policy in the form asked for: 997 or 999."""

    detail = "element"
    ta1 = "isa14"
    report_warnings = False
    accept_with_errors = True
    refuse_on = "syntax"

    def __init__(self, form: str) -> None:
        self.form = form


def answers(events: Iterator[Event], form: str, number: int, at: datetime) -> Iterator[bytes]:
    """Each answer's bytes, its control numbers counted up from `number`; what gets none is told on stderr."""
    policy = Form(form)
    sets: list[acknowledgment.Answer] = []
    groups: list[tuple[Group, acknowledgment.Answer]] = []
    for event in events:
        match event:
            case GroupStart():
                sets = []
            case SetRead(_, _, transaction_set):
                if transaction_set.last:
                    sets.append(acknowledgment.set_answer(transaction_set, policy))
            case GroupEnd(_, group):
                groups.append((group, acknowledgment.group_answer(group, sets)))
                sets = []
            case InterchangeEnd(interchange):
                for what in _owed(interchange, groups, policy):
                    yield acknowledgment.write(what, number, number, at)
                    number += 1
                groups = []
            case _:
                pass


def _owed(interchange: Interchange, groups: list[tuple[Group, acknowledgment.Answer]], policy: Form) -> Iterator[acknowledgment.Answer]:
    """TA1 where ISA14 asks for one or the interchange is refused; a 997 or 999 for each group of one that is not."""
    control = interchange.control_number or "without number"
    owed = acknowledgment.ta1_owed(interchange, policy)
    if owed or not interchange.accepted:
        yield acknowledgment.answer("TA1", acknowledgment.envelope_back(interchange, None), ta1=acknowledgment.ta1_answer(interchange))
    if not owed and not interchange.accepted:
        say(f"interchange {control} does not ask for a TA1 (ISA14): the agreement says whether a refused one gets it all the same")
    if not interchange.accepted:
        return
    for group, answered in groups:
        if group.functional_id == "FA":
            say(f"group {group.control_number} of interchange {control} holds acknowledgments: these are not acknowledged")
            continue
        yield acknowledgment.answer(policy.form, acknowledgment.envelope_back(interchange, group), group=answered)
