"""A project whose tables, registry and models are on AWS, through the command line."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, Unchurn, add_sections
from loopback_aws import loopback_aws, make_table
from unchurn.artefacts import Model, sha256_of
from unchurn.artefacts.archive import pack
from unchurn.aws.clients import Clients
from unchurn.aws.lambdas import registration
from unchurn.aws.lambdas.registry_items import Table
from unchurn.cli import registry as body
from unchurn.cli.report import report
from unchurn.cli.wiring import here, with_tables_here
from unchurn.demo import write_history
from unchurn.errors import ConfigError, RegistryError
from unchurn.progress import Silent
from unchurn.project import Project

pytestmark = pytest.mark.slow

BUCKET = "churn-wiring"
AWAY = '[registry]\nkind = "dynamodb"\n[aws]\nregistry_table = "{table}"\nregion = "us-east-1"\n'


@pytest.fixture(scope="module")
def aws() -> Iterator[Clients]:
    with loopback_aws(BUCKET) as clients:
        yield clients


@pytest.fixture(scope="module")
def away(aws: Clients, trained: tuple[Path, Ran], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose registry holds a trained model twice; the second is challenger."""
    folder = tmp_path_factory.mktemp("away")
    table = make_table(aws, "wired-registry")
    bundle = next((trained[0] / ".unchurn" / "runs").glob("*/model"))
    assert Model.load(bundle)
    pack(bundle, folder / "model.tar.gz")
    entry: dict[str, Any] = {"bundle_sha256": sha256_of(bundle / "manifest.json")}
    entry |= {f"{each}_sha256": "d" * 64 for each in ("data", "config", "code")}
    entry |= {"environment": {}, "metrics": {}, "lineage": {}, "verdict": {"verdict": "passed"}}
    for run in ("run-1", "run-2"):
        key = f"runs/{run}/model.tar.gz"
        aws.client("s3").upload_file(str(folder / "model.tar.gz"), BUCKET, key)
        where = {"model_name": run, "model_data_url": f"s3://{BUCKET}/{key}", "image": "i"}
        # other settings: the same again would be the version that is there
        made = {**entry, "run_id": run, "bundle": key, "config_sha256": run[-1] * 64}
        rows = Table(aws.client("dynamodb"), table)
        registration.register(rows, made, False, "any", "2024-01-01T00:00:00+00:00", "ada", **where)
    (folder / "churn.toml").write_text((trained[0] / "churn.toml").read_text())
    add_sections(folder / "churn.toml", AWAY.format(table=table))
    return folder


def test_the_registry_is_the_one_that_churn_toml_names(away: Path) -> None:
    document = body.registry_list(away).document
    assert (document["champion"], document["challenger"]) == (1, 2)
    shown = body.registry_show(away, 2).document
    assert shown["folder"] == f"s3://{BUCKET}/runs/run-2/model.tar.gz"
    assert not (away / ".unchurn" / "registry.db").exists()


def test_promote_rollback_and_verify_check_what_is_in_the_bucket(away: Path, aws: Clients) -> None:
    assert body.registry_verify(away).exit_code == 0
    assert body.registry_promote(away, 2, "better").document["changed"]
    assert body.registry_rollback(away).document["version"] == 1
    aws.client("s3").put_object(Bucket=BUCKET, Key="runs/run-2/model.tar.gz", Body=b"damaged")
    with pytest.raises(RegistryError, match=r"(?s)Version 2 was not promoted.*cannot be read"):
        body.registry_promote(away, 2, "again")
    outcome = body.registry_verify(away)
    assert (outcome.exit_code, outcome.document["problems"]) == (1, 1)
    assert body.registry_list(away).document["champion"] == 1


def test_a_table_in_s3_is_scored_with_the_champion_of_the_stack(
    away: Path, aws: Clients, telecom: Path, unchurn: Unchurn
) -> None:
    aws.client("s3").upload_file(str(telecom / "this_month.csv"), BUCKET, "infer/this_month.csv")
    out = away / "scores.csv"
    ran = unchurn(
        "score", "--project", away, "--data", f"s3://{BUCKET}/infer", "--out", out, "--json"
    )
    assert ran.code == 0, ran.err
    assert (ran.document["rows_out"], ran.document["model_run_id"]) == (200, "run-1")
    assert len(out.read_text().splitlines()) == 201


def test_the_report_of_a_version_is_the_one_that_was_fetched(
    away: Path, trained: tuple[Path, Ran]
) -> None:
    with pytest.raises(ConfigError, match=r"report of run run-1 is not on this machine"):
        report(away, None, 1, None, Silent())
    made = next((trained[0] / ".unchurn" / "runs").glob("*/evaluation"))
    fetched = away / ".unchurn" / "aws" / "run-1" / "evaluation"
    shutil.copytree(made, fetched)
    found = report(away, None, 1, None, Silent()).document["report"]
    assert found == str(fetched / "report.html")


def test_a_model_is_not_trained_into_the_registry_of_a_stack(away: Path, unchurn: Unchurn) -> None:
    ran = unchurn("train", "--project", away)
    assert ran.code == 2
    assert "kept on AWS" in ran.err
    assert "unchurn aws train" in ran.err


def test_init_and_check_read_a_table_in_s3(
    aws: Clients, telecom: Path, tmp_path: Path, unchurn: Unchurn
) -> None:
    """The address stays in churn.toml; the data's fingerprint is that of its files."""
    address = f"s3://{BUCKET}/train/customers.csv"
    aws.client("s3").upload_file(str(telecom / "customers.csv"), BUCKET, "train/customers.csv")
    ran = unchurn("init", "--data", address, "--project", tmp_path, "--json")
    assert ran.code == 0, ran.err
    project = Project.load(tmp_path)
    assert project.data.train == address
    assert unchurn("check", "--project", tmp_path, "--json").document["rows"]["read"] >= 900
    found = with_tables_here(project, Silent())
    assert found.data.train.startswith(".unchurn/sources/")
    copied = tmp_path / found.data.train / "customers.csv"
    assert copied.read_bytes() == (telecom / "customers.csv").read_bytes()


def test_tables_of_a_history_lie_in_s3(aws: Clients, tmp_path: Path, unchurn: Unchurn) -> None:
    """Snapshots of tables in a bucket are those of the same tables here."""
    write_history(tmp_path / "near", customers=300)
    config = (tmp_path / "near" / "churn.toml").read_text()
    for table in (tmp_path / "near").glob("*.csv"):
        aws.client("s3").upload_file(str(table), BUCKET, f"history/{table.name}")
    (tmp_path / "far").mkdir()
    far = config.replace('data = "', f'data = "s3://{BUCKET}/history/')
    (tmp_path / "far" / "churn.toml").write_text(far)
    written = []
    for name in ("near", "far"):
        out = tmp_path / f"{name}.csv"
        ran = unchurn("snapshot", "--project", tmp_path / name, "--out", out, "--json")
        assert ran.code == 0, ran.err
        written.append(out.read_bytes())
    assert written[0] == written[1]


@pytest.mark.parametrize("address", ["gs://bucket/x", "https://host/x.csv", "S3A://b/x"])
def test_an_address_of_another_kind_is_refused(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match=r"kind that is not known(?s:.*)s3://bucket/prefix"):
        here(address, Project(tmp_path), Silent())


def test_standard_input_is_kept_by_its_owner_until_the_command_ends(tmp_path: Path) -> None:
    """A pipe is read once into a file that nobody else may read, and that goes at the end."""
    code = (
        "import stat; from pathlib import Path; from unchurn.cli.wiring import here\n"
        "from unchurn.progress import Silent; from unchurn.project import Project\n"
        "kept = Path(here('-', Project(Path()), Silent()))\n"
        "print(kept, oct(kept.stat().st_mode)[-3:], kept.read_text(), sep='|')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input="a,b\n1,2\n", capture_output=True, text=True, check=True
    )
    name, mode, text = done.stdout.split("|")
    assert (mode, text) == ("600", "a,b\n1,2\n\n")
    assert not Path(name).exists()


def test_a_path_is_left_as_it_is(tmp_path: Path) -> None:
    assert here("data/*.csv", Project(tmp_path), Silent()) == "data/*.csv"
    project = Project(tmp_path)
    assert with_tables_here(project, Silent()) == project


def without_aws(folder: Path, *more: str, code: str = "") -> subprocess.CompletedProcess[str]:
    """Run `unchurn registry list` as somebody who has no account, and no server either."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    nowhere = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    env = {**kept, **nowhere, "AWS_EC2_METADATA_DISABLED": "true"}
    program = f"{code}\nimport sys; from unchurn.cli import main; sys.exit(main())"
    words = ["registry", "list", "--project", str(folder), *more]
    command = [sys.executable, "-c", program, *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def test_without_credentials_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "churn.toml").write_text(AWAY.format(table="t"))
    done = without_aws(tmp_path)
    assert done.returncode == 2, done.stderr
    assert "There are no AWS credentials" in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["churn.toml"]


def test_without_a_region_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "churn.toml").write_text('[registry]\nkind = "dynamodb"\n')
    done = without_aws(tmp_path)
    assert done.returncode == 2, done.stderr
    assert "No AWS region" in done.stderr


def test_without_the_extra_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "churn.toml").write_text(AWAY.format(table="t"))
    done = without_aws(tmp_path, code="import sys; sys.modules['boto3'] = None")
    assert done.returncode == 2, done.stderr
    assert "unchurn[aws]" in done.stderr


def test_without_the_table_one_sentence_names_it(tmp_path: Path, aws: Clients) -> None:
    (tmp_path / "churn.toml").write_text('[registry]\nkind = "dynamodb"\n[aws]\nstack = "acme"\n')
    with pytest.raises(ConfigError, match="no DynamoDB table 'acme-registry'"):
        body.registry_list(tmp_path)
