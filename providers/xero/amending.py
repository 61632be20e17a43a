"""Changes of a Xero organisation that a person asked for: looked at before, and again after.

Xero remembers an Idempotency-Key for six minutes, errors with it (providers.md §1.8); what tells
whether something was done is therefore a look. An account's status is never sent with anything
else: Xero takes one or the other.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from providers.amendments import AccountInUse, Amended, Amendment, ContactDefaults
from providers.books import LedgerAccount, LedgerContact
from providers.errors import Missing, OutcomeUnknown, Problem, ProviderError, Rejected
from providers.session import ProviderSession
from providers.xero import book_lists
from providers.xero.book_shapes import AccountRow, ContactRow, enveloped
from providers.xero.streams import API, headers

CONTACTS = enveloped("Contacts", ContactRow)
ACCOUNTS = enveloped("Accounts", AccountRow)
FIELDS = {
    "purchase_account": "PurchasesDefaultAccountCode",
    "sales_account": "SalesDefaultAccountCode",
    "purchase_tax": "AccountsPayableTaxType",
    "sales_tax": "AccountsReceivableTaxType",
}


async def amend(
    session: ProviderSession, tenant_id: str, amendment: Amendment, *, key: str
) -> Amended:
    """Raises Rejected with Xero's own words, Missing, and OutcomeUnknown where nobody can tell."""
    desk = _Desk(session, tenant_id)
    if isinstance(amendment, ContactDefaults):
        return await desk.set_defaults(amendment, key)
    return await desk.put_in_use(amendment, key)


class _Desk:
    def __init__(self, session: ProviderSession, tenant_id: str) -> None:
        self._session = session
        self._tenant_id = tenant_id

    async def set_defaults(self, wanted: ContactDefaults, key: str) -> Amended:
        before = await self._contact(wanted.contact)
        fields = {name: value for name in FIELDS if (value := getattr(wanted, name)) is not None}
        different = [name for name in fields if (getattr(before, name) or "") != fields[name]]
        if not different:
            return Amended(records=(before,))
        told = {FIELDS[name]: fields[name] for name in different}
        told = {"ContactID": wanted.contact, **told}
        is_answered = await self._post("Contacts", wanted.contact, told, key)
        after = await self._contact(wanted.contact)
        if any((getattr(after, name) or "") != fields[name] for name in different):
            raise _not_done(is_answered=is_answered)
        was = {name: getattr(before, name) or "" for name in different}
        return Amended(records=(after,), undo=ContactDefaults(contact=wanted.contact, **was))

    async def put_in_use(self, wanted: AccountInUse, key: str) -> Amended:
        before = await self._account(wanted.account)
        if before.is_active is wanted.is_active:
            return Amended(records=(before,))
        status = "ACTIVE" if wanted.is_active else "ARCHIVED"
        told = {"AccountID": wanted.account, "Status": status}
        is_answered = await self._post("Accounts", wanted.account, told, key)
        after = await self._account(wanted.account)
        if after.is_active is not wanted.is_active:
            raise _not_done(is_answered=is_answered)
        return Amended(
            records=(after,),
            undo=AccountInUse(account=wanted.account, is_active=before.is_active),
        )

    async def _contact(self, contact_id: str) -> LedgerContact:
        rows = await self._get("Contacts", contact_id, CONTACTS)
        found: LedgerContact = _only(book_lists.contacts(rows).records)
        return found

    async def _account(self, account_id: str) -> LedgerAccount:
        rows = await self._get("Accounts", account_id, ACCOUNTS)
        found: LedgerAccount = _only(book_lists.accounts(rows).records)
        return found

    async def _get(self, resource: str, remote_id: str, shape: type[Any]) -> Any:
        body = await self._session.get(
            _path(resource, remote_id), headers=headers(self._tenant_id), shape=shape
        )
        return body.rows

    async def _post(self, resource: str, remote_id: str, told: dict[str, str], key: str) -> bool:
        """Whether an answer came; what is so without one, the look afterwards tells."""
        try:
            await self._session.post(
                _path(resource, remote_id),
                json={resource: [told]},
                headers={**headers(self._tenant_id), "idempotency-key": key},
            )
        except OutcomeUnknown:
            return False
        return True


def _path(resource: str, remote_id: str) -> str:
    return f"{API}{resource}/{quote(remote_id, safe='')}"


def _only(records: Sequence[Any]) -> Any:
    if not records:
        raise Missing("the record is not there any more")
    return records[0]


def _not_done(*, is_answered: bool) -> ProviderError:
    if not is_answered:
        return OutcomeUnknown("no answer, and nothing to be seen of it")
    problem = Problem(code="unchanged", text="The record is as it was before.")
    return Rejected("accepted, and not done", problems=(problem,))
