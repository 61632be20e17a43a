"""What a practice should hear in the morning."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

STALE = timedelta(hours=36)  # a night missed, and half of the day after it
SOON = timedelta(days=7)  # until a permission runs out


@dataclass(frozen=True, kw_only=True, slots=True)
class Copy:
    """The copy of one client's books; `error` only where people should know of it."""

    client: str
    software: str
    connected_at: datetime
    synced_at: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A connection. `ends_at` is when its permission runs out, None once it has."""

    client: str
    software: str
    purpose: str
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """One cause, and the clients it is about."""

    error: str
    software: str
    clients: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """What a practice hears: of `of` copies `updated` were brought up to date since yesterday."""

    updated: int = 0
    of: int = 0
    failed: tuple[Copy, ...] = ()
    stale: tuple[Copy, ...] = ()
    expired: tuple[Link, ...] = ()
    ending: tuple[Link, ...] = ()

    @property
    def troubles(self) -> tuple[Trouble, ...]:
        """What failed by its cause, the one of most clients first."""
        causes: dict[tuple[str, str], list[str]] = {}
        for copy in self.failed:
            causes.setdefault((copy.error or "", copy.software), []).append(copy.client)
        found = (
            Trouble(error=error, software=software, clients=tuple(clients))
            for (error, software), clients in causes.items()
        )
        return tuple(sorted(found, key=lambda trouble: -len(trouble.clients)))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.updated or self.failed or self.stale or self.expired or self.ending)


def digest(
    copies: Sequence[Copy], links: Iterable[Link], *, since: datetime, now: datetime
) -> Digest:
    """Each copy is in one list at most: one that failed is not called stale as well."""
    among = tuple(links)
    ending = [(link.ends_at, link) for link in among if link.ends_at is not None]
    return Digest(
        updated=sum(copy.synced_at is not None and copy.synced_at >= since for copy in copies),
        of=len(copies),
        failed=tuple(copy for copy in copies if copy.error),
        stale=tuple(copy for copy in copies if not copy.error and _is_stale(copy, now)),
        expired=tuple(link for link in among if link.ends_at is None),
        ending=tuple(
            link
            for ends_at, link in sorted(ending, key=lambda pair: pair[0])
            if now < ends_at <= now + SOON
        ),
    )


def _is_stale(copy: Copy, now: datetime) -> bool:
    return now - (copy.synced_at or copy.connected_at) > STALE
