"""The outermost layer: a request has an id, counts against what the process takes on, is logged without what it says, and is answered."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from gateway.surroundings import Ulids
from gateway.web.problems import Problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ALWAYS = ("/livez", "/readyz")
"""What is answered however busy it is."""
_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")
_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
]


class Door:
    """Stands before the application; nothing that goes wrong behind it reaches a client as anything but a problem."""

    def __init__(self, app: App, at_once: int, tell: Callable[..., object], drain: float = 20.0) -> None:
        self._app = app
        self._at_once = at_once
        self._tell = tell
        self._drain = drain
        self._busy = 0
        self._ids = Ulids()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        given = headers.get(b"x-request-id", b"")
        request = given.decode() if _ID.fullmatch(given) else self._ids.new()
        scope.setdefault("state", {}).update({"request": request, "loop": asyncio.get_running_loop()})
        answer = _Answer(send, request, self._drain)
        begun = time.monotonic()
        held = scope["path"] not in ALWAYS
        self._busy += held
        try:
            if held and self._busy > self._at_once:
                raise Problem("busy", headers={"retry-after": "1"})
            if b"transfer-encoding" in headers and b"content-length" in headers:
                # two lengths: what stands between us and the sender may have read another request than we do
                raise Problem("request-malformed", headers={"connection": "close"}, why="it has both Content-Length and Transfer-Encoding")
            await self._app(scope, receive, answer)
        except Problem as problem:
            await answer.problem(problem)
        except Exception as error:  # noqa: BLE001 the last handler: our mistake is logged, and the client is told that it is ours
            self._tell("error", "request-broken", request=request, why=f"{type(error).__name__}: {error}", trace=_trace(error))
            await answer.problem(Problem("broken"))
        finally:
            self._busy -= held
            self._told(scope, answer, time.monotonic() - begun)

    def _told(self, scope: Scope, answer: _Answer, seconds: float) -> None:
        route = scope.get("route")
        facts = {
            "request": answer.request,
            "method": scope["method"],
            "route": getattr(route, "path", "none"),
            "status": answer.status or 499,
            "ms": round(seconds * 1000),
        }
        caller = scope["state"].get("caller")
        if caller is not None:
            facts["caller"] = caller
        if answer.code is not None:
            facts["code"] = answer.code
        level = "error" if answer.status >= 500 else "warning" if answer.status in (401, 403, 429) else "info"
        if facts["route"] not in ALWAYS or answer.status >= 500:
            self._tell(level, "request", **facts)


class _Answer:
    """Passes an answer on with our headers; knows whether one was begun. A client that does not read it is let go."""

    def __init__(self, send: Send, request: str, drain: float) -> None:
        self._send = send
        self.request = request
        self._drain = drain
        self.status = 0
        self.code: str | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            kept = [(name, value) for name, value in message["headers"] if name == b"cache-control"]
            ours = [header for header in _HEADERS if header[0] != b"cache-control" or not kept]
            code = next((value for name, value in message["headers"] if name == b"x-problem"), None)
            self.code = code.decode() if code else None
            message["headers"] = [
                *(header for header in message["headers"] if header[0] != b"x-problem"),
                *ours,
                (b"x-request-id", self.request.encode()),
            ]
        await asyncio.wait_for(self._send(message), self._drain)

    async def problem(self, problem: Problem) -> None:
        """The answer of a problem, if none was begun."""
        if self.status:
            return
        body = problem.body(self.request)
        headers = {**problem.head(), "content-length": str(len(body)), "x-problem": problem.code}
        encoded = [(name.encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
        await self({"type": "http.response.start", "status": problem.status, "headers": encoded})
        await self({"type": "http.response.body", "body": body})


def _trace(error: BaseException) -> str:
    """Where it happened; never the values."""
    places = []
    at = error.__traceback__
    while at is not None:
        places.append(f"{at.tb_frame.f_code.co_name}:{at.tb_lineno}")
        at = at.tb_next
    return " > ".join(places[-12:])
