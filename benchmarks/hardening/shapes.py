"""Tables in shapes that exports have: is each read, or asked about, as a person would expect?

    python benchmarks/hardening/shapes.py [NAME …]

Each shape is written twice from the same invented customers (900 to learn from, 400 to score),
then goes through init, train and score with small settings. A line says what came of it: the id
and target that were found, rows in and out, ROC-AUC on the 400, whose best possible is about
0.84, and the notes. A shape fails where its id, target or rows are not as expected, where AUC
is below 0.78, or where a refusal that is expected does not name what it should.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from exports import (
    HEADER,
    MONTHS_ES,
    MONTHS_FR,
    Write,
    also,
    cells,
    customers,
    german,
    instead_of_tenure,
    label,
    named,
    noted,
    only,
    pieces,
    stray,
    text,
    with_line,
)

from unchurn.errors import UnchurnError


@dataclass(frozen=True)
class Shape:
    """How a table is written, and what must come of it.

    `train` and `score` write a header and rows; `flags` are for init; `refused` is a pattern that
    the refusal of init must match; `id` and `target` must be found.
    """

    train: Write
    score: Write | None = None
    flags: dict[str, Any] = field(default_factory=dict)
    encoding: str = "utf-8"
    id: str = "customer_id"
    target: str = "churn"
    auc: float = 0.78
    refused: str = ""
    doubted: bool = False


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
    paths = folder / "train.csv", folder / "score.csv"
    written = (
        shape.train(HEADER, learnt),
        (shape.score or shape.train)(HEADER[:-1], [row[:-1] for row in today]),
    )
    for path, made in zip(paths, written, strict=True):
        path.write_bytes(made if isinstance(made, bytes) else made.encode(shape.encoding))
    said = {"target": "", "positive": "", "id": "", "negative": (), "ignore": ()}
    said |= {"drop": [], "keep": [], **shape.flags}
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
        and document["rows_out"] == len(today)
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
