"""QuickBooks Online, as developer.intuit.com documents it (facts: providers.md §2)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from providers.amendments import AmendmentKind
from providers.answers import Answer
from providers.drafts import Publishing
from providers.errors import ProviderError
from providers.links import Target
from providers.provider import (
    Capabilities,
    Endpoints,
    Feature,
    Ledger,
    Limits,
    OAuth,
    Provider,
    Tenant,
)
from providers.quickbooks import client, errors, links, notices, ways
from providers.quickbooks.streams import STREAMS
from providers.records import ListKind, Organisation
from providers.session import ProviderSession

_PRODUCTION = Endpoints(
    authorise="https://appcenter.intuit.com/connect/oauth2",
    token="https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",  # noqa: S106  # an address
    revoke="https://developer.api.intuit.com/v2/oauth2/tokens/revoke",
    api="https://quickbooks.api.intuit.com",
)


class QuickBooks:
    """One consent, one company, one set of tokens."""

    key = "quickbooks"
    name = "QuickBooks Online"
    rank = 20
    endpoints = _PRODUCTION
    environments: Mapping[str, Endpoints] = {
        "sandbox": replace(_PRODUCTION, api="https://sandbox-quickbooks.api.intuit.com")
    }
    entitlements: Mapping[str, Provider] = {}
    oauth = OAuth(
        scopes=("com.intuit.quickbooks.accounting", "openid", "profile", "email"),
        pkce=False,
        refresh_life=timedelta(days=100),
        extra={},
        token_headers={"x-include-refresh-token-hard-expires-in": "true"},
        revoke_as_json=True,
    )
    limits = Limits(
        per_minute=500,
        per_second=8,  # of ten: calls that leave evenly arrive in bunches
        batches_per_minute=40,
        concurrent=10,
        source="developer.intuit.com, API call limits and throttles",
        month_of="America/Los_Angeles",  # Intuit's own; it does not say whose month it counts
    )
    capabilities = Capabilities(
        lists=frozenset(ListKind),
        features=frozenset({Feature.BOOKKEEPING, Feature.DATA_HEALTH, Feature.MULTI_CURRENCY}),
        streams=STREAMS,
        amendments=frozenset({AmendmentKind.ACCOUNT_IN_USE}),
    )
    checklist = (
        "You sign in to QuickBooks Online as the primary admin or a company admin.",
        "You choose one company.",
        "Switch on multi-currency there first if documents in other currencies will be published.",
        "We read the chart of accounts, tax codes, vendors, customers, products, classes,"
        " locations, projects and bank accounts.",
        "Nothing is changed in QuickBooks Online by connecting.",
    )
    sign_in_role = "Primary admin or company admin"
    correlation_header = "intuit_tid"
    webhook = notices.reader(tuple(stream.name for stream in STREAMS))
    link_hint = "Sign in to the right company in QuickBooks Online before you follow a link."

    def translate(self, answer: Answer) -> ProviderError | None:
        return errors.translate(answer)

    async def confirm(
        self, session: ProviderSession, tenant_id: str, error: ProviderError
    ) -> ProviderError:
        del session, tenant_id  # Intuit means what it says
        return error

    async def tenants(
        self, session: ProviderSession, callback: Mapping[str, str]
    ) -> Sequence[Tenant]:
        return await client.tenants(session, callback)

    def ledger(self, session: ProviderSession, tenant_id: str) -> Ledger:
        return client.ledger(session, tenant_id)

    def publishing(self, organisation: Organisation) -> Publishing | None:
        return ways.publishing(organisation)

    def link(self, target: Target) -> str | None:
        return links.link(target)

    async def detach(self, session: ProviderSession, tenant_id: str) -> None:
        """Nothing to do: a company leaves with its grant, which is revoked."""


PROVIDER = QuickBooks()
