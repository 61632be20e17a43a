"""Pictures where Slack does not draw charts itself: drawn, uploaded, put where they are awaited."""

import asyncio
from collections import OrderedDict
from hashlib import blake2b

import msgspec

from bot.slack import charts
from bot.slack.drawing import draw
from bot.slack.installs import Installs
from bot.slack.payloads import CHARTS
from bot.slack.render import Json
from bot.slack.uploads import UPLOAD_ERRORS, ready, upload
from bot.telemetry import log
from commands.charts import Chart

REMEMBERED = 200  # pictures; the same one is not uploaded again
NOT_THERE = "Slack did not take the picture. Its figures: "


class Pictures:
    """Uploads each picture once for a workspace, as far as it remembers."""

    def __init__(self, installs: Installs) -> None:
        self._installs = installs
        self._known: OrderedDict[tuple[str, bytes], str] = OrderedDict()

    async def placed(self, workspace_id: str, payload: Json) -> Json:
        """What Slack may be given: pictures where they are awaited, else their figures in words."""
        if CHARTS not in payload:
            return payload
        blocks = payload["blocks"]
        wanted = [place for block in blocks if (place := charts.waiting(block)) is not None]
        drawn = [msgspec.convert(payload[CHARTS][place], Chart) for place in wanted]
        made = await asyncio.gather(*(self._file(workspace_id, chart) for chart in drawn))
        files = dict(zip(wanted, made, strict=True))
        rest = {name: value for name, value in payload.items() if name != CHARTS}
        return rest | {"blocks": [_with_file(block, files) for block in blocks]}

    async def _file(self, workspace_id: str, chart: Chart) -> str | None:
        """The id of its picture; None where there is none to be had."""
        key = (workspace_id, blake2b(msgspec.json.encode(chart), digest_size=16).digest())
        if key not in self._known:
            try:
                self._known[key] = await self._upload(workspace_id, chart)
            except UPLOAD_ERRORS as error:
                log.error("picture.not_taken", error=type(error).__name__)
                return None
        self._known.move_to_end(key)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return self._known[key]

    async def _upload(self, workspace_id: str, chart: Chart) -> str:
        client = await self._installs.client(workspace_id)
        file_id = await upload(
            client,
            await draw(chart),
            name="chart.png",
            title=chart.title,
            alt_text=f"{chart.title}. {charts.figures(chart)}",
        )
        await ready(client, file_id)
        return file_id


def without(payload: Json) -> Json:
    """For now, where Slack does not wait: figures in the places of pictures."""
    if CHARTS not in payload:
        return payload
    rest = {name: value for name, value in payload.items() if name != CHARTS}
    return rest | {"blocks": [_in_words(block, "") for block in payload["blocks"]]}


def _with_file(block: Json, files: dict[int, str | None]) -> Json:
    place = charts.waiting(block)
    if place is None:
        return block
    file_id = files[place]
    if file_id is None:
        return _in_words(block, NOT_THERE)
    return block | {"slack_file": {"id": file_id}}


def _in_words(block: Json, before: str) -> Json:
    if charts.waiting(block) is None:
        return block
    said = {"type": "plain_text", "text": before + str(block["alt_text"])}
    return {"type": "context", "elements": [said]}
