"""Signs in at the stand-in ledgers as a person would, so that somebody may read them."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import httpx2

from providers.gateway import configure, new_verifier
from providers.oauth import SignIn
from providers.provider import Configured, Credentials
from providers.session import open_http
from providers.tokens import TokenSet

CREDENTIALS = Credentials(client_id="bench", client_secret="bench-secret")
BACK = "http://127.0.0.1:9/oauth/callback"
REGISTER = "+assets.read"  # in the address, where blanks are pluses


def utc_now() -> datetime:
    return datetime.now(UTC)


def configured(ledgers: str, vendor: str) -> Configured:
    """`ledgers` is the address of the stand-ins, without a vendor."""
    return configure(vendor, CREDENTIALS, f"{ledgers}/{vendor}")


async def signed_in(ledgers: str, vendor: str, organisation: str) -> TokenSet:
    """Consent for one organisation, by its name or key, without the register of fixed assets: the
    data set has none, and no rival reads it."""
    one, verifier = configured(ledgers, vendor), new_verifier()
    async with open_http() as http, httpx2.AsyncClient(trust_env=False) as browser:
        sign_in = SignIn(configured=one, http=http, now=utc_now)
        address = sign_in.authorisation_url(redirect_uri=BACK, state="bench", verifier=verifier)
        address = address.replace(REGISTER, "")
        form = {"person": "ana", "organisation": organisation, "decision": "allow"}
        sent_back = await browser.post(address, data=form)
        assert sent_back.status_code == 302, sent_back.text
        callback = dict(parse_qsl(urlsplit(sent_back.headers["location"]).query))
        return await sign_in.exchange(code=callback["code"], redirect_uri=BACK, verifier=verifier)
