"""The register of fixed assets."""

import base64
import json
from datetime import date
from decimal import Decimal
from typing import Any

import httpx2
import msgspec
import pytest
from xero_python.assets import models

from providers.books import ASSET_TYPE, Asset, BooksPage, Walk
from providers.errors import TryAgain
from providers.xero import PROVIDER
from providers.xero.book_shapes import AssetRow, AssetSettingsRow, AssetTypeRow
from tests.providers.vendors import MemoryTokens, a_session, a_token_set, sample
from tests.providers.xero.bodies import an_id


def access_with(*scopes: str) -> str:
    claims = base64.urlsafe_b64encode(json.dumps({"scope": scopes}).encode()).rstrip(b"=")
    return f"e30.{claims.decode()}.signature"


class Register:
    """One registered car, and what else it is told to have."""

    def __init__(self) -> None:
        self.requests: list[httpx2.Request] = []
        self.drafts: dict[str, Any] = {"pagination": {"pageCount": 0, "itemCount": 0}, "items": []}
        self.types: list[Any] = json.loads(sample("xero/asset_types.json"))
        self.settings: dict[str, Any] = {"lastDepreciationDate": "2026-09-30T00:00:00"}
        self.refusal: httpx2.Response | None = None

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        if self.refusal is not None:
            return self.refusal
        if request.url.path == "/assets.xro/1.0/AssetTypes":
            return httpx2.Response(200, json=self.types)
        if request.url.path == "/assets.xro/1.0/Settings":
            return httpx2.Response(200, json=self.settings)
        status = request.url.params["status"]
        if status == "REGISTERED":
            return httpx2.Response(200, content=sample("xero/assets.json"))
        if status == "DRAFT":
            return httpx2.Response(200, json=self.drafts)
        return httpx2.Response(200, json={"pagination": {"pageCount": 0}, "items": []})


async def read(register: Register, access: str = "opaque") -> list[BooksPage]:
    tokens = MemoryTokens(grant=a_token_set(access=access))
    ledger = PROVIDER.ledger(a_session(register, tokens=tokens), "acme")
    return [page async for page in ledger.sync([Walk(stream="Assets")])]


@pytest.mark.parametrize("access", ["opaque", access_with("openid", "assets.read")])
async def test_an_asset_has_the_accounts_of_its_type(access: str) -> None:
    register = Register()

    (page,) = await read(register, access)

    assert list(page.records) == [
        Asset(
            source="Assets",
            remote_id=an_id(1301),
            name="Motor vehicles",
            status=ASSET_TYPE,
            asset_account=an_id(1311),
            depreciation_account=an_id(1313),
            depreciated_until=date(2026, 9, 30),
        ),
        Asset(
            source="Assets",
            remote_id=an_id(1201),
            name="Company car",
            number="FA-0013",
            status="Registered",
            purchased_on=date(2025, 7, 1),
            price=Decimal(18_000),
            book_value=Decimal(15_300),
            asset_account=an_id(1311),
            depreciation_account=an_id(1313),
        ),
    ]
    assert (page.is_last, page.is_whole, page.watermark) == (True, True, None)
    asked = [request.url.params.get("status") for request in register.requests]
    assert asked == [None, "DRAFT", None, "REGISTERED", "DISPOSED"]
    assert {request.headers["xero-tenant-id"] for request in register.requests} == {"acme"}


async def test_depreciation_that_was_never_run_has_no_day() -> None:
    register = Register()
    register.settings = {"assetNumberPrefix": "FA-"}

    (page,) = await read(register)

    assert {record.depreciated_until for record in page.records if isinstance(record, Asset)} == {
        None
    }


async def test_an_organisation_that_never_set_up_assets_costs_two_requests() -> None:
    register = Register()
    register.types = []

    (page,) = await read(register)

    assert list(page.records) == []
    assert len(register.requests) == 2


async def test_an_asset_of_an_unknown_type_is_an_asset() -> None:
    register = Register()
    draft = {"assetId": "7", "assetName": "A drill", "assetTypeId": "unheard of"}
    register.drafts = {"pagination": {"pageCount": 1, "itemCount": 1}, "items": [draft]}

    (page,) = await read(register)

    assert Asset(source="Assets", remote_id="7", name="A drill") in page.records


async def test_a_grant_without_assets_is_refused_without_a_request() -> None:
    register = Register()

    (page,) = await read(register, access_with("openid", "accounting.invoices"))

    assert page.refused is not None
    assert (page.refused.provider, register.requests) == ("xero", [])


@pytest.mark.parametrize("status", [401, 403])
async def test_a_plan_without_assets_is_refused(status: int) -> None:
    register = Register()
    register.refusal = httpx2.Response(status, json={"Detail": "AuthorizationUnsuccessful"})

    (page,) = await read(register)

    assert page.refused is not None
    assert page.is_last


async def test_fewer_assets_than_stated_are_not_taken_for_all() -> None:
    register = Register()
    register.drafts = {"pagination": {"pageCount": 1, "itemCount": 2}, "items": []}

    with pytest.raises(TryAgain):
        await read(register)


@pytest.mark.parametrize(
    ("shape", "model"),
    [
        (AssetRow, models.Asset),
        (AssetTypeRow, models.AssetType),
        (AssetSettingsRow, models.Setting),
    ],
)
def test_xeros_own_client_knows_every_field_we_read(
    shape: type[msgspec.Struct], model: Any
) -> None:
    read = {field.encode_name for field in msgspec.structs.fields(shape)}

    assert read - set(model.attribute_map.values()) == set()
