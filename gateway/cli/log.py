"""The service's log: one event a line on stderr, for people on a terminal, as JSON for programs; never what a document says."""

import logging
import os
import sys
from collections.abc import Callable
from typing import Any

from gateway.edi.shown import shown


def teller() -> Callable[..., None]:
    """What the service calls to tell: level, word, facts."""
    import structlog

    terminal = sys.stderr.isatty()
    colours = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    last: list[Any] = [structlog.dev.ConsoleRenderer(colors=colours)] if terminal else [structlog.processors.JSONRenderer(default=str)]
    log = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso", utc=True), _escaped, *last],
        wrapper_class=structlog.BoundLogger,
    )

    def tell(level: str, what: str, **facts: object) -> None:
        getattr(log, level)(what, **facts)

    logging.getLogger().addHandler(_Libraries(tell))
    return tell


class _Libraries(logging.Handler):
    """What libraries warn of comes in the same form as everything else."""

    def __init__(self, tell: Callable[..., None]) -> None:
        super().__init__(logging.WARNING)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it."""
        self._tell("warning", "library", library=record.name, said=record.getMessage())


def _escaped(_logger: object, _method: str, event: Any) -> Any:
    """Names and sentences of others cannot write to the terminal."""
    return {key: shown(value) if isinstance(value, str) else value for key, value in event.items()}
