"""Contacts entered and changed through the API, with the codes they are given by default."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.joins import follow
from bot.sandbox.ledgers.xero.writing.parties import named
from bot.sandbox.ledgers.xero.writing.sitting import Sitting, refuse

KEPT = (
    "ContactNumber", "AccountNumber", "ContactStatus", "Name", "FirstName", "LastName",
    "CompanyNumber", "EmailAddress", "BankAccountDetails", "TaxNumber", "DefaultCurrency",
    "AccountsReceivableTaxType", "AccountsPayableTaxType", "SalesDefaultAccountCode",
    "PurchasesDefaultAccountCode", "SalesDefaultLineAmountType", "PurchasesDefaultLineAmountType",
    "Addresses", "Phones", "ContactPersons", "PaymentTerms", "Website",
)  # fmt: skip
STATUSES = frozenset({"ACTIVE", "ARCHIVED"})
MOST_PERSONS = 5
NAME_LENGTH = 255


def write_contact(sitting: Sitting, typed: Fields, wanted: str | None) -> Row:
    """Without an id, POST means the contact of this name if there is one."""
    row = sitting.named("Contacts", typed, wanted)
    name = str(typed.get("Name") or "").strip()
    same = named(sitting.books, name) if name else None
    if row is None and same is not None and not sitting.creates:
        row = same
    _check(sitting, typed, row, same)
    fields = {key: typed[key] for key in KEPT if typed.get(key) is not None}
    if name:
        fields["Name"] = name
    if row is None:
        return sitting.books.add("Contacts", fields, at=sitting.at)
    changed = sitting.books.change("Contacts", row.id, fields, at=sitting.at)
    if name:
        follow(sitting.books, "Contacts", changed)
    return changed


def _check(sitting: Sitting, typed: Fields, row: Row | None, same: Row | None) -> None:
    problems: list[str] = []
    name = str(typed.get("Name") or "").strip()
    if not name and (row is None or "Name" in typed):
        problems.append("The Contact Name must be specified")
    if len(name) > NAME_LENGTH:
        problems.append(f"The contact name must not exceed {NAME_LENGTH} characters")
    if same is not None and same is not row and same.fields["ContactStatus"] == "ACTIVE":
        problems.append(
            f"The contact name {name} is already assigned to another contact. "
            "The contact name must be unique across all active contacts."
        )
    if typed.get("ContactStatus", "ACTIVE") not in STATUSES:
        problems.append("ContactStatus must be one of ACTIVE, ARCHIVED")
    email = typed.get("EmailAddress")
    if email and "@" not in str(email):
        problems.append(f"Email address '{email}' must be valid")
    if len(typed.get("ContactPersons") or ()) > MOST_PERSONS:
        problems.append(f"You can only have a maximum of {MOST_PERSONS} contact persons.")
    _check_defaults(sitting, typed, problems)
    refuse(problems)


def _check_defaults(sitting: Sitting, typed: Mapping[str, Any], problems: list[str]) -> None:
    rules = sitting.rules
    rules.currency({"CurrencyCode": typed.get("DefaultCurrency")}, problems)
    for code, tax in (
        ("SalesDefaultAccountCode", "AccountsReceivableTaxType"),
        ("PurchasesDefaultAccountCode", "AccountsPayableTaxType"),
    ):
        given = typed.get(code)
        account = rules.account({"AccountCode": given}, problems) if given else None
        if typed.get(tax):
            rules.tax(typed[tax], account, problems)
