"""A ledger that gives the pages it is told to, or breaks where it is told to."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from providers.books import BooksPage, Document, DocumentKind, DocumentStatus, Line, Stream, Walk

INVOICES = Stream(name="Invoices", title="invoices and bills")
CONTACTS = Stream(name="Contacts", title="contacts")
ITEMS = Stream(name="Items", title="products", mentioned_only=True)

Step = BooksPage | BaseException | Callable[[], Any]  # a page, a failure, or something that happens


def a_bill(which: int, **over: Any) -> Document:
    known = {
        "source": "Invoices",
        "remote_id": f"bill-{which:04d}",
        "kind": DocumentKind.BILL,
        "status": DocumentStatus.OPEN,
        "date": date(2026, 11, 1),
        "total": Decimal(which),
        "lines": (Line(amount=Decimal(which), net=Decimal(which)),),
    }
    return Document(**(known | over))


def bills(*numbers: int) -> list[Document]:
    return [a_bill(number) for number in numbers]


def a_page(number: int, records: Sequence[Any], **over: Any) -> BooksPage:
    """A page of a whole walk of invoices."""
    known = {
        "stream": "Invoices",
        "records": records,
        "checkpoint": {"page": number},
        "is_whole": True,
    }
    return BooksPage(**(known | over))


def the_end(number: int, records: Sequence[Any], at: datetime, **over: Any) -> BooksPage:
    return a_page(number, records, is_last=True, watermark=at, **over)


@dataclass(slots=True)
class Capabilities:
    streams: tuple[Stream, ...]


@dataclass(slots=True)
class Software:
    """What commands ask of a provider's declaration."""

    capabilities: Capabilities
    key: str = "xero"
    name: str = "Xero"
    sign_in_role: str = "Standard or Adviser"


@dataclass(slots=True)
class ScriptedGateway:
    """One software; each `sync` takes the next script. `asked` remembers the walks."""

    streams: tuple[Stream, ...] = (INVOICES,)
    scripts: list[list[Step]] = field(default_factory=list)
    asked: list[Sequence[Walk]] = field(default_factory=list)
    background: list[bool] = field(default_factory=list)
    left: int | None = None  # calls of the day

    def provider(self, key: str) -> Software:
        assert key == "xero"
        return Software(Capabilities(self.streams))

    def software(self) -> tuple[Software, ...]:
        return (self.provider("xero"),)

    async def calls_left(self, key: str, *, tenant_id: str) -> int | None:
        return self.left

    @asynccontextmanager
    async def open(
        self, key: str, *, tenant_id: str, grant_id: str, background: bool = False
    ) -> AsyncIterator["ScriptedGateway"]:
        assert key == "xero"
        assert tenant_id
        assert grant_id
        self.background.append(background)
        yield self

    async def sync(self, walks: Sequence[Walk]) -> AsyncIterator[BooksPage]:
        self.asked.append(walks)  # which grow with what pages mention
        for step in self.scripts.pop(0):
            if isinstance(step, BooksPage):
                yield step
            elif isinstance(step, BaseException):
                raise step
            else:
                await step()
