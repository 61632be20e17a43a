"""QuickBooks' webhooks: CloudEvents since 2026, and the form before (providers.md §2.8)."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from providers.errors import WireMismatch
from providers.notices import Notice, Webhook


class _CloudEvent(msgspec.Struct):
    id: str
    type: str  # qbo.account.created.v1
    intuitentityid: str
    intuitaccountid: str


class _Change(msgspec.Struct, rename="camel"):
    id: str
    name: str
    operation: str = ""
    last_updated: str = ""


class _Changes(msgspec.Struct):
    entities: list[_Change] = []


class _Notification(msgspec.Struct, rename="camel"):
    realm_id: str
    data_change_event: _Changes = msgspec.field(default_factory=_Changes)


class _Classic(msgspec.Struct, rename="camel"):
    event_notifications: list[_Notification]


def reader(streams: Sequence[str]) -> Webhook:
    """`streams` are the entities that are read, by the names that queries use."""
    by_name = {name.casefold(): name for name in streams}

    def read(body: bytes) -> Sequence[Notice]:
        is_array = body.lstrip()[:1] == b"["
        found = _cloud(_decoded(body, list[_CloudEvent])) if is_array else _classic(body)
        return [
            Notice(tenant_id=realm, stream=by_name[entity], key=key)
            for realm, entity, key in found
            if entity in by_name
        ]

    return Webhook(header="intuit-signature", read=read)


def _cloud(events: Sequence[_CloudEvent]) -> Iterator[tuple[str, str, str]]:
    for event in events:
        words = event.type.casefold().split(".")
        if len(words) > 1:
            yield event.intuitaccountid, words[1], event.id


def _classic(body: bytes) -> Iterator[tuple[str, str, str]]:
    for each in _decoded(body, _Classic).event_notifications:
        for change in each.data_change_event.entities:
            parts = (each.realm_id, change.name, change.id, change.operation, change.last_updated)
            yield each.realm_id, change.name.casefold(), ":".join(parts)


def _decoded(body: bytes, shape: Any) -> Any:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        wanted = "Intuit's events"
        raise WireMismatch(path="$", wanted=wanted, provider="quickbooks") from error
