"""What a mapping proves of its documents need not be looked at; what it does not prove is found exactly as before."""

import pytest
from small_sets import GUIDES, library, mapping, transaction_set

from gateway.documents.models import problems, sure
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.tree import tree
from gateway.stores.library import FolderLibrary
from gateway.translate.giving import given_by
from gateway.translate.mapping import load
from gateway.translate.outcome import completed, context_of

GUIDE = GUIDES.guide("x12/004010/850")
ORDER = "BEG*00*SA*4711**20260131\nDTM*002*20260215\nN1*ST*Store*92*07\nPO1*1*10*EA*9.95*PE*UP*042\nPID*F*08***Widget"


def document_of(made, body=ORDER):
    found = transaction_set(body)
    validate(GUIDE, found)
    reading = made.read(tree(GUIDE, found), context_of(None, found))
    return completed(reading.documents[0], None, None, 0, 1)


WRONG = {
    "a text where a date belongs": ("number: BEG.03\n  date: BEG.02", "date"),
    "a text where a number belongs": ("number: BEG.03\n  total: BEG.02", "total"),
    "a number where a text belongs": ("number: BEG.03 | integer", "number"),
    "a constant of another type": ("number: BEG.03\n  date: const(SA)", "date"),
    "a default of another type": ("number: BEG.03\n  date: BEG.04 ?? const(none)", "date"),
    "a text inside an object": (
        "number: BEG.03\n  lines: {for_each: PO1, ordinal: ordinal(), quantity: {value: PO1.03}}",
        "lines.1.quantity.value",
    ),
    "a list where an object belongs": ("number: BEG.03\n  envelope: {for_each: N1, partner: N1.01}", "envelope"),
    "an object where a list belongs": ("number: BEG.03\n  parties: {role: N1.01}", "parties"),
    "a text where an object belongs": ("number: BEG.03\n  envelope: BEG.03", "envelope"),
    "a field that the model does not have": (
        "number: BEG.03\n  parties: {for_each: N1, role: N1.01, nickname: N1.02}",
        "parties.1.nickname",
    ),
    "a required field that no rule gives": ("number: BEG.03\n  parties: {for_each: N1, name: N1.02}", "parties.1.role"),
    "a required field that the set does not have": (
        "number: BEG.03\n  parties: {for_each: N1, role: N1.05, name: N1.02}",
        "parties.1.role",
    ),
    "a required field of the document itself": ("purpose: BEG.01", "number"),
    "a wrong branch of a case": ("number: BEG.03\n  case: {BEG.02: {SA: {date: BEG.02}, else: {date: BEG.05 | date}}}", "date"),
    "a second source of a list": (
        "number: BEG.03\n  parties:\n    - {for_each: N1, role: N1.01}\n    - {for_each: DTM, name: DTM.01}",
        "parties.2.role",
    ),
    "pairs where other items belong": ("number: BEG.03\n  lines: {pairs: PO1.06-09}", "lines.1.scheme"),
    "what a mapping cannot know": ("number: BEG.03\n  total: coalesce(BEG.02)", "total"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_found_as_by_looking_at_everything(what):
    rules, field = WRONG[what]
    made = mapping(f"fields:\n  {rules}\n")
    document = document_of(made)
    found = made.problems(document)
    assert found == problems(document)
    assert field in [problem.field for problem in found]


def test_a_proven_document_is_not_looked_at_again():
    made = mapping("fields:\n  number: BEG.03\n  date: BEG.05 | date\n  parties: {for_each: N1, role: N1.01}\n")
    look = sure("purchase_order", given_by(made.rules))
    document = document_of(made)
    assert look.fits(document)
    assert look.fits({**document, "date": "what no rule of this mapping gives"})
    assert not look.fits({**document, "parties": [{"name": "without a role"}]})


NOTICE = (
    "BSN*00*S1*20260101*1200\nHL*1**S\nREF*BM*77\nHL*2*1*O\nPRF*4711\nHL*3*2*P\nMAN*GM*000000000000000017\n"
    "HL*4*3*I\nLIN*1*UP*042\nSN1*1*5*EA\nHL*5*2*I\nLIN*2*UP*042\nPRF*12\nSN1*2*5*EA\nCTT*5"
)
LEVELS = """
  S: {fields: {bill_of_lading: "REF[01=BM].02"}}
  O: {key: PRF.01, fields: {order: {number: PRF.01}}}
  P: {key: MAN.02, kind: carton, fields: {identifier: MAN.02}}
  I: {key: LIN.01, fields: {number: LIN.01, order_reference: {number: PRF.01}, shipped: {value: SN1.02 | decimal, unit: SN1.03}}}
"""
WRONG_LEVELS = {
    "a text where a number belongs": ("SN1.02 | decimal", "SN1.03", "lines.1.shipped.value"),
    "what a contents row takes over": ("SN1.02 | decimal", "SN1.03", "contents.1.quantity"),
    "a number where a text belongs": ("LIN.01, order", "LIN.01 | integer, order", "lines.1.number"),
    "a field that a level does not have": ("identifier: MAN.02", "nickname: MAN.02", "handling_units.1.nickname"),
    "a kind where the model has none": ("I: {key", "I: {kind: item, key", "lines.1.kind"),
    "a field of an order that is none": ("order: {number: PRF.01}", "order: {number: PRF.01 | integer}", "orders.1.order.number"),
    "a shipment that is not one": (
        'bill_of_lading: "REF[01=BM].02"',
        'bill_of_lading: "REF[01=BM].02 | integer"',
        "shipment.bill_of_lading",
    ),
    "a list that the document does not have": ("O: {key", "O: {list: parcels, key", "parcels"),
    "a required field inside a level": (
        "identifier: MAN.02",
        "marks: [{for_each: MAN, value: MAN.02}]",
        "handling_units.1.marks.1.qualifier",
    ),
}


def notice_of(made):
    found = transaction_set(NOTICE, "856")
    guide = GUIDES.guide("x12/004010/856")
    validate(guide, found)
    reading = made.read(tree(guide, found), context_of(None, found))
    return completed(reading.documents[0], None, None, 0, 1)


def levels(rules):
    return load(library(f"fields: {{number: BSN.02}}\nhierarchy:{rules}", "x12/004010/856", "ship_notice"), "t")


@pytest.mark.parametrize("what", WRONG_LEVELS)
def test_what_is_wrong_in_a_level_is_found_as_by_looking_at_everything(what):
    was, becomes, field = WRONG_LEVELS[what]
    assert was in LEVELS
    made = levels(LEVELS.replace(was, becomes))
    document = notice_of(made)
    found = made.problems(document)
    assert found == problems(document)
    assert field in [problem.field for problem in found]


def test_levels_that_are_proven_are_not_looked_at_again():
    made = levels(LEVELS)
    look = sure("ship_notice", given_by(made.rules))
    document = notice_of(made)
    assert look.fits(document)
    assert look.fits({**document, "lines": [{"ordinal": "what no level gives"}]})


def test_split_sets_are_looked_at_whole():
    made = mapping("fields:\n  number: BEG.03\nsplit_by: lines.number\n")
    assert not given_by(made.rules).known


@pytest.mark.parametrize(
    "name", [name.removeprefix("mappings/")[:-5] for name in FolderLibrary().names("mappings/x12/") if ".test." not in name]
)
def test_every_standard_mapping_gives_only_what_its_document_takes(name):
    made = load(FolderLibrary(), name)
    given = given_by(made.rules)
    assert given.known
    assert sure(made.document, given) is not None
