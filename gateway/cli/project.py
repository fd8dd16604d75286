"""The project a command works in: the folder named, or the one here or above that holds gateway.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gateway.cli.outcome import Failure, NotFound
from gateway.stores.library import FolderLibrary

if TYPE_CHECKING:
    from gateway.profiles.catalog import Catalog
    from gateway.wiring import Gateway

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


def catalog_with(partner: str) -> Catalog:
    """The project's profiles, of which this partner's can be used; NotFound where it cannot."""
    from gateway.profiles.catalog import Catalog

    needed()
    catalog = Catalog.load(library())
    if partner not in catalog.partners:
        raise NotFound(f"there is no usable partner {partner!r}; `gateway partner list` lists them")
    return catalog


@contextmanager
def opened() -> Iterator[Gateway]:
    """The project's gateway, let go of at the end; settings that cannot be used are told."""
    from gateway.settings import SettingsError
    from gateway.wiring import open_gateway

    try:
        gateway = open_gateway(needed())
    except SettingsError as error:
        raise Failure(str(error)) from None
    try:
        yield gateway
    finally:
        gateway.close()
