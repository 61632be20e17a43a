"""Payments of customers and to vendors, written through the API."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.quickbooks.keeping.money import ZERO, cents
from bot.sandbox.ledgers.quickbooks.keeping.settling import PARTIES, SETTLES
from bot.sandbox.ledgers.quickbooks.writing import refusals
from bot.sandbox.ledgers.quickbooks.writing.sitting import (
    Sitting,
    amount_of,
    day_of,
    label,
    number_of,
)
from bot.sandbox.ledgers.rows import Fields, Row

_HEADER = ("PrivateNote", "PaymentRefNum", "TxnDate", "DocNumber")
_FROM = {
    "Check": ("CheckPayment", "BankAccountRef"),
    "CreditCard": ("CreditCardPayment", "CCAccountRef"),
}


def create(sitting: Sitting, kind: str, typed: Mapping[str, Any]) -> Row:
    sitting.allowed(kind)
    party_kind = PARTIES[kind]
    party = sitting.needs(typed, f"{party_kind}Ref", party_kind)
    if typed.get("TotalAmt") is None:
        raise refusals.missing("TotalAmt")
    total = cents(amount_of(typed["TotalAmt"], "TotalAmt"))
    owed, credited = SETTLES[kind]
    settled = _settled(sitting, typed, party, (owed, credited))
    used = sum(settled[owed].values(), ZERO) - sum(settled[credited].values(), ZERO)
    if used > total or total < 0:
        raise refusals.business("The amount applied cannot exceed the amount of the payment.")
    if kind == "BillPayment" and used != total:
        raise refusals.business("A bill payment must be applied to bills in full.")
    day = day_of(typed.get("TxnDate"), sitting.at.date())
    sitting.open_on(day.isoformat())
    return sitting.keeper.settle(
        kind,
        party,
        amounts=settled[owed],
        credit=settled[credited],
        unapplied=total - used,
        fields=_customers(sitting, typed) if kind == "Payment" else _vendors(sitting, typed),
        day=day,
        at=sitting.at,
    )


def update(sitting: Sitting, kind: str, row: Row, typed: Mapping[str, Any]) -> Row:
    """What stands above the lines; what it settles is changed by deleting it and paying again."""
    sitting.open_on(row.fields["TxnDate"])
    changed = {name: typed[name] for name in _HEADER if typed.get(name) is not None}
    sitting.open_on(str(changed.get("TxnDate", row.fields["TxnDate"])))
    return sitting.keeper.change(kind, row.id, changed, at=sitting.at)


def _settled(
    sitting: Sitting, typed: Mapping[str, Any], party: Row, kinds: tuple[str, str]
) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = {kind: {} for kind in kinds}
    for line in typed.get("Line") or []:
        for link in line.get("LinkedTxn") or []:
            kind, key = str(link.get("TxnType")), str(link.get("TxnId"))
            if kind not in found:
                raise refusals.bad_choice("TxnType", kind)
            row = sitting.books.get(kind, key)
            if row is None:
                raise refusals.no_reference("TxnId", key)
            if row.fields[f"{PARTIES[kind]}Ref"]["value"] != party.id:
                raise refusals.business("The linked transaction belongs to somebody else.")
            found[kind][key] = cents(amount_of(line.get("Amount"), "Amount"))
    return found


def _customers(sitting: Sitting, typed: Mapping[str, Any]) -> Fields:
    account = sitting.refer(typed, "DepositToAccountRef", "Account")
    method = sitting.refer(typed, "PaymentMethodRef", "PaymentMethod")
    drawer = sitting.house.account("Undeposited Funds")
    return {
        "DepositToAccountRef": label("Account", account) if account else drawer,
        "ProcessPayment": False,
        **({"PaymentMethodRef": label("PaymentMethod", method)} if method else {}),
        **_said(typed),
    }


def _vendors(sitting: Sitting, typed: Mapping[str, Any]) -> Fields:
    how = typed.get("PayType")
    if how not in _FROM:
        raise refusals.bad_choice("PayType", how) if how else refusals.missing("PayType")
    detail, name = _FROM[how]
    account = sitting.needs(typed.get(detail) or {}, name, "Account")
    wanted = "Bank" if how == "Check" else "Credit Card"
    if account.fields["AccountType"] != wanted:
        raise refusals.business(f"Select a {wanted.lower()} account for this transaction.")
    paid: Fields = {name: label("Account", account)}
    if how == "Check":
        paid["PrintStatus"] = "NotSet"
    return {"PayType": how, detail: paid, **_said(typed)}


def _said(typed: Mapping[str, Any]) -> Fields:
    said = {k: typed[k] for k in ("PrivateNote", "PaymentRefNum") if typed.get(k)}
    number = number_of(typed)
    return {**said, "DocNumber": number} if number else said
