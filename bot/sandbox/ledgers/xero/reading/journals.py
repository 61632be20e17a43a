"""Xero's journals: what every posted document does to the accounts, in the order of posting.

A document is posted once, when it was made, and once more the other way round when it is voided or
deleted. What was edited in between is not told: the stand-in keeps no history of a document.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Posting:
    source: str
    row: Row
    at: datetime
    lines: list[Fields]
    sign: int = 1


def listing(
    books: Books, query: Mapping[str, str], wanted: str | None, *, since: datetime | None
) -> Listing | None:
    """Up to a hundred after `offset`; one by id or number, or None where there is none such."""
    postings = sorted(_postings(books), key=lambda each: (each.at, each.row.id, -each.sign))
    numbered = list(enumerate(postings, start=1))
    if wanted is not None:
        found = [_journal(books, n, each) for n, each in numbered]
        rows = [each for each in found if wanted in {each["JournalID"], str(each["JournalNumber"])}]
        for row in rows:
            del row["SourceID"], row["SourceType"]  # missing on single reads
        return Listing(rows=[json_bytes(row) for row in rows]) if rows else None
    text = query.get("offset", "0")
    offset = int(text) if text.isdecimal() else 0
    after = [(n, each) for n, each in numbered if n > offset and (not since or each.at > since)]
    return Listing(rows=[json_bytes(_journal(books, n, each)) for n, each in after[:PER_CALL]])


def accounts_moved(books: Books) -> Iterator[tuple[str, Decimal, date]]:
    """Account id, amount and date of every line of every journal; debits are positive."""
    for posting in _postings(books):
        on = instant_of(posting.row.fields["Date"]).date()
        for line in posting.lines:
            yield line["AccountID"], posting.sign * line["NetAmount"], on


def _postings(books: Books) -> Iterator[_Posting]:
    accounts = _Accounts(books)
    for kind, post in (
        ("Invoices", accounts.document),
        ("CreditNotes", accounts.document),
        ("BankTransactions", accounts.at_bank),
        ("BankTransfers", accounts.transfer),
        ("Payments", accounts.payment),
        ("ManualJournals", accounts.manual),
    ):
        for row in books.rows(kind):
            status = row.fields["Status"]
            is_side = str(row.fields.get("Type")).endswith("-TRANSFER")
            if status in _POSTED | _UNDONE and not is_side:
                source, lines = post(row)
                yield _Posting(source=source, row=row, at=row.created, lines=lines)
                if status in _UNDONE:
                    yield _Posting(source=source, row=row, at=row.updated, lines=lines, sign=-1)


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
        row = self._books.find("Accounts", account)
        return {
            "AccountID": row.id,
            "AccountCode": row.fields["Code"],
            "AccountType": row.fields["Type"],
            "AccountName": row.fields["Name"],
            "Description": words,
            "NetAmount": net,
            "GrossAmount": net + tax,
            "TaxAmount": tax,
            "TaxType": tax_type,
            "TrackingCategories": [],
        }


def _journal(books: Books, number: int, posting: _Posting) -> Fields:
    key = f"{posting.row.id}/{posting.sign}"
    amounts = ("NetAmount", "GrossAmount", "TaxAmount")
    return {
        "JournalID": books.made_up_id("Journals", key),
        "JournalDate": posting.row.fields["Date"],
        "JournalNumber": number,
        "CreatedDateUTC": ms_date(posting.at),
        "Reference": posting.row.fields.get("Reference", ""),
        "SourceID": posting.row.id,
        "SourceType": posting.source,
        "JournalLines": [
            {
                "JournalLineID": books.made_up_id("JournalLines", f"{key}/{n}"),
                **line,
                **{name: posting.sign * line[name] for name in amounts},
            }
            for n, line in enumerate(posting.lines)
        ],
    }
