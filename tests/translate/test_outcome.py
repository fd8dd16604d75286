"""One set is one call: where it is held, what its findings say, where each value came from, what was not read."""

import pickle
from decimal import Decimal

import pytest
from small_sets import GUIDES, mapping, transaction_set

from gateway.documents.models import as_json
from gateway.stores.library import FolderLibrary
from gateway.translate.mapping import load
from gateway.translate.outcome import origins_of, translate_set

GUIDE = GUIDES.guide("x12/004010/850")
STANDARD = load(FolderLibrary(), "x12/004010/850", GUIDE)
ORDER = "BEG*00*SA*4711**20260131\nREF*DP*077\nDTM*002*20260215\nN1*ST*Store*92*07\nPO1*1*10*EA*9.95*PE*UP*042\nPID*F*08***Widget"


def outcome(body, made=STANDARD):
    found = transaction_set(body)
    return translate_set(None, GUIDE, made, found), found


def text_at(found, location):
    """What stands in the file at the place of a finding."""
    whole = "".join(piece + "~" for piece in found.pieces)
    return whole[location.offset - found.offset : location.offset - found.offset + location.length]


def test_a_good_set_becomes_a_document_and_is_held_nowhere():
    made, _ = outcome(ORDER)
    assert (made.verdict, made.verb, made.findings) == ("A", None, ())
    assert made.documents[0]["number"] == "4711"
    assert as_json(made.documents[0]).startswith(b'{"document_type":"purchase_order","schema_version":"1.0"')


def test_an_outcome_and_what_it_is_made_of_can_be_pickled():
    made, found = outcome(ORDER)
    assert pickle.loads(pickle.dumps(made)) == made
    assert pickle.loads(pickle.dumps(found)).segments == found.segments


def test_a_set_that_is_wrong_as_x12_is_refused_and_has_no_document():
    made, _ = outcome(ORDER.replace("BEG*00*SA*4711**20260131", "BEG*00*SA***20260131"))
    assert (made.verdict, made.verb, made.documents) == ("R", "validate", ())


def test_a_value_without_meaning_holds_the_set_at_map_and_accepts_it_in_the_answer():
    made, found = outcome(ORDER.replace("*EA*", "*CS*"))
    assert (made.verdict, made.verb, made.documents) == ("A", "map", ())
    finding = next(f for f in made.findings if f.severity == "error")
    assert (finding.code, finding.layer, finding.location.segment_position, finding.location.element) == (
        "code-without-meaning",
        "business",
        6,
        3,
    )
    assert text_at(found, finding.location) == "CS"


def test_what_the_schema_refuses_holds_the_set_at_check_with_the_place_it_came_from():
    rules = "fields:\n  number: BEG.03\n  date: BEG.02\n"
    made, found = outcome(ORDER, mapping(rules))
    assert (made.verdict, made.verb) == ("A", "check")
    finding = next(f for f in made.findings if f.location.field == "date")
    assert (finding.code, text_at(found, finding.location)) == ("document-invalid", "SA")


def test_half_a_mapping_makes_no_documents():
    made, _ = outcome(ORDER, mapping("fields:\n  number: BEG.99\n"))
    assert (made.verdict, made.verb) == ("A", "map")
    assert made.findings[-1].code == "mapping-broken"
    assert "mappings/t.yaml:5" in made.findings[-1].message


def test_no_mapping_is_told():
    made, _ = outcome(ORDER, None)
    assert (made.verb, made.findings[-1].code) == ("map", "guide-none")


def test_blanks_at_the_end_of_elements_are_padding():
    made, _ = outcome(ORDER.replace("*Store*", "*Store   *").replace("*DP*077", "*DP *077 "))
    assert made.documents[0]["parties"][0]["name"] == "Store"
    assert made.documents[0]["department"] == "077"


def test_every_value_knows_its_segment_element_offset_and_rule():
    made, found = outcome(ORDER)
    origins = {origin.field: (origin, location) for origin, location in origins_of(None, GUIDE, STANDARD, found)[0]}
    for field, text in (
        ("number", "4711"),
        ("department", "077"),
        ("lines.1.quantity.value", "10"),
        ("lines.1.items.1.value", "042"),
        ("parties.1.name", "Store"),
    ):
        origin, location = origins[field]
        assert text_at(found, location) == text
        assert origin.rule.startswith("mappings/x12/004010/850.yaml:")
    assert {"document_type", "schema_version"}.isdisjoint(origins)
    values = {"number", "date", "purpose", "kind", "department", "requested_delivery", "lines.1.price.amount", "lines.1.description"}
    assert values <= set(origins)
    assert made.documents[0]["lines"][0]["price"]["amount"] == Decimal("9.95")


def test_what_no_rule_reads_is_kept_with_its_place():
    rules = "fields:\n  number: BEG.03\n  lines: {for_each: PO1, number: PO1.01, text: 'PID[01=F].05'}"
    found = mapping(rules).read(tree(ORDER + "\nPID*X*09*AB*1*coded"))
    left = found.documents[0]["unmapped"]
    assert sorted((row["position"], row.get("loop"), row["segment"], row["elements"]) for row in left) == [
        (2, None, "BEG", {"01": "00", "02": "SA", "05": "20260131"}),
        (3, None, "REF", {"01": "DP", "02": "077"}),
        (4, None, "DTM", {"01": "002", "02": "20260215"}),
        (5, "N1[1]", "N1", {"01": "ST", "02": "Store", "03": "92", "04": "07"}),
        (6, "PO1[1]", "PO1", {"02": "10", "03": "EA", "04": "9.95", "05": "PE", "06": "UP", "07": "042"}),
        (7, "PO1[1]/PID[1]", "PID", {"02": "08"}),
        (8, "PO1[1]/PID[2]", "PID", {"01": "X", "02": "09", "03": "AB", "04": "1", "05": "coded"}),
    ]


def tree(body):
    from small_sets import tree_of

    return tree_of(body, placed=True)


@pytest.mark.parametrize(
    "body", ["", "BEG", "BEG*00*SA*1**20260101\nPO1", "PO1*1\nBEG*00*SA*1**20260101\nBEG*00*SA*2**20260101", "XXX*1\nHL*1\nPO1*****"]
)
def test_no_set_makes_the_call_raise(body):
    made, _ = outcome(body)
    assert made.verdict in "AER"
