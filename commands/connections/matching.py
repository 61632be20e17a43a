"""Which software a client may be connected to, and whether an organisation is the right one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from commands.clients.names import alike, likeness, name_key
from storage.models import Purpose


@dataclass(frozen=True, kw_only=True, slots=True)
class Software:
    """What the rules below need to know about an accounting software."""

    key: str
    name: str
    data_health: bool = False


class Why(StrEnum):
    """The reason behind an offer of software."""

    FREE = "free"
    SAME_AS_BOOKKEEPING = "same as bookkeeping"
    SAME_AS_DATA_HEALTH = "same as data health"
    BOOKS_UNKNOWN = "books unknown"
    BOOKS_UNSUPPORTED = "books unsupported"


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """The software a client may choose from; none means refused, for the reason `why`.

    `books` is the software of the other connection, or where the books are kept, as people call it.
    """

    software: tuple[Software, ...]
    why: Why
    books: str | None = None


def offer(
    purpose: Purpose,
    software: Sequence[Software],
    *,
    counterpart: str | None,
    books_in: str | None,
) -> Offer:
    """What may be connected (product §3.3, §4.1).

    `counterpart` is the software of the client's other connection while that is not disconnected,
    `books_in` the software its books are known to be kept in, by key or as somebody typed it.
    """
    if purpose is Purpose.BOOKKEEPING:
        if counterpart is None:
            return Offer(software=tuple(software), why=Why.FREE)
        same = _called(counterpart, software)
        return Offer(
            software=(same,) if same else (),
            why=Why.SAME_AS_DATA_HEALTH,
            books=same.name if same else counterpart,
        )
    books = counterpart or books_in
    able = tuple(s for s in software if s.data_health)
    if books is None:
        return Offer(software=able, why=Why.BOOKS_UNKNOWN)
    same = _called(books, able)
    if same is None:
        named = _called(books, software)
        return Offer(software=(), why=Why.BOOKS_UNSUPPORTED, books=named.name if named else books)
    return Offer(software=(same,), why=Why.SAME_AS_BOOKKEEPING, books=same.name)


def _called(text: str, software: Iterable[Software]) -> Software | None:
    wanted = text.strip().casefold()
    return next((s for s in software if wanted in {s.key.casefold(), s.name.casefold()}), None)


class Difference(StrEnum):
    """A sign that the wrong organisation was connected."""

    NAME = "name"
    DEMO = "demo"
    COUNTRY = "country"
    CURRENCY = "currency"
    ORGANISATION = "organisation"


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """What is known about an organisation when it is compared."""

    tenant_id: str
    name: str
    legal_name: str | None = None
    country: str | None = None
    base_currency: str | None = None
    is_demo: bool = False


def is_alike(client_name: str, organisation: Identity) -> bool:
    """Whether the client's name is one of the organisation's names, near enough."""
    return any(alike(client_name, name) for name in _names(organisation))


def has_same_name(client_name: str, organisation: Identity) -> bool:
    """Whether they are called the same but for the legal form."""
    return name_key(client_name) in {name_key(name) for name in _names(organisation)}


def _names(organisation: Identity) -> tuple[str, ...]:
    return tuple(name for name in (organisation.name, organisation.legal_name) if name)


def differences(
    client_name: str, organisation: Identity, other: Identity | None
) -> tuple[Difference, ...]:
    """What speaks against it; `other` is the organisation of the client's other connection."""
    found = []
    if not is_alike(client_name, organisation):
        found.append(Difference.NAME)
    if organisation.is_demo:
        found.append(Difference.DEMO)
    if other is None:
        return tuple(found)
    if _differ(organisation.country, other.country):
        found.append(Difference.COUNTRY)
    if _differ(organisation.base_currency, other.base_currency):
        found.append(Difference.CURRENCY)
    if organisation.tenant_id != other.tenant_id:
        found.append(Difference.ORGANISATION)
    return tuple(found)


def doubts(
    client_name: str, organisation: Identity, other: Identity | None, *, accepted: str | None
) -> tuple[Difference, ...]:
    """The same without what somebody called right: `accepted` is what `accepted_as` made of it."""
    names, _, kinds = (accepted or "").rpartition("\n")
    settled = kinds.split() if names == _names_seen(client_name, organisation.name) else ()
    found = differences(client_name, organisation, other)
    return tuple(difference for difference in found if difference.value not in settled)


def accepted_as(client_name: str, organisation: Identity, found: Iterable[Difference]) -> str:
    """What is written down when somebody calls these right; another pair of names asks again."""
    kinds = " ".join(difference.value for difference in found)
    return f"{_names_seen(client_name, organisation.name)}\n{kinds}"


def _differ(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and one.casefold() != other.casefold()


def _names_seen(client_name: str, organisation_name: str) -> str:
    return f"{client_name}\n{organisation_name}"


def best_first(client_name: str, organisations: Iterable[Identity]) -> list[Identity]:
    """Organisations to choose from, the likeliest at the top."""

    def rank(organisation: Identity) -> tuple[float, str]:
        best = max((likeness(client_name, name) for name in _names(organisation)), default=0)
        return -best, organisation.name.casefold()

    return sorted(organisations, key=rank)
