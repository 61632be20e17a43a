"""Times as a page tells them: where the person is, with the name of the zone."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def clock(at: datetime, *, time_zone: str, now: datetime) -> str:
    """`10:42 BST`, and the date where it is not today's; UTC where the zone is unknown."""
    try:
        zone = ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")
    local = at.astimezone(zone)
    name = local.strftime("%Z")
    if not name.isalpha():  # such zones are called by their offset, as in +04
        name = f"UTC{name}"
    written = f"{local:%H:%M} {name}"
    is_today = local.date() == now.astimezone(zone).date()
    return written if is_today else f"{local:%-d %B}, {written}"
