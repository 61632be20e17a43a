"""Vendors, customers and accounts written through the API."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.ledgers.quickbooks.keeping.entities import ENTITIES
from bot.sandbox.ledgers.quickbooks.keeping.money import CURRENCIES
from bot.sandbox.ledgers.quickbooks.keeping.renaming import GONE, call
from bot.sandbox.ledgers.quickbooks.keeping.touches import Operation
from bot.sandbox.ledgers.quickbooks.seed.chart import CLASSIFICATIONS
from bot.sandbox.ledgers.quickbooks.writing import refusals
from bot.sandbox.ledgers.quickbooks.writing.sitting import Sitting, label
from bot.sandbox.ledgers.rows import Fields, Row

KINDS = frozenset({"Vendor", "Customer", "Account"})
SHARED = ("Vendor", "Customer", "Employee")  # one namespace
NAME_LENGTH = 500
ACCOUNT_NAME_LENGTH = 100
_OWN = frozenset(
    {
        "Id",
        "SyncToken",
        "MetaData",
        "sparse",
        "domain",
        "Balance",
        "BalanceWithJobs",
        "CurrentBalance",
    }
)
# QuickBooks needs these, and posts to them itself.
_NEEDED = frozenset(
    {
        "AccountsReceivable", "AccountsPayable", "UndepositedFunds", "RetainedEarnings",
        "OpeningBalanceEquity", "GlobalTaxPayable", "GlobalTaxSuspense",
    }
)  # fmt: skip


def create(sitting: Sitting, kind: str, typed: Mapping[str, Any]) -> Row:
    name = _name(kind, typed)
    _free(sitting, kind, name, but=None)
    fields = {key: value for key, value in typed.items() if key not in _OWN and value is not None}
    fields |= _account(typed) if kind == "Account" else _party(sitting, kind, typed)
    fields |= {ENTITIES[kind].label: name}
    if kind != "Vendor":
        fields.setdefault("FullyQualifiedName", name)
    row = sitting.books.add(kind, fields, at=sitting.at)
    sitting.keeper.say(kind, row.id, Operation.CREATE, sitting.at)
    return row


def update(sitting: Sitting, kind: str, row: Row, typed: Mapping[str, Any]) -> Row:
    """A name that changes does so wherever it is spoken of; inactive names say that they are."""
    key = ENTITIES[kind].label
    before = str(row.fields[key])
    name = str(typed.get(key) or before).removesuffix(GONE)
    if name != before.removesuffix(GONE):
        _free(sitting, kind, name, but=row)
    active = bool(typed.get("Active", row.fields.get("Active", True)))
    if kind == "Account" and not active:
        _spare(row)
    changed: Fields = {k: v for k, v in typed.items() if k not in _OWN | {key} and v is not None}
    changed["Active"] = active
    if not typed.get("sparse") and kind != "Account":
        _forget(row, typed)
    return call(
        sitting.keeper, kind, row, name if active else name + GONE, at=sitting.at, also=changed
    )


def _forget(row: Row, typed: Mapping[str, Any]) -> None:
    """A full update takes away what it does not name."""
    for name in ("PrimaryEmailAddr", "PrimaryPhone", "BillAddr", "Notes", "AcctNum"):
        if name in row.fields and name not in typed:
            del row.fields[name]


def _name(kind: str, typed: Mapping[str, Any]) -> str:
    given = typed.get(ENTITIES[kind].label)
    if not given and kind != "Account":
        parts = (typed.get(name) for name in ("GivenName", "FamilyName"))
        given = " ".join(str(part) for part in parts if part) or typed.get("CompanyName")
    if not given:
        raise refusals.missing(ENTITIES[kind].label)
    most = ACCOUNT_NAME_LENGTH if kind == "Account" else NAME_LENGTH
    if len(str(given)) > most:
        raise refusals.too_long(ENTITIES[kind].label, most, len(str(given)))
    return str(given).strip()


def _free(sitting: Sitting, kind: str, name: str, *, but: Row | None) -> None:
    """Names count in any case, and those of the inactive too."""
    wanted = name.casefold()
    for each in ("Account",) if kind == "Account" else SHARED:
        key = ENTITIES[each].label
        for row in sitting.books.rows(each):
            if row is not but and str(row.fields[key]).removesuffix(GONE).casefold() == wanted:
                raise refusals.duplicate_name(row)


def _account(typed: Mapping[str, Any]) -> Fields:
    kind = typed.get("AccountType")
    if not kind:
        raise refusals.missing("AccountType")
    if kind not in CLASSIFICATIONS:
        raise refusals.bad_choice("AccountType", kind)
    return {
        "Classification": CLASSIFICATIONS[kind],
        "CurrentBalance": 0,
        "CurrentBalanceWithSubAccounts": 0,
    }


def _party(sitting: Sitting, kind: str, typed: Mapping[str, Any]) -> Fields:
    parent = sitting.refer(typed, "ParentRef", kind)
    currency = (typed.get("CurrencyRef") or {}).get("value") or sitting.house.currency
    if currency != sitting.house.currency and not sitting.house.has_currencies:
        raise refusals.business("Multicurrency is not turned on for this company.")
    if currency != sitting.house.currency:
        _use(sitting, str(currency))
    fields: Fields = {"CurrencyRef": {"value": currency}, "Balance": 0}
    if kind == "Customer":
        fields["BalanceWithJobs"] = 0
    if parent is not None:
        fields["ParentRef"] = label(kind, parent)
        above = parent.fields[ENTITIES[kind].label]
        fields["FullyQualifiedName"] = f"{above}:{_name(kind, typed)}"
    return fields


def _use(sitting: Sitting, currency: str) -> None:
    """A currency that the company did not have is added to its own (Vendor.CurrencyRef)."""
    known = {row.fields["Code"] for row in sitting.books.rows("CompanyCurrency")}
    if currency not in known:
        fields = {"Code": currency, "Name": CURRENCIES.get(currency, currency)}
        sitting.books.add("CompanyCurrency", fields, at=sitting.at)


def _spare(row: Row) -> None:
    if row.fields.get("AccountSubType") in _NEEDED:
        raise refusals.business("This account is used by QuickBooks and can't be made inactive.")
