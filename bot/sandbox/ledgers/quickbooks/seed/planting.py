"""Writes what `mistakes` lists into the year of a company."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bot.sandbox.ledgers import tidy
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks.keeping import journals
from bot.sandbox.ledgers.quickbooks.keeping.bookkeeper import UNDEPOSITED, Bookkeeper
from bot.sandbox.ledgers.quickbooks.keeping.documents import Terms, reference
from bot.sandbox.ledgers.quickbooks.keeping.marks import Mark
from bot.sandbox.ledgers.quickbooks.keeping.money import Entry
from bot.sandbox.ledgers.quickbooks.seed.in_order import BANK, midday
from bot.sandbox.ledgers.quickbooks.seed.mistakes import MISTAKES
from bot.sandbox.ledgers.quickbooks.seed.parties import enter
from bot.sandbox.ledgers.quickbooks.seed.plans import Plan
from bot.sandbox.ledgers.rows import Fields, Row

REPAIRS, SUNDRIES, TRAVEL = "Repairs and maintenance", "Packaging", "Travel"
STANDARD, NO_TAX = "20.0% S", "No VAT"
DAYS_TO_PAY = 14
_VENDORS = (
    "Sedbergh Sundries", "Kirkby Vans", "Staveley Plumbing", "Ings Locksmiths", "Orton Scaffolds",
    "Burneside Glass", "Crook Electrical", "Natland Deposits", "Levens Power", "Heversham Ovens",
    "Arnside Builders", "Unknown", "Silverdale Returns",
)  # fmt: skip
_CUSTOMERS = ("Ulverston Poultrey", "Bowness Suites", "Troutbeck Films", "Cartmel Races")


def plant(books: Books, plan: Plan, today: date) -> None:
    """To be called when the year is written."""
    _Planting(books, plan, today).plant()


class _Planting:
    def __init__(self, books: Books, plan: Plan, today: date) -> None:
        self._books = books
        self._plan = plan
        self._today = today
        self._end = tidy.last_month_end(today)
        self._keeper = Bookkeeper(books)
        self._house = self._keeper.house
        self._dice = Random(f"{books.key}:mistakes")
        self._parties: dict[str, Row] = {}

    def plant(self) -> None:
        self._people()
        self._coding()
        self._duplicates()
        self._unpaid()
        self._taxes_and_assets()
        self._journals()
        self._credits()
        self._beside()
        self._unreconciled()

    def _ago(self, days: int) -> date:
        """Before the end of the last month that is over; fewer than 28 are within it."""
        return self._end - timedelta(days=days)

    def _people(self) -> None:
        pairs = ("duplicate_contacts_strict", "duplicate_contacts_close", "alike_across_types")
        vendors = [name for key in pairs for name in MISTAKES[key].rows]
        customers = (*MISTAKES["duplicate_customers"].rows, *_CUSTOMERS)
        for kind, everybody in (("Vendor", (*vendors, *_VENDORS)), ("Customer", customers)):
            for name in everybody:
                self._parties[name] = enter(self._books, kind, name, self._plan, self._dice)

    def _document(self, kind: str, party: str, number: str, entry: Entry, **terms: Any) -> Row:
        day: date = terms.pop("day")
        at = midday(terms.pop("at", day))
        whole = Terms(day=day, number=number, **terms)
        return self._keeper.write(kind, self._parties[party], entries=[entry], terms=whole, at=at)

    def _cost(self, account: str, net: str, tax: str = STANDARD) -> Entry:
        of = self._house.account(account)
        return Entry(amount=Decimal(net), of=of, code=self._house.code(tax), description=account)

    def _sold(self, net: str) -> Entry:
        item = reference(self._books.rows("Item")[0], label="Name")
        return Entry(amount=Decimal(net), of=item, code=self._house.code(STANDARD))

    def _bill(
        self, party: str, number: str, ago: int, entry: Entry, *, paid: bool = True, **terms: Any
    ) -> Row:
        day = terms.pop("day", self._ago(ago))
        row = self._document("Bill", party, number, entry, day=day, **terms)
        if paid:
            bank = {"BankAccountRef": self._house.account(BANK), "PrintStatus": "NotSet"}
            how = {"PayType": "Check", "CheckPayment": bank, "DocNumber": f"P-{number}"}
            due = max(day + timedelta(days=DAYS_TO_PAY), terms.get("at", day))
            if due <= self._today:
                self._settle("BillPayment", party, row, due, how)
        return row

    def _settle(self, kind: str, party: str, row: Row, day: date, fields: Fields) -> Row:
        amounts = {row.id: row.fields["Balance"]}
        whole = self._parties[party]
        at = midday(day)
        return self._keeper.settle(kind, whole, amounts=amounts, fields=fields, day=day, at=at)

    def _coding(self) -> None:
        for n, ago in enumerate((140, 100, 70, 5)):
            is_last = n == 3
            account, tax = (SUNDRIES, NO_TAX) if is_last else (REPAIRS, STANDARD)
            self._bill("Sedbergh Sundries", f"SS-{n}", ago, self._cost(account, f"{41 + n}.50"))
            entry = self._cost("Motor running costs", f"{73 + n}.00", tax)
            self._bill("Kirkby Vans", f"KV-{n}", ago + 4, entry)

    def _duplicates(self) -> None:
        number, _ = MISTAKES["duplicate_bill"].rows
        twice = self._cost(REPAIRS, "318.00")
        self._bill("Staveley Plumbing", number, 23, twice)
        self._bill("Staveley Plumbing", number, 20, twice, paid=False)
        keys = self._cost(REPAIRS, "142.80")
        self._bill("Ings Locksmiths", "IL-771", 15, keys, paid=False)
        self._spend("Ings Locksmiths", "EXP-TWICE", 13, keys)
        self._spend("Unknown", "EXP-UNKNOWN", 10, self._cost("VAT Suspense", "275.00", NO_TAX))
        returned = self._cost("Prepayments", "310.00", NO_TAX)
        self._spend("Silverdale Returns", "EXP-PETTY", 12, returned, bank="Petty cash")

    def _spend(self, party: str, number: str, ago: int, entry: Entry, bank: str = BANK) -> Row:
        paid = {"AccountRef": self._house.account(bank), "PaymentType": "Cash"}
        return self._document("Purchase", party, number, entry, day=self._ago(ago), extras=paid)

    def _unpaid(self) -> None:
        self._bill("Orton Scaffolds", "OLD-B1", 200, self._cost(REPAIRS, "655.00"), paid=False)
        self._document(
            "Invoice", "Bowness Suites", "OLD-I1", self._sold("2460.00"), day=self._ago(180)
        )
        closed = date.fromisoformat(str(self._plan.books_closed))
        day, entry = closed - timedelta(days=10), self._cost(REPAIRS, "207.00")
        self._bill("Burneside Glass", "CLOSED-1", 0, entry, day=day, at=self._today)

    def _taxes_and_assets(self) -> None:
        for party, number, ago, entry in (
            ("Crook Electrical", "NOTAX-1", 18, self._cost(REPAIRS, "384.00", NO_TAX)),
            ("Natland Deposits", "BAL-1", 22, self._cost("Bank loan", "700.00")),
            ("Heversham Ovens", "LCA-1", 21, self._cost("Ovens and equipment", "84.00")),
            ("Arnside Builders", "REP-900", 24, self._cost(REPAIRS, "6900.00")),
        ):
            self._bill(party, number, ago, entry)
        for n, ago in enumerate((150, 120, 90, 60)):
            self._bill("Crook Electrical", f"CE-{n}", ago, self._cost(REPAIRS, f"{77 + n}.00"))
        for n in range(10):
            entry = self._cost("Light and heat", f"{140 + n}.00", "5.0% R")
            self._bill("Levens Power", f"POWER-{n}", 330 - 30 * n, entry)
        self._bill("Levens Power", "POWER-X", 8, self._cost("Light and heat", "940.00", "5.0% R"))

    def _journals(self) -> None:
        debtor = {"Type": "Customer", "EntityRef": reference(self._parties["Bowness Suites"])}
        for number, accounts, amount, party in (
            ("J-BANK", ("Bank charges", BANK), "37.20", None),
            ("J-DEBTORS", ("Sales", "Debtors"), "95.00", debtor),
            ("J-OPENING", ("Accruals", "Opening Balance Equity"), "410.00", None),
        ):
            fields = journals.journal(
                self._house, accounts, Decimal(amount), day=self._ago(14), memo="Correction"
            )
            if party:
                fields["Line"][1]["JournalEntryLineDetail"]["Entity"] = party
            at = midday(self._ago(14))
            self._keeper.add("JournalEntry", {**fields, "DocNumber": number}, at=at)

    def _credits(self) -> None:
        paid_in = {"DepositToAccountRef": self._house.account(BANK), "PaymentRefNum": "R-OVER"}
        self._keeper.settle(
            "Payment",
            self._parties["Cartmel Races"],
            amounts={},
            unapplied=Decimal("120.00"),
            fields={**paid_in, "ProcessPayment": False},
            day=self._ago(70),
            at=midday(self._ago(70)),
        )
        owed = self._document(
            "Invoice", "Cartmel Races", "DRAWER-1", self._sold("86.00"), day=self._ago(170)
        )
        drawer = self._house.account(UNDEPOSITED)
        how = {"DepositToAccountRef": drawer, "PaymentRefNum": "R-DRAWER", "ProcessPayment": False}
        self._settle("Payment", "Cartmel Races", owed, self._ago(150), how)
        returned, refunded = self._cost(REPAIRS, "60.00"), self._sold("48.00")
        self._document("VendorCredit", "Orton Scaffolds", "VC-OLD", returned, day=self._ago(130))
        self._document("CreditMemo", "Bowness Suites", "CM-OLD", refunded, day=self._ago(140))

    def _beside(self) -> None:
        """Paid at the till what an invoice is still open for."""
        sold = self._sold("540.00")
        self._document("Invoice", "Troutbeck Films", "BESIDE-1", sold, day=self._ago(25))
        bank = {"DepositToAccountRef": self._house.account(BANK)}
        self._document(
            "SalesReceipt", "Troutbeck Films", "SR-BESIDE", sold, day=self._ago(19), extras=bank
        )

    def _unreconciled(self) -> None:
        """Never on a statement; a third one is, and waits to be reconciled with it."""
        for number, bank, ago, mark in (
            ("EXP-OPEN", BANK, 41, Mark.UNCLEARED),
            ("EXP-CARD", "Company card", 26, Mark.UNCLEARED),
            ("EXP-CLEAR", BANK, 17, Mark.CLEARED),
        ):
            entry = self._cost(TRAVEL, f"{60 + ago}.20")
            row = self._spend("Silverdale Returns", number, ago, entry, bank=bank)
            self._books.marks[row.id] = mark
