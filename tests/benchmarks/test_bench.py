"""`make bench` runs: its files are clean, every figure is there. What the figures are is for the command itself to judge."""

import json

from benchmarks.__main__ import MEASURES, MISSED, main
from benchmarks.business import Business
from benchmarks.cases import checked
from benchmarks.figures import BARS, Figure
from benchmarks.files import Data


def test_the_benchmark_command_measures_everything_it_lists(tmp_path, capsys):
    status = main(["--quick", "--mb", "0.02", "--json", "--data", str(tmp_path)])
    figures = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {figure["name"] for figure in figures} == set(BARS)
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
    assert set(MEASURES) == {"x12", "mapping", "pyx12", "small", "memory", "start"}
