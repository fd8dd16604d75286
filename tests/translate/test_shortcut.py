"""Sets of a known form come to the same documents the short way as the long one, value for value."""

import random
import re
from functools import cache
from pathlib import Path

import pytest

from gateway.documents.models import as_json, fields_of
from gateway.formats.x12.conformance import compiled, validate
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.reader import read
from gateway.formats.x12.tree import tree
from gateway.profiles.guide import Guides
from gateway.stores.library import FolderLibrary
from gateway.translate.mapping import load
from gateway.translate.outcome import context_of, translate_set
from gateway.translate.shortcut import Shortcut

LIBRARY = FolderLibrary()
GUIDES = Guides(LIBRARY)
SAMPLES = sorted(path for path in (Path(__file__).parents[2] / "samples" / "x12").rglob("*") if path.suffix in (".edi", ".x12"))


def sets_of(data):
    return [event for event in read([data]) if isinstance(event, SetRead)]


def mapping_of(event):
    """Guide and standard mapping of a set, where there are both."""
    return standard(GUIDES.find(event.transaction_set.id, event.group.version))


@cache
def standard(name):
    if name is None or f"mappings/{name}.yaml" not in LIBRARY.names(f"mappings/{name}.yaml"):
        return None, None
    guide = GUIDES.guide(name)
    return guide, load(LIBRARY, name, guide, schema=fields_of)


def shortcut_of(guide, mapping, delimiters):
    """A short way that learns at once."""
    computed = frozenset({"ST", "SE", "LS", "LE"})
    made = Shortcut(
        guide, compiled(guide, delimiters), mapping.compiled(), mapping.watch(guide), computed, mapping.rules.hierarchy, often=1
    )
    made.forms.seen = 1
    return made if made.able else None


def read_long(guide, mapping, found):
    """The fields the long way; None where the set is not clean or its document has findings."""
    validate(guide, found)
    if found.findings:
        return None
    reading = mapping.read(tree(guide, found), context_of(None, found))
    return None if reading.findings else reading.documents[0]


def document_of(mapping, taken):
    """What was read the short way as a whole document."""
    return mapping._reading(context_of(None), taken.body, taken.levels, []).documents[0]


def changed(raw, chance):
    """A segment with other digits and letters where they stand, as the next set of a partner has them."""
    head, *elements = raw.split("*")
    for n, element in enumerate(elements):
        if re.fullmatch(r"\d{2,5}(\.\d+)?", element) and chance.random() < 0.7:
            elements[n] = "".join(chance.choice("123456789") if c.isdigit() else c for c in element)
        elif len(element) > 6 and not element.isdigit() and chance.random() < 0.7:
            elements[n] = "".join(chance.choice("ABCDEFG") if c.isalpha() else c for c in element)
    return "*".join([head, *elements])


def test_there_are_samples():
    assert len(SAMPLES) > 10


def compared(path):
    """How many readings of a sample, and of what resembles it, were the same both ways."""
    chance = random.Random(path.name)
    same = 0
    for event in sets_of(path.read_bytes()):
        guide, mapping = mapping_of(event)
        found = event.transaction_set
        if mapping is None or found.findings or read_long(guide, mapping, found) is None:
            continue
        short = shortcut_of(guide, mapping, found.delimiters)
        if short is None:
            continue
        for _ in range(6):  # what rules ask for becomes part of the form, a few questions at a time
            short.forms.learn(found, found.trace)
            short.read(found, context_of(None, found))
        originals = list(found.segments)
        for attempt in range(12):
            if attempt:
                found.segments = [originals[0], *(changed(raw, chance) for raw in originals[1:-1]), originals[-1]]
            taken = short.read(found, context_of(None, found))
            if taken is None:
                continue
            expected = read_long(guide, mapping, found)
            assert expected is not None, found.segments
            assert as_json(document_of(mapping, taken)) == as_json(expected)
            same += 1
            found.findings.clear()
    return same


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_sample_and_what_resembles_it_read_the_same_both_ways(path):
    compared(path)


@pytest.mark.parametrize(
    "case",
    ["850/line-parties", "850/prices-and-charges", "810/charges-and-taxes", "856/orders-and-packs", "856/shipment-items"],
)
def test_samples_are_read_the_short_way(case):
    assert compared(Path(__file__).parents[2] / "samples" / "x12" / case / "input.edi")


def order(number, *lines, head=()):
    body = [f"ST*850*{number:04}", f"BEG*00*SA*PO{number}**20260102", *head, *lines]
    return [*body, f"CTT*{sum(line[:3] == 'PO1' for line in lines)}", f"SE*{len(body) + 2}*{number:04}"]


def interchange(*sets, kind="PO"):
    text = "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260102*0304*U*00401*000000001*0*T*>~"
    text += f"GS*{kind}*SENDER*RECEIVER*20260102*0304*1*X*004010~" + "".join(raw + "~" for raws in sets for raw in raws)
    return (text + f"GE*{len(sets)}*1~IEA*1*000000001~").encode()


def outcomes(mapping, guide, data):
    return [translate_set(None, guide, mapping, event.transaction_set) for event in sets_of(data)]


def test_a_long_file_is_translated_as_its_sets_one_by_one():
    chance = random.Random(5)
    units = ("EA", "CA", "DZ")
    sets = [
        order(
            n,
            *(
                f"PO1*{k}*{chance.randint(1, 99)}*{chance.choice(units)}*{chance.randint(1, 999)}.5*PE*VP*A-{k}"
                for k in range(1, n % 4 + 2)
            ),
            head=(f"REF*DP*{n}", "N1*ST*STORE*92*0012") if n % 3 else ("CUR*BY*EUR",),
        )
        for n in range(1, 300)
    ]
    guide = GUIDES.guide("x12/004010/850")
    learning = load(LIBRARY, "x12/004010/850", guide, schema=fields_of)
    together = outcomes(learning, guide, interchange(*sets))
    short = learning._shortcut(guide, sets_of(interchange(sets[0]))[0].transaction_set.delimiters)
    assert short is not None
    assert short._written > 3, "nothing was learnt"
    for n, (one, raws) in enumerate(zip(together, sets, strict=True)):
        if n % 20 == 0 or n > 280:
            alone = load(LIBRARY, "x12/004010/850", guide, schema=fields_of)
            (other,) = outcomes(alone, guide, interchange(raws))
            assert [as_json(d) for d in one.documents] == [as_json(d) for d in other.documents]
            assert not one.findings


def test_what_a_form_does_not_know_is_told_as_ever():
    guide = GUIDES.guide("x12/004010/850")
    mapping = load(LIBRARY, "x12/004010/850", guide, schema=fields_of)
    good = [order(n, f"PO1*1*{n}*EA*2.5*PE*VP*A-1") for n in range(1, 120)]
    bad = order(120, "PO1*1*3*EA*2.5*PE*VP*A-1")
    bad[2] = "PO1*1*three*EA*2.5*PE*VP*A-1"
    told = outcomes(mapping, guide, interchange(*good, bad))
    assert [outcome.verb for outcome in told[:-1]] == [None] * 119
    assert told[-1].verb == "validate"
    assert [finding.code for finding in told[-1].findings] == ["bad-character"]


def test_values_that_look_like_source_are_values():
    guide = GUIDES.guide("x12/004010/850")
    mapping = load(LIBRARY, "x12/004010/850", guide, schema=fields_of)
    nasty = ["<PO1>", "'); raise SystemExit #", '"""', "{v0}", "\\", "l0"]
    sets = [order(n, f"PO1*1*1*EA*2.5*PE*VP*{nasty[n % 6]}", head=(f"REF*DP*{nasty[n % 6]}",)) for n in range(1, 200)]
    sets = [[raw.replace("<PO1>", "<PO1").replace(">", "") for raw in raws] for raws in sets]
    told = outcomes(mapping, guide, interchange(*sets))
    assert [outcome.documents[0]["department"] for outcome in told] == [raws[2].split("*")[2] for raws in sets]
    assert [outcome.documents[0]["lines"][0]["items"][0]["value"] for outcome in told] == [raws[3].split("*")[7] for raws in sets]


def levels(number, chance, orders):
    """A ship notice: shipment, orders, cartons, items; some things come often, some now and then."""
    rows, count = [f"ST*856*{number:04}", f"BSN*00*S{number}*20260102*1200", "HL*1**S", f"REF*BM*B{number}", "DTM*011*20260102"], 1
    for _ in range(orders):
        count += 1
        order = count
        rows += [f"HL*{count}*1*O", f"PRF*PO{chance.randint(1, 3)}"]
        for _ in range(chance.randint(1, 2)):
            count += 1
            carton = count
            rows += [f"HL*{count}*{order}*P", f"MAN*GM*0000000000000000{chance.choice(('17', '24', '31'))}"]
            for _ in range(chance.randint(1, 3)):
                count += 1
                line = chance.choice(("", chance.randint(1, 3)))
                rows += [f"HL*{count}*{carton}*I", f"LIN*{line}*UP*04210000526{chance.randint(1, 2)}"]
                rows += [f"SN1**{chance.randint(1, 3)}*{chance.choice(('EA', 'CA'))}"]
                rows += ["PID*F*08***GOODS"] if chance.random() < 0.3 else []
    return [*rows, f"CTT*{count}", f"SE*{len(rows) + 2}*{number:04}"]


def broken(number, raws, chance):
    """A set of levels that is not quite as the others: most are still clean, and come to something else."""
    raws = list(raws)
    at = chance.randrange(2, len(raws) - 2)
    way = chance.randrange(7)
    if way == 0:
        del raws[at]
    elif way == 1:
        raws.insert(at, raws[at])
    elif way == 2:
        elements = raws[at].split("*")
        n = chance.randrange(1, len(elements))
        elements[n] = chance.choice(("", "1", "2", "X", "P", "O", "I", "T", "S", "20260103", "3.50"))
        raws[at] = "*".join(elements)
    elif way == 3:
        raws[at] += "*" + chance.choice(("1", "A", "", "EA"))
    elif way == 4:  # another level above
        levels_ = [n for n, raw in enumerate(raws) if raw.startswith("HL")]
        at = chance.choice(levels_)
        elements = raws[at].split("*")
        raws[at] = f"HL*{elements[1]}*{chance.choice(('', '0', '1', '2', '3', '99'))}*{elements[3]}"
    elif way == 5:  # numbered otherwise
        raws = [raw.replace("HL*", "HL*1", 1) if raw.startswith("HL*") and "*S" not in raw else raw for raw in raws]
    else:
        raws[at : at + 1] = [raws[at], "REF*DP*07"]
    raws[0], raws[-1] = f"ST*856*{number:04}", f"SE*{len(raws)}*{number:04}"
    raws[-2] = raws[-2] if not raws[-2].startswith("CTT") else f"CTT*{sum(raw.startswith('HL*') for raw in raws)}"
    return raws


def test_levels_come_to_the_same_both_ways_however_they_nest():
    chance = random.Random(11)
    guide, mapping = standard("x12/004010/856")
    known = [levels(n, chance, n % 3 + 1) for n in range(1, 40)]
    tried = [*known, *(broken(n, chance.choice(known), chance) for n in range(40, 440))]
    sets = [event.transaction_set for event in sets_of(interchange(*tried, kind="SH"))]
    expected = [read_long(guide, mapping, found) for found in sets]
    short = shortcut_of(guide, mapping, sets[0].delimiters)
    for _ in range(5):  # each time more of them are known
        same = straight = 0
        for found, document in zip(sets, expected, strict=True):
            taken = short.read(found, context_of(None, found))
            if taken is not None:
                assert document is not None, found.segments
                assert as_json(document_of(mapping, taken)) == as_json(document), found.segments
                same += 1
                straight += bool(taken.forms)
            elif not found.findings:
                short.forms.learn(found, found.trace)
    assert same > 150
    assert straight > 150


def test_levels_that_come_often_go_in_straight_lines():
    chance = random.Random(3)
    guide, mapping = standard("x12/004010/856")
    sets = sets_of(interchange(*(levels(n, chance, 2) for n in range(1, 30)), kind="SH"))
    short = shortcut_of(guide, mapping, sets[0].transaction_set.delimiters)
    for event in sets:
        validate(guide, event.transaction_set)
    for _ in range(8):
        for event in sets:
            short.forms.learn(event.transaction_set, event.transaction_set.trace)
        taken = [short.read(event.transaction_set, context_of(None)) for event in sets]
    assert all(one is not None and one.forms for one in taken)


def test_schedules_are_read_the_same_both_ways_and_added_up():
    guide, mapping = standard("x12/004010/850")
    chance = random.Random(2)

    def scheduled(number, wrong=0):
        shares = [chance.randint(1, 9) for _ in range(3)]
        sdq = "SDQ*EA*92" + "".join(f"*{n:03}*{share}" for n, share in enumerate(shares, 1))
        return order(number, f"PO1*1*{sum(shares) + wrong}*EA*1.5*PE*VP*A-1", sdq, "PO1*2*7*EA*1.5*PE*VP*A-1")

    sets = sets_of(interchange(*(scheduled(n) for n in range(1, 9))))
    short = shortcut_of(guide, mapping, sets[0].transaction_set.delimiters)
    for _ in range(6):
        for event in sets:
            read_long(guide, mapping, event.transaction_set)
            short.forms.learn(event.transaction_set, event.transaction_set.trace)
            short.read(event.transaction_set, context_of(None))
    for event in sets_of(interchange(*(scheduled(n) for n in range(1, 30)))):
        taken = short.read(event.transaction_set, context_of(None))
        assert taken is not None, event.transaction_set.segments
        assert as_json(document_of(mapping, taken)) == as_json(read_long(guide, mapping, event.transaction_set))
    for event in sets_of(interchange(*(scheduled(n, wrong=1) for n in range(1, 9)))):
        assert short.read(event.transaction_set, context_of(None)) is None
        validate(guide, event.transaction_set)
        assert [finding.code for finding in event.transaction_set.findings] == ["schedule-sum"]
