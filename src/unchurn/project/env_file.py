"""The .env file: which stack, in which region, with which bucket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from unchurn.disk import replacing
from unchurn.errors import ConfigError, listing

FILE = ".env"
KEYS = ("S3_BUCKET_NAME", "REGION", "STACK_NAME")


def read_env(*folders: Path, keys: Sequence[str] = KEYS) -> dict[str, str]:
    """Return what the first .env of `folders` says of `keys`; other keys are left alone.

    Raises `ConfigError` for a file that cannot be read or a line that is no ``KEY=value``.
    """
    for folder in folders:
        path = folder / FILE
        if path.is_file():
            return _parse(path, keys)
    return {}


def write_env(folder: Path, said: Mapping[str, str]) -> Path:
    """Say in the .env of `folder` what `said` has of `KEYS`; its other lines stay as they are.

    An empty value takes its line away, so that what decides by default does. Raises `ConfigError`
    for a file that cannot be read or written.
    """
    path = folder / FILE
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
        kept = [line for line in lines if _key(line) not in said]
        new = [f'{key}="{value}"' for key, value in said.items() if value]
        with replacing(path) as stream:
            stream.write("".join(f"{line}\n" for line in [*kept, *new]).encode())
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be written: {error}.", "Check the file.") from error
    return path


def _key(line: str) -> str:
    return line.strip().removeprefix("export ").partition("=")[0].strip()


def _parse(path: Path, keys: Sequence[str]) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", "Check the file.") from error
    found: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        text = line.strip().removeprefix("export ").strip()
        if not text or text.startswith("#"):
            continue
        key, sign, value = text.partition("=")
        if not sign:
            raise ConfigError(
                f"Line {number} of {path} is not KEY=value.",
                f"Known keys: {listing(KEYS)}. Others are left alone.",
            )
        if key.strip() in keys:
            found[key.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if value[:1] in ('"', "'"):
        end = value.find(value[0], 1)
        return value[1:end] if end > 0 else value[1:]
    return value.partition(" #")[0].strip()
