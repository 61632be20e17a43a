"""Codes, access tokens and refresh tokens of one vendor, with their lives and their ends."""

import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.sandbox.ledgers.clock import Clock


@dataclass(frozen=True, kw_only=True, slots=True)
class Lives:
    """How long a vendor's tokens last; `grace` is how long a spent refresh token still works."""

    code: timedelta
    access: timedelta
    refresh: timedelta
    grace: timedelta = timedelta(0)
    offline_scope: str | None = None  # without it there is no refresh token


@dataclass(kw_only=True, slots=True)
class Consent:
    """One press of the button: everything issued later descends from it until it is ended."""

    id: str
    client_id: str
    user: str
    scopes: tuple[str, ...]
    organisations: tuple[str, ...]
    given_at: datetime
    ended: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Issued:
    """What a token endpoint hands out."""

    consent: Consent
    access: str
    refresh: str | None


class InvalidGrant(Exception):
    """The code or the refresh token is not worth anything (any more); the words are for the log."""


@dataclass(kw_only=True, slots=True)
class _Code:
    consent: Consent
    redirect_uri: str
    challenge: str | None
    expires: datetime
    used: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Access:
    """An access token's standing."""

    consent: Consent
    expires: datetime


@dataclass(kw_only=True, slots=True)
class _Refresh:
    consent: Consent
    expires: datetime
    spent_at: datetime | None = None
    dead: bool = False


Mint = Callable[[Consent, datetime], str]
Which = Callable[[Consent], bool]


def s256(verifier: str) -> str:
    """The challenge that belongs to a PKCE verifier (RFC 7636 §4.2)."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def opaque(_consent: Consent, _expires: datetime) -> str:
    """An access token that means nothing to whoever holds it."""
    return secrets.token_urlsafe(48)


class Tokens:
    """Everything one vendor has issued."""

    def __init__(self, lives: Lives, *, now: Clock, mint: Mint = opaque) -> None:
        self._lives = lives
        self._now = now
        self._mint = mint
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, Access] = {}
        self._refresh: dict[str, _Refresh] = {}

    def give_code(self, consent: Consent, *, redirect_uri: str, challenge: str | None) -> str:
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(
            consent=consent,
            redirect_uri=redirect_uri,
            challenge=challenge,
            expires=self._now() + self._lives.code,
        )
        return code

    def redeem(
        self, code: str, *, client_id: str, redirect_uri: str, verifier: str | None
    ) -> Issued:
        """Exchange a code; raises `InvalidGrant`, and a second use ends what the first one gave."""
        known = self._codes.get(code)
        if known is None or known.consent.client_id != client_id:
            raise InvalidGrant("unknown code, or another client's")
        if known.used:
            self.end(known.consent)
            raise InvalidGrant("code used before")
        if known.expires <= self._now():
            raise InvalidGrant("code too old")
        if known.redirect_uri != redirect_uri:
            raise InvalidGrant("redirect_uri differs from the authorise request")
        if known.challenge != (s256(verifier) if verifier else None):
            raise InvalidGrant("code_verifier does not belong to the code_challenge")
        known.used = True
        return self._issue(known.consent)

    def refresh(self, token: str, *, client_id: str) -> Issued:
        """A new pair for a refresh token, which is spent by it; raises `InvalidGrant`."""
        known = self._refresh.get(token)
        if known is None or known.consent.client_id != client_id:
            raise InvalidGrant("unknown refresh token, or another client's")
        now = self._now()
        if known.dead or known.consent.ended or known.expires <= now:
            raise InvalidGrant("refresh token dead")
        if known.spent_at is not None and known.spent_at + self._lives.grace <= now:
            raise InvalidGrant("refresh token spent")
        known.spent_at = known.spent_at or now
        return self._issue(known.consent)

    def access(self, token: str) -> Access | None:
        """What is known of an access token, expired or not; None when it is worthless."""
        known = self._access.get(token)
        return None if known is None or known.consent.ended else known

    def consent_of(self, token: str) -> Consent | None:
        """The consent behind an access or a refresh token."""
        held = self._refresh.get(token) or self._access.get(token)
        return held.consent if held else None

    def end(self, consent: Consent) -> None:
        consent.ended = True

    def end_refresh(self, token: str) -> None:
        """Kill one refresh token; access already given lives out its time."""
        if token in self._refresh:
            self._refresh[token].dead = True

    def expire_access(self, which: Which) -> None:
        now = self._now()
        for token, known in self._access.items():
            if which(known.consent):
                self._access[token] = replace(known, expires=min(known.expires, now))

    def revoke_refresh(self, which: Which) -> None:
        for known in self._refresh.values():
            known.dead = known.dead or which(known.consent)

    def spend_refresh(self, which: Which, *, ago: timedelta) -> None:
        """Mark as spent, as if another process had been quicker by `ago`."""
        spent_at = self._now() - ago
        for known in self._refresh.values():
            if which(known.consent):
                known.spent_at = known.spent_at or spent_at

    def secrets(self) -> set[str]:
        return {*self._codes, *self._access, *self._refresh}

    def _issue(self, consent: Consent) -> Issued:
        now = self._now()
        expires = now + self._lives.access
        access = self._mint(consent, expires)
        self._access[access] = Access(consent=consent, expires=expires)
        offline = self._lives.offline_scope
        if offline is not None and offline not in consent.scopes:
            return Issued(consent=consent, access=access, refresh=None)
        refresh = secrets.token_urlsafe(32)
        self._refresh[refresh] = _Refresh(consent=consent, expires=now + self._lives.refresh)
        return Issued(consent=consent, access=access, refresh=refresh)
