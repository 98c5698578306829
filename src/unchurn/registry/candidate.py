"""What a finished training offers to a registry: an entry when it passed, and on what terms."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from unchurn.artefacts import Evaluation, Model, RunLineage, Verdict, sha256_of
from unchurn.artefacts.folder import MANIFEST
from unchurn.errors import ArtefactError
from unchurn.registry.protocol import ANY, Entry


@dataclass(frozen=True)
class Candidate:
    """An entry and the terms on which `Registry.register` takes it.

    `bundle`: sha256 of the model's manifest. `entry` is None unless the verdict is "passed".
    `against`: the version that the verdict compared the model with.
    """

    verdict: str
    bundle: str
    entry: Entry | None = None
    promote: bool = False
    against: int | Literal["any"] | None = ANY

    @classmethod
    def of(
        cls, model: Model, evaluation: Evaluation, verdict: Verdict, lineage: RunLineage
    ) -> Candidate:
        """Make the candidate. Raises `ArtefactError` when the model is not a published one."""
        bundle = _manifest_sha256(model.boosters.parent)
        decided = verdict.verdict
        if decided["verdict"] != "passed":
            return cls(decided["verdict"], bundle)
        entry = _entry(bundle, model, evaluation, decided, lineage)
        champion = evaluation.evaluation["unchurn"]["baselines"].get("champion", ANY)
        against = champion["version"] if isinstance(champion, dict) else champion
        return cls("passed", bundle, entry, bool(decided["promote"]), against)

    def to_plain(self) -> dict[str, Any]:
        """Turn into plain data, for a registry that is elsewhere."""
        return asdict(self)


def _entry(
    bundle: str, model: Model, evaluation: Evaluation, verdict: dict[str, Any], lineage: RunLineage
) -> Entry:
    ours = evaluation.evaluation["unchurn"]
    return Entry(
        run_id=lineage.run_id,
        bundle=f"runs/{lineage.run_id}/model",
        bundle_sha256=bundle,
        data_sha256=lineage.data_sha256,
        config_sha256=lineage.config_sha256,
        code_sha256=lineage.code_sha256,
        environment=dict(lineage.environment),
        metrics=ours["metrics"],
        verdict=verdict,
        lineage={
            "evaluation_sha256": _manifest_sha256(evaluation.report.parent),
            "rows": ours["rows"],
            "champion": ours["baselines"].get("champion"),
            "anchor": _anchor(ours["baselines"]),
            "versions": model.model.get("versions", {}),
        },
    )


def _anchor(baselines: dict[str, Any]) -> int | None:
    """Return the last version that won outright, as seen from this one; None: this one itself.

    It wins outright by less log loss than the champion *and* than the champion's own anchor, so
    that a small gain after small losses sets no lower mark. Where nothing could be compared, a
    person decides, and what they promote is a new start; where the anchor alone could not be,
    the mark is the champion.
    """
    found = [baselines.get(name) or {} for name in ("champion", "anchor")]
    compared = [each for each in found if each.get("comparable")]
    if not found[0].get("comparable") or all(
        each["log_loss_gain"]["value"] > 0 for each in compared
    ):
        return None
    mark: int = compared[-1]["version"]
    return mark


def _manifest_sha256(folder: Path) -> str:
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise ArtefactError(
            f"{folder} is not a published artefact: it has no {MANIFEST}.",
            "Run the training again with --fresh.",
        )
    return sha256_of(manifest)
