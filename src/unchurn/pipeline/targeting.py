"""From today's customers to a campaign, on one machine: scored, chosen, written for callers."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from unchurn.artefacts import (
    Artefact,
    Batch,
    Campaign,
    Excluded,
    IdList,
    Model,
    Schema,
    Scores,
    ScoringRun,
    Uplift,
    dump_json,
    sha256_of,
    verify,
)
from unchurn.artefacts.folder import MANIFEST
from unchurn.campaigns import Asked, Entry, Ledger, Member, local_ledger
from unchurn.campaigns.ledger import require_same
from unchurn.errors import ArtefactError, ConfigError, listing
from unchurn.pipeline.accept_rates import ASSUMED, with_measured
from unchurn.pipeline.campaign_files import page_path, write_campaign
from unchurn.pipeline.chosen_model import choose_model
from unchurn.pipeline.day import require_day
from unchurn.pipeline.lock import held
from unchurn.pipeline.scoring import planned_list, refuse_untrusted, scored
from unchurn.progress import Progress, Silent
from unchurn.project import Project
from unchurn.registry import ModelStore
from unchurn.report.campaign import control_words
from unchurn.report.uplift import ranked_words
from unchurn.runner import Run, Step, run_steps
from unchurn.steps.target import target as choose
from unchurn.tables import Table
from unchurn.tables.excel_locales import csv_form
from unchurn.tables.id_lists import read_ids, require_known_files
from unchurn.tables.in_memory import Given

TARGETING: tuple[Step, ...] = (choose,)
"""What follows a scoring where a campaign is asked for."""
FOLDER = "campaigns"
LEARNED = "learned"
"""Where the model of the effect is, under the root."""
LEFT_ALONE = "in the control group of another campaign"
COOLING = "contacted in another campaign, not long ago or while this one runs"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""What a campaign can be named."""


@dataclass(frozen=True)
class Targeting:
    """A finished campaign: its artefact, and where the callers' list was written."""

    made: Campaign
    entry: Entry
    out: Path | None

    def document(self) -> dict[str, Any]:
        """The versioned document that ``unchurn target --json`` prints."""
        summary = {"accept_rates": [], **self.entry.summary}
        out = None if self.out is None else str(self.out)
        page = None if self.out is None else str(page_path(self.out))
        days = {"starts": str(self.entry.starts), "ends": str(self.entry.ends)}
        return {
            **summary,
            **days,
            "out": out,
            "page": page,
            "control_words": control_words(summary),
            "ranked_words": ranked_words(summary.get("uplift")),
        }


def target(
    project: Project,
    name: str,
    table: Given | None = None,
    out: str | Path | None = None,
    *,
    exclude: Sequence[str | Path] = (),
    starts: str = "",
    as_of: str = "",
    version: int | None = None,
    training_run: str | None = None,
    progress: Progress | None = None,
    fresh: bool = False,
    store: ModelStore | None = None,
    ledger: Ledger | None = None,
    strict: bool = False,
    excel_locale: str = "",
) -> Targeting:
    """Score `table` as `score` does, and choose whom to contact by [campaign] of `project`.

    `exclude` are files of ids besides those of [campaign]; `starts` is the ISO day on which it begins,
    today by default. The campaign is written into the ledger; the same one again is read from it.
    Where `out` is given, writes what `write_campaign` does, CSV as the Excel of a locale opens it
    where one is named. Raises `ConfigError` for a name or a file that cannot be, and what `score`
    and `steps.target` raise.
    """
    _require_name(name)
    require_day(starts, "--starts")
    place, _ = planned_list(project, out, table)
    form = csv_form(excel_locale, place)
    paths = [*(project.folder / each for each in project.campaign.exclude), *map(Path, exclude)]
    require_known_files(paths, place)
    progress = progress or Silent()
    chosen = choose_model(project, version, training_run, store)
    ids = Schema.from_plain(Model.load(chosen.bundle).schema).id or ""
    lists = [read_ids(each, ids, project.data) for each in paths]
    ledger = ledger or local_ledger(project)
    _say_lost(project, name, ledger, progress)
    with scored(project, table, as_of, chosen, progress, fresh) as where:
        if strict:
            refuse_untrusted(Scores.load(where.place(Scores)).counts.get("notes", []))
        folder = project.root / FOLDER / name
        with held(folder, progress):
            made, known = drawn(ledger, where, folder, name, lists, starts, fresh)
            if place is not None:
                write_campaign(made, known, place, form)
    return Targeting(made, known, None if out is None else Path(out))


def _say_lost(project: Project, name: str, ledger: Ledger, progress: Progress) -> None:
    """Say that campaigns besides this one were drawn here which the ledger does not know: it was lost, perhaps.

    No refusal: one that was killed before it was entered looks alike.
    """
    known = {name, *(each.name for each in ledger.entries())}
    folders = (project.root / FOLDER).glob(f"*/{Campaign.__name__.lower()}/{MANIFEST}")
    lost = sorted({each.parent.parent.name for each in folders} - known)
    if lost:
        progress.note(
            f"The ledger of campaigns does not know {listing(lost, 3)}, drawn here before: their control groups, and "
            f"whom they contacted, may be contacted now. If it was lost: {ledger.restore}"
        )


def drawn(
    ledger: Ledger,
    where: Run,
    folder: Path,
    name: str,
    lists: list[IdList],
    starts: str,
    fresh: bool = False,
) -> tuple[Campaign, Entry]:
    """Choose whom to contact of what `where` has scored, in `folder`, and enter it into the ledger.

    A campaign that is there is read. Raises what `target` does.
    """
    asked = asked_for(where.project, ledger, starts)
    request = _request(where.project, where, lists, starts)
    known = ledger.find(name)
    if known is not None:
        require_same(known, request)
        return made_before(where.project, known), known
    while known is None:
        made, known = _made(ledger, where, folder, (name, asked, request), lists, fresh)
    return made, known


def _made(
    ledger: Ledger,
    where: Run,
    folder: Path,
    asked_for: tuple[str, Asked, str],
    lists: list[IdList],
    fresh: bool,
) -> tuple[Campaign, Entry | None]:
    """Choose, and write the campaign into the ledger; None where another came in between."""
    name, asked, request = asked_for
    others, seen = not_open(ledger, asked)
    excluded = Excluded(name, (*lists, *others))
    given: dict[type, Any] = {each: where.given[each] for each in (Table, ScoringRun)}
    kinds: tuple[type[Artefact], ...] = (Model, Batch, Scores)
    places = {each: where.place(each) for each in kinds}
    given[Excluded] = excluded
    project, rates, learned = learned_of(where.project, ledger, asked.starts)
    if learned is not None:
        places[Uplift], sha256_of_uplift = learned, sha256_of(learned / MANIFEST)
    own = Run(folder, project, where.code, given, places, where.progress)
    run_steps(TARGETING, own, fresh)
    made = Campaign.load(own.place(Campaign))
    members = (Member(**row) for row in pq.read_table(made.members).to_pylist())
    sha256 = verify(own.place(Campaign))
    summary = {**made.summary, "accept_rates": rates}
    if learned is not None and summary["uplift"]:
        summary["uplift"] = {**summary["uplift"], "sha256": sha256_of_uplift}
    return made, ledger.write(name, asked, request, sha256, summary, members, seen).entry


def asked_for(project: Project, ledger: Ledger, starts: str) -> Asked:
    """Return when a campaign begins, today unless `starts` is given, and for how long it binds."""
    first = date.fromisoformat(starts) if starts else ledger.today()
    return Asked(first, project.campaign.days, project.campaign.cool_off_days)


def not_open(ledger: Ledger, asked: Asked) -> tuple[list[IdList], tuple[int, int]]:
    """Return whom other campaigns keep from this one, and what was seen of the ledger."""
    controls, cooling, seen = ledger.left_alone(asked)
    others = [IdList(LEFT_ALONE, controls, False), IdList(COOLING, cooling, False)]
    return [each for each in others if each.reasons], seen


def learned_of(
    project: Project, ledger: Ledger, day: date
) -> tuple[Project, list[dict[str, Any]], Path | None]:
    """Return the project with the accept rates that a choice of a day goes by, what is known of each, and the accepted uplift.

    Raises what `accepted_uplift` does.
    """
    learned = accepted_uplift(project)
    if learned is not None:
        # the effect was measured as it is: what offers keep is in proportion to what was assumed of them
        project = replace(project, campaign=replace(project.campaign, accept_rates=ASSUMED))
    return *with_measured(project, ledger, day), learned


def uplift_place(project: Project) -> Path:
    """Folder of the project's model of the effect, whether there is one or not."""
    return project.root / LEARNED / Uplift.__name__.lower()


def accepted_uplift(project: Project) -> Path | None:
    """Return the folder of the project's model of the effect, where there is one that was accepted.

    Raises `ArtefactError` where it is damaged.
    """
    place = uplift_place(project)
    if not (place / MANIFEST).is_file():
        return None
    try:
        return place if Uplift.load(place).uplift["accepted"] else None
    except ArtefactError as error:
        raise ArtefactError(error.message, "Learn it anew: unchurn uplift --fresh") from error


def made_before(project: Project, entry: Entry) -> Campaign:
    """Load the files of a campaign of the ledger. Raises `ArtefactError` where they are not its own."""
    folder = project.root / FOLDER / entry.name / Campaign.__name__.lower()
    who = f"Who is in the campaign stands in the ledger: unchurn campaign export {entry.name} --members"
    if not folder.is_dir():
        raise ArtefactError(
            f"The files of the campaign {entry.name!r} are not on this machine: there is no {folder}.",
            f"They are where it was drawn; of a scoring on AWS, below data/campaigns/ of the bucket. {who}",
        )
    made = Campaign.load(folder)
    if verify(folder) != entry.campaign_sha256:
        raise ArtefactError(
            f"{folder} is not what the ledger knows as the campaign {entry.name!r}.",
            f"Restore the folder from a backup. {who}",
        )
    return made


def _request(project: Project, where: Run, lists: list[IdList], starts: str) -> str:
    """Hash what a campaign is asked of: the same again is the same campaign, on any day."""
    learned = accepted_uplift(project)
    asked = {
        **({"uplift": verify(learned)} if learned else {}),
        "model": verify(where.place(Model)),
        "table": where.given[Table].fingerprint(),
        "campaign": asdict(project.campaign),
        "decision": asdict(project.decision),
        "lists": [[each.source, dict(each.reasons), each.heading] for each in lists],
        "starts": starts,
    }
    return hashlib.sha256(dump_json(asked)).hexdigest()


def _require_name(name: str) -> None:
    if not NAME.fullmatch(name):
        raise ConfigError(
            f"A campaign cannot be named {name!r}.",
            "Use letters, digits, - _ and . (64 at most): --name spring-2027.",
        )
