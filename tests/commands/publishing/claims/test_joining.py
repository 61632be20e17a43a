"""A claim is the sum of its items, to the cent, and of one kind, place and currency."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.publishing.claims.joining import Frame, joined, named, way_for, worth
from providers.books import DocumentKind, TaxTreatment
from providers.drafts import Destination, Draft, DraftLine, PublishAs, Way
from providers.drafts import Publishing as Offered

PURCHASES = Way(
    kind=DocumentKind.BILL, destination=Destination.PURCHASES, name="Purchases", makes="bill",
    publish_as=tuple(PublishAs),
)  # fmt: skip
BANK = Way(
    kind=DocumentKind.BILL, destination=Destination.BANK, name="Bank Accounts",
    makes="spend money", publish_as=(), needs_bank_account=True,
)  # fmt: skip
FRAME = Frame(
    reference="claim-1", number="EXP-1", day=date(2026, 6, 30), note="",
    supposed=Destination.PURCHASES,
)  # fmt: skip
OFFERED = Offered(
    ways=(PURCHASES, BANK), batch=1, attachment_bytes=1, attachment_types=frozenset(),
    key_life=None,  # type: ignore[arg-type]
)  # fmt: skip
CENTS = st.decimals(Decimal("0.01"), Decimal("9999.99"), places=2)


def line(amount: str | Decimal = "120.00", tax: str | None = "20.00") -> DraftLine:
    return DraftLine(
        description="Paper",
        amount=Decimal(amount),
        account="461",
        tax_rate="t-20" if tax else None,
        tax_amount=Decimal(tax) if tax else None,
    )


def a_draft(*lines: DraftLine, **over: object) -> Draft:
    own = lines or (line(),)
    usual = Draft(
        reference="item-1", kind=DocumentKind.BILL, destination=Destination.PURCHASES,
        publish_as=PublishAs.OPEN, contact_name="Ben", contact="c-ben", date=date(2026, 6, 3),
        currency="GBP", treatment=TaxTreatment.INCLUSIVE, lines=own,
        total=sum((each.amount for each in own), Decimal(0)),
    )  # fmt: skip
    return replace(usual, **over)  # type: ignore[arg-type]


CREDIT = DocumentKind.BILL_CREDIT


@given(
    st.lists(
        st.tuples(st.lists(CENTS, min_size=1, max_size=4), st.booleans(), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_it_comes_to_what_its_items_come_to(
    items: list[tuple[list[Decimal], bool, bool]],
) -> None:
    drafts = [
        a_draft(
            *(line(amount, "0.01" if taxed else None) for amount in amounts),
            kind=CREDIT if credit else DocumentKind.BILL,
            treatment=TaxTreatment.INCLUSIVE if taxed else TaxTreatment.NONE,
        )
        for amounts, credit, taxed in items
    ]
    whole = joined(drafts, FRAME, PURCHASES)

    assert whole.total == worth(drafts) == sum(each.amount for each in whole.lines)
    assert len(whole.lines) == sum(len(amounts) for amounts, _, _ in items)
    assert whole.kind is DocumentKind.BILL
    if whole.treatment is TaxTreatment.INCLUSIVE:
        assert all(each.tax_amount is not None for each in whole.lines)


def test_a_credit_note_takes_its_price_and_its_tax_away() -> None:
    back = replace(line("24.00", "4.00"), quantity=Decimal(2), unit_price=Decimal(12))
    whole = joined([a_draft(), a_draft(back, kind=CREDIT)], FRAME, PURCHASES)
    taken = whole.lines[1]

    assert whole.total == Decimal("96.00")
    assert (taken.amount, taken.tax_amount) == (Decimal("-24.00"), Decimal("-4.00"))
    assert (taken.quantity, taken.unit_price) == (2, -12)


@pytest.mark.parametrize(
    ("wishes", "bank", "expected"),
    [
        ((PublishAs.OPEN, PublishAs.OPEN), None, PublishAs.OPEN),
        ((PublishAs.OPEN, PublishAs.DRAFT), None, PublishAs.DRAFT),
        ((PublishAs.PAID, PublishAs.PAID), "b-1", PublishAs.PAID),
        ((PublishAs.PAID, PublishAs.OPEN), "b-1", PublishAs.OPEN),
        ((PublishAs.PAID, PublishAs.PAID), None, PublishAs.OPEN),
    ],
)
def test_it_is_no_further_along_than_the_least_of_its_items(
    wishes: tuple[PublishAs, PublishAs], bank: str | None, expected: PublishAs
) -> None:
    drafts = [a_draft(publish_as=each, bank_account=bank) for each in wishes]
    whole = joined(drafts, FRAME, PURCHASES)

    assert whole.publish_as is expected
    assert (whole.bank_account is not None) is (expected is PublishAs.PAID)


def test_items_paid_from_different_accounts_name_none() -> None:
    drafts = [a_draft(bank_account="b-1"), a_draft(bank_account="b-2")]

    assert joined(drafts, FRAME, BANK).bank_account is None


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ((None, None), None),
        (("0.85", None), None),
        (("0.85", "0.85"), "0.85"),
        (("0.80", "0.90"), "0.875000"),  # of 30 and 90
    ],
)
def test_one_rate_makes_it_worth_what_its_items_are_worth(
    rates: tuple[str | None, str | None], expected: str | None
) -> None:
    drafts = [
        a_draft(line(amount), currency="EUR", rate=Decimal(rate) if rate else None)
        for amount, rate in zip(("30.00", "90.00"), rates, strict=True)
    ]

    assert joined(drafts, FRAME, PURCHASES).rate == (Decimal(expected) if expected else None)


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ((Destination.BANK, Destination.BANK), BANK),
        ((Destination.BANK, Destination.PURCHASES), PURCHASES),  # as the settings say
        ((Destination.CARD, Destination.CARD), None),
    ],
)
def test_it_goes_where_its_items_go_else_where_the_settings_say(
    places: tuple[Destination, Destination], expected: Way | None
) -> None:
    drafts = [a_draft(destination=each) for each in places]

    assert way_for(drafts, OFFERED, Destination.PURCHASES)[1] is expected


def test_each_line_says_whose_receipt_it_is_of() -> None:
    told = named(a_draft(line(), replace(line(), description="")), "City Cabs, 3 June")

    assert [each.description for each in told.lines] == [
        "City Cabs, 3 June: Paper", "City Cabs, 3 June",
    ]  # fmt: skip
