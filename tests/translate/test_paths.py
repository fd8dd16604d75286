"""What a path says, and what it finds."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sets import document, reading

from gateway.translate.paths import BadPath, Condition, Path, Step, parse_path

ORDER = """
BEG*00*SA*4711**20260131
CUR*SE*CAD
CUR*BY*USD
REF*DP*077
REF*IA*V9
REF*ZZ*x*why
DTM*002*20260215
N1*ST*Store*92*7
N3*1 Main St*Door 2
N3*Rear
N4*Troy*MI
N1*BT*Payer*9*123
N4*Bonn
PO1*1*10*EA*9.95*PE*UP*111*VN*A1
PID*F*08***Widget
PID*X*08*AB*1*coded
N1*ST*Line store*92*8
N4*Ulm
PO1*2*5*EA*2
PID*F****Plain
"""


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("BEG.03", Path("BEG.03", segment=Step("BEG"), element=3)),
        ("SVC.01-2", Path("SVC.01-2", segment=Step("SVC"), element=1, component=2)),
        (
            "PID[01=F,02=08|none].05",
            Path("PID[01=F,02=08|none].05", segment=Step("PID", (Condition(1, 0, ("F",)), Condition(2, 0, ("08", "")))), element=5),
        ),
        ("REF[02?]", Path("REF[02?]", segment=Step("REF", (Condition(2, 0, ("",), negated=True),)))),
        ("REF[01!=DP].02", Path("REF[01!=DP].02", segment=Step("REF", (Condition(1, 0, ("DP",), negated=True),)), element=2)),
        ("LS#2/LIN.01", Path("LS#2/LIN.01", loops=(Step("LS#2"),), segment=Step("LIN"), element=1)),
        ("^PO1.01", Path("^PO1.01", "enclosing", Step("PO1"), segment=Step("PO1"), element=1)),
        ("^HL[03=O].PRF.01", Path("^HL[03=O].PRF.01", "enclosing", Step("HL", (Condition(3, 0, ("O",)),)), segment=Step("PRF"), element=1)),
        ("SDQ.03-22 by 2", Path("SDQ.03-22 by 2", segment=Step("SDQ"), element=3, last=22, by=2)),
        (".", Path(".", "group")),
        (".2", Path(".2", "group", element=2)),
        ('REF[02="a,b"].01', Path('REF[02="a,b"].01', segment=Step("REF", (Condition(2, 0, ("a,b",)),)), element=1)),
    ],
)
def test_a_path_is_read_as_written(text, path):
    assert parse_path(text) == path


@pytest.mark.parametrize(
    ("text", "at", "problem"),
    [
        ("", 0, "its end where a segment's or loop's id"),
        ("BEG.", 4, "its end where an element's number"),
        ("BEG.0", 5, "counts from 0"),
        ("REF[01DP].02", 6, "where '=', '!=' or '?' is expected"),
        ("REF[01=DP.02", 12, "where ',' or ']' is expected"),
        ("SDQ.05-03 by 2", 9, "before it begins"),
        ("SDQ.05-08 by 0", 13, "groups of 0"),
        ("BEG.03 x", 6, "goes on with"),
        ("/", 1, "segment's or loop's id"),
    ],
)
def test_what_is_no_path_is_told_with_the_character(text, at, problem):
    with pytest.raises(BadPath) as told:
        parse_path(text)
    assert told.value.at == at
    assert problem in told.value.problem


@given(st.text(alphabet='ABE01239.[]=|!?,/^#- by"', max_size=30))
def test_any_text_is_a_path_or_a_bad_path(text):
    told = None
    try:
        parse_path(text)
    except BadPath as bad:
        told = bad.at
    assert told is None or 0 <= told <= len(text)


def test_filters_choose_the_instance():
    found = document("fields:\n  department: REF[01=DP].02\n  other: REF[01=IA|ZZ,03?].02\n  vendor: REF[01!=DP,03=none].02", ORDER)
    assert found == {"department": "077", "other": "x", "vendor": "V9"}


def test_the_first_alternative_present_is_read():
    found = document("fields:\n  a: CUR[01=BY].02 ?? CUR.02\n  b: REF[01=XX].02 ?? REF[01=YY].02 ?? REF[01=DP].02", ORDER)
    assert found == {"a": "USD", "b": "077"}


def test_an_object_may_stand_among_the_alternatives():
    found = document('fields:\n  code: "REF[01=XX].02 ?? {agency: BEG.01, code: BEG.02}"', ORDER)
    assert found == {"code": {"agency": "00", "code": "SA"}}


def test_inner_loops_are_gone_down_into_and_never_fallen_into():
    found = document(
        "fields:\n  city: N1[01=ST]/N4.01\n  payer: N1[01=BT].02\n  line:\n    for_each: PO1\n    city: N1[01=ST]/N4.01\n    number: PO1.01",
        ORDER,
    )
    assert found == {"city": "Troy", "payer": "Payer", "line": [{"city": "Ulm", "number": "1"}, {"number": "2"}]}


def test_a_line_without_the_segment_does_not_take_the_headers():
    found = document('fields:\n  lines: {for_each: PO1, number: PO1.01, date: "DTM[01=002].02"}', ORDER)
    assert found == {"lines": [{"number": "1"}, {"number": "2"}]}


def test_root_and_enclosing_loops_are_reached_by_name():
    found = document(
        'fields:\n  x:\n    for_each: PO1/N1\n    order: /BEG.03\n    line: "^PO1.01"\n    city: N4.01',
        ORDER.replace("PO1*2*5", "PO1*2*5", 1),
    )
    assert found == {"x": [{"order": "4711", "line": "1", "city": "Ulm"}]}


def test_rest_is_what_no_other_rule_of_the_scope_names():
    found = document(
        "fields:\n  dp: REF[01=DP].02\n  plain: REF[01=IA,03=none].02\n  more: {for_each: 'REF[rest]', q: REF.01, v: REF.02}", ORDER
    )
    assert found == {"dp": "077", "plain": "V9", "more": [{"q": "ZZ", "v": "x"}]}


def test_a_range_by_one_is_a_list_of_values_over_all_instances():
    assert document("fields:\n  a: {for_each: 'N1[01=ST]', lines: N3.01-02 by 1 | upper}", ORDER) == {
        "a": [{"lines": ["1 MAIN ST", "DOOR 2", "REAR"]}]
    }


def test_two_different_values_are_ambiguous_unless_the_rule_chooses():
    twice = ORDER.replace("DTM*002*20260215", "DTM*002*20260215\nDTM*002*20260216")
    result = reading("fields:\n  date: DTM[01=002].02 | date", twice)
    assert [(f.code, f.location.segment_position, f.location.element, f.value) for f in result.findings] == [
        ("value-ambiguous", 9, 2, "20260216")
    ]
    chosen = document(
        "fields:\n  a: DTM[01=002].02 | date | first\n  b: DTM[01=002].02 | date | last\n  c: 'DTM[01=002].02 | join(\"; \")'", twice
    )
    assert chosen == {"a": date(2026, 2, 15), "b": date(2026, 2, 16), "c": "20260215; 20260216"}


def test_the_same_value_twice_is_not_ambiguous():
    assert document("fields:\n  date: DTM[01=002].02 | date", ORDER.replace("DTM*002*20260215", "DTM*002*20260215\nDTM*002*20260215"))[
        "date"
    ] == date(2026, 2, 15)


def test_a_second_inner_loop_is_ambiguous_too():
    twice = ORDER.replace("N1*BT*Payer", "N1*ST*Other\nN4*Rome\nN1*BT*Payer")
    result = reading("fields:\n  city: N1[01=ST]/N4.01", twice)
    assert [(f.code, f.value) for f in result.findings] == [("value-ambiguous", "Rome")]


def test_components_are_read_by_the_sets_own_separator():
    body = "BEG*00*SA*1**20260101\nPO1*1*1*EA\nMEA**WT*5*LB:2"
    from gateway.translate.runtime import Context

    made = reading(
        "fields:\n  lines: {for_each: PO1, x: {for_each: MEA, unit: MEA.04-1, power: MEA.04-2}}", body, context=Context(component=":")
    )
    assert made.documents[0]["lines"] == [{"x": [{"unit": "LB", "power": "2"}]}]


def test_numbers_sum_over_what_a_path_finds():
    found = document("fields:\n  n: count(PO1)\n  q: PO1.02 | decimal | sum\n  lines: {for_each: PO1, number: PO1.01}", ORDER)
    assert found["n"] == 2
    assert found["q"] == Decimal(15)
