"""Any day on the way out, as hypothesis makes it up: documents left, outages, lost replies, answers, kills, and people who send again.

What the partner has at the end is held against a few laws that know nothing of the journal.
"""

import shutil
import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test
from sqlalchemy import select

from gateway import pipeline
from gateway.carriage.leaving import ONCE_MORE
from gateway.exchange.sending_again import PURPOSES, not_as_another, not_as_it_was
from gateway.ports import OutcomeUnknown, Refused, Unavailable
from gateway.records import Source
from gateway.stores.sql import outgoing_views, tables, views
from gateway.transports.memory import MemoryOutbox
from tests.pipeline.out_world import OutWorld, answer_997, order
from tests.pipeline.test_outbound_kills import POINTS
from tests.pipeline.world import group, interchange
from tests.stores.journal_rig import Killed


class Partner(MemoryOutbox):
    """His mailbox; what goes wrong with the next puts is said by `trouble`, and what he collected is in `has`."""

    def __init__(self, channel):
        super().__init__(channel)
        self.trouble = []
        self.has = []

    def put(self, name, chunks):
        went = self.trouble.pop(0) if self.trouble else "well"
        if went == "down":
            raise Unavailable("connection refused")
        if went == "no":
            raise Refused("the mailbox takes nothing of ours")
        if went == "lost":
            raise OutcomeUnknown("the connection ended")
        name = super().put(name, chunks)
        if went == "late":
            raise OutcomeUnknown("the reply was lost")
        return name

    def collect(self):
        """He takes what is there, which is gone then."""
        self.has += self.files.values()
        self.files = {}

    def everything(self):
        """Every interchange that he ever had: (ISA13, GS06, sets as (ST02, purpose, number), bytes)."""
        found = []
        for content in [*self.has, *self.files.values()]:
            rows = [segment.split("*") for segment in content.decode().replace("\n", "").split("~")[:-1]]
            sets, st02 = [], ""
            for row in rows:
                if row[0] == "ST":
                    st02 = row[2]
                elif row[0] == "BEG":
                    sets.append((st02, row[1], row[3]))
            gs = next(row for row in rows if row[0] == "GS")
            found.append((int(rows[0][13]), gs[6], tuple(sets), content))
        return found


NUMBERS = st.sampled_from(["PO-1", "PO-2", "PO-3", "PO-4"])
PICK = st.integers(0, 100)


class WayOut(RuleBasedStateMachine):
    """The ERP, the partner, the network, the people and the kills."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.world = OutWorld(self.folder)
        self.world.outbox = self.partner = Partner("acme/out/1")
        self.world.reopen()
        self.left = set()
        self.refused = defaultdict(set)
        """Of each ISA13 the ST02s that the partner has refused."""
        self.answered = set()
        self.asked_once_more = 0
        self.discarded = set()
        self.keys = 0

    def teardown(self):
        if not hasattr(self, "world"):
            return
        self.world.fault.armed, self.partner.trouble = None, []
        for _ in range(12):  # all goes well from now on, for some days
            self.world.clock.move(hours=6)
            self.do(self.world.run)
        self.laws()
        self.nothing_is_lost()
        self.world.close()
        shutil.rmtree(self.folder)

    def do(self, step):
        """Do a step; after a kill the gateway is started anew and the step done again."""
        for _ in range(20):
            try:
                return step()
            except Killed:
                self.world.reopen()
        raise AssertionError("it never came to rest")

    def key(self):
        self.keys += 1
        return f"k{self.keys}"

    # ---------------------------------------------------------------- what happens

    @rule(numbers=st.lists(NUMBERS, min_size=1, max_size=3, unique=True), quantity=st.sampled_from(["5", "6"]))
    def leave(self, numbers, quantity):
        key = self.key()
        self.left |= set(numbers)
        self.do(lambda: self.world.leave(*(order(number, quantity) for number in numbers), key=key, run=False))

    @rule(trouble=st.lists(st.sampled_from(["down", "lost", "late", "no", "well"]), min_size=1, max_size=3))
    def something_goes_wrong(self, trouble):
        self.partner.trouble += trouble

    @rule(minutes=st.sampled_from([0, 1, 60, 300]))
    def work(self, minutes):
        self.world.clock.move(minutes=minutes)
        self.do(self.world.run)

    @rule(point=st.sampled_from(POINTS), time=st.integers(1, 3))
    def it_will_be_killed(self, point, time):
        self.world.fault.arm(point, time)

    @rule()
    def the_partner_collects(self):
        self.partner.collect()

    @precondition(lambda self: self.open_groups())
    @rule(pick=PICK, verdict=st.sampled_from("AERP"), which=st.integers(0, 7), names=st.sampled_from(["all", "refused", "none"]))
    def the_partner_answers(self, pick, verdict, which, names):
        groups = self.open_groups()
        isa, gs, sets, _ = groups[pick % len(groups)]
        numbers = [st02 for st02, _, _ in sets]
        bad = {"R": set(numbers), "P": {number for n, number in enumerate(numbers) if which >> n & 1}}.get(verdict, set())
        if verdict == "P" and not 0 < len(bad) < len(numbers):
            return  # that would be A or R
        named = [n for n in numbers if n in bad] if names == "refused" else numbers if names == "all" else []
        body = answer_997(gs, *((n, "R" if n in bad else "A") for n in named), verdict=verdict)
        body[-2] = f"AK9*{verdict}*{len(numbers)}*{len(numbers)}*{len(numbers) - len(bad)}"
        if verdict != "P" or named:
            self.answered.add(isa)
            self.refused[isa] |= bad
        self.keys += 1
        file = interchange(group(body, functional="FA"), number=f"{self.keys:09d}")
        self.world.drop(file, f"{self.keys}.edi")
        self.do(self.world.run)

    # ---------------------------------------------------------------- what people do

    @rule(pick=PICK)
    def sent_again_as_it_was(self, pick):
        rows = outgoing_views.interchanges(self.world.gateway.database)
        may = [row for row in rows if not not_as_it_was(row["state"], [one["state"] for one in row["groups"]])]
        if may:
            identity = may[pick % len(may)]["id"]
            self.do(lambda: self.world.gateway.sendings.send_again(identity, "Robin"))

    @rule()
    def what_is_held_is_tried_again(self):
        for held in self.world.held():
            self.do(lambda held=held: self.world.reprocess(held, run=False))

    @rule(pick=PICK, purpose=st.sampled_from(sorted(PURPOSES)))
    def sent_once_more_as_another(self, pick, purpose):
        rows = [row for row in views.documents(self.world.gateway.database) if row["business_key"] in self.left]
        may = []
        for row in rows:
            facts = views.document_of(self.world.gateway.database, row["id"])
            if facts["direction"] == "our" and not not_as_another(facts["answered"]):
                may.append(facts)
        if may:
            one = may[pick % len(may)]
            source = Source(ONCE_MORE, self.key(), "again.json", one["partner"])
            self.asked_once_more += 1
            self.do(lambda: pipeline.leave(self.world.gateway.edges, [pipeline.once_more(one["content"], PURPOSES[purpose])], source))

    @rule(pick=PICK)
    def what_could_not_be_sent_is_discarded(self, pick):
        held = [one for one in self.world.held() if one.kind == "outgoing"]
        if held:
            one = held[pick % len(held)]
            facts = outgoing_views.interchange_of(self.world.gateway.database, one.id)
            self.discarded |= {row["business_key"] for row in facts["sets"]}
            self.do(lambda: self.world.discard(one, "Robin", "ordered by telephone"))

    # ---------------------------------------------------------------- what must be so

    def open_groups(self):
        """What he has and has not answered for good."""
        if not hasattr(self, "partner"):
            return []
        return sorted({one for one in self.partner.everything() if one[0] not in self.answered})

    @invariant()
    def laws(self):
        if not hasattr(self, "partner"):
            return
        everything = self.partner.everything()
        texts, at = {}, defaultdict(set)
        once_more = set()
        for isa, _, sets, content in everything:
            assert texts.setdefault(isa, content) == content, "two interchanges under one number"
            for st02, purpose, number in sets:
                if purpose == "00":
                    at[number].add((isa, st02))
                else:
                    once_more.add((isa, st02))
        for number, places in at.items():
            for isa, st02 in sorted(places)[:-1]:
                assert st02 in self.refused[isa], f"{number} went as {isa} and once more, and nobody had refused it"
        assert len(once_more) <= self.asked_once_more

    def nothing_is_lost(self):
        """Every order is with the partner, or waits for a person, or a person ended it; and nothing is left to be done."""
        has = {number for _, _, sets, _ in self.partner.everything() for _, _, number in sets}
        held = self.world.held()
        waits = {one.business_key for one in held}
        for one in held:
            if one.kind == "outgoing":
                waits |= {row["business_key"] for row in outgoing_views.interchange_of(self.world.gateway.database, one.id)["sets"]}
        assert self.left - has - waits - self.discarded == set()
        open_work = select(tables.work.c.kind, tables.work.c.subject).where(tables.work.c.state == "open", tables.work.c.kind != "poll")
        assert self.world.gateway.database.read(lambda connection: connection.execute(open_work).all()) == []
        states = {row["number"]: {one["control_number"]: one["state"] for one in row["sets"]} for row in self.rows()}
        for isa in self.answered:
            for st02, state in states[isa].items():
                assert state == ("rejected" if st02 in self.refused[isa] else "accepted"), (isa, st02, state)

    def rows(self):
        return outgoing_views.interchanges(self.world.gateway.database, limit=1000)


FEW = settings(max_examples=8, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck))


def test_whatever_happens_nothing_is_lost_and_nothing_goes_twice_unasked():
    run_state_machine_as_test(WayOut, settings=FEW)


@pytest.mark.campaign
def test_whatever_happens_on_many_days():
    run_state_machine_as_test(WayOut, settings=settings(FEW, max_examples=2000, stateful_step_count=40))
