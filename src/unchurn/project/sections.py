"""Every key of churn.toml: its type, its default, what it means and what is valid.

One frozen dataclass a section. A step's signature names the sections it reads; changing any
other section leaves its artefacts as they are. `docs/configuration.md` is compared with this
file by a test.
"""

from __future__ import annotations

from dataclasses import dataclass

from unchurn.project.campaign import Campaign
from unchurn.project.cells import DATE_ORDER, DECIMAL, EPOCH, EPOCHS, MARKS, ORDERS
from unchurn.project.cycle import Cycle
from unchurn.project.fitting import Train, Tune
from unchurn.project.history import History
from unchurn.project.judgement import Decision, Evaluate, Gate, Score
from unchurn.project.keys import key
from unchurn.project.places import Artefacts, Aws, Delivery, Endpoint, Registry
from unchurn.project.quality import Quality


@dataclass(frozen=True)
class Data:
    """Where the customers are and how their file is read."""

    train: str = key(
        "",
        "Training table: a file, a folder or a glob (CSV, Parquet, JSON Lines), s3:// or athena://.",
    )
    score: str = key("", "Table that `unchurn score` reads when no --data is given.")
    header: bool = key(
        True, "Whether CSV files begin with a header; without one, columns are c1, c2 and so on."
    )
    delimiter: str = key("", "CSV delimiter; empty means found from the file.")
    encoding: str = key(
        "",
        "Text encoding; empty means found from the file (UTF-8, UTF-16 with BOM, else by its letters).",
    )
    escape: str = key(
        "",
        "What stands before a quote inside a quoted CSV cell: backslash, or double (a second quote); empty means found from the file.",
        choices=("", "backslash", "double"),
    )
    skip_lines: int = key(
        0,
        "Lines above the header to pass over; 0 means found from the file (titles, comments, sep=).",
        at_least=0,
        at_most=10_000,
    )
    sheet: str = key(
        "", "Sheet of a workbook, by name; empty means the one that looks like a table."
    )
    missing: tuple[str, ...] = key(
        (), "Spellings of a missing cell besides blank, NA, N/A, NaN, null and ?."
    )
    max_rejected: float = key(
        0.2,
        "Share of rows that may be unreadable; beyond it the table is refused. Above 1% is a warning always.",
        at_least=0,
        at_most=1,
    )


@dataclass(frozen=True)
class Churn:
    """What churn means: a column of a table, or a question put to a history."""

    event: str = key(
        "label",
        "What leaving is: a column of the table (label), the end of a customer's periods, or their silence; the last two need [history].",
        choices=("label", "subscription-ends", "inactivity"),
    )
    target: str = key("", "Column that says who churned.")
    positive: str | tuple[str, ...] = key(
        "",
        "Label spelling that means churned, or several; '*' means any value at all (a date of leaving); empty means inferred when unmistakable.",
    )
    negative: tuple[str, ...] = key(
        (),
        "Label spellings that mean stayed; '*' stands for every other one, '' for a blank. Empty means the one that is left.",
    )
    ignore: tuple[str, ...] = key(
        (), "Label spellings of customers who are neither (just joined): left out and counted."
    )
    id: str = key("", "Column that names the customer; empty means the table has none.")
    snapshot_date: str = key(
        "", "Column with the date on which a row was true; naming it splits by time."
    )
    horizon_days: int = key(
        30,
        "Days in which churn is counted, from the snapshot's lead on; with the lead, the gap of a time split.",
        at_least=1,
        at_most=3_650,
    )
    lead_days: int = key(
        0,
        "Days between the snapshot and the window in which churn is counted: the time to act. Who leaves in them is neither churned nor stayed.",
        at_least=0,
        at_most=3_650,
    )
    grace_days: int = key(
        30,
        "Days without a period that are still a renewal when they are fewer than this; a later return is a reactivation.",
        at_least=1,
        at_most=3_650,
    )
    inactive_days: int = key(
        90,
        "Days of silence after which a customer has left (inactivity).",
        at_least=1,
        at_most=3_650,
    )
    activity: tuple[str, ...] = key(
        (), "Tables of [history.events] whose rows are signs of life (inactivity); empty means all."
    )
    every: float | str = key(
        "month",
        "Snapshots: month, week, a number of days, or renewal (lead_days before the end of each period).",
        at_least=1,
        at_most=3_650,
    )
    since: str = key("", "First snapshot (2024-01-31); empty means where the history begins.")
    until: str = key("", "Snapshots come before this day; empty means all that the history covers.")
    timezone: str = key(
        "UTC", "Zone whose midnights begin a day, and that times without a zone are in."
    )
    min_tenure_days: int = key(
        30,
        "Days that a customer must have been there, again after each return, to be looked at.",
        at_least=0,
        at_most=3_650,
    )
    eligible: dict[str, tuple[str, ...]] = key(
        {},
        "Values that a customer must have on the day, by column of a subscription or of attributes.",
    )
    pending: str = key(
        "leave-out",
        "Customers whose cancellation was known on the day: left out and counted, or kept.",
        choices=("leave-out", "keep"),
    )


@dataclass(frozen=True)
class Columns:
    """What columns are for, where the table alone cannot tell."""

    drop: tuple[str, ...] = key((), "Columns never used as features.")
    allow: tuple[str, ...] = key(
        (), "Columns used although they look like a leak or an identity; the report records it."
    )
    types: dict[str, str] = key(
        {},
        "Column types to force: number, category, date or text.",
        choices=("number", "category", "date", "text"),
    )
    decimal: str | dict[str, str] = key("", DECIMAL, choices=MARKS)
    date_order: str | dict[str, str] = key("", DATE_ORDER, choices=ORDERS)
    epoch: dict[str, str] = key({}, EPOCH, choices=EPOCHS)
    missing: dict[str, tuple[str, ...]] = key(
        {},
        'Numbers that stand for missing, by column (nps = ["99", "-1"]), besides -999 and the like.',
    )
    names: dict[str, str] = key(
        {},
        'What people call columns, in reasons, the report and explanations: "CustServ Calls" = "Calls to the help desk".',
    )
    actionable: tuple[str, ...] = key(
        (),
        "Columns the company can change: a reason that one of them raises the risk says so, and the report lists them.",
    )
    protected: dict[str, str] = key(
        {},
        'Columns that tell a protected trait, and which one (segment = "age"), besides those found by name; "none" where a name misleads.',
    )


@dataclass(frozen=True)
class Engine:
    """What reads, types and deduplicates the table."""

    kind: str = key(
        "arrow",
        "Engine that makes the Clean artefact. A history is observed by DuckDB, on Spark's workers where "
        "Spark is named; these also score lists of more than 8,192 customers and, where a cluster started the command "
        "(spark-submit), do the fits of a training. No result depends on it.",
        choices=("arrow", "duckdb", "spark"),
    )
    threads: int = key(2, "Threads of the engine; never changes a result.", at_least=1, at_most=256)
    memory_mb: int = key(
        1024,
        "Memory of the engine in MB before it spills to disk.",
        at_least=128,
        at_most=1_048_576,
    )


@dataclass(frozen=True)
class Split:
    """Which customers are held out."""

    test: float = key(
        0.2,
        "Share of customers held out for the one evaluation. Once raised, the champion has learnt from some of them and is not compared.",
        above=0,
        below=0.9,
    )
    folds: int = key(5, "Customer-grouped folds of the training rows.", at_least=2, at_most=20)
    forward: bool = key(
        False,
        "With snapshot dates: whether folds hold out later snapshots than they are fitted on, too.",
    )
    customer_weight: float = key(
        0.75,
        "With snapshot dates: how far a customer's many rows share a weight in fitting; 0 rows alike, 1 customers alike.",
        at_least=0,
        at_most=1,
    )


@dataclass(frozen=True)
class Features:
    """How columns become numbers."""

    missing: str = key(
        "native",
        "Missing cells: kept (native), or median / own category (impute).",
        choices=("native", "impute"),
    )
    categories: str = key(
        "native",
        "Categories: partition splits (native), or one column a value (one-hot).",
        choices=("native", "one-hot"),
    )
    max_categories: int = key(
        64, "Most category values kept a column; rarer ones share code 0.", at_least=2, at_most=254
    )
    min_category_rows: int = key(
        10, "Training rows a category value needs to be kept.", at_least=1, at_most=1_000_000
    )


SECTIONS: dict[str, type] = {
    "data": Data,
    "churn": Churn,
    "history": History,
    "columns": Columns,
    "engine": Engine,
    "split": Split,
    "features": Features,
    "tune": Tune,
    "train": Train,
    "evaluate": Evaluate,
    "gate": Gate,
    "decision": Decision,
    "score": Score,
    "campaign": Campaign,
    "cycle": Cycle,
    "quality": Quality,
    "artefacts": Artefacts,
    "registry": Registry,
    "aws": Aws,
    "endpoint": Endpoint,
    "delivery": Delivery,
}
