"""`gateway x12 ack` and `gateway x12 inspect`."""

import re


def answered(text):
    """Segments of raw X12 with dates and times of this run taken out."""
    return [re.sub(r"\*\d{6,8}\*\d{4}(?=\*)", "*DATE*TIME", segment.strip()) for segment in text.split("~") if segment.strip()]


def test_the_acknowledgment_accepts_the_good_set_and_says_what_is_wrong_with_the_other(gateway, files, order):
    files(given=order(["PO1*1*5*EA*9.95**VP*A-1"], ["PO1*1*12,50*EA*9.95**VP*A-1"]))
    isa, gs, *segments = answered(gateway("x12", "ack", "given.edi", code=5).stdout)
    assert isa.startswith("ISA*00*          *00*          *ZZ*RECEIVER       *ZZ*SENDER         *DATE*TIME*U*00401*000000001*0*T*")
    assert gs == "GS*FA*RECEIVER*SENDER*DATE*TIME*1*X*004010"
    assert segments == [
        "ST*997*0001",
        "AK1*PO*1",
        "AK2*850*0001",
        "AK5*A",
        "AK2*850*0002",
        "AK3*PO1*3**8",
        "AK4*2*330*6",
        "AK5*R*5",
        "AK9*P*2*2*1",
        "SE*10*0001",
        "GE*1*1",
        "IEA*1*000000001",
    ]


def test_the_acknowledgment_is_valid_x12_itself_and_is_not_acknowledged(gateway, files, order, tmp_path):
    files(given=order())
    files(answer=gateway("x12", "ack", "given.edi").stdout)
    assert "accepted" in gateway("x12", "check", "answer.edi").stdout
    done = gateway("x12", "ack", "answer.edi")
    assert done.stdout == ""
    assert "not acknowledged" in done.stderr


def test_a_999_where_asked_for(gateway, files, order):
    files(given=order())
    assert "ST*999*0001" in answered(gateway("x12", "ack", "--form", "999", "given.edi").stdout)


def test_a_ta1_where_isa14_asks_and_numbers_that_count_up(gateway, files, order):
    files(given=order().replace("*0*T*>", "*1*T*>"))
    told = answered(gateway("x12", "ack", "--number", "41", "given.edi").stdout)
    assert "TA1*000000001*DATE*TIME*A*000" in told
    assert [segment for segment in told if segment.startswith("IEA")] == ["IEA*0*000000041", "IEA*1*000000042"]


def test_a_refused_interchange_gets_its_ta1_and_nothing_else(gateway, files, order):
    files(given=order().replace("*0*T*>", "*1*T*>").replace("IEA*1*000000001", "IEA*1*000000009"))
    told = answered(gateway("x12", "ack", "given.edi", code=5).stdout)
    assert "TA1*000000001*DATE*TIME*R*001" in told
    assert len(told) == 3


def test_a_refused_interchange_that_asks_for_no_ta1_shows_it_all_the_same(gateway, files, order):
    files(given=order().replace("IEA*1*000000001", "IEA*1*000000009"))
    done = gateway("x12", "ack", "given.edi", code=5)
    assert "TA1*000000001*DATE*TIME*R*001" in answered(done.stdout)
    assert "does not ask for a TA1" in done.stderr


def test_the_tree_names_loops_and_indents_them(gateway, files, order):
    files(given=order(["N1*ST*Store 7", "N3*1 Main St", "PO1*1*5*EA*9.95**VP*A-1", "PID*F****Bolts", "PO1*2*5*EA*9.95**VP*A-2"]))
    assert gateway("x12", "inspect", "given.edi").stdout.splitlines() == [
        "ISA 000000001  ZZ/SENDER to ZZ/RECEIVER  00401  test",
        "  GS PO 1  004010",
        "    850 0001  x12/004010/850",
        "      ST*850*0001",
        "      BEG*00*SA*PO-1**20240102",
        "      N1 [1]",
        "        N1*ST*Store 7",
        "        N3*1 Main St",
        "      PO1 [1]",
        "        PO1*1*5*EA*9.95**VP*A-1",
        "        PO1/PID [1]",
        "          PID*F****Bolts",
        "      PO1 [2]",
        "        PO1*2*5*EA*9.95**VP*A-2",
        "      CTT [1]",
        "        CTT*2",
        "      SE*9*0001",
    ]


def test_elements_are_told_with_their_names(gateway, files, order):
    files(given=order())
    told = gateway("x12", "inspect", "--elements", "given.edi").stdout
    assert re.search(r"^ +BEG-03 .+: PO-1$", told, re.MULTILINE)


def test_a_segment_without_a_place_is_marked(gateway, files, order):
    files(given=order(["PO1*1*5*EA*9.95**VP*A-1", "XXX*1"]))
    assert "? XXX*1" in gateway("x12", "inspect", "given.edi").stdout


def test_what_is_no_x12_is_told(gateway, files):
    files(given="hello")
    assert "no X12 interchange" in gateway("x12", "inspect", "given.edi", code=5).stderr


def test_an_advice_on_what_a_mapping_would_hold_is_printed_behind_the_acknowledgment(gateway, files, order):
    files(given=order(["PO1*1*5*EA*9.95**VP*A-1"], ["PO1*1*5*QQ*9.95**VP*A-1"]))
    told = answered(gateway("x12", "ack", "--advice", "--number", "7", "given.edi").stdout)
    assert [segment for segment in told if segment.startswith(("AK5", "OTI", "TED", "ST"))] == [
        "ST*997*0001",
        "AK5*A",
        "AK5*A",
        "ST*824*0001",
        "OTI*TR*PO*PO-2*SENDER*RECEIVER*DATE*TIME*1*0002*850*004010",
        "TED*848*PO103 has 'QQ', which is no code of table unit*PO1*3*3**QQ",
    ]
    assert [segment.split("*")[13] for segment in told if segment.startswith("ISA")] == ["000000007", "000000008"]


def test_an_advice_is_valid_x12_itself(gateway, files, order):
    files(given=order(["PO1*1*5*QQ*9.95**VP*A-1"]))
    files(answer=gateway("x12", "ack", "--advice", "given.edi").stdout)
    assert "accepted: 2 interchanges" in gateway("x12", "check", "answer.edi").stdout


def test_a_partner_without_advice_is_a_mistake_of_usage(gateway, files, order):
    files(given=order())
    assert "--partner is for --advice" in gateway("x12", "ack", "--partner", "acme", "given.edi", code=2).stderr
