"""DynamicFrames: records of Glue, here always rows of one DataFrame with one type a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from . import columns
from .records import Record, filtered, mapped


class DynamicFrame:
    """A DataFrame under Glue's names. There are no choices of types in it, and no error records."""

    def __init__(self, dataframe: Any, glue_ctx: Any, name: str = "") -> None:
        self._df = dataframe
        self.glue_ctx = glue_ctx
        self.name = name

    @classmethod
    def fromDF(cls, dataframe: Any, glue_ctx: Any, name: str = "") -> DynamicFrame:
        """Return the frame of a DataFrame."""
        return cls(dataframe, glue_ctx, name)

    def toDF(self, options: Any = None) -> Any:
        """Return the DataFrame."""
        return self._df

    def like(self, dataframe: Any, name: str = "") -> DynamicFrame:
        """Return a frame of the same context over another DataFrame."""
        return DynamicFrame(dataframe, self.glue_ctx, name or self.name)

    def schema(self) -> Any:
        """Return the columns' types."""
        return self._df.schema

    def printSchema(self) -> None:
        """Print the columns' types."""
        self._df.printSchema()

    def show(self, num_rows: int = 20) -> None:
        """Print the first rows."""
        self._df.show(num_rows)

    def count(self) -> int:
        """Count the rows."""
        return int(self._df.count())

    def errorsCount(self) -> int:
        """Count the records that could not be read: there are none."""
        return 0

    stageErrorsCount = errorsCount

    def getNumPartitions(self) -> int:
        """Count the partitions."""
        return int(self._df.rdd.getNumPartitions())

    def repartition(self, num_partitions: int, *_: Any, **__: Any) -> DynamicFrame:
        """Spread the rows over so many partitions."""
        return self.like(self._df.repartition(num_partitions))

    def coalesce(self, num_partitions: int, *_: Any, **__: Any) -> DynamicFrame:
        """Gather the rows in so many partitions."""
        return self.like(self._df.coalesce(num_partitions))

    def apply_mapping(self, mappings: Sequence[Sequence[str]], *_: Any, **__: Any) -> DynamicFrame:
        """Keep the columns that are mapped, under their new names and types."""
        return self.like(columns.mapped(self._df, mappings))

    def select_fields(self, paths: str | Sequence[str], *_: Any, **__: Any) -> DynamicFrame:
        """Keep the columns named that there are."""
        kept = [columns.found(self._df, path).alias(path) for path in _list(paths)
                if columns.has(self._df, path)]  # fmt: skip
        return self.like(self._df.select(*kept))

    def drop_fields(self, paths: str | Sequence[str], *_: Any, **__: Any) -> DynamicFrame:
        """Leave out the columns named."""
        return self.like(columns.dropped(self._df, _list(paths)))

    def rename_field(self, oldName: str, newName: str, *_: Any, **__: Any) -> DynamicFrame:
        """Give a column another name."""
        return self.like(self._df.withColumnRenamed(oldName.strip("`"), newName.strip("`")))

    def resolveChoice(
        self, specs: Sequence[Sequence[str]] | None = None, choice: str = "", *_: Any, **__: Any
    ) -> DynamicFrame:
        """Cast the columns that are to be cast; there are no others to decide about."""
        return self.like(columns.resolved(self._df, specs or (), choice))

    def filter(self, f: Callable[[Any], Any], *_: Any, **__: Any) -> DynamicFrame:
        """Keep the records that `f` is true of."""
        return self.like(filtered(self._df, f))

    def map(self, f: Callable[[Any], Any], *_: Any, **__: Any) -> DynamicFrame:
        """Replace each record by what `f` makes of it."""
        return self.like(mapped(self._df, f))

    def join(
        self,
        paths1: str | Sequence[str],
        paths2: str | Sequence[str],
        frame2: Any,
        *_: Any,
        **__: Any,
    ) -> DynamicFrame:
        """Join where keys are equal; names that both have get a dot before them on the right."""
        joined = columns.joined(self._df, frame2.toDF(), _list(paths1), _list(paths2))
        return self.like(joined, self.name + frame2.name)

    def unnest(self, *_: Any, **__: Any) -> DynamicFrame:
        """Make columns of what is in structures, named with dots."""
        return self.like(columns.unnested(self._df))

    def union(self, frame2: Any, *_: Any, **__: Any) -> DynamicFrame:
        """Put the rows of both together, by the names of columns."""
        both = self._df.unionByName(frame2.toDF(), allowMissingColumns=True)
        return self.like(both)

    def split_fields(
        self, paths: str | Sequence[str], name1: str, name2: str, *_: Any, **__: Any
    ) -> DynamicFrameCollection:
        """Return the frame of the columns named, and the frame of all others."""
        split, rest = self.select_fields(paths), self.drop_fields(paths)
        split.name, rest.name = name1, name2
        return DynamicFrameCollection({name1: split, name2: rest}, self.glue_ctx)

    def write(
        self, connection_type: str, connection_options: Any = None, format: Any = None,
        format_options: Any = None, **_: Any,
    ) -> DynamicFrame:  # fmt: skip
        """Write the frame as `write_dynamic_frame.from_options` does."""
        return self.glue_ctx.write_dynamic_frame_from_options(  # type: ignore[no-any-return]
            self, connection_type, connection_options, format, format_options
        )


class DynamicFrameCollection:
    """Frames by name."""

    def __init__(self, dynamic_frames: dict[str, DynamicFrame], glue_ctx: Any) -> None:
        self._frames = dynamic_frames
        self.glue_ctx = glue_ctx

    def __getitem__(self, key: str) -> DynamicFrame:
        return self._frames[key]

    def __len__(self) -> int:
        return len(self._frames)

    def keys(self) -> Iterable[str]:
        """Return the names."""
        return self._frames.keys()

    def values(self) -> Iterable[DynamicFrame]:
        """Return the frames."""
        return self._frames.values()

    def select(self, key: str, *_: Any, **__: Any) -> DynamicFrame:
        """Return the frame of that name."""
        return self._frames[key]


DynamicRecord = Record


def _list(paths: str | Sequence[str]) -> list[str]:
    return [paths] if isinstance(paths, str) else list(paths)
