"""The notebook from raw tables to a list runs from top to bottom."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "examples" / "history.ipynb"


def test_the_notebook_is_kept_without_outputs() -> None:
    """Valid, and the same for everybody."""
    import nbformat

    nbformat.validate(nbformat.read(NOTEBOOK, as_version=4))
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    code = [each for each in cells if each["cell_type"] == "code"]
    assert not [each["id"] for each in code if each["outputs"] or each["execution_count"]]


@pytest.mark.slow
def test_the_notebook_runs_from_top_to_bottom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Raw tables become snapshots, a model, a list and a look back; the trap is caught."""
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(
        notebook, timeout=3600, resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    said = " ".join("".join(each.get("text", "") for each in outputs).split())
    assert "'started' and 'ended' begin and end something" in said
    assert "'health' of [history.attributes.accounts] was dated back" in said
    assert "Verdict: passed" in said
    assert "customer,probability,decile" in said
    assert "A random split of rows promises" in said
