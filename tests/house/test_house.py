"""The house rules that a program can see: floors, names, sizes, what is imported and what is not called."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections import Counter

import pytest

PURE = ("edi", "documents", "profiles", "formats", "translate", "exchange", "orders")
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}
LINES = 450
LONGER = {}
"""Modules that may be longer, each with its reason."""


@pytest.fixture(scope="module")
def modules(clone):
    """Every module of the package, by its path in the clone."""
    return {path.relative_to(clone).as_posix(): path.read_text(encoding="utf-8") for path in sorted((clone / "gateway").rglob("*.py"))}


def test_imports_go_down_only(clone):
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=clone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


def test_no_module_has_a_name_that_says_nothing(modules):
    assert [name for name in modules if SAYS_NOTHING & set(re.split(r"[/._]", name))] == []


def test_no_module_is_two_things(modules):
    long = {name: text.count("\n") for name, text in modules.items() if text.count("\n") > LINES and name not in LONGER}
    assert long == {}


def test_package_inits_hold_a_docstring_and_nothing_else(modules):
    full = [
        name
        for name, text in modules.items()
        if name.endswith("__init__.py") and any(not isinstance(node, ast.Expr) for node in ast.parse(text).body)
    ]
    assert full == []


def test_pure_rooms_open_nothing_print_nothing_and_ask_no_clock(modules):
    calls = []
    for name, text in modules.items():
        if name.split("/")[1] not in PURE:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in ("open", "print", "input") or re.search(r"\b(datetime|date)\.(now|today|utcnow)$", called):
                    calls.append(f"{name}:{node.lineno} {called}")
    assert calls == []


def test_what_is_imported_is_declared(modules, clone):
    project = tomllib.loads((clone / "pyproject.toml").read_text())["project"]
    optional = [row for extra, rows in project["optional-dependencies"].items() if extra not in ("dev", "fuzz") for row in rows]
    declared = {re.match(r"[\w.-]+", row)[0].lower().replace("_", "-") for row in project["dependencies"] + optional}
    declared.add("pydantic-core")  # pydantic pins it exactly and documents its errors as its own
    providers = importlib.metadata.packages_distributions()
    foreign = {}
    for name, text in modules.items():
        for node in ast.walk(ast.parse(text)):
            roots = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            roots += [node.module] if isinstance(node, ast.ImportFrom) and not node.level else []
            for root in {root.split(".")[0] for root in roots} - set(sys.stdlib_module_names) - {"gateway"}:
                if not declared & {name.lower().replace("_", "-") for name in providers.get(root, [root])}:
                    foreign[root] = name
    assert foreign == {}


def test_no_two_test_modules_share_a_name_and_tests_are_no_packages(clone):
    names = Counter(path.name for path in (clone / "tests").rglob("*.py") if path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1 or name == "__init__.py"] == []


def test_no_test_sleeps_or_mocks_our_own_code(clone):
    sleeping = []
    for path in sorted((clone / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("time.sleep", "sleep"):
                sleeping.append(f"{path.name}:{node.lineno} sleeps")
            if isinstance(node, ast.Import | ast.ImportFrom) and "unittest.mock" in ast.unparse(node).replace(
                "unittest import mock", "unittest.mock"
            ):
                sleeping.append(f"{path.name}:{node.lineno} mocks")
    assert sleeping == []


def test_what_x12_check_runs_on_starts_without_pydantic_sqlalchemy_and_lxml():
    rooms = "gateway.formats.x12.reader, gateway.formats.tree, gateway.profiles.guide, gateway.stores.library"
    words = f"import sys, {rooms}; print(*sorted({{'pydantic', 'sqlalchemy', 'lxml', 'rich', 'click'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, env={"PYTHONPATH": ":".join(sys.path)})
    assert done.stdout.split() == []
