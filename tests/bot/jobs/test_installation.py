"""What distributed jobs need of PostgreSQL is brought there, checked at the start and told."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import make_url

from bot.app import upgrade_queue
from bot.jobs.engine import QUEUE
from bot.jobs.installation import (
    QueueNotReady,
    bring_up,
    limit_role,
    load,
    missing_limits,
    newest,
    require_queue,
    tables,
)
from tests.bot.jobs.chores import Ledger
from tests.conftest import Postgres

pytestmark = pytest.mark.xdist_group("queue")

BEFORE_THE_LAST = "03.04.00_01_pre_add_retry_failed_job_procedure"  # of procrastinate 3.10


@pytest.fixture
def bare_url(postgres: Postgres) -> Iterator[str]:
    """A migrated database that knows of no queue."""
    with postgres.database(postgres.template) as made:
        yield made


async def test_it_is_brought_up_once_and_then_ready(bare_url: str) -> None:
    with pytest.raises(QueueNotReady, match="dext-bot migrate"):
        await require_queue(bare_url)

    assert await upgrade_queue(bare_url)
    assert not await upgrade_queue(bare_url)
    await require_queue(bare_url)
    assert (await tables(bare_url)).version == newest()


async def test_older_tables_are_altered_and_their_jobs_kept(bare_url: str) -> None:
    await bring_up(bare_url)
    trigger = "procrastinate_trigger_status_events_update_v1"
    with psycopg.connect(bare_url, autocommit=True) as connection:  # as the one before left it
        connection.execute(SQL("DROP TRIGGER {} ON procrastinate_jobs").format(Identifier(trigger)))
        connection.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{BEFORE_THE_LAST}'")
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('dext', 'x')"
        )

    assert await bring_up(bare_url)
    with psycopg.connect(bare_url) as connection:
        there = "SELECT count(*) FROM pg_trigger WHERE tgname = %s"
        assert connection.execute(there, (trigger,)).fetchone() == (1,)
    assert (await tables(bare_url)).is_current
    assert (await load(bare_url)).waiting == 1


async def test_tables_somebody_else_made_are_left_alone(bare_url: str) -> None:
    await bring_up(bare_url)
    with psycopg.connect(bare_url, autocommit=True) as connection:
        connection.execute("COMMENT ON TABLE procrastinate_jobs IS NULL")

    with pytest.raises(QueueNotReady, match="a database of its own"):
        await bring_up(bare_url)


async def test_a_role_without_time_outs_is_told_the_statements(bare_url: str) -> None:
    await bring_up(bare_url)
    with pytest.raises(QueueNotReady) as refused:
        await require_queue(bare_url)
    told = str(refused.value)

    assert "\n" not in told
    assert "SET \"idle_in_transaction_session_timeout\" = '30s'" in told
    assert "SET \"lock_timeout\" = '5s'" in told
    with psycopg.connect(bare_url, autocommit=True) as connection:
        for statement in await missing_limits(bare_url):
            connection.execute(statement)
    await require_queue(bare_url)


async def test_an_ordinary_role_may_set_its_own_time_outs(bare_url: str) -> None:
    role = Identifier(f"{make_url(bare_url).database}_role")
    with psycopg.connect(bare_url, autocommit=True) as connection:
        connection.execute(SQL("CREATE ROLE {} LOGIN").format(role))
    url = make_url(bare_url).set(username=role.as_string()[1:-1], password=None)
    url = url.render_as_string(hide_password=False)
    try:
        assert len(await limit_role(url)) == 2
        assert await limit_role(url) == ()
        assert len(await missing_limits(bare_url)) == 2
    finally:
        with psycopg.connect(bare_url, autocommit=True) as connection:
            connection.execute(SQL("DROP OWNED BY {}").format(role))
            connection.execute(SQL("ALTER ROLE {} RESET ALL").format(role))
        with psycopg.connect(bare_url, autocommit=True) as connection:
            connection.execute(SQL("DROP ROLE {}").format(role))


async def test_the_load_counts_what_people_would_count(url: str, ledger: Ledger) -> None:
    ledger.run("INSERT INTO procrastinate_workers DEFAULT VALUES")
    ledger.run(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
    )
    for name, status in (("chores.do", "todo"), ("chores.do", "doing"), ("dext.tick", "todo")):
        ledger.run(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES (%s, %s, %s)",
            QUEUE, name, status,
        )  # fmt: skip
    found = await load(url)

    assert (found.workers, found.waiting, found.running) == (1, 1, 1)
