"""Deciles, bands and shares come from stored quantiles, ties included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.errors import ArtefactError, ConfigError
from unchurn.modelling.scoring.cutpoints import band_codes, decile, quantiles, share_cut

EVEN = np.linspace(0, 1, 1001)


def test_training_customers_fall_evenly_into_deciles() -> None:
    """On the training distribution itself, decile 1 is the riskiest tenth."""
    found = decile(np.linspace(0.0005, 0.9995, 1000), EVEN)
    assert np.bincount(found)[1:].tolist() == [100] * 10
    assert found[-1] == 1 and found[0] == 10


@pytest.mark.parametrize(("share", "cut"), [(0.1, 0.9), (0.2, 0.8), (0.3, 0.7), (0.0005, 0.9995)])
def test_a_customer_at_the_cut_is_in(share: float, cut: float) -> None:
    """Cuts fall exactly on stored quantiles, and between two of them are interpolated."""
    assert share_cut(EVEN, share) == pytest.approx(cut, abs=1e-12)
    if round(share * 1000, 6) == round(share * 1000):
        assert share_cut(EVEN, share) == EVEN[round(1000 * (1 - share))]


def test_the_whole_share_takes_those_below_any_seen() -> None:
    """A share of 1 is everybody, whatever their probability."""
    assert share_cut(EVEN + 0.5, 1.0) == -np.inf


def test_one_score_for_everybody_puts_everybody_together() -> None:
    """Ties stay together: a constant model has one decile and one band."""
    flat = np.full(1001, 0.14)
    assert set(decile(np.full(50, 0.14), flat)) == {1}
    assert set(band_codes(np.full(50, 0.14), flat, (0.1, 0.3))) == {0}
    assert set(decile(np.full(50, 0.13), flat)) == {10}


def test_bands_are_high_medium_low() -> None:
    """The riskiest tenth is high, the next fifth medium, the rest low."""
    found = band_codes(np.linspace(0.0005, 0.9995, 1000), EVEN, (0.1, 0.3))
    assert np.bincount(found).tolist() == [100, 200, 700]


@settings(max_examples=50)
@given(
    stored=st.lists(st.floats(0, 1), min_size=11, max_size=11).map(sorted),
    chances=st.lists(st.floats(0, 1), min_size=1, max_size=20),
)
def test_riskier_never_falls_into_a_later_decile(stored: list[float], chances: list[float]) -> None:
    """Deciles follow probability, and a row's decile ignores the other rows."""
    quantile, chance = np.array(stored), np.sort(chances)
    found = decile(chance, quantile)
    assert np.all(np.diff(found.astype(int)) <= 0)
    assert [decile(np.array([each]), quantile)[0] for each in chance] == found.tolist()


@pytest.mark.parametrize("bands", [(0.3, 0.1), (0.0, 0.3), (0.1, 1.2), (float("nan"), 0.5)])
def test_bands_that_are_no_shares_are_refused(bands: tuple[float, float]) -> None:
    """The message gives the value and an example."""
    with pytest.raises(ConfigError, match=r"\[score\] bands is"):
        band_codes(EVEN, EVEN, bands)


@pytest.mark.parametrize("plain", [{}, {"cut_points": {"quantiles": [0.5, 0.1, 0.9]}}])
def test_a_model_without_ascending_cut_points_is_refused(plain: dict[str, object]) -> None:
    """A damaged model never gives made-up deciles."""
    with pytest.raises(ArtefactError, match="cut points"):
        quantiles(plain)
