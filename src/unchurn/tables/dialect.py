"""How a CSV file is written: its delimiter, its header, and whether its rows are wrapped."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from unchurn.artefacts import FOLD, GROUP, LABEL, ROW, Finding
from unchurn.errors import ConfigError, DataError, listing
from unchurn.project import Data
from unchurn.tables.decoding import sample_text, unwrapped
from unchurn.tables.headers import is_customer
from unchurn.tables.scan import Scan

DELIMITERS = ("\t", ";", "|", ",")
"""In order of preference where two fit equally well: a comma also writes decimals."""
RESERVED = (ROW, LABEL, GROUP, FOLD)
_RECORDS = 200
_NUMBER = re.compile(r"\s*[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?\s*")
_WORDS = {"\t": "tab", ";": "semicolon", "|": "bar", ",": "comma"}


@dataclass(frozen=True)
class Dialect:
    """`blank` counts blank lines before the first record; `wrapped` rows are one quoted cell."""

    delimiter: str
    columns: tuple[str, ...]
    header: bool
    blank: int
    wrapped: bool
    findings: tuple[Finding, ...]


def find_dialect(scan: Scan, data: Data) -> Dialect:
    """Work out how a scanned CSV file is written, from its beginning.

    Raises `DataError` on a file without rows, duplicate headers, or a header that is data;
    `ConfigError` on a delimiter that is not one character.
    """
    text, whole = sample_text(scan)
    stated = _stated(data.delimiter)
    wrapped = _is_wrapped(text, stated)
    if wrapped:
        text = b"".join(unwrapped([text.encode()])).decode()
    delimiter = stated or _delimiter(text, data.header, whole)
    records = _records(text, delimiter, whole)
    _require_rows(scan, records, data.header, whole)
    findings = [_wrapped_finding(scan, delimiter)] if wrapped else []
    names = _names(scan, records, data.header, wrapped)
    columns = _filled(names, findings, scan.path.name)
    blank = len(text) - len(text.lstrip("\r\n"))
    blank = len(re.findall(r"\r\n|\r|\n", text[:blank]))
    return Dialect(delimiter, columns, data.header, blank, wrapped, tuple(findings))


def check_names(names: Sequence[str], where: str) -> None:
    """Refuse column names that occur twice or that unchurn keeps for itself: `DataError`."""
    _refuse_duplicates(tuple(names), where)
    if taken := [name for name in names if name in RESERVED]:
        raise DataError(
            f"{where} has columns named {listing(taken)}, names that unchurn uses itself.",
            "Rename them.",
        )


def _refuse_duplicates(names: tuple[str, ...], where: str) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError(
            f"{where} has columns of the same name: {listing(twice, 20)}.",
            "Rename or remove them, so that every header occurs once.",
        )


def _stated(delimiter: str) -> str:
    chosen = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if chosen and (len(chosen) != 1 or not chosen.isascii() or chosen in '"\r\n'):
        raise ConfigError(
            f"[data] delimiter is {delimiter!r}; it must be one character.",
            "Use for example ',' ';' '|' or 'tab', or leave it empty.",
        )
    return chosen


def _records(text: str, delimiter: str, whole: bool) -> list[list[str]]:
    csv.field_size_limit(1 << 30)  # the process-wide default refuses cells over 128 KB
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found = []
    for record in reader:
        if record:
            found.append(record)
        if len(found) > _RECORDS:
            return found
    return found if whole or len(found) < 2 else found[:-1]


def _delimiter(text: str, header: bool, whole: bool) -> str:
    def fit(delimiter: str) -> tuple[bool, float]:
        counts = [len(record) for record in _records(text, delimiter, whole)]
        if not counts:
            return (False, 0.0)
        usual = counts[0] if header else Counter(counts).most_common(1)[0][0]
        return (usual > 1, round(counts.count(usual) / len(counts), 2))

    best = max(DELIMITERS, key=fit)
    return best if fit(best)[0] else ","


def _is_wrapped(text: str, stated: str) -> bool:
    """Tell whether every data row is a single quoted cell that holds several."""
    lines = [line for line in text.splitlines()[: _RECORDS + 1] if line.strip()]
    rows = lines[1:-1] or lines[-1:]
    if not rows or not all(len(row) > 2 and row[0] == row[-1] == '"' for row in rows):
        return False
    for delimiter in [stated] if stated else DELIMITERS:
        outer = [next(csv.reader([row], delimiter=delimiter)) for row in rows]
        inner = [next(csv.reader([cells[0]], delimiter=delimiter), []) for cells in outer]
        counts = Counter(map(len, inner))
        if all(len(cells) == 1 for cells in outer) and counts.most_common(1)[0][0] > 1:
            return counts.most_common(1)[0][1] >= 0.9 * len(rows)
    return False


def _wrapped_finding(scan: Scan, delimiter: str) -> Finding:
    words = (
        f"Every row of {scan.path.name} is quoted as one cell; the quotes were taken off and "
        f"the rows split at the {_WORDS.get(delimiter, repr(delimiter))}."
    )
    return Finding("quoted-rows", "note", words)


def _require_rows(scan: Scan, records: list[list[str]], header: bool, whole: bool) -> None:
    if not records:
        raise DataError(
            f"{scan.path.name} is empty: it holds blank lines only.",
            "Name a table with a header and rows.",
        )
    if header and whole and len(records) == 1:
        numeric = all(_NUMBER.fullmatch(cell) for cell in records[0])
        raise DataError(
            f"{scan.path.name} has a header and no rows.",
            "Pass --no-header if its only line is a customer." if numeric else "Add customers.",
        )


def _names(scan: Scan, records: list[list[str]], header: bool, wrapped: bool) -> list[str]:
    if not header:
        width = Counter(map(len, records)).most_common(1)[0][0]
        return [f"c{number}" for number in range(1, width + 1)]
    cells = [cell for cell in records[0] if cell.strip()]
    numbers = bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)
    if numbers or is_customer(records[0], records[1:]):
        quoted = (
            " (each row is also quoted as one cell, which unchurn takes off)" if wrapped else ""
        )
        raise DataError(
            f"{scan.path.name} begins with {'numbers' if numbers else 'a customer'} "
            f"({listing(cells, 4)}) where a header should be: it looks like data without a "
            f"header{quoted}.",
            "Say so with --no-header (header = false under [data]; columns are then c1, c2, …), "
            "or write the header line first.",
        )
    return records[0]


def _filled(names: list[str], findings: list[Finding], where: str) -> tuple[str, ...]:
    filled = [name if name.strip() else f"unnamed_{n}" for n, name in enumerate(names, start=1)]
    check_names(filled, where)
    blank = [new for new, old in zip(filled, names, strict=True) if new != old]
    if blank:
        words = f"{len(blank)} columns of {where} have no header; called {listing(blank)}."
        findings.append(Finding("blank-header", "note", words, count=len(blank)))
    return tuple(filled)
