"""The part of the control interface about modals and the Home tab."""

from typing import Any

from starlette.routing import BaseRoute, Route

from bot.sandbox.workspace import submissions
from bot.sandbox.workspace.actions import suggest
from bot.sandbox.workspace.deliver import Courier
from bot.sandbox.workspace.endpoints import asked, posted
from bot.sandbox.workspace.errors import Refused
from bot.sandbox.workspace.filling import filled
from bot.sandbox.workspace.finding import field
from bot.sandbox.workspace.homes import opened_home
from bot.sandbox.workspace.reading import Reader, buttons, fields, menus, plain_blocks, reader_of
from bot.sandbox.workspace.views import View

Json = dict[str, Any]


def routes(courier: Courier) -> list[BaseRoute]:
    drive = DriveViews(courier)
    return [
        Route("/control/modal", asked(drive.modal), methods=["GET"]),
        Route("/control/home", asked(drive.home), methods=["GET"]),
        Route("/control/submit", posted(drive.submit), methods=["POST"]),
        Route("/control/close", posted(drive.close), methods=["POST"]),
        Route("/control/options", posted(drive.options), methods=["POST"]),
    ]


class DriveViews:
    """One method per verb; each takes the body or the query and answers JSON."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._workspace = courier.workspace

    def _user(self, body: Json) -> str:
        return self._workspace.directory.person(body["user"]).id

    def _top(self, user: str) -> View:
        view = self._workspace.views.top(user)
        if view is None:
            raise Refused("no modal is open")
        return view

    async def modal(self, query: Json) -> Json | None:
        """The modal on top, or null."""
        user = self._user(query)
        view = self._workspace.views.top(user)
        if view is None:
            return None
        reader = reader_of(self._workspace, user)
        shown = _view(view, reader)
        by_block = {field["block_id"]: field["label"] for field in shown["fields"]}
        return shown | {
            "title": view.title,
            "errors": {by_block.get(block, block): text for block, text in view.errors.items()},
            "banner": view.banner,
            "pending": view.is_pending,
            "submit": reader.text(view.source.get("submit")) or None,
            "close": reader.text(view.source.get("close")) or None,
            "depth": len(self._workspace.views.stack(user)),
        }

    async def home(self, query: Json) -> Json | None:
        """The Home tab, opened where it was not; null where the bot publishes none."""
        user = self._user(query)
        view = await opened_home(self._courier, user)
        return _view(view, reader_of(self._workspace, user)) if view else None

    async def submit(self, body: Json) -> Json:
        """Fill in what `values` says, label by label, and submit."""
        user = self._user(body)
        view = self._top(user)
        values = await filled(self._courier, user, view, body.get("values") or {})
        outcome = await submissions.submit(self._courier, user, view.id, values)
        if "error" in outcome:
            return {"ok": False, "error": outcome["error"]}
        if "errors" in outcome:
            shown = await self.modal(body)
            return {"ok": False, "error": "errors", "errors": shown["errors"] if shown else {}}
        return {"ok": True}

    async def close(self, body: Json) -> Json:
        """Close the modal on top; with `all`, the whole stack."""
        user = self._user(body)
        everything = bool(body.get("all"))
        await submissions.close(self._courier, user, self._top(user).id, everything=everything)
        return {"ok": True}

    async def options(self, body: Json) -> Json:
        """What a searchable select of the modal offers for `query`, by its label."""
        user = self._user(body)
        view = self._top(user)
        block, element = field(view.blocks, body["label"])
        return await suggest(
            self._courier,
            user,
            view,
            block_id=block["block_id"],
            action_id=element["action_id"],
            query=body["query"],
        )


def _view(view: View, reader: Reader) -> Json:
    return {
        "view_id": view.id,
        "plain": plain_blocks(view.blocks, reader),
        "fields": fields(view.blocks, view.state()["values"], reader),
        "buttons": buttons(view.blocks, reader),
        "menus": menus(view.blocks, reader),
        "blocks": view.blocks,
        "private_metadata": view.source.get("private_metadata", ""),
    }
