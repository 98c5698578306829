"""Functions stand alone: short, flat, on the standard library and boto3."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import unchurn.aws.lambdas
from unchurn.aws.bundles import SHARED
from unchurn.modelling.judging.rule import CANNOT_TELL, DOES_NOT_APPLY, PASSED, REFUSED
from unchurn.version import PACKAGE

FILES = sorted(Path(unchurn.aws.lambdas.__file__).parent.glob("[a-z]*.py"))
FILES += [PACKAGE / home / name for home, name in SHARED.items()]
HANDLERS = [path for path in FILES if "\ndef handler(" in path.read_text("utf-8")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_imports_nothing_that_is_not_zipped_with_it(path: Path) -> None:
    allowed = set(sys.stdlib_module_names) | {"boto3", "botocore"} | {p.stem for p in FILES}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= allowed
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            assert (node.module or "").split(".")[0] in allowed


def test_there_are_the_nine_and_each_is_short() -> None:
    assert {path.stem for path in HANDLERS} == {
        "best_hyperparameters",
        "campaign_ledger",
        "champion",
        "invoke_inference",
        "invoke_training",
        "model_url",
        "read_verdict",
        "restore_champion",
        "update_registry",
    }
    assert all(len(path.read_text("utf-8").splitlines()) < 60 for path in HANDLERS)


def test_verdicts_are_spelt_as_the_gate_spells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FILES[0].parent))
    from read_verdict import SATISFIED, VERDICTS

    assert set(VERDICTS) == {PASSED, REFUSED, CANNOT_TELL}
    assert set(SATISFIED) == {PASSED, DOES_NOT_APPLY}
