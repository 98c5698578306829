"""Running the machines: what is refused before anything is asked of AWS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unchurn.aws import run
from unchurn.errors import ConfigError
from unchurn.progress import Silent
from unchurn.project import Project


@pytest.mark.parametrize("verb", [run.train, run.score])
def test_a_history_is_observed_on_this_machine(verb: Callable[..., Any]) -> None:
    """The machines read ready tables; the way to one is named."""
    project = Project.from_plain({"churn": {"event": "inactivity"}}, Path())
    with pytest.raises(ConfigError, match="'inactivity'") as refused:
        verb(None, None, project, "", Silent())
    assert "unchurn snapshot --out" in refused.value.hint
