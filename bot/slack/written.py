"""Files as they are written down: spreadsheets as XLSX or CSV, documents as pages of their own."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import PurePath

from bot.slack.documents import page
from bot.slack.spreadsheets import csv_file, xlsx_file
from commands.files import File, Format, Original, Spreadsheet

UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
LONGEST = 80  # characters of a name


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A file, and what it is called."""

    name: str
    content: bytes


async def written(file: File) -> Written:
    """In a thread: thousands of rows take a while."""
    return await asyncio.to_thread(_written, file)


def _written(file: File) -> Written:
    if isinstance(file, Original):
        path = PurePath(UNSAFE.sub(" ", file.name))
        return Written(name=_safe(path.stem) + path.suffix, content=file.content)
    name = _safe(file.name)
    if not isinstance(file, Spreadsheet):
        return Written(name=f"{name}.html", content=page(file))
    if file.written_as is Format.CSV:
        return Written(name=f"{name}.csv", content=csv_file(file.sheets[0]))
    return Written(name=f"{name}.xlsx", content=xlsx_file(file.sheets))


def _safe(name: str) -> str:
    return " ".join(UNSAFE.sub(" ", name).split())[:LONGEST].strip(". ") or "file"
