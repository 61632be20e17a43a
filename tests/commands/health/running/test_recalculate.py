"""The books are looked at after a sync, once, and what is different is known."""

from commands.health.samples import bill, contact, day, line
from storage.queries import findings, health
from tests.builders import WORKSPACE
from tests.commands.health.surgery import Surgery

CODE = "duplicate-transactions"
TWICE = (
    contact("c1", "Paper & Pens"),
    bill("a", date=day(6, 1), number="INV-77"),
    bill("b", date=day(6, 3), number="INV-77"),
)


async def found(surgery: Surgery) -> list[str]:
    async with surgery.practice.database.read() as session:
        listed = await findings.page(
            session, WORKSPACE, surgery.organisation_id, CODE, today=surgery.clock().date()
        )
    return [each.finding.title for each in listed]


async def test_what_a_sync_brought_is_looked_at_once(surgery: Surgery) -> None:
    await surgery.holds(*TWICE)
    first = await surgery.look()
    async with surgery.practice.database.read() as session:
        due = await health.due(session, surgery.clock())

    assert await found(surgery) == ["Paper & Pens"]
    assert first.synced_at == surgery.clock()
    assert due == []


async def test_the_next_look_knows_what_is_gone_and_what_is_new(surgery: Surgery) -> None:
    await surgery.holds(*TWICE)
    await surgery.look()
    await surgery.holds(
        contact("c2", "Cleaners"),
        bill("c", line("50.00"), contact_id="c2", date=day(6, 2)),
        bill("d", line("50.00"), contact_id="c2", date=day(6, 4)),
    )
    await surgery.lost("Invoices", "b")
    stands = await surgery.look()
    changed = [each for each in stands.change["checks"] if each["code"] == CODE]

    assert await found(surgery) == ["Cleaners"]
    assert changed == [{"code": CODE, "title": "Duplicate transactions", "new": 1, "gone": 1}]


async def test_nothing_is_looked_at_before_a_first_sync(surgery: Surgery) -> None:
    async with surgery.practice.database.read() as session:
        due = await health.due(session, surgery.clock())

    assert due == []
