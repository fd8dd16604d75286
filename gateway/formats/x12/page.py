"""A file as one self-contained page that a supplier can read: segments by loop, names on hover, findings at their place.

Plain HTML and CSS, no script, nothing fetched; every value is escaped. Made from checked events, a set at a time; the
summary of the sets stands at the end, and the style shows it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from gateway.edi.finding import Finding
from gateway.formats.paper import opening
from gateway.formats.paper import text as _text
from gateway.formats.x12.elements import decoded
from gateway.formats.x12.envelope import Event, GroupEnd, GroupStart, InterchangeEnd, InterchangeStart, Noise, SetRead, TransactionSet
from gateway.formats.x12.inspect import LoopBegins, SegmentStands, line_hint, tree
from gateway.profiles.guide import Guides, Slot

_VERDICTS = {"A": "accepted", "E": "accepted with errors", "P": "partly accepted", "R": "rejected"}
_WORDS: dict[str, Literal["error", "warning", "note"]] = {"error": "error", "warning": "warning", "info": "note"}

_STYLE = """
body { background: var(--paper); color: var(--text); display: flex; flex-direction: column; font: 15px/1.5 system-ui, sans-serif;
  margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 4rem; }
header { order: -2; } .summary { order: -1; }
h1 { font-size: 1.35rem; margin: 0 0 .2rem; overflow-wrap: anywhere; } h2 { font-size: 1.1rem; margin: 2.2rem 0 0; }
h3 { align-items: center; display: flex; flex-wrap: wrap; font-size: 1rem; gap: .6rem; margin: 1.4rem 0 .4rem; }
p { margin: .2rem 0; } .soft { color: var(--soft); font-weight: normal; } a { color: inherit; }
.verdict { border: 1px solid; border-radius: 1rem; font-size: .8rem; font-weight: 600; padding: 0 .6rem; white-space: nowrap; }
.A { color: var(--fine); } .E, .P { color: var(--odd); } .R { color: var(--bad); }
table { border-collapse: collapse; margin: .8rem 0 0; } td { border-top: 1px solid var(--line); padding: .25rem 1.2rem .25rem 0; }
ol { border: 1px solid var(--line); border-radius: .4rem; list-style: none; margin: 0; overflow: hidden; padding: .4rem 0; }
li { display: grid; grid-template-columns: 3.4rem 1fr; padding: .05rem .8rem .05rem 0; } li > * { min-width: 0; }
.number { color: var(--soft); font: 12px/1.7 ui-monospace, monospace; padding-right: .9rem; text-align: right; user-select: none; }
.in { border-left: 1px solid var(--line); margin-left: calc(var(--depth) * var(--indent, 1.4rem)); padding-left: .6rem; }
.loop .in { color: var(--soft); font-size: .8rem; padding-top: .3rem; }
code { font: 13px/1.6 ui-monospace, monospace; overflow-wrap: anywhere; } b { font-weight: 700; }
i { border-radius: .2rem; font-style: normal; } i[title]:hover { background: var(--line); cursor: help; }
s { color: var(--soft); text-decoration: none; }
.wrong.error { background: var(--bad-shade); } .wrong.warning { background: var(--odd-shade); }
i.at { border-bottom: 2px solid; min-width: .7em; display: inline-block; line-height: 1.25; } .error i.at { border-color: var(--bad); }
.warning i.at { border-color: var(--odd); } .unplaced b { border-bottom: 2px dotted var(--odd); }
.finding { font-size: .88rem; margin: .1rem 0 .3rem; overflow-wrap: anywhere; } .finding strong { font-weight: 600; }
.finding.error strong { color: var(--bad); } .finding.warning strong { color: var(--odd); } .finding.info strong { color: var(--soft); }
@media (max-width: 40rem) { :root { --indent: .7rem; } li { grid-template-columns: 2.6rem 1fr; } }
@media print { body { max-width: none; padding: 0; } li { break-inside: avoid; } }
"""


def page(name: str, events: Iterable[Event], guides: Guides) -> Iterator[str]:
    """The page in pieces, from the events of `check(..., whole=True)`."""
    yield opening(name, _STYLE)
    yield (
        f"<header><h1>{_text(name)}</h1>\n"
        '<p class="soft">Point at an element to see its name. What is wrong stands under its segment.</p></header>\n'
    )
    rows: list[str] = []
    anchors = read = 0
    for event in events:
        match event:
            case Noise(finding):
                yield _finding(finding)
            case InterchangeStart(opened):
                read += 1
                sender, receiver = (_text("/".join(party)) for party in (opened.sender, opened.receiver))
                yield (
                    f"<h2>Interchange {_text(opened.control_number)}</h2>\n"
                    f'<p class="soft">from {sender} to {receiver}, {_usage(opened.usage)}</p>\n'
                )
            case GroupStart(_, group):
                kind, number, version = map(_text, (group.functional_id, group.control_number, group.version))
                yield f'<p class="soft">Group {kind} {number}, version {version}</p>\n'
            case SetRead(_, _, found):
                anchors += 1
                told = _told(found.findings, found.omitted)
                rows.append(_row(f"{found.id} {found.control_number}", found.accepted, told, anchors))
                yield from _set(found, guides, anchors)
            case GroupEnd(_, group):
                if group.findings:
                    rows.append(_row(f"group {group.control_number}", group.accepted, _told(group.findings)))
                yield from map(_finding, group.findings)
            case InterchangeEnd(opened):
                if opened.findings:
                    verdict = "A" if opened.accepted else "R"
                    rows.append(_row(f"interchange {opened.control_number}", verdict, _told(opened.findings)))
                yield from map(_finding, opened.findings)
            case _:
                pass
    told = f"<table>\n{''.join(rows)}</table>" if read else "<p>No X12 interchange was found.</p>"
    yield f'<section class="summary">{told}</section>\n</body></html>\n'


def _usage(usage: str) -> str:
    return {"P": "production", "T": "test", "I": "information"}.get(usage, "usage not said")


def _told(findings: list[Finding], omitted: int = 0) -> str:
    counts = [(word, sum(_WORDS[finding.severity] == word for finding in findings)) for word in _WORDS.values()]
    words = [f"{number:,} {word}{'' if number == 1 else 's'}" for word, number in counts if number]
    return ", ".join([*words, *([f"{omitted:,} more"] if omitted else [])])


def _row(name: str, verdict: str, told: str, anchor: int = 0) -> str:
    """A line of the summary: a set with a link to it, or an envelope with what is wrong with it."""
    linked = f'<a href="#set-{anchor}">{_text(name)}</a>' if anchor else _text(name)
    return f'<tr><td>{linked}</td><td class="{verdict}">{_VERDICTS[verdict]}</td><td class="soft">{told}</td></tr>\n'


def _set(found: TransactionSet, guides: Guides, number: int) -> Iterator[str]:
    verdict = found.accepted
    guide = guides.guide(found.guide.split("@")[0]) if found.guide else None
    held = f'<span class="soft">{_text(guide.name)}</span>' if guide is not None else ""
    yield (
        f'<h3 id="set-{number}">{_text(found.id)} {_text(found.control_number)} '
        f'<span class="verdict {verdict}">{_VERDICTS[verdict]}</span> {held}</h3>\n<ol>\n'
    )
    by_position: dict[int | None, list[Finding]] = {}
    for finding in found.findings:
        by_position.setdefault(finding.location.segment_position, []).append(finding)
    for row in tree(found, guide):
        if isinstance(row, LoopBegins):
            path = _text(row.path.replace("/", " › "))
            style = f"--depth:{row.depth}"
            yield f'<li class="loop"><span></span><div class="in" style="{style}">{path} {row.occurrence}</div></li>\n'
        else:
            yield _segment(row, by_position.pop(row.position, []), found)
    yield "</ol>\n"
    for rest in by_position.values():
        yield from map(_finding, rest)
    if found.omitted:
        yield f'<p class="finding">and {found.omitted:,} more; mend the listed ones first</p>\n'


def _segment(row: SegmentStands, findings: list[Finding], found: TransactionSet) -> str:
    separator = found.delimiters.element
    values = row.text.split(separator)
    missing = {finding.location.segment for finding in findings} - {values[0]}
    wrong = {finding.location.element for finding in findings if finding.location.segment not in missing}
    values += [""] * (max((element for element in wrong if element), default=0) - len(values) + 1)
    parts = [f"<b>{_text(values[0])}</b>"]
    for number, value in enumerate(values[1:], 1):
        told = f"{values[0]}-{number:02d} {_name(row.slots, number)}".strip()
        mark = ' class="at"' if number in wrong else ""
        parts.append(f'<i{mark} title="{_text(told)}">{_text(decoded(value))}</i>')
    text = f"<s>{_text(separator)}</s>".join(parts)
    worst = next((severity for severity in _WORDS if any(finding.severity == severity for finding in findings)), "")
    classes = " ".join(word for word in ("wrong" if findings else "", worst, "" if row.placed else "unplaced") if word)
    told = "".join(_finding(finding, line_hint(found, finding.location)) for finding in findings)
    opening = f'<li class="{classes}">' if classes else "<li>"
    return (
        f'{opening}<span class="number">{row.position}</span>'
        f'<div class="in" style="--depth:{row.depth}"><code>{text}</code>{told}</div></li>\n'
    )


def _name(slots: tuple[Slot, ...], number: int) -> str:
    """Our name for an element, or the names of a composite's components; '' where there is none."""
    slot = slots[number - 1] if number <= len(slots) else None
    if slot is None:
        return ""
    return slot.element.name if slot.element else ", ".join(part.element.name for part in slot.components if part.element)


def _finding(finding: Finding, hint: str = "") -> str:
    at = finding.location
    place = (at.segment or "") + (f"-{at.element:02d}" if at.element and at.segment else "") + (f"-{at.component}" if at.component else "")
    named = " ".join(part for part in (place, f"({hint})" if hint else "") if part)
    end = "" if finding.message.endswith("?") else "."
    return (
        f'<div class="finding {finding.severity}"><strong>{_WORDS[finding.severity].capitalize()}:</strong> '
        f"{_text(f'{named} {finding.message}'.strip())}{end} {_text(finding.remedy)}</div>\n"
    )
