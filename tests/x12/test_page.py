"""The page of a file: self-contained, findings under their segments, and nothing in a file can become part of the page."""

import re
from html.parser import HTMLParser

from building import LINE, group, interchange, order, orders, transaction
from checking import GUIDES
from hypothesis import given
from hypothesis import strategies as st

from gateway.formats.x12.check import check
from gateway.formats.x12.page import page

TAGS = set("html head meta title style body header section h1 h2 h3 p span a table tr td ol li div code b i s strong".split())
VOID = {"meta"}


class Read(HTMLParser):
    """A page, read: its text, its tags with attributes, and whether they nest."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words, self.rows = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "li":
            self.rows.append([dict(attrs).get("class", ""), ""])

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)
        if "li" in self.open:
            self.rows[-1][1] += data

    @property
    def text(self):
        return " ".join("".join(self.words).split())

    def row(self, begins):
        """Class and text of the one line whose segment begins so."""
        (found,) = [row for row in self.rows if re.match(rf"\d+{re.escape(begins)}", row[1])]
        return found

    def titles(self):
        return [attrs["title"] for _, attrs in self.tags if "title" in attrs]


def made(text, name="order.edi"):
    data = text if isinstance(text, bytes) else text.encode("latin-1")
    return "".join(page(name, check([data], GUIDES, whole=True), GUIDES))


def read(text, name="order.edi"):
    return Read(made(text, name))


def test_the_page_needs_nothing_but_itself():
    found = read(orders(order()))
    assert {tag for tag, _ in found.tags} <= TAGS
    linked = [attrs[name] for _, attrs in found.tags for name in ("href", "src", "action") if name in attrs]
    assert all(link.startswith("#") for link in linked)
    assert "url(" not in made(orders(order()))
    assert "@import" not in made(orders(order()))


def test_elements_have_their_names_on_hover():
    titles = read(orders(order())).titles()
    assert {"BEG-03 order number", "BEG-02 kind of order"} <= set(titles)


def test_a_finding_stands_under_its_segment_and_marks_its_element():
    found = read(orders(order("0001", "PO1*1*5*EA*9.95**VP*A-1", "PO1*2*12,50*EA*9.95**VP*A-2")))
    kind, text = found.row("PO1*2*")
    assert kind == "wrong error"
    assert "Error: PO1-02 (order line 2) '12,50' is not a decimal number" in text
    assert found.row("PO1*1*")[0] == ""
    assert [attrs["title"][:6] for tag, attrs in found.tags if tag == "i" and attrs.get("class") == "at"] == ["PO1-02"]


def test_a_missing_element_has_a_place_to_point_at():
    found = read(orders(order("0001", "PO1*1*5*EA*9.95**VP")))
    assert [attrs["title"][:6] for tag, attrs in found.tags if tag == "i" and attrs.get("class") == "at"] == ["PO1-07"]


def test_a_missing_segment_is_told_where_it_is_missed_and_marks_nothing_there():
    found = read(orders(transaction("850", "0001", "PO1*1*5*EA*9.95**VP*A-1")))
    assert "Error: BEG 'BEG' is missing" in found.row("PO1*")[1]
    assert [attrs for tag, attrs in found.tags if tag == "i" and attrs.get("class") == "at"] == []


def test_findings_are_told_once():
    text = made(orders(order("0001", "PO1*1*12,50*EA*9.95**VP*A-1")))
    assert text.count("is not a decimal number") == 1


def test_loops_are_named_with_their_depth():
    found = read(orders(order("0001", "PO1*1*5*EA*9.95**VP*A-1", "N1*ST*X", "N3*Main", "PO1*2*5*EA*9.95**VP*A-2")))
    loops = [(row[1]) for row in found.rows if row[0] == "loop"]
    assert loops == ["PO1 1", "PO1 › N1 1", "PO1 2"]
    depths = [attrs["style"] for tag, attrs in found.tags if attrs.get("class") == "in"]
    assert depths == [f"--depth:{n}" for n in (0, 0, 0, 1, 1, 2, 2, 0, 1, 0)]


def test_a_segment_without_a_place_is_marked():
    assert read(orders(order("0001", "PO1*1*5*EA*9.95**VP*A-1", "XXX*1"))).row("XXX*1")[0] == "wrong error unplaced"


def test_sets_are_summed_up_before_the_segments_though_the_page_is_written_as_they_come():
    found = read(orders(order("0001"), order("0002", "PO1*1*x*EA")))
    assert "850 0001accepted" in found.text
    assert "850 0002rejected1 error" in found.text
    links = [attrs["href"] for tag, attrs in found.tags if tag == "a"]
    assert links == ["#set-1", "#set-2"]
    assert [attrs["id"] for tag, attrs in found.tags if tag == "h3"] == ["set-1", "set-2"]
    assert ".summary { order: -1; }" in made(orders(order()))


def test_more_findings_than_are_listed_are_counted():
    text = read(orders(order("0001", *[f"PO1*{n}*bad*EA*9.95**VP*A" for n in range(1, 140)]))).text
    assert "100 errors, 39 more" in text
    assert "and 39 more; mend the listed ones first" in text


def test_a_large_set_is_one_set():
    lines = [f"PO1*{n}*5*EA*9.95**VP*A" for n in range(1, 5_001)]
    found = read(orders(order("0001", *lines, "PO1*5001*x*EA")))
    assert [attrs["id"] for tag, attrs in found.tags if tag == "h3"] == ["set-1"]
    assert found.row("PO1*5001*")[0] == "wrong error"


def test_what_is_wrong_with_the_envelope_is_told_and_summed_up():
    text = read("hello " + orders(order(), count=4)).text
    assert "IEA-01 says '4' functional groups; 1 were received" in text
    assert "interchange 000000001rejected1 error" in text
    assert "stands outside any interchange: 'hello'" in text


def test_a_file_that_is_no_x12_says_so():
    assert "No X12 interchange was found." in read("hello").text
    assert "is not an X12 interchange" in read("hello").text


def test_a_set_without_a_guide_is_shown_all_the_same():
    text = read(interchange(group(transaction("999", "0001", "XX*1"), kind="FA", version="003010"))).text
    assert "XX*1" in text


def test_text_that_is_utf_8_is_shown_as_written():
    assert "Zürich" in read(orders(order("0001", "MSG*Zürich")).encode("utf-8")).text


@given(
    st.text(st.sampled_from("<>\"'&;=/abc()` \x00\x1b\x7f\x85\xa0\xad\xff"), max_size=30),
    st.sampled_from(["MSG", "N1", "PO1", "ISA", "segment"]),
)
def test_no_value_becomes_part_of_the_page(value, where):
    if where == "ISA":
        text = orders(order(), e6=value.ljust(15)[:15], e8=value[::-1].ljust(15)[:15])
    elif where == "segment":
        text = orders(order("0001", f"{value}*1*{value}"))
    else:
        text = orders(order("0001", f"{where}*{value}*{value}"))
    found = read(text, value or "name")
    assert {tag for tag, _ in found.tags} <= TAGS
    for tag, attrs in found.tags:
        assert set(attrs) <= {"class", "style", "title", "href", "id", "lang", "charset", "name", "content"}, tag
        assert re.fullmatch(r"(--depth:\d+)?", attrs.get("style", ""))
    assert not any(0x7F <= ord(c) < 0xA0 or (ord(c) < 32 and c != "\n") for word in found.words for c in word)


def test_a_segment_of_any_name_stays_inside_its_title():
    found = read(orders(order("0001", LINE, 'X" onmouseover="alert(1)*1')))
    assert 'X" onmouseover="alert(1)-01' in found.titles()
    assert not [attrs for _, attrs in found.tags if "onmouseover" in attrs]


def test_a_script_is_text():
    text = made(orders(order("0001", "MSG*<script>alert(1)</script>")), "<b>.edi")
    assert "<script" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<title>&lt;b&gt;.edi</title>" in text
