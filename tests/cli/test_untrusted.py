"""A list that should not be trusted says so first, and is refused where that is asked."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from command_line import QUICK, Ran, Unchurn, add_sections, run_unchurn, write_project
from unchurn import Project, errors
from unchurn.pipeline import scoring

pytestmark = pytest.mark.slow


def spoiled(telecom: Path, folder: Path, column: str, cell: str | None) -> Path:
    """Write this month's table with one column replaced: by `cell`, or by a hundred times its own."""
    with (telecom / "this_month.csv").open(newline="", encoding="utf-8") as stream:
        names, *rows = list(csv.reader(stream))
    place = names.index(column)
    for row in rows:
        if cell is not None or row[place].replace(".", "").isdecimal():
            row[place] = f"{float(row[place]) * 100:.0f}" if cell is None else cell
    path = folder / "spoiled.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([names, *rows])
    return path


def test_an_ordinary_month_is_silent_and_passes_strict(
    trained: tuple[Path, Ran], telecom: Path, tmp_path: Path, unchurn: Unchurn
) -> None:
    """The demo's fresh month raises nothing."""
    out, month = tmp_path / "out.csv", telecom / "this_month.csv"
    ran = unchurn(
        "score", "--project", trained[0], "--data", month, "--out", out, "--strict", "--json"
    )
    assert ran.code == 0, ran.err
    alarms = [note["code"] for note in ran.document["notes"] if note["severity"] == "warning"]
    assert not [code for code in alarms if code.startswith(("arrived", "scores", "untrusted"))]
    assert out.is_file()


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("CustServ Calls", "", "'CustServ Calls' is blank for all customers"),
        ("Day Mins", None, "'Day Mins' is about 100 times what training saw"),
    ],
)
def test_a_spoiled_column_is_said_first(
    trained: tuple[Path, Ran],
    telecom: Path,
    tmp_path: Path,
    unchurn: Unchurn,
    column: str,
    cell: str | None,
    words: str,
) -> None:
    """Text output begins with it, ``--json`` has it as the first note, and the list is written."""
    data, out = spoiled(telecom, tmp_path, column, cell), tmp_path / "out.csv"
    told = ("score", "--project", trained[0], "--data", data, "--out", out)
    text = unchurn(*told)
    assert text.code == 0, text.err
    first = " ".join(text.out.split("rows in")[0].split())
    assert first.startswith("WARNING: This list should not be trusted: ")
    assert words in first
    note = unchurn(*told, "--json").document["notes"][0]
    assert (note["code"], note["severity"]) == ("untrusted", "warning")
    assert words in note["words"]


def test_strict_writes_no_such_list(
    trained: tuple[Path, Ran], telecom: Path, tmp_path: Path, unchurn: Unchurn
) -> None:
    """Exit 5, in Python `UntrustedError`; the list of last time stays, and nothing else is there."""
    data, out = spoiled(telecom, tmp_path, "CustServ Calls", ""), tmp_path / "lists" / "out.csv"
    out.parent.mkdir()
    out.write_text("last month's\n")
    ran = unchurn("score", "--project", trained[0], "--data", data, "--out", out, "--strict")
    assert ran.code == 5
    assert "should not be trusted" in " ".join(ran.err.split())
    with pytest.raises(errors.UntrustedError, match="CustServ Calls"):
        scoring.score(Project.load(trained[0]), data, out, strict=True)
    assert [path.name for path in out.parent.iterdir()] == ["out.csv"]
    assert out.read_text() == "last month's\n"


@pytest.mark.parametrize(
    ("column", "holds"),
    [("State", "holds words (such as"), ("Signup Date", "holds dates (such as"), ("Phone", "holds ids")],
)  # fmt: skip
def test_a_value_column_without_numbers_is_refused_where_it_is_named(
    telecom: Path, tmp_path: Path, unchurn: Unchurn, column: str, holds: str
) -> None:
    """``check`` and ``train`` say what the column holds; nothing is trained to break at scoring."""
    folder = write_project(
        tmp_path / "p", telecom / "customers.csv", f'{QUICK}\n[decision]\nclv = "{column}"\n'
    )
    for verb in ("check", "train"):
        ran = unchurn(verb, "--project", folder)
        assert ran.code == 2, ran.out
        assert f"clv names {column!r}, which {holds}" in " ".join(ran.err.split())


def test_a_value_column_is_found_however_churn_toml_spells_it(
    telecom: Path, tmp_path: Path, unchurn: Unchurn
) -> None:
    """List, callers' file and reasons are those of the exact spelling, of which runs alone are told."""
    month, made = telecom / "this_month.csv", []
    with month.open(newline="", encoding="utf-8") as stream:
        first = next(csv.DictReader(stream))["Phone"]
    for clv in ("Customer Value", "customer_value"):
        costs = f'{QUICK}\n[decision]\nclv = "{clv}"\ncontact_cost = 5.0\n'
        folder = write_project(tmp_path / clv, telecom / "customers.csv", costs)
        about = ("--project", folder, "--data", month)
        for words in (
            ("train", "--project", folder),
            ("score", *about, "--out", folder / "list.csv"),
            (
                "target",
                *about,
                "--name",
                "spring",
                "--capacity",
                5,
                "--out",
                folder / "contact.csv",
            ),
            ("explain", *about, "--customer", first),
        ):
            ran = unchurn(*words)
            assert ran.code == 0, ran.err
        with (folder / "list.csv").open(newline="", encoding="utf-8") as stream:
            rows = [{**row, "run_id": ""} for row in csv.DictReader(stream)]
        made.append((rows, (folder / "contact.csv").read_text("utf-8")))
    assert made[0] == made[1]


def test_a_table_without_header_and_label_is_aligned_or_refused(tmp_path: Path) -> None:
    """SageMaker's convention is scored by place; a table shifted by a column never is."""
    rows = [
        (int(n % 3 == 0), n % 7, 40 + n % 50, 1000 + n * 3 % 800, "YN"[n % 3 == 0])
        for n in range(600)
    ]
    write = lambda name, made: (tmp_path / name).write_text(  # noqa: E731
        "".join(",".join(map(str, row)) + "\n" for row in made)
    )
    write("train.csv", [(row[0], row[1], row[2] - 9 * row[0], row[3]) for row in rows])
    write("score.csv", [row[1:4] for row in rows[:90]])
    write("shifted.csv", [(row[2], row[3], row[1]) for row in rows[:90]])
    write("narrow.csv", [row[1:3] for row in rows[:90]])
    write("headed.csv", [("a", "b", "c"), *(row[1:4] for row in rows[:90])])
    folder = tmp_path / "p"
    flags = ("--data", tmp_path / "train.csv", "--project", folder, "--no-header", "--target", "c1")
    assert run_unchurn("init", *flags).code == 0
    add_sections(folder / "churn.toml", QUICK)
    ran = run_unchurn("train", "--project", folder)
    assert ran.code in (0, 4), ran.err
    run = [] if ran.code == 0 else ["--run", next((folder / ".unchurn/runs").iterdir()).name]

    def scored(name: str) -> Ran:
        out = tmp_path / "out.csv"
        words = ("--project", folder, "--data", tmp_path / name, "--out", out, "--json")
        return run_unchurn("score", *words, *run)

    good = scored("score.csv")
    assert good.code == 0, good.err
    assert [note["code"] for note in good.document["notes"]] == ["label-left-out"]
    for name, words in [
        ("shifted.csv", "read without the label, c1, its columns are not training's"),
        ("narrow.csv", "has 2 columns without a header; training had 4"),
        ("headed.csv", "reads like a header"),
    ]:
        bad = scored(name)
        assert bad.code == 3, (name, bad.out)
        assert words in " ".join(f"{bad.out} {bad.err}".split()), bad.err
