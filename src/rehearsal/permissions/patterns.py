"""What a pattern of a policy matches: wildcards, ARNs, and the variables that stand in either."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

Context = Mapping[str, Sequence[str]]
"""Condition keys of a request, in lower case → their values; a key that is not known is not there."""

_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_WILD = {"*": ".*", "?": "."}
_LITERAL = str.maketrans({"*": "\ue000", "?": "\ue001"})
"""A wildcard in the value of a variable is none of the policy's: it is written otherwise until matched."""
_MEANT = str.maketrans({"\ue000": "*", "\ue001": "?"})
_ARN_PARTS = 6


def matches(pattern: str, text: str, ignore_case: bool = False) -> bool:
    """Tell whether `text` is what `pattern` says: `*` is any text, `?` any one character."""
    return _compiled(pattern, ignore_case).fullmatch(text) is not None


def matches_arn(pattern: str, arn: str) -> bool:
    """Tell whether an ARN is what `pattern` says: a wildcard stays within its part between colons."""
    wanted, given = pattern.split(":", _ARN_PARTS - 1), arn.split(":", _ARN_PARTS - 1)
    if len(wanted) != _ARN_PARTS or len(given) != _ARN_PARTS:
        return matches(pattern, arn)
    return all(matches(part, text) for part, text in zip(wanted, given, strict=True))


@lru_cache(maxsize=4096)
def _compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    parts = (_WILD.get(character) or re.escape(plain(character)) for character in pattern)
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def filled(text: str, context: Context) -> str | None:
    """Return `text` with its variables replaced; None where one has no value, which matches nothing.

    ``${aws:PrincipalTag/team, 'none'}`` has a value of its own for that; ``${*}``, ``${?}`` and
    ``${$}`` are the characters themselves.
    """
    if "${" not in text:
        return text
    lacking = False

    def value(found: re.Match[str]) -> str:
        nonlocal lacking
        name, comma, otherwise = found[1].partition(",")
        if name in ("*", "?", "$"):
            return name.translate(_LITERAL)
        given = context.get(name.strip().lower(), ())
        if len(given) == 1:
            return given[0].translate(_LITERAL)
        lacking = lacking or not comma
        return otherwise.strip().strip("'").translate(_LITERAL)

    told = _VARIABLE.sub(value, text)
    return None if lacking else told


def plain(text: str) -> str:
    """Return what `filled` gave as the text that it is."""
    return text.translate(_MEANT)
