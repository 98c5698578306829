"""Bodies become customers, or a sentence that names row and field."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Literal

import pytest

from unchurn.errors import DataError
from unchurn.project import Data
from unchurn.serve.bodies import unfold
from unchurn.serve.csv_payloads import Headers, read_csv
from unchurn.serve.json_payloads import read_json, read_json_lines
from unchurn.serve.payloads import Sent
from unchurn.serve.refusals import Faults, RefusalError, RowError
from unchurn.serve.totals import refuse_totals
from unchurn.tables import open_table


def csv(body: bytes, header: bool | None = True) -> Sent:
    return read_csv(
        body, Headers(header, lambda first: "a" in first, lambda n: ("x", "y")[:n]), Faults()
    )


def cells(sent: Sent) -> dict[str, list[object]]:
    return {
        name: each if isinstance(each, list) else each.to_pylist()
        for name, each in sent.columns.items()
    }


def test_json_values_are_text_numbers_and_null() -> None:
    sent = read_json_lines(b'{"a": 1, "b": "x"}\n\n{"a": 2.5, "b": null}\r\n', Faults())
    assert cells(sent) == {"a": [1, 2.5], "b": ["x", None]}
    assert list(sent.numbers) == [1, 3]


@pytest.mark.parametrize("quoted", [b"", b'"'])
@pytest.mark.parametrize("below", [b"", b",,,\n", b"\n"])
def test_a_total_below_the_customers_is_refused_as_a_list_leaves_it_out(
    tmp_path: Path, below: bytes, quoted: bytes
) -> None:
    """Where faults are kept, the customers above it are read as the list reads them."""
    rows = b"".join(b"%sc%d%s,%d,x,2\n" % (quoted, n, quoted, n) for n in range(5))
    body = b"a,b,c,d\n" + rows + b"Total,10,,\n" + below
    with pytest.raises(RowError, match="Row 6 is a total"):
        refuse_totals(csv(body), Faults())
    faults = Faults(lenient=True)
    headers = Headers(True, lambda first: "a" in first, lambda n: ())
    sent = refuse_totals(read_csv(body, headers, faults), faults)
    assert min(faults.found) == 6
    (tmp_path / "t.csv").write_bytes(body)
    batches = open_table("t.csv", Data(), tmp_path).batches(pytest.fail)
    listed = [row["a"] for batch in batches for row in batch.to_pylist()]
    assert cells(sent)["a"] == listed == [f"c{n}" for n in range(5)]


@pytest.mark.parametrize("quoted", [b"", b'"'])
def test_a_total_of_too_few_cells_is_called_one(quoted: bytes) -> None:
    """It is refused for what it is; a customer with too few cells for these."""
    rows = b"a,b,c,d\n%sc1%s,1,x,2\nc2,2,x,2\n" % (quoted, quoted)
    with pytest.raises(RowError, match="Row 3 is a total"):
        csv(rows + b"Total,,\n")
    with pytest.raises(RowError, match="Row 3 has 3 cells instead of 4"):
        csv(rows + b"c3,,\n")


def test_a_customer_alone_or_named_so_is_no_total() -> None:
    """One row is what was asked about; a full row is a customer whatever it is called."""
    for rows in (b"Total,,,\n", b"c1,1,x,2\nc2,2,x,2\nc3,1,y,2\nTotal,2,x,2\n"):
        sent = refuse_totals(csv(b"a,b,c,d\n" + rows), Faults())
        assert cells(sent)["a"][-1] == "Total"


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (b"5 customers,,,", "'5 customers'"),
        (b"Page 1 of 3,,,", "'Page 1 of 3'"),
        (b"Total,10,,\n5 rows,,,", "'Total, 10'"),
    ],
)
def test_remarks_are_refused_as_totals_are(last: bytes, words: str) -> None:
    """With their text: nobody wants to call a page."""
    rows = b"".join(b"c%d,%d,x,2\n" % (n, n) for n in range(5))
    with pytest.raises(RowError, match=f"Row 6 is a total or a line below one \\({words}\\)"):
        refuse_totals(csv(b"a,b,c,d\n" + rows + last + b"\n"), Faults())


@pytest.mark.parametrize("row", [1, 3])
def test_a_quote_that_closes_nothing_is_said(row: int) -> None:
    """With its line in the body, header included; quotes in order are not worth a word."""
    rows = [b"c1,1,x", b"c2,2,x", b"c3,3,x"]
    assert csv(b"\n".join([b"a,b,c", *rows, b'"c4",4,x'])).notes == ()
    rows[row - 1] = b'"' + rows[row - 1]
    sent = csv(b"\n".join([b"a,b,c", *rows]))
    assert cells(sent)["a"][row - 1] == f'"c{row}'
    assert [(each.code, each.lines) for each in sent.notes] == [("stray-quote", (row + 1,))]


@pytest.mark.parametrize(
    "body",
    [
        b'[{"a": 1, "b": "x"}, {"b": null, "a": 2.5}]',
        b'{"records": [{"a": 1, "b": "x"}, {"a": 2.5, "b": null}]}',
        b'{"instances": [{"a": 1, "b": "x"}, {"a": 2.5, "b": null}]}',
        b'{"columns": ["a", "b"], "data": [[1, "x"], [2.5, null]]}',
        b'{"dataframe_split": {"columns": ["a", "b"], "data": [[1, "x"], [2.5, null]]}}',
        b'{"index": [7, 8], "columns": ["a", "\\u0062"], "data": [[1, "\\u0078"], [2.5, null]]}',
    ],
)
def test_a_document_is_records_or_split(body: bytes) -> None:
    assert cells(read_json(body, Faults())) == {"a": [1, 2.5], "b": ["x", None]}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            b'{"records": [{"a": 1}], "customers": [{"a": 2}]}',
            "several places: 'records', 'customers'",
        ),
        (b'{"instances": [{"a": 1}], "columns": ["a"], "data": [[2]]}', "several places"),
        (b'{"records": [{"a": 1}], "dataframe_split": {}}', "several places"),
        (b'{"records": [{"a": 1}], "has_more": true}', "one page of an answer: it has 1"),
        (b'{"records": [{"a": 1}], "total": 99, "page": 1}', "'total' is 99"),
        (b'{"records": [{"a": 1}], "next": "https://example.org/?page=2"}', "'next' is"),
    ],
)
def test_customers_that_would_be_left_out_are_no_request(body: bytes, words: str) -> None:
    """A page is not the whole, and of several lists none is taken for the others."""
    with pytest.raises(DataError, match=words):
        read_json(body, Faults())


def test_what_is_said_beside_all_customers_is_let_be() -> None:
    body = b'{"records": [{"a": 1}], "total": 1, "has_more": false, "next": null, "tags": ["x"]}'
    assert cells(read_json(body, Faults())) == {"a": [1]}


def test_rows_of_the_split_form_that_do_not_fit_are_kept_apart() -> None:
    faults = Faults(lenient=True)
    sent = read_json(b'{"columns": ["a"], "data": [[1], [1, 2], 5, [3]]}', faults)
    assert (cells(sent), list(sent.numbers)) == ({"a": [1, 3]}, [1, 4])
    assert [fault.words for fault in faults.found.values()] == [
        "Row 2 is 2 cells; the table has 1 column.",
        "Row 3 is 5; the table has 1 column.",
    ]


def test_one_object_is_one_customer() -> None:
    assert cells(read_json(b'{"a": "with \\"quotes\\""}', Faults())) == {"a": ['with "quotes"']}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b'{"a": 1, "a": 1}', "Line 2 has the key 'a' twice"),
        (b"[1]", r"Line 2 is \[1\], not a JSON object"),
        (b'{"a": NaN}', "Line 2: 'a' is .*, which is not JSON"),
        (b'{"a": 1e400}', "Line 2: 'a' is .*, which is not JSON"),
        (b'{"a": 1_000}', "Line 2: 'a' is .*, which is not JSON"),
        (b'{"a": 1', "Line 2 is not JSON"),
        (b'{"a": "\xff"}', "Line 2: 'a' is .*, which is not JSON"),
        (b"[" * 100_000, "Line 2 is not JSON"),
    ],
)
def test_a_bad_line_is_named(line: bytes, words: str) -> None:
    with pytest.raises(RowError, match=words) as found:
        read_json_lines(b'{"a": 1}\n' + line, Faults())
    assert found.value.fault.row == 2


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'[{"a": 1}, true]', "Row 2 is true, not a JSON object"),
        (b'[{"a": 1}, {"a": 1, "a": 2}]', "Row 2 has the key 'a' twice"),
        (b'[{"a": {"x": [{}, {}]}}, {"a": 1, "a": 2}]', "Row 2 has the key 'a' twice"),
        (b'{"columns": ["a"], "data": [[1], [1, 2]]}', "Row 2 is 2 cells; the table has 1 column"),
        (b'{"columns": ["a", "a"], "data": [[1, 2]]}', "named twice: 'a'"),
        (b"3", "The body is 3, which is no customer"),
        (b"", "The body is empty"),
        (b"[]", "holds no customer"),
        (b"\xef\xbb\xbf{}", "not JSON"),
    ],
)
def test_a_bad_document_is_named(body: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        read_json(body, Faults())


@pytest.mark.parametrize("long", [b"", b" " * 5_000])
def test_csv_is_read_alike_by_hand_and_by_arrow(long: bytes) -> None:
    sent = csv(b"a,b\r\n1,x" + long + b"\n\n2,\n")
    assert cells(sent) == {"a": ["1", "2"], "b": ["x" + long.decode(), ""]}
    assert list(sent.numbers) == [1, 2]


def test_csv_quotes_commas_and_lines() -> None:
    sent = csv(b'a,"b"\n"1,5","two\nlines ""here"""\n')
    assert cells(sent) == {"a": ["1,5"], "b": ['two\nlines "here"']}


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbfa,b\n1.5,x\n",
        b"a;b\r\n1.5;x\r\n",
        b"sep=;\na;b\n1.5;x\n",
        b"a\tb\n1.5\tx\n",
        b"a|b\n1.5|x\n",
        b'"a", "b"\n"1.5", "x"\n',
        b"a,b\n1.5,x,\n",
    ],
    ids=["bom", "semicolon", "sep", "tab", "bar", "blank", "trailing"],
)
def test_csv_is_read_in_the_dialects_that_score_reads(body: bytes) -> None:
    """Marks, delimiters, blanks before quotes and needless delimiters give the same cells."""
    sent = csv(body)
    assert (sent.names, cells(sent)) == (("a", "b"), {"a": ["1.5"], "b": ["x"]})


@pytest.mark.parametrize(
    "rows",
    [
        '1,2" pipe\n3,4\n',
        '1,"2\n3,4\n',
        '"1,2\n3,4\n',
        '1,"say \\"hi\\", you"\n3,4\n',
        '1,"two\nlines"\n3,4\n',
        '1,2\n\n"3,4"\n5,6\n',
        "1\n2,3\n",
    ],
)
def test_quotes_are_read_exactly_as_score_reads_them(tmp_path: Path, rows: str) -> None:
    """Cells, and the rows that cannot be read, are those of the same file."""
    body = f"a,b\n{rows}".encode()
    (tmp_path / "t.csv").write_bytes(body)
    rejected: list[tuple[int, str, str]] = []
    table = open_table("t.csv", Data(), tmp_path)
    batches = list(table.batches(lambda *row: rejected.append(row[:3])))
    faults = Faults(lenient=True)
    sent = read_csv(body, Headers(True, bool, lambda n: ()), faults)
    for name, found in cells(sent).items():
        assert found == [cell for batch in batches for cell in batch.column(name).to_pylist()]
    assert sorted(faults.found) == [row for row, _, _ in rejected]


@pytest.mark.parametrize("escape", ["backslash", "double"])
@pytest.mark.parametrize("long", ["", " " * 5_000])
@pytest.mark.parametrize(
    "row", ['1,"5\\" pipe"', "1,a\\,b", '1,"a\\\\"', '1,"say ""hi"", you"', "1,c\\d", '1,"2\\"']
)
def test_quotes_are_escaped_as_data_escape_says(
    tmp_path: Path, row: str, long: str, escape: Literal["backslash", "double"]
) -> None:
    """Cells, or a fault, as those of the same file; a short body without quotes, too."""
    body = f"a,b\n{row}{long}\n3,4\n".encode()
    (tmp_path / "t.csv").write_bytes(body)
    rejected: list[int] = []
    table = open_table("t.csv", Data(escape=escape, header=True, max_rejected=1.0), tmp_path)
    batches = list(table.batches(lambda *found: rejected.append(found[0])))
    faults = Faults(lenient=True)
    sent = read_csv(body, Headers(True, bool, lambda n: (), escape), faults)
    for name, found in cells(sent).items():
        assert found == [cell for batch in batches for cell in batch.column(name).to_pylist()]
    assert sorted(faults.found) == rejected


def test_csv_without_a_header_takes_the_layout() -> None:
    assert cells(csv(b"1,2\n", header=None)) == {"x": ["1"], "y": ["2"]}


@pytest.mark.parametrize("long", [b"", b" " * 5_000])
def test_ragged_rows_are_named_or_kept_apart(long: bytes) -> None:
    body = b"a,b\n1,2" + long + b"\n1\n3,4\n1,2,3\n"
    with pytest.raises(RowError, match="Row 2 has 1 cell instead of 2") as found:
        csv(body)
    assert found.value.fault.row == 2
    faults = Faults(lenient=True)
    sent = read_csv(body, Headers(True, bool, lambda n: ()), faults)
    assert (list(sent.numbers), sorted(faults.found)) == ([1, 3], [2, 4])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n", "holds no customer"),
        (b"a,a\n1,2\n", "named twice: 'a'"),
        (b"a,b\n1,2\n3,\xff\n", "Line 3, cell 2, holds not UTF-8"),
        (b"a,b\n1,\x00\n", "Line 2, cell 2, holds a NUL"),
        (
            b'a,b,c\n1,"2\n3,4,5\n',
            "Row 1 has 2 cells instead of 3; a quote is opened and never closed",
        ),
    ],
)
def test_a_bad_table_is_named(body: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        csv(body)


def test_gzip_is_unfolded_as_far_as_allowed() -> None:
    assert unfold(gzip.compress(b"a") + gzip.compress(b"b"), "gzip", 2) == b"ab"
    noise = os.urandom(20_000)  # more than is unfolded at once
    assert unfold(gzip.compress(noise) + gzip.compress(b"b"), "gzip", 20_001) == noise + b"b"
    assert unfold(gzip.compress(b"") * 50_000 + gzip.compress(b"b"), "gzip", 1) == b"b"
    with pytest.raises(RefusalError, match="more than 1,000 bytes") as found:
        unfold(gzip.compress(b"0" * 100_000_000), "gzip", 1_000)
    assert found.value.status == 413


@pytest.mark.parametrize(
    ("body", "encoding", "status"),
    [
        (gzip.compress(b"abc", mtime=0)[:-9], "gzip", 400),
        (b"abc", "gzip", 400),
        (b"abc", "br", 415),
    ],
)
def test_a_bad_encoding_is_refused(body: bytes, encoding: str, status: int) -> None:
    with pytest.raises(RefusalError) as found:
        unfold(body, encoding, 1_000)
    assert found.value.status == status
