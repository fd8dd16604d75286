"""Several documents under one agreement as sets: siblings of a split set in one, merged ones in one, each other in its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.edi.finding import Location
from gateway.formats.x12.envelope import Delimiters
from gateway.profiles.terms import Terms
from gateway.translate.codes import CODES
from gateway.translate.joining import Unlike, alike, joined, merged, siblings
from gateway.translate.writing.proof import Written, write_set
from gateway.translate.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class Gathered:
    """A set and which of the documents are in it, by their places."""

    members: tuple[int, ...]
    written: Written


def write_documents(
    writer: Writer,
    documents: Sequence[Mapping[str, Any]],
    delimiters: Delimiters | None = None,
    terms: Terms | None = None,
    thread: Mapping[str, Any] | None = None,
    serials: Iterator[int] | None = None,
) -> list[Gathered]:
    """The sets of documents, numbered 0001 and on, as the mapping's `split_by` and `merge_by` want them together."""
    rules = writer.mapping.rules
    if rules.split is not None:
        groups = siblings(documents)
    elif rules.merge_by:
        groups = alike(documents, rules.merge_by.split("."))
    else:
        groups = [[n] for n in range(len(documents))]
    found = []
    for number, group in enumerate(groups, 1):
        members = [documents[n] for n in group]
        parts: Sequence[Mapping[str, Any]] = ()
        try:
            if len(members) == 1:
                whole = members[0]
            elif rules.split is not None:
                whole, parts = joined(members, rules.split), members
            else:
                whole = merged(members)
        except Unlike as field:
            at = Location(field=str(field))
            refused = CODES["documents-unlike"].finding(at, None, count=len(members))
            found.append(Gathered(tuple(group), Written((), (refused,), writer.guide, members[0])))
            continue
        written = write_set(writer, whole, f"{number:04d}", delimiters, terms, thread, serials, parts)
        found.append(Gathered(tuple(group), written))
    return found
