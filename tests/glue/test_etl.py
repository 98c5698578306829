from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from rehearsal.cloud import Cloud
from unchurn.artefacts import Clean
from unchurn.artefacts.folder import LINEAGE, verify
from unchurn.aws.rehearse_open import open_rehearsal
from unchurn.glue import etl
from unchurn.pipeline.identity import code_sha256
from unchurn.project import Project
from unchurn.runner import Run, run_step
from unchurn.steps.clean import clean
from unchurn.tables import Table, open_table
from unchurn.tables.engines import spark_session

SCRIPT = Path(etl.__file__)
pytestmark = pytest.mark.slow
BUCKET = "acme-bucket"
SETTINGS = '[data]\ntrain = "t.csv"\n[churn]\ntarget = "churn"\nid = "id"\n'
ALLOWED = {"pyspark", "py4j", "pyarrow", "numpy", "unchurn", "cython_runtime"}
ALLOWED |= {"sitecustomize"}  # Debian's Python has one
ABSENT = (
    "duckdb", "scipy", "xgboost", "rich", "typer", "jinja2", "msgspec",
    "starlette", "uvicorn", "boto3", "botocore", "pandas", "yaml", "sqlglot", "moto", "dateutil",
    "pytz", "six", "cffi", "typing_extensions", "psutil",
)  # fmt: skip
WATCHED = f"""
import runpy, sys
from importlib.machinery import PathFinder

found = PathFinder.find_spec

def present(name, path=None, target=None):
    return None if name.partition(".")[0] in {ABSENT!r} else found(name, path, target)

PathFinder.find_spec = present
script = sys.argv.pop(1)
sys.argv[0] = script
try:
    runpy.run_path(script, run_name="__main__")
finally:
    tops = {{name.partition(".")[0] for name in sys.modules}}
    print(*sorted(top for top in tops if top not in sys.stdlib_module_names))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with churn.toml and a table of two kinds of rejects."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "churn.toml").write_text(SETTINGS)
    lines = [
        f'C{n % 90:03d},{"ab"[n % 2]},"1,{n:03d}.5",{"Yes" if n % 3 else "no"}' for n in range(99)
    ]
    (folder / "t.csv").write_text("\n".join(["id,plan,usage,churn", *lines, "cut,off"]) + "\n")
    return folder


def words(folder: Path, **other: Any) -> list[str]:
    """Return the script's arguments."""
    given = {
        "source": folder / "t.csv",
        "project": folder / "churn.toml",
        "output": folder / "out" / "clean",
        "scratch": folder / "scratch",
        **other,
    }
    return [word for name, value in given.items() for word in (f"--{name}", str(value))]


def ran(*command: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a program of this interpreter in a process of its own."""
    return subprocess.run(
        [sys.executable, *command],
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )


def local(project: Path, folder: Path) -> Path:
    """Make Clean as `unchurn train` does, with DuckDB; return its folder."""
    settings = Project.load(project)
    table = open_table("t.csv", settings.data, project)
    where = Run(folder / "run", settings, code_sha256(), {Table: table})
    run_step(clean, where)
    return where.place(Clean)


def test_it_makes_the_very_clean_of_a_local_run_with_nothing_else_installed(
    project: Path, tmp_path: Path
) -> None:
    """Neither an engine, nor the cloud's library, nor the command line is there to import."""
    glues_own = ["--JOB_NAME", "acme-etl", "--enable-metrics", "--TempDir", "s3://acme/tmp/"]
    done = ran("-c", WATCHED, SCRIPT, *words(project), *glues_own)
    assert (done.returncode, done.stderr) == (0, "")
    assert {top for top in done.stdout.split() if not top.startswith("_")} <= ALLOWED
    made = project / "out" / "clean"
    assert verify(made) == verify(local(project, tmp_path))
    assert [path.name for path in made.parent.iterdir()] == ["clean"]
    assert not list((project / "scratch").iterdir())


def test_the_lineage_names_the_step_and_the_data(project: Path) -> None:
    etl.main(words(project, source=project / "*.csv"))
    lineage = json.loads((project / "out" / "clean" / LINEAGE).read_bytes())
    table = open_table("t.csv", Project.load(project).data, project)
    assert sorted(lineage) == ["data_sha256", "key", "step"]
    assert (lineage["step"], lineage["data_sha256"]) == ("clean", table.fingerprint())


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"source": "nowhere.csv"}, "There is no table at"),
        ({"project": "nowhere.toml"}, "There is no churn.toml at nowhere.toml"),
        ({"source": "t.csv", "target": "gone"}, "gone"),
    ],
)
def test_a_failure_is_one_line_and_exit_1_and_nothing_is_left(
    project: Path, wrong: dict[str, str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    if target := wrong.pop("target", ""):
        (project / "churn.toml").write_text(SETTINGS.replace('"churn"', f'"{target}"'))
    monkeypatch.setattr(tempfile, "tempdir", str(project))
    with pytest.raises(SystemExit) as caught:
        etl.main(words(project, **wrong))
    assert isinstance(caught.value.code, str)  # written to stderr, and exit 1
    assert caught.value.code.startswith("etl: ")
    assert reason in caught.value.code
    assert "\n" not in caught.value.code
    assert not (project / "out").exists()
    assert not list(project.glob("**/*staging*"))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"output": ""}, "Nobody says where to put what is made"),
        ({"as-of": "2027-03-01"}, "Nobody says where to put what is made"),
        ({"as-of": "2027-03-01", "snapshots": "out"}, "--as-of is 2027-03-01, a day of a history"),
    ],
)
def test_what_nobody_could_find_is_not_made(
    project: Path, given: dict[str, str], reason: str
) -> None:
    with pytest.raises(SystemExit, match=reason):
        etl.main(words(project, **given))
    assert not (project / "out").exists()


def test_an_output_that_is_there_is_replaced_whole(project: Path) -> None:
    output = project / "out" / "clean"
    output.mkdir(parents=True)
    (output / "stray.txt").write_text("of another time")
    etl.main(words(project))
    verify(output)
    assert not (output / "stray.txt").exists()


def test_spark_submit_runs_it_over_its_own_session(project: Path, tmp_path: Path) -> None:
    spec = find_spec("pyspark")
    assert spec is not None and spec.origin is not None
    submit = Path(spec.origin).parent / "bin" / "spark-submit"
    done = subprocess.run(
        [
            submit, "--master", "local[2]", "--conf", "spark.ui.enabled=false",
            "--conf", "spark.driver.bindAddress=127.0.0.1", SCRIPT, *words(project),
        ],
        cwd=tmp_path,
        env=os.environ | {"PYSPARK_PYTHON": sys.executable, "PYSPARK_DRIVER_PYTHON": sys.executable},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert verify(project / "out" / "clean") == verify(local(project, tmp_path))
    assert not list((project / "scratch").iterdir())


def test_a_folder_as_scratch_is_shared_with_a_session_that_was_given(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a cluster a folder that every machine has mounted was refused, after the table was read."""
    monkeypatch.chdir(project)
    with spark_session.local_session(1, 700, tmp_path / "session"):
        etl.main(words(project, scratch="scratch"))
        given = spark_session.given_session()
        assert given is not None
        assert given.conf.get(spark_session.SHARED) == str(project / "scratch")
    assert not list((project / "scratch").iterdir())


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A cloud on loopback with a bucket."""
    with open_rehearsal(tmp_path / "cloud") as opened:
        opened.clients.client("s3").create_bucket(Bucket=BUCKET)
        yield opened


@pytest.fixture
def bucket(cloud: Cloud, project: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The bucket with the project and its table in it; any SDK of this process sees no other."""
    for name, value in cloud.child_env().items():
        monkeypatch.setenv(name, value)
    s3 = cloud.clients.client("s3")
    s3.upload_file(str(project / "t.csv"), BUCKET, "data/train/t.csv")
    s3.put_object(Bucket=BUCKET, Key="data/train/_SUCCESS", Body=b"")
    s3.upload_file(str(project / "churn.toml"), BUCKET, "runs/r1/project/churn.toml")
    return s3


def addresses(**other: str) -> list[str]:
    """Return the arguments that the state machine gives."""
    run = f"s3://{BUCKET}/runs/r1"
    given = {
        "source": f"s3://{BUCKET}/data/train/",
        "project": f"{run}/project/churn.toml",
        "output": f"{run}/clean/",
        "scratch": f"{run}/scratch/",
        **other,
    }
    return [word for name, value in given.items() for word in (f"--{name}", value)]


def stored(s3: Any, prefix: str) -> dict[str, bytes]:
    """Return the objects below a prefix by the rest of their keys."""
    found = s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
    return {
        each["Key"].removeprefix(prefix): s3.get_object(Bucket=BUCKET, Key=each["Key"])[
            "Body"
        ].read()
        for each in found
    }


def test_addresses_in_s3_are_read_and_written(bucket: Any, project: Path, tmp_path: Path) -> None:
    etl.main(addresses())
    target = tmp_path / "fetched"
    target.mkdir()
    for name, content in stored(bucket, "runs/r1/clean/").items():
        (target / name).write_bytes(content)
    assert verify(target) == verify(local(project, tmp_path))
    assert "data_sha256" in json.loads((target / LINEAGE).read_bytes())


def test_an_upload_that_fails_leaves_nothing(
    bucket: Any, cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifest is the last to come, and what came before it goes again."""
    from moto.s3.models import S3Backend

    put = S3Backend.put_object

    def refusing(self: Any, bucket_name: str, key_name: str, *args: Any, **kw: Any) -> Any:
        if key_name.endswith("manifest.json"):
            raise RuntimeError("the disk of the cloud is full")
        return put(self, bucket_name, key_name, *args, **kw)

    monkeypatch.setattr(S3Backend, "put_object", refusing)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(SystemExit) as caught:
        etl.main(addresses())
    assert str(caught.value.code).startswith("etl: AWS")
    assert stored(bucket, "runs/r1/clean/") == {}


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"source": f"s3://{BUCKET}/data/nothing/"}, "There is no table"),
        ({"project": f"s3://{BUCKET}/runs/r2/project/churn.toml"}, "churn.toml"),
        ({"source": "s3://no-such-bucket-anywhere/x/"}, "no-such-bucket-anywhere"),
    ],
)
def test_what_is_not_in_the_bucket_is_named(
    bucket: Any, wrong: dict[str, str], reason: str
) -> None:
    with pytest.raises(SystemExit, match=reason):
        etl.main(addresses(**wrong))
    assert stored(bucket, "runs/r1/clean/") == {}
