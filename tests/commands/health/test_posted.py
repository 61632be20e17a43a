"""Where the ledger tells what it posted, checks go by that; where it does not, by documents."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from bot.sandbox.ledgers.xero.seed.mistakes import CLEAN, PLANTED_IN
from commands.health.books.books import Books
from commands.health.checks.unusual_balances import UnusualBalances
from commands.health.running.looking import Look, look
from commands.health.running.survey import Seen, survey
from commands.health.samples import account, bill, day, line, money_out
from providers.books import Journal, Posting
from storage.database import Database
from storage.queries import syncs
from tests.builders import WORKSPACE
from tests.commands.connecting import VENDORS, World
from tests.commands.connecting import world as made
from tests.commands.health.surgery import Surgery
from tests.conftest import Clock

TODAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
BANK = account("090", "Barclays", is_bank=True, account_type="BANK", account_class="ASSET")
DEBTORS = account("610", "Debtors", system_role="DEBTORS", account_class="ASSET")


def a_journal(number: int, kind: str = "journal", **moved: str) -> Journal:
    """By account code, with an underscore before it: what moved it."""
    return Journal(
        source="Journals",
        remote_id=f"j-{number}",
        number=number,
        kind=kind,
        origin="Journals",
        origin_id=f"j-{number}",
        date=day(6, 9),
        postings=tuple(
            Posting(account_id=f"id-{code.removeprefix('_')}", amount=Decimal(amount))
            for code, amount in moved.items()
        ),
    )


async def journals_are_read(surgery: Surgery) -> None:
    async with surgery.practice.database.begin() as session:
        await syncs.save_stream(
            session, surgery.organisation_id, "Journals", complete_at=surgery.clock()
        )


async def own(surgery: Surgery) -> Look:
    async with surgery.practice.database.read() as session:
        found = await look(
            session,
            surgery.practice.tools,
            WORKSPACE,
            surgery.organisation_id,
            now=surgery.clock(),
        )
    assert found is not None
    return found


async def moved(surgery: Surgery, books: Books) -> dict[str, Decimal]:
    posting = books.postings()
    total = func.sum(posting.c.amount).label("total")
    summed = select(posting.c.account, total).group_by(posting.c.account)
    async with surgery.practice.database.read() as session:
        return {row.account: row.total for row in await session.execute(summed)}


async def test_what_cannot_be_derived_is_seen(surgery: Surgery) -> None:
    await surgery.holds(
        BANK,
        account("400"),
        bill("b1"),
        money_out("m1", line("100", tax=None)),
        a_journal(1, _090="-100", _400="100"),
        a_journal(2, _090="7.50", _497="-7.50"),  # the bank is revalued
        a_journal(3, _477="900", _825="-900"),  # payroll
    )
    before = await moved(surgery, (await own(surgery)).books)
    await journals_are_read(surgery)
    after = await moved(surgery, (await own(surgery)).books)

    assert "id-825" not in before
    assert after == {
        f"id-{code}": Decimal(amount)
        for code, amount in {
            "090": "-92.5", "400": "100", "497": "-7.5", "477": "900", "825": "-900"
        }.items()
    }  # fmt: skip


async def test_journals_that_lag_behind_are_left_aside(surgery: Surgery) -> None:
    await surgery.holds(a_journal(1, _090="-100"))
    await journals_are_read(surgery)
    held = (await own(surgery)).books.holds_journals
    await surgery.holds(bill("b1"))

    assert held
    assert not (await own(surgery)).books.holds_journals


async def test_a_control_account_on_the_wrong_side_is_found(surgery: Surgery) -> None:
    await surgery.holds(BANK, DEBTORS, a_journal(1, _090="100", _610="-100"))
    without = await found(surgery)
    await journals_are_read(surgery)

    assert without == []
    assert await found(surgery) == ["610 Debtors"]


async def found(surgery: Surgery) -> list[str]:
    looked = await own(surgery)
    check = UnusualBalances()
    seen = await survey(
        surgery.practice.database, looked.books, [(check, looked.options[check.code])]
    )
    return [each.title for each in seen[check.code].found.findings]


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
async def world(database: Database, clock: Clock) -> AsyncIterator[World]:
    clock.advance(TODAY - clock())
    async with made(database, clock, reads_journals=True) as opened:
        await opened.browser().client.post(f"{VENDORS}/ledgers/xero/tier", json={"journals": True})
        yield opened


@pytest.mark.parametrize(
    ("organisation", "kind"),
    [(PLANTED_IN, "sqlite"), (PLANTED_IN, "postgres"), (CLEAN, "sqlite")],
    indirect=["kind"],
)
async def test_every_check_finds_in_what_was_posted_what_it_finds_in_what_is_derived(
    world: World, organisation: str
) -> None:
    await world.practice.has(organisation)
    connection = await world.connect(
        organisation, organisation, software="xero", purpose="data_health"
    )
    await world.work("sync.bring")
    async with world.database.read() as session:
        looked = await look(
            session, world.tools, WORKSPACE, connection.organisation_id, now=world.tools.now()
        )
    assert looked is not None
    derived = replace(looked.books, holds_journals=False, _made={})
    posted = await survey(world.database, looked.books, looked.asked)

    assert looked.books.holds_journals
    assert len(posted) == len(looked.asked)
    assert told(posted) == told(await survey(world.database, derived, looked.asked))


def told(seen: dict[str, Seen]) -> dict[str, set[tuple[str, str, Decimal | None]]]:
    return {
        code: {(each.title, each.text, each.amount) for each in one.found.findings}
        for code, one in seen.items()
    }
