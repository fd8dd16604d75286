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


FIXED = """
document: purchase_order
format:
  kind: fixed
  record: 1-2
  trimmed: yes
  ignore: ["00", "99"]
  records:
    "10": {po: 3-8, date: 9-16}
    "20": {under: "10", columns: {sku: 3-8, qty: 9-14 right zeros}}
    "25": {under: "20", columns: {text: 3-20}}
fields:
  number: 10.po | required
  date: 10.date | date
  lines:
    for_each: "20"
    ordinal: ordinal()
    quantity: {value: qty | implied(2)}
    items: [{scheme: const(vendor_item), value: sku}]
    notes: {for_each: "25", text: text}
"""


def test_lines_may_be_said_to_stand_under_the_record_that_begins_an_order_and_records_of_the_file_are_ignored():
    rules = load(OwnFiles({"mappings/ours.yaml": FIXED}), "ours")
    form, how = format_for(rules, None)
    body = "10PO-1  20260301\r\n20A-1   000150\r\n25Fragile           \r\n20A-2   000200\r\n"
    parts = list(form.read([f"0020260301\r\n{body}99000002\r\n".encode()], how))
    documents = [document for part in parts[:-1] for document in translate_document(None, rules, part).documents]

    assert [finding.message for finding in rules.findings] == []
    assert [(str(line["quantity"]["value"]), line.get("notes")) for line in documents[0]["lines"]] == [
        ("1.50", [{"text": "Fragile"}]),
        ("2.00", None),
    ]
    assert FileWriter(rules).write(documents).body == body.encode()


def test_a_record_named_where_it_does_not_stand_is_told_with_where_it_does():
    text = FIXED.replace('{for_each: "25", text: text}', "[{text: text}]").replace(
        "  lines:", '  notes: {for_each: "25", text: text}\n  lines:'
    )
    found = load(OwnFiles({"mappings/ours.yaml": text}), "ours")

    assert [finding.message for finding in found.findings if "stands under 20" in finding.message]
