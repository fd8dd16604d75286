"""Writes a host key into a profile by changing only that place of its text: comments, order and layout stay as they are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.profiles.reading import Items, Place, Table, plain, read_yaml


class NotThere(Exception):
    """The text does not declare the channel itself: a template does."""


def pinned(text: str, name: str, direction: str, settings: Mapping[str, Any], pins: list[str]) -> str:
    """The profile's text with these pins in every SFTP channel to the same server, port and user of that direction. Raises NotThere."""
    written = f'"{pins[0]}"' if len(pins) == 1 else "[" + ", ".join(f'"{pin}"' for pin in pins) + "]"
    value, findings = read_yaml(text, name)
    found = [] if findings else [table for table in _channels(value, direction) if _same(table, settings)]
    if not found:
        raise NotThere
    new = text
    for table in reversed(found):  # from the end, so that places before it stay right
        new = _with_pin(new, table, written)
    check, findings = read_yaml(new, name)
    expected = pins[0] if len(pins) == 1 else pins
    for table in found:
        table.pop("host_key", None)
    after = [table for table in _channels(check, direction) if _same(table, settings)]
    if findings or len(after) != len(found) or any(plain(table.pop("host_key", None)) != expected for table in after):
        raise NotThere
    if plain(check) != plain(value):
        raise NotThere
    return new


def _channels(value: object, direction: str) -> Iterator[Table]:
    channels = value.get("channels") if isinstance(value, Table) else None
    rows = channels.get(direction) if isinstance(channels, Table) else None
    for row in rows if isinstance(rows, Items) else ():
        if isinstance(row, Table) and isinstance(table := row.get("sftp"), Table):
            yield table


def _same(table: Table, settings: Mapping[str, Any]) -> bool:
    port = table.get("port")
    return (
        table.get("host") == settings["host"]
        and table.get("user") == settings["user"]
        and (str(port) if port is not None else "22") == str(settings.get("port") or 22)
    )


def _with_pin(text: str, table: Table, written: str) -> str:
    old = table.get("host_key")
    if "host_key" in table:
        at = table.key_at["host_key"] if old is None else old.at
        start = _offset(text, at)
        if old is None:
            start = text.index(":", start) + 1
            nothing = re.compile(r"[ \t]*(?:~|null\b)?").match(text, start)
            return f"{text[:start]} {written}{text[start if nothing is None else nothing.end() :]}"
        return text[:start] + written + text[_end(text, start, old) :]
    start = _offset(text, table.key_at["host"])
    if text[_offset(text, table.at)] == "{":
        return f"{text[:start]}host_key: {written}, {text[start:]}"
    line = text.rfind("\n", 0, start) + 1
    indent = re.sub(r"[^ ]", " ", text[line:start])
    return f"{text[:start]}host_key: {written}\n{indent}{text[start:]}"


def _offset(text: str, at: Place) -> int:
    lines = text.splitlines(keepends=True)
    return sum(len(line) for line in lines[: at.line - 1]) + at.column - 1


def _end(text: str, start: int, old: object) -> int:
    """Where a value of host_key ends: quoted, plain, or a list; none of them holds what would end it before."""
    if isinstance(old, Items):
        if text[start] != "[":
            raise NotThere  # a list of lines with dashes: rare here, and for a person
        return text.index("]", start) + 1
    if text[start] in "\"'":
        return text.index(text[start], start + 1) + 1
    found = re.compile(r"[^\s,}\]]+").match(text, start)
    return start if found is None else found.end()
