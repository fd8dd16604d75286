"""FAULTS 89 to 113: envelopes that are not as they should be; 102, 103, 106, 109 and 110 need a journal and are tried with the pipeline."""

import pytest
from building import LINE, delimited, group, interchange, isa, order, orders, three_orders
from checking import Checked

ACCEPTED = "TA1*000000001*260102*0304*A*000"


def refused(note):
    return f"TA1*000000001*260102*0304*R*{note}"


# -- 89: nothing that can be read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>502 Bad Gateway</body></html>",
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\1",
        b"UNB+UNOC:3+A+B+260102:0304+1'",
        b"item;quantity\nA-1;5\n",
        b"I",
    ],
    ids=["html", "jpeg", "edifact", "csv", "one letter"],
)
def test_what_is_not_x12_is_said_once_and_answered_by_nothing(data):
    found = Checked(data)
    finding = found.only("not-x12")
    assert (finding.location.offset, finding.ack, found.order) == (0, (), ["Noise"])
    assert data.decode("latin-1").startswith(finding.value)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (three_orders().encode("utf-16"), "which is X12 in UTF-16"),
        (three_orders().encode("utf-16-be"), "which is X12 in UTF-16"),
        (three_orders().encode("cp037"), "which is X12 in EBCDIC"),
        (three_orders().lower().encode(), "which is written small"),
    ],
)
def test_x12_in_another_coding_is_told_as_that(data, said):
    assert said in Checked(data).only("not-x12").message


@pytest.mark.parametrize("data", [b"", b" ", b"\r\n\r\n", b"\xef\xbb\xbf", b" " * 70_000])
def test_a_file_without_anything_is_empty(data):
    found = Checked(data)
    assert found.only("empty-file")
    assert not found.interchanges


def test_a_byte_order_mark_is_skipped_and_noted():
    found = Checked(b"\xef\xbb\xbf" + three_orders().encode())
    finding = found.only("byte-order-mark")
    assert (finding.severity, finding.location.offset, finding.location.length) == ("info", 0, 3)
    assert found.interchanges[0].offset == 3
    assert found.verdicts == "AAA"


@pytest.mark.parametrize("front", ["\n", "\r\n\r\n", "   ", "\t \n", "\x00\x1a"])
def test_blanks_before_the_first_isa_are_nothing(front):
    found = Checked(front + three_orders())
    assert (found.codes, found.verdicts) == ([], "AAA")
    assert found.interchanges[0].offset == len(front)


def test_text_before_the_first_isa_is_reported_and_the_interchange_is_read():
    found = Checked("From: edi@sender.example\n\n" + three_orders())
    finding = found.only("text-outside-interchange")
    assert (finding.severity, finding.location.offset, finding.location.line) == ("warning", 0, 1)
    assert found.at(finding).startswith("From: edi@sender.example")
    assert found.interchanges[0].line == 3
    assert (found.verdicts, found.ta1()) == ("AAA", ACCEPTED)


# -- 90, 91: the ISA ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("element", "value", "note"),
    [
        (1, "0", "010"),
        (2, "", "011"),
        (3, "000", "012"),
        (4, "short", "013"),
        (5, "Z", "005"),
        (6, "SENDER", "006"),
        (6, "SENDER".ljust(16), "006"),
        (7, "ZZZ", "007"),
        (8, "RECEIVER", "008"),
        (9, "20260102", "014"),
        (10, "030405", "015"),
        (12, "0401", "017"),
        (13, "1", "018"),
    ],
)
def test_an_isa_element_of_another_width_is_refused_by_its_own_note(element, value, note):
    found = Checked(orders(order(), **{f"e{element}": value}) if element != 13 else orders(order(), number=value))
    finding = found.only("isa-width")
    assert (finding.location.segment, finding.location.element, found.at(finding)) == ("ISA", element, value)
    assert not found.interchanges[0].accepted
    assert found.ta1().endswith(f"*R*{note}")


@pytest.mark.parametrize("missing", [1, 6, 15])
def test_an_isa_with_fifteen_elements_is_refused_and_nothing_of_it_is_guessed(missing):
    parts = three_orders().split("*")
    del parts[missing]
    found = Checked("*".join(parts))
    assert found.only("isa-incomplete").location.offset == 0
    assert not found.interchanges[0].accepted
    assert found.sets == []
    assert found.ta1().endswith("*R*022")


@pytest.mark.parametrize("terminator", ["A", "0", " "])
def test_a_letter_digit_or_blank_is_no_terminator(terminator):
    found = Checked(three_orders().replace("~", terminator))
    finding = found.only("isa-terminator")
    assert found.sets == []
    assert found.ta1() == refused("004")
    assert finding.value == terminator == found.at(finding)


@pytest.mark.parametrize("component", ["A", "0", " ", "*"])
def test_a_letter_digit_blank_or_the_element_separator_is_no_component_separator(component):
    found = Checked(orders(order(), e16=component))
    finding = found.only("isa-component-separator")
    assert finding.value == component == found.at(finding)
    assert found.ta1() == refused("027")


def test_one_character_for_two_delimiters_is_refused():
    found = Checked(orders(order(), e16="~"))
    assert not found.interchanges[0].accepted
    assert found.ta1()[-5:] in ("R*004", "R*027")


@pytest.mark.parametrize("version", ["00401", "00501"])
def test_a_left_over_u_is_no_repetition_separator(version):
    found = Checked(orders(order("0001", LINE, "PID*F****UNUSUAL BLUE CUP"), e12=version))
    assert found.verdicts == "A"
    assert found.codes == ([] if version == "00401" else ["isa-repetition-separator"])


@pytest.mark.parametrize(
    ("changes", "note", "shown"),
    [
        ({"e12": "ABCDE"}, "017", "ABCDE"),
        ({"number": "00000000X"}, "018", "00000000X"),
        ({"number": "-00000001"}, "018", "-00000001"),
        ({"number": "         "}, "018", "         "),
        ({"e14": "2"}, "019", "2"),
        ({"e15": "X"}, "020", "X"),
    ],
)
def test_an_isa_value_that_decides_anything_must_be_valid(changes, note, shown):
    found = Checked(orders(order(), **changes))
    finding = found.only("isa-value")
    assert found.at(finding) == finding.value == shown
    assert not found.interchanges[0].accepted
    assert found.ta1().endswith(f"*R*{note}")


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"e5": "  "}, "005"),
        ({"e6": " " * 15}, "006"),
        ({"e7": "  "}, "007"),
        ({"e8": " " * 15}, "008"),
        ({"e9": "260230"}, "014"),
        ({"e9": "260102"[:4] + "99"}, "014"),
        ({"e10": "2460"}, "015"),
    ],
)
def test_an_isa_value_that_decides_nothing_is_noted_and_accepted_with_errors(changes, note):
    found = Checked(orders(order(), **changes))
    finding = found.only("isa-value-noted")
    assert found.at(finding) == finding.value
    assert found.interchanges[0].accepted
    assert found.ta1().endswith(f"*E*{note}")
    assert found.verdicts == "A"


@pytest.mark.parametrize("character", ["\0", "\x1b", "\xa0"])
def test_a_character_that_no_envelope_may_hold_is_refused(character):
    found = Checked(orders(order(), e6=f"SEN{character}ER".ljust(15)))
    assert found.only("isa-character").location.element == 6
    assert found.ta1() == refused("024")


# -- 92: what stands between segments and interchanges ------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", " \n", "\n    ", "\t"])
def test_line_ends_and_indentation_after_the_terminator_are_nothing(end):
    found = Checked(three_orders().replace("~", "~" + end))
    assert (found.codes, found.verdicts, found.ta1()) == ([], "AAA", ACCEPTED)


@pytest.mark.parametrize("terminator", ["\n", "\r", "\r\n", "\x15", "\x1c", "\x85", "\xa6", "\xc2\x85", "\xe2\x80\xa6", "'", "|", "\0"])
def test_any_character_that_is_no_text_ends_segments(terminator):
    found = Checked(three_orders().replace("~", terminator))
    assert (found.codes, found.verdicts) == ([], "AAA")
    assert found.ta1() == ACCEPTED


@pytest.mark.parametrize("element", ["|", "^", "+", "~", "\x1d", "\x7f", "\t", ",", "\xa7"])
@pytest.mark.parametrize("ending", ["\n", "\x15", "\x15\r\n", "'"])
def test_any_character_that_is_no_text_separates_elements(element, ending):
    found = Checked(delimited(three_orders(), element, "<", ending))
    assert (found.codes, found.verdicts) == ([], "AAA")


@pytest.mark.parametrize("width", [80, 79, 40, 100])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_file_wrapped_inside_segments_is_read_and_its_places_count_the_breaks(width, end):
    text = orders(order("0001"), order("0002", "PO1*1*5*EA*9,95**VP*A-1"), order("0003"))
    wrapped = end.join(text[at : at + width] for at in range(0, len(text), width))
    found = Checked(wrapped)
    assert found.verdicts == "ARA"
    assert found.only("bad-character").location.offset == wrapped.index("9,95")
    assert "wrapped-lines" in found.codes
    assert found.ta1() == ACCEPTED


@pytest.mark.parametrize("padding", ["\n\n\n", " " * 80, "\0" * 200, "\x1a", "\r\n \t"])
def test_padding_after_iea_is_nothing(padding):
    found = Checked(three_orders() + padding)
    assert (found.codes, found.verdicts) == ([], "AAA")


def test_text_after_iea_is_reported_and_changes_nothing():
    text = three_orders()
    found = Checked(text + "\n-- \nSent from my phone")
    finding = found.only("text-outside-interchange")
    assert (finding.severity, finding.location.offset) == ("warning", len(text) + 1)
    assert (found.verdicts, found.ta1()) == ("AAA", ACCEPTED)


def test_segments_after_iea_stand_outside_any_interchange():
    text = three_orders()
    found = Checked(text + group(order()))
    finding = found.only("segment-outside-interchange")
    assert finding.location.offset == len(text)
    assert found.verdicts == "AAA"


def test_a_file_that_begins_with_gs_was_cut_in_front():
    found = Checked(group(order()) + "IEA*1*000000001~")
    assert found.only("segment-outside-interchange").location.offset == 0
    assert not found.interchanges


@pytest.mark.parametrize("between", ["", "\n", "\r\n\r\n", "  "])
def test_interchanges_of_one_file_are_read_apart_each_with_its_own_delimiters(between):
    second = delimited(orders(order(), number="000000002"), "|", "<", "\n")
    found = Checked(three_orders() + between + second + orders(order(), number="000000003"))
    assert [one.control_number for one in found.interchanges] == ["000000001", "000000002", "000000003"]
    assert (found.codes, found.verdicts) == ([], "AAAAA")


@pytest.mark.parametrize("bad", [orders(order(), end="000000009"), orders(order(), e15="X"), orders(order())[:-40], "ISA*00*~"])
def test_a_bad_interchange_does_not_sink_its_neighbours(bad):
    found = Checked(orders(order(), number="000000007") + bad + orders(order(), number="000000008"))
    accepted = {one.control_number: one.accepted for one in found.interchanges}
    assert accepted.pop("000000007")
    assert accepted.pop("000000008")
    assert list(accepted.values()) == [False]


def test_doubled_terminators_are_noted_and_not_counted():
    found = Checked(three_orders().replace("~PO1", "~~PO1"))
    assert found.only("empty-segment").severity == "warning"
    assert (found.verdicts, found.ta1()) == ("AAA", ACCEPTED)


def test_blank_lines_between_segments_that_lines_end_are_noted_and_not_counted():
    found = Checked(three_orders().replace("~", "\n").replace("\nPO1", "\n\nPO1"))
    assert found.only("empty-segment").severity == "warning"
    assert found.verdicts == "AAA"


def test_a_last_segment_without_terminator_is_read():
    text = three_orders()[:-1]
    found = Checked(text)
    finding = found.only("missing-terminator")
    assert found.at(finding) == "IEA*1*000000001"
    assert (found.verdicts, found.ta1()) == ("AAA", ACCEPTED)


# -- 93: text that looks like an envelope -------------------------------------------------------------------------------

LOOKS = [
    "ISA",
    "IEA",
    "GS",
    "GE",
    "ST",
    "SE",
    "TA1",
    "SE 4 0001",
    "IEA|1|000000001",
    "ISA^00^",
    "PISA",
    "\nISA",
    "ISA\r\nGS",
    "ST\nSE\n",
    "~".join("X"),
]


@pytest.mark.parametrize("value", LOOKS)
@pytest.mark.parametrize("place", ["N9*L1*{}", "MSG*{}", "REF*ZZ*{}*{}", "N1*ST*{}", "PER*IC*{}**", "PO1*1*5*EA*1**VP*{}"])
def test_a_value_that_looks_like_an_envelope_is_a_value(value, place):
    segment = place.format(*[value] * place.count("{}")).rstrip("*")
    lines = [segment] if segment.startswith("PO1") else [LINE] if not segment.startswith(("N9", "MSG")) else [LINE, "N9*L1*X"]
    body = [segment, *lines] if segment.startswith(("REF", "PER", "N1")) else lines if segment.startswith("PO1") else [*lines, segment]
    found = Checked(orders(order("0001"), order("0002", *body), order("0003")))
    assert found.verdicts == "AAA"
    assert [len(one.segments) for one in found.sets] == [4, 3 + len(body), 4]
    assert found.interchanges[0].accepted
    assert {finding.severity for finding in found.findings} <= {"warning", "info"}


def test_a_segment_whose_name_only_begins_like_an_envelope_is_a_segment_of_its_set():
    found = Checked(orders(order("0001"), order("0002", LINE, "SET*1", "STX*1", "GSA*1", "ISAB*1"), order("0003")))
    assert found.verdicts == "ARA"
    assert found.codes == ["segment-unknown"] * 4
    assert found.interchanges[0].accepted


# -- 95 to 101: counts, numbers, nesting --------------------------------------------------------------------------------


def test_iea02_that_is_not_isa13_refuses_the_interchange_with_the_headers_number():
    found = Checked(orders(order(), end="000000002"))
    finding = found.only("interchange-control-number")
    assert (finding.value, found.at(finding)) == ("000000002", "000000002")
    assert found.ta1() == refused("001")


def test_iea02_that_is_isa13_as_a_number_is_noted():
    found = Checked(orders(order(), end="1"))
    finding = found.only("control-number-form")
    assert (finding.severity, found.at(finding)) == ("warning", "1")
    assert found.ta1() == ACCEPTED


@pytest.mark.parametrize("count", ["0", "2", "X", "", "-1", "1.0", "9" * 400])
def test_a_wrong_count_of_groups_refuses_the_interchange(count):
    found = Checked(orders(order(), count=count))
    finding = found.only("group-count")
    assert found.at(finding) == count
    assert found.ta1() == refused("021")


def test_a_count_with_leading_zeros_is_right():
    assert Checked(interchange(group(order(count="0004"), count="01"), count="001")).codes == []


def test_ge02_that_is_not_gs06_refuses_the_group_and_only_it():
    found = Checked(interchange(group(order(), end="9"), group(order(), number="2")))
    finding = found.only("group-control-number")
    assert (finding.value, found.at(finding)) == ("9", "9")
    assert found.answer(0) == ["AK1*PO*1", "AK2*850*0001", "AK5*A", "AK9*R*1*1*0*4"]
    assert found.answer(1) == ["AK1*PO*2", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"]
    assert found.ta1() == ACCEPTED


@pytest.mark.parametrize(("count", "said"), [("3", "3"), ("0", "0"), ("X", "1"), ("", "1")])
def test_a_wrong_count_of_sets_refuses_the_group(count, said):
    found = Checked(interchange(group(order(), count=count)))
    assert found.at(found.only("set-count")) == count
    assert found.answer() == ["AK1*PO*1", "AK2*850*0001", "AK5*A", f"AK9*R*{said}*1*0*5"]
    assert found.ta1() == ACCEPTED


def test_se02_that_is_not_st02_refuses_the_set():
    found = Checked(orders(order("0001"), order("0002", end="0009"), order("0003")))
    finding = found.only("set-control-number")
    assert (finding.location.segment, finding.location.segment_position, finding.location.element) == ("SE", 4, 2)
    assert found.at(finding) == "0009"
    assert found.answer()[3:5] == ["AK2*850*0002", "AK5*R*3"]
    assert found.answer()[-1] == "AK9*P*3*3*2"


@pytest.mark.parametrize("count", ["3", "5", "", "X", "4.0"])
def test_a_wrong_count_of_segments_refuses_the_set(count):
    found = Checked(orders(order("0001"), order("0002", count=count), order("0003")))
    finding = found.only("segment-count")
    assert found.at(finding) == count
    assert finding.location.line == 1
    assert found.answer()[3:5] == ["AK2*850*0002", "AK5*R*4"]
    assert found.verdicts == "ARA"


def test_a_set_with_wrong_count_and_wrong_number_says_both():
    found = Checked(orders(order("0001", count=9, end="0009")))
    assert found.answer() == ["AK1*PO*1", "AK2*850*0001", "AK5*R*4*3", "AK9*R*1*1*0"]


def test_a_set_without_se_is_refused_alone():
    text = orders(order("0001"), order("0002"), order("0003")).replace("SE*4*0002~", "")
    found = Checked(text)
    finding = found.only("se-missing")
    assert (finding.location.segment, finding.location.offset) == ("SE", text.index("ST*850*0003"))
    assert found.answer() == [
        *["AK1*PO*1", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK5*R*2", "AK2*850*0003", "AK5*A"],
        "AK9*P*3*3*2",
    ]


def test_a_last_set_without_se_is_refused_and_the_group_ends_as_it_should():
    found = Checked(three_orders().replace("SE*4*0003~", ""))
    assert found.only("se-missing")
    assert found.verdicts == "AAR"
    assert found.answer()[-1] == "AK9*P*3*3*2"


@pytest.mark.parametrize(
    "text",
    [
        group(order()).replace("GE*1*1~", "") + group(order(), number="2"),
        group(order(), number="2") + group(order()).replace("GE*1*1~", ""),
    ],
)
def test_a_group_without_ge_is_refused_alone(text):
    found = Checked(interchange(text, count=2))
    assert found.only("ge-missing")
    answers = [found.answer(0), found.answer(1)]
    assert ["AK1*PO*1", "AK2*850*0001", "AK5*A", "AK9*R*1*1*0*3"] in answers
    assert ["AK1*PO*2", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"] in answers
    assert found.ta1() == ACCEPTED


def test_an_isa_inside_an_interchange_ends_it_unfinished_and_begins_another():
    text = orders(order()).replace("IEA*1*000000001~", "") + orders(order(), number="000000002")
    found = Checked(text)
    finding = found.only("iea-missing")
    assert finding.location.offset == text.index("ISA", 3)
    assert [one.accepted for one in found.interchanges] == [False, True]
    assert found.ta1(0) == refused("023")
    assert found.ta1(1) == ACCEPTED.replace("001", "002", 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (group(order()).replace("GE*1*1", "SE*4*0001~GE*1*1"), "SE*4*0001"),
        (group(order()) + "GE*1*1~", "GE*1*1"),
        (order(), "ST*850*0001"),
        (group("TA1*000000001*260102*0304*A*000~", count=0), "TA1*000000001*260102*0304*A*000"),
    ],
    ids=["SE without ST", "GE without GS", "ST without GS", "TA1 in a group"],
)
def test_a_segment_of_an_envelope_in_the_wrong_place_refuses_the_interchange(text, value):
    found = Checked(interchange(text, count=1))
    finding = next(finding for finding in found.findings if finding.code == "structure")
    assert finding.value == value
    assert found.at(finding).startswith(value)
    assert found.ta1() == refused("022")


@pytest.mark.parametrize(
    "text",
    [
        "REF*DP*1~" + group(order()),
        group("REF*DP*1~", order(), count=1),
        group(order(), "REF*DP*1~", count=1),
        group(order()) + "REF*DP*1~",
    ],
)
def test_a_segment_that_stands_in_no_set_refuses_the_interchange(text):
    found = Checked(interchange(text, count=1))
    finding = found.only("segment-outside-set")
    assert (found.at(finding), finding.location.segment) == ("REF*DP*1", "REF")
    assert found.ta1() == refused("024")


# -- 102 to 108: numbers and identities as this file shows them -----------------------------------------------------------


def test_an_interchange_that_stands_twice_in_a_file_is_noted():
    found = Checked(three_orders() * 2)
    finding = found.only("duplicate-interchange")
    assert (finding.severity, found.at(finding)) == ("warning", "000000001")
    assert finding.location.segment_ordinal == 17


def test_a_group_number_twice_in_an_interchange_refuses_the_second_group():
    found = Checked(interchange(group(order()), group(order()), group(order(), number="2")))
    finding = found.only("duplicate-group")
    assert (finding.value, found.at(finding)) == ("1", "1")
    assert [one.accepted for one in found.groups] == ["A", "R", "A"]
    assert found.answer(1) == ["AK1*PO*1", "AK2*850*0001", "AK5*A", "AK9*R*1*1*0*19"]


def test_a_group_number_that_stands_again_with_a_leading_zero_is_the_same_number():
    found = Checked(interchange(group(order()), group(order(), number="01")))
    assert (found.only("duplicate-group").value, [one.accepted for one in found.groups]) == ("01", ["A", "R"])


def test_a_group_number_may_stand_again_in_a_group_of_another_kind_and_in_another_interchange():
    both = interchange(group(order()), group(kind="PR"))
    found = Checked(both + both.replace("000000001", "000000002"))
    assert found.codes == []


def test_a_set_number_twice_in_a_group_refuses_the_second_set():
    found = Checked(orders(order("0001"), order("0001"), order("0002")))
    finding = found.only("duplicate-set")
    assert (finding.location.segment, finding.location.element, found.at(finding)) == ("ST", 2, "0001")
    assert found.answer() == [*["AK1*PO*1", "AK2*850*0001", "AK5*A", "AK2*850*0001", "AK5*R*23", "AK2*850*0002", "AK5*A"], "AK9*P*3*3*2"]


def test_a_set_number_may_stand_again_in_another_group():
    assert Checked(interchange(group(order("0001")), group(order("0001"), number="2"))).codes == []


@pytest.mark.parametrize("number", ["", "1", "123", "1234567890"])
def test_a_set_number_has_four_to_nine_characters(number):
    found = Checked(orders(order("0001"), order(number)))
    finding = found.only("set-control-number-invalid")
    assert found.at(finding) == number
    assert found.answer()[-2:] == ["AK5*R*7", "AK9*P*2*2*1"]


@pytest.mark.parametrize("number", ["", "X1", "1234567890"])
def test_a_group_number_has_one_to_nine_digits(number):
    found = Checked(interchange(group(order(), number=number)))
    finding = found.only("gs-value")
    assert (found.at(finding), finding.location.element) == (number, 6)
    assert found.answer()[-1] == "AK9*R*1*1*0*6"


@pytest.mark.parametrize("header", ["GS*PO*SENDER*RECEIVER*20260102*0304*1*X", "GS*PO*SENDER*RECEIVER*20260102*0304*1*X*004010*X"])
def test_a_gs_has_eight_elements(header):
    found = Checked(interchange(group(order()).replace("GS*PO*SENDER*RECEIVER*20260102*0304*1*X*004010", header)))
    finding = next(finding for finding in found.findings if finding.code == "gs-incomplete")
    assert found.at(finding) == header
    assert found.answer()[-1] == "AK9*R*1*1*0*6"


def test_identities_are_handed_on_as_sent_without_blanks_at_the_end():
    found = Checked(orders(order(), e6="  acme Inc".ljust(15), e8="0123".ljust(15)))
    assert found.interchanges[0].sender == ("ZZ", "  acme Inc")
    assert found.interchanges[0].receiver == ("ZZ", "0123")


# -- 111 to 113: usage, versions, kinds ----------------------------------------------------------------------------------


@pytest.mark.parametrize("usage", "PTI")
def test_production_test_and_information_are_told_apart(usage):
    found = Checked(orders(order(), e15=usage))
    assert (found.interchanges[0].usage, found.codes) == (usage, [])


def test_a_set_in_a_group_of_another_kind_is_refused():
    found = Checked(interchange(group(order("0001"), order("0002"), kind="IN")))
    finding = next(iter(found.findings))
    assert (finding.code, found.at(finding), finding.location.segment, finding.location.element) == ("set-not-in-group", "850", "ST", 1)
    assert found.answer() == ["AK1*IN*1", "AK2*850*0001", "AK5*R*1", "AK2*850*0002", "AK5*R*1", "AK9*R*2*2*0"]


def test_a_set_that_nobody_knows_is_refused_alone():
    found = Checked(interchange(group(order("0001"), order("0002").replace("ST*850", "ST*123"), order("0003"))))
    assert found.verdicts == "ARA"
    assert found.answer()[4] == "AK5*R*1"


@pytest.mark.parametrize("kind", ["", "85", "8500", "85a"])
def test_st01_that_is_no_set_identifier_is_refused(kind):
    found = Checked(orders(order("0001"), order("0002").replace("ST*850", f"ST*{kind}")))
    finding = found.only("set-id-missing")
    assert found.at(finding) == kind
    assert found.answer()[-2:] == ["AK5*R*6", "AK9*P*2*2*1"]


def test_a_kind_of_group_that_nobody_knows_is_refused():
    found = Checked(interchange(group(order(), kind="Q1")))
    finding = found.only("functional-id-unknown")
    assert found.at(finding) == "Q1"
    assert found.answer()[-1] == "AK9*R*1*1*0*1"


@pytest.mark.parametrize("trailing", ["*", "**", "* "])
def test_separators_behind_a_whole_gs_are_noted_and_refuse_nothing(trailing):
    found = Checked(interchange(group(order()).replace("*X*004010", f"*X*004010{trailing}")))
    assert (found.only("trailing-separators").severity, found.verdicts, found.answer()[-1]) == ("warning", "A", "AK9*A*1*1*1")


@pytest.mark.parametrize("version", ["", "T", "21", "ABC010", "40"])
def test_a_version_that_nobody_knows_refuses_the_group(version):
    found = Checked(interchange(group(order(), version=version)))
    finding = next(finding for finding in found.findings if finding.code == "version-unknown")
    assert found.at(finding) == version
    assert found.answer()[-1].startswith("AK9*R*1*1*0*2")


@pytest.mark.parametrize(
    ("version", "guide"),
    [
        ("004010", "004010"),
        ("004010VICS", "004010"),
        ("004010UCS", "004010"),
        ("005010", "005010"),
        ("004020", "004030"),
        ("004030VICS", "004030"),
        ("004000", "004010"),
    ],
)
def test_gs08_picks_the_guide_and_isa12_does_not(version, guide):
    found = Checked(interchange(group(order(), version=version), e12="00501", e11="^"))
    assert found.sets[0].guide.startswith(f"x12/{guide}/850@")
    assert found.verdicts == "A"
    assert {finding.severity for finding in found.findings} <= {"info"}


def test_dates_have_six_digits_before_004010():
    old = group(order(beg="BEG*00*SA*PO1**260102"), version="003060")
    found = Checked(interchange(old.replace("*20260102*0304*1*", "*260102*0304*1*")))
    assert (found.codes, found.verdicts) == ([], "A")
    assert found.sets[0].guide.startswith("x12/003060/850@")
    found = Checked(interchange(old.replace("**260102", "**20260102")))
    assert found.only("bad-date").value == "20260102"
    assert "AK4*5*373*8*20260102" in found.answer()


def test_an_element_whose_number_nobody_knows_is_any_text_and_answered_without_a_number():
    old = order("0001", "AMT*TT*46.45", "AT*5*any text, of any kind", LINE, beg="BEG*00*SA*PO1**260102")
    old = interchange(group(old, version="003060").replace("*20260102*0304*1*", "*260102*0304*1*"))
    assert Checked(old).codes == []
    found = Checked(old.replace("any text", "any\x0btext"))
    assert found.codes == ["control-character"]
    assert found.findings[0].location.element_id == "AT02"


def test_a_version_without_a_guide_is_held_against_the_nearest_and_says_so():
    found = Checked(interchange(group(order(), version="004020")))
    assert (found.codes, found.verdicts) == (["version-nearest"], "A")
    assert found.at(found.findings[0]) == "004020"
    assert "x12/004030/850" in found.findings[0].message


def test_a_set_that_no_version_knows_is_refused_by_its_number():
    found = Checked(interchange(group(order().replace("850", "777"))))
    assert found.only("set-unknown").value == "777"
    assert found.answer() == ["AK1*PO*1", "AK2*777*0001", "AK5*R*1", "AK9*R*1*1*0"]


@pytest.mark.parametrize("separator", ["A", "1", " "])
def test_an_isa_whose_separator_could_be_text_begins_nothing(separator):
    assert Checked(delimited(three_orders(), element=separator)).codes == ["not-x12"]


def test_groups_of_several_versions_and_kinds_stand_in_one_interchange():
    found = Checked(interchange(group(order()), group(order(), number="2", version="005010"), group(kind="FA", number="3")))
    assert [one.guide.split("@")[0] for one in found.sets] == ["x12/004010/850", "x12/005010/850"]
    assert found.codes == []


def test_a_ta1_in_an_interchange_without_groups_is_read():
    found = Checked(isa() + "TA1*000000042*260101*2359*R*018~IEA*0*000000001~")
    assert found.codes == []
    [ta1] = found.ta1s
    assert (ta1.control_number, ta1.date, ta1.time, ta1.code, ta1.note) == ("000000042", "260101", "2359", "R", "018")


def test_one_bad_set_among_a_hundred_is_refused_alone():
    sets = [order(f"{n:04d}") for n in range(1, 101)]
    sets[56] = order("0057", "PO1*1*five*EA*9.95**VP*A-1")
    found = Checked(orders(*sets))
    assert found.verdicts == "A" * 56 + "R" + "A" * 43
    assert found.only("bad-character").value == "five"
    assert found.answer()[-1] == "AK9*P*100*100*99"


def test_one_bad_group_among_three_is_refused_alone():
    found = Checked(interchange(*(group(order(), number=str(n), count=1 + (n == 2)) for n in (1, 2, 3))))
    assert [one.accepted for one in found.groups] == ["A", "R", "A"]
    assert found.ta1() == ACCEPTED
