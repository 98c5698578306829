"""A day as a flag names it, and the run that scores the customers of a history on one."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from unchurn.artefacts import Model, ScoringRun, TableDay, verify
from unchurn.errors import ConfigError
from unchurn.history.sources import Sources
from unchurn.pipeline.identity import code_sha256, run_id
from unchurn.pipeline.observing import asked_of, open_history
from unchurn.progress import Progress
from unchurn.project import Project, shaping
from unchurn.runner import Run
from unchurn.steps.observe import Asked

if TYPE_CHECKING:
    from unchurn.pipeline.chosen_model import ChosenModel

_FIRST, _LAST = "1900-01-01", "2199-12-31"
"""Days that can be meant: a slip in the year is none, and months are counted on from both."""


def day_run(project: Project, chosen: ChosenModel, as_of: str, progress: Progress) -> Run:
    """Lay out the run that scores the customers of the project's history on a day.

    Raises `ConfigError` where the model answers another question.
    """
    asked = asked_of(Model.load(chosen.bundle), project, as_of)
    sources = open_history(project)
    sections = (project.churn, project.history, project.decision, project.score, project.quality)
    words = {"names": project.columns.names, "actionable": project.columns.actionable}
    config = [words, *(shaping(each) for each in sections)]
    name = run_id(verify(chosen.bundle), sources.fingerprint(), config, as_of, code_sha256())
    given = {Sources: sources, Asked: asked, TableDay: TableDay(as_of)}
    given |= {ScoringRun: ScoringRun(name, chosen.version, chosen.run_id, as_of)}
    folder = project.root / "runs" / name
    return Run(folder, project, code_sha256(), given, {Model: chosen.bundle}, progress)


def require_day(day: str, flag: str) -> None:
    """Raise `ConfigError` where a flag gives no day, or one of no customer's; an empty one is none given."""
    if not day:
        return
    if not is_day(day):
        raise ConfigError(f"{flag} is {day!r}, which is no day.", "Write it as 2027-03-01.")
    if not _FIRST <= day <= _LAST:
        raise ConfigError(f"{flag} is {day}.", f"Name a day from {_FIRST} to {_LAST}.")


def day_of_moment(text: str, timezone: str) -> str:
    """Return the local day of a moment of ISO 8601 with its offset; a day is itself.

    Raises `ConfigError` for what is neither.
    """
    if is_day(text):
        return text
    with suppress(ValueError, OverflowError):
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(ZoneInfo(timezone)).date().isoformat()
    raise ConfigError(
        f"The day to observe is {text!r}, which is neither a day nor a moment with its offset.",
        "Write it as 2027-03-01, or as 2027-03-01T05:00:00Z.",
    )


def is_day(text: str) -> bool:
    """Tell whether text is a day in its one spelling, so that days are in order as text is."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
