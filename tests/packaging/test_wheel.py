"""What is shipped works where the clone is not: a wheel in an empty environment, a wheel from the sdist."""

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile

import pytest

SHIPPED = ("partner_profiles", "mappings", "samples")
ORDER = (
    b"ISA*00*          *00*          *ZZ*BUYER          *ZZ*SUPPLIER       *261121*0300*U*00401*000000007*0*T*>~"
    b"GS*PO*BUYER*SUPPLIER*20261121*0300*7*X*004010~ST*850*0001~BEG*00*SA*PO-7**20261121~"
    b"PO1*1*12*EA*9.25**VP*A-1~CTT*1~SE*5*0001~GE*1*7~IEA*1*000000007~"
)
SDIST = {"gateway", *SHIPPED, "tests", "benchmarks", "docs", "tools"}


def build(clone, target, where):
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(where)], cwd=clone, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    [made] = where.iterdir()
    return made


@pytest.fixture(scope="module")
def wheel(clone, tmp_path_factory):
    return build(clone, "wheel", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def sdist(clone, tmp_path_factory):
    return build(clone, "sdist", tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """An environment outside the clone with the wheel in it; the libraries it needs are lent by the one the tests run in."""
    place = tmp_path_factory.mktemp("an empty place") / "env"
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
    )
    paths = {"base": str(place), "platbase": str(place)}
    # a .pth in a lent folder is not followed, so the clone stays out of sight
    with open(os.path.join(sysconfig.get_path("purelib", "venv", paths), "lent.pth"), "w", encoding="utf-8") as lent:
        lent.write(sysconfig.get_path("purelib") + "\n" + sysconfig.get_path("platlib") + "\n")
    return place


@pytest.fixture
def run(installed, tmp_path):
    """Runs a program of the installed environment in an empty folder."""

    def program(name, *words, codes=(0,)):
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "GATEWAY"))}
        done = subprocess.run([str(installed / "bin" / name), *words], cwd=tmp_path, env=clean, capture_output=True, text=True, check=False)
        assert done.returncode in codes, f"{name} {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return program


def test_the_wheel_is_the_package_with_its_starter_data_and_no_more(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"gateway", f"edi_gateway-{wheel.name.split('-')[1]}.dist-info"}
    for folder in SHIPPED:
        assert any(name.startswith(f"gateway/_starter/{folder}/") for name in names), folder
    assert [name for name in names if "__pycache__" in name or "/tests/" in name] == []


def test_the_sdist_takes_what_it_lists(sdist):
    with tarfile.open(sdist) as tar:
        names = [name.split("/", 1)[1] for name in tar.getnames()]
    folders = {name.split("/")[0] for name in names if "/" in name}
    files = {name for name in names if "/" not in name}
    assert folders <= SDIST
    assert {"LICENSE", "README.md", "CHANGELOG.md", "Makefile", "pyproject.toml", "uv.lock", "requirements.lock"} <= files
    assert [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".sqlite"))] == []


def test_a_wheel_from_the_sdist_is_the_wheel_from_the_clone(sdist, wheel, tmp_path):
    with tarfile.open(sdist) as tar:
        tar.extractall(tmp_path, filter="data")
    [unpacked] = tmp_path.iterdir()
    (tmp_path / "again").mkdir()
    again = build(unpacked, "wheel", tmp_path / "again")
    assert sorted(zipfile.ZipFile(again).namelist()) == sorted(zipfile.ZipFile(wheel).namelist())


def test_the_installed_package_is_not_the_clone(run, installed):
    assert run("python", "-c", "import gateway; print(gateway.__file__)").startswith(str(installed))


def test_the_installed_package_finds_its_starter_data(run, clone):
    question = "import json; from gateway.stores.library import FolderLibrary as F; print(json.dumps(F().names('mappings/')))"
    names = json.loads(run("python", "-c", question))
    assert [name for name in names if not (clone / name).is_file()] == []
    assert "mappings/guides/x12/004010/segments.yaml" in names


def test_the_installed_command_makes_a_project_and_checks_a_file(run, clone, tmp_path):
    run("gateway", "init", "acme-project")
    project = tmp_path / "acme-project"
    profiles = sorted(path.name for path in (clone / "partner_profiles").glob("*.yaml"))
    assert sorted(path.name for path in (project / "partner_profiles").glob("*.yaml")) == profiles
    (tmp_path / "order.edi").write_bytes(ORDER)
    report = json.loads(run("gateway", "x12", "check", "--json", "order.edi", codes=(0, 5)))
    assert report["report"] == 1
    assert report["file"] == "order.edi"
    [checked, *_] = report["interchanges"][0]["groups"][0]["transaction_sets"]
    assert checked["guide"], "the standard guide was not found in the package"


def test_the_module_is_the_command(run):
    assert run("python", "-m", "gateway", "--version") == run("gateway", "--version")
