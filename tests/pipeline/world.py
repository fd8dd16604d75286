"""A small world for the tests of the pipeline: profiles, X12 files built from parts, a gateway one can kill and reopen.

Sets are read by a translator of a few lines (BEG is an order's number): what is proved here is what becomes of outcomes.
"""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from gateway import pipeline
from gateway.connectors.memory import MemoryConnector
from gateway.edi.finding import AckCode, Finding, Location
from gateway.settings import Settings
from gateway.stores.archive import FolderArchive
from gateway.stores.library import DictLibrary
from gateway.stores.sql import views
from gateway.transports.memory import MemoryInbox, MemoryOutbox
from gateway.wiring import Gateway
from gateway.worker.loop import Worker
from tests.stores.journal_rig import CountedIds, Fault, MovedClock

US = """
name: Harbor
contacts: [{role: edi, name: EDI desk, email: edi@harbor.example}]
identities:
  main: {isa: "ZZ/HARBOR", gs: HARBOR}
destinations:
  erp: {folder: {path: erp}, testing: erp-test}
  erp-test: {folder: {path: erp-test}, status: testing}
"""

ACME = """
partner: acme
name: Acme Supply
status: production
contacts: [{role: edi, email: edi@acme.example}]
identities: {main: {isa: "ZZ/ACME", gs: ACME}}
channels: {in: [{folder: {path: in/acme}}], out: [{folder: {path: out/acme}}]}
we_receive:
  - {set: "850", version: "004010", answer: {form: "997", ta1: isa14}, deliver_to: [erp]}
"""

FILES = {"partner_profiles/us.yaml": US, "partner_profiles/acme.yaml": ACME, "mappings/x12/004010/850.yaml": "mapping: 1\n"}


def order(number="PO-1", control="0001", segments=(), quantity="5"):
    """One 850, ST to SE."""
    body = [f"ST*850*{control}", f"BEG*00*SA*{number}**20260301", *segments, f"PO1*1*{quantity}*EA*2.50", "CTT*1"]
    return [*body, f"SE*{len(body) + 1}*{control}"]


def group(*sets, number="1", gs="ACME", functional="PO"):
    """GS to GE."""
    head = f"GS*{functional}*{gs}*HARBOR*20260304*0506*{number}*X*004010"
    return [head, *(segment for one in sets for segment in one), f"GE*{len(sets)}*{number}"]


def interchange(*groups, number="000000001", sender="ACME", isa14="0", usage="P", end=True):
    """ISA to IEA as bytes."""
    isa = f"ISA*00*          *00*          *ZZ*{sender:<15}*ZZ*{'HARBOR':<15}*260304*0506*U*00401*{number}*{isa14}*{usage}*>"
    segments = [isa, *(segment for one in groups for segment in one)]
    if end:
        segments.append(f"IEA*{len(groups)}*{number}")
    return "".join(segment + "~\n" for segment in segments).encode()


def file_of(*orders, **facts):
    """An interchange of one group of orders."""
    return interchange(group(*orders), **facts)


@dataclass
class Read:
    """What the small translator makes of a set."""

    findings: list
    documents: list
    verdict: str
    verb: str | None


class Translator:
    """Reads orders; `knows` holds what the partner's terms hold (a unit code) and can be changed, as a person mends a table."""

    def __init__(self):
        self.knows = {"EA"}

    def __call__(self, catalog, terms, interchange, group, found):
        rows = [segment.split("*") for segment in found.segments]
        findings = list(found.findings)
        beg = next((row for row in rows if row[0] == "BEG"), None)
        severities = terms.severities
        if beg is None:
            ack = (AckCode("AK3", "AK304", "3"),)
            findings.append(
                Finding(
                    "missing-beg", "error", "syntax", "BEG is missing", "send it", Location(segment="BEG", segment_position=2), None, ack
                )
            )
        for row in rows:
            if row[0] == "BAD":
                findings.append(Finding("bad", severities.get("bad", "error"), "syntax", "BAD is bad", "leave it out"))
        if any(finding.severity == "error" and finding.layer == "syntax" for finding in findings):
            found.findings = findings
            return Read(findings, [], "R", "validate")
        lines = [row for row in rows if row[0] == "PO1"]
        for line in lines:
            if line[3] not in self.knows:
                findings.append(Finding("unit", "error", "business", f"'{line[3]}' is not a unit", "add it", Location(offset=found.offset)))
                return Read(findings, [], "A", "map")
        purpose = {"00": "original", "01": "cancel", "07": "duplicate"}[beg[1]]
        document = {
            "document_type": "purchase_order",
            "schema_version": "1.0",
            "purpose": purpose,
            "number": beg[3],
            "envelope": {"interchange": interchange.control_number},
            "lines": [{"quantity": Decimal(line[2])} for line in lines],
        }
        return Read(findings, [document], "A", None)


class CountingErp(MemoryConnector):
    """An ERP that notes every request to post, also the second one for an effect key."""

    def __init__(self, name, production):
        super().__init__(name, production=production)
        self.requests = []
        self.trouble = []
        """Raised by the next requests, one each: before posting, or after it where `after` says so."""
        self.after = False

    def create(self, posting):
        self.requests.append(posting.effect_key)
        if self.trouble and not self.after:
            raise self.trouble.pop(0)
        reference = super().create(posting)
        if self.trouble:
            raise self.trouble.pop(0)
        return reference


class World:
    """A gateway on files, with memory on both sides of it that a kill of the gateway does not touch."""

    def __init__(self, folder, files=None, **given):
        self.folder = folder
        self.files = dict(FILES if files is None else files)
        self.clock, self.ids, self.fault, self.translate = MovedClock(), CountedIds(), Fault(), Translator()
        self.inbox, self.outbox = MemoryInbox("acme/in/1"), MemoryOutbox("acme/out/1")
        self.erp, self.test = CountingErp("erp", production=True), MemoryConnector("erp-test")
        self.given = given
        self.open()

    def open(self):
        settings = Settings(self.folder, self.folder, self.folder / "journal.sqlite", self.folder / "archive", every=timedelta(seconds=10))
        given = {
            "library": DictLibrary(self.files),
            "inboxes": {self.inbox.channel: self.inbox},
            "outboxes": {self.outbox.channel: self.outbox},
            "connectors": {"erp": self.erp, "erp-test": self.test},
            "archive": FolderArchive(self.folder / "archive", self.ids, self.fault),
            "translate": self.translate,
        }
        self.gateway = Gateway(settings, self.clock, self.ids, self, self.fault, given | self.given)
        self.worker = Worker(self.gateway)

    def fraction(self):
        return 0.0

    def reopen(self):
        """After a kill; every lease of the dead process is known to be dead."""
        self.gateway.close()
        self.open()
        self.gateway.work.reclaim(lambda owner: True, self.worker.after_deaths)

    def close(self):
        self.gateway.close()

    def drop(self, data, name="orders.edi"):
        self.inbox.drop(name, data)

    def run(self):
        return self.worker.run_until_idle()

    def send(self, data, name="orders.edi"):
        """Drop a file and work until nothing is due."""
        self.drop(data, name)
        self.run()

    # -- what people do

    def lease(self, held):
        """The lane of what is held, waited for as the command line does."""
        (lease,) = self.gateway.work.claim("tester", lane=f"transmission/{held.transmission}")
        return lease

    def reprocess(self, held, run=True, **how):
        with self.gateway.leased(held.transmission) as lease:
            done = pipeline.reprocess(self.gateway.edges, lease, held, **how)
        if run:
            self.run()
        return done

    def discard(self, held, person, reason):
        with self.gateway.leased(held.transmission) as lease:
            return pipeline.discard(self.gateway.edges, lease, held, person, reason)

    # -- what people see

    def documents(self):
        """(business key, state, held at) in the order received."""
        rows = reversed(views.documents(self.gateway.database))
        return [(row["business_key"] or row["set_id"], row["state"], row["held_at"]) for row in rows]

    def summaries(self):
        return [row["summary"] for row in reversed(views.transmissions(self.gateway.database))]

    def held(self, **filters):
        return views.quarantined(self.gateway.database, **filters)

    def posted(self):
        return [posting.business_key for posting in self.erp.posted.values()]

    def answers(self):
        """The acknowledgments that the partner finds, as segments."""
        return {name: content.decode().replace("\n", "").split("~")[:-1] for name, content in self.outbox.files.items()}

    def verdicts(self):
        """AK5 and AK9 of every answer."""
        return [[segment for segment in one if segment[:3] in ("AK5", "AK9", "TA1")] for one in self.answers().values()]

    def outcome(self):
        """All that can be seen from outside: what was posted and what was answered, byte for byte."""
        assert len(self.erp.requests) == len(set(self.erp.requests)), "the ERP was asked twice to post the same"
        return (
            self.posted(),
            sorted(self.outbox.files.items()),
            sorted(self.documents()),
            sorted(row["state"] for row in views.transmissions(self.gateway.database)),
        )
