"""Finding codes of templates: what is wrong with one, or with the text it made."""

from gateway.edi.finding import Code


def _codes(*codes: Code) -> dict[str, Code]:
    return {code.code: code for code in codes}


_CASE = "tests/formats/test_template.py::"

CODES: dict[str, Code] = _codes(
    Code("template-missing", "error", "business", "{value} does not exist",
         "The template that a destination names, or one that it includes, is not in the project.",
         "Write the file, or correct the name.", case=_CASE + "test_a_missing_template_is_a_finding"),
    Code("template-kind", "error", "business", "{value} makes no file that can be checked; expected a name ending in .csv.j2, .xml.j2, .json.j2 or .txt.j2",
         "The ending says how values are written and how the result is checked; X12 is never made by a template.",
         "Rename the template.", case=_CASE + "test_x12_is_never_made_by_a_template"),
    Code("template-syntax", "error", "business", "is not a template: {problem}",
         "Jinja2 cannot read it at this line.", "Mend the line.", case=_CASE + "test_a_template_that_cannot_be_read_is_a_finding_with_its_line"),
    Code("template-undefined", "error", "business", "uses what the document does not have: {problem}",
         "Fields that are not known are left out of a document; nothing is written in their place by chance.",
         "Correct the name, or say what stands there without it: {{{{ document.department | default('') }}}}.",
         case=_CASE + "test_a_field_that_the_document_lacks_is_a_finding_not_an_empty_cell"),
    Code("template-failed", "error", "business", "failed: {problem}",
         "The template asked for something that cannot be done with this document, or that templates may not do.",
         "Mend the line.", case=_CASE + "test_what_templates_may_not_do_is_a_finding"),
    Code("template-too-large", "error", "business", "makes more than {limit} characters",
         "A document of this size is a loop that went wrong.", "Mend the loop.", case=_CASE + "test_an_endless_text_is_cut_off"),
    Code("template-bad-xml", "error", "business", "makes text that is not well-formed XML: {problem}",
         "What is not well-formed is never written; the line is that of the text made.",
         "Mend the template; if a value holds what XML cannot carry, the document must be mended.",
         case=_CASE + "test_xml_that_is_not_well_formed_is_never_given_out"),
    Code("template-bad-csv", "error", "business", "makes text that is not CSV: {problem}",
         "A quote stands where the reader of the file would lose his columns.",
         "Let one expression make one cell: {{{{ a ~ ' ' ~ b }}}}.", case=_CASE + "test_csv_whose_quotes_do_not_close_is_never_given_out"),
    Code("template-bad-json", "error", "business", "makes text that is not JSON: {problem}",
         "What cannot be read is never written.", "Write values with `| tojson`.", case=_CASE + "test_json_that_cannot_be_read_is_never_given_out"),
)
