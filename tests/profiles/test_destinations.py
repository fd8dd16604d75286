"""Destinations as written: what is taken, what is told with its place, and what can be told before the first document."""

import pytest
from profile_files import US, catalog

from gateway.formats.template.phrases import Phrases
from gateway.profiles.lint import check

REST = """
  api:
    rest:
      url: https://erp.example/api
      auth: {oauth2: {token_url: "https://id.example/token", client_id: edi, client_secret: env:ERP_SECRET}}
      headers: {X-Company: "1"}
      idempotency_header: Idempotency-Key
      create:
        path: "/{{ document_type }}s"
        headers: {X-Partner: "{{ partner }}"}
        reference: data.id
        reason: error.message
        answers:
          - {status: [200], path: ok, equals: "false", means: refused}
      creates:
        invoice: {path: /bills, body: "{{ document | tojson }}", reference: id}
      find: {path: /orders, query: {external: "{{ digest }}"}, items: data, key: external, equals: "{{ digest }}", reference: id}
      read: {path: /outbox, query: {after: "{{ after }}", limit: "{{ limit }}"}, cursor: seq}
      limits: {at_once: 4, per_minute: 600, deadline: 20s}
    testing: erp-test
"""
TABLES = """
  staging: {database: {url: env:STAGING_URL, schema: edi, prefix: in_, create: no}}
  laptop: {database: {file: erp.db, create: yes}, status: testing}
"""


def told(destinations: str) -> list[str]:
    findings = check(catalog(us=US + destinations.lstrip("\n")), phrase_mistake=Phrases().check)
    return [f"{f.location.line}:{f.location.column} {f.code} {f.message}" for f in findings if (f.location.file or "").endswith("us.yaml")]


def test_a_whole_interface_is_taken() -> None:
    assert told(REST) == []


def test_staging_tables_are_taken() -> None:
    assert told(TABLES) == []
    us = catalog(us=US + TABLES.lstrip("\n")).us
    assert us is not None
    tables = us.destinations["staging"].database
    assert tables is not None
    assert (tables.url, tables.db_schema, tables.prefix, tables.create) == ("env:STAGING_URL", "edi", "in_", False)


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ("key: external,", "", "has no 'key', which is needed here"),
        ("items: data,", "", "a way to say that there is nothing: items, or statuses under none"),
        ("client_secret: env:ERP_SECRET", "client_secret: hunter2", "is a secret written out"),
        ("{oauth2:", "{bearer: env:X, oauth2:", "a login of exactly one kind"),
        ('path: "/{{ document_type }}s"', "path: orders", "a path that begins with /"),
        ("path: ok,", "", "a rule that says which path equals the value"),
        ("means: refused", "means: no", "not one of accepted, refused, unavailable, unknown, exists"),
        ("at_once: 4", "at_once: 0", "not a number of at least 1"),
        ("url: https://erp.example/api", "url: https://edi:hunter2@erp.example/api", "is a secret written out"),
        (
            '{{ digest }}"}, items',
            '{{ number }}"}, items',
            "phrase-wrong cannot be filled in: number is nothing here; there is key, digest",
        ),
        ("{{ partner }}", "{{ partner", "phrase-wrong cannot be filled in: "),
        ('X-Company: "1"', 'X-Company: "{{ partner }}"', "phrase-wrong cannot be filled in: partner is nothing here; expected plain text"),
        ("https://erp.example/api", "http://erp.example/api", "url-in-clear 'http://erp.example/api' is not encrypted"),
        ("      find: {", "      # find: {", "find-missing says no way to find what was posted"),
    ],
)
def test_what_is_wrong_with_an_interface_is_told(was: str, now: str, expected: str) -> None:
    assert was in REST
    (line,) = told(REST.replace(was, now, 1))
    assert expected in line
    assert "hunter2" not in line


def test_a_login_to_this_machine_may_go_in_clear() -> None:
    for host in ("localhost:8069", "127.0.0.1", "[::1]:80"):
        assert told(REST.replace("https://erp.example/api", f"http://{host}/api")) == []
    for host in ("localhost.evil.example", "128.0.0.1"):
        assert "url-in-clear" in told(REST.replace("https://erp.example/api", f"http://{host}/api"))[0]


@pytest.mark.parametrize(
    "twins",
    [
        "  a: {folder: {path: x/}, testing: b}\n  b: {folder: {path: ./x}, status: testing}\n",
        "  a: {database: {url: env:U}, testing: b}\n  b: {database: {url: env:U, create: yes}, status: testing}\n",
    ],
)
def test_a_test_twin_is_another_system(twins: str) -> None:
    (line,) = told(twins)
    assert "testing-destination-same 'b' stands where this destination itself does" in line


def test_a_database_is_somewhere() -> None:
    for written in ("{}", "{url: env:X, file: y}", "{file: y, schema: z}", "{url: 'postgresql://u:hunter2@h/d'}"):
        (line,) = told(f"  a: {{database: {written}}}\n")
        assert "hunter2" not in line
