"""What the browser page asks and tells: `/ui/*` as JSON and `/ui/ws` for live updates."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.sandbox.workspace import actions, submissions, talk, timeline
from bot.sandbox.workspace.commands import run_command, run_shortcut
from bot.sandbox.workspace.conversations import Conversation
from bot.sandbox.workspace.deliver import Answer, Courier
from bot.sandbox.workspace.endpoints import asked, dropped, posted
from bot.sandbox.workspace.errors import Refused
from bot.sandbox.workspace.places import place_of
from bot.sandbox.workspace.ui_state import state

Json = dict[str, Any]
Handler = Callable[[Courier, Json], Awaitable[Json]]


def ui_routes(courier: Courier) -> list[BaseRoute]:
    posts: dict[str, Handler] = {
        "command": _command,
        "message": _message,
        "action": _action,
        "options": _options,
        "submit": _submit,
        "close": _close,
        "home-opened": _home_opened,
        "shortcut": _shortcut,
        "upload": _upload,
        "read": _read,
    }
    gets: dict[str, Handler] = {
        "state": state,
        "messages": _messages,
        "home": _home,
        "modal": _modal,
    }

    async def live(websocket: WebSocket) -> None:
        await _live(courier, websocket)

    async def file(request: Request) -> Response:
        stored = courier.workspace.files.by_id.get(request.path_params["file_id"])
        if stored is None or stored.content is None:
            return JSONResponse({"error": "there is no such file"}, status_code=404)
        return Response(stored.content, media_type=stored.mimetype)

    return [
        *(
            Route(f"/ui/{name}", posted(partial(f, courier)), methods=["POST"])
            for name, f in posts.items()
        ),
        *(
            Route(f"/ui/{name}", asked(partial(f, courier)), methods=["GET"])
            for name, f in gets.items()
        ),
        Route("/ui/file/{file_id}", file),
        Route("/files/{user}/{file_id}/{name:path}", file),  # where a permalink leads
        WebSocketRoute("/ui/ws", live),
    ]


def _outcome(answer: Answer) -> Json:
    """A bot that fails is news for the person, not an error of the page."""
    return {"ok": answer.failure is None} | ({"error": answer.failure} if answer.failure else {})


def _user(courier: Courier, body: Json) -> str:
    return courier.workspace.directory.person(body["user"]).id


def _conversation(courier: Courier, body: Json) -> Conversation:
    return courier.workspace.directory.conversation(body["channel"])


async def _command(courier: Courier, body: Json) -> Json:
    user, conversation = _user(courier, body), _conversation(courier, body)
    return _outcome(await run_command(courier, user, conversation, body["text"]))


async def _message(courier: Courier, body: Json) -> Json:
    user, conversation = _user(courier, body), _conversation(courier, body)
    message = await talk.say(
        courier, user, conversation, body["text"], thread_ts=body.get("thread_ts")
    )
    return {"ok": True, "message": timeline.as_seen(conversation, message)}


async def _action(courier: Courier, body: Json) -> Json:
    user = _user(courier, body)
    place = place_of(courier.workspace, user, body["container"])
    actions.enter(place, user, body.get("state", {}).get("values", {}))
    return _outcome(await actions.act(courier, user, place, body["action"]))


async def _options(courier: Courier, body: Json) -> Json:
    user = _user(courier, body)
    place = place_of(courier.workspace, user, body["container"])
    return await actions.suggest(
        courier,
        user,
        place,
        block_id=body["block_id"],
        action_id=body["action_id"],
        query=body["query"],
    )


async def _submit(courier: Courier, body: Json) -> Json:
    values = body.get("state", {}).get("values", {})
    return await submissions.submit(courier, _user(courier, body), body["view_id"], values)


async def _close(courier: Courier, body: Json) -> Json:
    everything = bool(body.get("all"))
    await submissions.close(courier, _user(courier, body), body["view_id"], everything=everything)
    return {"ok": True}


async def _home_opened(courier: Courier, body: Json) -> Json:
    await talk.open_home(courier, _user(courier, body), tab=body["tab"])
    return {"ok": True}


async def _shortcut(courier: Courier, body: Json) -> Json:
    conversation = _conversation(courier, body) if body.get("channel") else None
    answer = await run_shortcut(
        courier,
        _user(courier, body),
        body["callback_id"],
        conversation=conversation,
        ts=body.get("ts"),
    )
    return _outcome(answer)


async def _upload(courier: Courier, body: Json) -> Json:
    """Into a conversation, or without one for a form that is being filled in."""
    user, files = _user(courier, body), dropped(body)
    if body.get("channel") is None:
        filename, content = files[0]
        kept = talk.keep_file(courier, user, None, filename=filename, content=content)
        return {"ok": True, "file": kept}
    message = await talk.upload(courier, user, _conversation(courier, body), files)
    return {"ok": True, "file": message.files[0]}


async def _read(courier: Courier, body: Json) -> Json:
    user, conversation = _user(courier, body), _conversation(courier, body)
    seen = list(conversation.seen_by(user))
    conversation.read_ts[user] = seen[-1].ts if seen else ""
    return {"ok": True}


async def _messages(courier: Courier, query: Json) -> Json:
    user, conversation = _user(courier, query), _conversation(courier, query)
    if not courier.workspace.directory.may_read(user, conversation):
        raise Refused(f"{user} may not read #{conversation.name}", status=403)
    thread_ts = query.get("thread_ts")
    shown = [
        message
        for message in conversation.seen_by(user)
        if thread_ts in (message.thread_ts, message.ts)
        or (thread_ts is None and (not message.is_reply or message.is_broadcast))
    ]
    return {"messages": [timeline.as_seen(conversation, message) for message in shown]}


async def _home(courier: Courier, query: Json) -> Json:
    views = courier.workspace.views
    home = views.homes.get(_user(courier, query))
    return {"view": views.wire(home) if home else None}


async def _modal(courier: Courier, query: Json) -> Json:
    return submissions.modal(courier.workspace, _user(courier, query))


async def _live(courier: Courier, websocket: WebSocket) -> None:
    user = courier.workspace.directory.person(websocket.query_params["user"]).id
    await websocket.accept()
    with courier.workspace.live.listening(user) as queue:
        gone = asyncio.create_task(_until_gone(websocket))
        try:
            while not gone.done():
                following = asyncio.create_task(queue.get())
                await asyncio.wait({following, gone}, return_when=asyncio.FIRST_COMPLETED)
                if following.done():
                    await websocket.send_json(following.result())
                else:
                    following.cancel()
        except (WebSocketDisconnect, RuntimeError):
            return  # the page was closed while it was being told something
        finally:
            gone.cancel()


async def _until_gone(websocket: WebSocket) -> None:
    async for _ in websocket.iter_text():
        continue
