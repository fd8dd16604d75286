"""Standard Webhooks: the laws of a signature, whatever the body and however it is cut into pieces."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig import signature

from gateway.web.signatures import Signed, WrongSignature, secret_bytes

SECRET = b"a secret of at least sixteen bytes"
bodies = st.lists(st.binary(max_size=50), max_size=5)


def right(headers, pieces, secrets=(SECRET,), now=1_700_000_000.0):
    """Whether the request counts as signed."""
    try:
        signed = Signed(headers, secrets, now)
        for piece in pieces:
            signed.update(piece)
        signed.check()
    except WrongSignature:
        return False
    return True


@given(bodies, bodies)
def test_what_was_signed_counts_however_it_is_cut_and_nothing_else_does(pieces, others):
    headers = signature("msg_1", 1_700_000_000, b"".join(pieces), SECRET)
    assert right(headers, pieces)
    assert right(headers, others) == (b"".join(others) == b"".join(pieces))


@given(st.text(max_size=40), st.text(max_size=40), st.text(max_size=80))
def test_no_headers_break_it(identity, moment, said):
    assert not right({"webhook-id": identity, "webhook-timestamp": moment, "webhook-signature": said}, [b"body"])


@given(st.integers(-1000, 1000))
def test_a_time_counts_for_five_minutes_to_either_side(seconds):
    headers = signature("msg_1", 1_700_000_000, b"body", SECRET)
    assert right(headers, [b"body"], now=1_700_000_000.0 + seconds) == (abs(seconds) <= 300)


def test_the_form_is_the_one_that_is_published():
    """The computation as the specification writes it out."""
    made = hmac.new(SECRET, b"msg_1.1700000000.{}", hashlib.sha256).digest()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": "1700000000", "webhook-signature": "v1," + base64.b64encode(made).decode()}
    assert right(headers, [b"{}"])


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_c2hvcnQ=", "no base64!", "whsec_" + "é" * 40])
def test_what_is_no_secret_is_none(text):
    with pytest.raises(ValueError):
        secret_bytes(text)
