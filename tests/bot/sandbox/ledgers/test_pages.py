"""A person at the consent page, in a browser that runs no scripts."""

import asyncio
import shutil
import socket
from urllib.parse import urlencode

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture
async def site(ledgers):
    """Ledgers, and the callback of an app that shows what it was called with."""
    callback = Route("/callback", lambda request: PlainTextResponse(str(request.url.query)))
    app = Starlette(routes=[Mount("/ledgers", routes=ledgers.routes()), callback])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await task


@pytest.fixture
async def page(site):
    async_api = pytest.importorskip("playwright.async_api")
    async with async_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield await browser.new_page(java_script_enabled=False)
        await browser.close()


def sign_in(site, path, scope):
    query = {
        "client_id": "our-app",
        "redirect_uri": f"{site}/callback",
        "response_type": "code",
        "scope": scope,
        "state": "state-1",
    }
    return f"{site}/ledgers/{path}?{urlencode(query)}"


async def test_a_person_ticks_organisations_and_is_sent_back(site, page):
    await page.goto(sign_in(site, "xero/identity/connect/authorize", "accounting.settings.read"))
    await page.get_by_label("Acorn Dental").check()
    await page.get_by_role("button", name="Allow access").click()
    await page.wait_for_url("**/callback?*")

    assert "code=" in page.url
    assert page.url.endswith("state=state-1")


async def test_somebody_else_signs_in_and_cancels(site, page):
    await page.goto(sign_in(site, "quickbooks/connect/oauth2", "com.intuit.quickbooks.accounting"))
    await page.get_by_text("Not you?").click()
    await page.get_by_role("link", name="Sam Reed").click()

    assert await page.get_by_role("button", name="Connect").count() == 0
    await page.get_by_role("button", name="Cancel").click()
    await page.wait_for_url("**/callback?*")
    assert page.url.endswith("error=access_denied&state=state-1")
