"""The browser page, and the addresses of real Slack that lead into it."""

from pathlib import Path
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.sandbox.workspace.conversations import Conversation, Kind
from bot.sandbox.workspace.state import Workspace

STATIC = Path(__file__).parents[1] / "static"
ACTING = "acting"  # the page keeps there whom it acts as, for the way back
POLICY = "default-src 'self'; img-src 'self' https: data:"


def page_routes(workspace: Workspace) -> list[BaseRoute]:
    async def page(_: Request) -> Response:
        return FileResponse(STATIC / "index.html", headers={"Content-Security-Policy": POLICY})

    async def client(request: Request) -> Response:
        """Where app.slack.com/client/TEAM/CHANNEL would lead."""
        if request.path_params["team"] != workspace.seed.team_id:
            return PlainTextResponse("There is no such workspace here.", status_code=404)
        channel = request.path_params.get("channel", "")
        found = workspace.directory.conversations.get(channel)
        where = place(workspace, found, acting=request.cookies.get(ACTING))
        return RedirectResponse(f"/#{urlencode(where)}", status_code=302)

    return [
        Route("/", page),
        Route("/client/{team}", client),
        Route("/client/{team}/{channel}", client),
    ]


def place(
    workspace: Workspace, conversation: Conversation | None, *, acting: str | None
) -> dict[str, str]:
    """Who looks at what, as the address bar of the page says it.

    A direct message is its own person's; without a conversation it is the app's messages.
    """
    people = workspace.directory.people
    user = next((person.id for person in people.values() if acting == person.name), None)
    if conversation is None:
        return _written(workspace, user, workspace.seed.app.name.lower())
    if conversation.kind is not Kind.IM:
        return _written(workspace, user, conversation.name)
    if user not in conversation.members:
        user = next(member for member in conversation.members if member in people)
    other = next(member for member in conversation.members if member != user)
    return _written(workspace, user, f"@{people[other].name}" if other in people else None)


def _written(workspace: Workspace, user: str | None, channel: str | None) -> dict[str, str]:
    who = {"user": workspace.directory.people[user].name} if user else {}
    return who | {"channel": channel or workspace.seed.app.name.lower()}
