"""A wrong fact in a guide is noticed: one fact is flipped, and the sets made from the true facts must show it."""

import random

import pytest
import valid_sets
from test_valid_sets import trouble_of_fault, trouble_of_valid

from gateway.profiles.guide import Guides
from gateway.stores.library import DictLibrary, FolderLibrary

PACKAGED = FolderLibrary()
ROUNDS = 14
LOOKS = 8


def texts(version, kind):
    """The files that a guide is read from."""
    folder = f"mappings/guides/x12/{version}/"
    return {f"{folder}{name}.yaml": PACKAGED.read(f"{folder}{name}.yaml") for name in (kind, "segments", "elements", "codes")}


def flipped_structure(known, chance):
    """One line of a set's structure changed: the new text, what was done, and the paths to look at; None where nothing can be."""
    name = f"mappings/guides/x12/{known.version}/{known.set}.yaml"
    lines = PACKAGED.read(name).splitlines()
    rows = [number for number, line in enumerate(lines) if line.lstrip().startswith("- ")]
    members = list(valid_sets.in_order(known.root))
    assert len(rows) == len(members)
    at = chance.randrange(1, len(members) - 1)
    parent, member = members[at]
    if member is parent.members[0] or member.id in ("ST", "SE"):
        return None
    row = rows[at]
    indent, body = lines[row].split("- ", 1)
    words = body.rstrip(":").split()
    focus = [] if parent is known.root else [parent.members[0].path]
    kinds = ["usage"] + ["more", "less"] * (member.max <= 11) + ["swap"]
    what = chance.choice(kinds)
    if what == "usage":
        words[1] = "O" if words[1] == "M" else "M"
    elif what == "swap":
        after = parent.members.index(member) + 1
        other = parent.members[after] if after < len(parent.members) else None
        if other is None or isinstance(member, valid_sets.Loop) or isinstance(other, valid_sets.Loop) or other.id in (member.id, "SE"):
            return None
        lines[row], lines[row + 1] = lines[row + 1], lines[row]
        return {name: "\n".join(lines)}, f"{member.path} after {other.path}", [member.path, other.path]
    elif what == "less" and member.max == 1:
        return None
    else:
        words[2] = str(member.max + (1 if what == "more" else -1))
        focus = [member.path if isinstance(member, valid_sets.Place) else member.members[0].path]
    lines[row] = f"{indent}- {' '.join(words)}" + (":" if body.endswith(":") else "")
    return {name: "\n".join(lines)}, f"{member.path}: {body} is {' '.join(words)}", focus


def flipped_segment(known, chance):
    """A slot's usage or a relation of one segment changed."""
    name = f"mappings/guides/x12/{known.version}/segments.yaml"
    place = chance.choice([place for path, place in sorted(known.places.items()) if place.id not in ("ST", "SE", "HL", "CTT", "SDQ")])
    shape = known.shapes[place.id]
    text = PACKAGED.read(name)
    line = next(line for line in text.splitlines() if line.startswith(place.id + ":"))
    body, _, rules = line.partition(" | ")
    if rules and chance.random() < 0.5:
        kept = rules.split()
        index = chance.randrange(len(kept))
        if not valid_sets.breaks_alone(shape, shape.relations[index]):
            return None
        gone = kept.pop(index)
        made, what = body + (" | " + " ".join(kept) if kept else ""), f"{place.id} without {gone}"
    else:
        items = body.partition(": ")[2].split(", ")
        number = chance.randrange(len(items))
        words = items[number].split()
        words[1] = "O" if words[1] == "M" else "M"
        if any(number + 1 in positions for _, positions in shape.relations):
            return None
        items[number] = " ".join(words)
        made, what = f"{place.id}: {', '.join(items)}" + (" | " + rules if rules else ""), f"{place.id}{number + 1:02d} is {words[1]}"
    return {name: text.replace(line + "\n", made + "\n")}, what, [place.path]


def flipped_element(known, chance):
    """A length or the type of one element changed."""
    name = f"mappings/guides/x12/{known.version}/elements.yaml"
    places = [place for _, place in sorted(known.places.items()) if place.id not in ("ST", "SE", "HL", "CTT", "SDQ")]
    place = chance.choice(places)
    numbers = [slot.number for slot in known.shapes[place.id].slots if slot.number not in known.shapes and slot.repeat == 1]
    number = chance.choice(numbers)
    kind, low, high = known.elements[number]
    if high > 100 or number in known.codes or kind in ("DT", "TM"):  # beside codes, dates and times lengths say little
        return None
    low, high = chance.choice(
        [(low, high + 1), *([(low, high - 1), (low + 1, high)] if high > low else []), *([(low - 1, high)] if low > 1 else [])]
    )
    text = PACKAGED.read(name)
    line = next(line for line in text.splitlines() if line.startswith(f'"{number}": '))
    words = line.split(" ")
    words[2:4] = str(low), str(high)
    return {name: text.replace(line + "\n", " ".join(words) + "\n")}, f"{line} is {low} {high}", [place.path]


def noticed(known, guides, focus, chance):
    """The first thing that sets made from the true facts show against these guides; None if nothing does."""
    for number in range(ROUNDS):
        density = (0, 0, 0.1)[number % 3]
        if found := trouble_of_valid(known, chance, density, guides, focus):
            return found
        made = valid_sets.valid(known, chance, density, focus)
        at = {index + 1 for index, one in enumerate(made) if one.place.path in focus or not focus}
        around = range(min(at, default=1), max(at, default=1) + 200)
        every = [
            *(fault for fault in valid_sets.element_faults(made, known, chance) if fault.position in at),
            *(fault for fault in valid_sets.segment_faults(made, known, chance) if fault.position in around or not focus),
            *(fault for fault in valid_sets.loop_faults(made, known) if fault.position in around or not focus),
        ]
        for fault in every if len(every) < 80 else chance.sample(every, 80):
            if found := trouble_of_fault(known, fault, guides):
                return found
    return None


def mutants(version, kind, seed, count):
    known, chance = valid_sets.facts(version, kind), random.Random(seed)
    made = 0
    while made < count:
        flip = chance.choice((flipped_structure, flipped_segment, flipped_element))(known, chance)
        if flip is not None:
            made += 1
            yield known, chance, flip


def survivors(version, kind, seed, count):
    left = []
    for known, chance, (files, what, focus) in mutants(version, kind, seed, count):
        changed = texts(version, kind)
        assert any(changed[name] != text for name, text in files.items()), what
        guides = Guides(DictLibrary(changed | files))
        # a rule that few sets touch may be missed by the first sets: a survivor is looked at again, longer
        if not any(noticed(known, guides, focus, chance) for _ in range(LOOKS)):
            left.append(what)
    return left


@pytest.mark.parametrize("kind", ["850", "855", "856", "810", "997"])
def test_a_flipped_fact_is_noticed(kind):
    assert survivors("004010", kind, 1, 8) == []


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize("kind", ["850", "855", "856", "810", "997"])
def test_the_true_facts_are_not_noticed(version, kind):
    known = valid_sets.facts(version, kind)
    focus = [random.Random(kind).choice(sorted(known.places))]
    assert noticed(known, Guides(DictLibrary(texts(version, kind))), focus, random.Random(2)) is None


@pytest.mark.campaign
@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize("kind", ["850", "855", "856", "810", "997"])
def test_hundreds_of_flipped_facts_are_noticed(version, kind):
    assert survivors(version, kind, None, 200) == []
