"""FAULTS 94: an interchange cut off at any byte is never accepted, and no set that was cut is."""

import pytest
from building import delimited, group, interchange, order, three_orders
from checking import Checked

TWO_GROUPS = interchange(group(order("0001"), order("0002")), group(order("0003"), number="2"))
FILES = {
    "three sets": three_orders(),
    "a line a segment": three_orders().replace("~", "~\r\n"),
    "lines end segments": delimited(three_orders(), "|", "<", "\n"),
    "wrapped": "\n".join(three_orders()[at : at + 80] for at in range(0, len(three_orders()), 80)),
    "two groups": TWO_GROUPS,
}


@pytest.mark.parametrize("name", FILES)
def test_an_interchange_cut_off_at_any_byte_is_refused_and_so_is_the_set_that_was_cut(name):
    data = FILES[name].encode()
    whole = Checked(data)
    assert whole.interchanges[0].accepted
    ends = [found.end for found in whole.sets]
    for length in range(len(data)):
        found = Checked(data[:length])
        if length >= len(data.rstrip(b"\r\n").rstrip(b"~")):  # all but the last terminator is there
            assert found.interchanges[0].accepted
            continue
        assert not any(one.accepted for one in found.interchanges), length
        assert any(finding.severity == "error" for finding in found.findings), length
        for number, one in enumerate(found.sets):
            if one.accepted != "R":  # then at most its terminator and what follows it is missing
                assert length >= ends[number] - 3, length
        if found.interchanges and length > 106:
            assert found.ta1().split("*")[4:] in (["R", "023"], ["R", "001"], ["R", "021"], ["R", "022"]), length
