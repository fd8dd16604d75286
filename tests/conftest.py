"""What all tests share: hypothesis profiles, golden files, and services that may be missing."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# No test may fail by the clock: this machine may be slow or shared.
CLOCKLESS = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("ci", derandomize=True, database=None, print_blob=True, **CLOCKLESS)
settings.register_profile("here", **CLOCKLESS)
settings.register_profile("campaign", max_examples=20_000, print_blob=True, **CLOCKLESS)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "here"))

CLONE = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def clone():
    """The top of the checkout."""
    return CLONE


@pytest.fixture(scope="session")
def golden():
    """Compares a text with the file that holds what is expected; `make golden` writes the file instead, for the diff to be read."""

    def compare(path: Path, actual: str) -> None:
        if os.environ.get("GOLDEN") == "write":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(actual.encode())
        assert path.exists(), f"{path} is not there; `make golden` writes it"
        assert path.read_bytes().decode() == actual

    return compare


@pytest.fixture(scope="session")
def missing():
    """For a service that is not here: skip with the remedy on a user's machine, fail in CI, where it must be."""

    def say(service: str, remedy: str) -> None:
        sentence = f"{service} is not here; {remedy}"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)

    return say
