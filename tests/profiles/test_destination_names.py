"""Names of files in our own folders may hold only what the folder connector knows of a document."""

from typing import Any

import pytest

from gateway.profiles.loading import load_us
from gateway.stores.library import DictLibrary

US = """
name: Harbor
identities: {{main: {{isa: "ZZ/HARBOR"}}}}
destinations:
  erp: {{folder: {{path: erp, name: "{name}"}}}}
"""


def wrong(name: str) -> list[Any]:
    return load_us(DictLibrary({"partner_profiles/us.yaml": US.format(name=name)}))[2]


@pytest.mark.parametrize("name", ["{document_type}_{number}_{key}.json", "{partner}-{id}.xml"])
def test_what_a_document_has_may_stand_in_the_name(name: str) -> None:
    assert wrong(name) == []


@pytest.mark.parametrize("name", ["{control_number}.json", "{set}_{id}.json", "{form}.json", "../{id}.json"])
def test_what_only_an_interchange_has_may_not(name: str) -> None:
    (found,) = wrong(name)
    assert (found.location.line, "{document_type}" in found.message) == (5, True)
