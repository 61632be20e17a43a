"""Journal entries written through the API."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.ledgers.quickbooks.keeping.money import ZERO, cents
from bot.sandbox.ledgers.quickbooks.writing import refusals
from bot.sandbox.ledgers.quickbooks.writing.sitting import (
    Sitting,
    amount_of,
    day_of,
    label,
    number_of,
)
from bot.sandbox.ledgers.rows import Fields, Row

DETAIL = "JournalEntryLineDetail"
SIDES = frozenset({"Debit", "Credit"})
PARTIES = frozenset({"Customer", "Vendor", "Employee"})
_NAMED = {
    "Accounts Receivable": ("Customer", "customer"),
    "Accounts Payable": ("Vendor", "vendor"),
}
_UNBALANCED = (
    "Transaction is not in balance. Make sure the total amount in the Debit column equals the "
    "total amount in the Credit column."
)


def create(sitting: Sitting, typed: Mapping[str, Any]) -> Row:
    made = _made(sitting, typed)
    return sitting.keeper.add("JournalEntry", made, at=sitting.at)


def update(sitting: Sitting, row: Row, typed: Mapping[str, Any]) -> Row:
    sitting.open_on(row.fields["TxnDate"])
    whole = {**row.fields, **typed} if typed.get("sparse") else typed
    return sitting.keeper.change("JournalEntry", row.id, _made(sitting, whole), at=sitting.at)


def _made(sitting: Sitting, typed: Mapping[str, Any]) -> Fields:
    lines = typed.get("Line") or []
    if not lines:
        raise refusals.missing("Line")
    made = [_line(sitting, number, line) for number, line in enumerate(lines)]
    sums = dict.fromkeys(SIDES, ZERO)
    for line in made:
        sums[line[DETAIL]["PostingType"]] += line["Amount"]
    if sums["Debit"] != sums["Credit"]:
        raise refusals.business(_UNBALANCED)
    day = day_of(typed.get("TxnDate"), sitting.at.date()).isoformat()
    sitting.open_on(day)
    number = number_of(typed)
    return {
        "TxnDate": day,
        "Adjustment": bool(typed.get("Adjustment", False)),
        "Line": made,
        **sitting.house.money(sitting.house.currency, amount_of(1, "ExchangeRate")),
        "TotalAmt": sums["Debit"],
        **({"PrivateNote": typed["PrivateNote"]} if typed.get("PrivateNote") else {}),
        **({"DocNumber": number} if number else {}),
    }


def _line(sitting: Sitting, number: int, line: Mapping[str, Any]) -> Fields:
    if line.get("DetailType") != DETAIL:
        raise refusals.bad_choice("DetailType", line.get("DetailType"))
    detail = line.get(DETAIL) or {}
    side = detail.get("PostingType")
    if side not in SIDES:
        raise refusals.bad_choice("PostingType", side)
    account = sitting.needs(detail, "AccountRef", "Account")
    amount = cents(amount_of(line.get("Amount"), "Amount"))
    kept: Fields = {"PostingType": side, "AccountRef": label("Account", account)}
    kept |= _entity(sitting, detail, account)
    for name, kind in (("ClassRef", "Class"), ("DepartmentRef", "Department")):
        row = sitting.refer(detail, name, kind)
        if row is not None:
            sitting.allowed(name)
            kept[name] = label(kind, row)
    words = {"Description": line["Description"]} if line.get("Description") else {}
    return {"Id": str(number), **words, "Amount": amount, "DetailType": DETAIL, DETAIL: kept}


def _entity(sitting: Sitting, detail: Mapping[str, Any], account: Row) -> Fields:
    given = detail.get("Entity") or {}
    kind = str(given.get("Type"))
    row = sitting.refer(given, "EntityRef", kind) if kind in PARTIES else None
    of = account.fields["AccountType"]
    needed, words = _NAMED.get(of, (kind, ""))
    if kind != needed or (words and row is None):
        raise refusals.business(f"When you use {of}, you must choose a {words} in the Name field.")
    return {"Entity": {"Type": kind, "EntityRef": label(kind, row)}} if row else {}
