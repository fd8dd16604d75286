"""A checked set as the tree of loops that mappings read."""

from __future__ import annotations

from gateway.formats.tree import Loop, PlacedSegment
from gateway.formats.x12.conformance import compiled
from gateway.formats.x12.elements import decoded
from gateway.formats.x12.envelope import TransactionSet
from gateway.profiles.guide import Guide


def tree(guide: Guide, transaction_set: TransactionSet, charset: str | None = None, *, placed: bool = False) -> Loop:
    """The set's segments in the loops where `validate` found them; segments without a place stand in the innermost open loop.

    Values are decoded by `charset`, or as UTF-8 where their bytes are (else Latin-1). `placed` keeps each segment's index
    in the set, for origins.
    """
    grammar = compiled(guide, transaction_set.delimiters).grammar
    positions = grammar.positions
    separator, component = transaction_set.delimiters.element, transaction_set.delimiters.component
    segments = transaction_set.segments
    trace = transaction_set.trace or [-1] * len(segments)
    root = here = Loop("", None)
    chain: list[tuple[int, Loop]] = []
    """Open loops, outermost first: the position of the loop's first segment, and the loop."""
    ascii_only = all(map(str.isascii, segments))
    for index, raw in enumerate(segments):
        elements = raw.split(separator)
        if raw.endswith(component):
            elements[-1] = elements[-1].rstrip(component)
        if not ascii_only and not raw.isascii():
            elements = [_decoded(element, charset) for element in elements]
        if placed:
            elements = PlacedSegment(elements, index)
        at = trace[index]
        if at >= 0:
            position = positions[at]
            wanted = position.loops
            if position.opens is not None:
                wanted = wanted[:-1]
            depth = len(wanted)
            if len(chain) != depth or (depth and chain[-1][0] != wanted[-1][1]):
                keep = 0
                while keep < len(chain) and keep < depth and chain[keep][0] == wanted[keep][1]:
                    keep += 1
                del chain[keep:]
                for loop, first in wanted[keep:]:
                    chain.append((first, (chain[-1][1] if chain else root).open(loop.name)))
                here = chain[-1][1] if chain else root
            if position.opens is not None:
                here = here.open(position.opens.name)
                chain.append((at, here))
        name = elements[0]
        found = here.segments.get(name)
        if found is None:
            here.segments[name] = [elements]
        else:
            found.append(elements)
    return root


def _decoded(element: str, charset: str | None) -> str:
    if charset is None:
        return decoded(element)
    try:
        return element.encode("latin-1").decode(charset)
    except UnicodeDecodeError:
        return element
