"""How programs write tables: what stands between cells, above the header and below the rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from unchurn.artefacts import ROW
from unchurn.errors import ConfigError, DataError
from unchurn.project import Data
from unchurn.tables import Table, open_table

NAMES = ("id", "tenure", "plan", "spend", "churn")
ROWS = [
    (f"C{n}", str(n % 70), "Plus", f"{n * 7 % 90}.5", "Yes" if n % 4 else "No") for n in range(40)
]


def lines(mark: str = ",") -> list[str]:
    """The table as lines, its header first."""
    return [mark.join(row) for row in (NAMES, *ROWS)]


def read(folder: Path, text: str, **data: object) -> tuple[Table, list[tuple[str, ...]], list[int]]:
    """Write and read a table: itself, its rows' cells, the lines of its rejects."""
    (folder / "t.csv").write_bytes(text.encode())
    table = open_table("t.csv", Data(**data), folder)  # type: ignore[arg-type]
    rejected: list[int] = []

    def reject(row: int, reason: str, text: str, line: int = 0) -> None:
        rejected.append(line)

    rows = [
        tuple(cell for name, cell in row.items() if name != ROW)
        for batch in table.batches(reject)
        for row in batch.to_pylist()
    ]
    return table, rows, rejected


def codes(table: Table) -> set[str]:
    """Codes of all that was said about a table."""
    return {finding.code for finding in (*table.notes, *table.told)}


@pytest.mark.parametrize("mark", ["~|~", "|~", ",|", ";\t:"])
def test_several_characters_between_cells_are_refused(tmp_path: Path, mark: str) -> None:
    """They would be parts of names, ids and labels; one at both ends of some cells is none."""
    with pytest.raises(DataError, match="parted by several characters"):
        read(tmp_path, "\n".join(lines(mark)))
    marked = [line.replace(",", ",#", 1) for line in lines()]
    assert read(tmp_path, "\n".join(marked))[0].columns[1] == "#tenure"


@pytest.mark.parametrize("mark", ["^", "~", "\x01", "\x1f", "!", "@", ":", "|", "\t", ";"])
def test_what_parts_the_cells_is_found(tmp_path: Path, mark: str) -> None:
    """Carets, tildes and control characters part cells as well as commas do."""
    table, rows, _ = read(tmp_path, "\n".join(lines(mark)))
    assert (table.columns, rows) == (NAMES, ROWS)


@pytest.mark.parametrize("said", ["ctrl-a", "\\x01", "Control-A", "\x01", "^A"])
def test_control_a_can_be_said(tmp_path: Path, said: str) -> None:
    """[data] delimiter takes a control character by name, code or itself."""
    assert read(tmp_path, "\n".join(lines("\x01")), delimiter=said)[1] == ROWS
    with pytest.raises(ConfigError, match="letter or digit"):
        read(tmp_path, "\n".join(lines()), delimiter="a")


@pytest.mark.parametrize(
    ("above", "mark"),
    [
        (["sep=;"], ";"),
        (['"sep=;"'], ";"),
        (["Retention list"], ","),
        (["Retention list", "As of 2024-06-01", ""], ","),
        (["Retention list, June, 2024"], ","),
        (["# crm export", "# by Jane, for John"], ","),
        (["Retention list;;;;"], ";"),
        (["Retention list;;;;", ";;;;"], ";"),
        (["Exported by,Jane", "Date,2024-01-01", ""], ","),
        (["", "", ""], ","),
    ],
)
def test_lines_above_the_header_are_left_out_and_said(
    tmp_path: Path, above: list[str], mark: str
) -> None:
    """Titles, padded titles, comments, sep= and blank lines are no header and no customer."""
    table, rows, rejected = read(tmp_path, "\r\n".join([*above, *lines(mark)]))
    assert (table.columns, rows, rejected) == (NAMES, ROWS, [])
    assert ("preamble" in codes(table)) == any(above)
    assert table.lines["preamble"] + table.lines["blank"] == len(above)


def test_lines_to_skip_can_be_set(tmp_path: Path) -> None:
    """[data] skip_lines passes over exactly so many lines, whatever they look like."""
    text = "\n".join(["a,b,c,d,e", "1,2,3,4,5", *lines()])
    table, rows, _ = read(tmp_path, text, skip_lines=2)
    assert (table.columns, rows) == (NAMES, ROWS)
    assert table.lines["preamble"] == 2


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        (",".join(NAMES), ",months,,EUR,", NAMES),
        (",".join(NAMES), "--,------,----,-----,-----", NAMES),
        (",".join(NAMES), "-,--,-,-,-----", NAMES),
        ("Customer,,Usage,,Result", ",".join(NAMES), NAMES),
        ("H,20240131,CUSTOMERS,1,v2", ",".join(NAMES), NAMES),
        ("A,B,C,D,E", ",".join(NAMES), NAMES),
        ("1,2,3,4,5", ",".join(NAMES), NAMES),
    ],
)
def test_a_second_header_line_is_no_customer(
    tmp_path: Path, first: str, second: str, names: tuple[str, ...]
) -> None:
    """Units, rules and groups: the line that names each column once is the header."""
    table, rows, _ = read(tmp_path, "\n".join([first, second, *lines()[1:]]))
    assert (table.columns, rows) == (names, ROWS)
    assert "second-header" in codes(table)


def test_three_header_lines_are_no_customers(tmp_path: Path) -> None:
    """Groups, names and units: each is counted, and none is a row, in short tables, too."""
    above = ["Customer,,Usage,,Result", ",".join(NAMES), ",months,,EUR,"]
    for count in (5, len(ROWS)):
        table, rows, _ = read(tmp_path, "\n".join([*above, *lines()[1 : count + 1]]))
        assert (table.columns, rows) == (NAMES, ROWS[:count])
        assert table.lines["header"] == 3
        assert "t.csv has 3 header lines" in table.notes[0].words


def test_a_damaged_first_customer_stays_one(tmp_path: Path) -> None:
    """Words in number columns and a stray quote before the id make no header of a customer."""
    rows = ['"id","a","b","churn"', '""C0","Plus","Plus","No"']
    rows += [f'"C{number}","0","0","Yes"' for number in range(1, 8)]
    table, found, _ = read(tmp_path, "\n".join(rows))
    assert found[0] == ('"C0', "Plus", "Plus", "No")
    assert (len(found), "second-header" in codes(table)) == (8, False)


def test_a_first_customer_of_whom_little_is_known_stays_one(tmp_path: Path) -> None:
    """Missing cells in number columns do not make a header of a customer."""
    for cells in (
        ("C99", "unknown", "Plus", "n/a", "No"),
        ("C99", "new", "Gold", "later", "?"),
        ("new", "k.A.", "Gold", "nil", "open"),
    ):
        _, rows, _ = read(tmp_path, "\n".join([lines()[0], ",".join(cells), *lines()[1:]]))
        assert rows[0] == cells


@pytest.mark.parametrize(
    "below",
    [
        ["Total,2331,,934.18,"],
        ["Grand total:,2331,,934.18,"],
        [",2331,,93462.18,"],
        ["Summe,,,93462.18,"],
        ["Suma końcowa,,,93462.18,"],
        ["총합계,,,93462.18,"],
        ["Durchschnitt,33,,9.1,", "Mittelwert,33,,9.1,"],
        ["(40 rows affected)"],
        ["", "40 rows selected."],
        ["-- end of report"],
        ["Total,2331,,934.18,", "Données du troisième trimestre"],
        ["Total,2331,,934.18,", "Average,33,,9.1,", "Exported 2024-06-01 by CRM"],
        ["Total,2331,,934.18,", ",,,,", ",,,,"],
        ["TOTAL: 40,,,,"],
        ["40 customers,,,,", "Total = 40 customers,,,,", "Summe,,,,"],
        ["Report complete,,,,"],
        ["40,,,,"],
        ["Record count,40,,,"],
        ["Sum of fees,,,934.18,"],
        ["Prepared by Jane,,,,"],
        [",,,93462.18,"],
    ],
)
def test_totals_and_footers_are_no_customers(tmp_path: Path, below: list[str]) -> None:
    """What stands below the last row is left out, counted as what it is, and said."""
    table, rows, rejected = read(tmp_path, "\n".join([*lines(), *below]) + "\n")
    assert (rows, rejected) == (ROWS, [])
    assert "footer" in codes(table)
    assert table.lines["footer"] == sum(map(bool, below))


@pytest.mark.parametrize(
    ("below", "severity"),
    [
        ("ERROR 2013 (HY000): Lost connection to server during query", "warning"),
        ("Error: connection lost after 40 rows", "warning"),
        ("Query timed out after 300 seconds", "warning"),
        ("-- end of report", "note"),
    ],
)
@pytest.mark.parametrize("filled", ["", ",,,,"])
def test_a_line_that_tells_of_an_export_that_stopped_is_a_warning(
    tmp_path: Path, below: str, severity: str, filled: str
) -> None:
    """Below the rows as a line of its own, or in the first cell: customers may be missing."""
    table, rows, _ = read(tmp_path, "\n".join([*lines(), below + filled]) + "\n")
    assert rows == ROWS
    (found,) = [each for each in (*table.notes, *table.told) if each.code == "footer"]
    assert found.severity == severity
    assert ("check that no customer is missing" in found.words) == (severity == "warning")


@pytest.mark.parametrize("below", [[], ["Total,2331,,934.18,"]])
def test_the_last_customers_of_rows_quoted_whole_stay(tmp_path: Path, below: list[str]) -> None:
    """Cells of several words, and a blank one: within their quotes they are rows as all others."""
    sent = [f"c{n},Two year,,{n}.5,2024-01-{n:02} at noon" for n in range(1, 31)]
    content = "\n".join(f'"{line}"' for line in ["id,contract,nps,fee,last seen", *sent, *below])
    table, rows, rejected = read(tmp_path, content + "\n")
    assert ([row[0] for row in rows], rejected) == ([f"c{n}" for n in range(1, 31)], [])
    assert ("footer" in codes(table)) == bool(below)


@pytest.mark.parametrize(
    "last",
    [
        ("Total", "33", "Plus", "55.0", "No"),
        ("Total", "33", "Plus", "", "No"),
        ("", "33", "Plus", "55.0", "No"),
        ("C99", "", "", "", ""),
        ("GUEST", "", "", "", ""),
        ("C 99", "", "", "", ""),
        ("#C99", "", "", "", ""),
        ("//C99", "", "", "", ""),
        ("", "33", "", "", ""),
        ("99 customers", "33", "Plus", "55.0", "No"),
        ("Report complete", "33", "", "", "No"),
    ],
)
def test_a_customer_at_the_end_is_never_taken_for_a_total(
    tmp_path: Path, last: tuple[str, ...]
) -> None:
    """A company called Total, a customer without an id, one of whom little is known: all stay."""
    _, rows, rejected = read(tmp_path, "\n".join([*lines(), ",".join(last)]))
    assert (rows, rejected) == ([*ROWS, last], [])


def test_figures_alone_under_a_word_for_them_are_no_customer(tmp_path: Path) -> None:
    """An average of every column lacks nothing; among codes with digits no id is a word."""
    body = [f"C{n},{n % 50},{n}.5" for n in range(40)]
    last = "Average,24.5,20.0"
    _, rows, rejected = read(tmp_path, "\n".join(["id,tenure,fee", *body, last]))
    assert (len(rows), rejected) == (40, [])
    names = [row.replace("C", "Customer ") for row in body]
    _, rows, rejected = read(tmp_path, "\n".join(["id,tenure,fee", *names, last]))
    assert (rows[-1], rejected) == (tuple(last.split(",")), [])


@pytest.mark.parametrize(
    "end", ["end of call", "-- Bob", "3 records kept", "Page 2", "# 5", "Total"]
)
@pytest.mark.parametrize("every", [True, False])
def test_the_end_of_a_cell_of_several_lines_is_no_footer(
    tmp_path: Path, end: str, every: bool
) -> None:
    """The last customer keeps a remark whose last line reads like a footer, alone or as all have it."""
    remark = f'"called\n{end}"'
    body = [f"C{n},{remark if every else 'ok'},{n}" for n in range(30)]
    text = "\n".join(["id,remark,tenure", *body, f"LAST,{remark},7"])
    table, rows, rejected = read(tmp_path, text)
    assert (rows[-1], len(rows), rejected) == (("LAST", f"called\n{end}", "7"), 31, [])
    assert "footer" not in codes(table)
    _, rows, rejected = read(tmp_path, f"id,tenure,remark\nC1,3,ok\nLAST,7,{remark}\n")
    assert (rows[-1], rejected) == (("LAST", "7", f"called\n{end}"), [])


@pytest.mark.parametrize("which", [1, 3])
def test_trailing_delimiters_of_rows_are_left_out(tmp_path: Path, which: int) -> None:
    """Whether all rows end in one or some do; a row with something behind it is rejected."""
    rows = [line + "," * (n % which == 0) for n, line in enumerate(lines()[1:])]
    table, found, rejected = read(tmp_path, "\n".join([lines()[0], *rows, "C,1,P,1,No,more"]))
    assert (table.columns, found, rejected) == (NAMES, ROWS, [42])
    assert "trailing-delimiters" in codes(table)


def test_row_names_of_r_become_a_column(tmp_path: Path) -> None:
    """A header one short of rows that count themselves; any other short header is refused."""
    rows = [f'"{n}",{line}' for n, line in enumerate(lines()[1:], start=1)]
    table, found, _ = read(tmp_path, "\n".join([lines()[0], *rows]))
    assert table.columns == ("unnamed_1", *NAMES)
    assert found[4] == ("5", *ROWS[4])
    with pytest.raises(DataError, match=r"header of t\.csv has 5 cells, its rows have 6"):
        read(tmp_path, "\n".join([lines()[0], *(f"x{line},9" for line in lines()[1:])]))


@pytest.mark.parametrize(
    "name",
    [
        *("Average Joe Ltd", "Total Wine & More", "Page One Ltd", "Source Ltd", "As Of Now Inc"),
        *("Exported Goods Ltd", "End Of Line Ltd", "Quelle GmbH", "Confidential Data Inc"),
        *("Media Markt", "Count Dracula", "Sum Corp", "Time Out", "Created Equal Ltd"),
    ],
)
@pytest.mark.parametrize("filled", [",,,,", ",,Plus,,"])
def test_a_customer_whose_name_sounds_like_a_footer_stays(
    tmp_path: Path, name: str, filled: str
) -> None:
    """Where customers go by names, and little is known of the last one."""
    rows = [line.replace(",", " Trading,", 1) for line in lines()[1:]]
    table, found, rejected = read(tmp_path, "\n".join([lines()[0], *rows, name + filled]) + "\n")
    assert (len(found), found[-1][0], rejected) == (41, name, [])
    assert "footer" not in codes(table)


@pytest.mark.parametrize(
    "below",
    ["Source: CRM", "Exported by Jane", "End of report", "Generated 2024-06-01", "Page 1 of 1"],
)
def test_remarks_below_customers_with_names_are_none(tmp_path: Path, below: str) -> None:
    """As a spreadsheet writes them, with all delimiters."""
    rows = [line.replace(",", " Trading,", 1) for line in lines()[1:]]
    table, found, _ = read(tmp_path, "\n".join([lines()[0], *rows, below + ",,,,"]) + "\n")
    assert (len(found), "footer" in codes(table)) == (40, True)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_repeated_headers_of_joined_files_are_left_out(tmp_path: Path, mark: str) -> None:
    """Files joined with their headers, and marks, are one table."""
    table, rows, rejected = read(tmp_path, "\n".join([*lines(), mark + lines()[0], *lines()[1:]]))
    assert (rows, rejected) == (ROWS + ROWS, [])
    assert (table.lines["repeated_header"], "repeated-header" in codes(table)) == (1, True)


def test_one_column_names_the_delimiter_as_the_likely_cause(tmp_path: Path) -> None:
    """Cells parted by nothing that is known, or by another character than was set."""
    with pytest.raises(DataError, match=r"one column.*delimiter"):
        read(tmp_path, "\n".join(lines("   ")))
    with pytest.raises(DataError, match=r"one column.*delimiter"):
        read(tmp_path, "\n".join(lines(";")), delimiter=",")
    with pytest.raises(DataError, match="two characters"):
        read(tmp_path, "\n".join(lines("||")))


def test_blank_before_a_quote_is_no_part_of_the_cell(tmp_path: Path) -> None:
    """`"a", "b"` holds b, quotes and all blanks outside left out."""
    rows = [", ".join(f'"{cell}"' for cell in row) for row in (NAMES, *ROWS)]
    table, found, _ = read(tmp_path, "\n".join(rows))
    assert (table.columns, found) == (NAMES, ROWS)


def test_lines_of_several_files_add_up(tmp_path: Path) -> None:
    """Every line of every file is counted under what it was."""
    (tmp_path / "many").mkdir()
    for name, more in (("a.csv", ["bad"]), ("b.csv", ["", "Total,,,9999,"])):
        (tmp_path / "many" / name).write_text("\n".join([*lines(), *more]) + "\n")
    table = open_table("many", Data(), tmp_path)
    assert sum(batch.num_rows for batch in table.batches(lambda *_: None)) == 80
    found = {kind: count for kind, count in table.lines.items() if count}
    assert found == {
        "total": 85, "header": 2, "blank": 1, "records": 80, "rejected": 1, "footer": 1,
    }  # fmt: skip


def test_a_quote_in_the_header_is_said(tmp_path: Path) -> None:
    """A header with a stray quote keeps its name as it stands, with a warning."""
    table, rows, _ = read(tmp_path, "\n".join(['"' + lines()[0], *lines()[1:]]))
    assert (table.columns[0], rows) == ('"id', ROWS)
    assert "header-quote" in codes(table)


@pytest.mark.parametrize("run", ["1" + " " * 200_000 + "y", "7" * 200_000, "Total" + " " * 200_000])
def test_long_runs_take_no_longer_than_their_length(tmp_path: Path, run: str) -> None:
    """In the header, the first row, and below the last; a pattern that looks twice does not end."""
    for header, first, below in ((run, "1", ""), ("n", run, ""), ("n", "1", run)):
        rows = "\n".join(f"C{n},{n},yes" for n in range(9))
        text = f"id,{header},churn\nC9,{first},no\n{rows}\n{below}"
        assert len(read(tmp_path, text)[1]) == 10
