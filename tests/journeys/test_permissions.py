"""Every click is authorised at the time of the click, and a stale one explains itself."""

import pytest
from sqlalchemy import select

from bot.sandbox.driver import Seen
from storage.database import Database
from storage.models import AuditEvent
from tests.journeys.office import Office, channel_of

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.xdist_group("permissions"),
]

ROLES = {"standard": "Standard user", "administrator": "Client administrator"}


async def gives(office: Office, person: str, role: str) -> None:
    """Ana changes what somebody may do."""
    await office.driver.ask("ana", "practice", "/dext people", "Who may do what")
    people = await office.driver.read("ana", "practice", "Who may do what")
    order = [line for line in people.plain.splitlines() if line.startswith("@")]
    row = next(number for number, line in enumerate(order) if line.startswith(f"@{person} "))
    raw = await office.driver.get("messages", channel="practice", user="ana")
    changes = [
        button
        for button in next(m for m in raw["messages"] if m["ts"] == people.ts)["buttons"]
        if button["label"] == "Change"
    ]
    await office.driver.click("ana", changes[row]["action_id"], channel="practice", ts=people.ts)
    await office.driver.await_modal("ana", f"What may @{person} do")
    await office.driver.submit("ana", Role=ROLES[role])
    await office.driver.reread("ana", people, f"@{person} is now a {ROLES[role].lower()}")


async def asks(office: Office, client: str) -> Seen:
    """Ben would like to connect the client and asks those who may: what Ana is sent."""
    command = f'/dext connect "{client}"'
    words = f"Connecting {client} needs an administrator"
    refusal = await office.driver.ask("ben", channel_of(client), command, words)
    await office.driver.press("ben", refusal, "Ask them")
    await office.driver.reread("ben", refusal, "have been asked")
    return await office.driver.read("ana", "@ana", "@ben asks", client)


async def recorded(office: Office, action: str) -> list[AuditEvent]:
    async with Database.open(office.database_url) as database, database.read() as session:
        return list(
            await session.scalars(
                select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.at)
            )
        )


async def test_a_standard_user_is_told_who_can(shared: Office) -> None:
    refusal = await shared.driver.ask(
        "ben", "acme", '/dext connect "Acme Ltd"', "needs an administrator"
    )

    assert "@ana or @chloe can do it" in refusal.plain
    assert refusal.is_private


async def test_ana_approves_and_all_three_read_who_decided(shared: Office) -> None:
    asked = await asks(shared, "Acme Ltd")
    hers = await shared.driver.read("chloe", "@chloe", "@ben asks", "Acme Ltd")
    await shared.driver.press("ana", asked, "Approve")
    opened = await shared.driver.await_modal("ana", "Connect", "Acme Ltd")
    anas = await shared.driver.reread("ana", asked, "@ana approved it")
    chloes = await shared.driver.reread("chloe", hers, "@ana approved it")
    bens = await shared.driver.read("ben", "@ben", "@ana approved your request")

    assert "1 of 3" in opened["title"]
    assert not {"Approve", "Decline"} & {*anas.buttons, *chloes.buttons}
    assert "Acme Ltd" in bens.plain


async def test_chloe_declines_and_all_three_read_who_decided(shared: Office) -> None:
    asked = await asks(shared, "Harbour Café")
    hers = await shared.driver.read("chloe", "@chloe", "@ben asks", "Harbour Café")
    await shared.driver.press("chloe", hers, "Decline")
    anas = await shared.driver.reread("ana", asked, "@chloe declined it")
    chloes = await shared.driver.reread("chloe", hers, "@chloe declined it")
    bens = await shared.driver.read("ben", "@ben", "@chloe declined", "Harbour Café")

    assert not {"Approve", "Decline"} & {*anas.buttons, *chloes.buttons}
    assert "Nothing was changed" in bens.plain


async def test_who_decides_second_reads_who_decided_first(shared: Office) -> None:
    asked = await asks(shared, "Ivy Property Lettings")
    hers = await shared.driver.read("chloe", "@chloe", "@ben asks", "Ivy Property Lettings")
    stale = [{"label": "Approve", "value": hers.buttons["Approve"]["value"]}]
    await shared.driver.press("ana", asked, "Decline")
    await shared.driver.reread("chloe", hers, "@ana declined it")
    again = await shared.post_buttons("practice", *stale)
    await shared.driver.press("chloe", again, "Approve")
    late = await shared.driver.read("chloe", "practice", "@ana declined it")

    assert "Ivy Property Lettings" in late.plain
    assert await shared.driver.modal("chloe") is None


async def test_a_double_click_on_approve_decides_once(shared: Office) -> None:
    asked = await asks(shared, "Juniper Films")
    before = len(await recorded(shared, "access.approved"))
    await shared.fault("bot", "duplicate")
    await shared.driver.press("ana", asked, "Approve")
    await shared.driver.read("ben", "@ben", "@ana approved your request", "Juniper Films")
    told = [
        seen
        for seen in await shared.driver.messages("ben", "@ben")
        if seen.says("approved your request", "Juniper Films")
    ]

    assert len(await recorded(shared, "access.approved")) == before + 1
    assert len(told) == 1


async def test_who_is_not_asked_cannot_decide(shared: Office) -> None:
    asked = await asks(shared, "Kestrel Logistics")
    forged = await shared.post_buttons(
        "kestrel-logistics",
        {"label": "Approve", "value": asked.buttons["Approve"]["value"]},
    )
    await shared.driver.press("ben", forged, "Approve")
    refusal = await shared.driver.read("ben", "kestrel-logistics", "administrator")

    assert refusal.is_private
    assert "Approve" in (await shared.driver.reread("ana", asked, "@ben asks")).buttons


async def test_a_role_withdrawn_after_the_button_was_shown_counts_at_the_click(
    shared: Office,
) -> None:
    await shared.connected("Elm Street Books", "Xero", "Elm Street Books")
    page = await shared.connections("Elm Street Books", user="chloe")
    await shared.driver.choose("chloe", page, "Disconnect")
    await shared.driver.await_modal("chloe", "Disconnect Elm Street Books from")
    await gives(shared, "chloe", "standard")
    refused = await shared.driver.post("submit", user="chloe", values={})
    modal = await shared.driver.await_modal("chloe", "@ana can do it")
    await shared.driver.close("chloe")
    await shared.driver.choose("chloe", page, "Refresh lists")
    clicked = await shared.driver.read("chloe", "elm-street-books", "not assigned")
    await gives(shared, "chloe", "administrator")
    still = await shared.connections("Elm Street Books", "Bookkeeping ● Connected")

    assert refused["ok"]
    assert "Elm Street Books" in modal["plain"]
    assert clicked.is_private
    assert "Disconnected" not in still.plain


async def test_a_stale_menu_says_what_happened_meanwhile(shared: Office) -> None:
    await shared.connected("Larkspur Flowers", "Xero", "Larkspur Flowers")
    old = await shared.connections("Larkspur Flowers", user="chloe")
    await shared.manage("Larkspur Flowers", "Disconnect")
    await shared.driver.await_modal("ana", "Disconnect Larkspur Flowers from")
    await shared.driver.submit("ana")
    await shared.driver.read("ben", "larkspur-flowers", "was disconnected")
    await shared.driver.choose("chloe", old, "Disconnect")
    late = await shared.driver.read("chloe", "larkspur-flowers", "has changed since")

    assert "@ana disconnected it" in late.plain
    assert "Nothing was done now" in late.plain
    assert await shared.driver.modal("chloe") is None


async def test_a_form_sent_in_twice_disconnects_once(shared: Office) -> None:
    await shared.connected("Acorn Dental", "Xero", "Acorn Dental")
    await shared.manage("Acorn Dental", "Disconnect")
    await shared.driver.await_modal("ana", "Disconnect Acorn Dental from")
    await shared.fault("bot", "duplicate")
    await shared.driver.submit("ana")
    await shared.driver.read("ben", "acorn-dental", "was disconnected")
    page = await shared.connections("Acorn Dental", "Bookkeeping ○ Disconnected")

    assert "Connected to" not in page.plain
    assert len(await shared.said("acorn-dental", "was disconnected")) == 1


async def test_two_people_who_disconnect_at_once_do_it_once(shared: Office) -> None:
    await shared.connected("Oak & Sons", "Xero", "Oakwood Joinery Holdings")
    for user in ("ana", "chloe"):
        await shared.manage("Oak & Sons", "Disconnect", user=user)
        await shared.driver.await_modal(user, "Disconnect Oak & Sons from")
    await shared.driver.submit("ana")
    await shared.driver.submit("chloe")
    late = await shared.driver.await_modal("chloe", "has changed since this was shown")
    await shared.driver.read("ben", "oak-and-sons", "was disconnected")

    assert "@ana disconnected it" in late["plain"]
    assert len(await shared.said("oak-and-sons", "was disconnected")) == 1
