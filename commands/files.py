"""Files a command may answer with: what is in them, not how it is written down."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from commands.charts import Chart


class Format(StrEnum):
    """What a spreadsheet is written as; one sheet only fits into CSV."""

    XLSX = "xlsx"
    CSV = "csv"


Cell = str | int | Decimal | date | datetime | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """Rows under column titles. `notes` stand above them, such as what it is and as of when."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Spreadsheet:
    """A file of figures; `name` is without its ending."""

    name: str
    sheets: tuple[Sheet, ...]
    written_as: Format = Format.XLSX


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file to read and to print: the page `template` filled with data, and its charts."""

    name: str
    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    charts: tuple[Chart, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Original:
    """A file as it came; `name` has its ending."""

    name: str
    content: bytes = field(repr=False)


File = Spreadsheet | Document | Original
