"""Whether Slack signed a request, and lately (Slack's page "Verifying requests from Slack")."""

import hashlib
import hmac

WINDOW_S = 300


def is_signed(secret: str, body: bytes, *, stamp: str, signature: str, now: float) -> bool:
    """`stamp` and `signature` are the headers; the comparison takes the same time always."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 12 and signature.isascii()):
        return False
    if abs(now - int(stamp)) > WINDOW_S:
        return False
    signed = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return hmac.compare_digest(f"v0={signed.hexdigest()}", signature)
