"""What people had us change in ledgers."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.models import Mend


async def find(
    session: AsyncSession, workspace_id: str, mend_id: str, *, lock: bool = False
) -> Mend | None:
    """With `lock` held until the commit, where the database can."""
    found = select(Mend).where(Mend.id == mend_id, Mend.workspace_id == workspace_id)
    return await session.scalar(found.with_for_update() if lock else found)


async def of_finding(
    session: AsyncSession, workspace_id: str, organisation_id: str, code: str, fingerprint: str
) -> Sequence[Mend]:
    """Every change that this finding has led to, newest first."""
    found = select(Mend).where(
        Mend.workspace_id == workspace_id,
        Mend.organisation_id == organisation_id,
        Mend.code == code,
        Mend.fingerprint == fingerprint,
    )
    return (await session.scalars(found.order_by(Mend.at.desc()))).all()
