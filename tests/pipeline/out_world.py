"""A small world for what leaves: real guides and mappings, one partner we send to, orders that the ERP leaves."""

import json

from gateway import pipeline
from gateway.carriage.drafting import Drafter
from gateway.carriage.translating import Translator
from gateway.records import Source
from gateway.stores.library import FolderLibrary
from gateway.stores.sql import outgoing_views
from tests.pipeline.world import World

US = """
name: Harbor
timezone: UTC
contacts: [{role: edi, email: edi@harbor.example}]
identities:
  main: {isa: "ZZ/HARBOR", gs: HARBOR}
  test: {isa: "ZZ/HARBORT", gs: HARBORT, usage: T}
destinations:
  erp: {folder: {path: erp}, testing: erp-test}
  erp-test: {folder: {path: erp-test}, status: testing}
"""

ACME = """
partner: acme
name: Acme Supply
status: production
known_as: [V-1001]
contacts: [{role: edi, email: edi@acme.example}]
identities: {main: {isa: "ZZ/ACME", gs: ACME}, test: {isa: "ZZ/ACMET", gs: ACMET, usage: T}}
channels: {in: [{folder: {path: in/acme}}], out: [{folder: {path: out/acme}}]}
we_send:
  - {set: "850", version: "004010", expect: {form: "997", within: 4h}}
  - {set: "860", version: "004010", status: testing}
"""


DRAFTER = Drafter()
"""One for all worlds: what it has made for terms does not depend on who asks."""


def order(number="PO-1", quantity="5", partner="acme", **more):
    """A purchase order as the ERP leaves it."""
    envelope = {"envelope": {"partner": partner}} if partner else {}
    return {
        "document_type": "purchase_order",
        "schema_version": "1.0",
        "purpose": "original",
        "kind": "stand_alone",
        "number": number,
        "date": "2026-03-01",
        "currency": "USD",
        "parties": [
            {"role": "buyer", "name": "Harbor", "identifier": {"scheme": "assigned_by_buyer", "value": "H1"}},
            {"role": "ship_to", "name": "Dock 4", "identifier": {"scheme": "assigned_by_buyer", "value": "D4"}},
        ],
        "lines": [
            {
                "ordinal": "1",
                "number": "1",
                "quantity": {"value": quantity, "unit": "EA"},
                "price": {"amount": "2.50"},
                "items": [{"scheme": "buyer_item", "value": "B-77"}],
            }
        ],
        **envelope,
        **more,
    }


class OutWorld(World):
    """A World with the real library under a project of its own, into which profiles are written."""

    def __init__(self, folder, **profiles):
        self.project = folder / "project"
        for name, text in {"us": US, "acme": ACME, **profiles}.items():
            self.profile(name, text)
        translator = Translator()
        super().__init__(folder, library=FolderLibrary(self.project), translate=translator, draft=DRAFTER)

    def profile(self, name, text, room="partner_profiles"):
        path = self.project / room / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def leave(self, *documents, key=None, channel="us/erp", partner=None, run=True):
        """The ERP leaves documents in one file; work until nothing is due."""
        self.left = getattr(self, "left", 0) + 1
        data = json.dumps(list(documents) if len(documents) != 1 else documents[0]).encode()
        receipt = pipeline.leave(self.gateway.edges, [data], Source(channel, key or f"key-{self.left}", partner=partner))
        if run:
            self.run()
        return receipt

    def sent(self):
        """What the partner finds, by name, as segments."""
        return self.answers()

    def interchanges(self):
        """(name, state, states of its sets) in the order released."""
        rows = reversed(outgoing_views.interchanges(self.gateway.database))
        return [(row["name"], row["state"], [one["state"] for one in row["sets"]]) for row in rows]


def answer_997(number="1", *sets, verdict="A", functional="PO", control="0001"):
    """One 997: each set is (ST02, AK501, segments of AK3 and AK4)."""
    body = [f"ST*997*{control}", f"AK1*{functional}*{number}"]
    for st02, ak501, *notes in sets:
        body += [f"AK2*850*{st02}", *notes, f"AK5*{ak501}" + ("*5" if ak501 == "R" else "")]
    accepted = sum(ak501 in "AE" for _, ak501, *_ in sets)
    body.append(f"AK9*{verdict}*{len(sets)}*{len(sets)}*{accepted}")
    return [*body, f"SE*{len(body) + 1}*{control}"]
