"""Builds X12 of our own for the tests of the engine; shares no code with the gateway, so that neither hides the other's mistake."""

WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
ISA = ("00", "", "00", "", "ZZ", "SENDER", "ZZ", "RECEIVER", "260102", "0304", "U", "00401", "000000001", "0", "T", ">")
GROUPS = {"850": "PO", "855": "PR", "856": "SH", "810": "IN", "997": "FA"}
LINE = "PO1*1*5*EA*9.95**VP*A-1"


def isa(number="000000001", **changes):
    """An ISA of full width; `changes` are elements by name as e14='1', taken as they are."""
    values = [value.ljust(width) for value, width in zip(ISA, WIDTHS, strict=True)]
    values[12] = number
    for name, value in changes.items():
        values[int(name[1:]) - 1] = value
    return "ISA*" + "*".join(values) + "~"


def transaction(kind, number, *body, count=None, end=None):
    """A set from ST to SE; `count` and `end` are what SE says where that is wrong."""
    segments = [f"ST*{kind}*{number}", *body, f"SE*{len(body) + 2 if count is None else count}*{number if end is None else end}"]
    return "".join(segment + "~" for segment in segments)


def order(number="0001", *lines, beg=None, after=(), **trailer):
    """An 850: BEG, what stands between, lines (one if none are given), CTT where it is right."""
    lines = lines or (LINE,)
    body = [beg or f"BEG*00*SA*PO{number}**20260102", *lines, *after]
    return transaction("850", number, *body, **trailer)


def group(*sets, kind="PO", number="1", version="004010", count=None, end=None):
    """A group around sets; `count` and `end` are what GE says where that is wrong."""
    count = len(sets) if count is None else count
    return f"GS*{kind}*SENDER*RECEIVER*20260102*0304*{number}*X*{version}~{''.join(sets)}GE*{count}*{number if end is None else end}~"


def interchange(*groups, number="000000001", count=None, end=None, **changes):
    """An interchange around groups; `count` and `end` are what IEA says where that is wrong, `changes` those of `isa`."""
    count = len(groups) if count is None else count
    return f"{isa(number, **changes)}{''.join(groups)}IEA*{count}*{number if end is None else end}~"


def orders(*sets, **changes):
    """One interchange with one group of 850s."""
    return interchange(group(*sets), **changes)


def three_orders():
    """One interchange with three clean 850s."""
    return orders(order("0001"), order("0002"), order("0003"))


def delimited(text, element="*", component=">", segment="~", repetition=None):
    """The same X12 with other delimiters; nothing in `text` may use them in values."""
    table = {ord("*"): element, ord(">"): component, ord("~"): segment}
    if repetition is not None:
        table[ord("^")] = repetition
    return text.translate(table)
