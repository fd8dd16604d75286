"""`gateway channel` and `gateway partner trust-host`: against real OpenSSH, and as text."""

import json
import os

import pytest

from gateway.cli.splicing import NotThere, pinned
from tests.services.fixtures import sshd
from tests.services.keys import new_key

__all__ = ["sshd"]

PIN, OTHER = "SHA256:" + "a" * 43, "SHA256:" + "b" * 43
SETTINGS = {"host": "sftp.acme.example", "user": "gw", "port": None}
FLOW = """# who they are
partner: acme   # short
channels:
  in:  [{sftp: {host: sftp.acme.example, user: gw, folder: /out}}] # polled
  out: [{sftp: {host: sftp.acme.example, user: gw, folder: /in}}]
"""
BLOCK = """channels:
  in:
    - name: acme-in
      sftp:
        # asked for in March
        host: sftp.acme.example   # their test server: another
        user: gw
        folder: /out
"""


def test_a_pin_is_written_into_a_map_on_one_line():
    assert pinned(FLOW, "acme.yaml", "in", SETTINGS, [PIN]) == FLOW.replace(
        "in:  [{sftp: {host", f'in:  [{{sftp: {{host_key: "{PIN}", host'
    )


def test_a_pin_is_written_into_a_map_of_lines_and_comments_stay():
    assert pinned(BLOCK, "acme.yaml", "in", SETTINGS, [PIN]) == BLOCK.replace(
        "        host: sftp", f'        host_key: "{PIN}"\n        host: sftp'
    )


@pytest.mark.parametrize("old", [OTHER, f'"{OTHER}"', f"'{OTHER}'", f"[{OTHER}, '{PIN}']", "~", "null", ""])
@pytest.mark.parametrize("text", [FLOW, BLOCK])
def test_a_pin_takes_the_place_of_what_was_pinned(text, old):
    if text == FLOW:
        before = text.replace("in:  [{sftp: {host:", f"in:  [{{sftp: {{host_key: {old}, host:")
    else:
        before = text.replace("user: gw", f"host_key: {old}\n        user: gw")
    after = pinned(before, "acme.yaml", "in", SETTINGS, [PIN])
    assert after == before.replace(f"host_key: {old}", f'host_key: "{PIN}"')


def test_several_pins_are_a_list_and_every_channel_to_the_server_gets_them():
    text = FLOW.replace("]\n", "]\n", 1).replace("out: [", "out: [{folder: {path: x}}, ")
    after = pinned(text, "acme.yaml", "out", SETTINGS, [PIN, OTHER])
    assert f'host_key: ["{PIN}", "{OTHER}"], host' in after.splitlines()[-1]
    assert after.splitlines()[:-1] == text.splitlines()[:-1]


def test_a_channel_that_a_template_declares_is_not_guessed():
    with pytest.raises(NotThere):
        pinned("partner: acme\nextends: supplier\n", "acme.yaml", "in", SETTINGS, [PIN])


PROFILE = """partner: riverside
name: Riverside
status: production
identities: {{main: {{isa: "ZZ/SENDER", gs: SENDER}}}}
channels:
  in:
    - sftp:
        host: 127.0.0.1  # ours, for tests
        port: {port}
        user: {user}
        key: file:key
        folder: {folder}
        then: archive
  out: [{{sftp: {{host: 127.0.0.1, port: {port}, user: {user}, key: "file:key", folder: {folder}}}}}]
"""


@pytest.fixture
def partner(project, sshd):
    folder = sshd.folder()
    (project / "key").write_text(sshd.key)
    file = project / "partner_profiles" / "riverside.yaml"
    file.write_text(PROFILE.format(port=sshd.port, user=sshd.user, folder=folder))
    return file, folder


@pytest.mark.service
def test_nothing_is_told_to_a_server_whose_key_is_not_pinned(gateway, partner, sshd):
    told = gateway("channel", "test", "riverside", code=5).stdout
    assert "connect   ok" in told
    assert "host key  failed   no host key of 127.0.0.1" in told
    assert "trust-host" in told
    assert "login" not in told


@pytest.mark.service
def test_a_shown_key_is_pinned_and_then_every_step_works(gateway, partner, sshd):
    file, folder = partner
    gateway("partner", "trust-host", "riverside", stdin="n\nn\n")
    assert "host_key" not in file.read_text()
    done = gateway("partner", "trust-host", "riverside", stdin="y\ny\n")
    assert sshd.pins["ed25519"] in done.stdout
    assert sshd.pins["rsa"] in done.stdout
    assert file.read_text().count(f'host_key: "{sshd.pins["ed25519"]}"') == 2
    assert "# ours, for tests" in file.read_text()
    (folder / "a.edi").write_text("x")
    sshd.owned(folder / "a.edi")
    (folder / "a.edi").chmod(0o644)
    steps = json.loads(gateway("channel", "test", "riverside", "--json").stdout)
    assert [(step["step"], step["result"]) for step in steps if step["channel"] == steps[0]["channel"]] == [
        (name, "ok") for name in ("resolve", "connect", "host key", "login", "list", "read", "write", "rename", "delete")
    ]
    assert sorted(path.name for path in folder.rglob("*")) == ["a.edi", "archive"]
    assert "pinned already" in gateway("partner", "trust-host", "riverside", "--yes").stderr


@pytest.mark.service
def test_a_fingerprint_that_the_server_does_not_show_is_never_pinned(gateway, partner):
    file, _ = partner
    said = gateway("partner", "trust-host", "riverside", "--yes", "--fingerprint", PIN, code=1).stderr
    assert "does not show" in said
    assert "host_key" not in file.read_text()


@pytest.mark.service
def test_a_key_of_another_kind_can_be_pinned_and_serves(gateway, partner, sshd):
    file, _ = partner
    gateway("partner", "trust-host", "riverside", "--yes", "--fingerprint", sshd.pins["rsa"])
    gateway("channel", "test", "riverside")
    gateway("partner", "trust-host", "riverside", "--yes", "--add", "--fingerprint", sshd.pins["ed25519"])
    assert f'host_key: ["{sshd.pins["rsa"]}", "{sshd.pins["ed25519"]}"]' in file.read_text()
    gateway("channel", "test", "riverside")


@pytest.mark.service
def test_what_a_partner_must_be_asked_for_is_said(gateway, partner, sshd):
    file, folder = partner
    gateway("partner", "trust-host", "riverside", "--yes")
    good = file.read_text()
    folder.chmod(0o555)
    if os.getuid() == 0:
        os.chown(folder, 0, 0)
    told = gateway("channel", "test", "riverside", code=5).stdout
    assert f"The right to create files in {folder}" in told
    file.write_text(good.replace(f"folder: {folder}", "folder: /no/such"))
    told = gateway("channel", "test", "riverside", code=5).stdout
    assert "The name of our folder; a session begins in /" in told
    (file.parent.parent / "other").write_text(new_key())
    file.write_text(good.replace("file:key", "file:other"))
    told = gateway("channel", "test", "riverside", code=5).stdout
    assert "Whether this key is installed for the user: ssh-ed25519 AAAA" in told
    file.write_text(good.replace("file:key", "file:nowhere"))
    assert "nowhere, which holds a secret, cannot be read" in gateway("channel", "test", "riverside", code=5).stdout
    file.write_text(good.replace(f"port: {sshd.port}", "port: 1"))
    assert "connect   failed   127.0.0.1:1 cannot be reached: connection refused" in gateway("channel", "test", "riverside", code=5).stdout
    file.write_text(good.replace("host: 127.0.0.1", "host: no-such-host.invalid"))
    assert "resolve   failed" in gateway("channel", "test", "riverside", code=5).stdout


def test_folders_are_tried_too(gateway, project):
    told = gateway("channel", "test", "acme").stdout
    assert "acme-in-1 (in, folder, in/acme)" in told or "(in, folder, in/acme)" in told
    assert "it is made with the first file" in told
    assert "in/acme" in gateway("channel", "list").stdout
    assert {row["kind"] for row in json.loads(gateway("channel", "list", "--json").stdout)} == {"folder"}


def test_a_name_without_a_channel_is_not_found(gateway, project):
    assert "gateway channel list" in gateway("channel", "test", "nobody", code=3).stderr
    assert "has no SFTP channel" in gateway("partner", "trust-host", "acme", code=3).stderr
