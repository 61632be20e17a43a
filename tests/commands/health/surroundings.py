"""Several clients with scores and findings, written down without looking at any books."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from commands.clients.names import name_key
from storage.models import (
    CheckOutcome,
    Client,
    Handling,
    Health,
    HealthFinding,
    HealthPoint,
    Organisation,
    Purpose,
    Status,
)
from storage.queries import syncs
from tests.builders import WORKSPACE, a_client, a_connection, a_grant, an_organisation, save
from tests.commands.practice import Practice
from tests.conftest import Clock

CODE = "duplicate-transactions"


@dataclass(frozen=True, kw_only=True, slots=True)
class Stood:
    """A client as it was written down."""

    client: Client
    organisation: Organisation


async def a_standing(
    practice: Practice,
    clock: Clock,
    name: str,
    score: int | None,
    *,
    before: int | None = None,
    days_ago: int = 40,
    status: Status = Status.CONNECTED,
    **over: object,
) -> Stood:
    """One that has this score, and had the other so many days ago."""
    client = a_client(name=name, name_key=name_key(name), **over)
    organisation = an_organisation(name=f"{name} at Xero", base_currency="GBP")
    grant = a_grant()
    await save(practice.database, client, organisation, grant)
    connection = a_connection(
        client, organisation, grant, purpose=Purpose.DATA_HEALTH, status=status
    )
    await save(practice.database, connection)
    async with practice.database.begin() as session:
        await syncs.schedule(session, WORKSPACE, organisation.id, now=clock())
        sync = await syncs.find(session, WORKSPACE, organisation.id)
        assert sync is not None
        sync.synced_at = clock()
    whose = {"organisation_id": organisation.id, "workspace_id": WORKSPACE}
    rows = [Health(**whose, score=score, computed_at=clock(), synced_at=clock(), change={})]
    today = clock().date()
    for day, value in ((today, score), (today - timedelta(days=days_ago), before)):
        if value is not None:
            rows.append(HealthPoint(**whose, day=day, score=value, weights_id="w"))
    await save(practice.database, *rows)
    return Stood(client=client, organisation=organisation)


async def has_finding(
    practice: Practice,
    stood: Stood,
    key: str,
    amount: str,
    *,
    first_seen_at: datetime,
    is_serious: bool = False,
    since: date | None = None,
    code: str = CODE,
    about: str | None = None,
    **handling: object,
) -> None:
    """Something found there, `about` a bill if it is; with what was decided about it, if anything
    was."""
    whose = {"organisation_id": stood.organisation.id, "workspace_id": WORKSPACE}
    print_ = key.ljust(32, "0")
    body = {"records": [{"source": "Invoices", "remote_id": about}]} if about else {}
    rows: list[object] = [
        HealthFinding(
            **whose, code=code, fingerprint=print_, title=key, amount=Decimal(amount),
            currency="GBP", since=since, is_locked=False, is_serious=is_serious, body=body,
            first_seen_at=first_seen_at,
        )
    ]  # fmt: skip
    if handling:
        rows.append(Handling(**whose, code=code, fingerprint=print_, comments=[], **handling))
    await save(practice.database, *rows)  # type: ignore[arg-type]  # all are entities


async def has_outcome(practice: Practice, stood: Stood, code: str, level: str, says: str) -> None:
    whose = {"organisation_id": stood.organisation.id, "workspace_id": WORKSPACE}
    now = stood.client.created_at
    await save(
        practice.database,
        CheckOutcome(**whose, code=code, level=level, says=says, share="1", opened=0,
                     figures={}, options={}, computed_at=now),
    )  # fmt: skip
