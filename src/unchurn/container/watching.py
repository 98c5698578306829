"""The processing job after scoring: the month watched, and of it what the machine is told."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from unchurn.artefacts import Batch, Model, Scores, ScoringRun, Watch, Watching, dump_json
from unchurn.aws.layout import CONSTRAINTS, NO_CONSTRAINTS, WATCHES
from unchurn.container.champion import champion_bundle, champion_record
from unchurn.container.folders import Folders, hand_over
from unchurn.container.log import Log
from unchurn.modelling.watching.cause import broken_reasons
from unchurn.modelling.watching.levels import LEVELS
from unchurn.pipeline.day import day_of_moment
from unchurn.pipeline.identity import code_sha256
from unchurn.pipeline.monitoring import read_constraints, watches_before
from unchurn.project import Project
from unchurn.runner import Run, run_step
from unchurn.steps.monitor import monitor


def run_monitor(folders: Folders, work: Path, run_id: str, as_of: str) -> None:
    """Hold ``batch`` and ``scores`` against training: ``watch``, and of it ``watched`` for others.

    `as_of` is the day that the watch is of, or a moment of it, in the time zone of [churn]. ``earlier`` holds the watches of all runs, and the
    constraints that the team keeps to.
    """
    project = Project.load(folders.given("project"))
    places = {
        Model: champion_bundle(folders.given("champion"), work / "model"),
        Batch: folders.given("batch"),
        Scores: folders.given("scores"),
    }
    given = to_watch(folders, project, run_id, as_of, "*/watch.json")
    where = Run(work / "runs" / "job", project, code_sha256(), given, places, Log())
    run_step(monitor, where)
    publish_watch(folders, where, metrics)


def to_watch(
    folders: Folders, project: Project, run_id: str, as_of: str, before: str
) -> dict[type, Any]:
    """Return what a watch is given besides customers and scores; `before` finds those below ``earlier``."""
    as_of = day_of_moment(as_of, project.churn.timezone)
    earlier, record = folders.given("earlier"), champion_record(folders.given("champion"))
    watches = watches_before(earlier.glob(before), as_of)
    return {
        Watching: Watching(as_of, _constraints(earlier), watches),
        ScoringRun: ScoringRun(run_id, record["version"], record["run_id"]),
    }


def publish_watch(
    folders: Folders, where: Run, measured: Callable[[Mapping[str, Any]], list[dict[str, Any]]]
) -> None:
    """Hand over the Watch as ``watch``, and in ``watched`` what later watches and the machine read of it."""
    made, watched = where.place(Watch), folders.made("watched")
    hand_over(made, folders.made("watch"))
    shutil.copyfile(made / "watch.json", watched / "watch.json")
    seen = Watch.load(made).watch
    publish_metrics(folders, measured(seen), bool(broken_reasons(seen)))


def publish_metrics(folders: Folders, measured: list[dict[str, Any]], broken: bool = False) -> None:
    """Put into ``watched`` what the machine reads."""
    told = {"broken": broken, "metrics": measured}
    (folders.made("watched") / "metrics.json").write_bytes(dump_json(told))


def metrics(watch: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what CloudWatch keeps of a watch, in the form of its PutMetricData.

    `Level`: 0 steady, 1 look, 2 act. `Changed`: 1 where it asks to act because customers have
    changed, which a training can learn from, and not because the table is broken. `Customers`,
    `ColumnsApart` (how many are not steady) and, of somebody, `MeanScore` (0 to 1).
    """
    acts = watch["level"] == "act"
    found = {
        "Level": LEVELS.index(watch["level"]),
        "Changed": int(acts and not broken_reasons(watch)),
        "Customers": watch["customers"],
        "ColumnsApart": sum(each["level"] != "steady" for each in watch["columns"]),
    }
    if watch["score"]["present"]:
        found["MeanScore"] = watch["score"]["mean"]
    return [{"MetricName": name, "Value": value} for name, value in found.items()]


def _constraints(earlier: Path) -> dict[str, Any] | None:
    path = earlier / CONSTRAINTS.removeprefix(WATCHES)
    if not path.is_file() or path.read_bytes().strip() == NO_CONSTRAINTS:
        return None
    return read_constraints(path)
