"""Who can sign in at a vendor, and which organisations they may connect."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.sandbox.ledgers.books import Books


@dataclass(frozen=True, kw_only=True, slots=True)
class VendorUser:
    """`role` is the vendor's word as a person reads it; `organisations` are keys of books."""

    key: str
    name: str
    email: str
    role: str
    organisations: tuple[str, ...]

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]

    @property
    def last_name(self) -> str:
        return self.name.rpartition(" ")[2]

    @property
    def label(self) -> str:
        return f"{self.name} · {self.role if self.organisations else 'no organisations'}"


class Directory:
    """The users and the books of one vendor."""

    def __init__(
        self, *, users: Iterable[VendorUser], books: Iterable[Books], connecting: frozenset[str]
    ) -> None:
        self.users = {user.key: user for user in users}
        self.books = {organisation.key: organisation for organisation in books}
        self._connecting = connecting

    def user(self, key: str) -> VendorUser | None:
        return self.users.get(key)

    @property
    def first(self) -> VendorUser:
        return next(iter(self.users.values()))

    def organisations_of(self, user: VendorUser) -> list[Books]:
        return [self.books[key] for key in user.organisations]

    def may_connect(self, user: VendorUser) -> bool:
        """Whether this user's role lets them give an app access."""
        return user.role in self._connecting

    def find(self, wanted: str) -> Books | None:
        """By key or by exact name."""
        if wanted in self.books:
            return self.books[wanted]
        return next((books for books in self.books.values() if books.name == wanted), None)
