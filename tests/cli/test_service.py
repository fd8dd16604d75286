"""`gateway run` as a process: it works what is dropped, tells what happens, and ends when it is told to."""

import json
import signal
import subprocess
import sys
import threading

import pytest

from tests.pipeline.out_world import order
from tests.services.acme_project import an_order


def wait_until(true, seconds=60):
    """Waits for something to become true; the bound is for a broken program, not for a slow one."""
    pause = threading.Event()
    for _ in range(seconds * 20):
        if true():
            return True
        pause.wait(0.05)
    return False


class Service:
    """A running service, its log read by a thread so that it never waits for a reader."""

    def __init__(self, project):
        self.process = subprocess.Popen([sys.executable, "-m", "gateway", "run"], cwd=project, stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(iter(self.process.stderr.readline, "")))
        self.reader.start()

    @property
    def told(self):
        """Its log; a line that is no JSON fails here."""
        return [json.loads(line) for line in list(self.lines)]

    def words(self):
        return [line["event"] for line in self.told]

    def end(self, number=signal.SIGTERM):
        """Send a signal, if it still lives, and wait; its exit code."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self):
        self.process.wait(60)
        self.reader.join(60)
        self.process.stderr.close()
        return self.process.returncode


@pytest.fixture
def start(project):
    running = []

    def run():
        running.append(Service(project))
        assert wait_until(lambda: running[-1].lines), "it told nothing"
        return running[-1]

    yield run
    for service in running:
        service.end(signal.SIGKILL)


def drop(project, text, name="orders.edi", folder="in/acme"):
    """As a partner's transfer does: under a temporary name, then renamed."""
    part = project / folder / f".{name}"
    part.write_text(text)
    part.rename(project / folder / name)


def made(project, *patterns):
    return lambda: all(list(project.glob(pattern)) for pattern in patterns)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_service_works_what_is_dropped_and_ends_at_a_signal(project, production, start, number):
    service = start()
    drop(project, production)
    worked = wait_until(made(project, "out/acme/*.edi", "erp/*.json"))
    code = service.end(number)
    assert worked, service.lines
    assert code == 0, service.lines
    words = service.words()
    assert (words[0], words[-1]) == ("at work", "ended")
    assert [word for word in ("received", "interchange-released", "owed") if word not in words] == []
    assert len(list((project / "erp").glob("*.json"))) == 1


def test_what_it_tells_holds_nothing_of_what_documents_say(project, start):
    service = start()
    drop(project, an_order(["PO1*1*5*EA*9.95**VP*SECRETITEM"]).replace("PO-1", "SECRETORDER").replace("*0*T*>", "*0*P*>"))
    assert wait_until(made(project, "out/acme/*.edi", "erp/*.json"))
    service.end()
    assert "SECRET" not in "".join(service.lines).replace("purchase_order_acme_SECRETORDER", "")


def test_what_stands_in_an_inbox_and_is_not_taken_is_told_once_and_listed(project, start, gateway):
    (project / "in" / "acme" / "passwords").symlink_to("/etc/passwd")
    service = start()
    assert wait_until(lambda: "inbox-link" in service.words())
    drop(project, an_order())
    assert wait_until(lambda: "received" in service.words())
    service.end()
    again = start()
    again.end()
    assert (service.words() + again.words()).count("inbox-link") == 1
    assert "passwords" in gateway("inbox", "list").stdout
    (project / "in" / "acme" / "passwords").unlink()
    gateway("run", "--once")
    assert json.loads(gateway("inbox", "list", "--json").stdout)["remarks"] == []


def test_a_mailbox_that_is_missing_is_told_and_the_others_go_on(project, start, gateway, production):
    profile = project / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text().replace("in: [", "in: [{folder: {path: /nowhere/mounted}}, "))
    service = start()
    drop(project, production)
    worked = wait_until(made(project, "out/acme/*.edi", "erp/*.json"))
    service.end()
    assert worked, service.lines
    assert {"not-watched", "later"} <= set(service.words())
    assert "/nowhere/mounted cannot be listed" in gateway("inbox", "list").stdout


def files_of(project):
    """What left the gateway: names and bytes of ERP files and of answers."""
    return {path.name: path.read_bytes() for folder in ("erp", "out/acme") for path in (project / folder).glob("[!.]*.*")}


def numbered(count):
    return {f"{n}.edi": an_order(number=f"{n:09d}").replace("PO-1", f"PO-{n}").replace("*0*T*>", "*0*P*>") for n in range(1, count + 1)}


def at_rest(gateway):
    """What could be done is done by one run, and nothing waits for a person."""
    said = gateway("run", "--once").stderr
    held = [(one["id"], one["findings"][:1]) for one in json.loads(gateway("quarantine", "list", "--json").stdout)]
    assert (held, "nothing more is due" in said) == ([], True), said


def settled(project, gateway, count):
    """Everything that was dropped has had its one effect and its one answer."""
    at_rest(gateway)
    documents = sorted(path.name.split("_")[3] for path in (project / "erp").glob("*.json"))
    assert documents == sorted(f"PO-{n}" for n in range(1, count + 1))
    assert len(list((project / "out" / "acme").glob("997_*.edi"))) == count
    rows = json.loads(gateway("transmission", "list", "--limit", "1000", "--json").stdout)
    assert [row["summary"] for row in rows] == ["1 delivered"] * count


def kill_again_and_again(project, start, pending, kills, folder="in/acme", seen="erp"):
    """A real process, killed at moments that nobody chose; what it was doing goes on in the next."""
    pending, at_once = dict(pending), len(pending) // kills + 1
    for turn in range(kills):
        for name in list(pending)[:at_once]:
            drop(project, pending.pop(name), name, folder)
        service = start()
        before = len(list((project / seen).glob("*")))
        wait_until(lambda before=before, turn=turn: len(list((project / seen).glob("*"))) > before + turn % 5, 3)
        service.end(signal.SIGKILL)
    for name, text in pending.items():
        drop(project, text, name, folder)


def test_killed_again_and_again_each_file_has_one_effect(project, start, gateway):
    kill_again_and_again(project, start, numbered(12), kills=3)
    settled(project, gateway, 12)


@pytest.mark.campaign
def test_killed_dozens_of_times_each_file_has_one_effect(project, start, gateway):
    kill_again_and_again(project, start, numbered(200), kills=40)
    settled(project, gateway, 200)


def sending(project):
    """The project sends orders too, which the ERP leaves in a folder."""
    for name, text in (("acme", 'we_send:\n  - {set: "850", version: "004010", expect: {form: "997", within: 4h}}\n'), ("us", "")):
        path = project / "partner_profiles" / f"{name}.yaml"
        path.write_text(path.read_text().replace("folder: {path: erp}", "folder: {path: erp, wants: erp-out}") + text)
    (project / "erp-out").mkdir()


def sent_once(project, gateway, count):
    """Each order that the ERP left has gone once, under a number of its own."""
    at_rest(gateway)
    segments = [path.read_text().replace("\n", "").split("~") for path in (project / "out" / "acme").glob("850_*.edi")]
    assert sorted(one[3].split("*")[3] for one in segments) == sorted(f"PO-{n}" for n in range(1, count + 1))
    assert sorted(int(one[0].split("*")[13]) for one in segments) == list(range(1, count + 1))


def left(count):
    """Orders as the ERP leaves them, a file each."""
    return {f"{n}.json": json.dumps(order(f"PO-{n}")) for n in range(1, count + 1)}


def test_killed_again_and_again_each_order_of_ours_goes_once(project, start, gateway):
    sending(project)
    kill_again_and_again(project, start, left(9), kills=3, folder="erp-out", seen="out/acme")
    sent_once(project, gateway, 9)


@pytest.mark.campaign
def test_killed_dozens_of_times_each_order_of_ours_goes_once(project, start, gateway):
    sending(project)
    kill_again_and_again(project, start, left(120), kills=30, folder="erp-out", seen="out/acme")
    sent_once(project, gateway, 120)


def test_two_services_on_one_project_make_each_effect_once(project, start, gateway):
    services = [start(), start()]
    for name, text in numbered(20).items():
        drop(project, text, name)
    assert wait_until(lambda: len(list((project / "erp").glob("*.json"))) == 20), [service.lines for service in services]
    assert [service.end() for service in services] == [0, 0]
    settled(project, gateway, 20)


def test_a_second_signal_ends_it_at_once(project, start):
    service = start()
    for _ in range(2):
        service.process.send_signal(signal.SIGINT)
    assert service.ended() in (0, -signal.SIGINT)
