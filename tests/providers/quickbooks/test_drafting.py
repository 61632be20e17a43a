"""Drafts as QuickBooks' JSON."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.books import DocumentKind, TaxTreatment
from providers.drafts import Destination, DraftLine, Tracked
from providers.quickbooks import drafting
from providers.quickbooks.drafting import Party
from tests.bot.sandbox.ledgers.quickbooks.schemas import CONTRACTS, strangers, types
from tests.providers.quickbooks.publishing import KINDS, SALES, a_draft, a_line
from tests.providers.quickbooks.test_taxing import BRITISH

published_schemas = pytest.mark.skipif(
    not CONTRACTS.is_dir(), reason="the vendors' contracts are not beside the repository"
)
EVERYTHING = (
    Tracked(category="class", option="class:3"),
    Tracked(category="location", option="location:4"),
    Tracked(category="project", option="project:5"),
)
VENDOR = Party(kind="Vendor", id="12")


@published_schemas
@pytest.mark.parametrize("what", sorted(KINDS))
@pytest.mark.parametrize("product", ["7", None])
@pytest.mark.parametrize("treatment", list(TaxTreatment))
def test_every_field_is_published(what: str, product: str | None, treatment: TaxTreatment) -> None:
    line = a_line(
        product=product,
        quantity=Decimal(2),
        unit_price=Decimal(50),
        tax_amount=Decimal("19.99"),
        tracking=EVERYTHING,
        customer="customer:6",
        is_billable=True,
    )
    draft = a_draft(what, lines=(line,), treatment=treatment, rate=Decimal("1.1"), note="Note")
    body = drafting.body(draft, VENDOR, BRITISH)

    source = drafting.source(draft)
    assert source is not None
    assert strangers(body, source, source) == set()
    assert {line["DetailType"] for line in body["Line"]} <= types()[1]["LineDetailTypeEnum"]
    assert body["GlobalTaxCalculation"] in types()[1]["GlobalTaxCalculationEnum"]
    assert body.get("PaymentType", "Cash") in types()[1]["PaymentTypeEnum"]


def test_what_has_no_way_is_refused() -> None:
    draft = a_draft("bill", destination=Destination.BANK)

    assert drafting.source(draft) is None
    assert drafting.obstacles(draft, BRITISH)


@pytest.mark.parametrize(
    ("what", "contact", "expected"),
    [
        ("bill", "vendor:12", VENDOR),
        ("bill", "customer:12", None),
        ("bill", "12", None),
        ("bill", "vendor:", None),
        ("cash", "employee:12", Party(kind="Employee", id="12")),
        ("cash", "customer:12", Party(kind="Customer", id="12")),
        ("invoice", "customer:12", Party(kind="Customer", id="12")),
        ("invoice", "vendor:12", None),
        ("bill", None, None),
    ],
)
def test_a_contact_by_id_is_taken_where_it_can_stand(
    what: str, contact: str | None, expected: Party | None
) -> None:
    assert drafting.named_party(a_draft(what, contact=contact)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Smith: Sons", "Smith Sons"),
        (" A\tB\nC ", "A B C"),
        ("x" * 600, "x" * 500),
        ("Zoë’s", "Zoë’s"),
    ],
)
def test_a_name_is_as_quickbooks_takes_it(name: str, expected: str) -> None:
    assert drafting.display_name(name) == expected


@given(note=st.text(max_size=5000))
def test_our_reference_is_a_word_of_its_own_in_any_note(note: str) -> None:
    draft = a_draft("bill", note=note)
    told = drafting.private_note(draft)

    assert told.split("\n")[-1] == draft.reference
    assert len(told) <= 4000


@given(text=st.text(max_size=100))
def test_what_is_sent_is_always_good_unicode(text: str) -> None:
    draft = a_draft("bill", lines=(a_line(description=text),), note=text)
    body = drafting.body(draft, VENDOR, BRITISH)

    sent = body["Line"][0].get("Description", "") + body["PrivateNote"]
    assert sent.encode()
    assert "\x00" not in sent


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"quantity": Decimal(4), "unit_price": Decimal(25)}, {"Qty": 4, "UnitPrice": 25}),
        ({"quantity": Decimal(3), "unit_price": Decimal("33.33")}, {"Qty": 3}),
        ({"quantity": Decimal(3)}, {"Qty": 3}),
    ],
)
def test_a_price_that_does_not_lead_to_the_amount_is_left_out(
    line: dict[str, Decimal], expected: dict[str, int]
) -> None:
    body = drafting.body(a_draft("bill", lines=(a_line(product="7", **line),)), VENDOR, BRITISH)

    detail = body["Line"][0]["ItemBasedExpenseLineDetail"]
    assert {name: detail[name] for name in ("Qty", "UnitPrice") if name in detail} == expected


def test_only_what_is_due_has_a_due_date() -> None:
    due = a_draft("bill").date
    bodies = {
        what: drafting.body(a_draft(what, due_date=due), VENDOR, BRITISH) for what in sorted(KINDS)
    }

    assert {what for what, body in bodies.items() if "DueDate" in body} == {"bill", "invoice"}


def test_sales_name_no_account_and_costs_no_product_of_their_own() -> None:
    for what in KINDS:
        body = drafting.body(a_draft(what, lines=(a_line(product=None),)), VENDOR, BRITISH)
        detail = body["Line"][0][body["Line"][0]["DetailType"]]

        assert "ItemRef" not in detail
        assert ("AccountRef" in detail) is (what not in SALES)


def test_one_choice_of_a_dimension_is_enough_for_all_lines() -> None:
    here = (Tracked(category="location", option="location:4"),)
    lines: tuple[DraftLine, ...] = (a_line("50", tracking=here), a_line("50"))
    draft = a_draft("bill", lines=lines)

    assert drafting.obstacles(draft, BRITISH) == ()
    assert drafting.body(draft, VENDOR, BRITISH)["DepartmentRef"] == {"value": "4"}


def test_lines_that_do_not_come_to_the_total_are_not_sent() -> None:
    line = a_line(tax_amount=Decimal(20))
    draft = replace(a_draft("bill", lines=(line,)), total=Decimal("120.01"))
    (problem,) = drafting.obstacles(draft, BRITISH)

    assert problem.code == "PRE_LINES"
    assert "120.01" in problem.text


def test_a_credit_is_one_by_its_kind() -> None:
    credit = drafting.body(a_draft("card credit"), VENDOR, BRITISH)
    charge = drafting.body(a_draft("card"), VENDOR, BRITISH)

    assert a_draft("card credit").kind is DocumentKind.BILL_CREDIT
    assert credit["Credit"] is True
    assert "Credit" not in charge
