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
            "mapping-other-format", "error", "business", "The mapping {value} reads {read}, and {agreed} is agreed",
            "The agreement's `format` and the mapping's `format: kind` must be the same.",
            "Correct `format:` or `mapping:` in the partner's profile, then reprocess.",
            (), "tests/pipeline/test_rows.py",
        ),
        Code(
            "format-not-carried", "error", "business", "Files of format {value} are not carried yet",
            "The agreement names a format that this version of the gateway cannot read.",
            "Ask the partner for another format, or update the gateway.",
            (), "tests/pipeline/test_rows.py",
        ),
        Code(
            "source-unreadable", "error", "syntax", "Is no JSON document: {problem}",
            "What our own systems leave to be sent is a JSON document of ours, or a list of them, in UTF-8.",
            "Mend the system that wrote it, let it leave the document again, and discard this one.",
            (), "tests/pipeline/test_outbound.py",
        ),
        Code(
            "document-unknown", "error", "business", "{value} is no type of document{hint}",
            "document_type says which document it is; each has a published schema.",
            "Correct document_type in the system that wrote it, let it leave the document again, and discard this one.",
            (), "tests/pipeline/test_outbound.py",
        ),
        Code(
            "document-unfit", "error", "business", "{field} {problem}",
            "The document's schema refuses what our own system wrote.",
            "Mend the system that wrote it, let it leave the document again, and discard this one.",
            (), "tests/pipeline/test_outbound.py",
        ),
        Code(
            "format-not-written", "error", "business", "Documents cannot be written as {value} yet",
            "The agreement names a format that this version of the gateway cannot write.",
            "Agree another format with the partner, or update the gateway; then reprocess.",
            (), "tests/pipeline/test_outbound.py",
        ),
        Code(
            "mapping-for-another", "error", "business", "The mapping {value} writes {what}, and this is {kind}",
            "A mapping is for one type of document.",
            "Name the right mapping in the agreement (`gateway partner check`), then reprocess.",
            (), "tests/pipeline/test_outbound.py",
        ),
        Code(
            "draft-misread", "error", "syntax", "What we wrote does not read as it should: {problem}",
            "Our own bytes are read as the partner would read them, before anything leaves.",
            "Look at the envelope in the profile; if that is right, tell the gateway's maintainers. Then reprocess.",
            (), "tests/pipeline/test_outbound.py",
        ),
        Code(
            "not-left", "error", "business", "{value} could not be sent by {channel}: {why}",
            "The partner's side refused our interchange, or could not be reached for about two days of tries.",
            "Mend what the reason names, then `gateway quarantine reprocess`: the same bytes go under the same numbers.",
            (), "tests/pipeline/test_outbound.py",
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
