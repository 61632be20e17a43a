"""Contacts that the ledger made with a document: known at once, not only when lists are read."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from commands.lists.entries import entry_of
from commands.publishing.readiness.judging import QUICKBOOKS
from commands.publishing.sending.sending import Sending
from commands.publishing.sending.sent import draft_of
from providers.books import DocumentKind
from providers.drafts import Draft, Outcome, Published
from providers.records import Contact, ListKind
from storage.models import Publication
from storage.queries import lists

TO_CUSTOMERS = frozenset({DocumentKind.INVOICE, DocumentKind.INVOICE_CREDIT})


async def meet(
    session: AsyncSession,
    sending: Sending,
    publications: Sequence[Publication],
    outcomes: Mapping[str, Outcome],
) -> None:
    """`outcomes` by publication. A contact that is in the lists stays as they have it."""
    connection, kind = sending.connection, ListKind.CONTACTS
    told = _contacts(publications, outcomes, connection.provider)
    met = {each.remote_id: each for each in told}
    if not met:
        return
    whose = (connection.workspace_id, connection.id)
    known = {each.remote_id for each in await lists.some(session, *whose, kind, list(met))}
    at = sending.tools.now()
    new = [
        entry_of(connection, kind, contact, run_id=sending.run_id, at=at)
        for remote_id, contact in met.items()
        if remote_id not in known
    ]
    await lists.save(session, *whose, new)


def _contacts(
    publications: Sequence[Publication], outcomes: Mapping[str, Outcome], provider: str
) -> Iterator[Contact]:
    for each in publications:
        outcome = outcomes.get(each.id)
        if not isinstance(outcome, Published) or not outcome.contact:
            continue
        draft = draft_of(each)
        if draft.contact is None:
            yield _contact(outcome.contact, draft, provider)


def _contact(remote_id: str, draft: Draft, provider: str) -> Contact:
    """As the draft named it; the next reading of the lists tells the rest.

    In QuickBooks a contact keeps the currency of its first document.
    """
    is_sale = draft.kind in TO_CUSTOMERS
    return Contact(
        remote_id=remote_id,
        name=draft.contact_name,
        is_supplier=not is_sale,
        is_customer=is_sale,
        currency=draft.currency if provider == QUICKBOOKS else None,
    )
