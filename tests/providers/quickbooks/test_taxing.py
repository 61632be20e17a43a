"""Totals to the cent, between what a document says and what QuickBooks makes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers.books import TaxTreatment
from providers.drafts import Draft, DraftLine
from providers.quickbooks import drafting
from providers.quickbooks.shapes import Ref, TaxCodeRow, TaxRateDetailPart, TaxRateList, TaxRateRow
from providers.quickbooks.tax_codes import TaxTable, table
from providers.quickbooks.taxing import taxed
from tests.providers.quickbooks.publishing import (
    KINDS,
    SALES,
    Publisher,
    a_draft,
    a_line,
    a_publisher,
)

CENT = Decimal("0.01")
CODES = {"20.0% S": 20, "5.0% R": 5, "0.0% Z": 0, "No VAT": 0}
NUMBERS = count(100_000)


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


Code = tuple[TaxCodeRow, list[TaxRateRow]]


def a_code(own: str, *percents: int, kind: str | None = None) -> Code:
    numbered = enumerate(map(Decimal, percents))
    rates = [TaxRateRow(Id=f"{own}-{n}", RateValue=percent) for n, percent in numbered]
    details = [TaxRateDetailPart(TaxRateRef=Ref(value=r.Id), TaxTypeApplicable=kind) for r in rates]
    both = TaxRateList(TaxRateDetail=details)
    return TaxCodeRow(Id=own, SalesTaxRateList=both, PurchaseTaxRateList=both), rates


def a_table(*codes: Code) -> TaxTable:
    return table([code for code, _ in codes], [rate for _, rates in codes for rate in rates])


BRITISH = a_table(
    a_code("S", 20), a_code("Z", 0), a_code("None"), a_code("RC", 20, -20), a_code("HST", 5, 8),
    a_code("Odd", 5, kind="TaxOnTaxAmount"),
)  # fmt: skip
AMERICAN = a_table((TaxCodeRow(Id="TAX"), []), (TaxCodeRow(Id="NON"), []))


def line(amount: str, code: str | None = "S", tax: str | None = None) -> DraftLine:
    stated = Decimal(tax) if tax is not None else None
    return a_line(amount, tax_rate=code, tax_amount=stated)


def draft_of(
    treatment: TaxTreatment, total: str, lines: Sequence[DraftLine], what: str = "bill"
) -> Draft:
    return a_draft(what, treatment=treatment, lines=tuple(lines), total=Decimal(total))


# What is sent


def test_a_tax_as_quickbooks_would_say_it_goes_without_a_word() -> None:
    inclusive = taxed(draft_of(TaxTreatment.INCLUSIVE, "120", [line("120", tax="20")]), BRITISH)
    exclusive = taxed(draft_of(TaxTreatment.EXCLUSIVE, "120", [line("100", tax="20")]), BRITISH)

    assert (inclusive.calculation, inclusive.detail) == ("TaxInclusive", None)
    assert (inclusive.lines[0].amount, inclusive.lines[0].gross) == (100, 120)
    assert (exclusive.calculation, exclusive.detail) == ("TaxExcluded", None)
    assert inclusive.total == exclusive.total == 120


@pytest.mark.parametrize(
    ("treatment", "amount", "total"),
    [(TaxTreatment.INCLUSIVE, "120", "120"), (TaxTreatment.EXCLUSIVE, "100.01", "120")],
)
def test_a_tax_of_its_own_goes_beside_the_lines(
    treatment: TaxTreatment, amount: str, total: str
) -> None:
    made = taxed(draft_of(treatment, total, [line(amount, tax="19.99")]), BRITISH)

    assert made.calculation == "TaxExcluded"
    assert made.lines[0].amount == Decimal("100.01")
    assert made.detail is not None
    (told,) = made.detail["TaxLine"]
    assert (told["Amount"], made.total) == (Decimal("19.99"), 120)
    assert told["TaxLineDetail"]["TaxRateRef"] == {"value": "S-0"}


def test_a_cent_of_rounding_goes_into_the_tax() -> None:
    lines = [line("0.03"), line("0.03"), line("0.03")]  # line by line 0.03, together 0.02
    made = taxed(draft_of(TaxTreatment.EXCLUSIVE, "0.12", lines), BRITISH)

    assert made.total == Decimal("0.12")
    assert made.detail is not None
    assert made.detail["TotalTax"] == Decimal("0.03")


def test_more_than_rounding_is_left_to_quickbooks() -> None:
    made = taxed(draft_of(TaxTreatment.EXCLUSIVE, "130", [line("100")]), BRITISH)

    assert (made.detail, made.total) == (None, None)


def test_a_tax_is_divided_among_the_rates_of_its_code() -> None:
    made = taxed(draft_of(TaxTreatment.EXCLUSIVE, "113.10", [line("100", "HST", "13.10")]), BRITISH)

    assert made.detail is not None
    assert [line["Amount"] for line in made.detail["TaxLine"]] == [
        Decimal("5.04"), Decimal("8.06"),
    ]  # fmt: skip


def test_rates_that_cancel_out_stay_as_they_are_beside_others() -> None:
    lines = [line("100", "RC", "0"), line("100", "S", "20.01")]
    made = taxed(draft_of(TaxTreatment.EXCLUSIVE, "220.01", lines), BRITISH)

    assert made.detail is not None
    assert [line["Amount"] for line in made.detail["TaxLine"]] == [20, -20, Decimal("20.01")]
    assert made.total == Decimal("220.01")


@pytest.mark.parametrize("code", ["Odd", "unheard-of", None])
@pytest.mark.parametrize(
    ("treatment", "word"),
    [(TaxTreatment.EXCLUSIVE, "TaxExcluded"), (TaxTreatment.INCLUSIVE, "TaxInclusive")],
)
def test_codes_beyond_us_are_left_to_quickbooks(
    code: str | None, treatment: TaxTreatment, word: str
) -> None:
    made = taxed(draft_of(treatment, "120", [line("100", code, "20")]), BRITISH)

    assert (made.calculation, made.detail, made.total) == (word, None, None)


def test_tax_that_a_code_does_not_have_is_not_sent() -> None:
    draft = draft_of(TaxTreatment.EXCLUSIVE, "120", [line("100", "None", "20")])

    assert [problem.code for problem in drafting.obstacles(draft, BRITISH)] == ["PRE_LINES"]


def test_american_purchases_cost_what_was_paid() -> None:
    stated = [line("100", None, "6.00"), line("50", None, "0.25")]
    unstated = [line("100", None), line("50", None)]
    first = taxed(draft_of(TaxTreatment.EXCLUSIVE, "156.25", stated), AMERICAN)
    second = taxed(draft_of(TaxTreatment.EXCLUSIVE, "156.25", unstated), AMERICAN)

    assert [line.amount for line in first.lines] == [Decimal(106), Decimal("50.25")]
    assert [line.amount for line in second.lines] == [Decimal("104.17"), Decimal("52.08")]
    assert {line.code for line in (*first.lines, *second.lines)} == {"NON"}
    assert first.calculation is None


def test_american_sales_that_are_taxed_go_without_their_tax() -> None:
    lines = [line("106", "TAX", "6"), line("50", "NON")]
    draft = draft_of(TaxTreatment.INCLUSIVE, "156", lines, "invoice")
    made = taxed(draft, AMERICAN)

    assert [(line.amount, line.code) for line in made.lines] == [(100, "TAX"), (50, "NON")]
    assert made.total is None


# What QuickBooks makes of it


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A document as somebody wrote it: lines of an amount, the name of a code, a tax stated."""

    what: str
    treatment: TaxTreatment
    lines: tuple[tuple[Decimal, str, Decimal | None], ...]
    rounds_lines: bool

    @property
    def tax(self) -> Decimal:
        """On top of the amounts, rounded as its maker does."""
        stated = sum((tax for _, _, tax in self.lines if tax is not None), Decimal(0))
        due = [
            (CODES[name] * amount / 100, name) for amount, name, tax in self.lines if tax is None
        ]
        if self.rounds_lines:
            return stated + sum((cents(tax) for tax, _ in due), Decimal(0))
        by_code = [sum((tax for tax, of in due if of == name), Decimal(0)) for name in CODES]
        return stated + sum(map(cents, by_code), Decimal(0))

    @property
    def total(self) -> Decimal:
        whole = sum((amount for amount, _, _ in self.lines), Decimal(0))
        return whole + (self.tax if self.treatment is TaxTreatment.EXCLUSIVE else 0)


@st.composite
def documents(draw: st.DrawFn) -> Said:
    treatment = draw(st.sampled_from(list(TaxTreatment)))
    lines = []
    for _ in range(draw(st.integers(1, 6))):
        amount = Decimal(draw(st.integers(1, 300_000))).scaleb(-2)
        name = draw(st.sampled_from(list(CODES)))
        lines.append((amount, name, _stated(draw, treatment, amount, CODES[name])))
    return Said(
        what=draw(st.sampled_from(sorted(KINDS))),
        treatment=treatment,
        lines=tuple(lines),
        rounds_lines=draw(st.booleans()),
    )


def _stated(
    draw: st.DrawFn, treatment: TaxTreatment, amount: Decimal, percent: int
) -> Decimal | None:
    """Nothing, or about what the rate comes to: documents round as they please."""
    if treatment is TaxTreatment.NONE or draw(st.booleans()):
        return None
    whole = 100 + percent if treatment is TaxTreatment.INCLUSIVE else 100
    about = cents(amount * percent / whole)
    return max(about + CENT * draw(st.integers(-2, 2)), Decimal(0)) if percent else Decimal(0)


@pytest.fixture
async def bakery() -> Publisher:
    return await a_publisher()


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=documents())
async def test_totals_agree_to_the_cent(bakery: Publisher, said: Said) -> None:
    number = next(NUMBERS)
    lines = tuple(
        bakery.line(
            str(amount),
            sells=said.what in SALES,
            tax_rate=bakery.tax_code(name),
            tax_amount=tax,
        )
        for amount, name, tax in said.lines
    )
    draft = replace(
        bakery.draft(said.what, treatment=said.treatment, lines=lines, total=said.total),
        reference=f"dext-{number}",
        number=str(number),
    )
    made = await bakery.published(draft, key=f"key{number}")

    assert made.total == draft.total
    if said.treatment is not TaxTreatment.NONE and None not in {tax for *_, tax in said.lines}:
        kept = bakery.row(made)["TxnTaxDetail"]["TotalTax"]
        assert kept == sum(tax for *_, tax in said.lines if tax is not None)
