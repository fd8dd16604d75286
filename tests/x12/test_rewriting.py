"""Files written again say the same: one segment a line, other delimiters and back, split, join; and two files compared by loops."""

import pytest
from building import group, interchange, order, orders, transaction
from checking import GUIDES, Checked
from hypothesis import given
from hypothesis import strategies as st

from gateway.edi.finding import Finding
from gateway.formats.x12.comparing import diff
from gateway.formats.x12.envelope import Delimiters, SetRead
from gateway.formats.x12.reader import read
from gateway.formats.x12.rewriting import join, lines, split, with_delimiters

GIVEN = Delimiters("*", ">", "~")
MARKS = "*>~|:^!;+\x1d"
VALUES = st.text(st.sampled_from("ABCxyz 0129.,-/&'\"<\xe9"), min_size=1, max_size=12).map(str.strip).filter(bool)
BODIES = st.lists(st.tuples(st.sampled_from(["MSG", "PID", "N1", "REF"]), st.lists(VALUES, min_size=1, max_size=3)), max_size=3)
FILES = st.lists(st.lists(BODIES, min_size=1, max_size=2), min_size=1, max_size=2)
"""Groups of sets of segments."""


def file_of(groups, **changes):
    """An interchange of 850s with any segments in them; valid or not does not matter to rewriting."""
    made = []
    for number, sets in enumerate(groups, 1):
        inside = [
            order(f"{at:04d}", *("*".join([name, *values]) + ("" if values else "*") for name, values in body))
            for at, body in enumerate(sets, 1)
        ]
        made.append(group(*inside, number=str(number)))
    return interchange(*made, **changes).encode("latin-1")


def written(pieces):
    """The bytes written; a finding among them is a failure of the test."""
    pieces = list(pieces)
    assert [piece for piece in pieces if isinstance(piece, Finding)] == []
    return b"".join(pieces)


def refused(pieces):
    return [(piece.code, piece.location.segment, piece.value) for piece in pieces if isinstance(piece, Finding)]


def said(data):
    """What the sets of a file say: each as lists of elements with components apart."""
    sets = []
    for event in read([data]):
        if isinstance(event, SetRead):
            d = event.transaction_set.delimiters
            table = {ord(d.component): "\x01"} | ({ord(d.repetition): "\x02"} if d.repetition else {})
            sets.append([segment.translate(table).split(d.element) for segment in event.transaction_set.segments])
    return sets


def delimiters():
    """Any three; a line end can only end segments."""
    marks = st.lists(st.sampled_from(MARKS), min_size=3, max_size=3, unique=True)
    return st.builds(lambda three, line: Delimiters(three[0], three[1], "\n" if line else three[2]), marks, st.booleans())


# -- one segment a line -------------------------------------------------------------------------------------------------


def test_each_segment_stands_on_a_line_of_its_own():
    told = written(lines([orders(order()).encode()])).decode().splitlines()
    assert [line[:3] for line in told] == ["ISA", "GS*", "ST*", "BEG", "PO1", "SE*", "GE*", "IEA"]
    assert all(line.endswith("~") for line in told)


@given(FILES)
def test_a_formatted_file_is_formatted_the_same(groups):
    once = written(lines([file_of(groups)]))
    assert written(lines([once])) == once
    assert said(once) == said(file_of(groups))


@given(FILES)
def test_line_ends_go_as_they_came(groups):
    data = file_of(groups)
    assert written(lines([written(lines([data]))], line_end="")) == data


def test_blanks_at_the_end_of_a_value_stay():
    assert b"\nMSG*padded  ~\n" in written(lines([orders(order("0001", "MSG*padded  ")).encode()]))


def test_a_file_wrapped_inside_segments_is_unwrapped():
    data = orders(order()).encode()
    wrapped = b"\r\n".join(data[at : at + 80] for at in range(0, len(data), 80))
    assert written(lines([wrapped], line_end="")) == data


@given(FILES, st.integers(1, 200))
def test_chunks_make_no_difference(groups, size):
    data = file_of(groups)
    assert written(lines(data[at : at + size] for at in range(0, len(data), size))) == written(lines([data]))


def test_text_outside_interchanges_is_left_out_and_told():
    pieces = list(lines([b"hello " + orders(order()).encode() + b" bye"]))
    assert [piece.code for piece in pieces if isinstance(piece, Finding)] == ["text-outside-interchange", "text-outside-interchange"]
    assert b"hello" not in b"".join(piece for piece in pieces if isinstance(piece, bytes))


def test_what_is_no_x12_is_told():
    assert refused(lines([b"hello"])) == [("not-x12", None, "hello")]
    assert refused(lines([b""])) == [("empty-file", None, None)]


def test_an_isa_that_cannot_be_read_is_told():
    assert ("isa-incomplete", "ISA", None) in refused(lines([b"ISA*00*~GS*PO~"]))


# -- other delimiters ---------------------------------------------------------------------------------------------------


def test_components_and_repetitions_are_written_in_the_new_separators():
    data = interchange(group(order("0001", "REF*ZZ*1**AB>2>CD", "QTY*1^2"), version="005010"), e12="00501", e11="^").encode()
    told = written(with_delimiters([data], Delimiters("|", ":", "\n", "!"))).decode().splitlines()
    assert told[0] == "ISA|00|          |00|          |ZZ|SENDER         |ZZ|RECEIVER       |260102|0304|!|00501|000000001|0|T|:"
    assert told[4:6] == ["REF|ZZ|1||AB:2:CD", "QTY|1!2"]


@given(FILES, delimiters())
def test_delimiters_there_and_back_give_the_same_file(groups, wanted):
    data = file_of(groups)
    there = list(with_delimiters([data], wanted))
    if not refused(there):
        assert written(with_delimiters([b"".join(there)], GIVEN)) == data
        assert said(b"".join(there)) == said(data)


@given(FILES, delimiters())
def test_a_value_that_holds_a_delimiter_is_refused_and_never_altered(groups, wanted):
    values = {character for sets in groups for body in sets for _, elements in body for value in elements for character in value}
    new = {wanted.element, wanted.component, wanted.segment}
    assert bool(refused(with_delimiters([file_of(groups)], wanted))) == bool(new & values - {">"})


def test_the_refusal_says_which_segment_and_which_character():
    found = refused(with_delimiters([orders(order("0001", "MSG*12:30")).encode()], Delimiters("|", ":", "~")))
    assert found == [("delimiter-in-value", "MSG", ":")]


def test_an_id_of_the_isa_that_holds_a_delimiter_is_refused():
    found = refused(with_delimiters([orders(order(), e6="A:B".ljust(15)).encode()], Delimiters(":", ">", "~")))
    assert ("delimiter-in-value", "ISA", ":") in found


def test_isa11_names_the_standard_before_00402_and_stays():
    told = written(with_delimiters([orders(order()).encode()], Delimiters("|", ":", "~", "^")))
    assert told.split(b"|")[11] == b"U"


def test_the_own_repetition_separator_may_not_become_another_delimiter():
    data = interchange(group(order(), version="005010"), e12="00501", e11="^").encode()
    assert ("delimiter-in-value", "ISA", "^") in refused(with_delimiters([data], Delimiters("^", ":", "~")))


# -- split and join -------------------------------------------------------------------------------------------------------


def test_split_gives_each_set_its_own_envelope():
    parts = list(split([orders(order("0001"), order("0002")).encode()]))
    assert [part.name for part in parts] == ["000000001-1-0001", "000000001-1-0002"]
    for part in parts:
        checked = Checked(part.data)
        assert checked.codes == []
        assert checked.verdicts == "A"


def test_sets_of_one_number_get_names_of_their_own():
    names = [part.name for part in split([orders(order("0001"), order("0001")).encode()])]
    assert names == ["000000001-1-0001", "000000001-1-0001-2"]


def test_a_name_is_one_that_a_folder_takes():
    data = orders(transaction("850", "../x", "BEG*00*SA*1**20260102")).encode()
    assert [part.name for part in split([data])] == ["000000001-1-.._x"]


@given(FILES)
def test_split_then_join_gives_the_same_sets(groups):
    data = file_of(groups)
    together = written(join([part.data] for part in split([data])))
    assert said(together) == said(data)


@given(FILES)
def test_join_of_one_file_says_the_same(groups):
    assert said(written(join([[file_of(groups)]]))) == said(file_of(groups))


def test_what_is_joined_is_accepted_though_numbers_were_there_before():
    checked = Checked(written(join([[orders(order("0001")).encode()], [orders(order("0001"), order("0002")).encode()]])))
    assert checked.codes == []
    assert [group.control_number for group in checked.groups] == ["1", "2"]
    assert checked.verdicts == "AAA"


def test_groups_of_other_delimiters_are_written_in_the_first_ones():
    other = written(with_delimiters([orders(order("0002", "MSG*a|b")).encode()], Delimiters("+", ":", "\n")))
    first = orders(order("0001")).encode()
    assert said(written(join([[first], [other]])))[1][2] == ["MSG", "a|b"]


def test_a_value_that_the_first_files_delimiters_would_break_is_refused():
    first = written(with_delimiters([orders(order("0001")).encode()], Delimiters("|", ":", "~")))
    assert ("delimiter-in-value", "MSG", "|") in refused(join([[first], [orders(order("0002", "MSG*a|b")).encode()]]))


@pytest.mark.parametrize(("element", "value"), [(6, "OTHER".ljust(15)), (8, "OTHER".ljust(15)), (12, "00501"), (15, "P")])
def test_interchanges_that_are_not_one_are_refused(element, value):
    other = orders(order("0002"), order("0003"), **{f"e{element}": value}).encode()
    assert refused(join([[orders(order("0001")).encode()], [other]])) == [("envelope-differs", "ISA", value.strip())]


def test_nothing_read_is_nothing_joined():
    assert list(join([[b"hello"], [b""]])) == []


# -- compared -------------------------------------------------------------------------------------------------------------


def steps(one, other):
    found = diff([one.encode("latin-1")], [other.encode("latin-1")], GUIDES)
    return [(step.mark, step.set, step.path, step.text) for step in found if step.mark != " "]


@given(FILES)
def test_a_file_does_not_differ_from_itself(groups):
    data = file_of(groups).decode("latin-1")
    assert steps(data, data) == []


@given(FILES)
def test_delimiters_and_line_ends_do_not_count(groups):
    data = file_of(groups)
    other = written(with_delimiters([data], Delimiters("+", "|", "\n")))
    assert steps(data.decode("latin-1"), other.decode("latin-1")) == []


@given(FILES, FILES)
def test_what_only_the_first_has_only_the_second_has_the_other_way_round(one, other):
    there = steps(file_of(one).decode("latin-1"), file_of(other).decode("latin-1"))
    back = steps(file_of(other).decode("latin-1"), file_of(one).decode("latin-1"))
    assert bool(there) == bool(back)
    count = [sum(mark == "-" for mark, *_ in there) - sum(mark == "+" for mark, *_ in there)]
    assert count == [sum(mark == "+" for mark, *_ in back) - sum(mark == "-" for mark, *_ in back)]


@given(FILES, FILES)
def test_without_what_the_second_adds_the_steps_are_the_first_and_the_other_way_round(one, other):
    found = list(diff([file_of(one)], [file_of(other)], GUIDES))
    for data, mark in ((file_of(one), "+"), (file_of(other), "-")):
        own = ["*".join(segment) for of in said(data) for segment in of if segment[0] not in ("ST", "SE")]
        told = [step.text for step in found if step.mark != mark and not step.text.startswith(("ST*", "SE"))]
        assert told == own


def test_a_changed_segment_is_told_in_its_loop():
    one = orders(order("0001", "PO1*1*5*EA*9.95**VP*A-1", "PO1*2*5*EA*9.95**VP*A-2", "PID*F****Bolts"))
    other = orders(order("0001", "PO1*1*5*EA*9.95**VP*A-1", "PO1*2*6*EA*9.95**VP*A-2", "PID*F****Nuts"))
    assert steps(one, other) == [
        ("-", "850 0001", "PO1[2]", "PO1*2*5*EA*9.95**VP*A-2"),
        ("-", "850 0001", "PO1[2]/PID[1]", "PID*F****Bolts"),
        ("+", "850 0001", "PO1[2]", "PO1*2*6*EA*9.95**VP*A-2"),
        ("+", "850 0001", "PO1[2]/PID[1]", "PID*F****Nuts"),
    ]


def test_numbers_of_sets_and_their_counts_are_not_what_a_set_says():
    beg = "BEG*00*SA*PO7**20260102"
    one, other = orders(order("0001", beg=beg)), orders(order("0009", beg=beg), number="000000077")
    assert steps(one, other) == []


def test_a_set_more_is_told_whole():
    found = steps(orders(order("0001")), orders(order("0001"), order("0002")))
    assert {(mark, name) for mark, name, *_ in found} == {("+", "850 0002")}
    assert len(found) == 4


def test_a_line_put_in_before_others_is_the_only_difference():
    lines = ["PO1*2*5*EA*9.95**VP*A-2", "PID*F****Bolts", "PO1*3*5*EA*9.95**VP*A-3", "PID*F****Bolts"]
    one, other = orders(order("0001", *lines)), orders(order("0001", "PO1*1*5*EA*9.95**VP*A-1", *lines))
    assert steps(one, other) == [("+", "850 0001", "PO1[1]", "PO1*1*5*EA*9.95**VP*A-1")]


def test_the_same_segment_in_another_loop_is_a_difference():
    one = orders(order("0001", "N1*ST*X", "PO1*1*5*EA*9.95**VP*A-1"))
    other = orders(order("0001", "PO1*1*5*EA*9.95**VP*A-1", "N1*ST*X"))
    assert [(mark, path) for mark, _, path, text in steps(one, other) if text == "N1*ST*X"] == [("-", "N1[1]"), ("+", "PO1[1]/N1[1]")]
