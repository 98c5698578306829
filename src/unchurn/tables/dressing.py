"""What people write around a number: signs, brackets, currencies, per cent, units.

A cell is split into what stands before its digits and what stands after; a table has few
different ones, so each is understood once, in Python.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from unchurn.tables.currencies import LETTERS, WHOLE, WORDS, alternatives, currency
from unchurn.tables.units import SPELLINGS, known

_MONEY = alternatives()
_BEYOND = "(?![^\\W\\d_])"  # a word ends where no letter follows
_LEAD = re.compile(
    rf"(?P<space> +)|(?P<money>{_MONEY})|(?P<letter>[{''.join(sorted(LETTERS))}](?= ?$))"
    r"|(?P<sign>[-+])|(?P<percent>%)|(?P<open>\()|(?P<about>[<>]=?|[≤≥~≈]|ca\.?(?= ))|(?P<ledger>CR|DR|Cr|Dr)|(?P<quote>')"
)
_TRAIL = re.compile(
    rf"(?P<space> +)|(?P<close>\))|(?P<dash>[.,:]--?(?!\d)|/[-=])|(?P<sign>-)|(?P<about>\+)"
    rf"|(?P<percent>%)|(?P<point>[.,](?=$|[ )-]))|(?P<money>(?:{_MONEY}){_BEYOND})"
    r"|(?P<unit>per (?:month|year)|[^\W\d_°][\w./]*|[°‰][CF]?|/\w+\.?)"
)
_LONGEST_WORD = 16
_SHORT_UNIT = 2
_PERCENT = frozenset({"percent", "pct", "prozent", "procent", "proc"})
Piece = tuple[str, str]
SHORT, LONG, MARKED, THIRDS = "", "long", "marked", "thirds"


@dataclass(frozen=True)
class Dress:
    """What surrounds a number.

    `unit` is empty where none is written; see `units.known`. `beside` is a currency, or ``%``.
    `behind`: its minus follows the number, ``61-``.
    """

    sign: int = 1
    unit: str = ""
    about: bool = False
    beside: str = ""
    bracketed: bool = False
    behind: bool = False


@lru_cache(maxsize=65_536)
def dress(lead: str, trail: str, shape: str, decimal: str) -> Dress | None:
    """Understand what stands before and after a number; None where it is no number's.

    `shape` is MARKED where the number itself holds a decimal or a thousands mark (THIRDS where
    three digits follow the decimal mark), LONG where it has four digits or more, else SHORT:
    ``RM12.50`` is money, and ``RM12`` may be a room.
    """
    before, after = _pieces(_LEAD, lead), _pieces(_TRAIL, trail)
    if before is None or after is None or _is_code(before, lead, shape):
        return None
    if not _agrees([*before, *after], after, shape, decimal):
        return None
    kinds = [kind for kind, _ in [*before, *after]]
    signs = [text for kind, text in [*before, *after] if kind == "sign"]
    units = [text for kind, text in [*before, *after] if kind in ("unit", "ledger")]
    negative = "-" in signs or "open" in kinds
    unit = known(units[0]) if units else ""
    beside = _beside([*before, *after])
    behind = any(kind == "sign" for kind, _ in after)
    return Dress(-1 if negative else 1, unit, "about" in kinds, beside, "open" in kinds, behind)


def _beside(pieces: list[Piece]) -> str:
    found = [text for kind, text in pieces if kind in ("money", "letter", "percent")]
    return currency(found[0]) if found else ""


def _agrees(pieces: list[Piece], after: list[Piece], shape: str, decimal: str) -> bool:
    """Tell whether the pieces can stand around one number, under this decimal mark."""
    kinds = [kind for kind, _ in pieces]
    if not _once(kinds) or kinds.count("open") != kinds.count("close"):
        return False
    if "open" in kinds and "sign" in kinds:
        return False
    if shape == THIRDS and any(text in WHOLE for _, text in pieces):
        return False
    ends = [text[0] for kind, text in after if kind in ("dash", "point")]
    return all(end in (decimal, *":/") for end in ends)


def _is_code(before: list[Piece], lead: str, shape: str) -> bool:
    """Tell letters that may be the beginning of a code, such as ``R1`` and ``TL2``."""
    if shape in (MARKED, THIRDS) or not before:
        return False
    kind, text = before[-1]
    if kind == "letter" or (kind == "ledger" and not lead.endswith(" ")):
        return True
    return kind == "money" and shape == SHORT and len(text) < 3 and lead[-1:].isalpha()


def _once(kinds: list[str]) -> bool:
    """Tell whether nothing is said twice, but for a currency's sign and its code."""
    most = {"money": 2, "point": 1}
    single = ("letter", "sign", "open", "close", "about", "quote", "dash", "percent", "point")
    if any(kinds.count(kind) > most.get(kind, 1) for kind in (*single, "money")):
        return False
    return sum(kinds.count(kind) for kind in ("unit", "ledger", "percent")) <= 1


def _pieces(pattern: re.Pattern[str], text: str) -> list[Piece] | None:
    found: list[Piece] = []
    place = 0
    while place < len(text):
        match = pattern.match(text, place)
        if match is None:
            return None
        kind, piece = str(match.lastgroup), match.group()
        if kind == "unit":
            split = _unit(piece, spaced=place > 0 and text[place - 1] == " ")
            if split is None:
                return None
            found += split
        elif kind != "space":
            found.append((kind, piece))
        place = match.end()
    return found


def _unit(piece: str, spaced: bool) -> list[Piece] | None:
    """Read a word after a number: a unit, a currency, or a word of its own."""
    bare = piece.rstrip(".")
    # the case of one or two letters may mean something: M and m
    folded = bare.casefold() if len(bare) > _SHORT_UNIT else bare
    spelled = next((each for each in (piece, bare, folded) if each in SPELLINGS), "")
    if piece in WORDS and piece not in SPELLINGS:
        return [("money", piece)]
    if folded in _PERCENT:
        return [("percent", "%")]
    if not spelled and not (spaced and 1 < len(bare) <= _LONGEST_WORD and bare.isalpha()):
        return None
    return [("unit", spelled or bare)]


ZERO = rf"^\(? ?(?:(?:{_MONEY}) ?-{{1,2}}|-{{1,2}} ?(?:{_MONEY})) ?\)?$"
"""Cells of a currency and a dash alone, in which no digit is."""
BEGINS_MONEY = rf"(?:{_MONEY}|[RQLP]|CR|DR|Cr|Dr|ca\.?)[ .(+-]*[-0-9.]"
"""How money begins where it does not begin with a digit or a sign."""
