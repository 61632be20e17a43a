"""How long a key whose job fails is left alone, so that one bad key is no burden on the others."""

from datetime import timedelta

PAUSES = (
    timedelta(seconds=2),
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(hours=1),
)
LIMIT = len(PAUSES)  # failures in a row; from here on a person should look at it


def pause(failures: int) -> timedelta:
    """How long ticks pass it by after so many failures in a row, at least one."""
    return PAUSES[min(failures, LIMIT) - 1]
