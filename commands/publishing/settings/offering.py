"""What searchable fields of coding offer: the entries of the lists of a client's ledger."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.names import folded
from commands.context import Context
from commands.permissions import Permission, may
from commands.publishing.approvals.staffing import works_for
from commands.publishing.facts import ItemKind, Side
from commands.registry import source
from commands.replies import Invocation, Option
from providers.records import ListKind
from storage.models import Client, Connection, ListEntry, Purpose, Role
from storage.queries import connections, lists, people, publishing

OFFERED = 100  # Slack shows no more options
READ = 1_000  # entries of a small list that are looked through
NOTHING = "-"  # the value of the option that takes a choice back
NONE = Option(value=NOTHING, label="– none –")

Label = Callable[[ListEntry], str]


def searched(of: str, client: Client, **arguments: str) -> str:
    """The name of an option source, with what it has to know."""
    return str(Invocation(command=f"publishing.{of}", arguments={"client": client.id, **arguments}))


def chosen(text: str) -> str | None:
    """What was chosen in such a field; None for nothing."""
    return None if text.strip() in {"", NOTHING} else text.strip()


@source("publishing.accounts")
async def accounts(context: Context, query: str, *, client: str) -> Sequence[Option]:
    """The chart of accounts, by code and name, as far as something can be coded to it."""
    return await _entries(
        context, client, ListKind.ACCOUNTS, query, lacking="is_closed", label=_coded
    )


@source("publishing.tax_rates")
async def tax_rates(context: Context, query: str, *, client: str, on: str = "") -> Sequence[Option]:
    """Those that can be used on costs or on sales."""
    having = f"on_{on}" if on else None
    return await _entries(context, client, ListKind.TAX_RATES, query, having=having)


@source("publishing.contacts")
async def contacts(context: Context, query: str, *, client: str) -> Sequence[Option]:
    """Everybody the ledger knows."""
    return await _entries(context, client, ListKind.CONTACTS, query)


@source("publishing.customers")
async def customers(context: Context, query: str, *, client: str) -> Sequence[Option]:
    """Whom something can be charged on to."""
    return await _entries(context, client, ListKind.CONTACTS, query, having="is_customer")


@source("publishing.products")
async def products(context: Context, query: str, *, client: str) -> Sequence[Option]:
    return await _entries(context, client, ListKind.PRODUCTS, query, label=_coded)


@source("publishing.banks")
async def banks(context: Context, query: str, *, client: str) -> Sequence[Option]:
    """Bank, card and cash accounts."""
    return await _entries(context, client, ListKind.BANK_ACCOUNTS, query, label=_numbered)


@source("publishing.tracking")
async def tracking(context: Context, query: str, *, client: str, category: str) -> Sequence[Option]:
    """The choices within one category."""
    async with context.tools.database.read() as session:
        connection = await _connection(session, context, client)
        if connection is None:
            return ()
        found = await lists.search(
            session, context.workspace_id, connection.id, ListKind.TRACKING, query, limit=READ
        )
    own = [entry for entry in found if entry.details.get("category_id") == category]
    return _offered(query, [Option(value=e.remote_id, label=e.name) for e in own])


@source("publishing.payment_methods")
async def payment_methods(context: Context, query: str, *, client: str) -> Sequence[Option]:
    """How this client pays."""
    if not may(context.actor, Permission.SEE_CLIENT, client):
        return ()
    async with context.tools.database.read() as session:
        found = await publishing.methods(session, context.workspace_id, client)
    wanted = folded(query)
    own = [Option(value=m.id, label=m.name) for m in found if wanted in folded(m.name)]
    return _offered(query, own)


@source("publishing.approvers")
async def approvers(context: Context, query: str, *, client: str) -> Sequence[Option]:
    """The people who work for the client."""
    if not may(context.actor, Permission.SEE_CLIENT, client):
        return ()
    async with context.tools.database.read() as session:
        everybody = await people.everybody(session, context.workspace_id)
        assigned = await people.assigned_to(session, context.workspace_id, client)
    own, wanted = {person.id for person in assigned}, folded(query)
    found = [p for p in everybody if works_for(p, own) and wanted in folded(p.name)]
    return [Option(value=person.id, label=person.name) for person in found][:OFFERED]


@source("publishing.colleagues")
async def colleagues(context: Context, query: str) -> Sequence[Option]:
    """Everybody with a role in the practice."""
    async with context.tools.database.read() as session:
        everybody = await people.everybody(session, context.workspace_id)
    named = [p for p in everybody if p.role is not Role.NONE and folded(query) in folded(p.name)]
    return [NONE, *(Option(value=p.id, label=p.name) for p in named)][:OFFERED]


@source("publishing.parties")
async def parties(context: Context, query: str, *, client: str) -> Sequence[Option]:
    """Suppliers and customers by name: those the ledger knows, and what was typed."""
    known = await _entries(context, client, ListKind.CONTACTS, query)
    names = [each.label for each in known if each is not NONE]
    typed = query.strip()
    if typed and folded(typed) not in {folded(name) for name in names}:
        names.append(typed)
    return [party(name) for name in names][:OFFERED]


def party(name: str) -> Option:
    """As a field of several hands it on, with commas between: see `unquote`."""
    return Option(value=quote(name, safe=" &'’()/"), label=name)


@source("publishing.any_tracking")
async def any_tracking(context: Context, query: str, *, client: str) -> Sequence[Option]:
    """The choices of all categories."""
    found = await _entries(context, client, ListKind.TRACKING, query, label=_categorised)
    return [each for each in found if each is not NONE]


@source("publishing.sides")
async def sides(context: Context, query: str) -> Sequence[Option]:
    """Costs, sales, expense claims."""
    del context
    return [each for each in SIDES.values() if query.casefold() in each.label.casefold()]


@source("publishing.kinds")
async def kinds(context: Context, query: str) -> Sequence[Option]:
    """Sorts of documents."""
    del context
    return [KINDS[kind] for kind in ItemKind if query.casefold() in kind.value]


SIDES = {
    Side.COST: Option(value=Side.COST.value, label="Costs"),
    Side.SALE: Option(value=Side.SALE.value, label="Sales"),
    Side.CLAIM: Option(value=Side.CLAIM.value, label="Expense claims"),
}
KINDS = {kind: Option(value=kind.value, label=f"{kind.value.capitalize()}s") for kind in ItemKind}


async def _entries(
    context: Context,
    client: str,
    kind: ListKind,
    query: str,
    *,
    having: str | None = None,
    lacking: str | None = None,
    label: Label = lambda entry: entry.name,
) -> Sequence[Option]:
    async with context.tools.database.read() as session:
        connection = await _connection(session, context, client)
        if connection is None:
            return ()
        found = await lists.search(
            session,
            context.workspace_id,
            connection.id,
            kind,
            query,
            having=having,
            lacking=lacking,
            limit=OFFERED,
        )
    return _offered(query, [Option(value=e.remote_id, label=label(e)) for e in found])


def _offered(query: str, found: Sequence[Option]) -> Sequence[Option]:
    """To take a choice back is offered before anything was typed."""
    return [*(() if query.strip() else (NONE,)), *found][:OFFERED]


async def _connection(session: AsyncSession, context: Context, client_id: str) -> Connection | None:
    """Whose lists they are; None for somebody who may not see the client."""
    if not may(context.actor, Permission.SEE_CLIENT, client_id):
        return None
    return await connections.for_purpose(
        session, context.workspace_id, client_id, Purpose.BOOKKEEPING
    )


def _coded(entry: ListEntry) -> str:
    return f"{entry.code} {entry.name}" if entry.code else entry.name


def _categorised(entry: ListEntry) -> str:
    category = entry.details.get("category_name")
    return f"{category}: {entry.name}" if category else entry.name


def _numbered(entry: ListEntry) -> str:
    number = entry.details.get("number")
    return f"{entry.name} ···{number}" if number else entry.name
