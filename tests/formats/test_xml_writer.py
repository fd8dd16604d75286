"""Trees written as XML: predicates make what they ask for, order is the declared one, what XML cannot hold is told."""

from gateway.formats.kinds import format_of
from gateway.formats.shape import Shape
from gateway.formats.tree import UNREAD, Loop
from gateway.formats.xml.settings import settings_of

XML = format_of("xml")


def tree(values=(), lists=()):
    root = Loop("", None)
    for name, *texts in values:
        root.segments[name] = [[name, text] for text in texts]
    for name, items in lists:
        for item in items:
            inner = root.open(name, [name])
            inner.segments.update({path: [[path, text] for text in texts] for path, *texts in item})
    return root


def written(roots, document="/order", **form):
    shape = Shape()
    for root in roots:
        for name in root.segments:
            if name:
                shape.value(name)
        for name, loops in root.loops.items():
            for loop in loops:
                for inner in loop.segments:
                    if inner != name:
                        shape.list(name).value(inner)
    settings, wrong = settings_of({"kind": "xml", "document": document, **form}, shape)
    assert wrong == []
    return XML.write(roots, settings)


def lines(made):
    assert made.findings == []
    return made.body.decode().splitlines()[1:]


def test_paths_share_the_elements_on_their_way_and_predicates_are_made():
    made = written([tree([("@id", "7"), ("x[@k='a' and b='c']/y", "1"), ("x[@k='a' and b='c']/@z", "2"), ("x[@k='d']", "3")])])
    assert lines(made) == ['<order id="7">', '  <x k="a" z="2">', "    <b>c</b>", "    <y>1</y>", "  </x>", '  <x k="d">3</x>', "</order>"]


def test_values_of_one_path_are_elements_of_their_own():
    assert lines(written([tree([("a/line", "1", "2")])])) == [
        "<order>",
        "  <a>",
        "    <line>1</line>",
        "    <line>2</line>",
        "  </a>",
        "</order>",
    ]


def test_items_are_elements_and_those_of_equal_surroundings_stand_together():
    items = [[("../po", "P1"), (".", "a")], [("../po", "P2"), (".", "b")], [("../po", "P1"), (".", "c")]]
    assert lines(written([tree(lists=[("portion/item", items)])])) == [
        "<order>", "  <portion>", "    <item>a</item>", "    <po>P1</po>", "    <item>c</item>", "  </portion>",
        "  <portion>", "    <item>b</item>", "    <po>P2</po>", "  </portion>", "</order>",
    ]  # fmt: skip


def test_an_item_takes_the_element_that_a_path_to_the_first_has_made():
    made = written([tree([("d[1]/when", "now")], [("d", [[("who", "me")], [("who", "you")]])])])
    assert lines(made) == [
        "<order>", "  <d>", "    <when>now</when>", "    <who>me</who>", "  </d>", "  <d>", "    <who>you</who>", "  </d>", "</order>",
    ]  # fmt: skip


def test_elements_of_one_kind_have_one_order_and_children_stay_sorted_however_many_moved():
    address = [("to/zip", "1"), ("to/city", "2"), ("to/land/code", "3"), ("from/land/code", "4"), ("from/city", "5"), ("from/zip", "6")]
    made = written([tree([*address, ("day", "7")])], order={"order": "day from to", "from to": "city zip land"})
    assert [line.strip() for line in lines(made)] == [
        "<order>", "<day>7</day>",
        "<from>", "<city>5</city>", "<zip>6</zip>", "<land>", "<code>4</code>", "</land>", "</from>",
        "<to>", "<city>2</city>", "<zip>1</zip>", "<land>", "<code>3</code>", "</land>", "</to>",
        "</order>",
    ]  # fmt: skip


def test_elements_that_a_schema_requires_stand_there_empty_and_hold_one_item_each_where_that_is_said():
    root = tree([("head/no", "1")], [("head/partner/contact", [[("name", "A")], [("name", "B")]])])
    made = written([root], always=["head/indicator"], alone="partner", fill={"name/@xml:lang": '"en"'})
    assert [line.strip() for line in lines(made)] == [
        "<order>", "<head>", "<no>1</no>",
        "<partner>", "<contact>", '<name xml:lang="en">A</name>', "</contact>", "</partner>",
        "<partner>", "<contact>", '<name xml:lang="en">B</name>', "</contact>", "</partner>",
        "<indicator/>", "</head>", "</order>",
    ]  # fmt: skip


def test_the_declared_order_holds_and_what_it_does_not_name_stands_behind():
    made = written([tree([("z", "1"), ("b", "2"), ("a", "3")])], order={"order": "a b"})
    assert lines(made) == ["<order>", "  <a>3</a>", "  <b>2</b>", "  <z>1</z>", "</order>"]


def test_namespaces_have_the_declared_prefixes_and_the_doctype_stands_before_the_root():
    made = written([tree([("c:item", "x")])], "/order", namespaces={"": "urn:o", "c": "urn:c"}, doctype='order SYSTEM "o.dtd"')
    assert lines(made) == ['<!DOCTYPE order SYSTEM "o.dtd">', '<order xmlns="urn:o" xmlns:c="urn:c">', "  <c:item>x</c:item>", "</order>"]


def test_an_encoding_that_lacks_a_character_writes_its_number():
    made = written([tree([("item", "é€")])], encoding="iso-8859-1")
    assert made.body.startswith(b"<?xml version='1.0' encoding='iso-8859-1'?>")
    assert "é&#8364;".encode("latin-1") in made.body


def test_what_the_document_says_once_stands_on_every_element_that_has_to_say_it():
    made = written(
        [tree([("total/@currency", "USD"), ("total", "3"), ("tax/PayAmount", "1")])], fill={"*Amount/@currency": "total/@currency"}
    )
    assert '    <PayAmount currency="USD">1</PayAmount>' in lines(made)


def test_several_documents_stand_in_one_file_where_the_path_has_room():
    made = written([tree([("/b/@to", "me"), ("@id", "1")]), tree([("/b/@to", "me"), ("@id", "2")])], "/b/order")
    assert lines(made) == ['<b to="me">', '  <order id="1"/>', '  <order id="2"/>', "</b>"]


def test_documents_that_disagree_on_what_stands_around_them_are_told():
    made = written([tree([("/b/@to", "me")]), tree([("/b/@to", "you")])], "/b/order")
    assert [(finding.code, finding.value) for finding in made.findings] == [("xml-twice", "you")]


def test_a_root_element_is_one_document():
    assert [finding.code for finding in written([tree(), tree()]).findings] == ["xml-single"]


def test_a_character_that_xml_cannot_hold_is_told_with_its_path():
    made = written([tree([("item", "a\x01b"), ("@id", "\x00")])])
    assert [(finding.code, finding.location.field) for finding in made.findings] == [("xml-character", "item"), ("xml-character", "@id")]


def test_what_nobody_had_read_goes_back_where_it_stood():
    root = tree([("item", "x")])
    root.segments[UNREAD] = [
        [UNREAD, "/order/note[1]", ".", "first"], [UNREAD, "/order/note[2]", "@xml:lang", "en"], [UNREAD, "/order/note[4]", ".", "no third"],
        [UNREAD, "/order/item", "@kind", "k"], [UNREAD, "/order/q:x", ".", "no such prefix"],
    ]  # fmt: skip
    assert lines(written([root])) == [
        "<order>", '  <item kind="k">x</item>', "  <note>first</note>", '  <note xml:lang="en"/>', "</order>",
    ]  # fmt: skip
