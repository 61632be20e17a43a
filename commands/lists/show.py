"""Imported lists to look at: an overview, and each list searched and paged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from commands.authorise import refusal
from commands.clients.standing import Standing, standing
from commands.connections.cards import Subject, connections_button, subject_of
from commands.connections.contents import counted
from commands.context import Context
from commands.errors import Refused
from commands.lists.freshness import freshness
from commands.lists.naming import Listed
from commands.lists.organisation import organisation_page
from commands.lists.terms import by_code
from commands.lists.views import VIEWS, List, Taxes, View, table
from commands.permissions import Permission, may
from commands.registry import command
from commands.replies import (
    Answer,
    Button,
    Buttons,
    Form,
    Part,
    Reply,
    SmallPrint,
    Style,
    TextField,
    Words,
    call,
)
from providers.records import ListKind
from storage.models import Client, ListEntry, Purpose
from storage.queries import connections, lists

PAGE = 20  # rows; a chart of accounts is five pages, and one nearly fits a screen


@command(
    "lists.show",
    usage=f"lists <client> [{'|'.join(List)}]",
    summary="a client's chart of accounts, contacts and other lists",
    permission=Permission.SEE_CLIENT,
    changes=False,
)
async def show(
    context: Context,
    *,
    client: Listed,
    which: List | None = None,
    search: str = "",
    page: int = 1,
    archived: bool = False,
) -> Answer:
    """See a client's lists.

    They are read when a client is connected, every 48 hours and by refresh. Without a list it says
    which there are and how fresh they are; a list can be searched by name or code.
    """
    async with context.tools.database.read() as session:
        subject = await _subject(session, context, client)
        if which is None:
            counts = await lists.counts(session, context.workspace_id, subject.connection.id)
            return _overview(context, subject, counts)
        if which is List.ORGANISATION:
            return organisation_page(context, subject)
        return await _page(
            session,
            context,
            subject,
            which,
            _Wish(search=search, page=max(page, 1), archived=archived),
        )


@command("lists.search", permission=Permission.SEE_CLIENT, changes=False)
async def search(context: Context, *, client: Client, which: List) -> Answer:
    """Ask what to look for."""
    return Form(
        title="Search",
        submits=call("lists.show", client=client.id, which=which),
        submit_label="Search",
        parts=(
            Words(
                template="lists/searching",
                data={"client": client.name, "title": VIEWS[which].title},
            ),
        ),
        fields=(TextField(name="search", label="Part of a name or a code"),),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Wish:
    search: str
    page: int
    archived: bool

    @property
    def offset(self) -> int:
        return (self.page - 1) * PAGE


async def _subject(session: AsyncSession, context: Context, client: Client) -> Subject:
    """The connection whose lists are shown: bookkeeping, else Data Health. Raises Refused."""
    both = await connections.of_client(session, context.workspace_id, client.id)
    read = [connection for connection in both if connection.lists_read_at is not None]
    there = [c for c in read or both if standing(c) is not Standing.NOT_CONNECTED]
    if not there:
        raise await _nothing(session, context, client)
    return await subject_of(session, context.tools, there[0])


async def _nothing(session: AsyncSession, context: Context, client: Client) -> Refused:
    """Whoever may connects it now, everybody else asks those who may."""
    connect = call("connections.connect", client=client.id)
    if may(context.actor, Permission.CONNECT, client.id):
        button = Button(label="Connect", style=Style.PRIMARY, does=connect)
        return Refused("lists/none", button, client=client.name, who=())
    denied = await refusal(session, context, Permission.CONNECT, connect, client)
    return Refused("lists/none", *denied.buttons, client=client.name, who=denied.who)


def _overview(context: Context, subject: Subject, counts: Mapping[tuple[str, str], int]) -> Reply:
    client_id = subject.client.id
    read = {kind for kind, _ in counts}
    shown = [
        Button(label=view.title, does=call("lists.show", client=client_id, which=which))
        for which, view in VIEWS.items()
        if view.kind in read
    ]
    if subject.organisation.read_at is not None:
        itself = call("lists.show", client=client_id, which=List.ORGANISATION)
        shown.append(Button(label="Organisation", does=itself))
    parts: list[Part] = [
        Words(
            template="lists/overview",
            data=freshness(context, subject) | {"counts": counted(counts)},
        ),
    ]
    if shown:
        parts.append(Buttons(items=tuple(shown)))
    again = (_refresh(subject),) if subject.connection.is_usable else ()
    parts.append(Buttons(items=(*again, connections_button(subject.client))))
    return Reply(parts=tuple(parts))


def _refresh(subject: Subject) -> Button:
    if subject.connection.purpose is Purpose.DATA_HEALTH:  # its lists come with the sync
        return Button(label="Sync now", does=call("sync.run", client=subject.client.id))
    does = call("lists.refresh_one", connection=subject.connection.id)
    return Button(label="Refresh lists", does=does)


async def _page(
    session: AsyncSession, context: Context, subject: Subject, which: List, wish: _Wish
) -> Reply:
    view = VIEWS[which]
    found, total = await _entries(session, subject, view, wish)
    data = freshness(context, subject) | {
        "title": view.title,
        "total": total,
        "first": wish.offset + 1,
        "last": wish.offset + len(found),
        "search": wish.search,
        "archived": wish.archived,
    }
    parts: list[Part] = [Words(template="lists/page", data=data)]
    if found:
        parts.append(table(view, found, await _taxes(session, subject, view)))
    parts.append(SmallPrint(template="lists/freshness", data=data))
    parts.append(Buttons(items=_turning(subject, which, wish, total)))
    return Reply(parts=tuple(parts))


async def _entries(
    session: AsyncSession, subject: Subject, view: View, wish: _Wish
) -> tuple[Sequence[ListEntry], int]:
    """One page, and how many there are on all of them."""
    whose = (subject.connection.workspace_id, subject.connection.id, view.kind)
    if view.is_coded and not wish.search:
        every = await lists.places(session, *whose, inactive=wish.archived, having=view.only)
        placed = sorted(every, key=lambda place: by_code(place.code, place.name))
        shown = [place.remote_id for place in placed[wish.offset : wish.offset + PAGE]]
        return await lists.some(session, *whose, shown), len(every)
    found = await lists.search(
        session,
        *whose,
        wish.search,
        inactive=wish.archived,
        having=view.only,
        offset=wish.offset,
        limit=PAGE,
    )
    total = await lists.count(
        session, *whose, wish.search, inactive=wish.archived, having=view.only
    )
    return found, total


async def _taxes(session: AsyncSession, subject: Subject, view: View) -> Taxes:
    if not view.names_taxes:
        return {}
    connection = subject.connection
    return await lists.tax_names(
        session, connection.workspace_id, connection.id, ListKind.TAX_RATES
    )


def _turning(subject: Subject, which: List, wish: _Wish, total: int) -> tuple[Button, ...]:
    here = call(
        "lists.show",
        client=subject.client.id,
        which=which,
        search=wish.search,
        archived="yes" if wish.archived else "no",
    )
    buttons: list[Button] = []
    if wish.page > 1:
        buttons.append(Button(label="Previous", does=here.having(page=str(wish.page - 1))))
    if wish.page * PAGE < total:
        buttons.append(Button(label="Next", does=here.having(page=str(wish.page + 1))))
    find = call("lists.search", client=subject.client.id, which=which)
    buttons.append(Button(label="Search", does=find))
    other = here.having(archived="no" if wish.archived else "yes")
    buttons.append(Button(label="Hide archived" if wish.archived else "Show archived", does=other))
    buttons.append(Button(label="All lists", does=call("lists.show", client=subject.client.id)))
    return tuple(buttons)
