"""A year in perfect order, as documents of the stand-in Xero: all paid, all reconciled."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers import tidy
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Row
from bot.sandbox.ledgers.tidy import Act, Event, Role
from bot.sandbox.ledgers.xero.keeping.documents import Drafting
from bot.sandbox.ledgers.xero.keeping.settling import Paid, pay
from bot.sandbox.ledgers.xero.seed.tidy_lists import CODES, cast_of

DAYS_DUE = 30


def midday(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


class Pen:
    """Writes whatever is wanted, with one line and the tax that its account has by default."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.drafting = Drafting(books)
        banks = [row for row in books.rows("Accounts") if row.fields["Type"] == "BANK"]
        self.bank = banks[0].id
        self._taxes = {
            str(row.fields["Code"]): str(row.fields["TaxType"]) for row in books.rows("Accounts")
        }

    def line(self, code: str, net: Decimal, words: str, tax: str | None = None) -> dict[str, Any]:
        return {
            "Description": words,
            "UnitAmount": net,
            "AccountCode": code,
            "TaxType": tax or self._taxes[code],
        }

    def invoice(
        self, contact: str, day: date, line: dict[str, Any], *, at: date | None = None, **more: Any
    ) -> Row:
        """A bill unless `Type` says something else; `at` is when it was entered."""
        typed = {
            "Type": "ACCPAY",
            "Contact": contact,
            "Date": day,
            "DueDate": day + timedelta(days=DAYS_DUE),
            "LineItems": [line],
            **more,
        }
        made = self.drafting.invoice(typed)
        return self.books.add("Invoices", made, at=midday(at or day))

    def settle(self, row: Row, day: date) -> Row:
        paid = Paid(account=self.bank, on=day, is_reconciled=True)
        return pay(self.drafting, ("Invoices", row), paid, at=midday(day))

    def at_bank(self, kind: str, contact: str, day: date, line: dict[str, Any], **more: Any) -> Row:
        typed = {
            "Type": kind,
            "Contact": contact,
            "BankAccount": self.bank,
            "Date": day,
            "IsReconciled": True,
            "LineItems": [line],
            **more,
        }
        made = self.drafting.bank_transaction(typed)
        return self.books.add("BankTransactions", made, at=midday(day))

    def journal(self, narration: str, day: date, *amounts: tuple[str, Decimal]) -> Row:
        """Debits are positive, by the codes of accounts."""
        lines = [{"AccountCode": code, "LineAmount": amount} for code, amount in amounts]
        typed = {"Narration": narration, "Date": day, "JournalLines": lines}
        made = self.drafting.manual_journal(typed)
        return self.books.add("ManualJournals", made, at=midday(day))


def write_tidy_year(books: Books, today: date) -> Pen:
    pen = Pen(books)
    for number, event in enumerate(tidy.events(cast_of(books), today), start=1):
        _write(pen, event, number)
    return pen


def _write(pen: Pen, event: Event, number: int) -> None:
    code = CODES[event.role]
    if event.act is Act.JOURNAL:
        credits_ = [(CODES[role], -amount) for role, amount in event.credits]
        pen.journal(event.words, event.day, (code, event.net), *credits_)
        return
    line = pen.line(code, event.net, event.words)
    if event.act in {Act.SPEND, Act.RECEIVE}:
        kind = "SPEND" if event.act is Act.SPEND else "RECEIVE"
        pen.at_bank(kind, event.party, event.day, line, Reference=event.words)
        return
    sold = event.role is Role.SALES
    named: dict[str, Any] = {"Type": "ACCREC", "Reference": f"Order {number:04d}"}
    if not sold:
        named = {"InvoiceNumber": f"{event.party[:2].upper()}-{number:04d}"}
    row = pen.invoice(event.party, event.day, line, **named)
    if event.settled:
        pen.settle(row, event.settled)
