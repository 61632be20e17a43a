"""Sales and purchases written through the API: bills, invoices, expenses, credits, receipts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from bot.sandbox.ledgers.quickbooks.keeping.documents import SALES, Terms, document
from bot.sandbox.ledgers.quickbooks.keeping.money import RATES
from bot.sandbox.ledgers.quickbooks.writing import control_accounts, lines, refusals
from bot.sandbox.ledgers.quickbooks.writing.sitting import (
    Sitting,
    amount_of,
    day_of,
    label,
    number_of,
)
from bot.sandbox.ledgers.rows import Fields, Row

KINDS = frozenset({"Bill", "Invoice", "Purchase", "VendorCredit", "CreditMemo", "SalesReceipt"})
TREATMENTS = frozenset({"TaxExcluded", "TaxInclusive", "NotApplicable"})
# How somebody pays at once, and which accounts that can come from.
PAID_FROM = {"Cash": "Bank", "Check": "Bank", "CreditCard": "Credit Card"}
DUPLICATES = "allowduplicatedocnum"
_KEPT = ("CustomerMemo", "BillEmail", "BillAddr", "ShipAddr", "PaymentRefNum", "Credit")
_ACCOUNTS = ("APAccountRef", "DepositToAccountRef")
_ONE_CURRENCY = "You can only use one foreign currency per transaction."


def create(sitting: Sitting, kind: str, typed: Mapping[str, Any]) -> Row:
    sitting.allowed(kind)
    made = _made(sitting, kind, typed)
    sitting.open_on(made["TxnDate"])
    _unused(sitting, kind, made, but=None)
    return sitting.keeper.enter(kind, made, at=sitting.at)


def update(sitting: Sitting, kind: str, row: Row, typed: Mapping[str, Any]) -> Row:
    """Sparse changes what it names; otherwise what is not there is taken away."""
    sitting.open_on(row.fields["TxnDate"])
    own = {"LinkedTxn", "MetaData", "Id", "SyncToken", "sparse", "domain"}
    whole = {k: v for k, v in typed.items() if k not in own}
    if typed.get("sparse"):
        whole = {**row.fields, **whole}
    made = _made(sitting, kind, whole)
    sitting.open_on(made["TxnDate"])
    _unused(sitting, kind, made, but=row)
    return sitting.keeper.rewrite(kind, row, fields=made, at=sitting.at)


def _made(sitting: Sitting, kind: str, typed: Mapping[str, Any]) -> Fields:
    sells = kind in SALES
    party = _party(sitting, kind, typed)
    treatment = typed.get("GlobalTaxCalculation") or "TaxExcluded"
    if treatment not in TREATMENTS:
        raise refusals.bad_choice("GlobalTaxCalculation", treatment)
    untaxed = treatment == "NotApplicable"
    terms = _terms(sitting, kind, typed, party, treatment)
    entries = lines.entries(sitting, typed, sells=sells, untaxed=untaxed)
    if not sells:
        is_vendors = party is not None and _payee(typed) == "Vendor"
        control_accounts.agree(sitting, typed, currency=_own(sitting, party), is_vendors=is_vendors)
    made = document(sitting.house, kind, party, entries=entries, terms=terms)
    if made["TotalAmt"] < 0:
        raise refusals.business("Transaction amount must be 0 or greater.")
    return made


def _party(sitting: Sitting, kind: str, typed: Mapping[str, Any]) -> Row | None:
    """An expense may be paid to nobody in particular."""
    if kind in SALES:
        return sitting.needs(typed, "CustomerRef", "Customer")
    if kind != "Purchase":
        return sitting.needs(typed, "VendorRef", "Vendor")
    kind = _payee(typed)
    if kind not in {"Vendor", "Customer", "Employee"}:
        raise refusals.bad_choice("EntityRef.type", kind)
    return sitting.refer(typed, "EntityRef", kind)


def _payee(typed: Mapping[str, Any]) -> str:
    return str((typed.get("EntityRef") or {}).get("type") or "Vendor")


def _terms(
    sitting: Sitting, kind: str, typed: Mapping[str, Any], party: Row | None, treatment: str
) -> Terms:
    day = day_of(typed.get("TxnDate"), sitting.at.date())
    due = day_of(typed["DueDate"], day) if typed.get("DueDate") else None
    if due is not None and due < day:
        raise refusals.business("The due date cannot be earlier than the transaction date.")
    number = number_of(typed)
    if number is None and kind in SALES:
        number = sitting.keeper.next_number(kind)
    currency = _currency(sitting, typed, party)
    usual = RATES.get(currency, Decimal(1)) if currency != sitting.house.currency else Decimal(1)
    return Terms(
        day=day,
        number=number,
        currency=currency,
        rate=amount_of(typed.get("ExchangeRate") or usual, "ExchangeRate"),
        inclusive=treatment == "TaxInclusive",
        untaxed=treatment == "NotApplicable",
        discount=lines.discount(typed),
        memo=typed.get("PrivateNote") or None,
        due=due,
        taxes=_given_taxes(typed),
        extras=_extras(sitting, kind, typed),
    )


def _currency(sitting: Sitting, typed: Mapping[str, Any], party: Row | None) -> str:
    own = _own(sitting, party)
    given = (typed.get("CurrencyRef") or {}).get("value") or own
    if given != own:
        raise refusals.business(_ONE_CURRENCY)
    return own


def _own(sitting: Sitting, party: Row | None) -> str:
    return str(party.fields["CurrencyRef"]["value"]) if party else sitting.house.currency


def _given_taxes(typed: Mapping[str, Any]) -> dict[str, Decimal]:
    """Tax amounts by rate, where the app knows them better than the rates do."""
    found = {}
    for line in (typed.get("TxnTaxDetail") or {}).get("TaxLine") or []:
        rate = line.get("TaxLineDetail", {}).get("TaxRateRef", {}).get("value")
        if rate and line.get("Amount") is not None:
            found[str(rate)] = amount_of(line["Amount"], "Amount")
    return found


def _extras(sitting: Sitting, kind: str, typed: Mapping[str, Any]) -> Fields:
    found: Fields = {name: typed[name] for name in _KEPT if typed.get(name) is not None}
    for name in _ACCOUNTS:
        account = sitting.refer(typed, name, "Account")
        if account is not None:
            found[name] = label("Account", account)
    for name, of in (("DepartmentRef", "Department"), ("ClassRef", "Class")):
        row = sitting.refer(typed, name, of)
        if row is not None:
            sitting.allowed(name)
            found[name] = label(of, row)
    for name, of in (("PaymentMethodRef", "PaymentMethod"), ("SalesTermRef", "Term")):
        row = sitting.refer(typed, name, of)
        if row is not None:
            found[name] = label(of, row)
    return {**found, **(_paid_from(sitting, typed) if kind == "Purchase" else {})}


def _paid_from(sitting: Sitting, typed: Mapping[str, Any]) -> Fields:
    how = typed.get("PaymentType")
    if how is None:
        raise refusals.missing("PaymentType")
    if how not in PAID_FROM:
        raise refusals.bad_choice("PaymentType", how)
    account = sitting.needs(typed, "AccountRef", "Account")
    if account.fields["AccountType"] != PAID_FROM[how]:
        words = "credit card" if how == "CreditCard" else "bank"
        raise refusals.business(f"Select a {words} account for this transaction.")
    return {"PaymentType": how, "AccountRef": label("Account", account)}


def _unused(sitting: Sitting, kind: str, made: Fields, *, but: Row | None) -> None:
    """Numbers of sales are unique; those of a vendor's bills where the company wants to know."""
    number = made.get("DocNumber")
    if not number or DUPLICATES in sitting.include:
        return
    if kind not in SALES and not (kind == "Bill" and _warns(sitting)):
        return
    for row in sitting.books.rows(kind):
        same = row.mentions(number) and row.read("DocNumber") == number and row is not but
        if same and (kind in SALES or row.read("VendorRef")["value"] == made["VendorRef"]["value"]):
            raise refusals.duplicate_number(kind, row)


def _warns(sitting: Sitting) -> bool:
    named = sitting.books.rows("Preferences")[0].fields["OtherPrefs"]["NameValue"]
    return {"Name": "WarnDuplicateBillNumber", "Value": "true"} in named
