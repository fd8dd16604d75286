"""The X12 guides say what the fact tables say, where the tables are at hand."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from x12_guide_files import ROOT, STRUCTURES, VERSIONS, X12, flat, lines, segments, structure

FACTS = Path(os.environ.get("GATEWAY_X12_FACTS") or ROOT.parent / "shared" / "x12-facts")

if not (FACTS / "sets.tsv").exists():
    pytest.skip(
        f"no X12 fact tables in {FACTS}: set GATEWAY_X12_FACTS to their folder to compare the guides with them", allow_module_level=True
    )

UNKNOWN = ("AT02", "AT03", "AT04", "AT05", "AT07", "AT08")
"""Elements of 003060 whose numbers the facts do not know; any text in the guides."""

DECIDED_RELATIONS = {
    # read as written in the facts -> what the guides say, and why: mappings/guides/README.md
    ("004010", "PAM"): ({"P0607"}, set()),
    ("004010", "W03"): ({"C0203"}, set()),
    **{(version, "IT1"): ({"P020304"}, set()) for version in ("003060", "004010", "004030", "004050")},
    ("*", "C040"): ({"P0203", "P0405"}, {"P0304", "P0506"}),
    ("*", "C056"): ({"P0102"}, {"P0203"}),
    ("*", "C063"): ({"E0102"}, {"E0203"}),
}


def decided_usage(row):
    """The loop's usage; after LS optional also where the one source of a version says mandatory."""
    after_ls = row["parent_loop"].split("/")[-1].split("#")[0] == "LS"
    return "O" if row["version"] in ("003060", "004030", "005050") and after_ls else row["loop_requirement"]


def table(name):
    with (FACTS / f"{name}.tsv").open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture(scope="module")
def facts():
    return {name: table(name) for name in ("sets", "segments", "composites", "elements", "syntax_notes", "codes", "ack_codes")}


def test_the_guides_are_what_the_generator_makes_of_the_facts(tmp_path):
    made = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_guides.py", FACTS, "--out", tmp_path], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    fresh = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.glob("*/*.yaml")}
    assert fresh == {path.relative_to(X12): path.read_bytes() for path in X12.glob("*/*.yaml")}


@pytest.mark.parametrize("name", STRUCTURES)
def test_a_structure_has_the_order_usage_counts_and_loops_of_the_facts(name, facts):
    version, number = name.split("/")
    rows = [row for row in facts["sets"] if (row["version"], row["set"]) == (version, number)]
    expected = [
        (row["area"], row["segment"], row["loop_path"], decided_usage(row), row["loop_repeat"], row["max_use"])
        for row in sorted(rows, key=lambda row: int(row["seq"]))
    ]
    found = [
        (area, segment[0], *((loop.path, loop.requirement, loop.repeat) if loop else ("", "", "")), segment[2])
        for area, members in structure(name).items()
        for segment, loop in flat(members)
    ]
    assert found == expected
    usage = [segment[1] for members in structure(name).values() for segment, _ in flat(members)]
    assert usage == ["M" if row["is_loop_trigger"] else row["requirement"] for row in rows]
    assert {row["gs01"] for row in rows} == {re.search("^group: (.*)$", (X12 / f"{name}.yaml").read_text(), re.MULTILINE)[1]}


def test_every_set_of_the_two_main_versions_is_there(facts):
    wanted = {f"{row['version']}/{row['set']}" for row in facts["sets"] if row["version"] in ("004010", "005010")}
    missing = {name for name in wanted if name not in STRUCTURES and name.split("/")[1] not in ("ENV", "TA1")}
    assert missing == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_elements_have_the_type_and_lengths_of_the_facts(version, facts):
    expected = {row["element"]: (row["type"], row["min"], row["max"]) for row in facts["elements"] if row["version"] == version}
    expected.update({element: ("AN", "1", "32768") for element in UNKNOWN if version == "003060"})
    for element, text in lines(version, "elements"):
        assert tuple(text.split(" ")[:3]) == expected[element], element


@pytest.mark.parametrize("version", VERSIONS)
def test_segments_have_the_elements_and_relations_of_the_facts(version, facts):
    rows = {}
    for row in (*facts["segments"], *facts["composites"]):
        if row["version"] == version:
            name = row.get("segment") or row["composite"]
            rows.setdefault(name, []).append((row["element"].removeprefix("?"), row["requirement"] == "M", int(row.get("repeat") or 1)))
    notes = {}
    for row in facts["syntax_notes"]:
        if row["version"] == version:
            notes.setdefault(row["segment"], set()).add(row["note"])
    for name, segment in segments(version).items():
        assert [(element, requirement == "M", repeat) for element, requirement, repeat in segment.elements] == rows[name], name
        expected = notes.get(name, set())
        for key in ((version, name), ("*", name)):
            if key in DECIDED_RELATIONS:
                out, into = DECIDED_RELATIONS[key]
                assert out <= expected
                expected = expected - out | into
        assert set(segment.relations) == expected, name


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_code_lists_hold_every_documented_code(version, facts):
    expected = {}
    for row in (*facts["codes"], *facts["ack_codes"]):
        if (row.get("version") or row["versions"]) in ("*", version):
            expected.setdefault(row["element"], set()).add(row["code"])
    for element, text in lines(version, "codes"):
        assert set(text.split(" ")) == expected[element], element
