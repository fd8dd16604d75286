"""The demo's last part: a supplier with a stock SFTP client drops a file, and collects his acknowledgment."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from gateway.cli import outcome
from gateway.cli.render import put
from gateway.ports import Unavailable
from gateway.stores.library import starter

PROFILE = """\
partner: cedar
name: Cedar Supply
status: production
timezone: America/Chicago
contacts: [{role: edi, email: edi@cedar.example}]
identities:
  main: {isa: "ZZ/CEDARSUPPLY", gs: CEDAR}
channels:
  in: [{drop: {keys: ["KEY"]}}]
we_receive:
  - {set: "855", version: "004010"}
"""
SENDER = ((b"01*123456789      ", b"ZZ*CEDARSUPPLY    "), (b"GS*PR*ACMEIND*", b"GS*PR*CEDAR*"))
MISSING = (
    "   Suppliers can also log in to folders of their own with you and drop files by SFTP. To see it here,\n"
    "   install the extra, `pip install 'edi-gateway[drop]'`, and OpenSSH's client, and run the demo again."
)


def show_drop(folder: Path, say: Callable[[str], None], run: Callable[..., None]) -> None:
    """From the client to the ERP and back, where client and extra are here; else how to get them."""
    from gateway.transports.drop.server import DropServer
    from gateway.wiring import open_gateway

    client = shutil.which("sftp")
    if client is None or not _extra():
        say("A supplier's own SFTP drop")
        put(MISSING)
        return
    say("Cedar, a new supplier, logs in to a drop of his own with us, by a stock SFTP client: this is his whole profile")
    _lay(folder)
    gateway = open_gateway(folder)
    try:
        server = DropServer(gateway.accounts, lambda reference: reference, gateway.settings.data or folder / "data")
        server.start("127.0.0.1", 0)
    except Unavailable as error:
        gateway.close()
        put(f"   {error}")
        return
    try:
        _sftp(client, folder, server.port, "put 855.edi in/")
        run("--project", str(folder), "run", "--once")
        _sftp(client, folder, server.port, "get out/*")
    finally:
        server.stop()
        gateway.close()
    for answer in sorted((folder / "cedar").glob("997*")):
        put(f"   {answer.relative_to(folder)}: {' '.join(line for line in answer.read_text().split('~') if line.strip()[:2] == 'AK')}")
    for delivered in sorted((folder / "erp").glob("*cedar*")) or sorted((folder / "erp").glob("*PO-7001*"))[-1:]:
        put(f"   {delivered.relative_to(folder)}: in the ERP's folder")
    put("   What he puts into test/ in place of in/ is only checked, and a report laid beside it (docs/suppliers.md).")


def _extra() -> bool:
    try:
        import asyncssh  # noqa: F401 - only whether it is there
    except ImportError:
        return False
    return True


def _lay(folder: Path) -> None:
    """Cedar's side of it: his key and his file; and his profile on ours."""
    from gateway.transports.drop.ssh import new_key, public_line

    his, private = folder / "cedar", new_key("cedar")
    his.mkdir()
    (his / "key").touch(mode=0o600)
    (his / "key").write_text(private)
    content = (starter() / "samples" / "demo" / "acme" / "855.edi").read_bytes()
    for old, new in SENDER:
        content = content.replace(old, new)
    (his / "855.edi").write_bytes(content)
    text = PROFILE.replace("KEY", public_line(private))
    (folder / "partner_profiles" / "cedar.yaml").write_text(text)
    for line in text.splitlines():
        put(f"   {line if len(line) < 100 else line[:60] + ' ... ' + line[-12:]}")


def _sftp(client: str, folder: Path, port: int, command: str) -> None:
    """One command of the stock client, as the supplier types it."""
    his = folder / "cedar"
    put(f"$ sftp -P {port} cedar@localhost    # {command}", colour="cyan")
    options = ["BatchMode=yes", "StrictHostKeyChecking=no", f"UserKnownHostsFile={os.devnull}", "IdentitiesOnly=yes", "LogLevel=ERROR"]
    words = [client, "-q", "-b", "-", "-P", str(port), "-i", "key", *(f"-o{option}" for option in options), "cedar@127.0.0.1"]
    done = subprocess.run(words, input=f"{command}\n", cwd=his, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise outcome.Failure(f"the sftp client failed: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else done.returncode}")
