"""Correcting an item: what people change holds from then on, all else stays as the rules say."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Invalid
from commands.items import typed
from commands.items.fields import fields, held, names
from commands.items.finding import changed_meanwhile, check_open, locked, write_down
from commands.items.naming import in_brief, label
from commands.items.seen import Seen, seen
from commands.items.show import shown
from commands.permissions import Permission
from commands.publishing.known import say
from commands.registry import command
from commands.replies import Answer, Form, Words, call
from storage.models import Item, ItemState

TITLES = {"": "Edit item", "payment": "Payment, destination"}


@command("items.edit", permission=Permission.SEE_CLIENT, changes=False)
async def edit(context: Context, *, item: Item, version: int = 0, part: str = "") -> Answer:
    """The form: all fields, those of the payment, or the one that is to be corrected."""
    async with context.tools.database.read() as session:
        own = await seen(session, context, item)
    check_open(own.item)
    values = held(own, names(own, part))
    return Form(
        title=TITLES.get(part, "Correct item"),
        submits=call("items.save", item=item.id, version=own.item.version, was=typed.marks(values)),
        submit_label="Save",
        parts=(Words(template="items/editing", data={"what": in_brief(item), "part": part}),),
        fields=fields(own, values),
    )


@command("items.save", permission=Permission.SEE_CLIENT)
async def save(
    context: Context,
    *,
    item: Item,
    version: int,
    was: str = "",
    kind: str = "",
    supplier: str = "",
    day: str = "",
    number: str = "",
    total: str = "",
    tax: str = "",
    currency: str = "",
    contact: str = "",
    account: str = "",
    tax_rate: str = "",
    product: str = "",
    tracking_1: str = "",
    tracking_2: str = "",
    customer: str = "",
    billable: str = "",
    due_day: str = "",
    description: str = "",
    note: str = "",
    paid: str = "",
    payment_method: str = "",
    bank_account: str = "",
    paid_on: str = "",
    publish_to: str = "",
    publish_as: str = "",
) -> Answer:
    """What was changed in the form is said by hand from now on; what was emptied is empty."""
    given = {
        "kind": kind, "supplier": supplier, "day": day, "number": number, "total": total,
        "tax": tax, "currency": currency, "contact": contact, "account": account,
        "tax_rate": tax_rate, "product": product, "tracking_1": tracking_1,
        "tracking_2": tracking_2, "customer": customer, "billable": billable, "due_day": due_day,
        "description": description, "note": note, "paid": paid, "payment_method": payment_method,
        "bank_account": bank_account, "paid_on": paid_on, "publish_to": publish_to,
        "publish_as": publish_as,
    }  # fmt: skip
    before = typed.marked(was)
    changes = as_kept(typed.changed(before, given))
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item)
        check_open(fresh)
        own = await seen(session, context, fresh)
        if fresh.version != version:
            await _check_untouched(session, context, own, before, changes)
        says = [label(name, own.names) for name in changes]
        if changes:
            say(fresh, changes, by=context.actor.person_id, at=context.now)
            withdraw_approval(fresh)
            told = _told(own, changes)
            await write_down(session, context, fresh, "edited", fields=told)
        done = Words(template="items/edited", data={"fields": says, "what": in_brief(fresh)})
        return await shown(session, context, fresh, done)


def as_kept(changes: Mapping[str, str]) -> Mapping[str, str | None]:
    """Raises Invalid, of all fields at once."""
    kept: dict[str, str | None] = {}
    wrong: dict[str, str] = {}
    for name, text in changes.items():
        try:
            kept[name] = typed.read(name, text)
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid(wrong)
    return kept


def withdraw_approval(item: Item) -> None:
    """What was approved was approved as it stood."""
    item.approval = {}
    if item.state in (ItemState.PENDING, ItemState.APPROVED):
        item.state = ItemState.TO_REVIEW


async def _check_untouched(
    session: AsyncSession, context: Context, own: Seen, was: Mapping[str, str],
    changes: Mapping[str, str | None],
) -> None:  # fmt: skip
    """Two people may change different fields; of one field the second is told of the first."""
    now = held(own, list(changes))
    if any(typed.mark(now[name]) != was[name] for name in changes):
        raise await changed_meanwhile(session, context, own.item)


def _told(own: Seen, changes: Mapping[str, str | None]) -> Sequence[Mapping[str, str | None]]:
    """For the history: {field, from, to}, as they are kept."""
    before = held(own, list(changes))
    return [{"field": name, "from": before[name], "to": to} for name, to in changes.items()]
