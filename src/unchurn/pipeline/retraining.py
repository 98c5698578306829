"""When a cycle trains again, and what came of it: through the gate, and never around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from unchurn.artefacts import Model
from unchurn.errors import UnchurnError, counted
from unchurn.history.calendar import months_on
from unchurn.pipeline.chosen_model import ChosenModel
from unchurn.pipeline.coming import compared
from unchurn.pipeline.trained import Training
from unchurn.pipeline.training import train, training_table
from unchurn.progress import Progress
from unchurn.project import Project
from unchurn.project.cycle import months_of
from unchurn.registry import ModelStore

Plain = dict[str, Any]
TRAINED = ("promoted", "registered", "refused", "same")
"""Outcomes of a training that was done: see `Retraining.come_of`."""


@dataclass(frozen=True)
class Retraining:
    """What decides whether a cycle trains: its day, its champion, and the cycles before it.

    `here` brings the tables to learn from to this machine.
    """

    project: Project
    as_of: str
    champion: ChosenModel
    before: Sequence[Mapping[str, Any]]
    store: ModelStore
    here: Callable[[Project], Project]

    def not_of_this_table(self) -> Plain:
        """Say of a month whose table is refused that nothing is trained in it."""
        return self._told(False, "not due", "A table that cannot be trusted trains nothing.")

    def come_of(self, alarmed: bool, complete_until: str, progress: Progress) -> Plain:
        """Train where that is due, and say what came of it.

        `complete_until` is the ISO day until which a history is complete, "" without one.
        `outcome` is ``not due``, ``waits`` (for labelled rows), ``failed``, or of a training that was done
        ``promoted``, ``registered`` (not champion), ``refused`` (by the gate) or ``same`` (the champion's
        own model). A training that fails costs no list: the next cycle tries again.
        """
        due, why = self._due(alarmed)
        if not due:
            return self._told(False, "not due", why)
        try:
            if waits := self._waits():
                return self._told(True, "waits", f"{why} {waits}")
            return self._judged(train(self._known(complete_until), progress=progress), why)
        except UnchurnError as error:
            words = f"{why} Training failed: {error.message} {error.hint}"
            return self._told(True, "failed", words.strip())

    def _told(self, due: bool, outcome: str, words: str, **of_training: Any) -> Plain:
        told = {"rule": self.project.cycle.retrain, "due": due, "outcome": outcome, "words": words}
        return {**told, "run_id": None, "version": None, **of_training}

    def _due(self, alarmed: bool) -> tuple[bool, str]:
        rule = self.project.cycle.retrain
        if rule == "never":
            return False, "[cycle] retrain is never."
        if rule == "alarm":
            why = "The customers have changed." if alarmed else "The customers are as in training."
            return alarmed, why
        months, last = months_of(rule) or 1, self._last_trained()
        since = f"Trained as of {last}"
        if not last and not self.before:
            return False, f"The count of {counted(months, 'month')} begins with this cycle."
        if not last:
            last = self.before[0]["as_of"]
            since = f"Counted from the cycle of {last}, the first"
        due = months_on(date.fromisoformat(last), months).isoformat()
        reached = "has come" if due <= self.as_of else "is to come"
        return due <= self.as_of, f"{since}; the next training, of {due}, {reached}."

    def _last_trained(self) -> str:
        """Return the day as of which was trained last, by cycles or by what the champion knows; "" of neither."""
        days = [each["as_of"] for each in self.before if each["retrain"]["outcome"] in TRAINED]
        contract = Model.load(self.champion.bundle).contract
        if contract is not None:
            days.append(min(contract["observed_until"], self.as_of))
        return max(days, default="")

    def _waits(self) -> str:
        """Say of a project whose tables are labelled that there is nothing new to learn from."""
        if self.project.asks_history:
            return ""
        project = self.here(self.project)
        if not project.data.train:
            return "Training waits for labelled rows: [data] train names no table."
        known = self.store.registry.get(self.champion.version or 0).entry.data_sha256
        if compared(training_table(project), project).fingerprint() != known:
            return ""
        return (
            f"Training waits for labelled rows: {project.data.train} holds what the champion was trained "
            "on. Put newer customers there, with who of them left."
        )

    def _known(self, complete_until: str) -> Project:
        """Return the project as training reads it: of a history nothing later than the cycle's day."""
        project = self.here(self.project)
        if complete_until <= self.as_of:
            return project
        return replace(project, history=replace(project.history, observed_until=self.as_of))

    def _judged(self, made: Training, why: str) -> Plain:
        """Say what came of a training, the same where it was done before a kill."""
        version, champion = made.version, self.champion.version
        if version is None:
            outcome, verdict = "refused", made.verdict["words"]
            words = f"The gate did not pass the new model; the champion stays. {verdict}"
        elif version == champion:
            outcome, words = "same", "The same data, settings and code gave the champion again."
        elif made.champion == version:
            outcome = "promoted"
            words = f"Version {version} passed the gate and is the champion from the next cycle on."
        else:
            outcome = "registered"
            words = f"Version {version} passed the gate and is registered; the champion stays."
        of_training = {"run_id": made.lineage.run_id, "version": version}
        return self._told(True, outcome, f"{why} {words}", **of_training)
