"""The verbs, from Python."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

import unchurn
from command_line import QUICK, Ran, add_sections, copy_as_trained

README = Path(__file__).parents[1] / "README.md"


def test_the_example_of_the_readme_runs(
    trained: tuple[Path, Ran], telecom: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the README shows under "From Python" works as it stands."""
    (example,) = re.findall(r"```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    copy_as_trained(trained[0], tmp_path / "churn")
    shutil.copy(telecom / "customers.csv", tmp_path)
    shutil.copy(telecom / "this_month.csv", tmp_path)
    toml = tmp_path / "churn" / "churn.toml"
    toml.write_text(re.sub(r"(?m)^train = .*$", 'train = "../customers.csv"', toml.read_text()))
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "README.md", "exec"), {})
    assert (tmp_path / "scores.csv").is_file()


def test_every_verb_has_a_name(telecom: Path, tmp_path: Path) -> None:
    """A project is begun, looked at, trained, explained and rolled back without a command line."""
    project = unchurn.init(telecom / "customers.csv", tmp_path, target="Churn?")
    add_sections(tmp_path / "churn.toml", QUICK)
    project = unchurn.Project.load(tmp_path)
    assert unchurn.check(project)["rows"]["read"]
    assert unchurn.train(project).document()["version"] == 1
    (version,) = unchurn.versions(project)["versions"]
    assert version["aliases"] == ["champion"]
    assert unchurn.find_report(project).is_file()
    customer = unchurn.score(project, telecom / "this_month.csv").to_arrow()["Phone"][0].as_py()
    told = unchurn.explain(project, customer, telecom / "this_month.csv")
    assert told["rows"][0]["reasons"]
    assert unchurn.promote(project, 1)["version"] == 1
    with pytest.raises(unchurn.RegistryError):
        unchurn.rollback(project)


def test_a_project_is_begun_with_a_table_that_lies_somewhere(tmp_path: Path) -> None:
    """One in memory is refused with what to do; nothing is written."""
    with pytest.raises(unchurn.ConfigError, match="init was given a Table"):
        unchurn.init(pa.table({"churn": ["yes", "no"]}), tmp_path / "p")  # type: ignore[arg-type]
    assert not (tmp_path / "p").exists()


def test_no_verb_is_hidden_by_a_package() -> None:
    """Whatever is loaded first, a public name is never a package of the same name."""
    packages = {path.parent.name for path in Path(unchurn.__file__).parent.glob("*/__init__.py")}
    assert not packages & set(unchurn.__all__)
