"""The pen a year of Xero transactions is written with: days, lines, headings and amounts."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bot.sandbox.ledgers import names
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.documents import Drafting
from bot.sandbox.ledgers.xero.keeping.settling import Paid, pay
from bot.sandbox.ledgers.xero.seed.plans import Plan

FIRST_DAY = date(2025, 11, 3)
LAST_DAY = date(2026, 10, 29)
RECONCILED_UNTIL = date(2026, 9, 30)
RATES = {"EUR": Decimal("1.1642"), "USD": Decimal("1.2713"), "GBP": Decimal("0.7866")}
_SOLD = ("supplied and fitted", "per visit", "as quoted", "delivered", "second instalment")


class Scribe:
    """Writes into one set of books, by the throw of its dice."""

    def __init__(self, books: Books, plan: Plan, dice: Random) -> None:
        self._books = books
        self._plan = plan
        self.dice = dice
        self.drafting = Drafting(books)
        self._accounts = {str(row.fields["Code"]): row for row in books.rows("Accounts")}
        self.banks = [r for r in books.rows("Accounts") if r.fields["Type"] == "BANK"]
        self._taxed = plan.profile.get("SalesTaxBasis") != "NONE"

    def has_account(self, code: str) -> bool:
        return code in self._accounts

    def pay(self, target: tuple[str, Row], day: date, *, amount: Decimal | None = None) -> Row:
        reconciled = day <= RECONCILED_UNTIL
        paid = Paid(account=self.banks[0].id, on=day, amount=amount, is_reconciled=reconciled)
        return pay(self.drafting, target, paid, at=self.at(day))

    def add(self, kind: str, typed: Fields, day: date) -> Row:
        draft = {
            "Invoices": self.drafting.invoice,
            "CreditNotes": self.drafting.credit_note,
            "PurchaseOrders": self.drafting.purchase_order,
            "BankTransactions": self.drafting.bank_transaction,
        }[kind]
        return self._books.add(kind, draft(typed), at=self.at(day))

    def heading(
        self, contact: Row, day: date, *, terms: int = 0, inclusive: bool = False
    ) -> dict[str, Any]:
        treatment = "Inclusive" if inclusive else "Exclusive"
        heading: dict[str, Any] = {
            "Contact": contact.id,
            "Date": day,
            "LineAmountTypes": treatment if self._taxed else "NoTax",
        }
        if terms:
            heading["DueDate"] = day + timedelta(days=terms)
            heading |= self._currency()
        return heading

    def _currency(self) -> Fields:
        abroad = [each for each in self._plan.currencies if each != self.drafting.base]
        if not abroad or self.dice.random() > 0.12:
            return {}
        currency = self.dice.choice(abroad)
        return {"CurrencyCode": currency, "CurrencyRate": RATES[currency]}

    def sale(self) -> Fields:
        code = self.dice.choice([code for code in ("200", "210", "260") if code in self._accounts])
        words = f"{self.dice.choice(names.TRADES)}, {self.dice.choice(_SOLD)}"
        quantity = self.dice.choice((1, 1, 2, 5, Decimal("7.5")))
        return self.line(code, words, self.dice.randrange(1_500, 90_000), quantity=quantity)

    def line(
        self, code: str, words: str, pence: int, *, quantity: Decimal | int = 1
    ) -> dict[str, Any]:
        account = self._accounts.get(code) or self._accounts["429"]
        unit = Decimal(pence).scaleb(-2)
        if self.dice.random() < 0.05:
            unit += Decimal("0.0025")  # priced by the metre
        line: dict[str, Any] = {
            "Description": words,
            "Quantity": quantity,
            "UnitAmount": unit,
            "AccountCode": account.fields["Code"],
            "TaxType": account.fields["TaxType"] if self._taxed else "NONE",
        }
        if self._plan.tracking and self.dice.random() < 0.6:
            name, options = self.dice.choice(self._plan.tracking)
            line["Tracking"] = [{"Name": name, "Option": self.dice.choice(options)}]
        return line

    def days(self, a_month: int) -> Sequence[date]:
        """So many working days of every month, in order."""
        days = [
            month_start(month).replace(day=self.dice.randrange(3, 28))
            for month in range(12)
            for _ in range(a_month)
        ]
        working = (day + timedelta(days=max(0, day.weekday() - 4)) for day in days)
        return sorted(min(day, LAST_DAY) for day in working)

    def at(self, day: date) -> datetime:
        """Some moment of that day's business hours."""
        seconds = self.dice.randrange(9 * 3600, 17 * 3600)
        noon = datetime.combine(day, time(), UTC)
        return noon + timedelta(seconds=seconds, milliseconds=self.dice.randrange(1000))


def month_start(index: int) -> date:
    year, month = divmod(FIRST_DAY.month - 1 + index, 12)
    return date(FIRST_DAY.year + year, month + 1, 1)
