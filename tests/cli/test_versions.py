"""Several versions of a real model: who is champion, who says so, and the way back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from command_line import Ran, Unchurn, copy_as_trained, run_unchurn
from unchurn.artefacts import Model


@pytest.fixture
def two_versions(
    trained: tuple[Path, Ran], telecom: Path, unchurn: Unchurn, tmp_path: Path
) -> Path:
    """A project with a second training, by another seed, that need not beat the first."""
    project = tmp_path / "project"
    copy_as_trained(trained[0], project)
    toml = project / "churn.toml"
    table = json.dumps(str(telecom / "customers.csv"))
    lines = [
        f"train = {table}" if line.startswith("train = ") else line
        for line in toml.read_text().splitlines()
    ]
    text = "\n".join(lines).replace("threads = 1", "threads = 1\nseed = 8")
    toml.write_text(
        text.replace(
            "min_rows = 50", "min_rows = 50\nchampion_tolerance = 0.5\nchampion_tolerance_share = 9"
        )
    )
    ran = unchurn("train", "--project", project, "--json")
    assert ran.code == 0, ran.err
    assert ran.document["version"] == 2
    assert ran.document["baselines"]["champion"]["version"] == 1
    return project


def champion(unchurn: Unchurn, project: Path) -> int:
    """The champion's version, as `registry list` says."""
    return int(unchurn("registry", "list", "--project", project, "--json").document["champion"])


@pytest.mark.slow
def test_promote_and_rollback_move_the_champion_and_are_audited(
    two_versions: Path, unchurn: Unchurn
) -> None:
    """Promotion and rollback load and score the target first, and leave a trace."""
    first = champion(unchurn, two_versions)
    other = 1 if first == 2 else 2
    words = ("registry", "promote", other, "--reason", "trial", "--project", two_versions)
    assert unchurn(*words).code == 0
    assert champion(unchurn, two_versions) == other
    assert unchurn("registry", "rollback", "--project", two_versions).code == 0
    assert champion(unchurn, two_versions) == first
    shown = unchurn("registry", "show", other, "--project", two_versions, "--json").document
    assert any(move["reason"] == "trial" for move in shown["moves"])
    assert unchurn("registry", "verify", "--project", two_versions).code == 0


@pytest.mark.slow
def test_a_damaged_version_is_found_and_never_promoted(
    two_versions: Path, unchurn: Unchurn
) -> None:
    """With a byte of its booster changed, a version fails verify and cannot become champion."""
    first = champion(unchurn, two_versions)
    other = 1 if first == 2 else 2
    show = unchurn("registry", "show", other, "--project", two_versions, "--json").document
    booster = next((Path(show["folder"]) / "boosters").glob("*.ubj"))
    body = bytearray(booster.read_bytes())
    body[len(body) // 2] ^= 1
    booster.write_bytes(bytes(body))
    assert unchurn("registry", "verify", "--project", two_versions).code == 1
    refused = unchurn("registry", "promote", other, "--project", two_versions)
    assert refused.code == 1
    assert booster.name in refused.err
    assert champion(unchurn, two_versions) == first


@pytest.mark.parametrize(
    "words", [("score", "--out", "o.csv"), ("explain", "--customer", "1"), ("serve",)]
)
def test_a_bundle_edited_together_with_its_manifest_is_refused(
    trained: tuple[Path, Ran], telecom: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Sound in itself, it is not what was registered: no verb takes it for version 1."""
    project = copy_as_trained(trained[0], tmp_path / "project")
    bundle = next(project.glob(".unchurn/runs/*/model"))
    made = Model.load(bundle)
    Model.save(replace(made, model={**made.model, "edited": True}), bundle)
    assert Model.load(bundle).model["edited"]
    table = () if words == ("serve",) else ("--data", telecom / "this_month.csv")
    ran = run_unchurn(*words, *table, "--project", project, cwd=tmp_path)
    assert ran.code == 1
    assert "is not what was registered as version 1" in ran.err
    assert not (tmp_path / "o.csv").exists()


def test_a_damaged_registry_is_refused_and_restored(
    trained: tuple[Path, Ran], tmp_path: Path
) -> None:
    """Every verb says what to type, and typing it brings the champion back."""
    project = copy_as_trained(trained[0], tmp_path / "project")
    path = project / ".unchurn" / "registry.db"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"passed its gate", b"passed its gatf").replace(
        b"the first model", b"the first modem"))  # fmt: skip
    refused = run_unchurn("registry", "list", "--project", project)
    assert refused.code == 1
    assert "is damaged" in refused.err
    assert "unchurn registry restore" in refused.err
    restored = run_unchurn("registry", "restore", "--project", project, "--json")
    assert restored.document["champion"] == 1
    assert Path(restored.document["kept"]).name == "registry.damaged.db"
    listed = run_unchurn("registry", "list", "--project", project, "--json")
    assert listed.document["champion"] == 1
    again = run_unchurn("registry", "restore", "--project", project)
    assert "The registry is sound" in again.out
