"""Signed tokens in the compact form, as Xero hands them out."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

# Nobody checks the signature; it is there so that the string has the shape of a real one.
_KEY = b"stand-in signing key"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims: Mapping[str, object]) -> str:
    """The claims as `header.payload.signature` with HS256 (RFC 7515 §3.1)."""
    header = _part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    payload = _part(json.dumps(claims).encode())
    signature = hmac.new(_KEY, f"{header}.{payload}".encode(), hashlib.sha256).digest()
    return f"{header}.{payload}.{_part(signature)}"
