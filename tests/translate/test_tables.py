"""Code tables: directions, days, a partner's rows over the shared ones, and what becomes of a code that no row has."""

from datetime import date

import pytest
from small_sets import OwnLibrary, reading

from gateway.translate.conversion import Noted, Unconvertible
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import load
from gateway.translate.tables import load_table

SHARED = """
table: unit
rows:
  EA: EA
  CA: XCS
  PC: {to: H87}
  CS: {to: XCS, use: read}
  BX: {to: XBX, use: write}
"""


def table(text=SHARED, *overlays, on=None, extension="yaml"):
    found, wrong = load_table(OwnLibrary({f"mappings/tables/unit.{extension}": text}), "unit", overlays, on)
    assert wrong == []
    return found


def test_rows_are_read_and_written_as_they_say():
    unit = table()
    assert [unit.read(code) for code in ("EA", "CA", "CS", " CA ")] == ["EA", "XCS", "XCS", "XCS"]
    assert [unit.write(code) for code in ("EA", "XCS", "XBX")] == ["EA", "CA", "BX"]
    with pytest.raises(Unconvertible):
        unit.read("BX")


def test_an_unknown_code_is_held_unless_the_table_says_otherwise():
    with pytest.raises(Unconvertible) as told:
        table().read("EAA")
    assert (told.value.code, told.value.facts["hint"]) == ("code-without-meaning", "; did you mean 'EA'?")
    assert table(SHARED + "missing: pass").read("QQ") == "QQ"
    assert table(SHARED + "missing: warn").read("QQ") == Noted("QQ", "code-passed", {"table": "unit"})
    assert table(SHARED + "default: C62").read("QQ") == Noted("C62", "code-defaulted", {"table": "unit", "default": "C62"})


def test_a_partners_rows_stand_over_the_shared_ones():
    unit = table(SHARED, {"PC": "EA", "CA": "XCT"})
    assert [unit.read(code) for code in ("PC", "CA", "EA", "CS")] == ["EA", "XCT", "EA", "XCS"]
    assert unit.write("EA") == "PC"


def test_a_table_may_be_the_partners_alone():
    found, wrong = load_table(OwnLibrary({}), "colour", ({"R": "red"},))
    assert wrong == []
    assert found.read("R") == "red"
    assert load_table(OwnLibrary({}), "colour", (None,))[0] is None


def test_rows_hold_on_their_days():
    text = "rows:\n- {from: A, to: old, until: 2025-12-31}\n- {from: A, to: new, since: 2026-01-01}\n- {from: B, to: both}"
    assert [table(text, on=day).read("A") for day in (date(2025, 12, 31), date(2026, 1, 1))] == ["old", "new"]
    assert table(text, on=date(2026, 1, 1)).turns == {date(2026, 1, 1)}


def test_two_rows_that_write_one_meaning_are_a_mistake_unless_on_other_days():
    library = OwnLibrary({"mappings/tables/unit.yaml": "rows: {CA: XCS, CS: XCS}"})
    assert [f.code for f in load_table(library, "unit")[1]] == ["table-two-writes"]
    apart = OwnLibrary({"mappings/tables/unit.yaml": "rows:\n- {from: A, to: x, until: 2025-12-31}\n- {from: B, to: x, since: 2026-01-01}"})
    assert load_table(apart, "unit")[1] == []


def test_a_csv_is_a_table_too():
    unit = table("from,to,use,since,until\nEA,EA,,,\nCS,XCS,read,,\n", extension="csv")
    assert (unit.read("CS"), unit.write("EA")) == ("XCS", "EA")


@pytest.mark.parametrize("row", ["{from: A}", "{from: A, to: B, use: never}", "{from: A, to: B, since: soon}", "word"])
def test_a_row_that_cannot_be_read_is_told_with_its_place(row):
    _, wrong = load_table(OwnLibrary({"mappings/tables/unit.yaml": f"rows:\n- {row}"}), "unit")
    assert [(f.code, f.location.file, f.location.line) for f in wrong] == [("table-row", "mappings/tables/unit.yaml", 2)]


def test_the_agreements_rows_reach_the_mapping():
    rules = "fields:\n  lines: {for_each: PO1, unit: PO1.03 | code(unit), as_received: PO1.03}"
    made = reading(
        rules, "BEG*00*SA*1**20260101\nPO1*1*1*PC\nPO1*2*1*CS", overlays={"unit": {"PC": "EA"}}, **{"mappings/tables/unit.yaml": SHARED}
    )
    assert made.documents[0]["lines"] == [{"unit": "EA", "as_received": "PC"}, {"unit": "XCS", "as_received": "CS"}]


def test_a_table_may_be_a_csv_and_its_mistakes_have_their_line():
    text = "from,to,use,since,until,key\nEA,EA,,,,\nCA,XCS,read,2026-01-01,2026-12-31,\n"
    found = table(text, extension="csv")
    assert ([row.sent for row in found.rows], found.turns) == (["EA", "CA"], {date(2026, 1, 1), date(2027, 1, 1)})
    for text, line in (("from,too\nEA,EA\n", 1), ("from,to\nEA,EA\nCA,\n", 3), ("from,to,since\nEA,EA,soon\n", 2)):
        _, wrong = load_table(OwnLibrary({"mappings/tables/unit.csv": text}), "unit")
        assert [(finding.code, finding.location.line) for finding in wrong] == [("table-row", line)]


def test_a_partners_own_table_is_named_in_his_profile_and_stands_over_the_shared_one():
    library = OwnLibrary({"mappings/tables/unit.yaml": SHARED, "mappings/tables/acme/units.csv": "from,to\nPC,EA\nKT,KT\n"})
    found, wrong = load_table(library, "unit", (None, {"": "acme/units"}))
    assert wrong == []
    assert [found.read(code) for code in ("PC", "KT", "CA")] == ["EA", "KT", "XCS"]
    assert [finding.code for finding in load_table(library, "unit", ({"": "acme/none"},))[1]] == ["table-missing"]


def test_codes_are_judged_by_the_documents_date_both_ways():
    library = OwnLibrary(
        {
            "mappings/t.yaml": "mapping: 1\ndocument: purchase_order\nformat: {kind: delimited, columns: [n, day, unit]}\n"
            "fields:\n  number: n\n  date: day | date(YYYY-MM-DD)\n  currency: unit | code(unit)\n",
            "mappings/tables/unit.csv": "from,to,since,until\nA,old,,2025-12-31\nA,new,2026-01-01,\nB,old,2026-01-01,\n",
        }
    )
    made = load(library, "t")
    assert made.findings == ()

    def currency(day):
        root = next(iter(made.format.read([f"n,day,unit\n1,{day},A\n".encode()], made.settings))).root
        return made.read(root).documents[0]["currency"]

    assert [currency(day) for day in ("2025-12-31", "2026-01-01")] == ["old", "new"]
    assert [made.on(date(2026, 1, 1)).tables["unit"].write(word) for word in ("old", "new")] == ["B", "A"]
    assert made.on(date(2026, 1, 1)) is made.on(date(2027, 5, 5))
    assert made.on(None) is made


def test_a_document_without_a_date_is_judged_by_the_day_that_it_came():
    text = "document: purchase_order\nformat: {kind: json, document: orders}\nfields:\n  number: no\n  department: d | code(t)\n"
    rows = "tables:\n  t:\n    rows:\n    - {from: A, to: old, until: 2025-12-31}\n    - {from: A, to: new, since: 2026-01-01}\n"
    ready = load(OwnLibrary({"mappings/ours.yaml": text + rows}), "ours")
    form, how = format_for(ready, None)
    (read, _) = form.read([b'{"orders": [{"no": "1", "d": "A"}]}'], how)

    found = [translate_document(None, ready, read, None, day).documents[0]["department"] for day in (date(2025, 6, 1), date(2026, 6, 1))]
    assert found == ["old", "new"]
