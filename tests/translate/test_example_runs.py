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
    assert missing.startswith('department is missing; expected "7" (mappings/x12/004010/850.yaml:')
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


WRITTEN = """
mapping: x12/004010/850
examples:
- name: as it came
  input: &input |
    BEG*00*SA*1**20260301
    REF*DP*042
    PO1*1*2*EA
  expected: {number: "1", date: "2026-03-01", purpose: original, kind: stand_alone, currency: USD, department: "042", lines: [{ordinal: "1", number: "1", quantity: {value: "2", unit: EA}}]}
  writes: |
    BEG*00*SA*1**20260301
    REF*DP*042
    PO1*1*2*EA
- name: otherwise
  input: |
    BEG*00*SA*1**20260301
    REF*DP*042
    PO1*1*2*EA
  expected: {number: "1", date: "2026-03-01", purpose: original, kind: stand_alone, currency: USD, department: "042", lines: [{ordinal: "1", number: "1", quantity: {value: "2", unit: EA}}]}
  writes: |
    BEG*00*SA*1**20260301
    PO1*1*2*EA
""".replace("&input ", "")


def test_an_example_is_written_back_and_says_in_full_what_must_be_written():
    asit, otherwise = run_examples(Library(WRITTEN), "mappings/t.test.yaml")
    assert asit.differences == ()
    assert otherwise.differences == ("written: + REF*DP*042",)


class OneWay(Library):
    """A mapping of the test's own whose field cannot be written as it was sent."""

    MAPPING = """
mapping: 1
extends: x12/004010/850
fields:
  department: REF[01=ZZ].02 | join
"""

    def read(self, name):
        return self.MAPPING if name == "mappings/t/850.yaml" else super().read(name)

    def version(self, name):
        return "1" if name == "mappings/t/850.yaml" else super().version(name)

    def names(self, prefix):
        own = ["mappings/t/850.yaml"] if "mappings/t/850.yaml".startswith(prefix) else []
        return [*super().names(prefix), *own]


def test_what_does_not_come_back_is_a_failure_that_names_the_rule_unless_the_example_says_so():
    text = """
mapping: t/850
examples:
- name: lost
  input: |
    BEG*00*SA*1**20260301
    REF*ZZ*ABCDEFGHIJKLMNOPQRST
    REF*ZZ*abcdefghijklmnopqrst
    PO1*1*2*EA
  expected: &expected {number: "1", date: "2026-03-01", purpose: original, kind: stand_alone, currency: USD, department: ABCDEFGHIJKLMNOPQRST abcdefghijklmnopqrst, lines: [{ordinal: "1", number: "1", quantity: {value: "2", unit: EA}}]}
""".replace("&expected ", "")
    (lost,) = run_examples(OneWay(text), "mappings/t.test.yaml")
    (told,) = lost.differences
    assert told.startswith("written back: department ")
    assert told.endswith("(mappings/t/850.yaml:5:15)")
    (read_only,) = run_examples(OneWay(text + "  writes: no\n"), "mappings/t.test.yaml")
    assert read_only.passed


def test_an_example_of_a_file_is_written_back_too():
    text = """
mapping: csv/order
examples:
- name: a line
  input: |
    order_number,order_date,line,quantity,unit,price,requested_delivery,currency,department,ship_to,ship_to_name,buyer_item,vendor_item,gtin,description,note
    4711,2026-03-01,1,200,EA,0.05,,,,,,,N-1,,,
  expected: {number: "4711"}
  writes: |
    order_number,order_date,requested_delivery,currency,department,ship_to,ship_to_name,line,buyer_item,vendor_item,gtin,description,quantity,unit,price,note
    4711,2026-03-01,,USD,,,,1,,N-2,,,200,EA,0.05,
"""
    (example,) = run_examples(Library(text), "mappings/t.test.yaml")
    written = [line for line in example.differences if line.startswith("written")]
    assert written == [
        "written: - 4711,2026-03-01,,USD,,,,1,,N-2,,,200,EA,0.05,",
        "written: + 4711,2026-03-01,,USD,,,,1,,N-1,,,200,EA,0.05,",
    ]
