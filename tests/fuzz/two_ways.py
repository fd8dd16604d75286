"""Two ways for the same bytes: by what was learnt of sets like them, and by the rules alone; both must say the same.

`python tests/fuzz/two_ways.py [--seconds N] [--seed N] [FILE...]`. Mutates the samples set by set: values as the next set of
a partner has them, elements and segments taken out, doubled, moved, and bytes that nobody means well with.
"""

import argparse
import copy
import json
import random
import re
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path

import hostile

from gateway.documents.models import as_json, fields_of
from gateway.edi.finding import Halt
from gateway.formats.x12.check import check
from gateway.formats.x12.envelope import GroupEnd, InterchangeEnd, SetRead
from gateway.formats.x12.forms import forms_of
from gateway.formats.x12.reader import read
from gateway.translate.mapping import load
from gateway.translate.outcome import translate_set

LIBRARY = hostile.FolderLibrary()
SEEDS = [path.read_bytes() for path in sorted(hostile.SAMPLES.rglob("*.edi"))]
LESSONS = 12
"""Sets like a sample that are translated before anything is mutated: rules ask what they look at a few questions at a time."""


@cache
def learning(name):
    """A guide and its standard mapping, which learns from all it is given; None where there are not both."""
    if f"mappings/{name}.yaml" not in LIBRARY.names(f"mappings/{name}.yaml"):
        return None
    guide = hostile.GUIDES.guide(name)
    return guide, load(LIBRARY, name, guide, schema=fields_of)


def ignorant(mapping):
    """The same mapping, of which nothing is known yet."""
    made = copy.copy(mapping)
    made._shortcuts = {}
    return made


def hurry(guide, mapping, delimiters):
    """Have a mapping and the check learn at once, not only from what came often."""
    shortcut = mapping._shortcut(guide, delimiters)
    if shortcut is not None:
        shortcut._often = shortcut.forms.seen = 1
    forms = forms_of(guide, delimiters)
    if forms is not None:
        forms.seen = 1


def sets_of(data):
    """The sets of a file, with their groups, not held against anything yet."""
    return [(event.group, event.transaction_set) for event in read([data]) if isinstance(event, SetRead)]


def told(outcome):
    """All that an outcome says."""
    documents = [json.loads(as_json(document)) for document in outcome.documents]
    return outcome.verdict, outcome.verb, [finding.as_json() for finding in outcome.findings], documents, outcome.keys


def compared(data):
    """Translate each set of a file both ways, and check the file both ways; counts what came the short way. Raises AssertionError."""
    seen = Counter()
    for (group, short), (_, long) in zip(sets_of(data), sets_of(data), strict=True):
        name = hostile.GUIDES.find(short.id, group.version)
        known = learning(name) if name is not None else None
        if known is None:
            continue
        guide, mapping = known
        hurry(guide, mapping, short.delimiters)
        by_form, by_rules = (translate_set(None, guide, one, found) for one, found in ((mapping, short), (ignorant(mapping), long)))
        seen["sets"] += 1
        seen["short"] += short.trace is None
        seen["clean"] += by_form.verb is None
        if told(by_form) != told(by_rules):  # the values themselves: assert on both would be slow where they are equal
            assert told(by_form) == told(by_rules), f"set {short.control_number} of {data!r}"
    assert judged(data, whole=False) == judged(data, whole=True)
    return seen


def judged(data, *, whole):
    """What `x12 check` finds; whole sets are not recognised, and not cut."""
    findings = []
    try:
        for event in check([data], hostile.GUIDES, whole=whole):
            if isinstance(event, SetRead) and event.transaction_set.last:
                findings += [event.transaction_set.accepted, *(finding.as_json() for finding in event.transaction_set.findings)]
            elif isinstance(event, GroupEnd):
                findings.append(event.group.accepted)
            elif isinstance(event, InterchangeEnd):
                findings.append(event.interchange.ta1)
    except Halt as halt:
        findings.append(halt.finding.code)
    return findings


def like(raw, chance):
    """A segment as the next set of a partner has it: here and there other digits and letters where they stand."""
    head, *elements = raw.split("*")
    for n, element in enumerate(elements):
        if re.fullmatch(r"\d{2,5}(\.\d+)?", element) and chance.random() < 0.05:
            elements[n] = "".join(chance.choice("123456789") if c.isdigit() else c for c in element)
        elif len(element) > 6 and not element.isdigit() and chance.random() < 0.3:
            elements[n] = "".join(chance.choice("ABCDEFG") if c.isalpha() else c for c in element)
    return "*".join([head, *elements])


VALUES = (
    "",
    "0",
    "-1",
    "1.5",
    "00",
    "1E5",
    " ",
    "A ",
    "\xe9",
    "A>B",
    "A^B",
    "'",
    '"',
    "\\",
    "{v0}",
    "\u0663",
    "9" * 18,
    "20260229",
    "2460",
)


def worse(segments, chance):
    """The segments of a set with one to four changes, most of which leave it a set."""
    made = list(segments)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(1, max(2, len(made) - 1))
        elements = made[at].split("*")
        place = chance.randrange(1, len(elements) + 1)
        match chance.randrange(9):
            case 0:
                del made[at]
            case 1:
                made.insert(at, made[chance.randrange(1, len(made))])
            case 2:
                made[at:at] = made[at : at + chance.randint(1, 5)] * chance.choice((1, 2, 30))
            case 3:
                elements[place : place + 1] = []
                made[at] = "*".join(elements)
            case 4 | 5 | 6:
                elements[place : place + 1] = [chance.choice(VALUES)]
                made[at] = "*".join(elements)
            case 7:
                other = made[chance.randrange(1, len(made))].split("*")
                elements[place : place + 1] = [other[chance.randrange(len(other))]]
                made[at] = "*".join(elements)
            case 8:
                made[at] = made[at].rstrip("*") + "*" * chance.randint(0, 3)
        if len(made) < 3:
            break
    return made


def closed(segments, chance):
    """The set with its own count, most of the time."""
    end = segments[-1].split("*")
    if end[0] == "SE" and len(end) > 1 and chance.random() < 0.95:
        end[1] = str(len(segments))
    return [*segments[:-1], "*".join(end)]


def templates():
    """Of each sample its sets, apart: what stands before them, their segments, what stands behind; only with `*` and `~`."""
    found = []
    for data in SEEDS:
        text = data.decode("latin-1").replace("\n", "").replace("\r", "")
        parts = [part.strip() for part in text.split("~")]
        starts = [n for n, part in enumerate(parts) if part.startswith("ST*")]
        ends = [n for n, part in enumerate(parts) if part.startswith("SE*")]
        if text[3:4] == "*" and len(starts) == len(ends) and starts:
            heads = [part for part in parts[: starts[0]] if part]
            found += [(heads[:2], parts[a : b + 1]) for a, b in zip(starts, ends, strict=True) if len(heads) == 2]
    return found


def filed(heads, sets):
    """An interchange of sets."""
    number, ends = heads[1].split("*")[6], heads[0].split("*")[13]
    segments = [*heads, *(raw for one in sets for raw in one), f"GE*{len(sets)}*{number}", f"IEA*1*{ends}", ""]
    return "~".join(segments).encode("latin-1", "replace")


def taught(heads, segments, chance, lessons=LESSONS):
    """Have sets like these translated, so that they are known."""
    seen = Counter()
    for _ in range(lessons):
        seen += compared(filed(heads, [[segments[0], *(like(raw, chance) for raw in segments[1:-1]), segments[-1]]]))
    return seen


def tried(heads, segments, chance):
    """One more file of sets like these and of worse ones, both ways."""
    sets = []
    for _ in range(chance.randint(1, 4)):
        made = [segments[0], *(like(raw, chance) for raw in segments[1:-1]), segments[-1]]
        sets.append(closed(worse(made, chance), chance) if chance.random() < 0.8 else made)
    data = filed(heads, sets)
    return data if chance.random() < 0.9 else hostile.mutated(data, SEEDS, chance)


def main() -> int:
    """Look for a difference; returns 1 where there is one."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--seed", type=int, default=None, help="the same seed tries the same bytes")
    options.add_argument("files", nargs="*", type=Path, help="only these, once")
    asked = options.parse_args()
    if asked.files:
        print("\n".join(f"{path}: {dict(compared(path.read_bytes()))}" for path in asked.files))
        return 0
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    known, chance, until = templates(), random.Random(seed), time.monotonic() + asked.seconds
    print(f"{asked.seconds} s of sets both ways from {len(known)} samples, --seed {seed}")
    seen: Counter[str] = Counter()
    while time.monotonic() < until:
        heads, segments = chance.choice(known)
        seen += taught(heads, segments, chance)
        for _ in range(300):
            data = tried(heads, segments, chance)
            try:
                seen += compared(data)
            except Exception as error:  # noqa: BLE001 - a difference or any exception at all is what is looked for
                print(hostile.kept(data, f"{type(error).__name__}: {str(error)[:3000]}"))
                return 1
            if time.monotonic() > until:
                break
    print(f"{dict(seen)}, no difference")
    return 0


if __name__ == "__main__":
    sys.exit(main())
