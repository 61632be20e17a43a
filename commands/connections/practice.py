"""All clients of the practice with what is connected for each: filtered, sorted and paged."""

from typing import Any

from commands.clients.summary import lines
from commands.context import Context
from commands.replies import (
    Button,
    Buttons,
    Filter,
    Invocation,
    Option,
    Part,
    Reply,
    Words,
    call,
)
from storage.queries import overviews
from storage.queries.overviews import Having, Order, Wanted

PAGE = 10  # rows that can be read without scrolling far

SHOWN = {
    Having.ALL: "All clients",
    Having.EXPIRED: "Expired",
    Having.ATTENTION: "Need attention",
    Having.MISSING: "Something not connected",
    Having.CONNECTED: "Connected",
}
SORTED = {
    Order.NAME: "By name",
    Order.STATUS: "Worst first",
    Order.OLDEST: "Oldest lists first",
    Order.SOFTWARE: "By software",
}


async def practice_page(context: Context, wanted: Wanted, page: int, search: str) -> Reply:
    """One page of the clients asked for; `search` is what was typed to find them."""
    async with context.tools.database.read() as session:
        found = await overviews.page(
            session, context.workspace_id, wanted, offset=(page - 1) * PAGE, limit=PAGE
        )
        total = await overviews.count(session, context.workspace_id, wanted)
        told = await lines(session, context, found)
    here = call(
        "connections.show",
        having=wanted.having.value,
        order=wanted.order.value,
        search=search,
        page=page,
    )
    parts: list[Part] = [
        Words(
            template="connections/list",
            data={
                "total": total,
                "first": (page - 1) * PAGE + 1,
                "last": (page - 1) * PAGE + len(found),
                "having": SHOWN[wanted.having],
                "is_filtered": wanted.having is not Having.ALL,
                "search": search,
            },
        ),
        _filter("Show", "having", here, SHOWN, wanted.having),
        _filter("Sort", "order", here, SORTED, wanted.order),
        Filter(
            label="Find a client", name="client", does=call("connections.show"), source="clients"
        ),
    ]
    for client in found:
        open_it = Button(
            label="Open",
            does=call("connections.show", client=client.id),
            description=f"Connections of {client.name}",
        )
        data = {"client": client, "lines": told[client.id]}
        parts.append(Words(template="connections/list_row", data=data, beside=open_it))
    parts.append(Buttons(items=_turning(here, page, total)))
    return Reply(parts=tuple(parts))


def _filter(
    label: str, name: str, here: Invocation, labels: dict[Any, str], chosen: Having | Order
) -> Filter:
    kept = {k: v for k, v in here.arguments.items() if k not in {name, "page"}}
    options = tuple(Option(value=k.value, label=v) for k, v in labels.items())
    return Filter(
        label=label,
        name=name,
        does=Invocation(command=here.command, arguments=kept),
        options=options,
        chosen=next(o for o in options if o.value == chosen.value),
    )


def _turning(here: Invocation, page: int, total: int) -> tuple[Button, ...]:
    buttons = []
    if page > 1:
        buttons.append(Button(label="Previous", does=here.having(page=str(page - 1))))
    if page * PAGE < total:
        buttons.append(Button(label="Next", does=here.having(page=str(page + 1))))
    buttons.append(Button(label="Connect a client", does=call("connections.connect")))
    return tuple(buttons)
