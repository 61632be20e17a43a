"""The least that reading Xero can take: the same requests, five at once, JSON parsed and dropped.

Run as `python -m tests.bench.sync_floor ORDER`; prints seconds, CPU seconds and records.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

import httpx2

AT_ONCE = 5
PAGE_SIZE = 1000
PAGED = (
    "Invoices", "BankTransactions", "Payments", "Contacts", "CreditNotes", "ManualJournals",
    "PurchaseOrders",
)  # fmt: skip
LISTS = ("Accounts", "TaxRates")  # not asked for what has changed


@dataclass(frozen=True, kw_only=True)
class Order:
    """What to read. `since` is an instant in ISO form, None for everything."""

    ledgers: str
    tenant: str
    access: str
    since: str | None = None


@dataclass(kw_only=True)
class Reader:
    client: httpx2.AsyncClient
    seats: asyncio.Semaphore
    records: int = 0

    async def page(self, resource: str, number: int | None) -> int:
        """Ask for one page, or for all at once; how many pages there are."""
        params = {} if number is None else {"page": number, "pageSize": PAGE_SIZE}
        async with self.seats:
            answer = await self.client.get(resource, params=params)
        assert answer.status_code == 200, answer.text
        body = json.loads(answer.content)
        self.records += len(body[resource])
        count: int = body.get("pagination", {}).get("pageCount", 1)
        return count

    async def stream(self, resource: str) -> None:
        count = await self.page(resource, 1)
        await asyncio.gather(*(self.page(resource, n) for n in range(2, count + 1)))


async def measured(order: Order) -> dict[str, float]:
    headers = {
        "authorization": f"Bearer {order.access}",
        "xero-tenant-id": order.tenant,
        "accept": "application/json",
    }
    if order.since is not None:
        since = datetime.fromisoformat(order.since)
        headers["if-modified-since"] = format_datetime(since, usegmt=True)
    async with httpx2.AsyncClient(
        base_url=f"{order.ledgers}/xero/api.xro/2.0/", headers=headers, trust_env=False
    ) as client:
        reader = Reader(client=client, seats=asyncio.Semaphore(AT_ONCE))
        began, cpu = time.perf_counter(), time.process_time()
        lists = () if order.since else LISTS
        await asyncio.gather(
            *(reader.stream(resource) for resource in PAGED),
            *(reader.page(resource, None) for resource in lists),
        )
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
    return {"wall": wall, "cpu": cpu, "records": reader.records}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measured(Order(**json.loads(sys.argv[1]))))))
