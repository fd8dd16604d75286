"""Every command in the docs is run, in order, in an empty folder; where output is shown it must be what comes."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    "README.md",
    "docs/adding-a-partner.md",
    "docs/api.md",
    "docs/files.md",
    "docs/mappings.md",
    "docs/sending.md",
    "docs/writing.md",
    "docs/xml-and-json.md",
]
EXIT = re.compile(r"\s*# exit code (\d+)$")


def blocks(text: str) -> list[tuple[str, int, list[str]]]:
    """Of each `console` block its commands: text, exit code expected, lines of output shown."""
    found: list[tuple[str, int, list[str]]] = []
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        lines = block.splitlines()
        while lines:
            line = lines.pop(0)
            assert line.startswith("$ "), f"a console block begins with a command, not {line!r}"
            command = line[2:]
            if heredoc := re.search(r"<<'(\w+)'$", command):
                while lines[0] != heredoc[1]:
                    command += "\n" + lines.pop(0)
                command += "\n" + lines.pop(0)
            code = EXIT.search(command)
            shown = []
            while lines and not lines[0].startswith("$ "):
                shown.append(lines.pop(0))
            found.append((EXIT.sub("", command), int(code[1]) if code else 0, shown))
    return found


def matches(shown: list[str], printed: list[str]) -> bool:
    """Whether the lines printed are those shown; a line `...` stands for any number of lines, `...` in one for any text."""
    if not shown:
        return True
    pattern = ""
    for line in shown:
        if line == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part.strip()) for part in line.split("...")).join((r"\s*", r"\s*\n"))
    return re.fullmatch(pattern, "".join(line + "\n" for line in printed)) is not None


@pytest.fixture
def tidy(tmp_path):
    """Ends what a page started and did not come to end: its process is named in a file *.pid."""
    yield
    for named in tmp_path.rglob("*.pid"):
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(named.read_text()), signal.SIGTERM)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_of_the_page_does_what_the_page_shows(page, tmp_path, tidy, missing):
    if shutil.which("curl") is None and "$ curl" in (ROOT / page).read_text(encoding="utf-8"):
        missing("curl", "apt-get install curl")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1"}
    (tmp_path / ".venv").symlink_to(Path(sys.prefix))
    folder = tmp_path
    for command, code, shown in blocks((ROOT / page).read_text(encoding="utf-8")):
        script = f"{command}\nended=$?\npwd > {tmp_path}/.here\nexit $ended"
        done = subprocess.run(["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == code, f"{command}\n{done.stdout}{done.stderr}"
        assert matches(shown, done.stdout.splitlines()), f"{command}\nprinted:\n{done.stdout}\nshown:\n" + "\n".join(shown)
        assert "Traceback" not in done.stderr
        folder = Path((tmp_path / ".here").read_text(encoding="utf-8").strip())


def test_a_page_that_shows_other_output_is_found_out():
    assert matches(["a", "...", "z 1"], ["a", "b", "c", "z 1"])
    assert matches(["x ... y"], ["x  whatever  y"])
    assert not matches(["a"], ["b"])
    assert not matches(["a", "b"], ["a"])
