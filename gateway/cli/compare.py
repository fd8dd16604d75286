"""`gateway compare`: two translators' outputs for the same input, file by file or folder by folder."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gateway.cli import files, outcome, project
from gateway.cli.commands import Command
from gateway.cli.render import count, put, put_json, put_table, say

if TYPE_CHECKING:
    from gateway.formats.agreed import Agreed
    from gateway.profiles.guide import Guides

_TOLD = 20
"""Differences of one pair that a comparison of folders prints."""


@dataclass(slots=True)
class Pair:
    """Two files, or one that has no counterpart, and how they differ: (place, ours, theirs), None where a side says nothing."""

    name: str
    other: str
    kind: str = ""
    differences: list[tuple[str, str | None, str | None]] = field(default_factory=list)
    trouble: str = ""

    @property
    def verdict(self) -> str:
        """In a word or two."""
        if not self.other:
            return "only in ours"
        if not self.name:
            return "only in theirs"
        if self.trouble:
            return self.trouble
        return count(len(self.differences), "difference") if self.differences else "same"

    @property
    def same(self) -> bool:
        """Whether both are there and say the same."""
        return bool(self.name and self.other) and not self.trouble and not self.differences


@click.command(
    name="compare",
    cls=Command,
    examples=["gateway compare a.edi b.edi", "gateway compare --strict a.edi b.edi"],
)
@click.argument("ours", type=click.Path(path_type=Path))
@click.argument("theirs", type=click.Path(path_type=Path))
@click.option("--ignore", type=click.Path(dir_okay=False), metavar="FILE", help="YAML list of paths whose values do not count.")
@click.option("--strict", is_flag=True, help="Dates, times and control numbers of envelopes (ISA.09, ISA.13, GS.06 ...) count too.")
@click.option(
    "--delimiter", metavar="CHARACTER", default="", help="Of delimited files; otherwise the mark that the first line has most of."
)
@click.option("--json", "as_json", is_flag=True, help="Print it for a program.")
def command(ours: Path, theirs: Path, ignore: str | None, strict: bool, delimiter: str, as_json: bool) -> None:
    """Compare what two translators made of the same input.

    X12 segment by segment inside its loops, JSON by keys, XML by elements, delimited text by columns. Of two folders the
    files are matched by name, else by the documents or control numbers inside. Exit code 5 where something differs.

    A path in --ignore FILE is an X12 element or segment (GS.06, PO1/N1.04, "REF[01=ZZ]"), JSON keys with all that is inside
    (lines.price), XML elements or attributes (Order/Line/@id), a column, or the words dates and times.
    """
    from gateway.profiles.guide import Guides

    for path in (ours, theirs):
        if not path.exists():
            raise outcome.NotFound(f"{path}: there is no such file or folder")
    if ours.is_dir() != theirs.is_dir():
        raise click.UsageError("compare two files, or two folders")
    agreed = _agreed(ignore, strict)
    guides = Guides(project.library())
    pairs = (
        list(_of_folders(ours, theirs, guides, agreed, delimiter)) if ours.is_dir() else [_pair(ours, theirs, guides, agreed, delimiter)]
    )
    if as_json:
        put_json({"same": all(pair.same for pair in pairs), "pairs": [_as_json(pair) for pair in pairs]})
    elif ours.is_dir():
        _put_folders(pairs)
    else:
        _put(pairs[0])
    if not all(pair.same for pair in pairs):
        outcome.finish(outcome.FINDINGS)


def _agreed(name: str | None, strict: bool) -> Agreed:
    """The paths that do not count: the usual ones, and those of a file."""
    from gateway.formats.agreed import USUAL, Agreed
    from gateway.profiles.reading import Items, Table, Text, read_yaml

    paths = [] if strict else list(USUAL)
    if name is not None:
        value, wrong = read_yaml(files.whole(name).decode("utf-8", "replace"), name)
        if isinstance(value, Table):
            value = value.get("ignore")
        if wrong or not isinstance(value, Items) or not all(isinstance(one, Text) for one in value):
            why = f"{wrong[0].message}" if wrong else "expected a list of paths, such as `- GS.06`"
            raise outcome.Failure(f"{name}: {why}")
        paths += [str(one) for one in value]
    agreed = Agreed(tuple(paths))
    if agreed.unknown:
        raise outcome.Failure(f"{name}: {', '.join(agreed.unknown)}: not a path; `gateway compare --help` shows how they are written")
    return agreed


# ---------------------------------------------------------------- two files


def _pair(ours: Path, theirs: Path, guides: Guides, agreed: Agreed, delimiter: str) -> Pair:
    from gateway.formats.comparing import Unreadable, differences, kind_of

    pair = Pair(click.format_filename(ours), click.format_filename(theirs))
    left, right = files.whole(str(ours)), files.whole(str(theirs))
    kinds = kind_of(left), kind_of(right)
    pair.kind = kinds[0]
    if kinds[0] != kinds[1]:
        pair.trouble = f"ours is {kinds[0]}, theirs is {kinds[1]}"
    elif kinds[0] == "x12":
        pair.differences = list(_x12(left, right, guides, agreed))
    else:
        try:
            found = differences(left, right, kinds[0], agreed, delimiter)
        except Unreadable as unreadable:
            pair.trouble = str(unreadable)
        else:
            pair.differences = [(one.place, one.ours, one.theirs) for one in found]
    return pair


def _x12(ours: bytes, theirs: bytes, guides: Guides, agreed: Agreed) -> Iterator[tuple[str, str | None, str | None]]:
    """Segments that differ; one that stands in place of another of its name is told beside it."""
    from gateway.formats.x12.comparing import Difference, diff

    waiting: list[Difference] = []
    for step in diff([ours], [theirs], guides, agreed.masked, envelopes=True):
        if step.mark == " ":
            yield from _beside(waiting)
            waiting = []
        else:
            waiting.append(step)
    yield from _beside(waiting)


def _beside(steps: Iterable[Any]) -> Iterator[tuple[str, str | None, str | None]]:
    left = list(steps)
    while left:
        one = left.pop(0)
        other = next((s for s in left if s.mark != one.mark and s.set == one.set and _stands(s) == _stands(one)), None)
        if other is not None:
            left.remove(other)
        mine, theirs = (one, other) if one.mark == "-" else (other, one)
        place = " ".join(part for part in (one.set, one.path) if part)
        yield place, mine.text if mine is not None else None, theirs.text if theirs is not None else None


def _stands(step: Any) -> tuple[str, str]:
    """A segment's name and the names of its loops."""
    return str(step.text).partition("*")[0], re.sub(r"\[\d+\]", "", step.path)


def _put(pair: Pair) -> None:
    if pair.trouble:
        say(pair.trouble, colour="red")
        return
    if not pair.differences:
        put("both say the same", colour="green")
        return
    _put_differences(pair, len(pair.differences))
    say(f"{count(len(pair.differences), 'difference')}: - {pair.name}, + {pair.other}", colour="red")


def _put_differences(pair: Pair, limit: int) -> None:
    heading = ""
    for place, mine, theirs in pair.differences[:limit]:
        if place != heading:
            put(place or "at the top", colour="cyan")
            heading = place
        for mark, value, colour in (("-", mine, "red"), ("+", theirs, "green")):
            if value is not None:
                put(f"  {mark} {value}", colour=colour)


# ---------------------------------------------------------------- folders


def _of_folders(ours: Path, theirs: Path, guides: Guides, agreed: Agreed, delimiter: str) -> Iterator[Pair]:
    """Each file of either folder with its counterpart: of the same name, else with the same documents inside."""
    left, right = _names(ours), _names(theirs)
    both = left.keys() & right.keys()
    keyed: dict[str, list[str]] = {}
    for name in sorted(right.keys() - both):
        keyed.setdefault(_key(right[name]), []).append(name)
    matched = {name: name for name in both}
    for name in sorted(left.keys() - both):
        found = keyed.get(_key(left[name]))
        if found:
            matched[name] = found.pop(0)
    for name in sorted(left):
        if name not in matched:
            yield Pair(name, "")
            continue
        pair = _pair(left[name], right[matched[name]], guides, agreed, delimiter)
        pair.name, pair.other = name, matched[name]
        yield pair
    yield from (Pair("", name) for name in sorted(right.keys() - set(matched.values())))


def _names(folder: Path) -> dict[str, Path]:
    found = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): path for path in found}


def _key(path: Path) -> str:
    """What a file is about: the numbers of its documents, else its control number; '' matches nothing."""
    from gateway.formats.comparing import kind_of

    data = path.read_bytes()
    kind = kind_of(data)
    numbers: list[str] = []
    if kind == "x12":
        numbers = _x12_numbers(data)
    elif kind == "json":
        try:
            value = json.loads(data)
        except (ValueError, RecursionError):
            value = None
        rows = value if isinstance(value, list) else [value]
        numbers = [f"{row.get('document_type', '')} {row['number']}" for row in rows if isinstance(row, dict) and row.get("number")]
    return f"{kind}: {', '.join(sorted(numbers))}" if numbers else f"{path}"


def _x12_numbers(data: bytes) -> list[str]:
    """Of each set its id and the number of its document; the interchange's control number where a set is not known."""
    from gateway.formats.x12.envelope import SetRead
    from gateway.formats.x12.reader import read

    numbers = []
    for event in read([data]):
        if isinstance(event, SetRead):
            found = event.transaction_set
            place = _NUMBERS.get(found.id)
            values = next((raw.split(found.delimiters.element) for raw in found.segments if place and raw.startswith(place[0])), [])
            own = values[place[1]] if place and len(values) > place[1] else f"{event.interchange.element(13)}/{found.control_number}"
            numbers.append(f"{found.id} {own.strip()}")
    return numbers


_NUMBERS = {
    "850": ("BEG", 3),
    "855": ("BAK", 3),
    "856": ("BSN", 2),
    "810": ("BIG", 2),
    "860": ("BCH", 3),
    "865": ("BCA", 3),
    "846": ("BIA", 3),
    "820": ("TRN", 2),
    "940": ("W05", 2),
    "943": ("W06", 2),
    "944": ("W17", 3),
    "945": ("W06", 2),
    "214": ("B10", 1),
}
"""Of a set, the segment and element that hold its document's number."""


def _put_folders(pairs: list[Pair]) -> None:
    for pair in pairs:
        if pair.differences:
            put(pair.name if pair.name == pair.other else f"{pair.name} and {pair.other}", bold=True)
            _put_differences(pair, _TOLD)
            if len(pair.differences) > _TOLD:
                put(f"  and {len(pair.differences) - _TOLD} more; compare the two files alone")
            put()
    put_table(
        ("ours", "theirs", "kind", "result"), [(pair.name or None, pair.other or None, pair.kind or None, pair.verdict) for pair in pairs]
    )
    same = sum(pair.same for pair in pairs)
    say(f"{same} of {count(len(pairs), 'pair')} say the same", colour="green" if same == len(pairs) else "red")


def _as_json(pair: Pair) -> dict[str, Any]:
    return {
        "ours": pair.name or None,
        "theirs": pair.other or None,
        "kind": pair.kind or None,
        "same": pair.same,
        "trouble": pair.trouble or None,
        "differences": [{"place": place, "ours": mine, "theirs": theirs} for place, mine, theirs in pair.differences],
    }
