"""`gateway x12 format`, `diff`, `split`, `join`, and the page of `gateway x12 inspect --html`."""

import json

import pytest

BOLTS = "PID*F****Bolts"
LINE = "PO1*1*5*EA*9.95**VP*A-1"
PARTNER = """\
partner: corner
name: Corner
status: production
identities: {main: {isa: "ZZ/CORNER", gs: CORNER}}
envelope: {element: "|", component: ":", segment: "'", line_end: crlf}
"""
US = 'name: Us\nidentities: {main: {isa: "ZZ/US", gs: US}}\n'


@pytest.fixture
def world(tmp_path):
    """A project with one partner and his delimiters."""
    (tmp_path / "gateway.yaml").write_text("")
    (tmp_path / "partner_profiles").mkdir()
    (tmp_path / "partner_profiles" / "corner.yaml").write_text(PARTNER)
    (tmp_path / "partner_profiles" / "us.yaml").write_text(US)


# -- format ---------------------------------------------------------------------------------------------------------------


def test_format_writes_one_segment_a_line_and_one_line_all_on_one(gateway, files, order):
    files(given=order().replace("\n", ""), lines=order())
    assert gateway("x12", "format", "given.edi").stdout == order()
    assert gateway("x12", "format", "--one-line", "lines.edi").stdout == order().replace("\n", "")


def test_format_reads_standard_input_and_writes_a_file(gateway, files, order, tmp_path):
    gateway("x12", "format", "-", "--output", "out.edi", stdin=order())
    assert (tmp_path / "out.edi").read_text() == order()


def test_a_file_may_be_written_over_itself(gateway, files, order, tmp_path):
    files(given=order().replace("\n", ""))
    gateway("x12", "format", "given.edi", "-o", "given.edi")
    assert (tmp_path / "given.edi").read_text() == order()


def test_format_takes_other_delimiters(gateway, files, order):
    files(given=order())
    told = gateway("x12", "format", "--delimiters", "|:'", "given.edi").stdout.splitlines()
    assert told[0].endswith("|0|T|:'")
    assert told[3] == "BEG|00|SA|PO-1||20240102'"


def test_format_takes_a_partners_delimiters_and_line_ends(gateway, files, order, world):
    files(given=order())
    told = gateway("x12", "format", "--partner", "corner", "given.edi").stdout_bytes
    assert b"\r\nBEG|00|SA|PO-1||20240102'\r\n" in told


def test_a_partner_who_is_not_there_is_exit_code_3(gateway, files, order, world):
    files(given=order())
    assert "did you mean corner?" in gateway("x12", "format", "--partner", "cornr", "given.edi", code=3).stderr


@pytest.mark.parametrize("text", ["a>~", "*>", "**~", "*>~^!", "* ~", "\n>~", "*>~\n"])
def test_delimiters_that_cannot_be_are_exit_code_2(gateway, files, order, text):
    files(given=order())
    assert "three or four different characters" in gateway("x12", "format", "--delimiters", text, "given.edi", code=2).stderr


def test_a_value_that_holds_a_delimiter_stops_it_and_nothing_is_written(gateway, files, order, tmp_path):
    files(given=order([LINE, "MSG*a|b"]))
    done = gateway("x12", "format", "--delimiters", "|:~", "given.edi", "--output", "out.edi", code=5)
    assert done.stdout == ""
    assert "given.edi: segment 6, MSG: has '|' in a value" in done.stderr
    assert not (tmp_path / "out.edi").exists()


def test_what_is_no_x12_is_exit_code_5(gateway, files):
    files(given="hello")
    assert "not-x12" in gateway("x12", "format", "given.edi", code=5).stderr


# -- diff -----------------------------------------------------------------------------------------------------------------


def test_files_that_say_the_same_are_exit_code_0(gateway, files, order):
    files(one=order(), other=order(number="000000077").replace("*", "|").replace("\n", ""))
    assert gateway("x12", "diff", "one.edi", "other.edi").stdout == "both say the same\n"


def test_differences_stand_under_set_and_loop_and_are_exit_code_5(gateway, files, order):
    files(one=order([LINE, BOLTS]), other=order(["PO1*1*6*EA*9.95**VP*A-1", BOLTS, "N1*ST*X"]))
    assert gateway("x12", "diff", "one.edi", "other.edi", code=5).stdout.splitlines() == [
        "850 0001",
        "  PO1[1]",
        f"-     {LINE}",
        "+     PO1*1*6*EA*9.95**VP*A-1",
        "  PO1[1]/N1[1]",
        "+       N1*ST*X",
    ]


def test_differences_for_a_program(gateway, files, order):
    files(one=order([LINE]), other=order([LINE, BOLTS]))
    told = json.loads(gateway("x12", "diff", "--json", "one.edi", "other.edi", code=5).stdout)
    assert told == {"same": False, "differences": [{"mark": "added", "set": "850 0001", "loop": "PO1[1]/PID[1]", "segment": BOLTS}]}
    assert json.loads(gateway("x12", "diff", "--json", "one.edi", "one.edi").stdout) == {"same": True, "differences": []}


def test_all_prints_what_is_the_same_too(gateway, files, order):
    files(one=order())
    assert f"      {LINE}" in gateway("x12", "diff", "--all", "one.edi", "one.edi").stdout.splitlines()


def test_files_without_sets_are_not_called_the_same(gateway, files):
    files(one="hello", other="hello")
    assert "no transaction set" in gateway("x12", "diff", "one.edi", "other.edi", code=5).stderr


# -- split and join ---------------------------------------------------------------------------------------------------------


def test_split_writes_a_file_a_set_and_join_makes_one_of_them(gateway, files, order, tmp_path):
    files(given=order([LINE], [LINE, BOLTS]))
    told = gateway("x12", "split", "given.edi", "--into", "a/b").stdout.splitlines()
    assert told == ["a/b/000000001-1-0001.edi", "a/b/000000001-1-0002.edi"]
    assert "accepted" in gateway("x12", "check", *told).stdout
    files(joined=gateway("x12", "join", *told).stdout)
    assert "accepted: 1 interchange, 2 groups, 2 transaction sets" in gateway("x12", "check", "joined.edi").stdout
    assert gateway("x12", "diff", "given.edi", "joined.edi").stdout == "both say the same\n"


def test_split_overwrites_nothing(gateway, files, order, tmp_path):
    files(given=order([LINE], [LINE]))
    (tmp_path / "000000001-1-0002.edi").write_text("mine")
    assert "is there already" in gateway("x12", "split", "given.edi", "--into", ".", code=1).stderr
    assert (tmp_path / "000000001-1-0002.edi").read_text() == "mine"
    assert not (tmp_path / "000000001-1-0001.edi").exists()


def test_split_of_nothing_is_exit_code_5(gateway, files, tmp_path):
    files(given="hello")
    assert "no transaction set" in gateway("x12", "split", "given.edi", "--into", "sets", code=5).stderr
    assert not (tmp_path / "sets").exists()


def test_join_says_which_file_does_not_belong(gateway, files, order):
    files(one=order(), other=order().replace("*ZZ*SENDER  ", "*ZZ*SOMEBODY"))
    done = gateway("x12", "join", "one.edi", "other.edi", code=5)
    assert done.stdout == ""
    assert "other.edi: segment 1, ISA-06: says 'SOMEBODY'; the first file says 'SENDER'" in done.stderr


def test_join_of_a_file_that_is_not_there_writes_nothing(gateway, files, order):
    files(one=order())
    done = gateway("x12", "join", "one.edi", "none.edi", code=3)
    assert done.stdout == ""
    assert "none.edi" in done.stderr


# -- the page ---------------------------------------------------------------------------------------------------------------


def test_the_page_goes_to_stdout_or_into_a_file(gateway, files, order, tmp_path):
    files(given=order(["PO1*1*12,50*EA*9.95**VP*A-1"]))
    told = gateway("x12", "inspect", "--html", "given.edi").stdout
    assert told.startswith("<!doctype html>")
    assert "is not a decimal number" in told
    assert gateway("x12", "inspect", "--html", "given.edi", "--output", "page.html").stdout == ""
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == told


def test_a_page_is_of_one_file(gateway, files, order):
    files(given=order())
    assert "one FILE" in gateway("x12", "inspect", "--html", "given.edi", "given.edi", code=2).stderr
    assert "--output is for --html" in gateway("x12", "inspect", "given.edi", "--output", "x", code=2).stderr


def test_findings_stand_under_their_segments_on_a_terminal_too(gateway, files, order):
    files(given=order([LINE, "PO1*2*12,50*EA*9.95**VP*A-2"]))
    told = gateway("x12", "inspect", "--findings", "given.edi").stdout.splitlines()
    at = told.index("        PO1*2*12,50*EA*9.95**VP*A-2")
    assert told[at + 1].startswith("        ^ error: PO1-02 (order line 2): '12,50' is not a decimal number")
    assert "^ error" not in gateway("x12", "inspect", "given.edi").stdout


# -- the second opinion -------------------------------------------------------------------------------------------------------


def test_the_second_opinion_stands_among_the_findings_where_asked_for(gateway, files, order):
    files(given=order([LINE, "MEA**WT*5*" + ">".join(["LB"] * 40)]))
    assert "second-opinion" not in gateway("x12", "check", "given.edi", code=5).stdout
    told = gateway("x12", "check", "--second-opinion", "given.edi", code=5).stdout
    assert "segment 1, ST: could not be judged by pyx12" in told
    report = json.loads(gateway("x12", "check", "--json", "--second-opinion", "given.edi", code=5).stdout)
    (found,) = report["interchanges"][0]["groups"][0]["transaction_sets"]
    assert [(finding["code"], finding["severity"]) for finding in found["findings"]] == [
        ("too-many-components", "error"),
        ("second-opinion-failed", "info"),
    ]


def test_what_both_find_clean_has_no_finding(gateway, files, order):
    files(given=order())
    assert gateway("x12", "check", "--second-opinion", "given.edi").stdout.endswith("accepted: 1 interchange, 1 group, 1 transaction set\n")


def test_what_we_find_ourselves_is_not_told_twice(gateway, files, order):
    files(given=order(["PO1*1*five*EA*9.95**VP*A-1"]))
    assert "second-opinion" not in gateway("x12", "check", "--second-opinion", "given.edi", code=5).stdout
