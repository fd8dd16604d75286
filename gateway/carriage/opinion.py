"""What counts of a second opinion."""

from __future__ import annotations

from gateway.edi.finding import Finding
from gateway.formats.x12.envelope import TransactionSet


def unheard(found: TransactionSet, opinions: list[Finding]) -> list[Finding]:
    """The opinions on segments of which none of our own findings speaks."""
    ours = {finding.location.segment_position for finding in found.findings}
    return [opinion for opinion in opinions if opinion.location.segment_position not in ours]
