"""The files that are measured, made on first use and kept: interchanges of clean sets, and of sets with planted faults."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.business import GROUP_OF, SETS_IN_A_GROUP, Business

MB = 1_000_000
FAULTY_ONE_IN = 100
_HEAD = "ISA*00*          *00*          *ZZ*MADEUPBUYER    *ZZ*MADEUPSELLER   *261121*0900*U*00401*{number:09d}*0*T*>~"
Body = Callable[[int], list[str]]


@dataclass(frozen=True)
class Data:
    """A folder of files; its name tells the generator's version, so that a changed generator makes new ones and drops the old."""

    folder: Path

    @classmethod
    def under(cls, parent: Path) -> Data:
        source = b"".join(Path(__file__).with_name(name).read_bytes() for name in ("business.py", "files.py"))
        folder = parent / f"made-{hashlib.sha256(source).hexdigest()[:10]}"
        for old in parent.glob("made-*"):
            if old != folder:
                shutil.rmtree(old)
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    def sets(self, kind: str, size: int, *, faulty: bool = False) -> Path:
        """One interchange of many sets of one kind; `faulty`: one set in a hundred has one thing wrong."""
        return self._kept(f"{kind}{'-faulty' if faulty else ''}-{size}.edi", lambda: _interchange(kind, _body(kind), size, faulty=faulty))

    def shipment(self, size: int) -> Path:
        """One interchange of a single 856 of a size."""
        trade = Business(4)
        return self._kept(f"856-single-{size}.edi", lambda: _interchange("856", lambda n: trade.shipment(n, size), 1))

    def rows(self, size: int) -> Path:
        """Orders of three lines as csv/order reads them, a row a line."""
        return self._kept(f"orders-{size}.csv", lambda: _rows(size))

    def small(self, count: int) -> Path:
        """A folder of small files, one order each."""
        folder = self.folder / f"small-{count}"
        if not folder.exists():
            making = folder.with_name(folder.name + ".part")
            making.mkdir(exist_ok=True)
            trade = Business(10)
            for number in range(1, count + 1):
                lines = trade.dice.randint(2, 14)
                body: Body = lambda n, lines=lines: trade.order(n, lines)  # noqa: E731 - one order of so many lines
                (making / f"{number:05d}.edi").write_text("".join(_interchange("850", body, 1, number=number)), encoding="ascii")
            making.rename(folder)
        return folder

    def _kept(self, name: str, make: Callable[[], Iterator[str]]) -> Path:
        path = self.folder / name
        if not path.exists():
            making = path.with_name(name + ".part")
            with making.open("w", encoding="ascii", newline="") as out:
                out.writelines(make())
            making.rename(path)
        return path


def _body(kind: str) -> Body:
    trade = Business(int(kind))
    return {"850": trade.order, "856": trade.shipment, "810": trade.invoice}[kind]


def _interchange(kind: str, body: Body, size: int, *, faulty: bool = False, number: int = 1) -> Iterator[str]:
    """Pieces of one interchange until it has `size` bytes, groups of a thousand sets."""
    yield _HEAD.format(number=number)
    written = group = sets = 0
    while written < size:
        group += 1
        yield f"GS*{GROUP_OF[kind]}*MADEUPBUYER*MADEUPSELLER*20261121*0900*{group}*X*004010~"
        inside = 0
        while inside < SETS_IN_A_GROUP and written < size:
            sets, inside = sets + 1, inside + 1
            segments = body(sets)
            if faulty and sets % FAULTY_ONE_IN == 0:
                _spoil(segments, sets // FAULTY_ONE_IN)
            text = "~".join([f"ST*{kind}*{inside:04d}", *segments, f"SE*{len(segments) + 2}*{inside:04d}~"])
            written += len(text)
            yield text
        yield f"GE*{inside}*{group}~"
    yield f"IEA*{group}*{number:09d}~"


def _rows(size: int) -> Iterator[str]:
    """Rows until there are `size` bytes."""
    names = "order_number,order_date,requested_delivery,currency,department,ship_to,ship_to_name,line,buyer_item,vendor_item,gtin"
    yield f"{names},description,quantity,unit,price,note\n"
    written = order = 0
    while written < size:
        order += 1
        text = "".join(
            f'PO-{order:08},2026-03-01,2026-03-15,USD,042,0012,Store 12,{line},,V-{(order + line) % 9999:05},,"Widget, size {line}",'
            f"{order % 97 + 1},EA,{order % 1000 / 100 + 1:.2f},\n"
            for line in (1, 2, 3)
        )
        written += len(text)
        yield text


def _spoil(segments: list[str], which: int) -> None:
    """One thing wrong, of six kinds in turn: a date, a length, a segment too few, one unknown, one out of place, a number."""
    middle = len(segments) // 2
    match which % 6:
        case 0:
            segments[next(i for i, s in enumerate(segments) if s.startswith("DTM*"))] = "DTM*002*20261341"
        case 1:
            segments[next(i for i, s in enumerate(segments) if s.startswith("PID*"))] += "X" * 90
        case 2:
            del segments[0]
        case 3:
            segments.insert(middle, "QQQ*1")
        case 4:
            segments.insert(len(segments) - 1, segments[0])
        case _:
            line = next(i for i, s in enumerate(segments) if s.startswith(("PO1*", "IT1*", "SN1*")))
            segments[line] = segments[line][:4] + "1*12,5*EA"
