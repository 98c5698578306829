"""A history observed on Spark: the same bytes as on DuckDB, whatever ids and kinds are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.fs as pafs
import pytest
from hypothesis import core

from asked_histories import INACTIVITY, RENEWAL, SUBSCRIPTION
from histories import Settings, Told, as_of, observe, told_histories, with_anchors
from many_histories import drawn, side_by_side
from rehearsal.access_key import Key
from rehearsal.loopback import serving
from unchurn.errors import ConfigError
from unchurn.history.spark import Observing, within
from unchurn.project import Churn
from unchurn.tables.engines.shared_folder import Exchange
from unchurn.tables.parquet import write_parquet

pytestmark = pytest.mark.slow
ODD = "o'Neil \\ ${HOME} -- 猫"
PLAN = 'it\'s \\ "x" ${HOME}'
PERIODS = (
    (ODD, "2024-01-01", "2024-06-20", "2024-06-01", "5", PLAN),
    (ODD, "2024-07-20", "", "", "7.5", PLAN),
    ("unsure", "2024-02-01", "2024-06-31", "", "5", PLAN),
    ("renews", "2024-01-01", "2024-08-21", "", "5", PLAN),
    ("renews", "2024-08-21", "2024-12-01", "", "5", PLAN),
    ("short", "2024-03-01", "2024-03-11", "", "5", PLAN),
)
ORDERS = tuple(
    (ODD, f"2024-0{month}-10T23:30:00Z", f"2024-0{month}-12", PLAN, "19.99")
    for month in range(1, 8)
)
# a column of dates, known late
ACCOUNTS = tuple(
    (f"leaves {day}", "2024-01-05", f"2024-0{1 + day // 60}-20", "", f"19{day // 4}-03-01T10:00:00")
    for day in range(40, 300, 20)
)


def _made(told: Told, asked: Settings, folder: Path, engine: str) -> tuple[Any, ...]:
    (folder / engine).mkdir()
    made = observe(told, asked, folder / engine, engine=engine)
    left = sorted(path.name for path in (folder / engine / "work").iterdir())
    assert left == ["snapshots.parquet"]
    said = [each.to_plain() for each in made.findings]
    return made.table.read_bytes(), made.plan, made.contract, made.rows, said


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        (replace(SUBSCRIPTION, every=45.0, eligible={"plan": (PLAN, "X")}), True),
        (INACTIVITY, False),
        (RENEWAL, True),
    ],
)
def test_both_engines_give_the_same_bytes(asked: Churn, kinds: bool, tmp_path: Path) -> None:
    """Table, plan, contract, accounts and findings, of every snapshot and of one day; also without kinds.

    Of 50 histories that hypothesis makes, beside customers of odd names.
    """
    many = side_by_side(drawn(told_histories(), 50, core.global_force_seed or 7))
    periods, orders = (*PERIODS, *many.subscriptions), (*ORDERS, *many.orders)
    accounts = (*ACCOUNTS, *(row for row in many.accounts if not row[4]))
    told = replace(with_anchors(Told(periods, orders)), accounts=accounts)
    if not kinds:
        told = replace(told, orders=tuple((*row[:3], "", row[4]) for row in told.orders))
    settings = Settings(asked, windows=(30, 90), fixed_terms=asked.every == "renewal")
    here, there = (_made(told, settings, tmp_path, engine) for engine in ("duckdb", "spark"))
    assert here == there
    today = as_of(settings, "2024-08-01", here[1])
    (tmp_path / "day").mkdir()
    assert _made(told, today, tmp_path / "day", "duckdb") == _made(
        told, today, tmp_path / "day", "spark"
    )


def test_a_worker_reads_the_groups_that_hold_its_customers(tmp_path: Path) -> None:
    """Of a table in S3 as of one in a folder."""
    codes = pa.record_batch([pa.array(np.repeat(np.arange(3_000), 50))], ["code"])
    path = tmp_path / "t0.parquet"
    write_parquet([codes], path, codes.schema, staged=True)
    key = Key()
    with serving(key) as port:
        place = f"s3://{key.id}:{key.secret}@unchurn-history/prefix?region=us-east-1&scheme=http"
        place += f"&allow_bucket_creation=true&endpoint_override=127.0.0.1:{port}"
        files, _ = pafs.FileSystem.from_uri(place)
        files.create_dir("unchurn-history")
        there = Exchange(place).copied(path, path.name)
        for each in (str(path), there):
            found = within(each, (2_990, 3_000))
            assert (found.num_rows, found["code"][-1].as_py()) == (150_000 - 131_072, 2_999)
            assert within(each, (0, 1)).num_rows == 65_536


def test_a_worker_with_another_duckdb_is_refused() -> None:
    """Its rows could be other ones."""
    with pytest.raises(ConfigError, match=r"workers has duckdb \d.+ in place of 0\.1"):
        Observing(work=print, places={}, memory_mb=700, version="0.1")((0, 1), bytes)  # type: ignore[arg-type]
