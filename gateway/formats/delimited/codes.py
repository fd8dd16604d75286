"""Finding codes of delimited files."""

from gateway.edi.finding import Code, Severity


def _row(code: str, severity: Severity, sentence: str, explanation: str, remedy: str) -> Code:
    return Code(code, severity, "syntax", sentence, explanation, remedy, case="tests/delimited/test_delimited_reader.py")


_ALL: tuple[Code, ...] = (
    _row("csv-empty", "error", "is empty; expected {expected}", "A file without rows holds no document.", "Ask the partner to send the file again."),
    _row("csv-header-missing", "error", "has no column {value}; it has {found}", "The mapping reads this column.", "Ask the partner for the agreed columns, or change the mapping."),
    _row("csv-header-extra", "warning", "has a column {value} that is not agreed; it is not read", "Columns may be added; what they hold is not read.", "Add the column to the mapping if it matters."),
    _row("csv-header-twice", "error", "has the column {value} twice", "Which of the two is meant cannot be known.", "Ask the partner to name each column once."),
    _row("csv-delimiter", "error", "has one column only; expected {expected} columns separated by {delimiter}", "Most likely another delimiter than agreed.", "Ask the partner for the agreed delimiter, or change the dialect of the agreement."),
    _row("csv-cells", "error", "has {count} cells; expected {expected}", "A row that is shorter or longer than the header has shifted values.", "Ask the partner to mend the row; a delimiter inside a value needs quotes."),
    _row("csv-quote-open", "error", "has a quote in column {column} that is never closed", "Without the closing quote the end of the value is not known.", "Ask the partner to close the quote, and to double quotes inside values."),
    _row("csv-quote-behind", "error", "has {value} behind a closing quote in column {column}", "A quoted value ends at its quote.", "Ask the partner to double quotes inside values."),
    _row("csv-nul", "error", "holds a NUL character", "A NUL is no text; the file was damaged or is no text file.", "Ask the partner to send the file again."),
    _row("csv-encoding", "error", "is not {encoding} at byte {byte}", "Characters read in another encoding would be wrong.", "Ask the partner for the agreed encoding, or change the dialect of the agreement."),
    _row("csv-mark", "info", "begins with a byte order mark", "Spreadsheets write one; it is left out.", "Nothing to do."),
    _row("csv-line-ends", "info", "has line ends of several kinds", "Files put together from others have that; all are read as line ends.", "Nothing to do."),
    _row("csv-too-long", "error", "is longer than {limit} bytes", "A row of this length is a mistake or an attack.", "Ask the partner to send rows of reasonable length."),
    _row("csv-too-wide", "error", "has more than {limit} columns", "A row of this width is a mistake or an attack.", "Ask the partner for the agreed columns."),
    _row("csv-spreadsheet-number", "error", "has {value} in column {column}: a spreadsheet wrote a long number in short and lost digits", "Item numbers and codes of many digits become 4.03E+12; what they were is lost.", "Ask the partner to format the column as text."),
    _row("csv-key-empty", "error", "has no value in {column}, by which rows are put together", "Without it the row belongs to no document.", "Ask the partner to fill the column on every row."),
    _row("csv-key-again", "error", "has rows of {value} again, apart from those before", "Rows of one document stand together; the earlier ones are already a document.", "Ask the partner to sort the file, or to send the document once."),
    _row("csv-record", "error", "begins with {value}, which is no kind of record; expected {expected}", "The kind says which columns the row has.", "Ask the partner for the agreed records."),
    _row("csv-start", "error", "stands before the first {expected} record", "Rows before the first header record belong to no document.", "Ask the partner to begin each document with its header record."),
    _row("csv-header-differs", "error", "has {value} in column {column}, where the first row of the document has {first}", "What holds for the whole document must be the same on all of its rows.", "Ask the partner which value is meant."),
)  # fmt: skip

CODES: dict[str, Code] = {code.code: code for code in _ALL}
