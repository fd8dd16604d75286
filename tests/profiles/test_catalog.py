"""Which agreement is at hand: identities, versions, usage, channels, dates; a bad profile disables only itself."""

import pickle
from datetime import date

import pytest
from profile_files import ACME, BOLT, US, catalog

from gateway.profiles.catalog import Catalog, Found

ACME_ID = ("01", "123456789")
US_ID = ("ZZ", "HARBOR")


def received(
    found_in: Catalog, sender: tuple[str, str] = ACME_ID, set_id: str = "855", version: str = "004010", usage: str = "P", **more: object
) -> Found:
    return found_in.agreement(sender, US_ID, set_id, version, usage, **more)  # type: ignore[arg-type]


def code(found: Found) -> str | None:
    return found.finding.code if found.finding else None


def test_the_world_of_these_tests_is_without_findings() -> None:
    world = catalog()
    assert world.findings == ()
    assert sorted(world.partners) == ["acme", "bolt", "corner"]


def test_an_agreement_is_found_by_ids_set_and_version() -> None:
    found = received(catalog())
    assert found.finding is None
    assert found.agreement is not None
    assert found.agreement.name == "acme/receive/855/004010"
    assert (found.agreement.identity, found.agreement.ours, found.agreement.status) == ("main", "main", "production")
    assert found.agreement.row.deliver_to == ["erp"]


def test_padding_of_ids_is_no_difference_but_case_and_qualifier_are() -> None:
    world = catalog()
    assert code(received(world, ("01", "123456789      "))) is None
    assert code(received(world, ("ZZ", "123456789"))) == "unknown-partner"
    assert code(received(world, ("ZZ", "acmetest"), usage="T")) == "unknown-partner"


def test_an_unknown_sender_is_told_with_the_nearest_identity() -> None:
    found = received(catalog(), ("01", "123456798"))
    assert found.partner is None
    assert found.finding is not None
    assert found.finding.message == "The sender '01/123456798' is no trading partner's identity; did you mean '01/123456789'?"


def test_the_longest_version_that_fits_wins() -> None:
    world = catalog()
    names = {v: a.name for v in ("004010", "004010VICS", "004010UCS") if (a := received(world, set_id="856", version=v).agreement)}
    assert names == {
        "004010": "acme/receive/856/004010",
        "004010VICS": "acme/receive/856/004010VICS",
        "004010UCS": "acme/receive/856/004010",
    }


def test_a_version_that_is_not_agreed_is_told_with_what_is() -> None:
    found = received(catalog(), version="003060")
    assert found.partner == "acme"
    assert found.finding is not None
    assert found.finding.message == (
        "Acme Supply has no agreement to receive 855 in 003060; agreed is: to receive 855 in 004010, to receive 855 in 005010"
    )
    assert [(a.segment, a.element, a.code) for a in found.finding.ack] == [("AK5", "AK502", "1")]


def test_a_set_that_we_only_send_is_not_received() -> None:
    assert code(received(catalog(), set_id="850")) == "no-agreement"
    assert catalog().sending("acme", "850").finding is None
    assert code(catalog().sending("acme", "855")) == "no-agreement"
    assert code(catalog().sending("acmee", "850")) == "partner-unknown"


def test_an_identity_for_test_fits_only_interchanges_marked_as_test() -> None:
    world = catalog()
    assert code(received(world, ("ZZ", "ACMETEST"), usage="P")) == "unknown-partner"
    found = received(world, ("ZZ", "ACMETEST"), usage="T")
    assert found.agreement is not None
    assert (found.agreement.identity, found.agreement.usage) == ("test", "T")


def test_the_group_sender_must_be_the_identitys_where_it_has_one() -> None:
    world = catalog()
    assert code(received(world, group_sender="ACME")) is None
    assert code(received(world, group_sender="OTHER")) == "unknown-partner"
    assert code(received(world, ("01", "987654321"), "810", group_sender="ANYTHING", on=date(2026, 2, 1))) is None


def test_two_partners_of_one_interchange_id_are_told_apart_by_group() -> None:
    twin = ACME.replace("partner: acme", "partner: twin").replace("name: Acme Supply", "name: Twin").replace("gs: ACME}", "gs: TWIN}")
    world = catalog(twin=twin.replace("ZZ/ACMETEST", "ZZ/TWINTEST"))
    assert received(world, group_sender="TWIN").partner == "twin"
    assert received(world, group_sender="ACME").partner == "acme"
    # without the group nothing decides, so nobody is chosen by chance
    assert code(world.party(ACME_ID, US_ID)) == "unknown-partner"


def test_a_receiver_who_is_not_us_is_told_and_the_partner_is_known() -> None:
    found = catalog().agreement(ACME_ID, ("ZZ", "HARBOUR"), "855", "004010")
    assert found.partner == "acme"
    assert found.finding is not None
    assert (found.finding.code, found.finding.ack[0].code) == ("not-for-us", "009")
    assert found.finding.message.endswith("did you mean 'ZZ/HARBOR'?")
    assert code(catalog().agreement(ACME_ID, US_ID, "855", "004010", group_receiver="OTHER")) == "not-for-us"


def test_an_identity_on_a_channel_that_does_not_carry_it_is_a_mismatch() -> None:
    world = catalog()
    assert code(received(world, channel="acme/in/1")) is None
    assert code(received(world, channel="bolt/in/1")) == "channel-mismatch"
    assert code(received(world, channel="van-east/in/1")) == "channel-mismatch"
    assert code(received(world, ("12", "5551234"), "850", channel="van-east/in/1")) is None


def test_a_draft_and_a_suspended_partner_are_not_worked() -> None:
    for status in ("draft", "suspended"):
        found = received(catalog(acme=ACME.replace("status: production", f"status: {status}")))
        assert code(found) == "partner-not-active"
        assert found.partner == "acme"


def test_a_row_may_have_a_status_of_its_own_unless_the_partner_is_suspended() -> None:
    row = received(catalog(), version="005010").agreement
    assert row is not None
    assert row.status == "testing"
    assert code(received(catalog(acme=ACME.replace("status: production", "status: suspended")), version="005010")) == "partner-not-active"


def test_an_agreement_is_valid_on_its_days_only() -> None:
    world = catalog()
    found = {
        day: code(received(world, ("01", "987654321"), "810", on=day))
        for day in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    }
    assert list(found.values()) == ["no-agreement", None, None, "no-agreement"]


def test_a_997_needs_no_row_and_is_never_answered() -> None:
    found = received(catalog(), set_id="997")
    assert found.agreement is not None
    assert (found.agreement.row.answer.form, found.agreement.row.deliver_to) == ("none", [])


def test_a_tie_is_never_decided_by_chance() -> None:
    found = received(catalog(bolt=BOLT + '  - {set: "810", version: "004010"}\n'), ("01", "987654321"), "810", on=date(2026, 2, 1))
    assert code(found) == "agreement-ambiguous"


def test_a_file_without_envelope_is_found_by_channel_and_name() -> None:
    world = catalog()
    found = world.agreement_for_file("ASN-17.CSV", channel="bolt/in/1")
    assert found.agreement is not None
    assert found.agreement.row.document == "ship_notice"
    assert code(world.agreement_for_file("orders.csv", channel="bolt/in/1")) == "no-agreement"
    assert code(world.agreement_for_file("asn-1.csv", channel="acme/in/1")) == "no-agreement"
    assert world.agreement_for_file("asn-1.csv", partner="bolt", form="delimited").finding is None
    assert code(world.agreement_for_file("asn-1.csv", partner="bolt", form="xml")) == "no-agreement"
    assert code(world.agreement_for_file("asn-1.csv", partner="blot")) == "partner-unknown"


def test_the_more_telling_file_pattern_wins() -> None:
    more = BOLT + '  - {document: invoice, format: delimited, pattern: "*.csv", mapping: bolt/asn}\n'
    world = catalog(bolt=more)
    found = {n: a.row.document for n in ("asn-1.csv", "x.csv") if (a := world.agreement_for_file(n, channel="bolt/in/1").agreement)}
    assert found == {"asn-1.csv": "ship_notice", "x.csv": "invoice"}


@pytest.mark.parametrize(
    "bad",
    [
        "partner: [",
        "partner: bolt\nname: Bolt\nstatus: on\nidentities: {main: {isa: 01/987654321}}\n",
        "- 1",
        "\x00",
        BOLT.replace("partner: bolt", "partner: blt"),
    ],
)
def test_a_bad_profile_disables_only_itself(bad: str) -> None:
    world = catalog(bolt=bad)
    assert sorted(world.partners) == ["acme", "corner"]
    assert list(world.broken) == ["bolt"]
    assert world.findings
    assert all(f.location.file == "partner_profiles/bolt.yaml" and f.location.line for f in world.findings)
    assert code(received(world)) is None


def test_a_file_of_a_broken_profiles_partner_is_told_why() -> None:
    world = catalog(bolt=BOLT.replace("status: testing", "status: tasting"))
    found = received(world, ("01", "987654321"), "810")
    assert found.finding is not None
    assert found.finding.code == "profile-unusable"
    assert "'tasting' is not one of draft, testing" in found.finding.message
    assert code(world.agreement_for_file("asn-1.csv", partner="bolt")) == "profile-unusable"


def test_without_us_nobody_is_the_receiver_and_nothing_raises() -> None:
    for us in (None, "name: [", "name: Harbor\nidentities: {main: {isa: ZZ}}"):
        world = catalog(us=us)
        assert world.findings
        assert code(received(world)) == "not-for-us"


def test_a_mistake_in_a_template_is_told_once_with_the_templates_place() -> None:
    world = catalog(supplier="contcts: []\n", bolt=BOLT + "extends: supplier\n")
    assert [(f.code, f.location.file) for f in world.findings] == [("unknown-key", "partner_profiles/templates/supplier.yaml")]
    assert sorted(world.broken) == ["acme", "bolt"]


def test_the_partners_ways_out_are_his_own_or_the_mailboxs() -> None:
    world = catalog()
    assert [(c.name, c.settings) for c in world.outboxes("acme")] == [("acme/out/1", {"path": "outbox/acme"})]
    assert [c.name for c in world.outboxes("corner")] == ["van-east/out/1"]
    assert world.outboxes("nobody") == ()
    assert [c.name for c in world.channels("in")] == ["acme/in/1", "bolt/in/1", "van-east/in/1"]


def test_terms_say_everything_and_travel_by_pickle() -> None:
    world = catalog()
    agreement = received(world, set_id="856").agreement
    assert agreement is not None
    terms = world.terms(agreement)
    assert (terms.guide, terms.mapping, terms.deliver_to) == ("x12/004010/856", "acme/856", ("erp", "wms"))
    assert terms.deliveries[1].template_for("ship_notice") == "mappings/templates/wms/asn.j2"
    assert terms.deliveries[1].template_for("invoice") == "mappings/templates/wms/any.j2"
    assert [name for name, _ in terms.sources] == [
        "mappings/acme/856.yaml",
        "mappings/guides/x12/004010/856.yaml",
        "mappings/guides/x12/004010/codes.yaml",
        "mappings/guides/x12/004010/elements.yaml",
        "mappings/guides/x12/004010/segments.yaml",
        "mappings/tables/unit.yaml",
        "mappings/x12/004010/856.yaml",
    ]
    assert terms.code_tables == {"unit": {"PC": "EA"}}
    assert terms.partner_facts["vendor_number"] == "4711"
    assert terms.numbers.window == 90 * 86400
    assert terms.envelope.sender == ("ZZ", "HARBOR")
    assert terms.envelope.receiver == ("01", "123456789")
    assert (terms.envelope.isa12, terms.envelope.gs08, terms.envelope.line_end) == ("00401", "004010", "\n")
    again = pickle.loads(pickle.dumps(terms))
    assert again == terms
    assert again.text == terms.text


def test_terms_change_their_hash_with_what_they_say_and_not_with_comments() -> None:
    def hash_of(**changed: str) -> str:
        world = catalog(**changed)
        agreement = received(world).agreement
        assert agreement is not None
        return world.terms(agreement).hash

    same = hash_of()
    assert hash_of(acme=ACME + "# a comment\n") == same
    assert hash_of(acme=ACME.replace("PC: EA", "PC: BX")) != same
    assert hash_of(us=US.replace("window: 90d", "window: 91d")) != same


def test_only_production_reaches_a_production_destination() -> None:
    world = catalog()
    test_interchange = received(world, ("ZZ", "ACMETEST"), "856", usage="T").agreement
    testing_row = received(world, version="005010").agreement
    assert test_interchange is not None
    assert testing_row is not None
    marked, row = world.terms(test_interchange), world.terms(testing_row)
    assert (marked.test, marked.deliver_to, marked.undelivered) == (True, ("erp-test",), ("wms",))
    assert (row.test, row.deliver_to, row.answer.refuse_on) == (True, ("erp-test",), "guide")


def test_our_identity_follows_the_set() -> None:
    world = catalog(acme=ACME.replace("we_send:\n", 'we_send:\n  - {set: "810", version: "004010"}\n'))
    invoice, order = world.sending("acme", "810").agreement, world.sending("acme", "850").agreement
    assert invoice is not None
    assert order is not None
    assert [world.terms(a).envelope.sender[1] for a in (invoice, order)] == ["HARBORFACT", "HARBOR"]
    expected = world.terms(order).expect
    assert expected is not None
    assert (expected.form, expected.within, expected.calendar) == ("997", 4 * 3600, "us")


def test_the_trading_partner_is_another_where_one_sends_on_his_behalf() -> None:
    more = BOLT + '  - {set: "856", version: "004010", on_behalf_of: acme}\n'
    world = catalog(bolt=more)
    agreement = received(world, ("01", "987654321"), "856").agreement
    assert agreement is not None
    terms = world.terms(agreement)
    assert (terms.partner, terms.trading_partner, terms.partner_facts["vendor_number"]) == ("bolt", "acme", "4711")


def test_a_profile_by_another_name_than_its_files_is_told() -> None:
    world = catalog(bolt=BOLT.replace("partner: bolt", "partner: blt"))
    assert [(f.code, f.location.file, f.value) for f in world.findings] == [("file-name-differs", "partner_profiles/bolt.yaml", "blt")]
