"""Keys of churn.toml about campaigns: limits, who is left alone, offers."""

from __future__ import annotations

from dataclasses import dataclass, field

from unchurn.project.keys import key


@dataclass(frozen=True)
class Offer:
    """One of several offers; a customer is given one at most. Without any, [decision] is the offer."""

    name: str = key("", "What the list calls it; must be given.")
    cost: float = key(-1.0, "Cost of one contact with it; must be given.", at_least=0, at_most=1e12)
    incentive: float = key(
        0.0,
        "Cost of the offer itself, paid to whoever accepts it; counted whole in a budget.",
        at_least=0,
        at_most=1e12,
    )
    accept_rate: float = key(
        0.3,
        "Share of would-be churners who accept it and stay.",
        above=0,
        below=1,
    )
    capacity: int = key(
        0,
        "Most customers who can be given it; 0 means no limit.",
        at_least=0,
        at_most=1_000_000_000,
    )
    eligible: dict[str, tuple[str, ...]] = key(
        {}, 'Columns and the values that a customer must have there: { Plan = ["basic", "plus"] }.'
    )


@dataclass(frozen=True)
class Campaign:
    """Whom `unchurn target` chooses; flags of the command come before these."""

    capacity: int = key(
        0, "Most customers to contact; 0 means no limit.", at_least=0, at_most=1_000_000_000
    )
    budget: float = key(
        0.0,
        "Most money that contacts and incentives may cost, were everybody to accept; 0 means no limit.",
        at_least=0,
        at_most=1e15,
    )
    exclude: tuple[str, ...] = key(
        (), "Files of ids that must not be contacted; a column named reason is kept."
    )
    keep: tuple[str, ...] = key(
        (), "Columns of the table to put into the list for callers, such as names and phones."
    )
    holdout: float = key(
        0.1,
        "Share of those to be contacted who are left alone, so that the effect can be measured; 0 means none.",
        at_least=0,
        below=1,
    )
    holdout_from: int = key(
        100,
        "Fewer customers than this to contact, and nobody is left alone unless --holdout is given.",
        at_least=1,
        at_most=1_000_000_000,
    )
    days: int = key(
        90,
        "Length of a campaign: as long is its control group left alone by every other one.",
        at_least=1,
        at_most=3_650,
    )
    cool_off_days: int = key(
        30,
        "Nobody is contacted who was contacted in another campaign within so many days; 0 means no such rule.",
        at_least=0,
        at_most=3_650,
    )
    accept_rates: str = key(
        "measured",
        "Accept rates that a campaign's choice goes by: measured, once control groups of campaigns that are over tell them, or assumed.",
        choices=("measured", "assumed"),
    )
    accept_rate_weight: float = key(
        50.0,
        "As so many would-be churners does an assumed accept rate count beside what was measured.",
        above=0,
        at_most=1e9,
    )
    offers: tuple[Offer, ...] = field(default_factory=tuple)
