"""What somebody wants of a proposal: by flags, and by the churn.toml that was there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from unchurn.modelling.columns.label_meanings import Said
from unchurn.tables.matching import fold


@dataclass(frozen=True)
class Wanted:
    """What the user has said, by flag or in a churn.toml before: empty means inferred.

    `kept` are the keys of those that an earlier churn.toml set, and no flag; `before` the names,
    folded, of columns that it dropped.
    """

    target: str = ""
    positive: str | tuple[str, ...] = ""
    id: str = ""
    drop: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    before: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, said: Mapping[str, Any], kept: Mapping[tuple[str, str], Any], headers: Sequence[str]
    ) -> Self:
        """Join flags with what a churn.toml set before, where the table still has the column.

        `said` has every field but the last two.
        """
        found = {fold(name) for name in headers}
        before = {
            name: kept[section, name]
            for section, name in (("churn", "target"), ("churn", "id"))
            if not said[name] and fold(kept.get((section, name), "")) in found
        }
        for name in ("positive", "negative", "ignore"):
            if "target" in before and not said[name] and ("churn", name) in kept:
                before[name] = kept["churn", name]
        drop, keep = said["drop"], said["keep"]
        lists = {
            "drop": _joined(drop, kept.get(("columns", "drop"), ()), keep, found),
            "keep": _joined(keep, kept.get(("columns", "allow"), ()), drop, found),
        }
        dropped = {fold(name) for name in lists["drop"]} - {fold(name) for name in drop}
        return cls(
            **{**said, **before, **lists, "kept": tuple(before), "before": frozenset(dropped)}
        )

    @property
    def labels(self) -> Said:
        """What was said of the labels."""
        return Said.of(self.positive, self.negative, self.ignore)

    def reason(self, name: str) -> str:
        """Say who named `name`."""
        return "kept from churn.toml" if name in self.kept else f"named by --{name}"


def _joined(
    said: Sequence[str], before: Sequence[str], other: Sequence[str], headers: Collection[str]
) -> tuple[str, ...]:
    """Join the columns of a flag with those churn.toml had, but for those `other` flags name."""
    unsaid = {fold(name) for name in other}
    rest = [name for name in before if fold(name) in headers and fold(name) not in unsaid]
    return tuple(dict.fromkeys([*said, *rest]))
