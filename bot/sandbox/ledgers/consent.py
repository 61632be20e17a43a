"""The authorise address both vendors share: what is asked, the page that shows it, the answer."""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.sandbox.ledgers import pages
from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.faults import SIGN_IN, Fault, Faults
from bot.sandbox.ledgers.people import Directory, VendorUser
from bot.sandbox.ledgers.terms import Terms
from bot.sandbox.ledgers.tokens import Consent, Tokens

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A valid authorise request."""

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str
    challenge: str | None

    def back(self, parameters: Mapping[str, str]) -> Response:
        """Send the browser back to the app."""
        joint = "&" if urlsplit(self.redirect_uri).query else "?"
        query = urlencode({**parameters, "state": self.state})
        return RedirectResponse(f"{self.redirect_uri}{joint}{query}", status_code=302)


class Unreturnable(Exception):
    """The request is so wrong that the browser must not be sent anywhere with the answer."""


class Declined(Exception):
    """The request is wrong, and the app is told so at its redirect address."""

    def __init__(self, error: str, ask: Ask) -> None:
        super().__init__(error)
        self.error = error
        self.ask = ask


class Unacceptable(Exception):
    """What the person chose cannot be; the words are shown on the page."""


def read_ask(terms: Terms, query: QueryParams, *, withheld: Set[str] = frozenset()) -> Ask:
    """Check an authorise request; raises `Unreturnable` or `Declined`. No app may ask for scopes
    that are `withheld`."""
    if not query.get("client_id"):
        raise Unreturnable("client_id is missing")
    redirect_uri = query.get("redirect_uri", "")
    if not _may_be_sent_to(redirect_uri):
        raise Unreturnable("redirect_uri must be https, or http on this machine")
    ask = Ask(
        client_id=query["client_id"],
        redirect_uri=redirect_uri,
        scopes=tuple(query.get("scope", "").split()),
        state=query.get("state", ""),
        challenge=query.get("code_challenge") if terms.pkce else None,
    )
    error = _what_is_wrong(ask, query, terms.scopes.keys() - withheld)
    if error:
        raise Declined(error, ask)
    return ask


def _may_be_sent_to(address: str) -> bool:
    parts = urlsplit(address)
    if parts.fragment or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def _what_is_wrong(ask: Ask, query: QueryParams, scopes: Set[str]) -> str | None:
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    if not ask.state:
        return "invalid_request"
    if ask.challenge and query.get("code_challenge_method") != "S256":
        return "invalid_request"
    if not ask.scopes or not set(ask.scopes) <= scopes:
        return "invalid_scope"
    return None


class ConsentDesk:
    """The authorise address of one vendor.

    `granted` is told of every consent and answers with what the callback carries besides the code;
    `withheld` are scopes that the vendor lets no app ask for just now.
    """

    def __init__(
        self,
        terms: Terms,
        *,
        directory: Directory,
        tokens: Tokens,
        faults: Faults,
        now: Clock,
        granted: Callable[[Consent], Mapping[str, str]],
        withheld: Callable[[], Set[str]] = frozenset,
    ) -> None:
        self._withheld = withheld
        self._terms = terms
        self._directory = directory
        self._tokens = tokens
        self._faults = faults
        self._now = now
        self._granted = granted

    async def authorize(self, request: Request) -> Response:
        try:
            ask = read_ask(self._terms, request.query_params, withheld=self._withheld())
        except Unreturnable as reason:
            return pages.refusal(self._terms.title, str(reason))
        except Declined as declined:
            return declined.ask.back({"error": declined.error})
        if self._faults.take((Fault.CONSENT_ERROR,), resource=SIGN_IN):
            return ask.back({"error": "server_error"})
        if request.method == "GET":
            return self._page(request, ask, self._user(request.query_params.get("person")))
        return self._decide(request, ask, await request.form())

    def _user(self, key: object) -> VendorUser:
        return self._directory.user(str(key)) or self._directory.first

    def _decide(self, request: Request, ask: Ask, form: FormData) -> Response:
        user = self._user(form.get("person"))
        if form.get("decision") == "cancel":
            return ask.back({"error": "access_denied"})
        if form.get("decision") != "allow":
            return self._page(request, ask, user, notice="decision must be allow or cancel.")
        try:
            chosen = self._chosen(user, [str(each) for each in form.getlist("organisation")])
        except Unacceptable as reason:
            return self._page(request, ask, user, notice=str(reason))
        consent = _consent(ask, user, chosen, at=self._now())
        extra = self._granted(consent)
        code = self._tokens.give_code(
            consent, redirect_uri=ask.redirect_uri, challenge=ask.challenge
        )
        return ask.back({"code": code, **extra})

    def _chosen(self, user: VendorUser, wanted: list[str]) -> list[Books]:
        noun = self._terms.noun
        offered = self._directory.organisations_of(user)
        if not offered or not self._directory.may_connect(user):
            if self._terms.none_is_fine and not wanted:
                return []
            raise Unacceptable(f"{user.name} has no {noun} that can be connected.")
        chosen = [books for name in wanted if (books := self._directory.find(name))]
        if len(chosen) != len(wanted) or not all(books in offered for books in chosen):
            raise Unacceptable(f"{user.name} has no such {noun}.")
        if not chosen:
            raise Unacceptable(f"Choose the {noun} to connect.")
        if len(chosen) > 1 and not self._terms.several:
            raise Unacceptable(f"Choose one {noun}.")
        return chosen

    def _page(
        self, request: Request, ask: Ask, user: VendorUser, *, notice: str | None = None
    ) -> Response:
        may = self._directory.may_connect(user)
        shown = pages.ConsentPage(
            terms=self._terms,
            client_id=ask.client_id,
            back_to=urlsplit(ask.redirect_uri).netloc,
            permissions=[self._terms.scopes[scope] for scope in ask.scopes],
            user=user,
            others=[each for each in self._directory.users.values() if each is not user],
            organisations=self._directory.organisations_of(user),
            may_connect=may,
            notice=notice,
        )
        return shown.response(request)


def _consent(ask: Ask, user: VendorUser, chosen: list[Books], *, at: datetime) -> Consent:
    return Consent(
        id=str(uuid4()),
        client_id=ask.client_id,
        user=user.key,
        scopes=ask.scopes,
        organisations=tuple(books.key for books in chosen),
        given_at=at,
    )
