"""Where the office of a file works: by itself on SQLite, or as replicas on one PostgreSQL."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest

from tests.journeys.office import Office

ALONE, REPLICAS = "alone", "replicas"

Place = Callable[[], AbstractAsyncContextManager[Office]]


def in_each_place(name: str) -> pytest.MarkDecorator:
    """Run the tests of a file in both, each on a worker of its own where there are several."""
    places = [
        pytest.param(place, marks=pytest.mark.xdist_group(f"{name} {place}"))
        for place in (ALONE, REPLICAS)
    ]
    return pytest.mark.parametrize("place", places, indirect=True)
