"""Strict YAML: every scalar is text, every mistake has a place, nothing raises."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.profiles.reading import DEPTH_LIMIT, SIZE_LIMIT, Items, Table, Text, Value, merge, plain, read_yaml, settled


def read(text: str) -> Value:
    value, findings = read_yaml(text, "f.yaml")
    assert findings == []
    return value


def codes(text: str) -> list[str]:
    return [finding.code for finding in read_yaml(text, "f.yaml")[1]]


def places(text: str) -> list[tuple[str, int | None, int | None]]:
    return [(f.code, f.location.line, f.location.column) for f in read_yaml(text, "f.yaml")[1]]


@pytest.mark.parametrize(
    "scalar", ["004010", "NO", "0123", "12:30", "1e5", "0x1F", "yes", "2026-01-01", "0614141000012", ".5", "1_000", "=", "Null"]
)
def test_every_scalar_stays_the_text_that_was_written(scalar: str) -> None:
    assert plain(read(f"key: {scalar}")) == {"key": scalar}
    assert plain(read(f"- {scalar}")) == [scalar]
    assert plain(read(scalar)) == scalar


def test_only_null_tilde_and_nothing_are_nothing() -> None:
    assert plain(read("a:\nb: ~\nc: null\nd: ''\ne: 'null'")) == {"a": None, "b": None, "c": None, "d": "", "e": "null"}


def test_values_and_keys_know_their_line_and_column() -> None:
    value = read("a:\n  - b: 'x'\n    cc: y\n")
    assert isinstance(value, Table)
    items = value["a"]
    assert isinstance(items, Items)
    row = items[0]
    assert isinstance(row, Table)
    text = row["cc"]
    assert isinstance(text, Text)
    assert (str(row.key_at["cc"]), str(text.at), str(items.at)) == ("f.yaml:3:5", "f.yaml:3:9", "f.yaml:2:3")


def test_a_duplicate_key_names_both_lines() -> None:
    value, findings = read_yaml("a: 1\nb: 2\na: {c: 3}\n", "f.yaml")
    assert plain(value) == {"a": "1", "b": "2"}
    assert [(f.location.line, f.location.column, f.message) for f in findings] == [(3, 1, "'a' stands twice in this map, first on line 1")]


def test_all_duplicates_are_told_at_once() -> None:
    assert places("a: 1\na: 2\nb: {c: 1, c: 2}\n") == [("yaml-duplicate-key", 2, 1), ("yaml-duplicate-key", 3, 11)]


def test_an_alias_bomb_is_refused_without_being_expanded() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert set(codes(bomb)) == {"yaml-alias"}
    assert len(codes(bomb)) <= 100


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: !!python/object/apply:os.system [id]", "yaml-tag", 1),
        ("a: !!binary aGk=", "yaml-tag", 1),
        ("a: ! x", "yaml-tag", 1),
        ("b: 1\na: !!str 004010", "yaml-tag", 2),
        ("a: &x 1\nb: *x", "yaml-alias", 1),
        ("a: 1\n<<: {b: 2}", "yaml-merge-key", 2),
        ("a: 1\n---\nb: 2", "yaml-documents", 2),
        ("a:\n\t- b", "yaml-syntax", 2),
        ("a: [1, 2", "yaml-syntax", 1),
        ("a: 'x", "yaml-syntax", 1),
        ("a: 1\nb: x\x00y", "yaml-syntax", 2),
        ("a: 1\nb: x\x07y", "yaml-syntax", 2),
        ("? [a, b]\n: 1", "yaml-key", 1),
        ("? {a: b}\n: 1", "yaml-key", 1),
        ("{[a]: 1}", "yaml-key", 1),
        ("~: 1", "yaml-key", 1),
        (": 1", "yaml-syntax", 1),
        ("a: 1\nb: caf\udce9", "yaml-encoding", 2),
        ("%YAML 3.0\n---\na: 1", "yaml-syntax", 1),
    ],
)
def test_what_is_refused_is_a_finding_with_its_line(text: str, code: str, line: int) -> None:
    findings = read_yaml(text, "f.yaml")[1]
    assert findings[0].code == code
    assert findings[0].location.line == line or findings[0].code == "yaml-syntax"
    assert findings[0].location.file == "f.yaml"


def test_a_byte_order_mark_is_read_over() -> None:
    assert plain(read("\ufeffa: 1")) == {"a": "1"}


def test_depth_and_size_are_bounded() -> None:
    assert codes("[" * DEPTH_LIMIT + "]" * DEPTH_LIMIT) == []
    assert codes("[" * 100_000) == ["yaml-too-deep"]
    assert codes("{a: " * 100_000) == ["yaml-too-deep"]
    assert codes("- " * 100_000) == ["yaml-too-deep"]
    assert codes("x" * (SIZE_LIMIT + 1)) == ["yaml-too-large"]


def test_an_empty_file_is_nothing() -> None:
    assert [read(text) for text in ("", "\n", "# only a comment\n", "---\n")] == [None] * 4


_PIECES = [*"ab:-[]{}&*!|>'\"#%@`~?,<=\t\n \\0\x00\x85\ufeff\ud800", "- ", ": ", "<<: ", "!!", "\n---\n", "\n...\n", "\n  ", "? "]


@given(st.lists(st.sampled_from(_PIECES), max_size=60).map("".join) | st.text(max_size=60))
def test_any_text_is_read_or_told(text: str) -> None:
    value, findings = read_yaml(text, "f.yaml")
    assert value is None or isinstance(value, Text | Items | Table)
    assert all(f.location.file == "f.yaml" for f in findings)
    plain(settled(value))


words = st.text(string.ascii_lowercase, min_size=1, max_size=4)
trees = st.recursive(
    words | st.none(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4), max_leaves=12
)
maps = st.dictionaries(words, trees, max_size=5)


def placed(tree: object) -> Value:
    import json

    return read(json.dumps(tree))


@given(maps)
def test_what_is_written_is_read(tree: dict[str, object]) -> None:
    assert plain(placed(tree)) == tree


@given(maps, maps)
def test_laying_over_twice_changes_nothing_more(a: dict[str, object], b: dict[str, object]) -> None:
    once = merge(placed(a), placed(b))
    assert plain(merge(once, placed(b))) == plain(once)


@given(maps)
def test_a_file_over_nothing_is_itself(tree: dict[str, object]) -> None:
    assert plain(merge(placed({}), placed(tree))) == plain(settled(placed(tree)))


def test_maps_merge_scalars_replace_and_null_removes() -> None:
    merged = merge(read("a: 1\nb: {c: 2, d: 3}\ne: 4"), read("b: {c: 5, d: null}\ne:\nf: {g: null, h: 6}"))
    assert plain(merged) == {"a": "1", "b": {"c": "5"}, "f": {"h": "6"}}


def test_lists_replace_unless_their_items_have_a_key() -> None:
    assert plain(merge(read("[1, 2]"), read("[3]"))) == ["3"]
    merged = merge(read("[{set: '850', a: 1, b: 2}, {set: '855', a: 1}]"), read("[{set: '855', a: 9}, {set: '810'}]"))
    assert plain(merged) == [{"set": "850", "a": "1", "b": "2"}, {"set": "855", "a": "9"}, {"set": "810"}]


def test_one_set_in_two_versions_inherits_into_both() -> None:
    merged = merge(read("[{set: '850', answer: x}]"), read("[{set: '850', version: '004010'}, {set: '850', version: '005010'}]"))
    assert plain(merged) == [{"set": "850", "answer": "x", "version": "004010"}, {"set": "850", "answer": "x", "version": "005010"}]
    apart = merge(read("[{set: '850', version: '004010', a: 1}]"), read("[{set: '850', version: '005010', b: 2}]"))
    assert plain(apart) == [{"set": "850", "version": "004010", "a": "1"}, {"set": "850", "version": "005010", "b": "2"}]


def test_a_merge_keeps_the_line_of_each_value() -> None:
    under, over = read_yaml("a: 1\nb: 2", "under.yaml")[0], read_yaml("\n\nb: 3", "over.yaml")[0]
    merged = merge(under, over)
    assert isinstance(merged, Table)
    assert {key: str(value.at) for key, value in merged.items() if value is not None} == {"a": "under.yaml:1:4", "b": "over.yaml:3:4"}
    assert {key: str(at) for key, at in merged.key_at.items()} == {"a": "under.yaml:1:1", "b": "over.yaml:3:1"}
