"""Journals are read where Xero lets our application, and balances derived where it does not."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from sqlalchemy import func, select

from bot.sandbox.ledgers.xero.seed.mistakes import CLEAN
from commands.health.books.books import Books
from commands.health.running.looking import look
from storage.database import Database
from storage.models import Connection, ledger
from storage.queries import ledger as copies
from tests.builders import WORKSPACE
from tests.commands.connecting import VENDORS, World, said
from tests.commands.connecting import world as made
from tests.commands.practice import ANA
from tests.commands.sync.test_copies import EDITS, edited, fresh, sync, xero_edit
from tests.conftest import Clock

ACME = "Acme Limited"
CENT = Decimal("0.01")
NOTHING = (Decimal(), 0)
CONTROL = ("DEBTORS", "CREDITORS", "GST")  # to which only Xero itself posts


@pytest.fixture
async def world(database: Database, clock: Clock) -> AsyncIterator[World]:
    async with made(database, clock, reads_journals=True) as opened:
        opened.browser()
        await entitle(opened)
        yield opened


async def entitle(world: World, *, journals: bool = True) -> None:
    """Xero lets all apps read journals, or none."""
    told = await world.browser().client.post(
        f"{VENDORS}/ledgers/xero/tier", json={"journals": journals}
    )
    assert told.status_code == 200


async def connected(world: World, organisation: str = ACME) -> Connection:
    await world.practice.has("Acme Ltd")
    return await world.connect("Acme Ltd", organisation, purpose="data_health", software="xero")


async def the_books(world: World, connection: Connection) -> Books:
    async with world.database.read() as session:
        own = await look(
            session, world.tools, WORKSPACE, connection.organisation_id, now=world.tools.now()
        )
    assert own is not None
    return own.books


def asked(world: World) -> list[str]:
    """The queries of calls for journals so far."""
    return [call.query for call in world.calls("xero", "/Journals")]


async def postings(world: World) -> list[tuple[object, ...]]:
    async with world.database.read() as session:
        rows = await session.execute(select(ledger.postings))
        return sorted((tuple(row) for row in rows), key=lambda row: row[:3])


async def balances(world: World, books: Books) -> dict[str, tuple[Decimal, int]]:
    """Of every account but control accounts what it comes to, and of how many movements."""
    moved, own = books.postings(), books.accounts
    summed = (
        select(own.c.name, func.sum(moved.c.amount).label("amount"), func.count().label("many"))
        .join(moved, moved.c.account == own.c.remote_id)
        .where(func.coalesce(own.c.system_role, "").not_in(CONTROL))
        .group_by(own.c.name)
    )
    async with world.database.read() as session:
        rows = await session.execute(summed)
    return {name: (amount, many) for name, amount, many in rows}


@pytest.mark.parametrize(("organisation", "a_line"), [(ACME, CENT / 2), (CLEAN, Decimal())])
async def test_what_xero_posted_comes_to_what_is_derived(
    world: World, clock: Clock, organisation: str, a_line: Decimal
) -> None:
    """But for what Xero rounds: lines in foreign currency, each to a cent of the base currency."""
    connection = await connected(world, organisation)
    await sync(world, clock, connection)
    books = await the_books(world, connection)
    posted = await balances(world, books)
    derived = await balances(world, replace(books, holds_journals=False, _made={}))
    apart = {
        name: (posted.get(name), derived.get(name))
        for name in posted.keys() | derived.keys()
        if abs(posted[name][0] - derived[name][0]) > a_line * derived[name][1]
    }

    assert books.holds_journals
    assert apart == {}
    assert len(posted) > 10


async def test_after_the_first_time_one_call_asks_what_was_posted_since(
    world: World, clock: Clock
) -> None:
    connection = await connected(world)
    await sync(world, clock, connection)
    first = asked(world)
    last = max(number for _, number, *_ in await postings(world))
    await sync(world, clock, connection)

    assert first == [f"offset={number}" for number in (*range(0, last, 100), last)]
    assert asked(world)[len(first) :] == [f"offset={last}"]


@pytest.mark.parametrize("seed", range(2))
async def test_what_was_posted_equals_a_fresh_copy_after_any_edits(
    world: World, clock: Clock, seed: int
) -> None:
    connection = await connected(world)
    random, done = Random(seed), 0
    await sync(world, clock, connection)
    for _ in range(2):
        for _ in range(EDITS):
            clock.advance(timedelta(minutes=random.randint(1, 40)))
            done += await edited(world, "xero", ACME, xero_edit(world, random))
        await sync(world, clock, connection)
    kept, books = await postings(world), await the_books(world, connection)
    posted = await balances(world, books)
    derived = await balances(world, replace(books, holds_journals=False, _made={}))
    await fresh(world, clock, connection)

    assert done > EDITS
    assert kept == await postings(world)
    apart = {
        name
        for name in posted.keys() | derived.keys()
        if abs(posted.get(name, NOTHING)[0] - derived.get(name, NOTHING)[0])
        > CENT * max(posted.get(name, NOTHING)[1], derived.get(name, NOTHING)[1])
    }
    assert apart == set()


async def test_an_application_that_is_entitled_no_more_derives_and_says_so(
    world: World, clock: Clock
) -> None:
    connection = await connected(world)
    await sync(world, clock, connection)
    before = await postings(world)
    await entitle(world, journals=False)
    await sync(world, clock, connection)
    without = await the_books(world, connection)
    told = said(await world.say(ANA, "status acme"))
    await entitle(world)
    await sync(world, clock, connection)

    assert not without.holds_journals
    assert (
        "Not included: journals (needs an application that Xero has let read journals; until then "
        "balances are derived from documents and payments)"
    ) in told
    assert (await the_books(world, connection)).holds_journals
    assert await postings(world) == before
    assert "Not included" not in said(await world.say(ANA, "status acme"))


@pytest.mark.parametrize("fault", ["malformed_body", "not_entitled", "forbidden_organisation"])
async def test_what_goes_wrong_with_journals_alone_breaks_no_sync(
    world: World, clock: Clock, fault: str
) -> None:
    connection = await connected(world)
    await sync(world, clock, connection)
    held = await postings(world)
    world.ledgers.set_fault(f"xero:{ACME}/Journals", fault, None)
    await edited(world, "xero", ACME, {"action": "pay", "name": open_bill(world), "account": "090"})
    await sync(world, clock, connection)
    meanwhile = await the_books(world, connection)
    world.ledgers.set_fault(f"xero:{ACME}/Journals", "none")
    await sync(world, clock, connection)

    assert not meanwhile.holds_journals
    assert (await the_books(world, connection)).holds_journals
    now = await postings(world)
    assert now[: len(held)] == held
    assert len(now) == len(held) + 2  # the payment's, on both sides


def open_bill(world: World) -> str:
    return next(
        row.id
        for row in world.ledgers.organisation(ACME).rows("Invoices")
        if (row.fields["Status"], row.fields["Type"]) == ("AUTHORISED", "ACCPAY")
    )


async def test_leaving_with_the_data_leaves_nothing_of_what_was_posted(
    world: World, clock: Clock
) -> None:
    connection = await connected(world)
    await sync(world, clock, connection)
    there = await postings(world)
    async with world.database.begin() as session:
        await copies.erase(session, WORKSPACE, connection.organisation_id)

    assert len(there) > 1000
    assert await postings(world) == []


async def test_an_application_that_is_not_entitled_never_asks(
    database: Database, clock: Clock
) -> None:
    async with made(database, clock) as plain:
        plain.browser()
        connection = await connected(plain)
        await sync(plain, clock, connection)
        told = said(await plain.say(ANA, "status acme"))

        assert asked(plain) == []
        assert not (await the_books(plain, connection)).holds_journals
        assert "ournals" not in told
