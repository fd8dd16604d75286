"""`gateway guide list`, `show` and `diff`: standard guides and partners' own, and what is told where one cannot be used."""

import json

import pytest

FILE = "mappings/guides/acme/850.yaml"


@pytest.fixture
def acme(tmp_path):
    """Writes the differences of acme's 850 into the project that commands run in."""
    (tmp_path / "gateway.yaml").write_text("")
    (tmp_path / "mappings" / "guides" / "acme").mkdir(parents=True)

    def write(*lines):
        text = "guide: 1\nextends: x12/004010/850\ndifferences:\n" + "".join(f"- {line}\n" for line in lines)
        (tmp_path / FILE).write_text(text)

    write("{path: CUR, usage: M}", "{path: BEG.02, codes: [SA, RL]}")
    return write


# -- list -------------------------------------------------------------------------------------------------------------------


def test_all_guides_are_listed(gateway):
    names = [line.split()[0] for line in gateway("guide", "list").stdout.splitlines()[1:]]
    assert names == sorted(names)
    assert {"x12/004010/850", "x12/005010/999"} <= set(names)


def test_the_list_is_narrowed_by_set_and_version_and_has_partners_own(gateway, acme):
    assert [row["guide"] for row in json.loads(gateway("guide", "list", "--set", "850", "--version", "004010", "--json").stdout)] == [
        "acme/850",
        "x12/004010/850",
    ]
    (row,) = [row for row in json.loads(gateway("guide", "list", "--json").stdout) if row["guide"] == "acme/850"]
    assert row == {"guide": "acme/850", "set": "850", "version": "004010", "extends": "x12/004010/850", "status": "partner's"}


def test_a_guide_with_mistakes_is_listed_as_unusable(gateway, acme):
    acme("{path: BGE, usage: M}")
    (row,) = [row for row in json.loads(gateway("guide", "list", "--json").stdout) if row["guide"] == "acme/850"]
    assert row["status"] == "unusable"


def test_no_such_guides_is_told(gateway):
    assert "no such guide" in gateway("guide", "list", "--set", "000").stderr


# -- show -------------------------------------------------------------------------------------------------------------------


def test_a_guide_is_shown_as_people_read_one(gateway):
    told = gateway("guide", "show", "x12/004010/850").stdout.splitlines()
    for line in (
        "  header",
        "    BEG: must",
        "      BEG-03: must, 324 AN 1-22, order number",
        "    REF: may, any number",
        "    loop N1: may, up to 200",
    ):
        assert line in told
    assert not [line for line in told if line.startswith("~")]


def test_segments_alone_where_asked(gateway):
    told = gateway("guide", "show", "--no-elements", "x12/004010/997").stdout.splitlines()
    assert told[-5:] == ["        AK3: must", "        AK4: may, up to 99", "      AK5: must", "    AK9: must", "    SE: must"]


def test_what_a_partner_changed_is_marked_with_the_line_that_says_so(gateway, acme):
    told = gateway("guide", "show", "acme/850").stdout.splitlines()
    at = told.index("~   CUR: must")
    assert told[at + 1] == f"      must, not may ({FILE}:4:15)"
    at = told.index("~     BEG-02: must, 92 ID 2, kind of order, only RL SA")
    assert told[at + 1] == f"        only RL SA ({FILE}:5:18)"
    assert sum(line.startswith("~") for line in told) == 2


def test_the_differences_alone(gateway, acme):
    told = gateway("guide", "show", "acme/850", "--differences").stdout.splitlines()
    assert told[0].split() == ["place", "differs", "from", "x12/004010/850", "said", "in"]
    assert [line.split("  ")[0] for line in told[1:]] == ["BEG.02", "CUR"]
    assert told[2].endswith(f"{FILE}:4:15")
    rows = json.loads(gateway("guide", "show", "acme/850", "--differences", "--json").stdout)
    assert {"path": "CUR", "key": "usage", "before": "O", "after": "M", "file": FILE, "line": 4, "column": 15} in rows


def test_a_standard_guide_differs_from_nothing(gateway):
    done = gateway("guide", "show", "x12/004010/850", "--differences")
    assert done.stdout == ""
    assert "standard guide" in done.stderr


def test_a_guide_for_a_program(gateway):
    value = json.loads(gateway("guide", "show", "x12/004010/997", "--json").stdout)
    assert (value["set"], value["group"], value["extends"]) == ("997", "FA", None)
    assert [member.get("segment") or member["loop"] for member in value["header"]] == ["ST", "AK1", "AK2", "AK9", "SE"]


def test_a_guide_may_be_named_by_its_file(gateway, acme):
    assert "~   CUR: must" in gateway("guide", "show", FILE).stdout


def test_a_guide_that_is_not_there_is_exit_code_3_with_suggestions(gateway):
    assert "did you mean x12/004010/850" in gateway("guide", "show", "x12/04010/850", code=3).stderr
    assert "`gateway guide list` lists them" in gateway("guide", "show", "nothing-like-it", code=3).stderr
    assert "did you mean" in gateway("guide", "diff", "x12/004010/850", "x12/004010/851x", code=3).stderr


def test_all_mistakes_of_a_guide_are_told_and_exit_code_5(gateway, acme):
    acme("{path: BGE, usage: M}", "{path: BEG, usage: X}")
    done = gateway("guide", "show", "acme/850", code=5)
    assert done.stdout == ""
    assert f"{FILE}:4:10" in done.stderr
    assert f"{FILE}:5:22" in done.stderr
    assert "did you mean 'BEG'?" in done.stderr


# -- held against a partner's guide ---------------------------------------------------------------------------------------------


def test_files_are_held_against_a_partners_guide_where_it_is_named(gateway, acme, files, order):
    files(given=order())
    assert gateway("x12", "check", "given.edi").stdout.startswith("given.edi: accepted: ")
    told = gateway("x12", "check", "--guide", "acme/850", "given.edi", code=5).stdout
    assert "segment 3, CUR: 'CUR' is missing" in told
    assert "accepted with errors" in told
    report = json.loads(gateway("x12", "check", "--json", "--guide", "acme/850", "given.edi", code=5).stdout)
    (found,) = report["interchanges"][0]["groups"][0]["transaction_sets"]
    assert [(finding["code"], finding["layer"]) for finding in found["findings"]] == [("segment-missing", "guide")]
    assert found["guide"].startswith("acme/850@")
    assert "did you mean acme/850" in gateway("x12", "check", "--guide", "acme/85", "given.edi", code=3).stderr


def test_of_another_version_the_standard_guide_stays(gateway, acme, files, order):
    files(given=order().replace("*X*004010", "*X*005010").replace("*U*00401*", "*^*00501*"))
    assert "accepted: " in gateway("x12", "check", "--guide", "acme/850", "given.edi").stdout


# -- diff -------------------------------------------------------------------------------------------------------------------


def test_two_guides_are_compared_place_by_place(gateway, acme):
    told = gateway("guide", "diff", "x12/004010/850", "acme/850", code=5).stdout.splitlines()
    assert told[1] == "~ CUR: may → must"
    assert told[0].startswith("~ BEG.02: codes -")
    rows = json.loads(gateway("guide", "diff", "x12/004010/850", "acme/850", "--json", code=5).stdout)
    assert rows[1] == {"mark": "~", "place": "CUR", "changes": ["may → must"]}


def test_a_guide_is_like_itself(gateway):
    assert gateway("guide", "diff", "x12/004010/850", "x12/004010/850").stdout == "both are alike\n"
    assert json.loads(gateway("guide", "diff", "x12/004010/850", "x12/004010/850", "--json").stdout) == []
