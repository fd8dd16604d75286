"""The project a command works in: the folder named, or the one here or above that holds gateway.yaml."""

from pathlib import Path

import click

from gateway.cli.outcome import NotFound
from gateway.stores.library import FolderLibrary

MARKER = "gateway.yaml"


def folder() -> Path | None:
    """The project folder; None where there is none, and the packaged guides and mappings serve alone."""
    named: Path | None = click.get_current_context().find_root().obj
    if named is not None:
        if not named.is_dir():
            raise NotFound(f"{named}: there is no such project folder; `gateway init {named}` makes one")
        return named
    here = Path.cwd()
    return next((place for place in (here, *here.parents) if (place / MARKER).is_file()), None)


def needed() -> Path:
    """The project folder; NotFound with the remedy where there is none."""
    found = folder()
    if found is None:
        raise NotFound("there is no project here; `gateway init DIR` makes one, --project DIR names one")
    return found


def library() -> FolderLibrary:
    """The project's files over the packaged guides and mappings."""
    return FolderLibrary(folder())
