"""Changes of a QuickBooks company that a person asked for: looked at before, and again after.

An account that is not in use is inactive. QuickBooks may rename it when it is put away; its former
name comes back with it. Contacts have no default account or tax code that we may set.
"""

from typing import Any
from urllib.parse import quote

import msgspec

from providers.amendments import AccountInUse, Amended, Amendment
from providers.errors import (
    Lack,
    Missing,
    NotPermitted,
    OutcomeUnknown,
    Outdated,
    Problem,
    ProviderError,
    Rejected,
)
from providers.quickbooks import book_lists
from providers.quickbooks.book_shapes import AccountEntry
from providers.session import ProviderSession

MINOR_VERSION = "75"


class _Entry(AccountEntry):
    SyncToken: str = "0"


class _Answer(msgspec.Struct):
    Account: _Entry | None = None


async def amend(session: ProviderSession, realm: str, amendment: Amendment, *, key: str) -> Amended:
    """Raises NotPermitted for what QuickBooks does not take, Rejected with its own words, Missing,
    Outdated where somebody else is at it, and OutcomeUnknown where nobody can tell."""
    if not isinstance(amendment, AccountInUse):
        raise NotPermitted("no defaults", needed="Xero: QuickBooks has none", lack=Lack.PLAN)
    try:
        return await _put_in_use(session, realm, amendment, key)
    except Outdated:  # somebody saved it between the look and the change; once more, then
        return await _put_in_use(session, realm, amendment, f"{key}-2")


async def _put_in_use(
    session: ProviderSession, realm: str, wanted: AccountInUse, key: str
) -> Amended:
    before = await _account(session, realm, wanted.account)
    if _is_active(before) is wanted.is_active:
        return Amended(records=(book_lists.account(before),))
    told = {
        "Id": before.Id,
        "SyncToken": before.SyncToken,
        "sparse": True,
        "Name": wanted.name or before.Name,
        "Active": wanted.is_active,
    }
    is_answered = await _post(session, realm, told, key)
    after = await _account(session, realm, wanted.account)
    if _is_active(after) is not wanted.is_active:
        raise _not_done(is_answered=is_answered)
    undo = AccountInUse(account=before.Id, is_active=_is_active(before), name=before.Name)
    return Amended(records=(book_lists.account(after),), undo=undo)


async def _account(session: ProviderSession, realm: str, account_id: str) -> _Entry:
    answer: _Answer = await session.get(
        f"/v3/company/{realm}/account/{quote(account_id, safe='')}",
        params={"minorversion": MINOR_VERSION},
        shape=_Answer,
    )
    if answer.Account is None:
        raise Missing("the account is not there any more")
    return answer.Account


async def _post(session: ProviderSession, realm: str, told: dict[str, Any], key: str) -> bool:
    """Whether an answer came; `requestid` makes a repetition harmless."""
    try:
        await session.post(
            f"/v3/company/{realm}/account",
            json=told,
            params={"minorversion": MINOR_VERSION, "requestid": key},
        )
    except OutcomeUnknown:
        return False
    return True


def _is_active(entry: _Entry) -> bool:
    return entry.Active is not False


def _not_done(*, is_answered: bool) -> ProviderError:
    if not is_answered:
        return OutcomeUnknown("no answer, and nothing to be seen of it")
    problem = Problem(code="unchanged", text="The account is as it was before.")
    return Rejected("accepted, and not done", problems=(problem,))
