"""Kinds of click commands: with examples in their help, and a group that imports a command when it is called."""

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import click


class Command(click.Command):
    """A command with examples: help prints them, tests run them, the reference page shows them."""

    def __init__(self, *args: Any, examples: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.examples = examples

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, one a line, at the end of the help."""
        super().format_epilog(ctx, formatter)
        _write(self.examples, formatter)


class Group(click.Group):
    """A noun with its verbs; with examples as commands have them."""

    command_class = Command

    def __init__(self, *args: Any, examples: Sequence[str] = (), **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.examples = examples

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order written, not of the alphabet."""
        del ctx
        return list(self.commands)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, one a line, at the end of the help."""
        super().format_epilog(ctx, formatter)
        _write(self.examples, formatter)


class LazyGroup(Group):
    """A group over a table of name: (module, summary); the module's `command` is the command.

    Help prints the summaries, so that asking for help imports nothing.
    """

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str]] | None = None, **extra: Any) -> None:
        super().__init__(*args, **extra)
        self.table = table or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; None where there is none of that name."""
        del ctx
        if cmd_name not in self.table:
            return None
        found: click.Command = importlib.import_module(self.table[cmd_name][0]).command
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Click's, with suggestions from the table."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as unknown:
            raise click.NoSuchCommand(unknown.command_name, possibilities=self.list_commands(ctx), ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands with their summaries, without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in self.table.items()])


def _write(examples: Sequence[str], formatter: click.HelpFormatter) -> None:
    if not examples:
        return
    formatter.write_paragraph()
    formatter.write(f"{'Examples' if len(examples) > 1 else 'Example'}:\n")
    for example in examples:
        formatter.write(f"  {example}\n")
