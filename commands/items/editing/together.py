"""Correcting several items at once: what their ledger refused for one and the same cause."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Invalid, NotFound, Refused
from commands.items.editing.edit import as_kept
from commands.items.editing.fields import fields
from commands.items.finding import write_down
from commands.items.showing.naming import label
from commands.items.showing.seen import seen
from commands.permissions import Permission
from commands.publishing.approvals.changing import before_change
from commands.publishing.catalogue import entry
from commands.publishing.known import say
from commands.publishing.sending.alike import SHARED, refused_alike
from commands.registry import command
from commands.replies import Button, Buttons, Form, Reply, Style, Words, call
from storage.models import Client, Item


@command("items.correct_alike", permission=Permission.SEE_CLIENT, changes=False)
async def correct_alike(context: Context, *, client: Client, batch: str, code: str) -> Form:
    """One field for all of them."""
    remedy = entry(code).button
    if remedy.field not in SHARED:
        raise NotFound(kind="field", text=code)
    async with context.tools.database.read() as session:
        alike = await _alike(session, context, client, batch, code)
        own = await seen(session, context, alike[0])
    data = {"count": len(alike), "wrong": entry(code).title}
    return Form(
        title=remedy.label,
        submits=call("items.corrected_alike", client=client.id, batch=batch, code=code),
        submit_label="Save",
        parts=(Words(template="items/correcting_alike", data=data),),
        fields=tuple(replace(each, hint=None) for each in fields(own, {remedy.field: ""})),
    )


@command("items.corrected_alike", permission=Permission.SEE_CLIENT)
async def corrected_alike(
    context: Context, *, client: Client, batch: str, code: str, **filled_in: str
) -> Reply:
    """Each has it from now on as if somebody had entered it there."""
    changes = _complete(entry(code).button.field or "", filled_in)
    async with context.tools.database.begin() as session:
        alike = await _alike(session, context, client, batch, code, lock=True)
        split = [each for each in alike if _is_split_by(each, changes)]
        whole = [each for each in alike if each not in split]
        own = await seen(session, context, alike[0])
        says = [label(name, own.names) for name in changes]
        for each in whole:
            await _correct(session, context, each, changes)
    data = {"count": len(whole), "fields": says, "left": [each.title for each in split]}
    return Reply(
        parts=(
            Words(template="items/corrected_alike", data=data),
            Buttons(items=_next(client, batch, len(whole))),
        )
    )


def _complete(field: str, filled_in: Mapping[str, str]) -> Mapping[str, str | None]:
    """Raises Invalid where nothing was chosen."""
    kept = as_kept({field: filled_in.get(field, "")})
    if not kept[field]:
        raise Invalid({field: "Choose one."})
    return kept


def _is_split_by(item: Item, changes: Mapping[str, str | None]) -> bool:
    """Whether its lines have their own, which is theirs to be corrected."""
    return any(name in (line.get("manual") or {}) for line in item.lines for name in changes)


async def _alike(
    session: AsyncSession,
    context: Context,
    client: Client,
    batch: str,
    code: str,
    *,
    lock: bool = False,
) -> Sequence[Item]:
    """Raises Refused where somebody has corrected them already."""
    found = await refused_alike(session, context.workspace_id, batch, code, lock=lock)
    own = [each for each in found if each.client_id == client.id]
    if not own:
        raise Refused("items/none_alike", *_next(client, batch, 0))
    return own


async def _correct(
    session: AsyncSession, context: Context, item: Item, changes: Mapping[str, str | None]
) -> None:
    before = {name: (item.manual.get(name) or {}).get("value") for name in changes}
    told = [{"field": name, "from": before[name], "to": to} for name, to in changes.items()]
    await before_change(session, context, item, changes)
    say(item, changes, by=context.actor.person_id, at=context.now)
    await write_down(session, context, item, "edited", fields=told)


def _next(client: Client, batch: str, count: int) -> tuple[Button, ...]:
    items = Button(label="Items", does=call("items.list", client=client.id))
    if not count:
        return (items,)
    again = call("publishing.retry", batch=batch)
    return (Button(label=f"Retry {count}", does=again, style=Style.PRIMARY), items)
