"""Why an item cannot be published as it stands, or not quite as somebody wished."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as _field


@dataclass(frozen=True, kw_only=True, slots=True)
class Obstacle:
    """`code` is an entry of the catalogue (product §12). `field` is what to correct, a fact's or
    a coding field's name, and `line` which line's, from 0. `facts` are what its words show."""

    code: str
    field: str | None = None
    line: int | None = None
    facts: Mapping[str, str] = _field(default_factory=dict)
