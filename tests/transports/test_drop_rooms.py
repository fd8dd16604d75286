"""A partner's drop from the profile: what he puts into `in` reaches the ERP, what we have for him stands in `out`."""

import json
import os
import stat

import pytest

from gateway.wiring import open_gateway
from gateway.worker.loop import Worker
from tests.services.acme_project import GOOD, lay, orders

ORDER = orders(GOOD)


@pytest.fixture
def project(tmp_path):
    return lay(tmp_path, channels='{in: [{drop: {password: "env:ACME", quota: 1MB}}]}')


def run(project):
    gateway = open_gateway(project)
    try:
        Worker(gateway).run_until_idle(pause=lambda seconds: None)
        return {code: [finding.code for finding in inbox.remarks] for code, inbox in gateway.inboxes.items()}
    finally:
        gateway.close()


def delivered(project):
    return sorted(json.loads(path.read_text())["number"] for path in (project / "erp").glob("*.json"))


def test_a_file_in_the_drop_reaches_the_erp_and_its_answer_is_there_to_be_collected(project):
    run(project)
    drop = project / "drops" / "acme"
    assert sorted(path.name for path in drop.iterdir()) == ["in", "out", "test"]
    (drop / "in" / "po.edi").write_bytes(ORDER)
    run(project)
    assert delivered(project) == ["PO-1"]
    assert list((drop / "in").iterdir()) == []
    [answer] = (drop / "out").iterdir()
    assert b"AK9*A*1*1*1" in answer.read_bytes()
    assert stat.S_IMODE(answer.stat().st_mode) == 0o644


def test_links_and_special_files_in_a_drop_are_told_and_not_taken(project):
    run(project)
    inside = project / "drops" / "acme" / "in"
    (project / "secret.edi").write_bytes(ORDER)
    (inside / "link.edi").symlink_to(project / "secret.edi")
    os.link(project / "secret.edi", inside / "hard.edi")
    os.mkfifo(inside / "pipe.edi")
    assert sorted(run(project)["acme/in/1"]) == ["inbox-hard-link", "inbox-link", "inbox-not-a-file"]
    assert not (project / "erp").exists()


def test_a_file_over_the_quota_of_the_drop_is_told_and_stays(project):
    run(project)
    (project / "drops" / "acme" / "in" / "huge.edi").write_bytes(b"x" * 1_000_001)
    assert run(project) == {"acme/in/1": ["inbox-too-large"]}


def test_drops_stand_where_the_settings_say(project, tmp_path):
    (project / "gateway.yaml").write_text("gateway: 1\ndrops: elsewhere/edi\n")
    run(project)
    assert (project / "elsewhere" / "edi" / "acme" / "in").is_dir()
    assert not (project / "drops").exists()
