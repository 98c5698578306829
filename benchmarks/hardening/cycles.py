"""Kills the month's routine at random moments: does it end as if nobody had?

    python benchmarks/hardening/cycles.py [--kills 50] [--seed 1]

Two projects live the same months, each with another table and newer labelled rows, so that watch, list,
campaign and training are all done. In one, `unchurn cycle` is killed (kill -9) at random moments, up to three
times a month, and done again until it ends. After each kill, whatever is in the month's folder must be a whole
file of the undisturbed month, and the champion whole; in the end every byte of the folder, the versions, the
champion and the campaigns must be those of the undisturbed project. Counted, each must be 0: **unexpected**
ends, **hung** commands, champions **lost**, **partial** files, and **silent** differences.
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
    champion,
    ended,
    is_unexpected,
    left_over,
    preload,
    told,
    trained_project,
)

from unchurn.campaigns import CampaignLedger
from unchurn.history.calendar import months_on
from unchurn.registry import open_registry

SETTINGS = {
    "cycle": {"retrain": "every 1 month"},
    "decision": {"clv": 500.0, "contact_cost": 5.0, "incentive_cost": 20.0},
}
FIRST = date(2027, 1, 1)
AGAIN = 3
"""Most kills of one month."""


class Company:
    """A project that lives months."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, folder.with_suffix(".said")

    @property
    def root(self) -> Path:
        return self.folder / ".unchurn"

    def month(self, day: str) -> dict[str, bytes]:
        """Return every file of a month's folder by its place."""
        folder = self.root / "cycles" / day
        found = [path for path in folder.rglob("*") if path.is_file()]
        return {str(each.relative_to(folder)): each.read_bytes() for each in found}

    def start(self, day: str, table: Path) -> Command:
        """Start the cycle of a day."""
        words = ("cycle", "--as-of", day, "--data", table, "--project", self.folder)
        return Command.start(self.said, *words)

    def known(self) -> tuple[Any, ...]:
        """Return versions, champion and campaigns, without the moments at which they were made."""
        registry = open_registry(self.root)
        versions = [(each.version, each.entry.bundle_sha256) for each in registry.records()]
        campaigns = [
            (each.name, each.campaign_sha256, each.members_sha256)
            for each in CampaignLedger(self.root).entries()
        ]
        return versions, registry.alias("champion"), campaigns


def write_month(number: int, source: Path, table: Path, *companies: Company) -> None:
    """Write another table for the month, and labelled rows that are newer than the last ones."""
    head, *rows = (source / "this_month.csv").read_text("utf-8").splitlines()
    table.write_text("\n".join([head, *rows[number:]]) + "\n")
    head, *rows = (source / "customers.csv").read_text("utf-8").splitlines()
    for each in companies:
        kept = rows[: len(rows) - 3 * number]
        (each.folder / "customers.csv").write_text("\n".join([head, *kept]) + "\n")


def live(day: str, table: Path, whole: Company, killed: Company, random: Random) -> Counter[str]:
    """Let both live a month, one of them disturbed; count what differs."""
    found: Counter[str] = Counter()
    began = time.monotonic()
    code, text = whole.start(day, table).wait()
    seconds = time.monotonic() - began
    found["unexpected"] += code != 0
    expected = whole.month(day)
    for _ in range(random.randint(1, AGAIN)):
        command = killed.start(day, table)
        time.sleep(random.uniform(0.0, seconds))
        found["kills"] += command.kill()
        found["partial"] += sum(
            expected.get(name) != content
            for name, content in killed.month(day).items()
            if not name.endswith(".part")
        )
        try:
            champion(killed.folder)
        except Exception as error:
            found["lost"] += 1
            print(f"{day}: {error}", file=sys.stderr)
    code, text = killed.start(day, table).wait()
    found["hung"] += code is None
    found["unexpected"] += code is not None and (code != 0 or is_unexpected(code, text))
    found["silent"] += killed.month(day) != expected
    found["silent"] += killed.known() != whole.known()
    left = left_over(killed.folder)
    found["partial"] += bool(left)
    return told(day, found, left, text)


def main() -> int:
    """Live months until there were enough kills; print the counts as JSON."""
    kills, random = asked("kills", 50)
    preload()
    total, number = Counter[str](), 0
    with tempfile.TemporaryDirectory() as near:
        source = trained_project(Path(near) / "source", SETTINGS)
        companies = [Company(Path(near) / name) for name in ("whole", "killed")]
        for each in companies:
            shutil.copytree(source, each.folder)
        while total["kills"] < kills and number < 3 * kills:
            number += 1
            day, table = months_on(FIRST, number).isoformat(), Path(near) / "month.csv"
            write_month(number, source, table, *companies)
            total.update(live(day, table, companies[0], companies[1], random))
            print(f"{day}: {total['kills']} kills", file=sys.stderr)
        versions = len(open_registry(companies[0].root).records())
    return ended(total, months=number, versions=versions) or int(total["kills"] < kills)


if __name__ == "__main__":
    raise SystemExit(main())
