"""Each setting visibly changes what is published."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from commands.publishing.choices import Choices
from commands.replies import ChoiceField, Form
from storage.models import Item, ItemState, ledger
from tests.commands.connecting import World, said
from tests.commands.practice import ANA
from tests.commands.publishing.publishing import Desk, at
from tests.commands.publishing.varied import (
    a_xero_client,
    an_item,
    arrives,
    card_of,
    choose,
    document_of,
    makes_rule,
    published,
    row_of,
)
from tests.conftest import Clock

ONLY_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
ALL_OF_THEM = {
    "costs_to", "costs_as", "sales_to", "sales_as", "claims_to", "claims_as", "claims_every",
    "bank_match", "bank_match_to", "cost_tax", "sales_tax", "tax_policy", "contact_defaults",
    "auto_publish", "auto_except", "auto_ceiling", "multi_currency", "own_rate",
    "twins", "amounts_in_channel",
}  # fmt: skip


def test_every_setting_there_is_is_tried_here() -> None:
    """But whose exchange rate is sent, which is in test_rates.py."""
    assert {each.name for each in fields(Choices)} == ALL_OF_THEM


class TestWhereAndHowFarAlong:
    async def test_costs_sales_and_claims_arrive_in_xero_as_the_settings_say(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        before = [await document_of(desk, item) for item in await self._one_of_each(desk)]
        await choose(desk, "general", costs_as="awaiting approval",
                     sales_as="awaiting payment", claims_to="bank accounts")  # fmt: skip
        clock.advance(timedelta(days=1))
        after = [await document_of(desk, item) for item in await self._one_of_each(desk)]

        assert [(each["Type"], each["Status"]) for each in before] == [
            ("ACCPAY", "DRAFT"), ("ACCREC", "DRAFT"), ("ACCPAY", "DRAFT"),
        ]  # fmt: skip
        assert [(each["Type"], each["Status"]) for each in after] == [
            ("ACCPAY", "SUBMITTED"), ("ACCREC", "AUTHORISED"), ("SPEND", "AUTHORISED"),
        ]  # fmt: skip

    async def _one_of_each(self, desk: Desk) -> list[Item]:
        told = {"publish_as": "", "bank_account": (await desk.some("banks")).remote_id}
        sales = {"account": await desk.entry("accounts", "200"), "tax_rate": "OUTPUT2"}
        return [
            await an_item(desk, **told),
            await an_item(desk, side="sale", supplier="Harvest Hall", **told, **sales),
            await an_item(desk, side="claim", **told),
        ]

    @ONLY_SQLITE
    async def test_and_in_quickbooks(self, world: World, clock: Clock) -> None:
        desk = await at(world, clock, "Bright Bakery")
        bank = (await desk.some("banks", bank_type="Checking")).remote_id
        product = (await desk.some("products", is_sold=True)).remote_id
        told = {"publish_as": "", "bank_account": bank}
        await choose(desk, "general", costs_to="cheque", claims_to="cash", claims_as="paid",
                     sales_to="sales receipt", costs_as="awaiting payment")  # fmt: skip
        sale = await an_item(
            desk, side="sale", supplier="Harvest Hall", account="", product=product, **told
        )
        items = [await an_item(desk, **told), await an_item(desk, side="claim", **told), sale]
        await published(desk, *items)
        found = [await row_of(desk, item) for item in items]

        assert [(kind, row.fields.get("PaymentType")) for kind, row in found] == [
            ("Purchase", "Check"), ("Purchase", "Cash"), ("SalesReceipt", None),
        ]  # fmt: skip

    async def test_paid_where_possible_is_paid_only_from_a_known_account(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        await choose(desk, "general", costs_as="paid")
        bank = (await desk.some("banks")).remote_id
        without = await an_item(desk, publish_as="")
        with_one = await an_item(desk, publish_as="", bank_account=bank)
        beforehand = said(await card_of(desk, without))
        statuses = [(await document_of(desk, item))["Status"] for item in (without, with_one)]

        assert "not paid" in beforehand
        assert statuses == ["AUTHORISED", "PAID"]


class TestTax:
    async def test_the_default_never_overwrites_a_rule_or_a_person(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        await choose(desk, "tax", cost_tax="RRINPUT")
        await makes_rule(desk, "supplier", "Ruled", tax_rate="ZERORATEDINPUT")
        told = {
            ("Free", ""): "RRINPUT",
            ("Ruled", ""): "ZERORATEDINPUT",
            ("Free", "EXEMPTINPUT"): "EXEMPTINPUT",
            ("Ruled", "EXEMPTINPUT"): "EXEMPTINPUT",
        }
        found = {}
        for supplier, by_hand in told:
            item = await an_item(desk, supplier=supplier, tax="", tax_rate=by_hand)
            (found[supplier, by_hand],) = _tax_types(await document_of(desk, item))

        assert found == told

    @ONLY_SQLITE
    async def test_sales_have_a_default_of_their_own(self, world: World, clock: Clock) -> None:
        desk = await a_xero_client(world, clock)
        told = {"side": "sale", "supplier": "Harvest Hall", "tax": "", "tax_rate": ""}
        sales = await desk.entry("accounts", "200")
        before = await document_of(desk, await an_item(desk, account=sales, **told))
        await choose(desk, "tax", cost_tax="RRINPUT", sales_tax="ZERORATEDOUTPUT")
        after = await document_of(desk, await an_item(desk, account=sales, **told))

        assert [_tax_types(each) for each in (before, after)] == [["OUTPUT2"], ["ZERORATEDOUTPUT"]]

    async def test_the_policy_says_whose_amount_of_tax_is_sent(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        await choose(desk, "tax", cost_tax="INPUT2")
        told = {  # policy, what the document states: what is sent
            ("ours", "18.00"): 18,
            ("ledger", "18.00"): 20,
            ("ours with exceptions", "18.00"): 18,
            ("ours", "0.00"): 0,
            ("ours with exceptions", "0.00"): 20,
        }
        found = {}
        for policy, stated in told:
            await choose(desk, "tax", policy=policy)
            item = await an_item(desk, tax="", tax_rate="", read={"tax": stated})
            found[policy, stated] = (await document_of(desk, item))["TotalTax"]

        assert found == told

    @ONLY_SQLITE
    async def test_with_exceptions_an_account_without_tax_has_none(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        untaxed = (await desk.some("accounts", tax_rate="EXEMPTINPUT")).remote_id
        told = {"account": untaxed, "tax": "", "tax_rate": "", "read": {"tax": "20.00"}}
        await choose(desk, "tax", cost_tax="INPUT2", policy="ours")
        ours = await document_of(desk, await an_item(desk, **told))
        await choose(desk, "tax", policy="ours with exceptions")
        excepted = await document_of(desk, await an_item(desk, **told))

        assert [each["TotalTax"] for each in (ours, excepted)] == [20, 0]


class TestBankMatch:
    async def test_on_it_is_sent_as_paid_to_the_account_that_paid(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        deposit = await desk.entry("banks", "Deposit Account")
        off = await an_item(desk, publish_as="", total="120.00")
        await self._left(desk, deposit, "84.00")
        await choose(desk, "bank_match", on="yes")
        to_bank = await an_item(desk, publish_as="", total="84.00", tax="14.00")
        spent = await document_of(desk, to_bank)
        await self._left(desk, deposit, "36.00")
        await choose(desk, "bank_match", on="yes", to="purchases")
        to_bills = await an_item(desk, publish_as="", total="36.00", tax="6.00")
        bill = await document_of(desk, to_bills)

        assert (await document_of(desk, off))["Status"] == "DRAFT"
        assert (spent["Type"], spent["BankAccount"]["Name"]) == ("SPEND", "Deposit Account")
        assert (bill["Type"], bill["Status"]) == ("ACCPAY", "PAID")
        assert self._paid_from(desk, (await row_of(desk, to_bills))[1].id) == ["Deposit Account"]

    @ONLY_SQLITE
    async def test_off_nothing_is_filled_in_and_whoever_pays_says_so(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        await self._left(desk, await desk.entry("banks", "Deposit Account"), "120.00")
        current = await desk.entry("banks", "Business Current Account")
        alone = await an_item(desk, publish_as="")
        by_hand = await an_item(desk, publish_as="paid", paid="yes", bank_account=current)
        bills = [await document_of(desk, item) for item in (alone, by_hand)]

        assert [each["Status"] for each in bills] == ["DRAFT", "PAID"]

    @ONLY_SQLITE
    async def test_two_lines_that_may_have_paid_are_asked_about(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        deposit = await desk.entry("banks", "Deposit Account")
        await self._left(desk, deposit, "120.00", day=date(2026, 5, 21))
        await self._left(desk, deposit, "120.00", day=date(2026, 5, 19))
        await choose(desk, "bank_match", on="yes")
        item = await an_item(desk, publish_as="")

        assert "2 bank lines may have paid it" in said(await card_of(desk, item))
        assert (await document_of(desk, item))["Status"] == "DRAFT"

    @ONLY_SQLITE
    @pytest.mark.parametrize(("nth", "paid_on"), [(0, "2026-05-19"), (1, "2026-05-21"), (2, None)])
    async def test_the_line_that_somebody_chooses_paid_it(
        self, world: World, clock: Clock, nth: int, paid_on: str | None
    ) -> None:
        desk = await a_xero_client(world, clock)
        deposit = await desk.entry("banks", "Deposit Account")
        await self._left(desk, deposit, "120.00", day=date(2026, 5, 21))
        await self._left(desk, deposit, "120.00", day=date(2026, 5, 19))
        await choose(desk, "bank_match", on="yes")
        item = await an_item(desk, publish_as="")
        form = await world.press(ANA, await card_of(desk, item), "Choose line")
        assert isinstance(form, Form)
        (field,) = form.fields
        assert isinstance(field, ChoiceField)
        after = said(await world.submit(ANA, form, line=field.options[nth].value))

        assert [option.label for option in field.options] == [
            "Deposit Account, 19 May 2026", "Deposit Account, 21 May 2026", "None of them",
        ]  # fmt: skip
        assert "bank lines may have paid it" not in after
        assert ("Paid on" in after) is (paid_on is not None)
        assert paid_on is None or f"Paid on {date.fromisoformat(paid_on):%-d %B %Y}" in after

    async def _left(
        self, desk: Desk, bank: str, amount: str, *, day: date = date(2026, 5, 21)
    ) -> None:
        """Money that left an account and nobody has reconciled, in the copy of the books."""
        connection = await desk.world.connection(desk.client.name)
        values = {
            "organisation_id": connection.organisation_id, "source": "BankTransactions",
            "remote_id": f"{bank}:{amount}:{day}", "digest": 1, "kind": "money out",
            "status": "paid", "date": day, "currency": "GBP", "tax_treatment": "none",
            "total": Decimal(amount), "bank_account": bank, "is_reconciled": False,
            "contact_name": "Card payment",
        }  # fmt: skip
        money = {name: Decimal(0) for name in ("subtotal", "tax", "paid", "credited", "due")}
        async with desk.world.database.begin() as session:
            await session.execute(insert(ledger.documents).values(**money, **values))

    def _paid_from(self, desk: Desk, invoice: str) -> list[str]:
        return [
            each.fields["Account"]["Name"]
            for each in desk.books.rows("Payments")
            if each.fields["Invoice"].get("InvoiceID") == invoice
        ]


class TestCurrencies:
    async def test_many_currencies_go_as_they_are_one_goes_converted(
        self, world: World, clock: Clock
    ) -> None:
        desk = await at(world, clock, "Acme Ltd")
        told = {"currency": "EUR", "rate": "0.85"}
        own = await document_of(desk, await an_item(desk, **told))
        await choose(desk, "currencies", many="no")
        without_rate = await an_item(desk, currency="EUR")
        converted = await document_of(desk, await an_item(desk, **told))

        assert (own["CurrencyCode"], own["Total"], own["TotalTax"]) == ("EUR", 120, 20)
        assert (converted["CurrencyCode"], converted["Total"], converted["TotalTax"]) == (
            "GBP", 102, 17,
        )  # fmt: skip
        assert [each["code"] for each in without_rate.problems] == ["PRE_RATE"]

    @ONLY_SQLITE
    async def test_a_contact_brings_its_currency_where_that_is_chosen(
        self, world: World, clock: Clock
    ) -> None:
        desk = await at(world, clock, "Bright Bakery")
        abroad = await desk.some("contacts", currency="EUR", is_supplier=True)
        told = {"supplier": abroad.name, "contact": abroad.remote_id, "currency": ""}
        before = await an_item(desk, **told)
        await choose(desk, "currencies", of_contact="yes")
        after = await an_item(desk, rate="0.85", **told)

        assert "QBO_ONE_CURRENCY" in [each["code"] for each in before.problems]
        assert (await document_of(desk, after))["CurrencyRef"]["value"] == "EUR"


@pytest.mark.parametrize(
    ("mode", "state", "problems"),
    [
        ("off", ItemState.READY, []),
        ("review", ItemState.TO_REVIEW, ["PRE_DUPLICATE"]),
        ("automatic", ItemState.DELETED, []),
    ],
)
async def test_what_looks_like_another_one_is_let_through_held_or_put_away(
    world: World, clock: Clock, mode: str, state: ItemState, problems: list[str]
) -> None:
    desk = await a_xero_client(world, clock)
    await choose(desk, "duplicates", mode=mode)
    first = await arrives(desk, number="SAME-1")
    second = await arrives(desk, number="SAME-1")
    await desk.publish(first)
    await desk.work()

    assert second.state == state
    assert [each["code"] for each in second.problems] == problems
    assert len(desk.documents("SAME-1")) == 1


@ONLY_SQLITE
@pytest.mark.parametrize("shown", ["yes", "no"])
async def test_the_channel_reads_amounts_only_where_it_may(
    world: World, clock: Clock, shown: str
) -> None:
    desk = await a_xero_client(world, clock)
    await choose(desk, "channel", amounts=shown)
    await published(desk, await an_item(desk))
    card = said(world.card("publishing:"))

    assert "1 published" in card
    assert ("120.00" in card) is (shown == "yes")


def _tax_types(document: Mapping[str, Any]) -> list[str]:
    return [line["TaxType"] for line in document["LineItems"]]
