"""Messages arrive once, in order, however Slack behaves (F20 in part)."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.app import utc_now
from bot.slack.outbox import Outbox, Pace, reseal
from bot.slack.payloads import Payloads
from storage.models import Outgoing
from storage.vault import Vault
from tests.bot.slack.conftest import ACME, ANA, PARTNERS, TEAM, Practice, a_practice, said

PRACTICE = "C0PRACTICE"


async def is_everything_sent(practice: Practice) -> bool:
    async with practice.application.tools.database.read() as session:
        waiting = select(Outgoing.id).where(Outgoing.sent_at.is_(None))
        return (await session.scalars(waiting)).first() is None


async def sent(practice: Practice, patience_s: float = 15) -> None:
    async with asyncio.timeout(patience_s):
        while not await is_everything_sent(practice):  # noqa: ASYNC110  # it is in the database
            await asyncio.sleep(0.05)


async def numbers(practice: Practice, channel: str = "acme") -> list[str]:
    texts = await practice.said_to_everybody(channel)
    ours = [text.partition(" noted as ")[2] for text in texts if " noted as " in text]
    return [text.partition(";")[0] for text in ours]


async def test_revising_edits_a_card_wherever_it_stands_and_posts_nothing(
    practice: Practice,
) -> None:
    for to in (ACME, PRACTICE):
        await practice.post(to, "one", card="thing:1")
    await sent(practice)
    tools = practice.application.tools
    async with tools.database.begin() as session:
        both = [
            await tools.notify.revise(session, workspace_id=TEAM, card=card, reply=said("two"))
            for card in ("thing:1", "thing:2")
        ]
    await sent(practice)

    assert both == [True, False]
    assert await numbers(practice) == ["two"]
    assert await numbers(practice, "practice") == ["two"]


async def test_a_message_leaves_with_the_transaction_that_wrote_it(practice: Practice) -> None:
    await practice.post(ACME, "one")
    await sent(practice)

    assert await numbers(practice) == ["one"]


async def test_what_is_rolled_back_is_never_said(practice: Practice) -> None:
    tools = practice.application.tools
    async with tools.database.begin() as session:
        await tools.notify.post(session, workspace_id=TEAM, to=ACME, reply=said("never"))
        await session.rollback()
    await practice.post(ACME, "one")
    await sent(practice)

    assert await numbers(practice) == ["one"]


async def test_messages_of_one_channel_keep_their_order(practice: Practice) -> None:
    for number in range(5):
        await practice.post(ACME, str(number))
    await sent(practice)

    assert await numbers(practice) == list("01234")


async def test_a_person_is_written_to_directly(practice: Practice) -> None:
    await practice.post(ANA, "one")
    await sent(practice)

    assert await numbers(practice, "@ana") == ["one"]


async def test_a_card_edits_its_message(practice: Practice) -> None:
    for state in ("begun", "half", "done"):
        await practice.post(ACME, state, card="lists:ab12")
        await sent(practice)

    assert await numbers(practice) == ["done"]
    assert len(await practice.calls("chat.update")) == 2


async def test_a_card_somebody_deleted_is_posted_anew(practice: Practice) -> None:
    await practice.post(ACME, "begun", card="lists:ab12")
    await sent(practice)
    await practice.fault("error:message_not_found", method="chat.update")
    await practice.post(ACME, "done", card="lists:ab12")
    await sent(practice)

    assert await numbers(practice) == ["begun", "done"]


@pytest.mark.parametrize("fault", ["rate_limited", "server_error", "drop_before", "drop_after"])
async def test_trouble_delays_a_message_and_neither_loses_nor_doubles_it(
    practice: Practice, fault: str
) -> None:
    await practice.fault(fault, times=1, method="chat.postMessage")
    await practice.post(ACME, "one")
    await practice.post(ACME, "two")
    await sent(practice)

    assert await numbers(practice) == ["one", "two"]


async def test_a_message_that_arrived_before_a_crash_is_not_posted_again(
    practice: Practice,
) -> None:
    await practice.post(ACME, "one")
    await sent(practice)
    async with practice.application.tools.database.begin() as session:
        row = (await session.scalars(select(Outgoing))).one()
        row.sent_at = None  # the process died between Slack's answer and the commit
    await sent(practice)

    assert await numbers(practice) == ["one"]


async def test_what_waits_is_sent_after_a_restart(tmp_path: Path) -> None:
    async with a_practice(tmp_path) as before:
        await before.application.slack.outbox.close()
        await before.post(ACME, "one")
    async with a_practice(tmp_path) as after:
        await sent(after)

        assert await numbers(after) == ["one"]


async def test_two_processes_send_each_message_once(practice: Practice) -> None:
    tools = practice.application.tools
    other = Outbox(
        database=tools.database,
        vault=tools.vault,
        installs=practice.application.slack.installs,
        payloads=Payloads(is_strict=True),
        now=utc_now,
    )
    await other.open()
    try:
        for number in range(6):
            await practice.post(("C0ACME", "C0CEDAR", ANA)[number % 3], str(number))
        await sent(practice)
    finally:
        await other.close()

    assert await numbers(practice) == ["0", "3"]
    assert await numbers(practice, "cedar") == ["1", "4"]
    assert await numbers(practice, "@ana") == ["2", "5"]


async def test_an_administrator_is_asked_to_invite_us_and_then_it_arrives(
    practice: Practice,
) -> None:
    await practice.post(PARTNERS, "one")
    asked = await practice.driver.read("ana", "@ana", "/invite @Dext")
    assert "partners" in asked.plain

    await practice.driver.post("invite", channel="partners", user="ana", inviter="ana")
    await practice.driver.post("invite", channel="partners", user="Dext", inviter="ana")
    await sent(practice)

    assert await numbers(practice, "partners") == ["one"]
    assert len(await practice.said_to_everybody("@ana")) == 1


async def test_a_payload_is_not_stored_in_the_clear(practice: Practice) -> None:
    await practice.post(ACME, "canary-of-a-link")
    async with practice.application.tools.database.read() as session:
        row = (await session.scalars(select(Outgoing))).one()

    assert "canary" not in str(row.payload)


async def test_waiting_messages_come_under_the_newest_key(tmp_path: Path) -> None:
    async with a_practice(tmp_path) as before:
        await before.application.slack.outbox.close()
        await before.post(ACME, "one")
        old = before.application.settings.keys[0]
        database = before.application.tools.database
        ring = Vault(["a newer key that is long enough to be one", old])

        assert await reseal(database, ring) == 1
        assert await reseal(database, ring) == 0


def test_a_burst_goes_at_once_and_then_one_a_second() -> None:
    pace = Pace(at=100.0)

    assert [round(pace.wait_s(100.0), 3) for _ in range(5)] == [0, 0, 0, 1, 2]
    assert pace.wait_s(110.0) == 0


async def posted(practice: Practice, text: str, card: str, under: str | None = None) -> None:
    tools = practice.application.tools
    async with tools.database.begin() as session:
        await tools.notify.post(
            session, workspace_id=TEAM, to=ACME, reply=said(text), card=card, under=under
        )


async def test_a_message_under_a_card_stands_in_its_thread_and_is_edited_there(
    practice: Practice,
) -> None:
    await posted(practice, "one", "thing:1")
    await posted(practice, "detail", "thing:1:detail", "thing:1")
    await sent(practice)
    await posted(practice, "two", "thing:1")
    await posted(practice, "more", "thing:1:detail", "thing:1")
    await sent(practice)
    card, detail = await practice.driver.messages("ana", "acme")

    assert "noted as two" in card.plain
    assert "noted as more" in detail.plain
    assert detail.thread_ts == card.ts


async def test_a_message_in_a_thread_whose_answer_was_lost_stands_there_once(
    practice: Practice,
) -> None:
    await posted(practice, "one", "thing:1")
    await sent(practice)
    await practice.fault("drop_after", method="chat.postMessage")
    await posted(practice, "detail", "thing:1:detail", "thing:1")
    await sent(practice, patience_s=40)

    assert await numbers(practice) == ["one", "detail"]


async def test_a_detail_whose_card_never_arrived_stands_in_the_channel(
    practice: Practice,
) -> None:
    await posted(practice, "detail", "thing:1:detail", "thing:1")
    await sent(practice)
    (detail,) = await practice.driver.messages("ana", "acme")

    assert detail.thread_ts is None
