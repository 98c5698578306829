"""From a month's customers to a Watch, on one machine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from unchurn.artefacts import Batch, Model, Scores, ScoringRun, Watch, Watched, Watching
from unchurn.disk import replacing
from unchurn.errors import ConfigError, UnchurnError
from unchurn.modelling.watching.cause import broken_reasons
from unchurn.modelling.watching.constraints import checked
from unchurn.modelling.watching.trend import in_figures
from unchurn.pipeline.chosen_model import choose_model
from unchurn.pipeline.day import require_day
from unchurn.pipeline.identity import run_id
from unchurn.pipeline.lock import held
from unchurn.pipeline.scoring import scored
from unchurn.progress import Progress, Silent
from unchurn.project import Project
from unchurn.registry import ModelStore
from unchurn.runner import Run, Step, run_steps
from unchurn.steps.monitor import monitor as watch
from unchurn.tables.in_memory import Given

WATCHING: tuple[Step, ...] = (watch,)
"""What follows a scoring where it is asked whether the month is like training."""
FILES = (
    "watch.json",
    "watch.html",
    "statistics.json",
    "constraints.json",
    "constraint_violations.json",
)


@dataclass(frozen=True)
class Monitoring:
    """A finished watch, and the folder where its files are to be read."""

    made: Watch
    folder: Path

    def document(self) -> dict[str, Any]:
        """The versioned document that ``unchurn monitor --json`` prints."""
        return {
            "schema_version": 1,
            **self.made.watch,
            "folder": str(self.folder),
            "page": str(self.folder / "watch.html"),
        }


def monitor(
    project: Project,
    table: Given | None = None,
    out: str | Path | None = None,
    *,
    as_of: str = "",
    constraints: str | Path | None = None,
    version: int | None = None,
    training_run: str | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
    store: ModelStore | None = None,
    listed: bool = False,
) -> Monitoring:
    """Compare a month with what the champion, a version, or a run's model was trained on.

    `as_of` is the ISO day that the watch is of; without a `table`, it is the day on which the project's
    history is observed. `constraints` is a constraints.json that was edited by hand. `listed`: the scoring is to be
    a list's too, and gives its reasons. Writes the watch's files into the folder `out` where it is given. Raises what `score` does, and `ConfigError` for
    constraints that cannot be used.
    """
    require_day(as_of, "--as-of")
    own_rules = None if constraints is None else read_constraints(Path(constraints))
    asked = Watching(as_of, own_rules, earlier_watches(project, as_of))
    folder = None if out is None else _folder(Path(out))
    progress = progress or Silent()
    chosen = choose_model(project, version, training_run, store)
    if not listed:  # a watch reads probabilities alone
        project = replace(project, score=replace(project.score, reasons="none"))
    with scored(project, table, as_of, chosen, progress, fresh) as where:
        kinds = (Model, Batch, Scores)
        places: dict[type, Path] = {kind: where.place(kind) for kind in kinds}
        scoring: ScoringRun = where.given[ScoringRun]
        given = {Watching: asked, ScoringRun: scoring}
        own = where.folder.with_name(run_id(scoring.run_id, asked.fingerprint()))
        watched = Run(own, where.project, where.code, given, places, progress)
        with held(own, progress):
            run_steps(WATCHING, watched, fresh)
            place = watched.place(Watch)
            made = Watch.load(place)
            if folder is not None:
                _copy(place, folder)
    return Monitoring(made, place if folder is None else folder)


def earlier_watches(project: Project, as_of: str) -> tuple[Watched, ...]:
    """Find watches of days before `as_of` among the project's runs, as `watches_before` does."""
    return watches_before((project.root / "runs").glob("*/watch/watch.json"), as_of)


def watches_before(paths: Iterable[Path], as_of: str) -> tuple[Watched, ...]:
    """Read watches of days before `as_of`, one a day, by day; none without one.

    What cannot be read is none, and neither is a table that was broken: it was nobody's month, so that it may
    come again once the rule that it broke is mended, and says nothing of how many customers are usual. A
    day that was watched more than once counts with its last run by name.
    """
    found: dict[str, Watched] = {}
    for path in sorted(paths):
        try:
            plain = json.loads(path.read_bytes())
            made = in_figures(plain)
            broken = broken_reasons(plain)
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if as_of and "" < made.as_of < as_of and not broken:
            found[made.as_of] = made
    return tuple(found[day] for day in sorted(found))


def read_constraints(path: Path) -> dict[str, Any]:
    """Read a constraints.json of a team's own. Raises `ConfigError` for what cannot be used."""
    try:
        plain = json.loads(path.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"{path} cannot be read: {error.strerror or error}.",
            "Name the constraints.json that a watch has written, edited or not.",
        ) from error
    except ValueError as error:
        raise ConfigError(f"{path} is no JSON: {error}.", "Mend it there.") from error
    found: dict[str, Any] = checked(plain, str(path))
    return found


def _folder(out: Path) -> Path:
    """Return the folder for the files, before anything is scored. Raises `ConfigError`."""
    if out.exists() and not out.is_dir():
        raise ConfigError(f"{out} is a file; the watch is a folder of files.", "Name a folder.")
    if not out.parent.is_dir():
        raise ConfigError(f"There is no folder {out.parent} for {out.name}.", "Make it first.")
    return out


def _copy(place: Path, folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
        for name in FILES:
            with replacing(folder / name) as stream:
                stream.write((place / name).read_bytes())
    except OSError as error:
        raise UnchurnError(
            f"The watch could not be written to {folder}: {error.strerror or error}.",
            "Free some space or choose another place for it.",
        ) from error
