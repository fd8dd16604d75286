"""`extends`: one parent, at most four levels, no circles, places kept."""

from gateway.profiles.inheritance import Inherited, read_inherited
from gateway.profiles.reading import plain
from gateway.stores.library import DictLibrary


def read(**texts: str) -> Inherited:
    library = DictLibrary({f"t/{name}.yaml": text for name, text in texts.items()})
    return read_inherited(library, "t/a.yaml", lambda name: f"t/{name}.yaml")


def test_a_file_is_laid_on_what_it_extends() -> None:
    got = read(a="extends: b\nx: 1\nm: {p: null}", b="extends: c@1\ny: 2\nm: {q: 3}", c="x: 9\nz: 4\nm: {p: 5}")
    assert got.findings == ()
    assert got.table is not None
    assert plain(got.table) == {"extends": "b", "x": "1", "y": "2", "z": "4", "m": {"q": "3"}}
    assert [str(got.table.key_at[key]) for key in ("x", "y", "z")] == ["t/a.yaml:2:1", "t/b.yaml:2:1", "t/c.yaml:2:1"]
    assert [name for name, _ in got.sources] == ["t/a.yaml", "t/b.yaml", "t/c.yaml"]


def test_a_circle_is_told_where_it_closes() -> None:
    got = read(a="extends: b", b="\nextends: a")
    assert got.table is None
    assert [(f.code, f.location.file, f.location.line) for f in got.findings] == [("extends-circle", "t/b.yaml", 2)]


def test_a_missing_parent_is_told_with_the_nearest_name() -> None:
    got = read(a="extends: suplier", supplier="x: 1")
    assert [f.message for f in got.findings] == ["extends 'suplier', which does not exist; did you mean 'supplier'?"]


def test_four_levels_are_read_and_five_are_refused() -> None:
    chain = {"a": "extends: b", "b": "extends: c", "c": "extends: d", "d": "extends: e", "e": "x: 1"}
    assert read(**chain).findings == ()
    got = read(**{**chain, "e": "extends: f", "f": "x: 1"})
    assert [(f.code, f.location.file) for f in got.findings] == [("extends-too-deep", "t/e.yaml")]


def test_a_list_as_parent_is_told() -> None:
    assert [f.code for f in read(a="extends: [b, c]", b="", c="").findings] == ["wrong-kind"]


def test_a_bad_parent_spoils_its_heir_with_the_parents_place() -> None:
    got = read(a="extends: b", b="x: [1")
    assert got.table is None
    assert [(f.code, f.location.file) for f in got.findings] == [("yaml-syntax", "t/b.yaml")]
