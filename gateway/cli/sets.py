"""Findings of a set or envelope for people: under the set's name, those that are alike counted."""

from collections.abc import Sequence

from gateway.cli.render import put, put_finding
from gateway.edi.finding import Finding
from gateway.formats.x12.envelope import TransactionSet
from gateway.formats.x12.inspect import line_hint

VERDICTS = {"A": "accepted", "E": "accepted with errors", "P": "partly accepted", "R": "rejected"}
_COLOUR_OF = {"A": None, "E": "yellow", "R": "red"}
ALIKE = 3
"""Findings of one code and wording that are shown of one set; further ones are counted."""


def put_found(
    file: str, found: TransactionSet | None, findings: Sequence[Finding], *, quiet: bool = False, err: bool = False, held: str | None = None
) -> None:
    """Findings with their places; `found` is the set they stand in, `held` the verb at which it stopped.

    `quiet` leaves all but errors out, `err` prints to stderr.
    """
    told = [finding for finding in findings if not quiet or finding.severity == "error"]
    if told and found is not None:
        stopped = f", no document (held at {held})" if held is not None and found.accepted != "R" else ""
        put(
            f"{file}: {found.id} {found.control_number}: {VERDICTS[found.accepted]}{stopped}",
            colour=_COLOUR_OF[found.accepted],
            bold=True,
            err=err,
        )
    numbers: dict[tuple[str, str], int] = {}
    for finding in told:
        alike = (finding.code, finding.message)
        numbers[alike] = numbers.get(alike, 0) + 1
        if numbers[alike] <= ALIKE:
            put_finding(finding, file, line_hint(found, finding.location) if found is not None else "", err=err)
    for (code, message), number in numbers.items():
        if number > ALIKE:
            put(f"    and {number - ALIKE:,} more [{code}]: {message}", err=err)
