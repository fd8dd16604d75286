"""Our guides as maps of pyx12, for the second opinion: the same facts in its XML, so that its engine can judge by them.

pyx12 reads a folder: an index (`maps.xml`), a map a set, a control map an interchange version, data elements and code
lists. Its ways shape what is written: positions run on through a map (it compares them across loops), a closed code list
is a regular expression (a list in a first element would be taken for the segment's name), and an element whose length
differs at one place gets a number of its own (its data elements are one list for all).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element as Xml
from xml.etree.ElementTree import SubElement, fromstring, tostring

from gateway.profiles.guide import UNLIMITED, Element, Guide, LoopGuide, Node, SegmentGuide, Slot

NO_CODES = "<codesets/>\n"
"""codes.xml: pyx12 wants the file, our lists stand where they are used."""

_USAGE = {"M": "R", "O": "S", "X": "S", "N": "N"}


def _element(number: str, kind: str, low: int, high: int, name: str) -> Element:
    return Element(number, kind, low, high, name)


def _control(segment: str, *elements: Element) -> SegmentGuide:
    return SegmentGuide(segment, tuple(Slot(element.id, "M", 1, element) for element in elements))


_NUMBER = _element("I12", "N0", 9, 9, "interchange control number")
_GROUP_NUMBER = _element("28", "N0", 1, 9, "group control number")
_ISA = _control(
    "ISA",
    _element("I01", "ID", 2, 2, "authorization qualifier"),
    _element("I02", "AN", 10, 10, "authorization"),
    _element("I03", "ID", 2, 2, "security qualifier"),
    _element("I04", "AN", 10, 10, "security"),
    _element("I05", "ID", 2, 2, "sender's qualifier"),
    _element("I06", "AN", 15, 15, "sender"),
    _element("I05", "ID", 2, 2, "receiver's qualifier"),
    _element("I07", "AN", 15, 15, "receiver"),
    _element("I08", "DT", 6, 6, "date"),
    _element("I09", "TM", 4, 4, "time"),
    _element("I10", "AN", 1, 1, "standard, or repetition separator"),
    _element("I11", "ID", 5, 5, "version"),
    _NUMBER,
    _element("I13", "ID", 1, 1, "acknowledgment requested"),
    _element("I14", "ID", 1, 1, "usage"),
    _element("I15", "AN", 1, 1, "component separator"),
)
_IEA = _control("IEA", _element("I16", "N0", 1, 5, "number of groups"), _NUMBER)
_GS = _control(
    "GS",
    _element("479", "ID", 2, 2, "functional id"),
    _element("142", "AN", 2, 15, "sender's code"),
    _element("124", "AN", 2, 15, "receiver's code"),
    _element("373", "DT", 8, 8, "date"),
    _element("337", "TM", 4, 8, "time"),
    _GROUP_NUMBER,
    _element("455", "ID", 1, 2, "agency"),
    _element("480", "AN", 1, 12, "version"),
)
_GE = _control("GE", _element("97", "N0", 1, 6, "number of sets"), _GROUP_NUMBER)


def interchange_version(guide: Guide) -> str:
    """The ISA12 under which pyx12 reads sets of a guide: it knows 00401 and 00501 only."""
    return "00501" if guide.version >= "005010" else "00401"


def map_name(guide: Guide) -> str:
    """The file of a guide's map."""
    return re.sub(r"[^A-Za-z0-9]+", ".", guide.name) + ".xml"


def map_folder(guides: Iterable[Guide]) -> dict[str, str]:
    """The files of a folder that pyx12 takes as `map_path`: name to text. Of guides with one version and group it finds the first."""
    facts = _Facts()
    files: dict[str, str] = {}
    index = Xml("maps")
    versions: dict[str, Xml] = {}
    for guide in guides:
        files[map_name(guide)] = _text(_map(guide, facts))
        icvn = interchange_version(guide)
        if icvn not in versions:
            versions[icvn] = SubElement(index, "version", icvn=icvn)
            files[f"x12.control.{icvn}.xml"] = _text(_envelope(icvn, facts, None))
        entry = SubElement(versions[icvn], "map", vriic=guide.version, fic=guide.group, abbr=guide.set)
        entry.text = map_name(guide)
    return {"maps.xml": _text(index), "dataele.xml": facts.text(), "codes.xml": NO_CODES, **files}


def inner_relations(text: str) -> dict[str, tuple[str, ...]]:
    """Of each composite of a map of ours that has any, as REF04: the relations between its components."""
    found: dict[str, tuple[str, ...]] = {}
    for composite in fromstring(text).iter("composite"):  # noqa: S314 - a text that we have written ourselves
        relations = tuple(str(inner.text) for inner in composite.findall("syntax"))
        if relations:
            found[composite.attrib["xid"]] = relations
    return found


class _Facts:
    """The data elements that maps name; the same number with other facts gets a name of its own."""

    def __init__(self) -> None:
        self._facts: dict[str, tuple[str, int, int, str]] = {}

    def name(self, element: Element | None, number: str) -> str:
        """The number under which an element stands in dataele.xml."""
        facts = (element.type, element.min, element.max, element.name or number) if element else ("AN", 1, UNLIMITED, number)
        name = number
        if name in self._facts and self._facts[name][:3] != facts[:3]:
            name = f"{number}.{facts[0]}.{facts[1]}.{facts[2]}"
        self._facts.setdefault(name, facts)
        return name

    def text(self) -> str:
        """dataele.xml."""
        root = Xml("data_elements")
        for number, (kind, low, high, name) in self._facts.items():
            SubElement(root, "data_ele", ele_num=number, data_type=kind, min_len=str(low), max_len=str(high), name=name)
        return _text(root)


class _Positions:
    """Numbers that only grow: pyx12 lets a missing segment pass that stands at the position of the one it has found."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        self._last += 10
        return str(self._last)


def _map(guide: Guide, facts: _Facts) -> Xml:
    return _envelope(interchange_version(guide), facts, guide)


def _envelope(icvn: str, facts: _Facts, guide: Guide | None) -> Xml:
    """A whole map: interchange, group and, but for the control map, the set."""
    positions = _Positions()
    root = Xml("transaction", xid=guide.set if guide else "X12", name=guide.name if guide else "X12 control")
    interchange = _loop(root, "ISA_LOOP", "R", ">1", positions, kind="explicit")
    isa = _segment(interchange, _ISA, "R", 1, positions, facts)
    isa.set("end_tag", "IEA")
    SubElement(SubElement(isa[11], "valid_codes"), "code").text = icvn
    group = _loop(interchange, "GS_LOOP", "S", ">1", positions, kind="explicit")
    _segment(group, _GS, "R", 1, positions, facts).set("end_tag", "GE")
    if guide is not None:
        _members(_loop(group, "ST_LOOP", "R", ">1", positions, kind="explicit"), guide.root, positions, facts)
    _segment(group, _GE, "R", 1, positions, facts)
    _segment(interchange, _IEA, "R", 1, positions, facts)
    return root


def _loop(parent: Xml, name: str, usage: str, limit: str, positions: _Positions, kind: str = "implicit") -> Xml:
    return SubElement(parent, "loop", xid=name, type=kind, name=name, usage=usage, pos=positions.next(), repeat=limit)


def _members(parent: Xml, loop: LoopGuide, positions: _Positions, facts: _Facts) -> None:
    for member in loop.members:
        if isinstance(member, Node):
            _segment(parent, member.segment, _USAGE[member.requirement], member.max, positions, facts)
        else:
            # unique in the whole map: pyx12 takes nodes for the same whose own and parent's names are
            name = re.sub(r"[^A-Z0-9]", "_", member.path) + "_LOOP"
            _members(_loop(parent, name, _USAGE[member.requirement], _limit(member.max), positions), member, positions, facts)


def _segment(parent: Xml, segment: SegmentGuide, usage: str, limit: int, positions: _Positions, facts: _Facts) -> Xml:
    node = SubElement(parent, "segment", xid=segment.id, name=segment.id, usage=usage, pos=positions.next(), max_use=_limit(limit))
    for relation in segment.relations:
        SubElement(node, "syntax").text = str(relation)
    for position, slot in enumerate(segment.slots, 1):
        place = f"{segment.id}{position:02d}"
        if not slot.components:
            _simple(node, slot, place, position, facts)
            continue
        composite = SubElement(
            node, "composite", xid=place, name=slot.id, data_ele=slot.id, usage=_USAGE[slot.requirement], seq=f"{position:02d}"
        )
        for relation in slot.relations:  # pyx12 has a rule for these and does not read them here: `inner_relations` does
            SubElement(composite, "syntax").text = str(relation)
        for number, inner in enumerate(slot.components, 1):
            _simple(composite, inner, f"{place}-{number}", number, facts)
    return node


def _simple(parent: Xml, slot: Slot, place: str, position: int, facts: _Facts) -> None:
    element = slot.element
    name = element.name if element and element.name else slot.id
    node = SubElement(
        parent,
        "element",
        xid=place,
        name=name,
        data_ele=facts.name(element, slot.id),
        usage=_USAGE[slot.requirement],
        seq=f"{position:02d}",
    )
    if element is not None and element.closed and element.codes:
        SubElement(node, "regex").text = "^(?:" + "|".join(map(re.escape, sorted(element.codes))) + r")\Z"


def _limit(number: int) -> str:
    return ">1" if number >= UNLIMITED else str(number)


def _text(root: Xml) -> str:
    return tostring(root, encoding="unicode") + "\n"
