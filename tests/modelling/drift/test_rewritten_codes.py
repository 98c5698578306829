"""Codes that lost or gained zeros on their way to a list."""

from __future__ import annotations

import pyarrow as pa
import pytest

from unchurn.modelling.drift.rewritten_codes import RewrittenCodes, bare


@pytest.mark.parametrize(
    ("known", "written", "meant"),
    [
        (["003", "040", "100"], "3", "003"),
        (["003", "040", "100"], "40.0", "040"),
        (["3", "40"], "003", "3"),
        (["1.10", "1.2"], "1.1", "1.10"),
        (["3", "40"], " 40.00 ", "40"),
    ],
)
def test_a_code_that_is_a_known_one_but_for_zeros_is_named(
    known: list[str], written: str, meant: str
) -> None:
    """With what training calls it, and how many cells there are."""
    codes = RewrittenCodes({"area": known})
    codes.look("area", pa.array([written, "new", "77"]))
    codes.look("area", pa.array([written]))
    (found,) = codes.findings()
    assert (found.code, found.column, found.count) == ("rewritten-codes", "area", 2)
    assert f"such as {written.strip()!r} for {meant!r}" in found.words


@pytest.mark.parametrize(
    ("known", "written"),
    [
        (["03", "003"], "3"),
        (["1.1", "1.10"], "1.100"),
        (["A03", "B"], "A3"),
        (["003"], "-3"),
        (["003"], "300"),
    ],
)
def test_a_code_that_may_be_two_or_none_is_not(known: list[str], written: str) -> None:
    """Nor are letters, signs, or zeros that make another number."""
    codes = RewrittenCodes({"area": known})
    codes.look("area", pa.array([written]))
    assert list(codes.findings()) == []


def test_zeros_alone_are_a_zero() -> None:
    """000 is 0, and no blank."""
    assert (bare("000"), bare("0.0"), bare("00.50"), bare("x")) == ("0", "0", "0.5", "")
