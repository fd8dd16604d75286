"""Sending: to whom a document of ours goes, and under which agreement (the `we_send` rows)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from gateway.edi.finding import NOWHERE, Finding
from gateway.profiles.agreement import Agreement, at_hand, in_force
from gateway.profiles.catalog import Catalog, Found
from gateway.profiles.codes import CODES
from gateway.profiles.inheritance import hint
from gateway.profiles.partner import Identity

SETS = {
    "purchase_order": "850",
    "purchase_order_acknowledgment": "855",
    "ship_notice": "856",
    "invoice": "810",
    "purchase_order_change": "860",
    "purchase_order_change_acknowledgment": "865",
    "inventory_report": "846",
    "remittance": "820",
    "warehouse_order": "940",
    "warehouse_shipment": "945",
    "stock_transfer": "943",
    "receipt": "944",
    "shipment_status": "214",
}
"""The set that a type of document is sent as."""
ACTIVE = ("production", "testing")


def addressee(catalog: Catalog, document: Mapping[str, Any], named: str | None = None) -> str | Finding:
    """The trading partner a document goes to.

    The one its source names, else the one its envelope names: by profile, by a name under which our own systems know
    him (`known_as`), or by the id that stands in envelopes.
    """
    envelope = document.get("envelope")
    envelope = envelope if isinstance(envelope, Mapping) else {}
    asked = named or envelope.get("partner")
    if asked:
        found = _called(catalog, str(asked))
        return found or _unknown(catalog, str(asked))
    receiver = envelope.get("receiver")
    if not isinstance(receiver, Mapping):
        return CODES["addressee-missing"].finding(NOWHERE)
    pair = str(receiver.get("scheme") or ""), str(receiver.get("value") or "")
    known = catalog.party(pair)
    return known.partner or known.finding or CODES["addressee-missing"].finding(NOWHERE)


def _called(catalog: Catalog, name: str) -> str | None:
    if name in catalog.partners:
        return name
    called = [partner for partner, known in sorted(catalog.partners.items()) if name in known.profile.known_as]
    return called[0] if len(called) == 1 else None


def _unknown(catalog: Catalog, asked: str) -> Finding:
    if asked in catalog.broken:
        return catalog.unusable(asked)
    known = [*catalog.partners, *(name for partner in catalog.partners.values() for name in partner.profile.known_as)]
    return CODES["partner-unknown"].finding(NOWHERE, asked, None, hint=hint(asked, known))


def agreement_to_send(catalog: Catalog, partner: str, document_type: str, test: bool = False, on: date | None = None) -> Found:
    """The agreement under which a document goes to a trading partner, or why there is none.

    An agreement in production sends it in production, unless it is a `test`; one that is being tested sends it as a test
    (ISA15=T, test identities), and only where there is none in production.
    """
    called = catalog.partners[partner].profile.name
    asked = f"to send {document_type.replace('_', ' ')}"
    rows = list(_rows(catalog, partner, document_type))
    if not rows:
        agreed = sorted({one.what for one in catalog.partners[partner].agreements if one.direction == "send"})
        shown = f"; agreed is: {', '.join(agreed)}" if agreed else "; nothing is agreed to be sent to him"
        return Found(partner, finding=CODES["no-agreement"].finding(NOWHERE, None, None, partner=called, what=asked, hint=shown))
    valid = [one for one in rows if in_force(one.row, on)]
    if not valid:
        return Found(partner, finding=CODES["agreement-expired"].finding(NOWHERE, None, None, partner=called, what=asked))
    active = [one for one in valid if one.status in ACTIVE]
    if not active:
        return Found(partner, finding=CODES["partner-not-active"].finding(NOWHERE, valid[0].status, None, partner=called))
    if not test:
        best = _narrowed([one for one in active if one.status == "production"], "P")
        if best:
            return _decided(catalog, partner, best, asked, "P")
    best = _narrowed(active, "T")
    if best:
        return _decided(catalog, partner, best, asked, "T")
    shown = "; agreed are only interchanges of the other kind (usage)"
    return Found(partner, finding=CODES["no-agreement"].finding(NOWHERE, None, None, partner=called, what=asked, hint=shown))


def _narrowed(rows: list[Agreement], usage: str) -> list[Agreement]:
    """Rows for a usage: those that name it before those that do not, and of a test those that are being tested first."""
    fitting = [one for one in rows if one.row.usage in (None, usage)]
    named = [one for one in fitting if one.row.usage == usage] or fitting
    return ([one for one in named if one.status == "testing"] or named) if usage == "T" else named


def _rows(catalog: Catalog, partner: str, document_type: str) -> Iterator[Agreement]:
    """The rows for a document to a partner: his own, and those by which another sends on his behalf."""
    for name, known in sorted(catalog.partners.items()):
        for one in known.agreements:
            if one.direction == "send" and (one.row.on_behalf_of or name) == partner:
                named = one.row.document or next((kind for kind, set_id in SETS.items() if set_id == one.row.set), None)
                if named == document_type:
                    yield one


def _decided(catalog: Catalog, partner: str, best: list[Agreement], asked: str, usage: str) -> Found:
    if len(best) > 1:
        at = best[0].at.location()
        return Found(partner, finding=CODES["agreement-ambiguous"].finding(at, what=asked, other=best[1].at))
    (agreement,) = best
    return Found(partner, at_hand(agreement, agreement.row.identity, _ours(catalog, agreement, usage), usage, agreement.row.version or ""))


def _ours(catalog: Catalog, agreement: Agreement, usage: str) -> str | None:
    """Our identity for the usage, where the one that the profile chooses (or the first) is for the other."""
    identities = catalog.us.identities if catalog.us is not None else {}
    said = catalog.partners[agreement.partner].profile.us
    chosen = said.get(agreement.row.set or "") or said.get("default") or next(iter(identities), "")
    if chosen in identities and identities[chosen].usage in (None, usage) and not (usage == "T" and _for_tests(identities)):
        return None
    return next((name for name, one in identities.items() if one.usage == usage), None)


def _for_tests(identities: Mapping[str, Identity]) -> bool:
    return any(one.usage == "T" for one in identities.values())
