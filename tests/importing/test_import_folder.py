"""A project's files → settings and faults."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from importable_projects import PIPELINE, write_build, write_stacks
from unchurn.errors import ConfigError
from unchurn.importing import FAULTS, KINDS, Imported, folder, import_folder
from unchurn.progress import Silent


def _read(place: Path) -> Imported:
    return import_folder(place, Silent())


def _settings(found: Imported) -> dict[str, Any]:
    return {f"{each.section}.{each.key}": each.value for each in found.settings}


def _places(found: Imported, code: str) -> list[str]:
    return [str(each.place) for each in found.faults if each.code == code]


def _line(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_stacks_become_settings(tmp_path: Path) -> None:
    """Templates, machine, scripts and shell say target, split, sizes, gate, schedule and place."""
    assert _settings(_read(write_stacks(tmp_path))) == {
        "churn.target": "left",
        "churn.positive": "gone",
        "churn.negative": ("here",),
        "columns.drop": ("member_no", "fax"),
        "split.test": 0.3,
        "train.seed": 11,
        "gate.roc_auc": 0.8,
        "aws.stack": "the-churn-pipeline",
        "aws.region": "eu-west-1",
        "aws.processing_instance": "ml.m5.2xlarge",
        "aws.transform_instance": "ml.m5.xlarge",
        "aws.tuning_jobs": 6,
        "aws.parallel_tuning_jobs": 3,
        "aws.training_schedule": "rate(7 days)",
    }


def test_what_a_job_is_given_outweighs_a_default(tmp_path: Path) -> None:
    """The flag of the machine counts, and the script's own default is named beside it."""
    found = _read(write_stacks(tmp_path))
    (split,) = [each for each in found.settings if each.section == "split"]
    assert split.reasons[0].startswith("From cfn/pipeline.yaml:")
    assert any("scripts/shape.py" in each and "0.25" in each for each in split.reasons)


def test_a_build_script_becomes_settings(tmp_path: Path) -> None:
    """Without a template, calls of a script say it: no header, the label first, an error rate."""
    found = _read(write_build(tmp_path))
    assert _settings(found) == {
        "data.header": False,
        "churn.target": "c1",
        "churn.positive": "1",
        "split.test": 0.25,
        "gate.accuracy": 0.85,
        "aws.region": "eu-central-1",
        "aws.training_instance": "ml.m5.4xlarge",
        "aws.endpoint_instance": "ml.m5.large",
        "endpoint.instances": 2,
    }
    assert any("max_depth = 3" in each for each in found.uncarried)
    assert any("acme_models" in each for each in found.uncarried)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("open-trust", '"Principal": {"AWS": "*"}'),
        ("full-access", "AmazonS3FullAccess"),
        ("wide-policy", 'Action: ["s3:*"]'),
        ("public-bucket", "AccessControl: PublicRead"),
        ("unencrypted-bucket", "  Open:"),
        ("runtime", "Runtime: python3.6"),
        ("pickle", "return pickle.loads"),
        ("unpinned-image", "amazonaws.com/acme:latest"),
        ("tuned-on-test", '"ProcessingInputs": [{"InputName": "b"'),
        ("ids-lost", '"Scores": {'),
        ("missing-file", "  Machine:"),
        ("no-logs", "  Machine:"),
        ("catch-narrow", '"Catch": [{'),
    ],
)
def test_faults_of_stacks_are_found_where_they_are(tmp_path: Path, code: str, words: str) -> None:
    """Each fault of the template is named with its line, within texts, too."""
    found = _read(write_stacks(tmp_path))
    assert f"cfn/pipeline.yaml:{_line(PIPELINE, words)}" in _places(found, code)


def test_a_narrow_statement_is_no_fault(tmp_path: Path) -> None:
    """An action on a resource of a name is not reported."""
    assert len(_places(_read(write_stacks(tmp_path)), "wide-policy")) == 1


def test_faults_of_scripts_are_found(tmp_path: Path) -> None:
    """Scripts and shell: pickles, splits of rows, flags, leaks, waiting by the clock."""
    codes = {each.code for each in _read(write_stacks(tmp_path)).faults}
    assert codes >= {"no-holdout", "rows-dropped", "bool-flag", "leak", "sleep", "bucket-outside"}
    built = {each.code for each in _read(write_build(tmp_path / "build")).faults}
    assert built >= {
        "metric-by-position", "accuracy-gate", "glue-version", "runtime", "unpinned-image",
        "swallowed", "sleep", "fixed-place", "no-holdout",
    }  # fmt: skip


def test_every_fault_has_a_kind_and_a_remedy() -> None:
    """The table of faults is whole."""
    assert all(kind in KINDS and remedy.endswith(".") for kind, remedy in FAULTS.values())


@pytest.mark.parametrize(
    "line",
    ["password = 'hunter2hunter2'", "KEY=AKIA" + "A" * 16, "-----BEGIN PRIVATE KEY-----"],
)
def test_secrets_are_found_and_not_repeated(tmp_path: Path, line: str) -> None:
    """A secret in a text is reported by its place; the report does not hold it."""
    write_build(tmp_path).joinpath("deploy.sh").write_text(f"#!/bin/sh\n{line}\n")
    (fault,) = [each for each in _read(tmp_path).faults if each.code == "secret"]
    assert str(fault.place) == "deploy.sh:2"
    assert "hunter2" not in fault.words
    assert "AKIA" not in fault.words


def test_a_secret_that_is_looked_up_is_none(tmp_path: Path) -> None:
    """What is read from the environment or from Secrets Manager is not reported."""
    text = "password=$DB_PASSWORD\nPassword: '{{resolve:secretsmanager:acme}}'\n"
    write_build(tmp_path).joinpath("deploy.sh").write_text(f"#!/bin/sh\n{text}")
    assert not _places(_read(tmp_path), "secret")


def test_one_broken_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    """YAML and Python that cannot be parsed are named with the reason; the others are read."""
    write_stacks(tmp_path).joinpath("broken.yaml").write_text("a: [1\nb: {")
    tmp_path.joinpath("broken.py").write_text("def (:")
    tmp_path.joinpath("latin.yaml").write_bytes(b"a: \xff")
    found = _read(tmp_path)
    assert set(found.unread) == {"broken.yaml", "broken.py", "latin.yaml"}
    assert _settings(found)["churn.target"] == "left"


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{c}: &{c} [{', '.join([f'*{b}'] * 8)}]\n"
            for b, c in zip("abcdefg", "bcdefgh", strict=True)
        ),
        "a: &a [*a]",
        "[" * 50_000,
    ],
)
def test_a_document_that_grows_without_end_is_named(tmp_path: Path, text: str) -> None:
    """Aliases of aliases, a loop of them, and a tower of brackets are refused at once."""
    write_stacks(tmp_path).joinpath("bomb.yaml").write_text(text)
    assert "bomb.yaml" in _read(tmp_path).unread


def test_a_folder_without_a_project_is_refused(tmp_path: Path) -> None:
    """No folder, an empty one, a file, and one without templates: each says what to name."""
    for place, words in (
        (tmp_path / "none", "does not exist"),
        (tmp_path, "holds no files"),
    ):
        with pytest.raises(ConfigError, match=words):
            _read(place)
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(ConfigError, match="is a file"):
        _read(tmp_path / "notes.txt")
    with pytest.raises(ConfigError, match="no CloudFormation template"):
        _read(tmp_path)
    (tmp_path / "only.yaml").write_text("Resources: [")
    with pytest.raises(ConfigError, match=r"only\.yaml"):
        _read(tmp_path)


def test_links_are_not_followed(tmp_path: Path) -> None:
    """A loop of folders ends nothing, and a link to a file outside is not read."""
    write_stacks(tmp_path / "project")
    (tmp_path / "project" / "again").symlink_to(tmp_path / "project", target_is_directory=True)
    (tmp_path / "outside.py").write_text('target_col = "other"')
    (tmp_path / "project" / "inside.py").symlink_to(tmp_path / "outside.py")
    found = _read(tmp_path / "project")
    assert _settings(found)["churn.target"] == "left"
    assert "link" in found.unread["inside.py"]


def test_a_folder_far_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever names a whole disk is told so, before everything is read."""
    monkeypatch.setattr(folder, "MOST_FILES", 50)
    for number in range(60):
        (tmp_path / f"{number}.yaml").write_text("a: 1")
    with pytest.raises(ConfigError, match="more than 50 files"):
        _read(tmp_path)


def test_a_large_file_is_passed_over_and_named(tmp_path: Path) -> None:
    """A file larger than any template is not read."""
    write_stacks(tmp_path).joinpath("large.yaml").write_text("a: " + "x" * folder.LARGEST)
    assert "larger than" in _read(tmp_path).unread["large.yaml"]
