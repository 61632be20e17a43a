"""Whatever a ledger offers is published there as the right object, whole, and once."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from commands.publishing.readiness.surroundings import lists_of
from providers.books import DocumentKind
from providers.drafts import AT_THE_BANK, PublishAs, Way
from storage.models import Item, Publication, PublicationState, StepState
from tests.commands.connecting import World
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import (
    RESOURCES,
    an_item,
    connected,
    published,
    row_of,
)
from tests.conftest import Clock

ONLY_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
RECEIPT = b"%PDF-1.4 a receipt"
PAID_ON = "2026-05-22"
DUE_ON = "2026-06-19"
LINES = (
    {"description": "Paper", "quantity": "3", "unit_price": "20.00", "net": "60.00",
     "tax": "12.00", "total": "72.00"},
    {"description": "Pens", "net": "40.00", "tax": "8.00", "total": "48.00"},
)  # fmt: skip
UNTAXED = ({"description": "Paper", "total": "72.00"}, {"description": "Pens", "total": "48.00"})
NAMES = {"cost": "Paper & Pens", "sale": "Harvest Hall", "claim": "Ana"}


class Trip(NamedTuple):
    """An item of one side, and the way it goes."""

    side: str
    way: Way
    publish_as: PublishAs

    @property
    def title(self) -> str:
        kind = "credit note" if "credit" in self.way.kind else "invoice"
        return f"{self.side} {kind} → {self.way.destination.value}, {self.publish_as.value}"


# What becomes of each: the vendor's resource, its type, and its status. Claims go like costs.
XERO = {
    "cost invoice → purchases, draft": "Invoices ACCPAY DRAFT",
    "cost invoice → purchases, awaiting approval": "Invoices ACCPAY SUBMITTED",
    "cost invoice → purchases, awaiting payment": "Invoices ACCPAY AUTHORISED",
    "cost invoice → purchases, paid": "Invoices ACCPAY PAID",
    "cost invoice → bank accounts, paid": "BankTransactions SPEND AUTHORISED",
    "cost credit note → purchases, draft": "CreditNotes ACCPAYCREDIT DRAFT",
    "cost credit note → purchases, awaiting approval": "CreditNotes ACCPAYCREDIT SUBMITTED",
    "cost credit note → purchases, awaiting payment": "CreditNotes ACCPAYCREDIT AUTHORISED",
    "cost credit note → purchases, paid": "CreditNotes ACCPAYCREDIT PAID",
    "cost credit note → bank accounts, paid": "BankTransactions RECEIVE AUTHORISED",
    "sale invoice → sales, draft": "Invoices ACCREC DRAFT",
    "sale invoice → sales, awaiting approval": "Invoices ACCREC SUBMITTED",
    "sale invoice → sales, awaiting payment": "Invoices ACCREC AUTHORISED",
    "sale invoice → sales, paid": "Invoices ACCREC PAID",
    "sale invoice → bank accounts, paid": "BankTransactions RECEIVE AUTHORISED",
    "sale credit note → sales, draft": "CreditNotes ACCRECCREDIT DRAFT",
    "sale credit note → sales, awaiting approval": "CreditNotes ACCRECCREDIT SUBMITTED",
    "sale credit note → sales, awaiting payment": "CreditNotes ACCRECCREDIT AUTHORISED",
    "sale credit note → sales, paid": "CreditNotes ACCRECCREDIT PAID",
    "sale credit note → bank accounts, paid": "BankTransactions SPEND AUTHORISED",
}
DRAFTS_ONLY = {
    title: made for title, made in XERO.items() if "draft" in title or "bank accounts" in title
}
QUICKBOOKS = {
    "cost invoice → purchases, awaiting payment": "Bill open",
    "cost invoice → purchases, paid": "Bill settled",
    "cost invoice → cash, paid": "Purchase Cash",
    "cost invoice → cheque, paid": "Purchase Check",
    "cost invoice → credit card, paid": "Purchase CreditCard",
    "cost credit note → purchases, awaiting payment": "VendorCredit open",
    "sale invoice → sales, awaiting payment": "Invoice open",
    "sale invoice → sales, paid": "Invoice settled",
    "sale invoice → sales receipt, paid": "SalesReceipt settled",
    "sale credit note → sales, awaiting payment": "CreditMemo open",
}
AMERICAN = QUICKBOOKS | {"cost credit note → credit card, paid": "Purchase CreditCard credit"}
SIMPLE_START = {
    title: made for title, made in QUICKBOOKS.items() if not title.split(" → ")[1].startswith("pu")
}


def with_claims(costs_and_sales: Mapping[str, str]) -> dict[str, str]:
    claims = {
        title.replace("cost", "claim"): made
        for title, made in costs_and_sales.items()
        if title.startswith("cost invoice")
    }
    return {**costs_and_sales, **claims}


@pytest.mark.parametrize(
    ("organisation", "vendor", "expected"),
    [
        ("Acme Limited", "xero", XERO),
        ("Bright Bakery", "quickbooks", QUICKBOOKS),
    ],
    ids=["Xero", "QuickBooks"],
)
async def test_every_way_leads_to_the_right_object_with_everything_on_it(
    world: World, clock: Clock, organisation: str, vendor: str, expected: Mapping[str, str]
) -> None:
    desk = await connected(world, clock, organisation, vendor)
    sent = await _send_everything(desk)

    assert {title: await _made(desk, item) for title, (_, item) in sent.items()} == with_claims(
        expected
    )
    for trip, item in sent.values():
        publication = await desk.publication(item)
        _, row = await row_of(desk, item)
        _check_money(desk, trip, row.fields)
        _check_coding(desk, trip, row.fields, await _coding(desk, trip))
        _check_payment(desk, trip, row, publication)
        _check_file(desk, row, publication)


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("organisation", "vendor", "expected"),
    [
        ("Elm Street Books", "xero", DRAFTS_ONLY),
        ("Fox Cycles", "quickbooks", SIMPLE_START),
        ("Kestrel Logistics", "quickbooks", AMERICAN),
    ],
    ids=["Xero Simple", "QuickBooks Simple Start", "QuickBooks in the United States"],
)
async def test_a_plan_or_a_country_has_ways_of_its_own(
    world: World, clock: Clock, organisation: str, vendor: str, expected: Mapping[str, str]
) -> None:
    desk = await connected(world, clock, organisation, vendor)
    sent = await _send_everything(desk)

    assert {title: await _made(desk, item) for title, (_, item) in sent.items()} == with_claims(
        expected
    )


async def _send_everything(desk: Desk) -> dict[str, tuple[Trip, Item]]:
    """An item of each sort, sent each way there is for it, in one batch."""
    ways = (await _lists(desk)).publishing.ways
    sent = {
        trip.title: (trip, await _item_for(desk, trip, number))
        for number, trip in enumerate(_trips(ways))
    }
    before = _count(desk)
    found = await published(desk, *(item for _, item in sent.values()))

    assert {each.state for each in found} == {PublicationState.PUBLISHED}
    assert _count(desk) - before == len(sent)
    return sent


def _count(desk: Desk) -> int:
    return sum(len(desk.books.rows(resource)) for resource in RESOURCES[desk.vendor])


def _trips(ways: tuple[Way, ...]) -> Iterator[Trip]:
    sold = (DocumentKind.INVOICE, DocumentKind.INVOICE_CREDIT)
    for way in ways:
        if way.why_not is None:
            is_bill = way.kind is DocumentKind.BILL  # a claim of credit alone goes nowhere
            bought = ("cost", "claim") if is_bill else ("cost",)
            for side in ("sale",) if way.kind in sold else bought:
                for publish_as in way.publish_as:
                    yield Trip(side, way, publish_as)


async def _lists(desk: Desk) -> Any:
    connection = await desk.world.connection(desk.client.name)
    async with desk.world.database.read() as session:
        lists = await lists_of(session, desk.world.tools, connection)
    assert lists is not None
    return lists


async def _item_for(desk: Desk, trip: Trip, number: int) -> Item:
    coding = await _coding(desk, trip)
    is_paid = trip.publish_as is PublishAs.PAID
    return await an_item(
        desk,
        side=trip.side,
        lines=LINES if coding["tax_rate"] else UNTAXED,
        files={"receipt.pdf": RECEIPT},
        kind="credit note" if "credit" in trip.way.kind else "invoice",
        supplier=NAMES[trip.side],
        number=f"N-{number}",
        due_day=DUE_ON,
        note="For the fair",
        publish_to=trip.way.destination.value,
        publish_as=trip.publish_as.value,
        bank_account=await _bank(desk, trip) if is_paid else "",
        paid_on=PAID_ON if is_paid else "",
        tax="20.00" if coding["tax_rate"] else "",
        **coding,
    )


async def _coding(desk: Desk, trip: Trip) -> dict[str, str]:
    """Account or product, tax rate, currency and tracking as this side of this ledger wants."""
    lists = await _lists(desk)
    is_sale = trip.side == "sale"
    coding = {"account": "", "tax_rate": "", "currency": lists.base_currency}
    if desk.vendor == "quickbooks" and is_sale:
        coding["product"] = (await desk.some("products", is_sold=True)).remote_id
    else:
        names = {"xero": ("461", "200"), "quickbooks": ("Printing and stationery", "Sales")}
        coding["account"] = await desk.entry("accounts", names[desk.vendor][is_sale])
    if lists.organisation.country != "US":
        coding["tax_rate"] = next(
            rate.remote_id
            for rate in lists.tax_rates.values()
            if rate.rate == 20 and (rate.on_sales if is_sale else rate.on_costs)
            if "RC" not in rate.name
        )
    wanted = ("North", "Office") if desk.vendor == "xero" else ("Shop", "Kendal")
    there = {each.name: each.remote_id for each in lists.tracking.values()}
    for field, name in zip(("tracking_1", "tracking_2"), wanted, strict=True):
        if name in there:
            coding[field] = there[name]
    return coding


async def _bank(desk: Desk, trip: Trip) -> str:
    own = {"xero": "Business Current Account", "quickbooks": "Cash at bank"}
    card = {"xero": "Company Card", "quickbooks": "Company card"}
    is_card = trip.way.destination.value == "credit card"
    return await desk.entry("banks", (card if is_card else own)[desk.vendor])


async def _made(desk: Desk, item: Item) -> str:
    """The resource, its type and status, in the vendor's own words where there are any."""
    resource, row = await row_of(desk, item)
    fields = row.fields
    if desk.vendor == "xero":
        return f"{resource} {fields['Type']} {fields['Status']}"
    if resource == "Purchase":
        return " ".join(filter(None, (resource, fields["PaymentType"],
                                      "credit" if fields["Credit"] else "")))  # fmt: skip
    return f"{resource} {'open' if fields['Balance'] else 'settled'}"


def _check_money(desk: Desk, trip: Trip, fields: Mapping[str, Any]) -> None:
    today = desk.clock().date().isoformat()
    begins, own_day, due = ("EXP-", today, today) if trip.side == "claim" else (
        "N-", "2026-05-20", DUE_ON,
    )  # fmt: skip
    day = PAID_ON if trip.way.destination in AT_THE_BANK else own_day
    if desk.vendor == "xero":
        numbers = ("InvoiceNumber", "CreditNoteNumber", "Reference")
        assert any(str(fields.get(name)).startswith(begins) for name in numbers), trip.title
        assert [fields[name] for name in ("SubTotal", "TotalTax", "Total")] == [100, 20, 120]
        assert fields["DateString"].startswith(day)
        assert fields.get("DueDateString", due).startswith(due)
    else:
        assert fields["DocNumber"].startswith(begins)
        assert [fields["TxnTaxDetail"]["TotalTax"], fields["TotalAmt"]] == [20, 120]
        assert fields["TxnDate"] == day
        if trip.side != "claim":  # it leaves that to the terms of QuickBooks
            assert fields.get("DueDate", due) == due


def _check_coding(
    desk: Desk, trip: Trip, fields: Mapping[str, Any], coding: Mapping[str, str]
) -> None:
    """The lines of the document, in its own order, with account or product, tax and tracking."""
    whose = f"{NAMES['claim']}, 20 May: " if trip.side == "claim" else ""
    if desk.vendor == "xero":
        lines = [line for line in fields["LineItems"] if line["LineAmount"]]
        found = [
            (line["Description"], line["LineAmount"], line["TaxAmount"], line["TaxType"],
             line["AccountID"], [each["Option"] for each in line["Tracking"]])
            for line in lines
        ]  # fmt: skip
        coded = coding["tax_rate"], coding["account"], ["North", "Office"]
        assert found == [
            (f"{whose}Paper", Decimal(72), Decimal(12), *coded),
            (f"{whose}Pens", Decimal(48), Decimal(8), *coded),
        ], trip.title
        assert fields["Contact"]["Name"] == NAMES[trip.side]
        return
    lines = [line for line in fields["Line"] if "Description" in line]
    details = [line[line["DetailType"]] for line in lines]
    what = "ItemRef" if trip.side == "sale" else "AccountRef"
    assert [(line["Description"], line["Amount"]) for line in lines] == [
        (f"{whose}Paper", Decimal(60)),
        (f"{whose}Pens", Decimal(40)),
    ], trip.title
    for detail in details:
        assert detail[what]["value"] == coding["product" if trip.side == "sale" else "account"]
        assert detail["TaxCodeRef"]["value"] == coding["tax_rate"]
        assert detail["ClassRef"]["name"] == "Shop"
    assert fields["DepartmentRef"]["name"] == "Kendal"
    party = next(fields[each] for each in ("VendorRef", "CustomerRef", "EntityRef")
                 if each in fields)  # fmt: skip
    assert party["name"] == NAMES[trip.side]


def _check_payment(desk: Desk, trip: Trip, row: Any, publication: Publication) -> None:
    """What is paid is paid once, in full, from the account that was named."""
    paid = [(_amount, account) for _amount, account in _payments(desk, row)]
    if publication.payment == StepState.NONE:
        assert paid == []
        banks = [row.fields.get(name) for name in ("BankAccount", "AccountRef")]
        banks += [row.fields.get("DepositToAccountRef")]
        named = [(bank.get("Name") or bank.get("name")) for bank in banks if bank]
        assert bool(named) is (trip.publish_as is PublishAs.PAID), trip.title
        assert set(named) <= {"Business Current Account", "Cash at bank", "Company card"}
    else:
        assert publication.payment == StepState.DONE
        assert [amount for amount, _ in paid] == [120], trip.title
        assert {account for _, account in paid} <= {"Business Current Account", "Cash at bank"}


def _payments(desk: Desk, row: Any) -> Iterator[tuple[Any, str]]:
    """(amount, name of the account) of each payment of this document."""
    if desk.vendor == "xero":
        for payment in desk.books.rows("Payments"):
            named = payment.fields["Invoice"]
            if row.id in (named.get("InvoiceID"), named.get("CreditNoteID")):
                assert payment.fields["Date"] == "/Date(1779408000000+0000)/"  # PAID_ON
                yield payment.fields["Amount"], payment.fields["Account"]["Name"]
        return
    for link in row.fields["LinkedTxn"]:
        kind = "Payment" if link["TxnType"] == "Payment" else "BillPayment"
        payment = desk.books.get(kind, link["TxnId"])
        assert payment is not None
        assert payment.fields["TxnDate"] == PAID_ON
        bank = (
            payment.fields.get("DepositToAccountRef")
            or (payment.fields["CheckPayment"]["BankAccountRef"])
        )
        yield payment.fields["TotalAmt"], bank["name"]


def _check_file(desk: Desk, row: Any, publication: Publication) -> None:
    assert publication.files == StepState.DONE
    if desk.vendor == "xero":
        assert row.fields["HasAttachments"] is True
        return
    uploads = desk.world.ledgers.quickbooks.company.uploads
    found = [
        (each.fields["FileName"], uploads.file(desk.books, each.id))
        for each in desk.books.rows("Attachable")
        if any(ref["EntityRef"]["value"] == row.id for ref in each.fields["AttachableRef"])
    ]
    assert found == [("receipt.pdf", RECEIPT)]
