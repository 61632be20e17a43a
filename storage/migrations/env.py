"""How alembic runs: on the connection it is handed, or on `-x url=...` from its command line."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from storage.database import migrating_engine
from storage.models import Entity


def migrate(connection: Connection) -> None:
    """Run what was asked for within the caller's transaction."""
    context.configure(connection=connection, target_metadata=Entity.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate(url: str) -> None:
    """For `alembic -x url=... revision --autogenerate`."""
    engine = migrating_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate)
    finally:
        await engine.dispose()


handed = context.config.attributes.get("connection")
if handed is not None:
    migrate(handed)
else:
    asyncio.run(connect_and_migrate(context.get_x_argument(as_dictionary=True)["url"]))
