"""Sessions that are used again: whoever comes next meets nothing of the one before."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from storage.database import Database
from storage.models import AuditEvent, Workspace
from storage.queries import audit
from tests.builders import a_workspace, save

ENDS = {"well": type(None), "badly": LookupError, "cancelled": asyncio.CancelledError}
READS = {"well": Workspace, "badly": DBAPIError, "cancelled": asyncio.CancelledError}

pytestmark = pytest.mark.parametrize("ends", ["well", "badly", "cancelled"])


async def used(database: Database, ends: str) -> Workspace:
    """A transaction that adds a workspace with a note of it, and notes something on its session."""
    added = a_workspace(id="T0FIRST")
    reached = asyncio.Event()

    async def transaction() -> None:
        async with database.begin() as session:
            session.info["read before"] = ends
            session.add(added)
            await session.flush()
            audit.append(
                session,
                "T0FIRST",
                "workspace.added",
                subject=("workspace", "T0FIRST"),
                actor="U0ANA",
                at=datetime.now(UTC),
            )
            if ends == "badly":
                raise LookupError
            if ends == "cancelled":
                reached.set()
                await asyncio.sleep(60)

    task = asyncio.create_task(transaction())
    if ends == "cancelled":
        await reached.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()  # while it is being undone
    (came,) = await asyncio.gather(task, return_exceptions=True)
    assert isinstance(came, ENDS[ends])
    return added


async def test_a_session_that_wrote_begins_anew(database: Database, ends: str) -> None:
    added = await used(database, ends)
    async with database.begin() as session:
        left, is_held = dict(session.info), added in session
        session.add(a_workspace(id="T0SECOND"))
    async with database.read() as session:
        there = set(await session.scalars(select(Workspace.id)))
        noted = await session.scalar(select(func.count()).select_from(AuditEvent))

    assert (left, is_held) == ({}, False)
    assert there == {"T0SECOND"} | ({"T0FIRST"} if ends == "well" else set())
    assert noted == (1 if ends == "well" else 0)


async def test_a_session_that_read_begins_anew(database: Database, ends: str) -> None:
    await save(database, a_workspace())

    async def read() -> Workspace:
        async with database.read() as session:
            session.info["read before"] = ends
            found = await session.get_one(Workspace, a_workspace().id)
            if ends == "badly":
                await session.execute(text("SELECT nothing FROM nowhere"))
            if ends == "cancelled":
                raise asyncio.CancelledError
            return found

    (came,) = await asyncio.gather(asyncio.create_task(read()), return_exceptions=True)
    async with database.begin() as session:
        (await session.get_one(Workspace, a_workspace().id)).name = "Another"
    async with database.read() as session:
        left = dict(session.info)
        now = await session.get_one(Workspace, a_workspace().id)

    assert isinstance(came, READS[ends])
    assert (left, now.name) == ({}, "Another")
