"""An upload as an inbox: offered once, taken once, settled; what the sender calls it is never a path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.ports import NotReady, Receipt
from gateway.records import Durable
from gateway.web.uploads import Upload, file_name


def test_it_is_offered_until_it_is_settled_and_its_bytes_come_once():
    upload = Upload("acme", "a.edi", [b"one", b"two"], "key-1", keyed=True)
    [offered] = upload.list()
    assert (offered.channel, offered.name, offered.identity, offered.keyed) == ("acme", "a.edi", "key-1", True)
    assert b"".join(upload.take(offered)) == b"onetwo"
    with pytest.raises(NotReady):
        next(upload.take(offered))
    receipt = Receipt("01T", Durable("ab" * 32, 6))
    upload.settle(offered, receipt)
    upload.settle(offered, receipt)
    assert upload.list() == []


@given(st.none() | st.text(max_size=300), st.none() | st.text(max_size=300).filter(lambda said: "\n" not in said and "\r" not in said))
def test_a_name_is_short_printable_and_no_path(said, disposition):
    name = file_name(said, disposition, "text/csv")
    assert 0 < len(name) <= 200
    assert "/" not in name
    assert name.isprintable()


def test_what_is_not_named_is_named_by_what_it_is():
    assert file_name(None, None, "text/csv") == "upload.csv"
    assert file_name(None, "attachment", "application/edi-x12") == "upload.edi"
    assert file_name("C:\\orders\\1.csv", None, "text/csv") == "1.csv"
