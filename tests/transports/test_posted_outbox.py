"""Posting to a partner's address: what his answer says of the file, and what is never taken for a yes."""

import base64
import threading
from collections import deque
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from gateway.ports import OutcomeUnknown, Refused, Unavailable
from gateway.transports.posted import PostedOutbox


class Partner:
    """A server that answers as it is told: (status, headers, body), or `close` after it has everything."""

    def __init__(self):
        self.answers, self.came = deque(), []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                outer.came.append((dict(self.headers), body))
                said = outer.answers.popleft() if outer.answers else (200, {}, b"")
                if said == "close":
                    self.close_connection = True
                    return
                status, headers, content = said
                self.send_response(status)
                for name, value in {"content-length": str(len(content)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/edi"

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def partner():
    made = Partner()
    yield made
    made.close()


@pytest.fixture
def outbox(partner):
    made = []

    def make(**settings):
        secrets = {"env:T": "a-token", "env:P": "pä:ss"}
        made.append(PostedOutbox("acme", {"url": partner.url, "timeout": timedelta(seconds=20), **settings}, secrets.__getitem__))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_a_file_goes_as_it_is_with_its_name_its_kind_and_a_key_that_stays_the_same(partner, outbox):
    content = bytes(range(256)) * 20_000
    made = outbox(token="env:T")
    for _ in range(2):
        assert made.put("850_000000001.edi", [content[:999], content[999:]]) == "850_000000001.edi"
    (first, body), (again, _) = partner.came
    assert body == content
    assert (first["content-type"], first["authorization"]) == ("application/edi-x12", "Bearer a-token")
    assert first["content-disposition"] == 'attachment; filename="850_000000001.edi"'
    assert first["idempotency-key"] == again["idempotency-key"] == "850_000000001.edi"


def test_a_login_by_name_and_password(partner, outbox):
    outbox(user="us", password="env:P").put("a.csv", [b"x"])
    (headers, _), *_ = partner.came
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode() == "us:pä:ss"
    assert headers["content-type"] == "text/csv"


PAGE = {"content-type": "text/html; charset=utf-8"}
PROBLEM = {"content-type": "application/problem+json"}
ANSWERS = [
    ((503, {"retry-after": "77"}, b""), Unavailable, "503"),
    ((429, {}, b""), Unavailable, "429"),
    ((500, {}, b""), Unavailable, "500"),
    ((401, {}, b""), Unavailable, "our login is refused"),
    ((403, {}, b""), Unavailable, "our login is refused"),
    ((422, PROBLEM, b'{"detail": "ISA06 is\\u001b not yours"}'), Refused, r"422: ISA06 is\\x1b not yours"),
    ((400, {"content-type": "text/plain"}, b"no\n\n  GS"), Refused, "400: no GS"),
    ((302, {"location": "https://elsewhere.example"}, b""), Refused, "points elsewhere"),
    ((200, PAGE, b"<html>Please sign in</html>"), OutcomeUnknown, "web page"),
    ((404, PAGE, b"<html>secret</html>"), Refused, "404$"),
    ("close", OutcomeUnknown, "is not known"),
]


@pytest.mark.parametrize(("answer", "error", "said"), ANSWERS, ids=[str(n) for n in range(len(ANSWERS))])
def test_what_he_answers_decides_what_is_done(partner, outbox, answer, error, said):
    partner.answers.append(answer)
    with pytest.raises(error, match=said) as raised:
        outbox().put("a.edi", [b"x"])
    if answer[0] == 503:
        assert raised.value.retry_after == 77
    assert len(partner.came) == 1


def test_nobody_at_the_address_is_unavailable():
    made = PostedOutbox("acme", {"url": "http://127.0.0.1:1/edi"}, {}.__getitem__)
    with pytest.raises(Unavailable, match="cannot be reached"):
        made.put("a.edi", [b"x"])


@pytest.mark.parametrize("name", ["", "..", "a b", "../x", 'a"; x="', "a\r\nx: y"])
def test_a_name_that_could_be_something_else_is_refused(partner, outbox, name):
    with pytest.raises(Refused, match="cannot name a file"):
        outbox().put(name, [b"x"])
    assert partner.came == []
