"""How each list is shown: its columns, and what stands in them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from commands.lists import terms
from commands.replies import Table
from providers.records import ListKind
from storage.models import ListEntry

Taxes = Mapping[str, str]  # {code or remote id of a tax rate: its name}
Cell = Callable[[ListEntry, Taxes], str]


class List(StrEnum):
    """A list by the word people type."""

    ACCOUNTS = "accounts"
    TAX = "tax"
    CONTACTS = "contacts"
    SUPPLIERS = "suppliers"
    CUSTOMERS = "customers"
    PRODUCTS = "products"
    TRACKING = "tracking"
    BANKS = "banks"
    ORGANISATION = "organisation"  # one entry, shown by `organisation`


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """How a list is shown. `columns` are {title: what of an entry}; `only` must hold of entries."""

    title: str
    kind: ListKind
    columns: Mapping[str, Cell]
    numeric: frozenset[str] = field(default_factory=frozenset)
    only: str | None = None
    is_coded: bool = False  # in the order of codes rather than of names
    names_taxes: bool = False


def table(view: View, found: Sequence[ListEntry], taxes: Taxes) -> Table:
    """Without the columns in which nothing stands."""
    cells = {title: [cell(entry, taxes) for entry in found] for title, cell in view.columns.items()}
    told = {title: column for title, column in cells.items() if any(column)}
    return Table(
        columns=tuple(told),
        rows=tuple(zip(*told.values(), strict=True)),
        numeric=frozenset(n for n, title in enumerate(told) if title in view.numeric),
    )


def _own(name: str, words: Callable[[str], str] = str) -> Cell:
    return lambda entry, _: words(str(entry.details.get(name) or ""))


def _name(entry: ListEntry, _: Taxes) -> str:
    if entry.removed_at is not None:
        return f"{entry.name} (gone)"
    return entry.name if entry.active else f"{entry.name} (archived)"


def _code(entry: ListEntry, _: Taxes) -> str:
    return entry.code or ""


def _tax(entry: ListEntry, taxes: Taxes) -> str:
    code = str(entry.details.get("tax_rate") or "")
    return taxes.get(code, code)


def _percent(entry: ListEntry, _: Taxes) -> str:
    rate = entry.details.get("rate")
    return f"{Decimal(str(rate)).normalize():f}%" if rate is not None else ""


def _used_on(entry: ListEntry, _: Taxes) -> str:
    on = [w for w, key in (("costs", "on_costs"), ("sales", "on_sales")) if entry.details.get(key)]
    return " and ".join(on)


def _roles(entry: ListEntry, _: Taxes) -> str:
    roles = (("supplier", "is_supplier"), ("customer", "is_customer"))
    return " and ".join(word for word, key in roles if entry.details.get(key))


def _category(entry: ListEntry, _: Taxes) -> str:
    return str(entry.details.get("category_name") or "")


_CONTACT = {"Name": _name, "Role": _roles, "E-mail": _own("email"), "Currency": _own("currency")}

VIEWS = {
    List.ACCOUNTS: View(
        title="Chart of accounts",
        kind=ListKind.ACCOUNTS,
        columns={
            "Code": _code,
            "Name": _name,
            "Type": _own("account_type", terms.account_type),
            "Tax": _tax,
        },
        is_coded=True,
        names_taxes=True,
    ),
    List.TAX: View(
        title="Tax rates",
        kind=ListKind.TAX_RATES,
        columns={"Name": _name, "Rate": _percent, "Used on": _used_on, "Code": _code},
        numeric=frozenset({"Rate"}),
    ),
    List.CONTACTS: View(title="Contacts", kind=ListKind.CONTACTS, columns=_CONTACT),
    List.SUPPLIERS: View(
        title="Suppliers", kind=ListKind.CONTACTS, columns=_CONTACT, only="is_supplier"
    ),
    List.CUSTOMERS: View(
        title="Customers", kind=ListKind.CONTACTS, columns=_CONTACT, only="is_customer"
    ),
    List.PRODUCTS: View(
        title="Products and services",
        kind=ListKind.PRODUCTS,
        columns={"Code": _code, "Name": _name},
    ),
    List.TRACKING: View(
        title="Tracking", kind=ListKind.TRACKING, columns={"Name": _name, "In": _category}
    ),
    List.BANKS: View(
        title="Bank accounts",
        kind=ListKind.BANK_ACCOUNTS,
        columns={
            "Name": _name,
            "Type": _own("bank_type", terms.bank_type),
            "Number": _own("number"),
            "Currency": _own("currency"),
        },
    ),
}
