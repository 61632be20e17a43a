"""What two contacts may share that no third party has."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from sqlalchemy import Row

CROWD = 10  # contacts that share a detail: beyond, it is a placeholder
IDENTITIES = {
    "tax_number": "tax number",
    "company_number": "company number",
    "bank_account": "bank account",
    "email": "e-mail address",
}
SHORTEST_NUMBER = 5


def shared(contacts: Sequence[Row[Any]]) -> dict[tuple[int, int], list[str]]:
    """What pairs of contacts share besides their names, by their places, the lower first."""
    having: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, row in enumerate(contacts):
        for name in IDENTITIES:
            value = _identity(name, getattr(row, name))
            if value:
                having[name, value].append(place)
    same: dict[tuple[int, int], list[str]] = defaultdict(list)
    for (name, _), places in having.items():
        if len(places) <= CROWD:
            for pair in combinations(places, 2):
                same[pair].append(IDENTITIES[name])
    return same


def _identity(name: str, value: str | None) -> str | None:
    """As it is compared; None where it identifies nobody."""
    if not value:
        return None
    if name == "email":
        return value.strip().casefold() if "@" in value else None
    plain = "".join(filter(str.isalnum, value)).casefold()
    is_number = len(set(filter(str.isdigit, plain))) > 1  # 00000000 is none
    return plain if is_number and len(plain) >= SHORTEST_NUMBER else None
