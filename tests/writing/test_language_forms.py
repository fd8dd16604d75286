"""Each form of the mapping language in the writing direction: what the rule says, what the document says, what is written."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from own_files import own_mapping

from gateway.formats.x12.envelope import Delimiters
from gateway.translate.runtime import Context
from gateway.translate.writing.proof import write_set
from gateway.translate.writing.writer import Writer
from tests.mappings import golden

ORDER = "x12/004010/850"
BILL = "x12/004010/810"


def writer(text: str, name: str = ORDER) -> Writer:
    document = {ORDER: "purchase_order", BILL: "invoice"}[name]
    mapping = own_mapping(f"mapping: 1\ndocument: {document}\nguide: {name}\n{text}", name)
    assert [finding.message for finding in mapping.findings] == []
    return Writer(mapping, golden.guide(name))


def segments(text: str, document: dict[str, Any], name: str = ORDER, **terms: Any) -> list[str]:
    """What is written by the general way, and, where that is possible, by straight code too."""
    ready = writer(text, name)
    once = ready.write(document, Context(terms=terms))
    assert once.findings == []
    assert ready.write(document, Context(terms=terms)).segments == once.segments
    return ["*".join(values) for values in once.segments]


def line(**more: Any) -> dict[str, Any]:
    return {"lines": [more]}


FORMS = [
    # paths and filters
    ("number: BEG.03", {"number": "4711"}, ["BEG***4711"]),
    ("department: 'REF[01=DP].02'", {"department": "7"}, ["REF*DP*7"]),
    ("text: 'PID[01=F,02=08|none].05'", {"text": "Red"}, ["PID*F*08***Red"]),
    ("currency: 'CUR[01=BY].02 ?? CUR.02'", {"currency": "CAD"}, ["CUR*BY*CAD"]),
    ("ship_to: 'N1[01=ST]/N4.02'", {"ship_to": "NY"}, ["N1*ST", "N4**NY"]),
    ("a: 'N1[01=ST]/N4.01'\n  b: 'N1[01=ST].02'", {"a": "Town", "b": "Dock"}, ["N1*ST*Dock", "N4*Town"]),
    (
        "charges: {for_each: 'SAC[01=A|C]', kind: SAC.01, code: SAC.02}",
        {"charges": [{"kind": "C", "code": "D240"}, {"code": "B720"}]},
        ["SAC*C*D240", "SAC*A*B720"],
    ),
    (
        "department: 'REF[01=DP].02'\n  others: {for_each: 'REF[rest]', kind: REF.01, value: REF.02}",
        {"others": [{"kind": "ZZ", "value": "1"}], "department": "7"},
        ["REF*DP*7", "REF*ZZ*1"],
    ),
    # groups and pairs
    (
        "lines: {for_each: PO1, stores: {for_each: SDQ.03-22 by 2, store: .1, quantity: .2 | decimal, unit: SDQ.01}}",
        line(stores=[{"store": f"{n}", "quantity": Decimal(n), "unit": "EA" if n < 12 else "CA"} for n in range(1, 14)]),
        [
            "PO1",
            "SDQ*EA**1*1*2*2*3*3*4*4*5*5*6*6*7*7*8*8*9*9*10*10",
            "SDQ*EA**11*11",
            "SDQ*CA**12*12*13*13",
        ],
    ),
    ("lines: {for_each: PO1, items: {pairs: PO1.06-25}}", line(items=[{"scheme": "VN", "value": "A"}]), ["PO1******VN*A"]),
    (
        "lines: {for_each: PO1, items: {pairs: PO1.06-25, order: [IN, UP, VN]}}",
        line(items=[{"scheme": "VN", "value": "A"}, {"scheme": "XX", "value": "X"}, {"scheme": "IN", "value": "B"}]),
        ["PO1******IN*B*VN*A*XX*X"],
    ),
    (
        "lines: {for_each: PO1, items: {pairs: PO1.06-25, at: {UP: 8}}}",
        line(items=[{"scheme": "UP", "value": "1"}, {"scheme": "VN", "value": "A"}]),
        ["PO1******VN*A*UP*1"],
    ),
    ("address: N3.01-02 by 1", {"address": ["a", "b", "c"]}, None),
    # values of their own: constants, defaults, conditions, cases
    ("kind: BEG.02 | default(SA, write)", {}, ["BEG**SA"]),
    ("kind: BEG.02 | default(SA, write)", {"kind": "NE"}, ["BEG**NE"]),
    ("currency: CUR.02 | default(USD)", {"currency": "USD"}, []),
    ("currency: CUR.02 | default(USD)", {"currency": "CAD"}, ["CUR**CAD"]),
    ("number: {from: BEG.03, when: $kind = NE}\n  kind: BEG.02", {"number": "1", "kind": "NE"}, ["BEG**NE*1"]),
    ("number: {from: BEG.03, when: $kind = NE}\n  kind: BEG.02", {"number": "1", "kind": "SA"}, ["BEG**SA"]),
    (
        "dates:\n    - {for_each: 'DTM[01=002]', day: DTM.02 | date, wanted: const(yes)}\n    - {for_each: DTM, code: DTM.01, day: DTM.02 | date}",
        {"dates": [{"day": date(2026, 3, 1), "wanted": "yes"}, {"code": "010", "day": date(2026, 3, 2)}]},
        ["DTM*002*20260301", "DTM*010*20260302"],
    ),
    (
        "lines: {for_each: PO1, price: {amount: PO1.04 | decimal, per: {case: {PO1.05: {PE: {quantity: 1}, HP: {quantity: 100}}}}}}",
        line(price={"amount": Decimal("9.950"), "per": {"quantity": Decimal(100)}}),
        ["PO1****9.95*HP"],
    ),
    (
        "case: {BEG.02: {RL: {release: BEG.04}, else: {number: BEG.03}}}\n  kind: BEG.02",
        {"kind": "RL", "release": "5"},
        ["BEG**RL**5"],
    ),
    ("number: {read: BEG.03, write: BEG.04}", {"number": "1"}, ["BEG****1"]),
    ("number: {read: BEG.03, write: $kind}\n  kind: BEG.02", {"number": "1", "kind": "SA"}, ["BEG**SA*SA"]),
    # conversions backwards
    ("date: BEG.05 | date", {"date": date(2026, 3, 1)}, ["BEG*****20260301"]),
    ("charges: {for_each: SAC, amount: SAC.05 | implied(2)}", {"charges": [{"amount": Decimal("12.3")}]}, ["SAC*****1230"]),
    ("lines: {for_each: PO1, gtin: PO1.07 | gtin(12)}", line(gtin="00012345678905"), ["PO1*******012345678905"]),
    ("notes: 'PID[01=F].05 | lines(10)'", {"notes": "Ring the bell twice"}, ["PID*F****Ring the", "PID*F****bell twice"]),
]


@pytest.mark.parametrize(("rules", "document", "wanted"), FORMS)
def test_a_rule_is_written_as_it_is_read(rules: str, document: dict[str, Any], wanted: list[str] | None):
    if wanted is None:
        rules, document = f"parties: {{for_each: N1, role: N1.01, {rules}}}", {"parties": [{"role": "ST", **document}]}
        wanted = ["N1*ST", "N3*a*b", "N3*c"]
    assert segments(f"fields:\n  {rules}\n", document) == wanted


def test_write_only_puts_what_no_field_holds():
    text = """\
fields:
  number: BEG.03
  vendor: 'REF[01=IA].02'
write_only:
  BEG.02: SA
  "REF[01=IA].02": partner.vendor_number
  "REF[01=DP].02": $number
  "REF[01=ZZ].02": agreement.nothing
"""
    said = segments(text, {"number": "4711"}, partner={"vendor_number": "70415"})
    assert said == ["BEG**SA*4711", "REF*IA*70415", "REF*DP*4711"]
    assert "REF*IA*mine" in segments(text, {"number": "1", "vendor": "mine"}, partner={"vendor_number": "70415"})


def bill(**more: Any) -> dict[str, Any]:
    first = {"quantity": {"value": Decimal(3), "unit": "EA"}, "price": {"amount": Decimal("9.95")}}
    second = {"quantity": {"value": Decimal(200)}, "price": {"amount": Decimal("1.005"), "per": {"quantity": Decimal(100)}}}
    return {
        "document_type": "invoice",
        "number": "I-1",
        "lines": [first, second],
        "charges": [{"kind": "charge", "amount": Decimal(5)}, {"kind": "allowance", "amount": Decimal("1.50")}],
        **more,
    }


TOTAL = 'fields:\n  total: {read: TDS.01 | implied(2), write: "%s"}\n'


@pytest.mark.parametrize(
    ("written", "more", "facts", "tds"),
    [
        ("total($)", {}, {}, ["TDS*3536"]),  # 29.85 + 2.01 + 5.00 - 1.50
        ("total($)", {}, {"invoice_total": "lines"}, ["TDS*3186"]),
        ("total($, lines + taxes)", {"taxes": [{"amount": Decimal("0.14")}]}, {}, ["TDS*3200"]),
        ("total($, lines + taxes)", {"taxes": [{"amount": Decimal("0.14")}]}, {"invoice_total": "lines"}, ["TDS*3186"]),
        ("total($, lines - prepaid)", {"amounts": [{"kind": "prepaid", "amount": Decimal("1.86")}]}, {}, ["TDS*3000"]),
        ("total($)", {"total": Decimal("99.00")}, {}, ["TDS*9900"]),
        ("total($)", {"lines": [{"quantity": {"value": Decimal(1)}}]}, {}, []),
    ],
)
def test_a_total_that_the_document_does_not_say_comes_from_the_agreements_formula(written: str, more: dict, facts: dict, tds: list[str]):
    made = writer(TOTAL % written, BILL).write(bill(**more), Context(terms={"agreement": facts}))

    assert ["*".join(values) for values in made.segments if values[0] == "TDS"] == tds


def test_a_formula_that_cannot_be_read_is_told():
    mapping = own_mapping(f"mapping: 1\ndocument: invoice\nguide: {BILL}\n" + TOTAL % "total($, lines + tips)", BILL)

    assert [finding.code for finding in mapping.findings] == ["mapping-arguments"]


def test_an_invoice_of_our_own_has_its_total_by_the_standard_mapping():
    invoice = bill(date=date(2026, 3, 1))
    del invoice["lines"][1]
    invoice["charges"] = [{"kind": "charge", "code": "D240", "amount": Decimal(5), "handling": "off_invoice"}]
    made = write_set(Writer(golden.mapping(BILL), golden.guide(BILL)), invoice)

    assert [finding.message for finding in made.findings if finding.severity == "error"] == []
    assert "TDS*3485" in made.segments


def test_what_was_not_read_goes_back_to_its_place():
    text = "fields:\n  number: BEG.03\n  lines: {for_each: PO1, number: PO1.01}\n"
    rows = [
        {"segment": "BEG", "elements": {"1": "00", "2": "SA"}},
        {"segment": "REF", "elements": {"1": "ZZ", "2": "9"}},
        {"loop": "PO1[2]", "segment": "PO1", "elements": {"2": "5"}},
    ]
    said = segments(text, {"number": "4711", "lines": [{"number": "1"}, {"number": "2"}], "unmapped": rows})
    assert said == ["BEG*00*SA*4711", "REF*ZZ*9", "PO1*1", "PO1*2*5"]


@pytest.mark.parametrize("mark", ["*", "~", ">"])
def test_a_delimiter_is_refused_and_replaced_only_where_the_mapping_says_so(mark: str):
    delimiters = Delimiters("*", ">", "~")
    rules = "fields:\n  number: BEG.03\n  kind: BEG.02\n"
    document = {"number": f"A{mark}B|C", "kind": "SA"}
    refused = write_set(writer(rules), document, delimiters=delimiters)
    made = write_set(writer(f'replace: {{"{mark}": "-", "|": "!"}}\n{rules}'), document, delimiters=delimiters)

    assert "write-delimiter" in [finding.code for finding in refused.findings]
    assert made.segments[1] == "BEG**SA*A-B|C"
    assert [(finding.code, finding.location.field) for finding in made.findings if finding.code.startswith("write-r")] == [
        ("write-replaced", "number")
    ]
    assert made.document["number"] == "A-B|C"


def test_a_column_of_conditions_reads_the_documents_fields():
    text = "fields:\n  kind: BEG.02\n  number: {from: BEG.03, when: '$kind in (SA, NE) and not $kind = NE'}\n"

    assert segments(text, {"kind": "SA", "number": "1"}) == ["BEG**SA*1"]
    assert segments(text, {"kind": "NE", "number": "1"}) == ["BEG**NE"]
