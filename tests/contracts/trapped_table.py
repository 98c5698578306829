"""A table with everything in it that goes wrong in the first month, written the same every time."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

HEADER = (
    "\ufeffCustomer ID", " Tenure ", "TotalCharges", "Bill (€)", "Balance", "Joined", "Usage",
    "ZIP", "Int'l Plan", "a.b", "naïve 🎈", "Notes", "Churn?",
)  # fmt: skip
PLANS = ["basic", "Basic ", "plus, gold", 'say "hi"', "Unknown", "None", "NA", "", "plüs", "PLUS"]
NOTES = [
    "", "two\nlines", 'a "quoted" word', "=1+1", "ends with \\", "tab\there", "  padded  ",
    "e\u0301 and é", "日本語", "\uffff and 🎈", "NaN", "semi;colon", "'single'", "\r\nreturns",
]  # fmt: skip
USAGE = ["inf", "-inf", "∞", "1e308", "5e-324", "-0", "-0.0", "0", "+7", "0.1", "1_000", "nan"]
DATES = ["2024-02-29", "29/02/2024", "2024-02-29 13:45:07", "Feb 29, 2024", "9999-12-31", "soon"]
LABELS = ["Yes", "No", "yes", " NO ", "No", "No", "YES ", "No"]
NOTHING = ["", "NA", "n/a", "NULL", "?", " "]


def write_trapped(path: Path, rows: int, seed: int = 11) -> None:
    """Write `rows` rows of traps, some ragged, some twice, some unlabelled."""
    chance = random.Random(seed)
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEADER)
    before: list[list[str]] = []
    for number in range(rows):
        cells = _cells(chance, number)
        trap = chance.random()
        if before and trap < 0.02:
            cells = chance.choice(before)
        elif before and trap < 0.03:  # the same customer, who has also stayed or left
            cells = [*chance.choice(before)[:-1], chance.choice(LABELS)]
        elif trap < 0.035:
            cells = cells[: chance.randrange(1, len(cells))]
        elif trap < 0.04:
            cells = [*cells, "one too many"]
        if len(cells) == len(HEADER):
            before = [*before[-200:], cells]
        writer.writerow(cells)
    path.write_bytes(stream.getvalue().encode())


def _cells(chance: random.Random, number: int) -> list[str]:
    def mostly(usual: str, *others: str, share: float = 0.02) -> str:
        return chance.choice(others) if chance.random() < share else usual

    amount = chance.random() * 5000
    german = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    day = (
        f"20{chance.randrange(10, 25)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
    )
    return [
        mostly(f"{number:07d}", "", " ", "NA", f" {number} ", f"ü{number}", share=0.01),
        mostly(str(chance.randrange(72)), *NOTHING),
        mostly(f"{amount:.2f}", " ", "1,234.50", "$ 12.00", "abc"),
        mostly(german, f"€ {german}", f"{german} €", *NOTHING),
        mostly(str(chance.randrange(900)), "-999", "-999", ""),
        mostly(day, *DATES, *NOTHING),
        mostly(repr(chance.random() * 10 ** chance.randrange(-9, 9)), *USAGE),
        f"{chance.randrange(600, 99999):05d}",
        chance.choice(PLANS),
        mostly(str(chance.randrange(5)), "3.0", "1e0"),
        mostly(f"größe {chance.randrange(40)}", *NOTES),
        chance.choice(NOTES),
        mostly(chance.choice(LABELS), *NOTHING),
    ]
