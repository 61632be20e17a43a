"""What QuickBooks tells an app of changes, over a real socket."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from quickbooks import QuickBooks
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bot.sandbox.ledgers.quickbooks.webhooks import signature
from bot.sandbox.server import running

KEY = "verifier-token"
BAKERY = "Bright Bakery"


class Receiver:
    """An app's address: keeps what came, and answers with `status`."""

    def __init__(self):
        self.came = []
        self.status = 200
        self.url = ""

    async def take(self, request):
        self.came.append((request.headers["intuit-signature"], await request.body()))
        return Response(status_code=self.status)

    @property
    def bodies(self):
        return [json.loads(body) for _, body in self.came]


@asynccontextmanager
async def receiving():
    receiver = Receiver()
    app = Starlette(routes=[Route("/hook", receiver.take, methods=["POST"])])
    async with running(app) as base_url:
        receiver.url = f"{base_url}/hook"
        yield receiver


@pytest.fixture
async def receiver():
    async with receiving() as receiver:
        yield receiver


async def register(practice, receiver, **more):
    answer = await practice.client.post(
        "/ledgers/quickbooks/webhook", json={"url": receiver.url, "key": KEY, **more}
    )
    assert answer.status_code == 200, answer.text


async def edit(practice, **instruction):
    answer = await practice.client.post(
        "/ledgers/quickbooks/edit", json={"organisation": BAKERY, **instruction}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def send(practice, kind):
    answer = await practice.client.post("/ledgers/quickbooks/webhook/send", json={"kind": kind})
    assert answer.status_code == 200, answer.text
    return answer.json()["statuses"]


async def add_an_invoice(practice):
    customer = practice.ledgers.organisation(BAKERY).rows("Customer")[0].id
    return await edit(practice, action="add_invoice", customer=customer, amount="10")


async def test_an_edit_is_told_as_cloud_events(practice, receiver, ledgers):
    await register(practice, receiver)
    added = await add_an_invoice(practice)
    await edit(practice, action="receive_payment", name=added["id"])

    first, second = receiver.bodies
    (event,) = first
    assert event["specversion"] == "1.0"
    assert event["type"] == "qbo.invoice.created.v1"
    assert event["intuitentityid"] == added["id"]
    assert event["intuitaccountid"] == ledgers.organisation(BAKERY).key
    assert event["time"] == "2026-11-23T09:00:00.000Z"
    assert {each["type"] for each in second} == {
        "qbo.payment.created.v1",
        "qbo.invoice.updated.v1",
    }
    assert len({each["id"] for each in (*first, *second)}) == 3


async def test_what_an_app_writes_is_told_too(practice, receiver):
    await register(practice, receiver)
    tokens = await practice.quickbooks(BAKERY)
    sent = {"method": "POST", "json": {"DisplayName": "Brand New"}, "params": {"requestid": "1"}}
    for _ in range(2):
        made = await practice.call_quickbooks(tokens, "vendor", **sent)

    ((event,),) = receiver.bodies
    assert event["type"] == "qbo.vendor.created.v1"
    assert event["intuitentityid"] == made.json()["Vendor"]["Id"]


async def test_the_old_form_is_still_spoken(practice, receiver, ledgers):
    await register(practice, receiver, form="classic")
    added = await add_an_invoice(practice)
    await edit(practice, action="void", kind="Invoice", name=added["id"])

    _, voided = receiver.bodies
    (notification,) = voided["eventNotifications"]
    assert notification["realmId"] == ledgers.organisation(BAKERY).key
    assert notification["dataChangeEvent"]["entities"] == [
        {
            "id": added["id"],
            "operation": "Void",
            "name": "Invoice",
            "lastUpdated": "2026-11-23T09:00:00.000Z",
        }
    ]


@pytest.mark.parametrize("form", ["cloudevents", "classic"])
async def test_a_merge_says_who_is_gone(practice, receiver, ledgers, form):
    await register(practice, receiver, form=form)
    loser, winner = ledgers.organisation(BAKERY).rows("Vendor")[20:22]
    await edit(practice, action="merge", kind="Vendor", name=loser.id, into=winner.id)

    (body,) = receiver.bodies
    if form == "classic":
        events = body["eventNotifications"][0]["dataChangeEvent"]["entities"]
        (merge,) = [each for each in events if each["operation"] == "Merge"]
        assert (merge["id"], merge["deletedId"]) == (winner.id, loser.id)
    else:
        (merge,) = [each for each in body if each["type"] == "qbo.vendor.merged.v1"]
        assert (merge["intuitentityid"], merge["data"]["deletedId"]) == (winner.id, loser.id)


async def test_the_signature_is_one_a_client_library_accepts(practice, receiver):
    await register(practice, receiver)
    await add_an_invoice(practice)

    ((signed, body),) = receiver.came
    check = QuickBooks(minorversion=75).validate_webhook_signature
    assert check(body.decode(), signed, KEY)
    assert not check(body.decode() + " ", signed, KEY)
    assert signed == signature(KEY, body)


async def test_a_delivery_can_be_repeated_turned_round_and_forged(practice, receiver):
    await register(practice, receiver)
    await add_an_invoice(practice)
    await add_an_invoice(practice)
    first, second = receiver.came
    await send(practice, "duplicate")
    await send(practice, "out_of_order")
    await send(practice, "forged")

    assert receiver.came[2:5] == [second, second, first]
    forged, body = receiver.came[5]
    assert body == second[1]
    assert forged != second[0]


async def test_what_is_held_comes_when_it_is_asked_for(practice, receiver):
    await register(practice, receiver, hold=True)
    one = await add_an_invoice(practice)
    two = await add_an_invoice(practice)
    waiting = list(receiver.came)
    statuses = await send(practice, "out_of_order")

    assert waiting == []
    assert statuses == [200, 200]
    assert [body[0]["intuitentityid"] for body in receiver.bodies] == [two["id"], one["id"]]


async def test_the_page_tells_too(practice, receiver, ledgers):
    await register(practice, receiver)
    bakery = ledgers.organisation(BAKERY)
    form = {"action": "add_bill", "vendor": bakery.rows("Vendor")[9].fields["DisplayName"]}
    await practice.client.post(
        f"/ledgers/quickbooks/books/{bakery.key}", data={**form, "amount": "12"}
    )

    assert [body[0]["type"] for body in receiver.bodies] == ["qbo.bill.created.v1"]


async def test_an_app_that_does_not_answer_holds_nobody_up(practice, ledgers):
    async with receiving() as receiver:
        await register(practice, receiver)
    await add_an_invoice(practice)
    listed = await practice.client.get("/ledgers/quickbooks/webhook")

    assert [each["status"] for each in listed.json()["deliveries"]] == [0]


async def test_an_app_s_refusal_is_noted(practice, receiver):
    receiver.status = 401
    await register(practice, receiver)
    await add_an_invoice(practice)
    listed = await practice.client.get("/ledgers/quickbooks/webhook")

    assert [each["status"] for each in listed.json()["deliveries"]] == [401]


async def test_rows_are_told_of_once_a_delivery(practice, receiver):
    await register(practice, receiver)
    await edit(practice, action="stir", count=24)

    (body,) = receiver.bodies
    told = [(each["type"], each["intuitentityid"]) for each in body]
    assert len(told) == len(set(told)) == 24


@pytest.mark.parametrize(
    "body", [{}, {"url": "http://x"}, {"url": "x", "key": "k", "form": "fax"}, []]
)
async def test_a_registration_must_be_complete(practice, body):
    answer = await practice.client.post("/ledgers/quickbooks/webhook", json=body)

    assert answer.status_code == 400


@pytest.mark.parametrize("kind", ["lost", "duplicate"])
async def test_only_what_was_sent_can_be_sent_again(practice, kind):
    answer = await practice.client.post("/ledgers/quickbooks/webhook/send", json={"kind": kind})

    assert answer.status_code == 400


async def test_edits_at_once_are_all_told(practice, receiver):
    await register(practice, receiver)
    added = await asyncio.gather(*(add_an_invoice(practice) for _ in range(5)))

    assert {body[0]["intuitentityid"] for body in receiver.bodies} == {x["id"] for x in added}
