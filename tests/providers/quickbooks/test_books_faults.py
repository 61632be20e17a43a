"""A fault inside a batch means what it would mean alone."""

from typing import Any

import httpx2
import pytest

from providers.books import Walk
from providers.errors import (
    AuthorizationLost,
    LossReason,
    NotPermitted,
    ProviderError,
    Rejected,
    WireMismatch,
)
from tests.providers.quickbooks.company import (
    Company,
    a_fault,
    a_gateway_fault,
    ids,
    numbered,
)

BOTH = (Walk(stream="Invoice"), Walk(stream="PurchaseOrder"))


def upper(code: str, kind: str = "ValidationFault") -> dict[str, Any]:
    return {"Fault": a_fault(code, kind)}


def lower(code: str, kind: str = "ValidationFault") -> dict[str, Any]:
    return {"Fault": None, "fault": a_gateway_fault(code, kind)}


def inside(code: str, kind: str = "ValidationFault") -> dict[str, Any]:
    return {"QueryResponse": {"Fault": a_fault(code, kind)}}


spelled = pytest.mark.parametrize("spelling", [upper, lower, inside])


@spelled
@pytest.mark.parametrize(
    ("code", "kind", "error"),
    [
        ("120", "AuthorizatonFault", AuthorizationLost),
        ("3100", "AUTHORIZATION", AuthorizationLost),
        ("500", "ValidationFault", WireMismatch),
        ("4001", "ValidationFault", WireMismatch),
        ("6000", "ValidationFault", Rejected),
        ("77", "of a new type", Rejected),
    ],
)
async def test_a_fault_ends_the_sync(
    spelling: Any, code: str, kind: str, error: type[ProviderError]
) -> None:
    company = Company(Invoice=numbered(1))
    company.faults["PurchaseOrder"] = spelling(code, kind)

    with pytest.raises(error) as caught:
        await company.sync(*BOTH)

    assert (caught.value.provider, caught.value.operation) == ("quickbooks", "POST batch")


@spelled
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("5020", "ValidationFault"),
        ("5030", "ValidationFault"),
        ("999", "AuthorizationFault"),
    ],
)
async def test_what_the_plan_lacks_is_refused_and_the_rest_is_read(
    spelling: Any, code: str, kind: str
) -> None:
    company = Company(Invoice=numbered(1_500))
    company.faults["PurchaseOrder"] = spelling(code, kind)

    pages = await company.sync(*BOTH)

    (refused,) = [page for page in pages if page.stream == "PurchaseOrder"]
    assert isinstance(refused.refused, NotPermitted)
    assert refused.is_last
    assert not refused.is_whole  # what it did not meet is not gone
    assert len(ids(pages, "Invoice")) == 1_500


@spelled
async def test_a_lapsed_subscription_is_the_companys_and_no_streams(spelling: Any) -> None:
    company = Company()
    company.faults["Invoice"] = spelling("6190")

    with pytest.raises(NotPermitted):
        await company.sync(*BOTH)


@spelled
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("3200", "AUTHENTICATION"),
        ("003001", "ThrottleExceeded"),
        ("10000", "SystemFault"),
        ("3", "SERVICE"),
    ],
)
async def test_what_passes_is_asked_again_alone(spelling: Any, code: str, kind: str) -> None:
    company = Company(Invoice=numbered(10), PurchaseOrder=numbered(3))
    company.faults["PurchaseOrder"] = spelling(code, kind)

    pages = await company.sync(*BOTH)

    assert ids(pages, "PurchaseOrder") == ["1", "2", "3"]
    assert [path for path in company.paths() if path == "query"] == ["query"] * 2  # count and page


async def test_a_spent_token_inside_a_batch_is_renewed() -> None:
    company = Company(Invoice=numbered(1))
    company.faults["Invoice"] = upper("3200", "AuthenticationFault")
    refused = httpx2.Response(401, json={"fault": a_gateway_fault("3200", "AUTHENTICATION")})

    def handler(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/tokens/bearer"):
            body = {"access_token": "new", "refresh_token": "r", "expires_in": 3600}
            return httpx2.Response(200, json=body)
        is_old = request.headers["authorization"] != "Bearer new"
        return refused if is_old and request.url.path.endswith("/query") else company(request)

    pages = await Company.sync(_Behind(handler, company), Walk(stream="Invoice"))  # type: ignore[arg-type]

    assert ids(pages, "Invoice") == ["1"]
    assert company.tokens.stored["grant"].access == "new"


async def test_a_token_that_is_refused_after_all_is_lost() -> None:
    company = Company()
    company.faults["Invoice"] = upper("3200", "AuthenticationFault")
    refused = httpx2.Response(400, json={"error": "invalid_grant"})

    def handler(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/tokens/bearer"):
            return refused
        if request.url.path.endswith("/query"):
            return httpx2.Response(401, json={"Fault": a_fault("3200", "AuthenticationFault")})
        return company(request)

    with pytest.raises(AuthorizationLost) as caught:
        await Company.sync(_Behind(handler, company), Walk(stream="Invoice"))  # type: ignore[arg-type]

    assert caught.value.reason is LossReason.REFRESH_REFUSED


class _Behind:
    """A company reached through somebody else's handler."""

    def __init__(self, handler: Any, company: Company) -> None:
        self.clock, self.tokens, self._handler = company.clock, company.tokens, handler

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        response: httpx2.Response = self._handler(request)
        return response


async def test_a_whole_batch_that_is_refused_raises() -> None:
    def forbidden(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(400, json={"Fault": a_fault("6190")})

    with pytest.raises(NotPermitted):
        await Company.sync(_Behind(forbidden, Company()), *BOTH)  # type: ignore[arg-type]


async def test_an_empty_answer_to_a_count_is_a_mistake() -> None:
    company = Company()
    company.faults["Invoice"] = {"QueryResponse": {}}

    with pytest.raises(WireMismatch):
        await company.sync(Walk(stream="Invoice"))
