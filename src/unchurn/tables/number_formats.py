"""What the number formats of an .xlsx show and its cells do not hold: zeros in front, currencies."""

from __future__ import annotations

import html
import re
import zipfile
from dataclasses import dataclass, field

from unchurn.tables.currencies import WORDS, currency

_STYLES, _BOOK, _LINKS = "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_NUMBERED = re.compile(rb"<(?:\w+:)?numFmt [^>]*>")
_NUMBER, _CODE = re.compile(rb'\bnumFmtId="(\d+)"'), re.compile(rb'\bformatCode="([^"]*)"')
_ZEROS = re.compile("[^.]*0{3}")
"""A format that shows three digits at least."""
_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT = re.compile(rb'<(?:\w+:)?xf [^>]*?numFmtId="(\d+)"')
_SIGN = re.compile(r'\[\$([^\]-]+)[^\]]*\]|"([^"]+)"|\\?([$€£¥₹₽₩₺₴₫₱฿₪])')
_DOLLARS = frozenset((5, 6, 7, 8, 42, 44))
"""Formats of every workbook, with the sign of the dollar."""
_SHEET = re.compile(rb"<(?:\w+:)?sheet [^>]*>")
_LINK = re.compile(rb"<(?:\w+:)?Relationship [^>]*>")
_FROM_1904 = re.compile(rb'<(?:\w+:)?workbookPr [^>]*?date1904="(?:1|true)"')
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')


@dataclass(frozen=True)
class Shown:
    """`zeros` finds cells with zeros in front, None where no format shows any.

    `money` is the currency that a style shows, by its number; `sheets` are names by their part.
    """

    zeros: re.Pattern[bytes] | None = None
    money: dict[bytes, str] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    from_1904: bool = False


def formats_of(archive: zipfile.ZipFile) -> Shown:
    """Read the formats of an .xlsx; of any other file there are none."""
    parts = set(archive.namelist())
    book, links, styles = (
        archive.read(part) if part in parts else b"" for part in (_BOOK, _LINKS, _STYLES)
    )
    formats = _FORMATS.search(styles)
    used = [int(each) for each in _FORMAT.findall(formats[0])] if formats else []
    codes = _codes(styles)
    padded = [b"%d" % n for n, each in enumerate(used) if _ZEROS.match(codes.get(each, ""))]
    cell = rb'<(?:\w+:)?c [^>]*?s="(?:%b)"(?![^>]* t="[^n])[^>]*(?<!/)>' % b"|".join(padded)
    signs = {b"%d" % n: _currency(each, codes) for n, each in enumerate(used)}
    return Shown(
        re.compile(cell) if padded else None,
        {style: sign for style, sign in signs.items() if sign},
        _sheets(book, links),
        _FROM_1904.search(book) is not None,
    )


def _codes(styles: bytes) -> dict[int, str]:
    """Return what formats of the workbook's own show, by number."""
    found = {}
    for tag in _NUMBERED.findall(styles):
        number, code = _NUMBER.search(tag), _CODE.search(tag)
        if number and code:
            found[int(number[1])] = html.unescape(code[1].decode("utf-8", "replace"))
    return found


def _currency(number: int, codes: dict[int, str]) -> str:
    """Name the currency that a format writes beside a number; "" where it writes none."""
    if number not in codes:
        return currency("$") if number in _DOLLARS else ""
    signs = ("".join(each).strip() for each in _SIGN.findall(codes[number]))
    return next((currency(sign) for sign in signs if sign in WORDS), "")


def _sheets(book: bytes, links: bytes) -> dict[str, str]:
    """Return the name of each sheet by the part that holds it."""
    linked = [dict(_ATTRIBUTE.findall(tag)) for tag in _LINK.findall(links)]
    parts = {
        each.get(b"Id"): each.get(b"Target", b"").decode("utf-8", "replace") for each in linked
    }
    sheets = [dict(_ATTRIBUTE.findall(tag)) for tag in _SHEET.findall(book)]
    return {
        _part(parts.get(each.get(b"r:id"), "")): html.unescape(
            each[b"name"].decode("utf-8", "replace")
        )
        for each in sheets
        if b"name" in each
    }


def _part(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
