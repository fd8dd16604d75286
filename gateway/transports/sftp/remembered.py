"""What was taken from a mailbox whose files stay where they are: one identity a line."""

from __future__ import annotations

import contextlib
from pathlib import Path

from gateway import durable
from gateway.ports import Unavailable


class Remembered:
    """A file of identities. It saves reading files again; the journal knows them too, so a lost line makes no second transmission."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def load(self) -> set[str]:
        """The identities remembered; a last line cut by a crash is none."""
        try:
            text = self.file.read_text(encoding="ascii")
        except FileNotFoundError:
            return set()
        except (OSError, UnicodeDecodeError):
            return set()
        return {line for line in text.split("\n")[:-1] if line}

    def add(self, identity: str) -> None:
        """Remember one more. Raises Unavailable."""
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with self.file.open("a", encoding="ascii") as opened:
                opened.write(f"{identity}\n")
        except OSError as error:
            raise Unavailable(f"{self.file.name} cannot be written: {error.strerror}") from error

    def keep(self, identities: set[str]) -> None:
        """Forget all others."""
        with contextlib.suppress(OSError), durable.opened(self.file.parent, create=True) as folder:
            durable.write_over(folder, self.file.name, [f"{identity}\n".encode("ascii") for identity in sorted(identities)])
