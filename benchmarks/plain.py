"""The same mapping of an order written in plain Python by hand, both ways: what the mapping language is held against.

It reads and writes what `order` makes, and nothing else: no other segment, no finding, no origin, no partner. Codes go
through dictionaries, numbers are Decimal, dates are dates, as in the document that our mapping makes.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

PURPOSES = {"00": "original", "01": "cancel", "05": "replace", "06": "confirmation"}
KINDS = {"SA": "stand_alone", "NE": "new_order", "RL": "release", "BK": "blanket"}
ROLES = {"BY": "buyer", "ST": "ship_to", "BD": "buyer", "SE": "seller", "BT": "bill_to"}
CONTACTS = {"BD": "buyer", "OC": "order_contact"}
NUMBERS = {"TE": "telephone", "EM": "email", "FX": "fax"}
SCHEMES = {"92": "assigned_by_buyer", "91": "assigned_by_seller", "9": "duns_4"}
UNITS = {"EA": "EA", "CA": "XCS", "CT": "XCT", "DZ": "DZN", "LB": "LBR"}
ITEMS = {"UP": "upc", "VN": "vendor_item", "IN": "buyer_item", "UK": "gtin"}


def order(lines: int) -> list[str]:
    """The segments of an order with so many lines, as partners send it."""
    body = ["BEG*00*SA*PO-4711**20260301", "CUR*BY*USD", "REF*DP*042", "PER*BD*JANE DOE*TE*5551234", "DTM*002*20260315"]
    body += ["N1*ST*MAIN STORE*92*0042", "N3*1 HARBOR RD", "N4*TOWN*NY*10001*US"]
    for n in range(1, lines + 1):
        body.append(f"PO1*{n}*{n % 50 + 1}*EA*{n % 97 + 1}.{n % 90 + 10}**UP*{10**11 + n}*VN*A{n:05d}")
        body.append(f"PID*F****Widget {n}")
    body.append(f"CTT*{lines}")
    return ["ST*850*0001", *body, f"SE*{len(body) + 2}*0001"]


def read(segments: list[str]) -> dict[str, Any]:
    """The document of such an order."""
    document: dict[str, Any] = {"document_type": "purchase_order"}
    line: dict[str, Any] = {}
    party: dict[str, Any] = {}
    for raw in segments:
        s = raw.split("*")
        name = s[0]
        if name == "PO1":
            line = {
                "ordinal": len(document.setdefault("lines", [])) + 1,
                "number": s[1],
                "quantity": {"value": Decimal(s[2]), "unit": UNITS[s[3]]},
                "price": {"amount": Decimal(s[4])},
            }
            line["amount"] = line["quantity"]["value"] * line["price"]["amount"]
            line["items"] = [{"scheme": ITEMS[s[n]], "value": s[n + 1]} for n in range(6, len(s) - 1, 2) if s[n]]
            document["lines"].append(line)
        elif name == "PID":
            if s[1] == "F":
                line["description"] = s[5]
        elif name == "BEG":
            document |= {"number": s[3], "date": _date(s[5]), "purpose": PURPOSES[s[1]], "kind": KINDS[s[2]]}
        elif name == "CUR":
            document |= {"currency": s[2], "currencies": [{"role": ROLES[s[1]], "code": s[2]}]}
        elif name == "REF":
            if s[1] == "DP":
                document["department"] = s[2]
        elif name == "PER":
            numbers = [{"kind": NUMBERS[s[n]], "value": s[n + 1]} for n in range(3, len(s) - 1, 2)]
            document.setdefault("contacts", []).append({"role": CONTACTS[s[1]], "name": s[2], "numbers": numbers})
        elif name == "DTM":
            if s[1] == "002":
                document["requested_delivery"] = _date(s[2])
        elif name == "N1":
            party = {"role": ROLES[s[1]], "name": s[2], "identifier": {"scheme": SCHEMES[s[3]], "value": s[4]}}
            document.setdefault("parties", []).append(party)
        elif name == "N3":
            party.setdefault("address", {})["lines"] = s[1:]
        elif name == "N4":
            party.setdefault("address", {}).update(city=s[1], region=s[2], postal_code=s[3], country=s[4])
        elif name == "CTT":
            document["summary"] = {"lines": s[1]}
    return document


def write(document: dict[str, Any]) -> list[list[str]]:
    """The segments of such a document, between ST and SE."""
    rows = [["BEG", _PURPOSES[document["purpose"]], _KINDS[document["kind"]], document["number"], "", document["date"].strftime("%Y%m%d")]]
    rows += [["CUR", _ROLES[one["role"]], one["code"]] for one in document.get("currencies", ())]
    if "department" in document:
        rows.append(["REF", "DP", document["department"]])
    for one in document.get("contacts", ()):
        row = ["PER", _CONTACTS[one["role"]], one["name"]]
        for number in one.get("numbers", ()):
            row += (_NUMBERS[number["kind"]], number["value"])
        rows.append(row)
    if "requested_delivery" in document:
        rows.append(["DTM", "002", document["requested_delivery"].strftime("%Y%m%d")])
    for party in document.get("parties", ()):
        rows.append(["N1", _ROLES[party["role"]], party["name"], _SCHEMES[party["identifier"]["scheme"]], party["identifier"]["value"]])
        address = party.get("address")
        if address:
            lines = address["lines"]
            rows += [["N3", *lines[n : n + 2]] for n in range(0, len(lines), 2)]
            rows.append(["N4", address["city"], address["region"], address["postal_code"], address["country"]])
    for line in document["lines"]:
        quantity = line["quantity"]
        row = ["PO1", line["number"], _number(quantity["value"]), _UNITS[quantity["unit"]], _number(line["price"]["amount"]), ""]
        for item in line["items"]:
            row += (_ITEMS[item["scheme"]], item["value"])
        rows.append(row)
        if "description" in line:
            rows.append(["PID", "F", "08", "", "", line["description"]])
    rows.append(["CTT", document["summary"]["lines"]])
    return rows


def _date(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _number(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _turned(table: dict[str, str]) -> dict[str, str]:
    return {canonical: sent for sent, canonical in reversed(table.items())}


_PURPOSES, _KINDS, _ROLES, _CONTACTS = _turned(PURPOSES), _turned(KINDS), _turned(ROLES), _turned(CONTACTS)
_NUMBERS, _SCHEMES, _UNITS, _ITEMS = _turned(NUMBERS), _turned(SCHEMES), _turned(UNITS), _turned(ITEMS)
