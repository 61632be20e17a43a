"""Money that moves at the bank in Xero without an invoice: transfers, over- and prepayments."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.documents import (
    BadDocument,
    Drafting,
    account_of,
    dated,
    named_account,
)
from bot.sandbox.ledgers.xero.keeping.lines import ZERO, money

ONE = Decimal("1.0")
DELETED: Fields = {"Status": "DELETED", "IsReconciled": False}


def transfer(drafting: Drafting, typed: Fields, at: datetime) -> Row:
    """A transfer between own accounts and the two bank transactions it consists of."""
    books = drafting.books
    accounts = {name: account_of(books, typed[f"{name}BankAccount"]) for name in ("From", "To")}
    if any(account.fields["Type"] != "BANK" for account in accounts.values()):
        raise BadDocument("A transfer goes from one bank account to another")
    amount = money(typed["Amount"])
    reconciled = bool(typed.get("IsReconciled", False))
    sides = {
        name: _side(drafting, kind, accounts[name], typed, at=at)
        for name, kind in (("From", "SPEND-TRANSFER"), ("To", "RECEIVE-TRANSFER"))
    }
    fields: Fields = {
        "BankTransferID": drafting.new_id("BankTransfers"),
        **dated("Date", typed["Date"]),
        "Status": "AUTHORISED",
        "FromBankAccount": named_account(accounts["From"]),
        "ToBankAccount": named_account(accounts["To"]),
        "Amount": amount,
        "CurrencyRate": ONE,
        "FromBankTransactionID": sides["From"].id,
        "ToBankTransactionID": sides["To"].id,
        "FromIsReconciled": reconciled,
        "ToIsReconciled": reconciled,
        "Reference": typed.get("Reference", ""),
        "HasAttachments": False,
    }
    return books.add("BankTransfers", fields, at=at)


def delete_transfer(books: Books, row: Row, *, at: datetime) -> Row:
    """Both sides go with it."""
    for side in ("From", "To"):
        books.change("BankTransactions", row.fields[f"{side}BankTransactionID"], DELETED, at=at)
    gone = {"Status": "DELETED", "FromIsReconciled": False, "ToIsReconciled": False}
    return books.change("BankTransfers", row.id, gone, at=at)


def delete_bank_transaction(books: Books, row: Row, *, at: datetime) -> Row:
    """Takes the over- or prepayment with it that it made."""
    if row.fields["Status"] == "DELETED":
        raise BadDocument("This bank transaction is deleted already")
    if row.fields["Type"].endswith("-TRANSFER"):
        raise BadDocument("Delete the transfer that this is one side of")
    for kind, key in (("Overpayments", "OverpaymentID"), ("Prepayments", "PrepaymentID")):
        credit = books.get(kind, str(row.fields.get(key)))
        if credit is not None:
            if credit.fields["Allocations"] or credit.fields["Payments"]:
                raise BadDocument("It is allocated; take the allocation back first")
            books.change(kind, credit.id, {"Status": "VOIDED", "RemainingCredit": ZERO}, at=at)
    return books.change("BankTransactions", row.id, DELETED, at=at)


def receive_credit(drafting: Drafting, typed: Fields, at: datetime) -> Row:
    """An overpayment or a prepayment, and the bank transaction that brought it."""
    books = drafting.books
    over = str(typed["Type"]).endswith("-OVERPAYMENT")
    kind, key = ("Overpayments", "OverpaymentID") if over else ("Prepayments", "PrepaymentID")
    lines = typed.get("LineItems") or [_owed(drafting, typed)]
    treatment = "NoTax" if over else typed.get("LineAmountTypes", "Exclusive")
    money_moved = {**typed, "LineItems": lines, "LineAmountTypes": treatment}
    banked = drafting.bank_transaction(money_moved)
    credit = drafting.credit({**money_moved, "CurrencyCode": banked["CurrencyCode"]})
    row = books.add(kind, {key: drafting.new_id(kind), **credit}, at=at)
    books.add("BankTransactions", {**banked, key: row.id}, at=at)
    return row


def _owed(drafting: Drafting, typed: Fields) -> Fields:
    """An overpayment waits in debtors or creditors."""
    role = "DEBTORS" if str(typed["Type"]).startswith("RECEIVE") else "CREDITORS"
    account = next(
        row for row in drafting.books.rows("Accounts") if row.fields.get("SystemAccount") == role
    )
    code = account.fields["Code"]
    return {"Description": "Overpayment", "UnitAmount": typed["Amount"], "AccountCode": code}


def _side(
    drafting: Drafting, kind: str, account: Row, typed: dict[str, Any], *, at: datetime
) -> Row:
    amount = money(typed["Amount"])
    fields: Fields = {
        "BankTransactionID": drafting.new_id("BankTransactions"),
        "Type": kind,
        "BankAccount": named_account(account),
        "IsReconciled": bool(typed.get("IsReconciled", False)),
        "Reference": typed.get("Reference", ""),
        "HasAttachments": False,
        **dated("Date", typed["Date"]),
        "Status": "AUTHORISED",
        "LineAmountTypes": "NoTax",
        "LineItems": [],
        "SubTotal": amount,
        "TotalTax": ZERO,
        "Total": amount,
        "CurrencyCode": account.fields.get("CurrencyCode", drafting.base),
        "CurrencyRate": ONE,
    }
    return drafting.books.add("BankTransactions", fields, at=at)
