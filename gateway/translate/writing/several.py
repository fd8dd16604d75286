"""Several documents under one agreement as sets: siblings of a split set in one, merged ones in one, each other in its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.edi.finding import Finding, Location
from gateway.formats.x12.envelope import Delimiters
from gateway.profiles.terms import Terms
from gateway.translate.codes import CODES
from gateway.translate.joining import Unlike, alike, joined, merged, siblings
from gateway.translate.rules import Rules
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
    found = []
    for number, group in enumerate(together(writer.mapping.rules, documents), 1):
        members = [documents[n] for n in group]
        try:
            whole, parts = as_one(writer.mapping.rules, members)
        except Unlike as field:
            found.append(Gathered(tuple(group), Written((), (unlike(field, len(members)),), writer.guide, members[0])))
            continue
        written = write_set(writer, whole, f"{number:04d}", delimiters, terms, thread, serials, parts)
        found.append(Gathered(tuple(group), written))
    return found


def together(rules: Rules, documents: Sequence[Mapping[str, Any]]) -> list[list[int]]:
    """Which documents are one set, by their places, in order of appearance."""
    if rules.split is not None:
        return siblings(documents)
    if rules.merge_by:
        return alike(documents, rules.merge_by.split("."))
    return [[n] for n in range(len(documents))]


def as_one(rules: Rules, members: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Sequence[Mapping[str, Any]]]:
    """The document that a set of these is written from, and its parts, each of which must come back. Raises Unlike."""
    if len(members) == 1:
        return members[0], ()
    if rules.split is not None:
        return joined(members, rules.split), members
    return merged(members), ()


def unlike(field: Unlike, count: int) -> Finding:
    """Documents that belong together and say something differently."""
    return CODES["documents-unlike"].finding(Location(field=str(field)), None, count=count)
