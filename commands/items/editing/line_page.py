"""The lines of an item beneath each other, and what they leave of its total."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.health.words import money
from commands.items.editing.split import remaining, worth
from commands.items.showing.naming import in_brief, shown
from commands.items.showing.seen import Seen, seen
from commands.publishing.coding import Coded
from commands.publishing.facts import FactLine
from commands.replies import Button, Buttons, Menu, Part, Reply, Style, Words, call
from storage.models import Item

MOST = 40  # lines; each is a block, and a message has fifty


async def page(
    session: AsyncSession, context: Context, item: Item, *, done: str = "", line: int = 0
) -> Reply:
    """`done` says what was just done, to which `line`."""
    own = await seen(session, context, item)
    facts = own.judged.facts
    left = remaining(facts)
    data = {
        "what": in_brief(item),
        "remains": left_over(own),
        "is_balanced": not left,
        "is_over": left < 0,
        "count": len(facts.lines),
        "by_rule": bool(facts.lines) and not item.lines,
        "done": done,
        "line": line,
    }
    parts: list[Part] = [Words(template="items/split", data=data)]
    for number, each in enumerate(facts.lines[:MOST]):
        parts.append(_row(own, number, each))
    parts.append(Buttons(items=_steps(own, is_balanced=not left, done=done)))
    return Reply(parts=tuple(parts))


def left_over(own: Seen) -> str:
    """How much the lines and the total are apart."""
    return money(abs(remaining(own.judged.facts)), own.judged.facts.currency)


def _row(own: Seen, number: int, line: FactLine) -> Words:
    item = own.item
    coded = [
        shown(name, own.judged.coding.get(name, number), own.names)
        for name in (Coded.ACCOUNT, Coded.TAX_RATE)
    ]
    data: dict[str, Any] = {
        "number": number + 1,
        "description": line.description,
        "amount": money(worth(line), own.judged.facts.currency),
        "coded": [words for words in coded if words != "–"],
    }
    about: dict[str, str | int] = {
        "item": item.id, "version": item.version, "line": number + 1,
    }  # fmt: skip
    steps = (
        Button(label="Correct", does=call("items.line", **about)),
        Button(label="Remove", does=call("items.remove_line", **about)),
    )
    menu = Menu(label="Change", items=steps, shown_by=call("items.split", item=item.id))
    beside = menu if item.is_open and own.lets_change() else None
    return Words(template="items/line", data=data, beside=beside)


def _steps(own: Seen, *, is_balanced: bool, done: str) -> tuple[Button, ...]:
    item = own.item
    about: dict[str, str | int] = {"item": item.id, "version": item.version}
    back = Button(label="Back to the item", does=call("items.show", item=item.id))
    if not item.is_open or not own.lets_change():
        return (back,)
    steps = [Button(label="Add a line", does=call("items.line", **about))]
    if own.judged.facts.lines and not is_balanced:
        does = call("items.balance", **about)
        steps.insert(0, Button(label="Balance", does=does, style=Style.PRIMARY))
    if done:
        steps.append(Button(label="Undo", does=call("items.lines_back", **about)))
    return (*steps, back)
