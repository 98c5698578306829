from __future__ import annotations

import pytest

from prepared_tables import Wanted, prepared
from unchurn import project as config
from unchurn.artefacts import Params, Prepared
from unchurn.errors import ConfigError
from unchurn.modelling.fitting.configurations import Configuration
from unchurn.modelling.fitting.plan import plan
from unchurn.progress import Silent
from unchurn.steps.tune import tune


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return prepared(tmp_path_factory.mktemp("prepared"), Wanted(rows=300))


def tuned(data: Prepared, budget: config.Tune, train: config.Train | None = None) -> Params:
    sections = (train or config.Train(), config.Split(), config.Features())
    return tune(data, budget, *sections, Silent())


@pytest.mark.parametrize("budget", [config.Tune(), config.Tune(trials=0)])
def test_no_trials_gives_the_fixed_ones(data: Prepared, budget: config.Tune) -> None:
    """trials = 0, and left to us: every fixed configuration, in order, as canonical strings."""
    found = tuned(data, budget).configurations
    assert [each["name"] for each in found] == [
        each.name for each in plan(240, data.rows["train_churned"], 4, 5).fixed(())
    ]
    for each in found:
        assert all(isinstance(value, str) for value in each["params"].values())


def test_a_search_only_adds(data: Prepared) -> None:
    """What a search finds comes after the fixed ones, which stay as they are."""
    plain = tuned(data, config.Tune(trials=0)).configurations
    found = tuned(data, config.Tune(trials=2)).configurations
    assert found[: len(plain)] == plain
    assert [each["source"] for each in found[len(plain) :]] == ["search"]
    Configuration.from_plain(found[-1])


def test_named_configurations_limit_the_fixed_ones(data: Prepared) -> None:
    """[train] configurations picks by name; an unknown name is a ConfigError."""
    found = tuned(data, config.Tune(trials=0), config.Train(configurations=("medium",)))
    assert [each["name"] for each in found.configurations] == ["medium"]
    with pytest.raises(ConfigError, match="'huge'"):
        tuned(data, config.Tune(trials=0), config.Train(configurations=("huge",)))


def test_a_teams_own_configurations_are_fitted_as_they_are_written(data: Prepared) -> None:
    """Beside the fixed ones, or alone where [train] configurations names them."""
    own = ({"name": "mine", "eta": 0.3, "max_depth": 2},)
    found = tuned(data, config.Tune(trials=0), config.Train(own=own)).configurations
    assert found[-1] == {
        "name": "mine", "source": "own", "params": {"eta": "0.3", "max_depth": "2"},
    }  # fmt: skip
    alone = config.Train(own=own, configurations=("mine",))
    assert tuned(data, config.Tune(trials=0), alone).configurations == found[-1:]


class _Interrupts(Silent):
    """A terminal whose user presses Ctrl-C when the first score appears."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, words: str) -> None:
        self.notes.append(words)

    def task(self, name: str, total: float | None = None):  # type: ignore[no-untyped-def]
        return _Task()


class _Task:
    def __enter__(self) -> _Task:
        return self

    def __exit__(self, *exc: object) -> None:
        return None

    def advance(self, amount: float = 1) -> None:
        return None

    def say(self, words: str) -> None:
        raise KeyboardInterrupt


def test_ctrl_c_keeps_the_best_so_far(data: Prepared) -> None:
    """Interrupted after its first trial, the search adds that one and says it was stopped."""
    progress = _Interrupts()
    found = tune(
        data, config.Tune(trials=50), config.Train(), config.Split(), config.Features(), progress
    )
    assert found.configurations[-1]["name"] == "search-1"
    assert "stopped after 1 finished trial" in progress.notes[0]
