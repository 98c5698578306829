"""The artefacts of training, in the order they are made.

Rows of every table are sorted and carry no trace of the input's row order, so that the same
customers give the same bytes. Nothing here holds a clock, a host name or a run id.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from unchurn.artefacts.folder import Artefact, Json, file

LABEL = "__label__"
"""Label column of Clean and Prepared tables: int8, 1 = churned, 0 = stayed."""
GROUP = "__group__"
"""Customer group of Prepared tables: 32 hex digits of an md5; rows of one group never part."""
FOLD = "__fold__"
"""Fold of a Prepared training row: int8 from 0 to folds - 1; -1 on test rows."""
PHASE = "__phase__"
"""Where folds run forward in time: int8, `EARLY`, `LATE` or 0 for a row of the gap between."""
EARLY, LATE = -1, 1
"""Phases of a training row: folds only learn from it, or only hold it out."""
WEIGHT = "__weight__"
"""Where a customer's many rows weigh less: float32 above 0, of every Prepared row."""


@dataclass(frozen=True)
class Snapshots(Artefact):
    """A history as a table: one row a customer and day, an ordinary training table.

    `table`: customer (string), snapshot_date (date32: the local day whose midnight it is), churned (int64, 1 = left; not there where one day was asked for), features as the plan
    names them. Sorted by customer and day.
    `contract`: {"question": {…}, "sha256": of it, "observed_until": day, "as_of": day or "",
    "snapshots": [{"day", "from": first moment, UTC}]}.
    `plan`: what is read and how, and one line a feature; see `history.plan`.
    `rows`: {"customers": n, "snapshots": n, "customer_days": n, "eligible": n, "left": n,
    "excluded": {reason: n}, "days": [the same by day], "sources": {name: {"read": n, "kept": n,
    "dropped": {reason: n}, "customers": who have a row, "outside_periods": rows before or after
    all periods of their customer, "overlapping": periods that begin before an earlier one has ended;
    both count all the same; "too_large": numbers that count
    as blank; "unsure": whose end or notice cannot be read; "never_due": of renewals, periods no longer than the lead}}}; customer_days = eligible + the sum of excluded = customers ×
    snapshots (the number of renewals where these are the snapshots).
    `findings`: list of `Finding.to_plain()`.
    """

    table: Path = file("snapshots.parquet")
    contract: Json = file("contract.json")
    plan: Json = file("plan.json")
    rows: Json = file("rows.json")
    findings: Json = file("findings.json")


@dataclass(frozen=True)
class Clean(Artefact):
    """The table, typed and deduplicated by an engine; every row that left is counted.

    `customers`: every input column under its own name (number float64, category and text
    string, date timestamp[us]; the id is a string exactly as read), then `LABEL`; the target
    column itself is not kept. Sorted by all columns.
    `schema`: `Schema.to_plain()`; roles from the config only (identity, leak and constant
    columns are still features here, except what the config names).
    `summary`: list of per-column plain dicts (see `tables.summary`).
    `rows`: {"read": n, "kept": n, "dropped": {reason: n}}; read = kept + sum of dropped. Of text
    files also "lines": {"total": n, kind: n}; total = sum of kinds (see `tables.ledger`).
    `rejects`: rejects.csv with columns row_number, line, reason, text.
    `findings`: list of `Finding.to_plain()`.
    `contract`, `plan`: those of the Snapshots it was made of; None where it was a table.
    """

    customers: Path = file("customers.parquet")
    rejects: Path = file("rejects.csv")
    schema: Json = file("schema.json")
    summary: Json = file("summary.json")
    rows: Json = file("rows.json")
    findings: Json = file("findings.json")
    contract: Json = file("contract.json", optional=True)
    plan: Json = file("plan.json", optional=True)


@dataclass(frozen=True)
class Prepared(Artefact):
    """Clean, split by customer, with the columns a model may use decided on training rows.

    `train`, `test`: id (string, where there is one), the snapshot column where there is one,
    slice columns named by the config, the feature columns by name, `LABEL`, `GROUP`, `FOLD`, and where [split] asks for them `PHASE`, `WEIGHT`.
    `train` also holds the columns that were blocked as leaks, for what they would have promised.
    `aside`: of a time split, the dated rows on neither side (customers of the other side, the gap), which only
    the boosters that are shipped learn from; columns as in `test`, without `PHASE` and `WEIGHT`. None without any.
    Sorted by `GROUP`, then by all columns.
    `schema`: final roles; a dropped column carries its reason.
    `encoder`: what `modelling.encoder` needs (fitted on training rows only).
    `profile`: per-feature baseline of the training rows for later drift (counts, quantiles,
    top values; no means), plus `related`: groups of columns that move together.
    `rows`: Clean's counts with what prepare dropped, and {"train": n, "test": n,
    "train_churned": n, "test_churned": n}, and "aside" and "aside_churned" where there are any; those are among
    what was dropped.
    `findings`: Clean's and prepare's.
    `contract`, `plan`: Clean's.
    """

    train: Path = file("train.parquet")
    test: Path = file("test.parquet")
    schema: Json = file("schema.json")
    encoder: Json = file("encoder.json")
    profile: Json = file("profile.json")
    rows: Json = file("rows.json")
    findings: Json = file("findings.json")
    contract: Json = file("contract.json", optional=True)
    plan: Json = file("plan.json", optional=True)
    aside: Path | None = file("aside.parquet", optional=True)


@dataclass(frozen=True)
class Params(Artefact):
    """Configurations to fit: nothing fitted.

    `configurations`: list of {"name": str, "source": "fixed" | "search", "params":
    {key: canonical string}}; fixed ones first, then found ones by trial number.
    """

    configurations: Json = file("params.json")


@dataclass(frozen=True)
class Model(Artefact):
    """Everything needed to score: schema, encoder, boosters, calibrator, cut points.

    `boosters`: folder of ``.ubj`` files, shipped (fitted on all rows, those aside too, when refit is on).
    `evaluated`: folder of ``.ubj`` files that never saw a test row; the same files when refit
    is off.
    `model`: plain dict; see `modelling.ensemble` for its keys (members and weights,
    calibrator, decile and band cut points, base margin, versions).
    `out_of_fold`: margin and probability of every training row, in Prepared's order; null where no fold
    held the row out.
    `config`: the config sections that shaped it; costs, words and thresholds are the project's.
    `contract`, `plan`: Prepared's, those of the Snapshots it was trained on; None where it was a table.
    `baseline`: what months are watched against (see `modelling.watching.baseline`); None in bundles
    of versions that made none.
    `reference`: some training rows without ids, encoded: a float32 column each (see `modelling.watching.two_sample`);
    None in bundles of versions that kept none.
    `statistics`, `constraints`: of the training rows, as SageMaker Model Monitor documents them; None in bundles of
    versions that wrote none.
    """

    boosters: Path = file("boosters/")
    evaluated: Path = file("evaluated/")
    model: Json = file("model.json")
    encoder: Json = file("encoder.json")
    schema: Json = file("schema.json")
    profile: Json = file("profile.json")
    config: Json = file("config.json")
    out_of_fold: Path = file("out_of_fold.parquet")
    contract: Json = file("contract.json", optional=True)
    plan: Json = file("plan.json", optional=True)
    baseline: Json = file("baseline.json", optional=True)
    reference: Path | None = file("reference.parquet", optional=True)
    statistics: Json = file("statistics.json", optional=True)
    constraints: Json = file("constraints.json", optional=True)


@dataclass(frozen=True)
class Champion(Artefact):
    """The model in charge when the run began, or an empty marker.

    `record`: {} when there is none, else {"version": n, "run_id": s, "bundle": sha256}.
    `bundle`: a folder holding that version's published Model (empty when there is none).
    `anchor`: the Model of the last version that won outright, where that is another one; the
    record then has "anchor": {"version": n, "run_id": s, "bundle": sha256}, or {"version": n,
    "why": s} where its files cannot be had.
    """

    record: Json = file("champion.json")
    bundle: Path = file("bundle/")
    anchor: Path | None = file("anchor/", optional=True)


@dataclass(frozen=True)
class Evaluation(Artefact):
    """What the model is worth on rows it never saw.

    `evaluation`: SageMaker's model-quality schema, our extras under the root ``unchurn``.
    `shap`: shap.csv, one row per explained test row: id, one column per business column,
    ``base``, ``margin`` (``base_``, ``margin_`` where the table has such columns).
    `importance`: feature_importance.png, a SHAP summary plot.
    `report`: one self-contained page; its verdict section is filled by the same rules that
    gate applies.
    """

    evaluation: Json = file("evaluation.json")
    shap: Path = file("shap.csv")
    importance: Path = file("feature_importance.png")
    report: Path = file("report.html")

    @staticmethod
    def is_by_row(rows: float, customers: float) -> bool:
        """Tell whether customers have several test rows, so that what counts rows has to say so.

        One row in a hundred too many, such as an id that two customers share, is no matter.
        """
        return rows > 1.01 * customers


@dataclass(frozen=True)
class Verdict(Artefact):
    """What the gate decided.

    `verdict`: {"verdict": "passed" | "refused" | "cannot tell", "promote": bool, "words": s,
    "rules": [{"rule": s, "threshold": x, "value": x, "verdict": s, "words": s}]}.
    """

    verdict: Json = file("verdict.json")


@dataclass(frozen=True)
class Version(Artefact):
    """A registered model.

    `version`: {"version": n | None, "promoted": bool, "bundle": sha256, "verdict": s}.
    `card`: model card in SageMaker's schema ({} when nothing was registered).
    """

    version: Json = file("version.json")
    card: Json = file("model_card.json")
