"""Bounds of the engine: hostile sizes end in findings, expressions are linear, memory is that of one set, imports are few."""

import subprocess
import sys
import time
import tracemalloc

import pytest
from building import LINE, group, interchange, isa, order, orders, transaction
from checking import GUIDES, Checked

from gateway.formats.x12.check import check
from gateway.formats.x12.envelope import Delimiters, InterchangeEnd, SetRead
from gateway.formats.x12.patterns import compile_segment

PO = "BEG*00*SA*PO1**20260102"
PIECES = (
    "~",
    "*",
    ">",
    "^",
    "\n",
    "\0",
    " ",
    "A",
    "1",
    ".",
    "-",
    "\xff",
    "ISA",
    "ST*850*1~",
    "SE*1*1~",
    "GS*",
    "PO1*",
    "REF*DP*1~",
    "HL*1**S~",
    "CTT*1*1~",
)


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("version", ["004010", "005010"])
def test_64_kb_of_one_thing_inside_a_set_give_findings(piece, version):
    text = orders(order("0001"), order("0002", LINE, "@"), order("0003")).replace("@", piece * (65_536 // len(piece)))
    changes = {"e11": "^", "e12": "00501"} if version == "005010" else {}
    found = Checked(text.replace("*X*004010", f"*X*{version}").replace(isa(), isa(**changes)))
    assert found.interchanges
    assert found.sets[0].accepted == "A"
    assert all(len(one.findings) <= 101 for one in found.sets)


def test_a_segment_longer_than_any_is_refused_however_it_comes():
    text = orders(order("0001"), order("0002", LINE, "MSG*" + "x" * 200_000)) + "\n" + orders(order(), number="000000002")
    found = Checked(text)
    told = [(finding.code, finding.location) for finding in found.findings]
    assert ("segment-too-long", text.index("MSG")) in [(code, place.offset) for code, place in told]
    assert [one.accepted for one in found.interchanges] == [False, True]
    assert found.verdicts == "ARA"
    for chunk in (4096, 65_536, 262_144):
        again = Checked(text, chunk)
        assert [(finding.code, finding.location) for finding in again.findings] == told


def test_numbers_that_no_computer_adds_up_are_findings():
    for ctt in ("CTT*" + "9" * 5000, "CTT*\xb2*\xb3", "CTT*1*9E999999", "CTT*1*sNaN", "CTT*1*NaN", "CTT*-1*-"):
        assert Checked(orders(order("0001", "PO1*1*9E999999*EA", "PO1*1*9E999999*EA", "PO1*1*sNaN*EA", ctt))).sets
        assert Checked(orders(order("0001", "PO1*1*9E999999*EA", "PO1*1*9E999999*EA", ctt))).sets


def test_a_schedule_before_any_line_is_out_of_place_and_nothing_more():
    found = Checked(orders(order("0001", "SDQ*EA*92*0001*4", "PO1*1*4*EA", "SDQ*EA*92*0001*4")))
    assert found.codes == ["segment-not-here"]


# -- expressions are linear -------------------------------------------------------------------------------------------------

SHAPES = ("1", "A", " ", "*", "> ", ">", "^", "A^", "A>", "1.", "-", "\xe9", "20260102*", "EA*1*")


def cpu(pattern, raw):
    best = float("inf")
    for _ in range(3):
        began = time.process_time()
        pattern.match(raw)
        pattern.clean(raw)
        best = min(best, time.process_time() - began)
    return best


@pytest.mark.parametrize(
    ("version", "kind"), [("004010", "850"), ("005010", "850"), ("005010", "856"), ("004010", "810"), ("005010", "997")]
)
def test_no_segment_makes_an_expression_explode(version, kind):
    delimiters = Delimiters("*", ">", "~", "^" if version == "005010" else None)
    segments = {node.segment.id: node.segment for node in GUIDES.guide(f"x12/{version}/{kind}").root.nodes()}
    for segment in segments.values():
        pattern = compile_segment(segment, delimiters)
        for shape in SHAPES:
            short, long = (f"{segment.id}*" + shape * (size // len(shape)) for size in (8_000, 32_000))
            assert cpu(pattern, long) <= 16 * cpu(pattern, short) + 0.05, (segment.id, shape)


# -- memory -----------------------------------------------------------------------------------------------------------------


def peak(chunks):
    tracemalloc.start()
    try:
        sets = 0
        for event in check(chunks, GUIDES):
            sets += isinstance(event, SetRead)
            if isinstance(event, InterchangeEnd):
                assert event.interchange.accepted
        return tracemalloc.get_traced_memory()[1], sets
    finally:
        tracemalloc.stop()


def test_memory_is_that_of_one_set_however_many_there_are():
    def file(sets):
        yield (isa() + f"GS*PO*S*R*20260102*0304*1*X*004010~{order('0000')}").encode()
        body = [LINE] * 60
        for number in range(1, sets):
            yield transaction("850", f"{number:04d}", PO, *body).encode()
        yield f"GE*{sets}*1~IEA*1*000000001~".encode()

    peak(file(3))
    few, _ = peak(file(100))
    many, sets = peak(file(1_500))  # 2.5 MB
    assert sets == 1_500
    assert many < few + 3_000_000


def test_memory_is_bounded_for_one_large_set():
    def file(lines):
        yield (isa() + f"GS*PO*S*R*20260102*0304*1*X*004010~ST*850*0001~{PO}~").encode()
        for _ in range(lines // 500):
            yield (LINE + "~").encode() * 500
        yield f"SE*{lines + 3}*0001~GE*1*1~IEA*1*000000001~".encode()

    peak(file(500))
    few, _ = peak(file(40_000))
    many, _ = peak(file(120_000))
    assert many < few + 3_000_000


# -- imports ----------------------------------------------------------------------------------------------------------------


def test_the_check_imports_no_heavy_library(tmp_path):
    (tmp_path / "order.edi").write_text(interchange(group(order())))
    program = (
        "import sys\nfrom gateway.cli.main import main\n"
        "try:\n    main(['x12', 'check', 'order.edi'])\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(eval(done.stdout.splitlines()[-1]))
    assert "gateway" in loaded
    assert not loaded & {"pydantic", "sqlalchemy", "lxml", "alembic", "paramiko", "jinja2", "pyx12", "rich", "watchdog"}
