"""Answers as they are read from what a partner sent: 997, 999 and 824 from their segments, TA1 from its own."""

from __future__ import annotations

from dataclasses import replace

from gateway.exchange.answers import AdviceAnswer, AnsweredSet, GroupAnswer, InterchangeAnswer
from gateway.exchange.complaints import Complaint
from gateway.formats.x12.envelope import TA1, TransactionSet
from gateway.formats.x12.place import segment_place


def group_answer(found: TransactionSet) -> GroupAnswer | None:
    """What a 997 or 999 says (AK1; AK2 with AK3, AK4 and AK5, or IK; AK9); None where AK1 or AK9 is missing, so that it says nothing.

    Whatever else is wrong with it does not hinder: its meaning stands in these segments.
    """
    about: list[str] | None = None
    at = 0
    verdict, accepted = "", ""
    sets: list[AnsweredSet] = []
    segment: Complaint | None = None
    for index, raw in enumerate(found.segments):
        elements = [element.strip() for element in raw.split(found.delimiters.element)]
        elements += [""] * (5 - len(elements))
        match elements[0]:
            case "AK1" if about is None:
                about, at = elements, index
            case "AK2":
                sets.append(AnsweredSet(elements[1], elements[2], ""))
            case "AK3" | "IK3" if sets:
                segment = Complaint(elements[1], elements[2], elements[3], elements[4])
                sets[-1] = replace(sets[-1], complaints=(*sets[-1].complaints, segment))
            case "AK4" | "IK4" if sets and segment is not None:
                place = [*elements[1].split(found.delimiters.component or ":"), ""]
                one = replace(segment, element=place[0], component=place[1], code=elements[3], value=elements[4], about_element=True)
                sets[-1] = replace(sets[-1], complaints=(*sets[-1].complaints, one))
            case "AK5" | "IK5" if sets:
                sets[-1] = replace(sets[-1], verdict=elements[1], codes=tuple(code for code in elements[2:7] if code))
            case "AK9":
                verdict, accepted = elements[1], elements[4]
    if about is None or not verdict:
        return None
    counted = int(accepted) if accepted.isascii() and accepted.isdigit() and len(accepted) < 10 else None
    return GroupAnswer(found.id, about[1], about[2], verdict, tuple(sets), about[3], segment_place(found, at), counted)


MOST_REASONS = 3


def advice_answers(found: TransactionSet) -> list[AdviceAnswer]:
    """What an 824 says: one answer for each OTI, with the first reasons of the TED behind it."""
    answers: list[AdviceAnswer] = []
    reasons: list[str] = []
    for index, raw in enumerate(found.segments):
        elements = [element.strip() for element in raw.split(found.delimiters.element)]
        elements += [""] * (11 - len(elements))
        if elements[0] == "OTI":
            place, reasons = segment_place(found, index), []
            answers.append(AdviceAnswer(elements[10], elements[9], elements[8], elements[1], elements[3], "", place))
        elif elements[0] == "TED" and answers:
            reasons.append(f"{elements[1]} {elements[2]}".rstrip())
            more = f"; {len(reasons) - MOST_REASONS} more" if len(reasons) > MOST_REASONS else ""
            answers[-1] = replace(answers[-1], reasons=f"({'; '.join(reasons[:MOST_REASONS])}{more})")
    return answers


def interchange_answer(ta1: TA1) -> InterchangeAnswer:
    """What a TA1 says of an interchange of ours."""
    return InterchangeAnswer(ta1.control_number, ta1.code, ta1.note)
