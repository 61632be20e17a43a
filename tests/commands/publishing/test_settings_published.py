"""Each setting, and each rule, visibly changes what is published."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert

from commands.publishing.choices import Choices
from commands.replies import call
from storage.models import Item, ItemState, PaymentMethod, Rule, ledger
from storage.queries import publications
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, WORKSPACE
from tests.commands.publishing.publishing import Desk, at
from tests.commands.publishing.varied import (
    an_item,
    arrives,
    card_of,
    choose,
    connected,
    document_of,
    published,
    rejudged,
    row_of,
)
from tests.conftest import Clock

ONLY_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
ALL_OF_THEM = {
    "costs_to", "costs_as", "sales_to", "sales_as", "claims_to", "claims_as",
    "bank_match", "bank_match_to", "cost_tax", "sales_tax", "tax_policy", "contact_defaults",
    "auto_publish", "auto_except", "auto_ceiling", "multi_currency", "twins",
    "approve_above", "approvers", "auto_once_approved", "amounts_in_channel",
}  # fmt: skip


def test_every_setting_there_is_is_tried_here() -> None:
    assert {each.name for each in fields(Choices)} == ALL_OF_THEM


async def a_xero_client(world: World, clock: Clock) -> Desk:
    """One with short lists, two banks and one category of tracking."""
    return await connected(world, clock, "Oakwood Joinery Holdings", "xero")


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
        await choose(desk, "tax", contact_defaults="yes")
        after = await an_item(desk, rate="0.85", **told)

        assert "QBO_ONE_CURRENCY" in [each["code"] for each in before.problems]
        assert (await document_of(desk, after))["CurrencyRef"]["value"] == "EUR"


class TestAutomatic:
    """What says that items go by themselves, and what keeps one here nevertheless."""

    async def test_all_that_came_later_go_by_themselves(self, world: World, clock: Clock) -> None:
        desk, known = await self._desk(world, clock)
        earlier = await arrives(desk, **known)
        clock.advance(timedelta(minutes=1))
        await choose(desk, "automatic", on="yes")
        clock.advance(timedelta(minutes=1))
        later = await arrives(desk, number="LATER", **known)

        assert (await desk.item(earlier)).state == ItemState.READY
        assert later.state == ItemState.ARCHIVED
        assert len(desk.documents((await desk.publication(later)).reference)) == 1

    @ONLY_SQLITE
    async def test_a_rule_or_a_payment_method_is_enough(self, world: World, clock: Clock) -> None:
        desk, known = await self._desk(world, clock)
        ruled = await desk.some("contacts", is_supplier=True, is_customer=True)
        await makes_rule(desk, "supplier", ruled.name, auto="yes")
        method = await makes_method(desk, auto="yes")
        clock.advance(timedelta(minutes=1))
        by_rule = await arrives(desk, supplier=ruled.name, contact=ruled.remote_id)
        by_method = await arrives(desk, **known, payment_method=method)
        by_nothing = await arrives(desk, **known)

        assert [each.state for each in (by_rule, by_method, by_nothing)] == [
            ItemState.ARCHIVED, ItemState.ARCHIVED, ItemState.READY,
        ]  # fmt: skip

    @ONLY_SQLITE
    async def test_what_blocks_it_is_noted_with_every_reason(
        self, world: World, clock: Clock
    ) -> None:
        desk, known = await self._desk(world, clock)
        await choose(desk, "automatic", on="yes", exceptions="credit note", ceiling="150")
        await choose(desk, "currencies", many="no")
        clock.advance(timedelta(minutes=1))
        reasons: dict[str, dict[str, str]] = {
            "AUTO_EXCEPTED": {"kind": "credit note"},
            "AUTO_NEW_CONTACT": {"contact": "", "supplier": "Nobody Yet"},
            "AUTO_CEILING": {"total": "150.01", "tax": ""},
            "PRE_MISSING": {"account": ""},
            "XERO_BANK_REQUIRED": {"publish_to": "bank accounts"},
            "XERO_TAX_GT_LINE": {"tax": "130.00"},
            "PRE_RATE": {"currency": "EUR", "total": "100.00"},
            "PRE_NUMBER": {"number": "N" * 256},
            "PRE_DAY": {"day": "2028-01-01"},
        }
        items = {why: await arrives(desk, **(known | told)) for why, told in reasons.items()}
        found = {why: await self._reasons(desk, item) for why, item in items.items()}

        assert {why: why in noted for why, noted in found.items()} == dict.fromkeys(reasons, True)
        assert {each.state for each in items.values()} <= {ItemState.READY, ItemState.TO_REVIEW}

    @ONLY_SQLITE
    async def test_so_is_what_lies_around_it(self, world: World, clock: Clock) -> None:
        desk, known = await self._desk(world, clock)
        first = [await an_item(desk, number=f"F-{each}", **known) for each in range(3)]
        clock.advance(timedelta(minutes=1))
        await choose(desk, "automatic", on="yes")
        await choose(desk, "approvals", above="1000", approvers=BEN)
        clock.advance(timedelta(minutes=1))
        unusual = await arrives(desk, **known, total="720.00", tax="")
        twin = await arrives(desk, **known, number="F-0")
        dear = await arrives(desk, **known, total="1000.00", tax="")
        details = await self._with_iban(desk, known, "GB33BUKB20201555555555")
        moved = await arrives(
            desk, **known, number="MOVED", read={"iban": "GB94BARC10201530093459"}
        )

        assert details.state == ItemState.ARCHIVED
        assert await self._reasons(desk, unusual) == ["AUTO_UNUSUAL"]
        assert await self._reasons(desk, twin) == ["PRE_DUPLICATE"]
        assert "PRE_NOT_APPROVED" in await self._reasons(desk, dear)
        assert await self._reasons(desk, moved) == ["AUTO_BANK_DETAILS"]
        assert {(await desk.item(each)).state for each in first} == {ItemState.READY}

    @ONLY_SQLITE
    async def test_and_a_locked_period_and_a_lost_connection(
        self, world: World, clock: Clock
    ) -> None:
        desk, known = await self._desk(world, clock)
        await choose(desk, "automatic", on="yes")
        desk.books.change("Organisation", desk.books.profile.id,
                          {"PeriodLockDate": date(2026, 5, 31)}, at=clock.at)  # fmt: skip
        await refresh(desk)
        clock.advance(timedelta(minutes=1))
        locked = await arrives(desk, **known)
        for fault in ("revoke_refresh", "expire_access"):
            world.ledgers.set_fault("xero", fault)
        await refresh(desk)
        cut_off = await arrives(desk, **known, day="2026-06-01", number="CUT-OFF")

        assert await self._reasons(desk, locked) == ["PRE_LOCKED"]
        assert "PRE_CONNECTION" in await self._reasons(desk, cut_off)

    async def _desk(self, world: World, clock: Clock) -> tuple[Desk, dict[str, str]]:
        """A client, and a supplier that its ledger knows."""
        desk = await a_xero_client(world, clock)
        contact = await desk.some("contacts", is_supplier=True, is_customer=False)
        return desk, {"supplier": contact.name, "contact": contact.remote_id}

    async def _with_iban(self, desk: Desk, known: Mapping[str, Any], iban: str) -> Item:
        return await arrives(desk, **known, number="PAY-TO", read={"iban": iban})

    async def _reasons(self, desk: Desk, item: Item) -> list[str]:
        async with desk.world.database.read() as session:
            noted = await publications.last_change(session, WORKSPACE, item.id, "not automatic")
        return [each["code"] for each in noted.facts["reasons"]] if noted else []


class TestApprovals:
    async def test_from_an_amount_on_somebody_has_to_agree(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        await choose(desk, "approvals", above="100", approvers=BEN)
        await world.practice.assign(BEN, desk.client)
        small, dear = await an_item(desk, total="99.00", tax=""), await an_item(desk)
        held = await desk.publish(dear)
        await world.practice.press(ANA, call("publishing.ask_approval", item=dear.id))
        await world.press(BEN, world.card("approval:", to=BEN), "Approve")
        await document_of(desk, small)

        assert "cannot go yet" in said(held)
        assert [each["code"] for each in dear.problems] == ["PRE_NOT_APPROVED"]
        assert (await document_of(desk, dear))["Total"] == 120

    async def test_once_approved_it_may_go_by_itself(self, world: World, clock: Clock) -> None:
        desk = await a_xero_client(world, clock)
        await choose(desk, "approvals", above="100", approvers=BEN, auto="yes")
        await world.practice.assign(BEN, desk.client)
        item = await an_item(desk)
        await world.practice.press(ANA, call("publishing.ask_approval", item=item.id))
        await world.press(BEN, world.card("approval:", to=BEN), "Approve")
        await desk.work()

        assert (await desk.item(item)).state == ItemState.ARCHIVED
        assert (await row_of(desk, item))[1].fields["Total"] == 120


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


class TestRules:
    async def test_a_supplier_rule_codes_what_nobody_coded(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        told = {"account": "", "tax_rate": "", "tax": "", "publish_as": "", "day": "2026-05-20"}
        before = await an_item(desk, **told)
        rule = await makes_rule(
            desk, "supplier", "Paper & Pens",
            account=await desk.entry("accounts", "400"), tax_rate="RRINPUT",
            tracking_1=await desk.entry("tracking", "Workshop"), description="Stationery",
        )  # fmt: skip
        await world.practice.press(
            ANA, call("publishing.rule_publishing", client=desk.client.id, rule=rule, version=1,
                      publish_as="awaiting approval"),
        )  # fmt: skip
        after = await an_item(desk, **told)
        sent = await document_of(desk, after)
        line = sent["LineItems"][0]

        assert [each["code"] for each in before.problems] == ["PRE_MISSING"]
        assert (line["AccountCode"], line["TaxType"], line["Description"]) == (
            "400", "RRINPUT", "Stationery",
        )  # fmt: skip
        assert [each["Option"] for each in line["Tracking"]] == ["Workshop"]
        assert sent["Status"] == "SUBMITTED"

    @ONLY_SQLITE
    async def test_a_customer_rule_codes_sales(self, world: World, clock: Clock) -> None:
        desk = await at(world, clock, "Bright Bakery")
        told = {"side": "sale", "supplier": "Harvest Hall", "account": ""}
        product = (await desk.some("products", is_sold=True)).remote_id
        await makes_rule(desk, "customer", "Harvest Hall", product=product)
        clock.advance(timedelta(minutes=1))
        sent = await document_of(desk, await an_item(desk, **told))

        assert sent["Line"][0]["SalesItemLineDetail"]["ItemRef"]["value"] == product

    @ONLY_SQLITE
    async def test_a_user_rule_tracks_what_that_person_hands_in(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        await makes_rule(desk, "user", BEN, tracking_1=await desk.entry("tracking", "Office"))
        mine, bens = await an_item(desk), await an_item(desk, owner=BEN)
        tracked = [(await document_of(desk, item))["LineItems"][0]["Tracking"]
                   for item in (mine, bens)]  # fmt: skip

        assert [[each["Option"] for each in found] for found in tracked] == [[], ["Office"]]

    async def test_a_payment_method_says_where_it_goes_and_what_paid(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        card = await desk.entry("banks", "Deposit Account")
        method = await makes_method(
            desk, last4="4242", bank_account=card, publish_to="bank accounts"
        )
        await makes_rule(desk, "supplier", "Paper & Pens", payment_method=method)
        by_rule = await document_of(desk, await an_item(desk, publish_as=""))
        by_digits = await document_of(
            desk, await an_item(desk, publish_as="", supplier="Elsewhere", read={"last4": "4242"})
        )

        assert [each["Type"] for each in (by_rule, by_digits)] == ["SPEND", "SPEND"]
        assert {each["BankAccount"]["Name"] for each in (by_rule, by_digits)} == {"Deposit Account"}

    @ONLY_SQLITE
    async def test_a_broken_rule_is_told_and_mended_in_the_rule(
        self, world: World, clock: Clock
    ) -> None:
        desk = await a_xero_client(world, clock)
        rule = await makes_rule(
            desk, "supplier", "Paper & Pens", account=await desk.entry("accounts", "400")
        )
        item = await an_item(desk, account="")
        archived = await desk.entry("accounts", "400")
        desk.books.change("Accounts", archived, {"Status": "ARCHIVED"}, at=clock.at)
        await refresh(desk)
        broken = await rejudged(desk, item)
        card = said(await card_of(desk, item))
        await world.practice.press(
            ANA, call("publishing.rule_coding", client=desk.client.id, rule=rule, version=1,
                      account=await desk.entry("accounts", "461")),
        )  # fmt: skip
        sent = await document_of(desk, item)

        assert {each["code"] for each in broken.problems} == {
            "XERO_ACCOUNT_ARCHIVED", "PRE_RULE_BROKEN",
        }  # fmt: skip
        assert "names something that is archived" in card
        assert sent["LineItems"][0]["AccountCode"] == "461"


async def makes_rule(desk: Desk, kind: str, subject: str, **told: str) -> str:
    """Its id."""
    about = {"client": desk.client.id, "kind": kind, "subject": subject}
    await desk.world.practice.press(ANA, call("publishing.save_rule", **about, **told))
    return str((await desk.all(Rule))[-1].id)


async def makes_method(desk: Desk, **told: str) -> str:
    """The id of a new card."""
    does = call("publishing.save_method", client=desk.client.id, name="Card", **told)
    await desk.world.practice.press(ANA, does)
    return str((await desk.all(PaymentMethod))[-1].id)


async def refresh(desk: Desk) -> None:
    """Have the lists read anew."""
    connection = await desk.world.connection(desk.client.name)
    desk.clock.advance(timedelta(minutes=5))
    does = call("lists.refresh_one", connection=connection.id)
    await desk.world.practice.press(ANA, does)
    await desk.world.work("lists.refresh")


def _tax_types(document: Mapping[str, Any]) -> list[str]:
    return [line["TaxType"] for line in document["LineItems"]]
