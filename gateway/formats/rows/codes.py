"""Finding codes that all formats of rows share."""

from gateway.edi.finding import Code, Severity


def _row(code: str, severity: Severity, sentence: str, explanation: str, remedy: str) -> Code:
    return Code(code, severity, "syntax", sentence, explanation, remedy, case="tests/delimited/test_delimited_reader.py")


_ALL: tuple[Code, ...] = (
    _row("rows-none", "error", "is empty; expected {expected}", "A file without rows holds no document.", "Ask the partner to send the file again."),
    _row("column-missing", "error", "has no column {value}; it has {found}", "The mapping reads this column.", "Ask the partner for the agreed columns, or change the mapping."),
    _row("column-extra", "warning", "has a column {value} that is not agreed; it is not read", "Columns may be added; what they hold is not read.", "Add the column to the mapping if it matters."),
    _row("column-twice", "error", "has the column {value} twice", "Which of the two is meant cannot be known.", "Ask the partner to name each column once."),
    _row("row-nul", "error", "holds a NUL character", "A NUL is no text; the file was damaged or is no text file.", "Ask the partner to send the file again."),
    _row("row-encoding", "error", "is not {encoding} at byte {byte}", "Characters read in another encoding would be wrong.", "Ask the partner for the agreed encoding, or change the one that the agreement or mapping declares."),
    _row("row-character", "error", "holds {value}, which {encoding} does not have", "A character that is left out or replaced would be another value.", "Agree on an encoding that has it (utf-8), or change the value."),
    _row("row-mark", "info", "begins with a byte order mark", "Spreadsheets write one; it is left out.", "Nothing to do."),
    _row("row-line-ends", "info", "has line ends of several kinds", "Files put together from others have that; all are read as line ends.", "Nothing to do."),
    _row("row-too-long", "error", "is longer than {limit} bytes", "A row of this length is a mistake or an attack.", "Ask the partner to send rows of reasonable length."),
    _row("row-short-number", "error", "has {value} in column {column}: a spreadsheet wrote a long number in short and lost digits", "Item numbers and codes of many digits become 4.03E+12; what they were is lost.", "Ask the partner to format the column as text."),
    _row("row-key-empty", "error", "has no value in {column}, by which rows are put together", "Without it the row belongs to no document.", "Ask the partner to fill the column on every row."),
    _row("row-key-again", "error", "has rows of {value} again, apart from those before", "Rows of one document stand together; the earlier ones are already a document.", "Ask the partner to sort the file, or to send the document once."),
    _row("row-kind", "error", "begins with {value}, which is no kind of record; expected {expected}", "The kind says which columns the row has.", "Ask the partner for the agreed records, or name rows of no document in `ignore` of the mapping's `format`."),
    _row("row-start", "error", "stands before the first {expected} record", "Rows before the record that they belong to belong to nothing.", "Ask the partner to write each record behind the one that it belongs to; records of the whole file go into `ignore` of the mapping's `format`."),
    _row("row-differs", "error", "has {value} in column {column}, where the first row of the document has {first}", "What holds for the whole document must be the same on all of its rows.", "Ask the partner which value is meant."),
)  # fmt: skip

CODES: dict[str, Code] = {code.code: code for code in _ALL}
