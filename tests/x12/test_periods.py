"""DTM05 and DTM06: a date (D8) or a period (RD8) is checked as its format says; other formats are text."""

import pytest
from building import LINE, group, interchange, order
from checking import Checked


def checked(*segments, version="004010"):
    envelope = {"e11": "^", "e12": "00501"} if version > "004020" else {}
    return Checked(interchange(group(order("0001", *segments, LINE), version=version), **envelope))


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize(
    "value",
    ["D8*20260301", "D8*20240229", "RD8*20260301-20260331", "RD8*20260301-20260301", "RD6*260301-260331", "TM*0915", "D8*20260301 "],
)
def test_dates_and_periods_as_they_should_be(value, version):
    assert [code for code in checked(f"DTM*002****{value}", version=version).codes if code != "padding"] == []


@pytest.mark.parametrize("version", ["004010", "005010"])
@pytest.mark.parametrize(
    "value",
    [
        "D8*20260230",
        "D8*260301",
        "D8*20260301-20260331",
        "D8*MARCH",
        "RD8*20260301",
        "RD8*20260301-20260231",
        "RD8*20260301 - 20260331",
        "RD8*260301-260331",
        "RD8*20260301-",
    ],
)
def test_dates_and_periods_that_do_not_exist(value, version):
    found = checked(f"DTM*002****{value}", version=version)
    finding = found.only("bad-date")
    assert (finding.location.element, finding.location.element_id) == (6, "1251")
    assert finding.value == value.partition("*")[2]
    assert f"AK4*6*1251*8*{finding.value}" in found.answer()


def test_the_format_is_that_of_the_element_before_and_of_no_other():
    assert checked("DTM*002*20260301").codes == []
    assert checked("N9*ZZ*D8*D8").codes == []


def test_a_value_too_long_is_told_as_that_alone():
    assert checked(f"DTM*002****D8*{'2' * 36}").codes == ["too-long"]


def test_a_format_without_its_date_is_the_relation_s_business():
    assert checked("DTM*002*20260301***D8").codes == ["element-needed"]
