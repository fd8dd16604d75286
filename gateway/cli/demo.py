"""`gateway demo`: real files of sample partners, carried before your eyes, and one of them mended and reprocessed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

from gateway.cli import outcome
from gateway.cli.commands import Command
from gateway.cli.demo_drop import show_drop
from gateway.cli.render import put
from gateway.stores.library import starter

DROPS = (
    ("riverside", "orders.edi", "demo/riverside/orders.edi"),
    ("riverside", "orders-webshop.csv", "demo/riverside/orders-webshop.csv"),
    ("acme", "855.edi", "demo/acme/855.edi"),
    ("acme", "856.edi", "demo/acme/856.edi"),
    ("acme", "810.edi", "demo/acme/810.edi"),
)
"""Partner, name in his folder, sample."""
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + b"\xff\xdb" + bytes(range(64)) + b"\xff\xd9"
MENDED = ("  unit: {PACK: XPK}", "  unit: {PACK: XPK, QQ: XBX}")
"""The line of Riverside's profile before and after: his buyers write QQ for a box."""
PLACES = (
    ("erp", "one file a document, for the ERP"),
    ("outbox/riverside", "answers to riverside"),
    ("outbox/acme", "answers to acme"),
    ("data/quarantine", "what waits for a person"),
)
MADE = ".made-by-demo"
_PROFILE = "partner_profiles/riverside.yaml"


@click.command(name="demo", cls=Command, examples=["gateway demo"])
@click.option(
    "--into", "folder", type=click.Path(path_type=Path), default=Path("demo"), show_default=True, help="The project folder to make."
)
def command(folder: Path) -> None:
    """See it work on sample partners and real files.

    Makes a project folder, drops files into the partners' folders, works until nothing is due, and shows what became of
    each; then mends what is held and reprocesses it. A folder that an earlier demo made is made anew.
    """
    _fresh(folder)
    _say("A project with three partners, and what they drop into their folders")
    _run("init", str(folder))
    (folder / MADE).touch()
    for partner, name, sample in DROPS:
        _drop(folder, partner, name, (starter() / "samples" / sample).read_bytes())
    _drop(folder, "acme", "photo.edi", JPEG)
    put("   riverside, a customer: three orders in one X12 file, two orders from his web shop as CSV")
    put("   acme, a supplier: an acknowledgment, a ship notice and an invoice in X12, and a photo named photo.edi")
    _say("The service works until nothing is due; then riverside sends the first file again")
    _run("--project", str(folder), "run", "--once")
    _drop(folder, "riverside", "orders-again.edi", (starter() / "samples" / DROPS[0][2]).read_bytes())
    _run("--project", str(folder), "run", "--once")
    _say("What became of each file")
    _run("--project", str(folder), "transmission", "list")
    _say("Where it lies")
    _folders(folder)
    _mend(folder)
    _send(folder)
    show_drop(folder, _say, _run)
    put()
    put(f"Go on yourself: cd {folder}, then gateway document list, gateway transmission show ID, gateway quarantine list.")


def _send(folder: Path) -> None:
    """The other way: an order of ours goes to acme, whose 997 comes back."""
    _say("The other way: the ERP leaves an order for acme; it is written, read again, sent, and acme's 997 is awaited")
    _run("--project", str(folder), "document", "send", str(folder / "samples" / "demo" / "harbor" / "order.json"))
    _run("--project", str(folder), "acknowledgment", "open")
    _say("Acme's 997 comes back")
    _drop(folder, "acme", "997.edi", (starter() / "samples" / "demo" / "answers" / "997.edi").read_bytes())
    _run("--project", str(folder), "run", "--once")
    _run("--project", str(folder), "transmission", "list", "--sent")


def _fresh(folder: Path) -> None:
    """Removes what an earlier demo left; anything else is not touched."""
    if not folder.exists():
        return
    if not (folder / MADE).is_file() and any(folder.iterdir()):
        raise outcome.Failure(f"{folder}: is not empty and was not made by a demo; name another with --into")
    shutil.rmtree(folder)


def _drop(folder: Path, partner: str, name: str, data: bytes) -> None:
    target = folder / "inbox" / partner / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


def _folders(folder: Path) -> None:
    """Where everything lies."""
    for place, what in PLACES:
        names = sorted(path.name for path in (folder / place).glob("*") if path.is_file() and not path.name.startswith("."))
        put(f"   {folder / place}/  {what}", bold=True)
        for name in names:
            put(f"      {name}")


def _mend(folder: Path) -> None:
    """The order held at map: why, the line that mends it, and what reprocessing makes of it."""
    held = _held(folder)
    _say("One order waits: riverside was told it is well-formed X12, but what a QQ is, only a person knows")
    _run("--project", str(folder), "quarantine", "show", held)
    _say(f"Mend it: one line of {_PROFILE}; then reprocess from the archived bytes")
    profile = folder / _PROFILE
    before = profile.read_text(encoding="utf-8")
    if MENDED[0] not in before:
        raise outcome.Failure(f"{profile}: the line to be mended is not there")
    profile.write_text(before.replace(*MENDED), encoding="utf-8")
    put(f"   - {MENDED[0].strip()}", colour="red")
    put(f"   + {MENDED[1].strip()}", colour="green")
    _run("--project", str(folder), "quarantine", "reprocess", held)
    _run("--project", str(folder), "run", "--once")
    _run("--project", str(folder), "transmission", "list")


def _held(folder: Path) -> str:
    """The id of the document held at map, from the quarantine folder that people open."""
    for path in sorted((folder / "data" / "quarantine").glob("*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        if facts["verb"] == "map":
            return path.stem
    raise outcome.Failure("the demo expected one order held at map; please report this")


def _say(text: str) -> None:
    put()
    put(text, bold=True)


def _run(*arguments: str) -> None:
    """One command as a person would type it, and its output."""
    from gateway.cli.main import main

    shown = [argument for argument in arguments if argument != "--project"]
    if len(shown) < len(arguments):
        shown = shown[1:]
    put(f"$ gateway {' '.join(shown)}", colour="cyan")
    code = main.main(list(arguments), "gateway", standalone_mode=False)
    if code not in (None, outcome.OK, outcome.FINDINGS):
        raise outcome.Failure(f"gateway {' '.join(shown)} ended with {code}")
