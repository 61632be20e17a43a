"""Money spent and received at the bank, entered and deleted through the API."""

from decimal import Decimal

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.bank import delete_bank_transaction, receive_credit
from bot.sandbox.ledgers.xero.keeping.documents import BadDocument
from bot.sandbox.ledgers.xero.keeping.locks import not_locked
from bot.sandbox.ledgers.xero.writing.documents import complete, odd_fields
from bot.sandbox.ledgers.xero.writing.sitting import Invalid, Sitting

PLAIN = frozenset({"SPEND", "RECEIVE"})
CREDITS = frozenset(f"{way}-{what}" for way in PLAIN for what in ("OVERPAYMENT", "PREPAYMENT"))
UNKNOWN_BANK = "The specified bank account details do not match a known bank account"
RECONCILED = "This transaction cannot be edited because it has been reconciled"


def write_bank_transaction(sitting: Sitting, typed: Fields, wanted: str | None) -> Row:
    row = sitting.named("BankTransactions", typed, wanted)
    try:
        return _create(sitting, typed) if row is None else _change(sitting, row, typed)
    except BadDocument as reason:
        raise Invalid(str(reason)) from reason


def bank_account(books: Books, given: object) -> Row:
    """An active bank account, by id or code; raises `Invalid`."""
    named = given if isinstance(given, dict) else {}
    wanted = {str(named[name]) for name in ("AccountID", "Code") if named.get(name)}
    for row in books.rows("Accounts"):
        is_meant = row.id in wanted or row.fields["Code"] in wanted
        if is_meant and (row.fields["Type"], row.fields["Status"]) == ("BANK", "ACTIVE"):
            return row
    raise Invalid(UNKNOWN_BANK)


def _create(sitting: Sitting, typed: Fields) -> Row:
    kind = typed.get("Type")
    if kind not in PLAIN | CREDITS:
        raise Invalid("Bank transaction type must be one of SPEND, RECEIVE")
    if (typed.get("Status") or "AUTHORISED") != "AUTHORISED":
        raise Invalid("Bank transaction not of valid status for creation")
    account = bank_account(sitting.books, typed.get("BankAccount"))
    whole = _whole(sitting, typed, account)
    if kind in CREDITS:
        owed = {"Amount": sum((line["UnitAmount"] for line in whole["LineItems"]), Decimal(0))}
        credit = receive_credit(sitting.drafting, {**whole, **owed}, sitting.at)
        return _made_by(sitting.books, credit)
    made = sitting.drafting.bank_transaction(whole)
    _positive(made)
    odds = odd_fields("BankTransactions", typed)
    return sitting.books.add("BankTransactions", {**made, **odds}, at=sitting.at)


def _change(sitting: Sitting, row: Row, typed: Fields) -> Row:
    books, before = sitting.books, row.fields
    status = typed.get("Status") or before["Status"]
    if before["Status"] != "AUTHORISED" or status not in {"AUTHORISED", "DELETED"}:
        raise Invalid("Bank transaction not of valid status for modification")
    if before["IsReconciled"]:
        raise Invalid(RECONCILED)
    not_locked(books, before)
    if status == "DELETED":
        return delete_bank_transaction(books, row, at=sitting.at)
    if before["Type"] not in PLAIN:
        raise Invalid("Bank transaction not of valid status for modification")
    kept = ("Type", "Contact", "Date", "LineItems", "LineAmountTypes", "BankAccount", "Reference")
    merged = {**{name: before[name] for name in kept}, **typed}
    account = bank_account(books, merged["BankAccount"])
    made = sitting.drafting.bank_transaction(_whole(sitting, merged, account))
    _positive(made)
    odds = odd_fields("BankTransactions", typed)
    return books.change("BankTransactions", row.id, {**made, **odds}, at=sitting.at)


def _whole(sitting: Sitting, typed: Fields, account: Row) -> Fields:
    if not typed.get("LineItems"):
        raise Invalid("One or more line items must be specified")
    whole = complete(sitting, {**typed, "Status": "AUTHORISED"})
    currency = account.fields.get("CurrencyCode", sitting.drafting.base)
    if whole.get("CurrencyCode", currency) != currency:
        raise Invalid("The currency of the transaction must be that of the bank account")
    not_locked(sitting.books, whole)
    del whole["DueDate"]
    return {**whole, "BankAccount": account.id}


def _positive(made: Fields) -> None:
    if made["Total"] < 0:
        raise Invalid("The total of a bank transaction must not be negative")


def _made_by(books: Books, credit: Row) -> Row:
    """The bank transaction that brought this over- or prepayment."""
    for row in reversed(books.rows("BankTransactions")):
        if credit.id in {row.fields.get("OverpaymentID"), row.fields.get("PrepaymentID")}:
            return row
    raise LookupError(credit.id)
