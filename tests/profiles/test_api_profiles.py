"""Our HTTP API as profiles declare it: keys, signatures, limits, and what `partner check` says of them."""

import pytest
from profile_files import BOLT, CORNER, US, catalog

from gateway.profiles.lint import check
from gateway.profiles.located import judge
from gateway.profiles.partner import Profile, Us
from gateway.profiles.reading import read_yaml

KEYS = "keys: [{id: acme-1, secret: env:ACME_API_KEY}]"


def with_api(text: str, api: str) -> str:
    """A profile whose only way in is the API."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("channels:")) + f"\nchannels: {{in: [{{api: {api}}}]}}\n"


def told(**changed: str) -> list[str]:
    return [f"{(f.location.file or '').rpartition('/')[2]} {f.code}: {f.message}" for f in check(catalog(**changed)) if "api-" in f.code]


def test_a_partner_with_keys_has_a_way_in_and_collects_what_we_answer() -> None:
    known = catalog(bolt=with_api(BOLT, f"{{{KEYS}, largest: 10MB, rate: 60/m, concurrent: 2}}"))
    channel = known.channel("bolt/in/1")
    assert channel is not None
    assert channel.kind == "api"
    assert (channel.settings["largest"], channel.settings["rate"], channel.settings["concurrent"]) == (10_000_000, (60, 60), 2)
    assert [way.kind for way in known.outboxes("bolt")] == ["api"]
    assert told(bolt=with_api(BOLT, f"{{{KEYS}}}")) == []


def test_a_way_in_that_nobody_can_use_is_told() -> None:
    assert told(bolt=with_api(BOLT, "{largest: 10MB}")) == [
        "bolt.yaml api-without-keys: opens the API to nobody: neither keys nor signatures"
    ]
    assert told(bolt=with_api(BOLT, f"{{{KEYS}, signed: yes}}")) == [
        "bolt.yaml api-unsigned: asks for signatures and has no secret to check them with"
    ]


def test_two_keys_of_one_id_are_told() -> None:
    keys = "keys: [{id: a, secret: env:ONE}, {id: a, secret: env:TWO}]"
    assert told(bolt=with_api(BOLT, f"{{{keys}}}")) == ["bolt.yaml api-key-twice: 'a' is the id of two keys"]


def test_one_secret_for_two_callers_is_told_wherever_the_two_are() -> None:
    assert told(bolt=with_api(BOLT, f"{{{KEYS}}}"), corner=with_api(CORNER.replace("via: van-east", ""), f"{{{KEYS}}}")) == [
        "corner.yaml api-secret-shared: 'env:ACME_API_KEY' is the secret of bolt (acme-1) too"
    ]
    ours = US + "\napi: {keys: [{id: erp, secret: env:ACME_API_KEY}]}\n"
    assert told(us=ours, corner=with_api(CORNER.replace("via: van-east", ""), f"{{{KEYS}}}")) == [
        "us.yaml api-secret-shared: 'env:ACME_API_KEY' is the secret of corner (acme-1) too"
    ]
    both = "{keys: [{id: a, secret: env:ONE}], signatures: [env:ONE]}"
    assert told(bolt=with_api(BOLT, both)) == ["bolt.yaml api-secret-shared: 'env:ONE' is the secret of bolt (a) too"]


@pytest.mark.parametrize(
    ("api", "said"),
    [
        ("{keys: [{id: a, secret: env:ONE, scopes: [sent]}]}", "'sent' is not one of send, check, read; did you mean 'send'?"),
        ("{keys: [{id: a, secret: env:ONE}], rate: 60}", "'60' is not a rate such as 10/s, 60/m or 1000/h"),
        ("{keys: [{id: a, secret: env:ONE}], largest: big}", "'big' is not a size such as 500MB or 2GB, or a number of bytes"),
    ],
)
def test_what_is_not_in_its_form_is_told(api: str, said: str) -> None:
    text = f"partner: bolt\nname: Bolt\nchannels: {{in: [{{api: {api}}}]}}\n"
    table, _ = read_yaml(text, "bolt.yaml")
    _, findings = judge(Profile, table)
    assert [f.message for f in findings] == [said]


def test_our_own_systems_have_keys_too() -> None:
    table, _ = read_yaml(US + "\napi: {keys: [{id: erp, secret: env:ERP_KEY, scopes: [send]}]}\n", "us.yaml")
    us, findings = judge(Us, table)
    assert findings == []
    assert us.api.keys[0].scopes == ["send"]
