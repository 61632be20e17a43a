"""Webhooks of the stand-in Xero, as a receiver on a real socket sees them."""

import base64
import hashlib
import hmac
import json
from functools import cache
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.ledgers.xero.webhooks import Webhooks
from bot.sandbox.server import running

KEY = "a-webhook-signing-key"
CONTRACT = Path(__file__).resolve().parents[6] / "shared/contracts/xero/xero-webhooks.yaml"


class Receiver:
    """What an app does with a webhook: look at the signature before anything else."""

    def __init__(self):
        self.bodies = []
        self.forged = 0
        self.failures = 0

    async def receive(self, request):
        body = await request.body()
        digest = hmac.new(KEY.encode(), body, hashlib.sha256).digest()
        if request.headers["x-xero-signature"] != base64.b64encode(digest).decode():
            self.forged += 1
            return Response(status_code=401)
        if self.failures:
            self.failures -= 1
            return Response(status_code=503)
        self.bodies.append(json.loads(body))
        return Response(status_code=200)

    @property
    def events(self):
        return [event for body in self.bodies for event in body["events"]]


@pytest.fixture
async def receiver():
    receiver = Receiver()
    app = Starlette(routes=[Route("/hook", receiver.receive, methods=["POST"])])
    async with running(app) as base_url:
        receiver.url = f"{base_url}/hook"
        yield receiver


@pytest.fixture
async def registered(practice, receiver):
    """The receiver, subscribed, with nothing but what comes afterwards in its hands."""
    answer = await practice.client.post(
        "/ledgers/xero/webhook", json={"url": receiver.url, "key": KEY}
    )
    assert answer.json() == {"verified": True}
    receiver.bodies.clear()
    receiver.forged = 0
    return receiver


async def edit(practice, **instruction):
    body = {"organisation": "Acme Limited", **instruction}
    answer = await practice.client.post("/ledgers/xero/edit", json=body)
    assert answer.status_code == 200, answer.text
    await practice.ledgers.xero.desk.webhooks.settled()
    return answer.json()["id"]


async def adds_bill(practice):
    contact = practice.ledgers.organisation("Acme Limited").rows("Contacts")[0].id
    line = {"UnitAmount": "80", "AccountCode": "310", "TaxType": "INPUT2"}
    fields = {"Contact": contact, "Date": "2026-11-20", "LineItems": [line]}
    return await edit(practice, kind="Invoices", action="add", fields=fields)


async def test_what_an_app_writes_is_announced_too_but_once(practice, registered):
    tokens = await practice.writing_xero("Acme Limited")
    sent = {"method": "PUT", "json": {"Name": "New Here Ltd"}}
    key = {"Idempotency-Key": "once"}
    for _ in range(2):
        answer = await practice.call_xero(tokens, "Contacts", "Acme Limited", headers=key, **sent)
    await practice.ledgers.xero.desk.webhooks.settled()

    assert [(e["eventType"], e["resourceId"]) for e in registered.events] == [
        ("CREATE", answer.json()["Contacts"][0]["ContactID"])
    ]


async def test_the_intent_to_receive_is_asked_for_with_right_and_wrong_signatures(
    practice, receiver
):
    answer = await practice.client.post(
        "/ledgers/xero/webhook", json={"url": receiver.url, "key": KEY}
    )

    assert answer.json() == {"verified": True}
    assert receiver.forged == 2
    assert [body["events"] for body in receiver.bodies] == [[], []]
    assert {body["firstEventSequence"] for body in receiver.bodies} == {0}


async def test_who_cannot_tell_signatures_apart_is_told_nothing(practice, receiver):
    answer = await practice.client.post(
        "/ledgers/xero/webhook", json={"url": receiver.url, "key": "another-key"}
    )
    receiver.bodies.clear()
    await adds_bill(practice)

    assert answer.json() == {"verified": False}
    assert receiver.bodies == []


async def test_edits_of_invoices_contacts_and_credit_notes_are_announced(
    practice, registered, clock
):
    bill = await adds_bill(practice)
    await edit(practice, action="pay", name=bill, account="Business Current Account")
    contacts = practice.ledgers.organisation("Acme Limited").rows("Contacts")
    await edit(practice, kind="Contacts", action="archive", name=contacts[5].id)

    assert [(e["eventCategory"], e["eventType"], e["resourceId"]) for e in registered.events] == [
        ("INVOICE", "CREATE", bill),
        ("INVOICE", "UPDATE", bill),
        ("CONTACT", "UPDATE", contacts[5].id),
    ]
    assert {event["eventDateUtc"] for event in registered.events} == {"2026-11-23T09:00:00.000"}
    assert [body["firstEventSequence"] for body in registered.bodies] == [1, 2, 3]


async def test_what_xero_has_no_webhook_for_is_not_announced(practice, registered):
    await edit(practice, kind="Accounts", action="archive", name="Consulting")

    assert registered.bodies == []


async def test_a_credit_note_says_what_it_is(practice, registered):
    contact = practice.ledgers.organisation("Acme Limited").rows("Contacts")[0].id
    line = {"UnitAmount": "80", "AccountCode": "310", "TaxType": "INPUT2"}
    fields = {"Contact": contact, "LineItems": [line], "Status": "DRAFT"}
    await edit(practice, kind="CreditNotes", action="add", fields=fields)

    assert registered.events[0]["data"] == {"Type": "ACCPAYCREDIT", "Status": "DRAFT"}


async def test_deliveries_can_be_repeated_swapped_and_forged(practice, registered):
    for _ in range(2):
        await adds_bill(practice)
    first, second = registered.bodies

    async def send(kind):
        answer = await practice.client.post("/ledgers/xero/webhook/send", json={"kind": kind})
        return answer.json()

    assert await send("duplicate") == {"statuses": [200]}
    assert registered.bodies[2:] == [second]
    assert await send("out_of_order") == {"statuses": [200, 200]}
    assert registered.bodies[3:] == [second, first]
    assert await send("forged") == {"statuses": [401]}
    assert await send("intent") == {"statuses": [200, 401, 200, 401]}
    assert "kind must be one of" in (await send("pigeon"))["error"]


async def test_a_delivery_that_fails_is_tried_again(practice, receiver, clock, ledgers):
    webhooks = Webhooks(now=clock, retry_after_s=(0.01, 0.01))
    assert await webhooks.register(receiver.url, KEY)
    acme = ledgers.organisation("Acme Limited")
    receiver.bodies.clear()
    receiver.failures = 2
    with acme.watched() as changes:
        acme.archive("Contacts", acme.rows("Contacts")[0].id, at=clock())
    webhooks.announce(acme, changes)
    await webhooks.settled()

    assert len(receiver.bodies) == 1
    assert webhooks.subscription is not None


async def test_a_webhook_that_nobody_answers_is_disabled(receiver, clock, ledgers):
    webhooks = Webhooks(now=clock, retry_after_s=(0.01,))
    assert await webhooks.register(receiver.url, KEY)
    acme = ledgers.organisation("Acme Limited")
    receiver.failures = 99
    with acme.watched() as changes:
        acme.archive("Contacts", acme.rows("Contacts")[0].id, at=clock())
    webhooks.announce(acme, changes)
    await webhooks.settled()

    assert webhooks.subscription is None


@cache
def contract():
    document = yaml.safe_load(CONTRACT.read_text())
    return Draft202012Validator(
        {"$ref": "#/components/schemas/WebhookEvent", "components": document["components"]},
        format_checker=FormatChecker(["uuid"]),
    )


@pytest.mark.skipif(
    not CONTRACT.is_file(), reason="the vendors' contracts are not beside the repository"
)
async def test_a_delivery_is_as_published(practice, registered):
    await adds_bill(practice)

    assert [error.message for error in contract().iter_errors(registered.bodies[0])] == []
