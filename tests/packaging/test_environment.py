"""What `make` does with the `.venv` it finds."""

import shutil

import pytest

from tools import environment


@pytest.fixture
def top(tmp_path, clone):
    for lock in environment.LOCKS:
        shutil.copy(clone / lock, tmp_path)
    return tmp_path


def made(place, *stamps):
    place.mkdir()
    (place / "pyvenv.cfg").touch()
    for stamp in stamps:
        (place / stamp).touch()
    return place


def test_an_environment_made_from_these_locks_is_left_alone(top):
    stamp = environment.stamp_of(top)
    assert environment.standing(made(top / "venv", stamp), stamp) == "ready"


def test_an_environment_made_from_other_locks_is_brought_up_to_date(top):
    before = environment.stamp_of(top)
    venv = made(top / "venv", before)
    (top / "uv.lock").write_text("another")
    assert environment.standing(venv, environment.stamp_of(top)) == "older"


def test_an_environment_that_was_not_finished_is_thrown_away(top):
    assert environment.standing(made(top / "venv"), environment.stamp_of(top)) == "half-built"


def test_an_environment_of_another_python_is_thrown_away(top):
    assert environment.standing(made(top / "venv", "built-3.1.4-0123456789abcdef"), environment.stamp_of(top)) == "half-built"


def test_a_link_to_nowhere_in_its_place_is_thrown_away(top):
    venv = top / "venv"
    venv.symlink_to(top / "gone")
    assert environment.standing(venv, environment.stamp_of(top)) == "half-built"
    environment.discard(venv)
    assert environment.standing(venv, environment.stamp_of(top)) == "nothing"


def test_what_a_linked_environment_points_to_stays(top):
    elsewhere = made(top / "elsewhere")
    venv = top / "venv"
    venv.symlink_to(elsewhere)
    environment.discard(venv)
    assert elsewhere.is_dir()
    assert not venv.is_symlink()


@pytest.mark.parametrize("lock", environment.LOCKS)
def test_every_lock_counts(top, lock):
    before = environment.stamp_of(top)
    (top / lock).write_text("another")
    assert environment.stamp_of(top) != before
