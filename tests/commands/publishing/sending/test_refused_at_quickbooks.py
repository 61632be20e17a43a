"""What QuickBooks refuses is told, mended by its button, and published once (product §12.2)."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from tests.commands.connecting import World
from tests.commands.publishing.provoking import (
    BAKERY,
    CLEANING,
    ONLY_SQLITE,
    changes,
    closes,
    names,
    paid_by_cheque_if_need_be,
    plan,
    refused,
    says,
    struck,
    vendor,
)
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.refusing import Case, refused_told_and_mended
from tests.commands.publishing.varied import connected
from tests.conftest import Clock


async def vendor_and_a_taken_number(desk: Desk) -> Mapping[str, str]:
    bill = next(row for row in desk.books.rows("Bill") if row.fields.get("DocNumber") and
                row.fields["CurrencyRef"]["value"] == "GBP")  # fmt: skip
    party = bill.fields["VendorRef"]
    return {"contact": f"vendor:{party['value']}", "supplier": party["name"],
            "number": bill.fields["DocNumber"]}  # fmt: skip


async def name_of_a_customer(desk: Desk) -> Mapping[str, str]:
    found = await desk.some("contacts", is_customer=True, is_supplier=False, currency="GBP")
    return {"supplier": found.name}


def goes_abroad(desk: Desk) -> None:
    for row in desk.books.rows("Vendor"):
        if row.fields["CurrencyRef"]["value"] == "GBP":
            desk.books.change("Vendor", row.id, {"CurrencyRef": {"value": "EUR"}},
                              at=desk.clock.at)  # fmt: skip


def comes_home(desk: Desk) -> None:
    for row in desk.books.rows("Vendor"):
        if row.fields["CurrencyRef"]["value"] == "EUR":
            desk.books.change("Vendor", row.id, {"CurrencyRef": {"value": "GBP"}},
                              at=desk.clock.at)  # fmt: skip


def removes_the_account(desk: Desk) -> None:
    desk.books.remove("Account", "Printing and stationery", at=desk.clock.at)


async def billed_on(desk: Desk) -> Mapping[str, str]:
    product = await desk.some("products", is_sold=True, is_bought=True)
    customer = await desk.some("contacts", is_customer=True, currency="GBP")
    return {"product": product.remote_id, "customer": customer.remote_id, "billable": "yes"}


def customers_are(*, active: bool) -> Callable[[Desk], None]:
    def change(desk: Desk) -> None:
        for row in desk.books.rows("Customer"):
            desk.books.change("Customer", row.id, {"Active": active}, at=desk.clock.at)

    return change


def is_not_sold(desk: Desk) -> None:
    for row in desk.books.rows("Item"):
        row.fields["WasSold"] = row.fields.pop("IncomeAccountRef")


def is_sold_again(desk: Desk) -> None:
    for row in desk.books.rows("Item"):
        row.fields["IncomeAccountRef"] = row.fields.pop("WasSold")


QUICKBOOKS = (
    Case(code="QBO_CLOSED", told=says(), breaks=closes("2026-05-31"),
         button="Change date", saves=says(day="2026-06-02")),
    Case(code="QBO_DUP_NAME", told=name_of_a_customer,
         button="Choose contact", saves=vendor),
    Case(code="QBO_DUP_DOCNO", told=vendor_and_a_taken_number,
         button="Change number", saves=says(number="FREE-1")),
    Case(code="QBO_INACTIVE_REF", told=says(),
         breaks=changes("Account", "Printing and stationery", Active=False),
         button="Edit", saves=CLEANING),
    Case(code="QBO_INACTIVE_REF", told=says(), breaks=changes("TaxCode", "20.0% S", Active=False),
         mends=changes("TaxCode", "20.0% S", Active=True)),
    Case(code="QBO_INACTIVE_REF", told=billed_on, breaks=customers_are(active=False),
         mends=customers_are(active=True)),
    Case(code="QBO_BAD_REF", told=says(), breaks=removes_the_account,
         button="Edit", saves=CLEANING),
    Case(code="QBO_FEATURE", told=names("tracking_1", "tracking", "Kendal"),
         breaks=plan("QuickBooks Online Essentials"),
         button="Choose tracking", saves=says(tracking_1="")),
    Case(code="QBO_NO_BILL", told=paid_by_cheque_if_need_be,
         breaks=plan("QuickBooks Online Simple Start"),
         button="Change destination", saves=says(publish_to="cheque")),
    Case(code="QBO_ONE_CURRENCY", told=vendor, breaks=goes_abroad, mends=comes_home),
    Case(code="QBO_BILLABLE", told=billed_on, breaks=is_not_sold, mends=is_sold_again),
    Case(code="QBO_AP_CURRENCY", told=says(),
         breaks=changes("Account", "Printing and stationery", AccountType="Accounts Payable",
                        CurrencyRef={"value": "EUR"}),
         button="Edit", saves=CLEANING),
    Case(code="QBO_INACTIVE", told=says(), breaks=struck("subscription_lapsed"),
         mends=struck("none")),
    Case(code="QBO_FEATURE", told=says(), breaks=struck("not_entitled"), mends=struck("none")),
)  # fmt: skip

SAID = {  # what nothing that happens in a company leads to: we send nothing it could be about
    # Without a customer it is not billable to us; a customer who is gone is QBO_INACTIVE_REF.
    "QBO_BILLABLE_CUST": "This line is billable: choose a customer for it",
    # A cost names a vendor always; the ids of customers are of another list.
    "QBO_AP_VENDOR": "When you use Accounts Payable, you must choose a vendor in the Name field",
    # Totals and due days are the item's own. Rates that change meanwhile do not change what is
    # sent: what would come out otherwise is held back (PRE_LINES).
    "QBO_NEG_CHECK": "Transaction amount must be 0 or greater",
    "QBO_DUE_BEFORE": "The due date cannot be earlier than the transaction date",
    # Each line has a rate, or the document is out of the scope of tax; a rate that is gone is
    # QBO_INACTIVE_REF.
    "QBO_TAX_MISSING": "Make sure all your transactions have a VAT rate before you save",
    # It goes once more without such characters, and that is taken.
    "QBO_UTF8": "The request holds an invalid UTF-8 character",
    "": "The flux capacitor is not of a valid wattage",
}


@ONLY_SQLITE
async def test_every_refusal_quickbooks_is_known_to_have_is_told_and_goes_once_it_is_over(
    world: World, clock: Clock
) -> None:
    desk = await connected(world, clock, *BAKERY)
    for code, text in SAID.items():
        clock.advance(timedelta(minutes=2))
        case = Case(code=code, told=says(), breaks=refused("Bill", text), mends=struck("none"))
        await refused_told_and_mended(desk, case)


@ONLY_SQLITE
@pytest.mark.parametrize("case", QUICKBOOKS, ids=lambda case: case.code)
async def test_what_quickbooks_refuses_is_told_mended_and_there_once(
    world: World, clock: Clock, case: Case
) -> None:
    await refused_told_and_mended(await connected(world, clock, *BAKERY), case)
