"""A real OpenSSH server for tests: on a free port, with its own host keys and configuration, for one user without privileges."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

REMEDY = "`apt-get install --no-install-recommends openssh-server` brings it"
CONFIG = """
Port {port}
ListenAddress 127.0.0.1
{host_keys}
PidFile none
AuthorizedKeysFile {root}/authorized
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
AllowUsers {user}
MaxStartups 100
MaxSessions 100
LogLevel VERBOSE
Subsystem sftp internal-sftp
ForceCommand internal-sftp
{extra}
"""


def binary() -> str | None:
    """Where sshd is; it must be called by its whole path."""
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/sbin")


@dataclass
class Sshd:
    """The server: `port`, `user`, `key` (a private key as text), `pins` of its host keys, `root` a folder the user may write in."""

    root: Path
    port: int
    user: str
    key: str
    pins: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    folders: list[Path] = field(default_factory=list)

    def folder(self) -> Path:
        """A new empty folder that the user may write in."""
        made = Path(tempfile.mkdtemp(dir=self.root))
        made.chmod(0o755)
        owned(made, self.user)
        return made

    def owned(self, path: Path) -> Path:
        """The path, given to the user."""
        owned(path, self.user)
        return path

    def log(self) -> str:
        """What the server says of itself."""
        return (self.root / "sshd.log").read_text(errors="replace")

    def stop(self) -> None:
        """End it, and every session it has."""
        assert self.process is not None
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.root, ignore_errors=True)


def owned(path: Path, user: str) -> None:
    """Give a path to the user, where we may."""
    if os.getuid() == 0:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid, follow_symlinks=False)


def start(extra: str = "", kinds: tuple[str, ...] = ("ed25519", "rsa")) -> Sshd:
    """Start one; the user is `nobody` where tests run as root, so that permissions count, else whoever runs them."""
    sshd = binary()
    assert sshd is not None
    user = "nobody" if os.getuid() == 0 else getpass.getuser()
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # privilege separation; where there is no init nobody makes it
    root = Path(tempfile.mkdtemp(prefix="gateway-sshd-"))
    root.chmod(0o755)
    pins = {}
    for kind in kinds:
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", root / f"host_{kind}"], check=True)
        said = subprocess.run(["ssh-keygen", "-l", "-f", root / f"host_{kind}.pub"], check=True, capture_output=True, text=True)
        pins[kind] = said.stdout.split()[1]
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", root / "client"], check=True)
    (root / "authorized").write_text((root / "client.pub").read_text())
    key = (root / "client").read_text()
    last = ""
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        host_keys = "\n".join(f"HostKey {root}/host_{kind}" for kind in kinds)
        (root / "sshd.conf").write_text(CONFIG.format(port=port, host_keys=host_keys, root=root, user=user, extra=extra))
        process = subprocess.Popen([sshd, "-D", "-f", str(root / "sshd.conf"), "-E", str(root / "sshd.log")], stdin=subprocess.DEVNULL)
        if _listens(port, process):
            return Sshd(root, port, user, key, pins, process)
        last = (root / "sshd.log").read_text(errors="replace") if (root / "sshd.log").exists() else ""
        process.kill()
        process.wait(10)
    raise RuntimeError(f"sshd does not start: {last}")


def _listens(port: int, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        try:
            process.wait(0.02)
        except subprocess.TimeoutExpired:
            continue
    return False
