"""Each rule visibly changes what is published."""

from datetime import timedelta

import pytest

from commands.replies import call
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN
from tests.commands.publishing.publishing import at
from tests.commands.publishing.varied import (
    a_xero_client,
    an_item,
    card_of,
    document_of,
    makes_method,
    makes_rule,
    refresh,
    rejudged,
)
from tests.conftest import Clock

ONLY_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


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
            ANA, call("publishing.rule_part", part="Publishing", client=desk.client.id, rule=rule,
                      version=1, publish_as="awaiting approval"),
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
            ANA, call("publishing.rule_part", part="Coding", client=desk.client.id, rule=rule,
                      version=1, account=await desk.entry("accounts", "461")),
        )  # fmt: skip
        sent = await document_of(desk, item)

        assert {each["code"] for each in broken.problems} == {
            "XERO_ACCOUNT_ARCHIVED", "PRE_RULE_BROKEN",
        }  # fmt: skip
        assert "names something that is archived" in card
        assert sent["LineItems"][0]["AccountCode"] == "461"
