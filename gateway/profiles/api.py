"""Our HTTP API as written: which keys a partner (or a system of ours) has, what they may do, and how much of it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from gateway.profiles.written import FileName, Name, Secret, Size, Written, expected

Scope = Literal["send", "check", "read"]
SCOPES: tuple[Scope, ...] = ("send", "check", "read")

_RATE = "[1-9][0-9]{0,6}/[smh]"


def _rate(value: object) -> object:
    if isinstance(value, str):
        if not re.fullmatch(_RATE, value):
            raise expected("a rate such as 10/s, 60/m or 1000/h")
        number, _, unit = value.partition("/")
        return int(number), {"s": 1, "m": 60, "h": 3600}[unit]
    return value


Rate = Annotated[tuple[int, int], BeforeValidator(_rate), WithJsonSchema({"type": "string", "pattern": f"^{_RATE}$"})]
"""How many in how many seconds: 10/s, 60/m, 1000/h."""


class ApiKey(Written):
    """One key: whoever sends it in `Authorization: Bearer` is who the file says."""

    id: Name
    """What logs call it; never the key itself."""
    secret: Secret
    """Where the key is: at least 20 characters that nobody guesses."""
    scopes: list[Scope] = list(SCOPES)
    """What it may do: send (files and documents), check (without sending), read (what became of them)."""


class ApiIn(Written):
    """Our HTTP API (`gateway serve`), where the partner posts what he sends."""

    keys: list[ApiKey] = []
    """His keys; two at once while one takes the place of the other."""
    signatures: list[Secret] = []
    """The secrets of webhooks that he signs as Standard Webhooks says (whsec_...); two at once while one takes the place of the other."""
    signed: bool = False
    """Whether what he posts with a key must be signed too."""
    largest: Size = 100_000_000
    """Bytes of the largest body; 100MB where not said."""
    rate: Rate = (120, 60)
    """How many requests in which time, such as 60/m; 120/m where not said."""
    concurrent: Annotated[int, Field(ge=1, le=32)] = 4
    """How many requests at once."""


class ApiOut(Written):
    """Our HTTP API, where the partner fetches what we have for him."""

    name: FileName | None = None
    """What a file that he fetches is called."""


class OurApi(Written):
    """How our own systems use the API: `send` posts documents that go out to partners, `read` sees everything."""

    keys: Annotated[list[ApiKey], Field(min_length=1)]
    largest: Size = 100_000_000
    rate: Rate = (6000, 60)
    concurrent: Annotated[int, Field(ge=1, le=32)] = 16
