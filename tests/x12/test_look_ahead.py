"""Two optional LS loops side by side, as 832 has them from 004050 on: what follows LS says which of them it opens."""

import pytest
from building import group, interchange, isa, transaction
from checking import GUIDES, Checked

from gateway.formats.x12.check import check
from gateway.formats.x12.conformance import validate
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.grammar import Grammar
from gateway.formats.x12.reader import read
from gateway.formats.x12.tree import tree

HEAD = ("BCT*PS*C1", "LIN*1*VP*A-1", "CTP**LPR*9.95")
LABELS = ("LS*A", "LM*VI", "LQ*0*A", "LE*A")
PARTIES = ("LS*B", "N1*ST*STORE 7*92*07", "N3*1 MAIN ST", "N1*ST*STORE 8*92*08", "LE*B")


GUIDE = GUIDES.guide("x12/005010/832")


def text(*body):
    return interchange(group(transaction("832", "0001", *HEAD, *body), kind="SC", version="005010"), e11="^", e12="00501")


def checked(*body):
    return Checked(text(*body))


def walked(*body):
    """The set with the place of each of its segments."""
    [one] = [event.transaction_set for event in read([text(*body).encode()]) if isinstance(event, SetRead)]
    validate(GUIDE, one)
    return one


def loops(*body):
    """Each segment after the price, with the loops it was found in."""
    one = walked(*body)
    guide = Grammar(GUIDE)
    placed = ["/".join(loop.name for loop, _ in guide.positions[at].loops) if at >= 0 else None for at in one.trace]
    return [f"{raw.split('*')[0]} {place}" for raw, place in zip(one.segments, placed, strict=True)][4:-1]


def test_parties_without_labels_stand_in_the_second_loop():
    found = checked(*PARTIES)
    assert (found.codes, found.verdicts) == ([], "A")
    assert loops(*PARTIES) == [
        "LS LIN/CTP/LS#2",
        "N1 LIN/CTP/LS#2/N1",
        "N3 LIN/CTP/LS#2/N1",
        "N1 LIN/CTP/LS#2/N1",
        "LE LIN/CTP/LS#2",
    ]


def test_labels_stand_in_the_first_and_parties_may_follow():
    found = checked(*LABELS, *PARTIES)
    assert found.codes == []
    placed = loops(*LABELS, *PARTIES)
    assert placed[:4] == ["LS LIN/CTP/LS", "LM LIN/CTP/LS/LM", "LQ LIN/CTP/LS/LM", "LE LIN/CTP/LS"]
    assert placed[4] == "LS LIN/CTP/LS#2"


def test_an_empty_loop_is_the_first():
    found = checked("LS*A", "LE*A", *PARTIES)
    assert found.codes == []
    assert loops("LS*A", "LE*A", *PARTIES)[:3] == ["LS LIN/CTP/LS", "LE LIN/CTP/LS", "LS LIN/CTP/LS#2"]


def test_labels_after_parties_are_out_of_order():
    assert "segment-not-here" in checked(*PARTIES, *LABELS).codes


def test_what_is_wrong_with_ls_itself_is_still_told():
    found = checked("LS*TOOLONG", *PARTIES[1:])
    finding = found.only("too-long")
    assert (finding.location.segment, finding.location.loop) == ("LS", "LIN/CTP/LS#2")


def test_mappings_find_the_parties_in_their_loop():
    price = tree(GUIDE, walked(*PARTIES)).loops["LIN"][0].loops["CTP"][0]
    assert "LS" not in price.loops
    assert [party.segments["N1"][0][4] for party in price.loops["LS#2"][0].loops["N1"]] == ["07", "08"]


def test_an_ls_at_the_end_of_a_part_of_a_large_set_is_known_by_what_comes_next():
    lines = 20_000
    parts = [isa(e11="^", e12="00501"), "GS*SC*S*R*20260102*0304*1*X*005010~ST*832*0001~BCT*PS*C1~"]
    body = "".join(part + "~" for part in (*HEAD[1:], *PARTIES))
    parts += [body] * lines
    parts.append(f"SE*{3 + lines * 7}*0001~GE*1*1~IEA*1*000000001~")
    data = "".join(parts).encode()
    cut = data.index(b"LS*B~", 1_000_000) + 5
    ends, codes = [], []
    for event in check((data[:cut], data[cut:]), GUIDES):
        if isinstance(event, SetRead):
            ends.append(event.transaction_set.segments[-1][:2])
            codes = [finding.code for finding in event.transaction_set.findings]
    assert (ends, codes) == (["LS", "SE"], [])


@pytest.mark.parametrize("version", ["004010", "005010"])
def test_no_other_guide_has_two_alike(version):
    for name in sorted(GUIDES.names()):
        if name.startswith(f"x12/{version}/") and not name.endswith("/832"):
            assert Grammar(GUIDES.guide(name)).alternatives == {}
