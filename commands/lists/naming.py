"""The client in `/dext lists <client> <list>`, and what is said where there is no such list."""

from dataclasses import replace
from typing import NewType

from rapidfuzz import process
from sqlalchemy.ext.asyncio import AsyncSession

from commands.clients.choosing import the_channels
from commands.clients.finding import working_client
from commands.errors import CommandError, NotFound, Refused
from commands.lists.views import List
from commands.registry import Asked, chooser, reader
from commands.replies import Button, Style, call
from storage.models import Client

NEAR = 70  # of 100: a slip or two in a word of this length

Listed = NewType("Listed", Client)

chooser(Listed)(the_channels)


@reader(Listed)
async def listed_client(session: AsyncSession, asked: Asked) -> Client:
    """As any client; where none is called so but for the last word, that was to be a list."""
    try:
        return await working_client(session, asked)
    except NotFound as unknown:
        name, _, word = asked.text.rpartition(" ")
        client = await _called(session, replace(asked, text=name.strip())) if name else None
        if client is None:
            raise
        raise _no_such_list(client, word) from unknown


async def _called(session: AsyncSession, asked: Asked) -> Client | None:
    try:
        return await working_client(session, asked)
    except CommandError:
        return None


def _no_such_list(client: Client, word: str) -> Refused:
    near = process.extractOne(word.casefold(), [w.value for w in List], score_cutoff=NEAR)
    meant = near[0] if near else None
    buttons = [Button(label="All lists", does=call("lists.show", client=client.id))]
    if meant:
        does = call("lists.show", client=client.id, which=meant)
        buttons.insert(0, Button(label=meant.capitalize(), does=does, style=Style.PRIMARY))
    known = [which.value for which in List]
    return Refused(
        "lists/unknown", *buttons, client=client.name, word=word, meant=meant, known=known
    )
