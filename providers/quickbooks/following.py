"""What follows a document in QuickBooks: its payment, a look at it, a change, its end.

QuickBooks would let us change or delete what is paid, and would quietly unlink the payment.
Therefore each of these looks first, and leaves alone what anything is linked to.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from providers.books import DocumentStatus
from providers.drafts import Draft, Published, Refused
from providers.errors import Missing, Outdated, Problem, Rejected
from providers.quickbooks import drafting, standing
from providers.quickbooks.desk import Change, Desk
from providers.quickbooks.desk_shapes import Kept
from providers.quickbooks.drafting import Party
from providers.quickbooks.parties import parties
from providers.quickbooks.publishing import creation
from providers.quickbooks.refusals import LINKED

T = TypeVar("T")

_VOIDABLE = frozenset({"Invoice", "SalesReceipt"})  # others can only be deleted
_PAYMENTS = {"Bill": "BillPayment", "Invoice": "Payment"}
_GONE = "It is not in QuickBooks Online any more."
_LINKED = "It is paid, credited or deposited in QuickBooks Online. Take that back there first."
_STALE = "Somebody else was saving it in QuickBooks Online at the same time, twice."
_PART_PAID = "Part of it is paid in QuickBooks Online already. Record the rest there."


async def look_up(desk: Desk, published: Published) -> Published | None:
    """As it is now; None where it is gone."""
    row = await desk.read(published.source, published.remote_id)
    return None if row is None else standing.published(published.source, row)


async def settle(desk: Desk, published: Published, draft: Draft, *, key: str) -> Published:
    """Pay a bill or an invoice in full, from or into the account of the draft.

    Raises Rejected for what is paid in part: nobody can tell whether that is the same money.
    """
    row = await desk.read(published.source, published.remote_id)
    if row is None:
        raise _refused(_GONE)
    now = standing.published(published.source, row)
    if now.is_paid:
        return now
    if published.source not in _PAYMENTS:
        raise _refused("A credit is not paid: it is used for a bill or an invoice.")
    if draft.bank_account is None:
        raise _refused("The payment needs an account.")
    if now.is_settled:
        raise _refused(_PART_PAID, code=LINKED)
    body = await _payment(desk, published.source, row, draft)
    change = Change(operation="create", source=_PAYMENTS[published.source], body=body)
    await desk.change_one(change, key)
    return replace(now, status=DocumentStatus.PAID, is_paid=True, is_settled=True)


async def revise(desk: Desk, published: Published, draft: Draft, *, key: str) -> Published:
    """Fill it in again. Raises Rejected where something is linked to it, or it would have to
    become another kind of transaction, Missing where it is gone."""
    known = await desk.tax_table()
    problems = drafting.obstacles(draft, known)
    if problems:
        raise Rejected("not sent", problems=problems)
    if drafting.source(draft) != published.source:
        text = f"It is a {published.source}, and cannot become a {drafting.source(draft)}."
        raise _refused(text)
    body = creation(draft, await _party(desk, draft, key), known).body

    async def write(row: Kept, request_id: str) -> Published:
        whole = {**body, "Id": row.Id, "SyncToken": row.SyncToken}
        change = Change(operation="update", source=published.source, body=whole)
        made = await desk.change_one(change, request_id)
        after: Kept | None = getattr(made, published.source)
        return standing.published(published.source, after if after is not None else row)

    return await _on_current(desk, published, write, key=key)


async def withdraw(desk: Desk, published: Published, *, key: str) -> None:
    """Void what QuickBooks can void, and delete the rest."""
    source = published.source

    async def write(row: Kept, request_id: str) -> None:
        if standing.published(source, row).status is DocumentStatus.VOID:
            return
        operation = "void" if source in _VOIDABLE else "delete"
        body = {"Id": row.Id, "SyncToken": row.SyncToken}
        await desk.change_one(Change(operation=operation, source=source, body=body), request_id)

    try:
        await _on_current(desk, published, write, key=key)
    except Missing:
        return
    except Rejected:
        if await desk.read(source, published.remote_id) is not None:
            raise


async def _on_current(
    desk: Desk, published: Published, write: Callable[[Kept, str], Awaitable[T]], *, key: str
) -> T:
    """Change it as it is now; once more where somebody saved it in between."""
    for attempt in (1, 2):
        try:
            return await write(await _free(desk, published), f"{key}-{attempt}")
        except Outdated:
            continue
    raise _refused(_STALE, code="QBO_STALE")


async def _free(desk: Desk, published: Published) -> Kept:
    """The document, if nothing is linked to it. Raises Missing and Rejected."""
    row = await desk.read(published.source, published.remote_id)
    if row is None:
        raise Missing(_GONE)
    if standing.published(published.source, row).is_settled:
        raise _refused(_LINKED, code=LINKED)
    return row


async def _party(desk: Desk, draft: Draft, key: str) -> Party:
    (party,) = await parties(desk, [draft], key=key)
    if isinstance(party, Party):
        return party
    if isinstance(party, Refused):
        raise Rejected("the contact is refused", problems=party.problems)
    raise party.error


async def _payment(desk: Desk, source: str, row: Kept, draft: Draft) -> dict[str, Any]:
    amount = row.Balance if row.Balance is not None else row.TotalAmt or Decimal(0)
    link = {"TxnId": row.Id, "TxnType": source}
    shared = {
        "TotalAmt": amount,
        "TxnDate": (draft.paid_on or draft.date).isoformat(),
        "CurrencyRef": {"value": draft.currency},
        "PrivateNote": draft.reference,
        "Line": [{"Amount": amount, "LinkedTxn": [link]}],
        **({"ExchangeRate": row.ExchangeRate} if row.ExchangeRate is not None else {}),
    }
    account = {"value": draft.bank_account}
    if source == "Invoice":
        customer = row.CustomerRef.value if row.CustomerRef is not None else None
        return {**shared, "CustomerRef": {"value": customer}, "DepositToAccountRef": account}
    vendor = row.VendorRef.value if row.VendorRef is not None else None
    how = await _how_paid(desk, draft.bank_account or "", account)
    return {**shared, "VendorRef": {"value": vendor}, **how}


async def _how_paid(desk: Desk, own: str, account: dict[str, Any]) -> dict[str, Any]:
    """By card from a card's account, else by cheque, as QuickBooks calls it."""
    if await desk.is_card(own):
        return {"PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": account}}
    return {"PayType": "Check", "CheckPayment": {"BankAccountRef": account}}


def _refused(text: str, *, code: str = "") -> Rejected:
    return Rejected(text, problems=(Problem(code=code, text=text),))
