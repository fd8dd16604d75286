"""The service's workers side by side: what hangs hinders nobody else, and does not keep the service from ending."""

import threading
from datetime import timedelta

import pytest

from gateway.connectors.memory import MemoryConnector
from gateway.wiring import open_gateway
from gateway.worker.service import Service
from tests.pipeline.world import FILES, file_of, order


class Hanging(MemoryConnector):
    """A system that answers only when it is let go."""

    def __init__(self, name):
        super().__init__(name, production=True)
        self.asked, self.let_go = threading.Event(), threading.Event()

    def create(self, posting):
        self.asked.set()
        self.let_go.wait(60)
        return super().create(posting)


@pytest.fixture
def project(tmp_path):
    for name, text in FILES.items():
        if name.startswith("mappings/"):
            continue
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "in" / "acme").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def running(project):
    """A service in a thread of this process, with a system that hangs."""
    erp = Hanging("erp")
    gateway = open_gateway(project, connectors={"erp": erp})
    told, stop, ended = [], threading.Event(), []
    service = Service(gateway, lambda level, what, **facts: told.append((what, facts)), patience=0.2)
    thread = threading.Thread(target=lambda: ended.append(service.run(stop)))
    thread.start()
    yield project, gateway, erp, told, stop, ended, thread
    stop.set()
    erp.let_go.set()
    thread.join(60)
    for one in service.threads:
        one.join(60)
    gateway.close()


def until(true):
    pause = threading.Event()
    for _ in range(1200):
        if true():
            return True
        pause.wait(0.05)
    return False


def drop(project, name, data):
    part = project / "in" / "acme" / f".{name}"
    part.write_bytes(data)
    part.rename(project / "in" / "acme" / name)


def test_files_are_taken_and_answered_while_a_system_of_ours_hangs(running):
    project, _gateway, erp, told, *_ = running
    drop(project, "a.edi", file_of(order()))
    assert until(erp.asked.is_set)
    drop(project, "b.edi", file_of(order("PO-2"), number="000000002"))
    assert until(lambda: len(list((project / "out" / "acme").glob("*.edi"))) == 2)
    assert until(lambda: [what for what, _ in told].count("received") == 2)
    assert erp.posted == {}


def test_it_ends_although_something_hangs_and_says_so(running):
    project, _gateway, erp, told, stop, ended, thread = running
    drop(project, "a.edi", file_of(order()))
    assert until(erp.asked.is_set)
    stop.set()
    thread.join(60)
    assert (ended, "not-finished" in [what for what, _ in told]) == ([False], True)


def test_every_inbox_is_looked_at_in_its_own_time(project):
    profile = project / "partner_profiles" / "acme.yaml"
    profile.write_text(
        profile.read_text().replace("{path: in/acme}", "{path: in/acme, every: 5m, settle: 3s, largest: 1000, marker: .done}")
    )
    gateway = open_gateway(project)
    (inbox,) = gateway.inboxes.values()
    terms = inbox.terms
    assert (inbox.every, terms.quiet, terms.largest, terms.marker) == (timedelta(minutes=5), 3.0, 1000, ".done")
    gateway.close()
