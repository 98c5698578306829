from __future__ import annotations

import pyarrow as pa
import pytest

from unchurn.tables.cells import IN_FIGURES, absent


@pytest.mark.parametrize(
    "cell",
    [
        "#N/A",
        "#DIV/0!",
        "#VALUE!",
        "#REF!",
        "\\N",
        "None",
        "NONE",
        "none",
        "<NA>",
        "(null)",
        "(blank)",
        "-",
        "--",
        "—",
        ".",
        "n.a.",
        "N.A.",
        "Unknown",
        "unknown",
        "Not Available",
        "not available",
        "nil",
        "N/D",
        "n/d",
        "k.A.",
        "s/d",
        "S/D",
        "#NV",
        "TBD",
        "Keine Angabe",
    ],
)
def test_spellings_that_are_missing_among_numbers(cell: str) -> None:
    """Those of Excel, Hive, MySQL, Python, pandas, SAS and people, in the letters they use."""
    assert absent(pa.array([cell]))[0].as_py()


def test_what_says_something_is_not_absent() -> None:
    """Numbers, blanks that are known already, and words stay."""
    assert not any(absent(pa.array(["0", "-1", "none of these", None, "x", "A-"])).to_pylist())
    assert all(each == each.lower() for each in IN_FIGURES)
