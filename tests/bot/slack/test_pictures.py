"""Pictures and files reach Slack; where they do not, the figures are said."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import aiohttp
import pytest
from PIL import Image

from bot.slack.payloads import Payloads
from bot.slack.voice import Asked, Voice
from commands.charts import Chart, ChartKind, Series
from commands.files import Format, Original, Sheet, Spreadsheet
from commands.replies import Home, Reply
from tests.bot.slack.conftest import ACME, ANA, TEAM, Practice
from tests.bot.slack.test_outbox import sent

CHART = Chart(
    kind=ChartKind.LINE,
    title="Health score",
    categories=("May 2026", "Jun 2026"),
    series=(Series(name="Score", values=(60, 64)),),
    marked=frozenset({1}),  # which Slack does not draw itself
)
PICTURE = Reply(parts=(CHART,))
SHEET = Spreadsheet(
    name="Findings", sheets=(Sheet(title="All", columns=("Title",), rows=(("Pens",),)),)
)


@pytest.fixture
async def voice(practice: Practice) -> AsyncIterator[Voice]:
    application = practice.application
    async with aiohttp.ClientSession() as session:
        yield Voice(
            installs=application.slack.installs,
            payloads=Payloads(is_strict=True),
            outbox=application.slack.outbox,
            database=application.tools.database,
            session=session,
            api_url=f"{practice.address}/api/",
        )


IN_ACME = Asked(workspace_id=TEAM, user_id=ANA, channel_id=ACME)


async def asked(practice: Practice, address: str) -> bytes:
    url = f"{practice.address}/ui/{address}"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.read()


async def messages(practice: Practice, channel: str) -> list[dict[str, Any]]:
    """What the page draws for Ana."""
    told = json.loads(await asked(practice, f"messages?user={ANA}&channel={channel}"))
    found: list[dict[str, Any]] = told["messages"]
    return found


async def shown(practice: Practice, block: dict[str, Any]) -> bytes:
    return await asked(practice, f"file/{block['slack_file']['id']}")


async def pictures(practice: Practice) -> list[dict[str, Any]]:
    found = await messages(practice, "acme")
    return [block for seen in found for block in seen["blocks"] if block["type"] == "image"]


async def test_a_picture_is_uploaded_and_shown_with_its_figures(
    practice: Practice, voice: Voice
) -> None:
    await voice.whisper(IN_ACME, PICTURE)
    (block,) = await pictures(practice)
    image = Image.open(BytesIO(await shown(practice, block)))

    assert image.format == "PNG"
    assert "Jun 2026 64" in block["alt_text"]


async def test_the_same_picture_is_uploaded_once(practice: Practice, voice: Voice) -> None:
    await voice.whisper(IN_ACME, PICTURE)
    await voice.whisper(IN_ACME, PICTURE)

    assert len(await pictures(practice)) == 2
    assert len(await practice.calls("files.getUploadURLExternal")) == 1


async def test_a_message_of_the_outbox_has_its_picture(practice: Practice) -> None:
    async with practice.application.tools.database.begin() as session:
        await practice.application.tools.notify.post(
            session, workspace_id=TEAM, to=ACME, reply=PICTURE
        )
    await sent(practice)
    (block,) = await pictures(practice)

    assert await shown(practice, block)


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_without_a_picture_the_figures_are_said(
    practice: Practice, voice: Voice, method: str
) -> None:
    await practice.fault("error:missing_scope", method=method)
    await voice.whisper(IN_ACME, PICTURE)

    assert await pictures(practice) == []
    assert await practice.driver.read("ana", "acme", "Jun 2026 64")


async def test_home_shows_pictures(practice: Practice, voice: Voice) -> None:
    await voice.publish_home(IN_ACME, Home(parts=(replace(CHART, marked=frozenset()),)))
    home = json.loads(await asked(practice, f"home?user={ANA}"))

    assert home["view"]["blocks"][0]["type"] == "image"


async def test_a_file_goes_to_the_person_alone(practice: Practice, voice: Voice) -> None:
    receipt = Original(name="ben: 1.jpg", content=b"a receipt")
    files = (replace(SHEET, written_as=Format.CSV), SHEET, receipt)
    is_there = await voice.hand_over(IN_ACME, files)
    direct = await messages(practice, "@ana")
    names = [file["name"] for seen in direct for file in seen["files"]]

    assert is_there
    assert names == ["Findings.csv", "Findings.xlsx", "ben 1.jpg"]
    assert not [seen for seen in await messages(practice, "acme") if seen["files"]]


async def test_a_file_that_slack_does_not_take_is_said_so(practice: Practice, voice: Voice) -> None:
    await practice.fault("error:missing_scope", method="files.getUploadURLExternal")

    assert not await voice.hand_over(IN_ACME, (SHEET,))
