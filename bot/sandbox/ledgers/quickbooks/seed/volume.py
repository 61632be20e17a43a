"""A QuickBooks company of any size, the same for the same seed, for measuring rather than for eyes.

Its year is made of a few plain kinds: invoices of three lines, bills of one, and payments of
invoices in full. Everything a smaller company has by way of lists is there too.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.quickbooks.keeping.bookkeeper import Bookkeeper
from bot.sandbox.ledgers.quickbooks.keeping.documents import Terms, reference
from bot.sandbox.ledgers.quickbooks.keeping.money import Entry
from bot.sandbox.ledgers.quickbooks.reading.rows import pack
from bot.sandbox.ledgers.quickbooks.seed import companies
from bot.sandbox.ledgers.quickbooks.seed.plans import Plan
from bot.sandbox.ledgers.rows import Row

FIRST_DAY = date(2025, 11, 1)
DAYS = 350
LINES = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much there is of what; the defaults are what rivals were measured with."""

    invoices: int = 5_000
    bills: int = 2_000
    payments: int = 2_000
    customers: int = 1_000
    vendors: int = 500

    def __post_init__(self) -> None:
        if min(self.invoices, self.bills, self.payments) < 0:
            raise ValueError("there cannot be fewer than none")
        if min(self.customers, self.vendors) < 1:
            raise ValueError("somebody has to buy and to sell")


def company(name: str, *, realm: str, seed: int, size: Size | None = None) -> Books:
    """Books in which `payments` of the invoices are paid; their JSON is made beforehand."""
    size = size or Size()
    plan = Plan(
        name=name,
        realm=realm,
        sku="QuickBooks Online Advanced",
        vendors=size.vendors,
        customers=size.customers,
        classes=("North", "South"),
        locations=("Kendal", "Windermere"),
    )
    dice = Random(f"{seed}:{realm}:volume")
    books = companies.lists(plan, dice)
    _write(books, size, dice)
    books.reconciled_until = FIRST_DAY + timedelta(days=DAYS - 20)
    pack(books)
    return books


def stir(books: Books, *, seed: int, count: int, at: datetime) -> list[tuple[str, Row]]:
    """Change so many invoices, bills and customers, as a day's work would."""
    dice = Random(f"{seed}:stir")
    rows = [
        (kind, row)
        for kind, weight in (("Invoice", 5), ("Bill", 2), ("Customer", 1))
        for row in dice.sample(books.rows(kind), min(len(books.rows(kind)), count * weight // 8))
    ]
    note = f"Looked at {at:%d %B %Y}"
    for kind, row in rows:
        books.change(kind, row.id, {_note(kind): note}, at=at)
    return rows


def _note(kind: str) -> str:
    return "Notes" if kind == "Customer" else "PrivateNote"


def _write(books: Books, size: Size, dice: Random) -> None:
    keeper = Bookkeeper(books)
    customers = [row for row in books.rows("Customer") if row.fields["Active"]]
    invoices = [_invoice(keeper, n, customers, dice) for n in range(size.invoices)]
    vendors = books.rows("Vendor")
    for n in range(size.bills):
        _bill(keeper, n, vendors, dice)
    for n, invoice in enumerate(invoices[: size.payments]):
        _payment(keeper, n, invoice)


def _invoice(keeper: Bookkeeper, number: int, customers: list[Row], dice: Random) -> Row:
    items = keeper.books.rows("Item")
    entries = [
        Entry(
            amount=Decimal(dice.randrange(500, 90_000)).scaleb(-2),
            of=reference(item, label="Name"),
            code=keeper.house.usual_code,
            description=str(item.fields["Description"]),
        )
        for item in dice.choices(items, k=LINES)
    ]
    day = _day(number, dice)
    terms = Terms(day=day, number=f"INV-{number}")
    customer = dice.choice(customers)
    return keeper.write("Invoice", customer, entries=entries, terms=terms, at=_instant(day, dice))


def _bill(keeper: Bookkeeper, number: int, vendors: list[Row], dice: Random) -> None:
    entry = Entry(
        amount=Decimal(dice.randrange(500, 90_000)).scaleb(-2),
        of=keeper.house.account(dice.choice(("Rent", "Ingredients", "Light and heat"))),
        code=keeper.house.usual_code,
        description="Monthly",
    )
    day = _day(number, dice)
    terms = Terms(day=day, number=f"B-{number}")
    vendor = dice.choice(vendors)
    keeper.write("Bill", vendor, entries=[entry], terms=terms, at=_instant(day, dice))


def _payment(keeper: Bookkeeper, number: int, invoice: Row) -> None:
    day = date.fromisoformat(invoice.fields["TxnDate"]) + timedelta(days=1)
    customer = keeper.books.find("Customer", invoice.fields["CustomerRef"]["value"])
    fields = {
        "DepositToAccountRef": keeper.house.account("Cash at bank"),
        "PaymentRefNum": f"R-{number}",
        "ProcessPayment": False,
    }
    keeper.settle(
        "Payment",
        customer,
        amounts={invoice.id: invoice.fields["Balance"]},
        fields=fields,
        day=day,
        at=invoice.created + timedelta(days=1),
    )


def _day(number: int, dice: Random) -> date:
    return FIRST_DAY + timedelta(days=(number + dice.randrange(7)) % DAYS)


def _instant(day: date, dice: Random) -> datetime:
    return datetime.combine(day, datetime.min.time(), UTC) + timedelta(
        seconds=dice.randrange(9 * 3600, 17 * 3600)
    )
