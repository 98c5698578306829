"""What is said of ids that are written otherwise than others: cells, rows and examples, and what it may mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from unchurn.errors import counted

if TYPE_CHECKING:
    from unchurn.tables.id_writing import Written

SHOWN = 3
"""Examples and rows that are named."""
_HOW = {
    "digits": "digits alone",
    "codes": "letters beside digits",
    "others": "letters alone or marks",
}


def words_of(code: str, count: int, beside: Written, whose: str, shown: str, few: bool) -> str:
    """Say what is odd by its code about `count` ids, `shown` among them, beside those of `whose`."""
    has = "has" if count == 1 else "have"
    if code == "unpadded":
        letters = shown.rstrip("0123456789")
        full = letters + shown[len(letters) :].zfill(beside.padded)
        meant = f"{shown!r} may be {full!r}"
        if letters:
            return (
                f"{has} fewer digits than {whose} {beside.padded}: other systems may write fewer zeros, so "
                f"{meant}. Write each id the one way."
            )
        return (
            f"{has} fewer digits than {whose} {beside.padded}: a spreadsheet or a number column takes "
            f"leading zeros away, so {meant}. Export the ids as text."
        )
    if code == "zero":
        begins = "begins" if count == 1 else "begin"
        begins += " its digits" if count == 1 and not shown[0].isdecimal() else ""
        begins += " their digits" if count > 1 and not shown[0].isdecimal() else ""
        return (
            f"{begins} with a zero, as none of {whose} did: one of the two tables has lost its zeros, "
            "so that their ids do not meet. Export both as text."
        )
    if code in ("short", "long"):
        than, digits = ("fewer", beside.shortest) if code == "short" else ("more", beside.longest)
        asked = "Are they cut, or another system's?" if code == "short" else "Are they another's?"
        return f"{has} {than} digits than {whose} {digits}. {asked}"
    how = _HOW[code.removeprefix("other-")]
    usual = max(_HOW, key=lambda kind: getattr(beside, kind))
    return (
        f"{'is' if count == 1 else 'are'} written with {how}, {whose} with {_HOW[usual]}: "
        f"{'are they customers' if few else 'is it the same column'}? Write the ids as in training."
    )


def cells_like(name: str, count: int, kept: Mapping[str, int]) -> str:
    """Count cells of a column, with the rows and texts of those that were `kept`."""
    shown = dict(sorted(kept.items(), key=lambda each: each[1])[:SHOWN])
    more = ", …" if count > len(shown) else ""
    rows = ", ".join(f"{row:,}" for row in shown.values())
    where = f"row{'s' if count > 1 else ''} {rows}{more}; " if all(shown.values()) else ""
    texts = ", ".join(map(repr, shown))
    return f"{counted(count, f'cell of {name!r}', f'cells of {name!r}')} ({where}{texts})"
