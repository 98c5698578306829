from __future__ import annotations

from pathlib import Path

import pytest

from prepared_tables import prepared, trained
from unchurn.artefacts import Model
from unchurn.errors import ArtefactError
from unchurn.modelling.scoring.load_check import check_loads, probe


@pytest.fixture
def model(tmp_path: Path) -> Model:
    return trained(prepared(tmp_path / "p"), tmp_path / "m")


def booster(model: Model) -> Path:
    return Path(model.boosters) / model.model["members"][0]["file"]


def test_a_published_model_loads_in_a_child(model: Model, tmp_path: Path) -> None:
    """The check behind registration passes for a sound model, whose probe row scores."""
    check_loads(tmp_path / "m")
    assert 0 < probe(tmp_path / "m") < 1


def test_a_changed_byte_is_caught_before_it_is_parsed(model: Model, tmp_path: Path) -> None:
    """One flipped byte in a booster is refused by its hash."""
    body = bytearray(booster(model).read_bytes())
    body[len(body) // 2] ^= 0xFF
    booster(model).write_bytes(body)
    with pytest.raises(ArtefactError, match="has changed since it was published"):
        check_loads(tmp_path / "m")


def test_a_booster_damaged_before_publishing_is_refused(model: Model, tmp_path: Path) -> None:
    """Hashes that match a broken file do not help it: the child process cannot read it."""
    booster(model).write_bytes(booster(model).read_bytes()[:200])
    (tmp_path / "m/manifest.json").unlink()
    model.save(tmp_path / "m")
    with pytest.raises(ArtefactError, match="cannot be used"):
        check_loads(tmp_path / "m")


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    """A folder without a manifest is named."""
    with pytest.raises(ArtefactError, match="is not a published artefact"):
        check_loads(tmp_path)
