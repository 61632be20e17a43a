"""The lines of an item: seen, changed, added and removed, and what they leave of its total."""

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.errors import Conflict, Invalid
from commands.items.editing import typed
from commands.items.editing.edit import as_kept
from commands.items.editing.fields import OF_LINE, fields, held, is_there
from commands.items.editing.line_page import MOST, left_over, page
from commands.items.editing.split import (
    Line,
    balanced,
    own_lines,
    remaining,
    replaced,
    without,
    worth,
    written,
)
from commands.items.finding import (
    changed_meanwhile,
    check_open,
    check_version,
    locked,
    show_button,
    write_down,
)
from commands.items.showing.naming import in_brief
from commands.items.showing.seen import seen
from commands.permissions import Permission
from commands.publishing.approvals.changing import before_change
from commands.publishing.facts import FactLine
from commands.publishing.readiness.readiness import assess
from commands.publishing.resolution.splitting import WHOLE
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

AMOUNTS = {
    "total": typed.amount,
    "tax": typed.amount,
    "quantity": typed.quantity,
    "unit_price": typed.amount,
}


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
            *_amounts(there[at] if line else None, str(remaining(own.judged.facts))),
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
    context: Context, *, item: Item, version: int, line: int = 0, was: str = "", **filled_in: str
) -> Answer:
    """What was chosen for the line wins over what holds for the item."""
    coded = as_kept(typed.changed(typed.marked(was), filled_in))
    said = _said(filled_in)
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        there = await _lines(session, context, fresh)
        place = line - 1 if line else len(there)
        before = there[place] if place < len(there) else {}
        lines = replaced(there, place, written(before, said, coded))
        done = "changed" if line else "added"
        return await _changed(session, context, fresh, lines, done=done, line=place + 1)


def _said(filled_in: Mapping[str, str]) -> dict[str, str | None]:
    """Raises Invalid."""
    said: dict[str, str | None] = {"description": filled_in.get("description", "").strip()}
    wrong: dict[str, str] = {}
    for name, read in AMOUNTS.items():
        text = filled_in.get(name, "").strip()
        try:
            said[name] = read(text) if text else None
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
        lines = without(await _lines(session, context, fresh), line - 1)
        return await _changed(session, context, fresh, lines, done="removed", line=line)


@command("items.balance", permission=Permission.SEE_CLIENT)
async def balance(context: Context, *, item: Item, version: int) -> Answer:
    """What remains becomes a line; of a rounding the last line takes it."""
    async with context.tools.database.begin() as session:
        fresh = await locked(session, context, item, version=version)
        facts = (await assess(session, context.tools, fresh)).facts
        lines = balanced(own_lines(fresh, facts), facts)
        return await _changed(session, context, fresh, lines, done="balanced")


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


async def _lines(session: AsyncSession, context: Context, item: Item) -> list[Line]:
    """Those there are; a rule's become the item's own once somebody changes one."""
    return own_lines(item, (await assess(session, context.tools, item)).facts)


async def _changed(
    session: AsyncSession, context: Context, item: Item, lines: Sequence[Line],
    *, done: str, line: int = 0,
) -> Reply:  # fmt: skip
    check_open(item)
    await before_change(session, context, item, ["lines"])
    before = await _lines(session, context, item)
    item.lines = list(lines)
    kept = {name: told for name, told in item.manual.items() if name != WHOLE}
    by = {"value": "yes", "by": context.actor.person_id, "at": context.now.isoformat()}
    item.manual = kept if lines else kept | {WHOLE: by}
    await write_down(
        session, context, item, "split", before=before, done=done, line=line, count=len(lines)
    )
    return await page(session, context, item, done=done, line=line)
