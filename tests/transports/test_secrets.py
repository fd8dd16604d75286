"""Secrets by reference: from the environment or a file, and never shown."""

import pytest

from gateway.ports import Unavailable
from gateway.transports.secrets import read_secret


def test_from_the_environment_and_from_a_file_of_the_project(tmp_path):
    (tmp_path / "key").write_text("one\ntwo\n")
    assert read_secret("env:KEY", tmp_path, {"KEY": "s3cret\n"}) == "s3cret"
    assert read_secret("file:key", tmp_path) == "one\ntwo"
    assert read_secret(f"file:{tmp_path}/key", tmp_path / "elsewhere") == "one\ntwo"


@pytest.mark.parametrize("reference", ["env:NO", "file:no", "file:.", "file:binary"])
def test_what_is_not_there_is_said_without_showing_anything(tmp_path, reference):
    (tmp_path / "binary").write_bytes(b"s3cret\xff")
    with pytest.raises(Unavailable, match="holds a secret") as told:
        read_secret(reference, tmp_path, {"NO": ""})
    assert "s3cret" not in str(told.value)
