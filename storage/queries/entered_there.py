"""Documents in the copy of the books that were entered in the ledger itself, not by us."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select

from storage.models import Organisation, Publication, PublicationState, ledger

_documents, _contacts = ledger.documents.c, ledger.contacts.c
# ledgers name the contact of a document by id; those that know none give a name
_named = func.coalesce(_contacts.name, _documents.contact_name)
_whose = and_(
    _contacts.organisation_id == _documents.organisation_id,
    _contacts.remote_id == _documents.contact_id,
)


def entered_there(
    workspace_id: str, organisation_id: str, *columns: ColumnElement[Any]
) -> Select[Any]:
    """These columns of those that are still there, and the name of their contact last."""
    ours = select(Publication.result["remote_id"].as_string()).where(
        Publication.workspace_id == workspace_id,
        Publication.state == PublicationState.PUBLISHED,
    )
    owned = select(Organisation.id).where(
        Organisation.workspace_id == workspace_id, Organisation.id == organisation_id
    )
    return (
        select(*columns, _named)
        .outerjoin(ledger.contacts, _whose)
        .where(
            _documents.organisation_id.in_(owned),
            _documents.gone_at.is_(None),
            _documents.remote_id.not_in(ours),
        )
    )
