"""What people decide about findings: at once, for good, undone, and by whom."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete

from commands.errors import Conflict, Invalid, NotAllowed
from commands.replies import Answer, DateField, Form
from storage.models import Assignment
from storage.queries import health
from storage.queries.findings import Shown
from tests.builders import WORKSPACE
from tests.commands.health.reading import (
    CODE,
    TWO,
    field,
    listed,
    menu,
    opened,
    pressed,
    titles,
    twice,
)
from tests.commands.health.surgery import Surgery
from tests.commands.practice import ANA, BEN, CHLOE, buttons, words

OTHERS = 4  # checks beside ours in a score of one's own


async def ready(surgery: Surgery) -> Answer:
    """The page of two findings."""
    await surgery.holds(*TWO)
    await surgery.look()
    return await opened(surgery)


async def weighted(surgery: Surgery) -> None:
    """Duplicates weigh eighty per cent of the score, four checks that can be answered the rest."""
    async with surgery.practice.database.read() as session:
        known = await health.outcomes(session, WORKSPACE, surgery.organisation_id)
    answered = [code for code, each in known.items() if each.share is not None and code != CODE]
    lines = [f"80 {CODE}", *(f"5 {code}" for code in sorted(answered)[:OTHERS])]
    form = await surgery.practice.press(ANA, (await _weights(surgery)))
    await surgery.practice.submit(ANA, form, weights="\n".join(lines))
    await surgery.look()


async def _weights(surgery: Surgery) -> object:
    settings = await surgery.practice.say(ANA, "health settings acme")
    page = await surgery.practice.press(ANA, pressed(settings, "Weights of the score")[0])
    return pressed(page, "Change")[0]


async def score(surgery: Surgery) -> int | None:
    async with surgery.practice.database.read() as session:
        row = await health.find(session, WORKSPACE, surgery.organisation_id)
    assert row is not None
    return row.score


async def test_a_dismissed_finding_counts_no_more_and_comes_back_by_undo(surgery: Surgery) -> None:
    page = await ready(surgery)
    dismissed = await surgery.practice.press(ANA, pressed(page, "Dismiss")[0])
    left = await titles(surgery)
    back = await surgery.practice.press(ANA, pressed(dismissed, "Undo")[0])

    assert "Dismissed *Paper &amp; Pens*." in words(dismissed)
    assert "Duplicate transactions · Acme Ltd* 1 group, £60.00" in words(dismissed)
    assert left == ["Cleaners"]
    assert await titles(surgery) == ["Paper & Pens", "Cleaners"]
    assert "2 groups, £180" in words(back)


async def test_a_dismissal_moves_the_score_at_once(surgery: Surgery) -> None:
    await ready(surgery)
    await weighted(surgery)
    low = await score(surgery)
    page = await opened(surgery)
    done = await surgery.practice.press(ANA, pressed(page, "Dismiss these 2")[0])
    high = await score(surgery)
    [point] = await surgery.points()
    back = await surgery.practice.press(ANA, pressed(done, "Undo")[0])

    assert low is not None
    assert high is not None
    assert high > low
    assert f"Dismissed *2 findings*. Health {low} → {high}." in words(done)
    assert point.score == high
    assert f"Health {high} → {low}." in words(back)
    assert await score(surgery) == low


async def test_dismissals_stick_through_syncs_and_when_a_finding_comes_back(
    surgery: Surgery,
) -> None:
    page = await ready(surgery)
    await surgery.practice.press(ANA, pressed(page, "Dismiss these 2")[0])
    await surgery.lost("Invoices", "c1-2")
    await surgery.look()
    await surgery.holds(*TWO, *twice("c3", "Gas"))
    await surgery.look()

    assert await titles(surgery) == ["Gas"]
    assert set(await titles(surgery, Shown.DISMISSED)) == {"Paper & Pens", "Cleaners"}


async def test_a_reason_stands_with_what_was_dismissed(surgery: Surgery) -> None:
    page = await ready(surgery)
    done = await surgery.practice.press(ANA, pressed(page, "Dismiss")[0])
    form = await surgery.practice.press(ANA, pressed(done, "Say why")[0])
    await surgery.practice.submit(ANA, form, reason="Two deliveries.")
    dismissed = await surgery.practice.press(
        ANA, menu(await opened(surgery), "Show").does.having(shown="dismissed")
    )
    back = await surgery.practice.press(ANA, pressed(dismissed, "Bring back")[0])

    assert "Dismissed by Ana, " in words(dismissed)
    assert "10 July 2026>: “Two deliveries.”" in words(dismissed)
    assert "Brought back *Paper &amp; Pens*." in words(back)
    assert len(await titles(surgery)) == 2


async def test_somebody_was_quicker(surgery: Surgery) -> None:
    page = await ready(surgery)
    await surgery.practice.press(CHLOE, pressed(page, "Dismiss")[0])
    with pytest.raises(Conflict) as said:
        await surgery.practice.press(ANA, pressed(page, "Dismiss")[0])

    assert "Chloe dismissed that" in words(said.value)
    assert "Findings" in buttons(said.value)


async def test_what_is_mended_meanwhile_cannot_be_dismissed(surgery: Surgery) -> None:
    page = await ready(surgery)
    await surgery.lost("Invoices", "c1-2", "c2-2")
    await surgery.look()
    for label in ("Dismiss", "Dismiss these 2"):
        with pytest.raises(Conflict) as said:
            await surgery.practice.press(ANA, pressed(page, label)[0])

        assert "not found any more at *Acme Ltd*" in words(said.value)
        assert "Health" in buttons(said.value)


async def test_a_snoozed_finding_waits_for_its_day_and_comes_back(surgery: Surgery) -> None:
    page = await ready(surgery)
    form = await surgery.practice.press(ANA, pressed(page, "Snooze")[0])
    proposed = field(form, "until")
    for wrong in ("2026-07-10", "soon"):
        with pytest.raises(Invalid):
            await surgery.practice.submit(ANA, form, until=wrong)
    done = await surgery.practice.submit(ANA, form, until="2026-07-17")

    assert isinstance(proposed, DateField)
    assert proposed.initial == date(2026, 7, 17)
    assert "Snoozed *Paper &amp; Pens* until 17 July 2026" in words(done)
    assert await titles(surgery) == ["Cleaners"]
    assert await titles(surgery, Shown.SNOOZED) == ["Paper & Pens"]
    surgery.clock.advance(timedelta(days=7))
    assert await titles(surgery) == ["Paper & Pens", "Cleaners"]


async def test_a_snooze_can_be_ended(surgery: Surgery) -> None:
    page = await ready(surgery)
    form = await surgery.practice.press(ANA, pressed(page, "Snooze")[0])
    await surgery.practice.submit(ANA, form, until="2026-08-01")
    waiting = await surgery.practice.press(
        ANA, menu(await opened(surgery), "Show").does.having(shown="snoozed")
    )
    woken = await surgery.practice.press(ANA, pressed(waiting, "Wake")[0])

    assert "Snoozed until 1 August 2026" in words(waiting)
    assert "*Paper &amp; Pens* is open again." in words(woken)
    assert len(await titles(surgery)) == 2


async def test_whoever_is_given_a_finding_is_told_and_can_list_theirs(surgery: Surgery) -> None:
    page = await ready(surgery)
    form = await surgery.practice.press(ANA, pressed(page, "Assign")[0])
    with pytest.raises(Invalid, match="Ben does not work for Acme Ltd"):
        await surgery.practice.submit(ANA, form, person=BEN)
    await surgery.practice.assign(BEN, surgery.client)
    done = await surgery.practice.submit(ANA, form, person=BEN)
    [told] = surgery.practice.post.to(BEN)
    theirs = await surgery.practice.press(BEN, pressed(told.reply, "Show")[0])

    assert "Ben has *Paper &amp; Pens* to look after." in words(done)
    assert "Ana gives you a finding of *Acme Ltd*" in words(told.reply)
    assert "Paper &amp; Pens" in words(told.reply)
    assert "1 open, assigned to Ben" in words(theirs)
    assert [option.label for option in menu(theirs, "Assigned to").options] == [
        "Anybody’s", "Mine",
    ]  # fmt: skip
    every = menu(theirs, "Assigned to").does.having(assignee="-")
    assert "2 open" in words(await surgery.practice.press(BEN, every))


async def test_a_finding_can_be_nobodys_again(surgery: Surgery) -> None:
    page = await ready(surgery)
    form = await surgery.practice.press(ANA, pressed(page, "Assign")[0])
    mine = await surgery.practice.submit(ANA, form, person=ANA)
    free = await surgery.practice.press(ANA, pressed(mine, "Nobody")[0])

    assert "nobody’s now" in words(free)
    assert surgery.practice.post.to(ANA) == [], "nobody is told of what they do themselves"


async def test_remarks_stand_with_the_finding(surgery: Surgery) -> None:
    page = await ready(surgery)
    for text in ("Asked the supplier.", "No answer.", "Asked again."):
        form = await surgery.practice.press(ANA, pressed(page, "Comment")[0])
        await surgery.practice.submit(ANA, form, text=text)
    shown = words(await opened(surgery))

    assert "Ana: “No answer.”\nAna: “Asked again.”\nand 1 earlier remark" in shown


async def test_what_was_done_is_on_record_and_what_a_finding_says_is_not(surgery: Surgery) -> None:
    page = await ready(surgery)
    await surgery.practice.press(ANA, pressed(page, "Dismiss")[0])
    [event] = [each for each in await surgery.practice.audit() if each.action.startswith("finding")]

    assert (event.actor, event.action) == (ANA, "finding.dismissed")
    assert event.after["check"] == CODE
    assert event.client_id == surgery.client.id
    assert "Pens" not in str(event.after)


async def test_every_click_is_authorised_anew(surgery: Surgery) -> None:
    await surgery.practice.assign(BEN, surgery.client)
    page = await ready(surgery)
    does = pressed(page, "Dismiss")[0]
    async with surgery.practice.database.begin() as session:
        await session.execute(delete(Assignment))

    with pytest.raises(NotAllowed):
        await surgery.practice.press(BEN, does)
    assert len(await titles(surgery)) == 2


async def test_the_forms_keep_which_findings_they_are_about(surgery: Surgery) -> None:
    page = await ready(surgery)
    form = await surgery.practice.press(ANA, pressed(page, "Comment")[1])
    assert isinstance(form, Form)
    await surgery.practice.submit(ANA, form, text="Hm.")
    found = {each.finding.title: each.handling for each in await listed(surgery)}

    assert found["Cleaners"] is not None
    assert found["Paper & Pens"] is None
