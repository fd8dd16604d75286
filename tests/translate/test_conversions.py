"""Every conversion by its example, every inverse by its law, every refusal by a finding."""

import contextlib
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sets import reading

from gateway.translate import conversions as table
from gateway.translate import dates, identifiers, numbers, texts
from gateway.translate.conversion import Noted, Unconvertible
from gateway.translate.conversions import CONVERSIONS
from gateway.translate.tables import CodeTable, Row

ROW = {"use": "both", "since": None, "until": None, "at": None}
UNIT = CodeTable("unit", [Row("CA", "XCS", **ROW), Row("EA", "EA", **ROW), Row("PC", "EA", "read", None, None, None)]).settle()
ITEMS = CodeTable("items", [Row("A-1\x1facme", "4711", **ROW), Row("A-1\x1fbolt", "4712", **ROW)]).settle()
TABLES = {"unit": UNIT, "items": ITEMS}


def given_tables(arguments):
    return tuple(TABLES.get(argument, argument) if isinstance(argument, str) else argument for argument in arguments)


@pytest.mark.parametrize("name", CONVERSIONS)
def test_the_example_of_a_conversion_is_what_it_does(name):
    conversion = CONVERSIONS[name]
    example = conversion.example
    arguments = given_tables(example.arguments)
    made = conversion.read(*arguments) if conversion.shape == "call" else conversion.read(example.sent, *arguments)
    assert made == example.made
    assert conversion.purpose.endswith((".", ":"))


@pytest.mark.parametrize(
    "name", [name for name, conversion in CONVERSIONS.items() if conversion.write is not None and conversion.shape == "each"]
)
def test_reading_what_was_written_gives_the_example_again(name):
    conversion = CONVERSIONS[name]
    arguments = given_tables(conversion.example.arguments)
    assert conversion.read(conversion.write(conversion.example.made, *arguments), *arguments) == conversion.example.made


AMOUNTS = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**12), max_value=10**12)
PLAIN = st.text(alphabet=st.characters(codec="latin-1", exclude_categories=["Cc"]), min_size=1, max_size=20).map(str.strip).filter(bool)
LAWS = {
    "date": (st.dates(date(1980, 1, 1), date(9999, 12, 31)), st.sampled_from([(), ("DD.MM.YYYY",), ("YYYY-MM-DD",), ("MM/DD/YYYY",)])),
    "time": (st.times().map(lambda t: t.replace(microsecond=t.microsecond // 10_000 * 10_000)), st.just(())),
    "range": (st.fixed_dictionaries({"start": st.dates(date(1980, 1, 1)), "end": st.dates(date(1980, 1, 1))}), st.just(())),
    "zone": (st.sampled_from(["UTC", "+00:00", "America/Chicago", "-05:00", "+01:00", "-12:00", "local"]), st.just(())),
    "decimal": (AMOUNTS, st.sampled_from([(), (",",), (",", "."), (".", ",")])),
    "integer": (st.integers(-(10**15), 10**15), st.just(())),
    "implied": (st.integers(-(10**12), 10**12).map(lambda n: Decimal(n).scaleb(-2)), st.just((2,))),
    "sign": (AMOUNTS, st.sampled_from([("CR", "CR", "CD"), ("DR", "CR", "CD")])),
    "scale": (AMOUNTS, st.sampled_from([(Decimal("0.01"),), (Decimal(1000),)])),
    "per": (AMOUNTS, st.sampled_from([("each",), ("hundred",), ("catalog_thousand",), (None,)])),
    "code": (st.sampled_from(["XCS", "EA"]), st.just((UNIT,))),
    "lookup": (st.just("4711"), st.just((ITEMS, "acme"))),
    "gtin": (
        st.integers(0, 10**11 - 1).map(lambda n: f"{n:011}").map(lambda d: (d + identifiers.check_digit(d)).zfill(14)),
        st.sampled_from([(12,), (13,), (14,)]),
    ),
    "sscc": (
        st.integers(0, 10**17 - 1).map(lambda n: f"{n:017}").map(lambda d: d + identifiers.check_digit(d)),
        st.sampled_from([(), (18,), (20,)]),
    ),
    "trim": (PLAIN, st.just(())),
    "pad": (st.integers(1, 999_999).map(str), st.just((8, "0", "left"))),
    "strip_zeros": (st.integers(0, 10**9).map(str), st.just(())),
    "split": (st.lists(PLAIN.filter(lambda t: "," not in t), min_size=1), st.just((",",))),
    "phone": (st.from_regex(r"\+?[0-9]{5,15}(x[0-9]{1,6})?", fullmatch=True), st.just(())),
    "country2": (st.sampled_from(["US", "MX", "DE"]), st.just(())),
    "country3": (st.sampled_from(["USA", "MEX", "DEU"]), st.just(())),
    "iso_date": (st.dates(), st.sampled_from([(), ("T12:00:00Z",)])),
    "iso_time": (st.times().map(lambda t: t.replace(fold=0)), st.just(())),
    "flag": (st.booleans(), st.just(("Y", "N"))),
}


def test_every_inverse_has_a_law():
    assert set(LAWS) == {name for name, c in CONVERSIONS.items() if c.write is not None and c.shape == "each"}


@pytest.mark.parametrize("name", LAWS)
@given(data=st.data())
def test_reading_what_was_written_gives_the_value(name, data):
    values, arguments = LAWS[name]
    value, given_arguments = data.draw(values), data.draw(arguments)
    conversion = CONVERSIONS[name]
    assert conversion.read(conversion.write(value, *given_arguments), *given_arguments) == value


@given(st.text(max_size=30))
@pytest.mark.parametrize("name", [name for name, c in CONVERSIONS.items() if c.shape == "each" and c.takes == "text" and c.arity()[0] == 0])
def test_no_text_makes_a_conversion_raise_anything_else(name, text):
    with contextlib.suppress(Unconvertible):
        CONVERSIONS[name].read(text)


@pytest.mark.parametrize("text", ["NaN", "Infinity", "1E5", "1_000", "1,5", "--1", ".", "", "٣"])
def test_what_is_no_decimal_is_refused(text):
    with pytest.raises(Unconvertible):
        numbers.read_decimal(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.234,50", "1234.50"), ("-12.345.678", "-12345678"), ("12,50", "12.50"), ("12.50", None), ("1.2345,0", None), (".123,0", None)],
)
def test_what_stands_between_thousands_stands_before_three_digits_or_is_refused(text, number):
    if number is None:
        with pytest.raises(Unconvertible):
            numbers.read_decimal(text, ",", ".")
    else:
        assert numbers.read_decimal(text, ",", ".") == Decimal(number)


def test_a_point_in_an_implied_decimal_is_taken_with_a_note():
    assert numbers.read_implied("58.87", 2) == Noted(Decimal("58.87"), "implied-point-sent", {"digits": 2})
    assert numbers.read_implied("-5887", 2) == Decimal("-58.87")


def test_signs_behind_a_number_are_read():
    assert [numbers.read_sign(text) for text in ("12.50-", "12.50CR", "12.50DR", "12.50")] == ["-12.50", "-12.50", "12.50", "12.50"]
    assert numbers.read_sign(Decimal(5), "CR", "CR", "CD") == Decimal(-5)


def test_two_digit_years_turn_at_1980():
    assert [dates.read_date(text).year for text in ("791231", "800101", "991231", "000101")] == [2079, 1980, 1999, 2000]


def test_a_spreadsheets_day_number_is_told_as_one():
    with pytest.raises(Unconvertible) as told:
        dates.read_date("45678", "DD.MM.YYYY")
    assert "spreadsheet's number for 2025-01-21" in str(told.value.facts["expected"])


@pytest.mark.parametrize(
    ("text", "made"),
    [("1600", time(16)), ("160026", time(16, 0, 26)), ("1600265", time(16, 0, 26, 500_000)), ("16002605", time(16, 0, 26, 50_000))],
)
def test_times_of_every_length_are_read(text, made):
    assert dates.read_time(text) == made


def test_numbered_zones_count_east_to_twelve_and_then_west():
    assert [dates.read_zone(code) for code in ("01", "12", "13", "24", "ET", "ES", "UT")] == [
        "+01:00",
        "+12:00",
        "-12:00",
        "-01:00",
        "America/New_York",
        "-05:00",
        "UTC",
    ]


def test_a_upc_without_check_digit_gets_it_and_a_wrong_one_is_refused():
    assert identifiers.read_gtin("04210000526") == "00042100005264"
    assert identifiers.read_gtin("4006381333931") == "04006381333931"
    with pytest.raises(Unconvertible) as told:
        identifiers.read_gtin("042100005263")
    assert told.value.facts["expected"] == "4"


@pytest.mark.parametrize(
    ("basis", "unit", "amount"),
    [
        (None, None, Decimal(2000)),
        ("each", "EA", Decimal(2000)),
        ("hundred", "EA", Decimal(20)),
        ("catalog_thousand", "EA", Decimal(2)),
        ("contract", "EA", Decimal(2000)),
        ("pound", "EA", None),
        ("pound", "LBR", Decimal(2000)),
        ("hundred_feet", "FOT", Decimal(20)),
        ("XX", "EA", None),
    ],
)
def test_an_extension_is_empty_where_it_takes_a_weight_that_is_not_there(basis, unit, amount):
    quantity = {"value": Decimal(200), "unit": unit}
    price = {"amount": Decimal(10), "basis": basis} if basis else {"amount": Decimal(10)}
    assert numbers.extend(quantity, price) == amount


def test_the_price_says_itself_how_much_it_buys():
    price = {"amount": Decimal(10), "per": {"quantity": Decimal(100)}}
    assert numbers.extend({"value": Decimal(50)}, price) == Decimal(5)


@pytest.mark.parametrize(
    ("rule", "sent", "code"),
    [
        ("REF.02 | decimal", "1.2.3", "decimal-invalid"),
        ("REF.02 | integer", "1.5", "integer-invalid"),
        ("REF.02 | implied(2)", "x", "decimal-invalid"),
        ("REF.02 | date", "20261301", "date-invalid"),
        ("REF.02 | time", "2561", "time-invalid"),
        ("REF.02 | range", "20260101", "date-invalid"),
        ("REF.02 | zone", "QQ", "zone-unknown"),
        ("REF.02 | gtin", "123", "gtin-invalid"),
        ("REF.02 | sscc", "123", "sscc-invalid"),
        ("REF.02 | country2", "QQ", "country-unknown"),
        ("REF.02 | flag", "Z", "flag-unknown"),
        ("REF.02 | code(unit)", "QQ", "code-without-meaning"),
    ],
)
def test_a_value_that_does_not_convert_is_a_finding_with_its_place(rule, sent, code):
    made = reading(f"tables: {{unit: {{EA: EA}}}}\nfields:\n  x: {rule}", f"BEG*00*SA*1**20260101\nREF*ZZ*{sent}")
    assert [
        (f.code, f.location.segment, f.location.segment_position, f.location.element, f.location.field, f.value) for f in made.findings
    ] == [(code, "REF", 3, 2, "x", sent)]
    assert "x" not in made.documents[0]


def test_a_refused_value_is_told_each_time_it_stands():
    made = reading("fields:\n  r: {for_each: REF, d: REF.02 | decimal}", "BEG*00*SA*1**20260101\nREF*ZZ*a\nREF*ZZ*a\nREF*ZZ*1")
    assert [f.location.segment_position for f in made.findings] == [3, 4]
    assert made.documents[0]["r"] == [{"d": Decimal(1)}]


def test_free_text_lines_become_one_text_and_are_wrapped_again():
    assert texts.read_lines(["Ring ", "twice"], 20) == "Ring\ntwice"
    assert texts.write_lines("Ring\ntwice, then wait at the gate", 20) == ["Ring", "twice, then wait at", "the gate"]


def test_a_table_with_further_keys_is_looked_up_by_all():
    assert [table.lookup("A-1", ITEMS, key) for key in ("acme", "bolt")] == ["4711", "4712"]
    with pytest.raises(Unconvertible):
        table.lookup("A-1", ITEMS, "other")


@pytest.mark.parametrize(
    ("name", "value", "arguments", "code"),
    [
        ("gtin", "042100005263", (), "check-digit-wrong"),
        ("sscc", "106141411234567898", (), "sscc-check-digit"),
    ],
)
def test_a_wrong_check_digit_has_a_code_of_its_own(name, value, arguments, code):
    with pytest.raises(Unconvertible) as told:
        CONVERSIONS[name].read(value, *arguments)
    assert told.value.code == code


@pytest.mark.parametrize(
    ("name", "value", "arguments", "code"),
    [
        ("pad", "12345", (4, "0", "left"), "text-too-long"),
        ("split", ["a", "b,c"], (",",), "text-holds-mark"),
    ],
)
def test_a_value_that_cannot_be_written_has_a_code_of_its_own(name, value, arguments, code):
    with pytest.raises(Unconvertible) as told:
        CONVERSIONS[name].write(value, *arguments)
    assert told.value.code == code
