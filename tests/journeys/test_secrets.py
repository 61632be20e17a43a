"""Nothing secret is written anywhere in the clear (F26)."""

import base64
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from bot.sandbox.browser import Browser
from bot.sandbox.driver import awaited
from bot.sandbox.seed import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, fernhill
from storage.models import Entity
from tests.journeys.office import Office, opened
from tests.journeys.serving import QUICKBOOKS_SECRET, SECRET_KEY, XERO_SECRET

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("postgres")]

PLANTED = "a-secret-that-somebody-forgot-to-hide"
OURS = (BOT_TOKEN, APP_TOKEN, SIGNING_SECRET, SECRET_KEY, XERO_SECRET, QUICKBOOKS_SECRET)
EVERYBODY = ("ana", "ben", "chloe", "dora")


def spellings(secret: str) -> Iterator[bytes]:
    """As it is, and as databases, logs and addresses write it."""
    plain = secret.encode()
    yield plain
    yield quote(secret, safe="").encode()
    yield plain.hex().encode()
    yield base64.b64encode(plain).rstrip(b"=")
    yield base64.urlsafe_b64encode(plain).rstrip(b"=")
    yield json.dumps(secret)[1:-1].encode()


def found_in(places: dict[str, bytes], secrets: Iterable[str]) -> set[tuple[str, str]]:
    """(place, secret) of everything that stands somewhere in the clear."""
    return {
        (place, secret)
        for secret in secrets
        for place, written in places.items()
        if any(spelling in written for spelling in spellings(secret))
    }


def database_of(url: str) -> bytes:
    """SQLite's files as they are; every row of every table of PostgreSQL."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return b"".join(each.read_bytes() for each in path.parent.glob(f"{path.name}*"))
    with psycopg.connect(url) as connection:
        rows = [
            str(row[0])
            for table in Entity.metadata.tables
            for row in connection.execute(SQL("SELECT t::text FROM {} t").format(Identifier(table)))
        ]
    return "\n".join(rows).encode()


async def slack_of(office: Office) -> bytes:
    """Everything that stands in Slack, to everybody."""
    places = [channel.name for channel in fernhill().channels]
    said = [await office.driver.get("messages", channel=place) for place in places]
    said += [
        await office.driver.get("messages", channel=f"@{user}", user=user) for user in EVERYBODY
    ]
    said += [await office.driver.get("home", user=user) for user in EVERYBODY]
    return json.dumps(said).encode()


async def places_of(office: Office) -> dict[str, bytes]:
    return {
        "database": database_of(office.database_url),
        "log": office.log.read_bytes(),
        "slack": await slack_of(office),
        "control log": json.dumps(await office.driver.get("log")).encode(),
    }


async def a_journey(office: Office) -> set[str]:
    """Connect, renew, lose, reconnect, refuse and disconnect; the secrets it took besides ours."""
    passing: set[str] = set()

    async def sign_in(link: str, software: str, organisation: str, allow: str) -> None:
        passing.add(urlsplit(link).path.rsplit("/", 1)[-1])
        async with Browser() as browser:
            start = await browser.open(link)
            consent = await browser.press(start, f"Continue to {software}")
            passing.update(parse_qs(urlsplit(consent.url).query)["state"])
            passing.update(browser.cookies())
            choose = (organisation,) if allow != "Cancel" else ()
            await browser.press(consent, allow, choose=choose)

    acme = await office.ask_to_connect("ana", "Acme Ltd", "Xero")
    await sign_in(acme, "Xero", "Acme Limited", "Allow access")
    bakery = await office.ask_to_connect("chloe", "Bright Bakery", "QuickBooks Online")
    await sign_in(bakery, "QuickBooks Online", "Bright Bakery", "Connect")
    declined = await office.ask_to_connect("ana", "Elm Street Books", "Xero")
    await sign_in(declined, "Xero", "", "Cancel")
    await office.counted("Acme Ltd")
    await office.fault("xero", "expire_access")
    await office.read_again("Acme Ltd")
    await office.fault("xero", "expire_access")
    await office.fault("xero", "revoke_refresh")
    await office.driver.ask("ana", "acme", "/dext refresh acme", "Reading the lists")
    lost = await office.driver.read("ana", "acme", "is no longer connected")
    await office.driver.press("ana", lost, "Reconnect")
    again = await office.link("ana", "Sign in to Xero")
    await sign_in(again, "Xero", "Acme Limited", "Allow access")
    await office.driver.reread("ana", lost, "again. Back since")
    await office.manage("Bright Bakery", "Disconnect")
    await office.driver.await_modal("ana", "Disconnect Bright Bakery from")
    await office.driver.submit("ana")
    await office.driver.read("ben", "bright-bakery", "was disconnected")
    for user in ("ana", "chloe"):
        await no_link_is_left(office, user)
    return passing


async def no_link_is_left(office: Office, user: str) -> None:
    """Wait until the messages whose links are spent have lost them."""

    async def look() -> bool | None:
        seen = await office.driver.messages(user, f"@{user}")
        return not any("/oauth/start/" in str(each.buttons) for each in seen) or None

    await awaited(look, lambda: f"a spent link still stands in the messages of {user}")


async def test_no_secret_of_a_journey_stands_anywhere_in_the_clear(
    database_url: str, tmp_path: Path
) -> None:
    log = tmp_path / "bot.log"
    async with opened(database_url=database_url, transport="http", log=log) as office:
        passing = await a_journey(office)
        issued = office.ledgers.secrets()
        await office.driver.ask("ana", "practice", f"/dext clients add {PLANTED}", PLANTED)
        await office.stop()
        places = await places_of(office)

    links = {
        secret for secret in passing if f"/oauth/start/{secret}".encode() in places["control log"]
    }
    assert len(issued) > 10
    assert len(passing) >= 12
    assert found_in(places, {*OURS, *issued}) == set()
    assert found_in(places, passing) == {("control log", link) for link in links}
    assert found_in(places, {PLANTED}) >= {
        ("database", PLANTED), ("slack", PLANTED), ("control log", PLANTED),
    }  # fmt: skip


@pytest.mark.parametrize("spelt", range(6))
def test_a_secret_is_found_however_it_is_written(spelt: int) -> None:
    written = b"before " + list(spellings(PLANTED))[spelt] + b" after"

    assert found_in({"log": written}, {PLANTED, "another"}) == {("log", PLANTED)}
