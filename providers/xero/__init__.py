"""Xero, as developer.xero.com documents it (facts and their sources: providers.md §1)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from providers.amendments import AmendmentKind
from providers.answers import Answer
from providers.drafts import Publishing
from providers.errors import ProviderError
from providers.links import Target
from providers.notices import Webhook
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
from providers.records import ListKind, Organisation
from providers.session import ProviderSession
from providers.xero import books, client, errors, journals, links, notices, ways


class Xero:
    """One consent of one person, reaching every organisation that person connected."""

    key = "xero"
    name = "Xero"
    rank = 10
    endpoints = Endpoints(
        authorise="https://login.xero.com/identity/connect/authorize",
        token="https://identity.xero.com/connect/token",  # noqa: S106  # an address
        revoke="https://identity.xero.com/connect/revocation",
        api="https://api.xero.com",
    )
    environments: Mapping[str, Endpoints] = {}
    oauth = OAuth(
        # granular scopes, the only ones an application made since 2 March 2026 may ask for
        scopes=(
            "offline_access",
            "openid",
            "profile",
            "email",
            "accounting.settings",  # accounts are archived for people
            "accounting.contacts",
            "accounting.invoices",
            "accounting.payments",
            "accounting.banktransactions",
            "accounting.manualjournals",
            "accounting.attachments",
            "assets.read",
        ),
        pkce=True,
        refresh_life=timedelta(days=60),
        extra={},
    )
    limits = Limits(
        per_minute=60,
        concurrent=5,
        per_day=5000,
        reserve=500,
        application_reserve=500,  # of 10,000
        source="developer.xero.com, OAuth 2.0 API limits",
        minute_remaining="X-MinLimit-Remaining",
        day_remaining="X-DayLimit-Remaining",
        application_remaining="X-AppMinLimit-Remaining",
    )
    capabilities = Capabilities(
        lists=frozenset(ListKind),
        features=frozenset(
            {
                Feature.BOOKKEEPING,
                Feature.DATA_HEALTH,
                Feature.SHARED_GRANT,
                Feature.DETACH,
                Feature.MULTI_CURRENCY,
            }
        ),
        streams=books.STREAMS,
        amendments=frozenset(AmendmentKind),
    )
    checklist: tuple[str, ...] = (
        "You sign in to Xero as a user with the Standard or Adviser role.",
        "You choose one organisation.",
        "We read the chart of accounts, tax rates, contacts, products, tracking and bank accounts.",
        "Nothing is changed in Xero by connecting.",
    )
    sign_in_role = "Standard or Adviser"
    correlation_header = "Xero-Correlation-Id"
    webhook: Webhook | None = notices.WEBHOOK
    link_hint: str | None = None

    def __init__(self, entitlements: Mapping[str, Provider] | None = None) -> None:
        self.entitlements = entitlements or {}

    def translate(self, answer: Answer) -> ProviderError | None:
        return errors.translate(answer)

    async def confirm(
        self, session: ProviderSession, tenant_id: str, error: ProviderError
    ) -> ProviderError:
        return await client.confirm(session, tenant_id, error)

    async def tenants(
        self, session: ProviderSession, callback: Mapping[str, str]
    ) -> Sequence[Tenant]:
        del callback  # Xero's redirect carries nothing beside the code
        return await client.tenants(session)

    def ledger(self, session: ProviderSession, tenant_id: str) -> Ledger:
        return client.XeroLedger(session=session.of(tenant_id), tenant_id=tenant_id)

    def publishing(self, organisation: Organisation) -> Publishing | None:
        return ways.publishing(organisation)

    def link(self, target: Target) -> str | None:
        return links.link(target)

    async def detach(self, session: ProviderSession, tenant_id: str) -> None:
        await client.detach(session, tenant_id)


class XeroWithJournals(Xero):
    """For an application that Xero lets read journals: the Advanced tier, after an assessment of
    its security. From any other it refuses the whole sign-in that asks for that scope."""

    oauth = replace(Xero.oauth, scopes=(*Xero.oauth.scopes, journals.SCOPE))
    capabilities = replace(Xero.capabilities, streams=(*books.STREAMS, books.JOURNALS))


PROVIDER = Xero({"journals": XeroWithJournals()})
