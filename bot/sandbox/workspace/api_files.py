"""Web API: files, and the addresses their bytes go to and come from."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from bot.sandbox.seed import BOT_TOKEN
from bot.sandbox.workspace import files, timeline
from bot.sandbox.workspace.conversations import Conversation
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.files import StoredFile
from bot.sandbox.workspace.methods import Call, Method, page

Json = dict[str, Any]

MOST_BYTES = 1_000_000_000


def _wire(call: Call, stored: StoredFile) -> Json:
    return files.as_slack(
        stored,
        team_id=call.workspace.seed.team_id,
        base_url=call.workspace.base_url,
        now=call.workspace.now(),
    )


def _stored(call: Call, file_id: str) -> StoredFile:
    stored = call.workspace.files.by_id.get(file_id)
    if stored is None:
        raise SlackError("file_not_found")
    return stored


def upload_url(call: Call) -> Json:
    name = call.required("filename")
    length = call.required("length")
    if not length.isdecimal() or not 0 < int(length) <= MOST_BYTES:
        messages = [f"[ERROR] must be from 1 to {MOST_BYTES} [json-pointer:/length]"]
        raise SlackError("invalid_arguments", response_metadata={"messages": messages})
    workspace = call.workspace
    stored = workspace.files.announce(
        name, user=call.bot_user, size=int(length), now=workspace.now()
    )
    stored.alt_text = call.text("alt_txt")
    return {"upload_url": workspace.url(workspace.files.ticket(stored)), "file_id": stored.id}


def complete_upload(call: Call) -> Json:
    wanted = call.arguments.get("files") or []
    if not wanted:
        call.required("files")
    channels = call.names("channels") or call.names("channel_id")
    conversations = [_joined(call, channel) for channel in channels]
    uploaded = [_completed(call, each) for each in wanted]
    for conversation in conversations:
        _share(call, conversation, uploaded)
    return {"files": [_wire(call, stored) for stored in uploaded]}


def _joined(call: Call, channel: str) -> Conversation:
    return Call(courier=call.courier, arguments={"channel": channel}).joined()


def _completed(call: Call, entry: Json) -> StoredFile:
    stored = _stored(call, str(entry.get("id")))
    if stored.content is None or len(stored.content) != stored.size:
        messages = ["[ERROR] the upload is not as long as announced"]
        raise SlackError("invalid_arguments", response_metadata={"messages": messages})
    stored.title = str(entry.get("title") or stored.name)
    stored.is_complete, stored.created = True, call.workspace.now()
    return stored


def _share(call: Call, conversation: Conversation, uploaded: list[StoredFile]) -> None:
    for stored in uploaded:
        stored.channels.append(conversation.id)
    message = timeline.bot_message(
        call.workspace,
        text=call.text("initial_comment"),
        blocks=call.arguments.get("blocks") or [],
        thread_ts=call.text("thread_ts") or None,
        files=[_wire(call, stored) for stored in uploaded],
        subtype="file_share",
    )
    timeline.post(call.workspace, conversation, message)


def info(call: Call) -> Json:
    stored = _stored(call, call.required("file", error="file_not_found"))
    return {"file": _wire(call, stored), "comments": [], "response_metadata": {"next_cursor": ""}}


def list_all(call: Call) -> Json:
    complete = [f for f in call.workspace.files.by_id.values() if f.is_complete]
    return page([_wire(call, stored) for stored in complete], call, name="files")


def delete(call: Call) -> Json:
    stored = _stored(call, call.required("file", error="file_not_found"))
    if stored.user != call.bot_user:
        raise SlackError("cant_delete_file")
    del call.workspace.files.by_id[stored.id]
    return {}


def upload_endpoint(courier: Courier) -> Callable[[Request], Awaitable[Response]]:
    """Takes the raw bytes, or the one file of a form, that a ticket was issued for."""

    async def endpoint(request: Request) -> Response:
        stored = courier.workspace.files.redeem(request.path_params["ticket"])
        if stored is None:
            return PlainTextResponse("no such upload", status_code=404)
        stored.content = await _bytes(request)
        return PlainTextResponse(f"OK - {len(stored.content)}")

    return endpoint


async def _bytes(request: Request) -> bytes:
    if not request.headers.get("content-type", "").startswith("multipart/"):
        return await request.body()
    async with request.form() as form:
        for part in form.values():
            if not isinstance(part, str):
                return await part.read()
    return b""


def download_endpoint(courier: Courier) -> Callable[[Request], Awaitable[Response]]:
    """The bytes for the bot's token; for anybody else a login page with status 200, as at Slack."""

    async def endpoint(request: Request) -> Response:
        file_id = request.path_params["name"].partition("-")[2]
        stored = courier.workspace.files.by_id.get(file_id)
        if request.headers.get("authorization") != f"Bearer {BOT_TOKEN}":
            return HTMLResponse("<!doctype html><title>Sign in | Slack</title>")
        if stored is None or stored.content is None:
            return PlainTextResponse("not found", status_code=404)
        return Response(stored.content, media_type=stored.mimetype)

    return endpoint


_WRITE = ("files:write",)
_READ = ("files:read",)
METHODS = (
    Method(name="files.getUploadURLExternal", call=upload_url, scopes=_WRITE, tier=4),
    Method(name="files.completeUploadExternal", call=complete_upload, scopes=_WRITE, tier=4),
    Method(name="files.info", call=info, scopes=_READ, tier=4),
    Method(name="files.list", call=list_all, scopes=_READ, tier=3),
    Method(name="files.delete", call=delete, scopes=_WRITE, tier=3),
)
