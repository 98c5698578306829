"""How exports write customers: each way takes a header and rows, and makes a file's text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import numpy as np

HEADER = ["customer_id", "tenure", "plan", "tickets", "monthly", "balance", "churn"]
Rows = list[list[str]]
Write = Callable[[list[str], Rows], "str | bytes"]
MONTHS_FR = [
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
]
MONTHS_ES = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
]


def customers(rows: int, seed: int) -> tuple[Rows, np.ndarray]:
    """Invent customers whose tenure, tickets, plan, price and balance drive churn."""
    draw = np.random.default_rng(seed)
    tenure = draw.integers(0, 72, rows)
    plan = draw.choice(["Basic", "Plus", "Pro"], rows, p=[0.5, 0.3, 0.2])
    tickets = draw.poisson(1.5, rows)
    monthly = np.round(draw.gamma(4, 12, rows) + 15, 2)
    balance = np.round(draw.normal(300, 1500, rows), 2)
    risk = -1.0 - 0.06 * (tenure - 30) + 0.55 * tickets + 0.9 * (plan == "Basic")
    risk += -0.0006 * balance + 0.012 * (monthly - 60)
    left = draw.random(rows) < 1 / (1 + np.exp(-risk))
    made = [
        [f"K-{700_000 + 11 * n}", str(tenure[n]), str(plan[n]), str(tickets[n]),
         f"{monthly[n]:.2f}", f"{balance[n]:.2f}", "yes" if left[n] else "no"]
        for n in draw.permutation(rows)
    ]  # fmt: skip
    return made, np.array([row[-1] == "yes" for row in made])


def text(header: list[str] | None, rows: Rows, mark: str = ",", end: str = "\r\n",
         quoting: int = csv.QUOTE_MINIMAL) -> str:  # fmt: skip
    """Write plain CSV."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=mark, lineterminator=end, quoting=quoting)
    writer.writerows([*([header] if header else []), *rows])
    return stream.getvalue()


def cells(change: Callable[[str, str, int], str], mark: str = ",") -> Write:
    """Write CSV with every cell but the label changed: (column, cell, row) → cell."""

    def write(header: list[str], rows: Rows) -> str:
        made = [
            [change(name, cell, n) for name, cell in zip(header, row, strict=False)]
            for n, row in enumerate(rows)
        ]
        return text(header, made, mark)

    return write


def only(column: str, change: Callable[[str, int], str], mark: str = ",") -> Write:
    """Change the cells of one column."""
    return cells(lambda name, cell, n: change(cell, n) if name == column else cell, mark)


def named(**names: str) -> Write:
    """Change headers."""
    return lambda header, rows: text([names.get(name, name) for name in header], rows)


def german(cell: str) -> str:
    """1234.5 → 1.234,50."""
    return f"{float(cell):,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


def label(change: Callable[[bool, list[str], int], str], name: str = "churn") -> Write:
    """Change the label: (left, row, number) → cell."""

    def write(header: list[str], rows: Rows) -> str:
        if "churn" not in header:
            return text(header, rows)
        made = [[*row[:-1], change(row[-1] == "yes", row, n)] for n, row in enumerate(rows)]
        return text([*header[:-1], name], made)

    return write


def also(name: str, cell: Callable[[list[str], int], str], place: int = 1) -> Write:
    """Put in another column: (row, number) → cell."""

    def write(header: list[str], rows: Rows) -> str:
        made = [[*row[:place], cell(row, n), *row[place:]] for n, row in enumerate(rows)]
        return text([*header[:place], name, *header[place:]], made)

    return write


def day(row: list[str], n: int) -> np.datetime64:
    """Return the day on which a customer began."""
    return np.datetime64("2024-06-30") - np.timedelta64(int(row[1]) * 30 + n % 28, "D")


def instead_of_tenure(spell: Callable[[np.datetime64], str]) -> Write:
    """Write the day on which a customer began instead of the months since."""

    def write(header: list[str], rows: Rows) -> str:
        made = [[row[0], spell(day(row, n)), *row[2:]] for n, row in enumerate(rows)]
        return text([header[0], "signed_up", *header[2:]], made)

    return write


def pieces(moment: np.datetime64) -> tuple[int, int, int]:
    """Return year, month and day."""
    year, month, number = str(moment)[:10].split("-")
    return int(year), int(month), int(number)


def with_line(place: int, line: str) -> Write:
    """Put a line somewhere: 0 above the header, -1 at the end."""

    def write(header: list[str], rows: Rows) -> str:
        lines = text(header, rows, end="\n").split("\n")[:-1]
        lines.insert(place if place >= 0 else len(lines), line)
        return "\n".join(lines) + "\n"

    return write


def stray(rows_hit: tuple[int, ...], cell: int = 0) -> Write:
    """Put a lone quote before one cell of some rows."""

    def write(header: list[str], rows: Rows) -> str:
        made = [",".join(row) for row in rows]
        for hit in rows_hit:
            parts = made[hit].split(",")
            parts[cell] = '"' + parts[cell]
            made[hit] = ",".join(parts)
        return "\n".join([",".join(header), *made]) + "\n"

    return write


def noted(spell: Callable[[int], str], mark: str = ",") -> Write:
    """Add a last text column, already written as CSV."""

    def write(header: list[str], rows: Rows) -> str:
        made = [mark.join([*row[:1], spell(n), *row[1:]]) for n, row in enumerate(rows)]
        return "\n".join([mark.join([header[0], "remark", *header[1:]]), *made]) + "\n"

    return write
