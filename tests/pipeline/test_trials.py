"""The folder `test` of a drop: a report beside what is put there, and nothing of it anywhere else; and reports of what was refused."""

import pytest

from gateway.stores.sql import views
from gateway.wiring import open_gateway
from gateway.worker.loop import Worker
from gateway.worker.trials import Trials
from tests.services.acme_project import BAD, GOOD, HELD, acme, lay, orders

DROP = '{in: [{drop: {password: "env:ACME"}}]}'


class World:
    def __init__(self, folder):
        self.folder = folder
        lay(folder, channels=DROP)
        self.drop = folder / "drops" / "acme"
        self.reopen()

    def status(self, status):
        (self.folder / "partner_profiles" / "acme.yaml").write_text(acme(DROP, status))

    def reopen(self):
        if hasattr(self, "gateway"):
            self.gateway.close()
        self.told = []
        self.gateway = open_gateway(self.folder)
        self.trials = Trials(self.gateway, lambda level, what, **facts: self.told.append(what))
        self.trials.look()

    def run(self):
        Worker(self.gateway).run_until_idle(pause=lambda seconds: None)

    def put(self, name, content, room="test"):
        (self.drop / room / name).write_bytes(content)

    def report(self, name):
        self.trials.look()
        return (self.drop / "test" / f"{name}.report.txt").read_text()

    def names(self, room):
        return sorted(path.name for path in (self.drop / room).iterdir())


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.gateway.close()


def test_a_good_file_is_told_to_be_good_and_goes_nowhere(world):
    world.put("po.edi", orders(GOOD))
    said = world.report("po.edi")
    assert "Result: all right, it would go through" in said
    assert "purchase order PO-1 (850 0001)" in said
    assert "AK9*A*1*1*1~" in said
    assert "by the terms for production" in said
    assert world.names("test") == ["po.edi", "po.edi.report.html", "po.edi.report.txt"]
    world.run()
    assert world.names("out") == []
    assert views.transmissions(world.gateway.database) == []
    assert list(world.gateway.archive.addresses()) == []
    assert not (world.folder / "erp").exists()
    assert not (world.folder / "erp-test").exists()


def test_each_document_is_told_what_would_become_of_it_and_why(world):
    world.put("po.edi", orders(GOOD, HELD, BAD))
    said = world.report("po.edi")
    assert "Result: of 3 documents 1 would go through, 1 would be rejected, 1 would wait for a person of ours" in said
    assert "PO1*1*five*EA*9.95**VP*A-1" in said
    assert "'five'" in said
    assert "'QQ'" in said
    assert "AK9*P*3*3*2~" in said
    assert "EDI desk" in said
    assert "We settle this on our side" in said
    assert "code_tables" not in said, "what is ours to mend is no task of his"
    assert "<html" in (world.drop / "test" / "po.edi.report.html").read_text()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"\xff\xd8\xff\xe0 a photo", "no document could be read in it"),
        (b"", "read as"),
        (orders(GOOD).replace(b"ZZ*SENDER  ", b"ZZ*STRANGER"), "STRANGER"),
        (orders(GOOD)[:-40], "IEA"),
    ],
)
def test_what_cannot_be_read_is_told_too(world, content, expected):
    world.put("odd.edi", content)
    for _ in range(3):
        world.trials._folders["acme/in/1"].inbox._timer = iter(range(0, 10_000_000, 100)).__next__
        world.trials.look()
    assert expected in world.report("odd.edi")


def test_a_draft_is_checked_as_if_it_were_agreed(world):
    world.status("draft")
    world.reopen()
    world.put("po.edi", orders(GOOD))
    said = world.report("po.edi")
    assert "all right" in said
    assert "by the terms for testing" in said


def test_the_same_file_is_checked_once_and_a_new_one_of_the_name_again(world):
    world.put("po.edi", orders(BAD))
    world.report("po.edi")
    world.trials.look()
    assert world.told == ["trial"]
    (world.drop / "test" / "po.edi.report.txt").unlink()
    world.reopen()
    world.trials.look()
    assert world.told == []
    (world.drop / "test" / "po.edi").unlink()
    world.put("po.edi", orders(GOOD))
    assert "all right" in world.report("po.edi")


def test_a_file_too_large_to_be_tried_is_told(world, monkeypatch):
    monkeypatch.setattr("gateway.worker.trials.LARGEST", 100)
    world.put("po.edi", orders(GOOD))
    assert "a file that is only tried may have 100" in world.report("po.edi")


def test_what_stands_where_the_report_should_hinders_no_other(world):
    (world.drop / "test" / "a.edi.report.txt").mkdir()
    (world.drop / "test" / "b.edi.report.txt").symlink_to(world.folder / "gateway.yaml")
    world.put("a.edi", orders(GOOD))
    world.put("b.edi", orders(GOOD))
    assert "all right" in world.report("b.edi")
    assert "trial-without-report" in world.told
    assert (world.folder / "gateway.yaml").read_text() == "gateway: 1\n"


# ---------------------------------------------------------------- what was refused


def test_a_refused_order_is_reported_in_out_beside_the_acknowledgment(world):
    world.put("po.edi", orders(GOOD, HELD, BAD), "in")
    world.run()
    [answer, said] = world.names("out")
    assert (answer.startswith("997"), said) == (True, "po.edi.txt")
    text = (world.drop / "out" / said).read_text()
    assert "'five'" in text
    assert "send it again" in text
    assert "'QQ'" not in text, "what is ours to settle is not the partner's to send again"


def test_a_file_that_nobody_can_read_is_reported(world):
    world.put("photo.edi", b"\xff\xd8\xff\xe0 a photo", "in")
    world.gateway.inboxes["acme/in/1"]._timer = iter(range(0, 10_000_000, 100)).__next__
    for _ in range(3):
        world.run()
    assert world.names("out") == ["photo.edi.txt"]


def test_a_report_that_was_collected_does_not_come_back_and_another_has_its_own_name(world):
    world.put("po.edi", orders(BAD), "in")
    world.run()
    world.put("po.edi", orders(BAD, number="000000002"), "in")
    world.run()
    reports = [name for name in world.names("out") if name.endswith(".txt")]
    assert reports[-1] == "po.edi.txt"
    assert len(reports) == 2
    for name in world.names("out"):
        (world.drop / "out" / name).unlink()
    world.run()
    assert world.names("out") == []
