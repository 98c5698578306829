"""Keys of churn.toml about what is fitted: the search for configurations, and the training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unchurn.project.hyperparameters import Value, read_own, read_ranges
from unchurn.project.keys import key


@dataclass(frozen=True)
class Tune:
    """The search for configurations beyond the fixed ones."""

    trials: int = key(
        -1,
        "Search trials; 0 means none. -1 leaves them to us: none here, where they found next to nothing beside the fixed configurations, and four jobs on AWS.",
        at_least=-1,
        at_most=10_000,
    )
    seconds: float = key(
        0.0,
        "Stop the search after this many seconds; 0 means by trials only.",
        at_least=0,
        at_most=604_800,
    )
    objective: str = key(
        "log-loss",
        "What trials are judged by, on customers they never saw; weights and stopping go by log loss always.",
        choices=("log-loss", "roc-auc", "average-precision", "brier"),
    )
    strategy: str = key(
        "bayesian",
        "How hyperparameters are drawn: near those that were good (bayesian), or evenly (random).",
        choices=("bayesian", "random"),
    )
    parallel: int = key(
        0,
        "Trials that are drawn and tried at once; 0 means one here, two on AWS. It shapes what is drawn.",
        at_least=0,
        at_most=100,
    )
    ranges: Mapping[str, tuple[Value, ...]] = key(
        {},
        "Where to search, by hyperparameter of XGBoost: two numbers are the ends of a range, anything else a choice; those left out keep their own ranges.",
        read=("table of lists", read_ranges),
    )


@dataclass(frozen=True)
class Train:
    """Fitting."""

    configurations: tuple[str, ...] = key(
        (),
        "Configurations to fit, fixed or your own, by name; empty means your own and all fixed ones that suit the table's size.",
    )
    own: tuple[Mapping[str, Value], ...] = key(
        (),
        "Configurations of your own, each a [[train.own]] with a name and hyperparameters of XGBoost; they are fitted, weighed and judged with the fixed ones.",
        read=("list of tables", read_own),
    )
    members: int = key(
        0,
        "Most configurations shipped; 0 means every one with a weight worth keeping.",
        at_least=0,
        at_most=64,
    )
    refit: bool = key(
        True,
        "Ship boosters fitted on all rows, test rows and those on neither side of a time split included, after evaluating ones that never saw them; tables of 800,000 rows × (columns / 20) and more ship those that were evaluated, unless [split] forward asks for folds in time.",
    )
    threads: int = key(
        2, "Threads of XGBoost; part of the promise of identical bytes.", at_least=1, at_most=256
    )
    device: str = key("cpu", "Where XGBoost runs.", choices=("cpu", "cuda"))
    seed: int = key(7, "Seed of everything random.", at_least=0, at_most=2_147_483_647)
