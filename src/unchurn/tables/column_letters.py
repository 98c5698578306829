"""The letters that a spreadsheet names its columns by."""

from __future__ import annotations


def letters_of(column: int) -> str:
    """Name a column, numbered from 0, as a spreadsheet does."""
    letters, left = "", column + 1
    while left:
        left, place = divmod(left - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def number_of(letters: bytes) -> int:
    """Number a column, from 1, by its letters."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number
