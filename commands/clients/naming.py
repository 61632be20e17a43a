"""What a client may be called: a name of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.names import LONGEST_NAME, name_key
from commands.context import Context
from commands.errors import Invalid, Refused
from commands.replies import Button, call
from storage.models import Client
from storage.queries import clients


@asynccontextmanager
async def giving_name(context: Context, name: str) -> AsyncIterator[AsyncSession]:
    """A transaction that gives a client this name. Refused where somebody else's ended first."""
    try:
        async with context.tools.database.begin() as session:
            yield session
    except IntegrityError as error:
        shows = Button(label="Connections", does=call("connections.show", client=name))
        raise Refused("clients/exists", shows, client=name, name=name) from error


def valid_name(name: str) -> str:
    """The name as it is kept. Raises Invalid."""
    named = " ".join(name.split())
    if not named:
        raise Invalid({"name": "Type the name of the business; spaces alone are none."})
    if len(named) > LONGEST_NAME:
        raise Invalid(
            {
                "name": f"This name has {len(named)} characters, and at most {LONGEST_NAME} are "
                "kept. Shorten it."
            }
        )
    return named


def refuse_same(client: Client, name: str, *, in_form: bool) -> None:
    """Raises Invalid in a form, else Refused."""
    if client.name != name:
        return
    if in_form:
        raise Invalid({"name": f"{name} is its name already. Type another one, or cancel."})
    raise Refused("clients/same_name", connections_of(client), client=name)


async def refuse_known(
    session: AsyncSession,
    context: Context,
    name: str,
    *,
    in_form: bool,
    besides: str | None = None,
) -> None:
    """The same where another client of this name is known, archived or not."""
    same = await clients.called(session, context.workspace_id, name_key(name))
    known = next((client for client in same if client.id != besides), None)
    if known is None or (besides is not None and known.is_archived):
        return
    if in_form:
        remedy = "is archived. Restore it" if known.is_archived else "is a client already. Use that"
        raise Invalid({"name": f"{known.name} {remedy}, or type another name."})
    if known.is_archived:
        restore_it = Button(label="Restore it", does=call("clients.restore", client=known.id))
        raise Refused("clients/exists_archived", restore_it, client=known.name, name=name)
    raise Refused("clients/exists", connections_of(known), client=known.name, name=name)


def connections_of(client: Client) -> Button:
    return Button(label="Connections", does=call("connections.show", client=client.id))
