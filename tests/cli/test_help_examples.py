"""The examples in the help of every command run, in a project that has what they name."""

import re
import shlex
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gateway.cli.main import TABLE, main

ID = "01K0A7Q2M4XJ5T8Z9V3B6C1D2E"
"""The id that examples show; each project has its own."""
STARTER = Path(__file__).parents[2]
HARBOR = """partner: harbor
name: Harbor
status: testing
identities: {main: {isa: "ZZ/HARBOR", gs: HARBOR}}
channels: {in: [{drop: {keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEuEz1Jp2mFwzfPKrhAUcfnXkqTDePcpaJu1hUIZQVFj harbor"]}}]}
we_receive:
  - {set: "855", version: "004010"}
"""
NOT_RUN = {
    "gateway run": "runs until it is stopped; tests/cli/test_service.py",
    "gateway drop serve": "runs until it is stopped; tests/cli/test_drop.py",
    "gateway drop serve --port 2222": "runs until it is stopped; tests/cli/test_drop.py",
    **dict.fromkeys(("gateway serve", "gateway serve --with-worker", "gateway serve --port 9000"), "runs until it is stopped; tests/web"),
    **dict.fromkeys(
        (
            "gateway document resend PO-1001 --mended --dry-run",
            "gateway document resend PO-1001 --as duplicate",
            "gateway transmission resend 01K0A7Q2M4XJ5T8Z9V3B6C1D2E --dry-run",
            "gateway transmission resend 01K0A7Q2M4XJ5T8Z9V3B6C1D2E",
        ),
        "needs something that was sent; tests/cli/test_sending.py",
    ),
    "gateway demo": "tests/demo",
    "gateway partner trust-host acme": "needs a server; tests/cli/test_channel.py",
    "gateway partner trust-host acme --yes --add": "needs a server; tests/cli/test_channel.py",
}


def examples(group=main, words=()):
    context = click.Context(group, info_name="gateway")
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield from command.examples
        if isinstance(command, click.Group):
            yield from examples(command, (*words, name))


@pytest.fixture
def stocked(carried):
    """A project that carried orders, with the partners that examples name."""
    (carried / "orders.csv").write_text("order_no\n")
    for name in ("answer", "order"):
        shutil.copy(STARTER / "samples" / "demo" / "lakeside" / f"{name}.json", carried)
    profiles = carried / "partner_profiles"
    shutil.copy(STARTER / "partner_profiles" / "lakeside.yaml", profiles)
    (profiles / "harbor.yaml").write_text(HARBOR)
    with (profiles / "acme.yaml").open("a") as file:
        file.write('we_send:\n  - {set: "850", version: "004010"}\n')
    profiles.joinpath("riverside.yaml").write_text(
        (profiles / "acme.yaml").read_text().replace("acme", "riverside").replace("SENDER", "RIVER")
    )
    return carried


def ids(gateway):
    """The id of the one transmission, and of what is held."""
    [transmission] = re.findall(r"\b01[0-9A-Z]{24}\b", gateway("transmission", "list").stdout)
    [held] = re.findall(r"\b01[0-9A-Z]{24}\b", gateway("quarantine", "list").stdout)
    return {"transmission": transmission, "quarantine": held}


@pytest.mark.parametrize("example", sorted({*main.examples, *examples()} - NOT_RUN.keys()))
def test_the_example_runs(gateway, stocked, order, example):
    first, *words = shlex.split(example.partition(" > ")[0])
    assert first == "gateway"
    assert words[0] in TABLE or words[0].startswith("--")
    if ID in words:
        words = [ids(gateway)[words[0]] if word == ID else word for word in words]
    words = [word.replace("PO-1001", "PO-1") for word in words]
    for number, name in enumerate([word for word in words if word.endswith(".edi")], 1):
        (stocked / name).write_text(order(number=f"{number:09d}"))
    # 5 is an answer too: the orders of the examples are what they are
    done = CliRunner().invoke(main, words)
    assert done.exit_code in (0, 5), done.output
    assert done.exception is None or isinstance(done.exception, SystemExit)
