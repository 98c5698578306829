"""What a model of a history answers, beside what is asked of it; reading this takes no engine of histories."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unchurn.artefacts import Model
from unchurn.errors import ConfigError, OtherQuestionError
from unchurn.history import Question
from unchurn.project import Project
from unchurn.tables.in_memory import Given


def nobody_named(project: Project) -> ConfigError:
    """Return the refusal of a scoring that names neither a table nor a day."""
    if project.asks_history:
        return ConfigError(
            "The customers are a history's, and no day was named.",
            "Add --as-of 2026-11-01 (as_of).",
        )
    return ConfigError(
        "No table to score was named.", "Add --data FILE, or set [data] score in churn.toml."
    )


def refuse_other(contract: Mapping[str, Any], asked: Mapping[str, Any], where: str) -> None:
    """Raise `OtherQuestionError` naming what `where` asks differently from a model's contract."""
    differs = Question.from_plain(contract["question"]).differences(
        Question.from_plain(dict(asked))
    )
    if differs:
        raise OtherQuestionError(
            f"{where} asks another question than the model answers: {'; '.join(differs)}.",
            "Put it back, or train again.",
        )


def refuse_other_table(bundle: Path, table: Given) -> None:
    """Raise `ConfigError` where a table's contract, beside it, is not that of the model."""
    if not isinstance(table, (str, os.PathLike)):
        return
    location = os.fspath(table)
    beside = contract_of(Path(location))
    contract = Model.load(bundle).contract if beside.is_file() else None
    if contract is None:
        return
    try:
        asked = json.loads(beside.read_bytes())["question"]
        refuse_other(contract, asked, location)
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{beside} is damaged: {error}.", "Write the table again with `unchurn snapshot`."
        ) from error


def contract_of(table: Path) -> Path:
    """Return where the contract of a table of snapshots lies, beside it."""
    return Path(f"{table}.contract.json")
