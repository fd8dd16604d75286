"""Sets of the main types written by hand as they come in practice: none comes out of a generator, so none shares its idea of a guide."""

from pathlib import Path

import pytest
from checking import Checked

HERE = Path(__file__).with_name("by_hand")
EXPECTED = {
    "214-delivered": "A",
    "810-with-freight-and-discount": "A",
    "820-ach-with-remittance": "A",
    "832-prices-by-store-005010": "A",
    "846-stock-with-future-supply": "A",
    "850-blanket-release-003060": "A",
    "850-date-and-price-wrong": "RA bad-date bad-character",
    "850-stand-alone-with-allowance": "A",
    "855-with-backorder": "A",
    "856-parent-named-wrongly": "A hl-parent-missing",
    "856-pick-and-pack-005010": "A",
    "860-quantity-and-date-changed": "A",
    "865-accepted": "A",
    "940-one-destination": "A",
    "944-received-in-full": "A",
    "945-shipped-short": "A",
    "997-all-accepted": "A",
    "997-component-told": "A",
    "997-group-refused": "A",
    "997-one-of-three-refused": "A",
    "997-two-in-a-group": "AA",
    "999-with-context": "A",
}
"""AK501 of each set in order, and the finding codes."""


def test_every_file_has_its_verdict_here():
    assert {path.stem for path in HERE.glob("*.edi")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_set_as_people_send_it_gets_the_verdict_people_give_it(name):
    found = Checked((HERE / f"{name}.edi").read_bytes())
    assert " ".join([found.verdicts, *found.codes]) == EXPECTED[name], [finding.message for finding in found.findings]
    assert [one.ta1 for one in found.interchanges] == ["A"]


def test_the_faulty_order_is_answered_set_by_set():
    found = Checked((HERE / "850-date-and-price-wrong.edi").read_bytes())
    assert found.answer() == [
        "AK1*PO*121",
        "AK2*850*0001",
        "AK3*BEG*2**8",
        "AK4*5*373*8*20260231",
        "AK3*PO1*3**8",
        "AK4*4*212*6",
        "AK5*R*5",
        "AK2*850*0002",
        "AK5*A",
        "AK9*P*2*2*1",
    ]
