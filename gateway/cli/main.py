"""The command `gateway`: its table of commands, its options, and the last handler, so that no traceback reaches a user."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from gateway.cli.commands import LazyGroup
from gateway.cli.outcome import FAILURE, INTERRUPTED, OK

TABLE = {
    "demo": ("gateway.cli.demo", "See it work on sample partners and real files."),
    "init": ("gateway.cli.init", "Make a project folder with starter profiles and samples."),
    "run": ("gateway.cli.run", "Run the service: receive, translate, deliver, acknowledge."),
    "serve": ("gateway.cli.serve", "Serve the HTTP API for partners and our own systems."),
    "process": ("gateway.cli.process", "Carry files now and say what became of each."),
    "translate": ("gateway.cli.translate", "Print the canonical documents of a file; nothing is stored or sent."),
    "write": ("gateway.cli.write", "Print documents as the file that would leave; nothing is sent."),
    "x12": ("gateway.cli.x12", "Check, acknowledge and look into X12 files."),
    "guide": ("gateway.cli.guide", "List, show and compare guides of transaction sets."),
    "mapping": ("gateway.cli.mapping", "List, lint, explain and preview mappings."),
    "partner": ("gateway.cli.partner", "List, show and check trading partners and their mappings."),
    "channel": ("gateway.cli.channel", "List and try the ways by which files come and go."),
    "drop": ("gateway.cli.drop", "Partners' drops with us: who has one, and a server for them."),
    "sftp-config": ("gateway.cli.sftp_config", "Write an OpenSSH server's configuration for partners' drops."),
    "destination": ("gateway.cli.destination", "Our own systems: list and try them, print staging tables."),
    "table": ("gateway.cli.table", "Code tables, and codes that came and that none knows."),
    "test": ("gateway.cli.test", "Run the examples that stand beside the mappings."),
    "compare": ("gateway.cli.compare", "Compare what two translators made of the same input."),
    "transmission": ("gateway.cli.transmission", "What came and went, verb by verb."),
    "document": ("gateway.cli.document", "Canonical documents, and where each value came from."),
    "inbox": ("gateway.cli.inbox", "What is looked at, and what stands there and is not taken."),
    "acknowledgment": ("gateway.cli.acknowledgment", "TA1, 997 and 999: what we answer, and what partners answer us."),
    "quarantine": ("gateway.cli.quarantine", "What waits for a person: look, reprocess, discard."),
    "explain": ("gateway.cli.explain", "What a finding code means and what to do."),
}
"""Every command: its module and the summary that help prints."""


class Gateway(LazyGroup):
    """The group itself; calling it is the program, `main()` is what tests run."""

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> Any:  # type: ignore[override]
        """Click's, with our exit codes: 130 where interrupted, and output that could not be written is told."""
        standalone = extra.pop("standalone_mode", True)
        if not standalone:
            return super().main(args, prog_name, standalone_mode=False, **extra)
        try:
            code = super().main(args, prog_name, standalone_mode=False, **extra)
            sys.stdout.flush()
        except click.ClickException as stopped:
            stopped.show()
            code = stopped.exit_code
        except BrokenPipeError:
            _close_stdout()
            code = FAILURE
        except click.Abort:
            click.echo("gateway: interrupted", err=True)
            code = INTERRUPTED
        sys.exit(code if isinstance(code, int) else OK)

    def __call__(self, *args: Any, **extra: Any) -> Any:
        """The program: whatever went wrong is told in a sentence; the details are for --debug."""
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        try:
            self.main(*args, **extra)
        except Exception as error:
            if _debug():
                raise
            from gateway.cli.failures import sentence

            click.echo(f"gateway: {sentence(error)}", err=True)
            _close_stdout()
            sys.exit(FAILURE)


def _debug() -> bool:
    return "--debug" in sys.argv[1:] or os.environ.get("GATEWAY_DEBUG", "") not in ("", "0")


def _close_stdout() -> None:
    """What could not be written is not tried again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"gateway {version('edi-gateway')}")
        except PackageNotFoundError:
            click.echo("gateway, run from its source")
        ctx.exit()


@click.group(
    cls=Gateway,
    name="gateway",
    table=TABLE,
    examples=["gateway init my-project", "gateway x12 check order.edi"],
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    envvar="GATEWAY_PROJECT",
    metavar="DIR",
    help="The project folder (GATEWAY_PROJECT); otherwise the folder here or above that holds gateway.yaml.",
)
@click.option("--debug", is_flag=True, help="Show the details of an error of ours (GATEWAY_DEBUG=1).")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Print the version.")
@click.pass_context
def main(ctx: click.Context, project: Path | None, debug: bool) -> None:
    """What trading partners send becomes canonical documents: validated, delivered once, and answered."""
    del debug  # read by the last handler, which stands outside the command
    ctx.obj = project
