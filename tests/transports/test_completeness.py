"""How the end of an interchange is told, with delimiters and endings of every kind."""

import pytest

from gateway.transports.completeness import ending

ISA = "ISA*00*          *00*          *ZZ*ACME           *01*123456789      *250101*1200*U*00401*000000042*0*P*>~"


def kind(text):
    data = text.encode("latin-1")
    return ending(data[:1024], data[-4096:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ISA + "GS*PO~GE*0*1~IEA*1*000000042~", "complete"),
        (ISA + "\r\nGS*PO~\r\nIEA*1*000000042~\r\n", "complete"),
        ("\ufeff".encode().decode("latin-1") + "\n" + ISA + "IEA*1*000000042~", "complete"),
        (ISA.replace("~", "\n") + "GS*PO\nIEA*1*000000042\n", "complete"),
        (ISA.replace("~", "\n") + "GS*PO\nIEA*1*000000042", "ended"),
        (ISA.replace("*", "|") + "IEA|1|000000042~", "complete"),
        (ISA + "IEA*1*000000042~\x1a\x00", "complete"),
        (ISA + "IEA*1*000000042", "ended"),
        (ISA + "IEA*1*42~trailing words", "ended"),
        (ISA + "IEA*1*0000000", "open"),
        (ISA + "IEA*1*", "open"),
        (ISA + "GS*PO~GE*0*1~", "open"),
        (ISA + "IEA*1*000000042~" + ISA, "open"),
        (ISA + "MSG*xIEA*1*000000042~", "ended"),
        ("ISA*00*too short~GS*PO~GE*0*1~IEA*1*000000042~", "ended"),
        ("I", "open"),
        ("IS", "open"),
        ("ISA", "open"),
        ("ISA*00*", "open"),
        ("", "other"),
        ("ISABEL,1\n", "other"),
        ("order,line\n", "other"),
        ("\xff\xd8\xff\xe0JFIF", "other"),
    ],
)
def test_an_ending_is_told(text, expected):
    assert kind(text) == expected
