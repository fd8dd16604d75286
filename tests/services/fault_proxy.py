"""A small TCP proxy that breaks connections on purpose: it cuts after n bytes, or swallows what the server says from a moment on."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class FaultProxy:
    """Carries connections to `target`; `port` is where it listens. The settings count for connections made after they were set,
    `swallow` and `cut_now` at once."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.cut_down_after: int | None = None
        """Bytes from the server after which a connection is cut."""
        self.cut_up_after: int | None = None
        """Bytes to the server after which a connection is cut."""
        self.swallow = False
        """What the server says is dropped: it hears us, we hear nothing."""
        self.down = 0
        """Bytes that came from the server."""
        self.connections = 0
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_now()

    def cut_now(self) -> None:
        """End every connection."""
        with self._lock:
            some, self._open = self._open, []
        for one in some:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                ours, _ = self._listener.accept()
            except OSError:
                return
            try:
                theirs = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                ours.close()
                continue
            self.connections += 1
            with self._lock:
                self._open += [ours, theirs]
            threading.Thread(target=self._pump, args=(theirs, ours, self.cut_down_after, True), daemon=True).start()
            threading.Thread(target=self._pump, args=(ours, theirs, self.cut_up_after, False), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, most: int | None, down: bool) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if most is not None and passed + len(data) > most:
                    target.sendall(data[: most - passed])
                    break
                passed += len(data)
                if down:
                    self.down += len(data)
                    if self.swallow:
                        continue
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
