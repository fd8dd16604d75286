"""Finding codes of X12: what is wrong, why it matters, what to do, and which acknowledgment code it becomes.

The severities here are the published defaults (AGREEMENTS: severities); an agreement may change any of them.
TA1 codes are element I18, AK9 codes element 716, AK5 718, AK3 720 and AK4 723.
"""

from gateway.edi.finding import AckCode, Code, Layer, Severity

_PLACES = {"TA1": "TA105", "AK9": "AK905", "AK5": "AK502", "AK3": "AK304", "AK4": "AK403"}
_ABOVE = {"AK3": (AckCode("AK5", "AK502", "5"),), "AK4": (AckCode("AK3", "AK304", "8"), AckCode("AK5", "AK502", "5"))}
"""What a finding in a segment or an element also becomes further up."""
_ENVELOPE, _CONTENT = "tests/x12/test_faults_envelope.py", "tests/x12/test_faults_content.py"
_PARTNER, _BOUNDS = "tests/x12/test_partner_rules.py", "tests/x12/test_engine_bounds.py"
_RESEND = "Send the interchange again, mended, under a new control number."


def _code(  # one row of the table below, in reading order
    code: str, severity: Severity, ack: str, sentence: str, explanation: str, remedy: str, case: str = "", layer: Layer = "syntax"
) -> Code:
    segment, _, number = ack.partition(" ")
    places = (AckCode(segment, _PLACES[segment], number), *_ABOVE.get(segment, ())) if segment else ()
    return Code(code, severity, layer, sentence, explanation, remedy, places, case)


_TABLE = (
    # the file
    _code("not-x12", "error", "", "is not an X12 interchange: it begins with {value}{hint}", "No ISA segment was found where the file begins.", "Send X12 beginning with ISA, or ask us which format is agreed for this channel.", _ENVELOPE),
    _code("empty-file", "error", "", "is empty", "A file without bytes holds no interchange.", "Send the file again.", _ENVELOPE),
    _code("text-outside-interchange", "warning", "", "stands outside any interchange: {value}", "Text before ISA or after IEA belongs to nothing and is not read.", "Leave the text out.", _ENVELOPE),
    _code("segment-outside-interchange", "error", "", "stands outside any interchange: {value}", "Segments without an ISA cannot be answered or routed; something was lost in front of them.", _RESEND, _ENVELOPE),
    # the interchange: ISA and IEA
    _code("isa-incomplete", "error", "TA1 022", "has {count} of 16 elements", "An ISA has exactly 16 elements, by which all delimiters are found.", _RESEND, _ENVELOPE),
    _code("isa-width", "error", "TA1 024", "is {actual} characters long; expected {expected}, filled with blanks", "ISA is of fixed width; a shorter or longer element makes position-based readers pick wrong delimiters.", "Pad each ISA element to its width and send the interchange again.", _ENVELOPE),
    _code("isa-terminator", "error", "TA1 004", "has {value} where the segment terminator stands", "The segment terminator follows ISA16 and may not be a letter, a digit or a blank.", _RESEND, _ENVELOPE),
    _code("isa-component-separator", "error", "TA1 027", "has {value} as component separator", "The component separator may not be a letter, a digit, a blank or another delimiter.", _RESEND, _ENVELOPE),
    _code("isa-repetition-separator", "warning", "", "has {value} as repetition separator, which is not read as one", "Up to 00401 ISA11 is a standards identifier; U in later versions is a left-over, not a separator.", "Declare a separator that is no letter, or keep U.", _ENVELOPE),
    _code("isa-value", "error", "TA1 024", "{value} is not valid for {name}", "The interchange envelope must be understood before anything in it is.", "Correct the element and send the interchange again.", _ENVELOPE),
    _code("isa-value-noted", "warning", "TA1 024", "{value} is not valid for {name}", "The interchange can be processed; identities and dates of the envelope should still be right.", "Correct the element.", _ENVELOPE),
    _code("isa-character", "error", "TA1 024", "has a character that no envelope may hold", "Envelope elements are printable text.", "Correct the element and send the interchange again.", _ENVELOPE),
    _code("interchange-control-number", "error", "TA1 001", "has control number {value}, but its ISA says '{expected}'", "ISA13 and IEA02 must be equal; otherwise a part of an interchange may be missing.", _RESEND, _ENVELOPE),
    _code("group-count", "error", "TA1 021", "says {value} functional groups; {actual} were received", "IEA01 counts the functional groups.", "Send the whole interchange again, or correct the count.", _ENVELOPE),
    _code("iea-missing", "error", "TA1 023", "ends without IEA", "The trailer proves that the interchange is whole; without it nothing of it is processed.", "Send the whole interchange again.", _ENVELOPE),
    _code("structure", "error", "TA1 022", "{value} appears {where}", "Envelopes nest as ISA, GS, ST, SE, GE, IEA.", _RESEND, _ENVELOPE),
    _code("duplicate-interchange", "warning", "", "repeats control number {value} of an earlier interchange of this file", "Two interchanges of one sender carry one number.", "Give each interchange its own number.", _ENVELOPE),
    _code("control-number-form", "warning", "", "{value} equals '{expected}' only as a number", "Trailer and header should repeat the control number character by character.", "Write both alike.", _ENVELOPE),
    _code("missing-terminator", "warning", "", "ends the file without a segment terminator", "The last segment was read; nothing is lost.", "End every segment with the terminator.", _ENVELOPE),
    _code("empty-segment", "warning", "", "is an empty segment (doubled terminator)", "Empty segments are skipped and not counted.", "Write one terminator after each segment.", _ENVELOPE),
    _code("wrapped-lines", "info", "", "is cut into lines inside segments; line breaks were dropped", "The file was wrapped at a fixed width, as old mail and record systems do.", "Nothing; turn wrapping off if you can.", _ENVELOPE),
    _code("byte-order-mark", "info", "", "begins with a byte-order mark", "The mark was skipped.", "Nothing; save without a mark if you can.", _ENVELOPE),
    _code("segment-too-long", "error", "TA1 024", "is longer than {limit} characters", "No segment of a business document is that long; the terminator is probably wrong.", "Check the terminator, or ask us to raise the limit.", _BOUNDS),
    # the functional group: GS and GE
    _code("group-control-number", "error", "AK9 4", "has control number {value}, but its GS says '{expected}'", "GS06 and GE02 must be equal.", "Send the group again with equal numbers.", _ENVELOPE),
    _code("set-count", "error", "AK9 5", "says {value} transaction sets; {actual} were received", "GE01 counts the transaction sets.", "Send the whole group again, or correct the count.", _ENVELOPE),
    _code("ge-missing", "error", "AK9 3", "ends without GE", "The trailer proves that the group is whole.", "Send the whole group again.", _ENVELOPE),
    _code("gs-incomplete", "error", "AK9 6", "has {count} elements; expected 8", "GS has exactly 8 elements.", "Correct the group and send it again.", _ENVELOPE),
    _code("gs-value", "error", "AK9 6", "{value} is not valid for {name}", "The group's header must be understood before its sets are.", "Correct the element and send the group again.", _ENVELOPE),
    _code("functional-id-unknown", "error", "AK9 1", "{value} is not a functional group that we know", "GS01 says which sets a group holds.", "Correct GS01, or ask us to add the document type.", _ENVELOPE),
    _code("version-unknown", "error", "AK9 2", "{value} is not a version that we have a guide for", "GS08 picks the guide that a set is held against.", "Send an agreed version, or ask us to add this one.", _ENVELOPE),
    _code("version-nearest", "info", "", "{value} has no guide of its own; held against {guide}", "The nearest guide was used.", "Nothing, if no other finding surprises you.", _ENVELOPE),
    _code("duplicate-group", "error", "AK9 19", "repeats group control number {value} of this interchange", "Group numbers are distinct within an interchange for one GS01.", "Give each group its own number.", _ENVELOPE),
    _code("segment-outside-set", "error", "TA1 024", "{value} stands outside any transaction set", "Between GS and GE only transaction sets may stand.", _RESEND, _ENVELOPE),
    # the transaction set: ST and SE
    _code("set-unknown", "error", "AK5 1", "transaction set {value} is not one that we know in {version}", "There is no guide for this set and version.", "Check ST01 and GS08, or ask us to add the set.", _ENVELOPE),
    _code("set-not-in-group", "error", "AK5 1", "transaction set {value} does not belong in a group of type '{group}'", "GS01 says which sets a group holds.", "Correct GS01 and send the set again.", _ENVELOPE),
    _code("se-missing", "error", "AK5 2", "ends without SE", "The trailer proves that the set is whole.", "Send the set again.", _ENVELOPE),
    _code("set-control-number", "error", "AK5 3", "has control number {value}, but its ST says '{expected}'", "ST02 and SE02 must be equal.", "Send the set again with equal numbers.", _ENVELOPE),
    _code("segment-count", "error", "AK5 4", "says {value} segments; {actual} were received, ST and SE included", "SE01 counts the segments from ST to SE.", "Send the whole set again, or correct the count.", _ENVELOPE),
    _code("set-id-missing", "error", "AK5 6", "{value} is not a transaction set identifier", "ST01 is three digits.", "Correct ST01 and send the set again.", _ENVELOPE),
    _code("set-control-number-invalid", "error", "AK5 7", "{value} is not a transaction set control number", "ST02 is 4 to 9 characters.", "Give the set a control number and send it again.", _ENVELOPE),
    _code("duplicate-set", "error", "AK5 23", "repeats set control number {value} of this group", "ST02 is unique within its group.", "Give each set its own number.", _ENVELOPE),
    _code("delimiter-in-value", "error", "", "has {value} in a value, which is one of the delimiters asked for", "A value is never altered to fit delimiters.", "Choose other delimiters.", "tests/x12/test_rewriting.py"),
    _code("envelope-differs", "error", "", "says {value}; the first file says '{expected}'", "One interchange is from one sender to one receiver, of one version and usage.", "Join only files between the same two.", "tests/x12/test_rewriting.py"),
    _code("envelope-unwritable", "error", "", "{value} cannot be written as {name}; expected {expected}", "What the agreement says does not fit the envelope.", "Correct the profile's envelope or identities.", "tests/writing/test_envelope.py"),
    # segments
    _code("segment-unknown", "error", "AK3 1", "{value} is not a segment of {version}", "No segment of this version has that name.", "Remove the segment or correct its name.", _CONTENT),
    _code("segment-not-in-set", "error", "AK3 6", "{value} is not a segment of set {set}", "The standard defines the segment, but not in this set.", "Remove the segment.", _CONTENT),
    _code("segment-not-here", "error", "AK3 7", "{value} may not stand here", "The set holds this segment at another place.", "Move the segment; expected here: {expected}.", _CONTENT),
    _code("segment-forbidden", "error", "AK3 2", "{value} is not used by this partner", "The partner's guide forbids the segment.", "Remove the segment.", _PARTNER, "guide"),
    _code("segment-missing", "error", "AK3 3", "{value} is missing", "The segment is mandatory here.", "Add the segment before this place.", _CONTENT),
    _code("loop-too-often", "error", "AK3 4", "loop {value} appears {actual} times; at most {limit}", "The loop has a greatest number of occurrences.", "Split the document.", _CONTENT),
    _code("segment-too-often", "error", "AK3 5", "{value} appears {actual} times here; at most {limit}", "The segment has a greatest number of occurrences at its place.", "Remove what is too many.", _CONTENT),
    _code("qualifier-missing", "error", "AK3 3", "{value} is in no {place} of this set", "The partner's guide needs a segment with this code.", "Add the segment with this code.", _PARTNER, "guide"),
    # elements
    _code("element-missing", "error", "AK4 1", "is missing", "The element is mandatory.", "Fill it in.", _CONTENT),
    _code("element-needed", "error", "AK4 2", "is missing: {rule}", "A relation between elements of this segment asks for it.", "Fill it in, or leave the others out.", _CONTENT),
    _code("qualifier-alone", "warning", "AK4 2", "is missing: '{qualifier}' qualifies nothing", "Programs that fill in qualifiers of item numbers whatever they have leave some without a number; nothing is lost.", "Leave the qualifier out where there is no number.", _CONTENT),
    _code("century-alone", "warning", "AK4 2", "has {value}, the century that stood here before 004010", "Until 003072 a date had six digits and DTM05 its century; maps that were carried on still send it, and the date has it already.", "Leave it out.", _CONTENT),
    _code("elements-exclude", "error", "AK4 10", "may not stand here: {rule}", "A relation between elements of this segment forbids both.", "Send one of them only.", _CONTENT),
    _code("too-many-elements", "error", "AK4 3", "is one element too many; {segment} ends with element {limit}", "The segment has fewer elements in this version.", "Leave it out.", _CONTENT),
    _code("too-many-components", "error", "AK4 13", "has {actual} components; at most {limit}", "A component separator inside text splits it.", "Leave the extra components out, or choose another separator.", _CONTENT),
    _code("too-many-repetitions", "error", "AK4 12", "repeats {actual} times; at most {limit}", "A repetition separator inside text splits it.", "Leave the extra repetitions out, or choose another separator.", _CONTENT),
    _code("too-short", "error", "AK4 4", "{value} is {actual} long; at least {limit}", "The element has a smallest length.", "Send the full value.", _CONTENT),
    _code("too-long", "error", "AK4 5", "{value} is {actual} long; at most {limit}", "The element has a greatest length.", "Shorten the value.", _CONTENT),
    _code("bad-character", "error", "AK4 6", "{value} is not {expected}", "The element's type allows other characters.", "Correct the value.", _CONTENT),
    _code("control-character", "warning", "AK4 6", "{value} has a control character", "Line breaks and tabs are no text.", "Remove the character.", _CONTENT),
    _code("explicit-point", "warning", "AK4 6", "{value} has a decimal point; its {places} decimals are implied", "The point is read as what it says, never divided a second time.", "Leave the point out: 1234 is 12.34.", _CONTENT),
    _code("code-unknown", "warning", "AK4 7", "{value} is not a known code{hint}", "The value is not in our code list for this element; lists grow, so it is only noted.", "Check the value; if it is right, ask us to add it.", _CONTENT),
    _code("code-refused", "error", "AK4 7", "{value} is not a code that this partner uses; expected {expected}", "The partner's guide closes the list.", "Send one of the agreed codes.", _PARTNER, "guide"),
    _code("bad-date", "error", "AK4 8", "{value} is not a date", "Dates are CCYYMMDD (YYMMDD in old versions) and must exist; a period (RD8) is two of them with a hyphen between.", "Correct the date.", _CONTENT),
    _code("bad-time", "error", "AK4 9", "{value} is not a time", "Times are HHMM, HHMMSS or with hundredths, up to 2359.", "Correct the time.", _CONTENT),
    _code("trailing-separators", "warning", "AK4 3", "ends with separators of empty elements", "Trailing empty elements are left out in X12; nothing is lost.", "Leave them out.", _CONTENT),
    _code("padding", "warning", "", "{value} is padded with blanks", "Blanks at the end of a value are left out in X12; they are not counted.", "Leave them out.", _ENVELOPE),
    _code("charset", "info", "", "has characters outside ASCII, read as {charset}", "High bytes are read by the agreement's charset.", "Agree on a charset.", _CONTENT),
    # what a set says about itself
    _code("line-count", "warning", "", "CTT01 says {value}; {actual} {what} were received", "CTT01 counts the lines (HL segments in a ship notice).", "Correct the count.", _CONTENT, "business"),
    _code("hash-total", "warning", "", "CTT02 says {value}; the quantities add up to {actual}", "CTT02 is the sum of the line quantities.", "Correct the total.", _CONTENT, "business"),
    _code("schedule-sum", "warning", "", "SDQ quantities add up to {actual}, the line orders {value}", "The quantities by location should add up to the line's.", "Correct the quantities.", _CONTENT, "business"),
    _code("hl-duplicate", "error", "", "HL01 {value} stands twice", "HL01 numbers the levels of a shipment; children find their parent by it.", "Number each HL once.", _CONTENT, "business"),
    _code("hl-parent-missing", "error", "", "HL02 {value} names no HL before it", "A level's parent must come before it.", "Correct HL02, or send the parent first.", _CONTENT, "business"),
    _code("hl-own-parent", "error", "", "HL02 {value} makes the level its own parent", "A level cannot contain itself.", "Correct HL02.", _CONTENT, "business"),
    _code("hl-parent-empty", "warning", "", "HL02 is empty below the first level; the order of appearance decides", "Without HL02 a level belongs to the last one that can hold it.", "Send HL02.", _CONTENT, "business"),
    _code("hl-child-code", "warning", "", "HL04 says {value}, but the level has {actual}", "HL04 tells whether a level has levels below it.", "Correct HL04 or leave it out.", _CONTENT, "business"),
)

CODES: dict[str, Code] = {code.code: code for code in _TABLE}
