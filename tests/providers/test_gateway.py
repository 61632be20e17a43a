"""The one door to accounting software."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest

from providers.errors import UnknownProvider
from providers.gateway import LedgerGateway, configure
from providers.session import open_http
from providers.xero.streams import JOURNALS
from tests.providers.vendors import (
    CREDENTIALS,
    HandClock,
    MemoryTokens,
    a_gateway,
    a_token_set,
    sample,
)

ACME = "70784a63-d24b-46a9-a4db-0e70a274b056"


def nobody(request: httpx2.Request) -> httpx2.Response:
    raise AssertionError(request.url)


def a_gateway_to(*keys: str) -> LedgerGateway:
    return LedgerGateway(
        http=open_http(transport=httpx2.MockTransport(nobody)),
        configured={key: configure(key, CREDENTIALS) for key in keys},
        tokens=MemoryTokens(),
        now=HandClock(),
    )


@pytest.mark.parametrize(
    ("configured", "shown"),
    [
        ((), []),
        (("quickbooks",), ["QuickBooks Online"]),
        (("quickbooks", "xero"), ["Xero", "QuickBooks Online"]),
    ],
)
def test_what_is_configured_is_offered_in_order(
    configured: tuple[str, ...], shown: list[str]
) -> None:
    assert [software.name for software in a_gateway_to(*configured).software()] == shown


def test_production_is_where_the_vendor_says() -> None:
    endpoints = configure("quickbooks", CREDENTIALS, environment="production").endpoints

    assert endpoints == configure("quickbooks", CREDENTIALS).endpoints
    assert endpoints.api == "https://quickbooks.api.intuit.com"


def test_a_sandbox_company_lives_elsewhere_and_signs_in_at_the_same_place() -> None:
    sandbox = configure("quickbooks", CREDENTIALS, environment="sandbox").endpoints
    production = configure("quickbooks", CREDENTIALS).endpoints

    assert sandbox.api == "https://sandbox-quickbooks.api.intuit.com"
    assert sandbox.token == production.token


def test_a_root_address_moves_everything() -> None:
    endpoints = configure(
        "xero", CREDENTIALS, root_url="http://127.0.0.1:8765/ledgers/xero/"
    ).endpoints

    assert endpoints.authorise == ("http://127.0.0.1:8765/ledgers/xero/identity/connect/authorize")
    assert endpoints.api == "http://127.0.0.1:8765/ledgers/xero"


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"root_url": "127.0.0.1:8765"}, "is not an address"),
        ({"root_url": "ftp://vendor.example"}, "is not an address"),
        ({"root_url": "https://"}, "is not an address"),
        ({"root_url": "https://me:pw@vendor.example"}, "no user, query or fragment"),
        ({"root_url": "https://vendor.example/?x=1"}, "no user, query or fragment"),
        ({"environment": "staging"}, "known: production, sandbox"),
    ],
)
def test_a_mistake_in_the_settings_is_one_line(over: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        configure("quickbooks", CREDENTIALS, **over)

    assert "\n" not in str(caught.value)


def test_an_entitlement_adds_its_scope_and_what_it_lets_us_read() -> None:
    plain, more = (
        configure("xero", CREDENTIALS, entitlement=e).provider for e in (None, "journals")
    )

    assert set(more.oauth.scopes) - set(plain.oauth.scopes) == {"accounting.journals.read"}
    assert set(more.capabilities.streams) - set(plain.capabilities.streams) == {JOURNALS}
    assert (more.key, more.limits, more.endpoints) == (plain.key, plain.limits, plain.endpoints)


def test_a_software_nobody_wrote_cannot_be_configured() -> None:
    with pytest.raises(UnknownProvider):
        configure("sage", CREDENTIALS)


async def opened(gateway: LedgerGateway) -> None:
    async with gateway.open("xero", tenant_id="t", grant_id="g"):
        pass


@pytest.mark.parametrize(
    "ask",
    [
        opened,
        lambda gateway: gateway.probe("xero"),
        lambda gateway: gateway.revoke("xero", a_token_set()),
        lambda gateway: gateway.exchange("xero", code="c", redirect_uri="r", verifier=None),
        lambda gateway: gateway.tenants("xero", grant_id="g", callback={}),
        lambda gateway: gateway.detach("xero", tenant_id="t", grant_id="g"),
    ],
)
async def test_what_is_not_configured_is_refused_at_every_entrance(
    ask: Callable[[LedgerGateway], Awaitable[None]],
) -> None:
    with pytest.raises(UnknownProvider):
        await ask(a_gateway_to("quickbooks"))


def test_what_is_not_configured_has_no_declaration_and_no_address() -> None:
    gateway = a_gateway_to("quickbooks")

    with pytest.raises(UnknownProvider):
        gateway.provider("xero")
    with pytest.raises(UnknownProvider):
        gateway.authorisation_url("xero", redirect_uri="r", state="s", verifier=None)


def xero(request: httpx2.Request) -> httpx2.Response:
    name = request.url.path.rpartition("/")[2].casefold()
    return httpx2.Response(200, content=sample(f"xero/{name}.json"))


async def test_an_opened_ledger_reads_with_the_tokens_of_its_grant() -> None:
    seen: list[httpx2.Request] = []

    def vendor(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return xero(request)

    tokens = MemoryTokens(one=a_token_set(1), two=a_token_set(2))
    gateway = a_gateway(vendor, key="xero", tokens=tokens)
    async with gateway.open("xero", tenant_id=ACME, grant_id="two") as ledger:
        organisation = await ledger.organisation()

    assert organisation.name == "Acme Limited"
    assert seen[0].headers["authorization"] == "Bearer access-2"
    assert str(seen[0].url) == "https://vendor.example/xero/api.xro/2.0/Organisation"


async def test_people_and_background_work_share_one_allowance() -> None:
    clock = HandClock()
    gateway = a_gateway(xero, key="xero", tokens=MemoryTokens(grant=a_token_set()), clock=clock)
    for background in (True, False):
        async with gateway.open(
            "xero", tenant_id=ACME, grant_id="grant", background=background
        ) as ledger:
            for _ in range(16):
                await ledger.organisation()

    assert clock.slept == [60.0]  # 64 calls, 60 a minute
