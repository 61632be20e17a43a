"""A believable year of business in a seeded QuickBooks company, the same for the same dice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks.keeping.bookkeeper import UNDEPOSITED, Bookkeeper
from bot.sandbox.ledgers.quickbooks.keeping.documents import Terms, reference
from bot.sandbox.ledgers.quickbooks.keeping.entities import TRANSACTIONS
from bot.sandbox.ledgers.quickbooks.keeping.journals import journal, transfer
from bot.sandbox.ledgers.quickbooks.keeping.money import RATES, Entry, Reference, TaxCode, cents
from bot.sandbox.ledgers.quickbooks.keeping.settling import PARTIES
from bot.sandbox.ledgers.quickbooks.seed.plans import Plan
from bot.sandbox.ledgers.rows import Fields, Row

OPENING_TIME = time(9)
FIRST_DAY = date(2025, 11, 1)
LAST_DAY = date(2026, 10, 27)
COSTS = (
    "Ingredients", "Packaging", "Delivery and couriers", "Light and heat", "Rent",
    "Telephone and internet", "Repairs and maintenance", "Advertising and marketing",
    "Subscriptions",
)  # fmt: skip
USUAL_CODES = (*("20.0% S",) * 7, "5.0% R", "0.0% Z", "No VAT")
TO_SAVINGS = ("Cash at bank", "Savings")
# What is journalled every month: which account is debited, and which is credited.
MONTHLY = {
    "Wages": ("Wages and salaries", "PAYE and NIC"),
    "Depreciation": ("Depreciation", "Accumulated depreciation"),
}
PREFIXES = {
    "Invoice": "",
    "SalesReceipt": "SR-",
    "Estimate": "EST-",
    "CreditMemo": "CN-",
    "RefundReceipt": "RR-",
}
PETTY = ("Travel", "Subsistence", "Motor running costs", "Printing and stationery", "Cleaning")
# One working day's chances, for a company of ordinary size.
CHANCES = {
    "invoice": 0.42,
    "bill": 0.3,
    "purchase": 0.22,
    "sales_receipt": 0.12,
    "estimate": 0.06,
    "purchase_order": 0.05,
    "credit_memo": 0.03,
    "vendor_credit": 0.025,
    "refund": 0.015,
    "void": 0.012,
    "delete": 0.008,
}


def write_later(
    books: Books, plan: Plan, dice: Random, *, then: Callable[[], None] | None = None
) -> None:
    """Have the year written when somebody first looks at it, or at the balances it leads to."""
    year = Year(books, plan, dice)  # knows now what the lists are like, whatever is done to them
    written = False

    def write() -> None:
        nonlocal written
        if not written:
            written = True
            year.write()
            if then is not None:
                then()

    for kind in (*TRANSACTIONS, "Customer", "Vendor"):
        books.write_later(kind, write)


class Year:
    """One company's year, day by day."""

    def __init__(self, books: Books, plan: Plan, dice: Random) -> None:
        self._dice = dice
        self._plan = plan
        self._keeper = Bookkeeper(books)
        self._house = self._keeper.house
        self._customers = _regulars(books.rows("Customer"), self._house.currency, dice, 40)
        self._vendors = _regulars(books.rows("Vendor"), self._house.currency, dice, 24)
        self._items = [reference(row, label="Name") for row in books.rows("Item")]
        self._classes = [reference(row, label="Name") for row in _active(books.rows("Class"))]
        self._places = [reference(row, label="Name") for row in books.rows("Department")]
        self._methods = [reference(row, label="Name") for row in books.rows("PaymentMethod")]
        self._codes = self._usual_codes()
        self._to_receive: list[tuple[date, Row]] = []
        self._to_pay: list[tuple[date, Row]] = []
        self._to_deposit: list[Row] = []
        self._estimates: list[Row] = []
        self._orders: list[Row] = []
        self._numbers: dict[str, int] = {}
        self.day = FIRST_DAY
        self._moment = datetime.combine(self.day, OPENING_TIME, UTC)

    def write(self) -> None:
        acts: dict[str, Callable[[], object]] = {
            "invoice": self._invoice,
            "bill": self._bill,
            "purchase": self._purchase,
            "sales_receipt": lambda: self._sale("SalesReceipt"),
            "estimate": lambda: self._estimates.append(self._sale("Estimate")),
            "purchase_order": self._order,
            "credit_memo": self._credit_memo,
            "vendor_credit": self._vendor_credit,
            "refund": lambda: self._sale("RefundReceipt"),
            "void": self._void,
            "delete": self._delete,
        }
        for self.day in _working_days():
            self._moment = datetime.combine(self.day, OPENING_TIME, UTC)
            for name, chance in CHANCES.items():
                if self._does(name) and self._dice.random() < chance * self._size:
                    acts[name]()
            self._receive()
            self._pay()
            if self.day.weekday() == 4:
                self._deposit()
            if self.day.day <= 3 and self.day.weekday() < 3:
                self._month_end()

    def _usual_codes(self) -> list[TaxCode]:
        names = ("NON",) if self._house.is_american else USUAL_CODES
        return [self._house.code(name) for name in names]

    @property
    def _size(self) -> float:
        return 1.6 if self._plan.awkward else 0.5 if self._plan.customers < 100 else 1

    def _does(self, name: str) -> bool:
        """Simple Start knows no bills, and only the larger plans have orders."""
        if name in {"bill", "vendor_credit"}:
            return self._plan.has_bills
        return name != "purchase_order" or self._plan.has_orders

    @property
    def _at(self) -> datetime:
        """The next moment of the day at which something is entered."""
        self._moment += timedelta(seconds=self._dice.randrange(20, 500))
        return self._moment

    def _number(self, prefix: str) -> str:
        self._numbers[prefix] = self._numbers.get(prefix, 20_000) + 1
        return f"{prefix}{self._numbers[prefix]}"

    def _terms(self, party: Row, number: str) -> Terms:
        currency = str(party.fields["CurrencyRef"]["value"])
        place = {"DepartmentRef": self._dice.choice(self._places)} if self._places else {}
        return Terms(
            day=self.day,
            number=number,
            currency=currency,
            rate=RATES[currency] if currency != self._house.currency else Decimal(1),
            inclusive=not self._house.is_american and self._dice.random() < 0.2,
            extras=place,
        )

    def _entry(self, of: Reference, amount: Decimal, *, quantity: int = 1) -> Entry:
        tracking = {"ClassRef": self._dice.choice(self._classes)} if self._classes else {}
        return Entry(
            amount=amount * quantity,
            of=of,
            code=self._dice.choice(self._codes),
            description=str(of["name"]),
            quantity=quantity,
            extras=tracking,
        )

    def _amount(self, most: int) -> Decimal:
        return Decimal(self._dice.randrange(900, most * 100)).scaleb(-2)

    def _sale(self, kind: str, customer: Row | None = None, **more: Any) -> Row:
        party = customer or self._dice.choice(self._customers)
        entries = [
            self._entry(self._dice.choice(self._items), self._amount(600), quantity=quantity)
            for quantity in self._dice.choices((1, 1, 2, 5), k=self._dice.randint(1, 3))
        ]
        terms = replace(self._terms(party, self._number(PREFIXES[kind])), **more)
        if kind in {"SalesReceipt", "RefundReceipt"}:
            method = {"PaymentMethodRef": self._dice.choice(self._methods)}
            terms = replace(terms, extras={**terms.extras, **method})
        return self._keeper.write(kind, party, entries=entries, terms=terms, at=self._at)

    def _cost(self, kind: str, vendor: Row, of: Sequence[str], number: str, **more: Any) -> Row:
        entries = [
            self._entry(self._house.account(name), self._amount(900))
            for name in self._dice.sample(of, self._dice.randint(1, 2))
        ]
        terms = replace(self._terms(vendor, number), **more)
        return self._keeper.write(kind, vendor, entries=entries, terms=terms, at=self._at)

    def _invoice(self) -> None:
        if self._estimates and self._dice.random() < 0.3:
            self._invoice_an_estimate(self._estimates.pop(0))
            return
        discount = self._dice.choice((0, 0, 0, 0, 10))
        row = self._sale("Invoice", discount=discount)
        self._expect(self._to_receive, row)

    def _invoice_an_estimate(self, estimate: Row) -> None:
        customer = self._keeper.books.find("Customer", estimate.fields["CustomerRef"]["value"])
        row = self._sale("Invoice", customer)
        changed = {"TxnStatus": "Closed"}
        self._keeper.tie("Estimate", estimate, ("Invoice", row), at=self._at, **changed)
        self._expect(self._to_receive, row)

    def _bill(self) -> None:
        vendor = self._dice.choice(self._vendors)
        number = f"INV-{self._dice.randrange(1_000, 99_999)}"
        row = self._cost("Bill", vendor, COSTS, number)
        if self._orders and self._dice.random() < 0.2:
            order = self._orders.pop(0)
            self._keeper.tie("PurchaseOrder", order, ("Bill", row), at=self._at, POStatus="Closed")
        self._expect(self._to_pay, row)

    def _expect(self, queue: list[tuple[date, Row]], row: Row) -> None:
        """Most pay around the due date, one in eight not this year."""
        if self._dice.random() < 0.875:
            queue.append((self.day + timedelta(days=self._dice.randint(5, 55)), row))

    def _purchase(self) -> Row:
        vendor = self._dice.choice(self._at_home(self._vendors))
        by_card = {"AccountRef": self._house.account("Company card"), "PaymentType": "CreditCard"}
        paid = by_card if self._dice.random() < 0.5 else {}
        return self._cost("Purchase", vendor, PETTY, self._number("EXP-"), extras=paid)

    def _order(self) -> None:
        vendor = self._dice.choice(self._vendors)
        entries = [self._entry(self._dice.choice(self._items), self._amount(80), quantity=10)]
        terms = self._terms(vendor, self._number("PO-"))
        row = self._keeper.write("PurchaseOrder", vendor, entries=entries, terms=terms, at=self._at)
        self._orders.append(row)

    def _credit_memo(self) -> None:
        """For a customer who still owes more than that, whose invoice it goes against."""
        memo = self._sale("CreditMemo")
        owing = [
            row
            for _, row in self._to_receive
            if row.fields["CustomerRef"]["value"] == memo.fields["CustomerRef"]["value"]
            and row.fields["Balance"] >= memo.fields["Balance"]
        ]
        if owing:
            amount = memo.fields["Balance"]
            self._settle("Payment", owing[0], {}, credit={memo.id: amount}, amount=amount)

    def _vendor_credit(self) -> None:
        vendor = self._dice.choice(self._at_home(self._vendors))
        self._cost("VendorCredit", vendor, COSTS, self._number("SCN-"))

    def _void(self) -> None:
        queue = self._to_receive
        if queue:
            _, row = queue.pop()
            if not row.fields["LinkedTxn"]:
                self._keeper.void("Invoice", row, at=self._at)

    def _delete(self) -> None:
        """What was entered by mistake leaves nothing but its number in the change log."""
        self._keeper.delete("Purchase", self._purchase(), at=self._at)

    def _receive(self) -> None:
        for row in self._due(self._to_receive):
            is_home = row.fields["CurrencyRef"]["value"] == self._house.currency
            waits = is_home and self._dice.random() < 0.4
            fields = {
                "DepositToAccountRef": self._house.account(
                    UNDEPOSITED if waits else "Cash at bank"
                ),
                "PaymentMethodRef": self._dice.choice(self._methods),
                "PaymentRefNum": self._number("R-"),
                "ProcessPayment": False,
            }
            open_now = row.fields["Balance"]
            part = cents(open_now / 2) if self._dice.random() < 0.1 else open_now
            payment = self._settle("Payment", row, fields, amount=part)
            if waits:
                self._to_deposit.append(payment)

    def _pay(self) -> None:
        for row in self._due(self._to_pay):
            fields: Fields = {
                "PayType": "Check",
                "CheckPayment": {
                    "BankAccountRef": self._house.account("Cash at bank"),
                    "PrintStatus": "NotSet",
                },
            }
            if self._dice.random() < 0.15:
                card = {"CCAccountRef": self._house.account("Company card")}
                fields = {"PayType": "CreditCard", "CreditCardPayment": card}
            number = {"DocNumber": self._number("P-")}
            self._settle("BillPayment", row, {**fields, **number}, amount=row.fields["Balance"])

    def _settle(self, kind: str, row: Row, fields: Fields, **how: Any) -> Row:
        party_kind = PARTIES[kind]
        party = self._keeper.books.find(party_kind, row.fields[f"{party_kind}Ref"]["value"])
        amounts = {row.id: how.pop("amount")}
        return self._keeper.settle(
            kind, party, amounts=amounts, fields=fields, day=self.day, at=self._at, **how
        )

    def _due(self, queue: list[tuple[date, Row]]) -> list[Row]:
        """What is paid today; whatever was settled in another way meanwhile drops out."""
        today = [row for day, row in queue if day <= self.day and row.fields["Balance"]]
        queue[:] = [(day, row) for day, row in queue if day > self.day]
        return today

    def _deposit(self) -> None:
        if self._to_deposit:
            self._keeper.deposit(self._to_deposit, "Cash at bank", day=self.day, at=self._at)
            self._to_deposit = []

    def _month_end(self) -> None:
        month = f"{self.day:%B %Y}"
        saved = Decimal(self._dice.randrange(1, 9) * 250)
        move = transfer(self._house, TO_SAVINGS, saved, day=self.day, memo=f"To savings {month}")
        self._keeper.add("Transfer", move, at=self._at)
        for why, accounts in MONTHLY.items():
            amount = self._amount(4_000)
            fields = journal(self._house, accounts, amount, day=self.day, memo=f"{why} {month}")
            numbered = {**fields, "DocNumber": self._number("J-")}
            self._keeper.add("JournalEntry", numbered, at=self._at)

    def _at_home(self, parties: list[Row]) -> list[Row]:
        ours = self._house.currency
        return [row for row in parties if row.fields["CurrencyRef"]["value"] == ours]


def _working_days() -> Iterator[date]:
    day = FIRST_DAY
    while day <= LAST_DAY:
        if day.weekday() < 5:
            yield day
        day += timedelta(days=1)


def _active(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.fields.get("Active") is not False]


def _regulars(rows: list[Row], currency: str, dice: Random, most: int) -> list[Row]:
    """Those a company deals with all year, whoever is abroad among them."""
    active = _active(rows)
    abroad = [row for row in active if row.fields["CurrencyRef"]["value"] != currency]
    return [*abroad, *dice.sample(active, min(most, len(active)))]
