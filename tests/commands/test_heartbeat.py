"""A run that waits long for its vendor keeps its lease; a dead one does not."""

import asyncio
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from commands.heartbeat import BEAT, LEASE, beating

SOON = timedelta(milliseconds=5)


class Lease:
    """Counts its extensions; each answer is given once, the last for ever."""

    def __init__(self, *answers: bool | Exception) -> None:
        self.answers = list(answers)
        self.extended = 0

    async def __call__(self) -> bool:
        self.extended += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def reaches(self, times: int) -> None:
        async with asyncio.timeout(30):
            while self.extended < times:  # noqa: ASYNC110  # the beat itself is waited for
                await asyncio.sleep(0.002)


async def test_it_beats_until_the_work_is_over() -> None:
    lease = Lease(True)
    async with beating(lease, every=SOON):
        await lease.reaches(3)
    seen = lease.extended
    await asyncio.sleep(5 * SOON.total_seconds())

    assert lease.extended == seen


async def test_a_silent_database_is_asked_again() -> None:
    lease = Lease(OperationalError("", {}, OSError()), OSError(), True)
    async with beating(lease, every=SOON):
        await lease.reaches(4)

    assert lease.extended >= 4


async def test_who_has_lost_the_lease_asks_no_more() -> None:
    lease = Lease(True, False)
    async with beating(lease, every=SOON):
        await lease.reaches(2)
        await asyncio.sleep(5 * SOON.total_seconds())

    assert lease.extended == 2


def test_two_beats_may_be_missed() -> None:
    assert 3 * BEAT <= LEASE
    assert LEASE + timedelta(seconds=10 + 10) <= timedelta(seconds=90), "F2 of the scoreboard"
