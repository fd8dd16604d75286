"""How what leaves together is packed."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.exchange.batching import MOST, packed

most = st.integers(0, 20)


def test_as_many_as_are_due_go_together():
    assert list(packed([1, 2, 3])) == [[[1, 2, 3]]]


def test_a_partner_may_take_one_set_a_group_and_two_groups_an_interchange():
    assert list(packed([1, 2, 3], 1, 2)) == [[[1], [2]], [[3]]]


@given(st.lists(st.integers(), max_size=60), most, most)
def test_nothing_is_lost_and_no_bound_is_passed(documents, sets, groups):
    made = list(packed(documents, sets, groups))
    assert [one for interchange in made for group in interchange for one in group] == documents
    assert all(len(group) <= (sets or MOST) for interchange in made for group in interchange)
    assert all(len(interchange) <= (groups or MOST) for interchange in made)


def test_an_interchange_never_has_more_than_so_many_sets():
    assert [sum(map(len, one)) for one in packed(range(2500))] == [MOST, MOST, 500]
