"""A churn.toml as text: values with the reasons for them as comments, the rest as defaults.

What is written reads back as the same values through `Project.load`, whatever characters the
names of columns hold.
"""

from __future__ import annotations

import math
import re
import textwrap
import typing
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

from unchurn.disk import replacing
from unchurn.errors import ConfigError
from unchurn.project.keys import written
from unchurn.project.load import FILE, section_of
from unchurn.project.sections import SECTIONS

MATTER = frozenset(
    [
        "data.train",
        "data.score",
        "churn.target",
        "churn.positive",
        "churn.id",
        "churn.snapshot_date",
        "columns.drop",
        "columns.types",
        "columns.actionable",
        "tune.trials",
        "train.threads",
        "evaluate.capacity",
        "evaluate.slices",
        "gate.accuracy",
        "gate.roc_auc",
        "decision.clv",
        "decision.contact_cost",
        "decision.incentive_cost",
        "decision.accept_rate",
        "score.reasons",
    ]
)
"""The keys that most projects come to set; a new churn.toml shows these, and names the page of all."""
_OF_TABLES = frozenset(each for each in MATTER if each.startswith(("data.", "churn.")))
_OF_HISTORIES = frozenset(
    [
        "churn.grace_days",
        "churn.lead_days",
        "churn.horizon_days",
        "churn.every",
        "churn.since",
        "churn.timezone",
        "history.observed_until",
        "history.windows",
    ]
)
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_WIDTH = 96
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True)
class Setting:
    """One key to write: its section, name and value, and the reasons, one comment line each.

    A section inside one is written with its name: ``history.events.orders``.
    """

    section: str
    key: str
    value: Any
    reasons: tuple[str, ...] = ()


def churn_toml(settings: Sequence[Setting], notes: Mapping[str, Sequence[str]]) -> str:
    """Render a whole churn.toml.

    Keys that `MATTER`, or that matter of a history where `settings` name its tables, and that
    `settings` leave out follow as comments with their defaults.
    `notes` are comment lines for the head of a section, by its name; those under "" head the file.
    """
    given = {(each.section, each.key): each for each in settings}
    nested = dict.fromkeys(each.section for each in settings if "." in each.section)
    matter = MATTER - _OF_TABLES | _OF_HISTORIES if nested else MATTER
    parts = [_comments(notes.get("", ()))]
    for section, kind in SECTIONS.items():
        lines, listed = [_comments(notes.get(section, ()))], []
        hints = typing.get_type_hints(kind)
        for item in fields(kind):
            setting = given.get((section, item.name))
            if section_of(hints[item.name]):
                listed += [] if setting is None else _repeated(section, setting)
                continue
            if setting is None and f"{section}.{item.name}" in matter:
                lines.append(f"# {item.name} = {toml(_default(item))}  # {item.metadata['doc']}\n")
            elif setting is not None:
                lines.append(_comments(setting.reasons))
                lines.append(f"{item.name} = {toml(setting.value)}\n")
        if any(lines):
            parts.append(f"[{section}]\n" + "".join(lines))
        inside = [each for each in nested if each.startswith(f"{section}.")]
        parts += [_nested(name, [s for s in settings if s.section == name]) for name in inside]
        parts += listed
    return "\n".join(part for part in parts if part)


def _nested(section: str, settings: Sequence[Setting]) -> str:
    """Render a section inside one; its last name may hold any character."""
    first, second, *rest = section.split(".", 2)
    lines = [f"[{'.'.join([first, second, *map(_named, rest)])}]\n"]
    for each in settings:
        lines += [_comments(each.reasons), f"{each.key} = {toml(each.value)}\n"]
    return "".join(lines)


def _repeated(section: str, setting: Setting) -> list[str]:
    """Render the sections that a key holds: one, several by name, or a list as [[campaign.offers]]."""
    name, value = f"{section}.{setting.key}", setting.value
    if isinstance(value, Mapping):
        return [f"[{name}.{_named(each)}]\n{_keys(own)}" for each, own in value.items()]
    if is_dataclass(value):
        return [f"[{name}]\n{_keys(value)}"]
    return [listed_toml(name, each) for each in value]


def listed_toml(name: str, section: Any, reasons: Sequence[str] = ()) -> str:
    """Render one section of a list, below [[`name`]], with the reasons for it; defaults are left out."""
    return f"{_comments(reasons)}[[{name}]]\n{_keys(section)}"


def _keys(section: Any) -> str:
    return "".join(
        f"{written(item.name)} = {toml(getattr(section, item.name))}\n"
        for item in fields(section)
        if getattr(section, item.name) != _default(item)
    )


def _named(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml(name)


def save_churn_toml(text: str, folder: Path, force: bool = False) -> Path:
    """Write `text` to `folder`/churn.toml in one piece, making the folder where it is missing.

    Raises `ConfigError` when the file exists and `force` is off, or the folder cannot be used.
    """
    target = folder / FILE
    if target.exists() and not force:
        raise ConfigError(
            f"{target} exists already.", "Add --force to replace it, or choose another --project."
        )
    try:
        with replacing(target) as stream:
            stream.write(text.encode())
    except OSError as error:
        raise ConfigError(
            f"{target} cannot be written: {error.strerror or error}.",
            "Choose another folder with --project.",
        ) from error
    return target


def toml(value: Any) -> str:
    """Render text, a number, a boolean, a list or a table of such as one TOML value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{"".join(_escaped(each) for each in value)}"'
    if isinstance(value, Mapping):
        inside = ", ".join(f"{toml(str(name))} = {toml(each)}" for name, each in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, Sequence):
        return _listed([toml(each) for each in value])
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return repr(value)


def _listed(items: list[str]) -> str:
    line = f"[{', '.join(items)}]"
    if len(line) <= _WIDTH:
        return line
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"


def _comments(lines: Sequence[str]) -> str:
    """Render comment lines, wrapped; a character that could end one is shown escaped."""
    found = []
    for line in lines:
        shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)
        parts = textwrap.wrap(shown, _WIDTH, break_long_words=False, break_on_hyphens=False)
        found += [f"# {part}".rstrip() if n == 0 else f"#   {part}" for n, part in enumerate(parts)]
    return "".join(f"{line}\n" for line in found)


def _default(item: Field[Any]) -> Any:
    return item.default_factory() if item.default_factory is not MISSING else item.default
