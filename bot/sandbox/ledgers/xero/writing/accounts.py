"""Accounts of the chart made, changed, archived and deleted through the API."""

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.rows import Fields, Row
from bot.sandbox.ledgers.xero.keeping.joins import follow
from bot.sandbox.ledgers.xero.keeping.tables import CLASSES, DOCUMENT_KINDS
from bot.sandbox.ledgers.xero.writing.sitting import Invalid, Sitting, refuse

KEPT = (
    "Code", "Name", "Type", "Description", "TaxType", "EnablePaymentsToAccount",
    "ShowInExpenseClaims", "BankAccountNumber", "BankAccountType", "CurrencyCode",
)  # fmt: skip
CODE_LENGTH, NAME_LENGTH = 10, 150
_USED_BY_TYPES = (
    "fixedAssetAccountId",
    "depreciationExpenseAccountId",
    "accumulatedDepreciationAccountId",
)


def write_account(sitting: Sitting, typed: Fields, wanted: str | None) -> Row:
    row = sitting.named("Accounts", typed, wanted)
    books = sitting.books
    if row is None:
        _check(books, typed, None)
        kind = str(typed["Type"])
        fields = {name: typed[name] for name in KEPT if typed.get(name) is not None}
        whole = {"Class": CLASSES[kind], "ReportingCode": CLASSES[kind][:3], **fields}
        return books.add("Accounts", whole, at=sitting.at)
    status = typed.get("Status")
    if status == "ARCHIVED" and row.fields["Status"] != "ARCHIVED":
        return _archive(sitting, row, typed)
    if row.fields["Status"] == "ARCHIVED" and status != "ACTIVE":
        raise Invalid("An archived account cannot be changed until it is restored")
    _check(books, {**row.fields, **typed}, row)
    fields = {name: typed[name] for name in KEPT if typed.get(name) is not None}
    if status == "ACTIVE":
        fields["Status"] = status
    changed = books.change("Accounts", row.id, fields, at=sitting.at)
    follow(books, "Accounts", changed)
    return changed


def delete_account(sitting: Sitting, row: Row) -> Row:
    """Gone for good, unless anything was ever posted to it."""
    refuse(_needed(sitting.books, row, "deleted"))
    if is_used(sitting.books, row):
        raise Invalid("Account has been used in transactions and cannot be deleted; archive it")
    gone = sitting.books.change("Accounts", row.id, {"Status": "DELETED"}, at=sitting.at)
    sitting.books.remove("Accounts", row.id, at=sitting.at)
    return gone


def is_used(books: Books, row: Row) -> bool:
    return any(
        each.mentions(row.id) and row.id in str(each.peek())
        for kind in DOCUMENT_KINDS
        for each in books.rows(kind)
    )


def _archive(sitting: Sitting, row: Row, typed: Fields) -> Row:
    """Nothing else may change at the same time."""
    if any(typed.get(name, row.fields.get(name)) != row.fields.get(name) for name in KEPT):
        raise Invalid("An account cannot be archived and changed at the same time")
    refuse(_needed(sitting.books, row, "archived"))
    return sitting.books.archive("Accounts", row.id, at=sitting.at)


def _needed(books: Books, row: Row, what: str) -> list[str]:
    """Why Xero keeps an account."""
    problems = []
    if row.fields.get("SystemAccount"):
        problems.append(f"System accounts cannot be {what}")
    types = books.rows("AssetTypes")
    if any(row.id in {each.fields[name] for name in _USED_BY_TYPES} for each in types):
        problems.append(f"This account is used by a fixed asset type and cannot be {what}")
    return problems


def _check(books: Books, typed: Fields, row: Row | None) -> None:
    problems: list[str] = []
    for name, most in (("Code", CODE_LENGTH), ("Name", NAME_LENGTH)):
        value = str(typed.get(name) or "")
        if not value and not (name == "Code" and typed.get("Type") == "BANK"):
            problems.append(f"{name} is required")
        if len(value) > most:
            problems.append(f"{name} must not exceed {most} characters")
        if value and _is_taken(books, name, value, row):
            problems.append(f"Please enter a unique {name}.")
    if row is None and typed.get("Type") not in CLASSES:
        problems.append("Account type is invalid")
    tax = typed.get("TaxType")
    if tax and books.get("TaxRates", str(tax)) is None:
        problems.append(f"The TaxType code {tax} does not exist")
    refuse(problems)


def _is_taken(books: Books, name: str, value: str, row: Row | None) -> bool:
    wanted = value.casefold()
    return any(
        each is not row and str(each.fields[name]).casefold() == wanted
        for each in books.rows("Accounts")
    )
