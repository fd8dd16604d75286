"""The connections to one server: used again, a few at once, and none tried while it is known not to answer (FAULTS 6)."""

import pytest

from gateway.ports import Unavailable
from gateway.transports.sftp.login import Login, NotLetIn
from gateway.transports.sftp.server import Server
from gateway.transports.sftp.wire import Lost
from tests.services.sftp_peer import Peer

LOGIN = Login("sftp.acme.example", "gw", patience=5.0)


class Rig:
    def __init__(self):
        self.now, self.dialled, self.problem, self.peer = 0.0, 0, None, Peer()
        self.server = Server(LOGIN, str, connections=2, timer=lambda: self.now, dial=self.dial)

    def dial(self, login, secrets):
        self.dialled += 1
        if self.problem is not None:
            raise self.problem
        return self.peer.session()

    def use(self):
        with self.server.session() as session:
            return session.where()


@pytest.fixture
def rig():
    made = Rig()
    yield made
    made.server.close()


def test_a_connection_is_used_again_and_asked_whether_it_lives_after_a_while(rig):
    rig.use()
    rig.use()
    assert (rig.dialled, rig.peer.asked.count(16)) == (1, 2)
    rig.now += 10
    rig.use()
    assert (rig.dialled, rig.peer.asked.count(16)) == (1, 4)


def test_a_connection_that_died_while_idle_is_replaced_and_nobody_notices(rig):
    with rig.server.session() as session:
        pass
    session._stream.shutdown(2)
    rig.now += 10
    assert rig.use() == b"/home"
    assert rig.dialled == 2


def test_two_at_once_have_a_connection_each_and_a_third_is_told_that_they_are_busy(rig):
    rig.server.login = Login("sftp.acme.example", "gw", patience=0.01)
    with rig.server.session() as first, rig.server.session() as second:
        assert first is not second
        with pytest.raises(Unavailable, match="busy"):
            rig.use()
    assert rig.dialled == 2


def test_pauses_after_failures_grow_and_end_with_the_first_success(rig):
    rig.problem = Unavailable("refused")
    waits = []
    for _ in range(12):
        with pytest.raises(Unavailable, match="^refused"):
            rig.use()
        dialled = rig.dialled
        try:
            rig.use()
        except Unavailable as told:
            waits.append(told.retry_after)
        assert rig.dialled - dialled == (1 if waits[-1] is None else 0)
        rig.now += waits[-1] or 5
    assert waits[:6] == [None, 10, 20, 40, 80, 160]
    assert max(wait or 0 for wait in waits) == 900
    rig.problem = None
    rig.use()
    rig.problem = Unavailable("refused")
    rig.server.close()
    for _ in range(2):
        with pytest.raises(Unavailable, match="^refused"):
            rig.use()


def test_a_login_that_was_refused_is_not_tried_again_for_a_persons_time(rig):
    rig.problem = NotLetIn("wrong password", retry_after=900.0)
    for _ in range(5):
        with pytest.raises(Unavailable):
            rig.use()
    assert rig.dialled == 1


def test_what_is_lost_in_use_counts_as_failure_and_the_connection_is_not_used_again(rig):
    def lose():
        with rig.server.session() as session:
            rig.peer.bad = {16: None}
            session.patience = 0.01
            session.where()

    for _ in range(2):
        with pytest.raises(Lost):
            lose()
        rig.peer.bad = {}
    with pytest.raises(Unavailable, match="left alone"):
        rig.use()
    rig.now += 100
    rig.use()
    assert rig.dialled == 3


def test_an_idle_connection_is_closed_after_a_while(rig):
    with rig.server.session() as session:
        pass
    rig.now += 20
    rig.server._reap()
    assert session.broken


def test_an_error_of_ours_in_the_block_gives_the_connection_back(rig):
    with pytest.raises(ZeroDivisionError), rig.server.session():
        raise ZeroDivisionError
    rig.use()
    assert rig.dialled == 1
