"""JSON of other shapes: one page of several, customers by key, what is no customer among them."""

import json
from pathlib import Path
from typing import Any

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.serve.json_payloads import read_json
from unchurn.serve.refusals import Faults
from unchurn.tables import Table, open_table
from unchurn.tables.matching import match_columns

ROWS = [{"tenure": n, "plan": "pro" if n % 2 else "basic"} for n in range(20)]


def opened(tmp_path: Path, document: Any) -> Table:
    path = tmp_path / "t.json"
    path.write_text(json.dumps(document))
    return open_table(str(path), Data(), tmp_path)


def rows(table: Table) -> tuple[list[dict[str, Any]], list[tuple[int, str]]]:
    rejected: list[tuple[int, str]] = []
    batches = table.batches(lambda row, why, text, line=0: rejected.append((row, why)))
    return [row for batch in batches for row in batch.to_pylist()], rejected


@pytest.mark.parametrize(
    ("beside", "sign"),
    [
        ({"next": "https://crm/customers?page=2"}, "'next' is 'https://crm"),
        ({"next_page": 2}, "'next_page' is '2'"),
        ({"nextPageToken": "x"}, "'nextPageToken'"),
        ({"@odata.nextLink": "x"}, "'@odata.nextLink'"),
        ({"total": 5000}, "'total' is 5,000"),
        ({"count": 21, "next": None}, "'count' is 21"),
        ({"totalCount": "21"}, "'totalCount' is 21"),
        ({"has_more": True}, "'has_more' is true"),
        ({"done": False}, "'done' is false"),
        ({"page": 1, "total_pages": 3}, "'total_pages' is 3"),
        ({"meta": {"pagination": {"total": 50}}}, "'meta.pagination.total' is 50"),
        ({"_links": {"next": {"href": "/2"}}}, "'_links.next' is '/2'"),
        ({"pageInfo": {"hasNextPage": True}}, "'pageInfo.hasNextPage' is true"),
        ({"cursor": "abc"}, "'cursor' is 'abc'"),
        ({"paging": {"next": {"after": "60"}}}, "'paging.next' is '60'"),
        ({"paging": {"cursors": {"after": "x"}}}, "'paging.cursors.after' is 'x'"),
        ({"LastEvaluatedKey": {"id": {"S": "c9"}}}, "'LastEvaluatedKey' is 'an object'"),
        ({"_scroll_id": "x"}, "'_scroll_id' is 'x'"),
        ({"incomplete_results": True}, "'incomplete_results' is true"),
        ({"timed_out": True}, "'timed_out' is true"),
        ({"_shards": {"total": 5, "failed": 1}}, "'_shards.failed' is '1'"),
        ({"eof": False}, "'eof' is false"),
        ({"row_count": 75}, "'row_count' is 75"),
        ({"recordsFiltered": 75}, "'recordsFiltered' is 75"),
        ({"range": "0-19/75"}, "'range' is '0-19/75'"),
        ({"remaining": 15}, "'remaining' is '15'"),
        ({"status": "partial"}, "'status' is 'partial'"),
        ({"error": "connection lost"}, "'error' is 'connection lost'"),
        ({"warning": "result truncated"}, "'warning' is 'result truncated'"),
        ({"page": 3, "per_page": 20}, "'page' is 3"),
        ({"offset": 120}, "'offset' is 120"),
        ({"startAt": 20}, "'startAt' is 20"),
        ({"previous": "https://crm/customers?page=1", "next": None}, "'previous' is 'https://crm"),
    ],
)
def test_one_page_of_several_is_refused(tmp_path: Path, beside: dict[str, Any], sign: str) -> None:
    """The customers of the other pages would be lost unseen; so they are below another name."""
    for document in ({"results": ROWS} | beside, {"data": {"customers": ROWS} | beside}):
        with pytest.raises(DataError) as caught:
            opened(tmp_path, document)
        assert "is one page of an answer: it has 20 customers, and" in caught.value.message
        assert sign in caught.value.message
        assert "Fetch the other pages" in caught.value.hint


@pytest.mark.parametrize(
    "beside",
    [
        {"total": 20, "count": 20, "next": None, "has_more": False, "previous": None, "pages": 1},
        {"next": "", "total": 0, "done": True, "page": 1, "limit": 500, "total_revenue": 93462},
        {"meta": {"total": 20, "next_cursor": None}, "errors": [], "status": "ok"},
        {"offset": 0, "range": "0-19/20", "remaining": 0, "from": 1700000000, "timed_out": False},
        {"_shards": {"total": 5, "failed": 0}, "error": None, "eof": True, "row_count": 20},
    ],
)
def test_an_answer_that_is_whole_is_read(tmp_path: Path, beside: dict[str, Any]) -> None:
    """What says that nothing follows, and figures that count no customers, stop nothing."""
    found, rejected = rows(opened(tmp_path, {"items": ROWS} | beside))
    assert ([row["tenure"] for row in found], rejected) == ([str(n) for n in range(20)], [])


@pytest.mark.parametrize("first", [107, 2, 10**7])
@pytest.mark.parametrize("ragged", [True, False])
def test_customers_by_key_keep_their_keys(tmp_path: Path, first: int, ragged: bool) -> None:
    """Keys become a column and that is said, also where they are close together or rows differ."""
    document: dict[str, Any] = {str(first + n): row for n, row in enumerate(ROWS)}
    if ragged:
        document[str(first)] = {"tenure": 0}
    table = opened(tmp_path, document)
    assert [row["index"] for row in rows(table)[0]] == list(document)
    assert f"('{first}' is the first): they are the column 'index'" in table.notes[0].words
    with pytest.raises(
        DataError, match=r"'index' is what names the rows .* if that is 'id', write"
    ):
        match_columns(["id", "tenure"], table.columns)


@pytest.mark.parametrize("first", [0, 1])
def test_keys_that_say_nothing_are_no_column(tmp_path: Path, first: int) -> None:
    """Rows counted from 0 or 1, and keys that every row has as a cell."""
    counted = opened(tmp_path, {str(first + n): row for n, row in enumerate(ROWS)})
    assert (counted.columns, counted.notes) == (("tenure", "plan"), [])
    named = opened(tmp_path, {str(107 + n): {"id": 107 + n, **r} for n, r in enumerate(ROWS)})
    assert (named.columns, named.notes) == (("id", "tenure", "plan"), [])


@pytest.mark.parametrize("among", [None, {}, [], 3])
@pytest.mark.parametrize("lines", [True, False])
def test_what_is_no_customer_is_rejected_by_its_row(
    tmp_path: Path, among: Any, lines: bool
) -> None:
    """A null, an object without keys and the like cost no other row, in a list and in lines."""
    records = [*ROWS[:5], among, *ROWS[5:]]
    path = tmp_path / "t.json"
    path.write_text("\n".join(map(json.dumps, records)) if lines else json.dumps(records))
    found, rejected = rows(open_table(str(path), Data(), tmp_path))
    assert len(found) == 20
    assert [row for row, _ in rejected] == [6]
    assert ("keys" if among == {} else "not a JSON object") in rejected[0][1]


A, B = {"id": 1, "a": 2}, {"id": 7, "a": 8}
SPLIT = {"columns": ["id", "a"], "data": [[1, 2]]}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"records": [A], "more": [[7, 8]]}, "several places: 'records', 'more'"),
        ({"records": [A], "second": {"records": [B]}}, "several places: 'records', 'second'"),
        ({**SPLIT, "data_2": [[7, 8]]}, "several places"),
        ({**SPLIT, "more": [B]}, "several places"),
        ({**SPLIT, "next": "p2"}, "one page of an answer: it has 1 "),
        ({**SPLIT, "total": 500}, "'total' is 500"),
        (
            {**A, "records": [B, B]},
            "itself a customer around a list of others: both have 'id', 'a'",
        ),
        ({**SPLIT, **B}, "'id' of the outer one is '7'"),
    ],
)
def test_customers_beside_customers_are_refused_in_a_file_and_in_a_request(
    tmp_path: Path, document: dict[str, Any], words: str
) -> None:
    """Whichever were read, the others would be lost unseen."""
    with pytest.raises(DataError, match=words):
        opened(tmp_path, document)
    with pytest.raises(DataError, match=words):
        read_json(json.dumps(document).encode(), Faults())


@pytest.mark.parametrize("outer", [{**A, "others": [B, B]}, {**A, "data": {"others": [B, B]}}])
def test_a_customer_around_customers_is_refused(tmp_path: Path, outer: dict[str, Any]) -> None:
    """Seven would be read and the eighth, in whom they stand, be lost unseen."""
    with pytest.raises(DataError, match="itself a customer") as caught:
        opened(tmp_path, outer)
    assert "the outer one too" in caught.value.hint


@pytest.mark.parametrize("lines", [True, False])
def test_customers_within_customers_are_counted_and_said(tmp_path: Path, lines: bool) -> None:
    """Those around them are read; lists of anything else are cells like others."""
    records = [{**row, "others": [A, {**row}, {**row}], "calls": [{"at": 1}]} for row in ROWS]
    path = tmp_path / "t.json"
    path.write_text("\n".join(map(json.dumps, records)) if lines else json.dumps(records))
    (said,) = open_table(str(path), Data(), tmp_path).notes
    told = (said.code, said.severity, said.column, said.count)
    assert told == ("customers-within", "warning", "others", 3 * len(ROWS))


def test_an_answer_with_a_status_is_no_customer(tmp_path: Path) -> None:
    """One key that customers have too, such as a status, tells nothing."""
    beside = {"status": "ok", "version": "2", "at": "2024-01-02"}
    customers = [{"id": n, "tenure": n, "status": "active"} for n in range(5)]
    assert len(rows(opened(tmp_path, {**beside, "customers": customers}))[0]) == 5


def test_what_is_said_about_customers_is_beside_them(tmp_path: Path) -> None:
    """Labels of rows, plain lists and what is about the answer hold nobody."""
    beside = {"index": ["x"], "meta": {"links": [{"rel": "self"}]}, "tags": ["a", "b"]}
    assert opened(tmp_path, {**SPLIT, **beside}).columns
    assert read_json(json.dumps({**SPLIT, **beside}).encode(), Faults()).names == ("id", "a")
