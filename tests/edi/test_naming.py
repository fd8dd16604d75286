"""Names of what we send: safe whatever the values hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edi.naming import render_name, safe, temporary


def test_a_name_is_made_of_the_facts():
    assert render_name("{set}_{control_number}.edi", {"set": "997", "control_number": "000000042"}) == "997_000000042.edi"


def test_an_unknown_placeholder_is_told_with_those_that_there_are():
    with pytest.raises(ValueError, match=r"\{number\} is not known; expected one of control_number set"):
        render_name("{set}_{number}.edi", {"set": "997", "control_number": "1"})


@pytest.mark.parametrize("template", ["{set.__class__}.edi", "{set!r}", "{0}", "{}"])
def test_nothing_but_plain_words_is_filled_in(template):
    with pytest.raises(ValueError, match="is not known"):
        render_name(template, {"set": "997"})


def test_a_name_that_reads_as_temporary_is_refused():
    with pytest.raises(ValueError, match="temporary"):
        render_name("{set}.part", {"set": "997"})


@given(st.text(), st.text())
def test_whatever_the_values_hold_the_name_is_one_safe_component(partner, number):
    try:
        name = render_name("{partner}_{control_number}.edi", {"partner": partner, "control_number": number})
    except ValueError:
        return
    assert name.isascii()
    assert "/" not in name
    assert "\0" not in name
    assert not name.startswith((".", "-"))
    assert len(name) <= 200
    assert name == safe(name)
    assert not temporary(name.encode())
