"""Files that are encrypted on the way: by real keys, in and out, and everything that can be wrong with one."""

import sys

import pysequoia
import pytest

from gateway.ports import NotReady, Receipt, Unavailable
from gateway.records import Durable
from gateway.transports.memory import MemoryInbox, MemoryOutbox
from gateway.transports.pgp import PgpInbox, PgpOutbox

RECEIPT = Receipt("01T", Durable("ab" * 32, 1))


@pytest.fixture(scope="session")
def keys():
    """Secret keys as text by whose they are; and the public halves."""
    made = {name: pysequoia.Tsk.generate(f"{name} <{name}@example.org>") for name in ("us", "acme", "mallory")}
    secret = {f"env:{name}": str(key) for name, key in made.items()}
    public = {f"file:{name}.asc": str(key.extract_certificate()) for name, key in made.items()}
    return secret | public


@pytest.fixture
def rig(keys):
    class Rig:
        def __init__(self):
            self.now = 0.0
            self.largest = None
            self.inner = MemoryInbox("acme")
            self.inner.remarks = []

        def inbox(self, **terms):
            terms = {"decrypt_with": "env:us", **terms}
            return PgpInbox(self.inner, terms, keys.__getitem__, self.largest, lambda: self.now)

        def sealed(self, content, to="us", by=None):
            signer = pysequoia.Tsk.from_bytes(keys[f"env:{by}"].encode()).signer() if by else None
            return pysequoia.encrypt(content, [pysequoia.Cert.from_bytes(keys[f"file:{to}.asc"].encode())], signer)

    return Rig()


def took(inbox):
    return [(offered.name, b"".join(inbox.take(offered))) for offered in inbox.list()]


def test_what_is_encrypted_for_us_is_taken_as_it_was_before(rig):
    content = b"ISA" + bytes(range(256)) * 5000
    rig.inner.drop("po.edi.pgp", rig.sealed(content))
    inbox = rig.inbox()
    assert took(inbox) == [("po.edi", content)]
    inbox.settle(inbox.list()[0], RECEIPT)
    assert inbox.list() == []


def test_a_signature_that_was_agreed_must_be_there_and_be_his(rig):
    inbox = rig.inbox(signed_by="acme.asc")
    rig.inner.drop("signed", rig.sealed(b"x", by="acme"))
    assert took(inbox) == [("signed", b"x")]
    inbox.settle(inbox.list()[0], RECEIPT)
    for by in (None, "mallory"):
        rig.inner.drop(f"by {by}", rig.sealed(b"x", by=by))
    for offered in inbox.list():
        with pytest.raises(NotReady):
            b"".join(inbox.take(offered))
    assert inbox.list() == []
    assert [finding.code for finding in inbox.remarks] == ["pgp-not-decrypted"] * 2


@pytest.mark.parametrize("name", ["po.csv.pgp", "po.csv.GPG", "po.csv.asc", "po.csv"])
def test_the_name_is_the_one_that_it_had_before_so_that_agreements_know_it(rig, name):
    rig.inner.drop(name, rig.sealed(b"a,b"))
    assert took(rig.inbox()) == [("po.csv", b"a,b")]


def test_what_unpacks_to_more_than_the_channel_takes_stays_and_is_told(rig):
    rig.largest = 100_000
    rig.inner.drop("fits", rig.sealed(b"x" * 100_000))
    rig.inner.drop("bomb", rig.sealed(b"x" * 100_001))
    inbox = rig.inbox()
    fits, bomb = inbox.list()
    assert len(b"".join(inbox.take(fits))) == 100_000
    with pytest.raises(NotReady, match="it unpacks to more than 100000 bytes"):
        list(inbox.take(bomb))
    assert [finding.code for finding in inbox.remarks] == ["pgp-not-decrypted"]


@pytest.mark.parametrize("content", [b"ISA*00*plain", b"", b"-----BEGIN PGP MESSAGE-----\n\nxxxx\n-----END PGP MESSAGE-----\n", None])
def test_what_cannot_be_decrypted_stays_and_is_told(rig, content):
    rig.inner.drop("po.edi", rig.sealed(b"x", to="mallory") if content is None else content)
    inbox = rig.inbox()
    [offered] = inbox.list()
    with pytest.raises(NotReady):
        b"".join(inbox.take(offered))
    assert inbox.list() == []
    [told] = inbox.remarks
    assert told.code == "pgp-not-decrypted"
    assert "po.edi" in told.message
    rig.now = 601.0
    assert [offered.name for offered in inbox.list()] == ["po.edi"]
    rig.inner.drop("po.edi", rig.sealed(b"mended"))
    assert took(inbox) == [("po.edi", b"mended")]
    assert inbox.remarks == []


def test_a_key_of_ours_that_cannot_be_used_is_unavailable_and_never_shown(rig, keys):
    rig.inner.drop("po.edi", rig.sealed(b"x"))
    inbox = PgpInbox(rig.inner, {"decrypt_with": "env:us"}, lambda _: "no key at all")
    with pytest.raises(Unavailable, match="a PGP key of the profile cannot be used") as refused:
        took(inbox)
    assert "no key at all" not in str(refused.value)


def test_what_goes_is_encrypted_for_him_signed_by_us_and_the_same_again(keys, tmp_path):
    inner = MemoryOutbox("acme")
    outbox = PgpOutbox(inner, {"encrypt_to": "acme.asc", "sign_with": "env:us"}, keys.__getitem__, tmp_path / "kept")
    content = [b"ISA", b"x" * 600_000]
    assert outbox.put("850.edi", iter(content)) == "850.edi.pgp"
    assert outbox.put("850.edi", iter(content)) == "850.edi.pgp"  # a second encryption would be other bytes under a name that is taken
    us = pysequoia.Cert.from_bytes(keys["file:us.asc"].encode())
    his = pysequoia.Tsk.from_bytes(keys["env:acme"].encode()).decryptor()
    opened = pysequoia.decrypt(inner.files["850.edi.pgp"], his, lambda _: [us])
    assert (opened.bytes, len(opened.valid_sigs)) == (b"".join(content), 1)
    assert not any(b"x" * 100 in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_without_the_extra_it_is_said_what_brings_it(rig, monkeypatch):
    rig.inner.drop("po.edi", rig.sealed(b"x"))
    monkeypatch.setitem(sys.modules, "pysequoia", None)
    with pytest.raises(Unavailable, match=r"pip install 'edi-gateway\[pgp\]'"):
        took(rig.inbox())
