"""A file as one self-contained page that a supplier can read: segments by loop, names on hover, findings at their place.

Plain HTML and CSS, no script, nothing fetched; every value is escaped. Made from checked events, a set at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from gateway.edi.finding import Finding
from gateway.edi.shown import shown
from gateway.formats.x12.envelope import Event, GroupEnd, GroupStart, InterchangeEnd, InterchangeStart, Noise, SetRead, TransactionSet
from gateway.formats.x12.inspect import LoopBegins, SegmentStands, tree
from gateway.profiles.guide import Guides

_VERDICTS = {"A": "accepted", "E": "accepted with errors", "P": "partly accepted", "R": "rejected"}

_STYLE = """
:root { color-scheme: light dark; --soft: #8883; --bad: #c22; --odd: #a60; --fine: #287a3c; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0 0 .3rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .3rem; } p { margin: .3rem 0; }
.verdict { border-radius: .3rem; color: #fff; font-size: .85rem; padding: .1rem .5rem; }
.A { background: var(--fine); } .E, .P { background: var(--odd); } .R { background: var(--bad); }
ol { list-style: none; margin: 0; padding: 0; } li { border-left: 1px solid var(--soft); padding: .08rem 0 .08rem .7rem; }
code { font: 13px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; } .position { color: #888; display: inline-block; width: 3.2em; }
.loop { color: #888; font-size: .8rem; padding-top: .5rem; } b { font-weight: 600; } i { font-style: normal; }
code i[title]:hover { background: var(--soft); cursor: help; } .separator { color: #888; }
.wrong > code i.at { border-bottom: 2px solid var(--bad); } .finding { font-size: .88rem; margin: .1rem 0 .35rem 3.4em; }
.error { color: var(--bad); } .warning { color: var(--odd); } .info { color: #888; }
"""


def page(name: str, events: Iterable[Event], guides: Guides) -> Iterator[str]:
    """The page in pieces, from the events of `check` (sets whole, not in parts)."""
    title = escape(shown(name))
    yield f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">\n<title>{title}</title>\n'
    yield f"<style>{_STYLE}</style></head><body>\n<h1>{title}</h1>\n"
    yield "<p>Point at an element to see its name. What is wrong stands under its segment.</p>\n"
    for event in events:
        match event:
            case Noise(finding):
                yield _finding(finding)
            case InterchangeStart(opened):
                sender, receiver = (escape(shown("/".join(party))) for party in (opened.sender, opened.receiver))
                yield f"<h2>Interchange {escape(shown(opened.control_number))}</h2><p>from {sender} to {receiver}, {_usage(opened.usage)}</p>\n"
            case GroupStart(_, group):
                yield f"<p>Group {escape(shown(group.functional_id))} {escape(shown(group.control_number))}, version {escape(shown(group.version))}</p>\n"
            case SetRead(_, group, found):
                yield from _set(found, guides)
            case GroupEnd(_, group):
                yield "".join(map(_finding, group.findings))
            case InterchangeEnd(opened):
                yield "".join(map(_finding, opened.findings))
            case _:
                pass
    yield "</body></html>\n"


def _usage(usage: str) -> str:
    return {"P": "production", "T": "test", "I": "information"}.get(usage, "usage not said")


def _set(found: TransactionSet, guides: Guides) -> Iterator[str]:
    verdict = found.accepted
    yield f'<h2>{escape(shown(found.id))} {escape(shown(found.control_number))} <span class="verdict {verdict}">{_VERDICTS[verdict]}</span></h2>\n<ol>\n'
    by_position: dict[int | None, list[Finding]] = {}
    for finding in found.findings:
        by_position.setdefault(finding.location.segment_position, []).append(finding)
    guide = guides.guide(found.guide.split("@")[0]) if found.guide else None
    for row in tree(found, guide):
        if isinstance(row, LoopBegins):
            yield f'<li class="loop" style="margin-left:{1.5 * row.depth}rem">{escape(row.path.replace("/", " › "))} {row.occurrence}</li>\n'
        else:
            yield _segment(row, by_position.pop(row.position, []), found.delimiters.element)
    yield "</ol>\n"
    for rest in by_position.values():
        yield "".join(map(_finding, rest))
    if found.omitted:
        yield f'<p class="finding">and {found.omitted:,} more</p>\n'


def _segment(row: SegmentStands, findings: list[Finding], separator: str) -> str:
    wrong = {finding.location.element for finding in findings}
    names = {int(reference.rsplit("-", 1)[1]): name for reference, name, _ in row.elements}
    values = row.text.split(separator)
    parts = [f"<b>{escape(shown(values[0]))}</b>"]
    for number, value in enumerate(values[1:], 1):
        told = f"{values[0]}-{number:02d}" + (f" {names[number]}" if names.get(number) else "")
        mark = ' class="at"' if number in wrong else ""
        parts.append(f'<i{mark} title="{escape(shown(told), quote=True)}">{escape(shown(value))}</i>')
    text = f'<span class="separator">{escape(shown(separator))}</span>'.join(parts)
    style = f' class="wrong" style="margin-left:{1.5 * row.depth}rem"' if findings else f' style="margin-left:{1.5 * row.depth}rem"'
    return f'<li{style}><code><span class="position">{row.position}</span>{text}</code>{"".join(map(_finding, findings))}</li>\n'


def _finding(finding: Finding) -> str:
    element = f"{finding.location.segment}-{finding.location.element:02d} " if finding.location.element and finding.location.segment else ""
    return f'<div class="finding {finding.severity}">{escape(element + shown(finding.message))}. {escape(shown(finding.remedy))}</div>\n'
