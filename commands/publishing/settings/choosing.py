"""What a client chose, read and changed: every change is on record and looked at at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.context import Context
from commands.errors import Conflict, Invalid
from commands.publishing.bookkeeping import Bookkeeping, bookkeeping
from commands.publishing.choices import Choices, kept, read
from commands.replies import (
    Button,
    ChoiceField,
    Field,
    Form,
    Invocation,
    Option,
    Part,
    Words,
    call,
)
from storage.models import Client
from storage.queries import publishing

AUTO_PUBLISH = "auto_publish"  # the choice whose beginning is noted
LARGEST = Decimal("1e12")
YES_NO = (Option(value="yes", label="Yes"), Option(value="no", label="No"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Present:
    """What holds now. `version` is 0 as long as nothing was chosen."""

    books: Bookkeeping
    choices: Choices
    version: int

    @property
    def client(self) -> Client:
        return self.books.client

    @property
    def currency(self) -> str:
        return self.books.organisation.base_currency or ""


async def present(context: Context, client: Client) -> Present:
    """Raises Refused where nothing is connected."""
    async with context.tools.database.read() as session:
        return await present_in(session, context, client)


async def present_in(session: AsyncSession, context: Context, client: Client) -> Present:
    """The same within a transaction."""
    row = await publishing.choices(session, context.workspace_id, client.id)
    return Present(
        books=await bookkeeping(session, context, client),
        choices=read(row.choices) if row else Choices(),
        version=row.version if row else 0,
    )


async def change(context: Context, client: Client, version: int, **chosen: Any) -> None:
    """Keep these choices. Raises Conflict where they are not what the form showed any more."""
    async with context.tools.database.begin() as session:
        row = await publishing.hold_choices(session, context.workspace_id, client.id)
        if row.version != version:
            raise Conflict(
                "publishing/changed_meanwhile", settings_button(client), client=client.name
            )
        before = read(row.choices)
        after = replace(before, **chosen)
        if after == before:
            return
        row.choices = kept(after)
        if after.auto_publish != before.auto_publish:
            since = {AUTO_PUBLISH: context.now.isoformat()} if after.auto_publish else {}
            row.auto_since = since
        was, now = _differences(before, after)
        record(session, context, "publishing.settings_changed", client, before=was, after=now)
        await publishing.items_changed(session, context.workspace_id, client.id, now=context.now)


def _differences(before: Choices, after: Choices) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    was, now = kept(before), kept(after)
    changed = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    return {n: was.get(n) for n in changed}, {n: now.get(n) for n in changed}


def form(
    shown: Present, command: Invocation, title: str, *fields: Field, note: Words | None = None
) -> Form:
    """Asks for one group of choices."""
    heading = Words(template="publishing/choosing", data=shown.books.facts)
    parts: tuple[Part, ...] = (heading, note) if note else (heading,)
    return Form(
        title=title,
        submits=command.having(client=shown.client.id, version=str(shown.version)),
        submit_label="Save",
        parts=parts,
        fields=fields,
    )


def yes_no(name: str, label: str, *, is_on: bool, hint: str | None = None) -> ChoiceField:
    """A field that is read as a bool."""
    initial = "yes" if is_on else "no"
    return ChoiceField(name=name, label=label, options=YES_NO, initial=initial, hint=hint)


def settings_button(client: Client) -> Button:
    return Button(label="Settings", does=call("publishing.settings", client=client.id))


def amount_of(name: str, text: str) -> Decimal | None:
    """An amount of money somebody typed; None for none. Raises Invalid."""
    bare = text.strip().lstrip("£€$").replace(",", "").strip()
    if not bare:
        return None
    try:
        value = Decimal(bare)
    except InvalidOperation:
        raise Invalid({name: f"“{text.strip()}” is not an amount such as 250.00."}) from None
    if not value.is_finite() or not 0 <= value < LARGEST:
        raise Invalid({name: "Choose an amount of 0 or more."})
    return value
