"""What will be different from what was wished, or is worth knowing before an item goes."""

from collections.abc import Iterator, Sequence

from commands.publishing.choices import Choices, TaxPolicy
from commands.publishing.coding import Coded, Coding, Source
from commands.publishing.facts import Facts, Side
from commands.publishing.lists import Lists
from commands.publishing.readiness.judging import QUICKBOOKS, Case, dated, document_day
from commands.publishing.readiness.obstacles import Obstacle
from commands.publishing.resolution.contacts import closest, party_name
from commands.publishing.resolution.currencies import is_new_currency, money_of
from commands.publishing.resolution.matching import Ambiguous, Matched
from commands.publishing.resolution.tax import BY_HAND, BY_RULE, is_reverse_charge
from commands.publishing.sending.ways import (
    NO,
    YES,
    arrives_as,
    can_be_paid,
    chosen,
    way_of,
    wish_of,
)
from providers.drafts import PublishAs
from storage.models import PaymentMethod

PICKED = BY_HAND | BY_RULE


def notices(
    facts: Facts,
    coding: Coding,
    choices: Choices,
    lists: Lists,
    *,
    match: Matched | Ambiguous | None = None,
    methods: Sequence[PaymentMethod] = (),
) -> tuple[Obstacle, ...]:
    """None of them keeps it from going. `methods` are the client's, to call one by its name."""
    case = Case(facts=facts, coding=coding, choices=choices, lists=lists)
    found = [*_arrival(case, methods), *_contact(case), *_day(case), *_rate(case), *_tax(case)]
    found.extend((*_rebilling(case), *_new_currency(case)))
    if isinstance(match, Ambiguous) and choices.bank_match:
        count = str(len(match.lines))
        found.append(case.finds("NOTE_BANK_MATCH", Coded.BANK_ACCOUNT.value, count=count))
    return tuple(found)


def _arrival(case: Case, methods: Sequence[PaymentMethod]) -> Iterator[Obstacle]:
    way = way_of(case.facts, case.coding, case.lists)
    if way is None or way.why_not is not None or not way.publish_as:
        return
    wished, becomes = wish_of(case.coding), arrives_as(case.coding, way)
    if becomes is PublishAs.OPEN and case.coding.get(Coded.PAID) == YES:
        wished = PublishAs.PAID  # as the document says, or somebody
    if wished is becomes or way.publish_as == (PublishAs.PAID,):
        return
    if wished is PublishAs.PAID and PublishAs.PAID in way.publish_as:
        yield from _not_paid(case, becomes, methods)
    elif _is_asked_for(case, wished):
        yield case.finds(
            "NOTE_PUBLISH_AS", Coded.PUBLISH_AS.value,
            destination=way.name, wished=wished.value, instead=becomes.value,
        )  # fmt: skip


def _not_paid(
    case: Case, becomes: PublishAs, methods: Sequence[PaymentMethod]
) -> Iterator[Obstacle]:
    """Somebody who said that it is not paid knows."""
    if case.coding.get(Coded.PAID) == NO:
        return
    if can_be_paid(case.coding):
        yield case.finds("NOTE_LEFT_UNPAID", Coded.PUBLISH_AS.value, instead=becomes.value)
        return
    paid_by = case.coding.get(Coded.PAYMENT_METHOD)
    name = next((f"“{each.name}”" for each in methods if each.id == paid_by), "what paid it")
    why = f"{name} has no bank account" if paid_by else "nothing says what paid it"
    field = Coded.BANK_ACCOUNT if paid_by else Coded.PAYMENT_METHOD
    yield case.finds("NOTE_NOT_PAID", field.value, why=why, instead=becomes.value)


def _is_asked_for(case: Case, wished: PublishAs) -> bool:
    """Whether somebody chose that: what nobody chose is not missed."""
    said = case.coding.of(Coded.PUBLISH_AS)
    if said is None:
        return False
    return said.source is not Source.DEFAULT or wished is not chosen(case.facts.side, Choices())[1]


def _contact(case: Case) -> Iterator[Obstacle]:
    """A supplier that the ledger does not know is made there; one that is nearly so is named."""
    name = party_name(case.facts)
    if case.coding.get(Coded.CONTACT) or name is None:
        return
    near = closest(case.facts, case.lists)
    facts = {"name": name, "organisation": case.lists.organisation.name}
    if near is None:
        yield case.finds("NOTE_NEW_CONTACT", Coded.CONTACT.value, **facts)
        return
    cut = int(near.likeness * 100) / 100  # 0.947 is not yet 0.95
    yield case.finds(
        "NOTE_NEW_CONTACT_LIKE", Coded.CONTACT.value,
        **facts, closest=near.contact.name, closest_id=near.contact.remote_id,
        likeness=f"{cut:.2f}",
    )  # fmt: skip


def _day(case: Case) -> Iterator[Obstacle]:
    day = document_day(case.facts, case.lists)
    if case.facts.day is None and day is not None:
        yield case.finds("NOTE_DAY", "day", day=dated(day))


def _tax(case: Case) -> Iterator[Obstacle]:
    """What the document says is sent, and that is nothing: a mere default claims no tax."""
    facts = case.facts
    if case.choices.tax_policy is not TaxPolicy.OURS or facts.tax is not None:
        return
    if any(line.tax is not None for line in facts.lines):
        return
    for _, said in case.said(Coded.TAX_RATE):
        rate = case.lists.tax_rates.get(said.value)
        if rate is None or not rate.rate or is_reverse_charge(rate) or said.source in PICKED:
            continue
        yield case.finds("NOTE_NO_TAX", "tax", name=rate.name)
        return


def _rebilling(case: Case) -> Iterator[Obstacle]:
    """A customer whom the ledger does not take down on a cost."""
    if case.facts.side is Side.SALE or case.lists.publishing.rebills:
        return
    if any(case.said(Coded.CUSTOMER)) or any(v.value == YES for _, v in case.said(Coded.BILLABLE)):
        yield case.finds("NOTE_NOT_REBILLED", Coded.CUSTOMER.value)


def _new_currency(case: Case) -> Iterator[Obstacle]:
    """QuickBooks adds it to the company together with a contact that is made."""
    money = money_of(case.facts, case.coding, case.choices, case.lists)
    if case.coding.get(Coded.CONTACT) or not is_new_currency(case.lists, money.currency):
        return
    if case.lists.key == QUICKBOOKS:
        yield case.finds(
            "NOTE_NEW_CURRENCY", Coded.CURRENCY.value,
            name=case.lists.organisation.name, currency=money.currency,
        )  # fmt: skip


def _rate(case: Case) -> Iterator[Obstacle]:
    money = money_of(case.facts, case.coding, case.choices, case.lists)
    if money.is_converted and money.rate is not None:
        yield case.finds(
            "NOTE_CONVERTED", Coded.CURRENCY.value,
            currency=case.coding.get(Coded.CURRENCY) or "", own=money.currency,
            rate=f"{money.rate.normalize():f}",
        )  # fmt: skip
