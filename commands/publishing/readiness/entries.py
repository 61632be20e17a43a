"""Whether the entries of the ledger's lists that an item uses can be used for it."""

from collections.abc import Iterator, Mapping

from commands.publishing.coding import Coded, Source, Sourced
from commands.publishing.facts import Side
from commands.publishing.readiness.judging import Case, called
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.resolution.contacts import is_usable
from commands.publishing.resolution.tax import suits
from commands.publishing.sending.ways import YES
from providers.records import ListRecord, TrackingOption

WORDS = {
    Coded.CONTACT: "contact",
    Coded.ACCOUNT: "category",
    Coded.TAX_RATE: "tax rate",
    Coded.PRODUCT: "product",
    Coded.TRACKING_1: "tracking option",
    Coded.TRACKING_2: "tracking option",
    Coded.CUSTOMER: "customer",
    Coded.BANK_ACCOUNT: "bank account",
}
_ARCHIVED = {
    Coded.CONTACT: "XERO_CONTACT_GONE",
    Coded.CUSTOMER: "XERO_CONTACT_GONE",
    Coded.ACCOUNT: "XERO_ACCOUNT_ARCHIVED",
    Coded.TAX_RATE: "XERO_TAX_ACCOUNT",
    Coded.TRACKING_1: "XERO_TRACKING",
    Coded.TRACKING_2: "XERO_TRACKING",
    Coded.BANK_ACCOUNT: "XERO_BANK_UNKNOWN",
}
_UNKNOWN = {
    Coded.TRACKING_1: "XERO_TRACKING",
    Coded.TRACKING_2: "XERO_TRACKING",
    Coded.BANK_ACCOUNT: "XERO_BANK_UNKNOWN",
}
CLOSED = "bank and control accounts take no lines"
RULES = frozenset({Source.SUPPLIER_RULE, Source.CUSTOMER_RULE, Source.USER_RULE})


def entry_obstacles(case: Case) -> Iterator[Obstacle]:
    """Of every field that names an entry."""
    for name, entries in _lists(case).items():
        for line, value in case.said(name):
            entry = entries.get(value.value)
            if entry is None or not entry.active:
                yield _unusable(case, name, line, value, entry)
    yield from _party(case)
    yield from _tax_rates(case)
    yield from _accounts(case)
    yield from _products(case)
    yield from _tracking(case)
    yield from _tracked_whole(case)
    yield from _billable(case)


def broken_rules(case: Case) -> Iterator[Obstacle]:
    """The rules that brought entries which cannot be used, each once."""
    seen: set[str] = set()
    for name, entries in _lists(case).items():
        for _, value in case.said(name):
            entry, title = entries.get(value.value), value.by or ""
            is_there = entry is not None and entry.active
            if value.source in RULES and not is_there and title not in seen:
                seen.add(title)
                yield case.finds("PRE_RULE_BROKEN", name.value, name=title, what=WORDS[name])


def _lists(case: Case) -> Mapping[Coded, Mapping[str, ListRecord]]:
    lists = case.lists
    return {
        Coded.CONTACT: lists.contacts,
        Coded.ACCOUNT: lists.accounts,
        Coded.TAX_RATE: lists.tax_rates,
        Coded.PRODUCT: lists.products,
        Coded.TRACKING_1: lists.tracking,
        Coded.TRACKING_2: lists.tracking,
        Coded.CUSTOMER: lists.contacts,
        Coded.BANK_ACCOUNT: lists.banks,
    }


def _unusable(
    case: Case, name: Coded, line: int | None, value: Sourced, entry: ListRecord | None
) -> Obstacle:
    code = (
        case.by_ledger(
            xero=_UNKNOWN.get(name, "XERO_GUID"), quickbooks="QBO_BAD_REF", other="PRE_ENTRY"
        )
        if entry is None
        else case.by_ledger(
            xero=_ARCHIVED.get(name, "PRE_ENTRY"), quickbooks="QBO_INACTIVE_REF", other="PRE_ENTRY"
        )
    )
    return case.finds(
        code, name.value, line,
        what=WORDS[name], name=called(entry) if entry else value.value,
        state="archived" if entry else "not in its lists", source=value.source.value,
        by=value.by or "",
    )  # fmt: skip


def _party(case: Case) -> Iterator[Obstacle]:
    """A customer is no supplier where the ledger keeps them apart."""
    for line, value in case.said(Coded.CONTACT):
        contact = case.lists.contacts.get(value.value)
        if contact is None or not contact.active or is_usable(contact, case.facts.side, case.lists):
            continue
        state = "a supplier" if case.facts.side is Side.SALE else "a customer"
        yield case.finds(
            "QBO_BAD_REF", Coded.CONTACT.value, line, what="contact", name=called(contact),
            state=f"{state} only",
        )  # fmt: skip


def _tax_rates(case: Case) -> Iterator[Obstacle]:
    for line, value in case.said(Coded.TAX_RATE):
        rate = case.lists.tax_rates.get(value.value)
        if rate is None or not rate.active or suits(rate, case.facts.side):
            continue
        code = case.by_ledger(
            xero="XERO_TAX_ACCOUNT", quickbooks="QBO_BAD_REF", other="SAGE_LEDGER_TAX"
        )
        yield case.finds(
            code, Coded.TAX_RATE.value, line,
            what="tax rate", name=called(rate), state=f"not for {_side(case)}",
            source=value.source.value, by=value.by or "",
        )  # fmt: skip


def _accounts(case: Case) -> Iterator[Obstacle]:
    """Income on a cost, or the reverse, is a slip unless somebody coded that very line so."""
    wrong_class = "expense" if case.facts.side is Side.SALE else "revenue"
    for line, value in case.said(Coded.ACCOUNT):
        account = case.lists.accounts.get(value.value)
        if account is None or not account.active:
            continue
        is_slip = (
            account.account_class.casefold() == wrong_class and value.source != Source.MANUAL_LINE
        )
        if is_slip or account.is_closed:
            code = case.by_ledger(
                xero="XERO_ACCOUNT_INVALID", quickbooks="QBO_BAD_REF", other="SAGE_LEDGER_TAX"
            )
            yield case.finds(
                code, Coded.ACCOUNT.value, line,
                what="category", name=called(account),
                state=CLOSED if account.is_closed else f"not for {_side(case)}",
                source=value.source.value, by=value.by or "",
            )  # fmt: skip


def _side(case: Case) -> str:
    return "sales" if case.facts.side is Side.SALE else "costs"


def _products(case: Case) -> Iterator[Obstacle]:
    is_sale = case.facts.side is Side.SALE
    for line, value in case.said(Coded.PRODUCT):
        product = case.lists.products.get(value.value)
        if product is not None and not (product.is_sold if is_sale else product.is_bought):
            yield case.finds("QBO_BILLABLE", Coded.PRODUCT.value, line, name=called(product))


def _tracking(case: Case) -> Iterator[Obstacle]:
    """A plan with fewer dimensions than are coded; two options of the same one."""
    for place, name in enumerate((Coded.TRACKING_1, Coded.TRACKING_2), start=1):
        if place > case.lists.publishing.tracking:
            for line, value in case.said(name):
                option = case.lists.tracking.get(value.value)
                yield case.finds(
                    "QBO_FEATURE", name.value, line,
                    name=option.category_name if option else "Tracking",
                )  # fmt: skip
    for line in range(len(case.coding.lines)) if case.coding.lines else (None,):
        first = _option(case, Coded.TRACKING_1, line)
        second = _option(case, Coded.TRACKING_2, line)
        if first and second and first.category_id == second.category_id:
            yield case.finds(
                "XERO_TRACKING", Coded.TRACKING_2.value, line,
                what="tracking option", name=second.name,
                state=f"in {second.category_name}, like {first.name}",
            )  # fmt: skip


def _tracked_whole(case: Case) -> Iterator[Obstacle]:
    """Lines that choose differently where the ledger has one choice for the document."""
    for name in (Coded.TRACKING_1, Coded.TRACKING_2):
        found = (case.lists.tracking.get(value.value) for _, value in case.said(name))
        options = [
            each
            for each in found
            if each and each.category_id in case.lists.publishing.tracked_whole
        ]
        names = list(dict.fromkeys(each.name for each in options))
        if len(names) > 1:
            yield case.finds(
                "PRE_ONE_FOR_ALL", name.value, what=options[0].category_name,
                names=" and ".join(names),
            )  # fmt: skip


def _option(case: Case, name: Coded, line: int | None) -> TrackingOption | None:
    return case.lists.tracking.get(case.coding.get(name, line) or "")


def _billable(case: Case) -> Iterator[Obstacle]:
    if not case.lists.publishing.rebills:
        return
    for line in range(len(case.coding.lines)) if case.coding.lines else (None,):
        if case.coding.get(Coded.BILLABLE, line) == YES and not case.coding.get(
            Coded.CUSTOMER, line
        ):
            yield case.finds("QBO_BILLABLE_CUST", Coded.CUSTOMER.value, line)
