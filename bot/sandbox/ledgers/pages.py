"""The pages a browser meets at a stand-in vendor; they work without scripts."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.sandbox.ledgers.books import Books
from bot.sandbox.ledgers.people import VendorUser
from bot.sandbox.ledgers.terms import Terms

# Xero refuses to be framed; the style sheet is in the page, and nothing else is loaded.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ConsentPage:
    """Who is signed in, what an app asks for, and what may be given to it."""

    terms: Terms
    client_id: str
    back_to: str
    permissions: list[str]
    user: VendorUser
    others: list[VendorUser]
    organisations: list[Books]
    may_connect: bool
    notice: str | None

    def response(self, request: Request) -> HTMLResponse:
        asked = [(k, v) for k, v in request.query_params.multi_items() if k != "person"]
        switches = [(each, "?" + urlencode([*asked, ("person", each.key)])) for each in self.others]
        html = _templates.get_template("consent.html").render(
            page=self,
            title=self.terms.title,
            accent=self.terms.accent,
            permissions=[words for words in dict.fromkeys(self.permissions) if words],
            switches=switches,
        )
        return HTMLResponse(html, status_code=400 if self.notice else 200, headers=HEADERS)


def page(template: str, terms: Terms, **values: object) -> HTMLResponse:
    """A page of a vendor, in its colours."""
    html = _templates.get_template(template).render(
        title=terms.title, accent=terms.accent, **values
    )
    return HTMLResponse(html, headers=HEADERS)


def refusal(title: str, reason: str) -> HTMLResponse:
    """For a request that nobody may be sent back from."""
    html = _templates.get_template("refusal.html").render(
        title=title, accent="#9a3412", reason=reason
    )
    return HTMLResponse(html, status_code=400, headers=HEADERS)
