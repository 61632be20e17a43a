"""Payment methods as people add, change, remove and restore them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from commands.audit import record
from commands.clients.names import folded
from commands.context import Context
from commands.errors import Invalid
from commands.permissions import Permission
from commands.publishing import policies
from commands.publishing.coding import Coded
from commands.publishing.rules.method_form import DIGITS
from commands.publishing.rules.methods import METHOD, methods_button, methods_page
from commands.publishing.settings.offering import chosen
from commands.publishing.wording import destination
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    call,
    say,
)
from storage.identity import new_id
from storage.models import Client, PaymentMethod
from storage.queries import publishing


@command("publishing.save_method", permission=Permission.MANAGE_PUBLISHING)
async def save(
    context: Context,
    *,
    client: Client,
    name: str = "",
    method: str = "",
    version: int | None = None,
    last4: str = "",
    bank_account: str = "",
    publish_to: str = "",
    auto: bool = False,
) -> Answer:
    """Keep what was filled in."""
    told = _Told(
        name=_name(name),
        last4=_digits(last4),
        bank_account=chosen(bank_account),
        publish_to=to.value if (to := destination(publish_to)) else None,
        is_auto=auto,
    )
    try:
        async with context.tools.database.begin() as session:
            await _refuse_same(session, context, client, told.name, besides=method)
            if method:
                row = await policies.locked(
                    session, context, METHOD, client, method, version=version
                )
                before = facts_of(row)
                _set(row, told, context.now)
                record(
                    session, context, "publishing.method_changed", row,
                    before=before, after=facts_of(row),
                )  # fmt: skip
            else:
                _add(session, context, client, told)
            await publishing.items_changed(
                session, context.workspace_id, client.id, now=context.now
            )
    except IntegrityError as error:  # somebody added one of that name in this very moment
        raise _same(told.name) from error
    return await methods_page(context, client, is_set=True)


@command("publishing.remove_method", permission=Permission.MANAGE_PUBLISHING)
async def remove(context: Context, *, client: Client, method: str, version: int) -> Answer:
    """Take it away; for ten minutes it can be restored."""
    async with context.tools.database.begin() as session:
        row = await policies.locked(session, context, METHOD, client, method, version=version)
        await policies.remove(session, context, METHOD, row, facts_of(row))
        rules = await publishing.rules(session, context.workspace_id, client.id)
        naming = [r for r in rules if r.coding.get(Coded.PAYMENT_METHOD) == method]
        await publishing.items_changed(session, context.workspace_id, client.id, now=context.now)
    return say(
        "publishing/method_removed",
        Button(
            label="Undo",
            does=call("publishing.restore_method", client=client.id, method=method),
        ),
        methods_button(client),
        name=row.name,
        client=client.name,
        rules=len(naming),
    )


@command("publishing.restore_method", permission=Permission.MANAGE_PUBLISHING)
async def restore(context: Context, *, client: Client, method: str) -> Answer:
    """Bring back what was removed a moment ago."""
    async with context.tools.database.begin() as session:
        kept = await policies.removed_lately(session, context, METHOD, client, method)
        await _refuse_same(session, context, client, kept["name"], besides=method)
        row = PaymentMethod(
            id=method,
            workspace_id=context.workspace_id,
            client_id=client.id,
            name_key=_key(kept["name"]),
            **kept,
        )
        session.add(row)
        record(session, context, "publishing.method_restored", row, after=facts_of(row))
        await publishing.items_changed(session, context.workspace_id, client.id, now=context.now)
    return await methods_page(context, client, is_set=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    name: str
    last4: str | None
    bank_account: str | None
    publish_to: str | None
    is_auto: bool


def _name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Invalid({"name": "Give it a name."})
    return name


def _digits(text: str) -> str | None:
    digits = text.strip()
    if digits and not (digits.isdecimal() and len(digits) == DIGITS):
        raise Invalid({"last4": f"“{digits}” is not four digits."})
    return digits or None


def _key(name: str) -> str:
    return " ".join(folded(name).split())


def _same(name: str) -> Invalid:
    return Invalid({"name": f"There is a payment method called “{name}” already."})


async def _refuse_same(
    session: AsyncSession, context: Context, client: Client, name: str, *, besides: str
) -> None:
    there = await publishing.methods(session, context.workspace_id, client.id)
    if any(each.name_key == _key(name) and each.id != besides for each in there):
        raise _same(name)


def _set(row: PaymentMethod, told: _Told, now: datetime) -> None:
    row.name, row.name_key, row.last4 = told.name, _key(told.name), told.last4
    row.bank_account, row.publish_to = told.bank_account, told.publish_to
    if told.is_auto != (row.auto_since is not None):
        row.auto_since = now if told.is_auto else None


def _add(session: AsyncSession, context: Context, client: Client, told: _Told) -> None:
    row = PaymentMethod(
        id=new_id(),
        workspace_id=context.workspace_id,
        client_id=client.id,
        name=told.name,
        name_key=_key(told.name),
        made_at=context.now,
        made_by=context.actor.person_id,
    )
    _set(row, told, context.now)
    session.add(row)
    record(session, context, "publishing.method_added", row, after=facts_of(row))


def facts_of(row: PaymentMethod) -> Mapping[str, Any]:
    """All that it takes to have it back."""
    return {
        "name": row.name,
        "last4": row.last4,
        "bank_account": row.bank_account,
        "publish_to": row.publish_to,
        "auto_since": row.auto_since.isoformat() if row.auto_since else None,
        "made_at": row.made_at.isoformat(),
        "made_by": row.made_by,
    }
