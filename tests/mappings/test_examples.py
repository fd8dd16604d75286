import pytest

from gateway.stores.library import DictLibrary
from gateway.translate.examples import example_files, run_examples
from tests.mappings import golden


@pytest.mark.parametrize("name", example_files(golden.LIBRARY))
def test_an_example_beside_a_mapping_holds(name: str):
    for example in run_examples(golden.LIBRARY, name):
        assert example.differences == (), f"{example.at}: {example.name}"


def test_each_standard_set_has_an_example():
    assert {f"mappings/x12/004010/{one}.test.yaml" for one in golden.SETS} <= set(example_files(golden.LIBRARY))


def _broken(change: tuple[str, str]) -> list[str]:
    texts = {name: golden.LIBRARY.read(name) for name in golden.LIBRARY.names("mappings/")}
    file = "mappings/x12/004010/810.test.yaml"
    texts[file] = texts[file].replace(*change)
    return [difference for example in run_examples(DictLibrary(texts), file) for difference in example.differences]


def test_a_wrong_expectation_is_told_with_its_path():
    (other,) = _broken(("credited_invoice: INV-1", "credited_invoice: INV-2"))
    (added,) = _broken(("    credited_invoice: INV-1\n", ""))

    assert other.startswith('credited_invoice is "INV-1"; expected "INV-2" (mappings/x12/004010/810.yaml:')  # the rule that made it
    assert added.startswith('credited_invoice is "INV-1"; expected nothing (')


def test_an_example_that_is_held_says_where_and_why():
    (said,) = _broken(("IT1*1*4*EA", "IT1*1*4*QQ"))

    assert said.startswith("is held at")


def test_a_file_that_holds_no_examples_fails():
    (example,) = run_examples(DictLibrary({"mappings/a.test.yaml": "mapping: a\n"}), "mappings/a.test.yaml")

    assert not example.passed
