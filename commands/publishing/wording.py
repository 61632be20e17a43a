"""Destinations, states of payment and list entries as people read them."""

from dataclasses import dataclass
from datetime import timedelta

from commands.publishing.lists import Lists
from commands.publishing.sending.ways import possible, usual
from commands.replies import Option
from providers.books import DocumentKind
from providers.drafts import Destination, PublishAs, Way
from providers.records import ListRecord

AS_WORDS = {
    PublishAs.DRAFT: "draft",
    PublishAs.SUBMITTED: "awaiting approval",
    PublishAs.OPEN: "awaiting payment",
    PublishAs.PAID: "paid where possible",
}
USUAL = "usual"  # the value of the option that chooses nothing
UNDO = timedelta(minutes=10)  # how long what was removed can be brought back


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Where documents of a kind go. Without `status` the destination knows none."""

    to: str
    status: str | None = None
    why_not: str | None = None


def route(
    lists: Lists | None, kind: DocumentKind, chosen: Destination | None, wish: PublishAs
) -> Route:
    """In words; a status that the destination does not have is the nearest it has."""
    way = usual(lists.publishing, kind, chosen) if lists else None
    if lists is None or way is None:
        to = str(chosen.value).capitalize() if chosen else "nowhere"
        return Route(to=to, status=AS_WORDS[wish])
    is_there = chosen in (None, way.destination)
    return Route(
        to=way.name,
        status=_status(way, wish),
        why_not=way.why_not if is_there else f"{lists.software} has no {chosen}",
    )


def _status(way: Way, wish: PublishAs) -> str | None:
    if way.publish_as == (PublishAs.PAID,):
        return "paid"
    return AS_WORDS[possible(wish, way)] if way.publish_as else None


def destinations(lists: Lists, kind: DocumentKind) -> tuple[Option, ...]:
    """What can be chosen, the usual one of the ledger first."""
    way = usual(lists.publishing, kind, None)
    named = f"The usual ({way.name})" if way else "The usual"
    return (
        Option(value=USUAL, label=named),
        *(
            Option(value=way.destination.value, label=way.name, description=f"makes {way.makes}")
            for way in lists.publishing.open_ways(kind)
        ),
    )


def statuses(lists: Lists, kind: DocumentKind) -> tuple[Option, ...]:
    """Every status that some destination has, from the least to the furthest along."""
    known = {each for way in lists.publishing.open_ways(kind) for each in way.publish_as}
    return tuple(
        Option(value=each.value, label=words.capitalize())
        for each, words in AS_WORDS.items()
        if each in known
    )


def closed(lists: Lists, *kinds: DocumentKind) -> tuple[tuple[str, str], ...]:
    """(destination, why it cannot be chosen), each once."""
    found = {way.name: way.why_not for way in lists.publishing.ways if way.kind in kinds}
    return tuple((name, why) for name, why in found.items() if why)


def titled(record: ListRecord) -> str:
    """`461 Printing`; what has no code by its name."""
    return f"{record.code} {record.name}" if record.code else record.name


def destination(text: str) -> Destination | None:
    """What was chosen in a form; None for the usual one, and for what is no destination."""
    return next((each for each in Destination if each.value == text), None)


def publish_as(text: str) -> PublishAs | None:
    return next((each for each in PublishAs if each.value == text), None)
