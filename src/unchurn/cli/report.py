"""``unchurn report``."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.artefacts import Evaluation
from unchurn.cli.session import Outcome
from unchurn.cli.wiring import open_model_store
from unchurn.disk import replacing
from unchurn.errors import ConfigError
from unchurn.permissions import readable_by
from unchurn.pipeline.chosen_model import choose_model, latest_judgement
from unchurn.pipeline.identity import place_of
from unchurn.progress import Progress
from unchurn.project import Project

if TYPE_CHECKING:
    from rich.console import Console


def report(
    folder: Path, run: str | None, version: int | None, out: Path | None, progress: Progress
) -> Outcome:
    """Find the report of a training, and copy it to `out` when that is given."""
    return Outcome(report_document(Project.load(folder), run, version, out))


def report_document(
    project: Project, run: str | None = None, version: int | None = None, out: Path | None = None
) -> dict[str, Any]:
    """The versioned document that ``unchurn report --json`` prints.

    Raises `ConfigError` where there is no such model, its report is elsewhere, or `out` is no page in a
    folder that is there.
    """
    if out is not None:
        from unchurn.pipeline.campaign_files import check_page

        check_page(out)
    chosen = choose_model(project, version, run, open_model_store(project))
    judged = run or latest_judgement(project, chosen)
    page = Evaluation.load(_evaluation(project, judged)).report
    if out is not None:
        with readable_by(project.artefacts.readable_by):
            copy_page(page, out)
    where = str(out or page)
    document = {"schema_version": 1, "report": where, "version": chosen.version}
    return {**document, "run_id": judged}


def _evaluation(project: Project, run_id: str) -> Path:
    """Find the evaluation of a run made here, or fetched from AWS."""
    made = place_of(project, run_id, Evaluation)
    fetched = project.root / "aws" / run_id / "evaluation"
    if made.is_dir() or project.registry.kind == "sqlite":
        return made
    if not fetched.is_dir():
        raise ConfigError(
            f"The report of run {run_id} is not on this machine: it was trained on AWS.",
            f"It is in the bucket, under runs/{run_id}/evaluation/; "
            "`unchurn aws train` brings the reports of what it trains.",
        )
    return fetched


def copy_page(page: Path, out: Path) -> None:
    """Copy a page so that a reader of `out` never sees half of it. Raises `ConfigError`."""
    try:
        with page.open("rb") as source, replacing(out) as stream:
            shutil.copyfileobj(source, stream)
    except OSError as error:
        raise ConfigError(
            f"The report cannot be written to {out}: {error.strerror or error}.",
            "Choose another place with --out.",
        ) from error


def show_report(document: dict[str, Any], console: Console) -> None:
    """Print the page's path."""
    console.print(document["report"], markup=False)
