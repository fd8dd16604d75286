"""The text that a supplier reads, and the set in its own envelope."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edi.finding import Finding, Location
from gateway.exchange.reports import Report, alone, report

ISA = b"ISA*00*          *00*          *ZZ*ACME           *01*123456789      *250101*1200*U*00401*000000042*0*P*>~"
GS = b"GS*IN*ACME*US*20250101*1200*7*X*004010~"
BODY = b"ST*810*0003~BIG*20250101*INV9**PO1~IT1*1*10*EACH*1.25~TDS*1250~CTT*1~SE*6*0003~"
FINDING = Finding(
    "element-code",
    "error",
    "guide",
    "IT1-03 (line 1): 'EACH' is not a unit code; did you mean 'EA'?",
    "Send one of EA CA BX.",
    Location(segment="IT1", segment_position=3, element=3, element_id="355"),
    "EACH",
).as_json()


def record(**changes):
    facts = {
        "our_name": "Example Buyer Inc.",
        "partner": "Acme Industrial Supply",
        "file": "acme-810.edi",
        "received": "2025-01-02 10:11 UTC",
        "interchange": "000000042",
        "group": "7",
        "set_id": "810",
        "set_number": "0003",
        "document_type": "invoice",
        "number": "INV9",
        "findings": [FINDING],
        "body": BODY.decode(),
        "element_names": {"355": "unit of measurement"},
        "contacts": ["EDI desk, edi@buyer.example, +1 555 0100"],
    }
    return Report(**(facts | changes))


def test_the_report_reads_from_what_he_looks_up_to_whom_to_call():
    assert report(record()) == (
        "Our name:                  Example Buyer Inc.\n"
        "Your name:                 Acme Industrial Supply\n"
        "Your interchange (ISA13):  000000042\n"
        "Your group (GS06):         7\n"
        "Your set (ST01, ST02):     810 0003 (invoice)\n"
        "Invoice number:            INV9\n"
        "Date received:             2025-01-02 10:11 UTC\n"
        "File:                      acme-810.edi\n"
        "\n"
        "What is wrong\n"
        "\n"
        "1. Segment 3 of the set, IT103 (unit of measurement)\n"
        "     IT1*1*10*EACH*1.25\n"
        "   What we found: IT1-03 (line 1): 'EACH' is not a unit code; did you mean 'EA'?\n"
        "   What to do: Send one of EA CA BX.\n"
        "\n"
        "What happens now\n"
        "\n"
        "  Please correct this and send it again under new control numbers. We have not processed what stands\n"
        "    above.\n"
        "\n"
        "Whom to call\n"
        "\n"
        "  EDI desk, edi@buyer.example, +1 555 0100\n"
    )


def test_of_a_file_without_envelope_it_speaks_of_the_file_and_of_no_control_numbers():
    finding = {
        "code": "code-without-meaning",
        "severity": "error",
        "message": "has 'KISTE', which is no code of table unit",
        "line": 7,
        "column": 3,
        "field": "ME",
    }
    held = {"interchange": "", "group": "", "set_id": "delimited", "set_number": "4711", "number": "", "document_type": "", "file": "o.csv"}
    text = report(record(**held, findings=[finding], body="", terminator=""))
    assert text.startswith(
        "Our name:                  Example Buyer Inc.\n"
        "Your name:                 Acme Industrial Supply\n"
        "Document number:           4711\n"
        "File:                      o.csv (delimited file)\n"
        "Date received:             2025-01-02 10:11 UTC\n"
        "\n"
        "What is wrong\n"
        "\n"
        "1. Line 7 column 3, field ME\n"
    )
    assert "control numbers" not in text


def test_what_we_settle_ourselves_is_not_asked_for_again():
    text = report(record(resend=False))
    assert "please do not send it again" in text
    assert "new control numbers" not in text


def test_a_segment_that_is_missing_does_not_show_its_neighbour():
    missing = dict(FINDING, segment="REF", segment_position=3, element=None)
    assert "IT1*1*10" not in report(record(findings=[missing]))


def test_a_finding_outside_a_set_shows_the_segment_at_its_offset():
    broken = dict(FINDING, segment="IEA", segment_position=None, segment_ordinal=9, offset=1030, element=1)
    text = report(record(set_id="", body="GE*1*7~\r\nIEA*9*000000042~\r\n", body_offset=1020, findings=[broken]))
    assert "     IEA*9*000000042\n" in text
    assert "1. Segment 9 of the file, IEA01" in text


def test_no_findings_and_nothing_known_still_makes_a_report():
    assert report(Report("us", "", "x", "now")).startswith("Our name:")


def test_many_findings_are_counted_not_all_told():
    text = report(record(findings=[FINDING] * 120))
    assert "What is wrong (120 findings)" in text
    assert "... and 70 more." in text


@given(st.text(), st.text())
def test_nothing_a_partner_sends_reaches_a_terminal_as_a_control(one, other):
    hostile = f"\x1b]8;;http://evil\x07{one}\u202e"
    finding = dict(FINDING, message=hostile, remedy=other, segment=hostile, field=other)
    text = report(record(file=hostile, number=other, body=hostile + BODY.decode(), partner=other, findings=[finding], contacts=[hostile]))
    assert all(character.isprintable() or character == "\n" for character in text)
    assert text.startswith("Our name:")


def test_a_set_stands_alone_in_its_own_envelope():
    assert alone(ISA, GS, BODY) == ISA + GS + BODY + b"GE*1*7~IEA*1*000000042~"


def test_line_ends_between_segments_are_kept():
    body = BODY.replace(b"~", b"~\r\n")
    assert alone(ISA + b"\r\n", GS + b"\r\n", body) == (ISA + b"\r\n" + GS + b"\r\n" + body + b"GE*1*7~\r\nIEA*1*000000042~\r\n")


def test_a_line_feed_may_be_the_terminator():
    isa, gs, body = (part.replace(b"~", b"\n") for part in (ISA, GS, BODY))
    assert alone(isa, gs, body) == isa + gs + body + b"GE*1*7\nIEA*1*000000042\n"


def test_a_pair_of_carriage_return_and_line_feed_may_be_the_terminator():
    isa, gs, body = (part.replace(b"~", b"\r\n") for part in (ISA, GS, BODY))
    assert alone(isa, gs, body) == isa + gs + body + b"GE*1*7\r\nIEA*1*000000042\r\n"


@pytest.mark.parametrize("isa", [ISA, ISA[:-1]])
@pytest.mark.parametrize("gs", [GS, GS[:-1]])
def test_a_span_may_end_before_or_behind_its_terminator(isa, gs):
    assert alone(isa, gs, BODY) == ISA + GS + BODY + b"GE*1*7~IEA*1*000000042~"


def letters(data):
    return bytes(byte for byte in data if 65 <= byte <= 90)


@given(st.binary(max_size=200), st.binary(max_size=50), st.binary(max_size=50))
def test_whatever_stands_where_an_envelope_should_nothing_fails(isa, gs, body):
    for start in (isa, b"ISA*" + isa, ISA[:-1] + isa, ISA[:-2] + isa):
        assert letters(body) in letters(alone(start, gs, body))
