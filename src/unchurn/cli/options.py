"""Flags that every verb accepts, and the ones that several share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

ProjectDir = Annotated[
    Path, typer.Option("--project", metavar="DIR", help="Folder that holds churn.toml.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on stdout and nothing else.")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Show no progress.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Show tracebacks of unexpected errors.")]
VersionNumber = Annotated[
    int | None, typer.Option("--version", metavar="N", help="A registered version.", min=1)
]
RunName = Annotated[
    str | None, typer.Option("--run", metavar="ID", help="A finished training run, passed or not.")
]
AsOf = Annotated[
    str, typer.Option("--as-of", metavar="DAY", help="Day of a history, or of the table.")
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Make everything anew, kept results or not.")]
MakeFolder = Annotated[
    bool, typer.Option("--make-folder", help="Make the folder of --out where it is missing.")
]
Strict = Annotated[
    bool, typer.Option("--strict", help="Write no list that should not be trusted (exit 5).")
]
Suggest = Annotated[
    bool, typer.Option("--suggest", help="Suggest [quality] rules for tables to come, as TOML.")
]
Sort = Annotated[str, typer.Option(help="Order of the list: probability, expected_value or id.")]
Top = Annotated[
    int | None, typer.Option(metavar="N", help="Only the N first; by worth, else by risk.")
]
Digits = Annotated[
    int | None, typer.Option("--round", metavar="N", help="Decimals of figures, 1 to 10.")
]
Stack = Annotated[str, typer.Option(help="Name of the deployment; default: .env, churn.toml.")]
Region = Annotated[str, typer.Option(help="AWS region; default: .env, churn.toml, AWS_REGION.")]


@dataclass(frozen=True)
class Flags:
    """How a verb talks."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False
