"""What became of every element of a transmission: worked out anew from the archived bytes by the terms that were recorded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gateway.cli.origins import agreed, agreed_for_file, terms_of
from gateway.edi.finding import Halt, Location
from gateway.formats.format import DocumentRead
from gateway.formats.kinds import KINDS
from gateway.formats.x12.envelope import SetRead, TransactionSet
from gateway.formats.x12.place import element_place, segment_place
from gateway.formats.x12.reader import read
from gateway.profiles.guide import Guide, Guides
from gateway.profiles.terms import Terms
from gateway.translate.files import format_for
from gateway.translate.mapping import Mapping, load
from gateway.translate.tracing import Cell, Piece, Tracing, traced_document, traced_set


@dataclass(slots=True)
class Followed:
    """One set or document of a file: the documents it became by their ids, and every element of it.

    `why` says why it could not be followed, where it could not; `as_recorded` is False where the terms it was made under
    are gone and today's serve.
    """

    name: str
    documents: list[str]
    tracing: Tracing | None = None
    mapping: str = ""
    as_recorded: bool = True
    why: str = ""
    transaction_set: TransactionSet | None = None
    read: DocumentRead | None = None

    def place(self, piece: Piece, cell: Cell | None = None) -> Location:
        """Where a segment or element stands in the file."""
        if piece.position is None:  # what a syntax of paths left unread has its path alone
            return Location(field=cell.name if cell is not None else piece.loop)
        position = piece.position
        if self.transaction_set is not None:
            if cell is None:
                return segment_place(self.transaction_set, position)
            return element_place(self.transaction_set, position, cell.element, cell.component or None)
        at = Location(segment=piece.name, segment_position=position + 1, element=cell.element if cell is not None else None)
        return self.read.locate(at) if self.read is not None else at


@dataclass(frozen=True, slots=True)
class _Tools:
    """What a set is read with, and whether that is what was recorded."""

    mapping: Mapping
    guide: Guide | None
    terms: Terms
    as_recorded: bool


def follow(gateway: Any, facts: dict[str, Any]) -> Iterator[Followed]:
    """Every set of a transmission in the order sent. Raises LookupError where its bytes are gone."""
    common = {"file": facts["name"], "address": facts["address"], "received_at": facts["received_at"]}
    rows: dict[tuple[int, int, int], list[dict[str, Any]]] = {}
    for row in facts["documents"]:
        rows.setdefault((row["interchange"], row["functional_group"], row["number"]), []).append({**row, **common})
    if any(row["set_id"] in KINDS for row in facts["documents"]):
        yield from _of_file(gateway, rows)
    else:
        yield from _of_interchanges(gateway, facts["address"], rows)


def _of_interchanges(gateway: Any, address: str, rows: dict[tuple[int, int, int], list[dict[str, Any]]]) -> Iterator[Followed]:
    known: dict[tuple[Any, ...], _Tools | str] = {}
    for event in read(gateway.archive.open(address)):
        if not isinstance(event, SetRead):
            continue
        interchange, group, found = event.interchange, event.group, event.transaction_set
        own = rows.get((interchange.number, group.number, found.number), [])
        followed = Followed(f"{found.id} {found.control_number}", [row["id"] for row in own], transaction_set=found)
        if not own:
            followed.why = "no document was made of it: nobody agreed to receive it, or its envelope was refused"
            yield followed
            continue
        row = own[-1]
        key = (row["terms"], found.id, group.version)
        if key not in known:  # the lambda is called at once, with the variables of this turn
            known[key] = _tools(gateway, row, lambda catalog: agreed(catalog, row, interchange, group, found), found.id, group.version)  # noqa: B023
        _trace(followed, known[key])
        yield followed


def _of_file(gateway: Any, rows: dict[tuple[int, int, int], list[dict[str, Any]]]) -> Iterator[Followed]:
    first = next(iter(rows.values()))[-1]
    tools = _tools(gateway, first, lambda catalog: agreed_for_file(catalog, first), "", "")
    if isinstance(tools, str):
        yield Followed(first["file"], [row["id"] for own in rows.values() for row in own], why=tools)
        return
    ids: dict[int, list[str]] = {}
    for own in rows.values():
        ids.setdefault(own[0]["number"], []).extend(row["id"] for row in own)
    form, settings = format_for(tools.mapping, tools.terms)
    for part in form.read(gateway.archive.open(first["address"]), settings):
        if isinstance(part, DocumentRead):
            followed = Followed(f"document {part.number}", ids.get(part.number, []), read=part)
            _trace(followed, tools)
            yield followed


def _tools(gateway: Any, row: dict[str, Any], today: Any, set_id: str, version: str) -> _Tools | str:
    """What a set was read with; a sentence where that cannot be had any more."""
    try:
        terms, library, as_recorded = terms_of(gateway, row, today)
        if terms.mapping is None:
            return "no mapping is agreed for it"
        guide = None
        if set_id:
            guides = Guides(library)
            guide = guides.guide(terms.guide or guides.find(set_id, version) or "")
        mapping = load(library, terms.mapping, guide, terms.code_tables)
    except LookupError as gone:
        return str(gone.args[0])
    except Halt as halt:
        return halt.finding.message
    return _Tools(mapping, guide, terms, as_recorded) if mapping.usable else f"its mapping {terms.mapping} has mistakes"


def _trace(followed: Followed, tools: _Tools | str) -> None:
    if isinstance(tools, str):
        followed.why = tools
        return
    followed.mapping, followed.as_recorded = tools.mapping.name, tools.as_recorded
    if followed.transaction_set is not None and tools.guide is not None:
        followed.tracing = traced_set(tools.terms, tools.guide, tools.mapping, followed.transaction_set)
    elif followed.read is not None:
        followed.tracing = traced_document(tools.terms, tools.mapping, followed.read)
