"""Writes the three lock files after pyproject.toml's dependencies changed: `make lock`, or `make lock UPGRADE=1` for newer ones.

uv.lock is the source; requirements.lock is the same for pip, with hatchling and editables; requirements-uv.lock is uv itself.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
REQUIREMENTS = "requirements.lock"
UV = "requirements-uv.lock"


def uv():
    """The uv of this environment or of the PATH, or None."""
    own = Path(sys.executable).parent / ("uv.exe" if os.name == "nt" else "uv")
    return str(own) if own.exists() else shutil.which("uv")


def exported(offline=False):
    """uv.lock as pip's requirements with hashes, or None where uv refuses: pyproject.toml says something else than uv.lock."""
    words = ["export", "--locked", "--extra", "dev", "--no-emit-project", "--no-annotate", "--no-header", "--format", "requirements.txt"]
    done = ask([*words, *(["--offline"] if offline else [])])
    return headed("uv.lock", done.stdout) if done.returncode == 0 else None


def headed(source, text):
    """A lock's text below a line that says how it is made."""
    return f"# made from {source} by `make lock`; not for editing\n{text}"


def ask(words, stdin=""):
    """Run uv with no configuration and no index but its own default, so that no lock names a machine or a private host."""
    environment = {key: value for key, value in os.environ.items() if not re.match(r"(UV_(INDEX|DEFAULT_INDEX|EXTRA|FIND)|PIP_)", key)}
    return subprocess.run(
        [uv(), "--no-config", "--quiet", *words], cwd=TOP, env=environment, input=stdin, capture_output=True, text=True, check=False
    )


def main():
    """Write the locks; returns the exit code."""
    if uv() is None:
        print("uv is needed to write locks: https://docs.astral.sh/uv/ or `pip install uv`", file=sys.stderr)
        return 1
    upgrade = ["--upgrade"] if os.environ.get("UPGRADE") else []
    locked = ask(["lock", *upgrade])
    pin = re.search(r"^uv==\S+", (TOP / UV).read_text(), re.MULTILINE) if (TOP / UV).exists() and not upgrade else None
    compiled = ask(["pip", "compile", "-", "--universal", "--generate-hashes", "--no-annotate", "--no-header"], pin[0] if pin else "uv")
    for done in (locked, compiled):
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            return 1
    (TOP / REQUIREMENTS).write_text(exported())
    (TOP / UV).write_text(headed("PyPI", compiled.stdout))
    print("Wrote uv.lock, requirements.lock and requirements-uv.lock.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
