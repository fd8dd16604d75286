"""Files for our own systems by template: checked before anybody writes them, findings in place of broken files (FAULTS 151, 156)."""

import csv
import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gateway.formats.template.rendering import Templates

SAMPLES = Path(__file__).parents[2] / "mappings" / "templates"


class Texts(dict):
    """A library of a dict."""

    def names(self, prefix):
        return sorted(name for name in self if name.startswith(prefix))

    def read(self, name):
        return self[name]

    def version(self, name):
        return hashlib.sha256(self[name].encode()).hexdigest()


def render(text, document, kind="csv"):
    return Templates(Texts({f"t.{kind}.j2": text})).render(f"t.{kind}.j2", document)


def code(rendered):
    assert rendered.content is None
    [finding] = rendered.findings
    return finding.code


ORDER = {
    "document_type": "purchase_order",
    "number": "PO1",
    "date": "2026-03-31",
    "parties": [{"role": "ship_to", "name": "Müller & Söhne", "identifier": {"scheme": "gln", "value": "4012345000009"}}],
    "lines": [
        {
            "ordinal": 1,
            "number": "1",
            "quantity": {"value": "10", "unit": "EA"},
            "price": {"amount": "1.25"},
            "items": [{"scheme": "upc", "value": "0042"}],
            "description": 'Bolt, 1/2" <zinc>',
        },
        {"ordinal": 2, "quantity": {"value": "-5", "unit": "EA"}, "description": "=HYPERLINK()"},
    ],
}


@pytest.mark.parametrize("name", ["erp-order.csv.j2", "erp-order.xml.j2"])
@pytest.mark.parametrize(
    "document", [ORDER, {"number": "PO1"}, {"number": "PO1", "lines": [{"ordinal": 1}], "parties": [{"role": "buyer"}]}]
)
def test_the_sample_templates_render_what_is_there_and_what_is_left_out(name, document):
    rendered = Templates(Texts({name: (SAMPLES / name).read_text()})).render(name, document)
    assert rendered.findings == ()
    assert rendered.extension == name.split(".")[1]
    assert b"PO1" in rendered.content or not document.get("lines")


def test_the_sample_csv_has_a_row_a_line_that_reads_back():
    name = "erp-order.csv.j2"
    rendered = Templates(Texts({name: (SAMPLES / name).read_text()})).render(name, ORDER)
    first, second = csv.DictReader(rendered.content.decode().splitlines())
    assert (first["description"], first["item"], first["ship_to_name"]) == ('Bolt, 1/2" <zinc>', "0042", "Müller & Söhne")
    assert (second["line"], second["quantity"], second["description"]) == ("2", "-5", "'=HYPERLINK()")


def test_the_sample_xml_reads_back():
    name = "erp-order.xml.j2"
    rendered = Templates(Texts({name: (SAMPLES / name).read_text()})).render(name, ORDER)
    root = etree.fromstring(rendered.content)
    assert root.findtext("Party/Name") == "Müller & Söhne"
    assert root.findtext("Line[1]/Description") == 'Bolt, 1/2" <zinc>'


def test_a_field_that_the_document_lacks_is_a_finding_not_an_empty_cell():
    rendered = render("a\n{{ document.nmber }}\n", ORDER)
    assert code(rendered) == "template-undefined"
    assert "nmber" in rendered.findings[0].message
    assert (rendered.findings[0].location.file, rendered.findings[0].location.line) == ("t.csv.j2", 2)


def test_parts_of_what_is_left_out_may_have_a_default():
    assert render("{{ document.a.b[0].c | default('x') }}", {}).content == b"x"


def test_a_field_named_as_a_method_is_the_field():
    assert render("{{ document.items }},{{ document.values | default('none') }}", {"items": "3"}).content == b"3,none"


def test_a_template_that_cannot_be_read_is_a_finding_with_its_line():
    rendered = render("a\nb\n{{ document.number", ORDER)
    assert code(rendered) == "template-syntax"
    assert rendered.findings[0].location.line == 3


def test_a_missing_template_is_a_finding():
    assert code(Templates(Texts()).render("mappings/templates/x.csv.j2", {})) == "template-missing"
    assert code(render("{% include '../../etc/passwd' %}", {})) == "template-missing"


@pytest.mark.parametrize("name", ["order.edi.j2", "order.x12.j2", "order.j2", "order.csv", "order"])
def test_x12_is_never_made_by_a_template(name):
    templates = Templates(Texts({name: "ISA"}))
    assert code(templates.render(name, {})) == "template-kind"
    assert [finding.code for finding in templates.lint(name)] == ["template-kind"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ document.__class__ }}",
        "{{ document['__class__'] }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ self.__init__ }}",
        "{{ document.lines.append(1) }}",
        "{{ document.update({}) }}",
        "{{ 'a' * 10**9 }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 999999999 }}",
        "{{ range(999999999) | list }}",
        "{{ 1 / 0 }}",
        "{{ document.number + 1 }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{{ document.date | day(1) }}",
        "{{ lipsum() }}",
        "{{ [1] | random }}",
    ],
)
def test_what_templates_may_not_do_is_a_finding(text):
    before = repr(ORDER)
    assert code(render(text, ORDER, "txt")) in {"template-failed", "template-undefined", "template-syntax"}
    assert repr(ORDER) == before


def test_an_endless_text_is_cut_off():
    loop = "{% for a in range(9999) %}" * 3 + "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" * 20 + "{% endfor %}" * 3
    assert code(render(loop, {}, "txt")) == "template-too-large"


@pytest.mark.parametrize(
    "text",
    [
        "<a><b></a>",
        "",
        "<a/><b/>",
        "<a>{{ document.raw }}</a>",
        "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
        "<a>&nbsp;</a>",
        '<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
    ],
)
def test_xml_that_is_not_well_formed_is_never_given_out(text):
    assert code(render(text, {"raw": "\x0b"}, "xml")) == "template-bad-xml"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"])))
def test_whatever_a_value_holds_xml_reads_it_back(value):
    content = render('<a b="{{ document.v }}">{{ document.v }}</a>', {"v": value}, "xml").content
    root = etree.fromstring(content)
    assert (root.text or "", root.get("b")) == (value, value)


def test_csv_whose_quotes_do_not_close_is_never_given_out():
    assert code(render("a,b\n{{ document.v }} {{ document.v }},1\n", {"v": "x,y"})) == "template-bad-csv"
    assert code(render('a,"b\n', {})) == "template-bad-csv"


@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=2, max_size=4))
def test_whatever_values_hold_csv_reads_them_back(values):
    text = ",".join(f"{{{{ document.v[{number}] | exact }}}}" for number in range(len(values)))
    content = render(f"{text}\r\n", {"v": values}).content.decode()
    [row] = csv.reader(io.StringIO(content, newline=""))
    assert row == values


@pytest.mark.parametrize("value", ["=cmd()", "+cmd", "-cmd", "@SUM(A1)", "\tx", "\rx", "-1+2"])
def test_text_that_a_spreadsheet_would_run_is_marked_as_text(value):
    [[cell]] = csv.reader(io.StringIO(render("{{ document.v }}", {"v": value}).content.decode(), newline=""))
    assert cell == f"'{value}"


@pytest.mark.parametrize("value", ["-12.50", "+1", "-1,250.00", "0042", -5])
def test_numbers_stay_numbers(value):
    content = render("{{ document.v }}", {"v": value}).content.decode()
    assert content.strip('"') == str(value)


def test_json_that_cannot_be_read_is_never_given_out():
    assert code(render('{"a": {{ document.v }}}', {"v": "x"}, "json")) == "template-bad-json"
    assert render('{"a": {{ document.v | tojson }}}', {"v": 'x"'}, "json").content == b'{"a": "x\\""}'


def test_a_changed_template_is_read_again():
    library = Texts({"t.txt.j2": "one"})
    templates = Templates(library)
    assert templates.render("t.txt.j2", {}).content == b"one"
    library["t.txt.j2"] = "two"
    assert templates.render("t.txt.j2", {}).content == b"two"


def test_lint_finds_bad_syntax_before_the_first_document():
    templates = Templates(Texts({"t.csv.j2": "{% if %}", "u.csv.j2": "{{ document.a }}"}))
    assert [finding.code for finding in templates.lint("t.csv.j2")] == ["template-syntax"]
    assert templates.lint("u.csv.j2") == []


def test_dates_in_another_form():
    assert render('{{ document.date | day("%m/%d/%Y") }}', ORDER).content == b"03/31/2026"
