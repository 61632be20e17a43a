"""What a vendor sent back, and how it is read."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from providers.errors import ProviderError, TryAgain, WireMismatch

T = TypeVar("T")

_JSON = msgspec.json.Decoder(float_hook=Decimal)  # money is never a float, not even in passing


@lru_cache(maxsize=128)
def _decoder(shape: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape, strict=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One response. Header names are lower-case; the body may hold bank details or tokens."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    at: datetime

    def decoded(self) -> Any:
        """The JSON value, fractions as Decimal; None for an empty body.

        Raises TryAgain for anything but JSON: gateways answer with a page of HTML, with any
        status, while the service behind them restarts, and a cut body looks the same.
        """
        return self._decoded_by(_JSON)

    def decoded_as(self, shape: type[T]) -> T | None:
        """The JSON value as `shape`, several times as fast as by way of `decoded`.

        Fractions are whatever the shape says (let it say Decimal), numbers and truths in quotes
        are accepted, fields the shape does not name are passed over. None for an empty body.
        Raises TryAgain as `decoded` does, WireMismatch as `shaped` does.
        """
        return self._decoded_by(_decoder(shape))  # type: ignore[arg-type]  # it has a hash

    def _decoded_by(self, decoder: msgspec.json.Decoder[T]) -> T | None:
        if not self.body.strip():
            return None
        try:
            return decoder.decode(self.body)
        except msgspec.ValidationError as error:
            raise _mismatch(error, path="$") from None
        except (msgspec.DecodeError, UnicodeDecodeError):
            kind = self.headers.get("content-type", "no content type")
            message = f"HTTP {self.status} with a body that is not JSON ({kind})"
            raise TryAgain(message) from None
        except RecursionError:
            raise WireMismatch(path="$", wanted="a document of reasonable depth") from None

    def retry_after(self) -> timedelta | None:
        """How long the vendor asks us to stay away."""
        return retry_after(self.headers, self.at)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the vendor asks us to stay away, whether it said seconds or an instant."""
    stated = headers.get("retry-after", "").strip()
    if not stated:
        return None
    if stated.isascii() and stated.isdigit():
        return timedelta(seconds=min(int(stated), 31 * 86_400))
    try:
        until = parsedate_to_datetime(stated)
    except ValueError:
        return None
    if until.tzinfo is None:  # "-0000" in an HTTP date is still Greenwich
        until = until.replace(tzinfo=UTC)
    return max(until - now, timedelta())


def fragment(answer: Answer) -> Any:
    """The body of a failure if it is JSON, else an empty object: a failure needs no shape."""
    try:
        return answer.decoded() or {}
    except ProviderError:
        return {}


def unanswered(answer: Answer) -> ProviderError | None:
    """What HTTP itself says about a failure, whoever the vendor is."""
    if answer.status in (408, 425) or answer.status >= 500:
        return TryAgain(f"HTTP {answer.status}", after=answer.retry_after())
    if 300 <= answer.status < 400:
        return WireMismatch(f"HTTP {answer.status}", path="status", wanted="no redirect")
    return None


def shaped(value: Any, shape: type[T], *, path: str) -> T:
    """A decoded value as `shape`, numbers and truths in quotes accepted.

    Raises WireMismatch saying where and what was wanted, without quoting the value.
    """
    try:
        return msgspec.convert(value, shape, strict=False)
    except msgspec.ValidationError as error:
        raise _mismatch(error, path=path) from None


def _mismatch(error: msgspec.ValidationError, *, path: str) -> WireMismatch:
    wanted, _, inside = str(error).partition(" - at `$")
    return WireMismatch(path=path + inside.rstrip("`"), wanted=wanted)
