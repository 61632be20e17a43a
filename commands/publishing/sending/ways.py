"""Where a document can go, and how far along it is when it arrives."""

from collections.abc import Sequence
from datetime import date

from commands.publishing.choices import Choices
from commands.publishing.coding import Coded, Coding
from commands.publishing.facts import Facts, ItemKind, Side
from commands.publishing.lists import Lists
from providers.books import DocumentKind
from providers.drafts import AT_THE_BANK, Destination, PublishAs, Publishing, Way
from providers.records import BankAccount

ALONG = tuple(PublishAs)  # from a draft to what is paid
YES, NO = "yes", "no"


def kind_of(facts: Facts) -> DocumentKind:
    """A claim is a bill of the person who is paid back."""
    is_credit = facts.kind is ItemKind.CREDIT_NOTE
    if facts.side is Side.SALE:
        return DocumentKind.INVOICE_CREDIT if is_credit else DocumentKind.INVOICE
    return DocumentKind.BILL_CREDIT if is_credit else DocumentKind.BILL


def chosen(side: Side, choices: Choices) -> tuple[Destination | None, PublishAs]:
    """What the client's settings say."""
    return {
        Side.COST: (choices.costs_to, choices.costs_as),
        Side.SALE: (choices.sales_to, choices.sales_as),
        Side.CLAIM: (choices.claims_to, choices.claims_as),
    }[side]


def usual(
    publishing: Publishing,
    kind: DocumentKind,
    wished: Destination | None,
    *,
    paid_from: BankAccount | None = None,
) -> Way | None:
    """Where it goes unless somebody says otherwise.

    `paid_from` is the account that has paid it, where one has: a ledger with destinations for cash,
    cheques and cards has what they paid there. What the settings wish and the plan refuses is not
    swapped for something else: people are told.
    """
    if wished is not None and (way := publishing.way(kind, wished)):
        return way
    ways = publishing.open_ways(kind)
    if not ways:
        return next((way for way in publishing.ways if way.kind is kind), None)
    plain = next((way for way in ways if not way.needs_bank_account), ways[0])
    return (_out_of(paid_from, ways) if paid_from else None) or plain


def _out_of(account: BankAccount, ways: Sequence[Way]) -> Way | None:
    suited = (_suited(account), Destination.CHEQUE, Destination.RECEIPT)
    by_destination = {way.destination: way for way in ways}
    return next((by_destination[each] for each in suited if each in by_destination), None)


def _suited(account: BankAccount) -> Destination:
    words = account.bank_type.casefold()
    if "card" in words:
        return Destination.CARD
    return Destination.CASH if "cash" in words else Destination.CHEQUE


def way_of(facts: Facts, coding: Coding, lists: Lists) -> Way | None:
    """The one that was resolved; None where the ledger has no such thing."""
    named = coding.get(Coded.PUBLISH_TO)
    if named not in set(Destination):
        return None
    return lists.publishing.way(kind_of(facts), Destination(named))


def wish_of(coding: Coding) -> PublishAs:
    """How far along somebody wants it to be."""
    named = coding.get(Coded.PUBLISH_AS)
    return PublishAs(named) if named in set(PublishAs) else PublishAs.DRAFT


def arrives_as(coding: Coding, way: Way) -> PublishAs:
    """How far along it will be: paid only where it is known from which account."""
    wished = wish_of(coding)
    if wished is PublishAs.PAID and not can_be_paid(coding):
        wished = PublishAs.OPEN
    return possible(wished, way)


def can_be_paid(coding: Coding) -> bool:
    return coding.get(Coded.PAID) != NO and coding.get(Coded.BANK_ACCOUNT) is not None


def posted_on(day: date, coding: Coding, way: Way) -> date:
    """Under which day it stands in the books: money at the bank, the day on which it moved."""
    paid_on = coding.get(Coded.PAID_ON) if way.destination in AT_THE_BANK else None
    return date.fromisoformat(paid_on) if paid_on else day


def possible(wished: PublishAs, way: Way) -> PublishAs:
    """What comes nearest: rather less far along than further."""
    offered = way.publish_as
    if not offered:
        return PublishAs.PAID if way.needs_bank_account else wished
    rank = ALONG.index(wished)
    less = [each for each in ALONG[: rank + 1] if each in offered]
    return less[-1] if less else next(each for each in ALONG[rank:] if each in offered)
