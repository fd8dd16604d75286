"""A real PostgreSQL for tests: on a free port, its data in a folder of its own, run by a user without privileges."""

from __future__ import annotations

import getpass
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

REMEDY = "`apt-get install --no-install-recommends postgresql` brings it"


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl: on the PATH, or where Debian keeps each version's."""
    found = shutil.which("initdb")
    there = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])) if found is None else []
    return Path(found).resolve().parent if found else there[-1].parent if there else None


@dataclass
class Postgres:
    """The server; `url` is of an empty database of its own for each who asks."""

    root: Path
    port: int
    bin: Path
    user: str | None
    numbers: itertools.count[int]

    def url(self) -> str:
        """A new database."""
        name = f"t{next(self.numbers)}"
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "gateway", name)
        return f"postgresql://gateway@127.0.0.1:{self.port}/{name}"

    def run(self, program: str, *words: str) -> None:
        """One of its programs, as its user."""
        path = self.bin / program
        done = subprocess.run(
            [str(path) if path.exists() else program, *words],
            cwd=self.root,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=self.user,
            group=pwd.getpwnam(self.user).pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            timeout=120,
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}")

    def start(self) -> None:
        """Start it, and wait until it answers."""
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.root} -c fsync=off"
        self.run("pg_ctl", "-w", "-t", "60", "-D", f"{self.root}/data", "-l", f"{self.root}/log", "-o", settings, "start")

    def stop(self) -> None:
        """Stop it at once, as a power cut would."""
        self.run("pg_ctl", "-w", "-t", "60", "-m", "immediate", "-D", f"{self.root}/data", "stop")


def start(programs: Path) -> Postgres:
    """Make one and start it; it runs as `postgres` or `nobody` where tests run as root, which PostgreSQL refuses."""
    user = None
    if os.getuid() == 0:
        user = next(name for name in ("postgres", "nobody") if name in {entry.pw_name for entry in pwd.getpwall()})
    root = Path(tempfile.mkdtemp(prefix="gateway-postgres-"))
    if user is not None:
        shutil.chown(root, user)
    last = None
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        made = Postgres(root, port, programs, user, itertools.count(1))
        if not (root / "data").exists():
            made.run("initdb", "-D", f"{root}/data", "-U", "gateway", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        try:
            made.start()
        except RuntimeError as error:
            last = error
        else:
            return made
    raise RuntimeError(f"PostgreSQL does not start for {user or getpass.getuser()}: {last}")
