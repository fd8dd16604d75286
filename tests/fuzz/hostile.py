"""Hostile bytes against the X12 engine: `python tests/fuzz/hostile.py [--seconds N] [--seed N] [FILE...]`, or `make fuzz`.

Mutates the samples, or lets atheris (extra `fuzz`) look for new paths with --atheris reader|conformance|acknowledgment.
Whatever comes in, what comes out is findings, and answers that we read back ourselves without an error: no exception, and
no more CPU than `CPU_PER_SPLIT` times what splitting the same bytes takes, and a fifth of a second. What is found is kept in
found/; the tests try all of it again.
"""

import argparse
import hashlib
import random
import sys
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from gateway.edi.finding import Finding
from gateway.exchange.received import advice_answers, interchange_answer
from gateway.exchange.received import group_answer as answered
from gateway.formats.x12 import acknowledgment, advice
from gateway.formats.x12.check import check
from gateway.formats.x12.envelope import AcknowledgmentRead, Event, GroupEnd, InterchangeEnd, Noise, SetRead
from gateway.formats.x12.reader import read
from gateway.profiles.guide import Guides
from gateway.stores.library import FolderLibrary

HERE = Path(__file__).resolve().parent
FOUND = HERE / "found"
SAMPLES = HERE.parent.parent / "samples"
ISA = b"ISA*00*          *00*          *ZZ*HOSTILE        *ZZ*GATEWAY        *261121*0300*U*00401*00000000%d*0*T*>~"
THREE_SETS = (
    ISA % 7
    + b"GS*PO*HOSTILE*GATEWAY*20261121*0300*7*X*004010~"
    + b"".join(b"ST*850*000%d~BEG*00*SA*PO%d**20261121~PO1*1*12*EA*9.25*PE*VP*A-1~CTT*1~SE*5*000%d~" % (n, n, n) for n in (1, 2, 3))
    + b"GE*3*7~IEA*1*000000007~"
)
TOKENS = (
    b"~",
    b"*",
    b">",
    b"^",
    b"\n",
    b"\r\n",
    b"\0",
    b"\x1a",
    b"\xef\xbb\xbf",
    b"~~",
    b"ISA",
    b"IEA*1*1~",
    b"GS*",
    b"GE*",
    b"ST*850*1~",
    b"SE*",
    b"HL*1**S~",
)
PIECES = (b"~", b"*", b"\n", b"\0", b"A", b"ISA", b"GS*", b"ST*850*1~", b"SE*1*1~", b"IEA*1*1~", b"\xff")
MONOTONE = tuple(head + piece * (65_536 // len(piece)) for head in (b"", ISA % 7) for piece in PIECES)
"""64 KB of one repeated byte, delimiter or segment, bare and after an ISA."""
CPU_PER_SPLIT, CPU_ANYWAY = 120, 0.2
ADVISED = 50
"""Sets of a group that are told in 824s: an agreement asks for these, nobody gets them by what he sends."""
GUIDES = Guides(FolderLibrary())
AT = datetime(2026, 11, 21, 3, 4)  # noqa: DTZ001 - as envelopes carry it, without a zone
ECHOED = frozenset(("gs-value", "isa-value"))
KIND_OF = {"conformance": (b"PO", b"850"), "acknowledgment": (b"FA", b"997")}


def judge(data: bytes, chunk: int | None = None, *, answer: bool = True) -> list[Finding]:
    """All findings of these bytes, read whole or in chunks, each group answered and the answer read; raises whatever a bug raises."""
    size = chunk or max(1, len(data))
    findings: list[Finding] = []
    sets: list[acknowledgment.Answer] = []
    advised: list[advice.Advice] = []
    for event in check((data[at : at + size] for at in range(0, len(data), size)), GUIDES):
        match event:
            case SetRead() if event.transaction_set.last:
                findings += event.transaction_set.findings
                sets.append(acknowledgment.set_answer(event.transaction_set))
                if len(advised) < ADVISED:
                    advised.append(advice.set_advice(event.transaction_set, advice.told(event.transaction_set.findings)))
                answered(event.transaction_set)
                advice_answers(event.transaction_set)
            case GroupEnd():
                findings += event.group.findings
                if answer and event.interchange.delimiters.element:
                    answer_back(event, sets, advised)
                sets, advised = [], []
            case InterchangeEnd():
                findings += event.interchange.findings
                envelope = acknowledgment.envelope_back(event.interchange, None)
                ta1 = acknowledgment.ta1_answer(event.interchange)
                read_back(acknowledgment.write(acknowledgment.answer("997", envelope, ta1=ta1), 1, None, AT))
            case AcknowledgmentRead():
                interchange_answer(event.ta1)
            case Noise():
                findings.append(event.finding)
    return findings


def answer_back(event: GroupEnd, sets: list[acknowledgment.Answer], advised: list[advice.Advice]) -> None:
    """Answers a group as a 997 and as a 999, tells of its sets in 824s, and reads all three."""
    envelope = acknowledgment.envelope_back(event.interchange, event.group)
    answer = acknowledgment.group_answer(event.group, sets)
    for form in ("997", "999"):
        read_back(acknowledgment.write(acknowledgment.answer(form, envelope, group=answer), 1, 1, AT))
    if advised:
        told = advice.group_advice(event.group, event.interchange.control_number, advised)
        read_back(acknowledgment.write(acknowledgment.answer(advice.FORM, envelope, group=told), 1, 1, AT))


def read_back(written: bytes) -> None:
    """Our own answer stands on its own: one interchange, as many sets as it says, and nothing in it that we would refuse."""
    ended = 0
    for event in check([written], GUIDES):
        found = event.transaction_set.findings if isinstance(event, SetRead) else ()
        found = event.interchange.findings if isinstance(event, InterchangeEnd) else found
        found = event.group.findings if isinstance(event, GroupEnd) else found
        wrong = [finding for finding in found if finding.severity == "error" and not is_echo(finding)]
        assert not wrong, f"our answer has {wrong[0].code}: {wrong[0].message}: {written[:2000]!r}"
        assert not isinstance(event, Noise), f"our answer holds noise: {written[:2000]!r}"
        ended += isinstance(event, InterchangeEnd)
    assert ended == 1, f"our answer is {ended} interchanges: {written[:2000]!r}"


def is_echo(finding: Finding) -> bool:
    """Whether an error is in a value that an answer repeats as it was sent: numbers and names are the other side's."""
    return finding.code in ECHOED or any(ack.segment == "AK4" for ack in finding.ack)


def read_alone(data: bytes) -> None:
    """The reader by itself."""
    consumed(read([data]))


def consumed(events: Iterable[Event]) -> None:
    """Reads to the end."""
    for _ in events:
        pass


def wrapped(data: bytes, target: str) -> bytes:
    """Bytes without an envelope of their own as the body of a set of the target's kind, so that few are spent on envelopes."""
    if target not in KIND_OF or b"ISA" in data[:200]:
        return data
    group, kind = KIND_OF[target]
    return b"".join(
        (ISA % 7, b"GS*%s*A*B*20261121*0300*7*X*004010~ST*%s*0001~" % (group, kind), data, b"~SE*9*0001~GE*1*7~IEA*1*000000007~")
    )


def mutated(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """Some bytes made worse in one to six ways."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(made) + 1)
        end = min(len(made), start + chance.choice((1, 2, 8, 60, 600)))
        match chance.randrange(8):
            case 0:
                made[start:end] = b""
            case 1:
                made[start:start] = chance.choice(TOKENS)
            case 2:
                made[start:end] = chance.randbytes(end - start)
            case 3:
                made[start:start] = made[start:end] * chance.choice((1, 3, 200))
            case 4:
                del made[start:]
            case 5:
                made[start:start] = chance.choice(others)[start:][: chance.choice((10, 200, 4000))]
            case 6:
                made[:] = made.replace(chance.choice(TOKENS[:4]), chance.choice(TOKENS))
            case 7:
                made[start:end] = chance.choice((b"0", b"9", b"A", b"-1", b"1e9", b"\xff")) * chance.choice((1, 9, 70_000))
        del made[300_000:]
    return bytes(made)


def too_slow(data: bytes) -> str | None:
    """How the check took more CPU than it may, the best of three tries; None where it did not."""
    text, allowed, spent = data.decode("latin-1"), 0.0, float("inf")
    for _ in range(3):
        began = time.process_time()
        [segment.split("*") for segment in text.split("~")]
        split = time.process_time()
        judge(data, answer=False)  # thousands of groups mean thousands of answers, all read again: that is this program's own
        allowed, spent = CPU_PER_SPLIT * (split - began) + CPU_ANYWAY, min(spent, time.process_time() - split)
        if spent <= allowed:
            return None
    return f"took {spent:.2f} s of CPU where {allowed:.2f} s are allowed"


def trouble(data: bytes) -> str | None:
    """What is wrong with how these bytes are read; None where nothing is."""
    try:
        judge(data, 7 if len(data) < 20_000 else 4096)
    except Exception as error:  # noqa: BLE001 - any exception at all is what is looked for
        return f"raised {type(error).__name__}: {error}"
    return too_slow(data)


def kept(data: bytes, what: str) -> str:
    """Keep the bytes in found/ and say how to see it again."""
    FOUND.mkdir(exist_ok=True)
    path = FOUND / f"{hashlib.sha256(data).hexdigest()[:12]}.edi"
    path.write_bytes(data)
    return f"{what}\nsee it again: python tests/fuzz/hostile.py '{path}'"


def with_atheris(target: str, seeds: list[bytes], seconds: int) -> None:
    """Let atheris look for new paths; it ends the process."""
    import atheris

    corpus = HERE / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    FOUND.mkdir(exist_ok=True)
    for seed in seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:12]).write_bytes(seed)
    atheris.instrument_all()
    tried = read_alone if target == "reader" else lambda data: judge(wrapped(data, target))
    limits = [f"-max_total_time={seconds}", "-timeout=60", "-rss_limit_mb=1024", "-max_len=20000"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={FOUND}/", str(corpus)], tried)
    atheris.Fuzz()


def main() -> int:
    """Look for trouble; returns 1 where there is some."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--seed", type=int, default=None, help="the same seed tries the same bytes")
    options.add_argument(
        "--atheris", choices=("reader", "conformance", "acknowledgment"), help="guided by coverage; pip install 'edi-gateway[fuzz]'"
    )
    options.add_argument("files", nargs="*", type=Path, help="only these, once")
    asked = options.parse_args()
    if asked.files:
        found = {path: trouble(path.read_bytes()) for path in asked.files}
        print("\n".join(f"{path}: {what or 'nothing wrong'}" for path, what in found.items()))
        return 1 if any(found.values()) else 0
    seeds = [THREE_SETS, *(path.read_bytes() for path in sorted(SAMPLES.rglob("*.edi")))]
    if asked.atheris:
        with_atheris(asked.atheris, seeds, asked.seconds)
    seed = random.SystemRandom().randrange(10**6) if asked.seed is None else asked.seed
    print(f"{asked.seconds} s of hostile bytes from {len(seeds)} seeds, --seed {seed}")
    chance, tried, until = random.Random(seed), 0, time.monotonic() + asked.seconds
    first = iter(MONOTONE)
    while time.monotonic() < until:
        data = next(first, None) or mutated(chance.choice(seeds), seeds, chance)
        tried += 1
        if what := trouble(data):
            print(kept(data, f"file {tried} {what}"))
            return 1
    print(f"{tried} files read, nothing wrong")
    return 0


if __name__ == "__main__":
    sys.exit(main())
