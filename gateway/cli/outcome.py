"""How a command ends: exit codes, and the ends that are said in one sentence."""

import click

OK = 0
FAILURE = 1
USAGE = 2
NOT_FOUND = 3
FINDINGS = 5
INTERRUPTED = 130

MEANINGS = {
    OK: "Done; nothing is wrong with the data that was looked at.",
    FAILURE: "It could not be done: a file cannot be read or written, an error of ours. One sentence on stderr says what.",
    USAGE: "The command was not understood: an unknown option, a missing argument.",
    NOT_FOUND: "What was named is not there: a file, partner, transmission, document, finding code or project.",
    FINDINGS: "It was done, and the data (or a profile, mapping or example) has errors; they were printed.",
    INTERRUPTED: "Interrupted from the keyboard.",
}
"""What each exit code says; docs/reference/exit-codes.md is made of this."""


class Failure(click.ClickException):
    """It could not be done; the sentence says what and, where there is one, the remedy."""

    exit_code = FAILURE

    def show(self, file: object = None) -> None:
        """The sentence on stderr, as every message of ours stands there."""
        del file
        from gateway.cli.render import say

        say(f"gateway: {self.message}", colour="red")


class NotFound(Failure):
    """What was named is not there."""

    exit_code = NOT_FOUND


def finish(code: int) -> None:
    """Ends the command with an exit code, in the way click and its test runner understand."""
    click.get_current_context().exit(code)
