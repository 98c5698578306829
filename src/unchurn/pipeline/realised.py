"""From who left to what came true of each scoring, on one machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.artefacts import Batch, dump_json, verify
from unchurn.campaigns import Ledger, local_ledger
from unchurn.disk import replacing
from unchurn.errors import (
    ArtefactError,
    ConfigError,
    DataError,
    RegistryError,
    UnchurnError,
    counted,
)
from unchurn.modelling.watching.levels import LEAST_ROWS
from unchurn.modelling.watching.matured import (
    COMPLETE,
    DelayCurve,
    Window,
    completeness,
    delay_curve,
)
from unchurn.modelling.watching.realised import judge
from unchurn.pipeline.cohorts import Cohort, cohort_of, key_of, sliced
from unchurn.pipeline.day import require_day
from unchurn.pipeline.identity import place_of
from unchurn.pipeline.promises import Models, Promised
from unchurn.pipeline.runs import SCORING, RunLine, Runs, list_runs, scores_of
from unchurn.pipeline.taking_in import Landed, take_in_file, take_in_history
from unchurn.pipeline.told_outcomes import Known, known_outcomes
from unchurn.progress import Progress, Silent
from unchurn.project import Project
from unchurn.registry import ModelStore
from unchurn.registry.sqlite import utc_now
from unchurn.report.realised import cohort_words, summary_words
from unchurn.report.realised_page import render_realised

MATURED, IMMATURE, CANNOT_TELL = "matured", "immature", "cannot tell"
_NOBODY_LIKE = 0.05
"""Share of customers whom nobody left alone stands for, above which a scoring is not judged."""
_SHARE = 0.1
"""Share whose lift counts where the list says of nobody whether to contact them."""
_NO_IDS = "its customers have no id, so that nothing can be told of them: name one with [churn] id"
FILES = ("outcomes.json", "outcomes.html")


@dataclass(frozen=True)
class Realised:
    """What came true, and the folder where it was written; None where none was asked for."""

    found: dict[str, Any]
    folder: Path | None = None

    @property
    def level(self) -> str:
        """That of the newest scoring that could be judged: ``steady``, ``look`` or ``act``; "" of none."""
        return str(self.found["level"])

    def document(self) -> dict[str, Any]:
        """The versioned document that ``unchurn outcomes --json`` prints."""
        page = None if self.folder is None else str(self.folder / "outcomes.html")
        return {"schema_version": 1, **self.found, "page": page}


def realised(
    project: Project,
    data: str = "",
    out: str | Path | None = None,
    *,
    as_of: str = "",
    scoring: str = "",
    progress: Progress | None = None,
    store: ModelStore | None = None,
    ledger: Ledger | None = None,
    landed: Sequence[Landed] = (),
    notes: Sequence[str] = (),
) -> Realised:
    """Take in the file `data` of who left, or what a history tells, and judge every scoring by what is known.

    `as_of` is the day of asking, today by default: what was told later is not known yet. `scoring` is the
    run that answers of yes and no are about, where there are several lists. `landed` are more files, each
    with a day of its own; one that cannot be used, or came later, is passed over in a note, after `notes` of the caller's.
    Writes outcomes.json and outcomes.html into the folder `out`. Raises `ConfigError` where nothing has
    been scored, `DataError` where `data` cannot be used, and then nothing of it is taken in.
    """
    require_day(as_of, "--as-of")
    progress = progress or Silent()
    today = as_of or str(utc_now().astimezone().date())
    models, ledger = Models(project, store), ledger or local_ledger(project)
    runs = _readable(_sound(project, list_runs(project, store)), models)
    lines = _lists(runs, notes)
    said = [*notes, *runs.damaged.values()]
    for each in landed:
        said += _taken_in(project, each, today, runs, models, progress)
    if data:
        said += take_in_file(project, data, today, runs, scoring, models, progress)
    elif project.asks_history:
        said += take_in_history(project, today, runs, models, progress)
    found = []
    with progress.task("Judging scorings", len(lines)) as task:
        for line in lines:
            found.append(_judged(project, line, today, models.of(line), ledger))
            task.advance()
    matured = (each for each in found if each["state"] == MATURED)
    newest = next((each for each in matured if not each["broken"]), None)
    made = {
        "as_of": today,
        "level": newest["level"] if newest else "",
        "words": summary_words(newest, len(found)),
        "notes": said,
        "currency": project.decision.currency,
        "scorings": found,
    }
    return Realised(made, None if out is None else _written(made, Path(out)))


def _taken_in(
    project: Project, file: Landed, today: str, runs: Runs, models: Models, progress: Progress
) -> list[str]:
    """Take in a file that landed; one that cannot be used is passed over, for others wait behind it."""
    if file.day > today:
        return [
            f"{file.name} is passed over: it came on {file.day}, after {today}, the day of asking."
        ]
    try:
        return take_in_file(project, file.path, file.day, runs, file.scoring, models, progress)
    except (ConfigError, DataError) as error:
        return [f"{file.name} is passed over: {error.message}"]


def _lists(runs: Runs, notes: Sequence[str]) -> tuple[RunLine, ...]:
    """Return one scoring a list. Raises `ConfigError`, with `notes`, where there is none."""
    if lines := runs.lists():
        return lines
    why = ["There is no scoring whose outcomes could be judged.", *notes, *runs.damaged.values()]
    raise ConfigError(" ".join(why), "Run `unchurn score` first.")


def _sound(project: Project, runs: Runs) -> Runs:
    """Leave out scorings whose files have changed; they are among the damaged then, in words.

    They are hashed here, once; who reads them later takes them as they are.
    """
    damaged = dict(runs.damaged)
    for line in runs.lines:
        try:
            if line.kind == SCORING:
                scores_of(project, line)
                batch = place_of(project, line.run, Batch)
                if batch.is_dir():  # that of a scoring on AWS stays there
                    verify(batch)
        except ArtefactError:
            damaged[line.run] = (
                f"The scoring {line.run} ({line.as_of or 'no day'}) is passed over: its files are gone or have "
                "changed. Score the same table again with --fresh."
            )
    return _without(runs, damaged)


def _readable(runs: Runs, models: Models) -> Runs:
    """Leave out scorings whose model is gone or damaged, in words: others can be judged without it."""
    damaged = dict(runs.damaged)
    for line in runs.lines:
        try:
            if line.kind == SCORING:
                models.of(line)
        except (ArtefactError, ConfigError, RegistryError) as error:
            damaged[line.run] = (
                f"The scoring {line.run} ({line.as_of or 'no day'}) is passed over, for what its model promised "
                f"cannot be read: {error.message}"
            )
    return _without(runs, damaged)


def _without(runs: Runs, damaged: Mapping[str, str]) -> Runs:
    return Runs(tuple(each for each in runs.lines if each.scoring not in damaged), damaged)


def _judged(
    project: Project, line: RunLine, today: str, model: Promised, ledger: Ledger
) -> dict[str, Any]:
    """Judge one list as of a day, or say why that cannot be done yet."""
    window = model.window(project, line)
    key = key_of(project, line)
    known = known_outcomes(project, today, line.list_id, key)
    cohort = cohort_of(project, line, window, known, ledger)
    found: dict[str, Any] = {
        "run": line.run,
        "as_of": line.as_of,
        "model_version": line.model_version,
        "model_run_id": line.model_run_id,
        "customers": line.customers,
        "broken": line.broken,
        "window": window and {name: str(each) for name, each in vars(window).items()},
        "completeness": _complete(window, known, cohort),
        **cohort.to_plain(),
        "level": "",
        "judged": None,
    }
    state, why = CANNOT_TELL, _NO_IDS
    if key:
        state, why = _state(line, window, known, cohort, today, found["completeness"])
    if state == MATURED:
        share = cohort.contact_share() or _SHARE
        slices = sliced(project, line, model.slices, cohort.counting)
        made = judge(cohort.judged(), model.at(share), share, slices)
        found |= {"level": made["level"], "judged": {**made, "share": share}}
    found |= {"state": state, "why": why}
    return {**found, "words": cohort_words(found, project.decision.currency)}


def _complete(window: Window | None, known: Known, cohort: Cohort) -> float | None:
    """Return the share of who left, or of answers, that is known; None where that cannot be told."""
    if known.answers.num_rows and not known.days_reach(window):
        return cohort.answered()
    curve = _curve(known)
    if window is None or curve is None:
        return None
    return completeness(window, _files(known), curve)


def _curve(known: Known) -> DelayCurve | None:
    """Learn how late leaving becomes known; None of one file, or of too few who left."""
    files = _files(known)
    if len(files) < 2:
        return None
    left = known.days["left_on"].cast(pa.int32()).to_numpy().astype(np.int64)
    told = np.array(known.days["known_on"].to_pylist(), dtype="datetime64[D]").astype(np.int64)
    return delay_curve(left, told, files)


def _files(known: Known) -> npt.NDArray[np.int64]:
    """Return the days of files of leaving, days since 1970, ascending."""
    return np.unique(np.array(known.days_told, dtype="datetime64[D]").astype(np.int64))


def _state(
    line: RunLine,
    window: Window | None,
    known: Known,
    cohort: Cohort,
    today: str,
    complete: float | None,
) -> tuple[str, str]:
    """Say whether a list can be judged, and why not."""
    if window is not None and today < str(window.settled):
        return IMMATURE, f"it can be judged from {window.settled} on"
    if window is None and known.days_told and not known.answers.num_rows:
        return CANNOT_TELL, "it is not known of which day it is: watch it with --as-of"
    if not known.answers.num_rows and not known.days_told:
        return IMMATURE, "nothing has been told of its customers"
    if window is not None and not known.answers.num_rows and not known.days_reach(window):
        last, settled = known.days_told[-1], window.settled
        return IMMATURE, f"what is known is of {last}, and it can be judged from {settled} on"
    if complete is not None and complete < COMPLETE:
        return IMMATURE, f"about {complete:.0%} of its outcomes are known, and more are coming in"
    return _too_little(line, cohort)


def _too_little(line: RunLine, cohort: Cohort) -> tuple[str, str]:
    rows = cohort.judged()
    if len(rows.labels) < LEAST_ROWS:
        return CANNOT_TELL, f"{counted(len(rows.labels), 'customer')} can be judged, too few"
    if cohort.nobody_like > _NOBODY_LIKE * line.customers:
        who = counted(cohort.nobody_like, "customer was", "customers were")
        return CANNOT_TELL, f"{who} contacted, and nobody like them was left alone"
    expected = float((rows.probabilities * rows.weights).sum())
    if not rows.labels.any() and expected >= 1:
        return (
            CANNOT_TELL,
            f"nobody is known to have left, and {expected:,.0f} were expected; the file may not be whole",
        )
    if rows.labels.all():
        return CANNOT_TELL, "everybody is said to have left: give those who stayed, too"
    return MATURED, ""


def _written(made: Mapping[str, Any], folder: Path) -> Path:
    """Write what came true into a folder. Raises `UnchurnError` where the disk does not take it."""
    bodies = (dump_json({"version": 1, **made}), render_realised(made).encode())
    try:
        for name, body in zip(FILES, bodies, strict=True):
            with replacing(folder / name) as stream:
                stream.write(body)
    except OSError as error:
        raise UnchurnError(
            f"The outcomes could not be written to {folder}: {error.strerror or error}.",
            "Free some space or choose another place for them.",
        ) from error
    return folder
