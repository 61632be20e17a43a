"""What a person has changed in the ledger from a finding, as the ledger itself then has it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from commands.replies import call
from storage.database import Database
from storage.models import Purpose
from storage.queries import findings
from tests.builders import WORKSPACE
from tests.commands.connecting import World
from tests.commands.connecting import world as made
from tests.commands.practice import ANA, buttons, words
from tests.conftest import Clock

TODAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A finding of a planted mistake, and the field of the row that mending it changes."""

    vendor: str
    client: str
    check: str
    title: str  # ends so
    word: str = ""  # of its text, where there are two
    table: str
    field: str
    before: Any
    after: Any


CHANGES = {
    "a default in Xero": Change(
        vendor="xero", client="Ivy Property Lettings", check="contact-defaults",
        title="Lanyon Boiler Care", word="account", table="Contacts",
        field="PurchasesDefaultAccountCode", before="", after="473",
    ),
    "an account in Xero": Change(
        vendor="xero", client="Ivy Property Lettings", check="dormant-accounts",
        title="Recruitment", table="Accounts", field="Status", before="ACTIVE", after="ARCHIVED",
    ),
    "an account in QuickBooks": Change(
        vendor="quickbooks", client="Bright Bakery", check="dormant-accounts",
        title="Training", table="Account", field="Active", before=True, after=False,
    ),
}  # fmt: skip


@pytest.fixture
def kind() -> str:
    return "sqlite"  # nothing here is told apart by the database


@pytest.fixture
async def world(database: Database, clock: Clock) -> AsyncIterator[World]:
    clock.advance(TODAY - clock())
    async with made(database, clock) as opened:
        yield opened


async def fingerprint_of(world: World, change: Change) -> str:
    connection = await world.connection(change.client, Purpose.DATA_HEALTH)
    whose = (WORKSPACE, connection.organisation_id)
    async with world.database.read() as session:
        page = await findings.page(session, *whose, change.check, today=TODAY.date(), limit=None)
    [mine] = [
        each.finding.fingerprint
        for each in page
        if each.finding.title.endswith(change.title) and change.word in each.finding.body["text"]
    ]
    return mine


@pytest.mark.parametrize("change", CHANGES.values(), ids=list(CHANGES))
async def test_it_is_confirmed_done_once_and_taken_back(world: World, change: Change) -> None:
    await world.practice.has(change.client)
    await world.connect(change.client, change.client, software=change.vendor, purpose="data_health")
    await world.work("lists.refresh", "sync.bring", "health.recalculate")
    books = world.ledgers.organisation(change.client)
    row = books.find(change.table, change.title)
    ours = await world.practice.client(change.client)
    finding = await fingerprint_of(world, change)
    does = call("health.mend", client=ours.id, check=change.check, finding=finding)

    def now() -> Any:
        return row.fields.get(change.field, "")

    asked = await world.practice.press(ANA, does)
    untouched, version = now(), row.version
    done = await world.practice.press(ANA, does.having(sure="yes"))
    changed = now()
    again = await world.practice.press(ANA, does.having(sure="yes"))
    written, undo = row.version - version, buttons(done)["Undo"]
    assert undo is not None
    back = await world.practice.press(ANA, undo)

    assert "This changes" in words(asked)
    assert (untouched, changed, now()) == (change.before, change.after, change.before)
    assert written == 1, "asked twice, changed once"
    assert "Undo" not in buttons(again)
    assert "as it was before" in words(back)


async def test_several_are_changed_and_put_back_at_once(world: World) -> None:
    client, check = "Bright Bakery", "dormant-accounts"
    await world.practice.has(client)
    await world.connect(client, client, software="quickbooks", purpose="data_health")
    await world.work("lists.refresh", "sync.bring", "health.recalculate")
    books = world.ledgers.organisation(client)
    ours = await world.practice.client(client)
    page = await world.practice.press(
        ANA, call("health.findings", client=ours.id, check=check, order="name")
    )
    ask = buttons(page)["Archive these 8 accounts"]
    assert ask is not None

    def active() -> int:
        return sum(bool(row.fields["Active"]) for row in books.rows("Account"))

    before = active()
    asked = await world.practice.press(ANA, ask)
    sure = buttons(asked)["Archive these 8 accounts"]
    assert sure is not None
    untouched = active()
    done = await world.practice.press(ANA, sure)
    fewer = active()
    again = await world.practice.press(ANA, sure)
    undo = buttons(done)["Undo"]
    assert undo is not None
    back = await world.practice.press(ANA, undo)

    assert words(asked).count("•") == 8
    assert (untouched, fewer, active()) == (before, before - 8, before)
    assert "8 changes made in QuickBooks Online" in words(done)
    assert "Nothing was changed" in words(again)
    assert "So already" in words(again)
    assert words(back).startswith("As before: ")


async def test_a_refusal_of_one_leaves_the_others_changed(world: World) -> None:
    client, check = "Bright Bakery", "dormant-accounts"
    await world.practice.has(client)
    await world.connect(client, client, software="quickbooks", purpose="data_health")
    await world.work("lists.refresh", "sync.bring", "health.recalculate")
    ours = await world.practice.client(client)
    page = await world.practice.press(ANA, call("health.findings", client=ours.id, check=check))
    ask = buttons(page)["Archive these 8 accounts"]
    assert ask is not None
    world.ledgers.set_fault(f"quickbooks:{client}/Account", "refused", text="It is in use")
    done = await world.practice.press(ANA, ask.having(sure="yes"))

    assert "7 changes made in QuickBooks Online" in words(done)
    assert "It is in use" in words(done)
