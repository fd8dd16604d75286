"""824s: what is wrong with the content of a set that could be read, in a group of its own, by the guide that we check others by."""

import building
import pytest
from checking import AT, GUIDES, Checked

from gateway.edi.finding import Finding, Location
from gateway.exchange.received import advice_answers
from gateway.formats.x12 import acknowledgment, advice

ICVN = {"004010": "00401", "005010": "00501", "006030": "00603"}
UNIT = Finding(
    "code-without-meaning",
    "error",
    "business",
    "has 'QQ', which is no code of table unit",
    "Add it to the table.",
    Location("PO1", 3, element=3, element_id="355"),
    "QQ",
)


def written(findings, sets=None, version="004010", **envelope):
    """The bytes of an advice on the orders of one group, the same findings on each."""
    orders = sets or [building.order("0001")]
    separator = {"e11": "^"} if version >= "005010" else {}
    checked = Checked(building.interchange(building.group(*orders, number="7", version=version), e12=ICVN[version], **separator))
    (interchange,), (group,) = checked.interchanges, checked.groups
    told = [advice.set_advice(found, advice.told(findings)) for found in checked.sets]
    content = advice.group_advice(group, interchange.control_number, told)
    back = acknowledgment.envelope_back(interchange, group) | envelope
    return acknowledgment.write(acknowledgment.answer(advice.FORM, back, group=content), 5, 6, AT)


def segments(data):
    return data.decode("latin-1").replace("\n", "").split("~")[:-1]


def test_an_advice_names_the_set_and_says_what_is_wrong_where():
    assert segments(written([UNIT]))[1:-1] == [
        "GS*AG*RECEIVER*SENDER*20260102*0304*6*X*004010",
        "ST*824*0001",
        "BGN*11*6-0001*20260102*0304",
        "OTI*TR*PO*PO0001*SENDER*RECEIVER*20260102*0304*7*0001*850*004010",
        "REF*F8*000000001*Interchange control number",
        "TED*848*PO103 has 'QQ', which is no code of table unit*PO1*3*3*355*QQ",
        "SE*6*0001",
        "GE*1*6",
    ]


@pytest.mark.parametrize("version", sorted(ICVN))
def test_our_own_rules_find_nothing_wrong_with_it(version):
    inner = Finding("bad", "error", "business", "is " + "long " * 80, "", Location("SLN", 9, element=4, component=2), "x" * 80)
    nowhere = Finding("document-invalid", "error", "business", "says ~ and * and é…", "", value="~*")
    checked = Checked(written([UNIT, inner, nowhere], [building.order(f"{n:04d}") for n in range(1, 4)], version))
    ours = [finding for finding in checked.findings if finding.code != "version-nearest"]
    assert (ours, checked.verdicts, checked.groups[0].functional_id) == ([], "AAA", "AG")


def test_what_stands_in_a_composite_is_told_with_its_component_since_004030():
    inner = Finding("bad", "error", "business", "is bad", "", Location("SLN", 9, element=4, component=2))
    place = {version: [s for s in segments(written([inner], version=version)) if s.startswith("TED")] for version in ("004010", "005010")}
    assert place == {"004010": ["TED*848*SLN04 is bad*SLN*9*4"], "005010": ["TED*848*SLN04 is bad*SLN*9*4>2"]}


def test_a_long_message_stands_whole_in_notes():
    said = "is one of many words that are needed to say what is wrong with it, and none of them may be lost on the way to the partner"
    lines = segments(written([Finding("x", "error", "business", said, "", Location("BEG", 2))]))
    [ted] = [line for line in lines if line.startswith("TED")]
    notes = [line.removeprefix("NTE*ERN*") for line in lines if line.startswith("NTE")]
    assert len(ted.split("*")[2]) <= 60
    assert " ".join(notes) == f"BEG {said}"


def test_a_message_with_the_partners_delimiters_is_written_without_them():
    data = written([Finding("x", "error", "business", "holds '|' and 'a:b'", "", value="a|b")], element="|", component=":")
    assert "TED|848|holds '' and 'ab'" in segments(data)


@pytest.mark.parametrize(
    ("code", "reason"), [("value-required", "007"), ("date-invalid", "009"), ("total-differs", "010"), ("document-conflicting", "DUP")]
)
def test_the_reason_is_as_narrow_as_the_code_allows(code, reason):
    [ted] = [s for s in segments(written([Finding(code, "error", "business", "is wrong", "")])) if s.startswith("TED")]
    assert ted == f"TED*{reason}*is wrong"


def test_only_errors_in_what_was_sent_are_told():
    warning = Finding("code-passed", "warning", "business", "goes on", "")
    of_ours = Finding("mapping-path", "error", "business", "is no path", "", Location(file="mappings/x.yaml", line=3))
    broken = Finding("mapping-broken", "error", "business", "cannot be used", "", Location("ST", 1))
    assert advice.told([warning, of_ours, broken, UNIT]) == [UNIT]


@pytest.mark.parametrize(
    ("kind", "first", "said"),
    [
        ("856", "BSN*00*SHIP-9*20260102*0304", "SI*SHIP-9"),
        ("810", "BIG*20260102*INV-7", "IV*INV-7"),
        ("855", "BAK*00*AD*PO-1*20260102", "PO*PO-1"),
        ("990", "B1*ABCD*X*20260102*A", "TN*0001"),
        ("850", "BEG*00*SA", "TN*0001"),
    ],
)
def test_a_document_is_named_by_its_senders_own_number_or_else_by_its_set(kind, first, said):
    (found,) = Checked(building.interchange(building.group(building.transaction(kind, "0001", first)))).sets
    one = advice.set_advice(found, [])
    assert f"{one['qualifier']}*{one['reference']}" == said


def test_what_we_write_is_read_back_as_it_was_meant():
    first, second = Checked(written([UNIT], [building.order("0001"), building.order("0002")])).sets
    answers = [*advice_answers(first), *advice_answers(second)]
    assert [(one.about, one.group_number, one.verdict, one.reference) for one in answers] == [
        ("850 0001", "7", "TR", "PO0001"),
        ("850 0002", "7", "TR", "PO0002"),
    ]
    assert answers[0].reasons == "(848 PO103 has 'QQ', which is no code of table unit)"


def test_an_advice_says_the_first_reasons_and_how_many_more():
    body = ["BGN*11*1*20260102", "OTI*TR*IV*INV-7******0001*810", *(f"TED*848*REASON {n}" for n in range(5))]
    (found,) = Checked(building.interchange(building.group(building.transaction("824", "0001", *body), kind="AG"))).sets
    [one] = advice_answers(found)
    assert one.reasons == "(848 REASON 0; 848 REASON 1; 848 REASON 2; 2 more)"
    assert GUIDES.find("824", "004010")
