"""FAULTS 114 to 123: sets that break the standard's structure, elements, relations and values; each between two good neighbours."""

import pytest
from building import LINE, delimited, group, interchange, order, orders, transaction
from checking import Checked

PO = "BEG*00*SA*PO1**20260102"


def told(*body, version="004010", kind="850", group_kind="PO", **envelope):
    """The check of a set between two good ones of its kind, and what its 997 says between AK2 and AK5."""
    good = body_of(kind)
    sets = [transaction(kind, "0001", *good), transaction(kind, "0002", *body), transaction(kind, "0003", *good)]
    found = Checked(interchange(group(*sets, kind=group_kind, version=version), **envelope))
    answer = found.answer()
    bad = answer[answer.index(f"AK2*{kind}*0002") + 1 : answer.index(f"AK2*{kind}*0003")]
    assert found.sets[0].accepted == found.sets[2].accepted == "A"
    assert (answer[1:3], answer[-3:-1]) == ([f"AK2*{kind}*0001", "AK5*A"], [f"AK2*{kind}*0003", "AK5*A"])
    assert answer[-1] == ("AK9*P*3*3*2" if found.sets[1].accepted == "R" else "AK9*A*3*3*3")
    return found, bad


def body_of(kind):
    return {
        "850": [PO, LINE],
        "856": ["BSN*00*S1*20260102*0304", "HL*1**S"],
        "810": ["BIG*20260102*I1", LINE.replace("PO1", "IT1"), "TDS*4975"],
    }[kind]


# -- 114, 115: segments -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "at", "answer"),
    [
        ([PO, "QQQ*1", LINE], "segment-unknown", "QQQ*1", ["AK3*QQQ*3**1", "AK5*R*5"]),
        ([PO, LINE, "QQ"], "segment-unknown", "QQ", ["AK3*QQ*4**1", "AK5*R*5"]),
        ([PO, LINE, "TOOLONG*1"], "segment-unknown", "TOOLONG*1", ["AK3*TOO*4**1", "AK5*R*5"]),
        ([PO, LINE, "HL*1**S"], "segment-not-in-set", "HL*1**S", ["AK3*HL*4**6", "AK5*R*5"]),
        ([PO, LINE, "BEG*00*SA*PO2**20260102"], "segment-not-here", "BEG*00*SA*PO2**20260102", ["AK3*BEG*4**7", "AK5*R*5"]),
        ([PO, LINE, "CTT*1", "REF*DP*1"], "segment-not-here", "REF*DP*1", ["AK3*REF*5**7", "AK5*R*5"]),
        ([PO, "REF*DP*1", "CUR*BY*USD", LINE], "segment-not-here", "CUR*BY*USD", ["AK3*CUR*4**7", "AK5*R*5"]),
        ([PO, "CUR*BY*USD", "CUR*SE*USD", LINE], "segment-too-often", "CUR*SE*USD", ["AK3*CUR*4**5", "AK5*R*5"]),
        ([PO, *["PER*BD"] * 4, LINE], "segment-too-often", "PER*BD", ["AK3*PER*6**5", "AK5*R*5"]),
        ([PO, LINE, "CTT*1", "CTT*1"], "loop-too-often", "CTT*1", ["AK3*CTT*5**4", "AK5*R*5"]),
        ([PO, *["N1*ST*A"] * 201, LINE], "loop-too-often", "N1*ST*A", ["AK3*N1*203**4", "AK5*R*5"]),
        ([PO, "N1*ST*A", *["N2*B"] * 3, LINE], "segment-too-often", "N2*B", ["AK3*N2*6**5", "AK5*R*5"]),
        ([LINE], "segment-missing", "", ["AK3*BEG*2**3", "AK5*R*5"]),
        ([PO], "segment-missing", "", ["AK3*PO1*3**3", "AK5*R*5"]),
        ([PO, "REF*DP*1"], "segment-missing", "", ["AK3*PO1*4**3", "AK5*R*5"]),
        ([PO, "AMT*1*2", "FA1*AA", LINE], "segment-missing", "", ["AK3*FA2*5**3", "AK5*R*5"]),
        ([], "segment-missing", "", ["AK3*BEG*2**3", "AK3*PO1*2**3", "AK5*R*5"]),
    ],
)
def test_a_segment_that_is_unknown_misplaced_too_many_or_missing_refuses_only_its_set(body, code, at, answer):
    found, bad = told(*body)
    assert set(found.codes) == {code}
    assert found.at(found.findings[0]) == at
    assert bad == answer


def test_a_missing_segment_points_where_it_should_stand():
    found, _ = told(LINE)
    finding = found.only("segment-missing")
    place = finding.location
    assert (place.segment, place.segment_position, place.offset) == ("BEG", 2, found.data.index(b"PO1*", found.data.index(b"0002~")))


def test_several_faults_of_one_set_are_all_told_in_order():
    found, bad = told(PO, "QQQ*1", "PO1*1*X*EA*1", "REF*DP")
    assert found.codes == ["segment-unknown", "bad-character", "element-needed"]
    assert bad == ["AK3*QQQ*3**1", "AK3*PO1*4**8", "AK4*2*330*6", "AK3*REF*5**8", "AK4*2*127*2", "AK5*R*5"]


# -- 115, 116: elements -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("segment", "code", "at", "ak4"),
    [
        # missing
        ("BEG**SA*PO1**20260102", "element-missing", "", "1*353*1"),
        ("BEG*00*SA***20260102", "element-missing", "", "3*324*1"),
        ("BEG*00*SA*PO1", "element-missing", "", "5*373*1"),
        ("BEG", "element-missing", "", "1*353*1"),
        # relations: P, R, C, L, E
        ("N1*ST*A*92", "element-needed", "", "4*67*2"),
        ("N1*ST*A**92", "element-needed", "", "3*66*2"),
        ("N1*ST", "element-needed", "", "2*93*2"),
        ("PO1*1**EA*9.95", "element-needed", "", "2*330*2"),
        ("DTM*002***ET", "element-needed", "", "2*373*2"),
        ("CUR*BY*USD******20260102", "element-needed", "", "7*374*2"),
        ("MEA***5**1*2", "element-needed", "", "4**2"),
        ("MEA***5*EA****01", "elements-exclude", "01", "8*936*10"),
        # length and number of elements
        ("BEG*00*SA*12345678901234567890123**20260102", "too-long", "12345678901234567890123", "3*324*5*12345678901234567890123"),
        ("REF*D*1", "too-short", "D", "1*128*4*D"),
        ("REF*DPPP*1", "too-long", "DPPP", "1*128*5*DPPP"),
        ("N1*ST*" + "x" * 61, "too-long", "x" * 61, "2*93*5*" + "x" * 61),
        ("TDS*1*2*3*4*5", "too-many-elements", "5", "5**3*5"),
        # composites: before 005010 AK403 13 does not exist
        ("REF*DP*1**AB>2>CD>3>EF>4>GH", "too-many-components", "AB>2>CD>3>EF>4>GH", "4**3"),
        ("REF*DP*1**AB", "element-missing", "", "4>2*127*1"),
        ("REF*DP*1**A>2", "too-short", "A", "4>1*128*4*A"),
        ("REF*DP*>1", "too-many-components", ">1", "2*127*3"),
        # 118: dates and times
        ("BEG*00*SA*PO1**20260231", "bad-date", "20260231", "5*373*8*20260231"),
        ("BEG*00*SA*PO1**20260229", "bad-date", "20260229", "5*373*8*20260229"),
        ("BEG*00*SA*PO1**00000000", "bad-date", "00000000", "5*373*8*00000000"),
        ("BEG*00*SA*PO1**20261301", "bad-date", "20261301", "5*373*8*20261301"),
        ("BEG*00*SA*PO1**2026010A", "bad-date", "2026010A", "5*373*8*2026010A"),
        ("BEG*00*SA*PO1**260102", "bad-date", "260102", "5*373*8*260102"),
        ("BEG*00*SA*PO1**202601021", "bad-date", "202601021", "5*373*8*202601021"),
        ("DTM*002**2460", "bad-time", "2460", "3*337*9*2460"),
        ("DTM*002**2400", "bad-time", "2400", "3*337*9*2400"),
        ("DTM*002**030", "bad-time", "030", "3*337*9*030"),
        ("DTM*002**030460", "bad-time", "030460", "3*337*9*030460"),
        # 119: numbers
        ("PO1*1*1,5*EA*9.95", "bad-character", "1,5", "2*330*6"),
        ("PO1*1*1E5*EA*9.95", "bad-character", "1E5", "2*330*6"),
        ("PO1*1*+1*EA*9.95", "bad-character", "+1", "2*330*6"),
        ("PO1*1*-*EA*9.95", "bad-character", "-", "2*330*6"),
        ("PO1*1*.*EA*9.95", "bad-character", ".", "2*330*6"),
        ("PO1*1*1.2.3*EA*9.95", "bad-character", "1.2.3", "2*330*6"),
        ("PO1*1*NaN*EA*9.95", "bad-character", "NaN", "2*330*6"),
        ("PO1*1*1 000*EA*9.95", "bad-character", "1 000", "2*330*6"),
        ("PO1*1*5-*EA*9.95", "bad-character", "5-", "2*330*6"),
        ("PO1*1*\xb2*EA*9.95", "bad-character", "\xb2", "2*330*6"),
        ("PO1*1*1234567890123456*EA*9.95", "too-long", "1234567890123456", "2*330*5*1234567890123456"),
        ("TDS*1234567890123456", "too-long", "1234567890123456", "1*610*5*1234567890123456"),
    ],
)
def test_a_bad_element_is_told_with_place_and_code_and_refuses_only_its_set(segment, code, at, ak4):
    name = segment.partition("*")[0]
    bodies = {"BEG": [segment, LINE], "PO1": [PO, segment], "TDS": [*body_of("810")[:2], segment]}
    kind = "810" if name == "TDS" else "850"
    body = bodies.get(name) or [PO, segment, LINE]
    found, bad = told(*body, kind=kind, group_kind="IN" if kind == "810" else "PO")
    position = body.index(segment) + 2
    first = next(finding for finding in found.findings if finding.severity == "error")
    assert first.code == code
    assert found.at(first) == at
    assert first.location.segment_position == position
    assert bad[:2] == [f"AK3*{name}*{position}**8", f"AK4*{ak4}"]
    assert bad[-1] == "AK5*R*5"


@pytest.mark.parametrize(
    "segment",
    [
        *("PO1*1*5*EA*-9.95", "PO1*1*0*EA*0", "PO1*1*005*EA*9.950", "PO1*1*.5*EA*5.", "PO1*1*-.5*EA", "PO1*1*123456789012345*EA"),
        *("PO1*1*-123456789.012345*EA", "PO1", "PO1**5*EA*1"),
        *("REF*DP*1**AB>2", "REF*DP*1**AB>2>CD>3", "REF*ZZ**text", "DTM*002*20240229", "DTM*002*20260102*2359595"),
        *("DTM*002*20260102*23595999", "DTM*002*20000229", "DTM*002****RD8*20260101-20260131", "N1*ST**92*12", "MEA***5*EA", "CUR*BY*USD"),
    ],
)
def test_what_the_standard_allows_is_clean(segment):
    body = [PO, segment] if segment.startswith("PO1") else [PO, segment, LINE]
    found, bad = told(*body)
    assert (found.codes, bad) == ([], ["AK5*A"])


@pytest.mark.parametrize(
    ("segment", "code", "at"),
    [
        ("REF*DP*1*", "trailing-separators", ""),
        ("REF*DP*1**", "trailing-separators", ""),
        ("REF*DP*1>", "trailing-separators", "1>"),
        ("REF*DP*ABC  ", "padding", "ABC  "),
        ("N1*ST*A*92*123 ", "padding", "123 "),
        ("BEG*QQ*SA*PO1**20260102", "code-unknown", "QQ"),
        ("PO1*1*5*QQ*9.95", "code-unknown", "QQ"),
        ("REF*DP*1**AB>2>", "trailing-separators", "AB>2>"),
        ("N1*ST*A\tB", "control-character", "A\tB"),
        ("PO1*1*5*EA***VP", "qualifier-alone", ""),
        ("PO1*1*5*EA*9.95**VP*A-1*UP*", "qualifier-alone", ""),
        ("DTM*037*20260205***19", "century-alone", "19"),
    ],
)
def test_what_partners_commonly_do_is_noted_and_accepted(segment, code, at):
    name = segment.partition("*")[0]
    found, bad = told(*([segment, LINE] if name == "BEG" else [PO, segment] if name == "PO1" else [PO, segment, LINE]))
    finding = found.only(code)
    assert (finding.severity, found.at(finding), bad) == ("warning", at, ["AK5*A"])


@pytest.mark.parametrize("character", ["\0", "\x08", "\x1b", "\x7f"])
def test_a_control_character_that_nobody_types_is_no_text(character):
    found, bad = told(PO, f"N1*ST*A{character}B", LINE)
    finding = found.only("bad-character")
    assert (finding.severity, found.at(finding)) == ("error", f"A{character}B")
    assert bad == ["AK3*N1*3**8", "AK4*2*93*6", "AK5*R*5"]


def test_half_a_pair_that_means_something_is_still_refused():
    for segment, code in (("DTM*037*20260205***D8", "element-needed"), ("PO1*1*5*EA*9.95***A-1", "element-needed")):
        found, bad = told(*([PO, segment] if segment.startswith("PO1") else [PO, segment, LINE]))
        assert (found.codes, bad[-1]) == ([code], "AK5*R*5")


def test_a_u_in_isa11_and_a_caret_in_text_split_nothing_before_00402():
    found, bad = told(PO, "N1*ST*SUPER^MARKET UNITED", LINE)
    assert (found.codes, bad) == ([], ["AK5*A"])


def test_a_repetition_where_none_is_allowed_is_refused_with_its_own_code_from_005010_on():
    found, bad = told(PO, "N1*ST*A^B", LINE, version="005010", e11="^", e12="00501")
    assert found.at(found.only("too-many-repetitions")) == "A^B"
    assert bad == ["AK3*N1*3**8", "AK4*2*93*12", "AK5*R*5"]


def test_too_many_components_have_their_own_code_from_005010_on():
    found, bad = told(PO, "N1*ST*A>B", LINE, version="005010", e11="^", e12="00501")
    assert found.at(found.only("too-many-components")) == "A>B"
    assert bad == ["AK3*N1*3**8", "AK4*2*93*13", "AK5*R*5"]


def test_a_bad_value_in_a_repetition_is_told_with_its_place():
    body = ["AK1*PO*1", "AK2*850*0001", "AK3*BEG*2**8", "CTX*A^TOO>LONG>X", "AK5*A", "AK9*A*1*1*1"]
    found = Checked(interchange(group(transaction("997", "0001", *body), kind="FA", version="005010"), e11="^", e12="00501"))
    assert found.verdicts == "R"


def test_the_value_is_left_out_of_ak404_where_it_would_break_the_answer():
    _, bad = told("BEG*00*SA*PO1**2026>1>02", LINE)
    assert bad[0] == "AK3*BEG*2**8"
    assert bad[1] in ("AK4*5*373*3", "AK4*5*373*8")
    _, bad = told("BEG*00*SA*" + "é" * 23 + "**20260102", LINE)
    assert bad[1].startswith("AK4*3*324*5")


@pytest.mark.parametrize("delimiters", [("|", "<", "\n"), ("\x1d", "\x1f", "\x1c"), ("~", "\\", "\r\n")])
def test_places_are_right_with_any_delimiters(delimiters):
    text = orders(order("0001"), order("0002", "PO1*1*5*EA*9.95", "REF*DP*1**AB>2>C>3"), order("0003"))
    found = Checked(delimited(text, *delimiters))
    finding = found.only("too-short")
    assert (found.at(finding), finding.location.component, finding.location.segment_position) == ("C", 3, 4)
    assert found.answer()[4:7] == ["AK3*REF*4**8", f"AK4*4{delimiters[1]}3*128*4*C", "AK5*R*5"]


# -- 120: characters ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "charset"), [("Käse".encode(), "UTF-8"), ("Käse".encode("latin-1"), "Latin-1"), ("🧀 Ω".encode(), "UTF-8")]
)
def test_characters_outside_ascii_are_read_and_noted(text, charset):
    found = Checked(orders(order("0001", "N1*ST*@", LINE)).encode().replace(b"@", text))
    finding = found.only("charset")
    assert (finding.severity, found.verdicts) == ("info", "A")
    assert charset in finding.message


def test_lengths_count_characters_and_offsets_bytes():
    name = "ä" * 60
    data = orders(order("0001", f"N1*ST*{name}", "REF*D*1", LINE)).encode()
    found = Checked(data)
    finding = found.only("too-short")
    assert (found.at(finding), finding.location.offset) == ("D", data.index(b"REF*D*") + 4)
    assert "too-long" in Checked(data.replace("ä".encode(), "ää".encode(), 1)).codes


# -- 121: what a set says about itself ------------------------------------------------------------------------------------


def test_a_wrong_line_count_and_hash_total_are_noted_and_accepted():
    found, bad = told(PO, LINE, "CTT*2*6")
    assert [(finding.code, finding.severity, found.at(finding)) for finding in found.findings] == [
        ("line-count", "warning", "2"),
        ("hash-total", "warning", "6"),
    ]
    assert bad == ["AK5*A"]


def test_right_counts_and_totals_are_clean_with_decimals_too():
    found, _ = told(PO, "PO1*1*1.5*EA*1", "PO1*2*2.25*EA*1", "CTT*2*3.75")
    assert found.codes == []


def test_schedules_that_do_not_add_up_are_noted():
    found, bad = told(PO, "PO1*1*10*EA*1", "SDQ*EA*92*0001*4*0002*5")
    assert (found.only("schedule-sum").severity, bad) == ("warning", ["AK5*A"])
    assert told(PO, "PO1*1*9*EA*1", "SDQ*EA*92*0001*4", "SDQ*EA*92*0002*5")[0].codes == []


# -- 122: the tree of levels ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "codes"),
    [
        (["HL*1**S*1", "HL*2*1*O*1", "HL*3*2*P*1", "HL*4*3*I*0"], []),
        (["HL*1**S", "HL*2*1*O", "HL*3*2*I", "HL*4*1*O", "HL*5*4*I"], []),
        (["HL*1**S", "HL*2*9*O"], ["hl-parent-missing"]),
        (["HL*1**S", "HL*2*3*O", "HL*3*1*I"], ["hl-parent-missing"]),
        (["HL*1**S", "HL*2*2*O"], ["hl-own-parent"]),
        (["HL*1*2*S", "HL*2*1*O"], ["hl-parent-missing"]),
        (["HL*1**S", "HL*1*1*O"], ["hl-duplicate", "hl-own-parent"]),
        (["HL*1**S", "HL*2**O", "HL*3**I"], ["hl-parent-empty"]),
        (["HL*1**S*0", "HL*2*1*O*1"], ["hl-child-code", "hl-child-code"]),
        (["HL*1*0*S", "HL*2*1*O"], []),
    ],
)
def test_levels_that_are_no_tree_are_told_and_the_answer_is_silent_about_them(levels, codes):
    found, bad = told("BSN*00*S1*20260102*0304", *levels, kind="856", group_kind="SH")
    assert found.codes == codes
    assert bad == ["AK5*A"]
    assert {finding.layer for finding in found.findings} <= {"business"}


def test_a_chain_of_a_hundred_thousand_levels_is_read_without_recursion():
    levels = ["HL*1**S", *(f"HL*{n}*{n - 1}*I" for n in range(2, 100_000))]
    found = Checked(interchange(group(transaction("856", "0001", "BSN*00*S1*20260102*0304", *levels), kind="SH")))
    assert (found.codes, found.verdicts) == ([], "A")


# -- 124: at most a hundred findings a set --------------------------------------------------------------------------------


def test_a_set_lists_a_hundred_findings_and_counts_the_rest():
    found, bad = told(PO, *["QQQ*1"] * 250, LINE)
    assert (len(found.findings), found.sets[1].omitted, found.sets[1].accepted) == (100, 150, "R")
    assert bad[-1] == "AK5*R*5"


def test_an_error_beyond_the_listed_findings_still_refuses():
    found, _ = told(PO, *["REF*DP*1*"] * 150, "QQQ*1", LINE)
    assert (len(found.findings), found.sets[1].accepted) == (100, "R")


def test_a_decimal_point_where_decimals_are_implied_is_noted_and_taken_as_it_says():
    found = Checked(interchange(group(transaction("810", "0001", "BIG*20260102*1", "IT1*1*5*EA*9.95", "TDS*49.75"), kind="IN")))
    assert (found.codes, found.verdicts) == (["explicit-point"], "A")
    assert found.at(found.findings[0]) == "49.75"
