"""What a supplier reads of a document that is held: where to find it in his own system, what is wrong, what happens now."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gateway.edi.shown import shown

MOST_FINDINGS = 50
WIDTH = 100
LONGEST_SEGMENT = 400

_NUMBERS = {
    "purchase_order": "Order number",
    "purchase_order_change": "Order number",
    "purchase_order_acknowledgment": "Order number",
    "ship_notice": "Shipment number",
    "invoice": "Invoice number",
}

FILES = {"delimited": "delimited file", "fixed": "fixed-width file", "excel": "spreadsheet", "xml": "XML file", "json": "JSON file"}
"""Formats without an envelope, which have no control numbers: what is held of them is told by what the file itself says."""

MEANINGS = {
    "850": "purchase order",
    "855": "order acknowledgment",
    "856": "ship notice",
    "810": "invoice",
    "860": "order change",
    "865": "order change acknowledgment",
    "846": "inventory report",
    "820": "remittance advice",
    "940": "warehouse order",
    "945": "warehouse shipment",
    "943": "stock transfer",
    "944": "receipt",
    "214": "shipment status",
    "997": "acknowledgment",
}


@dataclass(frozen=True, slots=True)
class Report:
    """All that the report says; texts of others may stand in it as they came, they are escaped where they are shown."""

    our_name: str
    partner: str
    file: str
    received: str
    interchange: str = ""
    """ISA13."""
    group: str = ""
    """GS06."""
    set_id: str = ""
    """ST01; of a file without envelope its format."""
    set_number: str = ""
    """ST02; of a file without envelope what tells its document from the others."""
    document_type: str = ""
    number: str = ""
    """Order, shipment or invoice number."""
    findings: Sequence[Mapping[str, Any]] = ()
    """As `Finding.as_json` gives them."""
    body: str = ""
    """The set as sent, or the beginning of the file where no set could be read."""
    body_offset: int = 0
    """Byte in the file of its first character."""
    terminator: str = "~"
    separator: str = "*"
    element_names: Mapping[str, str] = field(default_factory=dict)
    """Names of elements by their number in the dictionary: "355" -> "unit of measurement"."""
    contacts: Sequence[str] = ()
    """Whom to call: name, mail, telephone, a line each."""
    resend: bool = True
    """Whether we expect it again, mended; False where we settle it ourselves."""
    for_partner: bool = False
    """Whether the partner reads it: what is ours to settle is no task of his."""


def report(record: Report) -> str:
    """The text of `<id>.txt`: begins with what he looks up, then each finding, then what happens now and whom to call."""
    count = len(record.findings)
    lines = [
        *_facts(record),
        "",
        "What is wrong" if count == 1 else f"What is wrong ({count} findings)" if count else "Nothing is wrong with the data itself.",
        "",
    ]
    for number, finding in enumerate(record.findings[:MOST_FINDINGS], 1):
        lines += [*_finding(record, number, finding), ""]
    if count > MOST_FINDINGS:
        lines += [f"... and {count - MOST_FINDINGS} more.", ""]
    lines += ["What happens now", "", *_wrapped(_next(record), "  ")]
    lines += ["", "Whom to call", "", *(f"  {shown(contact)}" for contact in record.contacts or [record.our_name])]
    return "\n".join(lines) + "\n"


def alone(isa: bytes, gs: bytes, body: bytes) -> bytes:
    """One transaction set in its own envelope, byte for byte as sent, with a GE and an IEA that count it alone.

    What does not begin as an envelope is given back as it came: there is nothing to copy an envelope from.
    """
    isa = isa.lstrip()
    found = re.match(rb"ISA([^A-Za-z0-9])", isa)
    if found is None:
        return body
    separator = found.group(1)
    parts = isa.split(separator)
    if len(parts) < 17 or not parts[16]:
        return body
    # ISA16 is one character; what follows it ended the segment, unless the span was cut before it
    last = body.rstrip(b" \r\n")[-1:]
    terminator = parts[16][1:2] or (b"\n" if last.isalnum() else last or b"~")
    line = b"\r\n" if b"\r\n" in body else b"\n" if b"\n" in body else b""
    ending = line if terminator in b"\r\n" and terminator in line else terminator + line

    def segment(text: bytes) -> bytes:
        return text.lstrip(b" \r\n").rstrip(b"\r\n").removesuffix(terminator).rstrip(b"\r\n") + ending

    number = (gs.rstrip(b"\r\n").removesuffix(terminator).split(separator) + [b""] * 7)[6]
    ge = separator.join([b"GE", b"1", number])
    iea = separator.join([b"IEA", b"1", parts[13].strip()])
    return b"".join(segment(part) for part in (isa, gs, body, ge, iea))


def segment_text(record: Report, finding: Mapping[str, Any]) -> str | None:
    """The segment that a finding stands in, as sent; None where it stands in none that is at hand."""
    if not record.terminator:
        return None
    position, offset = finding.get("segment_position"), finding.get("offset")
    if isinstance(position, int) and record.set_id:
        pieces = record.body.split(record.terminator, position)
        text = pieces[position - 1].strip("\r\n ") if 0 < position <= len(pieces) else ""
        # a finding about a segment that is missing points at where it should be: the text there is another's
        return text if text and text.split(record.separator)[0] == (finding.get("segment") or text.split(record.separator)[0]) else None
    if isinstance(offset, int) and 0 <= offset - record.body_offset < len(record.body):
        at = offset - record.body_offset
        start = record.body.rfind(record.terminator, 0, at) + 1
        return record.body[start:].partition(record.terminator)[0].strip("\r\n ") or None
    return None


def _facts(record: Report) -> list[str]:
    label = _NUMBERS.get(record.document_type) or _by_set(record.set_id)
    what = MEANINGS.get(record.set_id, record.document_type.replace("_", " "))
    meant = f" ({what})" if what else ""
    rows = [("Our name", record.our_name), ("Your name", record.partner)]
    if record.set_id in FILES:
        own = record.number or record.set_number.replace("\x1f", " ")
        rows += [(label, own and own + meant), ("File", f"{record.file} ({FILES[record.set_id]})"), ("Date received", record.received)]
    else:
        rows += [
            ("Your interchange (ISA13)", record.interchange),
            ("Your group (GS06)", record.group),
            ("Your set (ST01, ST02)", record.set_id and f"{record.set_id} {record.set_number}{meant}"),
            (label, record.number),
            ("Date received", record.received),
            ("File", record.file),
        ]
    return [f"{name + ':':<26} {shown(value)}" for name, value in rows if value]


def _by_set(set_id: str) -> str:
    return {"850": "Order number", "855": "Order number", "860": "Order number", "856": "Shipment number", "810": "Invoice number"}.get(
        set_id, "Document number"
    )


def _finding(record: Report, number: int, finding: Mapping[str, Any]) -> list[str]:
    weight = "" if finding.get("severity") == "error" else f" ({finding.get('severity')})"
    lines = [f"{number}. {_place(record, finding)}{weight}"]
    text = segment_text(record, finding)
    if text:
        cut = text if len(text) <= LONGEST_SEGMENT else text[: LONGEST_SEGMENT - 1] + "…"
        lines.append(f"     {shown(cut)}")
    lines += _wrapped(f"What we found: {finding.get('message') or finding.get('code')}", "   ")
    if finding.get("remedy") and (record.resend or not record.for_partner):
        lines += _wrapped(f"What to do: {finding['remedy']}", "   ")
    return lines


def _place(record: Report, finding: Mapping[str, Any]) -> str:
    segment, position, element = finding.get("segment"), finding.get("segment_position"), finding.get("element")
    words = []
    if position is not None:
        words.append(f"segment {position} of the set")
    elif finding.get("segment_ordinal") is not None:
        words.append(f"segment {finding['segment_ordinal']} of the file")
    if segment:
        words.append(f"{segment}{element:02}" if isinstance(element, int) else str(segment))
        if isinstance(element, int) and finding.get("component"):
            words[-1] += f"-{finding['component']}"
    if name := record.element_names.get(str(finding.get("element_id"))):
        words.append(f"({name})")
    field = [f"field {finding['field']}"] if finding.get("field") else []
    line = []
    if finding.get("line") is not None and segment is None:
        line = [f"{'row' if record.set_id == 'excel' else 'line'} {finding['line']}"]
        if finding.get("column"):
            line[0] += f" column {finding['column']}"
    words += [*line, *field] if record.set_id in FILES else [*field, *line]
    place = shown(", ".join(words).replace(", (", " ("))
    return place[:1].upper() + place[1:] if place else "The file as a whole"


def _next(record: Report) -> str:
    if record.resend and record.set_id in FILES:
        return "Please correct this and send it again. We have not processed what stands above."
    if record.resend:
        return "Please correct this and send it again under new control numbers. We have not processed what stands above."
    return "We settle this on our side; please do not send it again unless we ask you to."


def _wrapped(text: str, indent: str) -> list[str]:
    """Lines of a readable width; line ends inside the text are shown, not obeyed."""
    wrapped = textwrap.wrap(shown(text), WIDTH, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)
    return wrapped or [indent.rstrip()]
