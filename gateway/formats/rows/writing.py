"""Trees as rows: the records of a document in the order declared, and their text as bytes in the declared encoding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gateway.edi.finding import Finding, Location
from gateway.formats.rows.codes import CODES
from gateway.formats.rows.layout import Layout
from gateway.formats.tree import Loop


def records(roots: Iterable[Loop], layout: Layout) -> Iterator[tuple[str, list[str]]]:
    """Kind and cells of each record, as many cells as the kind has columns; a record's own come behind it."""
    kinds = [kind for kind, _ in layout.columns]
    parents = layout.parents
    inner = {kind: [one for one in kinds if parents.get(one) == kind] for kind in kinds}
    widths = {kind: len(layout.names(kind)) for kind in kinds}
    for root in roots:
        for kind in kinds:
            if kind not in parents:
                yield from _of(root, kind, inner, widths)


def _of(loop: Loop, kind: str, inner: dict[str, list[str]], widths: dict[str, int]) -> Iterator[tuple[str, list[str]]]:
    for one in loop.loops.get(kind, ()):
        cells = list(one.first[1 : widths[kind] + 1])
        yield kind, cells + [""] * (widths[kind] - len(cells))
        for below in inner[kind]:
            yield from _of(one, below, inner, widths)


def encoded(lines: Sequence[str], encoding: str) -> tuple[bytes, list[Finding]]:
    """The lines (each with its end) as bytes; a character that the encoding does not have is a finding."""
    try:
        return "".join(lines).encode(encoding), []
    except UnicodeEncodeError:
        pass
    findings = []
    for number, line in enumerate(lines, 1):
        try:
            line.encode(encoding)
        except UnicodeEncodeError as error:
            place = Location(line=number)
            findings.append(CODES["row-character"].finding(place, line[error.start : error.start + 1], encoding=encoding))
    return "".join(lines).encode(encoding, "replace"), findings
