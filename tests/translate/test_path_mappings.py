"""Mappings over XPaths and dotted paths: what lint says of them, schemas, origins, and the laws of both directions."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.documents.models import fields_of
from gateway.formats.format import DocumentRead
from gateway.stores.library import FolderLibrary
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import load
from gateway.translate.origins import origins
from gateway.translate.writing.files import FileWriter
from tests.translate.small_sets import OwnLibrary

LIBRARY = FolderLibrary()
XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:include schemaLocation="parts/line.xsd"/>
  <xs:element name="order"><xs:complexType>
    <xs:sequence><xs:element name="day" type="xs:date"/><xs:element name="line" type="Line" maxOccurs="9"/></xs:sequence>
    <xs:attribute name="number" use="required"/>
  </xs:complexType></xs:element>
</xs:schema>"""
LINE = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:complexType name="Line"><xs:sequence><xs:element name="item" type="xs:string"/></xs:sequence>
  <xs:attribute name="quantity" type="xs:decimal"/></xs:complexType>
</xs:schema>"""
FIELDS = """
fields:
  number: "@number | required"
  date: day | iso_date
  lines:
    for_each: line
    ordinal: ordinal()
    items:
      - {scheme: const(buyer_item), value: item}
    quantity: {value: "@quantity | decimal"}
"""
ORDER = '<order number="7"><day>2026-03-01</day><line quantity="2"><item>x</item></line></order>'


def own(form, fields=FIELDS, **more):
    texts = {"mappings/t.yaml": f"mapping: 1\ndocument: purchase_order\nformat: {form}\n{fields}"} | {
        f"mappings/{k}": v for k, v in more.items()
    }
    return load(OwnLibrary(texts), "t", schema=fields_of)


def outcomes(mapping, text, terms=None):
    form, how = format_for(mapping, terms)
    return [translate_document(terms, mapping, one) for one in form.read([text.encode()], how) if isinstance(one, DocumentRead)]


def told(mapping):
    return [(finding.code, finding.location.line, finding.location.column) for finding in mapping.findings]


XML = "{kind: xml, document: /order}"


@pytest.mark.parametrize("folder", ["cxml", "ubl", "json"])
def test_the_standard_mappings_have_no_mistakes(folder):
    names = [name.removeprefix("mappings/").removesuffix(".yaml") for name in LIBRARY.names(f"mappings/{folder}/") if ".test." not in name]
    assert names
    assert [(name, finding.message) for name in names for finding in load(LIBRARY, name, schema=fields_of).findings] == []


@pytest.mark.parametrize(
    ("form", "old", "new", "found"),
    [
        (XML, "day |", "da y |", ("mapping-path", 6, 11)),
        (XML, "day |", "p:day |", ("mapping-path", 6, 9)),
        (XML, "for_each: line", "for_each: line/@no", ("mapping-path", 8, 15)),
        (XML, "day |", "../day |", None),
        (XML, "  date:", "  dat:", ("mapping-field-unknown", 6, 3)),
        (XML, "item}", "^line/item}", None),
        (XML, "item}", "^lines/item}", ("mapping-loop-unknown", 11, 47)),
        ("{kind: xml, document: order}", "", "", ("mapping-form", 3, 20)),
        ("{kind: xml, document: '/p:order'}", "", "", ("mapping-form", 3, 20)),
        ("{kind: xml, document: /order, namespace: {}}", "", "", ("mapping-key-unknown", 3, 38)),
        ("{kind: xml, document: /order, order: [a]}", "", "", ("mapping-form", 3, 38)),
        ("{kind: xml, document: /order, fill: {a: b}}", "", "", ("mapping-form", 3, 38)),
        ("{kind: xml, document: /order, namespaces: x}", "", "", ("mapping-form", 3, 38)),
        ("{kind: xlm, document: /order}", "", "", ("mapping-form", 3, 9)),
        ("{kind: json, canonical: perhaps}", '"@number', '"number', ("mapping-form", 3, 21)),
        ("{kind: json, document: 'a[k=x]'}", '"@number', '"number', ("mapping-form", 3, 21)),
    ],
)
def test_a_mistake_is_told_with_line_and_column(form, old, new, found):
    fields = FIELDS.replace("\nfields", "fields").replace(old, new) if old else FIELDS.replace("\nfields", "fields")
    if "json" in form:
        fields = fields.replace('"@quantity', '"quantity')
    mapping = own(form, fields)
    places = [(code, line) for code, line, _ in told(mapping)]
    assert ((found[0], found[1]) in places) if found else (places == [])


def test_names_that_the_schema_does_not_declare_are_told_with_what_was_meant():
    mapping = own("{kind: xml, document: /order, xsd: t.xsd}", FIELDS.replace("day |", "dya |"), **{"t.xsd": XSD, "parts/line.xsd": LINE})
    assert [finding.code for finding in mapping.findings] == ["mapping-path-unknown"]
    assert "did you mean 'day'" in mapping.findings[0].message
    assert own("{kind: xml, document: /order, xsd: t.xsd}", **{"t.xsd": XSD, "parts/line.xsd": LINE}).findings == ()


@pytest.mark.parametrize(
    ("form", "file", "text"),
    [
        ("{kind: xml, document: /order, sample: s.xml}", "s.xml", ORDER),
        ("{kind: json, sample: s.json}", "s.json", '{"number": 1, "day": 2, "line": [{"quantity": 1, "item": 2}]}'),
    ],
)
def test_names_that_the_sample_does_not_have_are_a_warning(form, file, text):
    fields = FIELDS if "xml" in form else FIELDS.replace('"@', '"')
    assert own(form, fields, **{file: text}).findings == ()
    mapping = own(form, fields.replace("item}", "iten}"), **{file: text})
    assert [(finding.code, finding.severity, mapping.usable) for finding in mapping.findings] == [("mapping-path-unseen", "warning", True)]


@pytest.mark.parametrize(
    "texts",
    [{}, {"t.xsd": XSD}, {"t.xsd": "<a>"}, {"t.xsd": XSD.replace("xs:date", "xs:dat"), "parts/line.xsd": LINE}, {"t.xsd": "<a/>"}],
    ids=["no file", "no included file", "no XML", "an unknown type", "no schema"],
)
def test_a_schema_that_cannot_be_used_is_told(texts):
    assert [finding.code for finding in own("{kind: xml, document: /order, xsd: t.xsd}", **texts).findings][:1] == ["mapping-schema-broken"]


def test_documents_are_held_against_their_schema_with_line_and_place():
    mapping = own("{kind: xml, document: /orders/order, xsd: t.xsd}", **{"t.xsd": XSD, "parts/line.xsd": LINE})
    good, bad = outcomes(mapping, f"<orders>\n{ORDER}\n{ORDER.replace('<item>x</item>', '<itme>x</itme>')}</orders>")
    assert good.verb is None
    assert (bad.verb, [(f.code, f.location.line) for f in bad.findings]) == ("parse", [("xml-schema", 3)])


def test_every_value_knows_the_rule_and_the_place_that_it_came_from():
    mapping = own(XML)
    form, how = format_for(mapping)
    one = next(iter(form.read([ORDER.replace("><", ">\n<").encode()], how)))
    found = {
        origin.field: (one.locate(origin.location()), origin.rule)
        for origin in origins(mapping, one.root)[0]
        if origin.position is not None
    }
    assert {field: (at.line, at.field) for field, (at, _) in found.items()} == {
        "number": (1, "/order/@number"),
        "date": (2, "/order/day"),
        "lines.1.items.1.value": (4, "/order/line/item"),
        "lines.1.quantity.value": (3, "/order/line/@quantity"),
    }
    assert found["date"][1].startswith("mappings/t.yaml:7:")


def test_a_value_that_is_there_twice_is_told_and_never_chosen():
    (outcome,) = outcomes(own(XML), ORDER.replace("</day>", "</day><day>2026-03-02</day>"))
    assert [(f.code, f.location.field) for f in outcome.findings] == [("value-ambiguous", "/order/day[2]")]


def test_conditions_cases_and_defaults_work_over_paths():
    fields = """fields:
  number: "@number"
  kind: {case: {"@type": {A: const(rush), B|C: const(blanket), else: const(stand_alone)}}}
  contract: {from: "@contract", when: "@type = A and day present"}
  currency: ref[@k='cur'] ?? cur | default("USD")
  references:
    - {for_each: ref, when: "@k != 'cur'", qualifier: "@k", value: .}
  lines: {for_each: line, ordinal: ordinal(), number: "@n"}
"""
    mapping = own(XML, fields)
    text = '<order number="1" type="{}" contract="K"><day>x</day><ref k="po">9</ref><ref k="cur">EUR</ref><line n="5"/><line/></order>'
    (one,), (other,) = outcomes(mapping, text.format("A")), outcomes(mapping, text.format("C"))
    assert mapping.findings == ()
    assert (one.documents[0]["kind"], one.documents[0]["contract"], one.documents[0]["currency"]) == ("rush", "K", "EUR")
    assert (other.documents[0]["kind"], "contract" in other.documents[0]) == ("blanket", False)
    assert [row["qualifier"] for row in one.documents[0]["references"]][:1] == ["po"]


def test_a_canonical_document_that_its_model_refuses_is_told_with_line_and_field():
    mapping = load(LIBRARY, "json/canonical", schema=fields_of)
    assert mapping.canonical
    (outcome,) = outcomes(mapping, '{"document_type": "purchase_order", "schema_version": "1.0", "number": "1", "lines": "none"}')
    assert [(f.code, f.location.line, f.location.field) for f in outcome.findings] == [("document-invalid", 1, "lines")]


def test_two_documents_that_would_be_read_as_one_are_told():
    one = {
        "document_type": "purchase_order",
        "number": "1",
        "date": date(2026, 3, 1),
        "lines": [{"ordinal": 1, "quantity": {"value": Decimal(1), "unit": "EA"}}],
    }
    written = FileWriter(load(LIBRARY, "csv/order", schema=fields_of)).write([one, one])
    assert "write-count" in [finding.code for finding in written.findings]
    assert not written.sendable


TEXT = st.text(alphabet="aZ9 é<&'\"|~*\n€", min_size=1, max_size=8).map(str.strip).filter(bool).map(lambda text: " ".join(text.split()))
MONEY = st.decimals(min_value=0, max_value=10**6, places=2).map(lambda value: Decimal(f"{value:f}"))
LINES = st.lists(
    st.fixed_dictionaries(
        {"quantity": st.fixed_dictionaries({"value": MONEY, "unit": st.sampled_from(["EA", "C62", "KGM"])})},
        optional={
            "number": TEXT,
            "description": TEXT,
            "price": st.fixed_dictionaries({"amount": MONEY}),
            "items": TEXT.map(lambda text: [{"scheme": "vendor_part", "value": text}]),
        },
    ),
    min_size=1,
    max_size=4,
)
ORDERS = st.fixed_dictionaries(
    {"number": TEXT, "date": st.dates(date(2000, 1, 1), date(2099, 1, 1)), "lines": LINES},
    optional={
        "notes": st.lists(TEXT.map(lambda text: {"text": text}), min_size=1, max_size=2),
        "references": st.lists(st.builds(lambda a, b: {"qualifier": a, "value": b}, TEXT, TEXT), min_size=1, max_size=2),
    },
)


def _whole(name, order):
    """The order with what the mapping itself fills in."""
    document = {"document_type": "purchase_order", "purpose": "original", "kind": "stand_alone", "currency": "EUR", **order}
    if name != "cxml/order":
        document["notes"] = document.get("notes", [])[:1]
    if name == "ubl/order":
        document.pop("references", None)
    lines = []
    for number, line in enumerate(order["lines"], 1):
        made = {"ordinal": number, **line}
        made["items"] = [
            {"scheme": "vendor_item" if name == "ubl/order" else "vendor_part", "value": item["value"]} for item in line.get("items", [])
        ]
        lines.append({key: value for key, value in made.items() if value != []})
    return {key: value for key, value in {**document, "lines": lines}.items() if value != []}


@pytest.mark.parametrize("name", ["cxml/order", "ubl/order", "json/order"])
@given(order=ORDERS)
@settings(max_examples=60)
def test_what_is_written_is_read_again_as_it_was(name, order):
    mapping = load_once(name)
    document = _whole(name, order)
    written = FileWriter(mapping).write([document])
    assert [finding for finding in written.findings if finding.severity == "error"] == []
    (outcome,) = outcomes(mapping, written.body.decode())
    read = outcome.documents[0]
    assert {key: read[key] for key in document if key != "lines"} == {key: document[key] for key in document if key != "lines"}
    for line, again in zip(document["lines"], read["lines"], strict=True):
        assert {key: again.get(key) for key in line} == line
    assert FileWriter(mapping).write([read]).body == written.body


_LOADED = {}


def load_once(name):
    if name not in _LOADED:
        _LOADED[name] = load(LIBRARY, name, schema=fields_of)
    return _LOADED[name]


def test_what_the_mapping_has_no_place_for_in_the_envelope_is_how_the_document_came_and_is_not_written():
    order = {"document_type": "purchase_order", "number": "1", "lines": [{"ordinal": 1, "quantity": {"value": Decimal(1)}}]}
    came = {"partner": "delta", "group": "9", "sender": {"scheme": "DUNS", "value": "1"}}
    written = FileWriter(load_once("cxml/order")).write([{**order, "envelope": came}])
    assert [finding for finding in written.findings if finding.severity == "error"] == []
    assert b"<Identity>1</Identity>" in written.body


def test_what_every_document_would_be_refused_for_is_told_when_the_mapping_is_read():
    text = """document: purchase_order
format: {kind: json, document: orders}
fields:
  date: day
  lines:
    for_each: items
    quantity: {value: n}
    price: {amount: p | decimal}
    charges: {for_each: extra, amount: a | decimal}
"""
    mapping = load(OwnLibrary({"mappings/ours.yaml": text}), "ours", schema=fields_of)
    assert mapping.usable
    assert {(finding.code, finding.location.line, finding.value) for finding in mapping.findings} == {
        ("mapping-field-none", 1, "number"),
        ("mapping-field-type", 4, "date"),
        ("mapping-field-none", 6, "ordinal"),
        ("mapping-field-type", 7, "lines.quantity.value"),
        ("mapping-field-none", 9, "kind"),
    }
