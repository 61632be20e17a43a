"""What says that items go by themselves, what keeps one here, and whose consent it takes."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from commands.replies import call
from storage.models import Item, ItemState
from storage.queries import publications
from tests.commands.connecting import World, said
from tests.commands.practice import ANA, BEN, WORKSPACE
from tests.commands.publishing.agreeing import needs, stage
from tests.commands.publishing.publishing import Desk
from tests.commands.publishing.varied import (
    a_xero_client,
    an_item,
    arrives,
    choose,
    document_of,
    makes_method,
    makes_rule,
    refresh,
    row_of,
)
from tests.conftest import Clock

ONLY_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


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
        items = {
            why: await arrives(desk, place="C0ACME", **(known | told))
            for why, told in reasons.items()
        }
        found = {why: await self._reasons(desk, item) for why, item in items.items()}
        told = {why: said(world.card(f"item:{item.id}")) for why, item in items.items()}

        for why in ("AUTO_EXCEPTED", "AUTO_NEW_CONTACT", "AUTO_CEILING"):
            assert "Not published by itself." in told[why], why
        assert "above £150.00, up to which items go by themselves" in told["AUTO_CEILING"]
        assert "The category is missing" in told["PRE_MISSING"]
        assert {why: why in noted for why, noted in found.items()} == dict.fromkeys(reasons, True)
        assert {each.state for each in items.values()} <= {ItemState.READY, ItemState.TO_REVIEW}

    @ONLY_SQLITE
    async def test_so_is_what_lies_around_it(self, world: World, clock: Clock) -> None:
        desk, known = await self._desk(world, clock)
        first = [await an_item(desk, number=f"F-{each}", **known) for each in range(3)]
        clock.advance(timedelta(minutes=1))
        await choose(desk, "automatic", on="yes")
        await needs(desk, stage(BEN, least="1000"))
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
    async def test_what_is_usual_is_told_by_documents_of_its_kind_that_are_no_duplicates(
        self, world: World, clock: Clock
    ) -> None:
        desk, known = await self._desk(world, clock)
        for each in range(3):
            await an_item(desk, number=f"F-{each}", **known)
        for each in range(3):
            await an_item(
                desk, number=f"C-{each}", **known, kind="credit note", total="12.00", tax="2.00"
            )
        clock.advance(timedelta(minutes=1))
        await choose(desk, "automatic", on="yes")
        clock.advance(timedelta(minutes=1))
        small = await arrives(desk, **known, number="S-1", total="36.00", tax="6.00")
        credit = await arrives(
            desk, **known, number="S-2", kind="credit note", total="12.60", tax="2.10"
        )

        assert await self._reasons(desk, small) == ["AUTO_UNUSUAL"]
        assert credit.state is ItemState.ARCHIVED

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
        await needs(desk, stage(BEN, least="100"))
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
        await needs(desk, stage(BEN, least="100"), auto_publish=True)
        await world.practice.assign(BEN, desk.client)
        item = await an_item(desk)
        await world.practice.press(ANA, call("publishing.ask_approval", item=item.id))
        await world.press(BEN, world.card("approval:", to=BEN), "Approve")
        await desk.work()

        assert (await desk.item(item)).state == ItemState.ARCHIVED
        assert (await row_of(desk, item))[1].fields["Total"] == 120
