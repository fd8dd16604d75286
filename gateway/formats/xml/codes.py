"""Finding codes of XML files."""

from gateway.edi.finding import Code, Severity


def _row(code: str, severity: Severity, sentence: str, explanation: str, remedy: str, case: str = "tests/formats/test_xml_reader.py") -> Code:
    return Code(code, severity, "syntax", sentence, explanation, remedy, case=case)


_ALL: tuple[Code, ...] = (
    _row("xml-malformed", "error", "is no well-formed XML: {problem}", "What stands behind the mistake cannot be known.", "Ask the partner to send the file again, made by a program that writes XML."),
    _row("xml-encoding", "error", "is not in the encoding that it declares: {problem}", "Characters read in another encoding would be wrong.", "Ask the partner to declare the encoding that the file is in."),
    _row("xml-entity", "error", "declares entities", "What an entity stands for is chosen by the sender and can read files or fill memory; business documents need none.", "Ask the partner for a file without entity declarations."),
    _row("xml-doctype-long", "error", "has no root element within {limit} bytes", "What stands before the first element holds no data.", "Ask the partner for a file that begins with its root element."),
    _row("xml-no-document", "error", "holds {value}; expected {expected}", "The file is well-formed, and another document than agreed.", "Ask the partner what he sends, or agree on this document too."),
    _row("xml-too-large", "error", "is longer than {limit} bytes as one document", "A document of this size is a mistake or an attack.", "Ask the partner to send documents of reasonable size."),
    _row("xml-differs", "error", "has {value}, where the document says {said}", "An amount in another currency than the document's is never taken for one of the document's.", "Ask the partner what is meant, or read the attribute in the mapping."),
    _row("xml-schema", "error", "does not fit its schema: {problem}", "The agreed XSD says what the document may hold.", "Ask the partner to mend the document, or agree on another schema."),
    _row("xml-character", "error", "has a character that XML cannot hold", "Control characters have no place in XML.", "Remove the character from the document.", "tests/formats/test_xml_writer.py"),
    _row("xml-single", "error", "holds one document; there are {count}", "The document is the file's root element, of which there is one.", "Write one document a file.", "tests/formats/test_xml_writer.py"),
    _row("xml-twice", "error", "has {value} where another document of the file has {other}", "What stands outside of the documents is the same for all of them.", "Write these documents into files of their own.", "tests/formats/test_xml_writer.py"),
)  # fmt: skip

CODES: dict[str, Code] = {code.code: code for code in _ALL}
