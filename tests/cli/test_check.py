"""`gateway x12 check`: verdicts, exit codes, places that people can find, and report 1 for programs."""

import json
import subprocess
import sys
from importlib.resources import files as package

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.x12.check import check
from gateway.formats.x12.report import Counted, Report
from gateway.profiles.guide import Guides
from gateway.stores.library import FolderLibrary
from tests.services.acme_project import an_order

SCHEMA = json.loads((package("gateway.formats.x12") / "schemas" / "report.v1.schema.json").read_text())
GUIDES = Guides(FolderLibrary())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
KEYS = {
    "file": "report file size accepted findings findings_omitted interchanges",
    "interchange": "control_number sender receiver version usage acknowledgment_requested acknowledgments groups findings accepted ta1",
    "acknowledgment": "control_number code note",
    "group": "functional_id control_number version transaction_sets findings accepted",
    "transaction_set": "set control_number guide segments findings accepted",
    "finding": "code severity layer message remedy segment segment_position segment_ordinal loop element component repetition element_id"
    " value offset length line ack",
    "ack": "segment element code",
}
"""The contract of report 1, apart from the schema: what programs already read."""


@pytest.fixture
def report(gateway, files):
    """The report on one file, valid by the published schema."""

    def check(text, code=0):
        files(given=text)
        lines = gateway("x12", "check", "--json", "given.edi", code=code).stdout.splitlines()
        assert len(lines) == 1
        found = json.loads(lines[0])
        VALIDATOR.validate(found)
        return found

    return check


def sets(report):
    return [found for interchange in report["interchanges"] for group in interchange["groups"] for found in group["transaction_sets"]]


def findings(report):
    levels = [report, *report["interchanges"], *(group for i in report["interchanges"] for group in i["groups"]), *sets(report)]
    return [finding for level in levels for finding in level["findings"]]


# -- report 1 ---------------------------------------------------------------------------------------------------------


def test_the_schema_is_a_schema_and_has_the_keys_of_the_contract():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    forms = {"file": SCHEMA} | SCHEMA["$defs"]
    for level, keys in KEYS.items():
        assert set(keys.split()) <= set(forms[level]["required"]), level
        assert set(forms[level]["required"]) == set(forms[level]["properties"]), level


def test_a_clean_order_is_accepted_with_exit_code_0(report, order):
    found = report(order())
    assert found["accepted"] is True
    assert found["file"] == "given.edi"
    assert found["size"] == len(order())
    [interchange] = found["interchanges"]
    assert (interchange["sender"], interchange["receiver"]) == ({"qualifier": "ZZ", "id": "SENDER"}, {"qualifier": "ZZ", "id": "RECEIVER"})
    assert (interchange["accepted"], interchange["ta1"], interchange["acknowledgment_requested"]) == (True, "A", False)
    [group] = interchange["groups"]
    assert (group["functional_id"], group["control_number"], group["version"], group["accepted"]) == ("PO", "1", "004010", "A")
    [checked] = group["transaction_sets"]
    assert (checked["set"], checked["control_number"], checked["segments"], checked["accepted"]) == ("850", "0001", 5, "A")
    assert checked["guide"].startswith("x12/004010/850@")
    assert findings(found) == []


def test_a_bad_set_is_refused_alone_and_its_finding_has_every_place(report, order):
    text = order(["PO1*1*5*EA*9.95**VP*A-1"], ["PO1*1*12,50*EA*9.95**VP*A-1"])
    found = report(text, code=5)
    good, bad = sets(found)
    assert (good["accepted"], bad["accepted"], found["interchanges"][0]["groups"][0]["accepted"]) == ("A", "R", "P")
    assert found["accepted"] is False
    assert found["interchanges"][0]["accepted"] is True
    [finding] = findings(found)
    assert (finding["segment"], finding["segment_position"], finding["segment_ordinal"], finding["element"]) == ("PO1", 3, 10, 2)
    assert (finding["value"], finding["element_id"], finding["line"], finding["severity"]) == ("12,50", "330", 10, "error")
    assert text[finding["offset"] : finding["offset"] + finding["length"]] == "12,50"
    assert {"segment": "AK4", "element": "AK403", "code": "6"} in finding["ack"]
    assert finding["component"] is None


def test_a_finding_of_the_envelope_stands_at_the_interchange_and_of_the_file_at_the_file(report, order):
    found = report("leftover text\n" + order().replace("IEA*1*000000001", "IEA*2*000000001"), code=5)
    assert [finding["code"] for finding in found["findings"]] == ["text-outside-interchange"]
    [interchange] = found["interchanges"]
    assert [finding["code"] for finding in interchange["findings"]] == ["group-count"]
    assert len(findings(found)) == 2


def test_at_most_100_findings_of_a_set_are_listed_and_the_rest_is_counted(report, order):
    found = report(order([f"PO1*{n}*bad*EA*9.95**VP*A" for n in range(1, 251)]), code=5)
    [checked] = sets(found)
    assert len(checked["findings"]) == 100
    assert found["findings_omitted"] == 150


def test_a_ta1_read_is_told(report, order):
    ta1 = "TA1*000000905*240102*0304*R*024~\n"
    found = report(order().replace("GS*", ta1 + "GS*", 1))
    assert found["interchanges"][0]["acknowledgments"] == [{"control_number": "000000905", "code": "R", "note": "024"}]


def test_two_interchanges_two_groups_and_a_set_outside_any_group_nest_as_they_came(report, order):
    first = order().replace("IEA*1", "GS*PO*SENDER*RECEIVER*20240102*0304*2*X*004010~\nGE*0*2~\nIEA*2")
    stray = "".join(line for line in order(number="000000002").splitlines(keepends=True) if line[:2] not in ("GS", "GE"))
    found = report(first + stray, code=5)
    assert [len(interchange["groups"]) for interchange in found["interchanges"]] == [2, 1]
    assert [len(group["transaction_sets"]) for i in found["interchanges"] for group in i["groups"]] == [1, 0, 1]


@pytest.mark.parametrize(
    "text", ["", "\x00", "hello", "ISA", "ISA*", "ISA*00*", "GS*PO~", "ISA" + "*" * 200, "\xff" * 300, "<?xml version='1.0'?>"]
)
def test_what_is_no_x12_gets_a_report_too(report, text):
    found = report(text, code=5)
    assert found["accepted"] is False
    assert findings(found)


@given(st.one_of(st.binary(max_size=400), st.text("ISAGTE*~>^:0123 \n", max_size=400).map(str.encode)), st.integers(0, 400))
def test_any_bytes_in_place_of_a_part_of_an_interchange_get_a_valid_report(data, at):
    text = an_order().encode()
    bytes_given = text[:at] + data + text[at + len(data) :]
    chunks = Counted([bytes_given])
    report = Report("given.edi", chunks)
    found = json.loads("".join(report.write(check(chunks, GUIDES))))
    VALIDATOR.validate(found)
    assert found["size"] == len(bytes_given)
    assert not report.tally.clean or found["accepted"]


def test_every_truncation_of_two_orders_gets_a_valid_report(report, order):
    text = order(["PO1*1*5*EA*9.95**VP*A-1"], ["PO1*1*5*EA*9.95**VP*A-1"])
    whole = len(text.rstrip("\n~"))  # without the last terminator nothing is lost
    for length in range(0, whole, 7):
        assert report(text[:length], code=5)["accepted"] is False


def test_a_large_set_that_comes_in_parts_is_one_set_in_the_report(report, order):
    found = report(order([f"PO1*{n}*5*EA*9.95**VP*A" for n in range(1, 40_001)]))
    [checked] = sets(found)
    assert checked["segments"] == 40_004


def test_every_file_is_one_line_and_a_missing_one_is_told_on_stderr(gateway, files, order):
    files(first=order(), second=order().replace("SE*5", "SE*6"))
    done = gateway("x12", "check", "--json", "first.edi", "nowhere.edi", "second.edi", code=3)
    assert [json.loads(line)["accepted"] for line in done.stdout.splitlines()] == [True, False]
    assert done.stderr == "gateway: nowhere.edi: there is no such file\n"


def test_standard_input_is_a_file_called_dash(gateway, order):
    found = json.loads(gateway("x12", "check", "--json", "-", stdin=order()).stdout)
    assert (found["file"], found["size"], found["accepted"]) == ("-", len(order()), True)


def test_a_name_that_is_not_utf_8_is_a_name(gateway, order, tmp_path):
    name = b"caf\xe9.edi"
    import os

    with open(os.path.join(os.fsencode(tmp_path), name), "wb") as file:
        file.write(order().encode())
    found = json.loads(gateway("x12", "check", "--json", os.fsdecode(name)).stdout)
    assert found["file"] == "caf�.edi"


# -- for people -------------------------------------------------------------------------------------------------------


def test_people_read_place_fact_remedy_and_the_verdict(gateway, files, order):
    files(acme=order(["PO1*1*5*EA*9.95**VP*A-1"], ["PO1*1*5*EA*9.95**VP*A-1", "PO1*20*12,50*EA*9.95**VP*A-1"]))
    heading, finding, *told = gateway("x12", "check", "acme.edi", code=5).stdout.splitlines()
    assert heading == "acme.edi: 850 0002: rejected"
    assert finding.startswith("acme.edi: segment 4, PO1-02 (order line 20): '12,50' is not a decimal number")
    assert told == [
        "    error [bad-character] Correct the value.",
        "acme.edi: partly accepted: 1 interchange, 1 group, 2 transaction sets, 1 rejected; 1 error",
    ]


def test_a_clean_file_is_one_line(gateway, files, order):
    files(acme=order())
    assert gateway("x12", "check", "acme.edi").stdout == "acme.edi: accepted: 1 interchange, 1 group, 1 transaction set\n"


def test_findings_that_are_alike_are_shown_three_times(gateway, files, order):
    files(acme=order([f"PO1*{n}*5*EA*9.95**VP*A*" for n in range(1, 31)]))
    told = gateway("x12", "check", "acme.edi").stdout
    assert told.count("ends with separators") == 4
    assert "and 27 more [trailing-separators]" in told


def test_quiet_tells_errors_only(gateway, files, order):
    files(acme=order([f"PO1*{n}*5*EA*9.95**VP*A*" for n in range(1, 31)]))
    assert (
        gateway("x12", "check", "-q", "acme.edi").stdout == "acme.edi: accepted: 1 interchange, 1 group, 1 transaction set; 30 warnings\n"
    )


def test_control_characters_of_data_and_names_never_reach_the_terminal(gateway, files, order):
    files(**{"a\x1b]0;x\x07": order(["PO1*1*\x1b[31m5\x07*EA*9.95**VP*A-1\u202e"[:-1]]), "b": "\x1b]8;;http://evil\x07" + order()})
    for name in ("a\x1b]0;x\x07.edi", "b.edi", "no\x1bsuch"):
        done = gateway("x12", "check", name, code=3 if "such" in name else 5 if name[0] == "a" else 0)
        assert not [c for c in done.stdout + done.stderr if not c.isprintable() and c != "\n"]


# -- as a program -----------------------------------------------------------------------------------------------------


def test_check_runs_without_pydantic_sqlalchemy_and_lxml(tmp_path, order):
    (tmp_path / "order.edi").write_text(order(["PO1*1*bad*EA*9.95**VP*A-1"]))
    for words in (["--json", "order.edi"], ["order.edi"]):
        program = (
            "import sys; from gateway.cli.main import main\n"
            f"try: main({['x12', 'check', *words]!r})\n"
            "except SystemExit as end: assert end.code == 5, end.code\n"
            "heavy = {'pydantic', 'sqlalchemy', 'lxml', 'rich', 'jinja2', 'paramiko'} & set(sys.modules)\n"
            "print(sorted(heavy), file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert done.stderr == "[]\n", done.stderr
