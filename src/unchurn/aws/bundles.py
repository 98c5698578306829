"""The code that runs on AWS, packed so that the same code is always the same bytes.

What is uploaded is addressed by its contents: a deploy without a change uploads nothing. Files
are stored, not compressed, because compressors differ from one machine to the next.
"""

from __future__ import annotations

import ast
import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from unchurn.aws import layout
from unchurn.aws.job_settings import arranged
from unchurn.errors import ConfigError
from unchurn.project.places import Aws
from unchurn.version import PACKAGE

SOURCE, ETL = "source.zip", "etl.py"
_MACHINE = ".asl.json"
SHARED = {
    "registry": "last_winner.py",
    "campaigns": "campaign_events.py",
    "tables": "hidden_files.py",
    "aws": "layout.py",
    "project": "athena_address.py",
}
"""Modules that Lambdas import, too, by their packages."""
NOT_COMPUTING = ("aws/lambdas/", "aws/machines/", "aws/rehearse", "aws/stacks/")
"""Parts of the package that no job runs; `unchurn.pipeline.identity` leaves out the same."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SKIPPED = ("__pycache__", ".pyc")
_WHEEL = "Wheel-Version: 1.0\nGenerator: unchurn\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@dataclass(frozen=True)
class Bundles:
    """Everything a deployment uploads: file name → bytes."""

    files: Mapping[str, bytes]

    @property
    def keys(self) -> dict[str, str]:
        """Where each file lies in the bucket; a file that changes moves, alone."""
        return {
            name: layout.code(hashlib.sha256(content).hexdigest()) + name
            for name, content in self.files.items()
        }

    @property
    def image_tag(self) -> str:
        """Tag of the image that is built from the source bundle."""
        return hashlib.sha256(self.files[SOURCE]).hexdigest()[:16]

    @property
    def values(self) -> dict[str, str]:
        """What templates need to know of them, by parameter name."""
        keys = self.keys
        return {
            "SourceKey": keys[SOURCE],
            "EtlKey": keys[ETL],
            "WheelKey": next(key for name, key in keys.items() if name.endswith(".whl")),
            "ImageTag": self.image_tag,
            **{_of_machine(name): key for name, key in keys.items() if name.endswith(_MACHINE)},
            **{parameter(name): key for name, key in keys.items() if _is_lambda(name)},
        }


def parameter(archive: str) -> str:
    """Name the template parameter of a Lambda's archive: model_url.zip → ModelUrlKey."""
    words = archive.removesuffix(".zip").split("_")
    return "".join(word.capitalize() for word in words) + "Key"


def pack(package: Path = PACKAGE, settings: Aws | None = None) -> Bundles:
    """Pack the installed package for AWS; no network, no build tool.

    The jobs of the machines are as `settings` have them. Raises `ConfigError` when the package was
    taken apart and has no metadata.
    """
    aws = package / "aws"
    wheel_name, wheel = build_wheel(package)
    image = {
        path.name: path.read_bytes()
        for path in sorted((package / "container").iterdir())
        if path.is_file() and path.suffix != ".py"
    }
    modules = _flat(aws / "lambdas", "*.py")
    for home, name in SHARED.items():
        modules |= _flat(package / home, name)
    files = {
        wheel_name: wheel,
        **_lambdas(modules),
        ETL: (package / "glue" / ETL).read_bytes(),
        SOURCE: zipped({**image, wheel_name: wheel}),
        **{
            name: arranged(text.decode(), settings or Aws()).encode()
            for name, text in _flat(aws / "machines", f"*{_MACHINE}").items()
        },
    }
    return Bundles(files)


def build_wheel(package: Path = PACKAGE) -> tuple[str, bytes]:
    """Build the wheel of the package as it is installed; return its file name and bytes.

    It leaves out what no job runs, so that a changed Lambda is no new image.
    """
    try:
        distribution = metadata.distribution("unchurn")
    except metadata.PackageNotFoundError as error:
        raise ConfigError(
            "unchurn runs from a folder that was never installed, so it cannot be packed for AWS.",
            "Install it: pip install 'unchurn[aws]', or pip install -e '.[aws]' in its repository.",
        ) from error
    version = distribution.version
    info = f"unchurn-{version}.dist-info"
    files = {f"unchurn/{name}": content for name, content in _tree(package).items()}
    files[f"{info}/METADATA"] = (distribution.read_text("METADATA") or "").encode()
    files[f"{info}/WHEEL"] = _WHEEL.encode()
    files[f"{info}/entry_points.txt"] = (distribution.read_text("entry_points.txt") or "").encode()
    record = f"{info}/RECORD"
    files[record] = _record(files, record)
    return f"unchurn-{version}-py3-none-any.whl", zipped(files)


def _tree(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file())
    files = {path.relative_to(folder).as_posix(): path for path in paths}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if not name.startswith(NOT_COMPUTING)
        and not any(part.endswith(_SKIPPED) for part in name.split("/"))
    }


def _flat(folder: Path, pattern: str) -> dict[str, bytes]:
    """Return the files of a folder by name; a zip of Lambdas is no package."""
    paths = (path for path in folder.glob(pattern) if path.name != "__init__.py")
    return {path.name: path.read_bytes() for path in paths}


def _of_machine(name: str) -> str:
    return f"{name.removesuffix(_MACHINE).capitalize()}MachineKey"


def _is_lambda(name: str) -> bool:
    return name.endswith(".zip") and name != SOURCE


def _lambdas(modules: Mapping[str, bytes]) -> dict[str, bytes]:
    """Pack each handler with the modules it imports, flat: one that changes changes alone."""
    return {
        name.replace(".py", ".zip"): zipped(_with_imports(name, modules))
        for name, content in modules.items()
        if b"\ndef handler(" in content
    }


def _with_imports(name: str, modules: Mapping[str, bytes]) -> dict[str, bytes]:
    found = {name: modules[name]}
    for node in ast.walk(ast.parse(modules[name])):
        beside = f"{node.module}.py" if isinstance(node, ast.ImportFrom) else ""
        if beside in modules:
            found |= _with_imports(beside, modules)
    return found


def _record(files: Mapping[str, bytes], record: str) -> bytes:
    stream = io.StringIO()
    lines = csv.writer(stream, lineterminator="\n")
    for name in sorted(files):
        digest = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=")
        lines.writerow((name, f"sha256={digest.decode()}", len(files[name])))
    lines.writerow((record, "", ""))
    return stream.getvalue().encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Pack files as a zip whose bytes depend on them alone."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])
    return stream.getvalue()
