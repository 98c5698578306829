"""Rows of a history as they are read: times of every kind, and what cannot be used."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from unchurn.errors import ConfigError, DataError
from unchurn.history.calendar import FOREVER, number
from unchurn.history.clock import Clock
from unchurn.history.columns import Roles, settle_roles
from unchurn.history.reading import Reading, read_source
from unchurn.history.sources import Source
from unchurn.progress import Silent
from unchurn.project import Attributes, Data, Events, Subscriptions
from unchurn.tables import open_table

BERLIN = Clock.of("Europe/Berlin")


def _read(path: Path, section: Any, roles: Roles | None = None) -> tuple[Reading, list[dict]]:
    kinds = {Subscriptions: "subscriptions", Events: "events.e", Attributes: "attributes.a"}
    table = open_table(path.name, Data(), path.parent)
    source = Source(kinds[type(section)], section, table)
    roles = roles or settle_roles(source, (), Silent())[0]
    found = read_source(source, 0, roles, BERLIN, (), path.parent, Silent())
    return found, pq.read_table(found.path).to_pylist()


def _csv(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text)
    return path


def _day(text: str) -> int:
    return number(dt.date.fromisoformat(text))


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-03-31", "2024-03-31"),
        ("2024-03-31T23:59:59", "2024-03-31"),
        ("2024-03-31T22:30:00Z", "2024-04-01"),
        ("2024-03-31 22:30:00+00:00", "2024-04-01"),
        ("2024-03-31T22:30:00+02:00", "2024-03-31"),
        ("2024-03-31 18:30:00 EDT", "2024-04-01"),
        ("2024-01-31T23:30:00 UTC", "2024-02-01"),
        ("1711924200", "2024-04-01"),
        ("1711924200000", "2024-04-01"),
        ("45382.98", "2024-03-31"),
    ],
)
def test_every_way_to_write_a_time_becomes_its_local_day(
    tmp_path: Path, cell: str, day: str
) -> None:
    """Days, naive times, offsets, zones, epoch seconds and milliseconds, spreadsheets' serials."""
    rows = "".join(f"c{each},{cell}\n" for each in range(6))
    _, found = _read(_csv(tmp_path, f"customer,time\n{rows}"), Events())
    assert {row["day"] for row in found} == {_day(day)}


@pytest.mark.parametrize(
    ("cell", "code", "key", "answer", "day"),
    [
        ("03/04/2024", "date-order", "date_order", "mdy", "2024-03-04"),
        ("20123", "counted-days", "epoch", {"Time": "days-1960"}, "2015-02-04"),
    ],
)
def test_what_times_leave_in_question_is_said_and_settled(
    tmp_path: Path, cell: str, code: str, key: str, answer: Any, day: str
) -> None:
    """By a key of the table's own section, which the words name; a plan keeps the answer."""
    path = _csv(tmp_path, "customer,time\n" + "".join(f"c{n},{cell}\n" for n in range(6)))
    table = open_table(path.name, Data(), path.parent)
    _, (asked,) = settle_roles(Source("events.e", Events(), table), (), Silent())
    assert (asked.code, asked.severity) == (code, "warning")
    assert f"[history.events.e] {key} = " in asked.words
    assert "[columns]" not in asked.words and "--" not in asked.words
    section = Events(**{key: answer})
    roles, told = settle_roles(Source("events.e", section, table), (), Silent())
    assert told == []
    _, found = _read(path, section, Roles.from_plain(roles.to_plain()))
    assert {row["day"] for row in found} == {_day(day)}


@pytest.mark.parametrize(
    ("cell", "unit", "day"),
    [
        ("733617000", "s-2001", "2024-04-01"),
        ("2027543400", "s-1960", "2024-03-31"),
        ("2027543400000", "ms-1960", "2024-03-31"),
    ],
)
def test_seconds_count_moments_or_a_wall_clocks_time(
    tmp_path: Path, cell: str, unit: str, day: str
) -> None:
    """All are 22:30 on 31 March: in UTC, which is April in Berlin, and without a zone."""
    path = _csv(tmp_path, "customer,time\n" + "".join(f"c{n},{cell}\n" for n in range(6)))
    _, found = _read(path, Events(epoch={"time": unit}))
    assert {row["day"] for row in found} == {_day(day)}


def test_an_epoch_of_what_is_added_up_is_refused(tmp_path: Path) -> None:
    """It would be a number, whatever the section says that it counts."""
    path = _csv(tmp_path, "customer,time,paid\n" + "a,2024-01-01,20123\n" * 6)
    section = Events(values=("paid",), epoch={"paid": "days-1960"})
    table = open_table(path.name, Data(), path.parent)
    words = r"^\[history.events.e\]: epoch says that 'paid' counts 'days-1960'"
    with pytest.raises(ConfigError, match=words) as refused:
        settle_roles(Source("events.e", section, table), (), Silent())
    assert "Take 'paid' out of epoch" in refused.value.hint


@pytest.mark.parametrize(("zone", "day"), [("UTC", "2024-04-01"), (None, "2024-03-31")])
def test_stored_moments_have_a_zone_or_none(tmp_path: Path, zone: str | None, day: str) -> None:
    """Parquet says itself whether a time is a moment or a wall clock's."""
    moment = [dt.datetime(2024, 3, 31, 22, 30)] * 3
    table = pa.table(
        {"customer": ["a", "b", "c"], "time": pa.array(moment, pa.timestamp("us", zone))}
    )
    pq.write_table(table, tmp_path / "table.parquet")
    _, found = _read(tmp_path / "table.parquet", Events())
    assert {row["day"] for row in found} == {_day(day)}


def test_events_that_cannot_be_used_are_counted(tmp_path: Path) -> None:
    """Without a customer or a time, with a time that is none: each under its reason."""
    good = "".join(f"a,2024-01-{day:02d}\n" for day in range(1, 11))
    found, rows = _read(
        _csv(tmp_path, f"customer,time\n{good},2024-01-01\nb,\nb,tomorrow\n  ,2024-01-01\n"),
        Events(),
    )
    assert found.counted.dropped == {"no customer": 2, "no time": 1, "unreadable time": 1}
    assert found.read == found.kept + 4
    assert len(rows) == found.kept == 10
    assert found.counted.ends() == (_day("2024-01-01"), _day("2024-01-10"))


def test_a_mistyped_year_is_no_end_of_a_history(tmp_path: Path) -> None:
    """A row far from all others does not make the history complete until 2099."""
    good = "".join(f"a,2024-01-{day:02d}\n" for day in range(1, 29))
    found, _ = _read(_csv(tmp_path, f"customer,time\n{good}a,2099-01-01\nb,1924-01-05\n"), Events())
    assert found.counted.ends() == (_day("2024-01-01"), _day("2024-01-28"))
    few, _ = _read(_csv(tmp_path, "customer,time\na,2020-01-01\na,2024-01-01\n"), Events())
    assert few.counted.ends() == (_day("2020-01-01"), _day("2024-01-01"))


def test_periods_that_cannot_be_are_counted(tmp_path: Path) -> None:
    """Backwards, of no length; an end that is no day is kept as unsure, and a sentinel is no end at all."""
    good = "".join(f"c{each},2024-01-0{each + 1},2024-03-01\n" for each in range(6))
    text = (
        f"customer,start,end\n{good}a,2024-01-05,2024-01-01\nb,2024-01-05,2024-01-05T20:00\n"
        "c,2024-01-05,soon\nd,2024-01-05,9999-12-31\ne,2024-01-05,\nf,,2024-02-01\n"
    )
    found, rows = _read(_csv(tmp_path, text), Subscriptions())
    assert found.counted.dropped == {
        "ends before it starts": 1,
        "begins and ends on one day": 1,
        "no time": 1,
    }
    open_ones = {row["customer"]: row["unsure"] for row in rows if row["end_day"] == FOREVER}
    assert open_ones == {"c": 1, "d": 0, "e": 0}


def test_a_row_counts_from_when_it_arrived(tmp_path: Path) -> None:
    """Never before it happened; where the arrival is blank, from when it happened."""
    rows = "a,2024-01-05,2024-02-01\na,2024-01-05,\na,2024-01-05,2024-01-01\n" * 2
    _, found = _read(_csv(tmp_path, f"customer,time,got\n{rows}"), Events(known="got"))
    days = [row["known"] for row in found]
    assert days == [_day("2024-02-01"), _day("2024-01-05"), _day("2024-01-05")] * 2


def test_times_in_doubt_are_counted(tmp_path: Path) -> None:
    """A local time that comes twice, and one that never comes; midnight alone is a day."""
    times = ["2024-10-27T02:30:00", "2024-03-31T02:30:00", "2024-03-31", "2024-10-27T01:59:59"]
    rows = "".join(f"a,{each}\n" for each in times)
    found, _ = _read(_csv(tmp_path, f"customer,time\n{rows}"), Events())
    assert (found.counted.twice, found.counted.never) == (1, 1)


def test_what_else_a_row_holds_tells_it_apart(tmp_path: Path) -> None:
    """Columns that nobody asked for decide whether two rows are one."""
    text = "id,customer,time,note\n1,a,2024-01-01,x\n2,a,2024-01-01,x\n2,a,2024-01-01,x\n"
    _, rows = _read(_csv(tmp_path, text), Events())
    assert [row["rest"] for row in rows] == ["1\x1fx", "2\x1fx", "2\x1fx"]


@pytest.mark.parametrize(
    ("text", "section", "words"),
    [
        ("customer,when\na,2024-01-01\n", Events(), r"\[history.events.e\]: .*'time'"),
        ("customer,time\na,x\nb,y\nc,z\n", Events(), r"\[history.events.e\].*'time' is a date"),
        ("customer,time\n,2024-01-01\n,2024-01-02\n", Events(), "none of 2 rows"),
        ("customer,time,v\na,2024-01-01,x\nb,2024-01-01,y\n", Events(values=("v",)), "'v'"),
    ],
)
def test_a_source_that_cannot_be_used_is_refused(
    tmp_path: Path, text: str, section: Any, words: str
) -> None:
    """With the section's name, and the column or the reasons."""
    with pytest.raises(DataError, match=words):
        _read(_csv(tmp_path, text), section)


def test_a_renamed_column_is_named(tmp_path: Path) -> None:
    """Later tables are read by the roles of the first; what is missing is said."""
    first, _ = _read(_csv(tmp_path, "customer,time\na,2024-01-01\n"), Events())
    again = _csv(tmp_path, "Customer,moment\na,2024-01-01\n")
    with pytest.raises(DataError, match=r"\[history.events.e\]: .*lacks.*'time'"):
        _read(again, Events(), first.roles)


def test_roles_survive_the_plan(tmp_path: Path) -> None:
    """How columns are read is kept as plain data."""
    text = "customer,since,plan,score,born\na,2024-01-01,x,1.5,1990-01-01\nb,2024-01-02,y,2,1991-05-05\n"
    found, rows = _read(_csv(tmp_path, text), Attributes(time="since"))
    assert Roles.from_plain(found.roles.to_plain()) == found.roles
    assert [each.name for each in found.roles.attributes] == ["born", "plan", "score"]
    assert rows[0]["a1"] == "x"
    assert rows[1]["a2"] == 2.0
