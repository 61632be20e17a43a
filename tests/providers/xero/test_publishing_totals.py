"""What Xero makes of a document comes to the cent to what the document says."""

import asyncio
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.books import DocumentKind, TaxTreatment
from providers.drafts import DraftLine, PublishAs, Published
from tests.providers.practice import Practice
from tests.providers.xero.publisher import Publisher

CENT = Decimal("0.01")
RATES = {"INPUT2": 20, "RRINPUT": 5, "ZERORATEDINPUT": 0, "EXEMPTINPUT": 0, "NONE": 0}


class Loop:
    """One organisation on one event loop for many examples; nothing is sent twice."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.run = runner.run
        self.sent = 0
        self.acme = self.run(self._connected())

    async def _connected(self) -> Publisher:
        practice = Practice("xero")
        await practice.connect()
        await practice.allow(a_minute=100_000, a_day=100_000)
        return Publisher(practice)

    def reference(self) -> str:
        self.sent += 1
        return f"item-{self.sent}"


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with asyncio.Runner() as runner:
        yield Loop(runner)


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def tax_in(amount: Decimal, rate: str, treatment: TaxTreatment) -> Decimal:
    """As a ledger works it out, line by line, half up."""
    share = Decimal(RATES[rate]) / 100
    if treatment is TaxTreatment.INCLUSIVE:
        return cents(amount - amount / (1 + share))
    return cents(amount * share)


@st.composite
def a_line(draw: st.DrawFn, treatment: TaxTreatment) -> tuple[DraftLine, Decimal]:
    """A line and its tax, some with the ledger's, some with a document's that is a little off."""
    rate = draw(st.sampled_from(sorted(RATES)))
    quantity = draw(st.sampled_from([Decimal(1), Decimal(3), Decimal("0.75"), Decimal(12)]))
    price = draw(st.decimals("0.01", "999.9999", places=draw(st.integers(2, 6))))
    amount = cents(quantity * price)
    if amount < 1:
        amount = cents(amount + 1)
    if draw(st.booleans()):
        amount = -amount  # a discount
        price = -price
    tax = tax_in(amount, rate, treatment)
    off = draw(st.sampled_from([Decimal(0), CENT, -CENT, 2 * CENT]))
    own = None if draw(st.booleans()) else tax + off
    line = DraftLine(
        description="Awkward",
        amount=amount,
        quantity=quantity,
        unit_price=draw(st.sampled_from([None, price])),
        tax_rate=rate,
        tax_amount=own,
    )
    return line, tax if own is None else own


@st.composite
def documents(
    draw: st.DrawFn,
) -> tuple[TaxTreatment, list[DraftLine], Decimal, Decimal]:
    """How tax is treated, lines, the total and the tax in it; never less than nothing."""
    treatment = draw(st.sampled_from(list(TaxTreatment)))
    drawn = draw(st.lists(a_line(treatment), min_size=1, max_size=5))
    taxes = (
        Decimal(0) if treatment is TaxTreatment.NONE else sum((tax for _, tax in drawn), CENT * 0)
    )
    amounts = sum((line.amount for line, _ in drawn), CENT * 0)
    total = amounts + taxes if treatment is TaxTreatment.EXCLUSIVE else amounts
    if total < 0:
        more = DraftLine(description="Rest", amount=cents(-total * 2 + 1), tax_rate="NONE")
        drawn.append((more, Decimal(0)))
        total += more.amount
    return treatment, [line for line, _ in drawn], total, taxes


@given(
    what=st.lists(documents(), min_size=1, max_size=8),
    kind=st.sampled_from([DocumentKind.BILL, DocumentKind.BILL_CREDIT]),
    at_bank=st.booleans(),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_ledger_comes_to_what_the_document_says(
    loop: Loop,
    what: list[tuple[TaxTreatment, list[DraftLine], Decimal, Decimal]],
    kind: DocumentKind,
    at_bank: bool,
) -> None:
    acme, account = loop.acme, loop.acme.account("461")
    drafts = [
        acme.draft(
            kind,
            at_bank=at_bank,
            reference=loop.reference(),
            treatment=treatment,
            total=total,
            publish_as=PublishAs.OPEN,
            lines=tuple(_coded(line, account) for line in each),
        )
        for treatment, each, total, _ in what
    ]
    outcomes = loop.run(acme.publish(*drafts, key=drafts[0].reference))

    for (_, coded, total, tax), outcome in zip(what, outcomes, strict=True):
        assert isinstance(outcome, Published), outcome
        fields = acme.row(outcome).fields
        assert (outcome.total, outcome.remarks) == (total, ())
        assert (fields["Total"], fields["TotalTax"]) == (total, tax)
        amounts = [each["LineAmount"] for each in fields["LineItems"]]
        assert amounts[: len(coded)] == [line.amount for line in coded]


def _coded(line: DraftLine, account: str) -> DraftLine:
    return DraftLine(
        description=line.description,
        amount=line.amount,
        account=account,
        quantity=line.quantity,
        unit_price=line.unit_price,
        tax_rate=line.tax_rate,
        tax_amount=line.tax_amount,
    )
