"""The doors of the stand-in ledgers that the real vendors do not have."""

from typing import Any

import httpx2

UNLIMITED = {
    "xero": {"a_minute": 1_000_000, "a_day": 1_000_000, "app_a_minute": 1_000_000},
    "quickbooks": {
        "a_second": 1_000, "a_minute": 10_000, "batches_a_minute": 10_000,
        "batches_of_all_a_minute": 10_000,
    },
}  # fmt: skip


def opened(address: str, body: dict[str, Any]) -> Any:
    """What one of them answers."""
    answer = httpx2.post(address, json=body, timeout=120)
    assert answer.status_code == 200, answer.text
    return answer.json()


def lift_limits(ledgers: str, vendor: str) -> None:
    """All of them but how many calls there may be at once."""
    opened(f"{ledgers}/{vendor}/limits", UNLIMITED[vendor])


def open_volume(ledgers: str, vendor: str, **size: Any) -> str:
    """The id of an organisation of that size, or of that which rivals were measured with."""
    made: str = opened(f"{ledgers}/{vendor}/volume", size)["id"]
    return made
