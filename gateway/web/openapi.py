"""The description of the API (OpenAPI): every answer that there is, by its code; the security of each route."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from gateway.web.codes import CODES, STATUS
from gateway.web.media import FORMATS
from gateway.web.problems import MEDIA
from gateway.web.shapes import ProblemShape

EVERYWHERE = (
    "request-malformed",
    "parameter-wrong",
    "not-authenticated",
    "rate-exceeded",
    "too-many-at-once",
    "busy",
    "unavailable",
    "broken",
)
BY_KEY = ("not-allowed",)
BY_BODY = ("body-empty", "body-cut", "body-too-slow", "body-too-large", "content-type-unknown")
ABOUT = """Post files and documents, and ask what became of them.

Every request says by a key who it comes from: `Authorization: Bearer KEY`. What goes wrong is answered as problem+json
(RFC 9457) with a code, a sentence, a remedy, and the findings with their places, in the words that our acknowledgments,
reports and `gateway explain` use."""
TAGS = [
    {"name": "send", "description": "Post a file or a document."},
    {"name": "check", "description": "Try one without sending it."},
    {"name": "follow", "description": "What became of it, and our answers."},
    {"name": "service", "description": "For those who watch the service."},
]
HEADERS = {
    "Location": {"description": "Where to follow it.", "schema": {"type": "string"}},
    "Idempotent-Replayed": {"description": "true where the same request came before.", "schema": {"type": "string"}},
    "Preference-Applied": {"description": "The `wait` that counted.", "schema": {"type": "string"}},
}
RETRY = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}


class Described(APIRoute):
    """A route whose name in the description is its function's."""

    def __init__(self, path: str, endpoint: Any, **options: Any) -> None:
        options.setdefault("operation_id", endpoint.__name__)
        if options["operation_id"] is None:
            options["operation_id"] = endpoint.__name__
        super().__init__(path, endpoint, **options)


def raw_body(description: str, signed: bool = False, media: tuple[str, ...] = tuple(FORMATS)) -> dict[str, Any]:
    """A body that is a file; `signed` as a webhook."""
    content = {name: {"schema": {"type": "string", "format": "binary", "minLength": 1}} for name in media}
    made: dict[str, Any] = {"requestBody": {"required": True, "description": description, "content": content}}
    if signed:
        made["security"] = [{"signature": []}]
        made["parameters"] = [
            {"name": name, "in": "header", "required": True, "schema": {"type": "string"}, "description": said}
            for name, said in (
                ("webhook-id", "The sender's name for it, without a dot."),
                ("webhook-timestamp", "Seconds since 1970, within five minutes of our clock."),
                ("webhook-signature", "`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; several with a blank between."),
            )
        ]
    return made


def describe(app: FastAPI, version: str) -> dict[str, Any]:
    """The whole description; made once."""
    made = get_openapi(title="gateway", version=version, description=ABOUT, routes=app.routes, tags=TAGS, openapi_version="3.1.0")
    parts = made.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    problem = ProblemShape.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["ProblemShape"] = problem
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    parts["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "The key that you got from us."},
        "signature": {"type": "apiKey", "in": "header", "name": "webhook-signature", "description": "Standard Webhooks."},
    }
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return made


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    """Every problem that the operation may answer with, and the headers of what it answers."""
    answers = operation["responses"]
    answers.pop("422", None)
    if not path.startswith("/v1"):
        operation["security"] = []
        codes: tuple[str, ...] = ("request-malformed", "broken")
    else:
        codes = EVERYWHERE
        if "security" not in operation:
            operation["security"] = [{"key": []}]
            codes += BY_KEY
        if method == "post":
            codes += BY_BODY
        if method == "get" and ("{" in path or path == "/v1/outbox"):
            codes += ("not-found",)
        if method == "post" and path != "/v1/check":
            codes += ("key-reused", "signature-wrong")
            for status in ("200", "202"):
                answers[status]["headers"] = HEADERS
        if path == "/v1/documents":
            codes += ("document-refused",)
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(STATUS[code], []).append(code)
    for number, several in sorted(by_status.items()):
        said = "; ".join(f"`{code}`: {CODES[code].explanation}" for code in several)
        answer: dict[str, Any] = {"description": said, "content": {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemShape"}}}}
        if number in (429, 503):
            answer["headers"] = RETRY
        answers[str(number)] = answer
