"""JSON files read along a shape: strict, streamed, numbers with their digits, every value with its line and path."""

import json
import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edi.finding import Location
from gateway.formats.format import FileEnd
from gateway.formats.json import scanning
from gateway.formats.json.settings import settings_of
from gateway.formats.json.steps import BadDotted, Dotted, Step, parse
from gateway.formats.json.steps import Test as Holds
from gateway.formats.kinds import format_of
from gateway.formats.shape import Shape

JSON = format_of("json")


def read(data, values=("id", "item"), lists=None, size=5, **form):
    shape = Shape()
    for value in values:
        shape.value(value)
    for name, inner in (lists or {}).items():
        for value in inner:
            shape.list(name).value(value)
    settings, wrong = settings_of({"kind": "json", **form}, shape)
    assert wrong == []
    data = data if isinstance(data, bytes) else data.encode()
    *documents, end = JSON.read([data[at : at + size] for at in range(0, len(data), size)], settings)
    assert isinstance(end, FileEnd)
    assert end.size == len(data)
    return documents, end


def only(data, *more, **form):
    (document,), end = read(data, *more, **form)
    assert (end.findings, document.findings) == ([], [])
    return document


def values(document):
    return {name: [segment[1] for segment in found] for name, found in document.root.segments.items()}


def told(documents, end):
    return [(finding.code, finding.location.line) for one in (*documents, end) for finding in one.findings]


# ---------------------------------------------------------------- paths


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a.b", Dotted((Step("a"), Step("b")))),
        ("/a", Dotted((Step("a"),), True)),
        (".partner.x", Dotted((Step("partner"), Step("x")))),
        (".", Dotted(())),
        ('"a b".c-d', Dotted((Step("a b"), Step("c-d")))),
        ("a[2].b", Dotted((Step("a", (), 2), Step("b")))),
        ('a[k=x|"y z",m.n!=w].b', Dotted((Step("a", (Holds(("k",), ("x", "y z")), Holds(("m", "n"), ("w",), True))), Step("b")))),
    ],
)
def test_paths_of_members_and_filters_are_read(text, path):
    assert parse(text) == path


@pytest.mark.parametrize(("text", "at"), [("a..b", 2), ("a.", 2), ("a[k]", 2), ("a[k=x", 5), ("a b", 1), ("", 0), ("1", 0)])
def test_what_is_no_path_says_where(text, at):
    with pytest.raises(BadDotted) as caught:
        parse(text)
    assert caught.value.at == at


@given(st.text(alphabet='ab.[]=|!",01 /', max_size=20))
def test_any_text_is_a_path_or_says_why_not(text):
    with suppress(BadDotted):
        parse(text)


# ---------------------------------------------------------------- documents and values


@pytest.mark.parametrize(
    ("data", "form"),
    [
        ('{"id": 1}\n{"id": 2}\n', {}),
        ('[{"id": 1}, {"id": 2}]', {}),
        ('{"data": {"orders": [{"id": 1}, {"id": 2}], "x": [1, {"orders": []}]}}', {"document": "data.orders[]"}),
        ('{"orders": {"id": 1}}\n{"orders": [{"id": 2}]}', {"document": "orders"}),
        ('\ufeff[{"id": 1}, {"id": 2}]', {}),
    ],
)
@pytest.mark.parametrize("size", [1, 4, 1000])
def test_documents_are_the_values_at_the_path_or_the_items_of_their_list(data, form, size):
    documents, end = read(data, size=size, **form)
    assert ([values(one) for one in documents], end.findings) == ([{"id": ["1"]}, {"id": ["2"]}], [])


def test_values_are_found_by_filters_indices_and_through_lists():
    text = '{"lines": [{"kind": "order", "qty": 1.50}, {"kind": "gift", "qty": 2}, {"qty": 3}], "tags": ["a", "b"], "deep": {"x": true, "y": null}}'
    paths = ("lines[kind=order].qty", "lines[kind!=order|gift].qty", "lines[1].qty", "lines.qty", "tags", "deep.x", "deep.y")
    assert values(only(text, paths)) == {
        "lines[kind=order].qty": ["1.50"],
        "lines[kind!=order|gift].qty": ["3"],
        "lines[1].qty": ["2"],
        "lines.qty": ["1.50", "2", "3"],
        "tags": ["a", "b"],
        "deep.x": ["true"],
    }


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        ("0.10", "0.10"),
        ("1e2", "100"),
        ("12.5E-1", "1.25"),
        ("123456789012345678901234567890.10", "123456789012345678901234567890.10"),
        ("-0.0", "-0.0"),
    ],
)
def test_numbers_keep_their_digits_and_never_become_floats(sent, text):
    assert values(only(f'{{"id": {sent}}}')) == {"id": [text]}


def test_every_value_has_its_line_and_path():
    text = '[\n{"id": 1},\n{"id": 2,\n "lines": [{"item": "a"},\n  {"item": "b"}]}]'
    (_, second), _ = read(text, ("id",), {"lines": ("item",)})
    segments = [second.root.segments["id"][0], *(loop.segments["item"][0] for loop in second.root.loops["lines"])]
    found = [second.locate(Location(segment=one[0], segment_position=one.position + 1)) for one in segments]
    assert [(at.line, at.field) for at in found] == [(3, "[2].id"), (4, "[2].lines[1].item"), (5, "[2].lines[2].item")]


def test_what_nobody_reads_is_kept_with_its_place():
    document = only(
        '{"id": 1, "rush": true, "lines": [{"item": "a", "gift": {"wrap": "red"}}], "none": null, "empty": []}',
        ("id",),
        {"lines": ("item",)},
    )
    assert document.unread() == [
        {"segment": ".", "elements": {"rush": "true"}, "loop": "."},
        {"segment": "gift", "elements": {"wrap": "red"}, "loop": "lines[1].gift"},
    ]


def test_members_beside_the_documents_belong_to_each_of_them():
    documents, _ = read('{"shop": {"id": "s-1"}, "orders": [{"id": 1}, {"id": 2}]}', ("id", "/shop.id"), document="orders[]")
    assert [values(one) for one in documents] == [{"/shop.id": ["s-1"], "id": ["1"]}, {"/shop.id": ["s-1"], "id": ["2"]}]


# ---------------------------------------------------------------- damage and attacks


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"id": 1', [("json-malformed", 1)]),
        (b'{"id":\n tru}', [("json-malformed", 2)]),
        (b'[{"id": 1} {"id": 2}]', [("json-malformed", 1)]),
        (b'[{"id": 1},]', [("json-malformed", 1)]),
        (b"{'id': 1}", [("json-malformed", 1)]),
        (b'{"id": 01}', [("json-malformed", 1)]),
        (b'{"id": "a\tb"}', [("json-malformed", 1)]),
        (b'{"id": 1,\n"x": {"id": 2,\n"id": 3}}', [("json-twice", 3)]),
        (b'{"id": NaN}', [("json-number", 1)]),
        (b'{"id":\n -Infinity}', [("json-number", 2)]),
        (b'{"id": 1e400}', [("json-number", 1)]),
        (b'{"id": "\\ud800"}', [("json-text", 1)]),
        (b'{"id": "\xff"}', [("json-encoding", 1)]),
        (b"[" * 100_000, [("json-deep", 1)]),
        (b'{"a":' * 100, [("json-deep", 1)]),
        (b"[]", [("json-no-document", 1)]),
        (b"", [("json-malformed", 1)]),
        ('{"id": 1}'.encode("utf-16"), [("json-encoding", 1)]),
    ],
)
def test_damage_is_a_finding_with_its_line(data, found):
    assert told(*read(data, size=4096)) == found


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'{"other": 1}', "json-no-document"),
        (b"[1]", "json-malformed"),
        (b'{"a": 1, "a": 2, "orders": []}', "json-twice"),
        (b'{"a": NaN, "orders": [{"id": 1}]}', "json-number"),
        (b'{"orders" [1]}', "json-malformed"),
        (b"{3: 4}", "json-malformed"),
    ],
)
def test_what_stands_around_documents_is_judged_too(data, found):
    assert [code for code, _ in told(*read(data, document="orders[]"))] == [found]


def test_a_document_of_unreasonable_size_is_refused(monkeypatch):
    monkeypatch.setattr(scanning, "VALUE_LIMIT", 10_000)
    monkeypatch.setattr(scanning, "PIECE", 1_000)
    assert told(*read('{"id": "' + "x" * 50_000 + '"}', size=512)) == [("json-too-large", 1)]


def test_one_bad_document_leaves_the_others_alone():
    documents, end = read('{"id": 1}\n{"id": 1, "id": 2}\n{"id": 3}\n')
    assert ([one.accepted for one in documents], end.findings) == ([True, False, True], [])


def test_many_documents_take_the_memory_of_one():
    shape = Shape()
    shape.value("id")
    settings, _ = settings_of({"kind": "json", "document": "orders[]"}, shape)

    def chunks(count):
        yield b'{"orders": [{"id": 0}'
        for n in range(count):
            yield b',\n{"id": %d, "item": "%s"}' % (n, b"x" * 8000)
        yield b"]}"

    def peak(count):
        tracemalloc.start()
        assert sum(1 for _ in JSON.read(chunks(count), settings)) == count + 2
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(5)
    assert peak(2000) < peak(50) + 300_000


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6).map(lambda text: text.encode("utf-8", "ignore").decode()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "item", "b", "\n"]), inner, max_size=3),
    max_leaves=12,
)


def _leaves(value):
    if isinstance(value, dict | list):
        return [leaf for inner in (value.values() if isinstance(value, dict) else value) for leaf in _leaves(inner)]
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value).strip()
    return [text] if text else []


@given(st.dictionaries(st.sampled_from(["id", "item", "b", "lines"]), VALUES, max_size=4), st.integers(1, 9), st.sampled_from([None, 1]))
def test_every_value_of_a_file_is_read_or_kept_as_unread(value, size, indent):
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    document = only(text, ("id", "item", "item.b"), {"lines": ("id", ".")}, size=size)
    found = [text for every in values(document).values() for text in every]
    for loop in document.root.loops.get("lines", ()):
        found += [segment[1] for every in loop.segments.values() for segment in every if len(segment) > 1]
    assert sorted(found + [text for row in document.unread() for text in row["elements"].values()]) == sorted(_leaves(value))


@given(VALUES)
def test_places_are_found_for_every_value_of_a_text(value):
    text = json.dumps(value, indent=1)
    known, twice = scanning.places_in(text)
    assert twice is None

    def check(value, path):
        begins = {dict: "{", list: "["}.get(type(value)) or json.dumps(value)
        assert text.startswith(begins, known[path])
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in items:
            at = known[(*path, key)]
            assert text.startswith(json.dumps(key), at) if isinstance(key, str) else True
            if not isinstance(value, dict):
                check(inner, (*path, key))

    check(value, ())
