"""One decryption in a process of its own: what unpacks without end fills no disk of ours and holds nobody up.

`python -m gateway.transports.unsealing` reads what to do as JSON from its input, so that no key is on a command line, and
says as JSON what became of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

PATIENCE = 900.0
"""Seconds that a decryption may take."""


@dataclass(frozen=True, slots=True)
class Unsealing:
    """What to decrypt, into which file of how many bytes at most, by which keys."""

    came: str
    plain: str
    largest: int
    key: str
    passphrase: str | None
    signer: str | None


@dataclass(frozen=True, slots=True)
class Unsealed:
    """What became of it: whether it was signed by the signer, or which of keys and content could not be used, and why."""

    signed: bool = False
    wrong: str = ""
    why: str = ""


def unsealed(what: Unsealing) -> Unsealed:
    """Decrypt in a process that ends when it is done, has written too much, or takes too long."""
    command = [sys.executable, "-P", "-m", "gateway.transports.unsealing"]
    try:
        done = subprocess.run(command, input=json.dumps(asdict(what)).encode(), capture_output=True, timeout=PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return Unsealed(wrong="content", why=f"it takes longer than {PATIENCE:g} s")
    if Path(what.plain).exists() and Path(what.plain).stat().st_size > what.largest:
        return Unsealed(wrong="content", why=f"it unpacks to more than {what.largest} bytes; `largest` of the channel says how many may be")
    try:
        return Unsealed(**json.loads(done.stdout))
    except ValueError:
        return Unsealed(wrong="content", why=f"the library ended ({done.returncode})")


def main() -> None:
    """Do what the input says, with a limit on what is written."""
    import resource

    import pysequoia

    what = Unsealing(**json.load(sys.stdin))
    # one byte more shows that there was more
    resource.setrlimit(resource.RLIMIT_FSIZE, (what.largest + 1, what.largest + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    wrong = "keys"
    try:
        ours = pysequoia.Tsk.from_bytes(what.key.encode()).decryptor(what.passphrase)
        signer = pysequoia.Cert.from_bytes(what.signer.encode()) if what.signer is not None else None
        wrong = "content"
        done = pysequoia.decrypt_file(what.came, what.plain, ours, (lambda _: [signer]) if signer is not None else None)
        told = Unsealed(signed=bool(done.valid_sigs))
    except Exception as error:  # noqa: BLE001 the library raises plain exceptions; each is told
        told = Unsealed(wrong=wrong, why=str(error))
    json.dump(asdict(told), sys.stdout)


if __name__ == "__main__":
    main()
