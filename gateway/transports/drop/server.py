"""The drop server in this process: for laptops, the demo and small shops; on the internet OpenSSH stands in its place."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

from gateway import durable
from gateway.ports import Unavailable
from gateway.transports.drop.account import Account

if TYPE_CHECKING:
    from gateway.transports.drop.ssh import Limits, Tell

MISSING = "the drop server needs asyncssh, which is not installed; `pip install 'edi-gateway[drop]'` brings it"
HOST_KEY = "drop_host_key"


class DropServer:
    """Serves the drops of all partners from a thread of its own, between `start` and `stop`."""

    def __init__(
        self,
        accounts: Callable[[], Mapping[str, Account]],
        secrets: Callable[[str], str],
        data: Path,
        tell: Tell = lambda *_, **__: None,
        limits: Limits | None = None,
    ) -> None:
        try:
            from gateway.transports.drop import ssh
        except ImportError as error:
            raise Unavailable(MISSING) from error
        self._ssh = ssh
        self._house = ssh.House(accounts, secrets, tell, limits or ssh.Limits())
        self._key = host_key(data, ssh.new_key)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    @property
    def fingerprint(self) -> str:
        """The host key as partners compare it: SHA256:..."""
        return self._ssh.fingerprint(self._key)

    def start(self, host: str, port: int) -> int:
        """Listen; says the port. Raises Unavailable."""
        ready: Future[int] = Future()
        self._thread = threading.Thread(target=self._run, args=(host, port, ready), name="gateway-drop", daemon=True)
        self._thread.start()
        try:
            self.port = ready.result()
        except OSError as error:
            raise Unavailable(f"the drop server cannot listen on {host}:{port}: {(error.strerror or str(error)).lower()}") from error
        return self.port

    def stop(self, patience: float = 5.0) -> None:
        """End every connection; uploads that were not finished broke off."""
        if self._loop is not None and self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopped.set)
            self._thread.join(patience)

    def _run(self, host: str, port: int, ready: Future[int]) -> None:
        asyncio.run(self._serve(host, port, ready))

    async def _serve(self, host: str, port: int, ready: Future[int]) -> None:
        self._loop, self._stopped = asyncio.get_running_loop(), asyncio.Event()
        try:
            acceptor = await self._ssh.listen(self._house, host, port, self._key)
        except OSError as error:
            ready.set_exception(error)
            return
        ready.set_result(acceptor.get_port())
        await self._stopped.wait()
        acceptor.close()
        for door in list(self._house.connected):
            door.leave()
        while self._house.tasks:
            await asyncio.wait(list(self._house.tasks), timeout=1.0)
        self._house.close()


def host_key(data: Path, new: Callable[[], str]) -> str:
    """The server's host key, made once and kept: a partner pins it. Raises Unavailable."""
    try:
        with durable.opened(data, create=True) as folder:
            if not durable.exists(HOST_KEY, folder):
                with contextlib.suppress(FileExistsError):  # another process of ours was faster
                    durable.write_new(folder, HOST_KEY, [new().encode()])
        return (data / HOST_KEY).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise Unavailable(f"the drop server's host key cannot be kept in {data.name}: {error}") from error
