"""Why a score is what it is: the arithmetic, what gains most, and what is left out."""

from decimal import Decimal

from storage.queries import health
from tests.builders import WORKSPACE
from tests.commands.health.findings.test_handling import weighted
from tests.commands.health.reading import TWO, pressed, table
from tests.commands.health.surgery import Surgery
from tests.commands.practice import ANA, words


async def test_points_and_losses_are_shown_and_come_to_the_score(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    await weighted(surgery)
    why = await surgery.practice.say(ANA, "health why acme")
    rows = table(why).rows
    points = sum(Decimal(row[3].split()[0]) for row in rows)
    async with surgery.practice.database.read() as session:
        row = await health.find(session, WORKSPACE, surgery.organisation_id)

    assert row is not None
    assert row.score is not None
    assert table(why).columns == ("Check", "Weight", "Result", "Points", "Lost")
    assert abs(points - row.score) < 1
    assert rows[0][:3] == ("Duplicate transactions", "80 %", "2 groups")
    assert f"Why {row.score} (red)?" in words(why)
    assert "The checks bring 20.0 of 100 points" in words(why)
    assert "weights are the practice’s own" in words(why)


async def test_what_gains_most_is_said_with_its_gain_and_leads_there(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    await weighted(surgery)
    why = await surgery.practice.say(ANA, "health why acme")
    findings = await surgery.practice.press(ANA, pressed(why, "Duplicate transactions")[0])

    assert "of Duplicate transactions (+" in words(why)
    assert "To reach" in words(why)
    assert "Duplicate transactions · Acme Ltd" in words(findings)


async def test_what_cannot_be_told_is_left_out_with_its_reason(surgery: Surgery) -> None:
    await surgery.holds(*TWO)
    await surgery.look()
    why = words(await surgery.practice.say(ANA, "health why acme"))

    assert "Average debtor days (10 %), not available: no sales invoices" in why
