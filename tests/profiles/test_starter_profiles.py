"""The partner profiles that every project begins with are without a finding, and show what they are meant to show."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from gateway.profiles.catalog import Catalog
from gateway.profiles.guide import load_guide
from gateway.profiles.lint import check
from gateway.stores.library import FolderLibrary

US = ("ZZ", "HARBORDIST")


@pytest.fixture(scope="module")
def world(clone: Path) -> Catalog:
    return Catalog.load(FolderLibrary(clone))


def test_they_have_no_mistakes(world: Catalog) -> None:
    assert [f"{f.location.file}:{f.location.line} {f.message}" for f in check(world)] == []
    assert sorted(world.partners) == ["acme", "bolt", "lakeside", "riverside"]


def test_the_customers_orders_come_in_x12_and_csv(world: Catalog) -> None:
    order = world.agreement(
        ("12", "5550170"), US, "850", "004010", group_sender="RIVERSIDE", group_receiver="HARBORDIST", channel="riverside/in/1"
    )
    assert order.agreement is not None
    terms = world.terms(order.agreement)
    assert (terms.deliver_to, terms.answer.form, terms.guide, terms.mapping) == (("erp",), "997", "x12/004010/850", "x12/004010/850")
    csv = world.agreement_for_file("orders-2026-11-21.csv", channel="riverside/in/1")
    assert csv.agreement is not None
    assert world.terms(csv.agreement).mapping == "riverside/orders"


def test_a_supplier_says_only_what_is_different(world: Catalog) -> None:
    terms = {}
    for set_id in ("855", "856", "810"):
        found = world.agreement(("01", "123456789"), US, set_id, "004010")
        assert found.agreement is not None
        terms[set_id] = world.terms(found.agreement)
    assert {s: (t.mapping, t.guide, t.deliver_to) for s, t in terms.items()} == {
        "855": ("x12/004010/855", "x12/004010/855", ("erp",)),
        "856": ("acme/856", "x12/004010/856", ("erp", "warehouse")),
        "810": ("x12/004010/810", "acme/810", ("erp",)),
    }
    assert terms["856"].service_levels == {"acknowledge_order": 86400, "ship_notice_before_delivery": 14400}


def test_a_supplier_under_test_reaches_no_production_system(world: Catalog) -> None:
    found = world.agreement_for_file("shipped-17.csv", channel="bolt/in/1")
    assert found.agreement is not None
    terms = world.terms(found.agreement)
    assert (terms.test, terms.deliver_to) == (True, ("erp-test",))


def test_the_guide_of_a_partner_differs_from_the_standard_one(world: Catalog) -> None:
    assert load_guide(world.library, "acme/810") != load_guide(world.library, "x12/004010/810")


def test_each_file_names_a_schema_that_is_there_and_fits(clone: Path) -> None:
    files = sorted((clone / "partner_profiles").rglob("*.yaml"))
    assert len(files) >= 5
    for file in files:
        named = re.match(r"# yaml-language-server: \$schema=(\S+)\n", file.read_text(encoding="utf-8"))
        assert named is not None, file
        schema = json.loads((file.parent / named.group(1)).read_text(encoding="utf-8"))
        assert list(Draft7Validator(schema).iter_errors(yaml.safe_load(file.read_text(encoding="utf-8")))) == [], file
