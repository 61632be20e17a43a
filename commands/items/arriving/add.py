"""Entering an item by hand, where there is no file to read it off."""

from commands.context import Context
from commands.errors import Invalid
from commands.items.editing import typed
from commands.items.editing.edit import as_kept
from commands.items.finding import ADDED, write_down
from commands.items.showing.naming import KINDS, SHELVES, in_brief
from commands.items.showing.show import shown
from commands.permissions import Permission
from commands.publishing.facts import ItemKind, Side
from commands.registry import command
from commands.replies import Answer, ChoiceField, DateField, Form, Option, TextField, Words, call
from storage.models import Client, Purpose
from storage.queries import connections, items, organisations

BY = "form"  # how it was read, as an item keeps it


@command(
    "items.add",
    usage="items add <client>",
    summary="enter a receipt or an invoice of a client by hand",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def add(context: Context, *, client: Client) -> Answer:
    """Enter an item where there is no file: what it is, of whom, and how much.

    How it is coded follows from the rules and the settings of the client; it can be edited then.
    """
    async with context.tools.database.read() as session:
        connection = await connections.for_purpose(
            session, context.workspace_id, client.id, Purpose.BOOKKEEPING
        )
        organisation = connection and await organisations.find(
            session, context.workspace_id, connection.organisation_id
        )
    usual = organisation.base_currency if organisation else None
    return Form(
        title="Add an item",
        submits=call("items.create", client=client.id),
        submit_label="Add",
        parts=(Words(template="items/adding", data={"client": client.name}),),
        fields=(
            ChoiceField(
                name="side",
                label="Add to",
                options=tuple(
                    Option(value=side.value, label=words.capitalize())
                    for side, words in SHELVES.items()
                ),
                initial=Side.COST.value,
            ),
            ChoiceField(
                name="kind",
                label="Type",
                options=tuple(Option(value=k.value, label=words) for k, words in KINDS.items()),
                initial=ItemKind.INVOICE.value,
                compact=True,
            ),
            TextField(name="supplier", label="Supplier, or customer of a sale"),
            DateField(name="day", label="Date", initial=context.now.date()),
            TextField(name="number", label="Number", optional=True),
            TextField(name="total", label="Total, tax included"),
            TextField(name="tax", label="Tax amount", optional=True),
            TextField(name="currency", label="Currency", initial=usual or "", max_length=3),
            DateField(name="due_day", label="Due", optional=True),
            TextField(name="description", label="Description", optional=True),
        ),
    )


@command("items.create", permission=Permission.SEE_CLIENT)
async def create(
    context: Context,
    *,
    client: Client,
    side: Side,
    kind: ItemKind,
    supplier: str,
    day: str,
    total: str,
    currency: str,
    number: str = "",
    tax: str = "",
    due_day: str = "",
    description: str = "",
) -> Answer:
    """What was entered is taken for read, and certain; the item is judged at once."""
    entered = {
        "supplier": supplier, "day": day, "number": number, "total": total, "tax": tax,
        "currency": currency, "due_day": due_day, "description": description,
    }  # fmt: skip
    kept = as_kept(entered)
    if typed.read("total", total) == "0.00":
        raise Invalid({"total": "An item of nothing is not published."})
    read = {name: {"value": text, "confidence": 1, "by": BY} for name, text in kept.items() if text}
    async with context.tools.database.begin() as session:
        item = await items.add(
            session,
            context.workspace_id,
            client.id,
            by=context.actor.person_id,
            source=BY,
            title=supplier.strip(),
            now=context.now,
            side=side.value,
            kind=kind.value,
        )
        item.read = read
        await write_down(session, context, item, ADDED)
        done = Words(template="items/added", data={"what": in_brief(item), "client": client.name})
        return await shown(session, context, item, done)
