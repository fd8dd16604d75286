"""To whom a document of ours goes, and under which agreement: production before test, the right identities, each refusal a sentence."""

from datetime import date

import pytest

from gateway.profiles.catalog import Catalog
from gateway.profiles.lint import check
from gateway.profiles.sending import SETS, addressee, agreement_to_send
from gateway.stores.library import DictLibrary

US = """
name: Harbor
identities: {main: {isa: "ZZ/HARBOR"}, test: {isa: "ZZ/HARBORT", usage: T}}
"""
ACME = """
partner: acme
name: Acme Supply
status: production
known_as: [V-1001]
identities: {main: {isa: "ZZ/ACME"}, test: {isa: "ZZ/ACMET", usage: T}}
channels: {out: [{folder: {path: out/acme}}]}
we_send:
  - {set: "850", version: "004010"}
  - {set: "860", version: "004010", status: testing}
  - {set: "810", version: "004010", status: draft}
  - {set: "856", version: "004010", to: 2026-01-31}
"""
HUB = """
partner: hub
name: Hub Logistics
status: production
identities: {main: {isa: "ZZ/HUB"}}
channels: {out: [{folder: {path: out/hub}}]}
we_send:
  - {set: "940", version: "004010", on_behalf_of: acme}
"""
DAY = date(2026, 3, 4)


@pytest.fixture
def catalog():
    files = {"us": US, "acme": ACME, "hub": HUB, "bent": "partner: bent\nname: Bent\nnonsense: 1\n"}
    return Catalog.load(DictLibrary({f"partner_profiles/{name}.yaml": text for name, text in files.items()}))


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ({}, "acme"),
        ({"envelope": {"partner": "acme"}}, None),
        ({"envelope": {"partner": "V-1001"}}, None),
        ({"envelope": {"receiver": {"scheme": "ZZ", "value": "ACME"}}}, None),
        ({"envelope": {"partner": "hub"}}, "acme"),
    ],
)
def test_the_addressee_is_named_beside_the_document_or_in_its_envelope(catalog, document, named):
    assert addressee(catalog, document, named) == "acme"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({}, "addressee-missing"),
        ({"envelope": "acme"}, "addressee-missing"),
        ({"envelope": {"receiver": {"scheme": "ZZ", "value": "NOBODY"}}}, "unknown-partner"),
        ({"envelope": {"partner": "acmee"}}, "partner-unknown"),
        ({"envelope": {"partner": "bent"}}, "profile-unusable"),
    ],
)
def test_who_cannot_be_found_is_told(catalog, document, code):
    assert addressee(catalog, document).code == code


def test_an_agreement_in_production_sends_in_production(catalog):
    found = agreement_to_send(catalog, "acme", "purchase_order", on=DAY).agreement
    terms = catalog.terms(found)
    assert (terms.set, terms.usage, terms.test) == ("850", "P", False)
    assert (terms.envelope.sender, terms.envelope.receiver) == (("ZZ", "HARBOR"), ("ZZ", "ACME"))


def test_a_document_of_a_test_system_goes_as_a_test_with_test_identities(catalog):
    terms = catalog.terms(agreement_to_send(catalog, "acme", "purchase_order", test=True, on=DAY).agreement)
    assert (terms.usage, terms.test) == ("T", True)
    assert (terms.envelope.sender, terms.envelope.receiver) == (("ZZ", "HARBORT"), ("ZZ", "ACMET"))


def test_an_agreement_that_is_being_tested_sends_tests_only(catalog):
    terms = catalog.terms(agreement_to_send(catalog, "acme", "purchase_order_change", on=DAY).agreement)
    assert (terms.usage, terms.envelope.receiver) == ("T", ("ZZ", "ACMET"))


def test_another_may_send_on_behalf_of_a_partner(catalog):
    found = agreement_to_send(catalog, "acme", "warehouse_order", on=DAY)
    terms = catalog.terms(found.agreement)
    assert (found.partner, found.agreement.partner, terms.partner, terms.trading_partner) == ("acme", "hub", "hub", "acme")
    assert agreement_to_send(catalog, "hub", "warehouse_order", on=DAY).finding.code == "no-agreement"


@pytest.mark.parametrize(
    ("kind", "code"),
    [("invoice", "partner-not-active"), ("ship_notice", "agreement-expired"), ("remittance", "no-agreement")],
)
def test_what_is_not_agreed_is_told(catalog, kind, code):
    assert agreement_to_send(catalog, "acme", kind, on=DAY).finding.code == code


def test_two_rows_between_which_nothing_decides_are_told():
    twice = ACME + '  - {set: "850", version: "005010"}\n'
    files = {"partner_profiles/us.yaml": US, "partner_profiles/acme.yaml": twice}
    found = agreement_to_send(Catalog.load(DictLibrary(files)), "acme", "purchase_order", on=DAY)
    assert found.finding.code == "agreement-ambiguous"


def test_every_set_is_named_once():
    assert len(set(SETS.values())) == len(SETS)


def lint(**texts):
    files = {"us": US + "contacts: [{role: edi, email: edi@harbor.example}]\n", **texts}
    known = Catalog.load(DictLibrary({f"partner_profiles/{name}.yaml": text for name, text in files.items()}))
    codes = ("calendar-unknown", "known-as-taken", "send-ambiguous", "folder-loop")
    return [(f.code, f.location.file.rpartition("/")[2], f.location.line, f.value) for f in check(known) if f.code in codes]


def test_a_calendar_that_nobody_knows_is_told_where_it_stands():
    expect = ACME.replace('"850", version: "004010"', '"850", version: "004010", expect: {within: 4h, calendar: usa}')
    assert lint(acme=expect + "calendar: target\n") == [("calendar-unknown", "acme.yaml", 9, "usa")]
    assert lint(us=US + "calendar: moon\n", acme=ACME) == [("calendar-unknown", "us.yaml", 4, "moon")]


def test_a_name_in_our_systems_is_one_partner_s():
    other = HUB.replace("status:", "known_as: [V-1001, acme]\nstatus:")
    assert lint(acme=ACME, hub=other) == [("known-as-taken", "hub.yaml", 4, "V-1001"), ("known-as-taken", "hub.yaml", 4, "acme")]


def test_rows_between_which_nothing_decides_are_told_before_a_document_is_held():
    twice = ACME + '  - {set: "850", version: "005010"}\n'
    assert lint(acme=twice) == [("send-ambiguous", "acme.yaml", 13, None)]
    assert lint(acme=ACME + '  - {set: "850", version: "005010", status: testing}\n') == []
    assert lint(acme=ACME + '  - {set: "856", version: "005010", from: 2026-02-01}\n') == []
    assert lint(acme=ACME, hub=HUB.replace("940", "850")) == [("send-ambiguous", "hub.yaml", 8, None)]


def test_a_folder_that_we_write_into_is_not_the_one_our_system_puts_documents_in():
    wants = "destinations: {erp: {folder: {path: erp, wants: erp}}}\n"
    assert lint(us=US + wants, acme=ACME) == [("folder-loop", "us.yaml", 4, "erp")]


def test_without_a_way_out_nothing_is_routed():
    alone = "\n".join(line for line in ACME.splitlines() if not line.startswith("channels:"))
    known = Catalog.load(DictLibrary({"partner_profiles/us.yaml": US, "partner_profiles/acme.yaml": alone}))
    assert known.outboxes("acme") == ()
