"""``unchurn demo``: an ordinary project, made, trained, scored and acted upon in one go."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.report import copy_page
from unchurn.cli.session import Outcome
from unchurn.demo import DEMO_TOML, HISTORY_TOML, TODAY, write_demo, write_history
from unchurn.demo.campaign import contact_and_measure
from unchurn.errors import ArtefactError, ConfigError
from unchurn.permissions import readable_by
from unchurn.pipeline import scoring, training
from unchurn.progress import Progress
from unchurn.project import FILE, Project
from unchurn.report.wording import priced
from unchurn.tables.scored import top_scores

if TYPE_CHECKING:
    from rich.console import Console


def demo(folder: Path, history: bool, tables_only: bool, progress: Progress) -> Outcome:
    """Write the demo's tables and churn.toml, train, score, contact, and measure what it changed."""
    write, text = (write_history, HISTORY_TOML) if history else (write_demo, DEMO_TOML)
    lay_out(folder, progress, write, text)
    if tables_only:
        paths = {"project": str(folder), "config": str(folder / FILE)}
        return Outcome({"schema_version": 1, "training": None, "paths": paths})
    project = Project.load(folder)
    trained = training.train(project, progress=progress)
    document = trained.document()
    copy_page(Path(document["report"]), folder / "report.html")
    out = folder / "scores.csv"
    month = folder / project.data.score if project.data.score else None
    scored = scoring.score(
        project,
        month,
        out,
        as_of="" if month else TODAY,
        training_run=trained.lineage.run_id,
        progress=progress,
    )
    contact = scored.document()["contact"]
    kept = {"project": str(folder), "report": str(folder / "report.html"), "scores": str(out)}
    by = trained.lineage.run_id
    acted = month and contact_and_measure(project, month, scored.scores, by, progress)
    summary = {
        "schema_version": 1,
        "training": document,
        "scoring": scored.document(),
        "riskiest": top_scores(scored.scores, 5),
        "expected_profit": {
            "contacted": contact["customers"],
            "value": contact["value"],
            "currency": contact["currency"],
        },
        "campaign": acted,
        "paths": {**kept, **(acted["paths"] if acted else {}), "config": str(folder / FILE)},
    }
    return Outcome(summary, 0 if document["verdict"] == "passed" else 4)


def lay_out(folder: Path, progress: Progress, write: Callable[[Path], object], text: str) -> None:
    """Write the demo project where there is none; leave an existing one as it is.

    It is known by the first line of its churn.toml, that of `text`. Raises `ConfigError` when the folder holds
    something else.
    """
    if (folder / FILE).is_file():
        head = text.partition("\n")[0].encode()
        if not (folder / FILE).read_bytes().startswith(head):
            raise ConfigError(
                f"{folder} holds another project, which the demo would train, and whose scores it would replace.",
                "Choose another place with --project DIR.",
            )
        progress.note(f"{folder} is a project already; using it as it is.")
        return
    if folder.exists() and (not folder.is_dir() or not _is_empty(folder)):
        raise ConfigError(
            f"{folder} exists and is not an unchurn project.",
            "Choose another place with --project DIR.",
        )
    try:
        # nobody in it is real
        with progress.task("making customers"), readable_by(None):
            write(folder)
    except OSError as error:
        raise ArtefactError(
            f"The demo could not be written to {folder}: {error.strerror or error}. Nothing was left "
            "behind.",
            "Free some space or choose another place with --project DIR.",
        ) from error


def _is_empty(folder: Path) -> bool:
    """Tell whether a folder holds nothing, or nothing but what a killed demo was writing."""
    return all(each.name.startswith(".") and each.suffix == ".part" for each in folder.iterdir())


def show_demo(document: dict[str, Any], console: Console) -> None:
    """Print the five riskiest customers with reasons, the expected profit, and the paths."""
    from unchurn.cli.train import show_train

    if document["training"] is None:
        console.print(f"The project is in {document['paths']['project']}.", markup=False)
        return
    show_train(document["training"], console)
    scored = document["scoring"]
    console.print(
        f"\nA fresh month: {scored['rows_in']:,} customers in, {scored['rows_out']:,} scored, "
        f"{scored['rejected']:,} rejected. The five riskiest:"
    )
    for row in document["riskiest"]:
        _show_customer(row, scored["contact"]["currency"], console)
    profit = document["expected_profit"]
    money = priced(f"{profit['value']:,.0f}", profit["currency"])
    console.print(
        f"\nExpected profit of contacting the {profit['contacted']:,} whom it pays to contact: "
        f"{money}."
    )
    if document["campaign"]:
        _show_campaign(document["campaign"], console)
    for name, path in document["paths"].items():
        console.print(f"{name}: {path}", markup=False)


def _show_campaign(campaign: dict[str, Any], console: Console) -> None:
    truth = campaign["truth"]
    console.print(f"\nThe campaign {campaign['name']}:", markup=False)
    lines = (
        campaign["words"],
        campaign["control_words"],
        f"A quarter later: {campaign['outcomes']['words']}",
        "What only an invented quarter can know: calling all "
        f"{truth['customers']:,} drawn keeps {truth['kept']:,} and makes {truth['annoyed']:,} leave, "
        f"{100 * truth['difference']:+.1f} points.",
    )
    for line in lines:
        console.print(f"  {line}", markup=False)
    console.print()


def _show_customer(row: dict[str, Any], currency: str, console: Console) -> None:
    name = next(iter(row.values()))
    value = row["expected_value"]
    worth = "" if value is None else f", worth {priced(f'{value:,.2f}', currency)} to contact"
    console.print(f"  {name}: {row['probability']:.0%} likely to leave{worth}", markup=False)
    for reason in (row["reason_1"], row["reason_2"], row["reason_3"]):
        if reason:
            console.print(f"    {reason}", markup=False)
