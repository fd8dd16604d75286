"""Who we are at a server: passwords, keys, both; and every way of being turned away, in a sentence."""

import paramiko
import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat

from gateway.ports import Unavailable
from gateway.transports.sftp.login import Login, NotLetIn, connect, fingerprint, private_key
from tests.services.keys import new_key
from tests.services.sftp_peer import Peer
from tests.services.ssh_peer import SshPeer

OK, PARTIAL, FAILED = paramiko.AUTH_SUCCESSFUL, paramiko.AUTH_PARTIALLY_SUCCESSFUL, paramiko.AUTH_FAILED
SECRETS = {"env:PW": "right", "env:WRONG": "wrong", "env:KEY": new_key()}


def login(server, **more):
    return Login("127.0.0.1", "gw", server.port, pins=(fingerprint(server.key.asbytes()),), patience=5.0, **more)


def test_by_password():
    with SshPeer({"password": {"right": OK}}) as server:
        session = connect(login(server, password="env:PW"), SECRETS.__getitem__)
        assert session.where() == b"/home"
        session.close()


def test_by_key_and_then_password():
    with SshPeer({"publickey": PARTIAL, "password": {"right": OK}}) as server:
        connect(login(server, key="env:KEY", password="env:PW"), SECRETS.__getitem__).close()
        assert [way for way, _ in server.tried][-2:] == ["publickey", "password"]


def test_by_password_where_the_key_is_not_taken():
    with SshPeer({"publickey": FAILED, "password": {"right": OK}}) as server:
        connect(login(server, key="env:KEY", password="env:PW"), SECRETS.__getitem__).close()


@pytest.mark.parametrize(
    ("accepts", "how", "said"),
    [
        ({"password": {"right": OK}}, {"password": "env:WRONG"}, "does not let gw in: authentication failed"),
        ({"publickey": FAILED}, {"key": "env:KEY"}, "does not let gw in"),
        ({"publickey": OK}, {"password": "env:PW"}, "lets gw in by publickey only"),
        ({"publickey": OK}, {}, "neither key nor password is in the profile"),
        ({"publickey": PARTIAL, "password": {}}, {"key": "env:KEY"}, "a second factor that the profile does not name"),
    ],
)
def test_who_is_turned_away_is_told_why_and_not_to_come_soon(accepts, how, said):
    with SshPeer(accepts) as server, pytest.raises(NotLetIn, match=said) as told:
        connect(login(server, **how), SECRETS.__getitem__)
    assert told.value.retry_after == 900
    assert "right" not in str(told.value)
    assert "wrong" not in str(told.value)


def test_a_login_without_sftp_behind_it_is_said():
    with SshPeer({"password": {"right": OK}}, Peer(folders=())) as server, pytest.raises(Unavailable, match="gives no SFTP"):
        connect(login(server, password="env:PW"), SECRETS.__getitem__)


def test_keys_of_every_kind_with_and_without_passphrase():
    assert private_key(Login("h", "u", key="env:KEY"), SECRETS.__getitem__).get_name() == "ssh-ed25519"
    made = ec.generate_private_key(ec.SECP256R1())
    plain = made.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    assert private_key(Login("h", "u", key="k"), {"k": plain}.__getitem__).get_name() == "ecdsa-sha2-nistp256"
    shut = made.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, BestAvailableEncryption(b"sesame")).decode()
    secrets = {"k": shut, "p": "sesame", "bad": "wrong"}.__getitem__
    assert private_key(Login("h", "u", key="k", passphrase="p"), secrets).get_name() == "ecdsa-sha2-nistp256"
    with pytest.raises(Unavailable, match="needs a passphrase"):
        private_key(Login("h", "u", key="k"), secrets)
    with pytest.raises(Unavailable, match="is no private key that can be used"):
        private_key(Login("h", "u", key="k", passphrase="bad"), secrets)


@pytest.mark.parametrize(
    "text", ["", "ssh-ed25519 AAAA", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n", "\0"]
)
def test_what_is_no_key_is_said_without_showing_it(text):
    with pytest.raises(Unavailable, match="env:KEY is no private key that can be used") as told:
        private_key(Login("h", "u", key="env:KEY"), lambda reference: text)
    assert "AAAA" not in str(told.value)


def test_a_dsa_key_is_said_to_be_of_no_use():
    text = dsa.generate_private_key(1024).private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    with pytest.raises(Unavailable, match="Ed25519, ECDSA or RSA"):
        private_key(Login("h", "u", key="env:KEY"), lambda reference: text)
