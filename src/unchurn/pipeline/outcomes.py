"""From outcomes to the effect of a campaign, on one machine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from unchurn.campaigns import CampaignLedger, Entry
from unchurn.campaigns.outcomes import deliver, known_outcomes, known_revenue
from unchurn.errors import ConfigError, counted, listing
from unchurn.modelling.effect.measure import UNEVEN, Drawn, measure, sample_ratio
from unchurn.modelling.effect.money import measure_money
from unchurn.pipeline.day import require_day
from unchurn.pipeline.readers import kept_for_readers
from unchurn.project import Project
from unchurn.report.campaign import effect_words, money_words, ratio_words
from unchurn.tables.outcomes import read_outcomes


def outcomes(project: Project, name: str, data: str = "", as_of: str = "") -> dict[str, Any]:
    """Take in the file `data` of outcomes, where one is given, and say what the campaign changed.

    `as_of` is the day of asking, today by default: before the campaign is over, whoever leaves is
    not known. Raises `ConfigError` for an unknown or cancelled campaign, `DataError` for a file
    that cannot be used.
    """
    require_day(as_of, "--as-of")
    ledger = CampaignLedger(project.root)
    entry = ledger.get(name)
    if entry.cancelled is not None:
        raise ConfigError(f"The campaign {name!r} was cancelled: it has no effect to measure.")
    members = ledger.members(entry)
    notes = []
    if data:
        told = read_outcomes(data, str(entry.summary["key"]), project.data)
        with kept_for_readers(project):
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            ids = {each.customer for each in members}
            made = deliver(project.root, entry, ids, told.facts, now, told.revenue)
        notes += [f"{counted(made.new, 'fact')} taken in, {made.known:,} known before."]
        if told.again:
            notes.append(f"{counted(told.again, 'fact')} stood in the file more than once.")
        if made.strangers:
            who = counted(len(made.strangers), "customer is", "customers are")
            notes.append(f"{who} not in the campaign: {listing(made.strangers, 3)}; passed over.")
    known = known_outcomes(project.root, entry)
    drawn = [
        Drawn(each.customer, each.arm == "control", each.stratum, each.offer)
        for each in members
        if each.stratum > 0
    ]
    today = as_of or str(ledger.today())
    found = _effect(entry, drawn, known, today)
    revenue = known_revenue(project.root, entry)
    risk = {each.customer: each.probability for each in members}
    money = measure_money(drawn, risk, revenue) if found["over"] else None
    more = {"money": money, "money_words": money_words(money, str(entry.summary["currency"]))}
    return {"schema_version": 1, "name": name, "notes": notes, **found, **more}


def _effect(
    entry: Entry, drawn: list[Drawn], known: dict[tuple[str, str], bool], today: str
) -> dict[str, Any]:
    churned = {name: value for (name, fact), value in known.items() if fact == "churned"}
    contacted = {name: value for (name, fact), value in known.items() if fact == "contacted"}
    over = today >= str(entry.ends)
    effect = measure(drawn, churned) if drawn else None
    ratio = sample_ratio(drawn, churned)
    found = {
        "sample_ratio": ratio,
        "warnings": [ratio_words(ratio)] if ratio and ratio["p_value"] < UNEVEN else [],
        "over": over,
        "ends": str(entry.ends),
        "effect": effect if over else None,
        "controls_contacted": sum(
            contacted.get(each.customer, False) for each in drawn if each.control
        ),
        "not_reached": sum(
            not contacted.get(each.customer, True) for each in drawn if not each.control
        ),
    }
    return {**found, "words": effect_words(found, bool(drawn))}
