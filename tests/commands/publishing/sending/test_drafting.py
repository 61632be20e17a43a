"""What is sent agrees with the document to the cent."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.publishing.amounts import difference, to_cent
from commands.publishing.choices import Choices, TaxPolicy
from commands.publishing.facts import FactLine, Facts, ItemKind, Side
from commands.publishing.lists import Lists
from commands.publishing.sending.drafting import clean, draft
from providers.books import DocumentKind, TaxTreatment
from providers.drafts import Destination, Draft, PublishAs, Tracked
from tests.commands.publishing.coded import (
    DAY,
    by_hand,
    coded,
    facts,
    line,
    method,
    organisation,
    quickbooks,
    rule,
    xero,
)


def drafted(
    of: Facts | None = None, *, choices: Choices | None = None, lists: Lists | None = None, **over
) -> Draft:
    of, choices, lists = of or facts(), choices or Choices(), lists or xero()
    given_ = {"manual": by_hand(account="429")} | over
    coding = coded(of, choices=choices, lists=lists, **given_)
    return draft(of, coding, choices, lists, reference="dext-1")


def test_an_item_without_lines_is_a_document_of_one() -> None:
    made = drafted(facts(description="Paper", due_day=date(2026, 5, 31), note="For the fair"))
    (only,) = made.lines

    assert (made.kind, made.destination) == (DocumentKind.BILL, Destination.PURCHASES)
    assert (made.publish_as, made.treatment) == (PublishAs.DRAFT, TaxTreatment.INCLUSIVE)
    assert (made.contact, made.contact_name) == ("c1", "Paper & Pens Limited")
    assert (made.number, made.reference) == ("INV-77", "dext-1")
    assert (made.date, made.due_date, made.note) == (DAY, date(2026, 5, 31), "For the fair")
    assert (only.description, only.amount, only.tax_amount) == ("Paper", Decimal(120), Decimal(20))
    assert (only.account, only.tax_rate) == ("429", "INPUT2")
    assert made.bank_account is made.paid_on is None


@pytest.mark.parametrize(
    ("side", "kind", "made"),
    [
        (Side.COST, ItemKind.RECEIPT, DocumentKind.BILL),
        (Side.COST, ItemKind.CREDIT_NOTE, DocumentKind.BILL_CREDIT),
        (Side.SALE, ItemKind.INVOICE, DocumentKind.INVOICE),
        (Side.SALE, ItemKind.CREDIT_NOTE, DocumentKind.INVOICE_CREDIT),
        (Side.CLAIM, ItemKind.RECEIPT, DocumentKind.BILL),
    ],
)
def test_the_kind_follows_side_and_kind_of_the_item(
    side: Side, kind: ItemKind, made: DocumentKind
) -> None:
    assert drafted(facts(side=side, kind=kind)).kind is made


def test_a_claim_is_a_bill_of_its_owner() -> None:
    assert drafted(facts(side=Side.CLAIM)).contact_name == "Ben Hill"


@pytest.mark.parametrize(
    ("wish", "linked", "publish_as"),
    [
        (PublishAs.PAID, True, PublishAs.PAID),
        (PublishAs.PAID, False, PublishAs.OPEN),
        (PublishAs.SUBMITTED, True, PublishAs.SUBMITTED),
    ],
)
def test_paid_where_possible_is_awaiting_payment_where_it_is_not(
    wish: PublishAs, linked: bool, publish_as: PublishAs
) -> None:
    made = drafted(
        facts(last4="4242"),
        choices=Choices(costs_as=wish),
        methods=[method(bank_account="bank" if linked else None)],
    )

    assert made.publish_as is publish_as
    assert made.bank_account == ("bank" if publish_as is PublishAs.PAID else None)
    assert made.paid_on == (DAY if publish_as is PublishAs.PAID else None)


def test_quickbooks_knows_no_draft_bill() -> None:
    assert drafted(lists=quickbooks()).publish_as is PublishAs.OPEN


POLICIES = [  # policy, tax of the document, (account, rate of a rule), what is sent
    (TaxPolicy.OURS, "4.00", ("429", None), (Decimal("4.00"), "INPUT2")),
    (TaxPolicy.OURS, "4.00", ("480", None), (Decimal("4.00"), "ZERO")),
    (TaxPolicy.OURS, None, ("429", None), (Decimal(0), "INPUT2")),
    (TaxPolicy.OURS, None, ("429", "INPUT2"), (Decimal("4.00"), "INPUT2")),
    (TaxPolicy.OURS, "3.10", ("429", "INPUT2"), (Decimal("3.10"), "INPUT2")),
    (TaxPolicy.OURS, "4.00", ("429", "ZERO"), (Decimal(0), "ZERO")),
    (TaxPolicy.OURS, None, ("429", "DRC"), (Decimal(0), "DRC")),
    (TaxPolicy.LEDGER, "4.00", ("429", None), (None, "INPUT2")),
    (TaxPolicy.EXCEPTIONS, "4.00", ("429", None), (Decimal("4.00"), "INPUT2")),
    (TaxPolicy.EXCEPTIONS, "0.00", ("429", None), (None, "INPUT2")),
    (TaxPolicy.EXCEPTIONS, None, ("429", None), (None, "INPUT2")),
    (TaxPolicy.EXCEPTIONS, "4.00", ("480", None), (Decimal(0), "ZERO")),
]


@pytest.mark.parametrize(("policy", "tax", "coding", "sent"), POLICIES)
def test_the_policy_says_whose_tax_is_sent(
    policy: TaxPolicy, tax: str | None, coding: tuple[str, str | None], sent: tuple
) -> None:
    account, ruled = coding
    made = drafted(
        facts(total=Decimal("24.00"), tax=Decimal(tax) if tax else None),
        choices=Choices(tax_policy=policy),
        rules=[rule(coding={"tax_rate": ruled})] if ruled else [],
        manual=by_hand(account=account),
    )

    assert (made.lines[0].tax_amount, made.lines[0].tax_rate) == sent
    assert made.total == Decimal("24.00")


def test_with_exceptions_an_account_without_tax_beats_the_default_rate_only() -> None:
    choices = Choices(tax_policy=TaxPolicy.EXCEPTIONS, cost_tax="INPUT2")
    of = facts(total=Decimal("24.00"), tax=Decimal("4.00"))
    untaxed = drafted(of, choices=choices, manual=by_hand(account="480")).lines[0]
    by_ben = drafted(of, choices=choices, manual=by_hand(account="480", tax_rate="INPUT2")).lines[0]

    assert (untaxed.tax_rate, untaxed.tax_amount) == ("ZERO", Decimal(0))
    assert (by_ben.tax_rate, by_ben.tax_amount) == ("INPUT2", Decimal("4.00"))


def test_a_rate_picked_by_hand_tells_the_tax_unless_that_was_written_by_hand_too() -> None:
    picked = by_hand(account="429", tax_rate="RRINPUT")
    of = facts(total=Decimal("105.00"), tax=Decimal("17.50"))

    assert drafted(of, manual=picked).lines[0].tax_amount == Decimal("5.00")
    written = replace(of, tax_by_hand=True)
    assert drafted(written, manual=picked).lines[0].tax_amount == Decimal("17.50")


def test_tax_goes_to_the_lines_that_have_it() -> None:
    lines = (line("100.00", manual={"account": "480"}), line("20.00"))
    made = drafted(facts(lines=lines, tax=Decimal("3.33")))

    assert [each.tax_amount for each in made.lines] == [Decimal(0), Decimal("3.33")]


def test_without_any_rate_the_tax_is_part_of_the_cost() -> None:
    made = drafted(lists=xero(tax_rates={}, accounts={}))

    assert made.treatment is TaxTreatment.NONE
    assert (made.lines[0].amount, made.lines[0].tax_amount) == (Decimal(120), None)


def test_a_cent_between_lines_and_total_is_a_line_of_its_own() -> None:
    made = drafted(facts(lines=(line("60.00"), line("59.99"))))

    assert [each.amount for each in made.lines] == [
        Decimal("60.00"), Decimal("59.99"), Decimal("0.01")
    ]  # fmt: skip
    assert (made.lines[-1].description, made.lines[-1].tax_amount) == ("Rounding", Decimal(0))


def test_a_quantity_and_a_price_come_to_the_amount() -> None:
    thirds = line("10.00", quantity=Decimal(3))
    halves = line("10.00", quantity=Decimal(4), net=Decimal("8.33"), unit_price=Decimal("2.0825"))
    made = drafted(facts(lines=(thirds, halves), total=Decimal("20.00"), tax=None))

    priced = [(each.quantity, each.unit_price) for each in made.lines]
    assert priced == [(Decimal(3), Decimal("3.3333")), (Decimal(4), Decimal("2.5000"))]


def test_lines_carry_their_coding() -> None:
    coding = {"tracking_1": "north", "tracking_2": "shop", "customer": "c2", "billable": "yes"}
    (only,) = drafted(manual=by_hand(account="461", description="Cards\x07", **coding)).lines

    assert only.tracking == (
        Tracked(category="region", option="north"), Tracked(category="dept", option="shop")
    )  # fmt: skip
    assert (only.customer, only.is_billable, only.description) == ("c2", True, "Cards")


def test_a_foreign_document_goes_in_its_currency_with_our_rate() -> None:
    euros = facts(currency="EUR", rate=Decimal("0.8512"))
    made = drafted(euros)

    assert (made.currency, made.rate, made.total) == ("EUR", Decimal("0.8512"), Decimal("120.00"))


@pytest.mark.parametrize(
    ("choices", "over"),
    [
        (Choices(multi_currency=False), {}),
        (Choices(), {"organisation": organisation(is_multi_currency=False)}),
    ],
)
def test_it_is_converted_where_client_or_ledger_have_one_currency(
    choices: Choices, over: dict
) -> None:
    lines = (line("60.00"), line("60.00"))
    euros = facts(currency="EUR", rate=Decimal("0.8512"), lines=lines)
    made = drafted(euros, choices=choices, lists=xero(**over))

    assert (made.currency, made.rate, made.total) == ("GBP", None, Decimal("102.14"))
    assert sum(each.amount for each in made.lines) == Decimal("102.14")
    assert sum(each.tax_amount for each in made.lines) == Decimal("17.02")


def test_what_is_no_character_is_left_out_of_texts() -> None:
    assert clean(" Pa\x00per\x85 \ud83d& \ufffePens\x1f") == "Paper & Pens"


def test_without_a_date_the_day_counts_on_which_it_was_handed_in_where_the_books_are() -> None:
    auckland = xero(organisation=organisation(time_zone="Pacific/Auckland"))
    late = facts(day=None, submitted_at=facts().submitted_at + timedelta(hours=4))

    assert drafted(late, lists=auckland).date == date(2026, 6, 4)


CENTS = st.integers(min_value=1, max_value=5_000_000).map(lambda n: Decimal(n) / 100)
PERCENT = st.sampled_from([None, *map(Decimal, ("0", "5", "17.5", "20"))])


@st.composite
def documents(draw: st.DrawFn) -> Facts:
    """With lines that tell what they are with tax, without it, or both."""
    lines = []
    for amount in draw(st.lists(CENTS, max_size=8)):
        percent = draw(PERCENT)
        tax = to_cent(amount * (percent or 0) / 100)
        shape = draw(st.sampled_from(["gross", "net", "both", "priced"]))
        lines.append(
            {
                "gross": FactLine(total=amount + tax, tax_percent=percent),
                "net": FactLine(net=amount, tax_percent=percent),
                "both": FactLine(net=amount, tax=tax, tax_percent=percent),
                "priced": FactLine(
                    quantity=Decimal(draw(st.integers(1, 12))), unit_price=amount,
                    total=draw(st.none() | CENTS),
                ),
            }[shape]
        )  # fmt: skip
    tax = draw(st.none() | CENTS)
    made = facts(lines=tuple(lines), total=draw(CENTS), tax=tax)
    if not lines:
        return made
    off = difference(made) + draw(st.sampled_from([Decimal(0), Decimal("0.01"), Decimal("-0.01")]))
    return replace(made, total=made.total + off)


@given(
    of=documents(),
    policy=st.sampled_from(TaxPolicy),
    rate=st.sampled_from([None, "INPUT2", "RRINPUT", "ZERO", "DRC"]),
    lists=st.sampled_from([xero(), quickbooks()]),
    base_only=st.booleans(),
)
def test_lines_always_come_to_the_total_of_the_document(
    of: Facts, policy: TaxPolicy, rate: str | None, lists: Lists, base_only: bool
) -> None:
    of = replace(of, currency="EUR", rate=Decimal("0.8517"))
    choices = Choices(tax_policy=policy, cost_tax=rate, multi_currency=not base_only)
    made = drafted(of, choices=choices, lists=lists)

    wanted = to_cent(of.total * of.rate) if base_only else of.total
    assert sum(each.amount for each in made.lines) == made.total == wanted
    assert all(each.amount == to_cent(each.amount) for each in made.lines)
    for each in made.lines:
        if each.unit_price is not None:
            assert to_cent(each.unit_price * each.quantity) == each.amount
        assert (each.tax_amount is None) or each.tax_amount == to_cent(each.tax_amount)


@given(of=documents(), tax=CENTS)
def test_the_tax_of_the_lines_is_that_of_the_document(of: Facts, tax: Decimal) -> None:
    of = replace(of, tax=tax, lines=tuple(replace(each, tax=None) for each in of.lines))
    of = replace(of, total=of.total + difference(of))
    made = drafted(of, choices=Choices(cost_tax="INPUT2", tax_policy=TaxPolicy.OURS))

    assert sum(each.tax_amount for each in made.lines) == tax
