"""Makes valid transaction sets, and sets with one known fault, from the guides' data files read directly.

Shares no code with the gateway: a wrong reading of the data there shows here, and the other way round.
"""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2] / "mappings" / "guides" / "x12"
COUNTED = {"850": "PO1", "855": "PO1", "810": "IT1", "856": "HL"}
ENVELOPES = {"ISA", "IEA", "GS", "GE", "ST", "SE", "TA1", "ISB", "ISE", "ISX", "TA3"}
LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ0123456789"


@dataclass(frozen=True)
class Slot:
    """An element's place in a segment or composite."""

    number: str
    usage: str
    repeat: int


@dataclass(frozen=True)
class Shape:
    """A segment or composite: slots and relations, as ("P", (2, 3))."""

    id: str
    slots: tuple
    relations: tuple


@dataclass(frozen=True)
class Place:
    """A segment at its place in a set."""

    id: str
    usage: str
    max: int
    path: str


@dataclass
class Loop:
    """A loop with its members; the first one opens it."""

    id: str
    usage: str
    max: int
    path: str
    members: list


@dataclass
class Made:
    """A segment that was made: its values by position ([0] is the id), its place, and the occurrence of each loop around it."""

    place: Place
    values: list
    around: tuple = ()

    def raw(self):
        values = list(self.values)
        while len(values) > 1 and not values[-1]:
            values.pop()
        return "*".join(values)


@dataclass
class Facts:
    """A version's dictionary and the structure of one set."""

    version: str
    set: str
    group: str
    root: Loop
    shapes: dict
    elements: dict
    codes: dict
    places: dict = field(default_factory=dict)

    def has_only_once(self, segment):
        """Whether the set names a segment at one place only."""
        return sum(place.id == segment for place in self.places.values()) == 1


def _lines(version, table):
    for line in (FOLDER / version / f"{table}.yaml").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            key, _, text = line.partition(":")
            yield key.strip('"'), text.strip().strip('"')


@cache
def facts(version, kind):
    """The facts of a set in a version."""
    elements = {key: (text.split()[0], int(text.split()[1]), int(text.split()[2])) for key, text in _lines(version, "elements")}
    codes = {key: text.split() for key, text in _lines(version, "codes")}
    shapes = {}
    for key, text in _lines(version, "segments"):
        body, _, rules = text.partition("|")
        slots = []
        for item in body.split(","):
            words = item.split()
            slots.append(Slot(words[0], words[1], int(words[2][1:]) if len(words) > 2 else 1))
        relations = tuple((rule[0], tuple(map(int, re.findall("..", rule[1:])))) for rule in rules.split())
        shapes[key] = Shape(key, tuple(slots), relations)
    data = yaml.load((FOLDER / version / f"{kind}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    made = Facts(version, kind, data["group"], Loop("", "M", 1, "", []), shapes, elements, codes)
    for area in ("header", "detail", "summary"):
        made.root.members += [_member(item, f"{area[0]}{number}", made.places) for number, item in enumerate(data.get(area, ()))]
    return made


def _member(item, path, places):
    title = item if isinstance(item, str) else next(iter(item))
    name, usage, limit = title.split()
    path = f"{path}:{name}"
    limit = 10**9 if limit == ">1" else int(limit)
    if isinstance(item, str):
        places[path] = Place(name, usage, limit, path)
        return places[path]
    return Loop(name, usage, limit, path, [_member(inner, f"{path}/{number}", places) for number, inner in enumerate(item[title])])


# -- valid sets -----------------------------------------------------------------------------------------------------------


def valid(known, chance, density=0.15, focus=()):
    """A valid set as a list of Made, ST and SE included; `focus` are paths that must be in it, their elements richly filled."""
    made = []
    for member in known.root.members:
        _make(member, known, chance, density, focus, (), made)
    return settled(made, known)


def _wanted(member, chance, density, focus):
    forced = any(path == member.path or path.startswith(member.path + "/") for path in focus)
    if member.usage == "M" or forced or chance.random() < density:
        return min(member.max, chance.choice((1, 1, 1, 2, 3)) if member.max > 5 else chance.randint(1, member.max))
    return 0


def _make(member, known, chance, density, focus, around, made):
    for number in range(_wanted(member, chance, density, focus)):
        if isinstance(member, Place):
            made.append(_segment(member, known, chance, density, focus, around))
            continue
        inside = (*around, (member.path, number))
        head, *others = member.members
        made.append(_segment(head, known, chance, density, focus, inside))
        for other in others:
            _make(other, known, chance, density * 0.7, focus, inside, made)


def _segment(place, known, chance, density, focus, around):
    filled = chance.choice((0.1, 0.5, 0.9)) if place.path in focus else density
    return Made(place, [place.id, *segment_values(known, known.shapes[place.id], chance, filled)], around)


def settled(made, known):
    """The set with what it says about itself made true: SE, CTT, SDQ, the numbers of HL."""
    levels = 0
    for index, one in enumerate(made):
        if one.place.id == "HL":
            levels += 1
            one.values = ["HL", str(levels), "1" if levels > 1 else "", *one.values[3:4]]
        if one.place.id == "SDQ" and known.set in ("850", "855", "860"):
            one.values = [*one.values[:3], "A1", "2"]
            line = next(other for other in reversed(made[:index]) if other.place.id == "PO1")
            mine = [other for other in made if other.place.id == "SDQ" and other.around[:1] == line.around[:1]]
            line.values[1:4] = [line.values[1] if len(line.values) > 1 else "", str(2 * len(mine)), "EA"]
    count = sum(one.place.id == COUNTED.get(known.set) for one in made)
    for one in made:
        if one.place.id == "CTT":
            one.values = ["CTT", str(count)]
    made[0].values = ["ST", known.set, "0001"]
    made[-1].values = ["SE", str(len(made)), "0001"]
    return made


def segment_values(known, shape, chance, density):
    """Values for a segment or composite, by position from 1."""
    present = presence(shape, chance, density)
    return dated(shape, [slot_value(known, slot, chance) if number in present else "" for number, slot in enumerate(shape.slots, 1)])


def dated(shape, values):
    """Element values with a date or a period (1251) where the format before it (1250) says D8 or RD8."""
    for number, slot in enumerate(shape.slots):
        if slot.number == "1251" and number and values[number] and values[number - 1] in ("D8", "RD8"):
            values[number] = {"D8": "20240229", "RD8": "20260101-20261231"}[values[number - 1]]
    return values


def presence(shape, chance, density):
    """Which positions are filled so that everything mandatory is there and every relation holds."""
    for _ in range(200):
        chosen = {n for n, slot in enumerate(shape.slots, 1) if slot.usage == "M" or chance.random() < density}
        for _ in range(30):
            wrong = [rule for rule in shape.relations if broken(rule, chosen)]
            if not wrong:
                return chosen
            kind, positions = chance.choice(wrong)
            if kind == "E":
                kept = chance.choice([n for n in positions if n in chosen])
                chosen -= {n for n in positions if n != kept and shape.slots[n - 1].usage != "M"}
            elif kind in "PC" and chance.random() < 0.5 and shape.slots[positions[0] - 1].usage != "M":
                chosen -= {n for n in positions if shape.slots[n - 1].usage != "M"} if kind == "P" else {positions[0]}
            elif kind in "PC":
                chosen |= set(positions)
            else:
                chosen.add(chance.choice(positions if kind == "R" else positions[1:]))
        density *= 0.8
    raise AssertionError(f"{shape.id} cannot be filled")


def broken(rule, present):
    """Whether a relation is violated by the positions that are filled."""
    kind, positions = rule
    there = [n in present for n in positions]
    return {
        "P": any(there) and not all(there),
        "R": not any(there),
        "E": sum(there) > 1,
        "C": there[0] and not all(there),
        "L": there[0] and not any(there[1:]),
    }[kind]


def slot_value(known, slot, chance):
    """A value for a slot, repeated where the version allows it."""
    times = 1 if slot.repeat == 1 else chance.randint(1, min(3, slot.repeat))
    return "^".join(_once(known, slot, chance) for _ in range(times))


def _once(known, slot, chance):
    if slot.number in known.shapes:
        parts = []
        while not any(parts):
            parts = segment_values(known, known.shapes[slot.number], chance, 0.3)
        return ">".join(parts).rstrip(">")
    return value(known, slot.number, chance)


def value(known, number, chance):
    """A value that an element allows."""
    kind, low, high = known.elements[number]
    length = chance.choice((low, high, chance.randint(low, high))) if high <= 100 else chance.randint(low, max(low, 30))
    if number in known.codes:
        return chance.choice(known.codes[number])
    if kind == "DT":
        date = f"{chance.randint(1999, 2030)}{chance.randint(1, 12):02d}{chance.randint(1, 28):02d}"
        return date if high >= 8 else date[2:]
    if kind == "TM":
        return f"{chance.randint(0, 23):02d}{chance.randint(0, 59):02d}{chance.randint(0, 59):02d}{chance.randint(0, 99):02d}"[
            : chance.choice([n for n in (4, 6, 7, 8) if low <= n <= high])
        ]
    digits = "".join(chance.choice("0123456789") for _ in range(length))
    if kind == "R":
        point = chance.randint(0, length)
        return chance.choice(("", "", "-")) + chance.choice((digits, f"{digits[:point]}.{digits[point:]}"))
    if kind[0] == "N":
        return chance.choice(("", "", "", "-")) + digits
    if length > 2 and kind == "AN":
        return chance.choice(LETTERS) + "".join(chance.choice(LETTERS + " &/-.,'()") for _ in range(length - 2)) + chance.choice(LETTERS)
    return "".join(chance.choice(LETTERS) for _ in range(length))


# -- sets with one fault ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """One thing done to a valid set: its segments afterwards, and the finding and acknowledgment code that must come of it."""

    segments: tuple
    code: str
    ack: str
    """AK304, or AK403 after a dot."""
    position: int
    """Of the segment told, ST = 1."""
    element: int | None = None


def _with(made, index, values):
    raws = [one.raw() for one in made]
    raws[index] = Made(made[index].place, values).raw()
    return tuple(raws)


def element_faults(made, known, chance):
    """Every fault of one kind in the elements of a set: missing, too long, too short, too many, unknown code, relations."""
    for index, one in enumerate(made):
        if one.place.id in ("ST", "SE", "HL", "CTT", "SDQ"):
            continue
        shape = known.shapes[one.place.id]
        values = one.values + [""] * (len(shape.slots) + 1 - len(one.values))
        related = {position for _, positions in shape.relations for position in positions}
        present = {n for n in range(1, len(values)) if values[n]}
        position = index + 1
        yield Fault(_with(made, index, [*values, "X"]), "too-many-elements", ".3", position, len(values))
        for n, slot in enumerate(shape.slots, 1):
            if slot.usage == "M" and n not in related:
                yield Fault(_with(made, index, [*values[:n], "", *values[n + 1 :]]), "element-missing", ".1", position, n)
            if n not in present or slot.number in known.shapes or "^" in values[n]:
                continue
            for new, code, ack in _bad_values(known, slot.number, chance):
                yield Fault(_with(made, index, [*values[:n], new, *values[n + 1 :]]), code, ack, position, n)
        yield from _relation_faults(made, known, chance, index, values, shape, present)


def _bad_values(known, number, chance):
    kind, low, high = known.elements[number]
    filler = "1" if kind[0] in "NR" or kind in ("DT", "TM") else "Q"
    long = {"DT": ("bad-date", ".8"), "TM": ("bad-time", ".9")}.get(kind, ("too-long", ".5"))
    short = {"DT": ("bad-date", ".8"), "TM": ("bad-time", ".9")}.get(kind, ("too-short", ".4"))
    if high <= 500 and kind != "B":
        yield (filler * (high + 1), *long)
    if low > 1:
        yield (filler * (low - 1), *short)
    if kind == "DT":
        yield ("20260231"[-high:], "bad-date", ".8")
    if kind[0] in "NR":
        yield ("1" * (low - 1) + "X", "bad-character", ".6")
    if number in known.codes:
        unknown = next(
            (c for c in ("Q" * low, "9" * low, "7Q7Q7Q7Q"[:high]) if c not in known.codes[number] and low <= len(c) <= high), None
        )
        if unknown:
            yield (unknown, "code-unknown", ".7")


def _with_partners(shape, positions, but=None):
    """Positions and all that go together with them by any rule `but` one: neither is sent nor left out without the others."""
    together = set(positions)
    for rule in shape.relations * 2:
        if rule[0] == "P" and rule != but and together & set(rule[1]):
            together |= set(rule[1])
    return together


def breaks_alone(shape, rule):
    """Whether some elements break one rule and no other: else it says nothing that the others do not say."""
    related = sorted({position for _, positions in shape.relations for position in positions})
    needed = {number for number, slot in enumerate(shape.slots, 1) if slot.usage == "M"}
    for chosen in range(1 << len(related)):
        present = needed | {position for bit, position in enumerate(related) if chosen >> bit & 1}
        if [other for other in shape.relations if broken(other, present)] == [rule]:
            return True
    return False


def _relation_faults(made, known, chance, index, values, shape, present):
    for rule in shape.relations:
        kind, positions = rule
        fill = {"P": positions[:1], "C": positions[:1], "L": positions[:1], "E": positions, "R": ()}[kind]
        wanted = (present - _with_partners(shape, positions)) | _with_partners(shape, fill, but=rule)
        wrong = [other for other in shape.relations if broken(other, wanted)]
        missing = [n for n, slot in enumerate(shape.slots, 1) if slot.usage == "M" and n not in wanted]
        if wrong != [rule] or missing:
            continue
        new = [values[0]]
        for n, slot in enumerate(shape.slots, 1):
            new.append((values[n] or slot_value(known, slot, chance)) if n in wanted else "")
        new = [values[0], *dated(shape, new[1:])]
        if kind == "E":
            yield Fault(_with(made, index, new), "elements-exclude", ".10", index + 1, max(positions))
        elif kind == "P" and [shape.slots[n - 1].number for n in positions] == ["235", "234"]:
            yield Fault(_with(made, index, new), "qualifier-alone", ".2", index + 1, max(positions))
        else:
            yield Fault(_with(made, index, new), "element-needed", ".2", index + 1, None)


def segment_faults(made, known, chance):
    """Faults of structure: a segment missing, too often, unknown, of another set, at the wrong place."""
    raws = tuple(one.raw() for one in made)
    for member in known.root.members:
        if isinstance(member, Loop) and member.usage == "M":
            inside = [index for index, one in enumerate(made) if one.around and one.around[0][0] == member.path]
            yield Fault(raws[: inside[0]] + raws[inside[-1] + 1 :], "segment-missing", "3", inside[0] + 1)
    for index, one in enumerate(made):
        place = one.place
        if place.id in ("ST", "SE"):
            continue
        opens = bool(one.around) and one.around[-1][0].rsplit(":", 1)[-1] == place.id and place.path.rsplit("/", 1)[-1].startswith("0:")
        mine = [n for n, other in enumerate(made) if other.place is place and other.around == one.around]
        if place.usage == "M" and not opens and mine == [index] and not _may_stand_before(known, place, made[index + 1].place):
            yield Fault(raws[:index] + raws[index + 1 :], "segment-missing", "3", index + 1)
        if place.max <= 12 and not opens and mine[-1] == index:
            extra = place.max + 1 - len(mine)
            yield Fault(raws[: index + 1] + (raws[index],) * extra + raws[index + 1 :], "segment-too-often", "5", index + 1 + extra)
    spot = chance.randrange(1, len(raws))
    yield Fault((*raws[:spot], "QQQ*1", *raws[spot:]), "segment-unknown", "1", spot + 1)
    ids = {place.id for place in known.places.values()}
    foreign = chance.choice(sorted(s for s in known.shapes if s not in ids | ENVELOPES and not re.fullmatch(r"[CS]\d{3}", s)))
    yield Fault((*raws[:spot], f"{foreign}*1", *raws[spot:]), "segment-not-in-set", "6", spot + 1)
    first = made[1]
    if known.has_only_once(first.place.id) and first.place.max == 1 and len(raws) > 4:
        spot = chance.randrange(3, len(raws))
        yield Fault((*raws[:spot], raws[1], *raws[spot:]), "segment-not-here", "7", spot + 1)


def _may_stand_before(known, place, behind):
    """Whether what stands behind a place has one before it too: without the segment it is read as that, and the segment missed later."""
    order = [other.path for other in known.places.values()]
    return any(other.id == behind.id for other in list(known.places.values())[: order.index(place.path)])


def loop_faults(made, known):
    """Every loop of few allowed occurrences, once too often."""
    raws = tuple(one.raw() for one in made)
    limits = {}

    def collect(loop):
        for member in loop.members:
            if isinstance(member, Loop):
                limits[member.path] = member.max
                collect(member)

    collect(known.root)
    seen = set()
    for one in made:
        for depth, (path, _) in enumerate(one.around):
            parent = one.around[:depth]
            if limits[path] > 12 or (path, parent) in seen:
                continue
            seen.add((path, parent))
            inside = [
                n
                for n, other in enumerate(made)
                if other.around[:depth] == parent and len(other.around) > depth and other.around[depth][0] == path
            ]
            times = len({made[n].around[depth] for n in inside})
            once = tuple(raws[n] for n in inside if made[n].around[depth] == made[inside[0]].around[depth])
            extra = limits[path] + 1 - times
            end = inside[-1] + 1
            yield Fault(raws[:end] + once * extra + raws[end:], "loop-too-often", "4", end + (extra - 1) * len(once) + 1)


def in_order(loop):
    """Every loop and segment below a loop in the order of the guide's lines, each with its parent."""
    for member in loop.members:
        yield loop, member
        if isinstance(member, Loop):
            yield from in_order(member)


def closed(segments):
    """Raw segments with SE counting them."""
    return (*segments[:-1], f"SE*{len(segments)}*0001")
