"""A file from its parse is the file, byte for byte, however it was padded, ended and separated."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edi.finding import Finding
from gateway.formats.x12.check import check
from gateway.formats.x12.envelope import GroupEnd, InterchangeEnd, Noise, SetRead
from gateway.formats.x12.rewriting import as_sent
from gateway.profiles.guide import Guides
from gateway.stores.library import FolderLibrary

CLONE = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("GATEWAY_CORPUS") or CLONE.parent / "shared" / "corpus")
SAMPLES = sorted((CLONE / "samples").rglob("*.edi"))
ISA = "ISA*00*          *00*          *ZZ*US             *12*5550170        *260301*1405*U*00401*000000042*0*T*>"


def back(data: bytes, size: int = 65_536) -> bytes:
    """The file from its parse; findings stand for what was left out."""
    pieces = list(as_sent(data[at : at + size] for at in range(0, len(data), size)))
    return b"".join(piece for piece in pieces if not isinstance(piece, Finding))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: str(path.relative_to(CLONE)))
def test_samples_are_written_back(path: Path):
    data = path.read_bytes()
    whole = not any(isinstance(piece, Finding) for piece in as_sent([data]))

    assert whole == (back(data) == data)


@given(
    st.sampled_from(["~", "'", "\n", "\r", "!"]),
    st.sampled_from(["", "\n", "\r\n", "\r", " ", "\n\n"]),
    st.lists(st.sampled_from(["REF*DP*42", "REF*DP*42***", "N1*ST*Dock   ", "N3*A  ", "MSG*  x", "PID*F****é", "CUR**"]), max_size=6),
    st.integers(1, 2),
    st.booleans(),
    st.integers(1, 40),
)
def test_line_ends_padding_and_trailing_separators_are_kept(end: str, line_end: str, body: list[str], times: int, ended: bool, size: int):
    segments = [ISA, "GS*PO*US*R*20260301*1405*1*X*004010", "ST*850*0001", *body, "SE*9*0001", "GE*1*1", "IEA*1*000000042"]
    text = (end + line_end).join(segments) * 1 + end + line_end
    data = (text * times).encode("latin-1")
    if not ended:
        data = data[: -len((end + line_end).encode())]

    assert back(data, size) == data


@pytest.mark.skipif(not (CORPUS / "INDEX.tsv").exists(), reason="no corpus of real samples here: set GATEWAY_CORPUS to its folder")
def test_every_file_of_the_corpus_without_findings_is_written_back():
    guides = Guides(FolderLibrary(None))
    clean, differing = 0, []
    for path in sorted(CORPUS.glob("x12/*/*")):
        data = path.read_bytes()
        if ".expected." in path.name or any(_found(event) for event in check([data], guides)):
            continue
        clean += 1
        if back(data) != data:
            differing.append(path.name)
    assert differing == []
    assert clean >= 40


def _found(event: object) -> bool:
    if isinstance(event, SetRead):
        return bool(event.transaction_set.findings)
    if isinstance(event, GroupEnd):
        return bool(event.group.findings)
    return bool(event.interchange.findings) if isinstance(event, InterchangeEnd) else isinstance(event, Noise)
