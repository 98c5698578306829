"""The demo's tables: realistic, spoilt on purpose, and the same bytes everywhere."""

from __future__ import annotations

import csv
import hashlib
import os
from collections import Counter
from pathlib import Path

import pytest

from unchurn.demo import DEMO_TOML, DemoFiles, write_demo
from unchurn.demo.blemishes import LEAK, MISSING
from unchurn.demo.telecom import COPIES, HEADER, TARGET, UNLABELLED
from unchurn.project import Project

REPOSITORY = Path(__file__).parents[2]
ORIGIN = (
    "State,Account Length,Area Code,Phone,Int'l Plan,VMail Plan,VMail Message,Day Mins,Day Calls,"
    "Day Charge,Eve Mins,Eve Calls,Eve Charge,Night Mins,Night Calls,Night Charge,Intl Mins,"
    "Intl Calls,Intl Charge,CustServ Calls"
)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    """The demo as `unchurn demo` writes it."""
    return write_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def customers(files: DemoFiles) -> list[dict[str, str]]:
    """Rows of the training table."""
    return _rows(files.train)


@pytest.fixture(scope="module")
def this_month(files: DemoFiles) -> list[dict[str, str]]:
    """Rows of the table to score."""
    return _rows(files.score)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_bytes_are_pinned(files: DemoFiles) -> None:
    """Every Python, NumPy and platform writes exactly these tables."""
    assert (
        _sha256(files.train) == "881bae6c52c3e7d76c4a31f50cbf2a0c56821fea61e5f18a20c29f8ed1c230d6"
    )
    assert (
        _sha256(files.score) == "e2772fe10a3447da8962b8274c6de7cd06034d330c06fa1d7adb2484a6cd5ed1"
    )


def test_seed_changes_the_customers(tmp_path: Path) -> None:
    """Another seed is another company; the same seed is the same one."""
    one, other, again = (
        write_demo(tmp_path / name, seed, 200, 60) for name, seed in (("a", 1), ("b", 2), ("c", 1))
    )
    assert one.train.read_bytes() == again.train.read_bytes()
    assert one.score.read_bytes() == again.score.read_bytes()
    assert one.train.read_bytes() != other.train.read_bytes()


def test_header_begins_with_the_origins(customers: list[dict[str, str]]) -> None:
    """The origin's columns come first, spelled as it spells them; the label comes last."""
    assert ",".join(customers[0]).startswith(f"{ORIGIN},")
    assert list(customers[0])[-1] == TARGET


def test_churn_is_rare(customers: list[dict[str, str]]) -> None:
    """About one in seven leaves, spelled as the origin spells it, and a few are unlabelled."""
    labels = Counter(row[TARGET] for row in customers)
    assert set(labels) == {"True.", "False.", ""}
    assert 0.13 < labels["True."] / len(customers) < 0.15
    assert UNLABELLED <= labels[""] <= 2 * UNLABELLED


def test_repeated_rows(customers: list[dict[str, str]]) -> None:
    """Exact copies, and one customer with two different rows, are in the training table."""
    whole = Counter(tuple(row.values()) for row in customers)
    assert sum(count - 1 for count in whole.values()) == COPIES
    phones = Counter(row["Phone"] for row in {tuple(r.values()): r for r in customers}.values())
    assert [count for count in phones.values() if count > 1] == [2]
    assert len(phones) == 5000


def test_leak_gives_the_label_away(customers: list[dict[str, str]]) -> None:
    """Whether the final bill has a date separates the labels with an AUC of at least 0.99."""
    filled = {
        label: [bool(row[LEAK]) for row in customers if row[TARGET] == label]
        for label in ("True.", "False.")
    }
    hits, false_alarms = (sum(flags) / len(flags) for flags in filled.values())
    assert (hits + 1.0 - false_alarms) / 2.0 >= 0.99


def test_missing_cells_in_every_spelling(customers: list[dict[str, str]]) -> None:
    """Numbers and categories are missing in all spellings; dates and the id never are."""
    for name in ("Day Mins", "Eve Mins", "Contract"):
        assert set(MISSING) <= {row[name] for row in customers}, name
    assert all(row["Phone"] and row["Signup Date"] for row in customers)


def test_fresh_month(customers: list[dict[str, str]], this_month: list[dict[str, str]]) -> None:
    """This month has no label, some known customers, one row twice and an unseen contract."""
    assert tuple(this_month[0]) == HEADER
    assert len(this_month) == 1500
    known = {row["Phone"] for row in customers}
    returning = sum(row["Phone"] in known for row in this_month)
    assert 0.5 < returning / len(this_month) < 0.7
    assert max(Counter(tuple(row.values()) for row in this_month).values()) == 2
    contracts = {row["Contract"] for row in this_month}
    assert contracts - {row["Contract"] for row in customers} == {"Prepaid"}
    assert {row[LEAK] for row in this_month} == {""}


def test_nobody_who_left_returns(
    customers: list[dict[str, str]], this_month: list[dict[str, str]]
) -> None:
    """A customer who left last month is not in this month's table."""
    left = {row["Phone"] for row in customers if row[TARGET] == "True."}
    assert not left & {row["Phone"] for row in this_month}


def test_phones_cannot_be_dialled(
    customers: list[dict[str, str]], this_month: list[dict[str, str]]
) -> None:
    """Every number begins with a digit that no exchange begins with."""
    assert all(row["Phone"][0] in "01" for row in customers + this_month)


def test_small_and_empty_months(tmp_path: Path) -> None:
    """Sizes down to a handful work: the fresh month never asks for more than there is."""
    files = write_demo(tmp_path, customers=40, fresh=10)
    assert len(_rows(files.score)) == 10


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_fills_leaves_no_half_a_demo(tmp_path: Path) -> None:
    """Three files or none: a folder with a table alone would be refused as somebody else's."""
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / f".this_month.csv.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        write_demo(folder, customers=50, fresh=10)
    assert list(folder.iterdir()) == []


def test_project_is_valid(files: DemoFiles) -> None:
    """The demo's churn.toml loads, names its own tables, and carries costs and a floor."""
    project = Project.load(files.config.parent)
    assert (project.data.train, project.data.score) == (files.train.name, files.score.name)
    assert project.decision.clv == "Customer Value"
    assert project.gate.accuracy == 0.90
    named = {project.churn.target, project.churn.id, *project.columns.actionable}
    assert named <= {*HEADER, TARGET}


def test_example_is_the_demos_own() -> None:
    """examples/telco/churn.toml is exactly what the demo writes."""
    example = REPOSITORY / "examples" / "telco" / "churn.toml"
    assert example.read_text(encoding="utf-8") == DEMO_TOML
