"""``unchurn import``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unchurn.cli.init import place_of
from unchurn.cli.session import Outcome
from unchurn.errors import ConfigError, UnchurnError, counted
from unchurn.importing import FAULTS, KINDS, Fault, Imported, Place, import_folder
from unchurn.permissions import readable_by
from unchurn.progress import Progress
from unchurn.project import FILE, Project
from unchurn.project.write import Setting, churn_toml, save_churn_toml

if TYPE_CHECKING:
    from rich.console import Console

    from unchurn.proposal import Proposal

_OF_THE_TABLE = {
    ("churn", "target"),
    ("churn", "positive"),
    ("churn", "negative"),
    ("churn", "id"),
    ("columns", "drop"),
}
_NOTES = {
    "": [
        "What a project on AWS says of itself, as unchurn's settings. Written by `unchurn import`, which",
        "gives file and line of each as a comment; edit freely. Paths are relative to this file.",
    ]
}


def run_import(folder: Path, out: Path, force: bool, progress: Progress) -> Outcome:
    """Read the project in `folder`, and write `out`/churn.toml for it.

    Raises `ConfigError` where there is no such project, or where churn.toml is and `force` is off.
    """
    if (out / FILE).exists() and not force:
        raise ConfigError(
            f"{out / FILE} exists already.", "Add --force to replace it, or choose another --out."
        )
    found = import_folder(folder, progress)
    settings, faults, by_hand = list(found.settings), list(found.faults), list(found.uncarried)
    if found.train:
        try:
            settings, suspects = _with_table(found, folder, out, progress)
            faults += suspects
        except UnchurnError as error:
            by_hand.append(f"{found.train} could not be looked at: {error.message}")
            settings.append(Setting("data", "train", place_of(folder / found.train, out)))
    else:
        by_hand.append("No table of customers was found: set [data] train.")
    if found.score:
        why = (f"From {found.score}.",)
        settings.append(Setting("data", "score", place_of(folder / found.score, out), why))
    _check(settings, out)
    with readable_by(None):  # settings, which a team shares
        written = save_churn_toml(churn_toml(settings, _NOTES), out, force)
    return Outcome(_document(found, folder, written, settings, faults, by_hand))


def _check(settings: Sequence[Setting], out: Path) -> None:
    """Raise `ConfigError` rather than write a churn.toml that would be refused."""
    plain: dict[str, dict[str, Any]] = {}
    for each in settings:
        plain.setdefault(each.section, {})[each.key] = each.value
    Project.from_plain(plain, out)


def _with_table(
    found: Imported, folder: Path, out: Path, progress: Progress
) -> tuple[list[Setting], list[Fault]]:
    """Look at the table as `unchurn init` does, with what the project says of its columns."""
    from unchurn.proposal import Wanted, propose, settings_and_notes
    from unchurn.tables import open_table

    said = {(each.section, each.key): each for each in found.settings}
    header = {key: each.value for key, each in said.items() if key == ("data", "header")}
    plan = Project.from_plain({"data": {"header": header.get(("data", "header"), True)}}, out)
    table = open_table(str(folder / found.train), plan.data, Path.cwd())
    told = {key: said[key].value for key in _OF_THE_TABLE if key in said}
    wanted = Wanted(
        target=told.get(("churn", "target"), ""),
        positive=told.get(("churn", "positive"), ""),
        negative=told.get(("churn", "negative"), ()),
    )
    made = propose(table, plan.data, plan.columns, wanted, progress)
    made = _without(made, said.get(("columns", "drop")), table.columns)
    settings, _ = settings_and_notes(made, place_of(folder / found.train, out))
    places = {key: each.reasons for key, each in said.items() if key[0] == "churn"}
    settings = [
        replace(each, reasons=(*places.get((each.section, each.key), ()), *each.reasons))
        for each in settings
    ]
    known = {(each.section, each.key) for each in settings}
    rest = [each for key, each in said.items() if key not in known]
    suspects = [
        Fault("leak", Place(found.train), f"{name!r}: {why}.")
        for name, why in made.suspects.items()
    ]
    return [*settings, *rest], suspects


def _without(made: Proposal, drop: Setting | None, columns: Sequence[str]) -> Proposal:
    """Leave out what the project leaves out, but for the column that turned out to be the id."""
    from unchurn.tables.matching import fold

    spelled = {fold(name): name for name in columns}
    names = [spelled.get(fold(each), "") for each in (drop.value if drop else ())]
    dropped = {name: "left out by the project's scripts" for name in names if name}
    dropped.pop(made.id, None)
    dropped.pop(made.target, None)
    suspects = {name: why for name, why in made.suspects.items() if name not in dropped}
    return replace(made, drop={**dropped, **made.drop}, suspects=suspects)


def _document(
    found: Imported,
    folder: Path,
    written: Path,
    settings: Sequence[Setting],
    faults: Sequence[Fault],
    by_hand: Sequence[str],
) -> dict[str, Any]:
    """The versioned document that ``unchurn import --json`` prints."""
    return {
        "schema_version": 1,
        "folder": str(folder),
        "config": str(written),
        "settings": [
            {
                "section": each.section,
                "key": each.key,
                "value": list(each.value) if isinstance(each.value, tuple) else each.value,
                "reasons": list(each.reasons),
            }
            for each in settings
        ],
        "faults": [
            {
                "kind": FAULTS[each.code][0],
                "code": each.code,
                "file": each.place.file,
                "line": each.place.line,
                "words": each.words,
                "remedy": FAULTS[each.code][1],
            }
            for each in faults
        ],
        "by_hand": list(by_hand),
        "unread": [{"file": file, "why": why} for file, why in found.unread.items()],
    }


def show_import(document: dict[str, Any], console: Console) -> None:
    """Print what was carried over, what was not, and every fault under its remedy."""
    lines = [f"{counted(len(document['settings']), 'setting')} carried over:"]
    lines += [f"  [{e['section']}] {e['key']} = {e['value']!r}" for e in document["settings"]]
    for title, told in (
        ("To be done by hand:", document["by_hand"]),
        ("Not read:", [f"{each['file']}: {each['why']}." for each in document["unread"]]),
    ):
        lines += [title, *(f"  {each}" for each in told)] if told else []
    for kind, meaning in KINDS.items():
        lines += _of_kind(kind, meaning, document["faults"])
    written = Path(document["config"])
    lines.append(f"Written: {written}. Next: unchurn train --project {written.parent}")
    for line in lines:
        console.print(line, markup=False)


def _of_kind(kind: str, meaning: str, faults: Sequence[dict[str, Any]]) -> list[str]:
    of_kind = [each for each in faults if each["kind"] == kind]
    lines = (
        [f"{kind.capitalize()} ({meaning}): {counted(len(of_kind), 'place')}."] if of_kind else []
    )
    for code in dict.fromkeys(each["code"] for each in of_kind):
        alike = [each for each in of_kind if each["code"] == code]
        lines.append(f"  {alike[0]['remedy']}")
        for each in alike:
            place = f"{each['file']}:{each['line']}" if each["line"] else each["file"]
            lines.append(f"    {place}  {each['words']}")
    return lines
