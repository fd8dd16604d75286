"""Files named on the command line, as streams of bytes, with a progress bar where a person waits."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from gateway.cli.outcome import Failure, NotFound

CHUNK = 262_144
_BAR_FROM = 8_000_000
"""Bytes of a file from which its check may take more than a second."""


@contextmanager
def opened(name: str) -> Iterator[Iterator[bytes]]:
    """The chunks of a file ('-': standard input); NotFound or Failure with a sentence where it cannot be opened."""
    if name == "-":
        yield _chunks(sys.stdin.buffer)
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - closed below, once it is known to be open
    except FileNotFoundError:
        raise NotFound(f"{name}: there is no such file") from None
    except IsADirectoryError:
        raise Failure(f"{name}: is a folder; name the files in it") from None
    except (OSError, ValueError) as error:
        raise Failure(f"{name}: cannot be read: {getattr(error, 'strerror', None) or error}") from None
    with stream:
        yield _watched(stream, name)


def whole(name: str) -> bytes:
    """All bytes of a file ('-': standard input)."""
    with opened(name) as chunks:
        return b"".join(chunks)


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _watched(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """The chunks, with a progress bar on stderr where the file is large and a person looks on."""
    path = Path(name)
    size = path.stat().st_size if path.is_file() else 0
    if size < _BAR_FROM or not sys.stderr.isatty() or sys.stdout.isatty():
        # a bar would be torn apart by findings printed on the same terminal
        yield from _chunks(stream)
        return
    with click.progressbar(length=size, label=click.format_filename(path.name), file=sys.stderr) as bar:
        for chunk in _chunks(stream):
            yield chunk
            bar.update(len(chunk))
