"""What a ledger's documents say of whom they are with: by the id of a contact, or by a name."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from providers.books import DocumentKind
from storage.database import Database
from storage.models import ledger
from storage.queries import bank_lines, ledger_twins
from tests.builders import WORKSPACE, a_workspace, an_organisation, save

DAY = date(2026, 10, 2)


@pytest.mark.parametrize(
    ("own", "name"),
    [
        ({"contact_id": "garage"}, "Abbott Garage"),
        ({"contact_name": "Abbott IT"}, "Abbott IT"),
        ({"contact_id": "gone"}, None),
        ({}, None),
    ],
    ids=["by id", "by name", "of nobody known", "of nobody"],
)
async def test_the_other_side_of_a_document_has_its_name(
    database: Database, own: dict[str, Any], name: str | None
) -> None:
    organisation = an_organisation()
    await save(database, a_workspace())
    await save(database, organisation)
    here = {"organisation_id": organisation.id, "source": "BankTransactions", "digest": 1}
    whom = here | {"source": "Contacts", "remote_id": "garage", "name": "Abbott Garage"}
    flags = dict.fromkeys(("is_supplier", "is_customer", "is_active"), True)
    money = dict.fromkeys(("subtotal", "tax", "paid", "credited", "due"), Decimal(0))
    moved = here | own | {
        "remote_id": "1", "kind": "money out", "status": "paid", "date": DAY, "currency": "GBP",
        "tax_treatment": "inclusive", "total": Decimal(60), "bank_account": "current",
    }  # fmt: skip
    async with database.begin() as session:
        await session.execute(insert(ledger.contacts).values(**whom, **flags))
        await session.execute(insert(ledger.documents).values(**moved, **money))
    async with database.read() as session:
        whose = session, WORKSPACE, organisation.id
        (line,) = await bank_lines.paid_out(*whose, since=DAY)
        (twin,) = await ledger_twins.of_amount(
            *whose, kinds=[DocumentKind.MONEY_OUT], total=Decimal(60)
        )

    assert (line.name, twin.contact) == (name, name)
