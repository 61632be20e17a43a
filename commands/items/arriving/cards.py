"""The message about an item where it was handed in: one an item, edited as it goes on."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.context import Tools
from commands.health.words import money
from commands.items.arriving.sheets import follow, is_first
from commands.items.reading.reading import Refusal
from commands.items.showing.naming import title
from commands.publishing.approvals.approving import only_waits
from commands.publishing.catalogue import entry, told
from commands.publishing.catalogue.people import for_field
from commands.publishing.claims.periods import Period
from commands.publishing.coding import Coded
from commands.publishing.facts import Side
from commands.publishing.readiness.readiness import Assessment, choices_of
from commands.publishing.sending.where import address_of
from commands.publishing.wording import titled
from commands.replies import Button, Buttons, Reply, Style, Words, call
from storage.identity import digest
from storage.models import Item, ItemState, Purpose
from storage.queries import claims, clients, connections, items, publications

GOING = frozenset({ItemState.READY, ItemState.APPROVED})
MAKING = frozenset({"NOTE_NEW_CONTACT", "NOTE_NEW_CONTACT_LIKE", "NOTE_NEW_CURRENCY"})
SHOWN = 3  # things that are wrong, before it says how many more
HELD_BACK = frozenset(
    {
        "AUTO_APPROVED",
        "AUTO_BANK_DETAILS",
        "AUTO_CEILING",
        "AUTO_EXCEPTED",
        "AUTO_NEW_CONTACT",
        "AUTO_UNUSUAL",
        "NOTE_BANK_MATCH",
    }
)  # reasons that are nothing wrong with the item itself
AMOUNTS = frozenset({"total", "tax", "difference", "usual", "ceiling"})  # facts of what is wrong


def item_card(item: Item) -> str:
    """Names the message of one item; that of the first row of a list is not that of the list."""
    return f"row:{item.id}" if is_first(item) else f"item:{item.id}"


def gist(item: Item, judged: Assessment | None) -> str:
    """Another one when its message has something else to say, whatever changed it."""
    said = (
        *(item.state, item.problems, item.error, item.kind, item.supplier, item.total, item.day),
        *(_account(judged), _made_with_it(item, judged)),
    )
    return digest(msgspec.json.encode(said, order="sorted").decode())


async def tell(session: AsyncSession, tools: Tools, item: Item, judged: Assessment | None) -> None:
    """How it stands. Of what came in without a place nobody is told, or the message of its list."""
    item.told = gist(item, judged)
    await follow(session, tools, item)
    if item.place is None:
        return
    choices = await choices_of(session, item.workspace_id, item.client_id)
    total = item.total if choices.amounts_in_channel else None
    problems = _problems(judged, shows_amounts=choices.amounts_in_channel)
    software = judged.lists.software if judged and judged.lists else ""
    buttons = _buttons(item)
    if item.state is ItemState.ARCHIVED:
        software, address = await _where(session, tools, item)
        view = Button(label=f"View in {software}", url=address) if address else None
        buttons = (view, *buttons) if view else buttons
    data = await _facts(session, item) | {
        "amount": "" if total is None else money(total, item.currency),
        "software": software,
        "account": _account(judged),
        "error": told(item.error["code"], {"text": item.error["text"]}) if item.error else None,
        "problems": problems[:SHOWN],
        "notices": _made_with_it(item, judged),
        "asked": item.approval.get("asked", []),
        "more": max(len(problems) - SHOWN, 0),
        "claim": await _claim(session, item),
        "other": await _other(session, item),
        "held_back": await _held_back(session, item, shows_amounts=choices.amounts_in_channel),
    }
    words = Words(template="items/arrived", data=data)
    await _post(session, tools, item, Reply(parts=(words, Buttons(items=buttons))))


async def _where(session: AsyncSession, tools: Tools, item: Item) -> tuple[str, str | None]:
    """What its ledger is called, and where it is to be seen there."""
    own = item.workspace_id, item.client_id
    connection = await connections.for_purpose(session, *own, Purpose.BOOKKEEPING)
    if connection is None:
        return "", None
    sent = await publications.of_item(session, item.workspace_id, item.id, item.generation)
    name = software_name(tools, connection.provider)
    return name, await address_of(session, tools, connection, sent)


async def _held_back(session: AsyncSession, item: Item, *, shows_amounts: bool) -> list[str]:
    """Why it did not publish by itself though it was told to, besides what is wrong with it."""
    if item.state not in {ItemState.READY, ItemState.APPROVED, ItemState.TO_REVIEW}:
        return []
    noted = await publications.last_change(session, item.workspace_id, item.id, "not automatic")
    reasons = noted.facts["reasons"] if noted else ()
    return [_in_words(each["code"], each["facts"], shows_amounts=shows_amounts)
            for each in reasons if each["code"] in HELD_BACK]  # fmt: skip


async def _claim(session: AsyncSession, item: Item) -> str:
    """The period of the expense claim it is on; nothing of what is on none."""
    found = (await claims.of_items(session, item.workspace_id, [item.id])).get(item.id)
    return Period(starts=found.starts, ends=found.ends).name if found is not None else ""


async def _other(session: AsyncSession, item: Item) -> str:
    """What it was put away for, where it was, as people call it."""
    if item.twin_id is None or item.is_open:
        return ""
    other = await items.find(session, item.workspace_id, item.twin_id)
    return title(other) if other else ""


async def tell_refused(session: AsyncSession, tools: Tools, item: Item, refusal: Refusal) -> None:
    """It is not taken, for this reason."""
    data = await _facts(session, item) | {"code": refusal.code.value, **refusal.facts}
    words = Words(template="items/refused", data=data | {"facts": dict(refusal.facts)})
    by_hand = Button(label="Enter it by hand", does=call("items.add", client=item.client_id))
    await _post(session, tools, item, Reply(parts=(words, Buttons(items=(by_hand,)))))


async def tell_unfetched(
    session: AsyncSession, tools: Tools, item: Item, *, is_locked: bool
) -> None:
    """Slack did not hand the file out; `is_locked` says that it asks us to sign in."""
    again = Button(
        label="Try again", does=call("items.read_again", item=item.id), style=Style.PRIMARY
    )
    by_hand = Button(label="Enter it by hand", does=call("items.edit", item=item.id))
    words = Words(
        template="items/unfetched", data=await _facts(session, item) | {"is_locked": is_locked}
    )
    await _post(session, tools, item, Reply(parts=(words, Buttons(items=(again, by_hand)))))


def _buttons(item: Item) -> tuple[Button, ...]:
    show = Button(label="Open", does=call("items.show", item=item.id))
    if item.state == ItemState.DELETED:
        back = call("items.restore", item=item.id, version=item.version)
        return (Button(label="Restore", does=back), show)
    if item.state in GOING and item.side == Side.CLAIM:
        does = call("publishing.claims", client=item.client_id)
        return (Button(label="Claims", does=does), show)
    if item.state in GOING:
        does = call("publishing.publish", client=item.client_id, items=item.id)
        return (Button(label="Publish", does=does, style=Style.PRIMARY), show)
    if item.state == ItemState.TO_REVIEW:
        if only_waits([each["code"] for each in item.problems]):
            ask = call("publishing.ask_approval", item=item.id)
            return (Button(label="Request approval", does=ask, style=Style.PRIMARY), show)
        return (*_deciding(item), show)
    return (show,)


def _deciding(item: Item) -> tuple[Button, ...]:
    """Whether it is another one at all comes before what it lacks."""
    edit = Button(label="Edit", does=call("items.edit", item=item.id))
    if any(each["code"] == "PRE_DUPLICATE" for each in item.problems):
        compare = call("items.twins", item=item.id)
        return (Button(label="Compare", does=compare, style=Style.PRIMARY), edit)
    exact = _exact(item)
    return (exact, edit) if exact else (replace(edit, style=Style.PRIMARY),)


def _exact(item: Item) -> Button | None:
    """What corrects the one field that alone is wrong, of the whole item."""
    if len(item.problems) != 1 or item.problems[0].get("line") is not None:
        return None
    field = item.problems[0].get("field")
    remedy = for_field(entry(item.problems[0]["code"]).button, field)
    if remedy.command != "items.edit" or not field:
        return None
    does = call("items.edit", item=item.id, part=field)
    return Button(label=remedy.label, does=does, style=Style.PRIMARY)


def _made_with_it(item: Item, judged: Assessment | None) -> list[str]:
    """Nobody makes a contact without having read that it is made."""
    if judged is None or item.state not in GOING:
        return []
    return [told(each.code, each.facts).title for each in judged.notices if each.code in MAKING]


def _problems(judged: Assessment | None, *, shows_amounts: bool) -> list[str]:
    return [
        _in_words(each.code, each.facts, shows_amounts=shows_amounts)
        for each in (judged.obstacles if judged else ())
    ]


def _in_words(code: str, facts: Mapping[str, str], *, shows_amounts: bool) -> str:
    hidden = frozenset() if shows_amounts else AMOUNTS
    return told(code, {name: fact for name, fact in facts.items() if name not in hidden}).title


def _account(judged: Assessment | None) -> dict[str, Any] | None:
    """What it is coded to: {name, source}."""
    if judged is None or judged.lists is None:
        return None
    coded = judged.coding.of(Coded.ACCOUNT)
    account = judged.lists.accounts.get(coded.value) if coded else None
    if coded is None or account is None:
        return None
    return {"name": titled(account), "source": coded.source.value}


async def client_name(session: AsyncSession, item: Item) -> str:
    client = await clients.find(session, item.workspace_id, item.client_id)
    assert client is not None
    return client.name


async def _facts(session: AsyncSession, item: Item) -> dict[str, Any]:
    return {
        "client": await client_name(session, item),
        "title": item.title,
        "supplier": item.supplier,
        "day": item.day,
        "number": item.number,
        "state": item.state.value,
        "kind": item.kind,
        "owner": item.owner,
    }


async def _post(session: AsyncSession, tools: Tools, item: Item, reply: Reply) -> None:
    assert item.place is not None
    await tools.notify.post(
        session, workspace_id=item.workspace_id, to=item.place, reply=reply, card=item_card(item)
    )
