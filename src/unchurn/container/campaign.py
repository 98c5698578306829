"""The processing jobs of a campaign: whom to contact of the customers that the run has scored; what it changed.

They are off the network. The function before each puts what the ledger knows into a folder, and the one
after it writes into the ledger what is chosen, or was told; where others were faster, the job is run again.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from unchurn.artefacts import Batch, IdList, Model, Schema, Scores, ScoringRun, dump_json
from unchurn.aws.layout import EXCLUDED
from unchurn.aws.learned_uplift import unpack_uplift
from unchurn.campaigns.campaign_events import published_as, run_mark
from unchurn.campaigns.handed_over import HandedJournal
from unchurn.campaigns.journal import JournalLedger
from unchurn.container.champion import champion_bundle, champion_record
from unchurn.container.customers import TABLE, arrived
from unchurn.container.folders import Folders, hand_over, lineage_of
from unchurn.container.log import Log
from unchurn.errors import ConfigError, CustomersError, DataError, NobodyLeftError, listing
from unchurn.pipeline.campaign_files import write_campaign, write_effect
from unchurn.pipeline.campaign_outcomes import outcomes
from unchurn.pipeline.identity import code_sha256
from unchurn.pipeline.observing import answering
from unchurn.pipeline.targeting import NAME, drawn
from unchurn.project import Project
from unchurn.runner import Run
from unchurn.tables import Table
from unchurn.tables.hidden_files import is_mark
from unchurn.tables.id_lists import read_ids

LIST = "contact.csv"


def run_target(folders: Folders, work: Path, run_id: str) -> None:
    """Turn ``scores`` into ``campaign``: the callers' list, its page, the artefact; and into ``entry``.

    The campaign begins on the day the ledger was opened. By what was learned of whom contact moves
    customers are ranked where the run has pinned it with ``project``. Where nobody is left to contact, ``entry``
    says so, and there is none. Raises `DataError` where the table is not the one that was scored, and
    what else `targeting.target` raises.
    """
    project = _rooted(Project.load(folders.given("project")), work)
    unpack_uplift(folders.given("project"), project)
    model = champion_bundle(folders.given("champion"), work / "model")
    table, _ = arrived(project, folders.given("customers"), work)
    batch, scores, opened = (folders.given(name) for name in ("batch", "scores", "ledger"))
    _require_scored(table, batch)
    record = champion_record(folders.given("champion"))
    scoring = ScoringRun(run_id, record["version"], record["run_id"])
    given: dict[type, Any] = {Table: table, ScoringRun: scoring}
    places = {Model: model, Batch: batch, Scores: scores}
    where = Run(work / "runs" / "job", answering(project), code_sha256(), given, places, Log())
    journal = HandedJournal(opened, folders.made("entry"))
    ledger = JournalLedger(journal, who=lambda: "the inference workflow")
    lists = _lists(opened / "exclude", project, Schema.from_plain(Model.load(model).schema).id)
    name = campaign_name(run_id, journal.today)
    try:
        made, entry = drawn(ledger, where, work / "made", name, lists, journal.today)
    except NobodyLeftError as error:
        journal.add_nothing(error.message)
        return
    write_campaign(made, entry, folders.made("campaign") / LIST)
    hand_over(made.contact.parent, folders.made("campaign") / made.contact.parent.name)


def run_measure(folders: Folders, published: str) -> None:
    """Take in the file ``told`` of outcomes, and write into ``campaign`` what it changed by that day.

    `published` is the folder where the campaign lies in the bucket. Raises what
    `campaign_outcomes.outcomes` raises; what it says goes into logs and mails, and names no customer.
    """
    project = Project.load(folders.given("project"))
    journal = HandedJournal(folders.given("ledger"), folders.made("entry"))
    journal.add_nothing()  # unless the file tells something new
    ledger = JournalLedger(journal, who=lambda: "the effect workflow")
    (told,) = folders.given("told").iterdir()
    name = published_as(published, [each.name for each in ledger.entries()])
    try:
        found = outcomes(project, name, str(told), journal.today, ledger=ledger)
    except CustomersError as error:
        whom = f"Whom that is about says: unchurn campaign outcomes {name} --data FILE"
        raise DataError(error.unnamed, f"{error.hint} {whom}") from None
    made = folders.made("campaign")
    (made / "effect.json").write_bytes(dump_json(found))
    write_effect(found, made / "effect.html")


def campaign_name(run_id: str, day: str) -> str:
    """Name the campaign of a run: as the run, where a campaign can be named so.

    Executions that a schedule starts have longer names: then by the day, and a hash of the run's.
    """
    return run_id if NAME.fullmatch(run_id) else f"{day}{run_mark(run_id)}"


def _rooted(project: Project, work: Path) -> Project:
    """Return the project with its root where this job works, whatever churn.toml says of other machines."""
    return replace(project, artefacts=replace(project.artefacts, root=str(work)))


def _require_scored(table: Table, batch: Path) -> None:
    """Raise `DataError` unless the table is the one that was scored: rows are found by their number."""
    if lineage_of(batch).get(TABLE) != table.fingerprint():
        raise DataError(
            "The table of customers is another one than when it was scored.",
            "Start the scoring again, and let no table land below data/infer/ while one is under way.",
        )


def _lists(folder: Path, project: Project, ids: str | None) -> list[IdList]:
    """Read the lists of whom not to contact: those of [campaign] first, in their order.

    Marks of deliveries are none; whatever else has contents is read, however it is called. Raises
    `ConfigError` where one that [campaign] names is not there.
    """
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    named = [Path(each).name for each in project.campaign.exclude]
    places = ((path.relative_to(folder).as_posix(), path) for path in files)
    found = {
        place: path
        for place, path in places
        if place in named or not is_mark(path.name, path.stat().st_size)
    }
    if missing := [each for each in named if each not in found]:
        raise ConfigError(
            f"[campaign] exclude names {listing(missing)}, and below {EXCLUDED} of the bucket there is "
            f"{listing(found) or 'nothing'}.",
            f"Put it there: aws s3 cp {missing[0]} s3://<bucket>/{EXCLUDED}",
        )
    order = dict.fromkeys([*named, *found])
    return [read_ids(found[each], ids or "", project.data) for each in order]
