"""The views of each person: a stack of at most three modals and one Home tab."""

from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.seed import Seed
from bot.sandbox.workspace.elements import with_ids
from bot.sandbox.workspace.errors import SlackError
from bot.sandbox.workspace.ids import Ids
from bot.sandbox.workspace.values import Values, current, merged

Json = dict[str, Any]

MAX_DEPTH = 3
_OPTIONAL_TEXTS = ("title", "close", "submit")


@dataclass(kw_only=True, slots=True)
class View:
    """A view as it stands; `source` is what the bot sent, with ids filled in."""

    id: str
    user: str
    source: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    banner: str | None = None
    is_pending: bool = False

    @property
    def blocks(self) -> list[Json]:
        blocks: list[Json] = self.source["blocks"]
        return blocks

    @property
    def external_id(self) -> str:
        return str(self.source.get("external_id") or "")

    @property
    def title(self) -> str:
        return str((self.source.get("title") or {}).get("text", ""))

    def enter(self, values: Values) -> None:
        self.values = merged(self.values, values)

    def state(self) -> Json:
        return {"values": current(self.blocks, self.values)}


class Views:
    """Opens, pushes, updates and closes views, refusing what Slack refuses."""

    def __init__(self, ids: Ids, seed: Seed) -> None:
        self._ids = ids
        self._seed = seed
        self._stacks: dict[str, list[View]] = {user.id: [] for user in seed.people}
        self.homes: dict[str, View] = {}

    def stack(self, user: str) -> list[View]:
        return self._stacks[user]

    def top(self, user: str) -> View | None:
        return self._stacks[user][-1] if self._stacks[user] else None

    def open(self, user: str, source: Json, *, now: float) -> View:
        """A new root in place of whatever this person had open."""
        self._refuse_taken(source)
        view = self._new(user, source, now=now)
        self._stacks[user] = [view]
        return view

    def push(self, user: str, source: Json, *, now: float) -> View:
        """Raises SlackError `push_limit_reached` above three views."""
        stack = self._stacks[user]
        if len(stack) >= MAX_DEPTH:
            raise SlackError("push_limit_reached")
        self._refuse_taken(source)
        view = self._new(user, source, now=now)
        if stack:
            view.previous_id, view.root_id = stack[-1].id, stack[0].id
        stack.append(view)
        return view

    def replace(self, view: View, source: Json, *, now: float) -> View:
        """The same view with other blocks: values survive where block and action ids do."""
        self._refuse_taken(source, besides=view)
        view.source = self._with_ids(source)
        view.hash = self._hash(now)
        view.errors, view.banner = {}, None
        return view

    def publish(self, user: str, source: Json, *, expected: str | None, now: float) -> View:
        """Raises SlackError `hash_conflict` where `expected` is not the published hash."""
        home = self.homes.get(user)
        if home is None:
            self.homes[user] = self._new(user, source, now=now)
            return self.homes[user]
        if expected and expected != home.hash:
            raise SlackError("hash_conflict")
        return self.replace(home, source, now=now)

    def close(self, view: View) -> None:
        stack = self._stacks[view.user]
        self._stacks[view.user] = [other for other in stack if other.id != view.id]

    def clear(self, user: str) -> None:
        self._stacks[user] = []

    def find(self, *, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """An open modal or a published Home."""
        for view in self._all():
            if view_id and view.id == view_id:
                return view
            if external_id and view.external_id == external_id:
                return view
        return None

    def wire(self, view: View) -> Json:
        """The view object as Slack sends it in payloads and answers."""
        source = view.source
        body: Json = {
            "id": view.id,
            "team_id": self._seed.team_id,
            "type": source["type"],
            "blocks": view.blocks,
            "private_metadata": source.get("private_metadata", ""),
            "callback_id": source.get("callback_id", ""),
            "state": view.state(),
            "hash": view.hash,
            "clear_on_close": source.get("clear_on_close", False),
            "notify_on_close": source.get("notify_on_close", False),
            "submit_disabled": source.get("submit_disabled", False),
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": self._seed.app.id,
            "external_id": view.external_id,
            "app_installed_team_id": self._seed.team_id,
            "bot_id": self._seed.app.bot_id,
        }
        return body | {key: source.get(key) for key in _OPTIONAL_TEXTS}

    def _all(self) -> list[View]:
        return [*(v for stack in self._stacks.values() for v in stack), *self.homes.values()]

    def _new(self, user: str, source: Json, *, now: float) -> View:
        view_id = self._ids.new("V")
        return View(
            id=view_id,
            user=user,
            source=self._with_ids(source),
            hash=self._hash(now),
            root_id=view_id,
        )

    def _with_ids(self, source: Json) -> Json:
        return source | {"blocks": with_ids(source["blocks"], self._ids)}

    def _hash(self, now: float) -> str:
        return f"{int(now)}.{self._ids.opaque('hash')[:8]}"

    def _refuse_taken(self, source: Json, *, besides: View | None = None) -> None:
        external_id = source.get("external_id")
        taken = self.find(external_id=external_id) if external_id else None
        if taken is not None and taken is not besides:
            raise SlackError("duplicate_external_id")
