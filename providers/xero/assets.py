"""The register of fixed assets, which has an address, a scope and pages of its own."""

import asyncio
from collections.abc import Mapping

from providers.errors import Lack, NotPermitted, TryAgain, WireMismatch
from providers.paging import MAX_PAGES
from providers.session import ProviderSession
from providers.xero.book_shapes import (
    AssetRow,
    AssetSettingsRow,
    AssetTypeRow,
    Envelope,
    enveloped,
)
from providers.xero.streams import headers

_API = "/assets.xro/1.0/"
_SCOPES = frozenset({"assets", "assets.read"})
# in the order of an asset's life: one that moves on while we read is met twice, never missed
_DRAFT = "DRAFT"
_LATER = ("REGISTERED", "DISPOSED")
_SHAPE = enveloped("items", AssetRow)


async def register(session: ProviderSession, tenant_id: str) -> Envelope:
    """Its settings if it has any type of asset, then every type, then every asset.

    Raises NotPermitted, without asking, when the grant is known not to include them.
    """
    scopes = (await session.claims()).get("scope")
    if isinstance(scopes, list) and not _SCOPES & set(scopes):
        needed = "permission to read fixed assets"
        raise NotPermitted(
            needed=needed, lack=Lack.PLAN, provider="xero", operation=f"GET {_API}Assets"
        )
    bound = headers(tenant_id)
    types, found = await asyncio.gather(_types(session, bound), _assets(session, _DRAFT, bound))
    # only a draft may be without a type: where there are no types, nothing was ever registered
    if not types:
        return Envelope(rows=[*found.values()])
    settings: AssetSettingsRow | None = await session.get(
        f"{_API}Settings", headers=bound, shape=AssetSettingsRow
    )
    for status in _LATER:
        found |= await _assets(session, status, bound)
    return Envelope(rows=[settings or AssetSettingsRow(), *types, *found.values()])


async def _types(session: ProviderSession, bound: Mapping[str, str]) -> list[AssetTypeRow]:
    rows: list[AssetTypeRow] | None = await session.get(
        f"{_API}AssetTypes", headers=bound, shape=list[AssetTypeRow]
    )
    return rows or []


async def _assets(
    session: ProviderSession, status: str, bound: Mapping[str, str]
) -> dict[str, AssetRow]:
    rows: dict[str, AssetRow] = {}
    for number in range(1, MAX_PAGES + 1):
        params = {"status": status, "page": str(number), "pageSize": "100", "orderBy": "AssetName"}
        page: Envelope | None = await session.get(
            f"{_API}Assets", params=params, headers=bound, shape=_SHAPE
        )
        if page is None or page.pagination is None:
            raise WireMismatch(path="$.pagination", wanted="a page of assets")
        rows.update({row.asset_id: row for row in page.rows})
        if number >= (page.pagination.page_count or 0):
            if len(rows) < (page.pagination.item_count or 0):
                raise TryAgain("fewer fixed assets than stated")
            break
    return rows
