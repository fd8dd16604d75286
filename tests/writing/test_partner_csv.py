"""A partner's own CSV: title lines, decimal commas, another encoding, his codes, a row of totals. Read, written, kept as an example."""

import pytest

from gateway.edi.finding import Finding
from gateway.formats.format import DocumentRead
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import load
from gateway.translate.writing.files import FileWriter
from tests.writing.own_files import OwnFiles

MAPPING = """
document: purchase_order
format:
  kind: delimited
  delimiter: ";"
  encoding: cp1252
  skip: 3
  ignore: [Summe, "***"]
  group_by: po
  columns: {po: Bestell-Nr., date: Datum, ship: Lager, pos: Pos, item: Artikel, qty: Menge, unit: ME, price: Preis/100}
tables:
  einheit: {Stk: C62, Kart: XCT}
fields:
  number: po | required
  date: date | date(DD.MM.YYYY)
  purpose: const(original)
  parties:
    - {role: const(ship_to), name: ship}
  lines:
    for_each: row
    ordinal: ordinal()
    number: pos
    quantity: {value: 'qty | decimal(",", ".")', unit: unit | code(einheit)}
    price: {amount: 'price | decimal(",", ".")', per: {quantity: const(100)}}
    items:
      - {scheme: const(vendor_item), value: item}
"""
HEAD = "Übersicht der Müller GmbH;;;;;;;\n\nStand 01.03.2026;;;;;;;\nBestell-Nr.;Datum;Lager;Pos;Artikel;Menge;ME;Preis/100\n"
ROWS = '4711;1.3.2026;Köln;10;A-1;1.200,50;Stk;2,35\n4711;1.3.2026;Köln;20;"A;2";3;Stk;1.250,00\n'
TOTALS = "Summe;;;;;;;65,70\n*** Ende ***;;;;;;;\n"


def mapping():
    found = load(OwnFiles({"mappings/ours.yaml": MAPPING}), "ours")
    assert [finding.message for finding in found.findings] == []
    return found


def read(text: str) -> tuple[list[dict], list[Finding]]:
    rules = mapping()
    form, how = format_for(rules, None)
    parts = list(form.read([text.encode("cp1252")], how))
    outcomes = [translate_document(None, rules, part) for part in parts if isinstance(part, DocumentRead)]
    findings = [finding for outcome in outcomes for finding in outcome.findings]
    return [document for outcome in outcomes for document in outcome.documents], [*findings, *parts[-1].findings]


def test_title_lines_and_totals_are_no_rows_of_an_order():
    documents, findings = read(HEAD + ROWS + TOTALS)

    assert findings == []
    assert [(str(line["quantity"]["value"]), str(line["price"]["amount"])) for line in documents[0]["lines"]] == [
        ("1200.50", "2.35"),
        ("3", "1250.00"),
    ]


def test_what_is_written_has_no_lines_that_reading_skips_and_says_the_same():
    documents, _ = read(HEAD + ROWS + TOTALS)
    written = FileWriter(mapping()).write(documents)

    assert written.findings == ()
    assert written.body.decode("cp1252").splitlines() == [
        HEAD.splitlines()[-1],
        "4711;01.03.2026;Köln;10;A-1;1200,5;Stk;2,35",
        '4711;01.03.2026;Köln;20;"A;2";3;Stk;1250',
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "word"), [("1.200,50", "12.50", 5, 6, "between thousands"), ("Stk", "Kiste", 5, 7, "einheit")]
)
def test_what_is_wrong_is_told_at_its_line_and_column(old, new, line, column, word):
    documents, findings = read(HEAD + ROWS.replace(old, new, 1) + TOTALS)

    assert documents == []
    assert [(finding.location.line, finding.location.column) for finding in findings] == [(line, column)]
    assert word in findings[0].message


def test_a_column_that_the_file_would_not_be_read_by_is_told_as_the_files_own():
    rules = mapping()
    writer = FileWriter(rules)
    writer.settings = writer.format.settings({**rules.rules.format, "columns": {"po": "same", "item": "same"}})[0]
    found = [finding.code for finding in writer.write([{"number": "1"}]).findings]

    assert found == ["write-misread"]
