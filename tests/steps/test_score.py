"""The score step: one row a customer, each answered by itself, reasons for the riskiest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from scored_tables import as_batch, customers, hand_made
from unchurn.artefacts import ROW, Model, Scores, ScoringRun, Workspace
from unchurn.errors import ArtefactError, ConfigError
from unchurn.modelling.scoring import answering
from unchurn.modelling.scoring.answering import computing
from unchurn.modelling.scoring.profit import RULE
from unchurn.progress import Silent
from unchurn.project import Columns, Decision, Engine, Score, Train
from unchurn.steps.score import score
from unchurn.tables.engines import spark_workers
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.engines.spark_workers import Workers

RUN = ScoringRun("run-1", 3, "training-1")
COSTS = Decision(clv="Value", contact_cost=2.0, incentive_cost=30.0)


Scored = Callable[..., Scores]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """Return a function that scores a table with a hand-made model."""
    models: dict[object, Model] = {}

    def run(
        table: pa.Table,
        reasons: str = "0.2",
        limit: int = 5000,
        decision: Decision = COSTS,
        who: ScoringRun = RUN,
        words: Columns | None = None,
        engine: Engine = Engine(),  # noqa: B008 - frozen
        **options: object,
    ) -> Scores:
        key = tuple(options.items())
        if key not in models:
            models[key] = hand_made(tmp_path_factory.mktemp("model"), **options)
        batch = as_batch(tmp_path_factory.mktemp("batch"), table)
        section = Score(reasons=reasons, reasons_limit=limit)
        place = Workspace(tmp_path_factory.mktemp("scores"))
        return score(
            models[key],
            batch,
            words or Columns(),
            decision,
            section,
            Train(threads=1),
            engine,
            who,
            place,
            Silent(),
        )

    return run


def read(made: Scores) -> list[dict[str, object]]:
    return pq.read_table(made.scores).to_pylist()


def test_every_customer_has_one_row_in_the_order_of_the_batch(scored: Scored) -> None:
    """Rows come out as they went in, duplicates included, under the id's own name."""
    table = customers(1500)
    table = pa.concat_tables([table, table.slice(0, 3)])
    made = scored(table)
    assert pq.read_table(made.scores)["Phone"].to_pylist() == table["Phone"].to_pylist()
    assert made.counts["rows_in"] == made.counts["rows_out"] == 1503
    assert [path.name for path in made.scores.parent.iterdir()] == ["scores.parquet"]


def test_columns_are_those_promised(scored: Scored) -> None:
    """Names and types follow the docstring of Scores."""
    schema = pq.read_schema(scored(customers(50)).scores)
    assert schema.names == [
        "Phone", "probability", "decile", "band", "expected_value", "decision",
        "reason_1", "reason_2", "reason_3", "model_version", "run_id",
    ]  # fmt: skip
    assert schema.field("probability").type == pa.float64()
    assert schema.field("decile").type == pa.int8()
    assert schema.field("model_version").type == pa.int64()


def test_a_model_without_an_id_numbers_its_rows(scored: Scored) -> None:
    """Row numbers of the source table stand in for the id, gaps left by rejects included."""
    table = customers(5, id_name=None)
    numbers = pa.array([1, 2, 4, 5, 9])
    table = table.set_column(table.schema.names.index(ROW), ROW, numbers)
    rows = read(scored(table, id_name=None))
    assert [row["row_number"] for row in rows] == [1, 2, 4, 5, 9]


def test_an_unregistered_model_has_no_version(scored: Scored) -> None:
    """The version is null, never a made-up number."""
    rows = read(scored(customers(3), who=ScoringRun("r", None, "t")))
    assert {row["model_version"] for row in rows} == {None}


def test_the_day_of_a_list_is_kept_where_it_is_named(scored: Scored) -> None:
    """Nothing else of a plain table knows it; where none is named, none is made up."""
    dated = scored(customers(3), who=ScoringRun("r", 1, "t", "2027-03-01"))
    assert dated.counts["as_of"] == "2027-03-01"
    assert "as_of" not in scored(customers(3)).counts


@pytest.mark.parametrize("categories", ["native", "one-hot"])
def test_a_row_alone_is_answered_as_among_a_thousand(scored: Scored, categories: str) -> None:
    """Probability, decile, band, decision and reasons of a row ignore its neighbours."""
    table = customers(1000, seed=2)
    among = read(scored(table, "all", categories=categories))
    for number in (0, 17, 999):
        alone = read(scored(table.slice(number, 1), "all", categories=categories))
        assert alone == [among[number]]


def test_the_same_batch_gives_the_same_bytes(scored: Scored) -> None:
    """Scoring twice writes identical files."""
    first, second = (scored(customers(800)).scores.read_bytes() for _ in range(2))
    assert first == second


def test_reasons_by_default_go_to_those_above_the_training_cut(scored: Scored) -> None:
    """Everyone at or above the riskiest-fifth cut has reasons; nobody below it has."""
    made = scored(customers(2000), decision=Decision())
    rows = read(made)
    with_reasons = [row["probability"] for row in rows if row["reason_1"]]
    without = [row["probability"] for row in rows if not row["reason_1"]]
    assert min(with_reasons) > max(without)
    assert made.counts["reasons"] == len(with_reasons)
    assert 0.15 < len(with_reasons) / 2000 < 0.25
    assert (
        f"{len(with_reasons)} customers above the riskiest-0.2 cut" in made.counts["reasons_words"]
    )


def test_reasons_use_peoples_names_and_say_what_can_be_changed(scored: Scored) -> None:
    """However the key spells a column; scores themselves do not change."""
    plain = read(scored(customers(300), reasons="all"))
    said = Columns(
        names={"custserv_calls": "Calls to us", "not there": "x"}, actionable=("PLAN", "gone")
    )
    worded = read(scored(customers(300), reasons="all", words=said))
    before, after = (
        [row[f"reason_{n}"] or "" for row in rows for n in (1, 2, 3)] for rows in (plain, worded)
    )
    assert any(reason.startswith("Calls to us") for reason in after)
    assert not any(reason.startswith("CustServ") for reason in after)
    changeable = [reason for reason in after if "the company can change" in reason]
    assert changeable
    assert all("raises the risk" in reason for reason in changeable)
    assert not any("the company can change" in reason for reason in before)
    assert [row["probability"] for row in plain] == [row["probability"] for row in worded]


@pytest.mark.parametrize("limit", [0, 7, 40])
def test_the_limit_takes_the_riskiest_and_says_so(scored: Scored, limit: int) -> None:
    """With more customers above the cut than the limit, the riskiest get reasons, ties by order."""
    made = scored(customers(2000), limit=limit, decision=Decision())
    rows = read(made)
    ranked = sorted(range(2000), key=lambda number: (-rows[number]["probability"], number))
    assert {n for n in range(2000) if rows[n]["reason_1"]} == set(ranked[:limit])
    assert f"reasons_limit is {limit}" in made.counts["reasons_words"]


@pytest.mark.parametrize("limit", [0, 7])
def test_whoever_is_to_be_contacted_has_reasons_whatever_the_limit(
    scored: Scored, limit: int
) -> None:
    """Contacted customers below the cut, and beyond the limit, are explained; others are limited."""
    made = scored(customers(2000), "0.05", limit=limit)
    rows = read(made)
    contacted = {n for n, row in enumerate(rows) if row["decision"] == "contact"}
    explained = {n for n, row in enumerate(rows) if row["reason_1"]}
    everybody = read(scored(customers(2000), "all"))
    assert len(contacted) > 100 and contacted <= explained
    assert len(explained - contacted) <= limit
    assert all(rows[n] == everybody[n] for n in explained)
    assert made.counts["reasons"] == len(explained)
    assert f"the {len(contacted):,} to contact" in made.counts["reasons_words"]


def test_the_list_says_how_many_to_contact_and_what_they_are_worth(scored: Scored) -> None:
    """The count and the sum are those of the rows that say contact, with the currency and rule."""
    made = scored(customers(1000), decision=replace(COSTS, currency="EUR"))
    worth = [row["expected_value"] for row in read(made) if row["decision"] == "contact"]
    unknown = sum(row["decision"] == "unknown" for row in read(made))
    found = made.counts["contact"]
    assert (found["customers"], found["unknown"]) == (len(worth), unknown)
    assert found["value"] == pytest.approx(sum(worth), abs=0.1)
    assert (found["currency"], found["rule"]) == ("EUR", RULE)
    assert scored(customers(20), decision=Decision()).counts["contact"] is None


def test_ties_at_the_limit_go_by_row_order(scored: Scored) -> None:
    """Fifty copies of one risky customer: the first five get reasons."""
    table = customers(2000)
    rows = read(scored(table, "none"))
    risky = max(range(2000), key=lambda number: rows[number]["probability"])
    copies = pa.concat_tables([table.slice(risky, 1)] * 50).combine_chunks()
    found = read(scored(copies, limit=5, decision=Decision()))
    assert [bool(row["reason_1"]) for row in found] == [True] * 5 + [False] * 45


def test_reasons_of_the_share_are_those_of_all(scored: Scored) -> None:
    """The two-pass way and the one-pass way give a customer the same reasons."""
    table = customers(1500)
    every, some = read(scored(table, "all")), read(scored(table, "0.2"))
    chosen = [number for number, row in enumerate(some) if row["reason_1"]]
    assert chosen and [some[n] for n in chosen] == [every[n] for n in chosen]


def test_no_reasons_on_request(scored: Scored) -> None:
    """--reasons none leaves the columns in place and empty."""
    made = scored(customers(100), "none")
    assert {row["reason_1"] for row in read(made)} == {None}
    assert made.counts["reasons"] == 0


def test_risky_customers_get_what_raises_and_safe_ones_what_lowers(
    scored: Scored,
) -> None:
    """The first reason of a decile-1 customer raises the risk, of a decile-10 one lowers it."""
    rows = read(scored(customers(1000), "all"))
    for tenth, way in ((1, "raises the risk"), (10, "lowers the risk")):
        firsts = [row["reason_1"] for row in rows if row["decile"] == tenth]
        assert firsts and all(text.endswith(way) for text in firsts)


def test_columns_that_move_together_are_one_reason(scored: Scored) -> None:
    """Minutes and charge never appear as two reasons, and each names the other."""
    rows = read(scored(customers(1000), "all"))
    texts = [[row[f"reason_{n}"] or "" for n in (1, 2, 3)] for row in rows]
    minutes = [[text for text in row if text.startswith("Day ")] for row in texts]
    assert max(len(row) for row in minutes) == 1
    assert all("(with Day " in text for row in minutes for text in row)


def test_a_missing_value_of_the_customer_leaves_the_decision_unknown(
    scored: Scored,
) -> None:
    """Where the clv cell is empty there is no expected value, and the decision says unknown."""
    table = customers(500)
    rows = read(scored(table))
    missing = [value is None for value in table["Value"].to_pylist()]
    assert [row["decision"] == "unknown" for row in rows] == missing
    assert [row["expected_value"] is None for row in rows] == missing
    assert {row["decision"] for row in rows} == {"contact", "do not contact", "unknown"}


def test_without_costs_there_is_no_decision(scored: Scored) -> None:
    """Expected value and decision are null when [decision] is empty."""
    rows = read(scored(customers(20), decision=Decision()))
    assert {(row["expected_value"], row["decision"]) for row in rows} == {(None, None)}


def test_a_batch_whose_every_row_was_rejected_gives_an_empty_list(
    scored: Scored,
) -> None:
    """No rows in, no rows out, all columns there."""
    made = scored(customers(3).slice(0, 0))
    assert pq.read_table(made.scores).num_rows == 0
    assert made.counts["rows_out"] == 0


@pytest.mark.parametrize("reasons", ["some", "0", "-0.1", "1.2", "nan", ""])
def test_reasons_that_mean_nothing_are_refused(scored: Scored, reasons: str) -> None:
    """The message repeats the value and names the choices."""
    with pytest.raises(ConfigError, match=r'Choose "all", "none"') as caught:
        scored(customers(3), reasons)
    assert repr(reasons) in caught.value.message


def test_a_clv_column_that_is_not_there_is_named(scored: Scored) -> None:
    """A [decision] clv that is no column of the table is a config error."""
    with pytest.raises(ConfigError, match="'Worth', which is not a column"):
        scored(customers(3), decision=replace(COSTS, clv="Worth"))


def test_an_id_named_like_a_score_column_is_refused(scored: Scored) -> None:
    """Two columns of one name would make a file that nothing can read."""
    table = customers(3, id_name="decile")
    with pytest.raises(ConfigError, match="'decile', which is also a column of the scores"):
        scored(table, id_name="decile")


@pytest.fixture
def on_spark(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An engine whose workers get a few customers at a time."""
    pytest.importorskip("pyspark", reason="the extra 'spark' is not installed")
    monkeypatch.setattr(spark_workers, "PIECE_ROWS", 160)
    return Engine(kind="spark", memory_mb=700)


@pytest.mark.slow
@pytest.mark.parametrize(("reasons", "asked"), [("none", 1), ("all", 1), ("0.3", 2)])
def test_workers_of_spark_write_the_very_file(
    scored: Scored, on_spark: Engine, reasons: str, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scores, decisions and reasons, in order, from seven pieces; reasons of the riskiest within the limit."""
    names: list[str] = []
    ask = Workers.ask
    monkeypatch.setattr(Workers, "ask", lambda *given: names.append(given[1]) or ask(*given))
    table, dear = customers(1000, seed=3), replace(COSTS, incentive_cost=300.0)
    here, there = (scored(table, reasons, 40, dear, engine=each) for each in (Engine(), on_spark))
    assert names == ["customers", "others"][:asked]
    assert there.scores.read_bytes() == here.scores.read_bytes()
    assert there.counts == here.counts
    assert [path.name for path in there.scores.parent.iterdir()] == ["scores.parquet"]


@pytest.mark.slow
def test_what_keeps_a_worker_from_answering_is_said_in_its_words(
    scored: Scored, on_spark: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not as a traceback, and not as the number of the call that failed."""
    monkeypatch.setattr(answering, "computing", lambda: dict.fromkeys(computing(), "0.0"))
    with pytest.raises(
        ConfigError, match=r"^Python on .+ has unchurn .+ in place of 0\.0"
    ) as caught:
        scored(customers(300), engine=on_spark)
    assert str(caught.value).count("\n") == 1
    assert caught.value.hint == "Install there what this process has."


@pytest.mark.slow
def test_answers_that_are_too_few_are_no_list(
    scored: Scored, on_spark: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part that the shared folder lost must not give its reasons to others."""
    count = Exchange.count
    monkeypatch.setattr(Exchange, "count", lambda *given: count(*given) - 1)
    with pytest.raises(ArtefactError, match="answered for fewer customers than they were given"):
        scored(customers(400), "none", engine=on_spark)
