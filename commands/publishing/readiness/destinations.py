"""Whether the ledger takes the document where it is to go: plan, lock dates, bank, currency."""

from collections.abc import Iterator
from datetime import date

from commands.publishing.coding import Coded
from commands.publishing.facts import Side
from commands.publishing.readiness.judging import QUICKBOOKS, Case, called, dated, document_day
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.resolution.currencies import is_base_only, is_new_currency, money_of
from commands.publishing.sending.ways import arrives_as, kind_of, possible, posted_on, way_of
from providers.books import DocumentKind
from providers.drafts import Destination, PublishAs, Way

IN_THE_BOOKS = frozenset({PublishAs.OPEN, PublishAs.PAID})  # lock dates mind nothing else


def destination_obstacles(case: Case) -> Iterator[Obstacle]:
    """Of where it is to go, and of what that asks for."""
    way = way_of(case.facts, case.coding, case.lists)
    if way is None or way.why_not is not None:
        yield _closed(case, way)
    else:
        if case.facts.side is not Side.CLAIM:  # its claim has a date of its own
            yield from _lock(case, way)
        yield from _bank(case, way)
    yield from _currency(case)
    yield from _number(case)


def _closed(case: Case, way: Way | None) -> Obstacle:
    kind = kind_of(case.facts)
    names = [each.name for each in case.lists.publishing.open_ways(kind)]
    wished = case.coding.get(Coded.PUBLISH_TO) or ""
    is_bill = kind is DocumentKind.BILL and wished == Destination.PURCHASES
    return case.finds(
        "QBO_NO_BILL" if is_bill and case.lists.key == QUICKBOOKS else "PRE_PLAN",
        Coded.PUBLISH_TO.value,
        destination=way.name if way else wished or "anywhere",
        why=(way.why_not if way else None) or f"it takes no {kind.value} there",
        instead=", ".join(names) or "nothing else",
    )


def _lock(case: Case, way: Way) -> Iterator[Obstacle]:
    """A draft goes where the ledger has one of it; else the date has to be another."""
    of_document = document_day(case.facts, case.lists)
    day = posted_on(of_document, case.coding, way) if of_document else None
    if day is None or not case.lists.is_locked(day):
        return
    if arrives_as(case.coding, way) in IN_THE_BOOKS:
        drafts = possible(PublishAs.SUBMITTED, way)
        dates = "day" if day == of_document else Coded.PAID_ON.value
        mended_by = Coded.PUBLISH_AS.value if _has_drafts(case) else dates
        code = case.by_ledger(xero="PRE_LOCKED", quickbooks="QBO_CLOSED", other="PRE_LOCKED")
        yield case.finds(
            code, mended_by, day=dated(day), lock=dated(_locked_until(case)),
            destination=way.name, instead=drafts.value if drafts not in IN_THE_BOOKS else "",
        )  # fmt: skip


def _has_drafts(case: Case) -> bool:
    ways = case.lists.publishing.open_ways(kind_of(case.facts))
    return any(PublishAs.DRAFT in way.publish_as for way in ways)


def _locked_until(case: Case) -> date:
    organisation = case.lists.organisation
    locks = (organisation.lock_date, organisation.year_end_lock_date)
    return max(lock for lock in locks if lock is not None)


def _bank(case: Case, way: Way) -> Iterator[Obstacle]:
    """The account that pays: there, and of the currency of the document."""
    named = case.coding.get(Coded.BANK_ACCOUNT)
    if named is None:
        if way.needs_bank_account:
            code = case.by_ledger(
                xero="XERO_BANK_REQUIRED", quickbooks="PRE_BANK", other="SAGE_BANK_REQUIRED"
            )
            yield case.finds(code, Coded.BANK_ACCOUNT.value, destination=way.name)
        return
    bank = case.lists.banks.get(named)
    is_strict = way.needs_bank_account or (
        case.lists.key == QUICKBOOKS and arrives_as(case.coding, way) is PublishAs.PAID
    )
    money = money_of(case.facts, case.coding, case.choices, case.lists)
    if bank is not None and is_strict and bank.currency not in (None, money.currency):
        code = case.by_ledger(
            xero="PRE_BANK_CURRENCY", quickbooks="QBO_ONE_CURRENCY", other="PRE_BANK_CURRENCY"
        )
        yield case.finds(
            code, Coded.BANK_ACCOUNT.value,
            name=called(bank), own=bank.currency or "", currency=money.currency,
        )  # fmt: skip


def _currency(case: Case) -> Iterator[Obstacle]:
    money = money_of(case.facts, case.coding, case.choices, case.lists)
    base = case.lists.base_currency
    code = case.by_ledger(
        xero="XERO_CURRENCY", quickbooks="QBO_ONE_CURRENCY", other="XERO_CURRENCY"
    )
    if money.currency != base and is_base_only(case.choices, case.lists):
        is_ours = case.lists.organisation.is_multi_currency is not False
        yield case.finds(
            "PRE_RATE" if is_ours else code, "rate" if is_ours else Coded.CURRENCY.value,
            name=case.lists.organisation.name, own=base, currency=money.currency,
        )  # fmt: skip
    elif _is_unused(case, money.currency):
        yield case.finds(
            code, Coded.CURRENCY.value,
            name=case.lists.organisation.name, own=base, currency=money.currency,
        )  # fmt: skip
    contact = case.lists.contacts.get(case.coding.get(Coded.CONTACT) or "")
    if (
        case.lists.key == QUICKBOOKS
        and contact is not None
        and contact.currency not in (None, money.currency)
    ):
        yield case.finds(
            "QBO_ONE_CURRENCY", Coded.CONTACT.value,
            name=contact.name, own=contact.currency or "", currency=money.currency,
        )  # fmt: skip


def _is_unused(case: Case, currency: str) -> bool:
    """Whether the ledger refuses it; QuickBooks adds it with the supplier (Vendor.CurrencyRef)."""
    return case.lists.key != QUICKBOOKS and is_new_currency(case.lists, currency)


def _number(case: Case) -> Iterator[Obstacle]:
    number, longest = case.facts.number or "", case.lists.publishing.number_length
    if len(number) > longest:
        yield case.finds(
            "PRE_NUMBER", "number", name=number, length=str(len(number)), longest=str(longest)
        )
