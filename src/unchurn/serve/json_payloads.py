"""JSON and JSON Lines → customers. Strict: text, numbers and null; no key twice; no NUL."""

from __future__ import annotations

from typing import Any

import msgspec

from unchurn.errors import DataError, counted, listing
from unchurn.serve.json_places import find_place
from unchurn.serve.json_records import HINT, VALUE, check_keys, checked, is_plain, shown
from unchurn.serve.limits import LIVE, Limits
from unchurn.serve.payloads import Cell, Sent, check_names, of_records
from unchurn.serve.refusals import Fault, Faults, RowError
from unchurn.tables.json_answers import columns_of, refuse_beside

_RECORD = msgspec.json.Decoder(dict[str, Cell])
_RECORDS = msgspec.json.Decoder(list[dict[str, Cell]])
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_LISTS = ("records", "instances", "dataframe_records")
_PLACES = (*_LISTS, "dataframe_split", "data", "customers", "rows", "items", "results")
"""Where customers may be; what is under any other key is nobody."""


def read_record(body: bytes) -> dict[str, Cell] | None:
    """Read one plain object quickly; None where anything about it needs a closer look."""
    try:
        record = _RECORD.decode(body)
    except _UNREADABLE:
        return None
    return record if is_plain(body, [record]) else None


def read_json(body: bytes, faults: Faults, limits: Limits = LIVE) -> Sent:
    """Read a JSON document: a list of records, the same under a key, or split.

    Raises `DataError` where it is none, `RowError` naming row and field, `RefusalError` beyond
    `limits`.
    """
    try:
        records = _RECORDS.decode(body)
        plain = is_plain(body, records)
    except _UNREADABLE:
        records, plain = _looked_into(body, faults), False
    limits.check_rows(len(records))
    numbers = list(range(1, len(records) + 1))
    if not plain:
        check_keys(body, "Row")
        records, numbers = checked(records, numbers, "Row", faults)
    return of_records(records, numbers, "Row", not plain)


def read_json_lines(body: bytes, faults: Faults, limits: Limits = LIVE) -> Sent:
    """Read one JSON object a line. Blank lines are skipped.

    Raises `RowError` naming the line, and the field where it can be told, `RefusalError` beyond
    `limits`.
    """
    found = [(n, line) for n, line in enumerate(body.split(b"\n"), start=1) if line.strip()]
    limits.check_rows(len(found))
    records, numbers = [], []
    unchecked = False
    for number, line in found:
        try:
            record = read_record(line)
            if record is None:
                record, unchecked = _line(line, number), True
        except RowError as error:
            faults.add(error.fault)
        else:
            records.append(record)
            numbers.append(number)
    return of_records(records, numbers, "Line", unchecked)


def _line(line: bytes, number: int) -> dict[str, Cell]:
    try:
        record = msgspec.json.decode(line)
    except _UNREADABLE as error:
        raise RowError(_broken(line, error, "Line", number)) from None
    check_keys(line, "Line", number)
    return checked([record], [number], "Line", Faults())[0][0]


def _shared(document: dict[str, Any], held: list[Any]) -> set[str]:
    """Return the customers' columns where half of them are around the list, too: one more customer.

    Fewer are what a caller may say of a request, under names of its own.
    """
    columns = columns_of(held)
    return columns if 2 * len(columns & document.keys()) >= len(columns) else set()


def _looked_into(body: bytes, faults: Faults) -> Any:
    """Find the records of a document that is not simply a list of good ones."""
    try:
        document = msgspec.json.decode(body)
    except _UNREADABLE as error:
        if not body.strip():
            raise DataError("The body is empty.", HINT) from None
        fault = _broken(body, error, "Row")
        raise (RowError(fault) if fault.row else DataError(fault.words, HINT)) from None
    if isinstance(document, dict):
        _require_one_list(document)
        for key in _LISTS:
            if isinstance(document.get(key), list):
                held = document[key]
                refuse_beside(document, (key,), len(held), "The body", _shared(document, held))
                return held
        split = document.get("dataframe_split", document)
        if isinstance(split, dict) and isinstance(split.get("data"), list) and "columns" in split:
            check_keys(body, "Row")
            own = ("dataframe_split", "columns", "index", "data")
            names = split["columns"] if isinstance(split["columns"], list) else ()
            columns = {each for each in names if isinstance(each, str)}
            for each in (document, split):
                refuse_beside(each, own, len(split["data"]), "The body", columns)
            return _split(split, faults)
        return [document]
    if not isinstance(document, list):
        raise DataError(f"The body is {shown(document)}, which is no customer.", HINT)
    return document


def _require_one_list(document: dict[str, Any]) -> None:
    """Raise `DataError` where customers may be in more than one place of a document."""
    found = [key for key in _PLACES if isinstance(document.get(key), (list, dict))]
    if len(found) > 1:
        raise DataError(
            f"The body holds customers in several places: {listing(found)}.",
            "Send them all as one list, and nothing beside it.",
        )


def _broken(body: bytes, error: Exception, unit: str, number: int = 0) -> Fault:
    """Say where a text is not JSON; row 0 where that is in no customer."""
    place = find_place(body, error)
    row = number or (place.row if place else 0)
    where = f"{unit} {row}" if row else "The body"
    if place and place.shown:
        named = f"{where}: {place.field!r}" if place.field is not None else where
        words = f"{named} is {place.shown}, which is not JSON."
    else:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else error
        words = f"{where} is not JSON: {why}."
    return Fault(row, place.field if place else None, words, VALUE)


def _split(split: dict[str, Any], faults: Faults) -> Any:
    names, data = split["columns"], split["data"]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise DataError("columns must be a list of names.", HINT)
    check_names(names)
    for number, row in enumerate(data, start=1):
        if not isinstance(row, list) or len(row) != len(names):
            size = f"{len(row)} cells" if isinstance(row, list) else shown(row)
            words = f"Row {number} is {size}; the table has {counted(len(names), 'column')}."
            faults.add(Fault(number, None, words, "Give each row one cell a column."))
            data[number - 1] = None
    return [row if row is None else dict(zip(names, row, strict=True)) for row in data]
