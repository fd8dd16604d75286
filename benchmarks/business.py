"""Realistic purchase orders, ship notices and invoices in X12 004010: made up, seeded, clean by the standard's rules.

Nothing here knows the gateway's guides: what the standard asks for is written down once more, by hand.
"""

from __future__ import annotations

import random

_GOODS = (
    "ANCHOR BOLT, BRASS HINGE, CANVAS APRON, CORD REEL, DESK LAMP, DOOR MAT, DRILL BIT SET, FOLDING CHAIR, GARDEN GLOVES, "
    "GLASS JAR 1L, HAND TRUCK, KEY CABINET, LINEN NAPKIN, MIXING BOWL, OAK TRAY, PAINT ROLLER, PIPE CLAMP, SAFETY GOGGLES, "
    "STEEL SHELF, STORAGE BIN, TABLE FAN, WALL CLOCK, WATERING CAN, WOOL BLANKET"
).split(", ")
_FINISH = ("BLACK", "BRUSHED NICKEL", "GREEN", "NATURAL", "NAVY", "SAND", "SLATE GREY", "WHITE")
_STREETS = ("ALDER WAY", "CANAL STREET", "DEPOT ROAD", "FOUNDRY LANE", "HARBOR DRIVE", "MILL ROAD", "ORCHARD AVENUE", "QUARRY STREET")
_TOWNS = (
    ("AKRON", "OH", "44301"), ("BOISE", "ID", "83702"), ("DAYTON", "OH", "45402"), ("FRESNO", "CA", "93721"),
    ("MACON", "GA", "31201"), ("OMAHA", "NE", "68102"), ("TULSA", "OK", "74103"), ("YORK", "PA", "17401"),
)  # fmt: skip
_UNITS = ("EA", "EA", "EA", "CA", "BX", "DZ", "PK")
GROUP_OF = {"850": "PO", "856": "SH", "810": "IN"}
SETS_IN_A_GROUP = 1_000


class Business:
    """One seeded run of trade: each call makes the body of one more set, without ST and SE."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def order(self, number: int, lines: int | None = None) -> list[str]:
        """An 850: header with terms, dates and parties, lines with items, descriptions and packing, totals."""
        dice = self.dice
        body = [
            f"BEG*00*{dice.choice(('SA', 'NE', 'SA'))}*{self._number('45', 8)}**{self._day()}",
            "CUR*BY*USD",
            f"REF*DP*{dice.randint(1, 99):03d}",
            f"REF*IA*{dice.randint(10_000, 999_999)}",
        ]
        if dice.random() < 0.4:
            body.append(f"REF*CO*{self._number('C', 7)}")
        if dice.random() < 0.5:
            body.append(f"PER*BD*{self._person()}*TE*{self._phone()}")
        body.append("FOB*PP")
        if dice.random() < 0.3:
            body.append(f"SAC*A*C310***{dice.randint(100, 90_000)}**********TRADE DISCOUNT")
        body += [f"ITD*01*3*{dice.choice(('1', '2'))}**10**30", f"DTM*002*{self._day()}", f"DTM*001*{self._day()}"]
        if dice.random() < 0.5:
            body.append("TD5**2*ROAD*M*ROAD FREIGHT")
        if dice.random() < 0.3:
            body += [f"N9*L1*{number % 1000:03d}", f"MSG*CALL BEFORE DELIVERY AND ASK FOR {self._person()}"]
        for role in ("BY", "ST", "VN") if dice.random() < 0.5 else ("BY", "ST"):
            body += self._party(role)
        ordered = 0
        count = lines or self._lines()
        for line in range(1, count + 1):
            quantity = dice.randint(1, 480)
            ordered += quantity
            row = f"PO1*{line}*{quantity}*{dice.choice(_UNITS)}*{self._price()}*PE*UP*{self._upc()}*VN*{self._number('V', 6)}"
            if dice.random() < 0.6:
                row += f"*IN*{dice.randint(10**6, 10**7 - 1)}"
            body.append(row)
            if dice.random() < 0.25:
                body.append(f"CTP*RS*RES*{self._price()}")
            body.append(f"PID*F*08***{self._goods()}")
            if dice.random() < 0.3:
                body.append(f"PO4*{dice.choice((1, 6, 12, 24))}*{dice.randint(1, 9)}*EA")
            if dice.random() < 0.2:
                body.append(f"SAC*C*D240***{dice.randint(100, 9_000)}")
            if dice.random() < 0.5:
                body.append(f"DTM*002*{self._day()}")
        return [*body, f"CTT*{count}*{ordered}", f"AMT*TT*{self._price()}"]

    def invoice(self, number: int, lines: int | None = None) -> list[str]:
        """An 810: three parties, terms with dates, lines, total with tax, freight and counts."""
        dice = self.dice
        body = [
            f"BIG*{self._day()}*R{number:07d}*{self._day()}*{self._number('45', 8)}***DR",
            "CUR*SE*USD",
            f"REF*VR*{dice.randint(10_000, 999_999)}",
            f"REF*BM*{self._number('B', 9)}",
        ]
        for role in ("RI", "BT", "ST"):
            body += self._party(role)
        body += [f"ITD*01*3*2*{self._day()}*10*{self._day()}*30", f"DTM*011*{self._day()}", "FOB*PP"]
        total = 0
        count = lines or self._lines()
        for line in range(1, count + 1):
            quantity, cents = dice.randint(1, 240), dice.randint(40, 40_000)
            total += quantity * cents
            items = f"UP*{self._upc()}*VN*{self._number('V', 6)}*IN*{dice.randint(10**6, 10**7 - 1)}"
            body += [f"IT1*{line}*{quantity}*{dice.choice(_UNITS)}*{cents / 100:.2f}**{items}", f"PID*F*08***{self._goods()}"]
            if dice.random() < 0.2:
                allowance = dice.randint(100, 9_000)
                total -= allowance
                body.append(f"SAC*A*C310***{allowance}**********ALLOWANCE")
        tax, freight = dice.randint(40, 40_000), dice.choice((0, dice.randint(100, 90_000)))
        body += [f"TDS*{total + tax + freight}", f"TXI*ST*{tax / 100:.2f}", f"CAD*M***ROAD***BM*{self._number('B', 9)}"]
        if freight:
            body.append(f"SAC*C*D240***{freight}**********FREIGHT")
        return [*body, f"ISS*{count}*CA*{count * 4}*LB", f"CTT*{count}"]

    def shipment(self, number: int, size: int = 0) -> list[str]:
        """An 856, shipment over orders over cartons over items; with `size` as many orders as fill so many bytes.

        A set has at most 200,000 levels, so one of a given size has items that are described at length.
        """
        dice = self.dice
        body = [
            f"BSN*00*S{number:08d}*{self._day()}*{dice.randint(0, 23):02d}{dice.randint(0, 59):02d}*0001",
            "HL*1**S",
            f"TD1*CTN25*{dice.randint(1, 80)}****G*{dice.randint(10, 9_000)}*LB",
            "TD5**2*ROAD*M*ROAD FREIGHT",
            f"REF*BM*{self._number('B', 9)}",
            f"REF*CN*{self._number('9', 11)}",
            f"DTM*011*{self._day()}*{dice.randint(0, 23):02d}00",
            *self._party("SF"),
            *self._party("ST"),
        ]
        level, written = 1, sum(map(len, body))
        orders = dice.randint(1, 3)
        while written < size if size else orders > 0:
            orders -= 1
            start = len(body)
            level += 1
            order = level
            body += [
                f"HL*{level}*1*O",
                f"PRF*{self._number('45', 8)}***{self._day()}",
                f"REF*DP*{dice.randint(1, 99):03d}",
                *self._party("BY"),
            ]
            for _ in range(dice.randint(1, 4)):
                level += 1
                carton = level
                body += [f"HL*{level}*{order}*P", f"MAN*GM*{self._sscc()}"]
                for _ in range(dice.randint(1, 5)):
                    level += 1
                    shipped = dice.randint(1, 144)
                    body += [
                        f"HL*{level}*{carton}*I",
                        f"LIN*{level}*UP*{self._upc()}*VN*{self._number('V', 6)}",
                        f"SN1*{level}*{shipped}*EA**{shipped}*EA",
                        *(f"PID*F*08***{self._goods()}" for _ in range(20 if size else 1)),
                    ]
            written += sum(map(len, body[start:])) + len(body) - start
        return [*body, f"CTT*{level}"]

    def _party(self, role: str) -> list[str]:
        dice = self.dice
        town, state, code = dice.choice(_TOWNS)
        store = dice.randint(1, 9_999)
        segments = [f"N1*{role}*{dice.choice(_STREETS)} {dice.choice(('STORE', 'WAREHOUSE', 'TRADING CO'))} {store}*92*{store:04d}"]
        if dice.random() < 0.3:
            segments.append(f"N2*GOODS IN GATE {dice.randint(1, 30)}")
        return [*segments, f"N3*{dice.randint(1, 9_999)} {dice.choice(_STREETS)}", f"N4*{town}*{state}*{code}*US"]

    def _lines(self) -> int:
        return max(1, min(300, int(self.dice.lognormvariate(2.3, 0.7))))

    def _goods(self) -> str:
        return f"{self.dice.choice(_GOODS)} {self.dice.choice(_FINISH)} {self.dice.randint(1, 60)} CM"

    def _person(self) -> str:
        return f"{self.dice.choice('ABCDEFGHJKLM')} {self.dice.choice(('BAKER', 'COLLINS', 'DURAND', 'ELLIS', 'FERRARO', 'GRANT'))}"

    def _phone(self) -> str:
        return f"555{self.dice.randint(2_000_000, 9_999_999)}"

    def _day(self) -> str:
        return f"2026{self.dice.randint(1, 12):02d}{self.dice.randint(1, 28):02d}"

    def _price(self) -> str:
        return f"{self.dice.randint(40, 40_000) / 100:.2f}"

    def _number(self, start: str, digits: int) -> str:
        return f"{start}{self.dice.randrange(10**digits):0{digits}d}"

    def _upc(self) -> str:
        return _with_check_digit(f"{self.dice.randrange(10**10, 10**11)}")

    def _sscc(self) -> str:
        return "00" + _with_check_digit(f"{self.dice.randrange(10**17):017d}")


def _with_check_digit(digits: str) -> str:
    """GS1's: weights 3 and 1 from the right."""
    total = sum(int(digit) * (1 if number % 2 else 3) for number, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"
