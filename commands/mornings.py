"""When it is morning: where a practice is, or where a set of books is."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.ext.asyncio import AsyncSession

from storage.queries import people

MORNING = time(8)


def zone_of(name: str | None) -> tzinfo:
    """UTC where there is none, or none that we know: Slack may be ahead of our table of zones."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def zone_name(zone: tzinfo) -> str:
    """As people know it: `Europe/London` is London."""
    key = zone.key if isinstance(zone, ZoneInfo) else "UTC"
    return key.rpartition("/")[2].replace("_", " ")


def morning(day: date, zone: tzinfo) -> datetime:
    """The instant of it; days of 23 or 25 hours have one like any other."""
    return datetime.combine(day, MORNING, tzinfo=zone).astimezone(UTC)


def last_morning(now: datetime, zone: tzinfo) -> date:
    """The civil day whose morning was the last."""
    today = now.astimezone(zone).date()
    return today if morning(today, zone) <= now else today - timedelta(days=1)


def next_morning(at: datetime, zone: tzinfo, *, late: timedelta = timedelta()) -> datetime:
    """The first morning from then on, so much later than it begins."""
    day = (at - late).astimezone(zone).date()
    today = morning(day, zone) + late
    return today if today >= at else morning(day + timedelta(days=1), zone) + late


async def practice_zone(session: AsyncSession, workspace_id: str) -> tzinfo:
    """Channels have no time zone: that of the oldest practice administrator stands for it.

    UTC where the practice has no administrator.
    """
    admin = await people.oldest_admin(session, workspace_id)
    return zone_of(admin.time_zone if admin else None)
