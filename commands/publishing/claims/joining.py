"""One document out of the items of a claim: their lines one after the other, to the cent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from commands.publishing.amounts import NOTHING
from commands.publishing.sending.ways import ALONG, possible
from providers.books import DocumentKind, TaxTreatment
from providers.drafts import Destination, Draft, DraftLine, PublishAs, Publishing, Way

LONGEST = 4000  # characters of a line's description that every ledger takes
PRECISE = Decimal("0.000001")  # of an exchange rate


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What a claim says besides its items. `supposed` is where it goes if they do not agree."""

    reference: str
    number: str
    day: date
    note: str
    supposed: Destination


def named(draft: Draft, name: str) -> Draft:
    """Its lines say whose receipt they are of, and of when: the document is the claimant's."""
    lines = (replace(each, description=_described(each, name)) for each in draft.lines)
    return replace(draft, lines=tuple(lines))


def _described(line: DraftLine, name: str) -> str:
    told = line.description
    return f"{name}: {told}"[:LONGEST] if told and told not in name else name


def signed(draft: Draft) -> Decimal:
    """What it adds to a claim: a credit note takes away."""
    return -draft.total if draft.kind is DocumentKind.BILL_CREDIT else draft.total


def worth(drafts: Sequence[Draft]) -> Decimal:
    """What they come to together."""
    return sum(map(signed, drafts), NOTHING)


def way_for(
    drafts: Sequence[Draft], publishing: Publishing, supposed: Destination
) -> tuple[Destination, Way | None]:
    """Where its items go, if that is one place, else where the settings say."""
    named = {each.destination for each in drafts if each.kind is DocumentKind.BILL}
    wished = named.pop() if len(named) == 1 else supposed
    return wished, publishing.way(DocumentKind.BILL, wished)


def joined(drafts: Sequence[Draft], frame: Frame, way: Way) -> Draft:
    """A bill of the person who is paid back; all of them are of one currency."""
    has_tax = any(each.treatment is TaxTreatment.INCLUSIVE for each in drafts)
    bank = _agreed(each.bank_account for each in drafts)
    publish_as = _along(drafts, way, has_bank=bank is not None)
    is_paid = publish_as is PublishAs.PAID or way.needs_bank_account
    paid_on = [each.paid_on for each in drafts if each.paid_on]
    lines = [line for each in drafts for line in _lines(each, has_tax=has_tax)]
    return replace(
        drafts[0],
        reference=frame.reference,
        kind=DocumentKind.BILL,
        destination=way.destination,
        publish_as=publish_as,
        contact=_agreed(each.contact for each in drafts),
        number=frame.number,
        date=frame.day,
        due_date=None,
        rate=_rate(drafts),
        treatment=TaxTreatment.INCLUSIVE if has_tax else TaxTreatment.NONE,
        lines=tuple(lines),
        total=sum((line.amount for line in lines), NOTHING),
        bank_account=bank if is_paid else None,
        paid_on=(max(paid_on, default=None) or frame.day) if is_paid else None,
        note=frame.note,
    )


def _agreed(values: Iterable[str | None]) -> str | None:
    told = {each for each in values if each}
    return told.pop() if len(told) == 1 else None


def _along(drafts: Sequence[Draft], way: Way, *, has_bank: bool) -> PublishAs:
    """The least far along that any of them is to be; paid only where it is known from where."""
    least = min((each.publish_as for each in drafts), key=ALONG.index)
    if least is PublishAs.PAID and not has_bank:
        least = PublishAs.OPEN
    return possible(least, way)


def _rate(drafts: Sequence[Draft]) -> Decimal | None:
    """One rate for the whole, by which it is worth what its items are worth."""
    known = [(each.total, each.rate) for each in drafts if each.rate is not None]
    whole = sum((total for total, _ in known), NOTHING)
    if len(known) < len(drafts) or not whole:
        return None
    rates = {rate for _, rate in known}
    if len(rates) == 1:
        return rates.pop()
    return (sum((t * r for t, r in known), NOTHING) / whole).quantize(PRECISE)


def _lines(draft: Draft, *, has_tax: bool) -> Sequence[DraftLine]:
    lines = draft.lines
    if has_tax and draft.treatment is not TaxTreatment.INCLUSIVE:
        lines = tuple(replace(line, tax_amount=NOTHING) for line in lines)
    if draft.kind is not DocumentKind.BILL_CREDIT:
        return lines
    return tuple(
        replace(
            line,
            amount=-line.amount,
            unit_price=None if line.unit_price is None else -line.unit_price,
            tax_amount=None if line.tax_amount is None else -line.tax_amount,
        )
        for line in lines
    )
