"""pyx12 as second opinion: it judges a set by our guide, with its own reader, walker and rules; nothing is accepted or refused by it.

Only framed sets get here, in an envelope of ours: what makes pyx12 stop or fall (empty segments, ISA versions, trailers without
headers) is found by our reader before. The only module that imports pyx12; `walk_errors` and `is_valid_errors` are names of 4.0.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyx12.map_if import load_map_file
from pyx12.map_walker import walk_tree
from pyx12.params import ParamsBase
from pyx12.segment import Segment
from pyx12.syntax import is_syntax_valid
from pyx12.x12file import X12Reader

from gateway.carriage.opinion import unheard
from gateway.edi.finding import Finding
from gateway.formats.x12.check import guide_for
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import SetRead, TransactionSet
from gateway.formats.x12.place import element_place, segment_place
from gateway.formats.x12.pyx12_maps import inner_relations, interchange_version, map_folder, map_name
from gateway.formats.x12.reader import read
from gateway.opinions.codes import CODES
from gateway.profiles.guide import Guide, Guides

_KEPT = 64
"""Maps kept, the most recently used: loading one takes as long as judging twenty sets."""
_SPARE = "~|!\x1d\x1c\x1e\x1f;^`{}"
"""Characters of which one that no segment holds can stand where a delimiter is needed."""
_ENVELOPE = 2
"""Segments before the set: ISA and GS."""


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that pyx12 says: the segment (from 0) where it says it, the segment it is about, the element, its AK3 or AK4 code."""

    index: int
    segment: str
    element: int | None
    component: int | None
    code: str
    said: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A disagreement that is known and settled in our favour: pyx12's code, what it says, and why we hold otherwise."""

    name: str
    code: str
    says: re.Pattern[str]
    because: str


STANDING = (
    Standing(
        "trailing-point",
        "6",
        re.compile(r"is type R, contains an invalid character\(-?[0-9]+\.\)"),
        "A decimal may end in its point (12.): with a whole number the point is optional, not forbidden.",
    ),
    Standing(
        "empty-segment",
        "8",
        re.compile(r'^Segment "[A-Z0-9]{2,3}\W*" is empty'),
        "A segment of which the guide wants no element may stand alone with its name (LQ, TD3): it says nothing and breaks no rule.",
    ),
    Standing(
        "hl-counted",
        "HL1",
        re.compile("HL count"),
        "HL01 must be unique; that it counts 1, 2, 3 is X12's example, not its rule.",
    ),
    Standing(
        "hl-open-parent",
        "HL2",
        re.compile("is not a valid parent"),
        "HL02 names any level before it; pyx12 wants it among those still open, so that orders whose items come mixed fall.",
    ),
)
"""What pyx12 objects to and we do not tell: docs/second-opinion.md says the same."""


class Pyx12:
    """Judges sets; maps are made from guides on first use and kept."""

    def __init__(self) -> None:
        self._maps: OrderedDict[tuple[str, str], tuple[Any, dict[str, tuple[str, ...]]]] = OrderedDict()

    def judge(self, guide: Guide, found: TransactionSet) -> list[Finding]:
        """What pyx12 objects to in a whole set but for STANDING, as warnings that go into no acknowledgment; what stops it is told.

        A set that is not whole it could only repeat is not: nothing is said of it.
        """
        if not is_framed(found):
            return []
        try:
            return [_finding(found, objection) for objection in self.objections(guide, found) if not is_standing(objection)]
        except Exception as error:  # noqa: BLE001 - whatever a foreign engine stumbles over must not stop ours
            said = f"{type(error).__name__}: {error}"
            return [CODES["second-opinion-failed"].finding(segment_place(found, 0), found.control_number, said=said)]

    def objections(self, guide: Guide, found: TransactionSet) -> list[Objection]:
        """What pyx12 objects to, in its order; any exception of pyx12 comes through."""
        segments = [raw for raw in found.segments if raw]
        root, inner = self._map(guide)
        source = X12Reader(io.StringIO(_interchange(guide, found, segments)))
        walk = walk_tree()
        node: Any = None
        heard: list[Objection] = []
        number = 0
        for number, segment in enumerate(source, 1 - _ENVELOPE):
            name = segment.get_seg_id()
            if number <= 0:
                path = "/ISA_LOOP" if name == "ISA" else "/ISA_LOOP/GS_LOOP"
                node = root.getnodebypath(f"{path}/{name}")
                walk.forceWalkCounterToLoopStart(path, f"{path}/{name}")
                continue
            index = number - 1
            at, _, _, errors = walk.walk_errors(node, segment, source.get_seg_count(), source.get_cur_line(), source.get_ls_id())
            if index >= len(segments):
                break
            heard += [_of_segment(index, error, name) for error in errors]
            heard += [Objection(index, name, None, None, code, said) for _, code, said, _, _ in source.pop_errors()]
            if at is not None:
                node = at
                heard += [_of_element(index, name, error) for error in at.is_valid_errors(segment)[1]]
                heard += [_of_components(index, name, place, said) for place, said in _components(segment, at, inner)]
        if number <= len(segments):
            raise ValueError(f"it stopped reading after {number} of {len(segments)} segments")
        return heard

    def _map(self, guide: Guide) -> tuple[Any, dict[str, tuple[str, ...]]]:
        """pyx12's map of a guide, and beside it the relations in composites, which pyx12 does not load."""
        key = (guide.name, guide.digest)
        found = self._maps.get(key)
        if found is None:
            with tempfile.TemporaryDirectory(prefix="gateway-pyx12-") as folder:  # it takes files only
                files = map_folder([guide])
                for name, text in files.items():
                    (Path(folder) / name).write_text(text, encoding="utf-8")
                root = load_map_file(map_name(guide), ParamsBase(), folder)
                found = self._maps[key] = root, inner_relations(files[map_name(guide)])
            if len(self._maps) > _KEPT:
                self._maps.popitem(last=False)
        else:
            self._maps.move_to_end(key)
        return found


def is_standing(objection: Objection) -> bool:
    """Whether an objection is one of the known disagreements."""
    return any(objection.code == known.code and known.says.search(objection.said) for known in STANDING)


def judge_file(chunks: Iterable[bytes], guides: Guides, judge: Pyx12 | None = None) -> Iterator[Finding]:
    """Where pyx12 disagrees with us over a file: what it objects to in segments in which we find nothing wrong."""
    judge = judge or Pyx12()
    for event in read(chunks):
        if not isinstance(event, SetRead):
            continue
        found = event.transaction_set
        name = guide_for(event.group, found, guides)
        if name is None or not is_framed(found):
            continue
        guide = guides.guide(name)
        validate(guide, found)
        yield from unheard(found, judge.judge(guide, found))


def is_framed(found: TransactionSet) -> bool:
    """Whether a set is whole and ends in its SE: otherwise pyx12 could only repeat that it is not."""
    return found.last and found.position == 1 and found.segments[-1].startswith("SE" + found.delimiters.element)


def _interchange(guide: Guide, found: TransactionSet, segments: list[str]) -> str:
    """The set in an envelope that pyx12 takes, without what it cannot judge: later repetitions, characters beyond its list."""
    delimiters = found.delimiters
    text = "".join(segments)
    spare = [character for character in _SPARE if character not in text and character != delimiters.element]
    terminator = spare.pop(0)
    component = delimiters.component if len(delimiters.component) == 1 else spare.pop(0)
    repetition = delimiters.repetition
    icvn = interchange_version(guide)
    shown = [_first_repetitions(raw, delimiters.element, repetition) if repetition and repetition in raw else raw for raw in segments]
    others = {ord(character): "A" for character in set(text) if _unknown(character, delimiters.element + component)}
    if others:
        shown = [raw.translate(others) for raw in shown]
    e = delimiters.element
    standard = (repetition or spare.pop(0)) if icvn == "00501" else "U"
    parties = ("ZZ", "SENDER".ljust(15), "ZZ", "RECEIVER".ljust(15))
    blank = " " * 10
    isa = e.join(("ISA", "00", blank, "00", blank, *parties, "260101", "0000", standard, icvn, "000000001", "0", "T", component))
    gs = e.join(("GS", guide.group, "SENDER", "RECEIVER", "20260101", "0000", "1", "X", guide.version))
    return "".join(segment + terminator for segment in (isa, gs, *shown, f"GE{e}1{e}1", f"IEA{e}1{e}000000001"))


def _unknown(character: str, delimiters: str) -> bool:
    """Whether pyx12 holds a character for no text at all, which is not what it is asked about."""
    return character not in delimiters and (not character.isascii() or character in "^`")


def _first_repetitions(raw: str, separator: str, repetition: str) -> str:
    return separator.join(element.split(repetition, 1)[0] for element in raw.split(separator))


def _of_segment(index: int, error: Any, name: str) -> Objection:
    about = error.seg_data.get_seg_id() if error.seg_data is not None else name
    return Objection(index, about, None, None, error.err_cde, error.err_str)


def _of_element(index: int, name: str, error: Any) -> Objection:
    element: int | None = None
    component: int | None = None
    if error.map_node is not None:
        element = error.map_node.seq
        if error.map_node.parent.is_composite():
            element, component = error.map_node.parent.seq, element
    return Objection(index, name, element, component, error.err_cde, error.err_str)


def _components(segment: Segment, node: Any, inner: dict[str, tuple[str, ...]]) -> Iterator[tuple[Any, tuple[str, str]]]:
    """The composites whose relations pyx12's own rule finds broken: each is shown to it as a segment of its components."""
    for place in node.children if inner else ():
        relations = inner.get(place.id, ()) if place.is_composite() else ()
        value = segment.get_value(f"{place.seq:02d}") if relations else None
        if not value:
            continue
        shown = Segment("~".join((place.id, *value.split(segment.subele_term))), "\n", "~", "\r")
        for relation in relations:
            rule = [relation[0], *(relation[at : at + 2] for at in range(1, len(relation), 2))]
            valid, said = is_syntax_valid(shown, rule)
            if not valid:
                yield place, ("10" if relation[0] == "E" else "2", said or relation)


def _of_components(index: int, name: str, place: Any, said: tuple[str, str]) -> Objection:
    return Objection(index, name, place.seq, None, *said)


def _finding(found: TransactionSet, objection: Objection) -> Finding:
    elements = found.segments[objection.index].split(found.delimiters.element)
    element = objection.element
    if elements[0] != objection.segment:  # what is missing has no place of its own: it is missed here
        here = segment_place(found, objection.index)
        place = replace(here, segment=objection.segment, length=0)
    elif element is None or element >= len(elements):
        place = replace(segment_place(found, objection.index), element=element, component=objection.component)
    else:
        place = element_place(found, objection.index, element, objection.component)
        return CODES["second-opinion"].finding(place, elements[element], said=objection.said)
    return CODES["second-opinion"].finding(place, said=objection.said)
