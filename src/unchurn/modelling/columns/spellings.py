"""When two spellings of a label are one value, and which values speak for themselves.

Unicode form (NFKC), case, padding, quotes and trailing dots never matter; ``_`` and ``-``
inside a word are spaces; ``1.0`` is ``1``; the spellings of yes (``True.``, ``T``, ``Y``,
``1``) are one value, as are those of no.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_MISSING = frozenset({"", "?", "??", "-", "na", "n/a", "#n/a", "<na>", "nan", "null", "nil"})
_YES = frozenset({"1", "true", "t", "yes", "y"})
_NO = frozenset({"0", "false", "f", "no", "n", "-1"})
_LEFT = re.compile(
    "attrit(ed|ion)|cancell?ed|cancel|churn(s|ed|er)?|closed|defected|departed|exited|gone|lapsed"
    "|leav(er|ing)|left|lost|quit|terminated|unsubscribed"
)
_STAYED = re.compile(
    "active|current|existing|kept|loyal|remain(ed|ing)|renewed|retained|stay(s|ed|er|ing)?"
)
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,]0*)?")
_FRAME = re.compile(r"""^[\s'"]+|[\s'".!]+$""")
_NOT = re.compile(r"(?:not?|non) (.+)")
_NOUN = re.compile(r" (customer|client|member|user|account)s?$")


def normalise(spelling: str) -> str:
    """Reduce a label to the form in which two spellings of one value are equal."""
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", spelling).casefold())
    text = _FRAME.sub("", text)
    if _NUMBER.fullmatch(text):
        text = str(int(re.split("[.,]", text)[0]))
    elif len(text) > 2:
        text = " ".join(re.sub(r"[_\-\s]+", " ", text).split())
    return "1" if text in _YES else "0" if text in _NO else text


def is_missing(spelling: str, also: Iterable[str] = ()) -> bool:
    """Tell whether a cell holds no label: blank, NA, NaN, null, ``?``, or a spelling in `also`."""
    text = spelling.strip().casefold()
    return text in _MISSING or text in {each.strip().casefold() for each in also}


def polarity(value: str) -> int | None:
    """Return 1 where a normalised value says churned by itself, 0 where stayed, else None."""
    if value in ("0", "1"):
        return int(value)
    word = _NOUN.sub("", value)
    if negated := _NOT.fullmatch(word):
        inner = polarity(negated[1])
        return None if inner is None else 1 - inner
    return 1 if _LEFT.fullmatch(word) else 0 if _STAYED.fullmatch(word) else None
