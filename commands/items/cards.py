"""The message about an item where it was handed in: one an item, edited as it goes on."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Tools
from commands.items.reading.reading import Refusal, WrongRow
from commands.publishing.catalogue import told
from commands.publishing.coding import Coded
from commands.publishing.readiness import Assessment, choices_of
from commands.publishing.wording import titled
from commands.replies import Button, Buttons, Reply, Style, Words, call
from storage.models import Item, ItemState
from storage.queries import clients

SHOWN = 3  # things that are wrong, before it says how many more
WRONG = 5  # rows of a sheet


def item_card(item: Item) -> str:
    """Names the message of one item."""
    return f"item:{item.id}"


async def tell(
    session: AsyncSession,
    tools: Tools,
    item: Item,
    judged: Assessment | None,
    *,
    wrong: Sequence[WrongRow] = (),
) -> None:
    """How it stands. Nobody is told of what came in without a place, such as a row of a sheet."""
    if item.place is None:
        return
    choices = await choices_of(session, item.workspace_id, item.client_id)
    data = await _facts(session, item) | {
        "total": item.total if choices.amounts_in_channel else None,
        "software": judged.lists.software if judged and judged.lists else "",
        "account": _account(judged),
        "error": told(item.error["code"], {"text": item.error["text"]}) if item.error else None,
        "problems": _problems(judged)[:SHOWN],
        "more": max(len(_problems(judged)) - SHOWN, 0),
        "wrong": [msgspec.to_builtins(each) for each in wrong[:WRONG]],
        "wrong_count": len(wrong),
    }
    words = Words(template="items/arrived", data=data)
    await _post(session, tools, item, Reply(parts=(words, Buttons(items=_buttons(item)))))


async def tell_refused(session: AsyncSession, tools: Tools, item: Item, refusal: Refusal) -> None:
    """It is not taken, for this reason."""
    data = await _facts(session, item) | {"code": refusal.code.value, **refusal.facts}
    words = Words(template="items/refused", data=data | {"facts": dict(refusal.facts)})
    await _post(session, tools, item, Reply(parts=(words,)))


async def tell_unfetched(session: AsyncSession, tools: Tools, item: Item) -> None:
    """Slack did not hand the file out."""
    again = Button(
        label="Try again", does=call("items.read_again", item=item.id), style=Style.PRIMARY
    )
    words = Words(template="items/unfetched", data=await _facts(session, item))
    await _post(session, tools, item, Reply(parts=(words, Buttons(items=(again,)))))


def _buttons(item: Item) -> tuple[Button, ...]:
    show = Button(label="Open", does=call("items.show", item=item.id))
    if item.state in {ItemState.READY, ItemState.APPROVED}:
        does = call("publishing.publish", client=item.client_id, items=item.id)
        return (Button(label="Publish", does=does, style=Style.PRIMARY), show)
    if item.state == ItemState.TO_REVIEW:
        edit = Button(label="Edit", does=call("items.edit", item=item.id), style=Style.PRIMARY)
        return (edit, show)
    return (show,)


def _problems(judged: Assessment | None) -> list[str]:
    found = judged.obstacles if judged else ()
    return [told(each.code, each.facts).title for each in found]


def _account(judged: Assessment | None) -> dict[str, Any] | None:
    """What it is coded to: {name, source}."""
    if judged is None or judged.lists is None:
        return None
    coded = judged.coding.of(Coded.ACCOUNT)
    account = judged.lists.accounts.get(coded.value) if coded else None
    if coded is None or account is None:
        return None
    return {"name": titled(account), "source": coded.source.value}


async def _facts(session: AsyncSession, item: Item) -> dict[str, Any]:
    client = await clients.find(session, item.workspace_id, item.client_id)
    assert client is not None
    return {
        "client": client.name,
        "title": item.title,
        "supplier": item.supplier,
        "day": item.day,
        "number": item.number,
        "currency": item.currency,
        "state": item.state.value,
        "kind": item.kind,
        "owner": item.owner,
    }


async def _post(session: AsyncSession, tools: Tools, item: Item, reply: Reply) -> None:
    assert item.place is not None
    await tools.notify.post(
        session, workspace_id=item.workspace_id, to=item.place, reply=reply, card=item_card(item)
    )
