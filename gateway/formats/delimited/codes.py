"""Finding codes of delimited files."""

from gateway.edi.finding import Code, Severity


def _row(code: str, severity: Severity, sentence: str, explanation: str, remedy: str) -> Code:
    return Code(code, severity, "syntax", sentence, explanation, remedy, case="tests/delimited/test_delimited_reader.py")


_ALL: tuple[Code, ...] = (
    _row("csv-delimiter", "error", "has one column only; expected {expected} columns separated by {delimiter}", "Most likely another delimiter than agreed.", "Ask the partner for the agreed delimiter, or change the dialect of the agreement."),
    _row("csv-cells", "error", "has {count} cells; expected {expected}", "A row that is shorter or longer than the header has shifted values.", "Ask the partner to mend the row; a delimiter inside a value needs quotes."),
    _row("csv-quote-open", "error", "has a quote in column {column} that is never closed", "Without the closing quote the end of the value is not known.", "Ask the partner to close the quote, and to double quotes inside values."),
    _row("csv-quote-behind", "error", "has {value} behind a closing quote in column {column}", "A quoted value ends at its quote.", "Ask the partner to double quotes inside values."),
    _row("csv-too-wide", "error", "has more than {limit} columns", "A row of this width is a mistake or an attack.", "Ask the partner for the agreed columns."),
    _row("csv-unquotable", "error", "is {value} in column {column}, which holds a delimiter or line end; the dialect has no quotes", "Without quotes the value would become two.", "Agree on quotes, or on another delimiter."),
    _row("csv-formula", "error", "is {value} in column {column}, which a spreadsheet would take for a formula", "The dialect says `formulas: refuse`: what begins with =, +, - or @ and is no number does not leave.", "Change the value, or say `formulas: keep` or `prefix`."),
)  # fmt: skip

CODES: dict[str, Code] = {code.code: code for code in _ALL}
