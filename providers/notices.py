"""What a vendor tells us of its own accord: a signed note that something has changed."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Notice:
    """Something changed in a stream of an organisation. Repetitions have the same `key`."""

    tenant_id: str
    stream: str
    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """How a vendor notifies: the header that holds the signature, and how to read the body.

    `read` raises WireMismatch for a body that makes no sense; notices of things we do not read are
    left out.
    """

    header: str
    read: Callable[[bytes], Sequence[Notice]]


def is_signed(body: bytes, signature: str, key: str) -> bool:
    """Whether it is the base64 HMAC-SHA256 of exactly these bytes; compared in constant time."""
    wanted = hmac.new(key.encode(), body, hashlib.sha256).digest()
    try:
        given = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(wanted, given)
