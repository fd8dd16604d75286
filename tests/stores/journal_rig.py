"""What the tests of the journal build: a clock one moves, ids that count, a database one can kill, and records."""

import hashlib
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.edi.finding import Finding
from gateway.records import AnswerOwed, Arrival, Durable, GroupRecord, InterchangeRecord, Release, StagedDocument
from gateway.stores.sql.dispatch import SqlDispatch
from gateway.stores.sql.journal import SqlJournal, lane_of
from gateway.stores.sql.opening import open_database
from gateway.stores.sql.work import SqlWork


class Killed(BaseException):
    """The process died here."""


class MovedClock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.moment = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)

    def now(self):
        return self.moment

    def move(self, **delta):
        self.moment += timedelta(**delta)


class CountedIds:
    """Ids that sort as they are made, and never repeat within a test, across reopened journals too."""

    def __init__(self):
        self.counted = itertools.count(1)  # several workers take from one

    def new(self):
        return f"{next(self.counted):026d}"


class Fault:
    """Notes every point; dies at the n-th passing of the one it is armed for."""

    def __init__(self):
        self.passed = []
        self.armed = None

    def arm(self, name, time=1):
        self.armed = (name, time)

    def __call__(self, name):
        self.passed.append(name)
        if self.armed is not None and self.armed[0] == name:
            self.armed = (name, self.armed[1] - 1)
            if self.armed[1] == 0:
                self.armed = None
                raise Killed(name)


class Rig:
    """A journal with its queue and dispatch on one database, which can be closed and opened again."""

    def __init__(self, path=None):
        self.path = path
        self.clock, self.ids, self.fault = MovedClock(), CountedIds(), Fault()
        self.open()

    def open(self):
        self.database = open_database(self.path, self.fault)
        self.journal = SqlJournal(self.database, self.clock, self.ids, self.fault)
        self.work = SqlWork(self.database, self.clock, self.fault)
        self.dispatch = SqlDispatch(self.database, self.clock, self.fault)

    def reopen(self):
        """After a kill: the files are all there is, and the dead owner's leases are known to be dead."""
        self.database.close()
        self.open()
        self.work.reclaim(lambda owner: True)

    def receive(self, data=b"ISA", name="orders.edi", channel="acme", identity=None):
        durable = Durable(hashlib.sha256(data).hexdigest(), len(data))
        return self.journal.receive(Arrival(channel, name, identity or self.ids.new(), durable)).result()

    def lease(self, transmission):
        (lease,) = self.work.claim("tester", lane=lane_of(transmission))
        return lease

    def staged(self, number=1, group=1, interchange=1, part=1, **facts):
        key = facts.pop("key", f"PO-{number}")
        defaults = {
            "set_id": "850",
            "control_number": f"{number:04d}",
            "span": (200, 100),
            "isa_span": (0, 106),
            "gs_span": (106, 60),
            "ordinal": 3,
            "line": 3,
            "verdict": "A",
            "held_at": None,
            "partner": "acme",
            "document_type": "purchase_order",
            "schema_version": "1",
            "business_key": key,
            "effect_key": f"acme/purchase_order/{key}",
            "content": f'{{"number":"{key}"}}',
            "destinations": ("erp",),
        }
        facts.setdefault("digest", hashlib.sha256(str(facts.get("content", key)).encode()).hexdigest())
        return StagedDocument(self.ids.new(), interchange, group, number, part, **(defaults | facts))

    def carry(self, receipt, documents=(), release=None):
        """Stage and release one interchange of a transmission, as the pipeline does; says state and transmission state."""
        lease = self.lease(receipt.transmission)
        self.journal.begin(lease, receipt.transmission)
        if documents:
            self.journal.write(lease, receipt.transmission, list(documents))
        [state] = self.journal.write(lease, receipt.transmission, [release or a_release()])
        ended = self.journal.finish(lease, receipt.transmission, [], "x12").result()
        self.work.close(lease)
        return state, ended


def a_finding(code="some-code", severity="error"):
    return Finding(code, severity, "syntax", "is wrong", "mend it")


def a_group(number=1, verdict="A", sets=1, accepted=1):
    return GroupRecord(number, "PO", str(number), "004010", (106, 60), verdict, sets, accepted)


def an_answer(group=1, form="997"):
    gs = None if form == "TA1" else "gs/us/acme/FA"
    return AnswerOwed(group, form, {"group": group, "form": form}, "acme-out", "acme", "isa/us/acme", gs)


def a_release(number=1, sha="a" * 64, control_number="000000001", groups=None, answers=None, held=None, policy="hold", since=None, **facts):
    defaults = {"complete": True, "accepted": True, "ta1": "A", "partner": "acme"}
    read = InterchangeRecord(
        number, "ZZ/ACME", "ZZ/US", control_number, "00401", "P", (0, 400), (0, 106), sha, held=held, **(defaults | facts)
    )
    groups = (a_group(),) if groups is None else groups
    answers = (an_answer(),) if answers is None else answers
    return Release(read, tuple(groups), tuple(answers), policy, since)


def with_read(release, **facts):
    return replace(release, interchange=replace(release.interchange, **facts))
