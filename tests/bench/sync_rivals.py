"""The vendors' own clients and their like reading everything at 1,000 a page, storing nothing.

Run as `python -m tests.bench.sync_rivals ORDER`; prints seconds, CPU seconds and records.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

PAGE_SIZE = 1000
PAGED = (
    "invoices", "bank_transactions", "payments", "contacts", "credit_notes", "manual_journals",
    "purchase_orders",
)  # fmt: skip
LISTS = ("accounts", "tax_rates")
ENTITIES = (
    "Invoice", "Bill", "Payment", "BillPayment", "CreditMemo", "VendorCredit", "SalesReceipt",
    "RefundReceipt", "Purchase", "Deposit", "Transfer", "JournalEntry", "Estimate",
    "PurchaseOrder", "Customer", "Vendor", "Account", "Item", "TaxCode", "TaxRate", "Class",
    "Department",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Order:
    """Which rival is to read which organisation."""

    rival: str
    ledgers: str
    tenant: str
    access: str
    scopes: tuple[str, ...] = ()


def xero_python(order: Order) -> Callable[[], int]:
    from xero_python.accounting import AccountingApi
    from xero_python.api_client import ApiClient
    from xero_python.api_client.configuration import Configuration
    from xero_python.api_client.oauth2 import OAuth2Token

    token = {
        "access_token": order.access,
        "refresh_token": "",
        "token_type": "Bearer",
        "expires_at": time.time() + 1800,
        "expires_in": 1800,
        "scope": list(order.scopes),
    }
    identity = OAuth2Token(client_id="bench", client_secret="bench-secret")
    client = ApiClient(Configuration(oauth2_token=identity), pool_threads=1)
    client.oauth2_token_getter(lambda: token)
    client.oauth2_token_saver(lambda _: None)
    api = AccountingApi(client)
    api.base_url = f"{order.ledgers}/xero/api.xro/2.0"

    def read() -> int:
        records = 0
        for name in PAGED:
            page = pages = 1
            while page <= pages:
                get = getattr(api, f"get_{name}")
                answer = get(order.tenant, page=page, page_size=PAGE_SIZE)
                records += len(getattr(answer, name))
                pages = answer.pagination.page_count
                page += 1
        for name in LISTS:
            records += len(getattr(getattr(api, f"get_{name}")(order.tenant), name))
        return records

    return read


def python_quickbooks(order: Order) -> Callable[[], int]:
    from intuitlib.client import AuthClient
    from quickbooks import QuickBooks, objects

    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    discovery = f"{order.ledgers}/quickbooks/.well-known/openid_configuration"
    sign_in = AuthClient(
        "bench", "bench-secret", "http://127.0.0.1:9/", discovery, access_token=order.access
    )
    QuickBooks.api_url_v3 = f"{order.ledgers}/quickbooks/v3"
    client = QuickBooks(auth_client=sign_in, refresh_token=None, company_id=order.tenant)
    kinds = [getattr(objects, name) for name in ENTITIES]

    def read() -> int:
        records = 0
        for kind in kinds:
            start, found = 1, PAGE_SIZE
            while found == PAGE_SIZE:
                rows = kind.filter(start_position=start, max_results=PAGE_SIZE, qb=client)
                found = len(rows)
                records, start = records + found, start + found
        return records

    return read


RIVALS = {"xero-python": xero_python, "python-quickbooks": python_quickbooks}


def measured(order: Order) -> dict[str, float]:
    read = RIVALS[order.rival](order)
    began, cpu = time.perf_counter(), time.process_time()
    records = read()
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"wall": wall, "cpu": cpu, "records": records}


if __name__ == "__main__":
    print(json.dumps(measured(Order(**json.loads(sys.argv[1])))))
