"""The tables of a history, checked against the question before any is read."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from unchurn.errors import ConfigError, DataError
from unchurn.history import Question
from unchurn.history.sources import open_sources
from unchurn.project import Attributes, Churn, Data, Events, History, Subscriptions

ENDS, SILENT = Churn(event="subscription-ends"), Churn(event="inactivity")
PERIODS, ORDERS = Subscriptions(data="s.csv"), Events(data="o.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two tables."""
    (tmp_path / "s.csv").write_text("customer,start,end\na,2024-01-01,\n")
    (tmp_path / "o.csv").write_text("customer,time\na,2024-01-01\n")
    (tmp_path / "empty.csv").write_text("")
    return tmp_path


@pytest.mark.parametrize(
    ("churn", "tables", "words"),
    [
        (ENDS, {"events": {"orders": ORDERS}}, "no table of subscriptions"),
        (SILENT, {"subscriptions": PERIODS}, "no table of events"),
        (replace(SILENT, activity=("logins",)), {"events": {"orders": ORDERS}}, "'logins'"),
        (replace(ENDS, every="renewal"), {"subscriptions": PERIODS}, "not known in advance"),
        (SILENT, {"events": {"orders": Events()}}, r"\[history.events.orders\] names no table"),
        (
            SILENT,
            {"events": {"x": ORDERS}, "attributes": {"x": Attributes(data="o.csv")}},
            "Two tables .* called 'x'",
        ),
        (
            SILENT,
            {"events": {"x": replace(ORDERS, time="")}},
            r"\[history.events.x\] time is empty",
        ),
        (ENDS, {"subscriptions": replace(PERIODS, start="")}, r"subscriptions\] start is empty"),
        (
            SILENT,
            {
                "events": {"x": ORDERS},
                "attributes": {"y": Attributes(data="o.csv", time="time", customer="")},
            },
            r"\[history.attributes.y\] customer is empty",
        ),
        (SILENT, {"events": {"x": Events(data="gone.csv")}}, r"\[history.events.x\]: .*gone.csv"),
    ],
)
def test_a_history_that_cannot_answer_is_refused(
    folder: Path, churn: Churn, tables: dict[str, Any], words: str
) -> None:
    """Before anything is read, naming the section."""
    with pytest.raises(ConfigError, match=words):
        open_sources(History(**tables), Question.of(churn), Data(), folder)


def test_an_empty_source_is_named(folder: Path) -> None:
    """An empty file says so under its section."""
    history = History(events={"x": Events(data="empty.csv")})
    with pytest.raises(DataError, match=r"\[history.events.x\]: empty.csv is empty"):
        open_sources(history, Question.of(SILENT), Data(), folder)


def test_the_fingerprint_is_of_names_and_bytes(folder: Path) -> None:
    """Another byte, or another name for the same bytes, is another history; another place is not."""

    def fingerprint(name: str, table: str = ORDERS.data, missing: tuple[str, ...] = ()) -> str:
        history = History(events={name: replace(ORDERS, data=table)})
        data = Data(missing=missing)
        return open_sources(history, Question.of(SILENT), data, folder).fingerprint()

    first = fingerprint("orders")
    assert first == fingerprint("orders")
    assert first != fingerprint("logins")
    assert first != fingerprint("orders", missing=("-",))
    (folder / "moved").mkdir()
    shutil.copy(folder / ORDERS.data, folder / "moved" / "renamed.csv")
    assert first == fingerprint("orders", "moved/renamed.csv")
    (folder / "o.csv").write_text("customer,time\na,2024-01-02\n")
    assert first != fingerprint("orders")
