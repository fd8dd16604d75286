"""XML files read along a shape: strict, safe, streamed, every value with its line and XPath."""

import tracemalloc
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edi.finding import Location
from gateway.formats.format import FileEnd
from gateway.formats.kinds import format_of
from gateway.formats.shape import Shape
from gateway.formats.xml import reader as xml_reader
from gateway.formats.xml.settings import settings_of
from gateway.formats.xml.steps import BadXPath, Step, XPath, parse, prefixed
from gateway.formats.xml.steps import Test as Holds

XML = format_of("xml")


def read(data, values=("@id", "item"), document="/order", size=5, lists=None, **form):
    shape = Shape()
    for value in values:
        shape.value(value)
    for name, inner in (lists or {}).items():
        for value in inner:
            shape.list(name).value(value)
    settings, wrong = settings_of({"kind": "xml", "document": document, **form}, shape)
    assert wrong == []
    data = data if isinstance(data, bytes) else data.encode()
    *documents, end = XML.read([data[at : at + size] for at in range(0, len(data), size)], settings)
    assert isinstance(end, FileEnd)
    assert end.size == len(data)
    return documents, end


def only(data, *more, **form):
    (document,), end = read(data, *more, **form)
    assert end.findings == []
    return document


def values(document):
    return {name: [segment[1] for segment in found] for name, found in document.root.segments.items()}


def codes(end):
    return [(finding.code, finding.location.line) for finding in end.findings]


# ---------------------------------------------------------------- paths


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a/b", XPath((Step("a"), Step("b")))),
        ("/a/@x", XPath((Step("a"),), "x", True)),
        ("./@x", XPath((), "x")),
        (".", XPath(())),
        ("text()", XPath(())),
        ("a/text()", XPath((Step("a"),))),
        ("../a/@x", XPath((Step("a"),), "x", False, 1)),
        ("p:a", XPath((Step("{urn:p}a"),))),
        ("@xml:lang", XPath((), "{http://www.w3.org/XML/1998/namespace}lang")),
        ("Q{urn:q}a", XPath((Step("{urn:q}a"),))),
        ("a[@k='x']", XPath((Step("a", (Holds((), "k", ("x",)),)),))),
        ('a[@k="x"|"y" and p:b!=\'z\'][2]', XPath((Step("a", (Holds((), "k", ("x", "y")), Holds(("{urn:p}b",), "", ("z",), True)), 2),))),
        ("a[@k][not(b)]/c", XPath((Step("a", (Holds((), "k"), Holds(("b",), "", None, True))), Step("c")))),
    ],
)
def test_paths_of_steps_and_predicates_are_read(text, path):
    assert parse(text, {"p": "urn:p"}) == path


@pytest.mark.parametrize(
    ("text", "problem", "at"),
    [
        ("a//b", "where an element", 2),
        ("//a", "searches", 0),
        ("a/*", "name the element", 2),
        ("a/../b", "in its middle", 2),
        ("q:a", "prefix 'q'", 0),
        ("a[@k=x]", "a quoted constant", 5),
        ("a[b", "']' or 'and'", 3),
        ("a b", "'/' or its end", 1),
        ("", "ends where", 0),
    ],
)
def test_what_is_no_path_says_why_and_where(text, problem, at):
    with pytest.raises(BadXPath) as caught:
        parse(text, {})
    assert problem in caught.value.problem
    assert caught.value.at == at


@given(st.text(alphabet="ab:@/[]='.() *|0Q{}", max_size=20))
def test_any_text_is_a_path_or_says_why_not(text):
    with suppress(BadXPath):
        parse(text, {"a": "urn:a"})


def test_names_are_shown_with_the_prefixes_that_the_mapping_declares():
    spaces = {"": "urn:d", "p": "urn:p"}
    assert [prefixed(name, spaces) for name in ("{urn:d}a", "{urn:p}a", "{urn:q}a", "a")] == ["a", "p:a", "Q{urn:q}a", "a"]


# ---------------------------------------------------------------- values and places


def test_values_are_found_by_predicates_positions_and_attributes():
    text = (
        "<order id=' 7 '><x k='a'>1</x><x k='b'>2</x><x k='a'>3</x><tax><kind>VAT</kind><amount>9</amount></tax>"
        "<tax><kind>GST</kind><amount>8</amount></tax></order>"
    )
    paths = ("@id", "x[@k='a']", "x[2]", "x[not(@z)]/@k", "tax[kind='GST']/amount", "x[@k='a'][2]")
    assert values(only(text, paths)) == {
        "@id": ["7"],
        "x[@k='a']": ["1", "3"],
        "x[2]": ["2"],
        "x[not(@z)]/@k": ["a", "b", "a"],
        "tax[kind='GST']/amount": ["8"],
        "x[@k='a'][2]": ["3"],
    }


def test_text_is_an_elements_own_without_blanks_comments_and_inner_elements():
    document = only("<order>\n <item> Blue <b>not this</b> pen<!-- nor this --> 5 <![CDATA[<mm>]]></item></order>", ("item",))
    assert values(document) == {"item": ["Blue  pen 5 <mm>"]}


def test_namespaces_count_and_prefixes_do_not():
    text = "<o:order xmlns:o='urn:o' xmlns='urn:c'><item>x</item><o:item>y</o:item></o:order>"
    document = only(text, ("c:item",), "/p:order", namespaces={"p": "urn:o", "c": "urn:c"})
    assert values(document) == {"c:item": ["x"]}


def test_every_value_has_its_line_and_an_xpath_that_finds_it():
    text = "<orders>\n<order id='1'/>\n<order id='2'>\n<line>\n<item>x</item></line><line><item n='3'>y</item></line></order></orders>"
    (_, second), _ = read(text, ("@id",), "/orders/order", lists={"line": ("item", "item/@n")})
    places = []
    for loop in second.root.loops["line"]:
        for name, found in loop.segments.items():
            for segment in found[:1] if len(found[0]) > 1 else ():
                at = second.locate(Location(segment=name, segment_position=segment.position + 1, element=1))
                places.append((at.line, at.field))
    assert places == [
        (5, "/orders/order[2]/line[1]/item"),
        (5, "/orders/order[2]/line[2]/item"),
        (5, "/orders/order[2]/line[2]/item/@n"),
    ]


def test_what_nobody_reads_is_kept_with_its_place_and_where_a_schema_is_said_is_not():
    text = (
        "<order id='1' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:noNamespaceSchemaLocation='a.xsd' rush='yes'>"
        "<item>x</item><note xml:lang='en'>hi</note><note/></order>"
    )
    assert only(text).unread() == [
        {"segment": "order", "elements": {"@rush": "yes"}, "loop": "/order"},
        {"segment": "note", "elements": {".": "hi", "@xml:lang": "en"}, "loop": "/order/note[1]"},
    ]


def test_values_outside_of_the_documents_belong_to_each_of_them():
    (one, two), _ = read("<b to='me'><h><k>9</k></h><order id='1'/><order id='2'/></b>", ("@id", "/b/@to", "/b/h/k"), "/b/order")
    assert values(one) == {"@id": ["1"], "/b/@to": ["me"], "/b/h/k": ["9"]}
    assert values(two) == {"@id": ["2"], "/b/@to": ["me"], "/b/h/k": ["9"]}


def test_an_item_reads_what_stands_around_it():
    document = only(
        "<order><portion><po>P1</po><item>a</item><item>b</item></portion><portion><po>P2</po><item>c</item></portion></order>",
        (),
        lists={"portion/item": (".", "../po")},
    )
    assert [(loop.segments["."][0][1], loop.segments["../po"][0][1]) for loop in document.root.loops["portion/item"]] == [
        ("a", "P1"),
        ("b", "P1"),
        ("c", "P2"),
    ]


def test_an_attribute_that_repeats_what_the_document_says_must_agree():
    form = {"fill": {"Money/@currency": "total/@currency"}}
    text = "<order><total currency='USD'/><Money currency='USD'>1</Money>\n<Money currency='EUR'>2</Money></order>"
    document = only(text, ("total/@currency",), **form)
    assert [(f.code, f.location.line, f.location.field, f.value) for f in document.findings] == [
        ("xml-differs", 2, "/order/Money[2]/@currency", "EUR")
    ]
    assert "@currency" not in document.unread()[0]["elements"]


# ---------------------------------------------------------------- damage and attacks


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"<order>\n<item>x</order>", [("xml-malformed", 2)]),
        (b"<order id='1'/><order/>", [("xml-malformed", 1)]),
        (b"<order>\n\x01</order>", [("xml-malformed", 2)]),
        (b"<order>\n\xff</order>", [("xml-encoding", 2)]),
        (b"<?xml version='1.0' encoding='klingon'?><order/>", [("xml-encoding", 1)]),
        ("<?xml version='1.0' encoding='utf-16'?><order/>".encode("utf-16")[:-3], [("xml-encoding", 1)]),
        (b"<order>&nbsp;</order>", [("xml-malformed", 1)]),
        (b"<!DOCTYPE order SYSTEM 'http://x.example/o.dtd'>\n<order id='a&nbsp;b'/>", [("xml-malformed", 2)]),
        (b"<x:order/>", [("xml-malformed", 1)]),
        (b"<other><order/></other>", [("xml-no-document", 1)]),
        (b"<order xmlns='urn:x'/>", [("xml-no-document", 1)]),
        (b"plain text", [("xml-malformed", 1)]),
        (b"<!-- " + b"x" * 300_000, [("xml-doctype-long", 1)]),
    ],
)
def test_damage_is_a_finding_with_its_line(data, found):
    documents, end = read(data, size=4096)
    assert codes(end) == found
    assert end.documents == len(documents) <= 1


LAUGHS = (
    b"<!DOCTYPE order [<!ENTITY a 'lol'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;") for n in range(1, 10))
    + b"]>\n<order><item>&a9;</item></order>"
)


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS,
        b"<!DOCTYPE order [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><order><item>&e;</item></order>",
        b"<!DOCTYPE order [<!ENTITY % p SYSTEM 'http://127.0.0.1:1/x'> %p;]><order><item>x</item></order>",
    ],
)
def test_files_that_declare_entities_are_refused(data):
    documents, end = read(data)
    assert (documents, codes(end)) == ([], [("xml-entity", 1)])


def test_a_doctype_is_passed_over_and_nothing_of_it_is_loaded():
    text = "<?xml version='1.0'?>\n<!DOCTYPE order PUBLIC '-//x'\n 'http://127.0.0.1:1/o.dtd' [<!ATTLIST order id CDATA 'made up'>]>\n<order>\n<item>x</item></order>"
    document = only(text)
    assert values(document) == {"item": ["x"]}
    assert document.line == 4


@pytest.mark.parametrize("depth", [250, 5000])
def test_deep_nesting_is_bounded(depth):
    documents, end = read("<order>" + "<a>" * depth + "</a>" * depth + "</order>", size=4096)
    assert (len(documents), [code for code, _ in codes(end)]) == ((1, []) if depth < 256 else (0, ["xml-malformed"]))


def test_a_document_of_unreasonable_size_is_refused(monkeypatch):
    monkeypatch.setattr(xml_reader, "DOCUMENT_LIMIT", 10_000)
    documents, end = read("<order>" + "<item>x</item>" * 2000 + "</order>", size=512)
    assert (documents, [code for code, _ in codes(end)]) == ([], ["xml-too-large"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "windows-1252"])
def test_the_encoding_is_what_the_file_says_or_begins_with(encoding):
    declared = "utf-16" if encoding.startswith("utf-16") else encoding.removesuffix("-sig")
    text = f"<?xml version='1.0' encoding='{declared}'?>\n<order id='é'><item>ü</item></order>"
    assert values(only(text.encode(encoding), size=3)) == {"@id": ["é"], "item": ["ü"]}


def test_many_documents_take_the_memory_of_one():
    def chunks(count):
        yield b"<orders>"
        for n in range(count):
            yield b"<order id='%d'>" % n + b"<item>%s</item>" % (b"x" * 400) * 20 + b"</order>\n"
        yield b"</orders>"

    shape = Shape()
    shape.value("@id")
    settings, _ = settings_of({"kind": "xml", "document": "/orders/order"}, shape)

    def peak(count):
        tracemalloc.start()
        found = sum(1 for _ in XML.read(chunks(count), settings))
        assert found == count + 1
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(5)
    assert peak(2000) < peak(20) + 200_000


NAMES = st.sampled_from(["item", "b", "c"])
TREES = st.recursive(
    st.tuples(NAMES, st.text(alphabet="xyz &<'é", max_size=4)), lambda inner: st.tuples(NAMES, st.lists(inner, max_size=3)), max_leaves=12
)


def _text(tree):
    from xml.sax.saxutils import escape

    name, inner = tree
    return f"<{name}>{escape(inner) if isinstance(inner, str) else ''.join(map(_text, inner))}</{name}>"


def _leaves(tree):
    _, inner = tree
    if isinstance(inner, str):
        return [inner.strip()] if inner.strip() else []
    return [leaf for one in inner for leaf in _leaves(one)]


@given(TREES)
def test_every_value_of_a_file_is_read_or_kept_as_unread(tree):
    document = only(f"<order>{_text(tree)}</order>", ("item", "item/b", "b/c"), lists={"c": ("item", ".")})
    read_values = [value for found in values(document).values() for value in found]
    for loop in document.root.loops.get("c", ()):
        read_values += [segment[1] for found in loop.segments.values() for segment in found if len(segment) > 1]
    unread = [text for row in document.unread() for text in row["elements"].values()]
    assert sorted(read_values + unread) == sorted(_leaves(tree))
