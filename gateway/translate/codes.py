"""Finding codes of the translation: mappings as written, and values that do not map."""

from gateway.edi.finding import Code, Severity


def _mapping(code: str, sentence: str, explanation: str, remedy: str) -> Code:
    return Code(code, "error", "business", sentence, explanation, remedy, case="tests/translate/test_mapping_lint.py")


def _value(code: str, severity: Severity, sentence: str, explanation: str, remedy: str) -> Code:
    return Code(code, severity, "business", sentence, explanation, remedy, case="tests/translate/test_conversions.py")


def _figure(code: str, sentence: str, explanation: str, remedy: str) -> Code:
    return Code(code, "warning", "business", sentence, explanation, remedy, case="tests/translate/test_checks.py")


def _written(code: str, severity: Severity, sentence: str, explanation: str, remedy: str) -> Code:
    return Code(code, severity, "business", sentence, explanation, remedy, case="tests/writing/test_writing_faults.py")


def _numbered(code: str, sentence: str, explanation: str, remedy: str) -> Code:
    return Code(code, "error", "business", sentence, explanation, remedy, case="tests/writing/test_sscc.py")


_ALL: tuple[Code, ...] = (
    # ---- mappings as written
    _mapping("mapping-missing", "{value} is no mapping of this library{hint}", "Terms or a file name a mapping that is not there.", "Correct the name, or add the file under mappings/."),
    _mapping("mapping-form", "{value} is not written as expected; expected {expected}", "The YAML has another shape than the mapping language.", "Write it as shown; in braces, quote what holds commas, brackets or braces."),
    _mapping("mapping-key-unknown", "{value} is no key of {what}{hint}", "A misspelt key would be ignored.", "Correct the key."),
    _mapping("mapping-syntax", "{value} {problem}", "The text of a rule cannot be read.", "Correct the rule; `path | conversion | conversion(arguments)`."),
    _mapping("mapping-path", "{value} is no path: it {problem}", "A path names segment and element, as BEG.03 or REF[01=DP].02.", "Correct the path."),
    _mapping("mapping-condition", "{value} is no condition: it {problem}", "A condition compares a path or a $field: `BEG.01 = 00 and $kind present`.", "Correct the condition."),
    _mapping("mapping-segment-unknown", "{value} has no segment or loop {segment} in {where}{hint}", "The guide does not have it there, so the rule could never find anything.", "Name a segment of this loop, or go down by LOOP/SEGMENT."),
    _mapping("mapping-element-unknown", "{value} names element {element}; {segment} has {count}{hint}", "The guide's segment has fewer elements.", "Correct the number of the element."),
    _mapping("mapping-component-unknown", "{value} names component {component}; {segment}{element:02d} has {count}", "The element is not composite, or has fewer components.", "Correct the number of the component."),
    _mapping("mapping-no-element", "{value} names no element", "A value stands in an element.", "Add the element, as in BEG.03."),
    _mapping("mapping-no-group", "{value} stands in no group", "`.1` is an element of a group that `for_each: SDQ.03-22 by 2` makes.", "Use the path of the segment."),
    _mapping("mapping-loop-unknown", "{value} names no enclosing loop {loop}", "`^LOOP` looks at the loops around the rule.", "Name a loop that the rule stands in."),
    _mapping("mapping-conversion-unknown", "{value} is no conversion{hint}", "The table of conversions is closed.", "Use one of those in docs/reference/conversions.md."),
    _mapping("mapping-arguments", "{value} has other arguments than expected; expected {expected}", "The conversion cannot work with these.", "Write the arguments as expected."),
    _mapping("mapping-conversion-unfit", "{value} does not fit {path}, which is {kind}; {hint}", "The conversion would refuse or misread what the element holds.", "Use the conversion of the element's type."),
    _mapping("table-missing", "{value} is no code table of this library", "A profile names a table of the partner's own that is not there.", "Correct the name, or add the file under mappings/tables/."),
    _mapping("mapping-table-unknown", "{value} is no code table{hint}", "The table stands neither in the mapping, the profile nor in mappings/tables.", "Correct the name, or add the table."),
    _mapping("mapping-field-unknown", "{value} is no field of {document}{hint}", "The document has no place for it.", "Use a field of the document's schema, or `extensions`."),
    _mapping("mapping-document-unknown", "{value} is no type of document{hint}", "The documents are purchase_order, ship_notice and the others of the schema.", "Correct the name."),
    _mapping("mapping-reference-unknown", "${value} is no field of this scope{hint}", "`$field` looks at a field of the same item.", "Correct the name."),
    _mapping("mapping-reference-circle", "{value} is computed from itself", "Fields that look at each other have no order.", "Break the circle."),
    _mapping("mapping-rest-alone", "{value} stands outside of a `for_each`", "`[rest]` is what no other rule of the scope names.", "Use it as `for_each: REF[rest]`."),
    _value("document-other", "error", "is a {value}; agreed is {agreed}", "A canonical document says itself what it is.", "Ask who sends it for the agreed document, or agree on this one too."),
    Code("mapping-schema-broken", "error", "business", "{value} cannot be used: {problem}", "The schema or sample that `format:` names stands in mappings/ of the library, with all that it includes.", "Put the file there, or correct the name.", case="tests/translate/test_path_mappings.py"),
    Code("mapping-path-unknown", "error", "business", "{value} names {name}, which {where} does not declare{hint}", "A path that the schema does not know finds nothing.", "Correct the name.", case="tests/translate/test_path_mappings.py"),
    Code("mapping-field-none", "warning", "business", "fills no {value}, which {around} cannot do without", "Every document that the rules make would be refused for it.", "Add a rule for it, such as `ordinal: ordinal()` for lines or a `const(...)`.", case="tests/translate/test_path_mappings.py"),
    Code("mapping-field-type", "warning", "business", "{value} takes {wanted}; the rule gives another type", "Every document with a value there would be refused.", "Add the conversion: `| decimal`, `| date`, `| integer`.", case="tests/translate/test_path_mappings.py"),
    Code("mapping-path-unseen", "warning", "business", "{value} names {name}, which {where} does not have{hint}", "The sample may lack what is optional; most often the name is misspelled.", "Correct the name, or add it to the sample.", case="tests/translate/test_path_mappings.py"),
    _mapping("mapping-column-unknown", "{value} is no column{hint}", "The columns are those that `format: columns:` declares.", "Correct the name, or declare the column."),
    _mapping("mapping-guide-unknown", "{value} cannot be read as a guide: {problem}", "Paths are held against the guide.", "Correct the name of the guide."),
    _mapping("mapping-thread-unknown", "{value} leads to nothing in the document answered{hint}", "`@order.line.items` names a document that may be answered and a field of it.", "Name order, change, acknowledgment, notice, invoice or warehouse_order, then a field of its schema."),
    _mapping("mapping-split-unknown", "{value} is no path of lists of this mapping", "`split_by` goes through lists down to one field.", "Name fields that the mapping fills."),
    _mapping("table-two-writes", "{value} is written by two rows, {first} and {second}", "Writing needs one code for one meaning.", "Mark all rows but one `use: read`."),
    _mapping("table-row", "{value} is not a row of a code table; expected {expected}", "A row says from, to and, where wanted, use, since and until.", "Correct the row."),
    _mapping("mapping-broken", "is a mapping with mistakes and cannot be used: {problem}", "Documents are not made by half a mapping.", "Run `gateway partner check`, mend the mapping and reprocess."),
    # ---- values
    _value("value-required", "error", "is missing; the mapping requires it for {field}", "The document cannot go on without this value.", "Ask the partner for it, or give the mapping a default."),
    _value("value-ambiguous", "error", "is found more than once with different values; {field} takes one", "Taking the first would guess.", "Filter by a qualifier, or say first, last or join in the mapping."),
    _value("date-invalid", "error", "has {value}, which is not a date; expected {expected}", "A date that cannot be read is never guessed.", "Ask the partner to send the date as agreed."),
    _value("time-invalid", "error", "has {value}, which is not a time; expected {expected}", "A time that cannot be read is never guessed.", "Ask the partner to send the time as agreed."),
    _value("zone-unknown", "error", "has {value}, which is no time zone; expected {expected}", "Without the zone the time has no meaning.", "Ask the partner to send a code of element 623."),
    _value("decimal-invalid", "error", "has {value}, which is not a decimal; expected {expected}", "A number that cannot be read is never guessed.", "Ask the partner to send digits and one point."),
    _value("integer-invalid", "error", "has {value}, which is not a whole number; expected {expected}", "A number that cannot be read is never guessed.", "Ask the partner to send digits only."),
    _value("implied-point-sent", "info", "has {value} with a point, where the last {digits} digits are decimals by themselves", "Some senders write the point that the element type leaves out; the number is read as written.", "Nothing to do; tell the partner when it suits."),
    _value("code-without-meaning", "error", "has {value}, which is no code of table {table}{hint}", "A code without meaning here would reach our systems unexplained.", "Add a row to the partner's `code_tables`, then reprocess."),
    _value("code-passed", "warning", "has {value}, which is no code of table {table}; it goes on as it is", "The table lets unknown codes pass.", "Add a row to the table if the code means something."),
    _value("code-defaulted", "warning", "has {value}, which is no code of table {table}; {default} is taken", "The table has a default for unknown codes.", "Add a row to the table if the code means something."),
    _value("gtin-invalid", "error", "has {value}, which is no GTIN; expected {expected}", "A trade item number has a fixed length and a check digit.", "Ask the partner for the right number."),
    _value("sscc-invalid", "warning", "has {value}, which is no SSCC; expected {expected}", "A serial shipping container code has 18 digits; the number is kept as the unit's identifier.", "Ask the partner for the right number, where an SSCC is agreed."),
    _value("sscc-check-digit", "warning", "has {value}, whose check digit is wrong for an SSCC; expected it to end in {expected}", "A wrong check digit means a wrong digit somewhere; the number is kept as the unit's identifier, and no SSCC is told.", "Ask the partner for the right number."),
    _value("check-digit-wrong", "error", "has {value}, whose check digit is wrong for a {kind}; expected it to end in {expected}", "A wrong check digit means a wrong digit somewhere.", "Ask the partner for the right number."),
    _value("country-unknown", "error", "has {value}, which is no country; expected {expected}", "Countries are those of ISO 3166.", "Ask the partner to send the ISO code."),
    _value("flag-unknown", "error", "has {value}; expected {expected}", "The element says yes or no.", "Ask the partner to send one of the two."),
    _value("text-too-long", "error", "has {value}, which is too long; expected {expected}", "The text would be cut.", "Shorten the value."),
    _value("text-holds-mark", "error", "has {value}; expected {expected}", "The mark would split the value.", "Choose another mark."),
    _value("pair-incomplete", "warning", "has the qualifier {value} without a value", "A qualifier alone identifies nothing; the pair is left out.", "Ask the partner to leave both out."),
    _value("pair-unqualified", "warning", "has {value} without a qualifier", "Without its qualifier the value's meaning is not known; the pair is left out.", "Ask the partner to send the qualifier."),
    _value("thread-absent", "warning", "is read from the document answered, which is not known here", "The rule looks at the thread.", "Nothing to do if there is none."),
    _value("thread-line-ambiguous", "warning", "is read from the line answered, and {count} lines of that document are answered alike", "A line answers by its number, else by its items, quantity and price.", "Look at the lines; ask the partner for line numbers."),
    _value("hierarchy-parent", "warning", "names the parent {value}, which is no level before it; the order of appearance is taken", "HL02 names the HL01 of the level above.", "Ask the partner to number levels as they nest."),
    _value("hierarchy-duplicate", "warning", "has the number {value} that another level has too; the nearest before it is taken as parent", "HL01 tells levels apart.", "Ask the partner to number levels once."),
    _value("hierarchy-level", "warning", "has the level code {value}, which the mapping does not have; what stands below it is kept", "A level that no rule reads.", "Add the level to the mapping's `hierarchy`."),
    _value("hierarchy-refused", "error", "lacks the level {value} above it, and the agreement does not take that", "`loose: refuse` wants every level.", "Ask the partner to send the level, or agree on `loose: skip_level`."),
    _value("split-unassigned", "warning", "has {value} lines that belong to no part of the document", "A set is split by a value that these lines lack; they go to the first part.", "Look at the lines; ask the partner where they belong."),
    # ---- figures that do not agree (checks.py)
    _figure("total-differs", "is {value}, where {arithmetic} come to {come}; the difference is {difference}", "The total is held against the formula that the agreement's fact `invoice_total` names, else the mapping, else lines + charges + line_charges + taxes.", "Ask the partner which figure is right, or name the formula he uses in the agreement."),
    _figure("total-formula", "is {value} and cannot be checked: {formula!r} is no formula", "The agreement's fact `invoice_total` adds lines, charges, line_charges, taxes, discount, prepaid and rounding with plus and minus.", "Correct the fact, as in `lines + charges + taxes`."),
    _figure("total-negative", "is {value}, below nothing, in a document of kind {kind}", "What is owed to us is agreed as a credit, with a kind that says so; then its amounts read positive.", "Agree on a code of BIG07 for credits; look at the document before it is posted."),
    _figure("schedules-differ", "is {value}, where the {count} parts by place or date come to {total}", "The parts of a line add up to the line.", "Ask the partner which figure is right."),
    _figure("statuses-exceed", "is {value}, where what is said of its parts comes to {total}", "The parts of a line never come to more than the line.", "Ask the partner what is meant."),
    _figure("contents-differ", "is {value}, where its {count} contents rows come to {total}", "What is in the packages of a line adds up to what is shipped of it.", "Ask the partner which figure is right."),
    _figure("remittance-differs", "is {value}, where the {count} items paid, with adjustments, come to {total}", "The payment is the sum of what is paid of each item.", "Ask the partner which items the rest is for."),
    _figure("units-differ", "is {value}, where the {count} lines come to {total}", "The total of units is the sum of the lines.", "Ask the partner which figure is right."),
    # ---- writing
    _written("write-no-place", "error", "has no place in the set that the mapping writes", "Nothing is dropped in silence: a value that no rule can put is told.", "Leave the value out, or add a rule or a `write:` to the mapping."),
    _written("write-no-room", "error", "is more than the {room} that the segment has room for", "Elements of a segment are few.", "Leave out what the partner does not need, or use another segment."),
    _written("write-differs", "error", "is {value}; written and read again it is {found}", "What is sent must say what the document says, never something near it.", "Correct the value, or the rule that writes it."),
    _written("write-absent", "error", "is {value}; written and read again it is not there", "What is sent must say all that the document says.", "Leave the value out, or add a rule or a `write:` to the mapping."),
    _written("write-left", "warning", "is {value}, which no rule read and which has no certain place in the set written", "What was not read goes back only where its place is certain.", "Add a rule for it where the partner needs it."),
    _written("write-delimiter", "error", "holds {mark}, which delimits the interchange", "The partner would read two elements in place of one.", "Correct the value, or agree on other delimiters."),
    _written("write-thread-absent", "error", "is taken from the document answered, {value}, which is not known here", "The partner wants values of his own document back; without it they would be missing.", "Give the document that is answered (`--order`), or leave the echo out of the mapping."),
    _written("write-line-ambiguous", "error", "answers {value} lines of the order alike", "Which line's values to echo would be a guess.", "Give the line the number of the line that it answers."),
    _written("write-line-absent", "warning", "answers no line of the order that is known; nothing is echoed for it", "A line is found by its number, else by its items.", "Look at the line; correct its number or its items."),
    Code("documents-unlike", "error", "business", "is said differently by {count} documents that belong into one set", "Documents are one set by the mapping's `split_by` or `merge_by`; what they share is written once.", "Correct the documents, or send them apart.", case="tests/writing/test_several_documents.py"),
    _numbered("sscc-twice", "is {value}, which {first} has too", "A serial shipping container code names one package for a year.", "Give each package its own number."),
    _numbered("sscc-serials-out", "wants a number, and no serial is left", "The agreement has us give SSCCs; each takes a serial from those reserved.", "Hand in as many serials as there are units without a number (`--serial`)."),
    _numbered("sscc-unfit", "cannot be made of the company prefix {value}: {problem}", "An SSCC is an extension digit, our GS1 company prefix, a serial and a check digit: 18 digits.", "Correct `company_prefix` in us.yaml, or begin with a free serial."),
    _written("write-replaced", "warning", "is {value}; sent as {sent}, because the mapping replaces what delimits the interchange", "`replace:` of the mapping says what is sent for characters that would part values.", "Nothing to do; agree on other delimiters where the character matters."),
    _written("write-unit-twice", "error", "stands in two places of the nesting that is wanted, first in {where}", "A carton has one place: its number may not be sent twice.", "Pack the orders apart, or agree on a nesting with packages above orders."),
    _written("write-unfit", "error", "would make a set that the guide refuses: {problem}", "What is sent is held against the partner's guide before it leaves.", "Correct the value, or add what is missing to the document."),
    _written("write-misread", "error", "would make a file that cannot be read: {problem}", "What is sent is read again before it leaves.", "Correct the value, or the mapping's `format`."),
    _written("write-count", "error", "holds {written} documents; read again it holds {read}", "A document that is not found again would be lost.", "Look at the path of documents, and at what tells them apart, in the mapping's `format`."),
    _written("write-unreadable", "error", "would not be read by the mapping that writes it: {problem}", "What is sent is read again before it leaves.", "Correct the value, or the rule that writes it."),
    # ---- the document
    _value("document-invalid", "error", "is not what the document takes: {problem}", "The document's schema refuses the value.", "Mend the mapping, or ask the partner for a right value."),
    _value("guide-none", "error", "is a set for which there is no guide and mapping", "Without them the set cannot be read.", "Add an agreement with a mapping for this set."),
)

CODES: dict[str, Code] = {code.code: code for code in _ALL}
