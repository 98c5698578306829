"""Columns that say who a customer is."""

from __future__ import annotations

import base64
import hashlib

import pytest

from unchurn.artefacts import Column, ColumnSummary
from unchurn.modelling.columns.identity import recognise


def summary(name: str, kind: str, cells: list[str], rows: int = 0) -> ColumnSummary:
    """Summarise cells, as the tables layer would."""
    rows = rows or len(cells)
    present = [cell for cell in cells if cell]
    numbers = sorted(present, key=float) if kind == "number" else sorted(present)
    return ColumnSummary(
        column=Column(name, kind),  # type: ignore[arg-type]
        rows=rows,
        missing=rows - len(present),
        distinct=len(set(present)),
        integers=kind == "number" and all(float(cell).is_integer() for cell in present),
        minimum=numbers[0] if numbers else "",
        maximum=numbers[-1] if numbers else "",
        examples=tuple(present[:5]),
    )


N = 200
IDENTITIES = [
    ("CustomerId", "number", [str(15_600_000 + 37 * i) for i in range(N)], "id"),
    ("CLIENTNUM", "number", [str(708_082_083 + 13 * i) for i in range(N)], "id"),
    ("user_id", "text", [f"u{i}" for i in range(N)], "id"),
    ("cust", "text", [f"{i:04d}E{i % 9}" for i in range(N)], "id"),
    ("subscription_id", "text", [f"s{i}" for i in range(N)], "id"),
    ("Phone", "text", [f"{300 + i}-{1000 + i}" for i in range(N)], "contact"),
    ("phonenumber", "text", [f"415-382-{1000 + i}" for i in range(N)], "contact"),
    ("E-Mail", "text", [f"a{i}@b.example" for i in range(N)], "contact"),
    ("reach", "text", [f"a{i}@b.example" for i in range(N)], "contact"),
    ("x", "text", [f"{i:08x}-1111-2222-3333-444455556666" for i in range(N)], "token"),
    ("h", "text", [f"{i:030d}ab" for i in range(N)], "token"),
    ("Surname", "category", [f"Name{i // 2}" for i in range(N)], "person"),
    ("RowNumber", "number", [str(i) for i in range(1, N + 1)], "row-number"),
    ("whatever", "number", [str(i) for i in range(N)], "row-number"),
    ("Unnamed: 0", "number", [str(i * 3) for i in range(N)], "row-number"),
    ("code", "category", [f"Z{i * 7}" for i in range(N)], "unique"),
    ("ledger", "number", [str(10_000_000 + i * 37) for i in range(N)], "unique"),
]


@pytest.mark.parametrize(("name", "kind", "cells", "sort"), IDENTITIES)
def test_identities_are_recognised(name: str, kind: str, cells: list[str], sort: str) -> None:
    """By name and number of values, by shape, or by every row having its own value."""
    found = recognise(summary(name, kind, cells))
    assert found is not None
    assert found.sort == sort
    assert found.words


ORDINARY = [
    ("PhoneService", "category", ["Yes", "No"] * 100),
    ("store_id", "category", [str(i % 15) for i in range(N)]),
    ("paid", "number", [str(i * 3 + 1) for i in range(N)]),
    ("EstimatedSalary", "number", [f"{i * 977.13:.2f}" for i in range(N)]),
    ("tenure", "number", [str(i % 72) for i in range(N)]),
    ("State", "category", [f"S{i % 51}" for i in range(N)]),
    ("email_opens", "number", [str(i % 30) for i in range(N)]),
    ("comment", "text", [f"I was not happy with call {i}" for i in range(N)]),
    ("constant", "category", ["a"] * N),
    ("empty", "category", [""] * N),
    ("customer_name_length", "number", [str(i % 40) for i in range(N)]),
]


@pytest.mark.parametrize(("name", "kind", "cells"), ORDINARY)
def test_ordinary_columns_are_left_alone(name: str, kind: str, cells: list[str]) -> None:
    """A telling name with few values, and numbers that happen to differ, stay features."""
    assert recognise(summary(name, kind, cells)) is None


def test_an_id_that_repeats_is_still_an_id() -> None:
    """One customer with several snapshots keeps its id."""
    found = recognise(summary("customer_id", "text", [f"c{i // 6}" for i in range(600)]))
    assert found is not None
    assert found.points >= 50


def hashed(value: int) -> bytes:
    """What a table without names has in their place."""
    return hashlib.sha256(str(value).encode()).digest()


TOKENS = {
    "hex": lambda i: hashed(i).hex(),
    "md5": lambda i: hashed(i)[:16].hex(),
    "base64": lambda i: base64.b64encode(hashed(i)).decode(),
    "url-safe": lambda i: base64.urlsafe_b64encode(hashed(i)).decode().rstrip("="),
    "uuid": lambda i: f"{hashed(i).hex()[:8]}-1111-2222-3333-444455556666",
}


@pytest.mark.parametrize("form", TOKENS)
@pytest.mark.parametrize("each", [1, 4, 12])
def test_tokens_that_repeat_are_customers_of_several_rows(form: str, each: int) -> None:
    """Whatever the column is called: else one customer's rows lie on both sides of the split."""
    cells = [TOKENS[form](i // each) for i in range(600)]
    found = recognise(summary("anon", "category", cells))
    assert found is not None
    assert (found.sort, found.points > 0) == ("token", True)


def test_tokens_of_a_few_values_are_classes() -> None:
    """A city or a plan that was hashed, alone or beside an id."""
    few = summary("city", "category", [TOKENS["hex"](i % 15) for i in range(600)])
    assert recognise(few) is None
    some = summary("city", "category", [TOKENS["hex"](i % 40) for i in range(6000)])
    assert recognise(some) is None
    beside = summary("id", "category", [f"c{i}" for i in range(600)])
    shared = summary("city", "category", [TOKENS["hex"](i % 150) for i in range(600)])
    assert recognise(shared, beside) is None


def test_a_row_number_with_a_few_missing_cells_is_recognised() -> None:
    """Blank cells and repeats of a few rows do not hide a row number."""
    cells = [str(i) for i in range(1, 501)]
    cells[3] = cells[9] = ""
    found = recognise(summary("n", "number", cells))
    assert found is not None
    assert found.sort == "row-number"


def test_an_id_of_a_tiny_table_is_an_id() -> None:
    """Twelve rows, twelve ids: few values, and still each row's own."""
    found = recognise(summary("id", "number", [str(7 * i) for i in range(12)]))
    assert found is not None
    assert found.sort == "id"


N_ROWS = [str(i) for i in range(1, N + 1)]


@pytest.mark.parametrize(
    "name",
    ["CustomerID", "Kundennummer", "Kunden-Nr.", "ID_Client", "id_cliente", "numéro client",
     "klantnummer", "顧客ID", "uid", "policy_no", "account"],
)  # fmt: skip
def test_a_customer_number_that_counts_is_an_id(name: str) -> None:
    """1, 2, 3, … under a customer's name, in any language, names the customer."""
    found = recognise(summary(name, "number", N_ROWS))
    assert found is not None
    assert found.sort == "id"


def test_a_measure_is_no_id() -> None:
    """An amount or a moment without repeats says nothing about who somebody is."""
    amounts = [str(1_000_003 + 45_013 * i) for i in range(N)]
    assert recognise(summary("annual_revenue", "number", amounts)) is None
    moments = [str(1_631_577_600_000 + 977 * i) for i in range(N)]
    assert recognise(summary("first_seen", "number", moments)) is None
    money = [f"$({i},074.80)" for i in range(N)]
    assert recognise(summary("x", "text", money)) is None
