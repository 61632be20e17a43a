"""A practice that publishes to the stand-in QuickBooks, and the drafts it sends."""

from datetime import date
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books
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

PDF = Attachment(name="receipt.pdf", mime="application/pdf", content=b"%PDF-1.7 a receipt")
KINDS = {
    "bill": (DocumentKind.BILL, Destination.PURCHASES, PublishAs.OPEN),
    "cash": (DocumentKind.BILL, Destination.CASH, PublishAs.PAID),
    "cheque": (DocumentKind.BILL, Destination.CHEQUE, PublishAs.PAID),
    "card": (DocumentKind.BILL, Destination.CARD, PublishAs.PAID),
    "credit": (DocumentKind.BILL_CREDIT, Destination.PURCHASES, PublishAs.OPEN),
    "card credit": (DocumentKind.BILL_CREDIT, Destination.CARD, PublishAs.PAID),
    "invoice": (DocumentKind.INVOICE, Destination.SALES, PublishAs.OPEN),
    "receipt": (DocumentKind.INVOICE, Destination.RECEIPT, PublishAs.PAID),
    "credit memo": (DocumentKind.INVOICE_CREDIT, Destination.SALES, PublishAs.OPEN),
}
SALES = frozenset({"invoice", "receipt", "credit memo"})


def a_line(amount: str = "100.00", **over: Any) -> DraftLine:
    """100.00 of account 1 at the standard rate, which is called S."""
    fields: dict[str, Any] = {
        "description": "May",
        "amount": Decimal(amount),
        "account": "1",
        "tax_rate": "S",
    }
    return DraftLine(**(fields | over))


def a_draft(what: str = "bill", **over: Any) -> Draft:
    """120.00 with 20.00 of tax, from or to whoever is called 12."""
    kind, destination, publish_as = KINDS[what]
    fields: dict[str, Any] = {
        "reference": "dext-1",
        "kind": kind,
        "destination": destination,
        "publish_as": publish_as,
        "contact_name": "Somebody",
        "contact": "customer:12" if what in SALES else "vendor:12",
        "date": date(2026, 11, 2),
        "currency": "GBP",
        "treatment": TaxTreatment.EXCLUSIVE,
        "lines": (a_line(),),
        "total": Decimal("120.00"),
        "bank_account": "35" if publish_as is PublishAs.PAID else None,
    }
    return Draft(**(fields | over))


class Publisher:
    """Somebody with the books of one company open; the books themselves can be looked at."""

    def __init__(self, practice: Practice, books: Books) -> None:
        self.practice = practice
        self.books = books

    def id_of(self, kind: str, name: str) -> str:
        return self.books.find(kind, name).id

    @property
    def currency(self) -> str:
        code = self.books.rows("Preferences")[0].fields["CurrencyPrefs"]["HomeCurrency"]["value"]
        return str(code)

    def tax_code(self, name: str = "20.0% S") -> str:
        return self.id_of("TaxCode", name if self.currency == "GBP" else "NON")

    def party(self, kind: str, currency: str | None = None, place: int = 0) -> Row:
        wanted = currency or self.currency
        rows = [
            row
            for row in self.books.rows(kind)
            if row.fields["CurrencyRef"]["value"] == wanted and row.fields["Active"]
        ]
        return rows[place]

    def line(self, amount: str = "100.00", *, sells: bool = False, **over: Any) -> DraftLine:
        what: dict[str, Any] = (
            {"product": self.books.rows("Item")[2].id}
            if sells
            else {"account": self.id_of("Account", "Rent")}
        )
        return a_line(amount, **({"account": None, "tax_rate": self.tax_code()} | what | over))

    def draft(self, what: str = "bill", number: int = 1, **over: Any) -> Draft:
        """120.00 with 20.00 of tax, from the first vendor or to the first customer."""
        is_sale = what in SALES
        party = self.party("Customer" if is_sale else "Vendor")
        of = "customer" if is_sale else "vendor"
        account = "Company card" if "card" in what else "Cash at bank"
        is_paid = KINDS[what][2] is PublishAs.PAID
        fields: dict[str, Any] = {
            "reference": f"dext-{what.replace(' ', '-')}-{number}",
            "contact_name": party.fields["DisplayName"],
            "contact": f"{of}:{party.id}",
            "number": f"PUB-{what[:4]}-{number}",
            "currency": self.currency,
            "lines": (self.line(sells=is_sale),),
            "bank_account": self.id_of("Account", account) if is_paid else None,
        }
        return a_draft(what, **(fields | over))

    def break_writing(
        self, fault: str, times: int | None = 1, *, resource: str = "batch", **options: object
    ) -> None:
        """Let only calls that write go wrong."""
        target = f"quickbooks:{self.practice.tenant.name}/{resource}"
        self.practice.ledgers.set_fault(target, fault, times, **options)

    async def publish(self, *drafts: Draft, key: str = "key") -> list[Outcome]:
        async with self.practice.open() as ledger:
            return list(await ledger.publish(drafts, key=key))

    async def published(self, draft: Draft, key: str = "key") -> Published:
        (outcome,) = await self.publish(draft, key=key)
        assert isinstance(outcome, Published), outcome
        return outcome

    async def find(self, *drafts: Draft) -> list[Published | None]:
        async with self.practice.open() as ledger:
            return list(await ledger.find(drafts))

    def row(self, published: Published) -> dict[str, Any]:
        row = self.books.get(published.source, published.remote_id)
        assert row is not None
        return dict(row.fields)

    def mentioning(self, reference: str) -> list[Row]:
        """Every transaction whose note has this reference."""
        sources = ("Bill", "Purchase", "VendorCredit", "Invoice", "SalesReceipt", "CreditMemo")
        return [
            row
            for source in sources
            for row in self.books.rows(source)
            if reference in str(row.fields.get("PrivateNote", ""))
        ]


async def a_publisher(company: str = "Bright Bakery") -> Publisher:
    practice = Practice("quickbooks")
    await practice.connect(company)
    books = practice.ledgers.organisation(company)
    books.finish()
    return Publisher(practice, books)
