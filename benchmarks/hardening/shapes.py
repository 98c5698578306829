"""Tables in shapes that exports have: is each read, or asked about, as a person would expect?

    python benchmarks/hardening/shapes.py [NAME …]

Each shape is written twice from the same invented customers (900 to learn from, 400 to score),
then goes through init, train and score with small settings. A line says what came of it: the id
and target that were found, rows in and out, ROC-AUC on the 400, whose best possible is about
0.84, and the notes. A shape fails where its id, target or rows are not as expected, where AUC
is below 0.78, or where a refusal that is expected does not name what it should.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from unchurn.errors import UnchurnError

HEADER = ["customer_id", "tenure", "plan", "tickets", "monthly", "balance", "churn"]
Rows = list[list[str]]
Write = Callable[[list[str], Rows], "str | bytes"]


@dataclass(frozen=True)
class Shape:
    """How a table is written, and what must come of it.

    `train` and `score` write a header and rows; `flags` are for init; `refused` is a pattern that
    the refusal of init must match; `rows` are scored; `id` and `target` must be found.
    """

    train: Write
    score: Write | None = None
    flags: dict[str, Any] = field(default_factory=dict)
    suffix: str = "csv"
    encoding: str = "utf-8"
    id: str = "customer_id"
    target: str = "churn"
    rows: int = 400
    auc: float = 0.78
    refused: str = ""
    doubted: bool = False


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
plain: Write = text
SHAPES: dict[str, Shape] = {
    "plain": Shape(plain),
    # lines and quotes
    "stray_quote": Shape(stray((9,)), stray((9,))),
    "two_stray_quotes": Shape(stray((9, 109)), stray((20, 230))),
    "stray_quote_last_cell": Shape(stray((30,), 5), stray((3, 300), 4)),
    "inches": Shape(noted(lambda n: f'{n % 30}" pipe' if n % 4 else "none")),
    "multi_line_text": Shape(noted(lambda n: '"called,\nagain"' if n % 5 == 0 else "fine")),
    "backslash_newline": Shape(noted(lambda n: '"he said \\"no\\", left"' if n % 6 == 0 else "a")),
    "null_backslash_n": Shape(only("balance", lambda c, n: "\\N" if n % 12 == 0 else c)),
    "caret": Shape(lambda h, r: text(h, r, "^")),
    "tilde": Shape(lambda h, r: text(h, r, "~")),
    "control_a": Shape(lambda h, r: text(h, r, "\x01")),
    "bar_decimal_comma": Shape(cells(lambda k, c, n: c.replace(".", ","), "|")),
    "title_and_date": Shape(lambda h, r: "Customers at risk\nPrinted 2024-06-30\n\n" + text(h, r)),
    "comment_lines": Shape(lambda h, r: "# source: crm\n# rows: all\n" + text(h, r)),
    "sep_line": Shape(lambda h, r: "sep=;\r\n" + text(h, r, ";")),
    "units_below_header": Shape(with_line(1, ",months,,count,EUR,EUR,"), with_line(1, ",months,,count,EUR,EUR")),
    "rows_selected": Shape(with_line(-1, "(900 rows)"), with_line(-1, "(400 rows)")),
    "grand_total": Shape(plain, with_line(-1, "Grand total,14000,,600,25210.10,120000.00")),
    "header_again": Shape(with_line(300, ",".join(HEADER)), with_line(200, ",".join(HEADER[:-1]))),
    "trailing_semicolons": Shape(lambda h, r: text(h, [[*row, ""] for row in r], ";")),
    "utf16": Shape(plain, encoding="utf-16"),
    "old_mac": Shape(lambda h, r: text(h, r, end="\r")),
    # numbers
    "accounting": Shape(only("balance", lambda c, n: f"({float(c[1:]):,.2f})" if c[0] == "-" else f"{float(c):,.2f}")),
    "pesos": Shape(cells(lambda k, c, n: f"MX$ {float(c):,.2f}" if k in ("balance", "monthly") else c)),
    "kronor": Shape(cells(lambda k, c, n: german(c).replace(".", "\u00a0") + " SEK" if k in ("balance", "monthly") else c, ";")),
    "sap_minus": Shape(only("balance", lambda c, n: f"{abs(float(c)):,.2f}" + ("-" if c[0] == "-" else ""))),
    "swiss": Shape(only("balance", lambda c, n: f"{float(c):,.2f}".replace(",", "’"))),
    "german_thousands": Shape(cells(lambda k, c, n: german(c) if k in ("balance", "monthly") else c, ";")),
    "fractions_by_comma": Shape(cells(lambda k, c, n: f"{float(c) / 1000:.3f}".replace(".", ",") if k == "monthly" else c, ";")),
    "kilo": Shape(only("balance", lambda c, n: f"{float(c) / 1000:.2f}k")),
    "months_written": Shape(only("tenure", lambda c, n: f"{c} months")),
    "dashes_for_blanks": Shape(only("balance", lambda c, n: "--" if n % 11 == 0 else c)),
    "excel_errors": Shape(only("balance", lambda c, n: "#DIV/0!" if n % 9 == 0 else c)),
    "not_available": Shape(only("monthly", lambda c, n: "not available" if n % 10 == 0 else c)),
    # dates
    "month_day_year": Shape(instead_of_tenure(lambda d: "{1:02}/{2:02}/{0}".format(*pieces(d)))),
    "am_pm": Shape(instead_of_tenure(lambda d: "{1}/{2}/{0} 3:05 PM".format(*pieces(d)))),
    "french_months": Shape(instead_of_tenure(lambda d: f"{pieces(d)[2]} {MONTHS_FR[pieces(d)[1] - 1]} {pieces(d)[0]}")),
    "spanish_months": Shape(instead_of_tenure(lambda d: f"{pieces(d)[2]} de {MONTHS_ES[pieces(d)[1] - 1]} de {pieces(d)[0]}")),
    "offset": Shape(instead_of_tenure(lambda d: f"{d}T08:30:00+05:30")),
    "epoch_seconds": Shape(instead_of_tenure(lambda d: str(int(d.astype("datetime64[s]").astype(int)) + 7))),
    "excel_serial": Shape(instead_of_tenure(lambda d: str(int((d - np.datetime64("1899-12-30")).astype(int))))),
    "year_month": Shape(instead_of_tenure(lambda d: "{}-{:02}".format(*pieces(d)))),
    "never_in_some": Shape(instead_of_tenure(lambda d: "never" if pieces(d)[2] == 5 else str(d))),
    "zero_dates": Shape(instead_of_tenure(lambda d: "0000-00-00 00:00:00" if pieces(d)[2] == 9 else f"{d} 00:00:00")),
    # ids
    "sequential_id": Shape(lambda h, r: text(["CustomerID", *h[1:]], [[str(n + 1), *row[1:]] for n, row in enumerate(r)]), id="CustomerID"),
    "nineteen_digits": Shape(lambda h, r: text(["account_no", *h[1:]], [[str(8_000_000_000_000_000_000 + int(row[0][2:]) * 977), *row[1:]] for row in r]), id="account_no"),
    "leading_zeros": Shape(only("customer_id", lambda c, n: c[2:].zfill(10))),
    "kundennummer": Shape(named(customer_id="Kunden-Nr."), id="Kunden-Nr."),
    "revenue_is_no_id": Shape(also("annual_revenue", lambda row, n: str(1_000_000 + int(float(row[4]) * 20_000) + n))),
    "invoice_beside_id": Shape(also("last_invoice_no", lambda row, n: f"INV-{900_000 + n}")),
    # labels
    "joined_left_stayed": Shape(label(lambda left, row, n: "Left" if left else "Joined" if int(row[1]) < 3 else "Stayed", "Customer Status"), target="Customer Status"),
    "stripe_status": Shape(label(lambda left, row, n: "canceled" if left else ("active", "past_due", "trialing")[n % 3], "status"), target="status", flags={"target": "status"}),
    "ja_nein": Shape(label(lambda left, row, n: "ja" if left else "nein", "gekündigt"), target="gekündigt"),
    "oui_non": Shape(label(lambda left, row, n: "Oui" if left else "Non", "résilié"), target="résilié"),
    "minus_one": Shape(label(lambda left, row, n: "1" if left else "-1", "Churned"), target="Churned"),
    "blank_is_stayed": Shape(label(lambda left, row, n: "churned" if left else "", "churn_flag"), target="churn_flag", flags={"target": "churn_flag"}),
    "vague_label": Shape(label(lambda left, row, n: "A" if left else "B", "outcome"), refused="--positive"),
    # lists
    "cents_arrive": Shape(plain, only("monthly", lambda c, n: str(round(float(c) * 100))), auc=0.5, doubted=True),
    "blank_column_arrives": Shape(plain, only("tickets", lambda c, n: ""), auc=0.5, doubted=True),
    "capitals_arrive": Shape(plain, only("plan", lambda c, n: c.upper())),
}  # fmt: skip


def settle(folder: Path) -> None:
    """Make trainings small."""
    path = folder / "churn.toml"
    told = path.read_text(encoding="utf-8")
    for name, value in (("configurations", '["light"]'), ("trials", "0"), ("bootstrap", "100")):
        told = re.sub(rf"# {name} = .*", f"{name} = {value}", told, count=1)
    path.write_text(told, encoding="utf-8")


def auc(left: np.ndarray, chance: np.ndarray) -> float:
    """ROC-AUC, ties as halves."""
    from unchurn.modelling.columns.leakage import roc_auc

    return roc_auc(chance, left.astype(np.int8))


def come_of(shape: Shape, folder: Path) -> tuple[str, bool]:
    """Run a shape; return what came of it and whether that is as expected."""
    import unchurn
    from unchurn.cli.init import run_init
    from unchurn.progress import Silent

    (learnt, _), (today, left) = customers(900, 1), customers(400, 2)
    paths = folder / f"train.{shape.suffix}", folder / f"score.{shape.suffix}"
    written = (
        shape.train(HEADER, learnt),
        (shape.score or shape.train)(HEADER[:-1], [row[:-1] for row in today]),
    )
    for path, made in zip(paths, written, strict=True):
        path.write_bytes(made if isinstance(made, bytes) else made.encode(shape.encoding))
    said = {"target": "", "positive": "", "id": "", "drop": [], **shape.flags}
    try:
        found = run_init(paths[0], said, {}, folder / "p", False, Silent()).document
    except UnchurnError as error:
        words = f"{error.message} {error.hint}".replace("\n", " ")
        return f"refused: {words[:160]}", bool(shape.refused and re.search(shape.refused, words))
    settle(folder / "p")
    project = unchurn.Project.load(folder / "p")
    trained = unchurn.train(project)
    run = None if trained.document()["version"] else trained.document()["run_id"]
    scored = unchurn.score(project, paths[1], training_run=run)
    import pyarrow.parquet as pq

    document, table = scored.document(), pq.read_table(scored.scores)
    chance = np.asarray(table["probability"])
    worth = auc(left, chance) if len(chance) == len(left) else float("nan")
    codes = [note["code"] for note in document["notes"]]
    right = (
        not shape.refused
        and (found["id"], found["target"]) == (shape.id, shape.target)
        and document["rows_out"] == shape.rows
        and worth >= shape.auc
        and ("untrusted" in codes) == shape.doubted
    )
    told = f"id {found['id']!r}, target {found['target']!r}, {document['rows_in']} in, "
    told += f"{document['rows_out']} out, AUC {worth:.3f}, notes {codes}"
    return told, right


def main() -> int:
    """Run the shapes named, or all; exit 1 where one is not as expected."""
    chosen = sys.argv[1:] or list(SHAPES)
    wrong = 0
    for name in chosen:
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            try:
                told, right = come_of(SHAPES[name], Path(folder))
            except UnchurnError as error:
                told, right = f"refused later: {error.message[:200]}", False
            except Exception as error:
                told, right = f"UNEXPECTED {type(error).__name__}: {error}"[:200], False
        wrong += not right
        seconds = time.perf_counter() - began
        print(f"{'ok  ' if right else 'FAIL'} {name} ({seconds:.0f} s): {told}", flush=True)
    print(f"{len(chosen) - wrong} of {len(chosen)} as expected")
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())
