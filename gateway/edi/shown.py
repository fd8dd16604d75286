"""How foreign text is shown to people: on a terminal, in a log line, in a report."""


def shown(text: str) -> str:
    """The text with everything a terminal might obey escaped: controls, ESC, bidi overrides, bytes that are no UTF-8."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    point = ord(character)
    if 0xDC80 <= point <= 0xDCFF:  # a byte that was not UTF-8, as os.fsdecode keeps it
        return f"\\x{point - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")
