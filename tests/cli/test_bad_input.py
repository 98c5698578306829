"""Bad input ends in a sentence, the right exit code, and nothing half-written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import QUICK, Ran, Unchurn, copy_as_trained, run_unchurn
from unchurn import Project

Trained = tuple[Path, Ran]
TOML = '[data]\ntrain = "t.csv"\n[churn]\ntarget = "churn"\nid = "id"\n' + QUICK


def rows(count: int = 400) -> list[str]:
    """A small usable table: header first."""
    body = [
        f"{n:05d},{n % 37},{'abc'[n % 3]},{'yes' if (n * 7) % 10 < 3 else 'no'}"
        for n in range(count)
    ]
    return ["id,x,kind,churn", *body]


def train_on(folder: Path, body: bytes | str, toml: str = TOML) -> Ran:
    """Write a table and a churn.toml, and train."""
    folder.mkdir(exist_ok=True)
    (folder / "t.csv").write_bytes(body.encode() if isinstance(body, str) else body)
    (folder / "churn.toml").write_text(toml)
    return run_unchurn("train", "--project", folder, "--json")


def nothing_half_written(folder: Path) -> None:
    """No staging folder, no version, no partial artefact is left."""
    made = folder / ".unchurn"
    assert not list(made.rglob(".*.staging"))
    assert not list(made.glob("runs/*/version"))


CASES = {
    "unknown label spelling": ("\n".join([*rows(), "90000,1,a,perhaps"]), 3, "perhaps"),
    "one class only": ("\n".join(r.replace("yes", "no") for r in rows()), 3, "no"),
    "empty file": ("", 3, "empty"),
    "header only": (rows()[0], 3, "t.csv"),
    "one row": ("\n".join(rows(1)), 3, ""),
    "duplicate headers": ("\n".join(["id,x,x,churn", *rows()[1:]]), 3, "'x'"),
    "missing target": ("\n".join(["id,x,kind,gone", *rows()[1:]]), 2, "churn"),
    "binary noise": (bytes(range(256)) * 40, 3, "t.csv"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_table_that_cannot_be_trained_on(case: str, tmp_path: Path) -> None:
    """Each ends with its message and exit code, on stdout as the document that was asked for."""
    body, code, words = CASES[case]
    ran = train_on(tmp_path / "p", body)
    assert ran.code == code, ran.err
    assert words in ran.err
    assert ran.document["code"] == code and ran.document["error"] in ran.err
    nothing_half_written(tmp_path / "p")


def test_an_unknown_label_is_given_with_its_row(tmp_path: Path) -> None:
    """The row number of the spelling helps to find it."""
    ran = train_on(tmp_path, "\n".join([*rows(), "90000,1,a,perhaps"]))
    assert "401" in ran.err


def test_infinities_and_huge_numbers_become_missing_and_are_counted(tmp_path: Path) -> None:
    """`inf` and `1e400` do not stop a training; a finding counts them."""
    body = rows()
    body[3] = body[3].replace(",2,", ",inf,")
    body[4] = body[4].replace(",3,", ",1e400,")
    ran = train_on(tmp_path, "\n".join(body))
    assert ran.code in (0, 4), ran.err
    assert any("2" in f["words"] and f["column"] == "x" for f in ran.document["findings"])


def test_ragged_rows_are_counted_apart(tmp_path: Path) -> None:
    """A row with a cell too few leaves the training with a reason."""
    ran = train_on(tmp_path, "\n".join([*rows(), "90000,1,a"]))
    assert ran.code in (0, 4), ran.err
    assert sum(ran.document["rows"]["dropped"].values()) == 1


@pytest.mark.parametrize(
    ("encoding", "text"), [("utf-8-sig", "é"), ("latin-1", "é"), ("utf-16", "é")]
)
def test_any_common_encoding_is_read(encoding: str, text: str, tmp_path: Path) -> None:
    """BOM, Latin-1 and UTF-16 tables train as UTF-8 ones do."""
    body = "\n".join(rows()).replace(",a,", f",{text},").encode(encoding)
    ran = train_on(tmp_path, body)
    assert ran.code in (0, 4), ran.err
    assert ran.document["rows"]["kept"] == 400


def score_with(trained: Trained, body: str, folder: Path) -> Ran:
    """Score a table written for the occasion."""
    (folder / "now.csv").write_text(body)
    out = folder / "out.csv"
    return run_unchurn(
        "score", "--project", trained[0], "--data", folder / "now.csv", "--out", out, "--json"
    )


def test_a_missing_column_is_named_at_scoring(
    trained: Trained, telecom: Path, tmp_path: Path
) -> None:
    """Scoring without a column the model needs names it and writes nothing."""
    body = (telecom / "this_month.csv").read_text().replace("CustServ Calls", "Something", 1)
    ran = score_with(trained, body, tmp_path)
    assert ran.code == 3
    assert "CustServ Calls" in ran.err
    assert not (tmp_path / "out.csv").exists()


def test_extra_and_reordered_columns_change_nothing(
    trained: Trained, telecom: Path, tmp_path: Path
) -> None:
    """Order never matters; an extra column is a note."""
    import csv

    with (telecom / "this_month.csv").open(newline="") as stream:
        table = list(csv.reader(stream))
    turned = tmp_path / "turned.csv"
    with turned.open("w", newline="") as stream:
        csv.writer(stream).writerows([*reversed(row), "extra"] for row in table)
    outs = []
    for number, data in enumerate((telecom / "this_month.csv", turned)):
        out = tmp_path / f"{number}.csv"
        ran = run_unchurn("score", "--project", trained[0], "--data", data, "--out", out, "--json")
        assert ran.code == 0, ran.err
        with out.open(newline="") as stream:
            outs.append([row[:-1] for row in csv.reader(stream)])
    assert outs[0] == outs[1]
    assert any("extra" in note["words"] for note in ran.document["notes"])


def test_without_a_champion_the_run_is_offered(tmp_path: Path) -> None:
    """A refused training can still be scored by its run id; without it, exit 2."""
    floor = TOML.replace("[gate]", "[gate]\nroc_auc = 0.999")
    refused = train_on(tmp_path, "\n".join(rows()), floor)
    assert refused.code == 4, refused.err
    assert refused.document["version"] is None
    run = refused.document["run_id"]
    words = (
        "score",
        "--project",
        tmp_path,
        "--data",
        tmp_path / "t.csv",
        "--out",
        tmp_path / "o.csv",
    )
    plain = run_unchurn(*words)
    assert plain.code == 2
    assert f"--run {run}" in plain.err
    assert run_unchurn(*words, "--run", run, "--json").document["rows_out"] == 400


def test_a_corrupted_model_byte_is_refused(trained: Trained, telecom: Path, tmp_path: Path) -> None:
    """One flipped byte in a booster is found by its hash, before it is parsed."""
    copy = tmp_path / "copy"
    copy_as_trained(trained[0], copy)
    booster = next(copy.glob(".unchurn/runs/*/model/boosters/*.ubj"))
    body = bytearray(booster.read_bytes())
    body[len(body) // 2] ^= 0x40
    booster.write_bytes(bytes(body))
    out = tmp_path / "out.csv"
    ran = run_unchurn(
        "score", "--project", copy, "--data", telecom / "this_month.csv", "--out", out
    )
    assert ran.code == 1
    assert booster.name in ran.err
    assert not out.exists()


@pytest.mark.parametrize("name", ["out.xlsx", "out"])
def test_an_unknown_suffix_is_refused_before_work(
    trained: Trained, telecom: Path, tmp_path: Path, name: str
) -> None:
    """The format follows the suffix; others are a usage error that lists the choices."""
    data, out = telecom / "this_month.csv", tmp_path / name
    ran = run_unchurn("score", "--project", trained[0], "--data", data, "--out", out)
    assert ran.code == 2
    assert ".parquet" in ran.err


def test_a_list_never_replaces_a_table(trained: Trained, telecom: Path, tmp_path: Path) -> None:
    """Neither the scored table nor that of training, by another name, nor by the rejects."""
    month = shutil.copy(telecom / "this_month.csv", tmp_path / "month.csv")
    (tmp_path / "link.csv").symlink_to(month)
    os.link(month, tmp_path / "second.csv")
    os.link(month, tmp_path / "list.csv.rejects.csv")
    train = trained[0] / Project.load(trained[0]).data.train
    before = Path(month).read_bytes(), train.read_bytes()
    for out in (
        month,
        tmp_path / "link.csv",
        tmp_path / "second.csv",
        tmp_path / "list.csv",
        train,
    ):
        ran = run_unchurn("score", "--project", trained[0], "--data", month, "--out", out)
        assert ran.code == 2, out
        assert "would replace it" in ran.err.replace("\n", " ")
    assert (Path(month).read_bytes(), train.read_bytes()) == before
    assert (tmp_path / "link.csv").is_symlink()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
def test_a_full_disk_is_said_so_and_leaves_nothing(tmp_path: Path) -> None:
    """With 300 kB to write in, a training stops with a sentence and no artefact."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)], check=False
    )
    if mounted.returncode:
        pytest.skip("this machine does not let its root mount a tmpfs")
    try:
        ran = train_on(disk / "p", "\n".join(rows(4000)))
        assert ran.code == 1, ran.err
        assert "space" in ran.err.lower()
        nothing_half_written(disk / "p")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="dropping privileges needs root")
def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    """As another user, a locked folder of tables is a clear message."""
    locked = tmp_path / "locked"
    locked.mkdir()
    (locked / "t.csv").write_text("\n".join(rows()))
    locked.chmod(0o700)
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.stat().st_uid == os.geteuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    program = (
        "import os, sys; from unchurn.project import Data; from unchurn.tables import open_table;"
        "from pathlib import Path; from unchurn.errors import UnchurnError;"
        "os.setgid(65534); os.setuid(65534)\n"
        f"try: open_table({str(locked)!r}, Data(), Path('.'))\n"
        "except UnchurnError as error: print(error); sys.exit(error.exit_code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode in (2, 3), done.stderr
    assert "locked" in done.stdout


def test_a_project_folder_that_is_missing(unchurn: Unchurn, tmp_path: Path) -> None:
    """Every verb says how to make a project."""
    for verb in ("train", "check", "report"):
        ran = unchurn(verb, "--project", tmp_path / "nowhere")
        assert ran.code == 2
        assert "unchurn init" in ran.err


def test_a_list_into_a_folder_that_is_not_there_is_agreed_on(
    trained: tuple[Path, Ran], telecom: Path, tmp_path: Path
) -> None:
    """With nobody to ask, the flag that makes the folder is named; with it, the list is there."""
    out = tmp_path / "deep" / "er" / "s.csv"
    words = ("score", "--project", trained[0], "--data", telecom / "this_month.csv", "--out", out)
    refused = run_unchurn(*words)
    assert refused.code == 2 and "--make-folder" in refused.err
    assert not (tmp_path / "deep").exists()
    assert run_unchurn(*words, "--make-folder").code == 0
    assert out.is_file()


def test_a_report_is_copied_into_a_folder_that_is_there(
    trained: tuple[Path, Ran], unchurn: Unchurn, tmp_path: Path
) -> None:
    """As other pages are; nothing is made."""
    for out, words in (("deep/page.html", "There is no folder"), ("page.pdf", "ends in .html")):
        refused = unchurn("report", "--project", trained[0], "--out", tmp_path / out)
        assert refused.code == 2 and words in refused.err
    assert list(tmp_path.iterdir()) == []


def test_a_table_on_a_closed_standard_input_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "churn.toml").write_text(TOML)
    words = [sys.executable, "-m", "unchurn", "score", "--project", str(tmp_path), "--data", "-"]
    closed = ["sh", "-c", 'exec "$@" <&-', "sh", *words]
    for more in ([], ["--out", str(tmp_path / "list.csv")]):
        done = subprocess.run([*closed, *more], capture_output=True, text=True, check=False)
        assert done.returncode == 2, done.stderr
        assert "standard input, which is closed" in done.stderr


@pytest.mark.parametrize("words", [("score",), ("target", "--name", "spring")])
def test_a_list_never_replaces_the_file_on_standard_input(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    """A shell may send a table from the very file that --out names."""
    (tmp_path / "churn.toml").write_text(TOML)
    table = tmp_path / "month.csv"
    table.write_text("\n".join(rows(5)))
    command = [sys.executable, "-m", "unchurn", *words, "--project", tmp_path, "--data", "-"]
    with table.open("rb") as sent:
        done = subprocess.run(
            [*command, "--out", table], stdin=sent, capture_output=True, text=True, check=False
        )
    assert done.returncode == 2, done.stderr
    assert "month.csv is the file on standard input" in done.stderr
    assert table.read_text() == "\n".join(rows(5))
