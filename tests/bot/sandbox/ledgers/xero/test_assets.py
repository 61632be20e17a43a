"""The stand-in's fixed assets: who may read them, how they are chosen, and Xero's own client."""

import asyncio
import time

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token
from xero_python.assets import AssetApi
from xero_python.assets.models import AssetStatusQueryParam

from bot.sandbox.server import running

ACME = "Acme Limited"
FORM = {"person": "ana", "organisation": ACME, "decision": "allow"}


@pytest.fixture
def signed_in(practice, came_back):
    async def signed_in(scope):
        asked = await practice.ask_xero(form=FORM, scope=scope)
        return await practice.redeem_xero(came_back(asked)["code"])

    return signed_in


@pytest.fixture
async def read(practice, signed_in):
    tokens = await signed_in("offline_access assets.read")

    async def read(path, **params):
        headers = {
            "Authorization": f"Bearer {tokens['access_token']}",
            "xero-tenant-id": practice.ledgers.organisation(ACME).key,
        }
        address = f"/ledgers/xero/assets.xro/1.0/{path}"
        return await practice.client.get(address, headers=headers, params=params)

    return read


@pytest.mark.parametrize(("status", "count"), [("DRAFT", 1), ("REGISTERED", 2), ("DISPOSED", 1)])
async def test_assets_come_by_status(read, status, count):
    body = (await read("Assets", status=status)).json()

    assert {each["assetStatus"].upper() for each in body["items"]} == {status}
    assert body["pagination"] == {"page": 1, "pageSize": 10, "pageCount": 1, "itemCount": count}


@pytest.mark.parametrize(
    "params",
    [{}, {"status": "SOLD"}, {"status": "DRAFT", "page": "0"}, {"status": "DRAFT", "orderBy": "x"}],
)
async def test_what_is_missing_or_unknown_is_refused(read, params):
    answer = await read("Assets", **params)

    assert answer.status_code == 400
    assert answer.json()["fieldValidationErrors"][0]["localisedMessage"]


async def test_assets_are_paged_sorted_and_searched(read):
    asked = {"status": "REGISTERED", "pageSize": 1, "orderBy": "PurchasePrice"}
    dear, cheap = [
        (await read("Assets", **asked, page=n, sortDirection="desc")).json() for n in (1, 2)
    ]
    found = (await read("Assets", status="REGISTERED", filterBy="laptop")).json()

    assert dear["pagination"]["pageCount"] == 2
    assert dear["items"][0]["purchasePrice"] > cheap["items"][0]["purchasePrice"]
    assert [each["assetName"] for each in found["items"]] == ["Two laptops"]


async def test_an_asset_belongs_to_a_type_with_accounts_of_the_chart(read, ledgers):
    accounts = ledgers.organisation(ACME).rows("Accounts")
    codes = {row.id: row.fields["Code"] for row in accounts}
    types = {each["assetTypeId"]: each for each in (await read("AssetTypes")).json()}
    asset = (await read("Assets", status="REGISTERED")).json()["items"][0]
    alone = (await read(f"Assets/{asset['assetId']}")).json()

    kind = types[asset["assetTypeId"]]
    assert alone == asset
    assert codes[kind["fixedAssetAccountId"]] == "710"
    assert codes[kind["accumulatedDepreciationAccountId"]] == "711"
    assert codes[kind["depreciationExpenseAccountId"]] == "416"


async def test_the_settings_tell_when_depreciation_was_last_run(read):
    settings = (await read("Settings")).json()

    assert settings["lastDepreciationDate"] == "2026-09-30T00:00:00"


async def test_without_the_scope_nothing_is_read(practice, signed_in, ledgers):
    tokens = await signed_in("offline_access accounting.settings.read")
    headers = {
        "Authorization": f"Bearer {tokens['access_token']}",
        "xero-tenant-id": ledgers.organisation(ACME).key,
    }
    answer = await practice.client.get("/ledgers/xero/assets.xro/1.0/AssetTypes", headers=headers)

    assert (answer.status_code, answer.json()["Detail"]) == (401, "AuthorizationUnsuccessful")


async def test_a_fault_strikes_assets_and_they_count_towards_the_limits(read, ledgers):
    ledgers.set_fault(f"xero:{ACME}/Assets", "server_error")
    broken = await read("Assets", status="DRAFT")
    well = await read("Assets", status="DRAFT")

    assert (broken.status_code, well.status_code) == (500, 200)
    assert well.headers["x-minlimit-remaining"] == "58"


async def test_the_vendors_client_reads_the_register(practice, signed_in, ledgers):
    app = Starlette(routes=[Mount("/ledgers", routes=practice.ledgers.routes())])
    async with running(app) as base_url, httpx2.AsyncClient(base_url=base_url) as client:
        practice.client = client
        tokens = await signed_in("offline_access assets.read")
        tokens |= {"expires_at": time.time() + 1800, "scope": tokens["scope"].split()}
        token = OAuth2Token(client_id="our-app", client_secret="our-secret")
        theirs = ApiClient(Configuration(oauth2_token=token), pool_threads=1)
        theirs.oauth2_token_getter(lambda: tokens)
        theirs.oauth2_token_saver(lambda _: None)
        api, tenant = AssetApi(theirs), ledgers.organisation(ACME).key
        api.base_url = f"{base_url}/ledgers/xero/assets.xro/1.0"

        registered = await asyncio.to_thread(
            api.get_assets, tenant, AssetStatusQueryParam("REGISTERED")
        )
        types = await asyncio.to_thread(api.get_asset_types, tenant)
        settings = await asyncio.to_thread(api.get_asset_settings, tenant)

    assert [each.asset_name for each in registered.items] == ["Desks and chairs", "Two laptops"]
    assert len(types) == 2
    assert settings.asset_number_prefix == "FA-"
