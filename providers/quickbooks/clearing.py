"""What is not reconciled at the bank, which QuickBooks tells in one report alone.

What we rely on, of TransactionList (developer.intuit.com, and what integrators measured in 2026):
* `cleared` chooses what has one mark; no column of the report tells the mark dependably, and
  `account` chooses nothing, so both lists are of all bank and card accounts;
* the cell of the transaction's type carries its id, which no other transaction of the company has;
* manual journals come with no mark at all;
* a report that would be longer than 400,000 cells ends with a sentence in place of the rest.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterator
from datetime import date, timedelta
from typing import Any

import msgspec

from providers.books import BooksPage, Clearance
from providers.errors import Lack, NotPermitted, Rejected, WireMismatch
from providers.quickbooks.streams import CLEARANCES
from providers.session import ProviderSession

log = logging.getLogger(__name__)

CUT_SHORT = "Unable to display more data"
_TYPE = "txn_type"
_FIRST_DAY = date(1990, 1, 1)
_AHEAD = timedelta(days=366)  # cheques are dated ahead
_PAGE = 1000
_NEEDED = "the report Transaction List"


class Meta(msgspec.Struct):
    Name: str | None = None
    Value: str | None = None


class Column(msgspec.Struct):
    ColType: str | None = None
    MetaData: list[Meta] | None = None


class Columns(msgspec.Struct):
    every: list[Column] = msgspec.field(name="Column", default_factory=list)


class Cell(msgspec.Struct, gc=False):
    id: str | None = None
    value: str | None = None


class ReportRow(msgspec.Struct):
    """A transaction, or a section of them."""

    ColData: list[Cell] | None = None
    inner: "ReportRows | None" = msgspec.field(name="Rows", default=None)


class ReportRows(msgspec.Struct):
    every: list[ReportRow] = msgspec.field(name="Row", default_factory=list)


class Report(msgspec.Struct):
    columns: Columns = msgspec.field(name="Columns")
    rows: ReportRows = msgspec.field(name="Rows")


async def clearances(session: ProviderSession, path: str) -> AsyncGenerator[BooksPage, None]:
    """All that is not reconciled, and whether the bank has cleared it. Where the report is refused,
    or says it in a way that is new to us, the books are read without.
    """
    try:
        marks = await _marks(session, path)
    except NotPermitted as error:
        if error.lack is Lack.SUBSCRIPTION:
            raise
        yield _refused(error)
        return
    except (Rejected, WireMismatch) as error:
        log.warning("quickbooks.report_unread: %s", error)
        yield _refused(NotPermitted(str(error), needed=_NEEDED, lack=Lack.PLAN))
        return
    records = [
        Clearance(source=CLEARANCES, remote_id=own, is_cleared=is_cleared)
        for own, is_cleared in marks.items()
    ]
    for start in range(0, max(len(records), 1), _PAGE):
        yield BooksPage(
            stream=CLEARANCES,
            records=records[start : start + _PAGE],
            is_last=start + _PAGE >= len(records),
            is_whole=True,
            total=len(records),
        )


async def _marks(session: ProviderSession, path: str) -> dict[str, bool]:
    """{transaction: whether it is cleared}"""
    waiting, cleared = await asyncio.gather(
        _marked(session, path, "Uncleared"), _marked(session, path, "Cleared")
    )
    if waiting and waiting == cleared:
        raise WireMismatch(path="cleared", wanted="a filter that is heeded")
    # a transfer may be in both, cleared at one bank and not at the other
    return dict.fromkeys(cleared, True) | dict.fromkeys(waiting, False)


async def _marked(session: ProviderSession, path: str, mark: str) -> set[str]:
    """Ids of what has this mark. A report that was cut short is asked for again in halves."""
    found: set[str] = set()
    stretches = [(_FIRST_DAY, session.surroundings.now().date() + _AHEAD)]
    while stretches:
        begin, end = stretches.pop()
        report: Report | None = await session.get(
            f"{path}reports/{CLEARANCES}", params=_asked(mark, begin, end), shape=Report
        )
        if report is None:
            raise WireMismatch(path="$", wanted="a report, not nothing")
        cells = list(_cells(report))
        if begin < end and any(cell.value and CUT_SHORT in cell.value for cell in cells):
            middle = begin + (end - begin) // 2
            stretches += [(begin, middle), (middle + timedelta(days=1), end)]
        else:
            found.update(cell.id for cell in cells if cell.id)
    return found


def _asked(mark: str, begin: date, end: date) -> dict[str, str]:
    return {
        "cleared": mark,
        "source_account_type": "Bank,CreditCard",
        "start_date": begin.isoformat(),
        "end_date": end.isoformat(),
        "columns": f"tx_date,{_TYPE}",
        "minorversion": "75",
    }


def _cells(report: Report) -> Iterator[Cell]:
    """The cell of the type in every row, or the only cell of a row that is a sentence."""
    place = _place(report)
    for row in _flat(report.rows):
        cells = row.ColData or []
        if cells:
            yield cells[place] if place < len(cells) else cells[0]


def _place(report: Report) -> int:
    for place, column in enumerate(report.columns.every):
        keys: list[Any] = [meta.Value for meta in column.MetaData or () if meta.Name == "ColKey"]
        if _TYPE in (*keys, column.ColType):
            return place
    raise WireMismatch(path="$.Columns.Column", wanted=f"a column {_TYPE}")


def _flat(rows: ReportRows) -> Iterator[ReportRow]:
    for row in rows.every:
        yield row
        if row.inner is not None:
            yield from _flat(row.inner)


def _refused(error: NotPermitted) -> BooksPage:
    return BooksPage(stream=CLEARANCES, is_last=True, refused=error)
