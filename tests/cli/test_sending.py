"""People send documents, see what is owed, and send again in the three ways; each refusal is a sentence."""

import json
import re

import pytest

from tests.services.acme_project import ACME, lay

ORDER = {
    "document_type": "purchase_order",
    "schema_version": "1.0",
    "purpose": "original",
    "kind": "stand_alone",
    "number": "H-1",
    "date": "2026-03-01",
    "lines": [
        {
            "ordinal": "1",
            "number": "1",
            "quantity": {"value": "5", "unit": "EA"},
            "price": {"amount": "2.50"},
            "items": [{"scheme": "vendor_item", "value": "A-1"}],
        }
    ],
}
SENDS = ACME + 'we_send:\n  - {set: "850", version: "004010", expect: {form: "997", within: 4h}}\n'


@pytest.fixture
def ours(tmp_path):
    """A project that sends orders to acme, and an order in order.json."""
    lay(tmp_path)
    (tmp_path / "partner_profiles" / "acme.yaml").write_text(SENDS)
    (tmp_path / "order.json").write_text(json.dumps(ORDER))
    return tmp_path


def answer(folder, verdict, *notes, group="1", number="000000077"):
    """Acme's 997 to a group of ours, in his folder."""
    isa = f"ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*0304*U*00401*{number}*0*P*>"
    body = ["ST*997*0001", f"AK1*PO*{group}", "AK2*850*0001", *notes, f"AK5*{verdict}", f"AK9*{verdict}*1*1*{int(verdict == 'A')}"]
    segments = [isa, "GS*FA*SENDER*RECEIVER*20260302*0304*1*X*004010", *body, f"SE*{len(body) + 1}*0001", "GE*1*1", f"IEA*1*{number}"]
    (folder / "in" / "acme").mkdir(parents=True, exist_ok=True)
    (folder / "in" / "acme" / f"{number}.edi").write_text("".join(f"{segment}~" for segment in segments))


def sent_id(gateway):
    return json.loads(gateway("transmission", "list", "--sent", "--json").stdout)[0]["id"]


def files(folder):
    return sorted(path.name for path in (folder / "out" / "acme").glob("850*"))


def test_a_dry_run_shows_the_bytes_and_sends_nothing(gateway, ours):
    done = gateway("document", "send", "order.json", "--partner", "acme", "--dry-run").stdout
    assert "850 by acme/out/1" in done
    assert "PO1*1*5*EA*2.5**VN*A-1" in done
    assert gateway("transmission", "list").stderr == "nothing came or went yet\n"
    assert not (ours / "out").exists() or files(ours) == []


def test_a_document_is_sent_and_its_answer_is_awaited(gateway, ours):
    [row] = json.loads(gateway("document", "send", "order.json", "--partner", "acme", "--json").stdout)
    assert (row["state"], row["as"], files(ours)) == ("sent", "850_000000001.edi", ["850_000000001.edi"])
    assert re.search(r"awaited +acme +997 +PO 1 in 000000001 .* H-1", gateway("acknowledgment", "open").stdout)
    assert "sent, awaited" in gateway("document", "list").stdout
    shown = gateway("transmission", "show", sent_id(gateway)).stdout
    assert "850_000000001.edi: 1 awaited" in shown
    assert "sent" in shown
    assert json.loads(gateway("document", "show", "H-1").stdout)["number"] == "H-1"


def test_the_same_document_again_is_told(gateway, ours):
    gateway("document", "send", "order.json", "--partner", "acme")
    assert "went before, as 01" in gateway("document", "send", "order.json", "--partner", "acme").stdout


def test_a_document_without_addressee_is_held_and_told(gateway, ours):
    done = gateway("document", "send", "order.json", code=5)
    assert "quarantined at route" in done.stdout
    assert "Does not say to whom it goes" in done.stdout
    assert gateway("document", "send", "order.json", "--dry-run", code=5).stdout.count("addressee-missing") == 1


def test_what_is_no_document_is_told(gateway, ours):
    (ours / "poem.json").write_text("roses are red")
    assert "Is no JSON document" in gateway("document", "send", "poem.json", code=5).stdout
    assert "Is no JSON document" in gateway("document", "send", "poem.json", "--dry-run", code=5).stdout


def test_a_refusal_is_shown_at_our_own_segment_with_the_document_s_field(gateway, ours):
    gateway("document", "send", "order.json", "--partner", "acme")
    answer(ours, "R", "AK3*PO1*3**8", "AK4*3*355*7*EA")
    gateway("run", "--once")
    done = gateway("acknowledgment", "open", code=5).stdout
    assert re.search(r"rejected +acme +997 +PO 1 in 000000001 .* H-1", done)
    [held] = json.loads(gateway("quarantine", "list", "--json").stdout)
    shown = gateway("quarantine", "show", held["id"]).stdout
    assert "PO1*1*5*EA*2.5**VN*A-1" in shown
    assert "the value is none of his codes" in shown
    assert json.loads(gateway("quarantine", "show", held["id"], "--json").stdout)["verb"] == "acknowledge"
    [report] = (ours / "data" / "quarantine").glob("*.txt")
    assert "the value is none of his codes" in report.read_text()


def test_what_was_refused_goes_mended_under_new_numbers(gateway, ours):
    gateway("document", "send", "order.json", "--partner", "acme")
    answer(ours, "R")
    gateway("run", "--once")
    assert "to be sent" in gateway("document", "resend", "H-1", "--mended", "--dry-run").stdout
    first = sent_id(gateway)
    profile = ours / "partner_profiles" / "acme.yaml"
    profile.write_text(SENDS + "code_tables: {unit: {PC: EA}}\n")
    assert "850_000000002.edi" in gateway("document", "resend", first, "--mended").stdout
    assert files(ours) == ["850_000000001.edi", "850_000000002.edi"]
    assert "PO1*1*5*PC*" in (ours / "out" / "acme" / "850_000000002.edi").read_text()
    facts = json.loads(gateway("transmission", "show", sent_id(gateway), "--json").stdout)
    assert facts["sets"][0]["mends"] == first
    answer(ours, "A", group="2", number="000000078")
    gateway("run", "--once")
    assert gateway("acknowledgment", "open").stderr.startswith("nothing is owed")
    assert "nobody" not in gateway("quarantine", "list").stdout


def test_what_was_lost_goes_again_with_the_same_bytes(gateway, ours):
    gateway("document", "send", "order.json", "--partner", "acme")
    [path] = (ours / "out" / "acme").glob("850*")
    before = path.read_bytes()
    path.unlink()
    identity = sent_id(gateway)
    assert "would go again" in gateway("transmission", "resend", identity, "--dry-run").stderr
    assert not path.exists()
    assert "goes again" in gateway("transmission", "resend", identity).stderr
    gateway("run", "--once")
    assert path.read_bytes() == before
    assert "sent-again" in gateway("transmission", "show", identity).stdout


def test_a_duplicate_or_replacement_says_what_it_is_and_has_an_expectation_of_its_own(gateway, ours):
    gateway("document", "send", "order.json", "--partner", "acme")
    answer(ours, "A")
    gateway("run", "--once")
    assert "BEG*07*SA*H-1" in gateway("document", "resend", "H-1", "--as", "duplicate", "--dry-run").stdout
    gateway("document", "resend", "H-1", "--as", "duplicate")
    assert "BEG*07*SA*H-1" in (ours / "out" / "acme" / "850_000000002.edi").read_text()
    [first] = [row["id"] for row in json.loads(gateway("document", "list", "--json").stdout) if row["answered"] == "accepted"]
    gateway("document", "resend", first, "--as", "replacement")
    assert "BEG*05*SA*H-1" in (ours / "out" / "acme" / "850_000000003.edi").read_text()
    assert gateway("acknowledgment", "open").stdout.count("awaited") == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("document", "resend", "H-1", "--mended"), "did not refuse it"),
        (("transmission", "resend", "ID"), "has accepted it"),
    ],
)
def test_the_wrong_kind_of_sending_again_is_refused_with_the_right_one(gateway, ours, words, sentence):
    gateway("document", "send", "order.json", "--partner", "acme")
    answer(ours, "A")
    gateway("run", "--once")
    identity = sent_id(gateway)
    assert sentence in gateway(*[identity if word == "ID" else word for word in words], code=1).stderr
    assert files(ours) == ["850_000000001.edi"]


def test_what_was_never_sent_or_came_from_a_partner_cannot_be_sent_again(gateway, ours):
    gateway("document", "send", "order.json", code=5)
    [held] = json.loads(gateway("quarantine", "list", "--json").stdout)
    assert "never sent" in gateway("document", "resend", held["id"], "--as", "duplicate", code=1).stderr
    assert "quarantine reprocess" in gateway("document", "resend", held["id"], "--mended", code=1).stderr
    assert gateway("transmission", "resend", "01K0A7Q2M4XJ5T8Z9V3B6C1D2E", code=3)
    assert gateway("document", "resend", "H-1", code=2)
    assert gateway("document", "resend", "nothing", "--mended", code=3)


def test_ours_is_not_mixed_up_with_theirs(gateway, ours, production):
    (ours / "orders.edi").write_text(production)
    gateway("process", "orders.edi", code=5)
    assert "came from a partner" in gateway("document", "resend", "PO-1", "--as", "duplicate", code=1).stderr
