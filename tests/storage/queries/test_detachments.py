"""What has to be taken back at a vendor comes back until it is done."""

from datetime import timedelta

from storage.database import Database
from storage.models import Detachment
from storage.queries import detachments
from tests.builders import NOW, WORKSPACE, a_workspace, save

LATER = NOW + timedelta(minutes=5)


async def test_an_attempt_is_made_once_and_comes_back_until_it_is_done(
    database: Database,
) -> None:
    waiting = Detachment(
        id="d1", workspace_id=WORKSPACE, grant_id="g1", provider="xero", due_at=NOW
    )
    await save(database, a_workspace(), waiting)

    async with database.begin() as session:
        first = await detachments.claim(session, "d1", now=NOW, again_at=LATER)
        second = await detachments.claim(session, "d1", now=NOW, again_at=LATER)
        then = await detachments.due(session, LATER)
        await detachments.postpone(session, "d1", due_at=None, error="not_permitted")
        never = await detachments.due(session, LATER)
        await detachments.postpone(session, "d1", due_at=LATER, error="try_again")
        await detachments.done(session, "d1", now=LATER)
        after = await detachments.due(session, LATER)

    assert first is not None
    assert first.attempts == 1
    assert (second, then, never, after) == (None, ["d1"], [], [])
