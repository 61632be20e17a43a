"""Xero's webhooks: ids only, of every organisation of the application (providers.md §1.9)."""

from collections.abc import Sequence

import msgspec

from providers.errors import WireMismatch
from providers.notices import Notice, Webhook

_STREAMS = {"INVOICE": "Invoices", "CONTACT": "Contacts", "CREDITNOTE": "CreditNotes"}


class _Event(msgspec.Struct, rename="camel"):
    resource_id: str
    tenant_id: str
    event_category: str
    event_type: str = ""
    event_date_utc: str = ""


class _Delivery(msgspec.Struct):
    events: list[_Event]


def read(body: bytes) -> Sequence[Notice]:
    """An empty list of events is Xero asking whether we are there (intent to receive)."""
    try:
        delivery = msgspec.json.decode(body, type=_Delivery)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise WireMismatch(path="$", wanted="Xero's events", provider="xero") from error
    return [
        Notice(
            tenant_id=event.tenant_id,
            stream=_STREAMS[event.event_category],
            key=f"{event.tenant_id}:{event.resource_id}:{event.event_type}:{event.event_date_utc}",
        )
        for event in delivery.events
        if event.event_category in _STREAMS
    ]


WEBHOOK = Webhook(header="x-xero-signature", read=read)
