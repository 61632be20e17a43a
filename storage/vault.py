"""Secrets at rest: sealed with a ring of keys, each bound to the row it belongs to."""

import secrets
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_KEY = 32
ID_BYTES = 8
_NONCE_BYTES = 12  # what AES-GCM is defined for


class UnusableKeys(ValueError):
    """The secret keys are missing or too short to protect anything."""


class CannotOpen(Exception):
    """Sealed with a key that is not in the ring, altered, or taken from another row."""

    def __init__(self, context: str) -> None:
        super().__init__(f"the secret of {context} cannot be opened with these keys")
        self.context = context


def _derived(key: str, purpose: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(key.encode())


class Vault:
    """AES-256-GCM under the first of `keys`; all of them open.

    A sealed value is key id, nonce, ciphertext. `context` names the row, as in `grant:ab12`, and is
    authenticated with it, so that a value copied to another row does not open there.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise UnusableKeys("at least one secret key is needed")
        if any(len(key) < SHORTEST_KEY for key in keys):
            raise UnusableKeys(f"a secret key needs at least {SHORTEST_KEY} characters")
        self._ciphers = {
            _derived(key, b"dext-bot key id", ID_BYTES): AESGCM(_derived(key, b"dext-bot seal", 32))
            for key in keys
        }
        self.ids = tuple(self._ciphers)  # every value begins with one of them, newest first
        self.newest = self.ids[0]

    def __repr__(self) -> str:
        return f"Vault({len(self._ciphers)} keys)"

    def seal(self, text: str, context: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        body = self._ciphers[self.newest].encrypt(nonce, text.encode(), context.encode())
        return self.newest + nonce + body

    def open(self, sealed: bytes, context: str) -> str:
        """Raises CannotOpen."""
        cipher = self._ciphers.get(sealed[:ID_BYTES])
        nonce = sealed[ID_BYTES : ID_BYTES + _NONCE_BYTES]
        if cipher is None or len(nonce) < _NONCE_BYTES:
            raise CannotOpen(context)
        body = sealed[ID_BYTES + _NONCE_BYTES :]
        try:
            return cipher.decrypt(nonce, body, context.encode()).decode()
        except InvalidTag:
            raise CannotOpen(context) from None

    def rotate(self, sealed: bytes, context: str) -> bytes:
        """The same secret under the newest key; unchanged when it is there already."""
        if self.is_current(sealed):
            return sealed
        return self.seal(self.open(sealed, context), context)

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest key sealed it; every such value begins with `newest`."""
        return sealed.startswith(self.newest)
