"""Which account a word of a document means: its code, its name, or both as lists print them."""

import re

from commands.clients.names import folded
from commands.publishing.lists import Lists
from providers.records import Account

_BETWEEN = re.compile(r"[\W_]+")


def account_called(text: str | None, lists: Lists | None) -> Account | None:
    """The one in use that is called so; None where that is none or several."""
    wanted = _bare(text or "")
    if not wanted or lists is None:
        return None
    usable = [each for each in lists.accounts.values() if each.active and not each.is_closed]
    by_code = [each for each in usable if each.code and _bare(each.code) == wanted]
    found = by_code or [each for each in usable if wanted in _names(each)]
    return found[0] if len(found) == 1 else None


def _names(account: Account) -> tuple[str, ...]:
    return _bare(account.name), _bare(f"{account.code or ''} {account.name}")


def _bare(text: str) -> str:
    return _BETWEEN.sub(" ", folded(text)).strip()
