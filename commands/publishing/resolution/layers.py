"""What one source says about the fields of coding, and how sources are laid over each other."""

from collections.abc import Mapping, Sequence

from commands.publishing.coding import Coded, Source, Sourced

Layer = dict[Coded, Sourced]

_STRENGTH = {source: place for place, source in enumerate(Source)}


def is_stronger(one: Source, other: Source) -> bool:
    """Sources are declared from the strongest to the weakest."""
    return _STRENGTH[one] < _STRENGTH[other]


def layer(said: Mapping[Coded, str | None], source: Source, *, by: str | None = None) -> Layer:
    """What is said; nothing is said by an empty value."""
    return {
        name: Sourced(value=value, source=source, by=by) for name, value in said.items() if value
    }


def merged(layers: Sequence[Layer]) -> Layer:
    """For each field the first that has it."""
    found: Layer = {}
    for each in reversed(layers):
        found.update(each)
    return found
