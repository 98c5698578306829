"""Columns whose headers were exchanged: said of the pair, and never of columns that only drift."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest

from unchurn.artefacts import Column, Difference
from unchurn.modelling.drift.arrivals import Arriving, Trained
from unchurn.modelling.drift.profile import profile
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.project import Features

DRAWS = np.random.default_rng(11)
NUMBERS = {
    "tenure": lambda n: DRAWS.integers(0, 73, n).astype(float),
    "monthly": lambda n: DRAWS.uniform(18, 118, n).round(2),
    "total": lambda n: DRAWS.gamma(2, 1000, n).round(2),
    "calls": lambda n: DRAWS.poisson(2, n).astype(float),
}
WORDS = {
    "contract": lambda n: DRAWS.choice(["month", "year", "two"], n),
    "gender": lambda n: DRAWS.choice(["Female", "Male"], n),
    "paper": lambda n: DRAWS.choice(["no", "yes"], n, p=[0.9, 0.1]),
    "phone": lambda n: DRAWS.choice(["no", "yes"], n, p=[0.3, 0.7]),
}


def rows(count: int) -> dict[str, pa.Array]:
    """Draw customers."""
    return {name: pa.array(draw(count)) for name, draw in (NUMBERS | WORDS).items()}


def training() -> Trained:
    columns = [Column(name, "number" if name in NUMBERS else "category") for name in rows(1)]
    table = pa.table(rows(1_500))
    return Trained.of(
        profile(table, columns, 1), Encoder.fit(table, columns, Features()).to_plain()
    )


TRAINED = training()


def said(count: int, exchange: Sequence[str] = ()) -> list[Difference]:
    """Score customers; two columns hold each other's cells."""
    made = rows(count)
    if exchange:
        one, other = exchange
        made[one], made[other] = made[other], made[one]
    arriving = Arriving(TRAINED)
    arriving.look(pa.record_batch(made))
    return arriving.differs()


@pytest.mark.parametrize(
    "pair",
    [
        ("monthly", "tenure"),
        ("monthly", "total"),
        ("calls", "tenure"),
        ("contract", "gender"),
        ("paper", "phone"),
    ],
)
@pytest.mark.parametrize("count", [300, 3_000])
def test_exchanged_columns_are_said_once_and_gravely(pair: tuple[str, str], count: int) -> None:
    """Numbers by their distributions, categories by their values and their shares."""
    (found,) = said(count, pair)
    assert (found.code, found.grave, found.column) == ("arrived-exchanged", True, pair[0])
    assert found.brief == f"{pair[0]!r} and {pair[1]!r} look exchanged"


def test_a_handful_is_enough_where_no_value_fits() -> None:
    """Three customers whose categories are all the other column's."""
    assert [each.code for each in said(3, ("contract", "gender"))] == ["arrived-exchanged"]
    assert said(2, ("contract", "gender")) == []


@pytest.mark.parametrize("count", [3, 30, 300, 3_000])
def test_an_ordinary_list_is_quiet(count: int) -> None:
    """Whatever its size, by chance nothing looks exchanged."""
    assert [each for _ in range(5) for each in said(count)] == []


def test_one_column_that_drifts_is_no_pair() -> None:
    """A column that looks like another's training, while that one is as it was."""
    made = rows(300)
    made["tenure"] = made["monthly"]
    arriving = Arriving(TRAINED)
    arriving.look(pa.record_batch(made))
    assert "arrived-exchanged" not in {each.code for each in arriving.differs()}


def test_a_category_turned_round_is_said_of_a_small_list() -> None:
    """Seventy of a hundred said yes, and now thirty do."""
    made = rows(200)
    made["phone"] = pa.array(
        ["no" if cell == "yes" else "yes" for cell in made["phone"].to_pylist()]
    )
    arriving = Arriving(TRAINED)
    arriving.look(pa.record_batch(made))
    (found,) = arriving.differs()
    assert found.code == "arrived-reversed"


def test_a_few_customers_of_another_coding_are_said() -> None:
    """M and F for Male and Female, by three; of two it may be chance, and stays a note."""
    for count, expected in ((3, ["arrived-unseen"]), (2, [])):
        made = rows(count)
        made["gender"] = pa.array([cell[0] for cell in made["gender"].to_pylist()])
        arriving = Arriving(TRAINED)
        arriving.look(pa.record_batch(made))
        found = arriving.differs()
        assert [each.code for each in found] == expected
        notes = [note.code for note in arriving.findings(found)]
        assert notes == ([] if expected else ["unseen-categories"])
