"""A real LibreOffice Calc that opens a CSV file as a country's installation does."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import python_calamine

LANGUAGES = {"en": (",", 1033), "de": (";", 1031)}
"""Separator that is offered there, and the language's number (Windows' LCID)."""


def calc() -> str:
    """Path of the program, or nothing where there is none."""
    return shutil.which("soffice") or shutil.which("libreoffice") or ""


def opened(table: Path, locale: str, folder: Path) -> list[list[Any]]:
    """Return the cells that Calc shows: numbers as numbers, text as text.

    The import's options are separator, quote, UTF-8, first line, no column of its own form, language.
    """
    separator, language = LANGUAGES[locale]
    options = f"CSV:{ord(separator)},34,76,1,,{language},false,false"
    profile = (folder / "profile").as_uri()
    told = subprocess.run(
        [calc(), f"-env:UserInstallation={profile}", "--headless", f"--infilter={options}",
         "--convert-to", "xlsx", "--outdir", folder, table],
        capture_output=True, timeout=3600, check=True,
    )  # fmt: skip
    book = folder / f"{table.stem}.xlsx"
    assert book.exists(), told.stdout + told.stderr
    return python_calamine.CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
