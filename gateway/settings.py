"""What a project says about itself: where it keeps what it remembers, and how often it looks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from gateway.edi.finding import Finding
from gateway.profiles.reading import Table, read_yaml

FILE = "gateway.yaml"
KEYS = ("gateway", "data", "journal", "archive", "quarantine", "drops", "every", "api")


class SettingsError(Exception):
    """The settings cannot be used; the findings say where and why."""

    def __init__(self, findings: list[Finding] | str) -> None:
        said = findings if isinstance(findings, str) else "; ".join(f.message for f in findings)
        super().__init__(said)
        self.findings = [] if isinstance(findings, str) else findings


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Where the HTTP API listens (`gateway serve`), and how much it takes on at once."""

    host: str = "127.0.0.1"
    port: int = 8080
    at_once: int = 32
    """Requests under way; further ones are told to come again."""
    connections: int = 500
    """Connections held open; of more, the one longest idle is closed."""
    patience: int = 20
    """Seconds that the head of a request, or the next piece of its body, may take."""
    slowest: int = 1000
    """Bytes a second that a body must come with on the whole."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a project keeps what it remembers; None in memory, which a test or a trial run forgets."""

    project: Path
    data: Path | None
    journal: Path | None = None
    archive: Path | None = None
    quarantine: Path | None = None
    every: timedelta = timedelta(seconds=10)
    """How often inboxes are looked at when nothing wakes the worker."""
    drops: Path | None = None
    """Where partners' drops stand; None for the project's own folder `drops`."""
    api: ApiSettings = ApiSettings()


def settings(project: Path, environ: dict[str, str] | None = None) -> Settings:
    """The settings of a project folder: gateway.yaml, then GATEWAY_DATA and its like from the environment. Raises SettingsError."""
    file, surroundings = project / FILE, dict(os.environ) if environ is None else environ
    written: dict[str, str] = {}
    listening: dict[str, str] = {}
    if file.exists():
        value, findings = read_yaml(file.read_text(encoding="utf-8"), FILE)
        if findings:
            raise SettingsError(findings)
        if isinstance(value, Table):
            unknown = [key for key in value if key not in KEYS]
            if unknown:
                raise SettingsError(f"{FILE}: {', '.join(unknown)}: not a setting; expected some of {', '.join(KEYS)}")
            written = {key: str(text) for key, text in value.items() if text is not None and key != "api"}
            listening = _table(value.get("api"))
    written |= {key: surroundings[f"GATEWAY_{key.upper()}"] for key in KEYS if f"GATEWAY_{key.upper()}" in surroundings}
    listening |= {key: surroundings[f"GATEWAY_API_{key.upper()}"] for key in _API if f"GATEWAY_API_{key.upper()}" in surroundings}
    data = project / written.get("data", "data")
    paths = {key: project / written[key] if key in written else data / name for key, name in _PLACES.items()}
    drops = project / written["drops"] if "drops" in written else None
    return Settings(project, data, **paths, every=_seconds(written.get("every", "10s")), drops=drops, api=_api(listening))


_API: dict[str, tuple[int, int]] = {
    "host": (0, 0),
    "port": (0, 65535),
    "at_once": (1, 32),
    "connections": (4, 10_000),
    "patience": (1, 600),
    "slowest": (0, 10**9),
}
"""What may be said of the API, with the least and the most of what is a number."""


def _table(value: object) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, Table):
        raise SettingsError(f"{FILE}: api: expected a map of {', '.join(_API)}")
    unknown = [key for key in value if key not in _API]
    if unknown:
        raise SettingsError(f"{FILE}: api: {', '.join(unknown)}: not a setting; expected some of {', '.join(_API)}")
    return {key: str(text) for key, text in value.items() if text is not None}


def _api(said: dict[str, str]) -> ApiSettings:
    settled: dict[str, Any] = {}
    for key, text in said.items():
        least, most = _API[key]
        if key == "host":
            settled[key] = text
        else:
            if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
                raise SettingsError(f"{FILE}: api: {key}: '{text}' is not a number from {least} to {most}")
            settled[key] = int(text)
    return ApiSettings(**settled)


_PLACES = {"journal": "journal.sqlite", "archive": "archive", "quarantine": "quarantine"}


def _seconds(text: str) -> timedelta:
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = text[:-1], text[-1:]
    if unit not in units or not number.isdigit() or int(number) == 0:
        raise SettingsError(f"{FILE}: every: '{text}' is not a time; expected such as 10s, 5m or 1h")
    return timedelta(seconds=int(number) * units[unit])
