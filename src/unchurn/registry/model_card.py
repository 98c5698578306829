"""A model card in SageMaker's schema, from what the run itself knows.

The schema and its limits on lengths and counts: "Amazon SageMaker Model Cards", section "Model
card JSON schema", in the SageMaker developer guide. Nobody is named as owner and no risk rating
is given, since no person has said so; there is no clock in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from unchurn.artefacts import Evaluation, Model, RunLineage, Verdict

Plain = dict[str, Any]
_OUT_OF_FOLD = (
    "Out of fold, on training rows: these chose weights and rounds too, which makes it kinder than "
    "the truth where customers are few."
)


def model_card(
    version: int, bundle: str, model: Model, evaluation: Evaluation, verdict: Verdict,
    lineage: RunLineage,
) -> Plain:  # fmt: skip
    """Describe a registered model; `bundle` is the sha256 of its manifest."""
    ours = evaluation.evaluation["unchurn"]
    return {
        "model_overview": _overview(version, bundle, model, ours),
        "intended_uses": _uses(),
        "training_details": _training(model, ours),
        "evaluation_details": [_evaluation(ours, verdict.verdict)],
        "additional_information": _additional(bundle, ours, lineage),
    }


def _overview(version: int, bundle: str, model: Model, ours: Plain) -> Plain:
    members = len(model.model["members"])
    project = ours["project"]
    return {
        "model_id": f"sha256:{bundle}",
        "model_name": f"unchurn-{bundle[:12]}",
        "model_version": version,
        "model_description": _cut(
            f"Estimates the probability that a customer churns ({project['target']} = "
            f"{project['positive']}) from {len(project['features'])} columns.", 1024),
        "problem_type": "Binary Classification",
        "algorithm_type": f"Gradient-boosted trees (XGBoost), {_plural(members, 'member')}, "
                          "calibrated with beta calibration",
        "model_creator": "unchurn",
    }  # fmt: skip


def _uses() -> Plain:
    return {
        "purpose_of_model": "To rank customers by how likely they are to leave, and to help decide "
        "whom to contact.",
        "intended_uses": "Scoring customers of the kind it was trained on, with the same columns "
        "known at the same moment. Not for decisions about credit, employment or access to a "
        "service, and not as proof of what makes a customer leave: reasons are associations.",
        "factors_affecting_model_efficiency": "Changes in prices, products, competitors or in how "
        "a column is recorded; customers unlike those of the training table; columns that are "
        "missing when a customer is scored.",
        "risk_rating": "Unknown",
        "explanations_for_risk_rating": "No person has rated the risk of this model.",
    }


def _training(model: Model, ours: Plain) -> Plain:
    members = model.model["members"]
    hyper = [
        {"name": _cut(f"{member['name']}.{name}", 255), "value": _cut(str(value), 255)}
        for member in members
        for name, value in sorted({**member["params"], "weight": member["weight"]}.items())
    ]
    return {
        "objective_function": {
            "function": {"function": "Minimize", "facet": "Loss"},
            "notes": "Log loss on folds of customers that the fitted trees had not seen.",
        },
        "training_observations": _cut(_rows_in_words(model, ours["rows"]), 1024),
        "training_job_details": {
            "user_provided_training_metrics": [
                {"name": name, "value": value, "notes": _OUT_OF_FOLD}
                for name, value in _numbers(ours["out_of_fold"])
            ][:50],
            "user_provided_hyper_parameters": [each for each in hyper if each["value"]][:100],
        },
    }


def _evaluation(ours: Plain, verdict: Plain) -> Plain:
    baselines = ours["baselines"]
    champion = baselines.get("champion") or {}
    groups = {
        "Test rows": _metrics(ours["metrics"]),
        "The team's own metrics": _metrics(ours["custom"]),
        "Baseline: nobody churns": _plain_metrics(baselines.get("always_no")),
        "Baseline: logistic regression": _plain_metrics(baselines.get("logistic_regression")),
        "The champion on the same rows": _plain_metrics(champion.get("metrics")),
        "Confusion matrix": [_confusion(ours["confusion"])],
    }
    return {
        "name": "Customers held out of training",
        "evaluation_observation": _cut(verdict["words"], 2096),
        "metadata": {
            "verdict": verdict["verdict"],
            **{name: str(ours["rows"][name]) for name in ("test", "test_churned")
               if name in ours["rows"]},
        },
        "metric_groups": [
            {"name": name, "metric_data": data} for name, data in groups.items() if data
        ],
    }  # fmt: skip


def _additional(bundle: str, ours: Plain, lineage: RunLineage) -> Plain:
    sliced = sorted({each["column"] for each in ours["slices"]})
    by = f"Results were compared by {', '.join(sliced)}. " if sliced else ""
    worries = [each["words"] for each in ours["findings"] if each["severity"] != "note"]
    caveats = " ".join(worries) or "Nothing about the data was found to warn of."
    # Hashes of the file and of churn.toml stay in the registry: the order of rows and the
    # engine's threads change them, and must not change a byte of an artefact.
    hashes = {
        "bundle_sha256": bundle,
        "code_sha256": lineage.code_sha256,
        "threshold": str(ours["threshold"]),
    }
    return {
        "ethical_considerations": _cut(
            f"{_protected(ours)}{by}No further comparison between groups of people was made. Ask whether a column "
            "stands in for a trait that must not decide how a customer is treated.", 2048),
        "caveats_and_recommendations": _cut(caveats, 2048),
        "custom_details": {name: value for name, value in hashes.items() if value},
    }  # fmt: skip


def _protected(ours: Plain) -> str:
    """Say which protected traits drive scores and what leaving them out costs; or nothing."""
    found = ours.get("protected") or {}
    told = [f"{each['column']} ({each['trait']})" for each in found.get("columns", [])]
    if not told:
        return ""
    return f"Protected traits drive scores: {', '.join(told)}. {found.get('words', '')} "


def _metrics(metrics: Mapping[str, Plain]) -> list[Plain]:
    return [
        {"name": name, "type": "number", "value": each["value"], **_interval(each)}
        for name, each in sorted(metrics.items())
        if each["value"] is not None
    ]


def _interval(metric: Plain) -> Plain:
    low, high = metric.get("low"), metric.get("high")
    if low is None or high is None:
        return {}
    return {"notes": f"Bootstrap interval {low:.4f} to {high:.4f}."}


def _plain_metrics(metrics: Mapping[str, Any] | None) -> list[Plain]:
    return [{"name": name, "type": "number", "value": value}
            for name, value in _numbers(metrics or {})]  # fmt: skip


def _numbers(metrics: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
    return ((name, value) for name, value in sorted(metrics.items()) if value is not None)


def _confusion(counts: Plain) -> Plain:
    return {
        "name": "confusion",
        "type": "matrix",
        "value": [[counts["tn"], counts["fp"]], [counts["fn"], counts["tp"]]],
        "x_axis_name": ["predicted to stay", "predicted to leave"],
        "y_axis_name": ["stayed", "left"],
    }


def _rows_in_words(model: Model, rows: Plain) -> str:
    train, churned = rows.get("train"), rows.get("train_churned")
    if train is None or churned is None:
        return "The rows are counted in the run's rows.json."
    if not model.model.get("refit"):
        return f"Fitted to {train} rows, {churned} of them of customers who left."
    others = [(rows.get(side, 0), rows.get(f"{side}_churned", 0)) for side in ("test", "aside")]
    both = train + sum(n for n, _ in others), churned + sum(n for _, n in others)
    return (
        f"Fitted to {both[0]} rows, {both[1]} of them of customers who left; judged by a fit to the "
        f"{train} of them that were trained on."
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
