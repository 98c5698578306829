"""A month's routine: done once, the same again for nothing, refused where its table is broken."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from command_line import COSTS, Ran, add_sections, copy_as_trained
from csv_rows import Row, changed_rows, hundredfold
from unchurn.artefacts import Uplift
from unchurn.campaigns import CampaignLedger
from unchurn.errors import ConfigError, DataError
from unchurn.pipeline.chosen_model import choose_model
from unchurn.pipeline.cycling import Cycling, cycle
from unchurn.pipeline.monitoring import earlier_watches
from unchurn.pipeline.retraining import TRAINED, Retraining
from unchurn.pipeline.runs import list_runs
from unchurn.pipeline.targeting import target
from unchurn.progress import Silent
from unchurn.project import Project
from unchurn.registry import local_model_store

pytestmark = pytest.mark.slow

MARCH, APRIL, MAY = "2027-03-01", "2027-04-01", "2027-05-01"
FILES = (
    "begun.json", "contact.csv", "contact.csv.campaign.html", "contact.csv.campaign.json",
    "cycle.html", "cycle.json", "list.csv", "watch",
)  # fmt: skip


def another_month(
    telecom: Path, out: Path, change: Callable[[int, Row], Row] = lambda _, row: row
) -> Path:
    """Write this month's table but for its first customer, each row changed."""
    return changed_rows(
        telecom / "this_month.csv", out, lambda place, row: change(place, row) if place else None
    )


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of a cycle, by its place."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def march(
    tmp_path_factory: pytest.TempPathFactory, trained: tuple[Path, Ran], telecom: Path
) -> tuple[Project, Cycling]:
    """A trained project with costs whose cycle of March is done."""
    folder = tmp_path_factory.mktemp(
        "company"
    )  # as deep as the other: it names its table from there
    copy_as_trained(trained[0], folder)
    add_sections(folder / "churn.toml", COSTS)
    project = Project.load(folder)
    return project, cycle(project, telecom / "this_month.csv", as_of=MARCH)


@pytest.fixture
def after_march(march: tuple[Project, Cycling], tmp_path: Path) -> Project:
    """A copy of that project, which a test may change."""
    shutil.copytree(march[0].folder, tmp_path / "project")
    return Project.load(tmp_path / "project")


def test_a_month_is_watched_listed_and_contacted(march: tuple[Project, Cycling]) -> None:
    """Every file, whole; a campaign that begins on the day; no path and no clock in the document."""
    project, done = march
    made = done.made
    assert (made["status"], made["level"], done.unchanged) == ("done", "steady", False)
    assert (made["list"]["customers"], made["list"]["model_version"]) == (200, 1)
    assert sorted(path.name for path in done.folder.iterdir()) == sorted(FILES)
    assert json.loads((done.folder / "cycle.json").read_bytes()) == made
    entry = CampaignLedger(project.root).get(f"cycle-{MARCH}")
    assert str(entry.starts) == MARCH
    assert entry.summary["contacted"] == made["contact"]["contacted"] > 0
    assert made["retrain"]["outcome"] == "not due"
    kinds = [each.kind for each in list_runs(project).lines if each.as_of == MARCH]
    assert kinds == ["scoring", "watch"]
    assert f"these are {made['contact']['contacted']}" in made["contact"]["control_words"]
    assert "[campaign] holdout_from" in dict(map(tuple, made["steps"]))["Contacts"]
    assert str(project.folder) not in json.dumps(made)
    page = (done.folder / "cycle.html").read_text("utf-8")
    assert f"The list for {MARCH}: 200 customers" in page


def test_the_same_again_changes_nothing(march: tuple[Project, Cycling], telecom: Path) -> None:
    """No file is touched, no version made, no campaign drawn."""
    project, done = march
    before = {path: path.stat().st_mtime_ns for path in done.folder.rglob("*")}
    again = cycle(project, telecom / "this_month.csv", as_of=MARCH)
    assert (again.unchanged, again.made) == (True, done.made)
    assert {path: path.stat().st_mtime_ns for path in done.folder.rglob("*")} == before
    assert len(local_model_store(project).registry.records()) == 1
    assert len(CampaignLedger(project.root).entries()) == 1


@pytest.mark.parametrize("fresh", [False, True])
def test_made_anew_it_has_the_same_bytes(
    after_march: Project, march: tuple[Project, Cycling], telecom: Path, fresh: bool
) -> None:
    """Where a file was lost, and where everything is asked for anew."""
    folder = after_march.root / "cycles" / MARCH
    (folder / "list.csv").unlink()
    again = cycle(after_march, telecom / "this_month.csv", as_of=MARCH, fresh=fresh)
    assert not again.unchanged
    assert bytes_of(folder) == bytes_of(march[1].folder)


def test_a_broken_table_is_refused_and_the_month_recovers(
    after_march: Project, telecom: Path, tmp_path: Path
) -> None:
    """No list and no campaign, the reason in words; mended on the same day, the month goes on."""
    folder = after_march.root / "cycles" / APRIL
    broken = another_month(telecom, tmp_path / "broken.csv", hundredfold)
    refused = cycle(after_march, broken, as_of=APRIL)
    assert refused.refused
    assert "'Day Mins' is about 100 times what training saw" in refused.made["reasons"][0]
    assert refused.made["headline"] == f"No list for {APRIL}: its table cannot be trusted"
    names = sorted(path.name for path in folder.iterdir())
    assert names == ["begun.json", "cycle.html", "cycle.json", "watch"]
    assert refused.made["retrain"]["due"] is False
    again = cycle(after_march, broken, as_of=APRIL)
    assert (again.refused, again.unchanged) == (True, True)
    mended = cycle(after_march, another_month(telecom, tmp_path / "mended.csv"), as_of=APRIL)
    assert (mended.made["status"], mended.made["list"]["customers"]) == ("done", 199)
    assert (folder / "contact.csv").is_file()
    page = (folder / "cycle.html").read_text("utf-8")
    assert MARCH in page
    line = list_runs(after_march).lists()[0]
    assert (line.as_of, line.reasons) == (APRIL, ())
    tables = [each.table for each in earlier_watches(after_march, MAY)]
    assert (len(tables), tables[-1]) == (2, line.table)


def test_a_table_that_was_refused_is_no_repeat_once_its_rule_is_mended(
    after_march: Project, telecom: Path, tmp_path: Path
) -> None:
    """Nobody was contacted by it: it may come on a later day, as it is."""
    table = another_month(telecom, tmp_path / "april.csv")
    toml = after_march.folder / "churn.toml"
    before = toml.read_text("utf-8")
    add_sections(toml, '[[quality.rules]]\nrows = [9000, ""]\nseverity = "act"\n')
    refused = cycle(Project.load(after_march.folder), table, as_of=APRIL)
    assert refused.refused
    assert [each[:30] for each in refused.made["reasons"]] == ["A rule of your own is broken: "]
    assert "change the rule" in refused.made["next"][-1]
    toml.write_text(before, "utf-8")
    assert not cycle(Project.load(after_march.folder), table, as_of=MAY).refused


def test_last_months_table_again_is_refused(after_march: Project, telecom: Path) -> None:
    """A delivery that never came is one that is broken."""
    again = cycle(after_march, telecom / "this_month.csv", as_of=APRIL)
    assert again.refused
    assert again.made["reasons"][0].startswith(f"The table is that of {MARCH} again")
    assert not any("unchurn train" in each for each in again.made["next"])


def test_a_table_without_customers_is_refused(
    after_march: Project, telecom: Path, tmp_path: Path
) -> None:
    """Nothing to watch, and still a summary that says why."""
    empty = tmp_path / "empty.csv"
    empty.write_text((telecom / "this_month.csv").read_text("utf-8").splitlines()[0] + "\n")
    made = cycle(after_march, empty, as_of=APRIL)
    assert made.refused
    assert made.made["watch"] is None
    assert made.made["reasons"]
    assert not any("unchurn train" in each for each in made.made["next"])


def test_cycles_go_forward(after_march: Project, telecom: Path) -> None:
    """A day before the last cycle's is refused, with the day; one that is done is told again."""
    with pytest.raises(ConfigError, match=f"The last cycle is of {MARCH}"):
        cycle(after_march, telecom / "this_month.csv", as_of="2027-02-01")
    for spelling in ("March", "20270301", "2027-W09-1"):
        with pytest.raises(ConfigError, match="no day"):
            cycle(after_march, telecom / "this_month.csv", as_of=spelling)
    assert cycle(after_march, telecom / "this_month.csv", as_of=MARCH).unchanged
    with pytest.raises(ConfigError, match="none was named"):
        cycle(after_march, telecom / "this_month.csv", as_of="")
    with pytest.raises(ConfigError, match="No table to score was named"):
        cycle(after_march, as_of=APRIL)
    folder = after_march.folder / "two"
    folder.mkdir()
    for name, body in (("a.csv", b"id"), ("b.parquet", b"PAR1")):
        (folder / name).write_bytes(body)
    with pytest.raises(ConfigError, match="mixes formats"):
        cycle(after_march, folder, as_of=APRIL)


def test_a_campaign_that_was_drawn_does_not_change(after_march: Project, telecom: Path) -> None:
    """Other costs on the same day are refused; once it is cancelled, that is said, and others draw another."""
    dearer = replace(after_march, decision=replace(after_march.decision, contact_cost=9.0))
    with pytest.raises(ConfigError, match=f"cycle-{MARCH} was drawn already, and settings changed"):
        cycle(dearer, telecom / "this_month.csv", as_of=MARCH)
    assert cycle(after_march, telecom / "this_month.csv", as_of=MARCH).unchanged
    CampaignLedger(after_march.root).cancel(f"cycle-{MARCH}", "nobody was called")
    noted: list[str] = []

    class Noting(Silent):
        def note(self, words: str) -> None:
            noted.append(words)

    assert cycle(after_march, telecom / "this_month.csv", as_of=MARCH, progress=Noting()).unchanged
    assert [each for each in noted if "was cancelled since" in each]
    made = cycle(dearer, telecom / "this_month.csv", as_of=MARCH)
    assert made.made["contact"]["campaign"] == f"cycle-{MARCH}-2"


def test_what_ranks_customers_is_part_of_a_month(
    after_march: Project, telecom: Path, tmp_path: Path
) -> None:
    """Once contact's effect was learned, the month's campaign would be another one, and is not drawn again."""
    place = after_march.root / "learned" / "uplift"
    (tmp_path / "boosters").mkdir()
    Uplift(tmp_path / "boosters", {}, {"accepted": True}).save(place)
    with pytest.raises(ConfigError, match=f"cycle-{MARCH} was drawn already, and uplift changed"):
        cycle(after_march, telecom / "this_month.csv", as_of=MARCH)
    alone = replace(after_march, cycle=replace(after_march.cycle, target=False))
    with pytest.raises(ConfigError, match="and settings changed"):
        cycle(alone, telecom / "this_month.csv", as_of=MARCH)


def test_a_campaign_of_somebody_else_with_a_cycles_name_is_told(
    after_march: Project, telecom: Path, tmp_path: Path
) -> None:
    """The way out is one that a cycle has; once it is cancelled, the cycle draws another."""
    table = another_month(telecom, tmp_path / "april.csv")
    dearer = replace(after_march, decision=replace(after_march.decision, contact_cost=9.0))
    target(dearer, f"cycle-{APRIL}", table, starts=APRIL)
    with pytest.raises(ConfigError, match="of other customers") as refused:
        cycle(after_march, table, as_of=APRIL)
    assert f"unchurn campaign cancel cycle-{APRIL}" in refused.value.hint
    assert "--name" not in refused.value.hint
    CampaignLedger(after_march.root).cancel(f"cycle-{APRIL}", "drawn by mistake")
    made = cycle(after_march, table, as_of=APRIL).made
    assert made["contact"]["campaign"] == f"cycle-{APRIL}-2"


def test_people_are_told_once_and_of_failures_too(
    after_march: Project, telecom: Path, tmp_path: Path
) -> None:
    """A refused month, once; who could not be told is told the next time; an error goes on being one."""
    heard = tmp_path / "heard"
    tell = {"command": ["sh", "-c", f'test -e {tmp_path}/up && echo "$UNCHURN_TEXT" >> {heard}']}
    plain = {"notify": [{**tell, "level": "act"}]}
    project = replace(after_march, cycle=Project.from_plain({"cycle": plain}, tmp_path).cycle)
    down = cycle(project, telecom / "this_month.csv", as_of=APRIL)
    assert [(each["sent"], each["attempts"]) for each in down.notices] == [(False, 3)]
    (tmp_path / "up").touch()
    for _ in range(2):
        again = cycle(project, telecom / "this_month.csv", as_of=APRIL)
        assert (again.unchanged, again.notices[0]["sent"]) == (True, True)
    with pytest.raises(ConfigError):
        cycle(project, tmp_path / "nowhere.csv", as_of=MAY)
    said = heard.read_text().splitlines()
    assert said[0].startswith(f"No list for {APRIL}")
    assert said[1].startswith(f"The cycle of {MAY} failed. There is no table at")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"cycle": {"target": False}}, "[cycle] target is false"),
        ({"decision": {}}, "[decision] says nothing of what contacts cost"),
    ],
)
def test_a_list_needs_no_campaign(
    after_march: Project, telecom: Path, tmp_path: Path, keys: dict[str, Any], words: str
) -> None:
    """Where none is asked for, or nothing says what contacts cost, the list is all there is."""
    plain = Project.from_plain(keys, tmp_path)
    project = replace(after_march, **{each: getattr(plain, each) for each in keys})
    made = cycle(project, another_month(telecom, tmp_path / "april.csv"), as_of=APRIL).made
    assert (made["status"], made["contact"]) == ("done", None)
    assert words in made["contact_words"]


def test_a_list_of_whom_not_to_contact_that_cannot_be_used_ends_the_month(
    after_march: Project, telecom: Path, tmp_path: Path
) -> None:
    """It would be done without its campaign otherwise, and done it stays."""
    (tmp_path / "nobody.csv").write_text("customer,reason\n")
    campaign = replace(after_march.campaign, exclude=(str(tmp_path / "nobody.csv"),))
    table = another_month(telecom, tmp_path / "april.csv")
    with pytest.raises(DataError, match=r"nobody\.csv"):
        cycle(replace(after_march, campaign=campaign), table, as_of=APRIL)


def retraining(project: Project, rule: str, *before: dict[str, Any], day: str = MAY) -> Retraining:
    store = local_model_store(project)
    asked = replace(project, cycle=replace(project.cycle, retrain=rule))
    champion = choose_model(project, 1, None, store)
    return Retraining(asked, day, champion, before, store, lambda each: each)


def test_when_training_is_due(march: tuple[Project, Cycling]) -> None:
    """Alarms, months from the last training or the first cycle on, never; and it waits for labels."""
    project = march[0]
    told = retraining(project, "never").come_of(True, "", Silent())
    assert (told["due"], told["outcome"]) == (False, "not due")
    waits = retraining(project, "alarm").come_of(True, "", Silent())
    assert (waits["due"], waits["outcome"]) == (True, "waits")
    assert "holds what the champion was trained on" in waits["words"]
    quarterly = "every 3 months"
    assert not retraining(project, quarterly).come_of(True, "", Silent())["due"]
    first = {"as_of": "2027-02-28", "retrain": {"outcome": "waits"}}
    trained = {"as_of": "2027-04-30", "retrain": {"outcome": "refused"}}
    for before, day, due in (
        ([first], "2027-05-27", False),
        ([first], "2027-05-28", True),
        ([first, trained], "2027-07-29", False),
        ([first, trained], "2027-07-30", True),
    ):
        asked = retraining(project, quarterly, *before, day=day)
        found = asked.come_of(False, "", Silent())
        assert found["due"] is due, (before, day)
        assert ("Trained as of 2027-04-30" in found["words"]) == (trained in before)


def test_new_labelled_rows_are_trained_on_through_the_gate(
    after_march: Project, telecom: Path, tmp_path: Path
) -> None:
    """The registry says who is champion; done again, as after a kill, the same is said of it."""
    rows = (telecom / "customers.csv").read_text("utf-8").splitlines()
    (tmp_path / "newer.csv").write_text("\n".join(rows[:-40]) + "\n")
    newer = replace(after_march, data=replace(after_march.data, train=str(tmp_path / "newer.csv")))
    first, again = (retraining(newer, "alarm").come_of(True, "", Silent()) for _ in range(2))
    assert first == again
    assert first["outcome"] in TRAINED
    champion = local_model_store(newer).registry.alias("champion")
    assert (champion == first["version"]) == (first["outcome"] == "promoted")
    broken = replace(newer, data=replace(newer.data, train=str(tmp_path / "none.csv")))
    failed = retraining(broken, "alarm").come_of(True, "", Silent())
    assert (failed["outcome"], "There is no table" in failed["words"]) == ("failed", True)
