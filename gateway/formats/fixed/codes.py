"""Finding codes of fixed-width files."""

from gateway.edi.finding import Code, Severity


def _row(code: str, severity: Severity, sentence: str, explanation: str, remedy: str) -> Code:
    return Code(code, severity, "syntax", sentence, explanation, remedy, case="tests/fixed/test_fixed_reader.py")


_ALL: tuple[Code, ...] = (
    _row("fixed-short", "error", "ends at {length}; expected {width} characters: {column} is cut or missing", "A record that is shorter than agreed has lost values, or has shifted them.", "Ask the partner for whole records; where blanks at the end may be left out, say `trimmed: yes`."),
    _row("fixed-long", "error", "has {value} behind its last column, which ends at {width}", "A record that is longer than agreed holds what nobody reads, or has shifted values.", "Ask the partner for the agreed records, or declare the columns."),
    _row("fixed-room", "error", "is {value}, which has {length} characters; column {column} has room for {width}", "A value is never cut: what is left would be another value.", "Shorten the value, or agree on a wider column."),
    _row("fixed-control", "error", "holds a tab or another control character, {value}", "Columns behind it would stand elsewhere than they seem to.", "Ask the partner to write blanks, not tabs."),
)  # fmt: skip

CODES: dict[str, Code] = {code.code: code for code in _ALL}
