"""Flags of ``unchurn init``: what columns are, and how the file is read."""

from __future__ import annotations

from typing import Annotated

import typer

Several = list[str] | None
TableOf = Annotated[
    str, typer.Option(help="Table of customers: a file, a folder, a glob, s3:// or athena://.")
]
HistoryOf = Annotated[
    Several,
    typer.Option(
        "--history",
        metavar="PATH",
        help="Tables of a history instead: files, or a folder of them; repeatable.",
    ),
]
Target = Annotated[str, typer.Option(help="Column that says who churned.")]
Positive = Annotated[
    Several, typer.Option(help="Label that means churned, '*' for any value; repeatable.")
]
Negative = Annotated[
    Several, typer.Option(help="Label that means stayed, '*' for all others, '' for a blank.")
]
Ignore = Annotated[Several, typer.Option(help="Label that is neither; repeatable.")]
Id = Annotated[str, typer.Option("--id", help="Column that names the customer.")]
Drop = Annotated[Several, typer.Option(help="Column not to use; repeatable.")]
Keep = Annotated[Several, typer.Option(help="Column to use all the same; repeatable.")]
NoHeader = Annotated[bool, typer.Option("--no-header", help="The file has no header: c1, c2, ….")]
Delimiter = Annotated[str, typer.Option(help="Delimiter of a CSV file; default: found.")]
Encoding = Annotated[str, typer.Option(help="Text encoding; default: found.")]
Escape = Annotated[
    str, typer.Option(metavar="backslash|double", help="What escapes a quote in a CSV cell.")
]
Missing = Annotated[Several, typer.Option(help="Another spelling of a missing cell; repeatable.")]
Decimal = Annotated[str, typer.Option(metavar=".|,", help="Decimal mark; default: found.")]
DateOrder = Annotated[
    str, typer.Option(metavar="dmy|mdy", help="Order of day and month; default: found.")
]
SkipLines = Annotated[int, typer.Option(help="Lines above the header to pass over.")]
Sheet = Annotated[str, typer.Option(help="Sheet of a workbook; default: found.")]
Force = Annotated[
    bool,
    typer.Option("--force", help="Write churn.toml anew; what was set in it by hand is kept."),
]
