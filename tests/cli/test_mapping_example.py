"""`gateway mapping example`: an example for the tests of a mapping, made of a file that came."""

import pytest


@pytest.fixture
def own(project):
    (project / "mappings" / "acme").mkdir(parents=True)
    (project / "mappings" / "acme" / "850.yaml").write_text("mapping: 1\nextends: x12/004010/850\nfields: {contract: 'REF[01=CO].02'}\n")
    return project


def test_an_example_made_of_a_file_passes_and_more_are_added_behind_it(gateway, own, order):
    (own / "a.edi").write_text(order(["REF*CO*007", "PO1*1*5*EA*9.95**VP*A-1"], ["PO1*1*6*EA"]))
    file = own / "mappings" / "acme" / "850.test.yaml"
    file.write_text(gateway("mapping", "example", "acme/850", "a.edi", "--name", 'a "contract"').stdout)
    file.write_text(file.read_text() + gateway("mapping", "example", "acme/850", "a.edi", "--set", "2").stdout)
    text = file.read_text()
    assert text.startswith(
        'mapping: acme/850\nexamples:\n- name: "a \\"contract\\""\n  input: |\n    BEG*00*SA*PO-1**20240102\n    REF*CO*007\n'
    )
    assert text.count("mapping:") == 1
    assert "contract: '007'" in text
    assert "2 examples in 1 file: all pass" in gateway("test", "acme/850").stderr
    gateway("mapping", "explain", "acme/850", "contract")
    (own / "mappings" / "acme" / "850.yaml").write_text("mapping: 1\nextends: x12/004010/850\nfields: {contract: BEG.03}\n")
    assert 'contract is "PO-1"; expected "007" (mappings/acme/850.yaml:3:20)' in gateway("test", "acme/850", code=5).stdout


def test_other_delimiters_are_written_as_examples_have_them(gateway, own, order):
    text = order(["MEA*PD*LN*12.5*IN>2", "PO1*1*5*EA"])
    (own / "a.edi").write_text(text.replace("*", "|").replace(">", ":"))
    assert "MEA*PD*LN*12.5*IN>2" in gateway("mapping", "example", "acme/850", "a.edi").stdout
    (own / "b.edi").write_text(order(["REF*CO*A|B", "PO1*1*5*EA"]).replace(">", ":").replace("A|B", "A>B"))
    assert "write this one by hand" in gateway("mapping", "example", "acme/850", "b.edi", code=1).stderr


def test_a_file_of_rows_is_taken_whole(gateway, project):
    rows = "order_number,order_date,line,vendor_item,quantity,unit,price,{}\n4711,2026-03-01,1,N,2,EA,0.05,{}\n"
    rest = "requested_delivery,currency,department,ship_to,ship_to_name,buyer_item,gtin,description,note"
    (project / "a.csv").write_text(rows.format(rest, "," * rest.count(",")))
    told = gateway("mapping", "example", "csv/order", "a.csv").stdout
    assert told.startswith('- name: "a.csv"')  # the package has examples of it
    assert "    4711,2026-03-01,1,N,2,EA,0.05" in told


@pytest.mark.parametrize(("declared", "encoding"), [("ISO-8859-1", "latin-1"), ("utf-8", "utf-8")])
def test_an_xml_file_is_kept_in_utf_8_whatever_it_was_written_in(gateway, project, declared, encoding):
    (project / "mappings").mkdir(exist_ok=True)
    mapping = "document: purchase_order\nformat: {kind: xml, document: /o}\nfields: {number: n, department: d}\n"
    (project / "mappings" / "ours.yaml").write_text(mapping)
    (project / "a.xml").write_bytes(f'<?xml version="1.0" encoding="{declared}"?>\n<o><n>1</n><d>Köln</d></o>\n'.encode(encoding))
    (project / "mappings" / "ours.test.yaml").write_text(gateway("mapping", "example", "ours", "a.xml").stdout, encoding="utf-8")
    assert "department: Köln" in (project / "mappings" / "ours.test.yaml").read_text(encoding="utf-8")
    assert "all pass" in gateway("test", "ours").stderr


def test_what_becomes_no_document_is_told(gateway, own, order):
    (own / "a.edi").write_text(order(["PO1*1*5*QQ"]))
    done = gateway("mapping", "example", "acme/850", "a.edi", code=5)
    assert done.stdout == ""
    assert "no code of table unit" in done.stderr
    assert "there are 1 sets in it" in gateway("mapping", "example", "acme/850", "a.edi", "--set", "3", code=3).stderr
