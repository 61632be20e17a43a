"""Documents of ours in Xero: looked at, paid, changed while they are drafts, and taken back.

Each is looked at first, so that nothing is done twice and nothing that others did is undone. Only
a payment has an Idempotency-Key: with one, Xero repeats a failure for six minutes instead of
trying again, and all else can be said twice.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import msgspec

from providers.drafts import Draft, Published, Refused
from providers.errors import Missing, OutcomeUnknown, ProviderError, Rejected
from providers.session import ProviderSession
from providers.xero import drafting, refusals, written
from providers.xero.drafting import BANK, INVOICES
from providers.xero.preparing import prepared
from providers.xero.publishing import item_codes
from providers.xero.refusals import refusal
from providers.xero.streams import API, headers
from providers.xero.written import ZERO, Written

_UNITS = {"unitdp": "4"}
_CHANGEABLE = ("DRAFT", "SUBMITTED")
_GONE = ("DELETED", "VOIDED")


@dataclass(frozen=True, kw_only=True, slots=True)
class Corrections:
    """What can be done to documents of one organisation. Refusals bear codes of the catalogue."""

    session: ProviderSession
    tenant_id: str

    async def look_up(self, document: Published) -> Published | None:
        """None where it was deleted; what was voided is there, with that status."""
        row = await self._row(document)
        if row is None or row.Status == "DELETED":
            return None
        return written.published(row, document.source)

    async def settle(self, document: Published, draft: Draft, *, key: str) -> Published:
        """Pay all of it, or of a credit, have it refunded; money at the bank is paid as it is."""
        row = await self._row(document)
        if row is None or row.Status in _GONE:
            raise refusal("XERO_ID_MISSING", "The document to be paid is not in Xero any more.")
        if not _is_to_pay(row, document):
            return written.published(row, document.source)
        if not draft.bank_account:
            text = "A payment needs a linked bank account."
            raise refusal("XERO_BANK_REQUIRED", text, "bank_account")
        try:
            await self._put_payment(_payment(row, document, draft), key)
        except OutcomeUnknown:
            if not await self._is_paid(document):
                raise
        return await self._now(document)

    async def revise(self, document: Published, draft: Draft) -> Published:
        """All of it is replaced, its lines with it."""
        row = _changeable(await self._row(document), document)
        codes = await item_codes(self.session, self.tenant_id, [draft])
        made = prepared(draft, codes)
        if isinstance(made, Refused):
            raise Rejected("not sent", problems=made.problems, provider="xero")
        if (made.source, made.body["Type"]) != (document.source, row.Type):
            text = "What it is to become is another kind of document in Xero."
            raise refusal("XERO_NOT_MODIFIABLE", text, "publish_to")
        await self._post(document, made.body)
        after = await self._row(document)
        if after is None:
            raise Missing("the document went while it was changed")
        return written.published(after, document.source, draft)

    async def withdraw(self, document: Published) -> None:
        """Drafts and money at the bank are deleted, what was approved is voided."""
        row = await self._row(document)
        if row is None or row.Status in _GONE:
            return
        if written.is_settled(row):
            text = (
                "Something is paid, allocated or reconciled with this document. Take that back in "
                "Xero first."
            )
            raise refusal("XERO_HAS_PAYMENT", text)
        is_deleted = document.source == BANK or row.Status in _CHANGEABLE
        told: dict[str, Any] = {"Status": "DELETED" if is_deleted else "VOIDED"}
        if document.source == BANK:
            told |= _as_it_is(row)
        try:
            await self._post(document, told)
        except Rejected:
            after = await self._row(document)
            if after is not None and after.Status not in _GONE:  # else only the answer was lost
                raise

    async def _is_paid(self, document: Published) -> bool:
        """False where that cannot be seen just now."""
        try:
            row = await self._row(document)
        except ProviderError:
            return False
        return row is not None and row.Status == "PAID"

    async def _now(self, document: Published) -> Published:
        row = await self._row(document)
        if row is None:
            raise Missing("the document is not there any more")
        return written.published(row, document.source)

    async def _row(self, document: Published) -> Written | None:
        try:
            body = await self.session.get(
                path(document),
                params=_UNITS,
                headers=headers(self.tenant_id),
                shape=written.SHAPES[document.source],
            )
        except Missing:
            return None
        rows: list[Written] = body.rows
        return rows[0] if rows else None

    async def _post(self, document: Published, element: dict[str, Any]) -> None:
        whole = {written.IDS[document.source]: document.remote_id, **element}
        try:
            await self.session.post(
                path(document),
                json={document.source: [whole]},
                params=_UNITS,
                repeatable=True,
                headers=headers(self.tenant_id),
            )
        except Rejected as error:
            raise refusals.coded(error) from error

    async def _put_payment(self, payment: dict[str, Any], key: str) -> None:
        try:
            await self.session.put(
                f"{API}Payments",
                json={"Payments": [payment]},
                headers={**headers(self.tenant_id), "idempotency-key": key},
            )
        except Rejected as error:
            raise refusals.coded(error) from error


def path(document: Published) -> str:
    """Its address."""
    return f"{API}{document.source}/{quote(document.remote_id, safe='')}"


def _is_to_pay(row: Written, document: Published) -> bool:
    """Raises Rejected where only some of it is left: somebody else has dealt with the rest."""
    if document.source == BANK or row.Status == "PAID":
        return False
    if row.Status != "AUTHORISED":
        text = "Xero pays only what is approved, and this is not."
        raise refusal("XERO_NOT_MODIFIABLE", text, "publish_as")
    if row.due == ZERO:
        return False
    if row.due != row.Total:
        text = f"Of {row.Total}, {row.due} is left: something is paid or credited already."
        raise refusal("XERO_HAS_PAYMENT", text)
    return True


def _payment(row: Written, document: Published, draft: Draft) -> dict[str, Any]:
    named = "Invoice" if document.source == INVOICES else "CreditNote"
    payment: dict[str, Any] = {
        named: {written.IDS[document.source]: document.remote_id},
        "Account": {"AccountID": draft.bank_account},
        "Date": (draft.paid_on or draft.date).isoformat(),
        "Amount": row.due,
    }
    if draft.number:
        payment["Reference"] = draft.number
    if draft.rate is not None and draft.rate not in (0, 1):
        payment["CurrencyRate"] = drafting.currency_rate(draft.rate)
    return payment


def _changeable(row: Written | None, document: Published) -> Written:
    """Raises Rejected."""
    if document.source == BANK:
        raise refusal("XERO_SPEND_IMMUTABLE", "Spend money transactions cannot be updated.")
    if row is None or row.Status == "DELETED":
        raise refusal("XERO_ID_MISSING", "The document is not in Xero any more.")
    if row.Status == "VOIDED":
        raise refusal("XERO_VOIDED", "The document has been voided in Xero.")
    if row.Status not in _CHANGEABLE:
        text = "The item already exists in Xero with a status different from DRAFT."
        raise refusal("XERO_NOT_DRAFT", text)
    return row


def _as_it_is(row: Written) -> dict[str, Any]:
    """Xero wants these of a bank transaction whatever is told about it."""
    bank = {"AccountID": row.BankAccount.AccountID} if row.BankAccount else {}
    lines = [msgspec.structs.replace(each, ValidationErrors=None) for each in row.LineItems or ()]
    told = msgspec.to_builtins(lines, builtin_types=(Decimal,))
    return {"Type": row.Type, "BankAccount": bank, "LineItems": told}
