"""A row that names the columns, held against those agreed: in any order and case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.edi.finding import Finding, Location
from gateway.formats.rows.codes import CODES
from gateway.formats.rows.layout import Columns


@dataclass(slots=True)
class Header:
    """Of each column agreed its place in the row (from 0), None where there is none; and what is wrong."""

    order: list[int | None] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether all columns are there, each once."""
        return not any(finding.severity == "error" for finding in self.findings)


def judged(names: Sequence[str], wanted: Columns, line: int, sheet: str | None = None) -> Header:
    """The order of the columns by their names in the file."""
    found = Header()
    folded: dict[str, int] = {}
    for n, name in enumerate(names):
        if name and name.casefold() in folded:
            place = Location(line=line, column=n + 1, field=name, sheet=sheet)
            found.findings.append(CODES["column-twice"].finding(place, name))
        folded.setdefault(name.casefold(), n)
    for _, header in wanted:
        at = folded.pop(header.casefold(), None)
        found.order.append(at)
        if at is None:
            place = Location(line=line, field=header, sheet=sheet)
            found.findings.append(CODES["column-missing"].finding(place, header, found=", ".join(names)[:200]))
    for name, n in folded.items():
        if name:
            place = Location(line=line, column=n + 1, field=names[n], sheet=sheet)
            found.findings.append(CODES["column-extra"].finding(place, names[n]))
    return found
