"""`gateway compare`: two translators' outputs for the same input."""

import json

import pytest

ORDER = {"document_type": "purchase_order", "number": "1", "date": "2026-03-01", "lines": [
    {"ordinal": "1", "price": "1.10", "items": [{"scheme": "vendor_item", "value": "A"}]},
    {"ordinal": "2", "price": "2.00"},
]}  # fmt: skip
XML = """<?xml version="1.0"?>
<o:Order xmlns:o="urn:o" id="{id}"><o:Date>2026-03-01</o:Date>
  <o:Line n="1"><o:Price currency="{currency}">1.10</o:Price></o:Line><o:Line n="2"/>{more}</o:Order>"""


@pytest.fixture
def compare(gateway, tmp_path):
    """Compares two texts; the differences as a program gets them."""

    def run(ours, theirs, *ignored, code=5, options=()):
        for name, text in (("ours", ours), ("theirs", theirs)):
            (tmp_path / name).write_text(text if isinstance(text, str) else json.dumps(text))
        (tmp_path / "agreed.yaml").write_text("".join(f"- {path}\n" for path in ignored) or "[]\n")
        done = gateway("compare", "ours", "theirs", "--ignore", "agreed.yaml", "--json", *options, code=code)
        (pair,) = json.loads(done.stdout)["pairs"]
        return [(row["place"], row["ours"], row["theirs"]) for row in pair["differences"]]

    return run


def test_envelopes_own_numbers_and_dates_are_agreed_unless_strict_is_wanted(compare, order):
    ours, theirs = order(), order(number="000000777").replace("240102*0304*U", "250909*1111*U").replace("GE*1*1", "GE*1*1")
    assert compare(ours, theirs, code=0) == []
    (row,) = compare(ours, theirs, options=["--strict"])
    assert row[0] == "envelope"
    assert "000000777" in row[2]


def test_an_element_that_differs_is_told_in_its_loop_and_can_be_agreed(compare, order):
    ours = order(["REF*ZZ*OURS", "PO1*1*5*EA*9.95**VP*A-1", "N1*ST**92*7"])
    theirs = order(["REF*ZZ*THEIRS", "PO1*1*5*EA*9.9**VP*A-1", "N1*ST**92*8"])
    assert compare(ours, theirs) == [
        ("850 0001", "REF*ZZ*OURS", "REF*ZZ*THEIRS"),
        ("850 0001 PO1[1]", "PO1*1*5*EA*9.95**VP*A-1", "PO1*1*5*EA*9.9**VP*A-1"),
        ("850 0001 PO1[1]/N1[1]", "N1*ST**92*7", "N1*ST**92*8"),
    ]
    assert [row[0] for row in compare(ours, theirs, '"REF[01=ZZ]"', "PO1.04")] == ["850 0001 PO1[1]/N1[1]"]
    assert compare(ours, theirs, "REF.02", "PO1.04", "PO1/N1.04", code=0) == []
    assert len(compare(ours, theirs, "PO1/N2.04", "REF.03")) == 3


def test_dates_are_agreed_by_their_type(compare, order):
    ours = order(["DTM*010*20240101", "PO1*1*5*EA"])
    theirs = order(["DTM*010*20250101", "PO1*1*6*EA"])
    assert [row[1] for row in compare(ours, theirs, "dates")] == ["PO1*1*5*EA"]


def test_a_segment_that_one_side_alone_has_is_told(compare, order):
    ours, theirs = order(["PO1*1*5*EA", "PID*F****Nails", "PO1*2*5*EA"]), order(["PO1*1*5*EA", "PO1*2*5*EA"])
    assert compare(ours, theirs) == [("850 0001 PO1[1]/PID[1]", "PID*F****Nails", None)]


def test_json_is_compared_by_keys_and_items_by_what_tells_them_apart(compare):
    other = json.loads(json.dumps(ORDER))
    other["lines"].reverse()
    other["lines"][1]["price"] = "1.1"
    other["lines"][1]["items"][0]["value"] = "B"
    other["note"] = "x"
    assert compare(ORDER, dict(reversed(list(other.items())))) == [
        ("lines[1].price", "1.10", "1.1"),
        ("lines[1].items[1].value", "A", "B"),
        ("note", None, "x"),
    ]
    assert compare(ORDER, other, "lines.price", "lines.items", "no*", code=0) == []
    assert [row[0] for row in compare(ORDER, {**ORDER, "date": "2026-03-09", "number": "2"}, "dates")] == ["number"]


def test_an_item_that_is_only_in_one_is_told_value_by_value(compare):
    short = {**ORDER, "lines": ORDER["lines"][:1]}
    assert compare(ORDER, short) == [("lines[2].ordinal", "2", None), ("lines[2].price", "2.00", None)]


def test_xml_is_compared_by_elements_whatever_the_prefixes_and_blanks(compare):
    ours = XML.format(id="1", currency="USD", more="")
    theirs = XML.format(id="2", currency="CAD", more="<o:Note>hi</o:Note>").replace("o:", "x:").replace(":o=", ":x=").replace("\n  ", "")
    assert compare(ours, theirs) == [
        ("Order/@id", "1", "2"),
        ("Order/Line[1]/Price/@currency", "USD", "CAD"),
        ("Order/Note", None, "hi"),
    ]
    assert compare(ours, theirs, "Order/@id", "Order/Line/Price", '"*/Note"', code=0) == []


def test_a_document_type_with_entities_is_not_followed(compare):
    bomb = '<!DOCTYPE o [<!ENTITY a SYSTEM "file:///etc/passwd">]><o>&a;</o>'
    assert compare(bomb, "<o>x</o>") == [("o", None, "x")]


def test_delimited_files_are_compared_by_column_whatever_the_order_of_columns_and_quotes(compare):
    ours = 'order,price,on\n1,"2,50",2026-01-01\n2,3,2026-01-01\n'
    theirs = "on,order,price\n2026-01-02,1,2.50\n2026-01-02,2,3\n"
    assert compare(ours, theirs, "on") == [("row 2, price", "2,50", "2.50")]
    assert compare(ours, theirs, "dates", "price", code=0) == []
    assert len(compare(ours, theirs + "2026-01-02,3,4\n", "on")) == 2


def test_two_syntaxes_are_told_and_so_is_what_cannot_be_read(gateway, tmp_path, order):
    (tmp_path / "a").write_text(order())
    (tmp_path / "b").write_text("{}")
    (tmp_path / "c").write_text("{")
    assert "ours is x12, theirs is json" in gateway("compare", "a", "b", code=5).stderr
    assert "theirs is not JSON" in gateway("compare", "b", "c", code=5).stderr
    assert "no such file" in gateway("compare", "b", "d", code=3).stderr
    (tmp_path / "agreed.yaml").write_text("a: b\n")
    assert "expected a list of paths" in gateway("compare", "b", "b", "--ignore", "agreed.yaml", code=1).stderr


def test_folders_are_matched_by_name_then_by_the_documents_inside(gateway, tmp_path, order):
    for name, text in (
        ("ours/same.edi", order()),
        ("ours/x.json", json.dumps(ORDER)),
        ("ours/0001.edi", order(["PO1*1*7*EA"], ["PO1*1*8*EA"])),
        ("ours/alone.csv", "a\n1\n"),
        ("theirs/same.edi", order(number="000000009")),
        ("theirs/y.json", json.dumps({**ORDER, "date": "2027-01-01"})),
        ("theirs/out-77.edi", order(["PO1*1*7*EA"], ["PO1*1*8*EA"], number="000000099")),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    done = gateway("compare", "ours", "theirs", "--json", code=5)
    told = {(pair["ours"], pair["theirs"]): pair["same"] for pair in json.loads(done.stdout)["pairs"]}
    assert told == {
        ("same.edi", "same.edi"): True,
        ("x.json", "y.json"): False,
        ("0001.edi", "out-77.edi"): True,
        ("alone.csv", None): False,
    }
    text = gateway("compare", "ours", "theirs", code=5)
    assert "2 of 4 pairs say the same" in text.stderr
    assert "only in ours" in text.stdout
    (tmp_path / "ours" / "alone.csv").unlink()
    (tmp_path / "agreed.yaml").write_text("ignore:\n- date\n")
    assert "3 of 3 pairs say the same" in gateway("compare", "ours", "theirs", "--ignore", "agreed.yaml").stderr
