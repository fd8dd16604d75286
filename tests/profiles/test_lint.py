"""`partner check`: every name that leads nowhere, every tie, every loop, all at once with its place."""

import pytest
from profile_files import ACME, BOLT, CORNER, SUPPLIER, US, VAN, catalog

from gateway.edi.finding import Finding
from gateway.profiles.lint import check


def told(*only: str, **changed: str | None) -> list[str]:
    found = check(catalog(**changed), finding_codes=["ctt-count", "unit-unknown"])
    return [f"{_at(f)} {f.code}: {f.message}" for f in found if not only or f.code in only]


def _at(finding: Finding) -> str:
    at = finding.location
    return f"{(at.file or '').rpartition('/')[2]}:{at.line}:{at.column}"


def test_the_world_of_these_tests_is_clean() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"acme": ACME.replace("mapping: acme/856", "mapping: acme/586")},
            "acme.yaml:18:46 mapping-unknown: 'acme/586' names no mapping; did you mean 'acme/856'?",
        ),
        ({"acme": ACME.replace("mapping: acme/856", "guide: acme/856")}, "acme.yaml:18:44 guide-unknown: 'acme/856' names no guide"),
        (
            {"acme": ACME.replace('"005010"', '"003060"')},
            "acme.yaml:17:5 guide-unknown: 'x12/003060/855' names no guide; did you mean 'x12/005010/855'?",
        ),
        (
            {"bolt": BOLT.replace("mapping: bolt/asn", "mapping: bolt/ans")},
            "bolt.yaml:10:79 mapping-unknown: 'bolt/ans' names no mapping; did you mean 'bolt/asn'?",
        ),
        (
            {"acme": ACME.replace("{unit: {PC: EA}}", "{units: {PC: EA}}")},
            "acme.yaml:22:15 table-unknown: 'units' is no code table; did you mean 'unit'?",
        ),
        (
            {"supplier": SUPPLIER.replace("[erp, wms]", "[erp, wsm]")},
            "supplier.yaml:5:36 destination-unknown: 'wsm' is no destination of us.yaml; did you mean 'wms'?",
        ),
        (
            {"acme": ACME.replace('"810": factoring', '"810": factory')},
            "acme.yaml:10:28 identity-unknown: 'factory' is no identity of us.yaml; did you mean 'factoring'?",
        ),
        (
            {"acme": ACME.replace('{set: "855", version: "004010"}', '{set: "855", version: "004010", identity: mian}')},
            "acme.yaml:16:47 identity-unknown: 'mian' is no identity of this partner; did you mean 'main'?",
        ),
        ({"bolt": BOLT.replace("01/987654321", "ZZ/HARBOR")}, "bolt.yaml:5:14 identity-ours: 'ZZ/HARBOR' is one of our own identities"),
        (
            {"bolt": BOLT.replace('"01/987654321"', '"01/123456789", gs: ACME')},
            "bolt.yaml:5:14 identity-taken: '01/123456789' is an identity of acme too",
        ),
        (
            {"corner": CORNER.replace("via: van-east", "via: van-west")},
            "corner.yaml:7:6 connection-unknown: 'van-west' is no connection; did you mean 'van-east'?",
        ),
        ({"van_east": VAN.replace("[corner]", "[acme]")}, "corner.yaml:7:6 connection-does-not-carry: 'van-east' does not carry corner"),
        (
            {"van_east": VAN.replace("[corner]", "[corner, amce]")},
            "van-east.yaml:5:19 partner-unknown: 'amce' is no trading partner; did you mean 'acme'?",
        ),
        (
            {"acme": ACME.replace("path: outbox/acme", "path: inbox/acme/out")},
            "acme.yaml:14:25 folder-loop: 'inbox/acme/out' is inside the in-folder 'inbox/acme' of acme/in/1",
        ),
        (
            {"us": US.replace("{path: erp}", "{path: ./inbox/bolt}")},
            "us.yaml:14:24 folder-loop: 'inbox/bolt' is inside the in-folder 'inbox/bolt' of bolt/in/1",
        ),
        (
            {"bolt": BOLT.replace("path: inbox/bolt", "path: inbox//acme/")},
            "bolt.yaml:6:33 folder-shared: 'inbox/acme' is an in-folder of acme/in/1 too",
        ),
        (
            {"acme": ACME.replace("  out: [{folder: {path: outbox/acme}}]\n", "")},
            "acme.yaml:12:1 channel-missing: has no channel to send answers or sets by",
        ),
        (
            {"us": US.replace("folder: {path: erp}, testing: erp-test", "folder: {path: erp}, testing: erp-tset")},
            "us.yaml:14:39 destination-unknown: 'erp-tset' is no destination of us.yaml; did you mean 'erp-test'?",
        ),
        (
            {"us": US.replace("template: wms/any.j2", "template: wms/all.j2")},
            "us.yaml:16:54 template-unknown: 'wms/all.j2' names no template; did you mean 'wms/asn.j2'?",
        ),
        (
            {"acme": ACME + "severities: {ctt-cuont: error}\n"},
            "acme.yaml:24:25 finding-code-unknown: 'ctt-cuont' is no finding code; did you mean 'ctt-count'?",
        ),
        (
            {"corner": CORNER.replace("deliver_to: [erp]", "deliver_to: [erp-test]")},
            "corner.yaml:9:37 production-destination-missing: is in production and delivers to 'erp-test', which is testing",
        ),
        ({"corner": CORNER.replace(", deliver_to: [erp]", "")}, "corner.yaml:9:5 nothing-delivered: delivers to no destination"),
        (
            {"us": US.replace(", testing: erp-test", "")},
            "bolt.yaml:9:71 testing-destination-missing: is not in production, and no destination it names takes test documents",
        ),
        (
            {"corner": CORNER.replace("contacts: [{role: edi, email: edi@corner.example}]\n", "")},
            "corner.yaml:2:1 contacts-missing: names no contact for role edi",
        ),
        (
            {"corner": CORNER.replace("deliver_to", 'answer: {form: "999"}, deliver_to')},
            "corner.yaml:9:52 answer-unusual: answers 004010 with a 999",
        ),
        (
            {
                "bolt": BOLT.replace(
                    "we_receive:", 'we_receive:\n  - {set: "856", version: "004010", on_behalf_of: amce, deliver_to: [erp]}'
                )
            },
            "bolt.yaml:9:51 partner-unknown: 'amce' is no trading partner; did you mean 'acme'?",
        ),
        (
            {"us": US + "  x: {folder: {path: x}}\n", "supplier": None},
            "acme.yaml:5:10 extends-unknown: extends 'supplier', which does not exist",
        ),
    ],
)
def test_a_name_that_leads_nowhere_is_told_with_its_place(changed: dict[str, str | None], expected: str) -> None:
    assert expected in told(**changed)


def test_a_tie_names_both_rows() -> None:
    rows = '  - {set: "810", version: "004010", deliver_to: [erp]}\n'
    assert told("agreement-ambiguous", bolt=BOLT + rows + rows) == [
        "bolt.yaml:11:5 agreement-ambiguous: fits to receive 810 in 004010 as well as the row at partner_profiles/bolt.yaml:9:5 does",
        "bolt.yaml:12:5 agreement-ambiguous: fits to receive 810 in 004010 as well as the row at partner_profiles/bolt.yaml:9:5 does",
        "bolt.yaml:12:5 agreement-ambiguous: fits to receive 810 in 004010 as well as the row at partner_profiles/bolt.yaml:11:5 does",
    ]


def test_one_name_for_two_channels_is_told() -> None:
    named = (
        BOLT.replace("in: [{folder", "in: [{name: drop, folder"),
        CORNER.replace("via: van-east", "via: van-east\nchannels: {in: [{name: drop, folder: {path: x}}]}"),
    )
    assert told("channel-name-taken", bolt=named[0], corner=named[1]) == [
        "corner.yaml:8:45 channel-name-taken: 'drop' is the name of a channel in partner_profiles/bolt.yaml too"
    ]


def test_rows_that_follow_each_other_in_time_are_no_tie() -> None:
    assert told(bolt=BOLT + '  - {set: "810", version: "004010", from: 2026-07-01, deliver_to: [erp]}\n') == []


def test_secrets_that_cannot_be_read_here_are_told_by_their_reference() -> None:
    sftp = "  in: [{sftp: {host: h, user: u, key: env:ACME_KEY, password: file:/run/x, folder: f}}]\n"
    world = catalog(acme=ACME.replace("  in: [{folder: {path: inbox/acme}}]\n", sftp))
    found = [f for f in check(world, resolvable=lambda reference: reference == "file:/run/x") if f.code != "host-key-missing"]
    assert [(f.code, f.severity, f.message) for f in found] == [("secret-unresolved", "warning", "'env:ACME_KEY' cannot be read here")]


def test_a_template_without_heirs_is_judged_alone() -> None:
    world = {
        "acme": ACME.replace("extends: supplier\n", "").replace('  - {set: "855", version', '  - {deliver_to: [erp], set: "855", version')
    }
    assert "supplier.yaml:1:1 template-unused: is extended by nobody" in told(**world)
    assert "supplier.yaml:7:1 unknown-key: 'contcts' is not a key here; did you mean 'contacts'?" in told(
        **world, supplier=SUPPLIER + "\ncontcts: []\n"
    )


def test_one_partner_alone_can_be_checked() -> None:
    world = catalog(acme=ACME.replace("acme/856", "acme/x"), bolt=BOLT.replace("bolt/asn", "bolt/x"))
    assert {f.location.file for f in check(world, only="bolt")} == {"partner_profiles/bolt.yaml"}


def test_all_mistakes_of_all_files_are_told_at_once() -> None:
    lines = told(
        acme=ACME.replace("acme/856", "acme/x").replace("PC: EA", "PC: [EA]"),
        bolt=BOLT.replace("bolt/asn", "bolt/x").replace("{path: outbox/bolt}", "{path: inbox/bolt}"),
        corner="partner: corner\nname: Corner\nstatus: prod\nwe_get: []\n",
        van_east=VAN.replace("carries", "carry"),
    )
    assert [line.split(": ")[0] for line in lines] == [
        "van-east.yaml:2:1 missing-key",
        "van-east.yaml:5:1 unknown-key",
        "acme.yaml:22:22 wrong-kind",
        "bolt.yaml:6:70 folder-loop",
        "bolt.yaml:10:79 mapping-unknown",
        "corner.yaml:3:9 wrong-value",
        "corner.yaml:4:1 unknown-key",
    ]


def with_drop(profile: str, **keys: str) -> str:
    before = next(line for line in profile.splitlines() if line.startswith("channels:"))
    drop = ", ".join(f"{key}: {value}" for key, value in keys.items())
    return profile.replace(before, f"channels: {{in: [{{drop: {{{drop}}}}}]}}")


def test_a_drop_needs_no_way_out_of_its_own() -> None:
    assert told(bolt=with_drop(BOLT, password='"env:PATH"')) == []


def test_a_drop_into_which_nobody_can_log_in_is_told() -> None:
    assert told(bolt=with_drop(BOLT, quota="1GB")) == [
        "bolt.yaml:6:18 drop-without-login: has a drop into which 'bolt' cannot log in: neither key nor password"
    ]


def with_ways(ways: str) -> str:
    before = next(line for line in BOLT.splitlines() if line.startswith("channels:"))
    return BOLT.replace(before, f"channels: {ways}")


@pytest.mark.parametrize("ways", ["{out: [{mail: {address: edi@us.example}}]}", "{out: [{as2: {name: BOLT}}]}"])
def test_a_way_by_which_nothing_comes_or_goes_yet_is_told(ways: str) -> None:
    kind = "mail" if "mail" in ways else "as2"
    found = told("channel-unworked", bolt=with_ways(ways))
    assert [line.partition(": ")[2] for line in found] == [f"is a channel of kind '{kind}', by which nothing comes or goes yet"]


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ("url: 'http://bolt.example/edi', token: 'env:PATH'", 1),
        ("url: 'http://bolt.example/edi'", 0),
        ("url: 'https://b.example', token: 'env:PATH'", 0),
    ],
)
def test_a_login_that_goes_in_clear_is_told(settings: str, count: int) -> None:
    assert len(told("url-in-clear", bolt=with_ways(f"{{out: [{{http: {{{settings}}}}}]}}"))) == count


SFTP = 'host: SFTP.bolt.example, user: us, key: "env:PATH", host_key: "SHA256:{pin}"'.replace("{pin}", "a" * 43)


def test_a_server_without_a_pinned_key_is_told() -> None:
    found = told("host-key-missing", bolt=with_ways(f"{{in: [{{sftp: {{{SFTP.split(', host_key')[0]}, folder: /out}}}}]}}"))
    assert [line.partition(": ")[2] for line in found] == ["has no host key of 'SFTP.bolt.example' pinned, so that no connection is made"]


def test_what_we_put_on_a_server_must_not_be_what_we_take_from_it() -> None:
    both = f"{{in: [{{sftp: {{{SFTP}, folder: /box}}}}], out: [{{sftp: {{{SFTP.replace('SFTP', 'sftp')}, folder: /box/}}}}]}}"
    found = told("folder-loop", bolt=with_ways(both))
    assert [line.partition(": ")[2] for line in found] == ["'/box/' is inside the in-folder of bolt/in/1"]
    assert told("folder-loop", bolt=with_ways(both.replace("/box/}", "/box/out}"))) == []


def test_one_folder_of_a_server_in_two_profiles_is_told() -> None:
    corner = CORNER.replace("via: van-east", f"channels: {{in: [{{sftp: {{{SFTP}, folder: /box}}}}], out: [{{folder: {{path: out}}}}]}}")
    found = told("folder-shared", bolt=with_ways(f"{{in: [{{sftp: {{{SFTP}, folder: /box}}}}]}}"), corner=corner)
    assert [line.partition(": ")[2] for line in found] == ["'/box' is an in-folder of bolt/in/1 too"]


def test_two_drops_with_one_user_are_told() -> None:
    corner = CORNER.replace("via: van-east", 'channels: {in: [{drop: {user: bolt, password: "env:PATH"}}]}')
    found = told("drop-user-taken", bolt=with_drop(BOLT, password='"env:PATH"'), corner=corner)
    assert [line.partition(": ")[2] for line in found] == ["'bolt' is the user of the drop in partner_profiles/bolt.yaml too"]


def test_what_we_write_into_a_drop_is_a_loop() -> None:
    us = US.replace("{path: erp}", "{path: drops/bolt/in/erp}")
    assert [line.partition(": ")[2] for line in told("folder-loop", bolt=with_drop(BOLT, password='"env:PATH"'), us=us)] == [
        "'drops/bolt/in/erp' is inside the in-folder 'drops/bolt/in' of bolt/in/1"
    ]


@pytest.mark.parametrize(
    ("drop", "mistake"),
    [
        ("{keys: [ssh-dss AAAA]}", "is not a public key on one line"),
        ("{password: hunter2}", "secret"),
        ("{quota: much}", "is not a size such as 500MB"),
        ("{user: Root}", "is not a user name of small letters"),
    ],
)
def test_what_cannot_be_in_a_drop_is_told_with_its_place(drop: str, mistake: str) -> None:
    before = next(line for line in BOLT.splitlines() if line.startswith("channels:"))
    found = told(bolt=BOLT.replace(before, f"channels: {{in: [{{drop: {drop}}}]}}"))
    assert any(mistake in line for line in found), found
