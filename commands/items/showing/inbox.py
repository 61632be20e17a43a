"""The items of a client: those to review, those ready, those that were refused, those sent."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.summary import software_name
from commands.context import Context
from commands.health.words import money
from commands.items.showing.naming import NOBODY
from commands.items.showing.rows import row
from commands.items.showing.seen import people_names
from commands.permissions import Permission
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Filter,
    Form,
    Invocation,
    Option,
    Part,
    Reply,
    SmallPrint,
    Style,
    TextField,
    Words,
    call,
)
from storage.models import Client, ExpenseClaim, Item, Purpose
from storage.queries import claims, connections, items
from storage.queries.items import Order, Shelf

PAGE = 10  # each is two blocks, and a message has fifty
LONGEST_SEARCH = 30  # characters; the id of a menu has to hold them
LONGEST = 180  # characters of what a menu may carry along
SHELVES = {
    Shelf.TO_REVIEW: "To review",
    Shelf.READY: "Ready",
    Shelf.ERRORS: "With errors",
    Shelf.WAITING: "Waiting for approval",
    Shelf.PUBLISHED: "Published and archived",
    Shelf.DELETED: "Deleted",
}
ORDERS = {
    Order.NEWEST: "Newest first",
    Order.OLDEST: "Oldest date first",
    Order.AMOUNT: "Largest amount first",
    Order.SUPPLIER: "By supplier",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """A page of one shelf."""

    client_id: str
    shelf: Shelf
    order: Order = Order.NEWEST
    search: str = ""
    page: int = 1

    def does(self, command: str = "items.list") -> Invocation:
        wish = Invocation(command=command, arguments={"client": self.client_id})
        wish = wish.having(shelf=self.shelf.value)
        if self.order is not Order.NEWEST:
            wish = wish.having(order=self.order.value)
        if self.search:
            wish = wish.having(search=self.search)
        return wish.having(page=str(self.page)) if self.page > 1 else wish


@command(
    "items.list",
    usage="items <client>",
    summary="receipts and invoices of a client on their way into the ledger",
    permission=Permission.SEE_CLIENT,
    aliases=("inbox <client>",),
    changes=False,
)
async def show(
    context: Context,
    *,
    client: Client,
    shelf: Shelf | None = None,
    order: Order = Order.NEWEST,
    search: str = "",
    page: int = 1,
) -> Answer:
    """See what waits to be reviewed, what is ready, and what became of the rest.

    Hand in a file by dropping it in the client's channel, or enter an item with `items add`.
    """
    async with context.tools.database.read() as session:
        counts = await items.counts(session, context.workspace_id, client.id)
        view = View(
            client_id=client.id,
            shelf=shelf or _first(counts),
            order=order,
            search=search.strip()[:LONGEST_SEARCH],
            page=max(1, page),
        )
        return await _page(session, context, client, view, counts)


@command("items.search", permission=Permission.SEE_CLIENT, changes=False)
async def search(context: Context, *, client: Client, shelf: Shelf = Shelf.TO_REVIEW) -> Answer:
    """Ask what to look for."""
    return Form(
        title="Search items",
        submits=View(client_id=client.id, shelf=shelf).does(),
        submit_label="Search",
        parts=(
            Words(
                template="items/searching", data={"client": client.name, "shelf": SHELVES[shelf]}
            ),
        ),
        fields=(
            TextField(
                name="search",
                label="A supplier, a number or an amount",
                max_length=LONGEST_SEARCH,
            ),
        ),
    )


def _first(counts: Mapping[Shelf, int]) -> Shelf:
    """What somebody has to look at; where there is nothing, what there is."""
    order = (Shelf.TO_REVIEW, Shelf.ERRORS, Shelf.READY, Shelf.WAITING, Shelf.PUBLISHED)
    return next((shelf for shelf in order if counts.get(shelf)), Shelf.TO_REVIEW)


async def _page(
    session: AsyncSession, context: Context, client: Client, view: View, counts: Mapping[Shelf, int]
) -> Reply:
    whose = (context.workspace_id, client.id)
    total = await items.count(session, *whose, shelf=view.shelf, search=view.search)
    if (view.page - 1) * PAGE >= total:  # the last of it has just gone
        view = replace(view, page=1)
    listed = await items.page(
        session,
        *whose,
        shelf=view.shelf,
        search=view.search,
        sort=view.order,
        offset=(view.page - 1) * PAGE,
        limit=PAGE,
    )
    ready = await items.ready(session, *whose)
    connection = await connections.for_purpose(session, *whose, Purpose.BOOKKEEPING)
    first = (view.page - 1) * PAGE
    data = {
        "client": client.name,
        "shelf": SHELVES[view.shelf],
        "counts": [(label, counts.get(each, 0)) for each, label in SHELVES.items()],
        "search": view.search,
        "total": total,
        "first": first + 1,
        "last": first + len(listed),
        "now": context.now,
        "lists_read_at": connection.lists_read_at if connection else None,
        "software": software_name(context.tools, connection.provider) if connection else "",
    }
    names = await people_names(session, context.workspace_id)
    parts: list[Part] = [Words(template="items/list", data=data)]
    if sum(counts.values()):
        parts += _filters(view, counts)
    if any(each.side == items.CLAIM for each in listed):
        summed = await items.claims(session, *whose, shelf=view.shelf, search=view.search)
        on = await claims.of_items(session, context.workspace_id, [each.id for each in listed])
        parts += _with_claims(listed, summed, names, on=on)
    else:
        parts += [part for each in listed for part in row(each, names)]
    if listed:
        parts.append(SmallPrint(template="items/list_foot", data=data))
    parts.append(Buttons(items=_steps(client, view, total, len(ready))))
    return Reply(parts=tuple(parts))


def _with_claims(
    listed: Sequence[Item],
    summed: Sequence[items.Claim],
    names: Mapping[str, str],
    *,
    on: Mapping[str, ExpenseClaim],
) -> Iterator[Part]:
    """What one person claims back stands together, with what it comes to."""
    owner = None
    for each in listed:
        if each.side == items.CLAIM and each.owner != owner:
            owner = each.owner
            own = [claim for claim in summed if claim.owner == owner]
            data = {
                "who": names.get(owner, NOBODY),
                "count": sum(claim.number for claim in own),
                "amounts": [money(claim.total, claim.currency) for claim in own],
            }
            does = call("publishing.claims", client=each.client_id)
            show = Button(label="Claims", does=does)
            yield Words(template="items/claim", data=data, beside=show)
        yield from row(each, names, on.get(each.id))


def _filters(view: View, counts: Mapping[Shelf, int]) -> list[Part]:
    first = replace(view, page=1)
    if len(str(first.does())) > LONGEST:  # letters beyond ASCII are six characters each
        first = replace(first, search="")
    shelves = {
        shelf: Option(value=shelf.value, label=f"{label} ({counts.get(shelf, 0):,})")
        for shelf, label in SHELVES.items()
    }
    orders = {each: Option(value=each.value, label=label) for each, label in ORDERS.items()}
    return [
        Filter(
            label="Show",
            name="shelf",
            does=first.does(),
            options=tuple(shelves.values()),
            chosen=shelves[view.shelf],
        ),
        Filter(
            label="Sort",
            name="order",
            does=first.does(),
            options=tuple(orders.values()),
            chosen=orders[view.order],
        ),
    ]


def _steps(client: Client, view: View, total: int, ready: int) -> tuple[Button, ...]:
    buttons: list[Button] = []
    if ready:
        does = call("publishing.publish", client=client.id)
        label = f"Publish {ready:,} ready"
        buttons.append(Button(label=label, does=does, style=Style.PRIMARY))
    if view.page > 1:
        buttons.append(Button(label="Previous", does=replace(view, page=view.page - 1).does()))
    if view.page * PAGE < total:
        buttons.append(Button(label="Next", does=replace(view, page=view.page + 1).does()))
    if view.search:
        buttons.append(Button(label="Without the search", does=replace(view, search="").does()))
    elif total > 1:
        does = call("items.search", client=client.id, shelf=view.shelf)
        buttons.append(Button(label="Search", does=does))
    buttons.append(Button(label="Hand in files", does=call("items.upload", client=client.id)))
    buttons.append(Button(label="Add an item", does=call("items.add", client=client.id)))
    return tuple(buttons)
