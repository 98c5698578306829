"""When two spellings of a label are one value, and which values speak for themselves.

Unicode form (NFKC), case, padding, quotes, trailing dots and what has no width never matter; ``_`` and ``-``
inside a word are spaces; ``1.0`` is ``1``; the spellings of yes (``True.``, ``T``, ``Y``,
``1``, ``ja``) are one value, as are those of no. The words are in `label_words`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from unchurn.modelling.columns.label_words import NO, YES, Standing, listed_standing
from unchurn.modelling.columns.names import folded

_MISSING = frozenset({"", "?", "??", "-", "na", "n/a", "#n/a", "<na>", "nan", "null", "nil"})
_LEFT = re.compile(
    "attrit(ed|ion)|cancell?ed|cancel|churn(s|ed|er)?|closed|defected|departed|exited|gone|lapsed"
    "|leav(er|ing)|left|lost|quit|terminated|unsubscribed"
)
_STAYED = re.compile(
    "active|current|existing|kept|loyal|remain(ed|ing)|renewed|retained|stay(s|ed|er|ing)?"
)
NEVER = r"^(0000|0001|1900|2999|9999)[-/.]|[-/.](0000|0001|1900|2999|9999)( |$)|^1970-01-01"
"""Days that stand for none, as a pattern on trimmed text: nobody left in the year 9999."""
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,]0*)?")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_FRAME = re.compile(r"""^[\s'"]+|[\s'".!]+$""")
_NOT = re.compile(r"(?:not?|non|nicht|pas|nao|niet|nie|ikke|inte|не) (.+)")
_NOUN = re.compile(
    r"^(?:in)?voluntar(?:y|ily) | (customer|client|member|user|account|subscription|subscriber)s?$"
)


def normalise(spelling: str) -> str:
    """Reduce a label to the form in which two spellings of one value are equal."""
    text = _reduced(spelling)
    while (again := _reduced(text)) != text:  # ``00-`` is ``00``, and that is 0
        text = again
    return text


def _reduced(spelling: str) -> str:
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", spelling).casefold())
    text = _UNSEEN.sub("", text)
    text = _FRAME.sub("", text)
    if _NUMBER.fullmatch(text):
        text = str(int(re.split("[.,]", text)[0]))
    elif len(text) > 2:
        text = " ".join(re.sub(r"[_\-\s]+", " ", text).split())
    plain = folded(text)
    return "1" if plain in YES else "0" if plain in NO else text


def is_missing(spelling: str, also: Iterable[str] = ()) -> bool:
    """Tell whether a cell holds no label: blank, NA, NaN, null, ``?``, or a spelling in `also`."""
    text = spelling.strip().casefold()
    return text in _MISSING or text in {each.strip().casefold() for each in also}


def is_never(spelling: str) -> bool:
    """Tell whether a cell is a day that stands for none."""
    return bool(re.search(NEVER, spelling.strip()))


def standing(value: str) -> Standing | None:
    """Say what a normalised value means by itself, or None where it means nothing known."""
    if value in ("0", "1"):
        return "left" if value == "1" else "stayed"
    word = _NOUN.sub("", value)
    if listed := listed_standing(word):
        return listed
    if negated := _NOT.fullmatch(folded(word)):
        inner = standing(negated[1])
        return {"left": "stayed", "stayed": "left"}.get(inner or "")  # type: ignore[return-value]
    return "left" if _LEFT.fullmatch(word) else "stayed" if _STAYED.fullmatch(word) else None
