"""Finding a column whatever the case, padding and punctuation of its header."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Collection, Sequence

from unchurn.errors import DataError, listing

_LABEL = "index"
"""What readers call the labels of rows."""


def fold(name: str) -> str:
    """Reduce a header to letters and digits, in one case: ``Int'l Plan`` → ``intlplan``.

    A header of punctuation only is kept as it is.
    """
    text = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in text if char.isalnum()) or name.strip()


def find_column(name: str, found: Sequence[str], others: Collection[str] = ()) -> str | None:
    """Return the found header that means `name`, or None; exact spelling wins.

    None that is one of `others` is taken for it. Raises `DataError` where two could be it.
    """
    free = [each for each in found if each not in others]
    if name in free:
        return name
    folded = fold(name)
    return _only(name, [each for each in free if fold(each) == folded])


def find_columns(wanted: Sequence[str], found: Sequence[str]) -> dict[str, str]:
    """Map each wanted column to the found header that means it, several to one where they mean the same.

    Raises `DataError` as `match_columns` does, but for two that mean the same.
    """
    matched = {name: find_column(name, found) for name in wanted}
    if missing := [name for name, header in matched.items() if header is None]:
        _refuse(missing, found)
    return {name: header for name, header in matched.items() if header}


def match_columns(wanted: Sequence[str], found: Sequence[str]) -> dict[str, str]:
    """Map each wanted column to the found header that means it; exact spelling wins.

    Raises `DataError` naming all the columns that are missing, with what comes close, and
    when two headers could be the same column.
    """
    exact = set(found)
    alike: dict[str, list[str]] = {}
    for name in found:
        alike.setdefault(fold(name), []).append(name)
    claimed = {name for name in wanted if name in exact}
    matched, missing = {}, []
    for name in wanted:
        if name in exact:
            matched[name] = name
            continue
        close = [each for each in alike.get(fold(name), []) if each not in claimed]
        if header := _only(name, close):
            matched[name] = header
        else:
            missing.append(name)
    if missing:
        _refuse(missing, found)
    _refuse_shared(matched)
    return matched


def _only(name: str, close: Sequence[str]) -> str | None:
    if len(close) > 1:
        raise DataError(
            f"The column {name!r} could be any of {listing(close)}.",
            "Rename or remove all but one of them.",
        )
    return close[0] if close else None


def _refuse(missing: Sequence[str], found: Sequence[str]) -> None:
    folded = {fold(name): name for name in found}
    guesses = []
    for name in missing:
        close = difflib.get_close_matches(fold(name), list(folded), 1, 0.75)
        guesses += [f"{name!r} (is it {folded[close[0]]!r}?)"] if close else []
    plural = "columns that are" if len(missing) > 1 else "a column that is"
    hint = f"Close: {', '.join(guesses[:8])}." if guesses else f"It has {listing(found, 12)}."
    if len(missing) == 1 and _LABEL in found:
        hint += (
            f" The column {_LABEL!r} is what names the rows (a JSON object's keys, a pandas index): "
            f"if that is {missing[0]!r}, write it as a column or a key of that name."
        )
    raise DataError(f"The table lacks {plural} needed: {listing(missing, 40)}.", hint)


def _refuse_shared(matched: dict[str, str]) -> None:
    used: dict[str, str] = {}
    for name, header in matched.items():
        if header in used:
            raise DataError(
                f"The column {header!r} could be both {used[header]!r} and {name!r}.",
                "Spell the headers as the model knows them.",
            )
        used[header] = name
