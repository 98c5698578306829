"""From outcomes to the effect of a campaign, or of all that are over together, on one machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from unchurn.campaigns import Entry, Ledger, Member, local_ledger
from unchurn.errors import ConfigError, DataError, counted, listing
from unchurn.modelling.effect.compliers import measure_compliers
from unchurn.modelling.effect.looks import COMPLETE, look_at
from unchurn.modelling.effect.measure import UNEVEN, Drawn, measure, sample_ratio
from unchurn.modelling.effect.money import measure_money
from unchurn.modelling.effect.proportions import Share
from unchurn.modelling.effect.together import measure_together
from unchurn.pipeline.accept_rates import accept_rates
from unchurn.pipeline.day import require_day
from unchurn.pipeline.readers import kept_for_readers
from unchurn.project import Project
from unchurn.report.campaign_effect import (
    ACCEPTED,
    ALL,
    compliers_words,
    effect_words,
    money_words,
    ratio_words,
    return_words,
    together_words,
)
from unchurn.tables.leaving import own_label
from unchurn.tables.outcomes import read_outcomes


def outcomes(
    project: Project, name: str, data: str = "", as_of: str = "", *, ledger: Ledger | None = None
) -> dict[str, Any]:
    """Take in the file `data` of outcomes, where one is given, and say what the campaign changed.

    `as_of` is the day of asking, today by default: before the campaign is over, who stayed is not known,
    and of the file only each yes is taken in. Raises `ConfigError` for an unknown or cancelled campaign, `DataError` for a file
    that cannot be used.
    """
    require_day(as_of, "--as-of")
    ledger = ledger or local_ledger(project)
    entry = ledger.get(name)
    if entry.cancelled is not None:
        raise ConfigError(f"The campaign {name!r} was cancelled: it has no effect to measure.")
    members = ledger.members(entry)
    today = as_of or str(ledger.today())
    if data and today < str(entry.starts):
        raise DataError(
            f"Outcomes of {today} are from before the campaign {name!r} begins, on {entry.starts}; nothing was taken in.",
            "Give the day on which they were known with --as-of.",
        )
    notes = _take_in(project, ledger, entry, members, data, today) if data else []
    told = ledger.told(entry)
    known = told.facts
    drawn = _drawn(members)
    found = _effect(entry, drawn, known, today)
    spent = _spent(entry, drawn, known)
    revenue = told.revenue if found["over"] else {}
    money = measure_money(drawn, revenue, spent.cost)
    currency = str(entry.summary["currency"])
    more = {
        "currency": currency,
        "money": money and {**money, "incentives": spent.incentives},
        "money_words": money_words(money, currency),
        "accept_rates": accept_rates(project, ledger, [entry], date.fromisoformat(today)),
        "return_words": return_words(money, currency, spent.incentives),
    }
    return {"schema_version": 1, "name": name, "notes": notes, **found, **more}


def together(project: Project, as_of: str = "", *, ledger: Ledger | None = None) -> dict[str, Any]:
    """Say what the campaigns that are over on the day `as_of`, today by default, changed together.

    Those that cannot count are named with why.
    """
    require_day(as_of, "--as-of")
    ledger = ledger or local_ledger(project)
    today = as_of or str(ledger.today())
    lines, left_out = [], []
    for entry in ledger.entries():
        own = _own_effect(ledger, entry, today)
        if isinstance(own, str):
            left_out.append({"name": entry.name, "why": own})
        else:
            said = {name: own[name] for name in ("contacted", "control", "difference")}
            lines.append({"name": entry.name, "starts": str(entry.starts), **said})
    effect = measure_together([(_share(e["contacted"]), _share(e["control"])) for e in lines])
    words = together_words(effect, len(lines))
    made = {"effect": effect, "campaigns": lines, "left_out": left_out, "words": words}
    return {"schema_version": 1, "as_of": today, **made}


def _own_effect(ledger: Ledger, entry: Entry, today: str) -> dict[str, Any] | str:
    """Return the effect of a campaign that may count beside others, or why it may not."""
    if entry.cancelled is not None:
        return "it was cancelled"
    if today < str(entry.ends):
        return f"it is over on {entry.ends}"
    drawn = _drawn(ledger.members(entry))
    if not any(each.control for each in drawn):
        return "nobody was left alone"
    effect: dict[str, Any] | None = _effect(entry, drawn, ledger.told(entry).facts, today)["effect"]
    if effect is None or not effect["last_look"] or effect["difference"] is None:
        return f"outcomes are known of fewer than {COMPLETE:.0%} of its draw, or of one group alone"
    return "outcomes are missing more in one group" if effect["uneven"] else effect


def _share(group: Mapping[str, int]) -> Share:
    return Share(group["churned"], group["customers"])


def _drawn(members: list[Member]) -> list[Drawn]:
    return [
        Drawn(each.customer, each.arm == "control", each.stratum, each.offer, each.probability)
        for each in members
        if each.stratum > 0
    ]


def _take_in(
    project: Project, ledger: Ledger, entry: Entry, members: list[Member], data: str, today: str
) -> list[str]:
    """Add the facts of a file that were known `today` to the ledger, and say what they were."""
    key, own = str(entry.summary["key"]), own_label(project.churn)
    told = read_outcomes(data, key, own, project.data)
    with kept_for_readers(project):
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        ids = {each.customer for each in members}
        over = today >= str(entry.ends)
        made = ledger.deliver(entry, ids, told.facts, now, told.revenue, over=over)
    notes = [f"{counted(made.new, 'fact')} taken in, {made.known:,} known before."]
    if told.again:
        notes.append(f"{counted(told.again, 'fact')} stood in the file more than once.")
    if made.strangers:
        who = counted(len(made.strangers), "customer is", "customers are")
        notes.append(f"{who} not in the campaign: {listing(made.strangers, 3)}; passed over.")
    if made.open:
        notes.append(
            f"{counted(made.open, 'fact')} passed over that may still change: until {entry.ends} a no may become "
            "a yes, and revenue grow. Deliver them again then."
        )
    return notes


@dataclass(frozen=True)
class _Spent:
    """What each customer who was contacted cost, by id, and whose incentives are counted."""

    cost: Mapping[str, float]
    incentives: str


def _spent(entry: Entry, drawn: list[Drawn], known: Mapping[tuple[str, str], bool]) -> _Spent:
    """Count contacts as they were drawn where it is not said, and incentives of whoever accepted.

    Where it is not known of anybody who accepted, all count as if they had.
    """
    offers = {each["name"]: each for each in entry.summary["offers"]}
    told = any((each.customer, "accepted") in known for each in drawn)
    cost = {}
    for each in drawn:
        offer = offers[each.offer]
        if known.get((each.customer, "contacted"), not each.control):
            accepted = known.get((each.customer, "accepted"), not told)
            cost[each.customer] = offer["cost"] + offer["incentive"] * accepted
    return _Spent(cost, ACCEPTED if told else ALL)


def _effect(
    entry: Entry, drawn: list[Drawn], known: Mapping[tuple[str, str], bool], today: str
) -> dict[str, Any]:
    churned = {name: value for (name, fact), value in known.items() if fact == "churned"}
    contacted = {name: value for (name, fact), value in known.items() if fact == "contacted"}
    over = today >= str(entry.ends)
    look = look_at(drawn, churned, over)
    effect = compliers = None
    if drawn and look.level is not None:
        effect = measure(drawn, look.outcomes, look.level, look.told)
        effect |= {"known": len(look.outcomes) / len(drawn), "last_look": look.last}
        if over:  # whoever was not reached so far may be yet
            compliers = measure_compliers(drawn, look.outcomes, contacted, look.level)
    ratio = sample_ratio(drawn, churned)
    found = {
        "sample_ratio": ratio,
        "warnings": [ratio_words(ratio)] if ratio and ratio["p_value"] < UNEVEN else [],
        "over": over,
        "ends": str(entry.ends),
        "effect": effect,
        "compliers": compliers,
        "compliers_words": compliers_words(compliers, look.last),
        "controls_contacted": sum(
            contacted.get(each.customer, False) for each in drawn if each.control
        ),
        "not_reached": sum(
            not contacted.get(each.customer, True) for each in drawn if not each.control
        ),
    }
    return {**found, "words": effect_words(found, bool(drawn))}
