"""`gateway x12 write`, by partner and by standard."""

import json

import pytest
from click.testing import CliRunner

from gateway.cli.main import main

PARTNER = """\
partner: corner
name: Corner
status: production
identities: {main: {isa: "ZZ/CORNER", gs: CORNER}}
envelope: {element: "|", component: ":", segment: "'", line_end: crlf}
we_send:
  - {set: "850", version: "004010"}
code_tables:
  unit: {SK: EA}
"""
US = 'name: Us\nidentities: {main: {isa: "ZZ/US", gs: US}}\n'
ORDER = {
    "document_type": "purchase_order",
    "schema_version": "1.0",
    "number": "4711",
    "date": "2026-03-01",
    "purpose": "original",
    "kind": "stand_alone",
    "lines": [{"ordinal": 1, "number": "1", "quantity": {"value": "12", "unit": "EA"}, "price": {"amount": "9.95"}}],
}


@pytest.fixture
def gateway(tmp_path, monkeypatch):
    """Runs a command in a project with one partner."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GATEWAY_PROJECT", raising=False)
    (tmp_path / "gateway.yaml").write_text("")
    (tmp_path / "partner_profiles").mkdir()
    (tmp_path / "partner_profiles" / "corner.yaml").write_text(PARTNER)
    (tmp_path / "partner_profiles" / "us.yaml").write_text(US)

    def run(*words, document=ORDER, code=0):
        (tmp_path / "order.json").write_text(document if isinstance(document, str) else json.dumps(document))
        done = CliRunner().invoke(main, ["x12", "write", "order.json", *words])
        assert done.exit_code == code, done.stdout + done.stderr
        return done

    return run


def test_an_order_is_written_as_the_partner_wants_it(gateway):
    done = gateway("--partner", "corner", "--number", "7")
    lines = done.stdout_bytes.split(b"\r\n")

    assert lines[0].startswith(b"ISA|00|          |00|          |ZZ|US             |ZZ|CORNER         |")
    assert lines[0].endswith(b"|U|00401|000000007|0|P|:'")
    assert lines[2:6] == [b"ST|850|0001'", b"BEG|00|SA|4711||20260301'", b"PO1|1|12|SK|9.95'", b"SE|4|0001'"]


def test_an_order_is_written_by_the_standard_and_checked(gateway, tmp_path):
    (tmp_path / "order.edi").write_bytes(gateway("--standard", "004010").stdout_bytes)

    assert "accepted" in CliRunner().invoke(main, ["x12", "check", "order.edi"]).stdout
    translated = json.loads(CliRunner().invoke(main, ["translate", "order.edi"]).stdout)[0]
    assert {name: translated[name] for name in ("number", "date", "kind")} == {name: ORDER[name] for name in ("number", "date", "kind")}


def test_several_documents_are_sets_of_one_interchange(gateway):
    text = gateway("--standard", "004010", document=[ORDER, {**ORDER, "number": "4712"}]).stdout

    assert [raw for raw in text.split("~") if raw.startswith("ST")] == ["ST*850*0001", "ST*850*0002"]
    assert "GE*2*1~" in text


def test_nothing_is_printed_where_something_is_wrong_and_the_field_is_told(gateway):
    done = gateway("--standard", "004010", document={**ORDER, "number": "A*B"}, code=5)

    assert done.stdout == ""
    assert "order.json: segment 2" in done.stderr or "number" in done.stderr
    assert "write-delimiter" in done.stderr


@pytest.mark.parametrize(
    ("words", "document", "code", "said"),
    [
        ((), ORDER, 2, "--partner"),
        (("--standard", "004010"), "{", 1, "is not JSON"),
        (("--standard", "004010"), {"document_type": "poem"}, 1, "document_type is none of"),
        (("--standard", "004010"), {**ORDER, "lines": 1}, 1, "lines"),
        (("--standard", "009999"), ORDER, 3, "x12/009999/850"),
        (("--partner", "nobody"), ORDER, 3, "nobody"),
        (("--partner", "corner"), {**ORDER, "document_type": "invoice"}, 3, "no agreement to send 810"),
        (("--standard", "004010", "--set", "810"), ORDER, 2, "810 is written from invoice"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(gateway, words, document, code, said):
    assert said in gateway(*words, document=document, code=code).stderr
