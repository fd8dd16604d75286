"""The documents that one answers: found by number, line by line; echoed where ours is silent; told where they are not known."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from own_files import own_mapping

from gateway.cli.main import main
from gateway.documents.models import DOCUMENTS, fields_of
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import Delimiters, TransactionSet
from gateway.formats.x12.tree import tree
from gateway.profiles.catalog import Catalog
from gateway.stores.library import FolderLibrary
from gateway.translate.mapping import load
from gateway.translate.rules import Echo
from gateway.translate.runtime import Context
from gateway.translate.threads import HEADER, LINES, Absent, Ambiguous, Related, echoed
from gateway.translate.writing.proof import Written, write_set
from gateway.translate.writing.writer import Writer
from tests.mappings import golden

SAMPLES = golden.ROOT / "samples" / "demo" / "lakeside"


def document(name: str) -> dict[str, Any]:
    plain = json.loads((SAMPLES / name).read_text())
    return DOCUMENTS[plain["document_type"]].model_validate_json(json.dumps(plain)).model_dump(exclude_unset=True)


ORDER = document("order.json")
ANSWER = document("answer.json")
SHIPPED = document("shipped.json")


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load(FolderLibrary(golden.ROOT))


def written(catalog: Catalog, set_id: str, said: dict[str, Any], thread: dict[str, Any]) -> Written:
    agreement = next(one for one in catalog.partners["lakeside"].agreements if one.direction == "send" and one.row.set == set_id)
    terms = catalog.terms(agreement)
    guide = golden.guide(terms.guide or "")
    return write_set(Writer(load(golden.LIBRARY, terms.mapping or "", guide, schema=fields_of), guide), said, terms=terms, thread=thread)


def errors(result: Written) -> list[str]:
    return [finding.code for finding in result.findings if finding.severity == "error"]


@pytest.mark.parametrize(("set_id", "said"), [("855", ANSWER), ("856", SHIPPED)])
def test_a_partner_who_wants_his_order_echoed_refuses_what_does_not_and_takes_what_does(catalog: Catalog, set_id: str, said: dict):
    without = written(catalog, set_id, said, {})
    assert errors(without)[0] == "write-thread-absent"
    assert "write-unfit" in errors(without)
    assert not without.sendable

    assert errors(written(catalog, set_id, said, {"order": ORDER})) == []


def test_an_acknowledgment_says_what_the_order_said_where_it_is_silent(catalog: Catalog):
    segments = written(catalog, "855", ANSWER, {"order": ORDER}).segments

    assert segments[2:] == (
        "REF*DP*042",
        "REF*IA*88120",
        "N1*ST*Lakeside Store 17*92*0017",
        "PO1*10*48*PH*12.4**IN*100-2217*VN*BN-0250",
        "ACK*IA*48*PH",
        "PO1*20*6*EA*89**IN*100-4410*VN*HD-18",
        "ACK*IA*6*EA",
        "SE*10*0001",
    )


def test_a_ship_notice_names_the_orders_department_lines_and_units_as_they_were_sent(catalog: Catalog):
    segments = written(catalog, "856", SHIPPED, {"order": [{**ORDER, "number": "another", "department": "999"}, ORDER]}).segments

    assert "REF*DP*042" in segments
    assert "REF*IA*88120" in segments  # write_only: partner.vendor_number
    assert [raw for raw in segments if raw.startswith(("LIN", "SN1"))] == [
        "LIN*10*IN*100-2217*VN*BN-0250",
        "SN1**48*PH",
        "LIN*20*IN*100-4410*VN*HD-18",
        "SN1**6*EA",
    ]


def test_what_our_document_says_itself_stands(catalog: Catalog):
    own = {**ANSWER, "department": "777"}
    result = written(catalog, "855", own, {"order": ORDER})

    assert "REF*DP*777" in result.segments
    assert "REF*DP*042" not in result.segments
    assert result.document["department"] == "777"
    assert result.document["vendor_number"] == "88120"


def test_an_order_of_another_number_is_no_thread(catalog: Catalog):
    assert errors(written(catalog, "855", ANSWER, {"order": {**ORDER, "number": "4711"}}))[0] == "write-thread-absent"


def line(**said: Any) -> dict[str, Any]:
    return {"items": [{"scheme": "vendor_item", "value": said.pop("item", "A")}], **said}


RELATED = Related(
    {
        "order": {
            "number": "1",
            "lines": [
                line(number="1", item="A", quantity={"value": Decimal(5)}),
                line(number="2", item="B", quantity={"value": Decimal(5)}),
                line(number="3", item="B", quantity={"value": Decimal(7)}),
                line(number="4", item="C", price={"amount": Decimal(1)}),
                line(number="5", item="C", price={"amount": Decimal(2)}),
            ],
        }
    },
    {},
)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ({"order_line": "2"}, "2"),
        ({"number": "002"}, "2"),
        ({"order_line": "3", "number": "1"}, "3"),
        (line(item="A"), "1"),
        (line(number="77", item="A"), "1"),
        (line(item="B", quantity={"value": Decimal(7)}), "3"),
        (line(item="B", shipped={"value": Decimal(5)}), "2"),
        (line(item="C", price={"amount": Decimal(2)}), "5"),
    ],
)
def test_a_line_answers_by_number_then_items_then_quantity_and_price(said: dict, number: str):
    assert RELATED.value(("order", "line", "number"), said) == number


def test_two_candidates_are_told_and_none_is_nothing():
    with pytest.raises(Ambiguous):
        RELATED.value(("order", "line", "number"), line(item="B"))
    assert RELATED.value(("order", "line", "number"), line(item="Z")) is None
    with pytest.raises(Absent):
        RELATED.value(("invoice", "number"))


def test_lines_that_cannot_be_matched_are_findings_of_their_own():
    echo = Echo("order", (), ("description",), None)
    _, troubles = echoed({"lines": [line(item="B"), line(item="Z"), line(item="A")]}, echo, RELATED)

    assert troubles == [("write-line-ambiguous", "lines.1", "2"), ("write-line-absent", "lines.2", "2")]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("order.department", "042"),
        ("order.references.department", "042"),
        ("order.references.buyer_reference", "R-1"),
        ("order.parties.ship_to.name", "Lakeside Store 17"),
        ("order.line.items.buyer_item", "100-2217"),
        ("order.line.quantity.unit", "XPK"),
        ("order.line.quantity.unit.as_received", "PH"),
        ("order.line.quantity.nothing", None),
    ],
)
def test_a_path_goes_through_lists_by_what_tells_their_items_apart(path: str, value: str | None):
    related = Related({"order": {**ORDER, "references": [{"qualifier": "buyer_reference", "value": "R-1"}]}}, ANSWER)

    assert related.value(path.split("."), ANSWER["lines"][0]) == value


def test_a_bare_echo_takes_whose_and_what_it_is_and_never_how_much():
    bare = Echo("order", HEADER, LINES, None)
    whole, troubles = echoed({"order": {"number": "LK-20871"}, "lines": [{"order_line": "10"}]}, bare, Related({"order": ORDER}, ANSWER))

    assert troubles == []
    assert (whole["department"], whole["vendor_number"]) == ("042", "88120")
    assert whole["lines"][0].keys() == {"order_line", "number", "items"}


OURS = """\
mapping: 1
extends: x12/004010/855
fields:
  department: 'REF[01=DP].02 | default(@order.references.department, write)'
  lines:
    order_line: {{read: PO1.01, write: "{path}"}}
"""


def ours(path: str = "@order.line.number") -> Any:
    return own_mapping(OURS.format(path=path), "x12/004010/855", schema=fields_of)


def test_rules_look_at_the_document_answered_when_writing():
    mapping = ours()
    assert mapping.findings == ()
    said = {**ANSWER, "lines": [{name: value for name, value in one.items() if name != "order_line"} for one in ANSWER["lines"]]}
    result = write_set(Writer(mapping, golden.guide("x12/004010/855")), said, thread={"order": ORDER})

    assert errors(result) == []
    assert "REF*DP*042" in result.segments
    assert [raw.split("*")[1] for raw in result.segments if raw.startswith("PO1")] == ["10", "20"]
    alone = write_set(Writer(mapping, golden.guide("x12/004010/855")), said)
    assert set(errors(alone)) == {"write-thread-absent"}


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("@ordr.number", "did you mean 'order'"),
        ("@order.departmnt", "did you mean 'department'"),
        ("@order.line.itms", "did you mean 'items'"),
        ("@order.number.of", ""),
    ],
)
def test_a_path_that_leads_nowhere_is_told_by_lint(path: str, hint: str):
    (finding,) = ours(path).findings

    assert finding.code == "mapping-thread-unknown"
    assert path in finding.message
    assert hint in finding.message


def test_rules_look_at_the_document_answered_when_reading():
    text = OURS.format(path="@order.line.number").replace("{read: PO1.01, write", "{read: '@order.line.number', write")
    mapping = own_mapping(text, "x12/004010/855", schema=fields_of)
    raws = ["ST*855*0001", "BAK*00*AC*LK-20871*20260302", "PO1**6*EA***VN*HD-18", "SE*4*0001"]
    one = TransactionSet(raws, raws, Delimiters(), 1, 0, 1, 1, "855", "0001")
    validate(golden.guide("x12/004010/855"), one)
    root = tree(golden.guide("x12/004010/855"), one)
    read = mapping.read(root, Context(thread={"order": ORDER}))

    assert read.findings == []
    assert (read.documents[0]["department"], read.documents[0]["lines"][0]["order_line"]) == ("042", "20")
    assert "thread-absent" in [finding.code for finding in mapping.read(root, Context()).findings]
    twice = {**ORDER, "lines": [*ORDER["lines"], dict(ORDER["lines"][1])]}
    assert "thread-line-ambiguous" in [f.code for f in mapping.read(root, Context(thread={"order": twice})).findings]


def test_the_command_takes_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("GATEWAY_PROJECT", raising=False)
    CliRunner().invoke(main, ["init", str(tmp_path / "ours")])
    monkeypatch.chdir(tmp_path / "ours")
    words = ["x12", "write", "samples/demo/lakeside/answer.json", "--partner", "lakeside"]

    assert CliRunner().invoke(main, words).exit_code == 5
    done = CliRunner().invoke(main, [*words, "--order", "samples/demo/lakeside/order.json"])
    assert done.exit_code == 0
    assert "REF*DP*042~" in done.stdout


def test_dates_of_the_order_do_not_become_ours(catalog: Catalog):
    result = written(catalog, "855", ANSWER, {"order": {**ORDER, "requested_delivery": date(2026, 4, 1)}})

    assert "requested_delivery" not in result.document
