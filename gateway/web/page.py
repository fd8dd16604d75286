"""The description of the API as one page for people: made of OpenAPI, without scripts, nothing fetched from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from gateway.formats.paper import PALETTE, opening

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--paper); }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code { font-family: ui-monospace, monospace; font-size: .9em; background: var(--shade); }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); } h3 { margin: 2rem 0 .25rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); }
.method { display: inline-block; min-width: 3.5rem; font-weight: 700; }
"""
_HASH = base64.b64encode(hashlib.sha256((PALETTE + STYLE).encode()).digest()).decode()
STYLE_POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def page(api: dict[str, Any]) -> str:
    """The page."""
    return "".join(_page(api))


def _page(api: dict[str, Any]) -> Iterator[str]:
    info = api["info"]
    yield opening(f"{info['title']} API", STYLE)
    yield f"<h1>{escape(info['title'])} API <small>{escape(info['version'])}</small></h1>{_text(info['description'])}"
    yield "<p>For programs: <a href='/openapi.json'>openapi.json</a>.</p>"
    for tag in api["tags"]:
        yield f"<h2>{escape(tag['description'])}</h2>"
        for path, operations in api["paths"].items():
            for method, operation in operations.items():
                if tag["name"] in operation.get("tags", ()):
                    yield from _operation(path, method, operation)
    yield "<h2>What answers look like</h2>"
    for name, schema in sorted(api["components"]["schemas"].items()):
        yield from _schema(name, schema)
    yield "</body></html>"


def _operation(path: str, method: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<h3 id='{escape(operation['operationId'])}'><span class=method>{method.upper()}</span> <code>{escape(path)}</code></h3>"
    yield _text(operation.get("description", ""))
    rows = [(f"<code>{escape(p['name'])}</code>", p["in"], _inline(p.get("description", ""))) for p in operation.get("parameters", ())]
    if rows:
        yield from _table(("parameter", "in", "what it is"), rows)
    body = operation.get("requestBody")
    if body:
        kinds = ", ".join(f"<code>{escape(kind)}</code>" for kind in body["content"])
        yield f"<p>Body: {_inline(body.get('description', ''))} {kinds}</p>"
    answers = [(status, _shape(answer), _inline(answer["description"])) for status, answer in sorted(operation["responses"].items())]
    yield from _table(("answer", "form", "when"), answers)


def _schema(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"<h3 id='{escape(name)}'><code>{escape(name)}</code></h3>{_text(schema.get('description', ''))}"
    rows = [
        (f"<code>{escape(field)}</code>", _kind(inner), _inline(inner.get("description", "")))
        for field, inner in schema.get("properties", {}).items()
    ]
    yield from _table(("field", "form", "what it is"), rows)


def _shape(answer: dict[str, Any]) -> str:
    return ", ".join(f"{escape(media)} {_kind(inner.get('schema', {}))}" for media, inner in answer.get("content", {}).items())


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f"<a href='#{name}'>{name}</a>"
    if "anyOf" in schema:
        return " or ".join(_kind(inner) for inner in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return escape(str(schema.get("format") or schema.get("type") or json.dumps(schema)))


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield "<table><thead><tr>" + "".join(f"<th>{one}</th>" for one in head) + "</tr></thead><tbody>"
    for row in rows:
        yield "<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>"
    yield "</tbody></table>"


def _text(text: str) -> str:
    return "".join(f"<p>{_inline(' '.join(part.split()))}</p>" for part in text.split("\n\n") if part.strip())


def _inline(text: str) -> str:
    """Text with `code` in it."""
    return "".join(f"<code>{escape(part)}</code>" if number % 2 else escape(part) for number, part in enumerate(text.split("`")))
