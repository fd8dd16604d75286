"""What a document was made under is archived whole: terms, mapping, guide and tables are read again as they were."""

import shutil

import pytest

from gateway.cli.origins import origins
from gateway.profiles.terms import address_of
from gateway.stores.sql import views
from gateway.wiring import open_gateway
from gateway.worker.loop import Worker


@pytest.fixture
def gateway(tmp_path, clone):
    shutil.copytree(clone / "partner_profiles", tmp_path / "partner_profiles")
    (tmp_path / "inbox" / "riverside").mkdir(parents=True)
    for name in ("orders.edi", "orders-webshop.csv"):
        shutil.copyfile(clone / "samples" / "demo" / "riverside" / name, tmp_path / "inbox" / "riverside" / name)
    (tmp_path / "mappings" / "riverside").mkdir(parents=True)
    shutil.copyfile(clone / "mappings" / "riverside" / "orders.yaml", tmp_path / "mappings" / "riverside" / "orders.yaml")
    gateway = open_gateway(tmp_path)
    Worker(gateway).run_until_idle()
    while any(inbox.unsettled for inbox in gateway.inboxes.values()):
        Worker(gateway).run_until_idle()
    yield gateway
    gateway.close()


def test_every_text_that_the_terms_name_is_archived_under_its_address(gateway):
    made = {row["terms"] for row in views.documents(gateway.database)}
    for address in made:
        terms, library = gateway.recorded(address)
        assert terms.hash == address
        assert {name for name, _ in terms.sources} == set(library.names("mappings/"))
        assert all(address_of(library.read(name)) == text for name, text in terms.sources)
        assert f"mappings/{terms.mapping}.yaml" in library.names("mappings/")


def test_after_the_mapping_changed_what_was_recorded_is_what_was(gateway, tmp_path):
    row = next(row for row in views.documents(gateway.database) if row["set_id"] == "delimited")
    path = tmp_path / "mappings" / "riverside" / "orders.yaml"
    before = path.read_text()
    path.write_text(before + "# changed\n")
    again = open_gateway(tmp_path)
    terms, library = again.recorded(row["terms"])
    assert library.read("mappings/riverside/orders.yaml") == before
    agreement = again.catalog().agreement_for_file("orders-webshop.csv", partner="riverside").agreement
    assert again.catalog().terms(agreement).hash != terms.hash
    again.close()


@pytest.mark.parametrize("set_id", ["delimited", "850"])
def test_origins_are_by_the_recorded_terms_whatever_the_profile_says_today(gateway, tmp_path, set_id):
    row = next(row for row in views.documents(gateway.database, state="done") if row["set_id"] == set_id)
    facts = views.document_of(gateway.database, row["id"])
    before = origins(gateway, facts)
    assert (len(before.found) > 5, before.as_recorded) == (True, True)
    for path in (tmp_path / "partner_profiles").glob("riverside.yaml"):
        path.write_text("partner: riverside\n")
    (tmp_path / "mappings" / "riverside" / "orders.yaml").write_text("mapping: 1\n")
    again = open_gateway(tmp_path)
    assert origins(again, facts) == before
    again.close()


def test_terms_that_are_gone_or_of_another_form_are_told(gateway):
    with pytest.raises(LookupError):
        gateway.recorded("0" * 64)
    with pytest.raises(LookupError):
        gateway.recorded(None)
    other = gateway.archive.put([b'{"terms": 99}'])
    with pytest.raises(LookupError, match="another version"):
        gateway.recorded(other.address)
