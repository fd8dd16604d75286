"""What the API answers when it does not do what it was asked: a code, an HTTP status, a sentence, a remedy (RFC 9457)."""

from gateway.edi.finding import Code

_CASE = "tests/web/test_api_problems.py"
_ROWS = (
    (400, "request-malformed", "the request is not HTTP that can be understood: {why}", "What cannot be read is answered, and the connection closed.", "Send HTTP/1.1 with one length, or use a library for it."),
    (400, "parameter-wrong", "{where} is not what it must be: {why}", "A parameter or header has a form; /docs lists them.", "Correct it and send it again."),
    (400, "body-empty", "there is nothing in the body", "A file without content says nothing.", "Send the file as the body; with curl: --data-binary @FILE."),
    (400, "body-cut", "the body ended before it was whole: {why}", "Nothing of it was kept.", "Send it again, under the same Idempotency-Key."),
    (401, "not-authenticated", "there is no key of ours in the request", "Every request says by a key who it comes from.", "Send `Authorization: Bearer KEY`, with the key that you got from us."),
    (401, "signature-wrong", "the signature is not right: {why}", "A webhook is taken only if its signature over id, time and body is ours to check and right (Standard Webhooks).", "Sign `id.timestamp.body` with the secret agreed, the body as it is sent, and the time as it is now."),
    (403, "not-allowed", "this key may not do that: it has no scope {scope}", "Each key says what it may be used for.", "Use another key, or ask us for the scope."),
    (404, "not-found", "there is nothing of yours by that name", "What does not exist, and what is somebody else's, are answered alike.", "Check the id or path; what you sent is listed at /v1/transmissions."),
    (405, "method-not-allowed", "this address does not take {method}", "Allow says what it takes.", "See /docs."),
    (408, "body-too-slow", "the request came too slowly: {why}", "A slow sender would keep others waiting. Nothing of it was kept.", "Send it again, under the same Idempotency-Key; on a slow line in smaller files."),
    (413, "body-too-large", "the body has more than the {largest} bytes that are agreed", "Nothing of it was kept.", "Send smaller files, or ask us for a higher limit."),
    (415, "content-type-unknown", "{said} is not taken here; expected one of {known}", "What a body is must be one of the formats that are agreed.", "Say what it is; with curl: -H 'Content-Type: application/edi-x12'."),
    (422, "key-reused", "this Idempotency-Key came before with another body", "The same key means the same request, so that a repeated one has no second effect.", "Take a new key for a new file."),
    (422, "document-refused", "the document is not as it must be: {count}", "Canonical documents have a published form; nothing of it was kept.", "Correct what the findings say and send it again."),
    (429, "rate-exceeded", "more than the {rate} that are agreed", "Retry-After says when there is room again. Nothing of it was kept.", "Wait that long, then send it again."),
    (429, "too-many-at-once", "{limit} requests of yours are under way already", "Each sender has so many at once, so that nobody waits for another.", "Wait until one is answered."),
    (500, "broken", "something went wrong that is ours to mend", "We look it up by the request id. Whether it was taken is not known.", "Send it again under the same Idempotency-Key, or tell us the request id."),
    (503, "busy", "there are too many requests at the moment", "Nothing of it was kept.", "Wait as long as Retry-After says, then send it again."),
    (503, "unavailable", "it cannot be kept now: {why}", "Nothing was kept that you were not told of.", "Send it again later, under the same Idempotency-Key."),
)

STATUS: dict[str, int] = {code: status for status, code, *_ in _ROWS}
CODES: dict[str, Code] = {
    code: Code(code, "error", "business", sentence, explanation, remedy, case=_CASE) for _, code, sentence, explanation, remedy in _ROWS
}
