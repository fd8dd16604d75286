"""Whatever stands in a profile: findings, never an exception; the others go on; a secret is never repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from profile_files import ACME, FILES, library

from gateway.profiles.catalog import Catalog
from gateway.profiles.lint import check
from gateway.profiles.schema import schemas

_BITS = [
    "\t",
    "\x00",
    "&a ",
    "*a",
    "!!python/name:x ",
    "<<: *a\n",
    "[",
    "]",
    "{",
    "}",
    ": ",
    "- ",
    "\n",
    "'",
    '"',
    "NO",
    "0123",
    "12:30",
    "null",
    "~",
    "# ",
    "---\n",
    "\ud800",
    "%",
    "9" * 30,
    "  ",
]


@st.composite
def mutated(draw: st.DrawFn, text: str) -> str:
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 12)))
        text = text[:start] + draw(st.sampled_from(_BITS) | st.text(max_size=3)) + text[end:]
    return text


@given(st.data(), st.sampled_from(["us", "supplier", "acme", "bolt", "corner", "van-east"]))
def test_any_change_of_any_file_is_read_or_told(data: st.DataObject, name: str) -> None:
    path = next(path for path in FILES if path.endswith(f"/{name}.yaml"))
    world = Catalog.load(library(**{name: data.draw(mutated(FILES[path]))}))
    for finding in check(world):
        assert finding.location.file
        assert finding.message
    if name in ("acme", "bolt", "corner"):
        assert set(world.partners) >= {"acme", "bolt", "corner"} - {name}
    found = world.agreement(("01", "123456789"), ("ZZ", "HARBOR"), "856", "004010", group_sender="ACME")
    assert (found.agreement is None) == (found.finding is not None)
    if found.agreement is not None:
        assert world.terms(found.agreement).hash
    for channel in world.channels("in"):
        world.agreement_for_file("asn-1.csv", channel=channel.name)


@pytest.mark.parametrize(
    "where",
    [
        "password: {}",
        "key: {}",
        "passphrase: {}",
        "passwrod: {}",
        "password: [{}]",
        "password: {{x: {}}}",
        "password: &x {}",
        "password: !!str {}",
        "host: 'h', password: {}, password: {}",
    ],
)
def test_a_secret_written_out_disables_the_partner_and_is_told_nowhere(where: str) -> None:
    secret = "canary-5ecret"
    channel = "  in: [{sftp: {user: u, folder: f, " + where.replace("{}", secret).replace("{{", "{").replace("}}", "}") + "}}]\n"
    world = Catalog.load(library(acme=ACME.replace("  in: [{folder: {path: inbox/acme}}]\n", channel)))
    found = world.agreement(("01", "123456789"), ("ZZ", "HARBOR"), "855", "004010")
    assert "acme" not in world.partners
    assert found.finding is not None
    assert secret not in repr(check(world)) + repr(found)


def test_a_reference_to_a_secret_is_no_secret_but_stays_out_of_the_terms() -> None:
    channel = "  in: [{sftp: {host: h, user: u, folder: f, password: env:ACME_PASSWORD}}]\n"
    world = Catalog.load(library(acme=ACME.replace("  in: [{folder: {path: inbox/acme}}]\n", channel)))
    found = world.agreement(("01", "123456789"), ("ZZ", "HARBOR"), "855", "004010")
    assert found.agreement is not None
    assert "ACME_PASSWORD" not in world.terms(found.agreement).text
    assert "env:ACME_PASSWORD" in repr(world.channels("in"))


def test_a_profile_of_hundreds_of_rows_is_read() -> None:
    rows = "".join(f'  - {{set: "{n:03}", version: "004010"}}\n' for n in range(100, 400))
    world = Catalog.load(library(acme=ACME.replace("we_send:\n", rows + "we_send:\n")))
    assert len(world.partners["acme"].agreements) == 4 + 300 + 1


def test_schemas_are_made_the_same_every_time() -> None:
    assert schemas() == schemas()
