"""The schemas that editors read are current, valid, and agree with what the strict reading takes."""

import json
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from profile_files import FILES
from test_partner import WHOLE

from gateway.profiles.schema import FOLDER, schemas


def validator(name: str) -> Draft7Validator:
    return Draft7Validator(json.loads(schemas()[name]))


def mistakes(name: str, text: str) -> list[str]:
    # as an editor reads it: YAML's own types
    value: Any = json.loads(json.dumps(yaml.safe_load(text), default=str))
    return [error.message for error in validator(name).iter_errors(value)]


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_files_are_what_the_models_say(name: str, clone: Any, golden: Any) -> None:
    golden(clone / FOLDER / name, schemas()[name])


@pytest.mark.parametrize("name", sorted(schemas()))
def test_each_is_a_schema(name: str) -> None:
    Draft7Validator.check_schema(json.loads(schemas()[name]))


def test_what_is_read_strictly_is_taken_by_the_schema() -> None:
    assert mistakes("partner-profile.v1.schema.json", WHOLE) == []
    for path, text in FILES.items():
        kind = {"us.yaml": "us", "supplier.yaml": "partner-template", "van-east.yaml": "connection"}.get(
            path.rpartition("/")[2], "partner-profile"
        )
        if path.startswith(("partner_profiles/", "connections/")):
            assert (path, mistakes(f"{kind}.v1.schema.json", text)) == (path, [])


@pytest.mark.parametrize(
    "line",
    [
        "statsu: draft",
        "status: prod",
        "tier: high",
        "envelope: {line_ends: lf}",
        "we_receive: [{set: x}]",
        "we_receive: [{answer: {form: 998}}]",
        "channels: {in: [{sftp: {host: h}}]}",
    ],
)
def test_what_is_refused_is_marked_by_the_schema(line: str) -> None:
    assert mistakes("partner-profile.v1.schema.json", f"partner: acme\nname: Acme\n{line}\n") != []


@pytest.mark.parametrize(
    "line",
    [
        "we_receive: [{set: 850, version: 004010, answer: {form: 997, accept_with_errors: no}}]",
        "status:",
        "envelope: {isa14: 1, sets_per_group: 1}",
        "extends: null",
    ],
)
def test_unquoted_and_empty_values_are_taken(line: str) -> None:
    assert mistakes("partner-profile.v1.schema.json", f"partner: acme\nname: Acme\n{line}\n") == []
