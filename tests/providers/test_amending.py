"""Changes of the ledger at both stand-ins: made, seen by the next read, and put back."""

import pytest

from providers.amendments import AccountInUse, Amended, Amendment, ContactDefaults
from providers.errors import Rejected
from providers.records import Account, ListKind
from tests.providers.practice import Practice


async def connected(key: str) -> Practice:
    practice = Practice(key)
    await practice.connect()
    return practice


async def amended(practice: Practice, amendment: Amendment, key: str = "key1") -> Amended:
    async with practice.open() as ledger:
        return await ledger.amend(amendment, key=key)


async def active(practice: Practice) -> dict[str, bool]:
    return {r.remote_id: r.active for r in await practice.read(ListKind.ACCOUNTS)}


def is_xeros_own(code: str | None) -> bool:
    """Gains and losses on currencies, which Xero posts to by itself."""
    return code in {"497", "498", "499"}


async def an_account(practice: Practice) -> str:
    """One that nothing depends on."""
    for record in reversed(await practice.read(ListKind.ACCOUNTS)):
        assert isinstance(record, Account)
        is_cost = record.account_class.casefold() == "expense"
        if record.active and is_cost and not is_xeros_own(record.code):
            return record.remote_id
    raise AssertionError("the stand-in has no expense account")


@pytest.mark.parametrize("key", ["xero", "quickbooks"])
async def test_an_account_is_put_away_and_taken_out_again(key: str) -> None:
    practice = await connected(key)
    account = await an_account(practice)
    done = await amended(practice, AccountInUse(account=account, is_active=False))
    away = await active(practice)
    assert done.undo is not None
    await amended(practice, done.undo, "key1-undo")

    assert not away[account]
    assert (await active(practice))[account]


@pytest.mark.parametrize("key", ["xero", "quickbooks"])
async def test_an_answer_that_never_came_does_not_make_it_twice(key: str) -> None:
    practice = await connected(key)
    account = await an_account(practice)
    resource = {"xero": "Accounts", "quickbooks": "Account"}[key]
    practice.break_it("timeout_after", resource=resource, seconds=0.01)
    done = await amended(practice, AccountInUse(account=account, is_active=False))

    assert not done.records[0].is_active


async def test_a_default_is_set_at_xero_and_read_back() -> None:
    practice = await connected("xero")
    contact = next(iter(await practice.read(ListKind.CONTACTS)))
    account = next(r for r in await practice.read(ListKind.ACCOUNTS) if r.code == "461")
    assert account.code
    done = await amended(
        practice, ContactDefaults(contact=contact.remote_id, purchase_account=account.code)
    )

    assert done.records[0].purchase_account == account.code


async def test_xero_says_why_it_does_not_archive_a_system_account() -> None:
    practice = await connected("xero")
    system = next(r for r in await practice.read(ListKind.ACCOUNTS) if is_xeros_own(r.code))

    with pytest.raises(Rejected) as caught:
        await amended(practice, AccountInUse(account=system.remote_id, is_active=False))
    assert caught.value.problems[0].text
