"""Probabilities and reasons of some customers by a model that travels: what a cluster's worker does.

The model's files go along, each held against its sha256 before it is read; a process that has
read them once keeps them for the next customers. No row looks at another, so that it is all the
same where, and beside whom, a customer is answered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from unchurn.artefacts import Model, dump_json
from unchurn.errors import ArtefactError, ConfigError
from unchurn.modelling.scoring.decisions import contacted, decide
from unchurn.modelling.scoring.ensemble import LiveModel
from unchurn.modelling.scoring.phrasing import Phrasing
from unchurn.modelling.scoring.reasons import Related
from unchurn.modelling.scoring.score_rows import REASON_NAMES, placed
from unchurn.modelling.scoring.sentences import explained
from unchurn.project import Decision
from unchurn.version import VERSION

ANSWER = pa.schema([("probability", pa.float64()), *((name, pa.string()) for name in REASON_NAMES)])
"""What is answered of each customer; reasons are null where none were asked for."""
Whom = Literal["nobody", "contacted", "all"]
Fetch = Callable[[str], bytes]
"""Returns the file of a name."""
_BOOSTERS = "boosters"
_loaded: dict[str, LiveModel] = {}
"""The model that this process answers with, by the sha256 of its files."""


def model_files(model: Model) -> dict[str, bytes]:
    """Return what has to travel so that a worker can answer by `model`, by name."""
    files = {
        f"{_BOOSTERS}/{path.name}": path.read_bytes() for path in sorted(model.boosters.iterdir())
    }
    return files | {"model.json": dump_json(model.model), "encoder.json": dump_json(model.encoder)}


def computing() -> dict[str, str]:
    """Return the versions of what computes an answer: elsewhere they must be the same."""
    found = {"unchurn": VERSION, "numpy": np.__version__, "pyarrow": pa.__version__}
    return found | {"xgboost": _xgboost()}


def _xgboost() -> str:
    from unchurn.modelling.fitting.booster import xgboost

    return str(xgboost().__version__)


@dataclass(frozen=True)
class Answering:
    """How to answer, in a form that travels: a model's files by sha256, the words, whose reasons."""

    files: Mapping[str, str]
    versions: Mapping[str, str]
    related: Related
    words: Phrasing
    decision: Decision
    whom: Whom

    @classmethod
    def by(
        cls,
        files: Mapping[str, bytes],
        related: Related,
        words: Phrasing,
        decision: Decision,
        whom: Whom,
    ) -> Answering:
        """Answer by the model of `files`, with this process's versions."""
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        return cls(hashes, computing(), related, words, decision, whom)

    def __call__(self, rows: pa.RecordBatch, fetch: Fetch) -> pa.RecordBatch:
        """Return `ANSWER` of customers, whose columns are the model's features and [decision] clv.

        Raises `ConfigError` where other versions compute here, and `ArtefactError` for a file that
        is not as it was sent.
        """
        live = self._live(fetch)
        probability = live.probability(live.margin(live.encoder.transform(rows)))
        places = np.flatnonzero(self._chosen(probability, rows))
        chosen = rows.take(pa.array(places))
        reasons = explained(chosen, live, self.related, self.words, _unseen)
        spread = placed(reasons, places, 0, rows.num_rows)
        return pa.record_batch([pa.array(probability), *spread], schema=ANSWER)

    def _chosen(
        self, probability: npt.NDArray[np.float64], rows: pa.RecordBatch
    ) -> npt.NDArray[np.bool_]:
        if self.whom == "contacted":
            _, decided = decide(probability, rows, self.decision)
            return contacted(pa.record_batch([decided], names=["decision"]))
        return np.full(rows.num_rows, self.whom == "all")

    def _live(self, fetch: Fetch) -> LiveModel:
        key = " ".join(self.files[name] for name in sorted(self.files))
        if key not in _loaded:
            require_same(self.versions)
            live = self._read(fetch)
            _loaded.clear()
            _loaded[key] = live
        return _loaded[key]

    def _read(self, fetch: Fetch) -> LiveModel:
        plain: dict[str, Any] = {}
        with TemporaryDirectory(prefix="unchurn-") as folder:
            boosters = Path(folder, _BOOSTERS)
            boosters.mkdir()
            for name, digest in self.files.items():
                content = fetch(name)
                if hashlib.sha256(content).hexdigest() != digest:
                    raise ArtefactError(
                        f"{name} of the model is not as it was sent (sha256 differs).",
                        "Run the same command again.",
                    )
                if name.startswith(f"{_BOOSTERS}/"):
                    (boosters / Path(name).name).write_bytes(content)
                else:
                    plain[name] = json.loads(content)
            return LiveModel.load(boosters, plain["model.json"], plain["encoder.json"])


def require_same(versions: Mapping[str, str]) -> None:
    """Raise `ConfigError` where something else computes here: an answer could be another one."""
    here = computing()
    other = [f"{name} {here[name]} in place of {versions[name]}" for name in versions
             if here[name] != versions[name]]  # fmt: skip
    if other:
        raise ConfigError(
            f"Python on Spark's workers has {', '.join(other)}.",
            "Install there what this process has.",
        )


def _unseen(rows: int) -> None:
    """Count nothing: nobody watches a worker."""
