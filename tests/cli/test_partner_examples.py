"""`gateway test`: examples under the terms of a partner, answering an order."""

EXAMPLES = """
mapping: lakeside/855
partner: lakeside
examples:
- name: his order echoed
  order:
    number: LK-1
    date: 2026-03-02
    department: '042'
    vendor_number: '88120'
    parties: [{role: ship_to, name: Store 17, identifier: {scheme: assigned_by_buyer, value: '0017'}}]
    lines:
    - {ordinal: 1, number: '10', items: [{scheme: buyer_item, value: 100-2217}]}
  input: |
    BAK*00*AT*LK-1*20260302*****20260303
    REF*DP*042
    REF*IA*88120
    N1*ST*Store 17*92*0017
    PO1*10*48*PH*12.4**IN*100-2217
    ACK*IA*48*PH
  expected:
    purpose: original
    verdict: accepted
    order: {number: LK-1, date: '2026-03-02'}
    date: '2026-03-03'
    currency: USD
    department: '042'
    vendor_number: '88120'
    parties:
    - role: ship_to
      name: Store 17
      identifier: {scheme: assigned_by_buyer, value: '0017'}
    lines:
    - ordinal: '1'
      number: '10'
      quantity: {value: '48', unit: XPK}
      price: {amount: '12.4'}
      amount: '595.2'
      items:
      - {scheme: buyer_item, value: 100-2217}
      order_line: '10'
      statuses:
      - {status: accepted, quantity: '48', unit: XPK}
"""


def laid(gateway, folder, text):
    gateway("init", ".")
    (folder / "mappings" / "lakeside").mkdir(parents=True, exist_ok=True)
    (folder / "mappings" / "lakeside" / "855.test.yaml").write_text(text)


def test_an_example_answers_an_order_under_the_partners_terms(gateway, tmp_path):
    laid(gateway, tmp_path, EXAMPLES)
    assert "1 example in 1 file: all pass" in gateway("test", "lakeside/855").stderr


def test_without_the_order_that_is_echoed_it_fails_and_says_so(gateway, tmp_path):
    start, end = EXAMPLES.index("  order:\n    number"), EXAMPLES.index("  input:")
    laid(gateway, tmp_path, EXAMPLES[:start] + EXAMPLES[end:])
    assert "taken from the document answered" in gateway("test", "lakeside/855", code=5).stdout


def test_a_partner_without_such_an_agreement_is_told(gateway, tmp_path):
    laid(gateway, tmp_path, EXAMPLES.replace("partner: lakeside", "partner: acme"))
    assert "no agreement uses lakeside/855" in gateway("test", "lakeside/855", code=5).stdout
