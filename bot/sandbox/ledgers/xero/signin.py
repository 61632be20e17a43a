"""How one signs in at the stand-in Xero: scopes, lives of tokens, and what the tokens say."""

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.jwt import signed
from bot.sandbox.ledgers.people import Directory, VendorUser
from bot.sandbox.ledgers.terms import Terms
from bot.sandbox.ledgers.tokens import Consent, Issued, Lives

ISSUER = "https://identity.xero.com"
CONNECTING_ROLES = frozenset({"Adviser", "Standard"})

LIVES = Lives(
    code=timedelta(minutes=5),
    access=timedelta(minutes=30),
    refresh=timedelta(days=60),
    grace=timedelta(minutes=30),
    offline_scope="offline_access",
)

# Granular scopes only: an app made since March 2026 may not ask for the broad ones.
_READ_AND_WRITE = {
    "accounting.settings": "organisation settings, accounts, tax rates and tracking",
    "accounting.contacts": "contacts",
    "accounting.invoices": "invoices, bills and credit notes",
    "accounting.payments": "payments",
    "accounting.banktransactions": "bank transactions and transfers",
    "accounting.manualjournals": "manual journals",
    "accounting.attachments": "attached files",
    "assets": "fixed assets",
}
_READ_ONLY = {
    "accounting.budgets.read": "budgets",
    "accounting.journals.read": "journals",
    "accounting.reports.aged.read": "aged reports",
    "accounting.reports.balancesheet.read": "the balance sheet",
    "accounting.reports.banksummary.read": "the bank summary",
    "accounting.reports.profitandloss.read": "the profit and loss report",
    "accounting.reports.trialbalance.read": "the trial balance",
    "accounting.reports.taxreports.read": "tax reports",
}
SCOPES = {
    "openid": "",
    "profile": "see your name",
    "email": "see your e-mail address",
    "offline_access": "keep this access until you take it back",
    **{scope: f"read and change {words}" for scope, words in _READ_AND_WRITE.items()},
    **{f"{scope}.read": f"read {words}" for scope, words in _READ_AND_WRITE.items()},
    **{scope: f"read {words}" for scope, words in _READ_ONLY.items()},
}
FOR_ENTITLED = frozenset({"accounting.journals.read"})  # apps of the Advanced tier

TERMS = Terms(
    vendor="xero",
    title="stand-in Xero",
    accent="#1f5f8b",
    noun="organisation",
    approve="Allow access",
    several=True,
    none_is_fine=True,
    pkce=True,
    role_needed="the Standard or Adviser role",
    scopes=SCOPES,
)


def user_id(user: str) -> str:
    """The id Xero knows a user by."""
    return str(uuid5(NAMESPACE_URL, f"ledgers:xero:user:{user}"))


class XeroTokenShapes:
    """What Xero writes into its tokens and around them."""

    def __init__(self, *, directory: Directory, now: Clock) -> None:
        self._directory = directory
        self._now = now

    def mint(self, consent: Consent, expires: datetime) -> str:
        """An access token: its `authentication_event_id` is the `authEventId` of the consent."""
        return signed(
            {
                **self._common(consent, expires),
                "aud": f"{ISSUER}/resources",
                "client_id": consent.client_id,
                "jti": uuid4().hex,
                "authentication_event_id": consent.id,
                "scope": list(consent.scopes),
            }
        )

    def body(self, issued: Issued, _request: object) -> dict[str, Any]:
        consent = issued.consent
        body: dict[str, Any] = {
            "access_token": issued.access,
            "expires_in": int(LIVES.access.total_seconds()),
            "token_type": "Bearer",
            "scope": " ".join(consent.scopes),
        }
        if issued.refresh:
            body["refresh_token"] = issued.refresh
        if "openid" in consent.scopes:
            body["id_token"] = self._identity(consent)
        return body

    def _identity(self, consent: Consent) -> str:
        user: VendorUser = self._directory.users[consent.user]
        expires = self._now() + timedelta(minutes=5)
        return signed(
            {
                **self._common(consent, expires),
                "aud": consent.client_id,
                "email": user.email,
                "preferred_username": user.email,
                "name": user.name,
                "given_name": user.first_name,
                "family_name": user.last_name,
            }
        )

    def _common(self, consent: Consent, expires: datetime) -> dict[str, Any]:
        known_as = user_id(consent.user)
        return {
            "iss": ISSUER,
            "nbf": int(self._now().timestamp()),
            "exp": int(expires.timestamp()),
            "auth_time": int(consent.given_at.timestamp()),
            "sub": known_as.replace("-", ""),
            "xero_userid": known_as,
        }
