"""Texts without what QuickBooks stumbles over.

Control characters are left out always. Emoji and other characters of four bytes are refused in
names, so they are left out of those; of other texts once QuickBooks has refused them.
"""

import re
import unicodedata
from typing import Any

_FOUR_BYTES = re.compile("[\U00010000-\U0010ffff\ufe0f\u200d]+")  # and what joins them
_GAPS = re.compile(r" +(?= |\n|$)")


def clean(text: str) -> str:
    """Without the characters that are none."""
    return "".join(x for x in text if x in "\n\t" or unicodedata.category(x) not in {"Cc", "Cs"})


def plain(text: str) -> str:
    """Without those of four bytes, too."""
    if not _FOUR_BYTES.search(text):
        return text
    return _GAPS.sub("", _FOUR_BYTES.sub("", text)).lstrip(" ")


def plain_body(body: Any) -> Any:
    """The same JSON with all its texts plain."""
    if isinstance(body, str):
        return plain(body)
    if isinstance(body, dict):
        return {name: plain_body(value) for name, value in body.items()}
    return [plain_body(value) for value in body] if isinstance(body, list) else body
