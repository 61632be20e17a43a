"""What a person wants to see in a ledger's own pages."""

from dataclasses import dataclass

from providers.books import DocumentKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A record of an organisation. `kind` is what a document is, None for what is none.

    `short_code` is the organisation's name in the vendor's addresses, where it has one.
    """

    source: str
    remote_id: str
    kind: DocumentKind | None = None
    tenant_id: str = ""
    short_code: str | None = None
