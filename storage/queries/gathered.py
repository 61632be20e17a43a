"""All of a client's findings at once, for what is taken away: exports and reports."""

from collections.abc import Sequence

from sqlalchemy import and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Handling, HealthFinding
from storage.queries.findings import Listed
from storage.queries.statements import table_of

_amount = table_of(HealthFinding).c.amount


async def everything(
    session: AsyncSession, workspace_id: str, organisation_id: str, *, code: str | None = None
) -> Sequence[Listed]:
    """By check, the serious first, then the dearest; of one check where `code` says which."""
    found = (
        select(HealthFinding, Handling)
        .outerjoin(
            Handling,
            and_(
                Handling.organisation_id == HealthFinding.organisation_id,
                Handling.code == HealthFinding.code,
                Handling.fingerprint == HealthFinding.fingerprint,
            ),
        )
        .where(
            HealthFinding.workspace_id == workspace_id,
            HealthFinding.organisation_id == organisation_id,
        )
        .order_by(
            HealthFinding.code,
            HealthFinding.is_serious.desc(),
            func.coalesce(func.abs(_amount), 0).desc(),
            HealthFinding.fingerprint,
        )
    )
    if code is not None:
        found = found.where(HealthFinding.code == code)
    return [Listed(*row) for row in await session.execute(found)]
