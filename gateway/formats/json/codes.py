"""Finding codes of JSON files."""

from gateway.edi.finding import Code, Severity


def _row(code: str, severity: Severity, sentence: str, explanation: str, remedy: str, case: str = "tests/formats/test_json_reader.py") -> Code:
    return Code(code, severity, "syntax", sentence, explanation, remedy, case=case)


_ALL: tuple[Code, ...] = (
    _row("json-malformed", "error", "is no JSON: {problem}", "What stands behind the mistake cannot be known.", "Ask the partner to send the file again, made by a program that writes JSON."),
    _row("json-encoding", "error", "is not {encoding} at byte {byte}", "Characters read in another encoding would be wrong.", "Ask the partner for UTF-8, or declare the encoding in the mapping's `format`."),
    _row("json-twice", "error", "has the member {value} twice", "Which of the two is meant cannot be known.", "Ask the partner to say each member once."),
    _row("json-number", "error", "has {value}, which is no number of reasonable size", "NaN and Infinity are no JSON, and no quantity has an exponent of more than {limit}.", "Ask the partner to send digits and one point."),
    _row("json-deep", "error", "nests deeper than {limit} levels", "A file of this depth is a mistake or an attack.", "Ask the partner for a file of reasonable depth."),
    _row("json-text", "error", "has half of a character in {value}", "Half of a surrogate pair is no character and cannot be stored.", "Ask the partner to send the whole character."),
    _row("json-no-document", "error", "holds no document at {expected}", "The file is JSON, and another document than agreed, or an empty list.", "Ask the partner what he sends, or change the mapping's `format`."),
    _row("json-too-large", "error", "is longer than {limit} bytes as one document", "A document of this size is a mistake or an attack.", "Ask the partner to send documents of reasonable size."),
    _row("json-not-a-number", "error", "has {value} where a number is to be written", "A number is digits and one point.", "Correct the value, or read it as a text in the mapping.", "tests/formats/test_json_writer.py"),
    _row("json-place-taken", "error", "has {value} where something else stands already", "Two rules write to the same member.", "Give each rule of the mapping a member of its own.", "tests/formats/test_json_writer.py"),
)  # fmt: skip

CODES: dict[str, Code] = {code.code: code for code in _ALL}
