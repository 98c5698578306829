"""The examples of schedules can be read by their schedulers, and their very command lines run."""

from __future__ import annotations

import ast
import configparser
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, add_sections, copy_as_trained

REPOSITORY = Path(__file__).parents[1]
SCHEDULES = REPOSITORY / "examples" / "schedules"
PROJECT, PROGRAM = "/srv/churn", "/srv/churn/.venv/bin/unchurn"
RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def is_moment(fields: str) -> bool:
    """Tell whether five fields are a moment of cron: numbers in their ranges, or any."""
    each = fields.split()
    return len(each) == len(RANGES) and all(
        field == "*" or (field.isdigit() and least <= int(field) <= most)
        for field, (least, most) in zip(each, RANGES, strict=True)
    )


def of_cron() -> tuple[str, str]:
    """The moment and the command of the one line of the crontab."""
    text = (SCHEDULES / "crontab").read_text("utf-8")
    (line,) = [each for each in text.splitlines() if each and not each.startswith("#")]
    *moment, command = line.split(maxsplit=5)
    return " ".join(moment), command


def of_systemd(name: str) -> configparser.ConfigParser:
    """A unit, of which each key stands once."""
    parser = configparser.ConfigParser(interpolation=None, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string((SCHEDULES / name).read_text("utf-8"))
    return parser


def of_airflow() -> dict[str, Any]:
    """What the DAG says in words and numbers, by name of the argument."""
    tree = ast.parse((SCHEDULES / "airflow_dag.py").read_text("utf-8"))
    given = [
        each for node in ast.walk(tree) if isinstance(node, ast.Call) for each in node.keywords
    ]
    return {
        each.arg or "": ast.literal_eval(each.value)
        for each in given
        if not isinstance(each.value, ast.Call)
    }


def of_github() -> dict[str, Any]:
    """The workflow, its words as they stand."""
    import yaml

    told: dict[str, Any] = yaml.load(
        (SCHEDULES / "github-actions.yml").read_text("utf-8"), Loader=yaml.BaseLoader
    )
    return told


def github_steps() -> list[dict[str, Any]]:
    return [step for job in of_github()["jobs"].values() for step in job["steps"]]


def commands() -> dict[str, str]:
    """The command line of each schedule, as its scheduler hands it to a shell."""
    return {
        "cron": of_cron()[1],
        "systemd": of_systemd("unchurn-cycle.service")["Service"]["ExecStart"],
        "airflow": re.sub(r"{{.*?}}", date.today().isoformat(), of_airflow()["bash_command"]),
        "github": github_steps()[0]["run"],
    }


def test_cron_can_read_its_line() -> None:
    """Five fields and a command without a bare %, which is the end of a line to cron."""
    moment, command = of_cron()
    assert is_moment(moment)
    assert "%" not in command
    assert not is_moment("0 6 32 * *")
    assert not is_moment("monthly")


def test_the_timer_starts_the_service_once() -> None:
    """Each unit has its sections, and what it names is there."""
    service, timer = of_systemd("unchurn-cycle.service"), of_systemd("unchurn-cycle.timer")
    assert service["Service"]["Type"] == "oneshot"
    assert service["Service"]["ReadWritePaths"] == service["Service"]["WorkingDirectory"] == PROJECT
    assert timer["Install"]["WantedBy"] == "timers.target"
    assert set(timer["Timer"]) == {"OnCalendar", "Persistent"}


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_can_read_its_units(tmp_path: Path) -> None:
    """As it verifies them, with a program that is there in place of ours."""
    for name in ("unchurn-cycle.service", "unchurn-cycle.timer"):
        text = (SCHEDULES / name).read_text("utf-8").replace(PROGRAM, sys.executable)
        (tmp_path / name).write_text(text)
    units = [tmp_path / "unchurn-cycle.service", tmp_path / "unchurn-cycle.timer"]
    words = ["systemd-analyze", "verify", "--man=no", *map(str, units)]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=3600)
    said = [each for each in done.stderr.splitlines() if "unchurn-cycle" in each]
    assert not said


def test_airflow_can_read_its_dag() -> None:
    """It compiles, runs once a month and one at a time, and takes the day from Airflow."""
    path = SCHEDULES / "airflow_dag.py"
    compile(path.read_text("utf-8"), str(path), "exec")
    told = of_airflow()
    assert is_moment(told["schedule"])
    assert (told["catchup"], told["max_active_runs"]) == (False, 1)
    assert re.fullmatch(r".* --as-of {{ data_interval_end \| ds }}", told["bash_command"])


def test_github_can_read_its_workflow() -> None:
    """Known keys, a moment, no right but to read, and our own versions of the actions it uses."""
    told = of_github()
    assert set(told) == {"name", "on", "permissions", "concurrency", "jobs"}
    assert set(told["on"]) == {"schedule", "workflow_dispatch"}
    assert all(is_moment(each["cron"]) for each in told["on"]["schedule"])
    assert told["permissions"] == {"contents": "read"}
    assert told["concurrency"]["cancel-in-progress"] == "false"
    for job in told["jobs"].values():
        assert {"runs-on", "timeout-minutes", "steps"} <= set(job)
    steps = github_steps()
    assert all(("run" in each) != ("uses" in each) for each in steps)
    assert not [each for each in steps if "${{" in each.get("run", "")]
    ours = "".join(each.read_text("utf-8") for each in (REPOSITORY / ".github").rglob("*.yml"))
    assert all(f"uses: {each['uses']}\n" in ours for each in steps if "uses" in each)


@pytest.mark.slow
def test_each_command_line_runs(tmp_path: Path, trained: tuple[Path, Ran], telecom: Path) -> None:
    """Cron does the month; the others find it done, for they name the same day."""
    folder = tmp_path / "churn"
    copy_as_trained(trained[0], folder)
    add_sections(folder / "churn.toml", f'[data]\nscore = "{telecom / "this_month.csv"}"\n')
    said = {}
    for scheduler, command in commands().items():
        line = command.replace(PROGRAM, f"{sys.executable} -m unchurn")
        done = subprocess.run(
            ["bash", "-c", line.replace(PROJECT, str(folder))],
            env={**os.environ, "AS_OF": ""},
            capture_output=True,
            text=True,
            check=False,
            timeout=3600,
        )
        assert done.returncode == 0, (scheduler, done.stderr)
        said[scheduler] = done.stdout
    assert "The list for" in (folder / "cycle.log").read_text("utf-8")
    assert said.pop("cron") == ""
    assert all("Nothing has changed" in each for each in said.values()), said
