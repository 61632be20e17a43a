"""A record of a ledger as it is stored in a connection's lists."""

from datetime import datetime

from commands.lists.reading import details, fingerprint, record_name
from providers.records import ListKind, ListRecord
from storage.models import Connection, ListEntry


def entry_of(
    connection: Connection, kind: ListKind, record: ListRecord, *, run_id: str, at: datetime
) -> ListEntry:
    """`run_id` is what saw it: an import, or whatever else the ledger named it to."""
    return ListEntry(
        connection_id=connection.id,
        workspace_id=connection.workspace_id,
        kind=kind.value,
        remote_id=record.remote_id,
        record=record_name(record),
        name=record.name,
        code=record.code,
        active=record.active,
        details=details(record),
        digest=fingerprint(record),
        run_id=run_id,
        first_seen_at=at,
    )
