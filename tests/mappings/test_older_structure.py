"""Partners who say a newer version than they build: the agreement names the guide that their sets follow."""

import pytest

from gateway.carriage.translating import Translator
from gateway.formats.x12.envelope import SetRead
from gateway.formats.x12.reader import read
from gateway.profiles.catalog import Catalog
from gateway.stores.library import FolderLibrary

US = 'name: Harbor\ncontacts: [{role: edi, email: e@h.example}]\nidentities: {main: {isa: "ZZ/HARBOR", gs: HARBOR}}\n'
CARRIER = """
partner: carrier
name: Carrier
status: production
contacts: [{role: edi, email: edi@carrier.example}]
identities: {main: {isa: "02/CARR", gs: CARR}}
channels: {in: [{folder: {path: in/carrier}}], out: [{folder: {path: out/carrier}}]}
we_receive:
  - {set: "214", version: "004030"%s}
"""
STATUS = (
    f"ISA*00*{'':10}*00*{'':10}*02*{'CARR':15}*ZZ*{'HARBOR':15}*260304*0506*U*00403*000000001*0*P*>~"
    "GS*QM*CARR*HARBOR*20260304*0506*1*X*004030~ST*214*0001~B10*PRO-1*SHIP-1*CARR~"
    "N1*SH*SHIPPER*93*01~N3*1 ROAD~N4*RUMFORD*ME*04276~N1*CN*CONSIGNEE*93*02~N3*2 ROAD~N4*BRATTLEBORO*VT*05301~"
    "LX*1~AT7*D1*NS***20260304*0400*LT~MS1*BRATTLEBORO*VT*US~SE*12*0001~GE*1*1~IEA*1*000000001~"
)


def outcome(folder, more):
    for name, text in (("us", US), ("carrier", CARRIER % more)):
        (folder / "partner_profiles").mkdir(exist_ok=True)
        (folder / "partner_profiles" / f"{name}.yaml").write_text(text)
    catalog = Catalog.load(FolderLibrary(folder))
    (event,) = [event for event in read([STATUS.encode()]) if isinstance(event, SetRead)]
    found = catalog.agreement(event.interchange.sender, event.interchange.receiver, "214", event.group.version)
    return Translator()(catalog, catalog.terms(found.agreement), event.interchange, event.group, event.transaction_set)


@pytest.mark.parametrize(
    ("agreed", "verdict", "documents"),
    [("", "R", []), (", guide: x12/004010/214, mapping: x12/004010/214", "A", ["shipment_status"])],
)
def test_a_214_of_004030_built_as_004010_is_taken_where_its_guide_is_agreed(tmp_path, agreed, verdict, documents):
    made = outcome(tmp_path, agreed)
    assert (made.verdict, [document["document_type"] for document in made.documents]) == (verdict, documents)
