"""What is wrong between the keys of our API: none at all, one name twice, one secret for two."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.profiles.api import ApiIn, OurApi
from gateway.profiles.catalog import Catalog
from gateway.profiles.channel import Channels
from gateway.profiles.channel_lint import Tell
from gateway.profiles.located import place_of
from gateway.profiles.reading import Table

Keys = tuple[int | str, ...]


def check_apis(catalog: Catalog, tell: Tell) -> None:
    """Every key leads to one caller, and every way in by the API has one."""
    seen: dict[str, str] = {}
    for owner, table, where, api in _declared(catalog):
        field = ".".join(str(part + 1) if isinstance(part, int) else part for part in where)
        if isinstance(api, ApiIn) and not api.keys and not api.signatures:
            tell("api-without-keys", place_of(table, where)[0], field)
        if isinstance(api, ApiIn) and api.signed and not api.signatures:
            tell("api-unsigned", place_of(table, (*where, "signed"))[0], f"{field}.signed")
        names: set[str] = set()
        for path, name, secret in _secrets(api):
            at, _ = place_of(table, (*where, *path))
            if name in names:
                tell("api-key-twice", at, field, name)
            if secret in seen:
                tell("api-secret-shared", at, field, secret, other=seen[secret])
            names.add(name)
            seen[secret] = f"{owner} ({name})"


def _declared(catalog: Catalog) -> Iterator[tuple[str, Table, Keys, ApiIn | OurApi]]:
    for name, partner in sorted(catalog.partners.items()):
        yield from _ways(name, partner.table, partner.profile.channels)
    for name, connection in sorted(catalog.connections.items()):
        yield from _ways(name, catalog.connection_tables[name], connection.channels)
    if catalog.us is not None and catalog.us_table is not None and catalog.us.api is not None:
        yield "us", catalog.us_table, ("api",), catalog.us.api


def _ways(owner: str, table: Table, channels: Channels) -> Iterator[tuple[str, Table, Keys, ApiIn]]:
    for number, way in enumerate(channels.in_):
        if way.api is not None:
            yield owner, table, ("channels", "in", number, "api"), way.api


def _secrets(api: ApiIn | OurApi) -> Iterator[tuple[Keys, str, str]]:
    for number, key in enumerate(api.keys):
        yield ("keys", number, "secret"), key.id, key.secret
    for number, secret in enumerate(api.signatures if isinstance(api, ApiIn) else ()):
        yield ("signatures", number), f"signature {number + 1}", secret
