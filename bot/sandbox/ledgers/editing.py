"""The accountant's hand in the books: `POST …/edit` changes a list as somebody at work would.

    {"organisation": "Acme Limited", "kind": "Accounts", "action": "rename",
     "name": "Cleaning", "to": "Cleaning and Windows"}

`organisation` and `name` are a name or an id; `kind` is the vendor's word for the list, among them
`Organisation` (Xero), `CompanyInfo` and `Preferences` (QuickBooks), and `TrackingOptions` (Xero),
which is added to the category named by `parent`. Actions: `add` (with `fields`), `change` (with
`fields`), `rename` (with `to`), `archive`, `restore`, `remove`.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.ledgers.books import Books, NoSuchRow
from bot.sandbox.ledgers.clock import Clock
from bot.sandbox.ledgers.people import Directory
from bot.sandbox.ledgers.rows import Change, Row


class BadEdit(ValueError):
    """The instruction leaves out what its action needs."""


Instruction = dict[str, Any]
Action = Callable[[Books, Instruction, datetime], Row]


def _add(books: Books, edit: Instruction, at: datetime) -> Row:
    return books.add(edit["kind"], dict(edit["fields"]), at=at, parent=edit.get("parent"))


def _change(books: Books, edit: Instruction, at: datetime) -> Row:
    return books.change(edit["kind"], edit["name"], dict(edit["fields"]), at=at)


def _rename(books: Books, edit: Instruction, at: datetime) -> Row:
    return books.rename(edit["kind"], edit["name"], str(edit["to"]), at=at)


ACTIONS: dict[str, Action] = {
    "add": _add,
    "change": _change,
    "rename": _rename,
    "archive": lambda books, edit, at: books.archive(edit["kind"], edit["name"], at=at),
    "restore": lambda books, edit, at: books.restore(edit["kind"], edit["name"], at=at),
    "remove": lambda books, edit, at: books.remove(edit["kind"], edit["name"], at=at),
}


Told = Callable[[Books, list[Change]], None]


def apply(
    directory: Directory,
    edit: Instruction,
    *,
    at: datetime,
    actions: Mapping[str, Action] = ACTIONS,
    told: Told | None = None,
) -> Row:
    """Raises `BadEdit`, `NoSuchRow` or what else the action raises; `told` hears what it did."""
    try:
        books = directory.find(str(edit["organisation"]))
        action = actions.get(str(edit["action"]))
        if books is None:
            raise NoSuchRow(f"There is no organisation called {edit['organisation']!r}.")
        if action is None:
            raise BadEdit(f"action must be one of {', '.join(actions)}.")
        books.finish()
        with books.watched() as changes:
            row = action(books, edit, at)
    except KeyError as missing:
        raise BadEdit(f"{missing.args[0]} is missing.") from missing
    if told is not None:
        told(books, changes)
    return row


class EditRoute:
    """Answers with the row as it is now, or says what was wrong with the instruction."""

    def __init__(
        self,
        directory: Directory,
        *,
        now: Clock,
        actions: Mapping[str, Action] = ACTIONS,
        told: Told | None = None,
    ) -> None:
        self._directory = directory
        self._now = now
        self._actions = actions
        self._told = told

    async def edit(self, request: Request) -> Response:
        try:
            edit = json.loads(await request.body())
            if not isinstance(edit, dict):
                raise BadEdit("The body must be a JSON object.")
            row = apply(
                self._directory, edit, at=self._now(), actions=self._actions, told=self._told
            )
        except NoSuchRow as reason:
            return JSONResponse({"error": str(reason)}, status_code=404)
        except ValueError as reason:
            return JSONResponse({"error": str(reason)}, status_code=400)
        return JSONResponse({"id": row.id, "name": edit.get("to", edit.get("name"))})
