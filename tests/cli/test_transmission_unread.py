"""`gateway transmission show --unread` and `--segments`: what became of every element of a file, from the archived bytes."""

import json
import re

import pytest

ORDER = ["SPI*94*ZZ*A1", "PO1*1*5*EA*9.95**VP*A-1", "MEA*PD*LN*12.5*IN>2"]


@pytest.fixture
def stored(gateway, project, order):
    """A transmission of two orders, of which the first has what no rule reads; its id and its bytes."""
    data = order(ORDER, ["PO1*1*5*EA*9.95**VP*A-1"]).replace("*0*T*>", "*0*P*>")
    (project / "orders.edi").write_text(data)
    gateway("process", "orders.edi")
    (identity,) = re.findall(r"\b01[0-9A-Z]{24}\b", gateway("transmission", "list").stdout)
    return identity, data


def test_what_no_rule_read_is_told_by_set_with_its_place_and_value(gateway, stored):
    identity, _ = stored
    done = gateway("transmission", "show", identity, "--unread")
    assert "850 0001, by x12/004010/850: 4 of 19 elements were read by no rule" in done.stdout
    assert "850 0002, by x12/004010/850: 0 of 11 elements were read by no rule" in done.stdout
    rows = [re.split(r"\s{2,}", line) for line in done.stdout.splitlines()]
    assert ["segment 3, SPI-01, line 5", "SPI[1]", "security level", "94"] in rows
    assert ["segment 5, MEA-04-2, line 7", "PO1[1]", "power of the unit", "2"] in rows
    assert "4 elements of 30 read by no rule (86.7 % read)" in done.stderr


def test_a_program_gets_the_bytes_of_what_was_not_read(gateway, stored):
    identity, data = stored
    first, second = json.loads(gateway("transmission", "show", identity, "--unread", "--json").stdout)
    assert (first["set"], first["unread"], first["elements"], first["as_recorded"]) == ("850 0001", 4, 19, True)
    assert [data[row["offset"] : row["offset"] + row["length"]] for row in first["left"]] == ["94", "ZZ", "A1", "2"]
    assert [(row["segment"], row["position"], row["element"], row["component"]) for row in first["left"]] == [
        ("SPI", 3, 1, None),
        ("SPI", 3, 2, None),
        ("SPI", 3, 3, None),
        ("MEA", 5, 4, 2),
    ]
    assert second["left"] == []


def test_every_segment_is_told_with_the_fields_it_became(gateway, stored):
    identity, data = stored
    first, _ = json.loads(gateway("transmission", "show", identity, "--segments", "--json").stdout)
    (document, *_) = first["documents"]
    assert json.loads(gateway("document", "show", document).stdout)["number"] == "PO-1"
    line = next(row for row in first["segments"] if row["segment"] == "PO1")
    quantity = line["elements"][1]
    assert quantity["became"][0]["field"] == "lines.1.quantity.value"
    assert data[quantity["offset"] : quantity["offset"] + quantity["length"]] == "5"
    told = gateway("transmission", "show", identity, "--segments").stdout
    assert re.search(r"4 PO1\s+01\s+line number\s+1\s+lines.1.number", told)
    assert re.search(r"02\s+kind of reference\s+ZZ\s+read by no rule", told)


def test_it_is_by_the_recorded_mapping_whatever_stands_in_the_project_today(gateway, project, stored):
    identity, _ = stored
    folder = project / "mappings" / "x12" / "004010"
    folder.mkdir(parents=True)
    (folder / "850.yaml").write_text("mapping: 1\ndocument: purchase_order\nguide: x12/004010/850\nfields: {number: BEG.03}\n")
    first, _ = json.loads(gateway("transmission", "show", identity, "--unread", "--json").stdout)
    assert first["unread"] == 4


def test_a_set_that_was_held_is_followed_too(gateway, carried):
    (identity,) = re.findall(r"\b01[0-9A-Z]{24}\b", gateway("transmission", "list").stdout)
    sets = json.loads(gateway("transmission", "show", identity, "--unread", "--json").stdout)
    assert [(row["set"], row["unread"]) for row in sets] == [("850 0001", 0), ("850 0002", 0), ("850 0003", 0)]


def test_the_two_views_are_asked_for_one_at_a_time(gateway, stored):
    assert "cannot stand together" in gateway("transmission", "show", stored[0], "--unread", "--segments", code=2).stderr


def test_a_transmission_is_found_by_the_name_of_its_file_where_only_one_has_it(gateway, project, stored, order):
    assert gateway("transmission", "show", "orders.edi", "--json").stdout == gateway("transmission", "show", stored[0], "--json").stdout
    (project / "orders.edi").write_text(order(number="000000002").replace("*0*T*>", "*0*P*>"))
    gateway("process", "orders.edi", code=5)
    assert "2 transmissions are called 'orders.edi'; name one of" in gateway("transmission", "show", "orders.edi", code=3).stderr
    assert "there is no transmission" in gateway("transmission", "show", "other.edi", code=3).stderr
