"""Exceptions that reached the end of the command, as sentences."""

import errno

from gateway.edi.finding import Halt
from gateway.edi.shown import shown

_REMEDY = "run it again with --debug (or GATEWAY_DEBUG=1) for the details, and tell us"


def sentence(error: Exception) -> str:
    """One sentence for a person: what it is about and what to do."""
    if isinstance(error, Halt):
        at = error.finding.location
        place = ":".join(str(part) for part in (at.file, at.line, at.column) if part is not None)
        return shown(f"{place}: {error.finding.message} {error.finding.remedy}".removeprefix(": "))
    if isinstance(error, OSError):
        if error.errno == errno.ENOSPC:
            return "there is no space left to write to; make room and run it again"
        return shown(f"{error.filename or 'input or output'}: {(error.strerror or str(error) or 'failed').lower()}")
    if isinstance(error, MemoryError):
        return "there is not enough memory for this"
    if type(error).__module__ == "gateway.ports":  # EdgeError and its kinds carry a sentence for a person
        return shown(str(error))
    first = next(iter(str(error).splitlines()), "")
    return shown(f"something went wrong that we did not foresee ({type(error).__name__}: {first[:200]}); {_REMEDY}")
