"""Identifiers of our own: short enough for a Slack menu option, too long to guess."""

import base64
import hashlib
import secrets


def new_id() -> str:
    """Sixteen lower-case letters and digits, 80 random bits."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def new_secret() -> str:
    """A URL-safe secret of 256 random bits, to be handed out once and stored as a digest."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret that only has to be recognised; hexadecimal SHA-256."""
    return hashlib.sha256(secret.encode()).hexdigest()
