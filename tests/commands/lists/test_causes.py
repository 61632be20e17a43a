"""Whatever a vendor refuses during an import has its own words, and the button that helps."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from commands.lists.outcome import EVERY
from storage.models import Status
from tests.commands.connecting import World, said
from tests.commands.practice import CHLOE, buttons
from tests.conftest import Clock

BOOKS = {"xero": "Acme Limited", "quickbooks": "Bright Bakery"}
CHANNEL = "C1BOOKS"


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A fault of a stand-in ledger, what is said of it and the first button."""

    software: str
    fault: str
    says: str
    button: str
    status: Status = Status.ATTENTION


REFUSALS = [
    Refusal(
        software="xero",
        fault="not_entitled",
        says="The organisation’s plan at Xero does not include this.",
        button="Retry",
    ),
    Refusal(
        software="xero",
        fault="organisation_inactive",
        says="The organisation is not active at Xero, so nobody can read it.",
        button="Retry",
    ),
    Refusal(
        software="quickbooks",
        fault="subscription_lapsed",
        says="The organisation’s subscription at QuickBooks Online has ended.",
        button="Retry",
    ),
    Refusal(
        software="quickbooks",
        fault="no_access",
        says="Whoever connected it has no access to the organisation any more.",
        button="Reconnect",
        status=Status.EXPIRED,
    ),
    Refusal(
        software="quickbooks",
        fault="forbidden_organisation",
        says="Somebody removed this app from the organisation, or the organisation is gone.",
        button="Reconnect",
        status=Status.EXPIRED,
    ),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: refusal.fault)
async def test_a_refusal_says_why_and_offers_what_helps(
    world: World, clock: Clock, refusal: Refusal
) -> None:
    await world.practice.has("The Books", channel_id=CHANNEL)
    await world.connect("The Books", BOOKS[refusal.software], software=refusal.software)
    await world.work()
    target = f"{refusal.software}:{BOOKS[refusal.software]}"
    world.ledgers.set_fault(target, refusal.fault, times=None)
    await world.say(CHLOE, 'refresh "The Books"')
    for _ in range(4):
        await world.work("lists.refresh", "connections.tell_lost")
        clock.advance(timedelta(hours=1))
    told = world.card("", to=CHANNEL)
    asked = world.card("lists:", to=CHLOE)
    connection = await world.connection("The Books")

    assert connection.status is refusal.status
    assert refusal.says in said(told)
    assert next(iter(buttons(told.reply))) == refusal.button
    assert next(iter(buttons(asked.reply))) in {"Refresh lists", "Reconnect"}

    world.ledgers.set_fault(target, "none")
    clock.advance(EVERY)
    await world.work("lists.refresh")

    recovered = Status.CONNECTED if refusal.status is Status.ATTENTION else Status.EXPIRED
    assert (await world.connection("The Books")).status is recovered
