"""An ERP over HTTP that keeps its own ledger and misbehaves on order: the ledger, not its answers, says what happened."""

from __future__ import annotations

import json
import threading
from collections import deque
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

LOGIN = b"<!DOCTYPE html><html><body><form action='/login'>Please sign in</form></body></html>"


class ScriptedErp:
    """`script` holds how the next posts go (see `Handler.do_POST`); `finds` how the next questions go; empty: well."""

    def __init__(self) -> None:
        self.ledger: list[dict[str, Any]] = []
        self.wanted: list[dict[str, Any]] = []
        self.script: deque[str] = deque()
        self.finds: deque[str] = deque()
        self.calls: list[str] = []
        self.seen: list[dict[str, str]] = []
        self.tokens = 0
        self.good: str | None = None
        """The authorization that is let in; None: any."""
        self.under_way = 0
        self.most_at_once = 0
        self.hold = threading.Event()
        self.lock = threading.Lock()
        outer = self

        class Handler(_Handler):
            erp = outer

        self.server = _Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/api"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.hold.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A caller that went away is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    erp: ScriptedErp
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.erp.calls.append(f"POST {self.path}")
        self.erp.seen.append({name.lower(): value for name, value in self.headers.items()})
        if self.path == "/api/token":
            self.erp.tokens += 1
            self.erp.good = f"Bearer token-{self.erp.tokens}"
            return self.answer(200, {"access_token": f"token-{self.erp.tokens}", "token_type": "bearer", "expires_in": 3600})
        if self.erp.good is not None and self.headers["authorization"] != self.erp.good:
            return self.answer(401, {"error": "who are you?"})
        with self.erp.lock:
            self.erp.under_way += 1
            self.erp.most_at_once = max(self.erp.most_at_once, self.erp.under_way)
        try:
            return self.posted(body)
        finally:
            with self.erp.lock:
                self.erp.under_way -= 1

    def posted(self, body: bytes) -> None:
        what = self.erp.script.popleft() if self.erp.script else "well"
        if what.isdigit():
            return self.answer(int(what), {"error": {"message": f"no: {what}"}}, [("Retry-After", "7")] if what in ("429", "503") else [])
        if what == "login":
            return self.raw(200, LOGIN, "text/html")
        if what == "closes":
            self.close_connection = True
            return None
        if what == "redirect":
            return self.raw(302, b"", "text/html", [("Location", "/login")])
        if what == "hold":
            self.erp.hold.wait(30)
        key = unquote(self.headers["x-effect-key"])
        with self.erp.lock:
            number = 1 + len(self.erp.ledger)
            self.erp.ledger.append({"id": f"SO{number}", "external": key, "body": body})
        answer = {"data": {"id": f"SO{number}"}}
        if what == "commits then closes":
            self.close_connection = True
            return None
        if what == "commits then login":
            return self.raw(200, LOGIN, "text/html")
        if what == "commits then truncated json":
            return self.raw(201, json.dumps(answer).encode()[:9], "application/json")
        if what == "commits then cut":
            self.send_response(201)
            self.send_header("Content-Length", "999")
            self.end_headers()
            self.wfile.write(b'{"data": {"id": "SO')
            self.close_connection = True
            return None
        if what == "commits then 500":
            return self.answer(500, {"error": "after the commit"})
        if what == "commits then drips":
            self.drip()
            return None
        return self.answer(201, answer)

    def do_GET(self) -> None:
        self.erp.calls.append(f"GET {self.path}")
        split = urlsplit(self.path)
        asked = parse_qs(split.query, keep_blank_values=True)
        what = self.erp.finds.popleft() if self.erp.finds else "well"
        if what.isdigit():
            return self.answer(int(what), {"error": "not now"}, [("Retry-After", "9")])
        if what == "login":
            return self.raw(200, LOGIN, "text/html")
        if split.path == "/api/wanted":
            after = asked["after"][0]
            cursors = [one.get("seq") for one in self.erp.wanted]
            start = cursors.index(after) + 1 if after in cursors else 0
            return self.answer(200, {"data": self.erp.wanted[start : start + int(asked["limit"][0])]})
        if split.path.startswith("/api/by-key/"):
            key = unquote(split.path.removeprefix("/api/by-key/"))
            found = [one for one in self.erp.ledger if one["external"] == key]
            return self.answer(200, {"id": found[0]["id"], "external": key}) if found else self.answer(404, {"error": "none"})
        keys = asked.get("external", [])
        with self.erp.lock:
            found = [one for one in self.erp.ledger if what == "ignores the filter" or one["external"] in keys]
        return self.answer(200, {"data": [{"id": one["id"], "external": one["external"]} for one in found]})

    def drip(self) -> None:
        self.send_response_only(201)
        self.wfile.write(b"".join(self._headers_buffer))
        self._headers_buffer.clear()
        try:
            while not self.erp.hold.wait(0.05):
                self.wfile.write(b"x")
        except OSError:
            pass
        self.close_connection = True

    def answer(self, status: int, value: object, headers: list[tuple[str, str]] | None = None) -> None:
        self.raw(status, json.dumps(value).encode(), "application/json", headers)

    def raw(self, status: int, body: bytes, kind: str, headers: list[tuple[str, str]] | None = None) -> None:
        self.send_response(status)
        for name, value in [("Content-Type", kind), ("Content-Length", str(len(body))), *(headers or [])]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
