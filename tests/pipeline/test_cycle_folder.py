"""A cycle's folder is finished by its last file, and what is none of ours counts as none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from example_cycle import cycled
from unchurn.errors import ArtefactError
from unchurn.pipeline.cycle_folder import SUMMARY, CycleFolder

INPUTS = {"data": "d", "settings": "s", "code": "c"}


def done(root: Path, day: str) -> CycleFolder:
    """A finished cycle of a day."""
    place = CycleFolder(root, day)
    place.begin(INPUTS, 3)
    place.finish(cycled(day, inputs=INPUTS, files={"summary": "cycle.html"}))
    return place


def test_it_is_finished_by_its_last_file(tmp_path: Path) -> None:
    """Before, it is begun: what it was begun with is known, and nothing else."""
    place = CycleFolder(tmp_path, "2027-03-01")
    assert (place.finished(), place.begun()) == (None, None)
    place.begin(INPUTS, 3)
    assert (place.finished(), place.begun()) == (None, {"inputs": INPUTS, "version": 3})
    done(tmp_path, "2027-03-01")
    assert place.finished() is not None
    (place.path / "cycle.html").unlink()
    assert place.finished() is None


def test_what_other_inputs_gave_goes(tmp_path: Path) -> None:
    """The same ones go on with what is there, not finished any more."""
    place = done(tmp_path, "2027-03-01")
    (place.path / "list.csv").write_text("customers")
    place.begin(INPUTS, 3)
    assert sorted(path.name for path in place.path.iterdir()) == [
        "begun.json", "cycle.html", "list.csv",
    ]  # fmt: skip
    place.begin({**INPUTS, "data": "other"}, 4)
    assert [path.name for path in place.path.iterdir()] == ["begun.json"]


def test_months_lie_before_and_after(tmp_path: Path) -> None:
    """By their days, whatever else lies there."""
    for day in ("2027-03-01", "2027-01-01", "2027-05-01", "2027-04-01"):
        done(tmp_path, day)
    place = CycleFolder(tmp_path, "2027-04-01")
    assert [each["as_of"] for each in place.before()] == ["2027-01-01", "2027-03-01"]
    assert place.later() == "2027-05-01"
    assert CycleFolder(tmp_path, "2027-06-01").later() == ""


@pytest.mark.parametrize("content", [b"", b"[]", b'{"schema_version": 1}', b"\xff", b"{"])
def test_what_is_no_document_of_a_cycle_counts_as_none(tmp_path: Path, content: bytes) -> None:
    """It is done again, and no month before or after it."""
    place = done(tmp_path, "2027-03-01")
    (place.path / SUMMARY).write_bytes(content)
    (place.path / "begun.json").write_bytes(content)
    (place.path / "told.json").write_bytes(content)
    assert (place.finished(), place.begun(), place.told()) == (None, None, [])
    assert CycleFolder(tmp_path, "2027-04-01").before() == []


def test_a_document_of_another_day_counts_as_none(tmp_path: Path) -> None:
    """A folder that was copied is no month."""
    place = done(tmp_path, "2027-03-01")
    other = CycleFolder(tmp_path, "2027-02-01")
    other.path.mkdir()
    made = json.loads((place.path / SUMMARY).read_bytes())
    (other.path / SUMMARY).write_text(json.dumps(made))
    assert place.before() == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "cycles").mkdir()
    (tmp_path / "cycles" / "2027-03-01").write_text("a file")
    with pytest.raises(ArtefactError, match="could not be written"):
        CycleFolder(tmp_path, "2027-03-01").begin(INPUTS, 3)
