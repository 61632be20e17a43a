"""Ledgers answer badly in every way we know, and in the end the books and the words are right."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.sandbox.browser import Browser
from bot.sandbox.driver import Words
from bot.sandbox.ledgers.faults import Fault
from bot.sandbox.seed import fernhill
from storage.models import Connection, Status
from tests.journeys import books
from tests.journeys.office import Office, channel_of, sign_in

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.parametrize("office_of_the_file", ["http"], indirect=True),
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("faults"),
]

SOFTWARE = {"xero": "Xero", "quickbooks": "QuickBooks Online"}
SILENT = "does not answer"
LOST = "no longer accepts our permission"
GONE = "Somebody removed this app from the organisation"
PLAN = "does not include this"


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One fault, and how it ends.

    `says` is what the channel reads while it lasts, nothing where nobody needs to know. It ends by
    itself, with `time`, by a `restart`, or when somebody signs in again (`reconnect`).
    """

    fault: Fault
    says: Words = ""
    ends: str = "itself"
    where: str = ""  # the resource, else any
    times: int | None = 1
    also: tuple[Fault, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


EITHER = (
    Trial(fault=Fault.UNAUTHORIZED),
    Trial(fault=Fault.SERVER_ERROR, where="Invoices", times=None, says=SILENT, ends="time"),
    Trial(fault=Fault.UNAVAILABLE_HTML, times=2),
    Trial(fault=Fault.TIMEOUT, options={"seconds": 1}),
    Trial(fault=Fault.MALFORMED_BODY, where="Payments", times=None, says=SILENT, ends="time"),
    Trial(fault=Fault.SLOW, options={"ms": 1_500}),
    Trial(fault=Fault.UNKNOWN_ENUM),
    Trial(fault=Fault.NOT_ENTITLED, times=None, says=PLAN, ends="time"),
)
EXPIRED = (Fault.EXPIRE_ACCESS,)
SPENT = Trial(
    fault=Fault.SPEND_REFRESH,
    also=EXPIRED,
    options={"minutes_ago": 25 * 60},
    says=LOST,
    ends="reconnect",
)
REVOKED = Trial(fault=Fault.REVOKE_REFRESH, also=EXPIRED, says=LOST, ends="reconnect")
UNHEARD = Trial(fault=Fault.TOKEN_TIMEOUT, also=EXPIRED, options={"seconds": 1})
OF_TOKENS = {  # of all that one person has consented to: one at a time
    "xero": (Trial(fault=Fault.EXPIRE_ACCESS), UNHEARD, SPENT, REVOKED),
    "quickbooks": (  # which takes a refresh token once, whether or not its answer arrives
        Trial(fault=Fault.EXPIRE_ACCESS),
        replace(UNHEARD, says=LOST, ends="reconnect"),
        SPENT,
        REVOKED,
    ),
}
TRIALS = {
    "xero": (
        *EITHER,
        Trial(
            fault=Fault.FORBIDDEN_ORGANISATION,
            where="Contacts",
            times=None,
            says=SILENT,
            ends="time",
        ),
        Trial(fault=Fault.TIMEOUT_AFTER, options={"seconds": 1}),
        Trial(fault=Fault.RATE_MINUTE, options={"retry_after": 6}, says="has us wait until"),
        Trial(fault=Fault.RATE_DAY, says="no more calls today", times=None, ends="restart"),
    ),
    "quickbooks": (
        *EITHER,
        Trial(fault=Fault.FORBIDDEN_ORGANISATION, says=GONE, ends="reconnect"),
        Trial(fault=Fault.RATE_MINUTE, says="has us wait until", times=None, ends="restart"),
        Trial(fault=Fault.RATE_DAY, says="has us wait until", times=None, ends="restart"),
    ),
}
ELSEWHERE = {  # have a journey of their own, or are none
    Fault.SAME_PAGE,
    Fault.SHORT_PAGE,
    Fault.DEMO_RESET,
    Fault.SUBSCRIPTION_LAPSED,
    Fault.NO_ACCESS,
    Fault.CONSENT_ERROR,
    Fault.NONE,
}
OF_XERO_ALONE = {Fault.TIMEOUT_AFTER}
CLIENTS = {  # the order in which faults are dealt out
    "xero": ("Acorn Dental", "Harbour Café", "Ivy Property Lettings", "Juniper Films"),
    "quickbooks": ("Bright Bakery", "Dunmore Joinery", "Fox Cycles", "Kestrel Logistics"),
}
OWN = {  # whose consents fail: no other consent reaches what was connected last
    "xero": "Larkspur Flowers",
    "quickbooks": "Kestrel Logistics",
}
MANY = 30  # calls of half a minute's allowance: the next trials might have to wait


def organisation_of(client: str) -> str:
    return next(each.organisation for each in fernhill().clients if each.name == client)


def dealt(vendor: str) -> list[tuple[str, list[Trial]]]:
    """Rounds of trials, as many at a time as there are clients; those that cut all come last."""
    trials = sorted(TRIALS[vendor], key=lambda trial: trial.ends == "restart")
    size = len(CLIENTS[vendor])
    return [(vendor, trials[at : at + size]) for at in range(0, len(trials), size)]


ROUNDS = [each for vendor in TRIALS for each in dealt(vendor)]


def named(one: object) -> str:
    return one if isinstance(one, str) else "+".join(t.fault.value for t in one)  # type: ignore[attr-defined]


async def test_every_fault_that_can_be_switched_on_has_its_journey(shared: Office) -> None:
    for vendor, trials in TRIALS.items():
        known = {trial.fault for trial in (*trials, *OF_TOKENS[vendor])}
        missing = set(Fault) - known - ELSEWHERE
        assert missing == (set() if vendor == "xero" else OF_XERO_ALONE)


@pytest.mark.parametrize(("vendor", "trials"), ROUNDS, ids=named)
async def test_the_books_are_right_after_any_fault_and_the_words_as_well(
    shared: Office, vendor: str, trials: Sequence[Trial]
) -> None:
    clients = CLIENTS[vendor][: len(trials)]
    await rested(shared, clients)
    await connected(shared, vendor, clients)
    pairs = list(zip(clients, trials, strict=True))
    asked = await together(strike(shared, vendor, client, trial) for client, trial in pairs)
    await shared.fault(vendor, "none")
    await end(shared, vendor, pairs)
    await together(
        books.finished(shared, client, since) for client, since in zip(clients, asked, strict=True)
    )

    for client, trial in pairs:
        assert await books.differences(shared, client, client) == set(), trial.fault
        again = " again" if trial.ends == "time" else ""
        await books.told(shared, client, f"{client} is up to date{again}")
        assert (await books.health(shared, client)).status is Status.CONNECTED


@pytest.mark.parametrize(
    ("vendor", "trial"),
    [(vendor, trial) for vendor in CLIENTS for trial in OF_TOKENS[vendor]],
    ids=lambda one: one if isinstance(one, str) else one.fault.value,
)
async def test_a_consent_that_fails_is_renewed_or_asked_for_again(
    shared: Office, vendor: str, trial: Trial
) -> None:
    client = OWN[vendor]
    await rested(shared, [client])
    await connected(shared, vendor, [client])
    since = await strike(shared, vendor, client, trial)
    await end(shared, vendor, [(client, trial)])
    await books.finished(shared, client, since)

    assert await books.differences(shared, client, organisation_of(client)) == set()
    assert (await books.health(shared, client)).status is Status.CONNECTED


async def together(work: Any) -> list[Any]:
    return list(await asyncio.gather(*work))


async def rested(office: Office, clients: Sequence[str]) -> None:
    """Let nobody wait for a new minute: the ledger allows more, and a new process has all of it."""
    past = datetime.now(UTC) - timedelta(minutes=1)
    called = Counter(call.organisation for call in office.ledgers.log if call.at > past)
    if any(called[organisation_of(client)] > MANY for client in clients):
        await office.ask_ledger("xero/limits", a_minute=1_000)
        await office.stop()
        await office.start()


async def connected(office: Office, vendor: str, clients: Sequence[str]) -> None:
    """Connect those that are not yet; the office is shared by all rounds."""
    for client in clients:
        if not await office.said(channel_of(client), "is connected to"):
            software = SOFTWARE[vendor]
            organisation = organisation_of(client)
            await office.connect("ana", client, software, organisation, purpose=books.HEALTH)
            await office.synced(client, patience_s=books.PATIENCE_S)


async def strike(office: Office, vendor: str, client: str, trial: Trial) -> datetime:
    """Switch it on while somebody syncs what has changed; when that was asked for."""
    await books.edit(office, client, organisation_of(client))
    target = f"{vendor}:{organisation_of(client)}"
    if trial.where:
        target += f"/{trial.where if vendor == 'xero' else 'cdc'}"
    for fault in (trial.fault, *trial.also):
        await office.fault(target, fault.value, trial.times, **trial.options)
    since = await books.ask(office, client)
    if trial.says:
        await books.told(office, client, trial.says)
    else:
        await books.finished(office, client, since)
    return since


async def end(office: Office, vendor: str, pairs: Sequence[tuple[str, Trial]]) -> None:
    """What has to happen for them to end."""
    if any(trial.ends == "restart" for _, trial in pairs):
        await office.stop()
        await office.start()
    for client, trial in pairs:
        if trial.ends in {"time", "restart"}:
            await books.let_time_pass(office, client)
        elif trial.ends == "reconnect":
            await reconnect(office, vendor, client)


async def reconnect(office: Office, vendor: str, client: str) -> None:
    card = await books.told(office, client, "no longer connected")
    before = frozenset(seen.ts for seen in await office.driver.messages("ana", "@ana"))
    await office.driver.press("ana", card, "Reconnect")
    link = await office.link("ana", f"Sign in to {SOFTWARE[vendor]}", besides=before)
    async with Browser() as browser:
        await sign_in(browser, link, SOFTWARE[vendor], organisation_of(client))
    back = "again. Back since"
    await office.driver.reread("ben", card, back, patience_s=books.PATIENCE_S)


async def test_a_page_that_is_not_the_one_asked_for_is_not_believed(shared: Office) -> None:
    client, target = "Acme Ltd", "xero:Acme Limited/Contacts"
    since = datetime.now(UTC)
    await shared.fault(target, Fault.SAME_PAGE.value, None)
    await shared.connect("ana", client, "Xero", "Acme Limited", purpose=books.HEALTH)
    await books.told(shared, client, "in a way we do not understand")
    await shared.fault(target, "none")
    await shared.fault(target, Fault.SHORT_PAGE.value, None)
    await books.let_time_pass(shared, client)
    await books.told(shared, client, SILENT)
    await shared.fault(target, "none")
    await books.let_time_pass(shared, client)
    await books.finished(shared, client, since)
    card = await shared.counted(client, purpose=books.HEALTH)

    assert await books.differences(shared, client, "Acme Limited") == set()
    assert "2,310 contacts" in card.plain


async def test_a_demo_company_that_begins_again_is_connected_anew(shared: Office) -> None:
    client, demo = "Elm Street Books", "Demo Company (UK)"
    since = datetime.now(UTC)
    await shared.connect("ana", client, "Xero", demo, purpose=books.HEALTH)
    await books.finished(shared, client, since)
    await shared.counted(client, purpose=books.HEALTH)
    await shared.fault("xero", Fault.DEMO_RESET.value)
    await books.ask(shared, client)
    card = await books.told(shared, client, "has begun its demo company again")
    await shared.driver.press("ana", card, "Disconnect")
    await shared.driver.await_modal("ana", "Disconnect")
    await shared.driver.submit("ana")
    await books.told(shared, client, "was disconnected from")
    again = datetime.now(UTC)
    await shared.connect("ana", client, "Xero", demo, purpose=books.HEALTH)
    await books.finished(shared, client, again)

    assert await books.differences(shared, client, demo) == set()
    assert "Reconnect" not in card.buttons


async def test_a_sign_in_that_the_vendor_breaks_off_connects_nothing_and_is_repeated(
    shared: Office,
) -> None:
    client = organisation = "Elm Street Books"
    await shared.fault("xero", Fault.CONSENT_ERROR.value)
    link = await shared.ask_to_connect("ana", client, "Xero")
    async with Browser() as browser:
        start = await browser.open(link)
        refused = await browser.press(start, "Continue to Xero")
    await shared.connected(client, "Xero", organisation)

    assert "Nothing was connected" in refused.text


@pytest.mark.parametrize(
    ("client", "software", "fault", "resource"),
    [
        ("Harbour Café", "Xero", "malformed_body", "Contacts"),
        ("Dunmore Joinery", "QuickBooks Online", "malformed_body", "Customer"),
    ],
)
async def test_one_bad_answer_changes_nothing_in_the_lists(
    shared: Office, client: str, software: str, fault: str, resource: str
) -> None:
    vendor = "xero" if software == "Xero" else "quickbooks"
    await shared.fault(f"{vendor}:{client}/{resource}", fault)
    await shared.connected(client, software, client)
    again = await shared.read_again(client)

    assert "Nothing has changed since the last time" in again.plain
    assert (await shared.connection(client)).status is Status.CONNECTED


async def test_a_silent_vendor_is_said_on_the_card_and_tried_again(shared: Office) -> None:
    await shared.fault("xero:Ivy Property Lettings/Contacts", "unavailable_html", times=None)
    await shared.connect("ana", "Ivy Property Lettings", "Xero", "Ivy Property Lettings")
    waits = await books.told(
        shared, "Ivy Property Lettings", "(bookkeeping)", "Xero does not answer"
    )
    await shared.fault("xero", "none")
    await lists_are_due(shared, "Ivy Property Lettings")
    card = await shared.counted("Ivy Property Lettings")

    assert "It is tried again" in waits.plain
    assert card.ts == waits.ts
    assert "does not answer" not in card.plain


async def lists_are_due(office: Office, client: str) -> None:
    """As if the time had come at which an import is tried again."""
    connection = await office.connection(client)
    async with office.writing() as session:
        await session.execute(
            update(Connection)
            .where(Connection.id == connection.id)
            .values(lists_due_at=datetime.now(UTC) - timedelta(seconds=1))
        )
