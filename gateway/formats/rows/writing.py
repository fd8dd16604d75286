"""Trees as rows: the records of a document in the order declared, and their text as bytes in the declared encoding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

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


Cells = Iterable[tuple[int, int, str, str]]
"""Line, column, the column's name and the value of each cell of a file."""


def encoded(text: str, encoding: str, cells: Callable[[], Cells]) -> tuple[bytes, list[Finding]]:
    """A file's text as bytes; a character that the encoding does not have is a finding, looked for in `cells` only then."""
    try:
        return text.encode(encoding), []
    except UnicodeEncodeError:
        pass
    findings = []
    for line, column, name, value in cells():
        try:
            value.encode(encoding)
        except UnicodeEncodeError as error:
            place = Location(line=line, column=column, field=name or None)
            findings.append(CODES["row-character"].finding(place, value[error.start : error.start + 1], encoding=encoding))
    return text.encode(encoding, "replace"), findings
