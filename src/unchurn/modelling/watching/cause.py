"""Why a watch asks to act: a table that is broken, or customers who have changed.

A broken table is mended, and nothing may learn from it; of customers who have changed a model can
learn. What cannot be told apart counts as broken: it asks a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MISREAD = frozenset(f"arrived-{each}" for each in ("blank", "constant", "exchanged", "reversed"))
"""What is said on arrival of a column that customers cannot have changed so. Another unit, or values that
nobody knew, in so many cells that it must be the table makes a list untrustworthy, which is a reason itself."""


def broken_reasons(watch: Mapping[str, Any]) -> list[str]:
    """Return the reasons to act that lie in the table, in words, the gravest first.

    `watch` is ``watch.json``. Blanks and whatever is said of no column (a list that should not be
    trusted, the same table again, a rule that does not hold, columns that go together otherwise while each
    is as it was, as where rows were joined wrongly) lie in the table; other distances of columns
    and scores are customers who have changed, unless the column was misread.
    """
    misread = {each["column"] for each in watch["notes"] if each["code"] in _MISREAD}
    changed = {
        each["reason"]
        for each in (watch["score"], *watch["columns"])
        if each["level"] == "act" and each["name"] not in misread and not _is_blank(each)
    }
    asked = [each["words"] for each in watch["reasons"] if each["level"] == "act"]
    return [words for words in asked if words not in changed]


def _is_blank(column: Mapping[str, Any]) -> bool:
    return bool(column["missing"]) and column["missing"]["level"] == "act"
