"""Small files from a folder to the ERP's, each durable on the way: by the gateway, and by hand without a look into them."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

from gateway.wiring import open_gateway
from gateway.worker.loop import Worker

US = """
name: Harbor
contacts: [{role: edi, name: EDI desk, email: edi@harbor.example}]
identities: {main: {isa: "ZZ/HARBOR", gs: HARBOR}}
destinations:
  erp: {folder: {path: erp}}
"""
PARTNER = """
partner: acme
name: Acme Supply
status: production
contacts: [{role: edi, email: edi@acme.example}]
identities: {main: {isa: "ZZ/ACME", gs: ACME}}
channels:
  in: [{folder: {path: in, settle: 0s}}]
  out: [{folder: {path: out}}]
deliver_to: [erp]
we_receive:
  - {set: "850", version: "004010", answer: {form: "none"}}
"""


def an_order(number: int) -> str:
    """One 850 of a line in an interchange of its own."""
    segments = [
        f"ISA*00*          *00*          *ZZ*{'ACME':<15}*ZZ*{'HARBOR':<15}*260102*0304*U*00401*{number:09d}*0*P*>",
        f"GS*PO*ACME*HARBOR*20260102*0304*{number}*X*004010",
        "ST*850*0001",
        f"BEG*00*SA*PO-{number}**20260102",
        "PO1*1*5*EA*9.95**VP*A-1",
        "CTT*1",
        "SE*5*0001",
        f"GE*1*{number}",
        f"IEA*1*{number:09d}",
    ]
    return "".join(f"{segment}~\n" for segment in segments)


def carried(count: int) -> float:
    """Wall seconds that the gateway takes for so many files, its second lot: the first one warms it up."""
    with TemporaryDirectory() as name:
        project = Path(name)
        (project / "partner_profiles").mkdir()
        (project / "partner_profiles" / "us.yaml").write_text(US)
        (project / "partner_profiles" / "acme.yaml").write_text(PARTNER)
        (project / "gateway.yaml").write_text("gateway: 1\n")
        gateway = open_gateway(project)
        try:
            _drop(project / "in", 1, count // 5)
            Worker(gateway).run_until_idle()
            _drop(project / "in", count // 5 + 1, count)
            seconds = _timed(lambda: Worker(gateway).run_until_idle())
            done = len(list((project / "erp").glob("*.json")))
            if done != count // 5 + count:
                raise RuntimeError(f"{done} documents of {count // 5 + count} came to the ERP")
            return seconds
        finally:
            gateway.close()


def by_hand(count: int) -> float:
    """Wall seconds for the same files: filed by their hash, a row committed, written to the ERP's folder, moved aside."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        for room in ("archive", "erp", "done"):
            (folder / room).mkdir()
        _drop(folder / "in", 1, count)
        database = sqlite3.connect(folder / "journal.sqlite", isolation_level=None)
        database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE file (name TEXT, address TEXT);")

        def every() -> None:
            for path in sorted((folder / "in").iterdir()):
                data = path.read_bytes()
                address = hashlib.sha256(data).hexdigest()
                _durably(folder / "archive", address, data)
                database.execute("INSERT INTO file VALUES (?, ?)", (path.name, address))
                _durably(folder / "erp", f"{path.stem}.json", data)
                shutil.move(path, folder / "done" / path.name)

        try:
            return _timed(every)
        finally:
            database.close()


def _drop(folder: Path, first: int, count: int) -> None:
    folder.mkdir(exist_ok=True)
    for number in range(first, first + count):
        (folder / f"{number:06d}.edi").write_text(an_order(number))


def _durably(folder: Path, name: str, data: bytes) -> None:
    aside = folder / f".{name}"
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.rename(folder / name)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(handle)
    os.close(handle)


def _timed(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
