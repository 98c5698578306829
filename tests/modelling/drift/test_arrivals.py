from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unchurn.artefacts import Column, Difference
from unchurn.modelling.drift.arrivals import Arriving, Trained
from unchurn.modelling.drift.difference import led, told
from unchurn.modelling.drift.profile import profile
from unchurn.modelling.drift.rewritten_codes import RewrittenCodes
from unchurn.modelling.encoding.encoder import Encoder
from unchurn.project import Features
from unchurn.tables.findings import other_spelling

COLUMNS = [
    Column("active", "number"),
    Column("balance", "number"),
    Column("joined", "date"),
    Column("messages", "number"),
    Column("monthly", "number"),
    Column("paperless", "category"),
    Column("plan", "category"),
    Column("tenure", "number"),
]


def customers(rows: int, seed: int) -> pa.Table:
    """Invent customers; some have no tenure."""
    draws = np.random.default_rng(seed)
    days = draws.integers(0, 700, rows)
    tenure = draws.integers(0, 72, rows).astype(float)
    return pa.table(
        {
            "active": (draws.random(rows) < 0.8).astype(float),
            "balance": np.round(draws.normal(300, 1500, rows), 2),
            "joined": pa.array(np.datetime64("2022-01-01", "us") + days * np.timedelta64(1, "D")),
            "messages": np.where(draws.random(rows) < 0.7, 0.0, draws.poisson(25, rows)),
            "monthly": np.round(draws.gamma(4, 12, rows) + 15, 2),
            "paperless": draws.choice(["No", "Yes"], rows, p=[0.8, 0.2]),
            "plan": draws.choice(["Basic", "Plus", "Pro"], rows, p=[0.5, 0.3, 0.2]),
            "tenure": pa.array(tenure, mask=draws.random(rows) < 0.03),
        }
    )


TRAINING = customers(2_000, 1)
TRAINED = Trained.of(
    profile(TRAINING, COLUMNS, 400), Encoder.fit(TRAINING, COLUMNS, Features()).to_plain()
)


def arrived(table: pa.Table, rows: int = 65_536) -> list[Difference]:
    """Compare a table with training, `rows` at a time."""
    arriving = Arriving(TRAINED)
    for batch in table.to_batches(rows):
        arriving.look(batch)
    return arriving.differs()


def changed(name: str, change: Callable[[pa.ChunkedArray], object], rows: int = 800) -> pa.Table:
    """Make fresh customers of whom one column is changed."""
    table = customers(rows, 2)
    return table.set_column(table.schema.get_field_index(name), name, change(table[name]))


def times(factor: float) -> Callable[[pa.ChunkedArray], object]:
    """Multiply a column."""
    return lambda cells: pa.chunked_array([pa.array(cells.to_numpy() * factor)])


def blank(cells: pa.ChunkedArray) -> object:
    """Lose a column."""
    return pa.nulls(len(cells), cells.type)


@pytest.mark.parametrize(
    ("name", "change", "code", "said"),
    [
        ("monthly", times(100), "arrived-scale", "about 100 times what training saw (median 5,"),
        ("monthly", times(0.01), "arrived-scale", "about 1/100 of what training saw"),
        ("monthly", times(1000), "arrived-scale", "about 1,000 times"),
        ("monthly", times(60), "arrived-scale", "seconds for minutes?"),
        ("monthly", times(-1), "arrived-scale", "has the other sign"),
        ("balance", times(100), "arrived-scale", "about 100 times"),
        ("messages", times(10), "arrived-scale", "about 10 times"),
        ("active", times(100), "arrived-unseen", "is neither 0 nor 1 (such as 100)"),
        ("active", times(0.01), "arrived-unseen", "is neither 0 nor 1 (such as 0.01)"),
        ("monthly", times(0), "arrived-constant", "'monthly' is 0 for all customers"),
        ("monthly", blank, "arrived-blank", "is blank for all customers; in training it was"),
        ("plan", blank, "arrived-blank", "blank for all"),
        ("joined", blank, "arrived-blank", "blank for all"),
        ("plan", lambda c: pa.array([v.upper() + "!" for v in c.to_pylist()]), "arrived-unseen", "BASIC!"),
        ("paperless", lambda c: pa.array([{"No": "Yes"}.get(v, "No") for v in c.to_pylist()]), "arrived-reversed", "looks reversed"),
        ("active", lambda c: pa.array(1 - c.to_numpy()), "arrived-reversed", "looks reversed"),
        ("joined", lambda c: pa.array(c.to_numpy() - np.timedelta64(36_500, "D")), "arrived-range", "(1922-"),
        ("tenure", times(3), "arrived-range", "64% of"),
        ("joined", lambda c: pa.array(np.full(len(c), np.datetime64("1970-01-01", "us") )), "arrived-constant", "is 1970-01-01 for all"),
    ],
)  # fmt: skip
def test_a_damaged_column_is_named_alone_and_gravely(
    name: str, change: Callable[[pa.ChunkedArray], object], code: str, said: str
) -> None:
    """Units, blanks, spellings, signs and flags gone wrong: the column, in words, first thing."""
    found = arrived(changed(name, change))
    assert [(each.code, each.column) for each in found] == [(code, name)]
    assert said in found[0].words
    summary, own = told(found)
    assert (summary.code, own.code) == ("untrusted", code)
    assert summary.words.startswith("This list should not be trusted: ")


def test_a_column_of_another_shape_is_a_warning() -> None:
    """Within the range and in no other unit: said, and left to a person to judge."""
    found = arrived(changed("monthly", lambda c: pa.array(30.0 + np.arange(len(c)) % 9)))
    assert [(each.code, each.grave) for each in found] == [("arrived-moved", False)]
    assert "far from what training saw (median 34 against" in found[0].words


@pytest.mark.parametrize(("factor", "said"), [(2, "about twice"), (0.5, "about half of")])
def test_twice_or_half_is_a_warning(factor: float, said: str) -> None:
    """A list of new customers alone may be so: it is said, and left to a person to judge."""
    found = arrived(changed("monthly", times(factor)))
    assert [(each.code, each.grave) for each in found] == [("arrived-scale", False)]
    assert said in found[0].words


def test_twice_is_distrusted_where_many_are_beyond_training() -> None:
    """Nobody stays for 144 months where nobody had."""
    found = arrived(changed("tenure", times(2)))
    assert [(each.code, each.grave) for each in found] == [("arrived-scale", True)]


def test_a_tenth_blank_is_a_warning_and_no_reason_to_distrust() -> None:
    """Small effects are said, and the list is not marked for them."""

    def some(cells: pa.ChunkedArray) -> object:
        lost = np.arange(len(cells)) % 6 == 0
        return pa.array(cells.to_numpy(), mask=lost)

    found = arrived(changed("monthly", some))
    assert [(each.code, each.grave) for each in found] == [("arrived-blank", False)]
    assert [finding.code for finding in told(found)] == ["arrived-blank"]


@pytest.mark.parametrize("rows", [1, 2, 29])
def test_few_customers_never_alarm(rows: int) -> None:
    """Shares of fewer than thirty customers are chance."""
    assert arrived(changed("monthly", blank, rows)) == []
    assert arrived(changed("monthly", times(100), rows)) == []


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(30, 2_000))
def test_a_random_subset_of_training_never_alarms(seed: int, rows: int) -> None:
    """Effects beyond chance: ordinary samples stay silent, whatever their size."""
    chosen = np.random.default_rng(seed).choice(TRAINING.num_rows, rows, replace=False)
    assert arrived(TRAINING.take(pa.array(chosen))) == []


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(30, 2_000))
def test_fresh_customers_of_the_same_kind_never_alarm(seed: int, rows: int) -> None:
    """Customers that training never saw, drawn alike, stay silent too."""
    assert arrived(customers(rows, seed)) == []


@settings(max_examples=20)
@given(size=st.integers(7, 900))
def test_how_rows_come_in_batches_changes_nothing(size: int) -> None:
    """One pass gives one answer, however the rows are cut, sampled or not."""
    table = changed("monthly", times(100), 20_000)
    assert arrived(table, size * 10) == arrived(table)


def test_a_table_in_order_is_sampled_evenly() -> None:
    """Many rows in ascending order look like training: the sample is spread over all of them."""
    table = customers(50_000, 3).sort_by("monthly")
    assert arrived(table, 1_000) == []


def test_columns_that_are_others_are_foreign_in_the_smallest_table() -> None:
    """Two customers tell that columns were shifted; a column that is blank or odd once does not."""
    few = customers(2, 6)
    arriving = Arriving(TRAINED)
    arriving.look(few.to_batches()[0])
    assert arriving.foreign() == []
    shifted = few.set_column(0, "active", few["monthly"]).set_column(
        7, "tenure", times(99)(few["monthly"])
    )
    arriving = Arriving(TRAINED)
    arriving.look(shifted.to_batches()[0])
    assert arriving.foreign() == ["active", "tenure"]


def test_a_bundle_without_a_profile_compares_nothing() -> None:
    """What an earlier version trained is scored, without comparison."""
    arriving = Arriving(Trained.of({}, {}))
    arriving.look(customers(100, 4).to_batches()[0])
    assert arriving.differs() == []


def test_rare_and_unseen_values_are_counted_where_they_are_few() -> None:
    """A note for a few new values, an alarm for many, never both."""
    table = customers(800, 5)
    plans = ["New" if row < 8 else plan for row, plan in enumerate(table["plan"].to_pylist())]
    arriving = Arriving(TRAINED)
    arriving.look(table.set_column(6, "plan", pa.array(plans)).to_batches()[0])
    differs = arriving.differs()
    assert differs == []
    assert [(note.code, note.count) for note in arriving.findings(differs)] == [
        ("unseen-categories", 8)
    ]


@pytest.mark.parametrize("dictionary", [False, True])
def test_another_spelling_is_a_note_and_not_unseen(dictionary: bool) -> None:
    """Capitals of every plan alarm nobody; they are counted with an example, in both layouts."""
    table = changed("plan", pc.utf8_upper)
    if dictionary:
        table = table.set_column(6, "plan", table["plan"].dictionary_encode())
    arriving = Arriving(TRAINED)
    for batch in table.to_batches(300):
        arriving.look(batch)
    first = table["plan"][0].as_py()
    assert arriving.differs() == []
    notes = list(arriving.findings([]))
    assert notes == [other_spelling("plan", 800, first, first.title())]  # as of a yes and no
    assert [(note.code, note.column, note.count, note.words) for note in notes] == [
        (
            "other-spelling",
            "plan",
            800,
            "800 cells of 'plan' are written otherwise than in training "
            f"({first!r} for {first.title()!r}); read as that.",
        )
    ]


@pytest.mark.parametrize(("days", "named"), [(0, False), (300, False), (365, True), (730, True)])
def test_dates_that_are_mostly_after_training_are_said(days: int, named: bool) -> None:
    """The model reads the day itself: of dates that went on with the calendar it learnt nothing."""
    table = changed("joined", lambda cells: pa.array(cells.to_numpy() + np.timedelta64(days, "D")))
    arriving = Arriving(TRAINED)
    for batch in table.to_batches(300):
        arriving.look(batch)
    found = [each for each in arriving.findings(arriving.differs()) if each.code == "later-dates"]
    assert [each.column for each in found] == ["joined"] * named
    assert all("after 2023-12-01, the last that training saw" in each.words for each in found)


@pytest.mark.parametrize(
    ("known", "written", "meant"),
    [
        (["003", "040", "117"], ["3", "40", "117"], 2),
        (["003", "040", "117"], ["3.0", "40.0", "117.0"], 3),
        (["1.1", "1.10", "1.2"], ["1.10", "1.20", "1.1"], 1),
        (["3", "03", "x"], ["003", "x", "3"], 0),
        (["003", "040", "117"], ["5", "118", "0"], 0),
    ],
)
def test_codes_that_lost_zeros_are_said(known: list[str], written: list[str], meant: int) -> None:
    """Where an unseen cell is one known value but for zeros; of two that differ by them, neither."""
    rewritten = RewrittenCodes.of({"area": known})
    rewritten.look("area", pa.array([each for each in written if each not in known]))
    found = list(rewritten.findings())
    assert sum(each.count or 0 for each in found) == meant
    assert all(repr(written[0]) in each.words or meant == 1 for each in found)


def test_a_blank_that_training_never_saw_is_counted() -> None:
    """A few are said with the usual value; blanks that training had are not."""
    table = customers(800, 5)
    plans = [None if row < 3 else plan for row, plan in enumerate(table["plan"].to_pylist())]
    arriving = Arriving(TRAINED)
    arriving.look(table.set_column(6, "plan", pa.array(plans)).to_batches()[0])
    assert arriving.differs() == []
    assert [(note.code, note.column, note.count) for note in arriving.findings([])] == [
        ("blank-unseen", "plan", 3)
    ]
    (note,) = arriving.findings([])
    assert note.words.endswith("which training never saw: read as the usual Basic.")


def test_what_scores_say_joins_the_summary_of_a_batch() -> None:
    """One summary, first, with both causes; a warning of scores alone comes without one."""
    batch = [note.to_plain() for note in told(arrived(changed("monthly", blank)))]
    grave = Difference("scores-shifted", "all 800 are risky", "All 800 are risky.", None, True, 800)
    joined = led(batch, [grave])
    assert [note["code"] for note in joined] == ["untrusted", "arrived-blank", "scores-shifted"]
    assert joined[0]["words"].endswith("for all customers; all 800 are risky.")
    assert [note["code"] for note in led([], [grave])] == ["untrusted", "scores-shifted"]
    mild = Difference("scores-shifted", "none is risky", "None is risky.")
    assert [note["code"] for note in led([], [mild])] == ["scores-shifted"]
    assert led(batch, []) == batch
