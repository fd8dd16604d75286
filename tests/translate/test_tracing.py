"""What became of every element of a set, and what no rule read."""

import pytest

from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.reader import read
from gateway.profiles.guide import load_guide
from gateway.stores.library import FolderLibrary
from gateway.translate.mapping import load
from gateway.translate.origins import origins
from gateway.translate.tracing import lines_of, traced_set
from tests.mappings import golden
from tests.translate.small_sets import mapping, tree_of

LIBRARY = FolderLibrary()
ISA = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *240102*0304*U*00401*000000001*0*T*>~"


def followed(set_id, *segments, group="PO"):
    """A set of these segments between ST and SE, followed under the standard guide and mapping."""
    body = [f"ST*{set_id}*0001", *segments, f"SE*{len(segments) + 2}*0001"]
    whole = [f"GS*{group}*SENDER*RECEIVER*20240102*0304*1*X*004010", *body, "GE*1*1", "IEA*1*000000001"]
    data = (ISA + "".join(f"{segment}~" for segment in whole)).encode()
    (found,) = [event.transaction_set for event in read([data]) if isinstance(event, SetRead)]
    name = f"x12/004010/{set_id}"
    guide = load_guide(LIBRARY, name)
    return traced_set(None, guide, load(LIBRARY, name, guide), found)


def cells(tracing, name):
    return {(cell.element, cell.component): cell for piece in tracing.pieces if piece.name == name for cell in piece.cells}


@pytest.fixture(scope="module")
def order():
    return followed(
        "850",
        "BEG*00*SA*PO-1**20240102",
        "REF*DP*042",
        "PO1*1*5*EA*9.95**VP*A-1",
        "MEA*PD*LN*12.5*IN>2>1",
        "N1*ST**92*7",
        "CTT*1",
    )


def test_an_element_knows_the_fields_it_became_and_the_rule_that_read_it(order):
    quantity = cells(order, "PO1")[2, 0]
    assert (quantity.name, quantity.text, quantity.state) == ("quantity ordered", "5", "read")
    (use,) = quantity.uses
    assert (use.document, use.field) == (1, "lines.1.quantity.value")
    assert use.rule.startswith("mappings/x12/004010/850.yaml:")


def test_a_qualifier_that_chose_a_field_is_told_apart_from_its_value(order):
    found = cells(order, "REF")
    assert found[1, 0].state == "decided"
    assert (found[2, 0].state, found[2, 0].uses[0].field) == ("read", "department")


def test_bounds_of_the_set_are_computed(order):
    assert {cell.state for cell in cells(order, "ST").values()} == {"computed"}


def test_a_component_that_no_rule_names_is_unread_beside_one_that_became_a_value(order):
    found = cells(order, "MEA")
    assert (found[4, 1].state, found[4, 1].uses[0].field) == ("read", "lines.1.measurements.1.unit")
    assert [found[4, n].state for n in (2, 3)] == ["unread", "unread"]


def test_what_no_rule_reads_is_unread_and_everything_else_is_not():
    tracing = followed("850", "BEG*00*SA*PO-1**20240102", "SPI*W4*A1", "PO1*1*5*EA*9.95**VP*A-1", "CTT*1")
    left = [(piece.position, piece.name, cell.element, cell.text) for piece in tracing.pieces for cell in piece.unread]
    assert left == [(2, "SPI", 1, "W4"), (2, "SPI", 2, "A1")]
    readable, unread = tracing.counts()
    assert (readable, unread) == (13, 2)


def test_levels_stand_as_deep_as_they_nest():
    tracing = followed(
        "856", "BSN*00*S-1*20240102*0304", "HL*1**S", "HL*2*1*O", "PRF*PO-1", "HL*3*2*I", "LIN**VP*A-1", "SN1**5*EA", group="SH"
    )
    depth = {piece.loop: piece.depth for piece in tracing.pieces}
    assert [depth[f"HL[{n}]"] for n in (1, 2, 3)] == [1, 2, 3]
    assert cells(tracing, "HL")[3, 0].state == "computed"


@pytest.mark.parametrize("case", golden.cases(), ids=lambda case: f"{case.parent.name}/{case.name}")
def test_every_value_with_a_place_is_found_from_its_element_too(case):
    for event in read([(case / "input.edi").read_bytes()]):
        if not isinstance(event, SetRead):
            continue
        name = LIBRARY.names(f"mappings/x12/{event.group.version[:6]}/{event.transaction_set.id}.yaml")
        if not name:
            continue
        mapping_name = name[0].removeprefix("mappings/").removesuffix(".yaml")
        guide = load_guide(LIBRARY, mapping_name)
        tracing = traced_set(None, guide, load(LIBRARY, mapping_name, guide), event.transaction_set)
        forwards = {
            (number, one.field, one.position, one.element)
            for number, found in enumerate(tracing.origins, 1)
            for one in found
            if one.position is not None and one.element
        }
        backwards = {
            (use.document, use.field, piece.position, cell.element) for piece in tracing.pieces for cell in piece.cells for use in cell.uses
        }
        assert forwards == backwards
        assert len(tracing.pieces) == len(event.transaction_set.segments)


def test_a_document_is_told_line_by_line_with_origins():
    found = list(lines_of({"number": "1", "lines": [{"quantity": {"value": "5"}}], "flag": True}, []))
    assert [(line.depth, line.name, line.text, line.field) for line in found] == [
        (0, "number", "1", "number"),
        (0, "lines", "", "lines"),
        (1, "1", "", "lines.1"),
        (2, "quantity", "", "lines.1.quantity"),
        (3, "value", "5", "lines.1.quantity.value"),
        (0, "flag", "true", "flag"),
    ]


def test_a_text_put_together_of_several_segments_names_them_all():
    tracing = followed("850", "BEG*00*SA*PO-1**20240102", "N9*ZZ*X", "MSG*Ring the bell.", "MSG*Dock 4.", "PO1*1*5*EA*9.95**VP*A-1")
    came = [(origin.segment, origin.position, origin.element) for origin in tracing.origins[0] if origin.field == "notes.1.text"]

    assert tracing.documents[0]["notes"][0]["text"] == "Ring the bell.\nDock 4."
    assert came == [("MSG", 3, 1), ("MSG", 4, 1)]
    assert [[use.field for use in cell.uses] for piece in tracing.pieces if piece.name == "MSG" for cell in piece.cells] == [
        ["notes.1.text"]
    ] * 2


def test_parts_that_a_call_puts_together_are_told_and_what_is_absent_is_not():
    rules = mapping('fields:\n  n: concat(BEG.03, "/", BEG.04)\n  m: concat(BEG.03, "-", BEG.05)\n')
    (found,) = origins(rules, tree_of("BEG*00*SA*PO-1**20240102", placed=True))

    assert [(one.field, one.segment, one.element) for one in found if one.segment] == [("n", "BEG", 3), ("m", "BEG", 3), ("m", "BEG", 5)]
