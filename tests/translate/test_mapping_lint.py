"""Every mistake of a mapping is told at once, with file, line and column, before a document comes."""

import pytest
from small_sets import GUIDES, library, mapping

from gateway.documents.models import fields_of
from gateway.edi.finding import Halt
from gateway.translate.codes import CODES
from gateway.translate.mapping import load

PLANTED = """\
mapping: 1
document: purchase_order
guide: x12/004010/850
feilds: {}
tables:
  unit: {EA: EA}
  twice: {rows: [{from: A, to: x}, {from: B, to: x}]}
  wrong: {rows: [{from: A}]}
fields:
  number: BEG.33 | required
  date: BEG.05 | dat
  kind: BEX.02
  release: REF.01 | date
  requested_ship: DTM.02 | implied(2)
  contract: BEG
  department: REF[01DP].02
  vendor_number: REF[09=IA].02
  promotion: .1
  currency: "^PO1.01"
  purpose: BEG.01 | code(untis)
  acknowledgment_wanted: BEG.07 | pad
  nmuber: BEG.03
  invoice_kind: $knid
  contract_kind: N4.02
  purchase_category: REF[rest].02
  security_level: BEG.11-2
  transaction_kind: {from: BEG.12, when: BEG.12 is A}
  total: PO1.04 | decimal | sum(
  terms: {pairs: PO1.06-24}
  lines:
    for_each: PO1
    quantity: {value: PO1.02 | decimal, unit: PO1.03 | code(twice), vlaue: PO1.03 | code(wrong)}
    schedules: {for_each: SDQ.03-25 by 2, quantity: .3 | decimal}
    price: {amount: $amount}
    amount: $price
"""

EXPECTED = [
    (4, "mapping-key-unknown", "'feilds' is no key of a mapping; did you mean 'fields'?"),
    (7, "table-two-writes", "'x' is written by two rows, A and B"),
    (8, "table-row", "expected from and to"),
    (10, "mapping-element-unknown", "'BEG.33' names element 33; BEG has 12; did you mean BEG.03?"),
    (11, "mapping-conversion-unknown", "'dat' is no conversion; did you mean 'date'?"),
    (12, "mapping-segment-unknown", "'BEX.02' has no segment or loop BEX in the set's own loop; did you mean 'BEG'?"),
    (13, "mapping-conversion-unfit", "'date' does not fit REF.01, which is a code; use code(table), or no conversion"),
    (14, "mapping-conversion-unfit", "'implied' does not fit DTM.02, which is a date; use date"),
    (15, "mapping-no-element", "'BEG' names no element"),
    (16, "mapping-path", "'REF[01DP].02' is no path: it has 'DP].02' where '=', '!=' or '?' is expected"),
    (17, "mapping-element-unknown", "'REF[09=IA].02' names element 9; REF has 4"),
    (18, "mapping-no-group", "'.1' stands in no group"),
    (19, "mapping-loop-unknown", "'^PO1.01' names no enclosing loop PO1"),
    (20, "mapping-table-unknown", None),
    (21, "mapping-arguments", "'pad()' has other arguments than expected; expected pad(width, fill?, side?)"),
    (22, "mapping-field-unknown", "'nmuber' is no field of purchase_order; did you mean 'number'?"),
    (23, "mapping-reference-unknown", "$'knid' is no field of this scope; did you mean 'kind'?"),
    (24, "mapping-segment-unknown", "'N4.02' has no segment or loop N4 in the set's own loop; did you mean 'N1/N4'?"),
    (25, "mapping-rest-alone", "'REF[rest].02' stands outside of a `for_each`"),
    (26, "mapping-component-unknown", "'BEG.11-2' names component 2; BEG11 has 0"),
    (27, "mapping-condition", "'BEG.12 is A' is no condition: it has 'is' where =, !=, <, >, in, present or absent is expected"),
    (28, "mapping-syntax", None),
    (29, "mapping-path", "'PO1.06-24' is no path: it names no even number of elements, such as PO1.06-25"),
    (32, "mapping-field-unknown", "'vlaue' is no field of purchase_order.lines.quantity; did you mean 'value'?"),
    (33, "mapping-element-unknown", "'SDQ.03-25 by 2' names element 25; SDQ has 23"),
    (33, "mapping-no-group", "'.3' stands in no group"),
    (34, "mapping-reference-circle", "'price' is computed from itself"),
    (35, "mapping-reference-circle", "'amount' is computed from itself"),
]


@pytest.fixture(scope="module")
def planted():
    own = library("", **{"mappings/acme/850.yaml": PLANTED})
    found = load(own, "acme/850", schema=fields_of).findings
    return sorted(found, key=lambda f: (f.location.line or 0, f.location.column or 0))


def test_more_than_twenty_planted_mistakes_are_told_at_once(planted):
    told = [(f.location.line, f.code) for f in planted]
    missing = [row[:2] for row in EXPECTED if row[:2] not in told]
    assert missing == []
    assert len(EXPECTED) > 20


@pytest.mark.parametrize(("line", "code", "message"), EXPECTED)
def test_a_planted_mistake_is_told_with_a_sentence(planted, line, code, message):
    messages = [f.message for f in planted if (f.location.line, f.code) == (line, code)]
    assert messages
    if message is not None:
        assert any(message in said for said in messages)


def test_nothing_is_told_twice_and_nothing_that_was_not_planted(planted):
    told = [(f.location.line, f.location.column, f.code, f.message) for f in planted]
    assert len(told) == len(set(told))
    allowed = {row[:2] for row in EXPECTED} | {(12, "mapping-field-unknown"), (28, "mapping-field-unknown")}
    assert [row for row in told if (row[0], row[2]) not in allowed] == []


def test_places_are_file_line_and_column(planted):
    first = next(f for f in planted if f.code == "mapping-conversion-unknown")
    assert (first.location.file, first.location.line, first.location.column) == ("mappings/acme/850.yaml", 11, 18)


def test_the_mistake_of_a_parent_is_told_in_the_parents_file():
    parent = "mapping: 1\ndocument: purchase_order\nguide: x12/004010/850\nfields:\n  number: BEG.44\n"
    own = library("", **{"mappings/acme/base.yaml": parent, "mappings/acme/850.yaml": "mapping: 1\nextends: acme/base\n"})
    assert [(f.location.file, f.location.line) for f in load(own, "acme/850").findings] == [("mappings/acme/base.yaml", 5)]


def test_a_mapping_that_is_not_there_halts_with_a_hint():
    with pytest.raises(Halt) as halt:
        load(library("fields: {number: BEG.03}"), "tt")
    assert halt.value.finding.code == "mapping-missing"


def test_a_guide_that_is_not_there_is_told():
    own = library("fields: {number: BEG.03}", guide="x12/004010/999")
    assert "mapping-guide-unknown" in [f.code for f in load(own, "t").findings]


def test_a_comma_in_braces_without_quotes_is_told():
    told = mapping("fields:\n  lines: {for_each: PO1, x: concat(PO1.01, $y)}").findings
    assert [f.code for f in told] == ["mapping-path"]
    assert "quote a rule with brackets or commas inside braces" in told[0].message


def test_an_alias_and_a_duplicate_key_are_told_with_the_rest():
    codes = {f.code for f in mapping("fields:\n  a: &x BEG.03\n  a: BEG.04\n  b: BEG.77").findings}
    assert {"yaml-alias", "yaml-duplicate-key", "mapping-element-unknown"} <= codes


def test_the_standard_guide_of_a_set_lints_a_mapping_of_another_version():
    own = library("fields:\n  lines: {for_each: PO1, t: {for_each: TXI, kind: TXI.01}}", guide="x12/005010/850")
    assert load(own, "t", GUIDES.guide("x12/005010/850")).findings == ()


def test_every_code_has_a_sentence_that_follows_a_place_and_a_remedy():
    for code in CODES.values():
        assert code.remedy.endswith((".", "}")), code.code
        assert code.explanation.endswith("."), code.code


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("mapping: 1\ndocument: purchase_ordr\nguide: x12/004010/850\nfields: {number: BEG.03}\n", "mapping-document-unknown", 1),
        (
            "mapping: 1\ndocument: purchase_order\nguide: x12/004010/850\nsplit_by: stores\nfields: {number: BEG.03}\n",
            "mapping-split-unknown",
            4,
        ),
        ("mapping: 1\ndocument: ship_notice\nguide: x12/004010/856\nhierarchy: {S: {}, loose: maybe}\n", "mapping-form", 4),
    ],
)
def test_what_is_not_written_as_a_mapping_is_told_with_its_line(text, code, line):
    own = library("", **{"mappings/acme/x.yaml": text})
    assert (code, line) in [(f.code, f.location.line) for f in load(own, "acme/x", schema=fields_of).findings]
