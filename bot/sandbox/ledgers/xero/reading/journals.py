"""Xero's journals: what every posted document does to the accounts, in the order of posting.

A document is posted when it is made or approved, and once more the other way round when it is
voided or deleted; one that was edited is posted the other way round and then as it is now. What was
posted never changes. The books keep no history of a document, so that of several edits between two
looks at the journals only the last is posted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.wire import json_bytes
from bot.sandbox.ledgers.xero.keeping.lines import ZERO, money
from bot.sandbox.ledgers.xero.reading.lists import Listing
from bot.sandbox.ledgers.xero.wire import instant_of, ms_date

PER_CALL = 100
_POSTED = frozenset({"AUTHORISED", "PAID", "POSTED"})
_UNDONE = frozenset({"VOIDED", "DELETED"})
# Whether the lines are credits, and the account on the other side of them.
_SIDES = {
    "ACCREC": (-1, "DEBTORS"),
    "ACCRECCREDIT": (1, "DEBTORS"),
    "ACCPAY": (1, "CREDITORS"),
    "ACCPAYCREDIT": (-1, "CREDITORS"),
}
_SOURCES = {
    "SPEND": "CASHPAID",
    "RECEIVE": "CASHREC",
    "SPEND-OVERPAYMENT": "APOVERPAYMENT",
    "RECEIVE-OVERPAYMENT": "AROVERPAYMENT",
    "SPEND-PREPAYMENT": "APPREPAYMENT",
    "RECEIVE-PREPAYMENT": "ARPREPAYMENT",
}


_KINDS = ("Invoices", "CreditNotes", "BankTransactions", "BankTransfers", "Payments",
          "ManualJournals")  # fmt: skip
_Key = tuple[str, str]  # kind and id of what is posted


@dataclass(frozen=True, kw_only=True, slots=True)
class _Posting:
    """`day` and `reference` are kept as they were: the row goes on changing."""

    source: str
    row_id: str
    day: str
    reference: str
    at: datetime
    lines: list[Fields]
    sign: int = 1

    def says(self) -> tuple[Any, ...]:
        """What has to be posted anew when it is different."""
        moved = [(each["AccountID"], each["NetAmount"], each["TaxType"]) for each in self.lines]
        return self.source, self.day, moved


class JournalBook:
    """The journals of one organisation, in the order in which they were posted."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._posted: list[_Posting] = []
        self._standing: dict[_Key, _Posting | None] = {}  # None was undone
        self._revisions: list[int] = []

    def numbered(self) -> list[tuple[int, _Posting]]:
        """All of them, what has happened since the last look among them."""
        revisions = [self._books.revision(kind) for kind in _KINDS]
        if revisions != self._revisions:
            new = list(self._anew())
            self._posted += sorted(new, key=lambda each: each.at)  # and as it came about
            self._revisions = revisions
        return list(enumerate(self._posted, start=1))

    def journal(self, number: int, posting: _Posting) -> Fields:
        """As Xero spells it."""
        amounts = ("NetAmount", "GrossAmount", "TaxAmount")
        return {
            "JournalID": self._books.made_up_id("Journals", str(number)),
            "JournalDate": posting.day,
            "JournalNumber": number,
            "CreatedDateUTC": ms_date(posting.at),
            "Reference": posting.reference,
            "SourceID": posting.row_id,
            "SourceType": posting.source,
            "JournalLines": [
                {
                    "JournalLineID": self._books.made_up_id("JournalLines", f"{number}/{n}"),
                    **line,
                    **{name: posting.sign * line[name] for name in amounts},
                }
                for n, line in enumerate(posting.lines)
            ],
        }

    def _anew(self) -> Iterator[_Posting]:
        is_first = not self._posted
        for kind, row, now in _moving(self._books):
            key, stands = (kind, row.id), row.fields["Status"] in _POSTED
            was = self._standing.get(key)
            if key not in self._standing and not stands:  # begun and ended since the last look
                yield replace(now, at=row.created) if is_first else now
            if was is not None and stands and was.says() == now.says():
                continue
            if was is not None or (key not in self._standing and not stands):
                yield replace(was or now, sign=-1, at=row.updated)
            if stands:
                was = replace(now, at=row.created) if is_first else now
                yield was
            self._standing[key] = was if stands else None


def listing(
    book: JournalBook, query: Mapping[str, str], wanted: str | None, *, since: datetime | None
) -> Listing | None:
    """Up to a hundred after `offset`; one by id or number, or None where there is none such."""
    if wanted is not None:
        found = [book.journal(n, each) for n, each in book.numbered()]
        rows = [each for each in found if wanted in {each["JournalID"], str(each["JournalNumber"])}]
        for row in rows:
            del row["SourceID"], row["SourceType"]  # missing on single reads
        return Listing(rows=[json_bytes(row) for row in rows]) if rows else None
    text = query.get("offset", "0")
    offset = int(text) if text.isdecimal() else 0
    after = [
        (n, each) for n, each in book.numbered() if n > offset and (not since or each.at > since)
    ]
    return Listing(rows=[json_bytes(book.journal(n, each)) for n, each in after[:PER_CALL]])


def accounts_moved(books: Books) -> Iterator[tuple[str, Decimal, date]]:
    """Account id, amount and date of every line of what stands, and of what was undone, both ways;
    debits are positive."""
    for _, row, posting in _moving(books):
        on = instant_of(posting.day).date()
        signs = (1,) if row.fields["Status"] in _POSTED else (1, -1)
        for sign in signs:
            for line in posting.lines:
                yield line["AccountID"], sign * line["NetAmount"], on


def _moving(books: Books) -> Iterator[tuple[str, Row, _Posting]]:
    """Every row that moves accounts, or did until it was undone, with how it does that now."""
    accounts = _Accounts(books)
    posts = (
        accounts.document, accounts.document, accounts.at_bank, accounts.transfer,
        accounts.payment, accounts.manual,
    )  # fmt: skip
    for kind, post in zip(_KINDS, posts, strict=True):
        for row in books.rows(kind):
            is_side = str(row.fields.get("Type")).endswith("-TRANSFER")
            if row.fields["Status"] in _POSTED | _UNDONE and not is_side:
                source, lines = post(row)
                yield (
                    kind,
                    row,
                    _Posting(
                        source=source,
                        row_id=row.id,
                        day=row.fields["Date"],
                        reference=row.fields.get("Reference", ""),
                        at=row.updated,
                        lines=lines,
                    ),
                )


class _Accounts:
    """Which accounts a document moves, by how much in the base currency; debits are positive."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._roles = {r.fields.get("SystemAccount"): r.id for r in books.rows("Accounts")}

    def document(self, row: Row) -> tuple[str, list[Fields]]:
        sign, role = _SIDES[row.fields["Type"]]
        return row.fields["Type"], self._balanced(self._roles[role], self._taxed(row.fields, sign))

    def at_bank(self, row: Row) -> tuple[str, list[Fields]]:
        sign = 1 if row.fields["Type"].startswith("SPEND") else -1
        bank = row.fields["BankAccount"]["AccountID"]
        return _SOURCES[row.fields["Type"]], self._balanced(bank, self._taxed(row.fields, sign))

    def transfer(self, row: Row) -> tuple[str, list[Fields]]:
        came = [self._line(row.fields["ToBankAccount"]["AccountID"], row.fields["Amount"])]
        return "TRANSFER", self._balanced(row.fields["FromBankAccount"]["AccountID"], came)

    def payment(self, row: Row) -> tuple[str, list[Fields]]:
        fields = row.fields
        received = fields["PaymentType"] in {"ACCRECPAYMENT", "APCREDITPAYMENT"}
        amount = money(fields["Amount"] / fields["CurrencyRate"])
        is_sale = fields["PaymentType"].startswith(("ACCREC", "AR"))
        owed = self._roles["DEBTORS" if is_sale else "CREDITORS"]
        settled = [self._line(owed, -amount if received else amount)]
        source = fields["PaymentType"].replace("OVERPAYMENTPAYMENT", "OVERPAYMENT")
        source = source.replace("PREPAYMENTPAYMENT", "PREPAYMENT")
        return source, self._balanced(fields["Account"]["AccountID"], settled)

    def manual(self, row: Row) -> tuple[str, list[Fields]]:
        lines = [
            self._line(each["AccountID"], each["LineAmount"], words=each["Description"])
            for each in row.fields["JournalLines"]
            if each.get("AccountID")
        ]
        return "MANJOURNAL", lines

    def _balanced(self, account: str, lines: list[Fields]) -> list[Fields]:
        total = sum((line["NetAmount"] for line in lines), ZERO)
        return [self._line(account, -total), *lines]

    def _taxed(self, fields: Fields, sign: int) -> list[Fields]:
        rate = sign / fields["CurrencyRate"]
        inclusive = fields["LineAmountTypes"] == "Inclusive"
        lines = [
            self._line(
                each["AccountID"],
                money(rate * (each["LineAmount"] - (each["TaxAmount"] if inclusive else ZERO))),
                tax=money(rate * each["TaxAmount"]),
                words=each["Description"],
                tax_type=each["TaxType"],
            )
            for each in fields["LineItems"]
            if each.get("AccountID")
        ]
        if fields["TotalTax"]:
            lines.append(self._line(self._roles["GST"], money(rate * fields["TotalTax"])))
        return lines

    def _line(
        self,
        account: str,
        net: Decimal,
        *,
        tax: Decimal = ZERO,
        words: str = "",
        tax_type: str = "NONE",
    ) -> Fields:
        row = self._books.get("Accounts", account)
        about = row.fields if row is not None else {}  # somebody has removed it since
        return {
            "AccountID": account,
            "AccountCode": about.get("Code", ""),
            "AccountType": about.get("Type", ""),
            "AccountName": about.get("Name", ""),
            "Description": words,
            "NetAmount": net,
            "GrossAmount": net + tax,
            "TaxAmount": tax,
            "TaxType": tax_type,
            "TrackingCategories": [],
        }
