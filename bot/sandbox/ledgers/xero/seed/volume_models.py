"""Model documents a volume of Xero rows is stamped from: made by the rules, then hollowed out."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

from bot.sandbox.ledgers import names
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.documents import Drafting
from bot.sandbox.ledgers.xero.keeping.settling import Paid, pay
from bot.sandbox.ledgers.xero.reading.render import as_json, stamp_text
from bot.sandbox.ledgers.xero.reading.resources import RESOURCES
from bot.sandbox.ledgers.xero.wire import ms_date

MODELS = 120
BANK = "Business Current Account"
FIRST = datetime(2025, 11, 3, 9, tzinfo=UTC)
LAST = datetime(2026, 10, 30, 17, tzinfo=UTC)
_ID = "00000000-0000-4000-8000-"
_NUMBER = "MODEL-NUMBER"


class Stamp:
    """A model on the wire with holes in it, `%s` each, and what fills each of them."""

    def __init__(self, wire: bytes, holes: dict[str, str], *, made: datetime) -> None:
        self.made = made
        text = wire.decode().replace("%", "%%")
        found = re.compile("|".join(re.escape(each) for each in holes))
        self._order = [holes[each] for each in found.findall(text)]
        self._text = found.sub("%s", text)

    def press(self, values: dict[str, str]) -> bytes:
        return (self._text % tuple([values[name] for name in self._order])).encode()


class Models:
    """Writes into books that have lists and takes everything out of them again."""

    def __init__(self, books: Books, *, lines: int, dice: Random) -> None:
        self._books = books
        self._line_count = lines
        self._dice = dice
        self._drafting = Drafting(books)
        first = books.rows("Contacts")[0]
        self._contact = (first.id, in_json(first.fields["Name"]))
        self._accounts = [r for r in books.rows("Accounts") if r.fields["Type"] != "BANK"]

    def _days(self) -> Iterator[tuple[str, date]]:
        """Ids that are only there to be replaced, and days spread over the year."""
        for n in range(MODELS):
            yield self._contact[0], (FIRST + (LAST - FIRST) * n / MODELS).date()

    def _lines(self, tax: str) -> list[Fields]:
        return [
            {
                "Description": f"{self._dice.choice(names.TRADES)}, as agreed",
                "Quantity": self._dice.choice((1, 2, 5, 12)),
                "UnitAmount": Decimal(self._dice.randrange(500, 60_000)).scaleb(-2),
                "AccountCode": self._dice.choice(self._accounts).fields["Code"],
                "TaxType": tax,
            }
            for _ in range(self._line_count)
        ]

    def _scratch(self, kind: str, fields: Fields, n: int) -> Row:
        table = self._books.table(kind)
        for line_number, line in enumerate(fields.get("LineItems", ())):
            line["LineItemID"] = f"{_ID}{line_number + 16:012x}"
        return self._books.add(kind, {table.key: f"{_ID}{0:012x}", **fields}, at=_moment(n))

    def _drafts(self) -> Iterator[tuple[int, Fields]]:
        for n, (contact, day) in enumerate(self._days()):
            sold = n % 2 == 0
            yield (
                n,
                {
                    "Type": "ACCREC" if sold else "ACCPAY",
                    "InvoiceNumber": _NUMBER,
                    "Contact": contact,
                    "Date": day,
                    "DueDate": day + timedelta(days=30),
                    "Reference": f"Job {n}",
                    "LineItems": self._lines("OUTPUT2" if sold else "INPUT2"),
                },
            )

    def invoices(self) -> Iterator[Stamp]:
        for n, typed in self._drafts():
            typed["Status"] = "DRAFT" if n % 20 == 19 else "AUTHORISED"
            yield self._stamped("Invoices", self._drafting.invoice(typed), n)

    def paid(self) -> list[tuple[Stamp, Stamp]]:
        """Models of invoices with the payments that paid them."""
        pairs: list[tuple[Stamp, Stamp]] = []
        for n, typed in self._drafts():
            invoice = self._scratch("Invoices", self._drafting.invoice(typed), n)
            bank = self._books.rows("Accounts")[0].id
            paid = Paid(account=bank, on=typed["DueDate"], is_reconciled=n % 10 != 9)
            payment = pay(self._drafting, ("Invoices", invoice), paid, at=_moment(n))
            pairs.append(
                (
                    self._hollow("Invoices", invoice, payment.id),
                    self._hollow("Payments", payment, payment.id),
                )
            )
            self._books.remove("Payments", payment.id, at=FIRST)
            self._books.remove("Invoices", invoice.id, at=FIRST)
        self._books.removed["payments"].clear()
        self._books.removed["invoices"].clear()
        return pairs

    def banked(self) -> Iterator[Stamp]:
        for n, (contact, day) in enumerate(self._days()):
            typed = {
                "Type": "RECEIVE" if n % 4 == 0 else "SPEND",
                "BankAccount": BANK,
                "Contact": contact,
                "Date": day,
                "IsReconciled": n % 10 != 9,
                "LineItems": self._lines("OUTPUT2" if n % 4 == 0 else "INPUT2")[:1],
            }
            yield self._stamped("BankTransactions", self._drafting.bank_transaction(typed), n)

    def noted(self) -> Iterator[Stamp]:
        for n, (contact, day) in enumerate(self._days()):
            typed = {
                "Type": "ACCRECCREDIT" if n % 2 == 0 else "ACCPAYCREDIT",
                "CreditNoteNumber": _NUMBER,
                "Contact": contact,
                "Date": day,
                "LineItems": self._lines("OUTPUT2" if n % 2 == 0 else "INPUT2")[:1],
            }
            yield self._stamped("CreditNotes", self._drafting.credit_note(typed), n)

    def journals(self) -> Iterator[Stamp]:
        for n, (_, day) in enumerate(self._days()):
            amount = Decimal(self._dice.randrange(1_000, 90_000)).scaleb(-2)
            codes = [self._dice.choice(self._accounts).fields["Code"] for _ in range(2)]
            typed = {
                "Narration": f"Accrual {n}",
                "Date": day,
                "JournalLines": [
                    {"AccountCode": codes[0], "LineAmount": amount},
                    {"AccountCode": codes[1], "LineAmount": -amount},
                ],
            }
            yield self._stamped("ManualJournals", self._drafting.manual_journal(typed), n)

    def _stamped(self, kind: str, fields: Fields, n: int) -> Stamp:
        row = self._scratch(kind, fields, n)
        stamp = self._hollow(kind, row, "")
        self._books.remove(kind, row.id, at=FIRST)
        self._books.removed[kind.casefold()].clear()
        return stamp

    def _hollow(self, kind: str, row: Row, payment: str) -> Stamp:
        contact, name = self._contact
        holes = {
            f"{_ID}{0:012x}": "id",
            contact: "contact",
            name: "name",
            _NUMBER: "number",
            ms_date(row.updated): "updated",
            stamp_text(row.updated): "updated_text",
            **{f"{_ID}{n + 16:012x}": f"line{n}" for n in range(self._line_count)},
        }
        if payment:
            holes[payment] = "payment"
        wire = as_json(RESOURCES[kind.casefold()], self._books, row)
        return Stamp(wire, holes, made=row.created)


def in_json(text: str) -> str:
    """As it stands between the quotes of a JSON string."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _moment(n: int) -> datetime:
    """An instant of the model's day that no other date in it can be taken for."""
    return FIRST + (LAST - FIRST) * n / MODELS + timedelta(milliseconds=137)
