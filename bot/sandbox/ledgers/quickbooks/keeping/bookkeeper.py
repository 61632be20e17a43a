"""Writes transactions into QuickBooks' books so that what belongs together keeps agreeing."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books, NoSuchRow
from bot.sandbox.ledgers.quickbooks.keeping.documents import (
    CREDITS,
    Terms,
    document,
    link,
    reference,
)
from bot.sandbox.ledgers.quickbooks.keeping.entities import next_transaction_id
from bot.sandbox.ledgers.quickbooks.keeping.money import ZERO, Entry, House, cents
from bot.sandbox.ledgers.quickbooks.keeping.settling import (
    PARTIES,
    SETTLES,
    kind_of,
    open_amount,
    paid_with,
    zeros,
)
from bot.sandbox.ledgers.quickbooks.keeping.touches import Operation, Refused, Touch
from bot.sandbox.ledgers.rows import Fields, Row

LATEST = 200
UNDEPOSITED = "Undeposited Funds"


class Bookkeeper:
    """One sitting at the books of one company; `touched` tells what it did, in order."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.house = House(books)
        self.touched: list[Touch] = []
        self._next_id = next_transaction_id(books)

    def write(
        self, kind: str, party: Row, *, entries: Sequence[Entry], terms: Terms, at: datetime
    ) -> Row:
        """A sale or a purchase with lines; a foreign party's currency is the document's."""
        made = document(self.house, kind, party, entries=entries, terms=terms)
        return self.enter(kind, made, at=at)

    def enter(self, kind: str, fields: Fields, *, at: datetime) -> Row:
        """A document that is made already, and what somebody owes by it."""
        row = self.add(kind, fields, at=at)
        self._owe(kind, row.fields, by=open_amount(kind, row.fields))
        return row

    def settle(
        self,
        kind: str,
        party: Row,
        *,
        amounts: Mapping[str, Decimal],
        fields: Fields,
        day: date,
        at: datetime,
        credit: Mapping[str, Decimal] | None = None,
        unapplied: Decimal = ZERO,
    ) -> Row:
        """A Payment or a BillPayment: `amounts` and `credit` by the ids of what they settle.

        `unapplied` was paid on top, for nothing in particular.
        """
        rows = self._to_settle(kind, amounts, credit or {})
        paid = sum(amounts.values(), ZERO) - sum((credit or {}).values(), ZERO) + unapplied
        first = rows[0][1].fields if rows else party.fields
        made = self.add(
            kind,
            {
                "TxnDate": day.isoformat(),
                **self.house.money(
                    first["CurrencyRef"]["value"], first.get("ExchangeRate", Decimal(1))
                ),
                PARTIES[kind] + "Ref": reference(party),
                "TotalAmt": paid,
                "Line": [{"Amount": amount, "LinkedTxn": [link(k, r.id)]} for k, r, amount in rows],
                **({"UnappliedAmt": unapplied, "LinkedTxn": []} if kind == "Payment" else {}),
                **fields,
            },
            at=at,
        )
        self._owe(kind, made.fields, by=-unapplied)
        ours = link(paid_with(kind, made), made.id)
        for each, row, amount in rows:
            self._settle(each, row, by=amount, link_to=ours, at=at)
        return made

    def _to_settle(
        self, kind: str, amounts: Mapping[str, Decimal], credit: Mapping[str, Decimal]
    ) -> list[tuple[str, Row, Decimal]]:
        owed, credited = SETTLES[kind]
        parts = [(owed, *part) for part in amounts.items()]
        parts += [(credited, *part) for part in credit.items()]
        rows = [(each, self.books.find(each, key), amount) for each, key, amount in parts]
        for each, row, amount in rows:
            if amount > row.fields["Balance"]:
                raise Refused(f"{each} {row.id} has only {row.fields['Balance']} open.")
        return rows

    def add(self, kind: str, fields: Fields, *, at: datetime) -> Row:
        """Any row that nothing else depends on."""
        row = self.books.add(kind, {"Id": str(self._next_id), **fields}, at=at)
        self._next_id += 1
        self._touch(kind, row.id, Operation.CREATE, at)
        return row

    def change(self, kind: str, key: str, fields: Mapping[str, Any], *, at: datetime) -> Row:
        row = self.books.change(kind, key, fields, at=at)
        self._touch(kind, row.id, Operation.UPDATE, at)
        return row

    def rewrite(self, kind: str, row: Row, *, fields: Fields, at: datetime) -> Row:
        """Fill a document in again: what was paid of it stays paid."""
        before = row.fields
        if "Balance" in before and kind in PARTIES:
            paid = before["TotalAmt"] - before["Balance"]
            if fields["TotalAmt"] < paid:
                raise Refused(f"{kind} {row.id} cannot be less than the {paid} paid of it.")
            fields = {**fields, **self._open_fields(kind, fields, fields["TotalAmt"] - paid)}
        kept = {**fields, "LinkedTxn": before.get("LinkedTxn", [])}
        self._owe(kind, kept, by=open_amount(kind, kept) - open_amount(kind, before))
        return self.change(kind, row.id, kept, at=at)

    def deposit(self, payments: Sequence[Row], into: str, *, day: date, at: datetime) -> Row:
        """Bank payments that wait among the undeposited funds."""
        lines = [
            {
                "Amount": row.fields["TotalAmt"],
                "LinkedTxn": [{**link("Payment", row.id), "TxnLineId": "0"}],
            }
            for row in payments
        ]
        made = self.add(
            "Deposit",
            {
                "TxnDate": day.isoformat(),
                **self.house.money(self.house.currency, Decimal(1)),
                "DepositToAccountRef": self.house.account(into),
                "Line": lines,
                "TotalAmt": sum((row.fields["TotalAmt"] for row in payments), ZERO),
            },
            at=at,
        )
        for row in payments:
            self.change("Payment", row.id, {"LinkedTxn": [link("Deposit", made.id)]}, at=at)
        return made

    def tie(self, kind: str, row: Row, to: tuple[str, Row], *, at: datetime, **fields: Any) -> None:
        """Link two documents of which one came from the other, such as an order and its bill."""
        other_kind, other = to
        links = [*row.fields["LinkedTxn"], link(other_kind, other.id)]
        self.change(kind, row.id, {**fields, "LinkedTxn": links}, at=at)
        back = [*other.fields["LinkedTxn"], link(kind, row.id)]
        self.change(other_kind, other.id, {"LinkedTxn": back}, at=at)

    def delete(self, kind: str, row: Row, *, at: datetime) -> Row:
        """Take a transaction out of the books, and out of whatever spoke of it."""
        self._untie(kind, row, at=at)
        self._owe(kind, row.fields, by=-open_amount(kind, row.fields))
        self.books.remove(kind, row.id, at=at)
        self._touch(kind, row.id, Operation.DELETE, at)
        return row

    def void(self, kind: str, row: Row, *, at: datetime) -> Row:
        """QuickBooks keeps what is void, with nothing in it but zeros."""
        if kind in {"Bill", "VendorCredit", "Deposit", "JournalEntry", "Transfer"}:
            raise Refused(f"QuickBooks cannot void a {kind}; it can be deleted.")
        self._untie(kind, row, at=at)
        self._owe(kind, row.fields, by=-open_amount(kind, row.fields))
        fields = {**zeros(row.fields), "LinkedTxn": [], "PrivateNote": "Voided"}
        if kind in SETTLES:
            fields["Line"] = []
        self.books.change(kind, row.id, fields, at=at)
        self._touch(kind, row.id, Operation.VOID, at)
        return row

    def next_number(self, kind: str) -> str:
        """The number after the highest of late; those with letters in them do not count."""
        latest = self.books.rows(kind)[-LATEST:]
        numbers = (str(row.fields.get("DocNumber", "")) for row in latest)
        return str(1 + max((int(each) for each in numbers if each.isdecimal()), default=1000))

    def say(self, kind: str, key: str, operation: Operation, at: datetime, **more: Any) -> None:
        """Note what was done by other hands than ours."""
        self._touch(kind, key, operation, at, **more)

    def _touch(self, kind: str, key: str, operation: Operation, at: datetime, **more: Any) -> None:
        self.touched.append(Touch(kind=kind, id=key, operation=operation, at=at, **more))

    def _settle(self, kind: str, row: Row, *, by: Decimal, link_to: Fields, at: datetime) -> None:
        """Use up some of what is open; a negative amount gives it back and drops the link."""
        links = [each for each in row.fields["LinkedTxn"] if each != link_to]
        if by > 0:
            links.append(link_to)
        left = row.fields["Balance"] - by
        changed = {**self._open_fields(kind, row.fields, left), "LinkedTxn": links}
        self._owe(kind, row.fields, by=by if kind in CREDITS else -by)
        self.change(kind, row.id, changed, at=at)

    def _open_fields(self, kind: str, fields: Fields, left: Decimal) -> Fields:
        rate = fields.get("ExchangeRate", Decimal(1))
        return {
            "Balance": left,
            **({"RemainingCredit": left} if kind == "CreditMemo" else {}),
            **(self.house.home("HomeBalance", left, rate) if "HomeBalance" in fields else {}),
        }

    def _owe(self, kind: str, fields: Fields, *, by: Decimal) -> None:
        """Move the balance of a customer or vendor, which does not count as a change of theirs."""
        if kind not in PARTIES or not by:
            return
        party = self.books.get(PARTIES[kind], fields[PARTIES[kind] + "Ref"]["value"])
        if party is None:
            return
        balance = Decimal(party.fields.get("Balance", 0)) + by
        with_jobs = {"BalanceWithJobs": balance} if "BalanceWithJobs" in party.fields else {}
        self.books.amend(PARTIES[kind], party, {"Balance": balance, **with_jobs})

    def _untie(self, kind: str, row: Row, *, at: datetime) -> None:
        if kind in SETTLES:
            self._give_back(kind, row, at=at)
            return
        if kind == "Deposit":
            for line in row.fields["Line"]:
                for each in line.get("LinkedTxn", []):
                    self.change("Payment", each["TxnId"], {"LinkedTxn": []}, at=at)
            return
        for each in list(row.fields.get("LinkedTxn", [])):
            self._forget(kind_of(each["TxnType"]), each["TxnId"], about=(kind, row), at=at)

    def _give_back(self, kind: str, row: Row, *, at: datetime) -> None:
        if any(each["TxnType"] == "Deposit" for each in row.fields.get("LinkedTxn", [])):
            raise Refused(f"{kind} {row.id} has been deposited: delete the deposit first.")
        ours = link(paid_with(kind, row), row.id)
        for line in row.fields["Line"]:
            for each in line["LinkedTxn"]:
                settled = self.books.get(each["TxnType"], each["TxnId"])
                if settled is not None:
                    by = -line["Amount"]
                    self._settle(each["TxnType"], settled, by=by, link_to=ours, at=at)

    def _forget(self, kind: str, key: str, *, about: tuple[str, Row], at: datetime) -> None:
        """Let another transaction no longer speak of one that goes."""
        other = self.books.get(kind, key)
        if other is None:
            return
        gone_kind, gone = about
        if kind not in SETTLES:
            left = [each for each in other.fields["LinkedTxn"] if each["TxnId"] != gone.id]
            reopened = {"POStatus": "Open"} if kind == "PurchaseOrder" else {}
            self.change(kind, key, {"LinkedTxn": left, **reopened}, at=at)
            return
        if not other.fields["TotalAmt"]:  # only joined a credit to what it settled
            self.delete(kind, other, at=at)
            return
        if gone_kind in CREDITS:
            raise Refused(f"{gone_kind} {gone.id} is part of {kind} {key}: delete that first.")
        self._unapply(kind, other, gone_kind=gone_kind, gone=gone, at=at)

    def _unapply(self, kind: str, other: Row, *, gone_kind: str, gone: Row, at: datetime) -> None:
        """What was paid stays paid, and is for nothing in particular from now on."""
        about = [link(gone_kind, gone.id)]
        freed = sum((x["Amount"] for x in other.fields["Line"] if x["LinkedTxn"] == about), ZERO)
        fields: Fields = {"Line": [x for x in other.fields["Line"] if x["LinkedTxn"] != about]}
        if kind == "Payment":
            fields["UnappliedAmt"] = other.fields["UnappliedAmt"] + freed
        ours = link(paid_with(kind, other), other.id)
        self._settle(gone_kind, gone, by=-freed, link_to=ours, at=at)
        self._owe(kind, other.fields, by=-freed)
        self.change(kind, other.id, fields, at=at)


def transaction(books: Books, kind: str, wanted: str) -> Row:
    """By id or number; raises `NoSuchRow`."""
    row = books.find(kind, wanted)
    if "TxnDate" not in row.fields:
        raise NoSuchRow(f"{kind} is not a transaction.")
    return row


def whole_cents(amount: object) -> Decimal:
    """Money as somebody typed it; raises `decimal.InvalidOperation`."""
    return cents(Decimal(str(amount)))
