"""The API against its own description: no request, however odd, gets a 5xx or an answer that the description does not have."""

import math
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from rig import ACME, ERP, Api, order
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CASES = 2_000
"""In every run of the tests, always the same."""
CAMPAIGN = 100_000
RAW = ("application/edi-x12", "application/edifact", "text/csv", "text/tab-separated-values")


@schemathesis.serializer(*RAW)
def raw(context, value):
    """Bodies of these types are bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture
def described(api):
    """The API as its description says it, with something in it to be found."""
    for number in range(1, 4):
        api.post("/v1/transmissions", order(number=f"{number:09d}", po=f"PO-{number}"), prefer="wait=30")
    # the limits of a sender are tested elsewhere; here they would end it after the first minute
    profile = api.gateway.settings.project / "partner_profiles" / "acme.yaml"
    profile.write_text(profile.read_text().replace("rate: 6000/m", "rate: 1000000/s"))
    us = api.gateway.settings.project / "partner_profiles" / "us.yaml"
    us.write_text(us.read_text().replace("secret: file:secrets/erp}]", "secret: file:secrets/erp}], rate: 1000000/s"))
    return api, schemathesis.openapi.from_asgi("/openapi.json", api.app)


def thrown(operation, mode, key, many):
    """How many requests of one operation were sent by a caller; the first that is answered wrongly is raised."""
    count = 0

    @seed(20261121)
    @settings(max_examples=many, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def one(case):
        nonlocal count
        count += 1
        case.headers["authorization"] = f"Bearer {key}"
        case.call_and_validate(checks=CHECKS, timeout=120)  # the bound is for a broken program, not for a slow one

    with suppress(Unsatisfiable):  # without parameters there is nothing to be wrong
        one()
    return count


def throw(described, cases):
    """So many cases, spread over all operations; half as the description says, half not."""
    api, schema = described
    operations = [found.ok() for found in schema.include(path_regex="^/v1").get_all_operations()]
    many = math.ceil(cases / len(operations) / 4)
    modes = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    sent = sum(thrown(operation, mode, key, many) for operation in operations for mode in modes for key in (ACME, ERP))
    assert [facts for _, what, facts in api.told if what == "request-broken"] == []
    return sent


def test_two_thousand_requests_get_answers_that_are_described(described):
    assert throw(described, CASES) >= CASES * 0.9


@pytest.mark.campaign
def test_a_hundred_thousand_requests_get_answers_that_are_described(described):
    assert throw(described, CAMPAIGN) >= CAMPAIGN * 0.9


def test_the_description_has_every_refusal_that_there_is(api: Api):
    from gateway.web.codes import STATUS

    paths = api.get("/openapi.json", key=None).json["paths"]
    said = " ".join(
        answer["description"] for path in paths.values() for operation in path.values() for answer in operation["responses"].values()
    )
    assert [code for code in STATUS if f"`{code}`" not in said and code != "method-not-allowed"] == []
