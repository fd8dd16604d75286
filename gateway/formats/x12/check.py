"""Reads a file and holds each set against the guide that its group's version names: the reader's events, judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from gateway.formats.x12.codes import CODES
from gateway.formats.x12.conformance import Walk
from gateway.formats.x12.envelope import Event, Group, GroupStart, SetRead, TransactionSet
from gateway.formats.x12.forms import Forms, forms_of
from gateway.formats.x12.groups import KNOWN_GROUPS
from gateway.formats.x12.place import element_place
from gateway.formats.x12.reader import read
from gateway.profiles.guide import Guide, Guides

_VERSION = re.compile(r"\d{6}")


def check(
    chunks: Iterable[bytes], guides: Guides, *, whole: bool = False, instead: Mapping[tuple[str, str], Guide] | None = None
) -> Iterator[Event]:
    """Events in order, sets with findings and verdict by the standard guides; large sets come in parts.

    The event of a part has `transaction_set.last` False; its findings are those so far. `whole`: sets come as one, with
    their trace, for those who show them. `instead` are guides of a partner's by set and version (of six digits), to be
    used in place of the standard ones.
    """
    walk: Walk | None = None
    forms: Forms | None = None
    for event in read(chunks, parts=not whole):
        if isinstance(event, GroupStart):
            judge_version(event.group, guides)
        elif isinstance(event, SetRead):
            found = event.transaction_set
            if found.position == 1:
                own = instead.get((found.id, event.group.version[:6])) if instead else None
                name = guide_for(event.group, found, guides) if own is None else None
                guide = guides.guide(name) if name else own
                walk = forms = None
                if guide is not None:
                    forms = forms_of(guide, found.delimiters) if found.last and not whole else None
                    if forms is None or forms.recognise(found) is None:
                        walk = Walk(guide, found)
            if walk is not None:
                trace = walk.feed()
                if whole:
                    found.trace = trace
                if found.last:
                    walk.finish()
                    if forms is not None:
                        forms.learn(found, trace)
        yield event


def judge_version(group: Group, guides: Guides) -> None:
    """A group whose version cannot be compared with any that a guide knows, of a kind that we know, is answered AK905 2."""
    version = group.version
    if len(group.elements) > 8 and group.functional_id in KNOWN_GROUPS and not _VERSION.match(version):
        known = any(name.startswith(f"x12/{version}/") for name in guides.names())
        if not known:
            group.findings.append(CODES["version-unknown"].finding(group.places[8], version))


def guide_for(group: Group, found: TransactionSet, guides: Guides) -> str | None:
    """The guide of a set by GS08 and ST01, or the nearest version's; findings say when there is none or not the very one."""
    name = guides.find(found.id, group.version)
    if name is not None:
        return name
    name = guides.nearest(found.id, group.version)
    if name is not None:
        found.findings.append(CODES["version-nearest"].finding(group.places[8], group.version, guide=name))
        return name
    if not any(finding.code in ("set-id-missing", "set-unknown") for finding in found.findings):
        version = group.version or "a group without version"
        found.findings.append(CODES["set-unknown"].finding(element_place(found, 0, 1), found.id, version=version))
    found.accepted = "R"
    return None
