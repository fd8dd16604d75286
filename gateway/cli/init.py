"""`gateway init`: a project folder with the starter profiles and samples."""

import shutil
from pathlib import Path

import click

from gateway.cli import outcome
from gateway.cli.commands import Command
from gateway.cli.project import MARKER
from gateway.cli.render import count, put, say
from gateway.stores.library import SEEDED, starter

SETTINGS = """\
# This folder is a gateway project. Paths are relative to it; every key can be left out.
gateway: 1
#data: data                    # journal, archive, quarantine
"""


@click.command(name="init", cls=Command, examples=["gateway init my-project"])
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Also into a folder that is not empty; files that are there stay as they are.")
def command(folder: Path, force: bool) -> None:
    """Make a project folder with starter profiles and samples.

    Standard guides and mappings are read from the package, so that an upgrade reaches the project; a file of the same
    name under FOLDER/mappings takes the place of one.
    """
    if folder.exists() and not folder.is_dir():
        raise outcome.Failure(f"{folder}: is a file; name a folder")
    if folder.is_dir() and any(folder.iterdir()) and not force:
        raise outcome.Failure(f"{folder}: is not empty; name a new folder, or use --force to add what is missing")
    folder.mkdir(parents=True, exist_ok=True)
    written = kept = 0
    for source, name in _seeds():
        target = folder / name
        if target.exists():
            kept += 1
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        written += 1
    marker = folder / MARKER
    if not marker.exists():
        marker.write_text(SETTINGS, encoding="utf-8")
        written += 1
    (folder / "mappings").mkdir(exist_ok=True)
    put(f"{folder}: {count(written, 'file')} written" + (f", {count(kept, 'file')} left as they were" if kept else ""))
    say(f"next: cd {folder} && gateway partner check")


def _seeds() -> list[tuple[Path, str]]:
    """The starter files with their names in the project: profiles, samples, and what the partners among them differ in."""
    top = starter()
    found = []
    for seeded in SEEDED:
        for path in sorted((top / seeded).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith("."):
                found.append((path, path.relative_to(top).as_posix()))
    return found
