from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.formats.x12.envelope import GroupEnd, InterchangeEnd, SetRead
from gateway.formats.x12.reader import read
from gateway.formats.x12.writer import Outgoing, delimiters_of, interchanges, write
from gateway.profiles.terms import EnvelopeTerms

AT = datetime(2026, 3, 1, 14, 5, tzinfo=UTC)
TERMS = EnvelopeTerms(("ZZ", "US"), ("12", "5550170"), "US", "RIVERSIDE", isa12="00401", gs08="004010")


def order(number: str, separator: str = "*") -> Outgoing:
    raws = (f"ST*850*{number}", f"BEG*00*SA*PO{number}**20260301", "PO1*1*1*EA*1**VP*A", f"SE*4*{number}")
    return Outgoing("850", "004010", tuple(raw.replace("*", separator) for raw in raws))


def invoice(number: str) -> Outgoing:
    return Outgoing("810", "004010", (f"ST*810*{number}", "BIG*20260301*1", "TDS*100", f"SE*4*{number}"))


def test_an_interchange_is_whole_and_reads_without_findings():
    made = write(TERMS, [order("0001"), order("0002")], 42, 7, AT, "T")
    events = list(read([made.data]))

    assert made.findings == ()
    assert [event.transaction_set.control_number for event in events if isinstance(event, SetRead)] == ["0001", "0002"]
    assert [event.group.findings for event in events if isinstance(event, GroupEnd)] == [[]]
    assert [event.interchange.findings for event in events if isinstance(event, InterchangeEnd)] == [[]]
    assert made.data.startswith(
        b"ISA*00*          *00*          *ZZ*US             *12*5550170        *260301*1405*U*00401*000000042*0*T*>~GS*PO*"
    )
    assert made.data.endswith(b"GE*2*7~IEA*1*000000042~")


def test_the_same_again_is_the_same_bytes():
    assert write(TERMS, [order("0001")], 1, 1, AT) == write(TERMS, [order("0001")], 1, 1, AT)


def test_kinds_stand_in_groups_of_their_own_numbered_on():
    made = write(TERMS, [order("0001"), invoice("0001"), order("0002")], 1, 11, AT)

    assert made.groups == (11, 12)
    assert [raw[:5] for raw in made.data.decode().split("~") if raw.startswith("GS")] == ["GS*PO", "GS*IN"]
    assert b"GE*2*11~" in made.data
    assert b"IEA*2*" in made.data


def test_a_group_holds_no_more_sets_than_agreed():
    made = write(replace(TERMS, sets_per_group=2), [order(f"{n:04d}") for n in range(1, 6)], 1, 1, AT)

    assert [raw for raw in made.data.decode().split("~") if raw.startswith("GE")] == ["GE*2*1", "GE*2*2", "GE*1*3"]


def test_an_interchange_holds_no_more_groups_than_agreed_and_the_next_is_numbered_on():
    terms = replace(TERMS, sets_per_group=2, groups_per_interchange=1)
    made = interchanges(terms, [order("0001"), invoice("0001"), order("0002"), order("0003")], 7, 70, AT)

    assert [one.groups for one in made] == [(70,), (71,), (72,)]
    assert [one.data.split(b"~")[-2] for one in made] == [b"IEA*1*000000007", b"IEA*1*000000008", b"IEA*1*000000009"]
    assert [[raw[:6] for raw in one.data.decode().split("~") if raw.startswith("ST")] for one in made] == [
        ["ST*850", "ST*850"],
        ["ST*850"],
        ["ST*810"],
    ]
    assert interchanges(TERMS, [order("0001"), invoice("0001")], 7, 70, AT) == [write(TERMS, [order("0001"), invoice("0001")], 7, 70, AT)]
    assert interchanges(terms, [], 7, 70, AT)[0].findings


def test_delimiters_and_line_ends_are_the_agreements():
    terms = replace(TERMS, element="|", component=":", segment="'", line_end="\r\n")
    made = write(terms, [order("0001", "|")], 1, 1, AT)

    assert made.data.split(b"\r\n")[2] == b"ST|850|0001'"
    assert not [f for event in read([made.data]) if isinstance(event, InterchangeEnd) for f in event.interchange.findings]


def test_a_repetition_separator_is_one_from_00402_on():
    assert delimiters_of(TERMS).repetition is None
    assert delimiters_of(replace(TERMS, isa11="^")).repetition is None
    assert delimiters_of(replace(TERMS, isa11="^", isa12="00501")).repetition == "^"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sender": ("", "US")}, "ISA05"),
        ({"receiver": ("ZZ", "X" * 16)}, "ISA08"),
        ({"gs_sender": ""}, "GS02"),
        ({"gs_receiver": "A*B"}, "GS03"),
        ({"isa12": ""}, "ISA12"),
        ({"component": "*"}, "the delimiters"),
    ],
)
def test_what_does_not_fit_the_envelope_is_told_and_nothing_is_written(changes: dict, field: str):
    made = write(replace(TERMS, **changes), [order("0001")], 1, 1, AT)

    assert made.data == b""
    assert ("envelope-unwritable", field) in [(finding.code, finding.location.field) for finding in made.findings]


def test_numbers_beyond_nine_digits_and_text_beyond_the_charset_are_told():
    accented = Outgoing("850", "004010", ("ST*850*0001", "N1*ST*Žižkov", "SE*3*0001"))

    assert write(TERMS, [order("0001")], 1_000_000_000, 1, AT).findings[0].location.field == "ISA13"
    assert write(TERMS, [order("0001")], 1, 0, AT).findings[0].location.field == "GS06"
    assert write(replace(TERMS, charset="latin-1"), [accented], 1, 1, AT).findings[0].value == "Ž"
    assert "Žižkov".encode() in write(TERMS, [accented], 1, 1, AT).data
