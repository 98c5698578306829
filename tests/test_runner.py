"""The runner: a signature is the contract, published work is kept, nothing is half-written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from unchurn import project as config
from unchurn.artefacts import Artefact, Workspace, sha256_of
from unchurn.artefacts.folder import Json, file
from unchurn.errors import ArtefactError, DataError
from unchurn.project import Project
from unchurn.runner import Run, run_step

CALLS: list[str] = []


@dataclass(frozen=True)
class Wood(Artefact):
    """A number and a file."""

    rings: Json = file("rings.json")
    bark: Path = file("bark.txt")


@dataclass(frozen=True)
class Table(Artefact):
    """Made of wood."""

    legs: Json = file("legs.json")


def fell(split: config.Split, workspace: Workspace) -> Wood:
    """Make wood."""
    CALLS.append("fell")
    (workspace / "bark.txt").write_text("bark")
    return Wood(split.folds, Path(workspace) / "bark.txt")


def build(wood: Wood, gate: config.Gate) -> Table:
    """Make a table."""
    CALLS.append("build")
    return Table({"legs": wood.rings, "min_rows": gate.min_rows})


def burn(wood: Wood, workspace: Workspace) -> Table:
    """Fail half-way."""
    (workspace / "ash").write_text("ash")
    raise DataError("burnt")


def run(tmp_path: Path, name: str = "r1", **sections: dict[str, object]) -> Run:
    """A run in a temporary root."""
    CALLS.clear()
    project = Project.from_plain(dict(sections), tmp_path)
    return Run(tmp_path / "runs" / name, project, code="c1")


def test_a_step_gets_what_its_signature_asks_for(tmp_path: Path) -> None:
    """Sections, workspace and earlier artefacts arrive by type."""
    where = run(tmp_path, split={"folds": 4})
    run_step(fell, where)
    made = run_step(build, where)
    assert isinstance(made, Table)
    assert made.legs == {"legs": 4, "min_rows": 200}


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    """The same inputs, config and code load what is published."""
    where = run(tmp_path)
    for _ in range(2):
        run_step(fell, where)
        run_step(build, where)
    assert CALLS == ["fell", "build"]


def test_a_changed_section_remakes_only_the_steps_that_read_it(tmp_path: Path) -> None:
    """Changing the gate in another run takes the wood over from the first."""
    first = run(tmp_path)
    run_step(fell, first)
    run_step(build, first)
    second = run(tmp_path, "r2", gate={"min_rows": 5})
    run_step(fell, second)
    run_step(build, second)
    assert CALLS == ["build"]


def test_damaged_work_is_made_again(tmp_path: Path) -> None:
    """A published artefact with a wrong hash does not count as done."""
    where = run(tmp_path)
    run_step(fell, where)
    (where.folder / "wood" / "bark.txt").write_text("beetles")
    assert isinstance(run_step(fell, where), Wood)
    assert CALLS == ["fell", "fell"]
    assert (where.folder / "wood" / "bark.txt").read_text() == "bark"


def test_other_code_makes_it_again(tmp_path: Path) -> None:
    """Work of an earlier version of the code is not trusted."""
    run_step(fell, run(tmp_path))
    other = Run(tmp_path / "runs" / "r1", Project.from_plain({}, tmp_path), code="c2")
    run_step(fell, other)
    assert CALLS == ["fell", "fell"]


def test_fresh_makes_it_again(tmp_path: Path) -> None:
    """The user may ask for everything anew."""
    where = run(tmp_path)
    run_step(fell, where)
    run_step(fell, where, fresh=True)
    assert CALLS == ["fell", "fell"]


def test_what_is_made_again_alike_leaves_the_folder_to_its_readers(tmp_path: Path) -> None:
    """The very folder stays, so that nothing that is read from it meanwhile can be missed."""
    where = run(tmp_path)
    run_step(fell, where)
    before = (where.folder / "wood").stat().st_ino
    run_step(fell, where, fresh=True)
    assert (where.folder / "wood").stat().st_ino == before


def test_what_belongs_to_a_version_is_not_replaced_by_something_else(tmp_path: Path) -> None:
    """A fresh making that gives other bytes is refused, and what is registered stays."""
    where = run(tmp_path)
    run_step(fell, where)
    registered = sha256_of(where.folder / "wood" / "manifest.json")
    other = run(tmp_path, split={"folds": 9})
    bound = replace(other, registered={Wood: registered})
    with pytest.raises(ArtefactError, match="belongs to a registered version") as refused:
        run_step(fell, bound)
    assert "[train] seed" in refused.value.hint
    assert sha256_of(where.folder / "wood" / "manifest.json") == registered
    assert [path.name for path in where.folder.iterdir()] == ["wood"]


def test_a_failed_step_leaves_nothing(tmp_path: Path) -> None:
    """Half-written files go with the failure."""
    where = run(tmp_path)
    run_step(fell, where)
    with pytest.raises(DataError):
        run_step(burn, where)
    assert [path.name for path in where.folder.iterdir()] == ["wood"]


def test_left_overs_of_a_kill_are_swept(tmp_path: Path) -> None:
    """A staging folder of a killed process does not leak into the artefact."""
    where = run(tmp_path)
    left = where.folder / ".wood.staging"
    left.mkdir(parents=True)
    (left / "half").write_text("?")
    run_step(fell, where)
    assert sorted(path.name for path in (where.folder / "wood").iterdir()) == [
        "bark.txt",
        "lineage.json",
        "manifest.json",
        "rings.json",
    ]


def test_storage_trouble_is_said_in_words(tmp_path: Path) -> None:
    """An operating-system error names the step and the next move."""

    def stumble(workspace: Workspace) -> Wood:
        raise OSError(28, "No space left on device", str(workspace))

    with pytest.raises(ArtefactError, match="No space left on device"):
        run_step(stumble, run(tmp_path))
