"""Real samples, where there are any (GATEWAY_CORPUS, or ../shared/corpus beside the checkout): envelopes judged as INDEX.tsv says, content as noted."""

import csv
import json
import os
from collections import Counter
from pathlib import Path

import pytest
from checking import Checked
from test_engine_laws import places_hold

CLONE = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("GATEWAY_CORPUS") or CLONE.parent / "shared" / "corpus")
SNAPSHOT = Path(__file__).with_name("corpus_findings.json")
pytestmark = pytest.mark.skipif(
    not (CORPUS / "INDEX.tsv").exists(), reason="no corpus of real samples here: set GATEWAY_CORPUS to its folder"
)

DISAGREEMENTS = {
    "x12/other/830-OBOE-DMX830.TXT": "GS08 is 'T': no guide can be chosen, so the group is answered AK905 2 (FAULTS 112); the index looked at counts only",
}
"""Files whose envelope we judge otherwise than INDEX.tsv, with the reason."""


def files():
    """The X12 files that are here, with the verdict expected of their envelopes."""
    with (CORPUS / "INDEX.tsv").open(encoding="utf-8") as index:
        rows = [row for row in csv.DictReader(index, delimiter="\t", quoting=csv.QUOTE_NONE) if row["standard"] == "X12"]
    return [(row["path"], row["expected_verdict"]) for row in rows if (CORPUS / row["path"]).exists()]


@pytest.fixture(scope="module")
def checked():
    """Every file of the corpus, checked once."""
    return {path: Checked((CORPUS / path).read_bytes(), 4096) for path, _ in files()}


REFUSED_ON_PURPOSE = {"set-not-in-group", "set-unknown", "duplicate-set"}
"""What INDEX.tsv tolerates and AGREEMENTS refuses: one set by AK502, never its envelope."""


def envelope_errors(found):
    """Codes of errors in envelopes: of the file, of interchanges and groups, and of ST and SE."""
    return sorted(
        {
            finding.code
            for finding in found.findings
            if finding.severity == "error"
            and finding.code not in REFUSED_ON_PURPOSE
            and (not finding.ack or finding.ack[0].segment in ("TA1", "AK9", "AK5"))
        }
    )


def test_envelopes_are_judged_as_the_index_says(checked):
    wrong = {
        path: f"{verdict[:80]}: {envelope_errors(checked[path])}"
        for path, verdict in files()
        if verdict.startswith("invalid") != bool(envelope_errors(checked[path])) and path not in DISAGREEMENTS
    }
    assert wrong == {}


def test_listed_disagreements_are_still_there(checked):
    verdicts = dict(files())
    assert [
        path for path in DISAGREEMENTS if path in verdicts and verdicts[path].startswith("invalid") == bool(envelope_errors(checked[path]))
    ] == []


def test_places_hold_in_every_file(checked):
    for found in checked.values():
        places_hold(found.data)


def test_content_findings_are_those_noted(checked, golden):
    told = {path: dict(sorted(Counter(found.codes).items())) for path, found in sorted(checked.items())}
    golden(SNAPSHOT, json.dumps({path: codes for path, codes in told.items() if codes}, indent=1) + "\n")
