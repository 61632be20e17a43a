"""Facts, coding and states of items in words: names of list entries rather than their ids."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from commands.health.words import dated, money
from commands.publishing.coding import Coded, Source, Sourced
from commands.publishing.facts import Facts, ItemKind, Side
from commands.publishing.lists import Lists
from commands.publishing.resolution.matching import CHOSEN
from commands.publishing.resolution.splitting import WHOLE
from commands.publishing.sending.ways import YES, kind_of
from commands.publishing.wording import AS_WORDS, publish_as
from providers.drafts import Destination
from providers.records import ListRecord
from storage.models import Item, ItemState

GONE = "not in the list any more"
NOBODY = "somebody who has left"
SIDES = {Side.COST: "cost", Side.SALE: "sale", Side.CLAIM: "expense claim"}
SHELVES = {Side.COST: "costs", Side.SALE: "sales", Side.CLAIM: "expense claims"}
KINDS = {
    ItemKind.RECEIPT: "Receipt",
    ItemKind.INVOICE: "Invoice",
    ItemKind.CREDIT_NOTE: "Credit note",
}
STATES = {
    ItemState.PROCESSING: "being read",
    ItemState.TO_REVIEW: "to review",
    ItemState.READY: "ready",
    ItemState.PENDING: "waiting for approval",
    ItemState.APPROVED: "approved",
    ItemState.PUBLISHING: "being published",
    ItemState.ARCHIVED: "archived",
    ItemState.DELETED: "deleted",
    ItemState.MERGED: "merged into another",
}
LABELS: Mapping[str, str] = {
    "supplier": "Supplier",
    "day": "Date",
    "number": "Number",
    "total": "Total",
    "tax": "Tax amount",
    "kind": "Type",
    "note": "Note",
    "rate": "Exchange rate",
    "owner": "Owner",
    WHOLE: "Lines",
    CHOSEN: "Bank line",
    Coded.CONTACT: "Contact",
    Coded.ACCOUNT: "Category",
    Coded.TAX_RATE: "Tax",
    Coded.PRODUCT: "Product",
    Coded.TRACKING_1: "Tracking",
    Coded.TRACKING_2: "Tracking 2",
    Coded.CUSTOMER: "Customer",
    Coded.BILLABLE: "Billable",
    Coded.DESCRIPTION: "Description",
    Coded.DUE_DAY: "Due",
    Coded.CURRENCY: "Currency",
    Coded.PAID: "Paid",
    Coded.PAYMENT_METHOD: "Payment method",
    Coded.BANK_ACCOUNT: "Bank account",
    Coded.PAID_ON: "Paid on",
    Coded.PUBLISH_TO: "Publish to",
    Coded.PUBLISH_AS: "Publish as",
}
_DAYS = frozenset({"day", Coded.DUE_DAY, Coded.PAID_ON})


@dataclass(frozen=True, kw_only=True, slots=True)
class Names:
    """What ids in the coding of one item stand for. `people` and `methods` are {id: name}."""

    lists: Lists | None
    facts: Facts
    people: Mapping[str, str] = field(default_factory=dict)
    methods: Mapping[str, str] = field(default_factory=dict)

    def person(self, person_id: str) -> str:
        return "" if person_id == "system" else self.people.get(person_id, NOBODY)


def label(name: str, names: Names, value: str | None = None) -> str:
    """What a field is called; tracking as the ledger calls it, of sales the customer."""
    if name in {Coded.TRACKING_1, Coded.TRACKING_2} and names.lists is not None:
        categories = _categories(names.lists)
        place = 0 if name == Coded.TRACKING_1 else 1
        chosen = names.lists.tracking.get(value or "")
        if chosen is not None:
            return chosen.category_name
        if place < len(categories):
            return categories[place]
    if name == "supplier" and names.facts.side is Side.SALE:
        return "Customer"
    return LABELS.get(name, name.replace("_", " ").capitalize())


def _categories(lists: Lists) -> Sequence[str]:
    return sorted({option.category_name for option in lists.tracking.values()})


def shown(name: str, value: str | None, names: Names) -> str:
    """A value in words, a dash for none."""
    if not value:
        return "–"
    if name in _DAYS:
        return _day(value)
    if name in _WORDED:
        return _WORDED[name](value, names)
    entries = _entries(name, names.lists)
    return value if entries is None else _entry(entries.get(value))


def _owner(value: str, names: Names) -> str:
    return names.person(value)


def _yes(value: str, _: Names) -> str:
    return "yes" if value == YES else "no"


def _status(value: str, _: Names) -> str:
    status = publish_as(value)
    return AS_WORDS[status] if status else value


def _method(value: str, names: Names) -> str:
    return names.methods.get(value, GONE)


def _amount(value: str, names: Names) -> str:
    return amount(value, names.facts.currency)


def _destination(value: str, names: Names) -> str:
    if names.lists is None or value not in set(Destination):
        return value
    way = names.lists.publishing.way(kind_of(names.facts), Destination(value))
    return way.name if way else value


_WORDED: Mapping[str, Callable[[str, Names], str]] = {
    "total": _amount,
    "tax": _amount,
    "owner": _owner,
    Coded.PAID: _yes,
    Coded.BILLABLE: _yes,
    Coded.PUBLISH_TO: _destination,
    Coded.PUBLISH_AS: _status,
    Coded.PAYMENT_METHOD: _method,
}


def _entries(name: str, lists: Lists | None) -> Mapping[str, ListRecord] | None:
    """The list that a field chooses from; None where it chooses from none that is known."""
    if lists is None:
        return None
    found: Mapping[str, Mapping[str, ListRecord]] = {
        Coded.ACCOUNT: lists.accounts,
        Coded.TAX_RATE: lists.tax_rates,
        Coded.CONTACT: lists.contacts,
        Coded.CUSTOMER: lists.contacts,
        Coded.PRODUCT: lists.products,
        Coded.TRACKING_1: lists.tracking,
        Coded.TRACKING_2: lists.tracking,
        Coded.BANK_ACCOUNT: lists.banks,
    }
    return found.get(name)


def _entry(entry: ListRecord | None) -> str:
    if entry is None:
        return GONE
    name = f"{entry.code} {entry.name}" if _tells(entry) else entry.name
    return name if entry.active else f"{name} (archived)"


def _tells(entry: ListRecord) -> bool:
    """Whether people know it by its code; codes of tax rates and contacts say nothing."""
    return bool(entry.code) and type(entry).__name__ in {"Account", "Product"}


def source(found: Sourced, names: Names) -> str:
    """Where a value is from: manual, Ben."""
    if found.source in {Source.MANUAL, Source.MANUAL_LINE}:
        by = names.person(found.by or "") if found.by else ""
        return f"{found.source.value}, {by}" if by else found.source.value
    return found.source.value


def amount(text: str | Decimal | None, currency: str | None) -> str:
    """With its currency; nothing where there is none."""
    try:
        return money(Decimal(text), currency) if text not in (None, "") else ""
    except InvalidOperation:
        return str(text)


def title(item: Item) -> str:
    """What an item is called where there is room for a few words."""
    return item.supplier or item.title


def in_brief(item: Item) -> str:
    """Paper & Pens, £120.00, 1 October 2026."""
    told = [title(item)]
    if item.total is not None:
        told.append(money(item.total, item.currency))
    if item.day is not None:
        told.append(dated(item.day))
    return ", ".join(told)


def by_number(item: Item) -> str:
    """The same with its number, where it stands beside another that is called alike."""
    return f"{in_brief(item)}, {item.number}" if item.number else in_brief(item)


def _day(text: str) -> str:
    try:
        return dated(date.fromisoformat(text))
    except ValueError:
        return text
