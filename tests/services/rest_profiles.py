"""A REST destination as a profile declares it, for the scripted ERP."""

from __future__ import annotations

from gateway.profiles.destination import Rest
from gateway.profiles.located import judge
from gateway.profiles.reading import Table, read_yaml

YAML = """
url: URL
auth: {bearer: env:TOKEN}
idempotency_header: Idempotency-Key
create:
  path: "/{{ document_type }}s"
  headers: {X-Effect-Key: "{{ key | urlencode }}", X-Partner: "{{ partner }}"}
  reference: data.id
  reason: error.message
find:
  path: /orders
  query: {external: "{{ key }}"}
  items: data
  key: external
  reference: id
read:
  path: /wanted
  query: {after: "{{ after }}", limit: "{{ limit }}"}
  items: data
  cursor: seq
  document: document
  document_type: kind
limits: {deadline: 5s}
"""


def rest_profile(url: str, /, yaml: str = YAML, **changes: object) -> Rest:
    """The profile, read as the program reads it, and changed."""
    table, mistakes = read_yaml(yaml.replace("URL", url), "us.yaml")
    assert isinstance(table, Table), mistakes
    rest, findings = judge(Rest, table)
    assert rest is not None, findings
    return rest.model_copy(update=changes)
