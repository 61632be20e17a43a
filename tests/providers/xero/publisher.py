"""A practice that publishes to Acme at the stand-in Xero, and drafts of what it publishes."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import httpx2

from bot.sandbox.ledgers.rows import Row
from providers.books import DocumentKind, TaxTreatment
from providers.drafts import (
    Attachment,
    Destination,
    Draft,
    DraftLine,
    Outcome,
    PublishAs,
    Published,
)
from tests.providers.practice import Practice

DAY = date(2026, 5, 20)
OF_KIND = {
    DocumentKind.BILL: (Destination.PURCHASES, "461", "INPUT2"),
    DocumentKind.BILL_CREDIT: (Destination.PURCHASES, "461", "INPUT2"),
    DocumentKind.INVOICE: (Destination.SALES, "200", "OUTPUT2"),
    DocumentKind.INVOICE_CREDIT: (Destination.SALES, "200", "OUTPUT2"),
}


class Recording(httpx2.AsyncBaseTransport):
    """Hands everything on and remembers it; the answers to some POSTs are lost on their way."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self.inner = inner
        self.requests: list[httpx2.Request] = []
        self.lose_posts = 0
        self.fail_gets = False
        self.fail_gets_after_put = False

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if request.method == "GET" and self.fail_gets:
            return httpx2.Response(503)
        self.fail_gets |= request.method == "PUT" and self.fail_gets_after_put
        response = await self.inner.handle_async_request(request)
        if request.method == "POST" and "/api.xro/" in str(request.url) and self.lose_posts:
            self.lose_posts -= 1
            raise httpx2.ReadError("lost", request=request)
        return response


class Publisher:
    """One organisation, its books to look into, and what was sent there."""

    def __init__(self, practice: Practice) -> None:
        self.practice = practice
        self.recording = Recording(practice.transport)
        practice.transport = self.recording
        practice.gateway = practice.a_gateway()
        self.books = practice.ledgers.organisation(practice.tenant.name)
        self.books.finish()

    def account(self, code: str) -> str:
        return next(r.id for r in self.books.rows("Accounts") if r.fields["Code"] == code)

    def bank(self) -> str:
        rows = self.books.rows("Accounts")
        return next(r.id for r in rows if r.fields["Type"] == "BANK")

    def contact(self, at: int = 3) -> Row:
        return self.books.rows("Contacts")[at]

    def draft(
        self,
        kind: DocumentKind = DocumentKind.BILL,
        *,
        reference: str = "item-1-1",
        lines: tuple[DraftLine, ...] | None = None,
        at_bank: bool = False,
        **fields: Any,
    ) -> Draft:
        """A document of one line of 100.00 and its tax, changed as told."""
        destination, code, tax = OF_KIND[kind]
        line = DraftLine(
            description="Paper",
            amount=Decimal("100.00"),
            account=self.account(code),
            tax_rate=tax,
            tax_amount=Decimal("20.00"),
        )
        whole: dict[str, Any] = {
            "reference": reference,
            "kind": kind,
            "destination": Destination.BANK if at_bank else destination,
            "publish_as": PublishAs.PAID if at_bank else PublishAs.OPEN,
            "contact_name": str(self.contact().fields["Name"]),
            "contact": self.contact().id,
            "number": f"N-{reference}",
            "date": DAY,
            "currency": "GBP",
            "treatment": TaxTreatment.EXCLUSIVE,
            "lines": lines or (line,),
            "total": Decimal("120.00"),
            "bank_account": self.bank() if at_bank else None,
        }
        return Draft(**{**whole, **fields})

    async def publish(self, *drafts: Draft, key: str = "key-1") -> Sequence[Outcome]:
        async with self.practice.open() as ledger:
            return await ledger.publish(drafts, key=key)

    async def published(self, draft: Draft, *, key: str = "key-1") -> Published:
        (outcome,) = await self.publish(draft, key=key)
        assert isinstance(outcome, Published), outcome
        return outcome

    async def find(self, *drafts: Draft) -> Sequence[Published | None]:
        async with self.practice.open() as ledger:
            return await ledger.find(drafts)

    async def settle(self, document: Published, draft: Draft, *, key: str = "pay-1") -> Published:
        async with self.practice.open() as ledger:
            return await ledger.settle(document, draft, key=key)

    async def attach(self, document: Published, file: Attachment, *, key: str = "file-1") -> None:
        async with self.practice.open() as ledger:
            await ledger.attach(document, file, key=key)

    async def look_up(self, document: Published) -> Published | None:
        async with self.practice.open() as ledger:
            return await ledger.look_up(document)

    async def revise(self, document: Published, draft: Draft) -> Published:
        async with self.practice.open() as ledger:
            return await ledger.revise(document, draft, key="revise-1")

    async def withdraw(self, document: Published) -> None:
        async with self.practice.open() as ledger:
            await ledger.withdraw(document, key="withdraw-1")

    def row(self, document: Published) -> Row:
        return self.books.find(document.source, document.remote_id)

    def count(self) -> int:
        return sum(len(self.books.rows(k)) for k in ("Invoices", "CreditNotes", "BankTransactions"))

    def sent(self, method: str = "PUT") -> list[httpx2.Request]:
        return [each for each in self.recording.requests if each.method == method]

    def bodies(self, method: str = "PUT") -> list[dict[str, Any]]:
        return [json.loads(each.content) for each in self.sent(method)]


def with_line(draft: Draft, **fields: Any) -> Draft:
    """The draft with its first line changed."""
    first, *others = draft.lines
    return replace(draft, lines=(replace(first, **fields), *others))
