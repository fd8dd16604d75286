"""Finding codes of carrying: what stops a whole transmission, whatever its bytes say."""

from gateway.edi.finding import Code

CODES: dict[str, Code] = {
    code.code: code
    for code in (
        Code(
            "not-carried", "error", "business", "{file} could not be carried: {why}",
            "The gateway itself failed on this file several times; what it failed with is kept with the finding.",
            "Tell the gateway's maintainers what it failed with; after an update, `gateway quarantine reprocess` carries the file again.",
            (), "tests/pipeline/test_worker.py",
        ),
        Code(
            "no-mapping", "error", "business", "There is no mapping for {value}",
            "An agreement on files without envelope must name the mapping that reads them.",
            "Name it in the partner's profile: mapping: acme/orders.",
            (), "tests/pipeline/test_rows.py",
        ),
        Code(
            "format-not-carried", "error", "business", "Files of format {value} are not carried yet",
            "The agreement names a format that this version of the gateway cannot read.",
            "Ask the partner for another format, or update the gateway.",
            (), "tests/pipeline/test_rows.py",
        ),
        Code(
            "not-delivered", "error", "business", "Was not delivered to {value}: {why}",
            "The system refused it, or could not be reached for about two days of tries.",
            "Mend what the reason names, then `gateway quarantine reprocess`; what was delivered meanwhile is not delivered again.",
            (), "tests/pipeline/test_reprocess.py",
        ),
        Code(
            "not-sent", "error", "business", "{value} could not be sent by {channel}: {why}",
            "The partner's side refused our acknowledgment, or could not be reached for about two days of tries; he waits for it.",
            "Mend what the reason names, then `gateway quarantine reprocess`: the same bytes are sent again.",
            (), "tests/pipeline/test_answers_held.py",
        ),
        Code(
            "excerpt-unreadable", "error", "business", "The archived bytes of the set no longer read as one set",
            "Its envelope or its delimiters could not be found where they were recorded.",
            "Reprocess the whole transmission, or tell the gateway's maintainers.",
            (), "tests/pipeline/test_reprocess.py",
        ),
    )
}  # fmt: skip
