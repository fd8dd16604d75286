"""Files cut into lines inside segments, though their ISA is whole: the breaks are no part of any value."""

import pytest
from building import order, orders
from checking import Checked


def cut(text, width, end="\n"):
    """Every segment on lines of its own, cut at `width` where it is longer; ISA stays whole."""
    isa, *segments = text.removesuffix("~").split("~")
    lines = [isa + "~"]
    for segment in segments:
        whole = segment + "~"
        lines += [whole[at : at + width] for at in range(0, len(whole), width)]
    return "".join(line + end for line in lines)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("width", [7, 20, 80])
def test_a_file_cut_into_lines_says_what_the_whole_file_says(width, end):
    text = orders(order("0001"), order("0002", "PO1*1*5*EA*9.95**VP*" + "A" * 40))
    found, whole = Checked(cut(text, width, end)), Checked(text)
    assert [one.segments for one in found.sets] == [one.segments for one in whole.sets]
    assert found.verdicts == "AA"
    assert set(found.codes) <= {"wrapped-lines"}


def test_a_finding_behind_a_cut_points_at_the_very_bytes():
    text = cut(orders(order("0001", "PO1*1*5*EA*9.9X5**VP*ABC")), 9)
    found = Checked(text)
    finding = found.only("bad-character")
    assert text[finding.location.offset :].replace("\n", "").startswith("9.9X5")
