"""Which acknowledgments a closed interchange is owed, by its groups' agreements (AGREEMENTS "Verdicts and answers")."""

from __future__ import annotations

from collections.abc import Iterable

from gateway.carriage.edges import Answer, GroupSeen, InterchangeSeen
from gateway.edi.finding import Finding
from gateway.formats.x12 import acknowledgment, advice
from gateway.formats.x12.acknowledgment import STANDARD, Policy
from gateway.formats.x12.envelope import Group, TransactionSet
from gateway.profiles.terms import Terms


def answers(seen: InterchangeSeen) -> list[Answer]:
    """A TA1 where one is owed, a 997 or 999 for each group that is answered, and the 824s of its sets that are not taken.

    A refused interchange gets no group answer; a refused group no 824.
    """
    interchange = seen.interchange
    policy: Policy = seen.terms.answer if seen.terms is not None else STANDARD
    ta1 = None
    if acknowledgment.ta1_owed(interchange, policy) and not (seen.received and not seen.groups):
        ta1 = acknowledgment.ta1_answer(interchange)
    owed: list[Answer] = []
    groups = [group for group in seen.groups if _answered(group)] if interchange.accepted else []
    inside = ta1 is not None and bool(groups) and seen.terms is not None and seen.terms.answer.ta1_place == "answer"
    if ta1 is not None and not inside:
        owed.append(Answer(0, "TA1", acknowledgment.answer("TA1", envelope(seen, None, seen.terms), ta1=ta1)))
    for number, group in enumerate(groups):
        terms = group.terms or seen.terms
        form = terms.answer.form if terms is not None else STANDARD.form
        content = acknowledgment.group_answer(group.group, group.sets)
        first = ta1 if inside and number == 0 else None
        owed.append(
            Answer(group.group.number, form, acknowledgment.answer(form, envelope(seen, group.group, terms), ta1=first, group=content))
        )
    return owed + [_advice(seen, group) for group in seen.groups if interchange.accepted and _advised(group)]


def told(found: TransactionSet, held_at: str | None, findings: Iterable[Finding], terms: Terms) -> acknowledgment.Answer | None:
    """What an 824 says of a set under these terms; None where none is agreed, it is taken, or all that hinders is ours to settle."""
    agreed = terms.answer.advice
    if agreed == "none" or held_at is None or (agreed == "business" and found.accepted == "R"):
        return None
    wrong = advice.told(findings)
    return advice.set_advice(found, wrong) if wrong else None


def _advised(group: GroupSeen) -> bool:
    """Whether 824s are agreed for a group: which of its sets are not taken is known for good when its documents are settled."""
    refused = any(finding.severity == "error" for finding in group.group.findings)  # the group as such, whatever its sets are
    agreed = group.terms is not None and group.terms.answer.advice != "none"
    return agreed and not refused and not group.waits


def _advice(seen: InterchangeSeen, group: GroupSeen) -> Answer:
    terms = group.terms or seen.terms
    content = advice.group_advice(group.group, seen.interchange.control_number, group.advice)
    said = acknowledgment.answer(advice.FORM, envelope(seen, group.group, terms), group=content)
    return Answer(group.group.number, advice.FORM, said)


def _answered(group: GroupSeen) -> bool:
    """An acknowledgment is never acknowledged (FA); a group of which a set waits for an agreement is answered when that is there."""
    agreed = group.terms is None or group.terms.answer.form != "none"
    return group.group.functional_id != "FA" and agreed and not group.waits


def refusal(seen: InterchangeSeen, ta1: str, note: str) -> list[Answer]:
    """The TA1 R for an interchange to a receiver that is not ours (I18 007, 009), where the partner's terms for a TA1 ask for one."""
    interchange = seen.interchange
    asked = ta1 in ("always", "errors") or (ta1 == "isa14" and interchange.acknowledgment_requested)
    return [_refusing(seen, None, note)] if asked and not (seen.received and not seen.groups) else []


def repeated(seen: InterchangeSeen, terms: Terms | None) -> Answer:
    """The TA1 for a control number that came before (I18 025): only where it is agreed."""
    return _refusing(seen, terms, "025")


def _refusing(seen: InterchangeSeen, terms: Terms | None, note: str) -> Answer:
    interchange = seen.interchange
    said = {
        "control_number": interchange.control_number,
        "date": interchange.element(9),
        "time": interchange.element(10),
        "code": "R",
        "note": note,
    }
    return Answer(0, "TA1", acknowledgment.answer("TA1", envelope(seen, None, terms), ta1=said))


def envelope(seen: InterchangeSeen, group: Group | None, terms: Terms | None) -> acknowledgment.Answer:
    """The received envelope mirrored, written as the agreement says."""
    back = acknowledgment.envelope_back(seen.interchange, group)
    if terms is None:
        return back
    ours = terms.envelope
    marks = {"element": ours.element, "component": ours.component, "segment": ours.segment, "line_end": ours.line_end}
    version = {"version": ours.isa12} if ours.isa12 else {}
    repetition = {"repetition": ours.isa11} if ours.isa11 and not ours.isa11.isalnum() else {}
    return {**back, **marks, **version, **repetition}
