"""Each mistake planted in the stand-in ledgers is found by its check; clean books give no finding.

The tables of mistakes are the seed's own: what is added there and not found fails here.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.sandbox.ledgers.mistakes import Mistake
from bot.sandbox.ledgers.quickbooks.seed import mistakes as quickbooks
from bot.sandbox.ledgers.xero.seed import mistakes as xero
from commands.health.registry import found
from commands.replies import call
from storage.database import Database
from storage.models import CheckOutcome, Connection, HealthChoices, HealthFinding, Purpose
from storage.queries import findings, gathered, health, syncs
from storage.queries.findings import Shown
from tests.builders import WORKSPACE, save
from tests.commands.connecting import World
from tests.commands.connecting import world as made
from tests.commands.practice import ANA
from tests.conftest import Clock

TODAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
SEEDS = {"xero": xero, "quickbooks": quickbooks}
NIGHT = timedelta(hours=25)

# What a practice has to say before a check can answer, or look this closely.
SAID: Mapping[str, Mapping[str, Mapping[str, Any]]] = {
    "xero": {
        "directors-loan": {"accounts": ["835"]},
        "duplicate-contacts": {"precision": "Similar"},
        "duplicate-transactions": {"with_bank": True},
        "historical-changes": {
            "begin": "2026-09-01", "end": "2026-09-30", "closed_on": "2026-10-31",
        },
    },
    "quickbooks": {
        "duplicate-transactions": {"with_bank": True},
        "historical-changes": {"closed_on": "2026-05-31"},
    },
}  # fmt: skip
SEEN_AT = {  # what shows them: an account that lacks it, and a month that does not come to nought
    "Ladder set": "Office Equipment",
    "Bonus, tax only": "PAYE, October 2026",
    "lastDepreciationDate": "Depreciation run",
}
OF_SUPPLIERS = frozenset({"regular-suppliers"})  # a month of one, not a bill
OF_PAIRS = frozenset({"duplicate-contacts", "duplicate-transactions"})
# What the same mistakes do elsewhere in books that are otherwise in order: unused credits turn the
# balances of their contacts, and returns were paid before there were mistakes in their periods.
BESIDE: Mapping[str, set[str]] = {
    "unusual-balances": {
        "835 Directors' Loan Account", "Helford Carpets", "St Erth Heating", "Veryan Interiors",
    },
    "vat-payment": {"VAT to 30 June 2026", "VAT to 30 September 2026"},
}  # fmt: skip


@pytest.fixture
def kind(request: pytest.FixtureRequest) -> str:
    """SQLite but for the test that says otherwise: the contracts of checks run on both."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
async def world(database: Database, clock: Clock) -> AsyncIterator[World]:
    clock.advance(TODAY - clock())
    async with made(database, clock) as opened:
        yield opened


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """One organisation's books, and all that was found in them."""

    world: World
    vendor: str
    organisation: str
    connection: Connection

    @property
    def books(self) -> Any:
        return self.world.ledgers.organisation(self.organisation)

    async def outcomes(self) -> Mapping[str, CheckOutcome]:
        async with self.world.database.read() as session:
            return await health.outcomes(session, WORKSPACE, self.connection.organisation_id)

    async def findings(self) -> list[HealthFinding]:
        async with self.world.database.read() as session:
            own = (WORKSPACE, self.connection.organisation_id)
            return [each.finding for each in await gathered.everything(session, *own)]

    async def shown(self, code: str, shown: Shown) -> set[str]:
        async with self.world.database.read() as session:
            own = (WORKSPACE, self.connection.organisation_id)
            today = self.world.tools.now().date()
            page = await findings.page(session, *own, code, today=today, shown=shown, limit=None)
            return {each.finding.fingerprint for each in page}

    def labels(self, finding: HealthFinding) -> list[str]:
        """What the vendor calls the rows that a finding leads to."""
        told = []
        for record in finding.body["records"]:
            kind, key = record["source"], record["remote_id"].split(":")[-1]
            row = self.books.get(kind, key)
            assert row is not None, record
            told.append(str(row.fields.get(self.books.table(kind).label)))
        return told

    def called(self, mistake: Mistake, code: str) -> list[str]:
        """By which labels a check has to name a mistake."""
        if code in OF_SUPPLIERS:
            rows = [self.books.find(mistake.kind, each).fields for each in mistake.rows]
            return [
                str((r.get("Contact") or {}).get("Name") or r["VendorRef"]["name"]) for r in rows
            ]
        return [SEEN_AT.get(row, row) for row in mistake.rows]


async def looked(world: World, vendor: str, organisation: str) -> Looked:
    """Bookkeeping and Data Health are connected, the lists imported, the books synced to the end
    and looked at."""
    await world.practice.has(organisation)
    await save(world.database, HealthChoices(workspace_id=WORKSPACE, options=dict(SAID[vendor])))
    await world.connect(organisation, organisation, software=vendor)
    await world.connect(organisation, organisation, software=vendor, purpose="data_health")
    await world.work("lists.refresh", "sync.bring", "health.recalculate")
    connection = await world.connection(organisation, Purpose.DATA_HEALTH)
    return Looked(world=world, vendor=vendor, organisation=organisation, connection=connection)


@pytest.mark.parametrize("vendor", SEEDS)
async def test_each_planted_mistake_is_found_by_its_check(world: World, vendor: str) -> None:
    seed = SEEDS[vendor]
    here = await looked(world, vendor, seed.PLANTED_IN)
    every = await here.findings()
    missed = {
        (mistake.key, code)
        for mistake in seed.MISTAKES.values()
        for code in mistake.finds
        if code != "none"
        and not is_found(here, mistake, [each for each in every if each.code == code])
    }

    assert missed == set()
    assert {each.key for each in seed.MISTAKES.values() if not each.finds} == set()


def is_found(here: Looked, mistake: Mistake, there: list[HealthFinding]) -> bool:
    """Whether one finding is about all of a pair, or every row has one of its own."""
    if not there:
        return False
    called = here.called(mistake, there[0].code)
    if there[0].code in OF_PAIRS and len(called) > 1:
        return any(sorted(here.labels(each)) == sorted(called) for each in there)
    return all(any(is_about(here, each, row) for each in there) for row in called)


def is_about(here: Looked, finding: HealthFinding, label: str) -> bool:
    """Whether it leads to the row or is named after it; where it leads nowhere it is about the
    organisation itself."""
    records = here.labels(finding)
    own = finding.title == label or finding.title.endswith(f" {label}")
    return own or label in (records or [here.organisation])


async def test_books_that_are_otherwise_in_order_show_nothing_else(world: World) -> None:
    here = await looked(world, "xero", xero.PLANTED_IN)
    beside: dict[str, set[str]] = {}
    for each in await here.findings():
        rows = [
            row
            for mistake in xero.MISTAKES.values()
            if each.code in mistake.finds
            for row in here.called(mistake, each.code)
        ]
        if not any(is_about(here, each, row) for row in rows):
            beside.setdefault(each.code, set()).add(each.title)

    assert beside == BESIDE


async def test_names_alike_of_a_supplier_and_a_customer_are_no_duplicates(world: World) -> None:
    here = await looked(world, "quickbooks", quickbooks.PLANTED_IN)
    [alike] = [each for each in quickbooks.MISTAKES.values() if "none" in each.finds]

    assert not [each for each in await here.findings() if is_about(here, each, alike.rows[0])]


@pytest.mark.parametrize(
    ("vendor", "kind"),
    [("xero", "sqlite"), ("quickbooks", "sqlite"), ("xero", "postgres")],
    indirect=["kind"],
)
async def test_clean_books_give_no_finding(world: World, vendor: str) -> None:
    """Insights speak too, in figures: none of them has a finding either."""
    here = await looked(world, vendor, SEEDS[vendor].CLEAN)
    outcomes = await here.outcomes()
    said = [(each.code, each.title, each.body["text"]) for each in await here.findings()]
    ill = {code for code, each in outcomes.items() if each.level in {"needs attention", "serious"}}

    assert said == []
    assert ill == set()
    assert set(outcomes) == set(found())


@pytest.mark.parametrize("vendor", SEEDS)
async def test_a_dismissal_outlasts_a_sync_and_a_new_connection(
    world: World, clock: Clock, vendor: str
) -> None:
    here = await looked(world, vendor, SEEDS[vendor].PLANTED_IN)
    dismissed, left = await dismissed_one_of_each(here)
    clock.advance(NIGHT)
    async with world.database.begin() as session:
        await syncs.ask(session, WORKSPACE, here.connection.organisation_id, by=ANA, now=clock())
    await world.work("lists.refresh", "sync.bring", "health.recalculate")
    after_sync = await standing(here, dismissed)
    await disconnected(here)
    clock.advance(NIGHT)
    again = await world.connect(here.organisation, here.organisation, purpose="data_health")
    await world.work("lists.refresh", "sync.bring", "health.recalculate")
    looked_at = {each.computed_at for each in (await here.outcomes()).values()}

    assert min(looked_at) >= TODAY + 2 * NIGHT
    assert again.organisation_id == here.connection.organisation_id
    assert len(dismissed) > 10
    assert after_sync == (set(dismissed.values()), left)
    assert await standing(here, dismissed) == (set(dismissed.values()), left)


async def dismissed_one_of_each(here: Looked) -> tuple[dict[str, str], set[str]]:
    """{check: the fingerprint dismissed}, and what is left open of these checks."""
    client = await here.world.practice.client(here.organisation)
    dismissed: dict[str, str] = {}
    for each in await here.findings():
        dismissed.setdefault(each.code, each.fingerprint)
    for code, one in dismissed.items():
        does = call("health.dismiss", client=client.id, check=code, findings=one)
        await here.world.practice.press(ANA, does)
    _, left = await standing(here, dismissed)
    return dismissed, left


async def standing(here: Looked, codes: Mapping[str, str]) -> tuple[set[str], set[str]]:
    """What is dismissed and what is open of these checks."""
    dismissed = [await here.shown(code, Shown.DISMISSED) for code in codes]
    opened = [await here.shown(code, Shown.OPEN) for code in codes]
    return set().union(*dismissed), set().union(*opened)


async def disconnected(here: Looked) -> None:
    connection = await here.world.connection(here.organisation, Purpose.DATA_HEALTH)
    ids = {"connection": connection.id, "version": connection.version}
    await here.world.practice.press(ANA, call("connections.disconnect_now", **ids))
    await here.world.work()
