"""churn.toml → Project, or a message that names the key, the value and the choices."""

from __future__ import annotations

import difflib
import math
import tomllib
import types
import typing
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, Self

from unchurn.errors import ConfigError, listing
from unchurn.project import fitting, judgement, places
from unchurn.project import sections as s
from unchurn.project.campaign import Campaign
from unchurn.project.cycle import Cycle
from unchurn.project.history import History
from unchurn.project.keys import written
from unchurn.project.quality import Quality

FILE = "churn.toml"


@dataclass(frozen=True, repr=False)
class Project:
    """A churn.toml, read and validated: one frozen section per concern, and its folder."""

    folder: Path
    data: s.Data = field(default_factory=s.Data)
    churn: s.Churn = field(default_factory=s.Churn)
    history: History = field(default_factory=History)
    columns: s.Columns = field(default_factory=s.Columns)
    engine: s.Engine = field(default_factory=s.Engine)
    split: s.Split = field(default_factory=s.Split)
    features: s.Features = field(default_factory=s.Features)
    tune: fitting.Tune = field(default_factory=fitting.Tune)
    train: fitting.Train = field(default_factory=fitting.Train)
    evaluate: judgement.Evaluate = field(default_factory=judgement.Evaluate)
    gate: judgement.Gate = field(default_factory=judgement.Gate)
    decision: judgement.Decision = field(default_factory=judgement.Decision)
    score: judgement.Score = field(default_factory=judgement.Score)
    campaign: Campaign = field(default_factory=Campaign)
    cycle: Cycle = field(default_factory=Cycle)
    quality: Quality = field(default_factory=Quality)
    artefacts: places.Artefacts = field(default_factory=places.Artefacts)
    registry: places.Registry = field(default_factory=places.Registry)
    aws: places.Aws = field(default_factory=places.Aws)
    endpoint: places.Endpoint = field(default_factory=places.Endpoint)
    delivery: places.Delivery = field(default_factory=places.Delivery)

    @property
    def root(self) -> Path:
        """Folder of runs and registry."""
        return self.folder / self.artefacts.root

    @property
    def tables(self) -> tuple[str, ...]:
        """Every table that churn.toml names, as it names it."""
        named = (each.data for each in self.history.tables.values())
        return tuple(each for each in (self.data.train, self.data.score, *named) if each)

    @property
    def asks_history(self) -> bool:
        """Whether customers are observed in a history; else they are rows of a table."""
        return self.churn.event != "label"

    def __repr__(self) -> str:
        return f"<Project {str(self.folder)!r}: target {self.churn.target!r}>"

    @classmethod
    def load(cls, folder: str | Path) -> Self:
        """Read `folder`/churn.toml. Raises `ConfigError` with the fix in its message."""
        path = Path(folder) / FILE
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError as error:
            raise ConfigError(
                f"There is no {FILE} in {Path(folder)}.",
                "Make one with: unchurn init --data YOUR_TABLE --project DIR",
            ) from error
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"{path} cannot be read: {error}.", "It must be a text file in UTF-8."
            ) from error
        try:
            plain = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            raise ConfigError(f"{path} is not valid TOML: {error}.") from error
        return cls.from_plain(plain, Path(folder))

    @classmethod
    def from_plain(cls, plain: dict[str, Any], folder: Path) -> Self:
        """Validate nested plain data as a Project. Raises `ConfigError`."""
        for name in plain:
            _known(name, s.SECTIONS, "section", FILE)
        made = {
            name: _section(name, kind, plain.get(name, {})) for name, kind in s.SECTIONS.items()
        }
        return cls(folder=folder.absolute(), **made)


def _section(name: str, kind: type, plain: Any) -> Any:
    if not isinstance(plain, dict):
        raise ConfigError(f"[{name}] in {FILE} is {_shown(plain)}; it must be a section of keys.")
    hints = typing.get_type_hints(kind)
    known = {written(item.name): item for item in fields(kind)}
    values = {}
    for each, value in plain.items():
        _known(each, known, "key", f"[{name}]")
        item = known[each]
        hint, own = hints[item.name], item.metadata.get("read")
        nested = section_of(hint)
        if own:
            values[item.name] = own[1](value)
        elif nested is None:
            values[item.name] = _value(f"[{name}] {each}", hint, value, item.metadata)
        else:
            values[item.name] = _nested(f"{name}.{each}", hint, nested, value)
    return kind(**values)


def section_of(hint: Any) -> type | None:
    """Return the section that a key holds, or several of, None where it holds a plain value."""
    several = typing.get_origin(hint) in (dict, tuple)
    named = typing.get_args(hint) if several else (hint,)
    return next((each for each in named if isinstance(each, type) and is_dataclass(each)), None)


def _nested(name: str, hint: Any, kind: type, plain: Any) -> Any:
    """Read a section inside a section: [history.subscriptions], one by name, or [[campaign.offers]]."""
    if typing.get_origin(hint) is tuple:
        if not isinstance(plain, (list, tuple)):
            raise ConfigError(f"{name} in {FILE} is {_shown(plain)}; write [[{name}]] for each.")
        return tuple(
            _listed_section(name, number, kind, each) for number, each in enumerate(plain, 1)
        )
    if typing.get_origin(hint) is not dict:
        return _section(name, kind, plain)
    if not isinstance(plain, dict):
        raise ConfigError(f"[{name}] in {FILE} is {_shown(plain)}; it must be sections by name.")
    return {each: _section(f"{name}.{each}", kind, value) for each, value in plain.items()}


def _listed_section(name: str, number: int, kind: type, plain: Any) -> Any:
    try:
        return _section(name, kind, plain)
    except ConfigError as error:
        raise ConfigError(f"The {number}. [[{name}]]: {error.message}", error.hint) from error


def _known(name: str, choices: Iterable[str], what: str, where: str) -> None:
    choices = list(choices)
    if name in choices:
        return
    close = difflib.get_close_matches(name, choices, 1)
    hint = f"Did you mean {close[0]!r}?" if close else f"Known {what}s: {listing(choices, 20)}."
    raise ConfigError(f"{where} has an unknown {what} {name!r}.", hint)


def _value(where: str, hint: Any, value: Any, rules: typing.Mapping[str, Any]) -> Any:
    value = _typed(where, hint, value)
    chosen = value.values() if isinstance(value, dict) else [value]
    for each in chosen:
        if rules["choices"] and each not in rules["choices"]:
            raise ConfigError(
                f"{where} is {_shown(each)}.", f"Choose one of {listing(rules['choices'])}."
            )
    if rules["refused"] and (why := rules["refused"](value)):
        raise ConfigError(f"{where} is {_shown(value)}.", why)
    for each in value if isinstance(value, tuple) else [value]:
        if isinstance(each, (int, float)) and not isinstance(each, bool):
            _bounded(where, each, rules["bounds"])
    return value


def _typed(where: str, hint: Any, value: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin is tuple and isinstance(value, (list, tuple)):
        return _items(where, typing.get_args(hint), list(value))
    if origin is dict and isinstance(value, dict):
        if typing.get_args(hint)[1] is not str:
            return {name: _listed(where, each) for name, each in value.items()}
        if all(isinstance(each, str) for each in value.values()):
            return value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return _as_float(where, value)
    if isinstance(hint, type) and origin is None and type(value) is hint:
        return value
    if origin is types.UnionType and _fits_union(hint, value):
        other = next(each for each in typing.get_args(hint) if each is not str)
        return value if isinstance(value, str) else _typed(where, other, value)
    raise ConfigError(f"{where} is {_shown(value)}; it must be {_words(hint)}.")


def _as_float(where: str, value: int) -> float:
    try:
        return float(value)
    except OverflowError as error:
        raise ConfigError(f"{where} is {_shown(value)}; no number is that large.") from error


def _shown(value: Any) -> str:
    """Show a value, cut where it is long."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):  # thousands of digits, or of brackets
        return "a value of thousands of characters"
    return text if len(text) <= 80 else f"{text[:79]}…"


def _fits_union(hint: Any, value: Any) -> bool:
    """Tell whether a value may be text or something else, and is not plainly neither."""
    return isinstance(value, str) or (hint == (float | str)) == (type(value) in (int, float))


def _items(where: str, args: tuple[Any, ...], items: Any) -> tuple[Any, ...]:
    kind = args[0]
    if not isinstance(items, (list, tuple)):
        raise ConfigError(f"{where} has {_shown(items)}; it must be {_words(kind)}, or a list.")
    if Ellipsis not in args and len(items) != len(args):
        raise ConfigError(f"{where} has {len(items)} values; it must have {len(args)}.")
    return tuple(_typed(f"{where}[{number}]", kind, item) for number, item in enumerate(items))


def _listed(where: str, value: Any) -> tuple[str, ...]:
    """Read one text, or a list of them, as a list."""
    return _items(where, (str, ...), [value] if isinstance(value, str) else value)


def _bounded(where: str, value: float, bounds: dict[str, float | None]) -> None:
    tests = {
        "at_least": lambda limit: value >= limit,
        "at_most": lambda limit: value <= limit,
        "above": lambda limit: value > limit,
        "below": lambda limit: value < limit,
    }
    given = {name: limit for name, limit in bounds.items() if limit is not None}
    finite = isinstance(value, int) or math.isfinite(value)
    if not finite or not all(tests[name](limit) for name, limit in given.items()):
        words = " and ".join(
            f"{name.replace('_', ' ')} {limit:,.10g}" for name, limit in given.items()
        )
        raise ConfigError(f"{where} is {_shown(value)}; it must be {words or 'a finite number'}.")


def _words(hint: Any) -> str:
    names = {str: "text in quotes", int: "a whole number", float: "a number", bool: "true or false"}
    if hint in names:
        return names[hint]
    if typing.get_origin(hint) is tuple:
        return f"a list, each {_words(typing.get_args(hint)[0])}"
    if typing.get_origin(hint) is dict:
        plain = typing.get_args(hint)[1] is str
        return 'a table of column = "text"' if plain else 'a table of column = ["value", …]'
    if typing.get_origin(hint) is types.UnionType and hint != (float | str):
        return " or ".join(_words(each) for each in typing.get_args(hint))
    return "a number, or text in quotes"
