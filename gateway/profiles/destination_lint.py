"""What is wrong with a destination beyond its form: phrases that cannot be filled in, twins that are one, secrets sent in clear."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from gateway.profiles.destination import Call, Create, Destination, Rest
from gateway.profiles.located import place_of
from gateway.profiles.reading import Place, Table

Keys = tuple[int | str, ...]
Mistake = Callable[[str, Collection[str]], str | None]
"""What is wrong with a phrase that may name these facts; None where nothing is."""
Tell = Callable[..., None]

KEY_FACTS = ("key", "digest")
POSTING_FACTS = (*KEY_FACTS, "id", "document_type", "partner", "number", "revision", "document")
READING_FACTS = ("after", "limit")


def check_destinations(destinations: Mapping[str, Destination], table: Table, tell: Tell, mistake: Mistake | None) -> None:
    """Tell everything; `mistake` judges phrases, which this room cannot read."""
    for name, destination in destinations.items():
        where = ("destinations", name)
        if destination.rest is not None:
            _check_rest(destination.rest, table, (*where, "rest"), tell, mistake)
        twin = destinations.get(destination.testing or "")
        if twin is not None and twin is not destination and _stands(twin) == _stands(destination):
            tell("testing-destination-same", _at(table, (*where, "testing")), ".".join(where), destination.testing)


def _check_rest(rest: Rest, table: Table, where: Keys, tell: Tell, mistake: Mistake | None) -> None:
    if rest.find is None:
        tell("find-missing", _at(table, where), ".".join(map(str, where)))
    token = rest.auth.oauth2.token_url if rest.auth is not None and rest.auth.oauth2 is not None else None
    for keys, url in (((*where, "url"), rest.url), ((*where, "auth", "oauth2", "token_url"), token)):
        if rest.auth is not None and url is not None and in_clear(url):
            tell("url-in-clear", _at(table, keys), ".".join(map(str, keys)), url)
    for keys, phrase, facts in _phrases(rest) if mistake is not None else ():
        problem = mistake(phrase, facts) if mistake is not None else None
        if problem is not None:
            at = (*where, *keys)
            tell("phrase-wrong", _at(table, at), ".".join(map(str, at)), problem=problem)


def _phrases(rest: Rest) -> Iterator[tuple[Keys, str, Collection[str]]]:
    for name, text in rest.headers.items():
        yield ("headers", name), text, ()
    yield from _of_call(("create",), rest.create, POSTING_FACTS)
    for kind, create in rest.creates.items():
        yield from _of_call(("creates", kind), create, POSTING_FACTS)
    if rest.find is not None:
        yield from _of_call(("find",), rest.find, KEY_FACTS)
        yield ("find", "equals"), rest.find.equals, KEY_FACTS
    if rest.read is not None:
        yield from _of_call(("read",), rest.read, READING_FACTS)


def _of_call(where: Keys, call: Call, facts: Collection[str]) -> Iterator[tuple[Keys, str, Collection[str]]]:
    yield (*where, "path"), call.path, facts
    for name, text in call.query.items():
        yield (*where, "query", name), text, facts
    for name, text in call.headers.items():
        yield (*where, "headers", name), text, facts
    if isinstance(call, Create) and call.body is not None:
        yield (*where, "body"), call.body, facts


def _stands(destination: Destination) -> tuple[object, ...]:
    """Where it is: two that say the same are one system."""
    if destination.folder is not None:
        return ("folder", posixpath.normpath(destination.folder.path))
    if destination.rest is not None:
        return ("rest", destination.rest.url.rstrip("/"), tuple(destination.rest.headers.items()))
    tables = destination.database
    return ("database", tables.url, tables.file, tables.db_schema, tables.prefix) if tables is not None else ()


def in_clear(url: str) -> bool:
    """Whether what goes to an address can be read on the way; on this machine it cannot."""
    return re.match(r"http://(?!localhost(?:[:/]|$)|127\.|\[::1\])", url) is not None


def _at(table: Table, keys: Keys) -> Place:
    """The place of what is written, or of the nearest that is."""
    while keys:
        parent = place_of(table, keys[:-1])[1]
        if isinstance(parent, Table) and keys[-1] in parent:
            return place_of(table, keys)[0]
        keys = keys[:-1]
    return table.at
