"""Makes `.venv` exactly as the locks say; does nothing where it is already so. Called by the Makefile: `python3 tools/environment.py`.

Needs a python3 (3.11 or newer) with venv and nothing else. uv is used where it is, or can be had by its pinned hash; else pip.
Written so that an old python3 can read it and say what is missing.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST = (3, 11)
NEWER = ("python3.11", "python3.12", "python3.13", "python3.14")
LOCKS = ("uv.lock", "requirements.lock", "requirements-uv.lock")
PLACE = Path(".venv")
"""Always relative, from the clone's top: the way there may hold blanks."""


class Failed(Exception):
    """A step did not work; the sentence says what to do."""


def main():
    """Bring `.venv` to what the locks say and return the exit code."""
    if sys.version_info < OLDEST:
        return with_a_newer_python()
    os.chdir(str(Path(__file__).resolve().parent.parent))
    stamp = stamp_of(Path())
    try:
        if standing(PLACE, stamp) != "ready":
            build(stamp)
    except Failed as failed:
        print("\n" + str(failed), file=sys.stderr)
        return 1
    return 0


def with_a_newer_python():
    """Run again under a newer Python from the PATH, or say that there is none."""
    for name in NEWER:
        found = shutil.which(name)
        if found and subprocess.call([found, "-c", "pass"], stderr=subprocess.DEVNULL) == 0:
            return subprocess.call([found, os.path.abspath(__file__)])
    print(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]} and no newer one is on the PATH.", file=sys.stderr)
    return 1


def stamp_of(top):
    """The name of the file that says: `.venv` was finished from these locks with this Python."""
    digest = hashlib.sha256()
    for lock in LOCKS:
        digest.update((top / lock).read_bytes())
    version = ".".join(str(part) for part in sys.version_info[:3])
    return f"built-{version}-{digest.hexdigest()[:16]}"


def standing(place, stamp):
    """What is there: "nothing", "ready", "older" (finished from other locks, same Python) or "half-built"."""
    if not os.path.lexists(str(place)):
        return "nothing"
    if (place / stamp).exists():
        return "ready"
    python = stamp.rsplit("-", 1)[0]
    return "older" if any(place.glob(python + "-*")) else "half-built"


def build(stamp):
    """Make the environment or bring an older one up to date; the stamp comes last, so that whatever breaks off is seen."""
    found = standing(PLACE, stamp)
    if found == "half-built":
        print(".venv is not one that was finished with this Python; it is made anew.")
        discard(PLACE)
    if found == "older":
        for old in PLACE.glob("built-*"):
            old.unlink()
    else:
        make_venv()
    if not (with_uv(shutil.which("uv")) or with_uv(pinned_uv()) or with_pip()):
        raise Failed("The packages could not be installed; see above. Is there a way to https://pypi.org?")
    (PLACE / stamp).touch()
    print("The environment stands in .venv.")


def discard(place):
    """Remove what is at `place`; a link goes, what it points to stays."""
    if place.is_symlink() or place.is_file():
        place.unlink()
    else:
        shutil.rmtree(str(place))


def make_venv():
    """`python3 -m venv .venv`, or the package to install for it."""
    print(f"Making .venv with Python {sys.version.split()[0]} ...")
    if not ran([sys.executable, "-m", "venv", str(PLACE)]):
        if PLACE.exists():
            discard(PLACE)
        raise Failed("python3 -m venv does not work here. On Debian or Ubuntu: sudo apt install python3-venv")


def pinned_uv():
    """A uv installed into `.venv` by its pinned hash, or None."""
    print("Fetching uv ...")
    pip = [python(), "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes"]
    if ran([*pip, "-r", "requirements-uv.lock"], quiet=True):
        return str(scripts() / "uv")
    print("uv cannot be had here; going on without.")
    return None


def with_uv(uv):
    """Install the locked packages and the project with uv; False where there is none or it could not."""
    if uv is None:
        return False
    print("Installing the locked packages with uv ...")
    # the project itself comes last, built by the locked hatchling and not by whatever is newest today
    sync = [uv, "sync", "--quiet", "--locked", "--extra", "dev", "--inexact", "--no-install-project", "--no-python-downloads"]
    project = [uv, "pip", "install", "--quiet", "--python", python(), "--no-deps", "--no-build-isolation", "--editable", "."]
    done = ran([*sync, "--python", python()]) and ran(project)
    if not done:
        print("uv could not do it; going on without.")
    return done


def with_pip():
    """Install the locked packages and the project with pip; False where it could not."""
    print("Installing the locked packages with pip; this takes a minute ...")
    pip = [python(), "-m", "pip", "install", "--quiet"]
    return ran([*pip, "--require-hashes", "-r", "requirements.lock"]) and ran(
        [*pip, "--no-deps", "--no-build-isolation", "--editable", "."]
    )


def ran(command, quiet=False):
    """Run a command for this `.venv`; whether it went well."""
    environment = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")}
    environment.update(UV_PROJECT_ENVIRONMENT=str(PLACE), PIP_DISABLE_PIP_VERSION_CHECK="1")
    silence = subprocess.DEVNULL if quiet else None
    sys.stdout.flush()
    return subprocess.call(command, env=environment, stdin=subprocess.DEVNULL, stderr=silence) == 0


def scripts():
    """Where the environment keeps its programs."""
    return PLACE / ("Scripts" if os.name == "nt" else "bin")


def python():
    """The environment's Python."""
    return str(scripts() / "python")


if __name__ == "__main__":
    sys.exit(main())
