"""The vendors' own clients creating bills as their guides show it: one object, one call.

Run as `python -m tests.bench.publishing_rivals ORDER`; prints seconds, CPU seconds and bills.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.bench.publishing_papers import DAY, Coding, Paper, papers


@dataclass(frozen=True, kw_only=True)
class Order:
    """Which rival is to create how many bills where; they are numbered `prefix`-0 onwards."""

    rival: str
    ledgers: str
    tenant: str
    access: str
    scopes: list[str]
    coding: dict[str, Any]
    prefix: str
    count: int


def xero_api(order: Order) -> Any:
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
        "scope": order.scopes,
    }
    identity = OAuth2Token(client_id="bench", client_secret="bench-secret")
    client = ApiClient(Configuration(oauth2_token=identity), pool_threads=1)
    client.oauth2_token_getter(lambda: token)
    client.oauth2_token_saver(lambda _: None)
    api = AccountingApi(client)
    api.base_url = f"{order.ledgers}/xero/api.xro/2.0"
    return api


def xero_python(order: Order, coding: Coding) -> Callable[[Paper], None]:
    from xero_python.accounting import Contact, Invoice, Invoices, LineAmountTypes, LineItem

    api = xero_api(order)

    def create(paper: Paper) -> None:
        line = LineItem(
            description=paper.supplier[1],
            quantity=1,
            unit_amount=paper.net,
            account_id=coding.account,
            tax_type=coding.tax_rate,
        )
        bill = Invoice(
            type="ACCPAY",
            status="AUTHORISED",
            contact=Contact(contact_id=paper.supplier[0]),
            date=DAY,
            due_date=DAY,
            line_amount_types=LineAmountTypes.EXCLUSIVE,
            invoice_number=paper.number,
            line_items=[line],
        )
        api.create_invoices(order.tenant, Invoices(invoices=[bill]))

    return create


def quickbooks_client(order: Order) -> Any:
    from intuitlib.client import AuthClient
    from quickbooks import QuickBooks

    os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    discovery = f"{order.ledgers}/quickbooks/.well-known/openid_configuration"
    sign_in = AuthClient(
        "bench", "bench-secret", "http://127.0.0.1:9/", discovery, access_token=order.access
    )
    QuickBooks.api_url_v3 = f"{order.ledgers}/quickbooks/v3"
    return QuickBooks(auth_client=sign_in, refresh_token=None, company_id=order.tenant)


def python_quickbooks(order: Order, coding: Coding) -> Callable[[Paper], None]:
    from quickbooks.objects import AccountBasedExpenseLine, Bill, Ref
    from quickbooks.objects.detailline import AccountBasedExpenseLineDetail

    client = quickbooks_client(order)

    def ref(value: str) -> Ref:
        made = Ref()
        made.value = value.rpartition(":")[2]  # we put the kind of contact before its id
        return made

    def create(paper: Paper) -> None:
        line = AccountBasedExpenseLine()
        line.Amount = float(paper.net)
        line.Description = paper.supplier[1]
        line.AccountBasedExpenseLineDetail = detail = AccountBasedExpenseLineDetail()
        detail.AccountRef, detail.TaxCodeRef = ref(coding.account), ref(coding.tax_rate)
        bill = Bill()
        bill.VendorRef = ref(paper.supplier[0])
        bill.DocNumber = paper.number
        bill.TxnDate = bill.DueDate = DAY.isoformat()
        bill.GlobalTaxCalculation = "TaxExcluded"
        bill.Line.append(line)
        bill.save(qb=client)

    return create


RIVALS = {"xero-python": xero_python, "python-quickbooks": python_quickbooks}


def measured(order: Order) -> dict[str, float]:
    coding = Coding(**order.coding)
    create = RIVALS[order.rival](order, coding)
    every = list(papers(order.prefix, order.count, coding.suppliers))
    began, cpu = time.perf_counter(), time.process_time()
    for paper in every:
        create(paper)
    wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"wall": wall, "cpu": cpu, "records": len(every)}


if __name__ == "__main__":
    print(json.dumps(measured(Order(**json.loads(sys.argv[1])))))
