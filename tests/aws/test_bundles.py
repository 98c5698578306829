"""The same code is the same bytes, and a wheel that pip installs."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
import subprocess
import sys
import zipfile
from base64 import urlsafe_b64encode
from pathlib import Path

import pytest

import unchurn
from unchurn.aws import bundles
from unchurn.aws.bundles import PACKAGE, pack
from unchurn.pipeline import identity


@pytest.fixture(scope="module")
def packed() -> bundles.Bundles:
    return pack()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package as another machine has it: another place, other times, compiled files."""
    folder = tmp_path / "elsewhere" / "unchurn"
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("*.pyc"))
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))
    cache = folder / "aws" / "lambdas" / "__pycache__"
    cache.mkdir(exist_ok=True)
    (cache / "x.cpython-312.pyc").write_bytes(b"x")
    return folder


def test_the_same_code_elsewhere_is_the_same_bytes(packed: bundles.Bundles, copy: Path) -> None:
    assert pack(copy).files == packed.files
    assert pack(copy).values == packed.values


def test_a_changed_lambda_moves_alone(packed: bundles.Bundles, copy: Path) -> None:
    with (copy / "aws" / "lambdas" / "champion.py").open("a") as stream:
        stream.write("# changed\n")
    changed = {key for key, value in pack(copy).values.items() if value != packed.values[key]}
    assert changed == {"ChampionKey"}


def test_a_changed_step_is_a_new_image(packed: bundles.Bundles, copy: Path) -> None:
    with (copy / "steps" / "train.py").open("a") as stream:
        stream.write("# changed\n")
    changed = {key for key, value in pack(copy).values.items() if value != packed.values[key]}
    assert changed == {"SourceKey", "WheelKey", "ImageTag"}


def test_jobs_and_the_hash_of_the_code_leave_out_the_same() -> None:
    assert bundles.NOT_COMPUTING == identity.NOT_COMPUTING
    assert all(list(PACKAGE.glob(f"{name}*")) for name in bundles.NOT_COMPUTING)


def test_lambdas_lie_flat_as_their_handlers_are_named(packed: bundles.Bundles) -> None:
    names = zipfile.ZipFile(io.BytesIO(packed.files["invoke_training.zip"])).namelist()
    assert names == ["executions.py", "invocation.py", "invoke_training.py"]


def test_the_image_is_built_from_a_dockerfile_and_the_wheel(packed: bundles.Bundles) -> None:
    archive = zipfile.ZipFile(io.BytesIO(packed.files["source.zip"]))
    wheel = f"unchurn-{unchurn.__version__}-py3-none-any.whl"
    assert set(archive.namelist()) == {"Dockerfile", "constraints.txt", wheel}
    pinned = Path(__file__).parents[2] / "constraints.txt"
    assert archive.read("constraints.txt") == pinned.read_bytes(), (
        "cp constraints.txt src/unchurn/container/"
    )
    assert archive.read(wheel) == packed.files[wheel]


def test_the_record_of_the_wheel_holds_every_file_with_its_hash(packed: bundles.Bundles) -> None:
    wheel = next(content for name, content in packed.files.items() if name.endswith(".whl"))
    archive = zipfile.ZipFile(io.BytesIO(wheel))
    info = f"unchurn-{unchurn.__version__}.dist-info"
    lines = list(csv.reader(archive.read(f"{info}/RECORD").decode().splitlines()))
    assert {name for name, _, _ in lines} == set(archive.namelist())
    for name, digest, size in lines:
        content = archive.read(name)
        if not name.endswith("RECORD"):
            told = urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
            assert (digest, int(size)) == (f"sha256={told}", len(content))


def test_pip_installs_the_wheel_and_what_is_installed_runs(
    packed: bundles.Bundles, tmp_path: Path
) -> None:
    name, wheel = next(each for each in packed.files.items() if each[0].endswith(".whl"))
    (tmp_path / name).write_bytes(wheel)
    into = ["--no-deps", "--no-index", "--target", str(tmp_path / "site"), str(tmp_path / name)]
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", *into], check=True)
    shown = subprocess.run(
        [sys.executable, "-c", "import unchurn, unchurn.container; print(unchurn.__file__)"],
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path / "site") in shown.stdout


def test_everything_a_deployment_reads_is_in_the_package() -> None:
    """Data files are inside the package, so that an installed one can deploy."""
    for name in ("aws/prices.toml", "container/Dockerfile", "aws/stacks/roles.yaml"):
        assert (PACKAGE / name).is_file()
