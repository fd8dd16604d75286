"""Profiles as written: the whole form is read, and every mistake is told at once with its place."""

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.edi.finding import Finding
from gateway.profiles.channel import Connection
from gateway.profiles.inheritance import read_table
from gateway.profiles.located import judge
from gateway.profiles.partner import Profile, Us
from gateway.profiles.reading import Table, read_yaml
from gateway.stores.library import DictLibrary

WHOLE = """
partner: acme
name: Acme Industrial Supply
status: production
extends: supplier
timezone: America/Chicago
calendar: us
contacts: [{role: edi, name: Pat, email: pat@acme.example, tell: [refused, overdue]}]
identities:
  main: {isa: "01/123456789", gs: ACME}
  test: {isa: "ZZ/ACMETEST", gs: ACMETEST, usage: T}
us: {default: main, "810": factoring}
envelope: {isa12: "00401", gs08: "004010", isa11: "U", isa14: "0", element: "*", component: ">", segment: 0x1D, line_end: crlf, charset: latin-1, sets_per_group: 1, groups_per_interchange: 1}
channels:
  in:  [{sftp: {host: sftp.acme.example, user: gw, key: "env:ACME_KEY", host_key: "SHA256:abcabcabcabcabcabcabcabcabcabcabcabcabcabcd", folder: /out, every: 1m, then: archive}}]
  out: [{sftp: {host: sftp.acme.example, user: gw, password: file:/run/secrets/acme, folder: /in, name: "{set}_{control_number}.edi"}}]
we_receive:
  - {set: 855, version: 004010, answer: {form: 997}, deliver_to: [erp]}
  - {set: "856", version: "004010", mapping: acme/856, answer: {form: "997", detail: element, ta1: isa14}, deliver_to: [erp, wms]}
  - {set: "810", version: "004010VICS", from: 2026-01-01, to: 2026-12-31, answer: {form: "999", accept_with_errors: no, report_warnings: yes, refuse_on: guide}}
  - {document: ship_notice, format: delimited, pattern: "asn-*.csv", dialect: {delimiter: ";", encoding: cp1252}, mapping: acme/asn}
we_send:
  - {set: "850", version: "004010", expect: {form: "997", within: 4h, calendar: us, then: alert}}
control_numbers: {check: hold, window: 90d}
code_tables: {unit: {PC: EA}}
severities: {ctt-count: error}
tolerances: {price: 0.5%, over_ship: 0, ctt: warn, trailer_counts: error}
service_levels: {acknowledge_order: 24h, ship_notice_before_delivery: 4h}
tier: critical
"""


def table(text: str) -> Table:
    value, findings = read_yaml(text, "p.yaml")
    assert findings == []
    assert isinstance(value, Table)
    return value


def told(text: str, model: Any = Profile) -> list[str]:
    return [sentence(f) for f in judge(model, table(text))[1]]


def sentence(finding: Finding) -> str:
    at = finding.location
    return f"{at.line}:{at.column} {at.field} {finding.message}"


def minimal(more: str) -> str:
    return f"partner: acme\nname: Acme\n{more}"


def test_the_whole_form_is_read() -> None:
    profile, findings = judge(Profile, table(WHOLE))
    assert findings == []
    assert profile is not None
    assert profile.we_receive[0].set == "855"
    assert profile.we_receive[0].version == "004010"
    assert profile.we_receive[2].answer.accept_with_errors is False
    assert profile.envelope.segment == "\x1d"
    assert profile.identities["main"].isa == "01/123456789"


def test_every_mistake_is_told_at_once_with_its_place_and_what_was_meant() -> None:
    mistakes = minimal(
        """status: prodction
timezone: Chicago time
contcts: []
identities:
  Main: {isa: "123"}
envelope: {element: AB, line_ends: lf}
channels: {in: [{folder: {path: x, evry: 1m}}, {folder: {path: y, every: often}, sftp: {}}]}
we_receive:
  - {set: "85", version: "004010"}
  - {set: "850", version: 4010, answr: {}, answer: {form: 998, detail: elment}}
  - {version: "004010"}
  - {set: "810", version: "004010", from: soon, deliver_to: erp, answer: 997}
  - 855
we_send:
control_numbers: {check: hodl, window: 90}
tolerances: {price: half, ctt: warm}
"""
    )
    lines = told(mistakes)
    for expected in [
        "3:9 status 'prodction' is not one of draft, testing, production, suspended; did you mean 'production'?",
        "4:11 timezone 'Chicago time' is not a time zone such as America/Chicago",
        "5:1 contcts 'contcts' is not a key here; did you mean 'contacts'?",
        "7:3 identities.Main 'Main' is not a short name of small letters, digits, - and _",
        "7:15 identities.Main.isa '123' is not a qualifier and an id of up to 15 characters, such as \"01/123456789\"",
        "8:21 envelope.element 'AB' is not one character that is no letter, digit or blank, or its code such as 0x1D",
        "8:25 envelope.line_ends 'line_ends' is not a key here; did you mean 'line_end'?",
        "9:36 channels.in.1.folder.evry 'evry' is not a key here; did you mean 'every'?",
        "9:74 channels.in.2.folder.every 'often' is not a duration such as 30s, 15m, 4h, 90d or 2w",
        "9:82 channels.in.2.sftp.host has no 'host', which is needed here",
        "11:11 we_receive.1.set '85' is not a transaction set of three digits, such as \"850\"",
        '12:27 we_receive.2.version \'4010\' is not a version of at least six digits, such as "004010" or "004010VICS"',
        "12:33 we_receive.2.answr 'answr' is not a key here; did you mean 'answer'?",
        "12:59 we_receive.2.answer.form '998' is not one of 997, 999, none; did you mean '999'?",
        "12:72 we_receive.2.answer.detail 'elment' is not one of set, segment, element; did you mean 'element'?",
        "13:5 we_receive.3 is a map; expected an agreement for either a set or a document",
        "14:43 we_receive.4.from 'soon' is not a date such as 2026-01-31",
        "14:61 we_receive.4.deliver_to is text ('erp'); expected a list",
        "14:74 we_receive.4.answer is text ('997'); expected a map of keys and values",
        "15:5 we_receive.5 is text ('855'); expected a map of keys and values",
        "17:26 control_numbers.check 'hodl' is not one of hold, warn, off; did you mean 'hold'?",
    ]:
        assert expected in lines
    assert len(lines) == 27


def test_the_known_keys_are_told_too() -> None:
    finding = judge(Profile, table(minimal("channels: {int: []}")))[1][0]
    assert finding.remedy == "Correct or remove it; known here: in, out."


@pytest.mark.parametrize(
    "channel",
    [
        "{sftp: {host: h, user: u, password: hunter2-canary, folder: f}}",
        "{sftp: {host: h, user: u, key: -----BEGIN hunter2-canary, folder: f}}",
        "{api: {keys: [{id: a, secret: hunter2-canary}]}}",
        "{api: {keys: [{id: a, secre: hunter2-canary}]}}",
        "{sftp: {host: h, user: u, password: [hunter2-canary], folder: f}}",
    ],
)
def test_a_secret_written_out_is_refused_and_never_repeated(channel: str) -> None:
    _, findings = judge(Profile, table(minimal(f"channels: {{in: [{channel}]}}")))
    assert findings
    assert "hunter2-canary" not in repr(findings)


def test_a_secret_in_an_address_is_refused_and_never_repeated() -> None:
    _, findings = judge(Profile, table(minimal("channels: {out: [{http: {url: 'https://gw:hunter2-canary@x.example/'}}]}")))
    assert [f.code for f in findings] == ["inline-secret"]
    assert "hunter2-canary" not in repr(findings)


def test_a_row_is_for_a_set_or_a_document_and_x12_has_a_version() -> None:
    rows = [
        ('{set: "850"}', "an X12 agreement with set and version"),
        ("{document: invoice, format: delimited}", "an agreement with document and mapping"),
        ('{set: "850", version: "004010", document: invoice}', "either a set or a document"),
        ('{set: "850", version: "004010", dialect: {}}', "only these have a dialect"),
        ('{set: "850", version: "004010", from: 2026-02-01, to: 2026-01-01}', "ends after it begins"),
        ("{document: invoice, format: delimited, mapping: a/b, dialect: {delimiter: '||'}}", "one character or tab"),
        ("{document: invoice, format: delimited, mapping: a/b, dialect: {header: no}}", "names its columns"),
    ]
    for row, expected in rows:
        (line,) = told(minimal(f"we_receive: [{row}]"))
        assert expected in line


def test_file_names_are_made_of_known_fields() -> None:
    assert told(minimal("channels: {out: [{folder: {path: x, name: '{set}_{control_number}.edi'}}]}")) == []
    for name in ("{sett}.edi", "../{set}", "a\\\\b", "{0}", "{set.__class__}"):
        assert "a file name that may hold" in told(minimal(f"channels: {{out: [{{folder: {{path: x, name: '{name}'}}}}]}}"))[0]


def test_us_needs_an_identity_and_its_destinations_a_place() -> None:
    assert told("name: We\nidentities: {}", Us) == ["2:1 identities is a map; expected a map with at least one entry"]
    assert told("name: We\nidentities: {main: {isa: ZZ/US}}\ndestinations: {erp: {format: json}}", Us) == [
        "3:16 destinations.erp is a map; expected a destination of exactly one kind: folder, rest, database"
    ]


def test_a_connection_carries_partners_by_name() -> None:
    assert told("connection: van\nname: Van\nchannels: {in: [{folder: {path: van}}]}\ncarries: [acme, Bolt]", Connection) == [
        "4:17 carries.2 'Bolt' is not a short name of small letters, digits, - and _"
    ]


_keys = st.sampled_from([*Profile.model_fields, "in", "out", "set", "version", "folder", "form", "isa", "main", "detail"]) | st.text(
    string.ascii_letters, max_size=3
)
_scalars = st.none() | st.text(max_size=6) | st.sampled_from(["850", "004010", "yes", "4h", "-1", "99999999999999", "nan", "ZZ/A"])
_trees = st.recursive(_scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=4), max_leaves=15)


def as_read(tree: object) -> Any:
    import json

    return read_yaml(json.dumps(tree), "p.yaml")[0]


@given(st.dictionaries(_keys, _trees, max_size=6), st.sampled_from([Profile, Us, Connection]))
def test_any_table_is_read_or_told(tree: dict[str, object], model: Any) -> None:
    value = as_read(tree)
    if isinstance(value, Table):
        read, findings = judge(model, value)
        assert (read is None) == bool(findings)
        assert all(f.location.file == "p.yaml" and f.location.line for f in findings)


def test_a_file_that_is_not_there_or_holds_no_map_is_told_with_its_name() -> None:
    library = DictLibrary({"partner_profiles/acme.yaml": "- 1\n"})
    told = [read_table(library, f"partner_profiles/{name}.yaml")[1] for name in ("acme", "bolt")]
    assert [[(f.code, f.location.file) for f in found] for found in told] == [
        [("not-a-map", "partner_profiles/acme.yaml")],
        [("file-unreadable", "partner_profiles/bolt.yaml")],
    ]
