"""Secrets by reference: `env:NAME` is a variable of the environment, `file:PATH` a file; a profile never holds one itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from gateway.ports import Unavailable


def read_secret(reference: str, project: Path, environ: Mapping[str, str] | None = None) -> str:
    """What the reference leads to; one line end at its end is not part of it. Raises Unavailable, which never shows a secret."""
    kind, _, name = reference.partition(":")
    if kind == "env":
        found = (os.environ if environ is None else environ).get(name)
        if not found:
            raise Unavailable(f"the environment variable {name}, which holds a secret, is not set")
        return found.removesuffix("\n")
    try:
        return (project / name).expanduser().read_text(encoding="utf-8").removesuffix("\n")
    except UnicodeDecodeError as error:
        raise Unavailable(f"the file {name}, which holds a secret, is not text") from error
    except OSError as error:
        raise Unavailable(f"the file {name}, which holds a secret, cannot be read: {(error.strerror or 'failed').lower()}") from error
