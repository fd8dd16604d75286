"""Answers received (TA1, 997, 999, 824) matched to what we sent: each closes its own expectation only, nothing by chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.edi.finding import Finding, Location
from gateway.exchange.codes import CODES
from gateway.exchange.complaints import Complaint
from gateway.exchange.control_numbers import equal

Outcome = Literal["matched", "unmatched", "ambiguous", "repeated", "contradicting"]
State = Literal["accepted", "rejected", "awaited"]


@dataclass(frozen=True, slots=True)
class SentGroup:
    """A functional group that we sent: its numbers, its sets by ST01 and ST02, and the answer that closed it, if one did.

    `key` is whatever the caller knows it by. A TA1 answers the interchange: groups of one interchange share its number.
    """

    key: str
    interchange_number: str
    functional_id: str
    group_number: str
    sets: tuple[tuple[str, str], ...] = ()
    answered: str | None = None
    """AK901 of the answer that was matched before; None while it is awaited."""
    version: str = ""
    envelope_answered: str | None = None
    """TA104 of the TA1 that was matched to its interchange before."""
    advised: tuple[tuple[tuple[str, str], str], ...] = ()
    """The sets of which an 824 was matched before, with its OTI01."""


@dataclass(frozen=True, slots=True)
class AnsweredSet:
    """AK2 to AK5 of an answer: which set, and A E R and the other codes of AK501."""

    set: str
    control_number: str
    verdict: str
    codes: tuple[str, ...] = ()
    """AK502 to AK506: why it was refused as a whole."""
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """One 997 or 999 as read: AK101, AK102, AK103 where it was sent, AK901, and the sets that it names."""

    form: str
    functional_id: str
    group_number: str
    verdict: str
    sets: tuple[AnsweredSet, ...] = ()
    version: str = ""
    location: Location | None = None
    accepted: int | None = None
    """AK904, the number of sets that he accepted, where it was sent."""


@dataclass(frozen=True, slots=True)
class InterchangeAnswer:
    """One TA1 as read: TA101, TA104 and TA105."""

    control_number: str
    verdict: str
    note: str = ""
    location: Location | None = None


@dataclass(frozen=True, slots=True)
class AdviceAnswer:
    """What an 824 says of one set of ours: OTI10, OTI09, OTI08, OTI01, the sender's number (OTI03), and its reasons (TED)."""

    set: str
    control_number: str
    group_number: str
    verdict: str
    reference: str = ""
    reasons: str = ""
    location: Location | None = None
    form: str = "824"

    @property
    def about(self) -> str:
        """The set as people name it."""
        return f"{self.set} {self.control_number or self.reference}".strip()


@dataclass(frozen=True, slots=True)
class Match:
    """What an answer closes: the group, what became of each of its sets, and what to say."""

    outcome: Outcome
    key: str | None = None
    states: tuple[tuple[tuple[str, str], State], ...] = ()
    """Each set that we sent, as (ST01, ST02), with its state."""
    findings: tuple[Finding, ...] = ()


ACCEPTED = ("A", "E", "P")
"""AK501 and AK901 by which a set, or at least a part of a group, was taken; M, R, W and X refuse."""


def match_group(answer: GroupAnswer, sent: Iterable[SentGroup]) -> Match:
    """The group of ours that a 997 or 999 answers: the one with its functional id and number.

    Of several with one number the ones still awaited count, then those of the answer's version; two left are ambiguous.
    A set not named in the answer has the group's verdict. Of a group accepted in part it is accepted where the answer names
    what it refuses and counts no other number of accepted sets (AK904); else nobody knows, and it stays awaited.
    """
    at = answer.location or Location()
    shown = f"{answer.functional_id} {answer.group_number}"
    fitting = [g for g in sent if g.functional_id == answer.functional_id and equal(g.group_number, answer.group_number)]
    if not fitting:
        return Match("unmatched", findings=(CODES["answer-unmatched"].finding(at, shown, form=answer.form),))
    fitting = _narrowed(answer, fitting)
    if len(fitting) > 1:
        return Match("ambiguous", findings=(CODES["answer-ambiguous"].finding(at, shown, form=answer.form, count=len(fitting)),))
    (group,) = fitting
    if group.answered is not None:
        if group.answered == answer.verdict:
            return Match("repeated", group.key, findings=(CODES["answer-repeated"].finding(at, shown, form=answer.form),))
        said = CODES["answer-contradicting"].finding(at, shown, form=answer.form, verdict=answer.verdict, before=group.answered)
        return Match("contradicting", group.key, findings=(said,))
    findings: list[Finding] = []
    states = _states(answer, group, findings, at)
    return Match("matched", group.key, tuple(states.items()), tuple(findings))


def _narrowed(answer: GroupAnswer, fitting: list[SentGroup]) -> list[SentGroup]:
    awaited = [group for group in fitting if group.answered is None]
    # all answered: it can only repeat or contradict the newest, which stands last
    candidates = awaited or fitting[-1:]
    if len(candidates) > 1 and answer.version:
        candidates = [group for group in candidates if group.version == answer.version] or candidates
    return candidates


def _states(answer: GroupAnswer, group: SentGroup, findings: list[Finding], at: Location) -> dict[tuple[str, str], State]:
    whole: State = "accepted" if answer.verdict in ("A", "E") else "rejected" if answer.verdict not in ACCEPTED else "awaited"
    states = dict.fromkeys(group.sets, whole)
    for named in answer.sets:
        ours = next((known for known in group.sets if known[0] == named.set and equal(known[1], named.control_number)), None)
        if ours is None:
            shown = f"{named.set} {named.control_number}"
            findings.append(CODES["answer-set-unknown"].finding(at, shown, form=answer.form, group=group.group_number))
        elif whole != "rejected":
            # AK9 R refuses the group whatever AK5 says of its sets
            states[ours] = "accepted" if named.verdict in ACCEPTED else "rejected"
    unnamed = [known for known, state in states.items() if state == "awaited"]
    if unnamed:
        taken = len(unnamed) + sum(state == "accepted" for state in states.values())
        if "rejected" in states.values() and answer.accepted in (None, taken):
            states.update(dict.fromkeys(unnamed, "accepted"))  # many name only what they refuse
        else:
            shown = ", ".join(f"{set_id} {number}" for set_id, number in unnamed[:5]) + (" ..." if len(unnamed) > 5 else "")
            findings.append(CODES["answer-incomplete"].finding(at, shown, form=answer.form, group=group.group_number))
    for (set_id, number), state in states.items():
        if state == "rejected":
            verdict = next((n.verdict for n in answer.sets if n.set == set_id and equal(n.control_number, number)), answer.verdict)
            findings.append(CODES["rejected-by-partner"].finding(at, what=f"{set_id} {number}", form=answer.form, verdict=verdict))
    return states


def match_advice(answer: AdviceAnswer, sent: Iterable[SentGroup]) -> Match:
    """The set of ours that an 824 speaks of: by group and set number; it closes nothing that a 997 closes.

    OTI01 ending in R rejects the set, or with I an item of it; P a part. All of it is told, for the partner has not taken it.
    """
    at = answer.location or Location()
    key, shown = (answer.set, answer.control_number), f"{answer.about} of group {answer.group_number or '(not said)'}"
    fitting = [
        (group, known)
        for group in sent
        if equal(group.group_number, answer.group_number)
        for known in group.sets
        if known[0] == key[0] and equal(known[1], key[1])
    ]
    if not fitting:
        return Match("unmatched", findings=(*_refused(answer, at), CODES["answer-unmatched"].finding(at, shown, form=answer.form)))
    if len({group.functional_id for group, _ in fitting}) > 1:
        return Match("ambiguous", findings=(CODES["answer-ambiguous"].finding(at, shown, form=answer.form, count=len(fitting)),))
    group, ours = fitting[-1]  # numbers begin anew one day: the newest is meant
    before = dict(group.advised).get(ours)
    if before is not None:
        if before == answer.verdict:
            return Match("repeated", group.key, findings=(CODES["answer-repeated"].finding(at, shown, form=answer.form),))
        said = CODES["answer-contradicting"].finding(at, shown, form=answer.form, verdict=answer.verdict, before=before)
        return Match("contradicting", group.key, findings=(said,))
    state: State = "rejected" if answer.verdict.endswith("R") and not answer.verdict.startswith("I") else "accepted"
    return Match("matched", group.key, ((ours, state),), _refused(answer, at))


def _refused(answer: AdviceAnswer, at: Location) -> tuple[Finding, ...]:
    if not answer.verdict.endswith(("R", "P")):
        return ()
    verdict = f"{answer.verdict} {answer.reasons}".rstrip()
    return (CODES["rejected-by-partner"].finding(at, what=answer.about, form=answer.form, verdict=verdict),)


def match_interchange(answer: InterchangeAnswer, sent: Sequence[SentGroup]) -> Match:
    """The interchange of ours that a TA1 answers, as the key of its first group.

    TA1 R refuses everything in it, so all its sets are rejected; A and E say only that the envelope was read, and the
    997 stays awaited.
    """
    at, number = answer.location or Location(), answer.control_number
    groups = [group for group in sent if equal(group.interchange_number, number)]
    if not groups:
        return Match("unmatched", findings=(CODES["answer-unmatched"].finding(at, number, form="TA1"),))
    before = groups[0].envelope_answered
    if before is not None:
        if before == answer.verdict:
            return Match("repeated", groups[0].key, findings=(CODES["answer-repeated"].finding(at, number, form="TA1"),))
        said = CODES["answer-contradicting"].finding(at, number, form="TA1", verdict=answer.verdict, before=before)
        return Match("contradicting", groups[0].key, findings=(said,))
    refused = answer.verdict == "R"
    state: State = "rejected" if refused else "awaited"
    states = tuple((known, state) for group in groups for known in group.sets)
    verdict = f"R {answer.note}".rstrip()
    lost = CODES["rejected-by-partner"].finding(at, what=f"Interchange {number}", form="TA1", verdict=verdict)
    return Match("matched", groups[0].key, states, (lost,) if refused else ())
