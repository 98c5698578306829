"""Glue's transforms, as classes whose `apply` a script calls."""

from __future__ import annotations

from typing import Any, ClassVar

from . import columns
from .refusals import refuse

_NO_ROOM = ("transformation_ctx", "info", "stageThreshold", "totalThreshold", "accumulator_size")


class GlueTransform:
    """A transform: `apply(frame, …)` calls the frame's method of that name."""

    method: ClassVar[str] = ""

    @classmethod
    def apply(cls, *args: Any, **options: Any) -> Any:
        """Transform a frame; what only names the step in Glue's log is left out."""
        given = {name: value for name, value in options.items() if name not in _NO_ROOM}
        frame = given.pop("frame", None)
        if frame is None:
            frame, args = args[0], args[1:]
        return getattr(frame, cls.method)(*args, **given)

    __call__ = apply


class ApplyMapping(GlueTransform):
    """Keep the columns that are mapped, under their new names and types."""

    method = "apply_mapping"


class SelectFields(GlueTransform):
    """Keep the columns named."""

    method = "select_fields"


class DropFields(GlueTransform):
    """Leave out the columns named."""

    method = "drop_fields"


class RenameField(GlueTransform):
    """Give a column another name."""

    @classmethod
    def apply(
        cls, frame: Any, old_name: str, new_name: str, transformation_ctx: str = "", **_: Any
    ) -> Any:
        """Return the frame with the new name."""
        return frame.rename_field(old_name, new_name)


class ResolveChoice(GlueTransform):
    """Cast the columns that are to be cast."""

    method = "resolveChoice"


class Filter(GlueTransform):
    """Keep the records that a function is true of."""

    method = "filter"


class Map(GlueTransform):
    """Replace each record by what a function makes of it."""

    method = "map"


class SplitFields(GlueTransform):
    """Return some columns and the others as two frames."""

    method = "split_fields"


class SelectFromCollection(GlueTransform):
    """Return one frame of a collection."""

    @classmethod
    def apply(cls, dfc: Any, key: str, transformation_ctx: str = "", **_: Any) -> Any:
        """Return the frame of that name."""
        return dfc.select(key)


class UnnestFrame(GlueTransform):
    """Make columns of what is in structures."""

    method = "unnest"


class Repartition(GlueTransform):
    """Spread the rows over so many partitions."""

    method = "repartition"


class Coalesce(GlueTransform):
    """Gather the rows in so many partitions."""

    method = "coalesce"


class Union(GlueTransform):
    """Put the rows of two frames together."""

    @classmethod
    def apply(cls, frame1: Any, frame2: Any, transformation_ctx: str = "", **_: Any) -> Any:
        """Return the rows of both."""
        return frame1.union(frame2)


class Join(GlueTransform):
    """Join two frames where keys are equal."""

    @classmethod
    def apply(
        cls,
        frame1: Any,
        frame2: Any,
        keys1: Any,
        keys2: Any,
        transformation_ctx: str = "",
        **_: Any,
    ) -> Any:
        """Return the inner join."""
        return frame1.join(keys1, keys2, frame2)


class DropNullFields(GlueTransform):
    """Leave out the columns that have no value in any row."""

    @classmethod
    def apply(cls, frame: Any, transformation_ctx: str = "", **_: Any) -> Any:
        """Return the frame without them."""
        return frame.like(columns.without_empty(frame.toDF()))


class _NotHere(GlueTransform):
    @classmethod
    def apply(cls, *_: Any, **__: Any) -> Any:
        """Refuse by name."""
        refuse(f"transform {cls.__name__}")


class Relationalize(_NotHere):
    """Not rehearsed."""


class Unbox(_NotHere):
    """Not rehearsed."""


class Spigot(_NotHere):
    """Not rehearsed."""


class SplitRows(_NotHere):
    """Not rehearsed."""


class FlatMap(_NotHere):
    """Not rehearsed."""


class MapToCollection(_NotHere):
    """Not rehearsed."""


class ErrorsAsDynamicFrame(_NotHere):
    """Not rehearsed."""


class FindMatches(_NotHere):
    """Not rehearsed."""
