"""What an accounting software must offer to be connected."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from providers.amendments import Amended, Amendment, AmendmentKind
from providers.answers import Answer
from providers.books import BooksPage, Stream, Walk
from providers.drafts import Attachment, Draft, Outcome, Published, Publishing
from providers.errors import ProviderError
from providers.links import Target
from providers.notices import Webhook
from providers.records import ListKind, Organisation, Page

if TYPE_CHECKING:
    from providers.session import ProviderSession


class Feature(StrEnum):
    """Something a software may or may not be able to do."""

    BOOKKEEPING = "bookkeeping"
    DATA_HEALTH = "data health"
    SHARED_GRANT = "shared grant"  # one consent reaches several organisations
    DETACH = "detach"  # one organisation can leave a grant
    MULTI_CURRENCY = "multi-currency"


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoints:
    """Absolute addresses of one vendor."""

    authorise: str
    token: str
    revoke: str
    api: str

    def at(self, base: str) -> "Endpoints":
        """Re-root every address at `base`, the vendor's paths unchanged beneath it."""
        root = base.rstrip("/")
        return replace(
            self,
            authorise=root + urlsplit(self.authorise).path,
            token=root + urlsplit(self.token).path,
            revoke=root + urlsplit(self.revoke).path,
            api=root + urlsplit(self.api).path,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class OAuth:
    """The vendor's peculiarities at sign-in. `scopes` are asked for once, at consent.

    `extra` joins the query of the sign-in address, `token_headers` every token request.
    """

    scopes: tuple[str, ...]
    pkce: bool
    refresh_life: timedelta
    extra: Mapping[str, str]
    token_headers: Mapping[str, str] = field(default_factory=dict)
    revoke_as_json: bool = False  # RFC 7009 says form; not everybody read it


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What the vendor allows per organisation; `reserve` calls a day are kept for people.

    The `*_remaining` name the response headers in which the vendor counts for us; of our whole
    application's minute it alone counts, and `application_reserve` of it are kept for people.
    `month_of` is the time zone of the calendar month in which our whole application may read only
    so much, empty where there is no such limit.
    """

    per_minute: int
    concurrent: int
    per_day: int | None = None
    per_second: int | None = None
    batches_per_minute: int | None = None
    reserve: int = 0
    application_reserve: int = 0
    source: str = ""
    minute_remaining: str = ""
    day_remaining: str = ""
    application_remaining: str = ""
    month_of: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What this software can be used for; features left out are refused with a reason.

    `amendments` are the changes we make there for people.
    """

    lists: frozenset[ListKind]
    features: frozenset[Feature]
    streams: tuple[Stream, ...] = ()  # what a sync walks, in the order in which to begin
    amendments: frozenset[AmendmentKind] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Tenant:
    """One organisation a consent reaches. Names are refreshed from the organisation later."""

    tenant_id: str
    name: str
    legal_name: str | None = None
    country: str | None = None
    base_currency: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    """Our application's identity at the vendor."""

    client_id: str
    client_secret: str

    def __repr__(self) -> str:
        return f"Credentials(client_id={self.client_id!r})"


@dataclass(frozen=True, kw_only=True, slots=True)
class Configured:
    """A software with our application's identity there and the addresses to use."""

    provider: "Provider"
    credentials: Credentials
    endpoints: Endpoints


class Ledger(Protocol):
    """An authorised view of one organisation's books."""

    async def organisation(self) -> Organisation:
        """Describe the organisation."""

    def list(self, kind: ListKind, *, since: datetime | None = None) -> AsyncIterator[Page]:
        """Walk a whole list, inactive entries included; `since` asks for changes only."""

    def sync(self, walks: Sequence[Walk]) -> AsyncIterator[BooksPage]:
        """Read several streams side by side, as fast as the vendor allows.

        A walk that cannot be told from its `since` (too long ago, more changes than are listed) is
        made as a whole one, and its pages say so. Whatever is raised ends all walks; pages given
        before stay good, and their checkpoints lead on from there. A walk that is added to `walks`
        between two pages is taken up with the others, or left to another call.
        """

    async def amend(self, amendment: Amendment, *, key: str) -> Amended:
        """Make one change, unless it is so already; the answer is what the ledger says afterwards.

        `key` is the same for every attempt at it, at most 40 letters and digits. Raises Rejected,
        Missing, NotPermitted, and OutcomeUnknown where it may have been done.
        """

    async def publish(self, drafts: Sequence[Draft], *, key: str) -> Sequence[Outcome]:
        """Create documents, at most a batch of them: an outcome for each, in their order.

        `key` is the same for every attempt at exactly these drafts, at most 40 letters, digits and
        dashes. Raises no ProviderError: what happened stands in the outcomes.
        """

    async def find(self, drafts: Sequence[Draft]) -> Sequence[Published | None]:
        """What became of drafts that were sent before, by their references; in their order."""

    async def settle(self, published: Published, draft: Draft, *, key: str) -> Published:
        """Record that it was paid as the draft says, unless it is so already.

        Raises Rejected, and OutcomeUnknown where it may have been done.
        """

    async def attach(self, published: Published, file: Attachment, *, key: str) -> None:
        """Hang a file on it, unless one of that name and size hangs there already."""

    async def look_up(self, published: Published) -> Published | None:
        """As it is now; None where it is gone."""

    async def revise(self, published: Published, draft: Draft, *, key: str) -> Published:
        """Make it what the draft says. Raises Rejected where it is no draft any more."""

    async def withdraw(self, published: Published, *, key: str) -> None:
        """Void or delete it; gone already is fine. Raises Rejected where it cannot be."""


class Provider(Protocol):
    """One accounting software. `key` is its name in settings, addresses and the database."""

    key: str
    name: str
    rank: int  # place in a list of softwares, lowest first
    endpoints: Endpoints
    environments: Mapping[str, Endpoints]  # places other than production, by the vendor's name
    entitlements: Mapping[str, "Provider"]  # itself, with what a vendor grants some applications
    oauth: OAuth
    limits: Limits
    capabilities: Capabilities
    checklist: tuple[str, ...]  # what a person must know before signing in, one sentence each
    sign_in_role: str  # who may consent, in the vendor's words
    correlation_header: str  # the vendor's support asks for this header of an answer
    webhook: Webhook | None  # how it tells us of changes, if it does
    link_hint: str | None  # what to do before links into its pages lead to the right place

    def translate(self, answer: Answer) -> ProviderError | None:
        """What a failure means; None when the answer is good.

        AuthorizationLost(REFRESH_REFUSED) on a 401 means that the access token is spent: it is
        renewed and the request repeated, and once more a moment later.
        """

    async def confirm(
        self, session: "ProviderSession", tenant_id: str, error: ProviderError
    ) -> ProviderError:
        """Look again where the vendor is known to refuse by mistake; usually `error` itself.

        Asked only about AuthorizationLost, with a session that is not bound to an organisation.
        """

    async def tenants(
        self, session: "ProviderSession", callback: Mapping[str, str]
    ) -> Sequence[Tenant]:
        """The organisations this consent reaches; `callback` is the query of the redirect."""

    def ledger(self, session: "ProviderSession", tenant_id: str) -> Ledger:
        """The books of one organisation."""

    def publishing(self, organisation: Organisation) -> Publishing | None:
        """What the organisation takes from us on its plan; None where nothing at all."""

    def link(self, target: Target) -> str | None:
        """Where a person sees this record in the vendor's own pages; None where nowhere."""

    async def detach(self, session: "ProviderSession", tenant_id: str) -> None:
        """Let one organisation leave the grant; already gone is fine."""
