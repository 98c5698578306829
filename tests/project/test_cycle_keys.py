"""[cycle]: when to train again and who is told, refused in words where it cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unchurn.errors import ConfigError
from unchurn.project import Notice, Project
from unchurn.project.cycle import is_address, months_of, variable_of


def cycle(**keys: Any) -> Any:
    return Project.from_plain({"cycle": keys}, Path()).cycle


@pytest.mark.parametrize(
    ("retrain", "months"),
    [("alarm", None), ("never", None), ("every 1 month", 1), ("every 12 months", 12)],
)
def test_when_to_train_again_is_one_of_three(retrain: str, months: int | None) -> None:
    assert months_of(cycle(retrain=retrain).retrain) == months


@pytest.mark.parametrize(
    "retrain", ["", "always", "every 0 months", "every 121 months", "3 months"]
)
def test_another_rule_is_refused_with_what_there_is(retrain: str) -> None:
    with pytest.raises(ConfigError, match='"every 3 months"'):
        cycle(retrain=retrain)


def test_several_are_told_each_from_its_own_level() -> None:
    """Look is where it begins unless said otherwise."""
    found = cycle(notify=[{"webhook": "$HOOK"}, {"command": ["mail", "team"], "level": "act"}])
    assert found.notify == (Notice(webhook="$HOOK"), Notice("act", ("mail", "team")))
    assert [each.level for each in found.notify] == ["look", "act"]
    assert variable_of("$HOOK") == "HOOK"
    assert variable_of("https://example.com/$HOOK") == ""


@pytest.mark.parametrize(
    "text", ["example.com/hook", "ftp://example.com", "$", "http://[", "https://"]
)
def test_what_is_no_address_is_known(text: str) -> None:
    assert not is_address(text)
    assert is_address("https://example.com/hook")
