"""What a partner's 997 or 999 objects to in a set of ours (AK3, AK4; IK3, IK4), as findings at the place in our own segments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.edi.finding import Finding, Location
from gateway.exchange.codes import CODES


@dataclass(frozen=True, slots=True)
class Complaint:
    """One AK3, or one AK4 under it: AK301-304, the place in AK401, AK403 and AK404. Empty is what was not sent."""

    segment: str
    position: str
    loop: str
    code: str
    element: str = ""
    component: str = ""
    value: str = ""
    about_element: bool = False

    @property
    def meaning(self) -> str:
        """The code in words."""
        words = ELEMENTS if self.about_element else SEGMENTS
        return words.get(self.code, f"code {self.code or 'not given'}")


SEGMENTS = {
    "1": "no segment of this version",
    "2": "a segment that he does not take here",
    "3": "a mandatory segment is missing",
    "4": "the loop comes too often",
    "5": "the segment comes too often",
    "6": "the segment is not of this set",
    "7": "the segment is not in its place",
    "8": "elements of the segment are wrong",
    "I4": "a segment that his guide does not use",
    "I6": "a segment that his guide asks for is missing",
    "I7": "the segment comes too often for his guide",
    "I8": "a segment that depends on another is missing",
    "I9": "his guide asks for other segments here",
}
"""AK304 and IK304 (element 720 and I.620)."""
ELEMENTS = {
    "1": "a mandatory element is missing",
    "2": "an element that depends on another is missing",
    "3": "there are too many elements",
    "4": "the value is too short",
    "5": "the value is too long",
    "6": "the value has a character that may not stand there",
    "7": "the value is none of his codes",
    "8": "the value is no date",
    "9": "the value is no time",
    "10": "two values exclude each other",
    "12": "there are too many repetitions",
    "13": "there are too many components",
    "I10": "his guide does not use the element",
    "I11": "there are too few repetitions for his guide",
    "I12": "his guide asks for another pattern",
    "I13": "his guide asks for another value",
}
"""AK403 and IK403 (element 723 and I.621)."""
SETS = {
    "1": "he does not take this set",
    "2": "the trailer of the set is missing",
    "3": "the control numbers of header and trailer differ",
    "4": "the number of segments is wrong",
    "5": "one or more segments are wrong",
    "6": "the set's id is missing or wrong",
    "7": "the set's control number is missing or wrong",
    "18": "the set's control number came before",
    "23": "the control number is not unique in its group",
    "I5": "one or more segments are not as his guide asks",
    "I6": "the guide that the set names is not his",
}
"""AK502-06 and IK502-06 (element 718 and I.618)."""
MOST = 100


def objections(form: str, complaints: tuple[Complaint, ...], codes: tuple[str, ...]) -> Iterator[Finding]:
    """A finding for each; of a set without any, what its AK5 says."""
    for one in complaints[:MOST]:
        if (
            one.code == "8"
            and not one.about_element
            and any(other.about_element and other.position == one.position for other in complaints)
        ):
            continue
        at = Location(
            segment=one.segment or None,
            segment_position=_number(one.position),
            loop=one.loop or None,
            element=_number(one.element),
            component=_number(one.component),
        )
        yield CODES["objection"].finding(at, one.value or None, None, form=form, meaning=one.meaning)
    if not complaints:
        for code in codes:
            yield CODES["objection"].finding(Location(), None, None, form=form, meaning=SETS.get(code, f"code {code}"))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 and int(text) else None
