"""A Xero organisation of any size from a seed, quick to make and quick to serve.

A few hundred model documents are made by the ordinary rules, so that their totals add up; every
further document is one of them with ids, numbers, contacts and instants of its own, kept as the
very bytes that go on the wire.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from bot.sandbox.ledgers import names
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.rows import Row, Unpack
from bot.sandbox.ledgers.xero.keeping.tables import ORGANISATION, TABLES
from bot.sandbox.ledgers.xero.reading.render import stamp_text, unpacked
from bot.sandbox.ledgers.xero.seed import chart
from bot.sandbox.ledgers.xero.seed.organisations import profile
from bot.sandbox.ledgers.xero.seed.plans import Plan
from bot.sandbox.ledgers.xero.seed.register import add_register
from bot.sandbox.ledgers.xero.seed.volume_models import (
    BANK,
    FIRST,
    LAST,
    MODELS,
    Models,
    Stamp,
    in_json,
)
from bot.sandbox.ledgers.xero.wire import ms_date


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """How much of everything; as many invoices are paid, each at once and whole, as `payments`."""

    name: str = "Volume Limited"
    seed: int = 1
    invoices: int = 5_000
    lines: int = 3
    contacts: int = 1_000
    bank_transactions: int = 2_000
    payments: int = 2_000
    credit_notes: int = 500
    manual_journals: int = 300
    accounts: int = 100
    tax_rates: int = 20

    def __post_init__(self) -> None:
        counts = (self.invoices, self.lines, self.contacts, self.bank_transactions, self.payments)
        if min(*counts, self.credit_notes, self.manual_journals) < 0 or self.contacts < 1:
            raise ValueError("counts cannot be negative, and there is at least one contact")
        if min(self.lines, self.accounts - 1, self.tax_rates - 1) < 1:
            raise ValueError("there is at least one line, two accounts and two tax rates")
        if self.payments > self.invoices:
            raise ValueError("every payment pays an invoice: there cannot be more of them")


def read_volume(asked: dict[str, Any]) -> Volume:
    """Raises `ValueError` for a word that is none of `Volume`'s."""
    try:
        return Volume(**asked)
    except TypeError as reason:
        raise ValueError(str(reason)) from reason


def open_books(directory: Directory, volume: Volume) -> Books:
    """Make the organisation, or make it again, and let everybody in who reaches them all."""
    books = volume_books(volume)
    reach = max(len(user.organisations) for user in directory.users.values())
    directory.books[books.key] = books
    for user in list(directory.users.values()):
        if len(user.organisations) == reach and books.key not in user.organisations:
            wider = (*user.organisations, books.key)
            directory.users[user.key] = replace(user, organisations=wider)
    return books


def volume_books(volume: Volume) -> Books:
    key = str(uuid5(NAMESPACE_URL, f"{volume.seed}:xero:volume:{volume.name}"))
    books = Books(key=key, root=ORGANISATION, tables=TABLES)
    _Writer(books, volume, Random(f"{key}:{volume.seed}")).write()
    return books


class _Writer:
    def __init__(self, books: Books, volume: Volume, dice: Random) -> None:
        self._books = books
        self._volume = volume
        self._dice = dice

    def write(self) -> None:
        volume = self._volume
        self._lists()
        models = Models(self._books, lines=volume.lines, dice=self._dice)
        rows = self._books.rows("Contacts")
        self._contacts = [(row.id, in_json(row.fields["Name"])) for row in rows]
        paid = models.paid()
        waiting = volume.invoices - volume.payments
        self._press("Invoices", models.invoices(), waiting, prefix="INV-W")
        self._press("BankTransactions", models.banked(), volume.bank_transactions)
        self._press("CreditNotes", models.noted(), volume.credit_notes, prefix="CN-")
        self._press("ManualJournals", models.journals(), volume.manual_journals)
        self._press_pairs(paid)

    def _lists(self) -> None:
        volume, books = self._volume, self._books
        plan = Plan(name=volume.name, profile={"Class": "COMPREHENSIVE"})
        books.add("Organisation", profile(plan, books.key), at=FIRST)
        accounts = chart.chart(small=False)[: max(0, volume.accounts - 1)]
        spare = range(len(accounts) + 1, volume.accounts)
        more = [
            {"Code": f"X{n:03d}", "Name": f"Cost centre {n}", "Type": "OVERHEADS"} for n in spare
        ]
        bank = chart.bank("090", BANK, "12345601234567", currency="GBP")
        for fields in (bank, *accounts, *more):
            books.add("Accounts", {"TaxType": "INPUT2", **fields}, at=FIRST)
        rates = chart.tax_rates()
        for n in range(len(rates), volume.tax_rates):
            rates.append({**rates[0], "TaxType": f"TAX{n:03d}", "Name": f"20% (Scheme {n})"})
        for fields in rates[: volume.tax_rates]:
            books.add("TaxRates", fields, at=FIRST)
        add_register(books, types=(), assets=())
        books.add("Currencies", {"Code": "GBP", "Description": "British Pound"}, at=FIRST)
        region = books.add("TrackingCategories", {"Name": "Region"}, at=FIRST)
        for name in ("North", "South"):
            option = {"Name": name, "TrackingCategoryID": region.id}
            books.add("TrackingOptions", option, at=FIRST)
        called = names.businesses(self._dice)
        for n, name in enumerate(islice(called, min(volume.contacts, 2_000))):
            self._contact(n, name)
        for n in range(2_000, volume.contacts):
            self._contact(n, f"Customer {n:06d} Ltd")

    def _contact(self, n: int, name: str) -> None:
        sold_to = {"IsCustomer": n % 2 == 0, "IsSupplier": n % 2 == 1}
        fields = {"ContactID": self._id(), "Name": name, "EmailAddress": names.mailbox(name)}
        at = FIRST + timedelta(seconds=self._dice.randrange(_seconds(FIRST)))
        self._books.add("Contacts", {**fields, **sold_to}, at=at)

    def _press(self, kind: str, models: Iterable[Stamp], count: int, *, prefix: str = "") -> None:
        stamps = list(models)
        unpack = unpacked(self._books.table(kind).key)
        rows = []
        for n in range(count):
            stamp = stamps[n % MODELS]
            rows.append(_pressed(stamp, self._values(n, prefix, since=stamp.made), unpack))
        self._books.insert(kind, rows)

    def _press_pairs(self, pairs: Sequence[tuple[Stamp, Stamp]]) -> None:
        invoices, payments = [], []
        readers = [unpacked(self._books.table(kind).key) for kind in ("Invoices", "Payments")]
        for n in range(self._volume.payments):
            invoice, payment = pairs[n % MODELS]
            values = self._values(n, "INV-P", since=invoice.made)
            invoices.append(_pressed(invoice, values, readers[0]))
            row = _pressed(payment, values, readers[1])
            row.id = values["payment"]
            payments.append(row)
        self._books.insert("Invoices", invoices)
        self._books.insert("Payments", payments)

    def _values(self, n: int, prefix: str, *, since: datetime) -> dict[str, Any]:
        contact, name = self._contacts[self._whom(n)]
        at = since + timedelta(seconds=self._dice.randrange(_seconds(since)))
        return {
            "at": at,
            "id": self._id(),
            "payment": self._id(),
            "contact": contact,
            "name": name,
            "number": f"{prefix}{n + 1:06d}",
            "updated": ms_date(at),
            "updated_text": stamp_text(at),
            **{f"line{each}": self._id() for each in range(self._volume.lines)},
        }

    def _whom(self, n: int) -> int:
        """Models and contacts alternate: sold to a customer, bought from a supplier."""
        chosen = self._dice.randrange(len(self._contacts))
        if (chosen ^ n) & 1 and len(self._contacts) > 1:
            return chosen - 1 if chosen else 1
        return chosen

    def _id(self) -> str:
        bits = f"{self._dice.getrandbits(128):032x}"
        return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-a{bits[17:20]}-{bits[20:]}"


def _pressed(stamp: Stamp, values: dict[str, Any], unpack: Unpack) -> Row:
    at, wire = values["at"], stamp.press(values)
    return Row(id=values["id"], created=at, updated=at, wire=wire, unpack=unpack)


def _seconds(since: datetime) -> int:
    """From then to the end of the year, and never none."""
    return max(1, int((LAST - since).total_seconds()))
