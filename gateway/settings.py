"""What a project says about itself: where it keeps what it remembers, and how often it looks."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gateway.edi.finding import Finding
from gateway.profiles.reading import Table, read_yaml

FILE = "gateway.yaml"
KEYS = ("gateway", "data", "journal", "archive", "quarantine", "drops", "every")


class SettingsError(Exception):
    """The settings cannot be used; the findings say where and why."""

    def __init__(self, findings: list[Finding] | str) -> None:
        said = findings if isinstance(findings, str) else "; ".join(f.message for f in findings)
        super().__init__(said)
        self.findings = [] if isinstance(findings, str) else findings


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


def settings(project: Path, environ: dict[str, str] | None = None) -> Settings:
    """The settings of a project folder: gateway.yaml, then GATEWAY_DATA and its like from the environment. Raises SettingsError."""
    file, surroundings = project / FILE, dict(os.environ) if environ is None else environ
    written: dict[str, str] = {}
    if file.exists():
        value, findings = read_yaml(file.read_text(encoding="utf-8"), FILE)
        if findings:
            raise SettingsError(findings)
        if isinstance(value, Table):
            unknown = [key for key in value if key not in KEYS]
            if unknown:
                raise SettingsError(f"{FILE}: {', '.join(unknown)}: not a setting; expected some of {', '.join(KEYS)}")
            written = {key: str(text) for key, text in value.items() if text is not None}
    written |= {key: surroundings[f"GATEWAY_{key.upper()}"] for key in KEYS if f"GATEWAY_{key.upper()}" in surroundings}
    data = project / written.get("data", "data")
    paths = {key: project / written[key] if key in written else data / name for key, name in _PLACES.items()}
    drops = project / written["drops"] if "drops" in written else None
    return Settings(project, data, **paths, every=_seconds(written.get("every", "10s")), drops=drops)


_PLACES = {"journal": "journal.sqlite", "archive": "archive", "quarantine": "quarantine"}


def _seconds(text: str) -> timedelta:
    units = {"s": 1, "m": 60, "h": 3600}
    number, unit = text[:-1], text[-1:]
    if unit not in units or not number.isdigit() or int(number) == 0:
        raise SettingsError(f"{FILE}: every: '{text}' is not a time; expected such as 10s, 5m or 1h")
    return timedelta(seconds=int(number) * units[unit])
