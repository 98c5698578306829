"""`unchurn outcomes`: who left, taken in, and what came true of each scoring."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from command_line import Ran, Unchurn
from told_months import APRIL, MARCH, days, leavers, of, own_months, risks, told
from unchurn.campaigns import Asked, CampaignLedger, Member
from unchurn.errors import ConfigError, DataError, UnchurnError
from unchurn.pipeline.monitoring import monitor
from unchurn.pipeline.realised import realised
from unchurn.pipeline.runs import list_runs
from unchurn.project import Project

pytestmark = pytest.mark.slow


@pytest.fixture
def project(watched_months: Path, tmp_path: Path) -> Project:
    return own_months(watched_months, tmp_path / "project")


def test_days_of_leaving_are_judged_once_the_window_is_over(
    project: Project, tmp_path: Path
) -> None:
    """Before, nothing alarms; then figures with intervals; a month too young is said; once more is alike."""
    data = days(tmp_path / "left.csv", leavers(project))
    early = realised(project, data, as_of="2027-03-20").document()
    assert early["level"] == ""
    assert of(early, MARCH)["state"] == "immature"
    assert "it can be judged from 2027-03-31 on" in of(early, MARCH)["words"]
    assert "told.json" not in str(early["notes"])
    stale = realised(project, as_of="2027-04-05").document()
    assert "what is known is of 2027-03-20" in of(stale, MARCH)["why"]
    found = realised(project, data, as_of="2027-04-05")
    document = found.document()
    assert found.level == "steady"
    march = of(document, MARCH)
    assert march["state"] == "matured"
    names = {each["name"] for each in march["judged"]["measures"]}
    assert {"calibration", "roc_auc", "log_loss", "lift", "profit"} == names
    for each in march["judged"]["measures"]:
        assert each["low"] <= each["value"] <= each["high"]
    assert of(document, APRIL)["state"] == "immature"
    assert document["notes"][0].startswith("0 facts taken in")
    again = realised(project, data, as_of="2027-04-05").document()
    assert again["notes"] == ["This file was taken in before."]
    assert again["scorings"] == document["scorings"]


def test_what_came_true_otherwise_asks_to_act(
    project: Project, tmp_path: Path, unchurn: Unchurn
) -> None:
    """Four times the odds: exit 5, the share who left first, on the page and in the document."""
    names = leavers(project, 4.0)
    data = days(tmp_path / "left.csv", names)
    out = tmp_path / "o"
    ran: Ran = unchurn(
        "outcomes", "--project", project.folder, "--data", data, "--as-of", "2027-04-02",
        "--out", out, "--quiet",
    )  # fmt: skip
    assert ran.code == 5, ran.out + ran.err
    assert "act: Share who left:" in ran.out
    assert "the scoring of 2027-03-01 by version 1." in " ".join(ran.out.split())
    assert sorted(path.name for path in out.iterdir()) == ["outcomes.html", "outcomes.json"]
    assert "What came true is not what was promised: act" in (out / "outcomes.html").read_text()


def test_answers_are_about_one_list(project: Project, tmp_path: Path) -> None:
    """It has to be named among several; a part of the answers is too little; strangers are counted."""
    gone = set(leavers(project))
    rows = [(name, "yes" if name in gone else "no") for name in risks(project)]
    data = told(tmp_path / "all.csv", "churned", [*rows, ("999", "yes")])
    with pytest.raises(ConfigError, match="2 lists that it could be about"):
        realised(project, data, as_of="2027-04-05")
    line = next(each for each in list_runs(project).lists() if each.as_of == MARCH)
    part = told(tmp_path / "part.csv", "churned", rows[:90])
    some = realised(project, part, as_of="2027-04-05", scoring=line.run).document()
    assert of(some, MARCH)["state"] == "immature"
    assert "of its outcomes are known" in of(some, MARCH)["why"]
    early = told(tmp_path / "early.csv", "churned", [(name, "no") for name, _ in rows[90:]])
    realised(project, early, as_of="2027-03-15", scoring=line.run)
    assert of(realised(project, as_of="2027-04-05").found, MARCH)["state"] == "immature"
    whole = realised(project, data, as_of="2027-04-06", scoring=line.run).document()
    assert "1 customer is not in that scoring: '999'; passed over." in whole["notes"]
    assert of(whole, MARCH)["state"] == "matured"
    assert of(whole, MARCH)["judged"]["left"] == len(gone)


def test_contradictions_and_files_of_others_are_refused_whole(
    project: Project, tmp_path: Path
) -> None:
    """Nothing is taken in, and customers are named; a later leaving is another one."""
    name, other = list(risks(project))[:2]
    first = told(tmp_path / "a.csv", "left_on", [(name, "2027-03-05")])
    realised(project, first, as_of="2027-03-10")
    wrong = told(tmp_path / "b.csv", "left_on", [(name, "2027-03-06"), (other, "2027-03-07")])
    with pytest.raises(DataError, match="1 outcome contradicts earlier ones"):
        realised(project, wrong, as_of="2027-04-05")
    strangers = told(tmp_path / "c.csv", "left_on", [("1", "2027-03-06")])
    with pytest.raises(DataError, match="Nobody of these 1 customer is in any scoring"):
        realised(project, strangers, as_of="2027-04-05")
    back = told(tmp_path / "d.csv", "left_on", [(name, "2027-03-05"), (name, "2027-04-04")])
    assert realised(project, back, as_of="2027-04-05").found["notes"] == [
        "1 fact taken in, 1 known before.",
        "1 leaving is of customers who had come back.",
    ]
    assert of(realised(project, as_of="2027-05-05").found, MARCH)["known"] > 0


def test_one_sided_files_and_days_that_go_back_are_told(project: Project, tmp_path: Path) -> None:
    """Nobody left, everybody left, an answer from before the scoring, a day that is none."""
    line = next(each for each in list_runs(project).lists() if each.as_of == MARCH)
    stayed = told(tmp_path / "no.csv", "churned", [(name, "no") for name in risks(project)])
    found = realised(project, stayed, as_of="2027-04-05", scoring=line.run).document()
    assert of(found, MARCH)["state"] == "cannot tell"
    assert "nobody is known to have left" in of(found, MARCH)["why"]
    with pytest.raises(DataError, match="from before anything could come of the scoring"):
        realised(project, stayed, as_of="2027-02-01", scoring=line.run)
    with pytest.raises(ConfigError, match="no scoring or watch 'nothing'"):
        realised(project, stayed, as_of="2027-04-05", scoring="nothing")
    with pytest.raises(ConfigError, match="which is no day"):
        realised(project, as_of="yesterday")
    left = told(tmp_path / "yes.csv", "churned", [(name, "yes") for name in risks(project)])
    with pytest.raises(UnchurnError, match="contradict earlier ones"):
        realised(project, left, as_of="2027-04-06", scoring=line.run)
    assert of(realised(project, as_of="2027-03-02").found, MARCH)["state"] == "immature"


def test_how_late_leaving_is_told_is_learned_from_file_to_file(
    project: Project, tmp_path: Path
) -> None:
    """While a third of who left is told a month late, a window that has just ended is not complete."""
    left = {
        name: date.fromisoformat(MARCH) + timedelta(at % 30)
        for at, name in enumerate(leavers(project, 6.0))
    }
    files = [date(2027, 2, 18) + timedelta(10 * at) for at in range(10)]
    for now in files:
        day = str(now)
        rows = [(next(iter(left)), MARCH)] if now <= date(2027, 3, 1) else []
        rows += [
            (name, str(when))
            for at, (name, when) in enumerate(left.items())
            if now > date(2027, 3, 1) and when + timedelta(31 * (at % 3 == 0 and at > 0)) <= now
        ]
        found = realised(project, told(tmp_path / f"{day}.csv", "left_on", rows), as_of=day).found
    march = of(found, MARCH)
    assert (march["state"], march["completeness"]) == ("matured", 1.0)
    early = of(realised(project, as_of="2027-04-11").found, MARCH)
    assert early["state"] == "immature", early
    assert early["completeness"] < 0.95
    assert "more are coming in" in early["words"]


def campaign(project: Project, controls: int) -> list[str]:
    """Write a campaign of the 60 riskiest into the ledger; return whom it contacts."""
    risk = risks(project)
    names = sorted(risk, key=lambda name: -risk[name])[:60]
    alone = set(names[:: 60 // controls]) if controls else set()
    members = [
        Member(each, "control" if each in alone else "contact", int(bool(controls)), "", 0.5, 1.0)
        for each in names
    ]
    ledger = CampaignLedger(project.root)
    asked = Asked(date(2027, 3, 2), 30, 0)
    seen = ledger.left_alone(asked)[2]
    assert ledger.write("spring", asked, "a", "b", {"key": "Phone"}, members, seen).changed
    return [each.customer for each in members if each.arm == "contact"]


def test_whom_a_campaign_contacted_is_judged_apart(project: Project, tmp_path: Path) -> None:
    """All contacted stay: the model is judged on the others, and on those left alone who stand for them."""
    contacted = campaign(project, 20)
    gone = [name for name in leavers(project) if name not in set(contacted)]
    data = days(tmp_path / "left.csv", gone)
    march = of(realised(project, data, as_of="2027-04-05").document(), MARCH)
    assert march["contacted"]["customers"] == 40
    assert march["contacted"]["left"] == 0
    assert march["left_alone"] == 20
    assert march["state"] == "matured"
    measures = {each["name"]: each for each in march["judged"]["measures"]}
    mean = float(np.mean(list(risks(project).values())))
    assert measures["calibration"]["promised"]["value"] == pytest.approx(mean, rel=0.1)


def test_without_anybody_left_alone_it_cannot_be_told(project: Project, tmp_path: Path) -> None:
    """The riskiest were contacted, and nobody like them shows what would have been."""
    campaign(project, 0)
    data = days(tmp_path / "left.csv", leavers(project))
    march = of(realised(project, data, as_of="2027-04-05").document(), MARCH)
    assert march["state"] == "cannot tell"
    assert "nobody like them was left alone" in march["why"]


def test_nothing_scored_has_no_outcomes(trained: tuple[Path, Ran], tmp_path: Path) -> None:
    """Outcomes before scores."""
    shutil.copy(trained[0] / "churn.toml", tmp_path)
    with pytest.raises(ConfigError, match="no scoring whose outcomes could be judged"):
        realised(Project.load(tmp_path), as_of="2027-04-05")


def test_who_leaves_after_the_day_of_asking_is_told(project: Project, tmp_path: Path) -> None:
    """Notice that was given, or a wrong day: taken in, and not in silence."""
    name = next(iter(risks(project)))
    data = told(tmp_path / "a.csv", "left_on", [(name, "2027-03-20")])
    notes = realised(project, data, as_of="2027-03-10").found["notes"]
    assert notes[0].startswith("1 customer leaves after 2027-03-10, the day of asking")


def test_a_month_whose_table_was_broken_sets_no_level(
    project: Project, telecom: Path, tmp_path: Path
) -> None:
    """It is judged and shown; the level is that of the newest month that was somebody's."""
    may, table = "2027-05-01", tmp_path / "may.csv"
    rows = (telecom / "this_month.csv").read_text("utf-8").splitlines()
    place = rows[0].split(",").index("Day Mins")
    cells = [row.split(",") for row in rows[1:]]
    for row in cells:
        row[place] = row[place].replace(".", "") + "0"
    table.write_text("\n".join([rows[0], *(",".join(row) for row in cells)]) + "\n", "utf-8")
    monitor(project, str(table), as_of=may)
    gone = leavers(project)
    later = [name for name in risks(project) if name not in gone][::2]
    begin = [(name, "2027-03-10") for name in gone] + [(name, "2027-05-10") for name in later]
    data = told(tmp_path / "left.csv", "left_on", begin)
    found = realised(project, data, as_of="2027-06-05").found
    broken = of(found, may)
    assert (broken["state"], broken["level"], broken["broken"]) == ("matured", "act", True)
    assert broken["words"].endswith("so that it sets no level.")
    assert found["level"] == of(found, MARCH)["level"] == "steady"
