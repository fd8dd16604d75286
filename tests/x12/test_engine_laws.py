"""Laws of reading and checking X12: the same findings however a file comes in pieces, places that hold, no exception."""

import random
from functools import cache

import pytest
from building import LINE, delimited, group, interchange, isa, order, orders, three_orders, transaction
from checking import GUIDES, Checked
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.x12.elements import faults
from gateway.formats.x12.envelope import Delimiters
from gateway.formats.x12.patterns import compile_segment

SEEDS = [
    three_orders(),
    orders(order("0001", "PO1*1*5*EA*9,95", "REF*DP*1**AB>2>C>3", "N1*ST*Käse", "QQQ*1", "CTT*9*9")),
    interchange(group(transaction("856", "0001", "BSN*00*S1*20260102*0304", "HL*1**S", "HL*2*1*O*1", "HL*3*3*I"), kind="SH")) + "trailing",
    interchange(group(order("0001", "N1*ST*A^B"), version="005010"), e11="^", e12="00501"),
    delimited(three_orders(), "|", "<", "\n"),
    "\r\n".join(three_orders()[at : at + 80] for at in range(0, 500, 80)),
    three_orders() + "\n" + orders(order(), number="000000002"),
]
TOKENS = ["~", "*", ">", "^", "\n", "\r\n", "\0", "~~", " ", "ISA", isa(), "GS*PO*A*B*1*1*1*X*004010~", "GE*1*1~", "IEA*1*000000001~"]
TOKENS += [
    "ST*850*0001~",
    "SE*2*0001~",
    "TA1*1~",
    "HL*1**S~",
    "SDQ*EA*92*1*2~",
    "CTT*²*²~",
    "CTT*1*9E999999~",
    "PO1**sNaN*EA~",
    "é",
    "9" * 5000,
]
CHUNKS = (1, 7, 997, 262_144)


def mutated(text, chance):
    """Some text made worse in one to six ways."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + chance.choice((1, 2, 8, 60)))
        how = chance.randrange(6)
        if how == 0:
            text = text[:start] + text[end:]
        elif how == 1:
            text = text[:start] + chance.choice(TOKENS) + text[start:]
        elif how == 2:
            text = text[:start] + chance.choice(TOKENS) + text[end:]
        elif how == 3:
            text = text[:start] + text[start:end] * 3 + text[start:]
        elif how == 4:
            text = text[: max(start, 100)]
        else:
            text = text.replace(chance.choice(TOKENS[:4]), chance.choice(TOKENS))[:20_000]
    return text


def story(data, chunk):
    """All that came of a file: the events in order, every finding, every verdict."""
    found = Checked(data, chunk)
    sets = [(one.id, one.control_number, one.segments, one.offset, one.end, one.line, one.accepted, one.omitted) for one in found.sets]
    groups = [(one.control_number, one.offset, one.end, one.accepted, one.set_count, one.accepted_count) for one in found.groups]
    interchanges = [(one.control_number, one.offset, one.end, one.line, one.accepted, one.ta1) for one in found.interchanges]
    return found.order, found.findings, sets, groups, interchanges


def text_at(found, finding):
    place = finding.location
    return found.data[place.offset : place.offset + place.length].replace(b"\n", b"").replace(b"\r", b"")


def places_hold(data):
    """Every place lies in the file; where a value stands at an element, its bytes are there."""
    found = Checked(data)
    for finding in found.findings:
        place = finding.location
        if place.offset is None:
            continue
        assert 0 <= place.offset <= place.offset + (place.length or 0) <= len(found.data), finding
        if place.line is not None:
            assert place.line == 1 + found.data.count(b"\n", 0, place.offset), finding
        if place.element is None or finding.value is None or not place.length:
            continue
        there = text_at(found, finding)
        shown = {there.decode(charset, "replace")[:80].strip() for charset in ("latin-1", "utf-8")}
        shown |= {text.rstrip(">~:<|").strip() for text in shown}  # a component separator at a segment's end is no part of the last value
        assert finding.value.replace("\n", "").replace("\r", "").strip() in shown, (finding, there)


@given(st.integers(0, 2**32))
def test_where_chunks_end_changes_nothing(seed):
    chance = random.Random(seed)
    data = mutated(chance.choice(SEEDS), chance).encode("latin-1")[:3000]
    whole = story(data, None)
    for chunk in CHUNKS:
        assert story(data, chunk) == whole


@given(st.integers(0, 2**32))
def test_places_lie_in_the_file_and_point_at_the_value(seed):
    chance = random.Random(seed)
    places_hold(mutated(chance.choice(SEEDS), chance).encode("latin-1"))


@given(st.binary(max_size=600))
def test_any_bytes_in_a_set_are_judged(data):
    places_hold(orders(order("0001", LINE, "@")).encode().replace(b"@", data))


@given(st.lists(st.sampled_from(TOKENS + three_orders().split("~")), max_size=40))
def test_any_order_of_segments_is_judged(pieces):
    places_hold((isa() + "~".join(pieces)).encode("latin-1"))


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_places_hold_in_the_files_that_the_laws_begin_with(seed):
    places_hold(SEEDS[seed].encode("latin-1"))


# -- the fast side and the slow side agree --------------------------------------------------------------------------------

KINDS = [(version, kind) for version in ("004010", "005010") for kind in ("850", "856", "810", "997")]
VALUES = [
    "",
    "1",
    "00",
    "A",
    "EA",
    "12.5",
    "-3",
    "20260102",
    "20260230",
    "0304",
    "x" * 100,
    "A ",
    " ",
    "A>B",
    "A>",
    ">A",
    ">",
    "A^B",
    "^",
    "\t",
    "é",
    ".",
    "1.",
    "VP",
]


@cache
def segments_of(version, kind):
    guide = GUIDES.guide(f"x12/{version}/{kind}")
    return list({node.segment.id: node.segment for node in guide.root.nodes()}.values())


@given(st.sampled_from(KINDS), st.data())
def test_what_the_fast_side_calls_clean_has_no_fault_and_what_it_refuses_has_one(guide, data):
    segment = data.draw(st.sampled_from(segments_of(*guide)), label="segment")
    values = data.draw(st.lists(st.sampled_from(VALUES), max_size=min(len(segment.slots) + 2, 12)), label="values")
    delimiters = Delimiters("*", ">", "~", "^" if guide[0] >= "005010" else None)
    raw = "*".join([segment.id, *values])
    told = [fault.code for fault in faults(raw, segment, delimiters)]
    clean = compile_segment(segment, delimiters).clean(raw)
    filled = any(value.endswith(" ") for value in values)  # blanks that fill an element to its smallest length are no fault
    assert clean == (not told) or (filled and not told), (raw, told)


# -- the guides' cache ----------------------------------------------------------------------------------------------------


def test_more_delimiters_than_are_kept_are_all_read_right():
    for number in range(150):
        element, component = chr(0xA1 + number % 80), chr(1 + number % 8)
        found = Checked(delimited(orders(order("0001", "PO1*1*5*EA*9,95"), order("0002")), element, component, "\n"))
        assert (found.codes, found.verdicts) == (["bad-character"], "RA")


def test_more_guides_than_are_kept_are_all_held():
    for number in range(80):
        version = ("003060", "004010", "004030", "004050", "005010", "005030", "005050", "006030")[number % 8]
        kind, name = (
            ("850", "PO"),
            ("855", "PR"),
            ("856", "SH"),
            ("810", "IN"),
            ("860", "PC"),
            ("865", "CA"),
            ("846", "IB"),
            ("820", "RA"),
            ("940", "OW"),
            ("943", "AR"),
        )[number // 8]
        found = Checked(interchange(group(transaction(kind, "0001", "QQQ*1"), kind=name, version=version)))
        assert "segment-unknown" in found.codes
        assert found.sets[0].guide.startswith(f"x12/{version}/{kind}@")
