"""How documents that leave together are packed: into sets of groups of interchanges, as the partner takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

MOST = 1000
"""Sets of one interchange where the partner does not say how many he takes."""

T = TypeVar("T")


def packed(documents: Sequence[T], sets_per_group: int = 0, groups_per_interchange: int = 0) -> Iterator[list[list[T]]]:
    """Interchanges of groups of documents, in order; 0 takes as many as there are, up to MOST sets an interchange."""
    size = sets_per_group or MOST
    most = groups_per_interchange or max(MOST // size, 1)
    groups = [list(documents[start : start + size]) for start in range(0, len(documents), size)]
    for start in range(0, len(groups), most):
        yield groups[start : start + most]
