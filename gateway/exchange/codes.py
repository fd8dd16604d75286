"""Finding codes of what two gateways owe each other: control numbers, duplicates, answers to what we sent."""

from gateway.edi.finding import AckCode, Code


def _codes(*codes: Code) -> dict[str, Code]:
    return {code.code: code for code in codes}


_NUMBERS = "tests/exchange/test_control_numbers.py"
_DUPLICATES = "tests/exchange/test_duplicates.py"
_ANSWERS = "tests/exchange/test_answers.py"
_TA1_025 = (AckCode("TA1", "TA105", "025"),)

CODES: dict[str, Code] = _codes(
    Code("control-number-reused", "error", "business", "The control number {value} of {sender} came before with other content, in {first}", "Two interchanges of one number are a mistake at the sender: one of them may be a correction of the other.", "Ask the sender which one counts; reprocess or discard this one.", _TA1_025, _DUPLICATES),
    Code("control-number-gap", "warning", "business", "The control number {value} of {sender} leaves out {missing} since {last}", "Interchanges in between are lost, or still on their way.", "Ask the sender for the missing ones if they do not come.", (), _NUMBERS),
    Code("control-number-back", "warning", "business", "The control number {value} of {sender} goes back behind {last}", "An old interchange arrives late, or the sender's counter was set back.", "Nothing, if it was late; else ask the sender about his counter.", (), _NUMBERS),
    Code("control-number-wrapped", "info", "business", "The control number {value} of {sender} begins anew after {last}", "Nine digits are used up; counting begins at 1 again.", "Nothing to do.", (), _NUMBERS),
    Code("control-number-invalid", "error", "syntax", "The control number {value} is not a number from 1 to 999999999", "A number that is none cannot be answered or told from others.", "Ask the sender to number his interchanges.", (AckCode("TA1", "TA105", "018"),), _NUMBERS),
    Code("interchange-repeated", "info", "business", "The interchange {value} of {sender} came before, byte for byte, in {first}", "The same bytes have their effect once.", "Nothing to do.", (), _DUPLICATES),
    Code("document-repeated", "info", "business", "{what} {value} is sent again as {purpose}; the first one stands", "A duplicate or confirmation never posts.", "Nothing to do.", (), _DUPLICATES),
    Code("document-conflicting", "error", "business", "{what} {value} came before as {purpose} with other content", "Which of the two counts is for a person to say.", "Ask the partner; then reprocess or discard this one.", (), _DUPLICATES),
    Code("document-without-first", "error", "business", "{what} {value} is sent as {purpose}, but there is no earlier one", "What should be changed is not here.", "Ask the partner for the original, then reprocess.", (), _DUPLICATES),
    Code("answer-unmatched", "warning", "business", "{form} answers {value}, which we did not send", "The answer belongs to somebody else, or our records begin later.", "Ask the partner what he answers.", (), _ANSWERS),
    Code("answer-ambiguous", "warning", "business", "{form} answers {value}, which {count} of our groups have", "Group numbers came twice; nothing is closed by chance.", "Find out which one is meant and close it by hand.", (), _ANSWERS),
    Code("answer-repeated", "info", "business", "{form} answers {value}, which was answered before in the same way", "A second equal answer changes nothing.", "Nothing to do.", (), _ANSWERS),
    Code("answer-contradicting", "warning", "business", "{form} says {verdict} of {value}, which was answered before by {before}", "The first answer stands until a person decides.", "Ask the partner which answer counts.", (), _ANSWERS),
    Code("answer-unreadable", "error", "business", "The {value} does not say what it answers: AK1 or AK9 is missing", "Without both nobody knows which group is meant, or whether it was accepted.", "Ask the partner to send it again; then discard this one.", (), _ANSWERS),
    Code("answer-set-unknown", "warning", "business", "{form} names the set {value}, which was not in group {group}", "The answer is not about what we sent.", "Ask the partner what he answers.", (), _ANSWERS),
    Code("answer-incomplete", "warning", "business", "{form} accepts only a part of group {group} and does not say what of {value}", "It names neither all sets nor all that it refuses, so that what became of these is not known; they stay awaited.", "Ask the partner which sets he has; another answer closes them.", (), _ANSWERS),
    Code("objection", "error", "business", "The partner's {form} objects: {meaning}", "This is what his translator says of our set; the place is in the segments that we sent.", "Mend the document, or the profile or mapping that it was written by; then `gateway document resend --mended` sends it under new numbers.", (), _ANSWERS),
    Code("rejected-by-partner", "error", "business", "{what} was rejected by the partner: {form} {verdict}", "The partner does not have the document.", "Read the answer's details, mend the document and send it anew under a new number.", (), _ANSWERS),
)
