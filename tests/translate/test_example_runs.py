"""Examples beside a mapping: a difference names the field and the rule that made it."""

from gateway.stores.library import DictLibrary, FolderLibrary
from gateway.translate.examples import run_examples


class Library(DictLibrary):
    """The package with an example of the test's own."""

    def __init__(self, text):
        super().__init__({"mappings/t.test.yaml": text})
        self._packaged = FolderLibrary()

    def read(self, name):
        return super().read(name) if name == "mappings/t.test.yaml" else self._packaged.read(name)

    def names(self, prefix):
        return self._packaged.names(prefix)

    def version(self, name):
        return self._packaged.version(name)


X12 = """
mapping: x12/004010/850
examples:
- name: good
  input: |
    BEG*00*SA*1**20260301
    PO1*1*2*EA
  expected: {number: "1", date: "2026-03-01", purpose: original, kind: stand_alone, currency: USD, lines: [{ordinal: "1", number: "1", quantity: {value: "2", unit: EA}}]}
- name: bad
  input: |
    BEG*00*SA*1**20260301
    PO1*1*2*EA
  expected: {number: "2", date: "2026-03-01", purpose: original, kind: stand_alone, currency: USD, department: "7", lines: [{ordinal: "1", number: "1", quantity: {value: "2", unit: EA}}]}
- name: held
  input: BEG*00*SA
  expected: {number: "2"}
- {name: none}
"""


def test_differences_name_field_values_and_rule():
    good, bad, held, none = run_examples(Library(X12), "mappings/t.test.yaml")
    assert good.passed
    wrong, missing = bad.differences
    assert wrong.startswith('number is "1"; expected "2" (mappings/x12/004010/850.yaml:')
    assert missing == 'department is missing; expected "7"'
    assert held.differences[0].startswith("is held at validate")
    assert "is not an example" in none.differences[0]
    assert (bad.at.line, bad.at.file) == (9, "mappings/t.test.yaml")


def test_a_delimited_example_is_a_whole_file():
    text = """
mapping: csv/order
examples:
- name: two orders
  input: "order_number,order_date\\n1,2026-03-01\\n"
  expected: {number: "1"}
"""
    (example,) = run_examples(Library(text), "mappings/t.test.yaml")
    assert not example.passed
