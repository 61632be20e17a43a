"""The findings of one check: a page at a time, filtered, sorted and searched."""

from dataclasses import replace
from typing import Any

from commands.clients.choosing import the_channels
from commands.context import Context
from commands.health.findings.page import checked, page
from commands.health.findings.viewing import ALL, ANYBODY, LONGEST_SEARCH, View
from commands.health.naming import CheckName, named, titles, unknown
from commands.health.running.held import found
from commands.permissions import Permission
from commands.registry import COMMANDS, Asked, command, run
from commands.replies import Answer, Form, TextField, Words, call
from storage.models import Client
from storage.queries.findings import Order, Shown


@command(
    "health.check",
    usage="check <check> [<client>]",
    summary="what a check found in a client's books",
    permission=Permission.SEE_CLIENT,
    aliases=("findings <check> [<client>]",),
    changes=False,
)
async def check_by_name(context: Context, *, check: CheckName, client: str = "") -> Answer:
    """See what a check found, and deal with it: dismiss, assign, snooze, remark.

    The beginning of its name is enough. Without a client it is that of the channel.
    """
    code, rest = named(f"{check} {client}".strip(), titles())
    if code is None:
        raise unknown(f"{check} {client}".strip())
    if not rest:
        asked = Asked(
            context=context,
            command=COMMANDS["health.check"],
            invocation=call("health.check", check=code),
            argument="client",
            text="",
        )
        chosen = await the_channels(asked)
        if not isinstance(chosen, str):
            return chosen
        rest = chosen
    return await run(call("health.findings", client=rest, check=code), context)


@command("health.choose_check", permission=Permission.SEE_CLIENT, changes=False)
async def choose_check(context: Context) -> Answer:
    """Choose one of all checks."""
    return await run(call("health.check", check=""), context)


@command("health.findings", permission=Permission.SEE_CLIENT, changes=False)
async def show(
    context: Context,
    *,
    client: Client,
    check: str,
    view: str = "",
    shown: Shown | None = None,
    order: Order | None = None,
    assignee: str | None = None,
    kind: str | None = None,
    search: str | None = None,
) -> Answer:
    """A page of a check's findings; what is given changes the view, and begins it anew."""
    wish = View.parse(view, client_id=client.id, check=check)
    given = {"shown": shown, "order": order, "assignee": assignee, "search": search, "kind": kind}
    changed: dict[str, Any] = {name: each for name, each in given.items() if each is not None}
    if changed:
        if changed.get("assignee") == ANYBODY:
            changed["assignee"] = ""
        if changed.get("kind") == ALL:
            changed["kind"] = ""
        wish = replace(wish, **changed, page=1)
    async with context.tools.database.read() as session:
        return await page(session, context, await found(session, context, client), wish)


@command("health.search", permission=Permission.SEE_CLIENT, changes=False)
async def search(context: Context, *, client: Client, check: str, view: str = "") -> Answer:
    """Ask what to look for."""
    wish = View.parse(view, client_id=client.id, check=check)
    return Form(
        title="Search findings",
        submits=wish.does(),
        submit_label="Search",
        parts=(
            Words(
                template="health/searching",
                data={"client": client.name, "title": checked(check)["title"]},
            ),
        ),
        fields=(
            TextField(
                name="search",
                label="A name, a number or a word of it",
                initial=wish.search,
                max_length=LONGEST_SEARCH,
            ),
        ),
    )
