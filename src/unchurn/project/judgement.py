"""Keys of churn.toml about what a model is worth: its evaluation, the gate, costs, the list."""

from __future__ import annotations

from dataclasses import dataclass

from unchurn.project.currency import unreadable
from unchurn.project.keys import key


@dataclass(frozen=True)
class Evaluate:
    """How the model is judged."""

    bootstrap: int = key(
        1000, "Bootstrap resamples behind every interval.", at_least=100, at_most=20000
    )
    capacity: float = key(
        0.1, "Share of customers the team can contact; recall is given there.", above=0, at_most=1
    )
    threshold: float = key(
        0.5,
        "Probability from which a customer counts as predicted to leave (accuracy, precision, recall).",
        above=0,
        below=1,
    )
    slices: tuple[str, ...] = key(
        (), "Columns by which results are sliced; empty means found from the table."
    )
    metrics: tuple[str, ...] = key(
        (),
        "A team's own metrics as module:function, called with (labels, probabilities); the modules lie beside churn.toml, and training runs their code.",
    )
    shap_rows: int = key(
        500, "Most test rows explained for the global importance.", at_least=1, at_most=1_000_000
    )


@dataclass(frozen=True)
class Gate:
    """Rules a model must pass before it is registered. A floor of 0 (or a ceiling of 0) is off."""

    min_rows: int = key(
        200,
        "Fewer test customers than this, whatever number of rows each has, and the verdict is 'cannot tell'.",
        at_least=1,
        at_most=1_000_000_000,
    )
    min_churned: int = key(
        20,
        "Fewer test customers of either outcome, churned or stayed, than this, and the verdict is 'cannot tell'.",
        at_least=1,
        at_most=1_000_000_000,
    )
    accuracy: float = key(0.0, "Least accuracy at the threshold.", at_least=0, at_most=1)
    roc_auc: float = key(0.0, "Least ROC-AUC.", at_least=0, at_most=1)
    average_precision: float = key(0.0, "Least average precision.", at_least=0, at_most=1)
    lift_top_decile: float = key(
        0.0, "Least lift in the riskiest tenth.", at_least=0, at_most=1_000
    )
    recall_at_capacity: float = key(
        0.0, "Least recall within the team's capacity.", at_least=0, at_most=1
    )
    log_loss: float = key(0.0, "Most log loss.", at_least=0, at_most=100)
    brier: float = key(0.0, "Most Brier score.", at_least=0, at_most=1)
    ece: float = key(0.0, "Most expected calibration error.", at_least=0, at_most=1)
    min_absolute_change: float = key(
        0.0,
        "How much less log loss than the champion a model needs, on the same rows.",
        at_least=0,
        at_most=100,
    )
    champion_tolerance: float = key(
        0.002,
        "How much more log loss than the champion, and than the last version that won outright, is still 'not worse', at most.",
        at_least=0,
        at_most=100,
    )
    champion_tolerance_share: float = key(
        0.1,
        "The same as a share of what these save beside the constant; the smaller holds, but what is within the gain's standard error passes.",
        at_least=0,
        at_most=1_000,
    )
    profit: bool = key(
        False,
        "Whether the list has to earn more than contacting nobody, everybody and the champion's list, by the 95% interval, at the prices of [decision].",
    )
    allow_leaks: bool = key(
        False, "Whether a model may pass with a column in it that looks like a leak."
    )


@dataclass(frozen=True)
class Decision:
    """What contacting a customer costs and brings, in one currency. All zero means no decision."""

    currency: str = key(
        "",
        "Currency of these amounts, shown beside them: a code of ISO 4217 such as EUR, or a short sign such as £.",
        refused=unreadable,
    )

    clv: float | str = key(
        0.0,
        "Value of a customer who stays: a number, or the column that holds it.",
        at_least=0,
        at_most=1e12,
    )
    contact_cost: float = key(0.0, "Cost of one contact.", at_least=0, at_most=1e12)
    incentive_cost: float = key(
        0.0,
        "Cost of the offer, paid to whoever accepts it: would-be churners at accept_rate, everybody else always.",
        at_least=0,
        at_most=1e12,
    )
    accept_rate: float = key(
        0.3,
        "Share of would-be churners who accept the offer and stay; lists, live answers and reports go by it, campaigns as [campaign] accept_rates says.",
        at_least=0,
        at_most=1,
    )


@dataclass(frozen=True)
class Score:
    """What the customer list holds."""

    reasons: str = key(
        "0.2",
        "Whose reasons are given: all, none, or the riskiest share; with a share, whoever is to be contacted too.",
    )
    reasons_limit: int = key(
        5000,
        "Most customers given reasons when `reasons` is a share, besides those to be contacted.",
        at_least=0,
        at_most=10_000_000,
    )
    bands: tuple[float, float] = key(
        (0.1, 0.3), "Shares of customers in the high band, and in high and medium together."
    )
    neutral_ids: bool = key(
        False,
        "Put an apostrophe before ids in a CSV list that a spreadsheet would run (= and @); they are then not exactly as read.",
    )
