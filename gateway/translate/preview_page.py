"""A file beside the documents it becomes, as one self-contained page: point at either side and the other lights up.

Reads without script, on paper and in both themes; the one script is named by its hash and nothing is fetched. Every foreign
text is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.edi.finding import Finding
from gateway.formats.paper import opening, text
from gateway.translate.tracing import Cell, Line, Piece, Tracing, lines_of

HUES = 6
"""Colours that segments and their values take by turns."""

PIECES_LIMIT = 3_000
"""Segments of one set that a page shows."""

_STYLE = """
:root { --h0: #2463b4; --h1: #8a4fb0; --h2: #16784f; --h3: #a34a16; --h4: #0b7285; --h5: #9a2e5b; }
@media (prefers-color-scheme: dark) { :root { --h0: #7db4ff; --h1: #d3a4f2; --h2: #74d3a5; --h3: #f2a877; --h4: #6fd0e0; --h5: #f08fb8; } }
body { background: var(--paper); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 0; padding: 1.2rem 1.4rem 4rem; }
h1 { font-size: 1.35rem; margin: 0 0 .2rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 2rem 0 .2rem; }
h3 { color: var(--soft); font-size: .85rem; font-weight: 600; letter-spacing: .02em; margin: .4rem 0; text-transform: uppercase; }
p { margin: .2rem 0; } .soft { color: var(--soft); } .bad { color: var(--bad); } .odd { color: var(--odd); }
.sides { display: grid; gap: 1.2rem; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); }
.side { border: 1px solid var(--line); border-radius: .4rem; max-height: 82vh; overflow: auto; padding: .4rem .8rem .6rem; }
ol { list-style: none; margin: 0; padding: 0; } li { display: flex; padding: .03rem 0; }
.number { color: var(--soft); flex: 0 0 2.6rem; font: 12px/1.75 ui-monospace, monospace; padding-right: .7rem; text-align: right;
  user-select: none; }
.in { border-left: 3px solid var(--hue, transparent); margin-left: calc(var(--depth, 0) * 1.1rem); min-width: 0; padding-left: .55rem; }
code { font: 13px/1.6 ui-monospace, monospace; overflow-wrap: anywhere; } b { font-weight: 700; }
i { border-radius: .2rem; font-style: normal; } s { color: var(--soft); text-decoration: none; } .name { color: var(--soft); }
[data-at] { cursor: pointer; } .read { color: var(--hue); }
.decided { text-decoration: underline dotted var(--soft); text-underline-offset: .2em; } .computed { color: var(--soft); }
.unread { background: var(--odd-shade); color: var(--odd); outline: 1px dashed var(--odd); }
a { color: inherit; text-decoration: none; } .value { color: var(--hue, inherit); } .ruled { font-style: italic; }
.on, :target { background: var(--mark); outline: 2px solid var(--mark); }
.key span { border: 1px solid var(--line); border-radius: .3rem; font-size: .85rem; margin-right: .4rem; padding: 0 .4rem; }
.h0 { --hue: var(--h0); } .h1 { --hue: var(--h1); } .h2 { --hue: var(--h2); } .h3 { --hue: var(--h3); } .h4 { --hue: var(--h4); }
.h5 { --hue: var(--h5); }
@media (max-width: 60rem) { .sides { grid-template-columns: minmax(0, 1fr); } .side { max-height: none; } }
@media print { .side { max-height: none; overflow: visible; } li { break-inside: avoid; } }
"""

_SCRIPT = """
let lit = [];
function light(event) {
  for (const one of lit) one.classList.remove("on");
  lit = [];
  const from = event.target.closest && event.target.closest("[data-at]");
  if (!from) return;
  const section = from.closest("section");
  lit = [...section.querySelectorAll('[data-at="' + CSS.escape(from.dataset.at) + '"]')];
  for (const one of lit) one.classList.add("on");
  const side = from.closest(".side");
  const other = lit.find((one) => one.closest(".side") !== side);
  if (!other) return;
  const frame = other.closest(".side"), at = other.getBoundingClientRect(), box = frame.getBoundingClientRect();
  if (at.top < box.top || at.bottom > box.bottom) frame.scrollTop += at.top - box.top - box.height / 3;
}
document.addEventListener("mouseover", light);
document.addEventListener("focusin", light);
"""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A set, or a document of a file without envelope: its name, what became of it, and how its elements are told apart.

    `separator` and `component` stand between elements and components; without separator each value stands by its name.
    `held` says why there is no document, where there is none.
    """

    name: str
    tracing: Tracing
    documents: Sequence[object]
    findings: Sequence[Finding] = ()
    separator: str = ""
    component: str = ""
    held: str = ""
    mapping: str = ""


def page(title: str, sheets: Iterable[Sheet], left: int = 0) -> Iterator[str]:
    """The page in pieces; `left` is how many sets of the file are not shown."""
    digest = base64.b64encode(hashlib.sha256(_SCRIPT.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    yield opening(title, _STYLE).replace("<title>", f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n<title>', 1)
    yield (
        f"<header><h1>{text(title)}</h1>\n"
        '<p class="soft">The file on the left, the document on the right; point at either to see where it went or came from.</p>\n'
        '<p class="key"><span class="read h0">became a value</span> <span class="decided">decided one</span> '
        '<span class="computed">computed when written</span> <span class="unread">read by no rule</span></p></header>\n'
    )
    shown = 0
    for sheet in sheets:
        shown += 1
        yield from _sheet(sheet, shown)
    if not shown:
        yield "<p>Nothing was found that could be read.</p>\n"
    if left:
        yield f'<p class="soft">and {left:,} more that are not shown</p>\n'
    yield f"<script>{_SCRIPT}</script>\n</body></html>\n"


def _sheet(sheet: Sheet, number: int) -> Iterator[str]:
    readable, unread = sheet.tracing.counts()
    share = f"{readable - unread:,} of {readable:,} elements read"
    odd = f' · <span class="odd">{unread:,} read by no rule</span>' if unread else ""
    yield f'<section id="set-{number}"><h2>{text(sheet.name)}</h2>\n<p class="soft">{text(sheet.mapping)} · {share}{odd}</p>\n'
    if sheet.held:
        yield f'<p class="bad">{text(sheet.held)}</p>\n'
    for finding in sheet.findings:
        kind = "bad" if finding.severity == "error" else "odd" if finding.severity == "warning" else "soft"
        at = finding.location
        place = (at.segment or "") + (f"-{at.element:02d}" if at.segment and at.element else "") or at.field or ""
        end = "" if finding.message.endswith("?") else "."
        yield f'<p class="{kind}">{text(f"{place} {finding.message}".strip())}{end} {text(finding.remedy)}</p>\n'
    yield '<div class="sides">\n<div class="side"><h3>File</h3>\n<ol>\n'
    pieces = sheet.tracing.pieces[:PIECES_LIMIT]
    for piece in pieces:
        yield _piece(sheet, piece, number)
    yield "</ol>\n"
    if len(sheet.tracing.pieces) > len(pieces):
        yield f'<p class="soft">and {len(sheet.tracing.pieces) - len(pieces):,} more segments</p>\n'
    yield "</div>\n"
    yield '<div class="side">\n'
    for count, document in enumerate(sheet.documents, 1):
        several = f" {count} of {len(sheet.documents)}" if len(sheet.documents) > 1 else ""
        yield f"<h3>Document{several}</h3>\n<ol>\n"
        origins = sheet.tracing.origins[count - 1] if count <= len(sheet.tracing.origins) else []
        for line in lines_of(document, origins):
            yield _line(line, number)
        yield "</ol>\n"
    yield "</div>\n</div></section>\n"


def _hue(position: int | None) -> str:
    return "" if position is None else f"h{position % HUES}"


def _at(number: int, position: int | None, element: int, component: int) -> str:
    return f"{number}-{position}-{element}-{component}"


def _piece(sheet: Sheet, piece: Piece, number: int) -> str:
    by_element: dict[int, list[Cell]] = {}
    for cell in piece.cells:
        by_element.setdefault(cell.element, []).append(cell)
    parts = []
    if sheet.separator:
        for element in range(1, max(by_element, default=0) + 1):
            cells = by_element.get(element, ())
            inside = f"<s>{text(sheet.component)}</s>".join(_cell(piece, cell, number) for cell in cells)
            parts.append(f"<s>{text(sheet.separator)}</s>{inside}")
    else:
        parts = [f' <span class="name">{text(cell.name or piece.name)}</span> {_cell(piece, cell, number)}' for cell in piece.cells]
    name = f"<b>{text(piece.name)}</b>" if sheet.separator else ""
    counted = "" if piece.position is None else str(piece.position + 1)
    title = f' title="{text(piece.loop)}"' if piece.loop else ""
    return (
        f'<li class="{_hue(piece.position)}" style="--depth:{piece.depth}"><span class="number">{counted}</span>'
        f'<div class="in"{title}><code>{name}{"".join(parts)}</code></div></li>\n'
    )


def _cell(piece: Piece, cell: Cell, number: int) -> str:
    place = f"{piece.name}-{cell.element:02d}" + (f"-{cell.component}" if cell.component else "")
    went = ", ".join(use.field for use in cell.uses[:6]) + (" ..." if len(cell.uses) > 6 else "")
    became = {"read": f"becomes {went}", "decided": "decides", "computed": "computed when written", "unread": "read by no rule"}
    told = f"{place} {cell.name}: {became[cell.state]}"
    at = _at(number, piece.position, cell.element, cell.component)
    link = f' id="s{at}" data-at="{at}" tabindex="0"' if cell.uses else ""
    return f'<i class="{cell.state}"{link} title="{text(told)}">{text(cell.text)}</i>'


def _line(line: Line, number: int) -> str:
    origin = line.origin
    if origin is None:
        value = text(line.text)
    elif origin.position is None or not origin.element:
        value = f'<span class="ruled" title="{text(f"by the rule alone: {origin.rule}")}">{text(line.text)}</span>'
    else:
        at = _at(number, origin.position, origin.element, origin.component)
        place = f"{origin.segment}-{origin.element:02d}" + (f"-{origin.component}" if origin.component else "")
        told = f"{line.field}: segment {origin.position + 1}, {place}; rule {origin.rule}"
        value = f'<a class="value" href="#s{at}" data-at="{at}" title="{text(told)}">{text(line.text)}</a>'
    hue = _hue(origin.position) if origin is not None else ""
    return (
        f'<li class="{hue}" style="--depth:{line.depth}"><div class="in"><code>'
        f'<span class="name">{text(line.name)}</span> {value}</code></div></li>\n'
    )
