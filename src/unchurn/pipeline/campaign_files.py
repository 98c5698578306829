"""What a campaign gives to people: the callers' list, what it is in figures, and a page to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from unchurn.artefacts import Campaign, dump_json
from unchurn.campaigns import Entry
from unchurn.disk import replacing
from unchurn.errors import ConfigError, UnchurnError
from unchurn.report.campaign_page import MOST_PRINTED, render_campaign
from unchurn.report.effect_page import render_effect
from unchurn.tables.excel_locales import RFC4180, CsvForm
from unchurn.tables.output import write_table


def write_campaign(made: Campaign, entry: Entry, out: Path, form: CsvForm = RFC4180) -> None:
    """Write the callers' list to `out`, in a form where it is CSV, and beside it what the campaign is.

    That is ``<out>.campaign.json``, and ``<out>.campaign.html`` to print. Raises `UnchurnError`
    when the disk does not take them.
    """
    with _writing(out):
        with replacing(out.with_name(f"{out.name}.campaign.json")) as stream:
            stream.write(dump_json(dict(entry.summary)))
        write_table(made.contact, out, form)
    write_page(made, entry, page_path(out))


def page_path(out: Path) -> Path:
    """Where the page to print is: beside the list."""
    return out.with_name(f"{out.name}.campaign.html")


def write_page(made: Campaign, entry: Entry, page: Path) -> None:
    """Write the page to print, of which the list's first rows are part.

    Raises `UnchurnError` when the disk does not take it.
    """
    with pq.ParquetFile(made.contact, pre_buffer=False) as source:
        called = next(source.iter_batches(MOST_PRINTED)).to_pylist()
    html = render_campaign(entry.summary, called, str(entry.starts), str(entry.ends))
    with _writing(page), replacing(page) as stream:
        stream.write(html.encode())


def write_effect(document: Mapping[str, Any], page: Path) -> None:
    """Write what a campaign changed, the document of ``campaign outcomes``, as a page.

    Raises `UnchurnError` when the disk does not take it.
    """
    with _writing(page), replacing(page) as stream:
        stream.write(render_effect(document).encode())


def check_page(page: Path) -> None:
    """Raise `ConfigError` unless `page` is the name of a page in a folder that is there."""
    if page.suffix.lower() not in (".html", ".htm") or page.is_dir():
        raise ConfigError(
            f"The page cannot be written as {page.name!r}: that is no name of a page.",
            "Choose a name that ends in .html.",
        )
    if not page.parent.is_dir():
        raise ConfigError(
            f"There is no folder {page.parent} for the page.", "Make it, or name another place."
        )


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UnchurnError(
            f"{path} could not be written: {error.strerror or error}.",
            "Free some space or choose another place for it.",
        ) from error
