"""`gateway run` as a process: it works what is dropped, and ends when it is told to."""

import signal
import subprocess
import sys
import threading

import pytest


def wait_until(true, seconds=60):
    """Waits for something to become true; the bound is for a broken program, not for a slow one."""
    pause = threading.Event()
    for _ in range(seconds * 20):
        if true():
            return True
        pause.wait(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_service_works_what_is_dropped_and_ends_at_a_signal(project, production, number):
    with subprocess.Popen([sys.executable, "-m", "gateway", "run"], cwd=project, stderr=subprocess.PIPE, text=True) as service:
        assert "at work" in service.stderr.readline()
        (project / "orders.part").write_text(production)
        (project / "orders.part").rename(project / "in" / "acme" / "orders.edi")
        worked = wait_until(lambda: all(list(project.glob(made)) for made in ("out/acme/*.edi", "erp/*.json")))
        service.send_signal(number)
        told = service.stderr.read()
    assert worked, told
    assert service.returncode == 0, told
    assert told.splitlines()[-1] == "ended"
    assert len(list((project / "erp").glob("*.json"))) == 1
