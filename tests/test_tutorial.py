"""The tutorial runs from top to bottom, and is told the same way wherever it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from open_cloud import still_running
from tutorial_pages import (
    DOCUMENT,
    NOTEBOOK,
    PRODUCTION,
    README,
    REPOSITORY,
    blocks,
    of_notebook,
    of_page,
    part,
    settings_of_document,
    settings_of_notebook,
)
from unchurn.demo import write_demo

CELL_SECONDS = 3600


def test_the_notebook_is_kept_without_outputs() -> None:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [each for each in cells if each["cell_type"] == "code"]
    assert len(code) > 10
    assert not [each["id"] for each in code if each["outputs"] or each["execution_count"]]


def test_the_notebook_is_valid_and_names_nobodys_kernel() -> None:
    import nbformat

    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert str(REPOSITORY) not in NOTEBOOK.read_text(encoding="utf-8")


def test_notebook_and_document_have_the_same_commands() -> None:
    assert of_page(DOCUMENT) == of_notebook()


def test_notebook_and_document_write_the_same_settings() -> None:
    assert settings_of_notebook()
    assert settings_of_document() == settings_of_notebook()


def test_the_readme_goes_to_production_by_those_commands_and_nothing_more() -> None:
    commands = of_notebook(after=PRODUCTION)
    assert of_page(README, PRODUCTION) == of_page(DOCUMENT, PRODUCTION) == commands
    (block,) = blocks(section := part(README.read_text(encoding="utf-8"), PRODUCTION), "sh")
    assert section.strip() == "\n".join(["```sh", *block, "```"])
    assert len(block) == len(commands)


def test_the_customer_who_is_explained_is_one_of_this_month(tmp_path: Path) -> None:
    files = write_demo(tmp_path, customers=1500, fresh=300)
    assert files.score.read_text(encoding="utf-8").count("055-0182") == 1


@pytest.mark.slow
def test_the_notebook_runs_from_top_to_bottom_and_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    before = sorted(NOTEBOOK.parent.rglob("*"))
    said = _execute(_hurried(_notebook()), tmp_path)
    assert list((tmp_path / "here").iterdir()) == []
    assert "The model passed all" in said["unchurn train"]
    assert "055-0182" in said["unchurn explain --customer 055-0182"]
    for version in (1, 2):
        assert f"Version {version} is champion: " in said["unchurn aws train"]
    assert "300 rows in, 300 scored, 0 rejected." in said["unchurn aws score"]
    assert "serves version 2 (updated)" in said["unchurn aws endpoint deploy"]
    asked = next(each for command, each in said.items() if "endpoint invoke" in command)
    assert json.loads(asked)["predictions"][0]["Phone"] == "055-0182"
    assert "Version 1 serves, and is the champion." in said["unchurn aws endpoint status"]
    assert "things are gone" in said["unchurn aws destroy --yes"]
    assert sorted(NOTEBOOK.parent.rglob("*")) == before
    assert still_running(f"TMPDIR={tmp_path / 'temporary'}") == []
    left = [path.name for path in (tmp_path / "temporary").iterdir()]
    assert [name.startswith("unchurn-tutorial-") for name in left] == [True], left


@pytest.mark.slow
def test_a_cell_that_fails_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nbclient.exceptions import CellExecutionError

    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    notebook = _notebook()
    wanted = ("def start", "write_demo(", "unchurn init", "def put", "unchurn aws rehearse")
    notebook.cells = [
        cell for cell in notebook.cells if cell.cell_type == "code" and _has(cell.source, wanted)
    ]
    notebook.cells[-1].source += "\nassert cloud.poll() is None\nraise SystemError('no ' + 'more')"
    with pytest.raises(CellExecutionError, match="no more"):
        _execute(notebook, tmp_path)
    assert still_running(f"TMPDIR={tmp_path / 'temporary'}") == []


def _hurried(notebook: Any) -> Any:
    """Return the notebook with one configuration to train, where a user's has the whole search."""
    from nbformat.v4 import new_code_cell

    told = 'put("""\n[train]\nconfigurations = ["shallow"]\n\n[evaluate]\nbootstrap = 100\n""")'
    after = next(place for place, cell in enumerate(notebook.cells) if "def put" in cell.source)
    notebook.cells.insert(after + 1, new_code_cell(told))
    return notebook


def _has(source: str, wanted: tuple[str, ...]) -> bool:
    return any(each in source for each in wanted)


def _notebook() -> Any:
    import nbformat

    return nbformat.read(NOTEBOOK, as_version=4)


def _execute(notebook: Any, folder: Path) -> dict[str, str]:
    """Run a notebook in an empty folder; return what its shell cells printed, by command."""
    from nbclient import NotebookClient

    (folder / "temporary").mkdir()
    (folder / "here").mkdir()
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, resources={"metadata": {"path": str(folder / "here")}}
    )
    client.execute()
    said: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.source.startswith("%%sh"):
            command = cell.source.removeprefix("%%sh\n")
            said[command] = said.get(command, "") + _text(cell.outputs)
    return said


def _text(outputs: list[Any]) -> str:
    told = "".join(each.get("text", "") for each in outputs if each.get("name") == "stdout")
    return " ".join(told.split())
