"""What became of the elements of a transmission, as people and programs read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from gateway.cli.render import count, in_set, put, put_json, put_table, say
from gateway.cli.unread import Followed
from gateway.edi.finding import Location
from gateway.translate.tracing import Cell, Piece


def put_followed(sets: Iterable[Followed], segments: bool, as_json: bool) -> None:
    """Set by set as the file is read: what no rule read, or every segment (`segments`) with what it became."""
    if as_json:
        put_json([_as_json(followed, segments) for followed in sets])
        return
    readable = unread = 0
    met: Counter[str] = Counter()
    for number, followed in enumerate(sets):
        if followed.tracing is None:
            put(f"{followed.name}: {followed.why}", colour="yellow")
            continue
        here, left = followed.tracing.counts()
        readable, unread = readable + here, unread + left
        if number:
            put()
        put(f"{followed.name}, by {followed.mapping}: {left:,} of {here:,} elements were read by no rule", bold=True)
        if not followed.as_recorded:
            say("the terms it was made under are not archived: this is by today's mapping")
        if segments:
            _put_segments(followed)
        elif left:
            rows = [(_where(followed.place(p, cell), p), p.loop or None, cell.name, cell.text) for p, cell in _unread(followed)]
            put_table(("place", "loop", "element", "value"), rows)
            met.update(f"{piece.name}-{cell.element:02d} {cell.name}".strip() for piece, cell in _unread(followed))
    if len(met) > 1 and not segments:
        put()
        put_table(("read by no rule", "times"), met.most_common())
    share = f" ({100 * (readable - unread) / readable:.1f} % read)" if readable else ""
    say(f"{count(unread, 'element')} of {readable:,} read by no rule{share}")


def _unread(followed: Followed) -> list[tuple[Piece, Cell]]:
    return [(piece, cell) for piece in followed.tracing.pieces for cell in piece.unread] if followed.tracing is not None else []


def _where(at: Location, piece: Piece) -> str:
    """A place as findings say it, without the file's name."""
    if at.segment is not None and at.line is None:
        return in_set(at)
    if at.segment is not None:
        return f"{in_set(at)}, line {at.line}"
    column = f", column {at.column}" if at.column is not None else f", {at.field}" if at.field else ""
    return f"line {at.line}{column}" if at.line is not None else at.field or piece.name


def _put_segments(followed: Followed) -> None:
    assert followed.tracing is not None
    rows: list[tuple[object, ...]] = []
    for piece in followed.tracing.pieces:
        name = f"{piece.position + 1 if piece.position is not None else ''} {piece.name}".strip()
        for cell in piece.cells:
            became = {"decided": "decided", "computed": "computed when written", "unread": "read by no rule"}.get(cell.state, "")
            fields = ", ".join(use.field for use in cell.uses) or became
            number = f"{cell.element:02d}" + (f"-{cell.component}" if cell.component else "")
            rows.append((name, number, cell.name, cell.text, fields))
            name = ""
    put_table(("segment", "element", "name", "value", "became"), rows)


def _as_json(followed: Followed, segments: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"set": followed.name, "documents": followed.documents, "why": followed.why or None}
    if followed.tracing is None:
        return told
    here, left = followed.tracing.counts()
    told |= {"mapping": followed.mapping, "as_recorded": followed.as_recorded, "elements": here, "unread": left}
    if segments:
        pieces = followed.tracing.pieces
        return told | {"segments": [{**_placed(followed, p, None), "elements": [_cell(followed, p, c) for c in p.cells]} for p in pieces]}
    return told | {"left": [{**_placed(followed, piece, cell), "name": cell.name, "value": cell.text} for piece, cell in _unread(followed)]}


def _placed(followed: Followed, piece: Piece, cell: Cell | None) -> dict[str, Any]:
    at = followed.place(piece, cell)
    return {
        "segment": piece.name,
        "loop": piece.loop,
        "position": at.segment_position,
        "element": cell.element if cell is not None else None,
        "component": (cell.component or None) if cell is not None else None,
        "offset": at.offset,
        "length": at.length,
        "line": at.line,
        "column": at.column,
        "field": at.field,
    }


def _cell(followed: Followed, piece: Piece, cell: Cell) -> dict[str, Any]:
    at = followed.place(piece, cell)
    return {
        "element": cell.element,
        "component": cell.component or None,
        "name": cell.name,
        "value": cell.text,
        "offset": at.offset,
        "length": at.length,
        "state": cell.state,
        "became": [{"document": use.document, "field": use.field, "rule": use.rule} for use in cell.uses],
    }
