"""Measures cases in turn against a yardstick: A B A C A, again and again, in CPU time of this process."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import process_time

Case = Callable[[], object]


@dataclass(frozen=True)
class Ratio:
    """A case against the yardstick over all rounds: the median of the rounds' ratios, the least and the greatest."""

    value: float
    low: float
    high: float
    seconds: float
    """Of the case itself, median."""


def ratios(yardstick: Case, cases: dict[str, Case], rounds: int) -> dict[str, Ratio]:
    """Each case's CPU over the mean of the yardstick just before and just after it; a first run of each warms up and is not counted."""
    for case in cases.values():
        case()
    found: dict[str, list[float]] = {name: [] for name in cases}
    spent: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        before = cpu(yardstick)
        for name, case in cases.items():
            seconds = cpu(case)
            after = cpu(yardstick)
            found[name].append(seconds / ((before + after) / 2))
            spent[name].append(seconds)
            before = after
    return {name: Ratio(median(rows), min(rows), max(rows), median(spent[name])) for name, rows in found.items()}


def cpu(case: Case) -> float:
    """The CPU seconds of one run, the collector of cycles run before."""
    gc.collect()
    start = process_time()
    case()
    return max(process_time() - start, 1e-9)
