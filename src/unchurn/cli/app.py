"""The verbs and their flags. Each hands over to the body of the same name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from unchurn.cli import init_options as flag
from unchurn.cli.aws_verbs import aws
from unchurn.cli.campaign_verbs import campaign, target, uplift
from unchurn.cli.cycle_verb import cycle
from unchurn.cli.import_verb import import_
from unchurn.cli.monitor_verb import monitor
from unchurn.cli.options import (
    AsOf,
    Digits,
    Flags,
    Fresh,
    MakeFolder,
    ProjectDir,
    RunName,
    Sort,
    Strict,
    Suggest,
    Top,
    VersionNumber,
)
from unchurn.cli.outcomes_verb import outcomes
from unchurn.cli.registry_verbs import registry
from unchurn.cli.runs_verbs import runs
from unchurn.cli.serve_verb import serve
from unchurn.cli.verb import Verb, verb

HERE = Path()

app = typer.Typer(
    name="unchurn",
    help="Finds who is about to leave, says why, and decides whom it pays to contact.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(registry, name="registry")
app.add_typer(campaign, name="campaign")
app.add_typer(runs, name="runs")
app.add_typer(aws, name="aws")


def _version(asked: bool) -> None:
    if asked:
        from unchurn.version import VERSION

        typer.echo(f"unchurn {VERSION}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Find who is about to leave, say why, and decide whom it pays to contact."""


@verb(app)
def init(
    data: flag.TableOf = "",
    history: flag.HistoryOf = None,
    target: flag.Target = "",
    positive: flag.Positive = None,
    negative: flag.Negative = None,
    ignore: flag.Ignore = None,
    id: flag.Id = "",
    drop: flag.Drop = None,
    keep: flag.Keep = None,
    no_header: flag.NoHeader = False,
    delimiter: flag.Delimiter = "",
    encoding: flag.Encoding = "",
    escape: flag.Escape = "",
    missing: flag.Missing = None,
    decimal: flag.Decimal = "",
    date_order: flag.DateOrder = "",
    skip_lines: flag.SkipLines = 0,
    sheet: flag.Sheet = "",
    force: flag.Force = False,
    project: ProjectDir = HERE,
) -> Verb:
    """Look at a table and write a churn.toml for it."""
    from unchurn.cli import init as body

    stated = {
        "header": not no_header,
        "delimiter": delimiter,
        "encoding": encoding,
        "escape": escape,
        "missing": missing or [],
        "skip_lines": skip_lines,
        "sheet": sheet,
    }
    marks = {"decimal": decimal, "date_order": date_order}
    given = positive or []
    said: dict[str, object] = {
        "target": target,
        "positive": given[0] if len(given) == 1 else tuple(given),
        "negative": tuple(negative or ()),
        "ignore": tuple(ignore or ()),
        "id": id,
        "drop": drop or [],
        "keep": tuple(keep or ()),
    }
    if history:
        from unchurn.cli import init_history

        said |= {**stated, **marks, "header": no_header}
        return (
            lambda progress: init_history.run_init(history, data, said, project, force, progress),
            init_history.show_init,
        )
    return (
        lambda progress: body.run_init(
            data, said, {"data": stated, "columns": marks}, project, force, progress
        ),
        body.show_init,
    )


verb(app, "import")(import_)


@verb(app)
def check(
    suggest: Suggest = False,
    project: ProjectDir = HERE,
) -> Verb:
    """Say what the training table holds: findings and a profile of every column."""
    from unchurn.cli import check as body

    return (
        lambda progress: body.check(project, progress, suggest),
        body.show_check,
    )


@verb(app)
def demo(
    history: Annotated[
        bool, typer.Option("--history", help="A subscription business, from its raw tables on.")
    ] = False,
    tables_only: Annotated[
        bool, typer.Option("--tables-only", help="Write the tables and churn.toml, no more.")
    ] = False,
    project: ProjectDir = Path("unchurn-demo"),
) -> Verb:
    """Make a telecom table, train on it, and score a fresh month."""
    from unchurn.cli import demo as body

    return (
        lambda progress: body.demo(project, history, tables_only, progress),
        body.show_demo,
    )


@verb(app)
def train(
    fresh: Fresh = False,
    project: ProjectDir = HERE,
) -> Verb:
    """Train, evaluate, gate and register a model."""
    from unchurn.cli import train as body

    return (
        lambda progress: body.train(project, fresh, progress),
        body.show_train,
    )


@verb(app)
def snapshot(
    out: Annotated[Path, typer.Option(help="Where the table goes: .csv, .parquet or .jsonl.")],
    as_of: AsOf = "",
    fresh: Fresh = False,
    project: ProjectDir = HERE,
) -> Verb:
    """Observe a history: one row a customer and day, with label and features."""
    from unchurn.cli import snapshot as body

    return (
        lambda progress: body.snapshot(project, out, as_of, fresh, progress),
        body.show_snapshot,
    )


@verb(app)
def backtest(
    months: Annotated[
        int, typer.Option(help="How many of the last snapshots to look back on.", min=1, max=120)
    ] = 6,
    fresh: Fresh = False,
    project: ProjectDir = HERE,
) -> Verb:
    """Train and judge as of each of the last snapshots of a history."""
    from unchurn.cli import backtest as body

    return (
        lambda progress: body.backtest(project, months, fresh, progress),
        body.show_backtest,
    )


@verb(app)
def score(
    data: Annotated[str, typer.Option(help="Customers to score; default: [data] score.")] = "",
    as_of: AsOf = "",
    out: Annotated[
        Path, typer.Option(help="Where the list goes: .csv, .parquet or .jsonl.")
    ] = Path("scores.csv"),
    make_folder: MakeFolder = False,
    reasons: Annotated[str, typer.Option(help="all, none, or the riskiest share (0.2).")] = "",
    run: RunName = None,
    version: VersionNumber = None,
    fresh: Fresh = False,
    strict: Strict = False,
    sort: Sort = "",
    top: Top = None,
    digits: Digits = None,
    project: ProjectDir = HERE,
    *,
    flags: Flags,
) -> Verb:
    """Score customers: one row each, with reasons for the riskiest."""
    from unchurn.cli import score as body

    arranged = {"sort": sort, "top": top, "digits": digits}

    body.agree_on_folder(out, make_folder, flags)
    return (
        lambda progress: body.score(
            project, data, as_of, out, reasons, run, version, fresh, strict, arranged, progress
        ),
        body.show_score,
    )


verb(app)(target)
verb(app)(uplift)
verb(app)(monitor)
verb(app)(outcomes)
verb(app)(cycle)
verb(app)(serve)


@verb(app)
def explain(
    customer: Annotated[str, typer.Option(help="The customer's id, as in the table.")],
    data: Annotated[str, typer.Option(help="Table to find the customer in.")] = "",
    version: VersionNumber = None,
    project: ProjectDir = HERE,
) -> Verb:
    """Print one customer's score and the reasons behind it."""
    from unchurn.cli import explain as body

    return (
        lambda progress: body.explain(project, customer, data, version, progress),
        body.show_explain,
    )


@verb(app)
def report(
    run: RunName = None,
    version: VersionNumber = None,
    out: Annotated[Path | None, typer.Option(help="Also copy the page here.")] = None,
    project: ProjectDir = HERE,
) -> Verb:
    """Say where a training's report is (the champion's by default)."""
    from unchurn.cli import report as body

    return (lambda progress: body.report(project, run, version, out, progress), body.show_report)
