"""The quarantine folder: a view of what is held, for people; the journal decides, and deleting a file changes nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from gateway import durable
from gateway.edi.naming import safe
from gateway.exchange.reports import Report, alone, report
from gateway.ports import Archive, Damaged, Unavailable
from gateway.records import Held, Span

_OURS = re.compile(r"([0-9A-HJKMNP-TV-Z]{26}[A-Za-z0-9._-]*)\.(?:edi|txt|json)")
"""Names that this view gives: only these are removed, so that what a person keeps beside them stays."""

SHOWN = 1024 * 1024
"""Bytes of a set that the report looks segments up in."""


@dataclass(frozen=True, slots=True)
class Names:
    """Who is who in the reports."""

    ours: str = "us"
    contacts: tuple[str, ...] = ()
    """Whom to call at our side, a line each."""
    partners: Mapping[str, str] = field(default_factory=dict)
    """Names for people by the partner's short name."""
    elements: Mapping[str, str] = field(default_factory=dict)


class QuarantineFolder:
    """Shows what is held as `<id>.edi`, `<id>.txt` and `<id>.json`."""

    def __init__(self, folder: Path, archive: Archive, names: Callable[[], Names] = Names) -> None:
        self.folder = folder
        self._archive = archive
        self._names = names

    def sync(self, held: Iterable[Held]) -> None:
        """Make the folder show exactly these; what is right already is not written again. Raises Unavailable."""
        names = self._names()
        try:
            with durable.opened(self.folder, create=True) as folder:
                keep: set[str] = set()
                for one in held:
                    stem = safe(one.id)
                    keep.add(stem)
                    self._show(folder, stem, one, names)
                for name in os.listdir(folder):
                    found = _OURS.fullmatch(name)
                    if found is not None and found.group(1) not in keep:
                        os.unlink(name, dir_fd=folder)
        except OSError as error:
            why = os.strerror(error.errno) if error.errno else "the system does not say why"
            raise Unavailable(f"the quarantine folder cannot be written: {why}") from error

    def text(self, held: Held) -> str:
        """What a supplier reads of something held."""
        return report(replace(self._report(held, self._names()), for_partner=True))

    def _show(self, folder: int, stem: str, held: Held, names: Names) -> None:
        facts = json.dumps(as_json(held), indent=2, ensure_ascii=True).encode() + b"\n"
        # the .json is written last: where it is as it should be and the others are there, so are they
        if _content(folder, f"{stem}.json") == facts and all(durable.exists(f"{stem}.{kind}", folder) for kind in ("edi", "txt")):
            return
        try:
            durable.write_over(folder, f"{stem}.edi", self._bytes(held), lasting=False)
        except Damaged as error:
            durable.write_over(folder, f"{stem}.edi", [f"{error}\n".encode()], lasting=False)
        durable.write_over(folder, f"{stem}.txt", [report(self._report(held, names)).encode()], lasting=False)
        durable.write_over(folder, f"{stem}.json", [facts], lasting=False)

    def _bytes(self, held: Held) -> Iterator[bytes]:
        """A set in its own envelope, an interchange as it came, the whole file where it could not be read."""
        isa, gs = _given(held.isa_span), _given(held.gs_span)
        if held.draft is not None:  # ours: as it would leave
            yield from self._archive.open(held.draft)
            return
        if held.kind == "document" and isa and gs:
            body = self._archive.span(held.address, *held.span)
            yield alone(self._archive.span(held.address, *isa), self._archive.span(held.address, *gs), body)
        elif held.kind == "interchange":
            yield from self._pieces(held.address, held.span)
        else:
            yield from self._archive.open(held.address)

    def _pieces(self, address: str, span: Span) -> Iterator[bytes]:
        offset, length = span
        while length > 0:
            size = min(length, durable.CHUNK)
            yield self._archive.span(address, offset, size)
            offset, length = offset + size, length - size

    def _report(self, held: Held, names: Names) -> Report:
        offset, length = held.span
        try:
            body = self._archive.span(held.address, offset, min(length, SHOWN)) if length else b""
            span = _given(held.isa_span)
            isa = self._archive.span(held.address, *span) if span else body[:200]
        except Damaged:
            body, isa = b"", b""
        separator, terminator = _delimiters(isa)
        return Report(
            our_name=names.ours,
            partner=names.partners.get(held.partner or "", held.partner or ""),
            file=held.file,
            received=_moment(held.received_at),
            interchange=held.interchange_control_number,
            group=held.group_control_number,
            set_id=held.set_id,
            set_number=held.set_control_number,
            document_type=held.document_type or "",
            number=(held.business_key or "").split("|")[0],
            findings=held.findings,
            body=body.decode("latin-1"),
            body_offset=offset,
            terminator=terminator,
            separator=separator,
            element_names=names.elements,
            contacts=names.contacts,
            resend=expected_again(held),
        )


def expected_again(held: Held) -> bool:
    """Whether the partner must send it again: his set was refused (997, 824), or his file could not be read. All else we settle."""
    if held.kind == "document":
        return held.verdict == "R" or held.advised
    return held.verb in {"receive", "parse", "validate"}


def as_json(held: Held) -> dict[str, Any]:
    """The facts of something held, for programs."""
    return {
        "id": held.id,
        "kind": held.kind,
        "verb": held.verb,
        "state": held.state,
        "transmission": held.transmission,
        "partner": held.partner,
        "file": held.file,
        "received_at": held.received_at.isoformat(),
        "interchange": held.interchange,
        "group": held.group,
        "number": held.number,
        "set": held.set_id or None,
        "document_type": held.document_type,
        "business_key": held.business_key,
        "interchange_control_number": held.interchange_control_number or None,
        "group_control_number": held.group_control_number or None,
        "set_control_number": held.set_control_number or None,
        "accepted": held.verdict or None,
        "expected_again": expected_again(held),
        "sha256": held.address,
        "offset": held.span[0],
        "length": held.span[1],
        "segment_ordinal": held.ordinal or None,
        "line": held.line or None,
        "findings": list(held.findings),
    }


def _delimiters(isa: bytes) -> tuple[str, str]:
    """Element separator and segment terminator as an ISA declares them; X12's usual ones where there is none."""
    text = isa.decode("latin-1").lstrip()
    if not text.startswith("ISA") or len(text) < 4:
        return "*", "~"
    parts = text.split(text[3], 17)
    return text[3], parts[16][1:2] if len(parts) > 16 and len(parts[16]) > 1 else "~"


def _given(span: Span | None) -> Span | None:
    """A span that is known; a set outside any envelope has none, as a pair of nothings."""
    return span if span is not None and span[0] is not None and span[1] else None  # type: ignore[redundant-expr] # rows of outer joins


def _moment(at: datetime) -> str:
    return at.strftime("%Y-%m-%d %H:%M ") + (at.tzname() or "UTC")


def _content(folder: int, name: str) -> bytes | None:
    try:
        handle = os.open(name, durable.READ, dir_fd=folder)
    except OSError:
        return None
    try:
        return b"".join(durable.pieces(handle))
    finally:
        os.close(handle)
