"""Vendors are heard where they sign what they say; whatever else arrives does no harm."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette

from bot.web.webhooks import routes
from commands.sync.sync import GATHER
from storage.models import Connection, Organisation, Sync, SyncNudge
from tests.commands.connecting import World
from tests.commands.sync.test_copies import sync
from tests.conftest import Clock

KEYS = {"xero": "xero's signing key", "quickbooks": "quickbooks' verifier token"}
HEADERS = {"xero": "x-xero-signature", "quickbooks": "intuit-signature"}
WHERE = {"xero": ("Acme Ltd", "Acme Limited"), "quickbooks": ("Bright Bakery", "Bright Bakery")}
INTENT = {"events": [], "firstEventSequence": 0, "lastEventSequence": 0, "entropy": "S0m3"}


def signature(body: bytes, key: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def cloud(tenant: str, number: int, entity: str = "invoice") -> dict[str, Any]:
    return {
        "specversion": "1.0", "id": f"event-{number}", "source": "intuit",
        "type": f"qbo.{entity}.updated.v1", "time": "2026-06-03T10:00:00Z",
        "intuitentityid": str(number), "intuitaccountid": tenant, "data": {},
    }  # fmt: skip


def classic(tenant: str, number: int) -> dict[str, Any]:
    change = {"id": str(number), "name": "Invoice", "operation": "Update", "lastUpdated": "now"}
    return {"realmId": tenant, "dataChangeEvent": {"entities": [change]}}


def event(tenant: str, number: int) -> dict[str, Any]:
    return {
        "resourceUrl": "", "resourceId": f"invoice-{number}", "eventDateUtc": "2026-06-03T10:00:00",
        "eventType": "UPDATE", "eventCategory": "INVOICE", "tenantId": tenant,
        "tenantType": "ORGANISATION",
    }  # fmt: skip


def told(form: str, tenant: str, numbers: Sequence[int]) -> bytes:
    match form:
        case "xero":
            return json.dumps({"events": [event(tenant, n) for n in numbers]}).encode()
        case "cloud events":
            return json.dumps([cloud(tenant, n) for n in numbers]).encode()
    return json.dumps({"eventNotifications": [classic(tenant, n) for n in numbers]}).encode()


FORMS = {"xero": "xero", "cloud events": "quickbooks", "the old form": "quickbooks"}


def door(world: World, keys: dict[str, str] | None = None) -> httpx2.AsyncClient:
    app = Starlette(routes=routes(world.tools, KEYS if keys is None else keys))
    transport = httpx2.ASGITransport(app=app)
    return httpx2.AsyncClient(transport=transport, base_url="https://bot.test")


async def send(door: httpx2.AsyncClient, vendor: str, body: bytes, sign: str | None = None) -> int:
    headers = {HEADERS[vendor]: signature(body, KEYS[vendor]) if sign is None else sign}
    answer = await door.post(f"/webhooks/{vendor}", content=body, headers=headers)
    assert answer.content == b"", "Xero disables who answers with a body"
    assert "set-cookie" not in answer.headers
    return answer.status_code


async def synced(world: World, clock: Clock, vendor: str) -> tuple[Connection, str]:
    """A client whose books are read; what its vendor calls the organisation."""
    client, organisation = WHERE[vendor]
    await world.practice.has(client)
    connection = await world.connect(client, organisation, purpose="data_health", software=vendor)
    await sync(world, clock, connection)
    clock.advance(timedelta(minutes=10))
    [known] = await world.all(Organisation)
    return connection, known.tenant_id


async def due_at(world: World) -> Any:
    [state] = await world.all(Sync)
    return state.due_at


@pytest.mark.parametrize("form", FORMS)
async def test_what_is_told_is_due_within_a_minute_however_often_and_in_whatever_order(
    world: World, clock: Clock, form: str
) -> None:
    vendor = FORMS[form]
    _, tenant = await synced(world, clock, vendor)
    first = clock()
    async with door(world) as at:
        statuses = [await send(at, vendor, told(form, tenant, (2, 1)))]
        soon = await due_at(world)
        clock.advance(timedelta(seconds=5))
        statuses += [await send(at, vendor, told(form, tenant, n)) for n in ((1,), (2, 1), (1, 2))]
    [nudge] = await world.all(SyncNudge)

    assert statuses == [200] * 4
    assert soon == await due_at(world) == first + GATHER
    assert soon <= first + timedelta(minutes=1)
    assert nudge.at == first, "what was told before counts once"


@pytest.mark.parametrize("vendor", WHERE)
async def test_who_does_not_sign_is_refused_and_changes_nothing(
    world: World, clock: Clock, vendor: str
) -> None:
    _, tenant = await synced(world, clock, vendor)
    before = await due_at(world)
    body = told("xero" if vendor == "xero" else "cloud events", tenant, (1,))
    forged = {
        "unsigned": "",
        "no base64": "*",
        "another key": signature(body, "another key"),
        "another body": signature(body + b" ", KEYS[vendor]),
        "another vendor's": signature(body, KEYS["quickbooks" if vendor == "xero" else "xero"]),
    }
    async with door(world) as at:
        statuses = {name: await send(at, vendor, body, sign) for name, sign in forged.items()}

    assert set(statuses.values()) == {401}
    assert await due_at(world) == before
    assert await world.all(SyncNudge) == []


async def test_xero_learns_that_we_tell_right_from_wrong(world: World) -> None:
    body = json.dumps(INTENT).encode()
    async with door(world) as at:
        right, wrong = await send(at, "xero", body), await send(at, "xero", body, "d3Jvbmc=")

    assert (right, wrong) == (200, 401)


@pytest.mark.parametrize("body", [b"", b"7", b"[", b'{"events":7}', b"\xff\xfe"])
@pytest.mark.parametrize("vendor", WHERE)
async def test_what_is_signed_and_makes_no_sense_is_not_asked_for_again(
    world: World, vendor: str, body: bytes
) -> None:
    async with door(world) as at:
        assert await send(at, vendor, body) == 200


async def test_nobody_listens_without_a_key_or_for_strangers(world: World) -> None:
    async with door(world, keys={}) as at:
        unset = await send(at, "xero", json.dumps(INTENT).encode())
        unknown = (await at.post("/webhooks/sage", content=b"{}")).status_code

    assert (unset, unknown) == (404, 404)


async def test_notices_of_organisations_we_do_not_read_are_taken_and_forgotten(
    world: World, clock: Clock
) -> None:
    await synced(world, clock, "xero")
    before = await due_at(world)
    async with door(world) as at:
        status = await send(at, "xero", told("xero", "somebody else", (1, 2)))

    assert status == 200
    assert await due_at(world) == before
