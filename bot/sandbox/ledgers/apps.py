"""The apps that call: any client id may, and the secret it shows first is the one it keeps."""

import base64
import binascii
import hmac

from starlette.requests import Request


class Apps:
    """Client ids and the secrets they were first seen with."""

    def __init__(self) -> None:
        self._secrets: dict[str, str] = {}

    def caller(self, request: Request) -> str | None:
        """The client id of a request with HTTP Basic credentials that hold, else None."""
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.casefold() != "basic":
            return None
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        if not client_id or not secret:
            return None
        expected = self._secrets.setdefault(client_id, secret)
        return client_id if hmac.compare_digest(expected.encode(), secret.encode()) else None

    def secrets(self) -> set[str]:
        return set(self._secrets.values())
