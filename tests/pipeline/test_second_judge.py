"""A second judge beside us: asked where the terms say so, its objections told or reasons to hold, never in an acknowledgment."""

import shutil

import pytest

from gateway.opinions.codes import CODES
from gateway.stores.sql import views
from gateway.wiring import open_gateway
from gateway.worker.loop import Worker


class Objector:
    """Objects to the second segment of every set."""

    def __init__(self):
        self.asked = 0

    def judge(self, guide, found):
        from gateway.formats.x12.place import segment_place

        self.asked += 1
        return [CODES["second-opinion"].finding(segment_place(found, 1), said="the date is a Sunday")]


@pytest.fixture
def carried(tmp_path, clone):
    """The demo's orders carried under terms; the objector, the gateway."""
    opened = []

    def carry(terms, status="production"):
        shutil.copytree(clone / "partner_profiles", tmp_path / "partner_profiles")
        profile = tmp_path / "partner_profiles" / "riverside.yaml"
        profile.write_text(profile.read_text().replace("status: production", f"status: {status}\n{terms}", 1))
        (tmp_path / "inbox" / "riverside").mkdir(parents=True)
        shutil.copyfile(clone / "samples" / "demo" / "riverside" / "orders.edi", tmp_path / "inbox" / "riverside" / "orders.edi")
        judge = Objector()
        gateway = open_gateway(tmp_path, second_opinion=judge)
        opened.append(gateway)
        Worker(gateway).run_until_idle()
        return judge, gateway

    yield carry
    for gateway in opened:
        gateway.close()


def codes(gateway):
    """Codes of each document's findings, by set."""
    rows = views.documents(gateway.database)
    return [
        (row["state"], [found["code"] for found in views.document_of(gateway.database, row["id"])["findings"]]) for row in reversed(rows)
    ]


def test_in_production_nobody_is_asked_unless_it_is_agreed(carried):
    judge, gateway = carried("")
    assert judge.asked == 0
    assert all("second-opinion" not in found for _, found in codes(gateway))


@pytest.mark.parametrize(("terms", "status"), [("", "testing"), ("second_opinion: warn", "production")])
def test_in_testing_or_where_agreed_objections_are_told_and_hold_nothing(carried, terms, status):
    judge, gateway = carried(terms, status)
    assert judge.asked == 2  # a set that we reject needs no second judge
    assert [state for state, found in codes(gateway) if "second-opinion" in found] == ["done", "quarantined"]
    said = views.acknowledgments(gateway.database)
    assert [row["answer"]["group"]["code"] for row in said if row["answer"]["group"]] == ["P"]


def test_where_that_is_agreed_an_objection_holds_the_set_and_the_answer_accepts_it_all_the_same(carried):
    _, gateway = carried("second_opinion: quarantine")
    assert [(one.verb, one.verdict) for one in gateway.quarantined()] == [("validate", "A"), ("map", "A")]
    assert list((gateway.settings.project / "erp").glob("*.json")) == []


def test_reading_a_held_set_again_asks_again(carried):
    judge, gateway = carried("second_opinion: quarantine")
    from gateway import pipeline

    held = gateway.quarantined()[0]
    with gateway.leased(held.transmission) as lease:
        assert pipeline.reprocess(gateway.edges, lease, held).became == ("quarantined",)
    assert judge.asked == 3
