"""Expense claims of a client: what each comes to, whether it can go, and what is on it."""

from sqlalchemy.ext.asyncio import AsyncSession

from commands.context import Context
from commands.health.words import dated, money
from commands.permissions import Permission
from commands.publishing.claims.finding import Standing, list_button, standings
from commands.publishing.claims.joining import signed, worth
from commands.registry import command
from commands.replies import Answer, Button, Buttons, Part, Reply, Style, Words, call
from storage.models import ClaimState, Client, ExpenseClaim
from storage.queries import claims, clients

PAGE = 10  # each is two blocks, and a message has fifty
SHOWN = 30  # items of one claim


@command(
    "publishing.claims",
    usage="claims <client>",
    summary="expense claims of a client: who is owed what, and what can be published",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def show_all(context: Context, *, client: Client, page: int = 1) -> Answer:
    """See claims that are open, ready or published, and publish one as a single document.

    What somebody claims back is put on a claim of the period by itself; what comes late goes on
    the next one. How often claims are put together is chosen in the settings.
    """
    page = max(1, page)
    async with context.tools.database.read() as session:
        own = context.workspace_id, client.id
        found = await claims.of_client(session, *own, offset=(page - 1) * PAGE, limit=PAGE + 1)
        every = await standings(session, context, client, found[:PAGE])
        waiting = await claims.count_waiting(session, *own)
    data = {"client": client.name, "count": len(every), "page": page, "waiting": waiting}
    parts: list[Part] = [Words(template="publishing/claims", data=data)]
    for each in every:
        parts += row(each)
    parts.append(Buttons(items=_steps(client, page, has_more=len(found) > PAGE)))
    return Reply(parts=tuple(parts))


def _steps(client: Client, page: int, *, has_more: bool) -> tuple[Button, ...]:
    def turn(label: str, to: int) -> Button:
        return Button(label=label, does=call("publishing.claims", client=client.id, page=to))

    items = Button(label="Items", does=call("items.list", client=client.id))
    settings = Button(label="Settings", does=call("publishing.settings", client=client.id))
    before = (turn("Previous", page - 1),) if page > 1 else ()
    after = (turn("Next", page + 1),) if has_more else ()
    return (*before, *after, items, settings)


def row(own: Standing) -> tuple[Part, ...]:
    """In a list of several: what it is, and what can be done with it."""
    open_items = Button(
        label="Open items",
        does=call("publishing.claim", claim=own.claim.id),
        description=f"Open the items of {_title(own)}",
    )
    return (
        Words(template="publishing/claim", data=shown(own)),
        Buttons(items=(*_to_publish(own), open_items, *_at_ledger(own))),
    )


def shown(own: Standing, *, title: str = "") -> dict[str, object]:
    """`title` takes the place of the name where it stands alone."""
    total = money(worth(own.drafts), own.claim.currency) if own.parts else ""
    return own.facts | {"amount": total, "title": title}


def _title(own: Standing) -> str:
    return f"{own.who}, {own.facts['period']}"


def _to_publish(own: Standing) -> tuple[Button, ...]:
    if own.claim.state is not ClaimState.OPEN:
        return ()
    publish = Button(
        label="Publish claim",
        does=call("publishing.publish_claim", claim=own.claim.id),
        style=Style.PRIMARY if own.is_over and not own.judged.blocks else Style.PLAIN,
        description=f"Publish the claim of {_title(own)}",
    )
    refresh = Button(
        label="Refresh",
        does=call("publishing.refresh_claim", claim=own.claim.id),
        style=Style.PRIMARY if own.judged.needs_refresh else Style.PLAIN,
        description=f"Refresh the claim of {_title(own)}",
    )
    return (refresh, publish) if own.judged.needs_refresh else (publish,)


def _at_ledger(own: Standing) -> tuple[Button, ...]:
    return (Button(label=f"View in {own.software}", url=own.address),) if own.address else ()


def _reopening(own: Standing) -> tuple[Button, ...]:
    if own.claim.state is not ClaimState.PUBLISHED:
        return ()
    does = call("publishing.reopen_claim", claim=own.claim.id)
    return (Button(label="Open again", does=does),)


@command("publishing.claim", permission=Permission.SEE_CLIENT, changes=False)
async def show(context: Context, *, claim: ExpenseClaim) -> Answer:
    """What is on it, item by item."""
    async with context.tools.database.read() as session:
        return await page_of(session, context, claim)


async def page_of(
    session: AsyncSession, context: Context, claim: ExpenseClaim, *above: Part
) -> Reply:
    """`above` says what has just been done to it."""
    client = await clients.find(session, context.workspace_id, claim.client_id)
    assert client is not None
    (own,) = await standings(session, context, client, [claim])
    title = shown(own, title=f"Expense claim of {own.who}")
    parts: list[Part] = [*above, Words(template="publishing/claim", data=title)]
    for part, draft in list(zip(own.parts, own.drafts, strict=True))[:SHOWN]:
        item = own.items.get(part.item_id)
        if item is None:
            continue
        data = {
            "name": item.supplier or item.title,
            "amount": money(signed(draft), draft.currency),
            "day": dated(draft.date),
            "is_changed": part.is_changed,
            "state": item.state.value,
        }
        open_it = Button(
            label="Show",
            does=call("items.show", item=item.id),
            description=f"Show {data['name']} {data['amount']}",
        )
        parts.append(Words(template="publishing/claim_item", data=data, beside=open_it))
    if len(own.parts) > SHOWN:
        parts.append(Words(template="publishing/claim_more", data={"more": len(own.parts) - SHOWN}))
    steps = (*_to_publish(own), *_at_ledger(own), *_reopening(own), list_button(client.id))
    return Reply(parts=(*parts, Buttons(items=steps)))
