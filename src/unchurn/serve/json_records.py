"""Records of JSON looked at one by one: what is no object, what occurs twice, what is no cell."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from unchurn.errors import DataError
from unchurn.serve.payloads import Cell
from unchurn.serve.refusals import Fault, Faults, RowError

HINT = (
    'Send [{"column": value, …}, …], {"records": […]}, '
    '{"columns": […], "data": [[…], …]}, or one customer as one object.'
)
_LONGEST = 60
VALUE = "A value must be text (without NUL), a number, true or false, or null."


def checked(
    records: Sequence[Any], numbers: Sequence[int], unit: str, faults: Faults
) -> tuple[list[dict[str, Cell]], list[int]]:
    """Part objects from what is none, with their numbers."""
    good, places = [], []
    for number, record in zip(numbers, records, strict=True):
        if isinstance(record, dict):
            good.append(record)
            places.append(number)
        else:
            words = f"{unit} {number} is {shown(record)}, not a JSON object."
            faults.add(Fault(number, None, words, HINT))
    return good, places


def is_cell(value: Any) -> bool:
    """Tell a single value from everything else that JSON can say, and from text with NUL."""
    if isinstance(value, str):
        return "\0" not in value
    return value is None or isinstance(value, (int, float))


def is_plain(body: bytes, records: Sequence[dict[str, Cell]]) -> bool:
    """Tell that no key occurs twice and no text hides anything, by counting quotes.

    Every key and every text has two; one more says that something was escaped or overwritten.
    """
    if b"\\" in body:
        return False
    words = sum(len(each) + list(map(type, each.values())).count(str) for each in records)
    return body.count(b'"') == 2 * words


def check_keys(body: bytes, unit: str, number: int | None = None) -> None:
    """Raise `RowError` for a key that occurs twice; `number` is counted where it is not given."""
    seen = 0

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal seen
        made = dict(pairs)
        # objects within a customer have been counted before it
        seen += 1 - sum(_objects(value) for value in made.values())
        if len(made) < len(pairs):
            counted = Counter(name for name, _ in pairs)
            twice = next(name for name, count in counted.items() if count > 1)
            row = number or max(1, seen)
            words = f"{unit} {row} has the key {twice!r} twice."
            raise RowError(Fault(row, twice, words, "Send each key once."))
        return made

    try:
        json.loads(body, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        raise DataError(f"The body is not JSON: {error}.", HINT) from None


def _objects(value: Any) -> int:
    if isinstance(value, list):
        return sum(map(_objects, value))
    return isinstance(value, dict)


def shown(value: Any) -> str:
    """Show a value in a message, cut short."""
    text = msgspec.json.encode(value).decode("utf-8", "replace")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
