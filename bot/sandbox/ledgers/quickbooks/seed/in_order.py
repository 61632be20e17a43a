"""A QuickBooks company whose books are in order: what is in its lists is used, and no more."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

from bot.sandbox.ledgers import tidy
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks.keeping import journals
from bot.sandbox.ledgers.quickbooks.keeping.bookkeeper import UNDEPOSITED, Bookkeeper
from bot.sandbox.ledgers.quickbooks.keeping.documents import Terms, reference
from bot.sandbox.ledgers.quickbooks.keeping.entities import TRANSACTIONS
from bot.sandbox.ledgers.quickbooks.keeping.money import Entry
from bot.sandbox.ledgers.quickbooks.seed import chart
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.tidy import Act, Event, Role

BANK = "Cash at bank"
ITEM = "Joinery, made to measure"
DAYS_DUE = 30
ACCOUNTS = {
    Role.SALES: "Sales",
    Role.MATERIALS: "Purchases",
    Role.PACKAGING: "Packaging",
    Role.DELIVERY: "Delivery and couriers",
    Role.RENT: "Rent",
    Role.SOFTWARE: "Computer and software",
    Role.PHONE: "Telephone and internet",
    Role.POWER: "Light and heat",
    Role.INSURANCE: "Insurance",
    Role.ACCOUNTANCY: "Accountancy",
    Role.CHARGES: "Bank charges",
    Role.WAGES: "Wages and salaries",
    Role.PAYROLL_TAX: "PAYE and NIC",
    Role.NET_WAGES: "Accruals",
    Role.SALES_TAX: "VAT Control",
    Role.EQUIPMENT: "Ovens and equipment",
    Role.WRITTEN_OFF: "Accumulated depreciation",
    Role.DEPRECIATION: "Depreciation",
    Role.CAPITAL: "Share capital",
}
# QuickBooks keeps these for itself, whether they are used or not.
_ITS_OWN = frozenset({"Debtors", "Creditors", UNDEPOSITED, "Retained Earnings", "VAT Suspense"})
_CODES = {20: "20.0% S", 5: "5.0% R", 0: "No VAT"}
_EXEMPT = "Exempt"


def accounts() -> list[Fields]:
    wanted = {*ACCOUNTS.values(), *_ITS_OWN, BANK}
    rows = chart.chart(currency="GBP", british=True)
    return [row for row in rows if row["Name"] in wanted]


def write_later(books: Books, today: date, *, party: Callable[[str, str], Row]) -> None:
    """`party` enters a vendor or a customer by kind and name."""
    written = False

    def write() -> None:
        nonlocal written
        if not written:
            written = True
            TidyYear(books, party).write(today)

    for kind in (*TRANSACTIONS, "Customer", "Vendor"):
        books.write_later(kind, write)


def midday(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


class TidyYear:
    """Writes what happened, and settles it when it was settled."""

    def __init__(self, books: Books, party: Callable[[str, str], Row]) -> None:
        self._cast = tidy.cast(Random(f"{books.key}:cast"))
        self._keeper = Bookkeeper(books)
        self._house = self._keeper.house
        self._parties = {
            name: party(kind, name)
            for kind, everybody in (("Vendor", self._cast.paid), ("Customer", self._customers()))
            for name in everybody
        }
        self._item = reference(books.find("Item", ITEM), label="Name")

    def _customers(self) -> tuple[str, ...]:
        return self._cast.customers

    def write(self, today: date) -> None:
        for number, event in enumerate(tidy.events(self._cast, today), start=1):
            self._write(event, number)

    def _write(self, event: Event, number: int) -> None:
        match event.act:
            case Act.BILL:
                self._bill(event, f"B-{number:04d}")
            case Act.SALE:
                self._sale(event, str(1000 + number))
            case Act.SPEND:
                paid = {"AccountRef": self._house.account(BANK), "PaymentType": "Cash"}
                self._document("Purchase", event, f"EXP-{number:04d}", extras=paid)
            case Act.RECEIVE:
                account, words = ACCOUNTS[event.role], event.words
                fields = journals.banked(
                    self._house, BANK, account, event.net, day=event.day, memo=words
                )
                self._keeper.add("Deposit", fields, at=midday(event.day))
            case Act.JOURNAL:
                self._journal(event, f"J-{number:04d}")

    def _document(
        self, kind: str, event: Event, number: str, *, extras: Fields | None = None
    ) -> Row:
        sells = kind == "Invoice"
        is_exempt = event.role is Role.INSURANCE
        code = _EXEMPT if is_exempt else _CODES[int(event.rate)]
        entry = Entry(
            amount=event.net,
            of=self._item if sells else self._house.account(ACCOUNTS[event.role]),
            code=self._house.code(code),
            description=event.words,
        )
        terms = Terms(
            day=event.day,
            number=number,
            due=event.day + timedelta(days=DAYS_DUE),
            extras=extras or {},
        )
        party = self._parties[event.party]
        at = midday(event.day)
        return self._keeper.write(kind, party, entries=[entry], terms=terms, at=at)

    def _bill(self, event: Event, number: str) -> None:
        row = self._document("Bill", event, number)
        bank = {"BankAccountRef": self._house.account(BANK), "PrintStatus": "NotSet"}
        how: Fields = {"PayType": "Check", "CheckPayment": bank, "DocNumber": f"P-{number}"}
        self._settle("BillPayment", event, row, how)

    def _sale(self, event: Event, number: str) -> None:
        row = self._document("Invoice", event, number)
        drawer = {"DepositToAccountRef": self._house.account(UNDEPOSITED)}
        how = {**drawer, "PaymentRefNum": f"R-{number}", "ProcessPayment": False}
        payment = self._settle("Payment", event, row, how)
        if payment is not None and event.settled is not None:
            day = event.settled
            self._keeper.deposit([payment], BANK, day=day, at=midday(day))

    def _settle(self, kind: str, event: Event, row: Row, fields: Fields) -> Row | None:
        if event.settled is None:
            return None
        return self._keeper.settle(
            kind,
            self._parties[event.party],
            amounts={row.id: row.fields["Balance"]},
            fields=fields,
            day=event.settled,
            at=midday(event.settled),
        )

    def _journal(self, event: Event, number: str) -> None:
        amounts: list[tuple[str, Decimal]] = [(ACCOUNTS[event.role], event.net)]
        amounts += [(ACCOUNTS[role], -amount) for role, amount in event.credits]
        fields = journals.entry(self._house, amounts, day=event.day, memo=event.words)
        self._keeper.add("JournalEntry", {**fields, "DocNumber": number}, at=midday(event.day))
