"""Reading arguments and asking for permission, each time."""

from collections.abc import Iterator
from enum import StrEnum

import pytest

from commands import registry
from commands.context import Context
from commands.errors import Conflict, Invalid, NotAllowed, NotFound, UsageError
from commands.permissions import Permission
from commands.registry import AnyClient, command
from commands.replies import Reply, call, say
from storage.models import Client, Connection
from tests.builders import NOW, a_connection, a_grant, an_organisation, save
from tests.commands.practice import ANA, BEN, DORA, Practice, words


class Shade(StrEnum):
    """Something to choose."""

    DARK = "dark"
    PALE = "pale"


@pytest.fixture(autouse=True)
def seen() -> Iterator[dict[str, object]]:
    """What the commands declared here were given."""
    given: dict[str, object] = {}
    before = dict(registry.COMMANDS)

    @command("trial.plain")
    async def plain(
        context: Context, *, shade: Shade, count: int = 1, loud: bool = False, note: str = "none"
    ) -> Reply:
        given.update(shade=shade, count=count, loud=loud, note=note, by=context.actor.person_id)
        return say("home/clients")

    @command("trial.client", permission=Permission.SEE_CLIENT)
    async def one_client(context: Context, *, client: Client | None = None) -> Reply:
        given.update(client=client)
        return say("home/clients")

    @command("trial.any_client")
    async def an_archived_one(context: Context, *, client: AnyClient) -> Reply:
        given.update(client=client)
        return say("home/clients")

    @command("trial.connection", permission=Permission.SEE_CLIENT)
    async def one_connection(context: Context, *, connection: Connection) -> Reply:
        given.update(connection=connection)
        return say("home/clients")

    @command("trial.administrators", permission=Permission.MANAGE_PEOPLE)
    async def nothing_at_all(context: Context) -> Reply:
        given.update(done=True)
        return say("home/clients")

    yield given
    registry.COMMANDS.clear()
    registry.COMMANDS.update(before)


async def test_arguments_arrive_as_what_is_wanted(
    practice: Practice, seen: dict[str, object]
) -> None:
    await practice.press(DORA, call("trial.plain", shade="Dark", count="3", loud="yes", other="x"))

    assert seen == {"shade": Shade.DARK, "count": 3, "loud": True, "note": "none", "by": DORA}


async def test_what_is_left_empty_is_left_out(practice: Practice, seen: dict[str, object]) -> None:
    await practice.press(ANA, call("trial.plain", shade="pale", count="", note="  "))

    assert (seen["count"], seen["note"]) == (1, "none")


async def test_what_is_missing_is_said(practice: Practice) -> None:
    with pytest.raises(UsageError) as raised:
        await practice.press(ANA, call("trial.plain"))

    assert raised.value.problem == "shade is missing"
    assert "does not say enough any more: shade is missing" in words(raised.value)


async def test_what_cannot_be_read_is_said_at_the_field(practice: Practice) -> None:
    with pytest.raises(Invalid) as raised:
        await practice.press(ANA, call("trial.plain", shade="loud"))

    assert raised.value.fields == {"shade": "Choose one of: dark, pale."}


async def test_a_command_of_another_release_is_not_an_error_of_ours(practice: Practice) -> None:
    with pytest.raises(Conflict):
        await practice.press(ANA, call("trial.gone"))


async def test_the_role_is_asked_before_anything_is_read(
    practice: Practice, seen: dict[str, object]
) -> None:
    with pytest.raises(NotAllowed) as raised:
        await practice.press(BEN, call("trial.administrators"))

    assert raised.value.who == (ANA, "U01CHLOE")
    assert seen == {}


async def test_permission_is_asked_for_the_client(
    practice: Practice, seen: dict[str, object]
) -> None:
    acme, bakery = await practice.has("Acme Ltd", "Bright Bakery")
    await practice.assign(BEN, acme)

    await practice.press(BEN, call("trial.client", client=acme.id))
    with pytest.raises(NotAllowed) as raised:
        await practice.press(BEN, call("trial.client", client=bakery.id))

    assert isinstance(seen["client"], Client)
    assert seen["client"].id == acme.id
    assert words(raised.value).startswith("You are not assigned to *Bright Bakery*")


async def test_an_optional_client_may_be_left_out(
    practice: Practice, seen: dict[str, object]
) -> None:
    await practice.press(ANA, call("trial.client"))

    assert seen == {"client": None}


async def test_an_archived_client_is_read_where_it_may_be(
    practice: Practice, seen: dict[str, object]
) -> None:
    await practice.has("Acme Ltd", archived_at=NOW)

    await practice.press(ANA, call("trial.any_client", client="acm"))

    assert isinstance(seen["client"], Client)


async def test_a_connection_is_read_with_the_permission_for_its_client(
    practice: Practice, seen: dict[str, object]
) -> None:
    [client] = await practice.has("Acme Ltd")
    organisation, grant = an_organisation(), a_grant()
    connection = a_connection(client, organisation, grant)
    await save(practice.database, organisation, grant)
    await save(practice.database, connection)

    with pytest.raises(NotAllowed):
        await practice.press(BEN, call("trial.connection", connection=connection.id))
    await practice.assign(BEN, client)
    await practice.press(BEN, call("trial.connection", connection=connection.id))

    assert isinstance(seen["connection"], Connection)
    with pytest.raises(NotFound):
        await practice.press(ANA, call("trial.connection", connection="nowhere"))
