"""The commands of a project: init, partner, process, run, transmission, document, quarantine."""

import json
import re

import pytest

from gateway.wiring import open_gateway
from gateway.worker.loop import Worker


def held(gateway, *filters):
    return json.loads(gateway("quarantine", "list", "--json", *filters).stdout)


def documents(gateway):
    return {row["business_key"] or row["control_number"]: row["state"] for row in json.loads(gateway("document", "list", "--json").stdout)}


# -- init -------------------------------------------------------------------------------------------------------------


def test_init_makes_a_project_that_checks_itself(gateway, tmp_path, monkeypatch):
    assert "files written" in gateway("init", "shop").stdout
    assert sorted(path.name for path in (tmp_path / "shop").iterdir()) == ["gateway.yaml", "mappings", "partner_profiles", "samples"]
    assert list((tmp_path / "shop" / "mappings").iterdir()) == []
    monkeypatch.chdir(tmp_path / "shop" / "partner_profiles")
    assert "acme" in gateway("partner", "list").stdout, "a project is found from the folders inside it"


def test_init_refuses_a_folder_that_is_not_empty_and_with_force_keeps_what_is_there(gateway, tmp_path):
    (tmp_path / "gateway.yaml").write_text("data: elsewhere\n")
    assert "not empty" in gateway("init", ".", code=1).stderr
    gateway("init", "--force", ".")
    assert (tmp_path / "gateway.yaml").read_text() == "data: elsewhere\n"
    assert (tmp_path / "partner_profiles").is_dir()


def test_init_refuses_the_name_of_a_file(gateway, tmp_path):
    (tmp_path / "taken").write_text("")
    assert "is a file" in gateway("init", "taken", code=1).stderr


@pytest.mark.parametrize(
    "words",
    [["partner", "list"], ["process", "x.edi"], ["run", "--once"], ["transmission", "list"], ["document", "list"], ["quarantine", "list"]],
    ids=" ".join,
)
def test_without_a_project_the_remedy_is_told(gateway, words):
    assert "gateway init" in gateway(*words, code=3).stderr


def test_settings_that_cannot_be_used_are_told(gateway, project):
    (project / "gateway.yaml").write_text("dta: here\n")
    assert "dta" in gateway("transmission", "list", code=1).stderr


# -- partner ----------------------------------------------------------------------------------------------------------


def test_partners_are_listed_with_what_they_trade(gateway, project):
    [row] = json.loads(gateway("partner", "list", "--json").stdout)
    assert row == {
        "partner": "acme",
        "name": "Acme Supply",
        "status": "production",
        "identities": ["ZZ/SENDER"],
        "receive": ["850"],
        "send": [],
    }


def test_a_partner_is_shown_with_guide_and_mapping(gateway, project):
    told = gateway("partner", "show", "acme").stdout
    assert "x12/004010/850" in told
    assert "erp" in told
    assert "did you mean acme" in gateway("partner", "show", "amce", code=3).stderr


def test_check_tells_every_mistake_at_once_with_its_place(gateway, project):
    profile = project / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text().replace("deliver_to: [erp]", "deliver_to: [epr]\nseverities: {segment-cuont: warning}"))
    (project / "mappings" / "acme").mkdir(parents=True)
    (project / "mappings" / "acme" / "850.yaml").write_text("mapping: 1\nextends: x12/004010/850\nfields:\n  nubmer: BEG.33\n")
    told = gateway("partner", "check", code=5)
    places = [line.split(": ")[0] for line in told.stdout.splitlines() if not line.startswith(" ")]
    assert "partner_profiles/acme.yaml:8:14" in places
    assert any(place.startswith("partner_profiles/acme.yaml:9:") for place in places)
    assert sum(place.startswith("mappings/acme/850.yaml:4:") for place in places) == 2
    assert "error" in told.stderr


def test_check_of_one_partner_tells_his_mistakes_only(gateway, project):
    (project / "partner_profiles" / "bolt.yaml").write_text("partner: bolt\nnmae: Bolt\n")
    assert "bolt.yaml" in gateway("partner", "check", "bolt", code=5).stdout
    assert "bolt.yaml" not in gateway("partner", "check", "acme").stdout
    assert "bolt" in gateway("partner", "list").stdout
    gateway("partner", "show", "bolt", code=1)


# -- process, transmission, document ----------------------------------------------------------------------------------


def test_process_says_what_became_of_each(gateway, files, project, production, order):
    files(orders=production, photo=b"\xff\xd8\xff\xe0JFIF", stranger=order().replace("SENDER  ", "STRANGER"))
    done = gateway("process", "orders.edi", "photo.edi", "stranger.edi", code=5)
    table = done.stdout.split("\n\n")[0].splitlines()
    assert [line.split("  ")[-1] for line in table[1:]] == [
        "1 delivered, 1 rejected, 1 quarantined at map",
        "unreadable",
        "interchange held at detect",
    ]
    assert "orders.edi: segment 3, PO1-03: has 'QQ', which is no code of table unit" in done.stdout
    assert len(list((project / "erp").glob("*.json"))) == 1
    assert len(list((project / "out" / "acme").iterdir())) == 1


def test_the_same_file_again_is_a_duplicate_without_effect(gateway, carried):
    assert "duplicate" in gateway("process", "orders.edi").stdout
    assert len(list((carried / "erp").glob("*.json"))) == 1


def test_process_of_a_missing_file_takes_none(gateway, files, project, production):
    files(orders=production)
    gateway("process", "orders.edi", "nowhere.edi", code=3)
    assert "nothing came or went yet" in gateway("transmission", "list").stderr


def test_process_for_a_partner_that_is_unknown_is_refused(gateway, files, project, production):
    files(orders=production)
    assert "partner list" in gateway("process", "--partner", "nobody", "orders.edi", code=3).stderr


def test_a_transmission_is_shown_verb_by_verb(gateway, carried):
    [row] = json.loads(gateway("transmission", "list", "--json").stdout)
    told = gateway("transmission", "show", row["id"]).stdout
    for word in ("orders.edi", "PO-1", "997", "delivered", "rejected", "quarantined at map", "receive"):
        assert word in told
    assert "transmission list" in gateway("transmission", "show", "nope", code=3).stderr


def test_a_document_is_printed_as_json_by_its_number(gateway, carried):
    document = json.loads(gateway("document", "show", "PO-1").stdout)
    assert (document["document_type"], document["number"]) == ("purchase_order", "PO-1")
    assert document["schema_version"]
    assert "document list" in gateway("document", "show", "PO-9", code=3).stderr


def test_origins_name_segment_element_and_byte(gateway, carried, production):
    rows = [line.split() for line in gateway("document", "show", "PO-1", "--origins").stdout.splitlines()]
    number = next(row for row in rows if row[0] == "number")
    assert number[:5] == ["number", "PO-1", "segment", "2,", "BEG-03"]
    at, length = map(int, number[5:7])
    assert production[at : at + length] == "PO-1"
    assert number[7].startswith("mappings/x12/004010/850.yaml:")


def test_origins_for_a_program_have_place_bytes_and_rule_of_every_value(gateway, carried, production):
    rows = json.loads(gateway("document", "show", "PO-1", "--origins", "--json").stdout)
    document = json.loads(gateway("document", "show", "PO-1").stdout)
    unit = next(row for row in rows if row["field"] == "lines.1.quantity.unit")
    assert (unit["file"], unit["segment"], unit["position"], unit["element"]) == ("orders.edi", "PO1", 3, 3)
    assert production[unit["offset"] : unit["offset"] + unit["length"]] == "EA"
    assert unit["rule"]["file"] == "mappings/x12/004010/850.yaml"
    assert {row["field"] for row in rows if row["field"].startswith("lines.")} >= {"lines.1.ordinal", "lines.1.price.amount"}
    own = [row for row in rows if not row["field"].startswith(("envelope.", "document_type", "schema_version"))]
    assert own
    assert all(row["rule"] for row in own)
    assert document["number"] == next(row["value"] for row in rows if row["field"] == "number")


def test_a_held_set_has_no_document_and_says_why(gateway, carried):
    [one] = held(gateway)
    assert "no code of table unit" in gateway("document", "show", one["id"], code=1).stderr


# -- quarantine -------------------------------------------------------------------------------------------------------


def test_what_is_held_is_listed_by_filters(gateway, carried):
    assert [one["set_control_number"] for one in held(gateway)] == ["0002"]
    assert held(gateway, "--verb", "detect") == []
    assert held(gateway, "--partner", "acme", "--code", "code-without-meaning") == held(gateway)
    assert "850 0002" in gateway("quarantine", "list").stdout


def test_a_held_set_is_shown_with_its_findings(gateway, carried):
    [one] = held(gateway)
    told = gateway("quarantine", "show", one["id"]).stdout
    assert "held at map" in told
    assert "segment 3, PO1-03" in told
    assert "nothing of that id" in gateway("quarantine", "show", "nope", code=3).stderr


def test_a_mended_table_lets_it_through_and_nothing_is_delivered_twice(gateway, carried):
    assert "quarantined" in gateway("quarantine", "reprocess", "--all", code=5).stdout
    profile = carried / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text() + "code_tables: {unit: {QQ: EA}}\n")
    before = documents(gateway)
    assert "waiting" in gateway("quarantine", "reprocess", "--all", "--dry-run").stdout
    assert documents(gateway) == before, "a dry run changes nothing"
    assert "waiting" in gateway("quarantine", "reprocess", "--partner", "acme").stdout
    gateway("run", "--once")
    assert documents(gateway) == {"PO-1": "done", "PO-2": "done", "0003": "rejected"}
    assert len(list((carried / "erp").glob("*.json"))) == 2
    assert held(gateway) == []


def test_a_rejected_set_is_final_unless_a_reason_overrides(gateway, carried):
    rejected = next(row["id"] for row in json.loads(gateway("document", "list", "--json").stdout) if row["state"] == "rejected")
    assert "despite-rejection" in gateway("quarantine", "reprocess", rejected, code=5).stdout


def test_discard_wants_a_reason_and_a_dry_run_changes_nothing(gateway, carried):
    gateway("quarantine", "discard", "--all", code=2)
    gateway("quarantine", "discard", "--all", "--reason", "  ", code=2)
    gateway("quarantine", "discard", "--all", "--reason", "sent twice", "--dry-run")
    assert len(held(gateway)) == 1
    assert "Ann" in gateway("quarantine", "discard", "--all", "--reason", "sent twice", "--by", "Ann").stderr
    assert held(gateway) == []
    assert documents(gateway)["0002"] == "discarded"


def test_nothing_is_worked_without_saying_what(gateway, carried):
    assert "--all" in gateway("quarantine", "reprocess", code=2).stderr


def test_an_unknown_partners_file_goes_through_after_the_profile_was_added(gateway, files, project, order):
    profile = project / "partner_profiles" / "acme.yaml"
    text = profile.read_text()
    profile.unlink()
    files(order=order().replace("*0*T*>", "*0*P*>"))
    gateway("process", "order.edi", code=5)
    assert not (project / "out").exists()
    profile.write_text(text)
    gateway("quarantine", "reprocess", "--all")
    gateway("run", "--once")
    assert documents(gateway) == {"PO-1": "done"}
    assert len(list((project / "out" / "acme").iterdir())) == 1


# -- run --------------------------------------------------------------------------------------------------------------


def test_run_once_takes_what_lies_in_the_folders_and_works_until_nothing_is_due(gateway, project, production):
    (project / "in" / "acme" / "orders.edi").write_text(production)
    assert "nothing more is due" in gateway("run", "--once").stderr
    assert documents(gateway) == {"PO-1": "done", "0002": "quarantined", "0003": "rejected"}
    assert list((project / "in" / "acme").glob("*.edi")) == []


def test_run_once_says_what_it_could_not_do(gateway, project, production):
    (project / "erp").write_text("no folder")
    (project / "in" / "acme" / "orders.edi").write_text(production)
    with (project / "in" / "acme" / "growing.edi").open("w") as growing:
        growing.write(production)
        growing.flush()
        said = gateway("run", "--once").stderr
    assert "not done:" in said
    assert re.search(r"  delivery \w+/erp: the folder of erp cannot be .*; tried again from \d\d:\d\d:\d\d UTC on", said), said
    assert "  inbox acme/in/1: 1 file still being written" in said


def test_run_once_says_what_another_process_has_at_hand(gateway, project, production):
    (project / "in" / "acme" / "orders.edi").write_text(production)
    other = open_gateway(project)
    Worker(other, kinds=("poll",)).run_until_idle()
    [lease] = other.work.claim(other.owner, kinds=("carry",))
    said = gateway("run", "--once").stderr
    assert re.search(r"  transmission \w+: another process has it at hand \(.+/\d+\.\d+\)", said), said
    other.work.close(lease)
    other.close()
    assert "nothing more is due" in gateway("run", "--once").stderr
    assert documents(gateway)["PO-1"] == "done"


# -- translate, test --------------------------------------------------------------------------------------------------


def test_translate_prints_the_good_documents_and_tells_the_others(gateway, files, production):
    files(orders=production)
    done = gateway("translate", "orders.edi", code=5)
    [document] = json.loads(done.stdout)
    assert (document["document_type"], document["number"], document["envelope"]["interchange"]) == ("purchase_order", "PO-1", "000000001")
    assert "850 0002: accepted, no document (held at map)" in done.stderr
    assert "850 0003: rejected" in done.stderr


def test_translate_of_nothing_good_is_an_empty_array(gateway, files):
    files(given="hello")
    assert json.loads(gateway("translate", "given.edi", code=5).stdout) == []


def test_translate_under_a_partners_terms(gateway, files, project, production):
    profile = project / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text() + "code_tables: {unit: {QQ: EA}}\n")
    files(orders=production)
    found = json.loads(gateway("translate", "--partner", "acme", "--compact", "orders.edi", code=5).stdout)
    assert [document["number"] for document in found] == ["PO-1", "PO-2"]
    assert found[0]["envelope"]["partner"] == "acme"
    assert not (project / "data").exists(), "nothing is stored"


def test_examples_beside_a_mapping_are_run_and_differences_told(gateway, project):
    assert "all pass" in gateway("test").stderr
    mappings = project / "mappings" / "acme"
    mappings.mkdir(parents=True)
    (mappings / "850.yaml").write_text("mapping: 1\nextends: x12/004010/850\n")
    example = (
        'mapping: acme/850\nexamples:\n- name: wrong\n  input: |\n    BEG*00*SA*1**20260301\n    PO1*1*1*EA*1\n  expected: {number: "2"}\n'
    )
    (mappings / "850.test.yaml").write_text(example)
    done = gateway("test", "acme/850", code=5)
    assert done.stdout.startswith("mappings/acme/850.test.yaml:3:")
    assert 'number is "1"; expected "2"' in done.stdout
    assert "there are no examples" in gateway("test", "acme/810", code=3).stderr


def test_origins_of_a_csv_name_line_column_and_bytes(gateway, tmp_path):
    gateway("init", ".")
    sample = (tmp_path / "samples" / "demo" / "riverside" / "orders-webshop.csv").read_bytes()
    (tmp_path / "inbox" / "riverside").mkdir(parents=True, exist_ok=True)
    (tmp_path / "inbox" / "riverside" / "orders-webshop.csv").write_bytes(sample)
    gateway("run", "--once")
    rows = json.loads(gateway("document", "show", "W-20881", "--origins", "--json").stdout)
    (unit,) = [row for row in rows if row["field"] == "lines.1.quantity.unit"]
    assert (unit["line"], unit["column"], unit["name"]) == (2, 9, "unit")
    assert sample[unit["offset"] : unit["offset"] + unit["length"]] == b"EA"
