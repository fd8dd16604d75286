"""A small world of profiles for the tests of this folder: us, a customer, two suppliers, a shared mailbox."""

from gateway.profiles.catalog import Catalog
from gateway.stores.library import DictLibrary

US = """
name: Harbor
timezone: America/New_York
calendar: us
company_prefix: "0655432"
contacts: [{role: edi, name: EDI desk, email: edi@harbor.example}]
identities:
  main: {isa: "ZZ/HARBOR", gs: HARBOR}
  factoring: {isa: "ZZ/HARBORFACT", gs: HARBORF}
defaults:
  control_numbers: {window: 90d}
  answer: {form: "997"}
destinations:
  erp: {folder: {path: erp}, testing: erp-test}
  erp-test: {folder: {path: erp-test}, status: testing}
  wms: {folder: {path: wms}, format: text, template: wms/any.j2, templates: {ship_notice: wms/asn.j2}}
"""

SUPPLIER = """
contacts: [{role: edi, email: edi@supplier.example}]
we_receive:
  - {set: "855", deliver_to: [erp]}
  - {set: "856", deliver_to: [erp, wms]}
"""

ACME = """
partner: acme
name: Acme Supply
status: production
extends: supplier
timezone: America/Chicago
identities:
  main: {isa: "01/123456789", gs: ACME}
  test: {isa: "ZZ/ACMETEST", usage: T}
us: {default: main, "810": factoring}
envelope: {line_end: lf, isa14: "1"}
channels:
  in: [{folder: {path: inbox/acme}}]
  out: [{folder: {path: outbox/acme}}]
we_receive:
  - {set: "855", version: "004010"}
  - {set: "855", version: "005010", status: testing}
  - {set: "856", version: "004010", mapping: acme/856}
  - {set: "856", version: "004010VICS", answer: {form: none}}
we_send:
  - {set: "850", version: "004010", expect: {within: 4h}}
code_tables: {unit: {PC: EA}}
facts: {vendor_number: "4711"}
"""

BOLT = """
partner: bolt
name: Bolt
status: testing
identities: {main: {isa: "01/987654321"}}
channels: {in: [{folder: {path: inbox/bolt}}], out: [{folder: {path: outbox/bolt}}]}
contacts: [{role: edi, email: edi@bolt.example}]
we_receive:
  - {set: "810", version: "004010", from: 2026-01-01, to: 2026-06-30, deliver_to: [erp]}
  - {document: ship_notice, format: delimited, pattern: "asn-*.csv", mapping: bolt/asn, dialect: {delimiter: tab}, deliver_to: [erp]}
"""

CORNER = """
partner: corner
name: Corner
status: production
identities: {main: {isa: "12/5551234"}}
contacts: [{role: edi, email: edi@corner.example}]
via: van-east
we_receive:
  - {set: "850", version: "004010", deliver_to: [erp]}
"""

VAN = """
connection: van-east
name: Van East
channels: {in: [{folder: {path: inbox/van}}], out: [{folder: {path: outbox/van}}]}
carries: [corner]
"""

STANDARD = {
    **{
        f"mappings/x12/004010/{s}.yaml": f"mapping: 1\nguide: x12/004010/{s}\nfields: {{unit: X.01 | code(unit)}}\n"
        for s in ("810", "850", "855", "856")
    },
    **{
        f"mappings/guides/x12/004010/{s}.yaml": f"guide: {s}\n"
        for s in ("810", "850", "855", "856", "997", "elements", "segments", "codes")
    },
    "mappings/x12/005010/855.yaml": "mapping: 1\n",
    "mappings/guides/x12/005010/855.yaml": "guide: 1\n",
    "mappings/tables/unit.yaml": "table: unit\n",
    "mappings/tables/other.yaml": "table: other\n",
    "mappings/acme/856.yaml": "extends: x12/004010/856\n",
    "mappings/bolt/asn.yaml": "mapping: 1\n",
    "mappings/templates/wms/any.j2": "x",
    "mappings/templates/wms/asn.j2": "y",
}

FILES = {
    "partner_profiles/us.yaml": US,
    "partner_profiles/templates/supplier.yaml": SUPPLIER,
    "partner_profiles/acme.yaml": ACME,
    "partner_profiles/bolt.yaml": BOLT,
    "partner_profiles/corner.yaml": CORNER,
    "connections/van-east.yaml": VAN,
    **STANDARD,
}


def library(**changed: str | None) -> DictLibrary:
    """The files, with some changed by the name of the profile, template or connection; None leaves one out."""
    files = dict(FILES)
    for name, text in changed.items():
        path = next((path for path in files if path.endswith(f"/{name.replace('_', '-')}.yaml")), f"partner_profiles/{name}.yaml")
        if text is None:
            del files[path]
        else:
            files[path] = text
    return DictLibrary(files)


def catalog(**changed: str | None) -> Catalog:
    return Catalog.load(library(**changed))
