"""`gateway table`: what code tables say, and which codes came that none of them knows."""

import json

import pytest

from tests.services.acme_project import an_order


@pytest.fixture
def seen(gateway, project):
    """A project that carried three orders, two of them with units that nobody knows."""
    orders = an_order(["PO1*1*5*QQ*9.95**VP*A-1"], ["PO1*1*5*QQ*9.95**VP*A-1"], ["PO1*1*5*Z9*9.95**VP*A-1"]).replace("*0*T*>", "*0*P*>")
    (project / "in" / "acme" / "orders.edi").write_text(orders)
    gateway("run", "--once")
    return project


def rows(gateway, *more, code=5):
    return [
        (one["table"], one["value"], one["partner"], one["times"])
        for one in json.loads(gateway("table", "missing", "--json", *more, code=code).stdout)
    ]


def test_codes_that_came_and_are_not_known_are_counted_with_rows_to_paste(gateway, seen):
    assert rows(gateway) == [("unit", "QQ", "acme", 2), ("unit", "Z9", "acme", 1)]
    told = gateway("table", "missing", code=5).stdout
    assert "unit: {QQ: ???, Z9: ???}" in told
    first = json.loads(gateway("table", "missing", "--json", code=5).stdout)[0]
    assert (first["yaml"], first["csv"], first["field"]) == ("unit: {QQ: ???}", "QQ,???", "lines.quantity.unit")
    assert gateway("quarantine", "show", first["document"]).stdout


def test_a_code_that_is_known_by_now_is_left_out(gateway, seen):
    profile = seen / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text() + "code_tables: {unit: {QQ: EA}}\n")
    assert rows(gateway) == [("unit", "Z9", "acme", 1)]
    assert rows(gateway, "--partner", "bolt", code=0) == []
    assert rows(gateway, "--table", "location", code=0) == []


def test_a_partners_own_table_stands_over_the_shared_one(gateway, seen):
    (seen / "mappings" / "tables" / "acme").mkdir(parents=True)
    (seen / "mappings" / "tables" / "acme" / "units.csv").write_text(
        'from,to,use,since,until\nQQ,EA,read,2026-01-01,\n"Z9",XBX,,,2026-06-30\n'
    )
    profile = seen / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text() + "code_tables: {unit: acme/units}\n")
    assert gateway("partner", "check").exit_code == 0
    assert rows(gateway, code=0) == []
    shown = json.loads(gateway("table", "show", "unit", "--partner", "acme", "--on", "2026-12-01", "--json").stdout)["rows"]
    own = [row for row in shown if "acme" in row["where"]]
    assert [(row["from"], row["to"], row["use"], row["where"]) for row in own] == [("QQ", "EA", "read", "mappings/tables/acme/units.csv:2")]
    (unit,) = [row for row in json.loads(gateway("table", "list", "--json").stdout) if row["table"] == "unit"]
    assert (unit["partners"], unit["missing"], unit["status"]) == (["acme"], "hold", "usable")


def test_what_is_not_there_is_told(gateway, project):
    assert "did you mean 'unit'" in gateway("table", "show", "unitt", code=3).stderr
    assert "no usable partner" in gateway("table", "show", "unit", "--partner", "nobody", code=3).stderr
    assert "every code that came is known" in gateway("table", "missing").output
