"""Who held a lease and is no more: by process number, and by when that process began."""

import os
import subprocess
import sys
import threading
import time

from gateway.surroundings import began
from gateway.wiring import in_memory


def until(true):
    """Waits for what must come; the bound is for a broken program."""
    pause, end = threading.Event(), time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        pause.wait(0.01)


def test_a_process_that_ended_holds_nothing(tmp_path):
    gateway = in_memory(tmp_path)
    host, _, value = gateway.owner.split("/")
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    owner = f"{host}/{child.pid}.{began(child.pid)}/{value}"
    assert not gateway.owner_is_dead(owner)
    child.stdin.close()
    until(lambda: gateway.owner_is_dead(owner))  # though nobody has asked yet how it ended
    child.wait()
    assert gateway.owner_is_dead(owner)


def test_a_number_that_came_again_is_another_process(tmp_path):
    gateway = in_memory(tmp_path)
    host, _, value = gateway.owner.split("/")
    assert not gateway.owner_is_dead(gateway.owner)
    assert gateway.owner_is_dead(f"{host}/{os.getpid()}.1/{value}")


def test_processes_of_other_machines_are_left_alone(tmp_path):
    assert not in_memory(tmp_path).owner_is_dead("elsewhere/1.1/X")
