"""`gateway mapping preview`: a file beside its document, on the terminal, as a page and as JSON."""

import json
import re
from html.parser import HTMLParser

import pytest

SPI = "SPI*W4*<script>alert(1)</script>!"


class Page(HTMLParser):
    """What a page is made of: tags with their attributes, ids, and the text inside `data-at` of either side."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.linked = {"source": {}, "document": {}}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        self.open.append(attrs)

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, data):
        at = self.open[-1].get("data-at") if self.open else None
        if at:
            side = "source" if "id" in self.open[-1] else "document"
            self.linked[side].setdefault(at, []).append(data)


@pytest.fixture
def unread(tmp_path, order):
    (tmp_path / "order.edi").write_text(order([SPI, "PO1*1*5*EA*9.95**VP*A-1"]))
    return tmp_path


def test_each_segment_stands_beside_the_values_it_became(gateway, unread, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    told = gateway("mapping", "preview", "order.edi", code=5).stdout
    rows = [tuple(part.strip() for part in line.split(" | ")) for line in told.splitlines() if " | " in line]
    assert ("BEG*00*SA*PO-1**20240102", "purpose: original") in rows
    assert ("", "number: PO-1") in rows
    assert ("SPI*[W4]*[<script>alert(1)</script>!]", "not read: SPI-01 security level") in rows
    assert rows.index(("PO1*1*5*EA*9.95**VP*A-1", "lines.1.number: 1")) + 1 == rows.index(("", "lines.1.quantity.value: 5"))
    assert "by rules alone" in told
    assert re.search(r"currency: USD   \(mappings/x12/004010/850.yaml:\d+:\d+\)", told)


def test_the_page_links_both_sides_escapes_what_came_and_fetches_nothing(gateway, unread):
    gateway("mapping", "preview", "order.edi", "--html", "order.html", code=5)
    text = (unread / "order.html").read_text()
    page = Page(text)
    assert page.linked["source"].keys() == page.linked["document"].keys()
    quantity = next(at for at, values in page.linked["source"].items() if values == ["9.95"])
    assert page.linked["document"][quantity] == ["9.95"]
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;!" in text
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [attrs for _, attrs in page.tags if attrs.keys() & {"src", "onclick", "onmouseover", "onload"}]
    assert all(attrs["href"].startswith("#s") for _, attrs in page.tags if "href" in attrs)
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert all(attrs["href"][1:] in ids for _, attrs in page.tags if "href" in attrs)
    assert "default-src &#x27;none&#x27;" in text or "default-src 'none'" in text


def test_the_json_has_every_element_with_what_became_of_it(gateway, unread):
    (told,) = json.loads(gateway("mapping", "preview", "order.edi", "--json", code=5).stdout)
    assert told["unread"] == 2
    segments = {row["segment"]: row for row in told["segments"]}
    assert [cell["state"] for cell in segments["SPI"]["elements"]] == ["unread", "unread"]
    (became,) = segments["PO1"]["elements"][1]["became"]
    assert (became["document"], became["field"]) == (1, "lines.1.quantity.value")
    assert told["documents"][0]["number"] == "PO-1"


def test_a_partners_terms_and_a_mapping_of_ones_own_are_used(gateway, project, order):
    (project / "orders.edi").write_text(order())
    folder = project / "mappings" / "acme"
    folder.mkdir(parents=True)
    (folder / "850.yaml").write_text("mapping: 1\nextends: x12/004010/850\nfields: {department: BEG.03}\n")
    assert "department: PO-1" in gateway("mapping", "preview", "orders.edi", "--mapping", "acme/850").stdout
    assert "by x12/004010/850" in gateway("mapping", "preview", "orders.edi", "--partner", "acme").stdout
    assert "did you mean 'acme/850'?" in gateway("mapping", "preview", "orders.edi", "--mapping", "acme/0850", code=3).stderr


def test_more_sets_than_asked_for_are_counted(gateway, tmp_path, order):
    (tmp_path / "orders.edi").write_text(order(*[["PO1*1*5*EA*9.95**VP*A-1"]] * 3))
    done = gateway("mapping", "preview", "orders.edi", "--limit", "1")
    assert "850 0001" in done.stdout
    assert "850 0002" not in done.stdout
    assert "and 2 more sets" in done.stderr


def test_what_is_no_file_of_ours_is_told(gateway, tmp_path):
    (tmp_path / "x.edi").write_text("hello")
    done = gateway("mapping", "preview", "x.edi", code=5)
    assert done.stdout == ""
    assert "is not an X12 interchange" in done.stderr


def test_what_no_rule_reads_of_an_xml_file_stands_by_its_path(gateway, tmp_path):
    names = "urn:oasis:names:specification:ubl:schema:xsd"
    (tmp_path / "order.xml").write_text(
        f'<Order xmlns="{names}:Order-2" xmlns:cbc="{names}:CommonBasicComponents-2"><cbc:ID>7</cbc:ID><cbc:IssueDate>2026-03-01</cbc:IssueDate><cbc:UUID>A-1</cbc:UUID></Order>'
    )
    (told,) = json.loads(gateway("mapping", "preview", "order.xml", "--mapping", "ubl/order", "--json").stdout)
    cells = {cell["name"]: cell for piece in told["segments"] for cell in piece["elements"]}
    assert cells["/Order/cbc:ID"]["became"][0]["field"] == "number"
    assert (cells["/Order/cbc:UUID"]["state"], cells["/Order/cbc:UUID"]["value"]) == ("unread", "A-1")
    assert (told["elements"], told["unread"]) == (3, 1)
    assert "not read: /Order/cbc:UUID" in gateway("mapping", "preview", "order.xml", "--mapping", "ubl/order").stdout
