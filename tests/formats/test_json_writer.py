"""Trees written as JSON: filters make what they ask for, numbers keep their digits, what does not fit is told."""

import json

from gateway.formats.json.settings import settings_of
from gateway.formats.kinds import format_of
from gateway.formats.shape import Shape
from gateway.formats.tree import Loop

JSON = format_of("json")


def written(values=(), types=None, many=(), lists=(), document="", roots=1):
    shape, root = Shape(), Loop("", None)
    for name, *texts in values:
        shape.value(name, (types or {}).get(name, "text"))
        root.segments[name] = [[name, text] for text in texts]
    shape.many.update(many)
    for name, items in lists:
        for item in items:
            inner = root.open(name, [name])
            for path, text in item:
                shape.list(name).value(path)
                inner.segments[path] = [[path, text]]
    settings, wrong = settings_of({"kind": "json", "document": document}, shape)
    assert wrong == []
    return JSON.write([root] * roots, settings)


def said(made):
    assert made.findings == []
    return json.loads(made.body, parse_float=str, parse_int=str)


def test_paths_share_the_objects_on_their_way_and_filters_are_made():
    made = written([("a.b", "1"), ("a.c", "2"), ("x[k=p].y", "3"), ("x[k=p].z", "4"), ("x[k=q].y", "5")])
    assert said(made) == {"a": {"b": "1", "c": "2"}, "x": [{"k": "p", "y": "3", "z": "4"}, {"k": "q", "y": "5"}]}


def test_numbers_and_flags_are_written_as_such_and_texts_as_texts():
    types = {"n": "number", "f": "flag"}
    made = written([("n", "12345678901234567890.10"), ("f", "true"), ("t", "5")], types)
    assert made.body == b'{\n  "n": 12345678901234567890.10,\n  "f": true,\n  "t": "5"\n}\n'


def test_a_text_where_a_number_is_to_be_written_is_told():
    assert [(f.code, f.location.field) for f in written([("n", "1,5")], {"n": "number"}).findings] == [("json-not-a-number", "n")]


def test_lists_are_lists_even_of_one_and_plain_values_stand_in_them_plainly():
    made = written([("tags", "a")], many=("tags",), lists=[("lines", [[("item", "x")]]), ("codes", [[(".", "c")], [(".", "d")]])])
    assert said(made) == {"tags": ["a"], "lines": [{"item": "x"}], "codes": ["c", "d"]}


def test_documents_stand_alone_in_a_list_or_where_they_are_declared():
    assert said(written([("id", "1")])) == {"id": "1"}
    assert said(written([("id", "1")], roots=2)) == [{"id": "1"}, {"id": "1"}]
    assert said(written([("id", "1"), ("/shop", "s")], document="data.orders[]")) == {"shop": "s", "data": {"orders": [{"id": "1"}]}}


def test_two_rules_for_one_member_are_told():
    assert [f.code for f in written([("a", "1"), ("a[0]", "2")]).findings] == ["json-place-taken"]
