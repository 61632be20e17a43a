"""Ledgers answer badly in every way we know, and in the end the books and the words are right."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import repeat
from typing import Any

import pytest

from bot.sandbox.browser import Browser
from bot.sandbox.driver import Words
from bot.sandbox.ledgers.faults import Fault
from bot.sandbox.ledgers.log import Call
from storage.models import Status
from tests.journeys import books
from tests.journeys.office import SOFTWARE, Office, channel_of, organisation_of, sign_in
from tests.journeys.places import in_each_place

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.timeout(300),
    in_each_place("faults"),
]

SILENT = "does not answer"
LOST = "no longer accepts our permission"
GONE = "Somebody removed this app from the organisation"
PLAN = "does not include this"
INACTIVE = "is not active at Xero"
LAPSED = "subscription at QuickBooks Online has ended"
NO_ADMIN = "has no access to the organisation any more"
MONTH_SPENT = "read only so much in a month"
MONTH_LEFT = timedelta(days=10)


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One fault, and how it ends.

    `says` is what the channel reads while it lasts, nothing where nobody needs to know. It ends by
    itself, with `time`, with so much that the vendor's limits are `forgotten`, or when somebody
    signs in again (`reconnect`).
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
        Trial(fault=Fault.ORGANISATION_INACTIVE, times=None, says=INACTIVE, ends="time"),
        Trial(fault=Fault.TIMEOUT_AFTER, options={"seconds": 1}),
        Trial(
            fault=Fault.RATE_MINUTE, times=2, options={"retry_after": 6}, says="has us wait until"
        ),
        Trial(fault=Fault.RATE_DAY, says="no more calls today", times=None, ends="forgotten"),
    ),
    "quickbooks": (
        *EITHER,
        Trial(fault=Fault.FORBIDDEN_ORGANISATION, says=GONE, ends="reconnect"),
        Trial(fault=Fault.NO_ACCESS, says=NO_ADMIN, ends="reconnect"),
        Trial(fault=Fault.SUBSCRIPTION_LAPSED, times=None, says=LAPSED, ends="time"),
        Trial(fault=Fault.RATE_MINUTE, says="has us wait until", times=None, ends="forgotten"),
        Trial(fault=Fault.RATE_DAY, says="has us wait until", times=None, ends="forgotten"),
    ),
}
OF_ITS_OWN = {Fault.SAME_PAGE, Fault.SHORT_PAGE, Fault.DEMO_RESET, Fault.RATE_MONTH}  # below
ELSEWHERE = {  # on both databases
    Fault.CONSENT_ERROR,  # bot/web/test_oauth, and test_grants in a browser
    Fault.REFUSED,  # commands/publishing/sending/test_outcome, and test_publishing in Slack
    Fault.SAVED_MEANWHILE,  # commands/publishing/sending/test_republish
    Fault.DONE_MEANWHILE,  # the same
}
OF_ONE_ALONE = {
    "xero": {Fault.SUBSCRIPTION_LAPSED, Fault.NO_ACCESS},  # which only QuickBooks says so
    # what only Xero does; and reading is done with batches, which change nothing
    "quickbooks": {Fault.ORGANISATION_INACTIVE, Fault.TIMEOUT_AFTER},
}
CLIENTS = {  # the order in which faults are dealt out
    "xero": ("Acorn Dental", "Harbour Café", "Ivy Property Lettings", "Juniper Films"),
    "quickbooks": ("Bright Bakery", "Dunmore Joinery", "Fox Cycles", "Kestrel Logistics"),
}
OWN = {  # whose consents fail: no other consent reaches what was connected last
    "xero": "Larkspur Flowers",
    "quickbooks": "Kestrel Logistics",
}
ADMINISTRATORS = ("ana", "chloe")
MANY = 30  # calls of half a minute's allowance: the next trials might have to wait


Pair = tuple[str, str, Trial]  # vendor, client, trial


def rounds() -> list[list[Pair]]:
    """At both vendors at once, a trial for each client; those that cut all come last."""
    left = {
        vendor: sorted(trials, key=lambda trial: trial.ends == "forgotten")
        for vendor, trials in TRIALS.items()
    }
    dealt: list[list[Pair]] = []
    while any(left.values()):
        dealt.insert(0, [])
        for vendor, clients in CLIENTS.items():
            taken = left[vendor][-len(clients) :]
            del left[vendor][-len(clients) :]
            dealt[0] += zip(repeat(vendor), clients, taken, strict=False)
    return dealt


def named(pairs: Sequence[Pair]) -> str:
    return "+".join(f"{vendor[0]}-{trial.fault}" for vendor, _, trial in pairs)


async def test_every_fault_that_can_be_switched_on_has_its_journey(placed: Office) -> None:
    for vendor, trials in TRIALS.items():
        known = {trial.fault for trial in (*trials, *OF_TOKENS[vendor])}

        assert set(Fault) - known - OF_ITS_OWN - ELSEWHERE - {Fault.NONE} == OF_ONE_ALONE[vendor]


@pytest.mark.parametrize("pairs", rounds(), ids=named)
async def test_the_books_are_right_after_any_fault_and_the_words_as_well(
    placed: Office, pairs: Sequence[Pair]
) -> None:
    await connected(placed, pairs)
    await rested(placed, pairs)
    asked = await together(strike(placed, *pair) for pair in pairs)
    for vendor in TRIALS:
        await placed.fault(vendor, "none")
    await end(placed, pairs)
    await together(
        books.finished(placed, client, since)
        for (_, client, _), since in zip(pairs, asked, strict=True)
    )

    for _, client, trial in pairs:
        assert await books.differences(placed, client, client) == set(), trial.fault
        again = " again" if trial.ends == "time" else ""
        await books.told(placed, client, f"{client} is up to date{again}")
        assert (await books.health(placed, client)).status is Status.CONNECTED


@pytest.mark.parametrize("number", range(4), ids=[trial.fault.value for trial in OF_TOKENS["xero"]])
async def test_a_consent_that_fails_is_renewed_or_asked_for_again(
    placed: Office, number: int
) -> None:
    pairs = [(vendor, OWN[vendor], trials[number]) for vendor, trials in OF_TOKENS.items()]
    await connected(placed, pairs)
    await rested(placed, pairs)
    asked = await together(strike(placed, *pair) for pair in pairs)
    await end(placed, pairs)

    for (_, client, _), since in zip(pairs, asked, strict=True):
        await books.finished(placed, client, since)
        assert await books.differences(placed, client, organisation_of(client)) == set()
        assert (await books.health(placed, client)).status is Status.CONNECTED


async def together(work: Any) -> list[Any]:
    return list(await asyncio.gather(*work))


async def rested(office: Office, pairs: Sequence[Pair]) -> None:
    """Let nobody wait for a new minute of Xero's: there are more calls in it here."""
    await office.ask_ledger("xero/limits", a_minute=1_000)
    past = datetime.now(UTC) - timedelta(minutes=1)
    called = Counter(call.organisation for call in office.ledgers.log if call.at > past)
    if any(vendor == "xero" and called[organisation_of(c)] > MANY for vendor, c, _ in pairs):
        await office.allow_anew()


async def connected(office: Office, pairs: Sequence[Pair]) -> None:
    """Connect those that are not yet; the office is shared by all rounds."""
    new = []
    for vendor, client, _ in pairs:
        if not await office.said(channel_of(client), "is connected to"):
            software, organisation = SOFTWARE[vendor], organisation_of(client)
            who = ADMINISTRATORS[len(new) % 2]  # Slack takes one message a second for each of them
            await office.connect(who, client, software, organisation, purpose=books.HEALTH)
            new.append(client)
    for client in new:
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


async def end(office: Office, pairs: Sequence[Pair]) -> None:
    """What has to happen for them to end."""
    if any(trial.ends == "forgotten" for _, _, trial in pairs):
        await office.begin_anew()
    for vendor, client, trial in pairs:
        if trial.ends in {"time", "forgotten"}:
            await books.let_time_pass(office, client)
        elif trial.ends == "reconnect":
            await reconnect(office, vendor, client)


async def reconnect(office: Office, vendor: str, client: str) -> None:
    card = await books.told(office, client, "no longer connected")
    before = await office.letters("ana")
    await office.driver.press("ana", card, "Reconnect")
    link = await office.link("ana", f"Sign in to {SOFTWARE[vendor]}", besides=before)
    async with Browser() as browser:
        await sign_in(browser, link, SOFTWARE[vendor], organisation_of(client))
    back = "again. Back since"
    await office.driver.reread("ben", card, back, patience_s=books.PATIENCE_S)


async def test_a_page_that_is_not_the_one_asked_for_is_not_believed(placed: Office) -> None:
    client, target = "Acme Ltd", "xero:Acme Limited/Contacts"
    since = datetime.now(UTC)
    await placed.fault(target, Fault.SAME_PAGE.value, None)
    await placed.connect("ana", client, "Xero", "Acme Limited", purpose=books.HEALTH)
    await books.told(placed, client, "in a way we do not understand")
    await placed.fault(target, "none")
    await placed.fault(target, Fault.SHORT_PAGE.value, None)
    await books.let_time_pass(placed, client)
    await books.told(placed, client, SILENT)
    await placed.fault(target, "none")
    await books.let_time_pass(placed, client)
    await books.finished(placed, client, since)
    card = await placed.counted(client, purpose=books.HEALTH)

    assert await books.differences(placed, client, "Acme Limited") == set()
    assert "2,310 contacts" in card.plain


async def test_a_spent_month_stops_reading_for_all_clients_and_ends_by_itself(
    placed: Office,
) -> None:
    spent = Trial(
        fault=Fault.RATE_MONTH,
        times=None,
        # which Intuit need not say: then it takes minutes to find out (providers/test_limits_month)
        options={"retry_after": int(MONTH_LEFT.total_seconds())},
        ends="forgotten",
    )
    pairs = [("quickbooks", client, spent) for client in CLIENTS["quickbooks"][:2]]
    (_, first, _), (_, other, _) = pairs
    await connected(placed, pairs)
    since = await strike(placed, "quickbooks", first, replace(spent, says=MONTH_SPENT))
    until = datetime.now(UTC) + MONTH_LEFT
    days = [until + timedelta(days=number) for number in (-1, 0, 1)]  # wherever Ben is
    card = await books.told(placed, first, MONTH_SPENT)
    asked = len(calls_for(placed, other))
    also = await strike(placed, "quickbooks", other, replace(spent, says=MONTH_SPENT))
    unasked = len(calls_for(placed, other))
    status = await placed.driver.ask("ana", "practice", "/dext status", MONTH_SPENT)
    await placed.fault("quickbooks", "none")
    await end(placed, pairs)

    assert unasked == asked, "there is one allowance for all of them"
    assert card.says("can be used", "nothing is lost", "higher tier"), card.plain
    assert any(card.says(f"by itself on {day:%B} {day.day}") for day in days), card.plain
    assert "Sync now" in card.buttons
    assert first in status.plain
    for client, at in ((first, since), (other, also)):
        await books.finished(placed, client, at)
        assert await books.differences(placed, client, client) == set()
        await books.told(placed, client, f"{client} is up to date")
        assert (await books.health(placed, client)).status is Status.CONNECTED


def calls_for(office: Office, client: str) -> list[Call]:
    return [call for call in office.ledgers.log if call.organisation == organisation_of(client)]


async def test_a_demo_company_that_begins_again_is_connected_anew(placed: Office) -> None:
    client, demo = "Elm Street Books", "Demo Company (UK)"
    since = datetime.now(UTC)
    await placed.connect("ana", client, "Xero", demo, purpose=books.HEALTH)
    await books.finished(placed, client, since)
    await placed.counted(client, purpose=books.HEALTH)
    await placed.fault("xero", Fault.DEMO_RESET.value)
    await books.ask(placed, client)
    card = await books.told(placed, client, "has begun its demo company again")
    await placed.driver.press("ana", card, "Disconnect")
    await placed.driver.await_modal("ana", "Disconnect")
    await placed.driver.submit("ana")
    await books.told(placed, client, "was disconnected from")
    again = datetime.now(UTC)
    await placed.connect("ana", client, "Xero", demo, purpose=books.HEALTH)
    await books.finished(placed, client, again)

    assert await books.differences(placed, client, demo) == set()
    assert "Reconnect" not in card.buttons
