"""Where a cycle lies: ``<root>/cycles/<day>/``, finished once ``cycle.json`` is in it, the last file of all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.artefacts import dump_json
from unchurn.disk import discard, replacing
from unchurn.errors import ArtefactError
from unchurn.pipeline.day import is_day
from unchurn.report.cycle_page import render_cycle

CYCLES = "cycles"
SUMMARY, PAGE, WATCH = "cycle.json", "cycle.html", "watch"
LIST, CONTACT = "list.csv", "contact.csv"
_BEGUN, _TOLD = "begun.json", "told.json"
_TOLD_OF = {"as_of", "status", "level", "list", "contact", "retrain", "files", "inputs"}
"""What every document of a cycle tells of."""

Plain = dict[str, Any]


@dataclass(frozen=True)
class CycleFolder:
    """The folder of the cycle of a day, there or not."""

    root: Path
    as_of: str

    @property
    def path(self) -> Path:
        """The folder."""
        return self.root / CYCLES / self.as_of

    def finished(self) -> Plain | None:
        """Return the document of a finished cycle; None where a file that it names is gone."""
        made = _document(self.path)
        if made is None:
            return None
        return (
            made if all((self.path / name).is_file() for name in made["files"].values()) else None
        )

    def begun(self) -> Plain | None:
        """Return what a cycle was begun with: `inputs`, hashes by name, and `version`, which scores."""
        found = _read(self.path / _BEGUN)
        return found if found is not None and found.keys() >= {"inputs", "version"} else None

    def begin(self, inputs: Plain, version: int) -> None:
        """Make the folder one that is not finished; what other inputs gave goes.

        Raises `ArtefactError`.
        """
        known = self.begun()
        try:
            (self.path / SUMMARY).unlink(missing_ok=True)
        except OSError as error:
            raise _unwritten(self.path / SUMMARY, error) from error
        if known is None or known["inputs"] != inputs:
            discard(self.path)
        self._write(_BEGUN, dump_json({"inputs": inputs, "version": version}))

    def finish(self, made: Plain) -> None:
        """Write the page, then the document that makes the cycle finished. Raises `ArtefactError`."""
        self._write(PAGE, render_cycle(made, self.before()).encode())
        self._write(SUMMARY, dump_json(made))

    def told(self) -> list[Plain]:
        """Return what came of telling people of this cycle, one entry a notice; empty before."""
        found = _read(self.path / _TOLD)
        return list(found.get("notices", [])) if found else []

    def keep_told(self, notices: list[Plain]) -> None:
        """Keep what came of telling people. Raises `ArtefactError`."""
        self._write(_TOLD, dump_json({"schema_version": 1, "notices": notices}))

    def before(self) -> list[Plain]:
        """Return the documents of finished cycles of earlier days, oldest first."""
        return [each for each in self._others() if each["as_of"] < self.as_of]

    def later(self) -> str:
        """Return the last day later than this one that has a finished cycle; "" without one."""
        days = [each["as_of"] for each in self._others() if each["as_of"] > self.as_of]
        return max(days, default="")

    def _others(self) -> list[Plain]:
        found = sorted((self.root / CYCLES).glob(f"*/{SUMMARY}"))
        return [made for each in found if (made := _document(each.parent)) is not None]

    def _write(self, name: str, content: bytes) -> None:
        try:
            with replacing(self.path / name) as stream:
                stream.write(content)
        except OSError as error:
            raise _unwritten(self.path / name, error) from error


def _unwritten(path: Path, error: OSError) -> ArtefactError:
    return ArtefactError(
        f"{path} could not be written: {error.strerror or error}.",
        "Free some space or fix the permissions, then run the same command; what is done is kept.",
    )


def _document(folder: Path) -> Plain | None:
    """Read the document of a cycle; None where it is none of that folder's day."""
    made = _read(folder / SUMMARY)
    if made is None or made.get("schema_version") != 1 or not made.keys() >= _TOLD_OF:
        return None
    return made if made["as_of"] == folder.name and is_day(folder.name) else None


def _read(path: Path) -> Plain | None:
    """Read a document of ours; None where there is none, or something else."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
