"""Notices are believed when they are signed, and read in every form they come in."""

import base64
import hashlib
import hmac
import json

import pytest

from providers.errors import WireMismatch
from providers.notices import Notice, is_signed
from providers.registry import provider

KEY = "a signing key"
XERO = provider("xero").webhook
QUICKBOOKS = provider("quickbooks").webhook
assert XERO is not None
assert QUICKBOOKS is not None

EVENT = {
    "resourceUrl": "https://api.xero.com/api.xro/2.0/Invoices/i1",
    "resourceId": "i1",
    "eventDateUtc": "2026-11-21T10:00:00.000",
    "eventType": "UPDATE",
    "eventCategory": "INVOICE",
    "tenantId": "t1",
    "tenantType": "ORGANISATION",
}
CLOUD = {
    "specversion": "1.0",
    "id": "e1",
    "type": "qbo.billpayment.created.v1",
    "time": "2026-11-21T10:00:00Z",
    "intuitentityid": "12",
    "intuitaccountid": "9130",
}
CHANGE = {"id": "12", "operation": "Update", "name": "Bill", "lastUpdated": "2026-11-21T10:00:00Z"}
CLASSIC = {"eventNotifications": [{"realmId": "9130", "dataChangeEvent": {"entities": [CHANGE]}}]}


def signed(body: bytes, key: str = KEY) -> str:
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


@pytest.mark.parametrize(
    ("body", "signature", "believed"),
    [
        (b"{}", signed(b"{}"), True),
        (b"{} ", signed(b"{}"), False),
        (b"{}", signed(b"{}", "another key"), False),
        (b"{}", "", False),
        (b"{}", "not base64!", False),
        (b"{}", signed(b"{}")[:-4], False),
    ],
)
def test_only_exactly_these_bytes_are_believed(body: bytes, signature: str, believed: bool) -> None:
    assert is_signed(body, signature, KEY) is believed


def test_xero_asking_whether_we_are_there_is_no_notice() -> None:
    body = b'{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"X"}'

    assert XERO.read(body) == []


def test_xeros_events_name_stream_and_organisation() -> None:
    other = EVENT | {"eventCategory": "SUBSCRIPTION"}

    found = XERO.read(json.dumps({"events": [EVENT, EVENT, other]}).encode())

    notice = Notice(tenant_id="t1", stream="Invoices", key="t1:i1:UPDATE:2026-11-21T10:00:00.000")
    assert found == [notice, notice]


def test_quickbooks_is_read_in_both_its_forms() -> None:
    unknown = CLOUD | {"type": "qbo.horoscope.created.v1"}

    assert QUICKBOOKS.read(json.dumps([CLOUD, unknown]).encode()) == [
        Notice(tenant_id="9130", stream="BillPayment", key="e1")
    ]
    assert QUICKBOOKS.read(json.dumps(CLASSIC).encode()) == [
        Notice(tenant_id="9130", stream="Bill", key="9130:Bill:12:Update:2026-11-21T10:00:00Z")
    ]


@pytest.mark.parametrize("body", [b"", b"[", b"7", b'{"events":7}', b"\xff", b'[{"id":1}]'])
def test_a_body_that_makes_no_sense_is_refused(body: bytes) -> None:
    for webhook in (XERO, QUICKBOOKS):
        with pytest.raises(WireMismatch):
            webhook.read(body)
