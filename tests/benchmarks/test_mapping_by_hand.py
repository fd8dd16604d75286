"""What the mapping language is measured against does the same work."""

import pytest

from benchmarks import plain
from benchmarks.mapping import Order


@pytest.mark.parametrize("lines", [1, 3, 40])
def test_the_mapping_by_hand_makes_the_same_document_and_the_same_segments(lines: int):
    order = Order(lines)

    assert plain.read(order.texts) == order.read()
    assert plain.write(order.document) == order.write()
    assert order.encoded().startswith(b"BEG*00*SA*PO-4711**20260301~CUR*BY*USD~")
