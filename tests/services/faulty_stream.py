"""An SFTP stream that is lost at a chosen request: the request never arrives, or it does and its reply never comes."""

from __future__ import annotations

from gateway.transports.sftp.login import connect


class Plan:
    """Which request of all that are sent is lost, and how: "request" or "reply". `sent` counts requests over all connections."""

    def __init__(self, at: int | None, how: str = "request", kinds: tuple[int, ...] = ()) -> None:
        self.at = at
        self.how = how
        self.kinds = kinds
        self.sent = 0
        self.fired = False

    def dial(self, login, secrets):
        """Connects; what is then asked goes through the plan."""
        session = connect(login, secrets)
        session._stream = _Faulty(session._stream, self)
        return session

    def hits(self, packet: bytes) -> bool:
        """Whether this request is the one; counts it."""
        if self.kinds and packet[4] not in self.kinds:
            return False
        self.sent += 1
        if self.fired or self.sent != self.at:
            return False
        self.fired = True
        return True


class _Faulty:
    def __init__(self, stream, plan):
        self._stream = stream
        self._plan = plan
        self.recv = stream.recv
        self.settimeout = stream.settimeout
        self.close = stream.close

    def send(self, packet: bytes) -> int:
        # a session gives each request whole, and so must it go on, that the next call is the next request
        lost = self._plan.hits(packet)
        if lost and self._plan.how == "request":
            self._stream.close()
            raise OSError("cut before the request")
        rest = packet
        while rest:
            rest = rest[self._stream.send(rest) :]
        if not lost:
            return len(packet)
        self._await(packet[5:9])
        self._stream.close()
        raise OSError("cut before the reply")

    def _await(self, number: bytes) -> None:
        heard = b""
        self._stream.settimeout(20)
        while True:
            while len(heard) >= 4 and len(heard) >= 4 + int.from_bytes(heard[:4], "big"):
                size = 4 + int.from_bytes(heard[:4], "big")
                if heard[5:9] == number:
                    return
                heard = heard[size:]
            heard += self._stream.recv(1 << 20)
