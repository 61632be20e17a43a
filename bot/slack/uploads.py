"""Files into Slack: announced, sent, completed, and ready only when Slack has looked into them."""

import asyncio

from aiohttp import ClientError, ClientTimeout
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

ALT_TEXT = 1_000  # characters that a file's own description may have
SEND_WITHIN = ClientTimeout(total=20)
WAITS_S = (0.1, 0.2, 0.3, 0.5, 0.8, 1.0, 1.5, 2.0)

UPLOAD_ERRORS = (SlackApiError, ClientError, TimeoutError, OSError)


class NotTaken(OSError):
    """Slack did not take the bytes, or never got round to looking into them."""


async def upload(
    client: AsyncWebClient,
    content: bytes,
    *,
    name: str,
    title: str,
    alt_text: str = "",
    channel_id: str | None = None,
    comment: str | None = None,
) -> str:
    """The id of the new file, shared in `channel_id` if one is given.

    Raises NotTaken, and UPLOAD_ERRORS of the calls themselves.
    """
    described = {"alt_txt": alt_text[:ALT_TEXT]} if alt_text else {}
    begun = await client.files_getUploadURLExternal(filename=name, length=len(content), **described)
    assert client.session is not None, "our clients share the session of the process"
    sending = client.session.post(begun["upload_url"], data=content, timeout=SEND_WITHIN)
    async with sending as answer:
        if answer.status != 200:
            raise NotTaken(f"HTTP {answer.status} for the bytes of a file")
    file_id = str(begun["file_id"])
    await client.files_completeUploadExternal(
        files=[{"id": file_id, "title": title}], channel_id=channel_id, initial_comment=comment
    )
    return file_id


async def ready(client: AsyncWebClient, file_id: str) -> None:
    """Return once it may stand in a message. Raises NotTaken when that takes too long."""
    for wait_s in WAITS_S:
        told = await client.files_info(file=file_id)
        if told["file"].get("mimetype"):
            return
        await asyncio.sleep(wait_s)
    raise NotTaken(f"{file_id} is still not processed")
