"""The keys that a file has had, in little memory: files of many documents have millions."""

from __future__ import annotations

import hashlib
from array import array

_FIRST = 1024


class Seen:
    """A set of texts kept as numbers of 64 bits: two of ten million texts are taken for one with a chance of one in 300,000."""

    def __init__(self) -> None:
        self._table = array("Q", bytes(8 * _FIRST))
        self._count = 0

    def add(self, text: str) -> bool:
        """Adds a text; False where it was there."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        if not self._put(self._table, int.from_bytes(digest, "big") or 1):
            return False
        self._count += 1
        if self._count * 2 > len(self._table):
            larger = array("Q", bytes(32 * len(self._table)))
            for number in self._table:
                if number:
                    self._put(larger, number)
            self._table = larger
        return True

    @staticmethod
    def _put(table: array[int], number: int) -> bool:
        at = number % len(table)
        while table[at]:
            if table[at] == number:
                return False
            at = at + 1 if at + 1 < len(table) else 0
        table[at] = number
        return True
