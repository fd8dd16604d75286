"""Finding codes of spreadsheets."""

from gateway.edi.finding import Code, Severity


def _row(code: str, severity: Severity, sentence: str, explanation: str, remedy: str) -> Code:
    return Code(code, severity, "syntax", sentence, explanation, remedy, case="tests/excel/test_excel_reader.py")


_ALL: tuple[Code, ...] = (
    _row("sheet-extra", "error", "is a spreadsheet, and this installation cannot read them", "Spreadsheets are read by python-calamine, which is an extra of its own.", "Install it: pip install 'edi-gateway[excel]', then reprocess the file."),
    _row("sheet-unreadable", "error", "is no spreadsheet that can be read: {problem}", "Known are .xlsx, .xls, .xlsb and .ods; what a browser saved as .xls is often a page or a CSV.", "Ask the partner to save the file as an Excel workbook, or agree on CSV."),
    _row("sheet-protected", "error", "is protected by a password", "What is inside cannot be read.", "Ask the partner to send it without a password; encryption belongs to the channel."),
    _row("sheet-size", "error", "{problem}", "A file of this size, or one that grows so much when it is opened, is a mistake or an attack.", "Ask the partner for the rows that matter, or for CSV."),
    _row("sheet-missing", "error", "has no sheet {value}; it has {found}", "The mapping reads this sheet.", "Ask the partner for the agreed sheet, or change `format: sheet:`."),
    _row("sheet-unclear", "error", "has several sheets: {found}", "Which of them is meant is never guessed.", "Name it: `format: {{sheet: NAME}}`, or by number."),
    _row("sheet-header", "error", "has no row that names the columns; missing are {missing}", "The row of the columns' names was looked for in the first {limit} rows.", "Ask the partner for the agreed columns, or change the mapping."),
    _row("sheet-error", "error", "holds {value}, an error of a formula", "The value that was meant is not known.", "Ask the partner to mend the formula."),
    _row("sheet-uncomputed", "error", "holds a formula without its result", "Programs that write formulas and do not compute them leave the result to Excel; here it would be empty.", "Ask the partner to open and save the file in Excel, or to write values."),
    _row("sheet-hidden", "error", "is hidden", "Whether a hidden row is meant (a filter was left on) cannot be known.", "Ask the partner to show or delete the row; or say `hidden: read` or `hidden: skip` in the mapping's format."),
    _row("sheet-merged", "error", "is merged with the cell above it in column {column}", "A merged cell has one value; whether it holds for each of its rows cannot be known.", "Ask the partner not to merge cells; or name the column in `merged:` of the mapping's format, where the value holds for all its rows."),
    _row("sheet-zeros", "warning", "held the number {value} in column {column}, read as {read}: a spreadsheet had dropped zeros in front", "A number has no zeros in front; identifiers of a known length get them back.", "Ask the partner to format the column as text."),
    _row("sheet-digits", "error", "holds the number {value} in column {column}, of more digits than a spreadsheet keeps", "Spreadsheets keep 15 digits of a number and make the rest zeros.", "Ask the partner to format the column as text."),
    _row("sheet-date", "error", "holds the date {value} in column {column}, where none is expected", "Spreadsheets make dates of what looks like one, such as the item 3-1; what was typed is lost.", "Ask the partner to format the column as text."),
    _row("sheet-unwritten", "error", "cannot be written as a spreadsheet", "Spreadsheets are only read: a delimited file says the same, and every spreadsheet opens it.", "Agree on a delimited file (format: delimited)."),
)  # fmt: skip

CODES: dict[str, Code] = {code.code: code for code in _ALL}
