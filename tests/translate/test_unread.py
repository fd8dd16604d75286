"""What no rule read is the same whether all of a set is looked at or only what may have something left."""

import pytest
from small_sets import GUIDES, transaction_set

from gateway.formats.x12.conformance import validate
from gateway.formats.x12.tree import tree
from gateway.stores.library import FolderLibrary
from gateway.translate.mapping import load
from gateway.translate.outcome import context_of

GUIDE = GUIDES.guide("x12/004010/850")
STANDARD = load(FolderLibrary(), "x12/004010/850", GUIDE)
HEAD = "BEG*00*SA*4711**20260131\n"
BODIES = {
    "nothing left": "PO1*1*10*EA*9.95*PE\nPID*F*08***Widget",
    "beside what a filter reads": "PO1*1*10*EA*9.95*PE\nPID*F*08*VI*A*Widget*01",
    "under the rest of a filter": "PO1*1*10*EA*9.95*PE\nPID*S*08*VI*A*Widget*01\nPID*F*75***Red",
    "on either side of a filter": "PO1*1*10*EA*9.95*PE\nSAC*A*C310***100\nSAC*N*C310***100*3*4.5*1*EA*2*3*06*7*8*Text*EN",
    "behind what is read always": "PO1*1*10*EA*9.95*PE**UP*1*UP*2*UP*3\nDTM*002*20260215*1200*ET*D8*20260101",
    "where no rule looks": "PO1*1*10*EA*9.95*PE\nLDT*AE*10*DA\nQTY*01*5*EA",
    "without the segment that opens a loop": "N3*Street\nN4*City*WA\nPO1*1*10*EA*9.95*PE",
    "padded, in other letters, with components": "N9*ZZ*A \nPO1*1*10*EA>2*9.95*PE\nPID*F*08***Gr\u00fcn",
}


@pytest.mark.parametrize("what", BODIES)
def test_looking_at_less_finds_the_same(what):
    found = transaction_set(HEAD + BODIES[what])
    validate(GUIDE, found)
    watch, long = STANDARD.watch(GUIDE), []
    quick = STANDARD.read(tree(GUIDE, found, watch=watch.limits, long=long), context_of(None, found), long=long, watch=watch)
    whole = STANDARD.read(tree(GUIDE, found), context_of(None, found))
    assert quick.documents == whole.documents


def test_a_plain_segment_of_a_clean_set_is_not_looked_at_twice():
    found = transaction_set(HEAD + BODIES["nothing left"])
    validate(GUIDE, found)
    watch, long = STANDARD.watch(GUIDE), []
    tree(GUIDE, found, watch=watch.limits, long=long)
    assert [segment for _, segment, at in long if any(any(segment[gap]) for gap in watch.gaps[at])] == []
