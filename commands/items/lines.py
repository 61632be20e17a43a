"""The lines of an item: seen, changed, added and removed, and what they leave of its total."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Conflict, Invalid
from commands.items import typed
from commands.items.edit import as_kept, withdraw_approval
from commands.items.fields import OF_LINE, fields, held, is_there
from commands.items.finding import (
    changed_meanwhile,
    check_open,
    check_version,
    locked,
    show_button,
    write_down,
)
from commands.items.line_page import MOST, left_over, page
from commands.items.naming import in_brief
from commands.items.seen import seen
from commands.items.split import Line, balanced, remaining, replaced, without, worth, written
from commands.permissions import Permission
from commands.publishing.facts import FactLine
from commands.registry import command
from commands.replies import (
    Answer,
    Field,
    Form,
    Reply,
    TextField,
    Words,
    call,
)
from storage.models import Item
from storage.queries import items


@command("items.split", permission=Permission.SEE_CLIENT, changes=False)
async def split(context: Context, *, item: Item) -> Answer:
    """Its lines, and what they leave."""
    async with context.tools.database.read() as session:
        return await page(session, context, item)


@command("items.line", permission=Permission.SEE_CLIENT, changes=False)
async def line_form(context: Context, *, item: Item, version: int, line: int = 0) -> Answer:
    """The form of a line, from 1; of a new one without."""
    check_open(item)
    async with context.tools.database.read() as session:
        await check_version(session, context, item, version)
        own = await seen(session, context, item)
    there = own.judged.facts.lines
    if line > len(there) or (not line and len(there) >= MOST):
        raise Conflict("items/too_many_lines", show_button(item), most=MOST)
    at = line - 1 if line else len(there)
    values = held(own, [name for name in OF_LINE if is_there(name, own)], at)
    does = call(
        "items.save_line", item=item.id, version=version, line=line, was=typed.marks(values)
    )
    what = {"what": in_brief(item), "line": line, "remains": left_over(own)}
    return Form(
        title="Correct line" if line else "Add a line",
        submits=does,
        submit_label="Save",
        parts=(Words(template="items/line_form", data=what),),
        fields=(
            *_amounts(there[at] if line else None, str(remaining(item))),
            *fields(own, values, at),
        ),
    )


def _amounts(line: FactLine | None, rest: str) -> tuple[Field, ...]:
    told = line or FactLine()
    total = str(worth(line)) if line else rest
    return (
        TextField(name="description", label="Description", initial=told.description, optional=True),
        TextField(name="total", label="Total, tax included", initial=total),
        TextField(name="tax", label="Tax amount", initial=_text(told.tax), optional=True),
        TextField(name="quantity", label="Quantity", initial=_text(told.quantity), optional=True),
        TextField(
            name="unit_price", label="Price of one", initial=_text(told.unit_price), optional=True
        ),
    )


def _text(value: object) -> str:
    return "" if value is None else str(value)


@command("items.save_line", permission=Permission.SEE_CLIENT)
async def save_line(
    context: Context,
    *,
    item: Item,
    version: int,
    total: str,
    line: int = 0,
    was: str = "",
    description: str = "",
    tax: str = "",
    quantity: str = "",
    unit_price: str = "",
    account: str = "",
    tax_rate: str = "",
    product: str = "",
    tracking_1: str = "",
    tracking_2: str = "",
    customer: str = "",
    billable: str = "",
) -> Answer:
    """What was chosen for the line wins over what holds for the item."""
    given = {
        "account": account, "tax_rate": tax_rate, "product": product, "tracking_1": tracking_1,
        "tracking_2": tracking_2, "customer": customer, "billable": billable,
    }  # fmt: skip
    coded = as_kept(typed.changed(typed.marked(was), given))
    said = _said(description, total=total, tax=tax, quantity=quantity, unit_price=unit_price)
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        place = line - 1 if line else len(fresh.lines)
        before = fresh.lines[place] if place < len(fresh.lines) else {}
        lines = replaced(fresh.lines, place, written(before, said, coded))
        done = "changed" if line else "added"
        return await _changed(session, context, fresh, lines, done=done, line=place + 1)


def _said(description: str, **amounts: str) -> dict[str, str | None]:
    """Raises Invalid."""
    said: dict[str, str | None] = {"description": description.strip()}
    wrong: dict[str, str] = {}
    for name, text in amounts.items():
        try:
            read = typed.quantity if name == "quantity" else typed.amount
            said[name] = read(text) if text.strip() else None
        except ValueError as error:
            wrong[name] = str(error)
    if wrong:
        raise Invalid(wrong)
    return said


@command("items.remove_line", permission=Permission.SEE_CLIENT)
async def remove_line(context: Context, *, item: Item, version: int, line: int) -> Answer:
    """The others stay; without any the item is one whole again."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        lines = without(fresh.lines, line - 1)
        return await _changed(session, context, fresh, lines, done="removed", line=line)


@command("items.balance", permission=Permission.SEE_CLIENT)
async def balance(context: Context, *, item: Item, version: int) -> Answer:
    """What remains becomes a line; of a rounding the last line takes it."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        return await _changed(session, context, fresh, balanced(fresh), done="balanced")


@command("items.lines_back", permission=Permission.SEE_CLIENT)
async def lines_back(context: Context, *, item: Item, version: int) -> Answer:
    """The lines as they were before they were changed last."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        changes = await items.changes(session, context.workspace_id, fresh.id)
        splits = [each for each in changes if each.what == "split"]
        if not splits:
            raise await changed_meanwhile(session, context, fresh)
        last = max(splits, key=lambda each: int(each.facts["version"]))
        before = list(last.facts.get("before") or ())
        return await _changed(session, context, fresh, before, done="back")


async def _changed(
    session: AsyncSession, context: Context, item: Item, lines: Sequence[Line],
    *, done: str, line: int = 0,
) -> Reply:  # fmt: skip
    check_open(item)
    before = list(item.lines)
    item.lines = list(lines)
    withdraw_approval(item)
    await write_down(
        session, context, item, "split", before=before, done=done, line=line, count=len(lines)
    )
    return await page(session, context, item, done=done, line=line)
