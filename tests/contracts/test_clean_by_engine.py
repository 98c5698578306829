"""Clean is the same artefact whoever makes it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from trapped_table import write_trapped

from unchurn.artefacts import Clean, Workspace
from unchurn.artefacts.folder import MANIFEST
from unchurn.progress import Silent
from unchurn.project import Churn, Columns, Data, Engine
from unchurn.steps.clean import clean
from unchurn.tables import open_table
from unchurn.tables.engines import spark_session

ROWS = 30_000
TRAPS = {
    "absent-ids", "conflicting-labels", "decimal-comma", "exact-duplicate", "exponent-codes", "far-numbers", "infinite-cells", "leading-zeros",
    "many-rejected", "missing-id", "missing-label", "missing-spelling", "multi-line-cells", "numbers-joined", "padded-ids", "ragged-rows", "repeated-id", "sentinel",
    "torn-lines", "unreadable-cells",
}  # fmt: skip


def made(kind: str, source: Path, folder: Path) -> Clean:
    """Clean and publish the table with an engine."""
    folder.mkdir()
    churn = Churn(target="churn", id="customer_id")
    table = open_table(source.name, Data(), source.parent)
    engine = Engine(kind=kind)
    found = clean(table, Data(), churn, Columns(), engine, Workspace(folder), Silent())
    found.save(folder)
    return found


def sha256_of_rows(found: Clean) -> str:
    """Hash the rows in an order of their own, as text that shows every bit of a number."""
    rows = sorted(repr(tuple(row.values())) for row in pq.read_table(found.customers).to_pylist())
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("ansi", ["true", "false"])
def test_every_engine_makes_one_clean_of_a_table_full_of_traps(
    ansi: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same rows to the last bit, the same rejects, the same manifest; every trap was met.

    Spark 3.5 leaves ANSI's rules out unless it is told, 4 follows them unless it is told.
    """
    settings = spark_session._session_settings
    monkeypatch.setattr(
        spark_session,
        "_session_settings",
        lambda *given: settings(*given) | {"spark.sql.ansi.enabled": ansi},
    )
    source = tmp_path / "trapped.csv"
    write_trapped(source, ROWS)
    duck = made("duckdb", source, tmp_path / "duckdb")
    spark = made("spark", source, tmp_path / "spark")
    assert sha256_of_rows(made("arrow", source, tmp_path / "arrow")) == sha256_of_rows(duck)
    assert sha256_of_rows(spark) == sha256_of_rows(duck)
    assert spark.rejects.read_bytes() == duck.rejects.read_bytes()
    manifests = [(tmp_path / kind / MANIFEST).read_bytes() for kind in ("spark", "duckdb", "arrow")]
    assert manifests[0] == manifests[1] == manifests[2]
    assert {finding["code"] for finding in spark.findings} == TRAPS
    kinds = {each["name"]: each["kind"] for each in spark.schema["columns"]}
    assert [kinds[name] for name in ("Bill (€)", "Joined", "ZIP")] == ["number", "date", "category"]
