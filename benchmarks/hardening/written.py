"""Invented tables as many programs would write them: dialects, quoting, encodings, line ends."""

from __future__ import annotations

import csv
import gzip
import io
from dataclasses import dataclass
from pathlib import Path
from random import Random

DELIMITERS = (",", ";", "\t", "|", "^")
ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16")
ENDS = ("\n", "\r\n")
HEADER = ("customer_id", "tenure", "plan", "monthly_charge", "signup", "note", "churn")
_PLANS = ("Basic", "Plus", "Pro", "Prämie")
_NOTES = ("ok", "", "called twice", "a; b", "x, y", "said no", "5 | 6", "tab\there", "café")


@dataclass(frozen=True)
class Written:
    """A table as one file: its rows as meant, and how they were written."""

    rows: tuple[tuple[str, ...], ...]
    delimiter: str
    quoting: int
    end: str
    encoding: str
    packed: bool

    @property
    def lines(self) -> list[str]:
        """The file's records as text, the header first; each is one line."""
        return [self._line(row) for row in (HEADER, *self.rows)]

    def _line(self, row: tuple[str, ...]) -> str:
        stream = io.StringIO(newline="")
        writer = csv.writer(
            stream, delimiter=self.delimiter, quoting=self.quoting, lineterminator=""
        )
        writer.writerow(row)
        return stream.getvalue()

    def save(self, text: str, folder: Path) -> Path:
        """Write `text` as this table would be written."""
        data = text.encode(self.encoding, "replace")
        path = folder / ("customers.csv.gz" if self.packed else "customers.csv")
        path.write_bytes(gzip.compress(data, 1) if self.packed else data)
        return path


def draw(random: Random) -> Written:
    """Invent a table of 30 to 90 customers."""
    comma = random.random() < 0.3
    rows = []
    for number in range(random.randint(30, 90)):
        charge = f"{random.uniform(5, 200):.2f}"
        day = f"20{random.randint(15, 24)}-{random.randint(1, 12):02}-{random.randint(1, 28):02}"
        rows.append(
            (
                f"C{100_000 + 7 * number}",
                str(random.randint(0, 72)),
                random.choice(_PLANS),
                charge.replace(".", ",") if comma else charge,
                day,
                random.choice(_NOTES),
                "yes" if random.random() < 0.3 else "no",
            )
        )
    return Written(
        tuple(rows),
        random.choice(DELIMITERS),
        random.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC)),
        random.choice(ENDS),
        random.choice(ENCODINGS),
        random.random() < 0.15,
    )
