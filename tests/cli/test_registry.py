"""What ``unchurn registry`` gives and prints, on a registry of small bundles."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from unchurn.artefacts import Params
from unchurn.cli import registry as body
from unchurn.errors import ConfigError, RegistryError
from unchurn.registry import Entry, open_registry


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two versions; the second is challenger."""
    (tmp_path / "churn.toml").write_text('[churn]\ntarget = "Churn?"\n')
    for run in ("run-1", "run-2"):
        bundle = f"runs/{run}/model"
        digest = Params([{"name": run}]).save(tmp_path / ".unchurn" / bundle)
        metrics = {"roc_auc": {"value": 0.875, "low": 0.8, "high": 0.9}}
        verdict = {"verdict": "passed", "words": "Fine [bold]and[/bold] good."}
        entry = Entry(
            run, bundle, digest, "d", "c", "e", {"xgboost": "3.2.0"}, metrics, verdict, {}
        )
        open_registry(tmp_path / ".unchurn").register(entry, promote=False)
    return tmp_path


def printed(show: Callable[[dict[str, Any], Console], None], document: dict[str, Any]) -> str:
    json.dumps(document, allow_nan=False)
    out = io.StringIO()
    show(document, Console(file=out, width=160, highlight=False, soft_wrap=True))
    return out.getvalue()


def test_list_names_versions_aliases_and_metrics(project: Path) -> None:
    """Newest first, with both aliases at the top of the document."""
    document = body.registry_list(project).document
    assert (document["champion"], document["challenger"]) == (1, 2)
    listed = [(each["version"], each["aliases"]) for each in document["versions"]]
    assert listed == [(2, ["challenger"]), (1, ["champion"])]
    text = printed(body.show_list, document)
    assert "0.8750" in text
    assert text.index("run-2") < text.index("run-1")


def test_list_of_nothing_says_what_to_do(tmp_path: Path) -> None:
    """An untrained project has an empty list, and nothing is created by asking."""
    (tmp_path / "churn.toml").touch()
    document = body.registry_list(tmp_path).document
    assert document["versions"] == []
    assert "unchurn train" in printed(body.show_list, document)
    assert [path.name for path in tmp_path.iterdir()] == ["churn.toml"]


def test_show_gives_hashes_metrics_and_moves(project: Path) -> None:
    """Everything about one version; words from the registry are printed as they are."""
    document = body.registry_show(project, 1).document
    assert document["bundle"] == "runs/run-1/model"
    assert [move["action"] for move in document["moves"]] == ["register"]
    text = printed(body.show_version, document)
    for part in ("Version 1 (champion)", "Fine [bold]and[/bold] good.", "roc_auc: 0.8750"):
        assert part in text
    assert document["bundle_sha256"] in text
    assert "none → 1, register by" in text


def test_show_of_an_unknown_version_is_refused(project: Path) -> None:
    """The versions there are are named."""
    with pytest.raises(ConfigError, match=r"no version 9(?s:.*)'2', '1'"):
        body.registry_show(project, 9)


def test_promoting_the_champion_says_so(project: Path) -> None:
    """Nothing to do is an answer, not an error."""
    document = body.registry_promote(project, 1, "").document
    assert document["changed"] is False
    assert printed(body.show_change, document) == "Version 1 is the champion already.\n"


def test_a_version_with_damaged_files_is_not_promoted(project: Path) -> None:
    """The hash is checked before anything is loaded, and the champion stays."""
    (project / ".unchurn/runs/run-2/model/params.json").write_text("[]")
    with pytest.raises(RegistryError, match=r"(?s)Version 2 was not promoted.*has changed"):
        body.registry_promote(project, 2, "because")
    assert body.registry_list(project).document["champion"] == 1


def test_a_version_that_is_no_model_is_not_promoted(project: Path) -> None:
    """Sound files that do not load as a model are refused too."""
    with pytest.raises(RegistryError, match="Version 2 was not promoted"):
        body.registry_promote(project, 2, "because")
    assert body.registry_list(project).document["champion"] == 1


def test_rollback_without_an_earlier_champion_is_refused(project: Path) -> None:
    """There was only one champion so far."""
    with pytest.raises(RegistryError, match="no earlier champion"):
        body.registry_rollback(project)


def test_verify_finds_a_changed_file_and_exits_1(project: Path) -> None:
    """Sound files exit 0; one changed byte exits 1 and is named."""
    assert body.registry_verify(project).exit_code == 0
    (project / ".unchurn/runs/run-1/model/params.json").write_text("[]")
    outcome = body.registry_verify(project)
    assert (outcome.exit_code, outcome.document["problems"]) == (1, 1)
    text = printed(body.show_verify, outcome.document)
    assert "params.json has changed" in text
    assert "Version 2: sound\n2 checked, 1 with a problem." in text
