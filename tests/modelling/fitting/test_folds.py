from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from folded_rows import COARSE, SMALL, folds_of, rows
from unchurn.artefacts import EARLY, LATE
from unchurn.errors import DataError
from unchurn.modelling.fitting.booster import margins, xgboost
from unchurn.modelling.fitting.calibration import log_loss
from unchurn.modelling.fitting.configurations import fixed
from unchurn.modelling.fitting.folds import refit
from unchurn.modelling.fitting.racing import RACED
from unchurn.modelling.fitting.training_rows import Rows


def test_every_row_is_predicted_by_boosters_that_never_saw_it() -> None:
    """On pure noise, out-of-fold margins are no better than the base rate."""
    data = rows(noise=True)
    fitted = folds_of(data).cross_fit([SMALL, COARSE], lambda: None)
    constant = log_loss(
        data.labels, np.full(300, np.log(data.labels.mean() / (1 - data.labels.mean())))
    )
    for each in fitted:
        assert np.isfinite(each.margins).all()
        assert each.log_loss > constant - 0.02


def test_signal_is_found_and_results_keep_their_order() -> None:
    """Each configuration gets its own margins, in the order given, one advance a fit."""
    data = rows()
    counted: list[int] = []
    fitted = folds_of(data).cross_fit([COARSE, SMALL], lambda: counted.append(1))
    assert [each.configuration.name for each in fitted] == ["coarse", "small"]
    assert len(counted) == 10
    assert all(each.log_loss < 0.6 for each in fitted)
    alone = folds_of(data).cross_fit([SMALL], lambda: None)
    np.testing.assert_array_equal(alone[0].margins, fitted[1].margins)


def test_fewer_groups_still_hold_out_every_row() -> None:
    """Folds gathered into two groups: each row is held out exactly once."""
    held = folds_of(rows(), groups=2).held
    assert len(held) == 2
    assert np.array_equal(np.sort(np.concatenate(held)), np.arange(300))


def test_one_group_holds_one_fold_out_and_keeps_its_fits() -> None:
    """Margins are of that fold alone, by the booster that is kept, cut to its best rounds."""
    data = rows()
    made = folds_of(data, groups=1)
    assert made.shipped
    np.testing.assert_array_equal(made.judged, np.flatnonzero(data.folds == 0))
    fitted = made.cross_fit([SMALL, COARSE], lambda: None)
    for each in fitted:
        kept = xgboost().Booster(model_file=bytearray(each.booster or b""))
        assert kept.num_boosted_rounds() == each.shipped_rounds == each.best_rounds
        np.testing.assert_array_equal(margins(kept, data.matrix[made.judged]), each.margins)
    assert not folds_of(data, groups=2).shipped


def test_folds_forward_in_time_are_two_at_least() -> None:
    """What is shipped shall know the late rows: one group would never fit on them."""
    data = rows(600)
    phases = np.where(np.arange(600) >= 400, LATE, EARLY).astype(np.int8)
    made = folds_of(replace(data, phases=phases), groups=1)
    assert (len(made.held), made.shipped) == (2, False)


def test_empty_folds_are_passed_over() -> None:
    """A small table may leave some folds empty: those that occur are used."""
    data = rows(40)
    gaps = Rows(data.matrix, data.labels, np.where(data.folds == 2, 4, data.folds).astype(np.int8))
    assert len(folds_of(gaps).held) == len(np.unique(gaps.folds))


def test_one_fold_is_refused() -> None:
    """All rows of one customer: nothing can be held out, and the message says so."""
    data = rows(40, folds=1)
    with pytest.raises(DataError, match="40 training rows fall into 1 fold"):
        folds_of(data)


def test_two_fits_at_once_are_the_same_as_one() -> None:
    """Threads share out fits without changing one bit of them."""
    data = rows()
    configuration = fixed()["shallow"]
    one = folds_of(data, threads=1).cross_fit([configuration], lambda: None)[0]
    two = folds_of(data, threads=2).cross_fit([configuration], lambda: None)[0]
    np.testing.assert_array_equal(one.margins, two.margins)


def test_refit_is_deterministic_to_the_byte() -> None:
    """The same rows, configuration and seed give the same file."""
    data = rows()
    settings = folds_of(data).settings
    files = {bytes(refit(data, settings, COARSE, 7, 1).save_raw("ubj")) for _ in range(2)}
    assert len(files) == 1


def test_folds_forward_in_time_learn_from_early_rows_of_others() -> None:
    """Margins of late rows alone; early labels that say the contrary show what was learnt."""
    data = rows(600)
    late = np.arange(600) >= 400
    phases = np.where(late, LATE, EARLY).astype(np.int8)
    labels = np.where(late, data.labels, 1 - data.labels).astype(np.int8)
    made = folds_of(replace(data, labels=labels, phases=phases))
    assert np.array_equal(made.judged, np.flatnonzero(late))
    fitted = made.cross_fit([SMALL], lambda: None)[0]
    assert len(fitted.margins) == len(made.labels) == 200
    assert np.corrcoef(fitted.margins, made.labels)[0, 1] < -0.2


def test_folds_forward_need_earlier_rows_of_others() -> None:
    """Early rows of one fold leave nothing to fit on where that fold is held out."""
    data = rows(100)
    phases = np.where(data.folds == 0, EARLY, LATE).astype(np.int8)
    phases[np.flatnonzero(data.folds == 0)[0]] = LATE
    with pytest.raises(DataError, match="no earlier row of another customer"):
        folds_of(replace(data, phases=phases))


def test_weights_count_as_copies_do() -> None:
    """Rows of no weight teach nothing, and weights all alike change nothing."""
    data = rows()
    one = folds_of(data).cross_fit([SMALL], lambda: None)[0]
    alike = replace(data, weights=np.full(300, 0.25, np.float32))
    np.testing.assert_array_equal(
        folds_of(alike).cross_fit([SMALL], lambda: None)[0].margins, one.margins
    )
    contrary = data.labels.copy()
    contrary[:150] = 1 - contrary[:150]
    few = np.where(np.arange(300) < 150, 1e-6, 1).astype(np.float32)
    fitted = folds_of(replace(data, labels=contrary, weights=few)).cross_fit([SMALL], lambda: None)
    assert np.corrcoef(fitted[0].margins[150:], contrary[150:])[0, 1] > 0.3


def test_the_clearly_worse_are_given_up_after_two_groups_and_their_figures_say_so() -> None:
    """Of six, four stay; who left has the margins and the loss of the groups it was fitted on."""
    data = rows(2_000)
    hopeless = [replace(SMALL, name=f"blind-{eta}", params={**SMALL.params, "eta": eta, "max_depth": 1,
        "min_child_weight": 1e6}) for eta in (0.1, 0.2)]  # fmt: skip
    good = [replace(SMALL, name=f"good-{depth}", params={**SMALL.params, "max_depth": depth})
        for depth in (2, 3, 4, 5)]  # fmt: skip
    made, counted = folds_of(data), []
    fitted = made.cross_fit([hopeless[0], *good, hopeless[1]], lambda: counted.append(1))
    assert [each.raced for each in fitted] == [RACED, 0, 0, 0, 0, RACED]
    assert len(counted) == 6 * len(made.held)
    seen = np.sort(np.concatenate(made.held[:RACED]))
    for each in (fitted[0], fitted[-1]):
        assert each.log_loss == log_loss(data.labels[seen], each.margins)
    alone = made.cross_fit([good[1]], lambda: None)[0]
    np.testing.assert_array_equal(alone.margins, fitted[2].margins)


def test_what_a_team_asked_for_is_never_given_up() -> None:
    """A configuration of [[train.own]], or one that a search found, is judged on every row."""
    data = rows(2_000)
    blind = {**SMALL.params, "max_depth": 1, "min_child_weight": 1e6}
    strange = [
        replace(SMALL, name=source, source=source, params=blind) for source in ("own", "search")
    ]
    good = [replace(SMALL, name=f"good-{n}", params={**SMALL.params, "seed": n}) for n in range(5)]
    fitted = folds_of(data).cross_fit([*good, *strange], lambda: None)
    assert [each.raced for each in fitted[-2:]] == [0, 0]
