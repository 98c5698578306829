"""Tables of other libraries in, and tables out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

import unchurn
from command_line import Ran, copy_as_trained

KINDS = ("csv", "parquet", "arrow", "stream", "duckdb", "pandas", "polars")


@pytest.fixture(scope="module")
def project(trained: tuple[Path, Ran], tmp_path_factory: pytest.TempPathFactory) -> unchurn.Project:
    """A project with a champion, which may be trained again."""
    folder = tmp_path_factory.mktemp("champion")
    return unchurn.Project.load(copy_as_trained(trained[0], folder))


@pytest.fixture(scope="module")
def customers(telecom: Path) -> pa.Table:
    """This month's customers."""
    return pacsv.read_csv(telecom / "this_month.csv")


@pytest.fixture(scope="module")
def held(telecom: Path, customers: pa.Table, tmp_path_factory: Any) -> Callable[[str], Any]:
    """The same customers, held by whichever library."""

    def hold(kind: str) -> Any:
        path = telecom / "this_month.csv"
        if kind == "csv":
            return path
        if kind == "parquet":
            target = tmp_path_factory.mktemp("held") / "month.parquet"
            pq.write_table(customers, target)
            return target
        if kind == "stream":
            return pa.RecordBatchReader.from_batches(customers.schema, customers.to_batches(64))
        if kind == "duckdb":
            # of its own: the process's has a result that another test has not fetched to its end
            return duckdb.connect().sql(f"from read_csv('{path}')")
        if kind == "pandas":
            return pytest.importorskip("pandas").read_csv(path)
        if kind == "polars":
            return pytest.importorskip("polars").read_csv(path)
        return customers

    return hold


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_table_scores_the_same_whoever_holds_it(
    project: unchurn.Project, held: Callable[[str], Any], telecom: Path, kind: str
) -> None:
    """A path, pandas, Polars, Arrow and DuckDB give the same bits, scored or predicted."""
    listed = unchurn.score(project, telecom / "this_month.csv").to_arrow().drop_columns("run_id")
    found = unchurn.score(project, held(kind)).to_arrow().drop_columns("run_id")
    assert found.equals(listed)
    assert unchurn.load_champion(project).predict(held(kind)).to_arrow().equals(listed)


def test_contributions_add_up_to_the_margin(project: unchurn.Project, customers: pa.Table) -> None:
    """An explanation has everybody's reasons, and numbers that sum to the margin."""
    champion = unchurn.Champion.load(project)
    told = champion.explain(customers).to_arrow()
    parts = np.array([sum(row.values()) for row in told["contributions"].to_pylist()])
    np.testing.assert_allclose(parts + told["base"].to_numpy(), told["margin"].to_numpy())
    scored = champion.predict(customers).to_arrow()
    assert told["probability"].equals(scored["probability"])
    assert told["Phone"].equals(scored["Phone"])
    assert told["reason_1"].null_count == 0


def test_an_id_named_like_a_part_of_an_explanation_keeps_its_cells(
    trained: tuple[Path, Ran], telecom: Path, customers: pa.Table, tmp_path: Path
) -> None:
    """The id is called `margin`: that column holds customers, and ours is `margin_`."""
    folder = copy_as_trained(trained[0], tmp_path / "project")
    toml = folder / "churn.toml"
    toml.write_text(re.sub(r'\bid = "[^"]*"', 'id = "margin"', toml.read_text(), count=1))
    project = unchurn.Project.load(folder)
    table, asked = (
        each.rename_columns(["margin" if name == "Phone" else name for name in each.column_names])
        for each in (pacsv.read_csv(telecom / "customers.csv"), customers)
    )
    made = unchurn.train(project, table).document()
    told = unchurn.Champion.load(project, made["version"]).explain(asked).to_arrow()
    assert told["margin"].to_pylist() == [str(each) for each in asked["margin"].to_pylist()]
    parts = np.array([sum(row.values()) for row in told["contributions"].to_pylist()])
    np.testing.assert_allclose(parts + told["base"].to_numpy(), told["margin_"].to_numpy())


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_scores_become_a_frame(project: unchurn.Project, telecom: Path, library: str) -> None:
    """to_pandas() and to_polars() have the rows of to_arrow()."""
    pytest.importorskip(library)
    scoring = unchurn.score(project, telecom / "this_month.csv")
    frame = getattr(scoring, f"to_{library}")()
    assert list(frame["probability"]) == scoring.to_arrow()["probability"].to_pylist()


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_frame_without_its_library_says_what_to_install(
    project: unchurn.Project, customers: pa.Table, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without pandas or Polars the message has the line that installs it."""
    monkeypatch.setitem(__import__("sys").modules, library, None)
    answer = unchurn.load_champion(project).predict(customers)
    with pytest.raises(unchurn.ConfigError, match=f"pip install {library}"):
        getattr(answer, f"to_{library}")()


def test_answers_stream_onward(project: unchurn.Project, customers: pa.Table) -> None:
    """What comes out is itself a table for whoever takes Arrow's stream."""
    answer = unchurn.load_champion(project).predict(customers)
    assert pa.table(answer).equals(answer.to_arrow())


def test_a_training_takes_a_table(
    project: unchurn.Project, trained: tuple[Path, Ran], telecom: Path
) -> None:
    """The same customers train the same model from memory; again, it is the same run."""
    table = pacsv.read_csv(telecom / "customers.csv")
    first, again = (unchurn.train(project, table) for _ in range(2))
    assert first.lineage.run_id == again.lineage.run_id != trained[1].document["run_id"]
    assert first.document()["verdict"] == "passed"


def test_notebooks_get_short_words(
    project: unchurn.Project, customers: pa.Table, telecom: Path
) -> None:
    """A repr is one short line, and its HTML holds no markup of the table's."""
    champion = unchurn.load_champion(project)
    names = customers["Phone"].to_pylist()
    names[0] = "<b>bold</b>"
    renamed = customers.set_column(customers.schema.get_field_index("Phone"), "Phone", [names])
    shown = [project, unchurn.train(project), champion, champion.predict(renamed)]
    shown += [champion.explain(renamed), unchurn.score(project, telecom / "this_month.csv")]
    assert all(len(repr(each)) < 160 and "\n" not in repr(each) for each in shown)
    pages = [each._repr_html_() for each in shown[1:]]
    assert all(page.startswith("<table>") for page in pages)
    assert "&lt;b&gt;bold" in pages[2] and "<b>" not in "".join(pages)


def _failing() -> Iterator[pa.RecordBatch]:
    yield pa.record_batch({"a": [1]})
    raise OSError("the line dropped")


def _broken() -> pa.RecordBatchReader:
    return pa.RecordBatchReader.from_batches(pa.schema([("a", pa.int64())]), _failing())


def _busy() -> duckdb.DuckDBPyRelation:
    """Return a relation whose connection waits for another's result to be fetched."""
    connection = duckdb.connect()
    relation = connection.sql("from range(3)")
    connection.execute("select 1").fetchone()
    return relation


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (lambda: 5, "a int is no table"),
        (lambda: pa.table({}), "no columns"),
        (lambda: pa.table({"a": pa.array([], pa.int64())}), "no rows"),
        (lambda: pa.table([[1], [2]], names=["a", "a"]), "a pyarrow Table"),
        (lambda: pa.chunked_array([[1, 2]]), "is one column, not a table"),
        (lambda: pa.table({"a": [1]}), "lacks columns"),
        (lambda: pa.table({"a": [b"\xff"]}), "not UTF-8"),
        (_broken, "the line dropped"),
        (_busy, "cannot be read as a table: .*unfinished result"),
    ],
)
def test_what_is_no_table_is_refused(
    project: unchurn.Project, given: Callable[[], Any], words: str
) -> None:
    """What cannot be read is an error for people that names what was given."""
    with pytest.raises(unchurn.UnchurnError, match=words):
        unchurn.score(project, given())


def test_an_unnamed_index_of_pandas_is_no_column(
    project: unchurn.Project, customers: pa.Table
) -> None:
    """Row labels that a filter left behind are not read; an index with a name is."""
    frame = pytest.importorskip("pandas").DataFrame(customers.to_pydict())
    champion = unchurn.load_champion(project)
    answer = champion.predict(frame[frame["CustServ Calls"] >= 1].set_index("Phone"))
    assert not answer.notes or "__index" not in str(answer.notes)
    labelled = champion.predict(frame[frame["CustServ Calls"] >= 1])
    assert "__index" not in str(labelled.notes)
    assert labelled.to_arrow().equals(answer.to_arrow())
