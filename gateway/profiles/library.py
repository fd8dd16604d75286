"""What the pure rooms ask for files of ours by logical name; the stores give it, a dict does in tests."""

from typing import Protocol


class Library(Protocol):
    """Files of ours (profiles, mappings, guides, tables, templates) by logical name, such as `mappings/x12/004010/850.yaml`."""

    def names(self, prefix: str) -> list[str]:
        """Every logical name that begins with `prefix`, sorted."""
        ...

    def read(self, name: str) -> str:
        """The text of a file; LookupError where there is none. Bytes that are not UTF-8 come as surrogate escapes."""
        ...

    def version(self, name: str) -> str:
        """A hash of the content; LookupError where there is none."""
        ...
