"""`make bench`, `python -m benchmarks`: makes its files, measures, prints a table; exit status 5 where a gate is missed."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import carrying, cases, peers, plain, processes
from benchmarks.figures import HEAD, Figure, row
from benchmarks.files import MB, Data
from benchmarks.mapping import Order
from benchmarks.rounds import Ratio, ratios

MISSED = 5


@dataclass(frozen=True)
class Size:
    """How much is measured; `quick` shows that everything runs, its figures are rough."""

    many: int = 10 * MB
    memory: int = 50 * MB
    small: int = 1_000
    rounds: int = 5
    starts: int = 15


QUICK = Size(many=MB, memory=4 * MB, small=100, rounds=2, starts=3)


def x12(data: Data, size: Size) -> Iterator[Figure]:
    """Reading, checking and translating large files."""
    clean = {kind: data.sets(kind, size.many).read_bytes() for kind in ("850", "856", "810")}
    faulty = data.sets("850", size.many, faulty=True).read_bytes()
    for kind, text in clean.items():
        if cases.checked(text):
            raise cases.NotClean(f"the {kind}s made here have findings")
    for kind, text in clean.items():
        measured = {"check": partial(cases.checked, text)}
        if kind == "850":
            measured = {"parse": partial(cases.parsed, text), **measured}
        if cases.has_mapping(kind):
            measured["json"] = partial(cases.translated, text)
        found = ratios(partial(cases.split, text), measured, size.rounds)
        yield from (_figure(f"{name}-{kind}", ratio, len(text)) for name, ratio in found.items())
    yield _figure(
        "faulty-850", ratios(partial(cases.checked, clean["850"]), {"": partial(cases.checked, faulty)}, size.rounds)[""], len(faulty)
    )


def pyx12(data: Data, size: Size) -> Iterator[Figure]:
    """pyx12's reader, which validates nothing, over the same file in the same run."""
    path = data.sets("850", size.many)
    text = path.read_bytes()
    measured = {"parse": partial(cases.parsed, text), "check": partial(cases.checked, text), "reader": partial(cases.pyx12_reader, path)}
    found = ratios(partial(cases.split, text), measured, max(2, size.rounds - 2))
    theirs = found["reader"]
    yield _figure("pyx12-reader", theirs, len(text))
    for name in ("parse", "check"):
        ours = found[name]
        yield Figure(f"pyx12-{name}", theirs.value / ours.value, theirs.low / ours.high, theirs.high / ours.low)


def small(data: Data, size: Size) -> Iterator[Figure]:
    """Small files, one order each, in a warm process."""
    texts = [path.read_bytes() for path in sorted(data.small(size.small).iterdir())]

    def each(case: object) -> None:
        for text in texts:
            case(text)  # type: ignore[operator]

    measured = {"check": partial(each, cases.checked), "pyx12": partial(each, cases.pyx12_judged)}
    both = ratios(partial(each, cases.split), measured, max(2, size.rounds - 2))
    found, theirs = both["check"], both["pyx12"]
    yield Figure(
        "small-850",
        found.value,
        found.low,
        found.high,
        f"{found.seconds / len(texts) * 1e6:.0f} µs a file of {sum(map(len, texts)) // len(texts):,} bytes",
    )
    detail = f"{theirs.seconds / len(texts) * 1e6:.0f} µs a file"
    yield Figure("small-pyx12", theirs.value / found.value, theirs.low / found.high, theirs.high / found.low, detail)


def mapping(data: Data, size: Size) -> Iterator[Figure]:
    """One order between segments and document, by our mapping and by the same mapping in plain Python."""
    del data
    for lines in (3, 1_000):
        order = Order(lines)
        pairs = {
            "read": (partial(plain.read, order.texts), order.read),
            "write": (partial(plain.write, order.document), order.write),
            "bytes": (partial(cases.split, order.data), order.encoded),
        }
        for name, (yardstick, ours) in pairs.items():
            found = ratios(order.times(yardstick), {"": order.times(ours)}, 3 * size.rounds)[""]
            once = found.seconds / max(3, 3_000 // lines)
            yield Figure(f"{name}-{lines}", found.value, found.low, found.high, f"{once * 1e6:,.0f} µs")


def others(data: Data, size: Size) -> Iterator[Figure]:
    """Other parsers over the same files, in turn with ours."""
    interpreter, rounds = peers.python(), max(2, size.rounds - 2)
    folder, large = data.small(size.small), data.sets("850", size.many)
    texts, text = [path.read_bytes() for path in sorted(folder.iterdir())], large.read_bytes()

    def each() -> None:
        for one in texts:
            cases.checked(one)

    for name in ("bots", "ansi"):
        with peers.child(interpreter, name, folder) as theirs:
            found = peers.over(theirs, each, rounds)
        detail = f"{found.seconds / len(texts) * 1e6:,.0f} µs a file"
        if name == "bots":
            yield Figure("small-bots", found.value, found.low, found.high, detail)
        else:
            yield Figure("small-ansi", 1 / found.value, 1 / found.high, 1 / found.low, detail)
    with peers.child(interpreter, "ansi", large) as theirs:
        yield _figure("parse-ansi", peers.over(theirs, partial(cases.parsed, text), rounds), len(text))


def two(data: Data, size: Size) -> Iterator[Figure]:
    """The same file in each of two processes, side by side and one after the other."""
    path = data.sets("850", size.many)
    with peers.child(sys.executable, "ours", path) as one, peers.child(sys.executable, "ours", path) as other:
        yield _figure("two-processes", peers.together(one, other, size.rounds), 2 * path.stat().st_size)


def carry(data: Data, size: Size) -> Iterator[Figure]:
    """Small files through the whole gateway, in turn with the same files moved and synced by hand, wall time."""
    del data
    count = size.small // 2
    pairs = [(carrying.by_hand(count), carrying.carried(count)) for _ in range(max(2, size.rounds - 2))]
    found = sorted(ours / floor for floor, ours in pairs)
    seconds = median(ours for _, ours in pairs)
    yield Figure("carry", median(found), found[0], found[-1], f"{count / seconds:.0f} files a second, {seconds / count * 1000:.1f} ms each")


def memory(data: Data, size: Size) -> Iterator[Figure]:
    """`gateway x12 check` on large files, and `gateway translate` on a CSV, above what the same command needs for a small one."""
    check = [*processes.gateway(), "x12", "check", "--quiet"]
    small_file = str(next(iter(sorted(data.small(1).iterdir()))))
    floors = [processes.peak([*check, small_file]) for _ in range(3)]
    floor = sorted(floors)[1]

    def above(path: Path) -> float:
        return processes.peak([*check, str(path)])

    sets = above(data.sets("850", size.memory))
    yield Figure(
        "memory-sets", sets - floor, sets - max(floors), sets - min(floors), f"{sets:.0f} MB in all for a file of {size.memory // MB} MB"
    )
    once, twice = above(data.shipment(size.memory)), above(data.shipment(2 * size.memory))
    yield Figure("memory-single", once - floor, once - max(floors), once - min(floors), f"{once:.0f} MB in all")
    yield Figure("memory-double", twice - once, twice - once, twice - once, f"{twice:.0f} MB in all")
    translate = [*processes.gateway(), "translate", "--compact", "--mapping", "csv/order"]
    floor, rows = processes.peak([*translate, str(data.rows(1000))]), processes.peak([*translate, str(data.rows(size.memory))])
    yield Figure("memory-rows", rows - floor, rows - floor, rows - floor, f"{rows:.0f} MB in all")


def start(data: Data, size: Size) -> Iterator[Figure]:
    """Whole processes, wall time."""
    floor = [sys.executable, "-c", "pass"]
    small_file = str(next(iter(sorted(data.small(1).iterdir()))))
    for name, words in (("start-help", ["--help"]), ("start-check", ["x12", "check", small_file])):
        found = processes.starts([*processes.gateway(), *words], floor, size.starts)
        yield Figure(name, found.value, found.low, found.high, f"{found.seconds * 1000:.0f} ms")


def _figure(name: str, ratio: Ratio, size: int) -> Figure:
    return Figure(name, ratio.value, ratio.low, ratio.high, f"{size / ratio.seconds / MB:.1f} MB/s")


MEASURES = {
    "x12": x12,
    "mapping": mapping,
    "pyx12": pyx12,
    "small": small,
    "two": two,
    "carry": carry,
    "memory": memory,
    "start": start,
    "peers": others,
}
UNASKED = tuple(part for part in MEASURES if part != "peers")
"""What is measured where nothing is asked for: peers want the package index."""


def main(words: list[str] | None = None) -> int:
    """Runs what was asked for and gives the exit status."""
    asking = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asking.add_argument("--only", default="", metavar="PART,...", help=f"some of {', '.join(MEASURES)}")
    asking.add_argument("--quick", action="store_true", help="small files and few rounds: shows that it runs, the figures are rough")
    asking.add_argument("--peers", action="store_true", help="other parsers too, installed beside us (benchmarks/.peers) on first use")
    asking.add_argument("--mb", type=float, default=0, metavar="N", help="the size of the large files; 10 (50 for memory) where not given")
    asking.add_argument("--json", action="store_true", help="one JSON object a figure, one a line")
    asking.add_argument("--data", type=Path, default=Path(__file__).with_name("data"), metavar="DIR", help="where the files are kept")
    asked = asking.parse_args(words)
    parts = [part for part in asked.only.split(",") if part] or list(UNASKED)
    parts += ["peers"] if asked.peers and "peers" not in parts else []
    if unknown := [part for part in parts if part not in MEASURES]:
        asking.error(f"{', '.join(unknown)}: no part; there are {', '.join(MEASURES)}")
    size = QUICK if asked.quick else Size()
    if asked.mb:
        size = replace(size, many=int(asked.mb * MB), memory=int(asked.mb * MB))
    data = Data.under(asked.data)
    missed = 0
    if not asked.json:
        python = f"{platform.python_implementation()} {platform.python_version()}"
        print(f"CPU ratios in one run, medians of {size.rounds} rounds in turn; {python}")
        print(HEAD, flush=True)
    for part in parts:
        try:
            for figure in MEASURES[part](data, size):
                missed += figure.missed
                print(json.dumps(figure.as_json(), ensure_ascii=False) if asked.json else row(figure), flush=True)
        except peers.NoPeers as trouble:
            print(f"{part}: {trouble}", file=sys.stderr)
            missed += 1
    if missed and not asked.json:
        print(f"{missed} gate{'s' if missed > 1 else ''} missed")
    return MISSED if missed else 0


if __name__ == "__main__":
    sys.exit(main())
