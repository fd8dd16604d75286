"""The locks say the same thing, and name no machine and no private host."""

import re

import pytest

from tools import locks


def test_pips_lock_is_what_uvs_lock_exports(clone):
    if locks.uv() is None:
        pytest.skip("uv is not here, and only it can read its lock; pip install uv")
    assert locks.exported(offline=True) == (clone / "requirements.lock").read_text(), "`make lock` writes it anew"


def test_pips_lock_can_build_the_project_without_looking_further(clone):
    locked = set(re.findall(r"^([a-z0-9.-]+)==", (clone / "requirements.lock").read_text(), re.MULTILINE))
    assert {"hatchling", "editables", "pip"} <= locked
    assert "uv" not in locked
    assert "edi-gateway" not in locked


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-uv.lock"])
def test_everything_pip_installs_has_a_hash(clone, name):
    rows = re.split(r"\n(?=\S)", (clone / name).read_text().strip())
    assert [row.split()[0] for row in rows if not row.startswith("#") and "--hash=sha256:" not in row] == []
    assert len(rows) > 1


@pytest.mark.parametrize("name", ["uv.lock", "requirements.lock", "requirements-uv.lock"])
def test_no_lock_names_a_machine_or_a_private_host(clone, name):
    text = (clone / name).read_text()
    assert set(re.findall(r"[a-z+]+://([^/\"'\s]*)", text)) <= {"pypi.org", "files.pythonhosted.org"}
    assert not re.search(r"--(extra-)?index-url|--find-links|\bfile:", text)
