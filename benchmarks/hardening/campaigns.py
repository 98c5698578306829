"""Kills `unchurn target` at random moments: is a campaign ever half there, lost, or there twice?

    python benchmarks/hardening/campaigns.py [--kills 100] [--seed 1]

Two projects plan the same campaigns, a month apart and each binding for three, so that every one leaves alone
the controls of others; every fourth is of another table, which is scored first. In one project, `unchurn target`
is killed (kill -9) at random moments, up to three times a campaign, and done again until it ends. After each kill
the ledger must be as before or hold the undisturbed campaign whole, and so must each file for callers; in the end
ledger, members and files must be those of the undisturbed project. Counted, each must be 0: **unexpected** ends,
**hung** commands, campaigns **lost** or there twice, **partial** files, and **silent** differences.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections import Counter
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from commands import (
    Command,
    asked,
    ended,
    is_unexpected,
    left_over,
    preload,
    told,
    trained_project,
)

from unchurn.campaigns import CampaignLedger
from unchurn.history.calendar import months_on

SETTINGS = {
    "decision": {"clv": 500.0, "contact_cost": 5.0, "incentive_cost": 20.0},
    "campaign": {"capacity": 20, "holdout": 0.2, "holdout_from": 1, "days": 90},
}
FIRST = date(2027, 1, 1)
AGAIN = 3
"""Most kills of one campaign."""
TABLE_OF = 4
"""Campaigns of one table."""


class Team:
    """A project that plans campaigns."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, folder.with_suffix(".said")
        self.out = folder / "out" / "contact.csv"

    def start(self, number: int, table: Path) -> Command:
        """Start to plan the campaign of a number."""
        day = months_on(FIRST, number).isoformat()
        words = ("--name", f"c{number}", "--data", table, "--starts", day, "--out", self.out)
        return Command.start(self.said, "target", *words, "--project", self.folder)

    def files(self) -> dict[str, bytes]:
        """Return what callers are given, by name."""
        return {each.name: each.read_bytes() for each in self.out.parent.glob("contact*")}

    def known(self) -> list[tuple[Any, ...]]:
        """Return the ledger's campaigns and their members, without the moments at which they were made."""
        ledger = CampaignLedger(self.folder / ".unchurn")
        return [
            (each.name, each.campaign_sha256, each.starts, ledger.members(each))
            for each in ledger.entries()
        ]


def plan(number: int, table: Path, whole: Team, killed: Team, random: Random) -> Counter[str]:
    """Let both plan a campaign, one of them disturbed; count what differs."""
    found: Counter[str] = Counter()
    before, files = killed.known(), killed.files()
    began = time.monotonic()
    code, text = whole.start(number, table).wait()
    seconds = time.monotonic() - began
    found["unexpected"] += code != 0
    after, expected = whole.known(), whole.files()
    for _ in range(random.randint(1, AGAIN)):
        command = killed.start(number, table)
        time.sleep(random.uniform(0.0, seconds))
        found["kills"] += command.kill()
        found["lost"] += killed.known() not in (before, after)
        found["partial"] += sum(
            content not in (files.get(name), expected.get(name))
            for name, content in killed.files().items()
        )
    code, text = killed.start(number, table).wait()
    found["hung"] += code is None
    found["unexpected"] += code is not None and (code != 0 or is_unexpected(code, text))
    found["silent"] += killed.files() != expected or killed.known() != after
    left = left_over(killed.folder)
    found["partial"] += bool(left)
    return told(f"campaign {number}", found, left, text)


def main() -> int:
    """Plan campaigns until there were enough kills; print the counts as JSON."""
    kills, random = asked("kills", 100)
    preload()
    total, number = Counter[str](), 0
    with tempfile.TemporaryDirectory() as near:
        source = trained_project(Path(near) / "source", SETTINGS)
        teams = [Team(Path(near) / name) for name in ("whole", "killed")]
        for each in teams:
            shutil.copytree(source, each.folder)
            each.out.parent.mkdir()
        table, head, *rows = source / "month.csv", *_lines(source / "this_month.csv")
        while total["kills"] < kills and number < 3 * kills:
            if number % TABLE_OF == 0:
                table.write_text("".join([head, *rows[number // TABLE_OF :]]))
            number += 1
            total.update(plan(number, table, teams[0], teams[1], random))
            print(f"campaign {number}: {total['kills']} kills", file=sys.stderr)
    return ended(total, campaigns=number) or int(total["kills"] < kills)


def _lines(table: Path) -> list[str]:
    return table.read_text("utf-8").splitlines(keepends=True)


if __name__ == "__main__":
    raise SystemExit(main())
