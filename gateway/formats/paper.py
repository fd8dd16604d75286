"""The look that the pages we make share: colours for light and dark, type, and how a text goes into HTML. No script, nothing fetched."""

from __future__ import annotations

from html import escape

from gateway.edi.shown import shown

PALETTE = """
:root { color-scheme: light dark; --text: #1d2126; --paper: #fff; --soft: #5b6570; --line: #d9dde2; --shade: #f4f6f8;
  --bad: #b3261e; --odd: #8a5a00; --fine: #1f6f3a; --bad-shade: #fdf0ef; --odd-shade: #fdf6e7; --mark: #cfe3ff; }
@media (prefers-color-scheme: dark) { :root { --text: #e4e7ea; --paper: #16191d; --soft: #98a2ad; --line: #363c44; --shade: #1f2429;
  --bad: #ff8a80; --odd: #f0bd5c; --fine: #7ccf95; --bad-shade: #3a2021; --odd-shade: #352b17; --mark: #1f4470; } }
* { box-sizing: border-box; }
"""


def text(value: str) -> str:
    """Foreign text as it goes into a page: control characters shown, markup escaped."""
    return escape(shown(value), quote=True)


def opening(title: str, style: str) -> str:
    """The head of a page, up to its body; `title` is escaped here."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{PALETTE}{style}</style></head><body>\n"
    )
