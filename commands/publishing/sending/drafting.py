"""The document that is sent for an item: complete, and to the cent what the item says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from commands.publishing.amounts import NOTHING, grosses, net_of, to_cent
from commands.publishing.choices import Choices
from commands.publishing.coding import Coded, Coding
from commands.publishing.facts import FactLine, Facts, Side
from commands.publishing.lists import Lists
from commands.publishing.readiness.judging import document_day
from commands.publishing.resolution.contacts import party_name
from commands.publishing.resolution.currencies import converted, money_of
from commands.publishing.resolution.tax import LineTax, line_taxes
from commands.publishing.sending.ways import YES, arrives_as, kind_of, way_of
from providers.books import TaxTreatment
from providers.drafts import Draft, DraftLine, PublishAs, Tracked

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
FINEST = Decimal("0.0001")  # of a price, as ledgers keep it


def draft(facts: Facts, coding: Coding, choices: Choices, lists: Lists, *, reference: str) -> Draft:
    """Of an item that nothing keeps from going."""
    way = way_of(facts, coding, lists)
    day = document_day(facts, lists)
    assert way is not None
    assert day is not None
    assert facts.total is not None
    money = money_of(facts, coding, choices, lists)
    if money.is_converted and money.rate is not None:
        facts = converted(facts, money.rate)
    lines = _Lines(facts=facts, coding=coding, choices=choices, lists=lists).all()
    publish_as = arrives_as(coding, way)
    is_paid = publish_as is PublishAs.PAID or way.needs_bank_account
    return Draft(
        reference=reference,
        kind=kind_of(facts),
        destination=way.destination,
        publish_as=publish_as,
        contact_name=clean(_contact_name(facts, coding, lists)),
        contact=coding.get(Coded.CONTACT),
        number=clean(facts.number) if facts.number else None,
        date=day,
        due_date=_day(coding.get(Coded.DUE_DAY)),
        currency=money.currency,
        rate=None if money.is_converted else money.rate,
        treatment=_treatment(lines),
        lines=lines,
        total=sum((line.amount for line in lines), NOTHING),
        bank_account=coding.get(Coded.BANK_ACCOUNT) if is_paid else None,
        paid_on=(_day(coding.get(Coded.PAID_ON)) or day) if is_paid else None,
        note=clean(facts.note) if facts.note else None,
    )


def clean(text: str) -> str:
    """Without characters that ledgers refuse."""
    return _CONTROL.sub("", text).strip()


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _contact_name(facts: Facts, coding: Coding, lists: Lists) -> str:
    contact = lists.contacts.get(coding.get(Coded.CONTACT) or "")
    return contact.name if contact else party_name(facts) or ""


def _treatment(lines: Sequence[DraftLine]) -> TaxTreatment:
    """Amounts contain their tax wherever there is any: so the total is the document's."""
    has_tax = any(line.tax_rate is not None or line.tax_amount for line in lines)
    return TaxTreatment.INCLUSIVE if has_tax else TaxTreatment.NONE


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lines:
    facts: Facts
    coding: Coding
    choices: Choices
    lists: Lists

    def all(self) -> tuple[DraftLine, ...]:
        """As the document has them, one where it has none, and the odd cent by itself."""
        facts = self.facts
        assert facts.total is not None
        gross = grosses(facts)
        taxes = line_taxes(facts, self.coding, self.choices, self.lists, gross=gross)
        has_tax = any(each.rate for each in taxes)
        lines = [
            self._line(i, amount, tax if has_tax else LineTax(rate=None, amount=None))
            for i, (amount, tax) in enumerate(zip(gross, taxes, strict=True))
        ]
        odd = to_cent(facts.total) - sum(gross, NOTHING)
        return (*lines, *([self._rounding(odd, lines[-1])] if odd else ()))

    def _line(self, position: int, amount: Decimal, tax: LineTax) -> DraftLine:
        coding = self.coding
        told = self.facts.lines[position] if self.facts.lines else FactLine()
        quantity, unit_price = _priced(told, amount)
        return DraftLine(
            description=clean(coding.get(Coded.DESCRIPTION, position) or self._title()),
            amount=amount,
            account=coding.get(Coded.ACCOUNT, position),
            quantity=quantity,
            unit_price=unit_price,
            tax_rate=tax.rate,
            tax_amount=tax.amount,
            tax_percent=self._percent(tax.rate),
            tracking=self._tracking(position),
            product=coding.get(Coded.PRODUCT, position),
            customer=coding.get(Coded.CUSTOMER, position),
            is_billable=coding.get(Coded.BILLABLE, position) == YES,
        )

    def _percent(self, tax_rate: str | None) -> Decimal | None:
        """Of a rate for both sides the lists tell what it is on costs."""
        rate = self.lists.tax_rates.get(tax_rate or "")
        if rate is None or (self.facts.side is Side.SALE and rate.on_costs):
            return None
        return rate.rate

    def _title(self) -> str:
        """What an item without a description is called."""
        return self.facts.number or self.facts.supplier or self.facts.kind.value.capitalize()

    def _tracking(self, position: int) -> tuple[Tracked, ...]:
        named = (self.coding.get(name, position) for name in (Coded.TRACKING_1, Coded.TRACKING_2))
        options = (self.lists.tracking.get(each) for each in named if each)
        return tuple(
            Tracked(category=each.category_id, option=each.remote_id) for each in options if each
        )

    def _rounding(self, amount: Decimal, like: DraftLine) -> DraftLine:
        """A cent that the lines and the total of a document differ by; it has no tax."""
        return DraftLine(
            description="Rounding",
            amount=amount,
            account=like.account,
            tax_rate=like.tax_rate,
            tax_amount=None if like.tax_amount is None else NOTHING,
            tracking=like.tracking,
            product=like.product,
        )


def _priced(line: FactLine, amount: Decimal) -> tuple[Decimal, Decimal | None]:
    """Quantity and price with tax, where they come to the amount; else one of it."""
    if not line.quantity or line.quantity == 1:
        return Decimal(1), None
    candidates = [(amount / line.quantity).quantize(FINEST)]
    if line.unit_price is not None and net_of(line) == amount:
        candidates.insert(0, line.unit_price)
    fitting = [each for each in candidates if to_cent(each * line.quantity) == amount]
    return (line.quantity, fitting[0]) if fitting else (Decimal(1), None)
