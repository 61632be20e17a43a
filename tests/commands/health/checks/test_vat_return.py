"""Boxes of a VAT return follow the scheme: the documents, the money, or a share of the sales."""

import pytest
from sqlalchemy import update

from commands.health.samples import bill, day, invoice, line, payment
from providers.books import PaymentKind
from storage.models import CheckOutcome, HealthChoices, Organisation
from storage.queries import health
from tests.builders import WORKSPACE, save
from tests.commands.health.surgery import Surgery

CODE = "vat-return"
BOOKS = (
    invoice("i", line("1000", "200", tax_rate="OUTPUT2"), date=day(1, 15)),
    bill("b", line("400"), date=day(2, 3)),
    # half of the invoice in the quarter after, the bill in its own
    payment("p1", "600", "i", kind=PaymentKind.RECEIPT, date=day(4, 20)),
    payment("p2", "480", "b", date=day(3, 1)),
)
ZERO = ("0", "0", "0", "0")


async def boxes(surgery: Surgery, scheme: str, **options: str) -> dict[str, tuple[str, ...]]:
    """{end of the period: boxes 1, 4, 5 and 6}."""
    async with surgery.practice.database.begin() as session:
        await session.execute(update(Organisation).values(details={"vat_scheme": scheme}))
    await save(
        surgery.practice.database,
        HealthChoices(workspace_id=WORKSPACE, options={CODE: options}),
    )
    await surgery.holds(*BOOKS)
    await surgery.look()
    async with surgery.practice.database.read() as session:
        outcomes = await health.outcomes(session, WORKSPACE, surgery.organisation_id)
    told: CheckOutcome = outcomes[CODE]
    names = ("sales_tax", "buying_tax", "due", "sales")
    return {
        each["end"]: tuple(f"{float(each[name]):g}" for name in names)
        for each in told.figures["periods"]
    }


@pytest.mark.parametrize(
    ("scheme", "options", "to_march", "to_june"),
    [
        ("accrual, quarterly", {}, ("200", "80", "120", "1000"), ZERO),
        ("cash, quarterly", {}, ("0", "80", "-80", "0"), ("100", "0", "100", "500")),
        (
            "accrual, quarterly",
            {"basis": "cash"},
            ("0", "80", "-80", "0"),
            ("100", "0", "100", "500"),
        ),
        (
            "flat rate, accrual, quarterly",
            {"flat_rate": "12.5"},
            ("150", "0", "150", "1200"),
            ZERO,
        ),
        (
            "flat rate, cash, quarterly",
            {"flat_rate": "12.5"},
            ZERO,
            ("75", "0", "75", "600"),
        ),
    ],
)
async def test_the_scheme_decides_what_counts_and_when(
    surgery: Surgery,
    scheme: str,
    options: dict[str, str],
    to_march: tuple[str, ...],
    to_june: tuple[str, ...],
) -> None:
    told = await boxes(surgery, scheme, **options)

    assert told["2026-03-31"] == to_march
    assert told["2026-06-30"] == to_june
