"""A real image from the real Dockerfile, without a registry of images: buildah over a debootstrap.

Everything is kept below one folder; the base alone is worth keeping between runs.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[3]
DOCKERFILE = REPOSITORY / "src" / "unchurn" / "container" / "Dockerfile"
BASE, IMAGE = "localhost/unchurn-base", "localhost/unchurn"
SUITE = "bookworm"
PACKAGES = "python3,python3-venv,ca-certificates"
CERTIFICATES = Path("/etc/ssl/certs")


def why_not() -> str:
    """Say why no image can be built here; empty where one can."""
    if not os.environ.get("UNCHURN_IMAGE_TEST"):
        return "it takes minutes: run it with `make image-test`"
    if os.geteuid() != 0:
        return "building an image without a daemon needs root"
    lacking = [tool for tool in ("buildah", "debootstrap") if not shutil.which(tool)]
    return f"{' and '.join(lacking)} not installed (Debian packages)" if lacking else ""


@dataclass(frozen=True)
class Builder:
    """Runs buildah with a storage of its own below `folder`."""

    folder: Path

    def command(self, verb: str, *words: str) -> list[str]:
        roots = ["--root", str(self.folder / "storage"), "--runroot", str(self.folder / "run")]
        return ["buildah", *roots, "--storage-driver", "vfs", verb, *words]

    def do(self, verb: str, *words: str) -> str:
        done = subprocess.run(
            self.command(verb, *words), stdout=subprocess.PIPE, text=True, check=False
        )
        assert done.returncode == 0, f"buildah {verb} failed: {done.stdout[-2000:]}"
        return done.stdout.strip()

    def build(self, base: Path) -> None:
        """Build the image over the Debian in `base`, from the bundle that is uploaded to AWS."""
        empty = self.do("from", "scratch")
        self.do("add", empty, str(base), "/")
        self.do("commit", "--rm", empty, BASE)
        context = bundle(self.folder / "context")
        settings = ["--isolation=chroot", "--pull=never", "--build-arg", f"BASE_IMAGE={BASE}"]
        settings += ["-t", IMAGE, "-f", str(context / "Dockerfile")]
        with tempfile.TemporaryDirectory() as passing:  # it may hold a password of the index
            config = pip_config(Path(passing) / "pip.conf")
            volumes = [f"--volume={config}:/etc/pip.conf:ro", *mounts(config)]
            self.do("build", *settings, *volumes, str(context))

    def run(self, container: str, tree: Path, *words: str, **environment: str) -> list[str]:
        """Return the command that runs the image's entry point over an /opt/ml tree."""
        given = [f"--env={name}={value}" for name, value in environment.items()]
        settings = ["--isolation=chroot", f"--volume={tree}:/opt/ml", *given]
        return self.command("run", *settings, container, "--", *self.entry_point(container), *words)

    def entry_point(self, container: str) -> list[str]:
        """The exec-form ENTRYPOINT, as SageMaker finds it."""
        found: list[str] = json.loads(self.do("inspect", container))["OCIv1"]["config"][
            "Entrypoint"
        ]
        return found


def debian(folder: Path) -> Path:
    """Make a Debian with its own Python, by the packages' mirror that this machine uses."""
    if (folder / "usr" / "bin" / "python3").exists() and not (folder / "debootstrap").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, str(folder)]
    done = subprocess.run([*command, *mirror()], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
    return folder


def mirror() -> list[str]:
    """Ask apt where it gets the suite from; debootstrap has a default of its own."""
    asked = ["apt-get", "indextargets", "--format", "$(CODENAME)|$(COMPONENT)|$(REPO_URI)"]
    done = subprocess.run(
        [*asked, "Created-By: Packages"], capture_output=True, text=True, check=False
    )
    found = [line.split("|") for line in done.stdout.splitlines()]
    return [uri for suite, part, uri in found if (suite, part) == (SUITE, "main")][:1]


def bundle(folder: Path) -> Path:
    """Lay out what the image is built from: the wheel, the pins, the Dockerfile."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    wheel = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder)]
    subprocess.run([*wheel, str(REPOSITORY)], check=True)
    for path in (DOCKERFILE, REPOSITORY / "constraints.txt"):
        shutil.copy(path, folder)
    return folder


def pip_config(path: Path) -> Path:
    """Write down how pip is configured here, files and environment together."""
    listed = [sys.executable, "-m", "pip", "config", "list"]
    done = subprocess.run(listed, capture_output=True, text=True, check=True)
    settings = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    lines = [f"{name.split('.')[-1]} = {value.strip(chr(39))}" for name, value in settings.items()]
    path.write_text("\n".join(["[global]", *dict.fromkeys(lines), ""]))
    return path


def mounts(config: Path) -> list[str]:
    """Let the build see the files that pip's configuration names, and the certificates."""
    values = {line.split(" = ", 1)[1] for line in config.read_text().splitlines() if " = " in line}
    named = {Path(value) for value in values if value.startswith("/")} | {CERTIFICATES}
    outside = [path for path in sorted(named) if path.exists()]
    inside = [p for p in outside if not any(other in p.parents for other in outside)]
    return [f"--volume={path}:{path}:ro" for path in inside]
