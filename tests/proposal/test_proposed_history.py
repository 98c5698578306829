"""Exports of billing and shop tools, recognised by their columns: each in a table of our making."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from command_line import Unchurn
from unchurn.errors import ConfigError
from unchurn.progress import Silent
from unchurn.project import Project
from unchurn.proposal.history import HistoryProposal, propose_history

DAY = 86_400
EPOCH = 1_704_067_200


def _table(folder: Path, name: str, header: str, rows: Sequence[Sequence[object]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", newline="") as stream:
        csv.writer(stream).writerows([header.split(), *rows])


def _stripe(folder: Path) -> None:
    header = (
        "id customer status created start_date current_period_end cancel_at_period_end canceled_at "
        "ended_at plan amount currency"
    )
    rows = []
    for n in range(40):
        start = EPOCH + n * 3 * DAY
        told, ended = (start + 100 * DAY, start + 120 * DAY) if n % 2 else ("", "")
        status = "canceled" if n % 2 else "active"
        rows.append((f"sub_{n}", f"cus_{n % 30}", status, start, start, start + 300 * DAY,
                     str(bool(n % 2)).lower(), told, ended, f"plan_{n % 2}", 1900 + n % 3, "eur"))  # fmt: skip
    _table(folder, "subscriptions.csv", header, rows)


def _chargebee(folder: Path) -> None:
    header = "subscription_id customer_id plan_id status mrr created_at started_at activated_at current_term_end cancelled_at"
    rows = [
        (f"s{n}", f"c{n % 25}", f"p{n % 3}", "cancelled" if n % 2 else "active", 10.5 + n % 2, _date(n),
         _date(n), _date(n), _date(n + 365), _date(n + 90) if n % 2 else "")
        for n in range(40)
    ]  # fmt: skip
    _table(folder, "subs.csv", header, rows)


def _recurly(folder: Path) -> None:
    header = (
        "uuid account_code plan_code state unit_amount quantity activated_at canceled_at expires_at"
    )
    rows = [
        (f"u{n}", f"acct-{n % 25}", f"gold{n % 2}", "expired" if n % 2 else "active", 9.99 + n % 2, 1,
         _date(n), _date(n + 60) if n % 2 else "", _date(n + 90) if n % 2 else "")
        for n in range(40)
    ]  # fmt: skip
    _table(folder, "recurly.csv", header, rows)


def _shopify(folder: Path) -> None:
    rows = [
        (f"#{1000 + n}", f"user{n % 15}@example.com", "paid" if n % 3 else "refunded", f"{_date(n)} 10:0{n % 10}:00 +0200",
         f"{20 + n % 7}.50")
        for n in range(60)
    ]  # fmt: skip
    _table(folder, "orders.csv", "Name Email Financial_Status Created_at Total", rows)
    people = [
        (f"user{n}@example.com", f"First{n}", "DE" if n % 2 else "FR", n % 4) for n in range(15)
    ]
    _table(folder, "customers.csv", "Email First_Name Country Total_Orders", people)


def _woocommerce(folder: Path) -> None:
    rows = [
        (
            n,
            n % 12,
            "wc-completed" if n % 4 else "wc-refunded",
            f"{_date(n)} 08:00:00",
            f"{30 + n % 5}.00",
        )
        for n in range(50)
    ]
    _table(folder, "wc_orders.csv", "order_id customer_id status date_created total", rows)


def _kkbox(folder: Path) -> None:
    people = [f"msno{n:02d}=" for n in range(12)]
    terms = [
        (who, 41, 30, 149, 149, 1, _plain(n * 30), _plain(n * 30 + 30), 0)
        for n in range(6)
        for who in people
    ]
    header = (
        "msno payment_method_id payment_plan_days plan_list_price actual_amount_paid is_auto_renew "
        "transaction_date membership_expire_date is_cancel"
    )
    _table(folder, "transactions.csv", header, terms)
    logs = [
        (who, _plain(n * 5), n % 7, n % 3, n % 9, 200.5 * n) for n in range(20) for who in people
    ]
    _table(folder, "user_logs.csv", "msno date num_25 num_50 num_unq total_secs", logs)
    _table(folder, "members.csv", "msno city gender registered_via",
           [(who, n % 3, "male" if n % 2 else "female", 7 + n % 2) for n, who in enumerate(people)])  # fmt: skip


def _date(day: int) -> str:
    return (
        f"2024-{1 + day // 28 % 12:02d}-{1 + day % 28:02d}"
        if day < 336
        else f"2025-01-{1 + day % 28:02d}"
    )


def _plain(day: int) -> str:
    return _date(day).replace("-", "")


def _stripe_dashboard(folder: Path) -> None:
    """As the dashboard exports them: headers with a zone, customers beside them by their id."""
    header = [
        "id", "Customer ID", "Customer Email", "Plan", "Quantity", "Currency", "Interval", "Amount", "Status",
        "Created (UTC)", "Start Date (UTC)", "Current Period End (UTC)", "Canceled At (UTC)",
        "Cancel At Period End", "Ended At (UTC)",
    ]  # fmt: skip
    rows = [
        (f"sub_{n}", f"cus_{n % 30}", f"u{n % 30}@example.com", f"plan_{n % 2}", 1, "eur", "month", f"{19 + n % 3}.00",
         "canceled" if n % 2 else "active", f"{_date(n)} 10:00", f"{_date(n)} 10:00", f"{_date(n + 200)} 10:00",
         f"{_date(n + 60)} 10:00" if n % 2 else "", str(bool(n % 2)).lower(),
         f"{_date(n + 90)} 10:00" if n % 2 else "")
        for n in range(40)
    ]  # fmt: skip
    _rows(folder / "subscriptions.csv", header, rows)
    people = [(f"cus_{n}", f"u{n}@example.com", "DE" if n % 2 else "FR") for n in range(30)]
    _rows(folder / "customers.csv", ["id", "Email", "Card Address Country"], people)


def _shopify_admin(folder: Path) -> None:
    """As the admin exports them: orders that may be cancelled, customers with an id of their own."""
    header = ["Name", "Email", "Financial Status", "Paid at", "Fulfillment Status", "Currency", "Subtotal", "Total",
              "Created at", "Lineitem quantity", "Cancelled at"]  # fmt: skip
    rows = [
        (f"#{1000 + n}", f"user{n % 15}@example.com", "paid" if n % 3 else "refunded", f"{_date(n)} 10:00:00 +0200",
         "fulfilled" if n % 4 else "unfulfilled", "EUR", f"{18 + n % 5}.00", f"{20 + n % 7}.50",
         f"{_date(n)} 10:00:00 +0200", n % 3 + 1, f"{_date(n + 1)} 09:00:00 +0200" if n % 9 == 0 else "")
        for n in range(60)
    ]  # fmt: skip
    _rows(folder / "orders_export.csv", header, rows)
    people = [
        (9000 + n, f"First{n}", f"user{n}@example.com", "DE" if n % 2 else "FR", n % 4)
        for n in range(15)
    ]
    names = ["Customer ID", "First Name", "Email", "Default Address Country Code", "Total Orders"]
    _rows(folder / "customers_export.csv", names, people)


def _rows(path: Path, header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])


SHAPES: list[tuple[Any, str, dict[str, dict[str, Any]]]] = [
    (_stripe, "subscription-ends", {"subscriptions": {
        "customer": "customer", "start": "start_date", "end": "ended_at", "known": "canceled_at",
        "amount": "amount", "columns": ("plan",)}}),
    (_stripe_dashboard, "subscription-ends", {
        "attributes.customers": {"customer": "id", "columns": ("Card Address Country",)},
        "subscriptions": {
            "customer": "Customer ID", "start": "Start Date (UTC)", "end": "Ended At (UTC)",
            "known": "Canceled At (UTC)", "amount": "Amount", "columns": ("Plan", "Interval")}}),
    (_shopify_admin, "inactivity", {
        "attributes.customers_export": {
            "customer": "Email", "columns": ("Default Address Country Code", "Total Orders")},
        "events.orders_export": {
            "customer": "Email", "time": "Created at", "kind": "Financial Status",
            "values": ("Total", "Lineitem quantity")}}),
    (_chargebee, "subscription-ends", {"subscriptions": {
        "customer": "customer_id", "start": "started_at", "end": "cancelled_at", "amount": "mrr",
        "columns": ("plan_id",)}}),
    (_recurly, "subscription-ends", {"subscriptions": {
        "customer": "account_code", "start": "activated_at", "end": "expires_at",
        "known": "canceled_at", "amount": "unit_amount", "columns": ("plan_code",)}}),
    (_shopify, "inactivity", {
        "attributes.customers": {"customer": "Email", "columns": ("Country", "Total_Orders")},
        "events.orders": {"customer": "Email", "time": "Created_at", "kind": "Financial_Status",
                          "values": ("Total",)}}),
    (_woocommerce, "inactivity", {"events.wc_orders": {
        "customer": "customer_id", "time": "date_created", "kind": "status", "values": ("total",)}}),
    (_kkbox, "subscription-ends", {
        "attributes.members": {"customer": "msno", "columns": ("city", "gender", "registered_via")},
        "subscriptions": {
            "customer": "msno", "start": "transaction_date", "end": "membership_expire_date",
            "fixed_terms": True, "amount": "actual_amount_paid"},
        "events.user_logs": {"customer": "msno", "time": "date",
                             "values": ("num_25", "num_50", "num_unq", "total_secs")}}),
]  # fmt: skip


def _proposed(folder: Path) -> HistoryProposal:
    return propose_history([str(folder)], Silent())


@pytest.mark.parametrize(
    ("write", "event", "sections"), SHAPES, ids=lambda each: getattr(each, "__name__", "")
)
def test_an_export_is_recognised_without_flags(
    tmp_path: Path, write: Any, event: str, sections: dict[str, dict[str, Any]]
) -> None:
    """Role, columns and question follow from the columns' names and cells."""
    write(tmp_path)
    made = _proposed(tmp_path)
    assert made.event == event
    assert {each.section: dict(each.guess.keys) for each in made.tables} == sections
    assert not made.left_out


def test_the_churn_toml_observes(tmp_path: Path, unchurn: Unchurn) -> None:
    """What init writes is a project that snapshot runs, with sections and reasons."""
    _stripe(tmp_path / "raw")
    project = tmp_path / "project"
    ran = unchurn("init", "--history", tmp_path / "raw", "--project", project, "--json")
    assert ran.code == 0, ran.err
    assert ran.document["event"] == "subscription-ends"
    assert Project.load(project).history.subscriptions.known == "canceled_at"
    config = project / "churn.toml"
    assert "begin and end something" in config.read_text()
    assert config.stat().st_mode & 0o444 == 0o444
    by_hand = '\n[campaign]\ncapacity = 50\n\n[data]\nmissing = ["-999"]\n'
    config.write_text(config.read_text() + by_hand)
    again = ("init", "--history", tmp_path / "raw", "--project", project)
    assert "what was set in it by hand is kept" in unchurn(*again).err
    assert unchurn(*again, "--force").code == 0
    assert Project.load(project).campaign.capacity == 50
    assert Project.load(project).data.missing == ("-999",)
    ran = unchurn("snapshot", "--project", project, "--out", tmp_path / "out.csv", "--json")
    assert ran.code == 0, ran.err
    assert ran.document["rows"]["left"] > 0


@pytest.mark.parametrize(
    ("header", "row", "words"),
    [
        ("order time", ("1", "2024-01-01"), "called like a customer"),
        ("customer opened_on closed_on", ("a", "2024-01-01", "2024-02-01"), "2 columns of times"),
    ],
)
def test_what_cannot_be_told_is_said(
    tmp_path: Path, header: str, row: tuple[str, ...], words: str
) -> None:
    """With what was missing, and where to write it."""
    _table(tmp_path, "odd.csv", header, [row] * 5)
    with pytest.raises(ConfigError, match=words) as refused:
        _proposed(tmp_path)
    assert "[history]" in refused.value.hint


def test_tables_of_one_name_have_a_section_each(tmp_path: Path) -> None:
    """A section twice would be no TOML."""
    header = "customer_id created_at total"
    for name in ("orders.csv", "orders.2025.csv", "orders-csv.csv"):
        _table(tmp_path, name, header, [("a", "2024-01-01", "5"), ("b", "2024-02-01", "7")] * 5)
    made = {each.section for each in _proposed(tmp_path).tables}
    assert made == {"events.orders", "events.orders_csv", "events.orders_csv_2"}


def test_two_tables_of_periods_are_asked_about(tmp_path: Path) -> None:
    """Naming both, and the flag."""
    _recurly(tmp_path)
    _chargebee(tmp_path)
    with pytest.raises(ConfigError, match=r"recurly.csv, subs.csv") as refused:
        _proposed(tmp_path)
    assert "--history" in refused.value.hint


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--history", "gone"), "There is no gone"),
        ((), "--history PATH"),
        (("--history", ".", "--data", "x"), "two kinds"),
        (("--history", ".", "--id", "x", "--no-header"), "takes no --id, --no-header"),
    ],
)
def test_mistakes_are_told(
    tmp_path: Path, unchurn: Unchurn, words: tuple[str, ...], told: str
) -> None:
    """A missing place, no table at all, two kinds of project, flags about a table."""
    ran = unchurn("init", *words, "--project", tmp_path / "p", cwd=tmp_path)
    assert ran.code == 2
    assert told in ran.err
