"""One month's routine: watch, list, contacts, and training again when that is due.

A cycle is an order of what the other verbs do, each kept as by them, so that one that was killed goes on
where it was. What it began with, data, settings, code and the version that scores, is written first;
``cycle.json`` is written last. The same again changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unchurn.artefacts import dump_json, sha256_of
from unchurn.artefacts.folder import MANIFEST
from unchurn.campaigns import Ledger, local_ledger
from unchurn.errors import ArtefactError, ConfigError, DataError, UnchurnError
from unchurn.modelling.watching.levels import highest
from unchurn.pipeline.chosen_model import ChosenModel, choose_model
from unchurn.pipeline.cycle_folder import CYCLES, PAGE, SUMMARY, CycleFolder
from unchurn.pipeline.cycle_lock import only_cycle
from unchurn.pipeline.cycle_month import Books, Month, campaign_of
from unchurn.pipeline.day import require_day
from unchurn.pipeline.identity import code_sha256
from unchurn.pipeline.notices import check_notices, problems, tell
from unchurn.pipeline.observing import open_history
from unchurn.pipeline.other_question import nobody_named
from unchurn.pipeline.readers import kept_for_readers
from unchurn.pipeline.retraining import Retraining
from unchurn.pipeline.targeting import accepted_uplift
from unchurn.progress import Progress, Silent
from unchurn.project import SECTIONS, Project, shaping
from unchurn.registry import ModelStore, local_model_store
from unchurn.report.cycle import cycle_headline, cycle_next, cycle_steps
from unchurn.tables.in_memory import Given, open_given

_ELSEWHERE = ("artefacts", "registry", "aws", "endpoint", "delivery")
"""Sections that say where things are kept and run."""
_MOST_REASONS = 10
_WORTH_A_LOOK = ("promoted", "registered", "refused", "waits", "failed")
"""Outcomes of training that people are told of."""

Plain = dict[str, Any]


@dataclass(frozen=True)
class Cycling:
    """A finished cycle: what came of it, its folder, and whom it told. `unchanged`: it was there before."""

    made: Plain
    folder: Path
    unchanged: bool
    notices: list[Plain]

    @property
    def refused(self) -> bool:
        """Whether its table was refused, and there is no list."""
        return bool(self.made["status"] == "refused")

    def document(self) -> Plain:
        """The versioned document that ``unchurn cycle --json`` prints."""
        where = {"folder": str(self.folder), "summary": str(self.folder / SUMMARY)}
        where["page"] = str(self.folder / PAGE)
        return {**self.made, **where, "unchanged": self.unchanged, "notices": self.notices}


def cycle(
    project: Project,
    table: Given | None = None,
    *,
    as_of: str,
    wait: bool = True,
    progress: Progress | None = None,
    fresh: bool = False,
    store: ModelStore | None = None,
    ledger: Ledger | None = None,
    here: Callable[[Project], Project] = lambda project: project,
) -> Cycling:
    """Do the routine of the month that ends on the ISO day `as_of`, or what is left of it.

    The customers are those of `table`, or of the project's history on the day. `here` brings tables to
    learn from to this machine. Where another cycle is under way it is waited for, or refused where not
    `wait`. A table that is broken is refused, which is a result and no error. Raises `ConfigError` for a
    day before the last cycle's, where there is no champion, and where a campaign that was drawn would
    become another; and what the verbs raise whose work it does. Of that, too, people are told.
    """
    _check(project, table, as_of)
    progress = progress or Silent()
    books = Books(store or local_model_store(project), ledger or local_ledger(project))
    place = CycleFolder(project.root, as_of)
    with (
        kept_for_readers(project),
        only_cycle(project.root / CYCLES, as_of, wait, progress),
    ):
        try:
            made, unchanged = _made(project, table, place, books, here, progress, fresh)
        except UnchurnError as error:
            text = f"The cycle of {as_of} failed. {error}"
            failed = {"level": "act", "text": text, "as_of": as_of, "status": "failed"}
            _note(tell(project, failed), progress)
            raise
        notices = _told(project, place, made, unchanged, progress)
    return Cycling(made, place.path, unchanged, notices)


def _check(project: Project, table: Given | None, as_of: str) -> None:
    """Raise `ConfigError` for what cannot be."""
    require_day(as_of, "--as-of")
    check_notices(project)
    if not as_of:
        raise ConfigError(
            "A cycle is of a day, and none was named.", "Name it: as_of='2027-03-01'."
        )
    if project.asks_history and table is not None:
        raise ConfigError(
            "A table was given, and the customers of this project are a history's.",
            "Leave the table away: they are observed on the day of the cycle.",
        )
    if not project.asks_history and table is None:
        raise nobody_named(project)


def _made(
    project: Project,
    table: Given | None,
    place: CycleFolder,
    books: Books,
    here: Callable[[Project], Project],
    progress: Progress,
    fresh: bool,
) -> tuple[Plain, bool]:
    """Return the cycle's document, and whether it was there before."""
    inputs = _inputs(project, table)
    known = place.finished()
    if known is not None and known["inputs"] == inputs and not fresh:
        _say_cancelled(books.ledger, known, progress)
        return known, True
    if later := place.later():
        raise ConfigError(
            f"The last cycle is of {later}, and this one would be of {place.as_of}: cycles go forward.",
            f"Name {later} or a later day with --as-of. If {later} was a slip, cancel its campaign where one "
            f"was drawn, and remove {CycleFolder(project.root, later).path}.",
        )
    champion = _begun(project, place, inputs, books)
    month = Month(project, table, place, champion, books, progress, fresh)
    again = Retraining(project, place.as_of, champion, place.before(), books.store, here)
    made = {**_routine(month, again), "inputs": inputs}
    place.finish(made)
    return made, False


def _say_cancelled(ledger: Ledger, known: Plain, progress: Progress) -> None:
    """Say that whom a finished cycle contacts is called off: no schedule draws others by itself."""
    drawn = known["contact"] and ledger.find(known["contact"]["campaign"])
    if drawn and drawn.cancelled is not None:
        progress.note(
            f"The campaign {known['contact']['campaign']} of this cycle was cancelled since: nobody of it is to be "
            "contacted. With --fresh another one is drawn."
        )


def _begun(project: Project, place: CycleFolder, inputs: Plain, books: Books) -> ChosenModel:
    """Write what the cycle begins with, and return the model that scores: the champion then.

    One that goes on keeps the version it began with, whatever it has trained meanwhile.
    """
    begun = place.begun()
    if begun is not None and begun["inputs"] == inputs:
        champion = choose_model(project, begun["version"], None, books.store)
    else:
        name, drawn = campaign_of(books.ledger, place.as_of)
        if begun is not None and drawn is not None:
            changed = [each for each in inputs if inputs[each] != begun["inputs"].get(each)]
            raise ConfigError(
                f"The campaign {name} was drawn already, and {' and '.join(changed)} changed since; whom it "
                "contacts stays as it is.",
                "Go on with the next month. If nobody was contacted yet, cancel it and run this again: "
                f"unchurn campaign cancel {name}",
            )
        champion = choose_model(project, None, None, books.store)
    place.begin(inputs, champion.version or 0)
    return champion


def _inputs(project: Project, table: Given | None) -> Plain:
    """Hash what decides a cycle: its data, lists and rules included, its settings, the code, and what ranks."""
    try:
        if table is None:
            data = open_history(project).fingerprint()
        else:
            with open_given(table, project.data, Path.cwd()) as opened:
                data = opened.fingerprint()
    except DataError as error:
        data = error.message
    besides = [*project.campaign.exclude, project.cycle.constraints]
    paths = [project.folder / each for each in besides if each]
    beside = [sha256_of(path) if path.is_file() else "" for path in paths]
    settings = {
        name: shaping(getattr(project, name)) for name in SECTIONS if name not in _ELSEWHERE
    }
    del settings["cycle"]["notify"]
    learned = accepted_uplift(project) if project.cycle.target else None
    return {
        "data": _hash([data, beside]),
        "settings": _hash(settings),
        "code": code_sha256(),
        "uplift": sha256_of(learned / MANIFEST) if learned else "",
    }


def _hash(plain: Any) -> str:
    return hashlib.sha256(dump_json(plain)).hexdigest()


def _routine(month: Month, again: Retraining) -> Plain:
    """Do the month's parts in order; return what came of them."""
    watch, refused = month.watched()
    listed = contact = None
    why = "None were chosen."
    if refused or watch is None:
        retrain = again.not_of_this_table()
    else:
        listed, complete_until = month.listed()
        contact, why = month.contacted()
        retrain = again.come_of(watch["level"] == "act", complete_until, month.progress)
    made: Plain = {
        "schema_version": 1,
        "as_of": month.place.as_of,
        "status": "refused" if listed is None else "done",
        "level": _level(watch, refused, retrain),
        "reasons": refused or [each["words"] for each in (watch or {}).get("reasons", [])],
        "watch": watch
        and {each: watch[each] for each in ("level", "words", "customers", "judged")},
        "list": listed,
        "contact": contact,
        "contact_words": why,
        "retrain": retrain,
        "files": month.files(listed, contact, watch is not None),
    }
    made["reasons"] = made["reasons"][:_MOST_REASONS]
    made |= {"headline": cycle_headline(made), "next": cycle_next(made)}
    return {**made, "steps": [list(each) for each in cycle_steps(made)]}


def _level(watch: Plain | None, refused: list[str], retrain: Plain) -> str:
    if refused or watch is None:
        return "act"
    return highest([watch["level"], "look" if retrain["outcome"] in _WORTH_A_LOOK else "steady"])


def _notice(made: Plain) -> Plain:
    """Return what people are sent: words, and the figures without any customer."""
    told = [f"{made['headline']}.", *made["reasons"][:3], *made["next"]]
    kept = (
        "as_of",
        "status",
        "level",
        "headline",
        "reasons",
        "next",
        "watch",
        "list",
        "contact",
        "retrain",
    )
    return {"text": " ".join(told), **{each: made[each] for each in kept}}


def _told(
    project: Project, place: CycleFolder, made: Plain, unchanged: bool, progress: Progress
) -> list[Plain]:
    """Tell people of a finished cycle, once; the cycle stands, whatever comes of that."""
    notices = tell(project, _notice(made), place.told() if unchanged else ())
    _note(notices, progress)
    if notices:
        try:
            place.keep_told(notices)
        except ArtefactError as error:
            progress.note(f"People may be told of this cycle again: {error.message}")
    return notices


def _note(notices: list[Plain], progress: Progress) -> None:
    for words in problems(notices):
        progress.note(words)
